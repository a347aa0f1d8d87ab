//! The decision: from what was seen, whether something may still come. Pure.

use super::calls::Call;
use super::fds::{Link, Object, Socket};
use super::sockets::{end_arrived, state};
use super::threads::{Sample, State};
use super::{Clock, Flow, Motion, OurEnd, Reads, Standing, Stream, Writes, words};
use crate::model::sight::Limit;
use crate::model::stage::Seat;

/// All that one look saw between its two samples.
#[derive(Debug, Clone, Default)]
pub(super) struct Scene {
    pub ends: Vec<SeenEnd>,
    pub threads: Vec<SeenThread>,
    pub clocks: Vec<(i32, Clock)>,
    pub strangers: Vec<Stranger>,
}

/// One of our connections, from both ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct SeenEnd {
    pub end: OurEnd,
    pub standing: Standing,
    /// The program's socket, where a descriptor belongs to it.
    pub inode: Option<u64>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct SeenThread {
    pub pid: i32,
    /// By age within its process, from 0.
    pub index: usize,
    pub sample: Sample,
    /// The descriptor of the call that it is blocked in.
    pub object: Object,
    pub fd: i32,
}

/// A socket of the program that is none of our connections.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stranger {
    pub pid: i32,
    pub fd: i32,
    pub socket: Socket,
    /// Its other end, where that lives on this machine.
    pub opposite: Option<super::sockets::Record>,
}

/// The first reason why something may still come; `None` at rest.
pub(super) fn motion(scene: &Scene) -> Option<Motion> {
    let by_thread = scene.threads.iter().find_map(|thread| of_thread(thread, scene));
    let by_end = || scene.ends.iter().find_map(|seen| of_end(seen, scene));
    let by_clock = || scene.clocks.first().map(|&(pid, clock)| Motion::Timer { pid, clock });
    let by_stranger = || {
        let restless = scene.strangers.iter().find(|stranger| !is_quiet(stranger));
        restless.map(|stranger| Motion::OtherSocket { pid: stranger.pid, fd: stranger.fd })
    };
    by_thread.or_else(by_end).or_else(by_clock).or_else(by_stranger)
}

impl Scene {
    /// Our connection behind a socket of the program.
    pub fn end_of(&self, inode: u64) -> Option<&SeenEnd> {
        self.ends.iter().find(|seen| seen.inode == Some(inode))
    }

    fn is_read_by_blocked(&self, seat: Seat) -> bool {
        self.threads.iter().any(|thread| {
            matches!(thread.sample.call(), Some(Call::Receive { .. }))
                && self.end_behind(thread).is_some_and(|seen| seen.end.seat == seat)
        })
    }

    fn polls(&self) -> bool {
        self.threads.iter().any(|thread| matches!(thread.sample.call(), Some(Call::Poll { .. })))
    }

    fn end_behind(&self, thread: &SeenThread) -> Option<&SeenEnd> {
        match thread.object {
            Object::Socket { inode, .. } => self.end_of(inode),
            _ => None,
        }
    }
}

fn of_thread(thread: &SeenThread, scene: &Scene) -> Option<Motion> {
    if thread.sample.state == State::Ended {
        return None;
    }
    let restless = || {
        Some(Motion::Thread { pid: thread.pid, tid: thread.sample.tid, doing: words::doing(thread, scene) })
    };
    let Some(call) = thread.sample.call().filter(|call| !call.ends_by_itself()) else { return restless() };
    match call {
        Call::Accept { .. } => match thread.object {
            Object::Socket { socket: Socket { link, receive: Limit::None, .. }, .. } => match link {
                Link::Listener(Some(address)) => queued_at(address.port(), scene).map(Motion::Untaken),
                Link::Prompt => None,
                _ => restless(),
            },
            _ => restless(),
        },
        Call::Receive { .. } => match thread.object {
            Object::Socket { socket: Socket { link, receive: Limit::None, .. }, .. } => {
                match (scene.end_behind(thread).map(|seen| (seen.end.seat, seen.standing)), link) {
                    (Some((seat, Standing::Held(flow))), _) if is_readable(&flow) => {
                        Some(Motion::Untaken(seat))
                    }
                    (Some((_, Standing::Held(_))), _) => None,
                    (_, Link::Tcp { .. } | Link::Prompt) => None,
                    _ => restless(),
                }
            }
            Object::Pipe | Object::Terminal(Limit::None) | Object::EventFd | Object::SignalFd => None,
            _ => restless(),
        },
        Call::Send { .. } => match thread.object {
            Object::Socket { socket: Socket { send: Limit::None, .. }, .. } => {
                match scene.end_behind(thread) {
                    Some(SeenEnd { end, standing: Standing::Held(flow), .. })
                        if is_unread_on_purpose(end) && is_stuck(flow) =>
                    {
                        None
                    }
                    _ => restless(),
                }
            }
            _ => restless(),
        },
        _ => None,
    }
}

fn of_end(seen: &SeenEnd, scene: &Scene) -> Option<Motion> {
    let OurEnd { seat, sent, received, reads, writes, .. } = seen.end;
    let gone_from_us = matches!(writes, Writes::Closed | Writes::Reset);
    match seen.standing {
        Standing::InHandshake => Some(Motion::Handshake(seat)),
        Standing::InAcceptQueue => (writes == Writes::Reset).then_some(Motion::OnItsWay(seat)),
        Standing::ClosedByProgram | Standing::Gone => {
            let awaited = reads == Reads::Reading && !gone_from_us;
            awaited.then_some(Motion::Unheard(seat))
        }
        Standing::Held(flow) => {
            let end_lacks = writes != Writes::Open && flow.from_us == Stream::Open;
            let bytes_lack = flow.arrived != sent;
            // A socket that is readable already, and that nobody waits to read, wakes nobody by more bytes.
            let ignored = flow.unread > 0 && !scene.is_read_by_blocked(seat) && !scene.polls();
            if writes == Writes::Reset || (end_lacks || bytes_lack) && (gone_from_us || !ignored) {
                return Some(Motion::OnItsWay(seat));
            }
            let bytes_come = flow.sent != received || flow.unsent > 0;
            let end_comes = flow.to_us == Stream::Ended && !gone_from_us;
            let heard = reads == Reads::Ended || is_unread_on_purpose(&seen.end);
            (!heard && (bytes_come || end_comes)).then_some(Motion::Unheard(seat))
        }
    }
}

/// A connection that waits in the accept queue of this port.
fn queued_at(port: u16, scene: &Scene) -> Option<Seat> {
    let waits = |seen: &&SeenEnd| seen.standing == Standing::InAcceptQueue && seen.end.remote.port() == port;
    scene.ends.iter().find(waits).map(|seen| seen.end.seat)
}

fn is_readable(flow: &Flow) -> bool {
    flow.unread > 0 || flow.from_us == Stream::Ended
}

fn is_unread_on_purpose(end: &OurEnd) -> bool {
    end.reads == Reads::Stopped && matches!(end.writes, Writes::Open | Writes::HalfClosed)
}

/// Whether nothing more can leave: bytes wait, and none is on its way that could make room.
fn is_stuck(flow: &Flow) -> bool {
    flow.unsent > 0 && flow.in_flight == 0
}

/// Whether nothing can arrive at a socket whose other end is not ours to know.
fn is_quiet(stranger: &Stranger) -> bool {
    let (info, opposite) = match stranger.socket.link {
        Link::Listener(_) | Link::Idle | Link::Prompt => return true,
        Link::Loose => return false,
        Link::Tcp { info, .. } => (info, stranger.opposite),
    };
    match opposite.and_then(|record| record.info) {
        Some(other) => {
            let ended = !matches!(other.state, state::ESTABLISHED | state::CLOSE_WAIT);
            other.sent == info.arrived() && other.unsent == 0 && (!ended || end_arrived(info.state))
        }
        None => end_arrived(info.state),
    }
}
