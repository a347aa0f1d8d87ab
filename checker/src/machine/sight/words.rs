//! What was seen of a thread, in the words of the course. Pure.

use super::calls::Call;
use super::fds::{Link, Object};
use super::rest::{Scene, SeenThread};
use super::threads::State;
use crate::model::sight::{Doing, Limit, Whom};

pub(super) fn doing(thread: &SeenThread, scene: &Scene) -> Doing {
    match thread.sample.state {
        State::Ended => return Doing::Ended,
        State::Stopped => return Doing::Stopped,
        State::Busy | State::Blocked => {}
    }
    let Some(call) = thread.sample.call() else { return Doing::Running };
    match call {
        Call::Accept { .. } => Doing::Accepting(match thread.object {
            Object::Socket { socket, .. } => match socket.link {
                Link::Listener(address) => address,
                _ => None,
            },
            _ => None,
        }),
        Call::Receive { limit, .. } => Doing::Receiving(whom(thread, scene, Way::In, limit)),
        Call::Send { .. } => Doing::Sending(whom(thread, scene, Way::Out, Limit::None)),
        Call::Connect { .. } => Doing::Connecting(scene.hangs_at(thread)),
        Call::Poll { limit } => Doing::Polling { limit },
        Call::Futex { limit } => Doing::WaitingForThread { limit },
        Call::Child => Doing::WaitingForChild,
        Call::AnySignal | Call::SignalOf { .. } => Doing::WaitingForSignal,
        Call::Sleep => Doing::Sleeping,
        Call::Other(number) => Doing::Other(number),
    }
}

enum Way {
    In,
    Out,
}

fn whom(thread: &SeenThread, scene: &Scene, way: Way, of_call: Limit) -> Whom {
    match thread.object {
        Object::Socket { inode, socket } => {
            let of_socket = match way {
                Way::In => socket.receive,
                Way::Out => socket.send,
            };
            let limit = if of_call == Limit::Timed { Limit::Timed } else { of_socket };
            match scene.end_of(inode) {
                Some(seen) => Whom::Client { seat: seen.end.seat, limit },
                None if matches!(socket.link, Link::Datagrams { .. }) => Whom::Datagrams { limit },
                None => Whom::Socket { limit },
            }
        }
        // Whatever number a program has opened its terminal by, somebody types there.
        Object::Terminal(_) if matches!(way, Way::In) => Whom::Input,
        Object::Pipe | Object::Terminal(_) => match (way, thread.fd) {
            (Way::In, libc::STDIN_FILENO) => Whom::Input,
            (Way::Out, libc::STDOUT_FILENO | libc::STDERR_FILENO) => Whom::Output,
            _ => Whom::Unknown,
        },
        Object::File => Whom::File,
        Object::EventFd | Object::SignalFd | Object::Unknown => Whom::Unknown,
    }
}
