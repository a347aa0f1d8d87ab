//! The decision: from what was seen, whether something may still come. Pure.

use super::calls::Call;
use super::fds::{Link, Object, Socket, Waiting};
use super::sockets::{end_arrived, state};
use super::threads::{Sample, State};
use super::{Clock, Datagrams, Flow, Motion, OurEnd, Reads, Standing, Stream, Writes, words};
use crate::model::sight::Limit;
use crate::model::stage::Seat;

/// All that one look saw between its two samples.
#[derive(Debug, Clone, Default)]
pub(super) struct Scene {
    pub ends: Vec<SeenEnd>,
    pub threads: Vec<SeenThread>,
    pub clocks: Vec<(i32, Clock)>,
    pub strangers: Vec<Stranger>,
    pub datagrams: Datagrams,
    /// The inode of each of the program's descriptors that belongs to one of our connections.
    pub handles: Vec<u64>,
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
    /// Whose port it is that never answers its connect().
    pub hangs_at: Option<Seat>,
}

/// The first reason why something may still come; `None` at rest.
pub(super) fn motion(scene: &Scene) -> Option<Motion> {
    let by_thread = scene.threads.iter().find_map(|thread| of_thread(thread, scene));
    let by_end = || scene.ends.iter().find_map(|seen| of_end(seen, scene));
    let by_clock = || scene.clocks.first().map(|&(pid, clock)| Motion::Timer { pid, clock });
    let by_stranger = || {
        let restless = scene.strangers.iter().find(|stranger| !is_quiet(stranger, scene.datagrams));
        restless.map(|stranger| Motion::OtherSocket { pid: stranger.pid, fd: stranger.fd })
    };
    by_thread.or_else(by_end).or_else(by_clock).or_else(by_stranger)
}

impl Scene {
    /// Our connection behind a socket of the program.
    pub fn end_of(&self, inode: u64) -> Option<&SeenEnd> {
        self.ends.iter().find(|seen| seen.inode == Some(inode))
    }

    /// Whose full queue keeps this thread in connect().
    pub fn hangs_at(&self, thread: &SeenThread) -> Option<Seat> {
        let same = |stranger: &&Stranger| stranger.pid == thread.pid && stranger.fd == thread.fd;
        self.strangers.iter().find(same)?.hangs_at
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
        Call::Connect { .. } => match thread.object {
            Object::Socket { socket: Socket { send: Limit::None, .. }, .. }
                if scene.hangs_at(thread).is_some() =>
            {
                None
            }
            _ => restless(),
        },
        Call::Receive { .. } => match thread.object {
            Object::Socket {
                socket: Socket { link: Link::Datagrams { waiting, .. }, receive, .. }, ..
            } => match (waiting, receive) {
                (Waiting::Nothing, Limit::None) => None,
                _ => restless(),
            },
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
        // Closed, but a child that forked just now, or a look, keeps it open for a moment: its end is to come.
        Standing::Held(_) if seen.inode.is_none_or(|inode| !scene.handles.contains(&inode)) => {
            Some(Motion::Unowned(seat))
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

/// Whether a blocked sender stays so: none of its bytes is on its way, and what our kernel would
/// still take is too little to wake it, for it sleeps until a third of its buffer is free.
fn is_stuck(flow: &Flow) -> bool {
    flow.unsent > 0 && flow.in_flight == 0 && u64::from(flow.window) * 4 <= flow.unsent
}

/// Whether nothing can arrive at a socket whose other end is not ours to know.
fn is_quiet(stranger: &Stranger, datagrams: Datagrams) -> bool {
    let (info, opposite) = match stranger.socket.link {
        Link::Listener(_) | Link::Idle | Link::Prompt => return true,
        Link::Loose => return false,
        Link::Dialing { .. } => return stranger.hangs_at.is_some(),
        Link::Datagrams { .. } => return datagrams == Datagrams::Delivered,
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

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use super::super::calls::{Line, Raw};
    use super::super::sockets::{Info, Record};
    use super::*;
    use crate::model::sight::{Doing, Whom};

    const ANA: Seat = Seat(0);
    const INODE: u64 = 77;

    fn address(port: u16) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], port))
    }

    fn end() -> OurEnd {
        OurEnd {
            seat: ANA,
            local: address(5000),
            remote: address(9090),
            sent: 10,
            received: 4,
            reads: Reads::Reading,
            writes: Writes::Open,
        }
    }

    fn calm() -> Flow {
        Flow {
            arrived: 10,
            unread: 0,
            sent: 4,
            unsent: 0,
            in_flight: 0,
            window: 65536,
            from_us: Stream::Open,
            to_us: Stream::Open,
        }
    }

    fn thread(number: i64, object: Object) -> SeenThread {
        let raw = Raw { number, args: [5, 0, 0, 0, 0, 0], stack: 1, instruction: 2 };
        let sample = Sample { tid: 8, state: State::Blocked, line: Line::Call(raw), turns: 3, caught: 0 };
        SeenThread { pid: 7, index: 0, sample, object, fd: 5 }
    }

    fn socket(link: Link) -> Object {
        Object::Socket { inode: INODE, socket: Socket { link, receive: Limit::None, send: Limit::None } }
    }

    fn info(state: u8, taken: u64, sent: u64) -> Info {
        Info { state, in_flight: 0, taken, unsent: 0, sent, window: 0 }
    }

    fn connected() -> Link {
        Link::Tcp { near: address(9090), far: address(5000), info: info(state::ESTABLISHED, 10, 4) }
    }

    fn reader() -> SeenThread {
        thread(libc::SYS_recvfrom, socket(connected()))
    }

    fn scene(end: OurEnd, standing: Standing, threads: Vec<SeenThread>) -> Scene {
        let ends = vec![SeenEnd { end, standing, inode: Some(INODE) }];
        Scene { ends, threads, handles: vec![INODE], ..Scene::default() }
    }

    fn with(end: OurEnd, flow: Flow) -> Option<Motion> {
        motion(&scene(end, Standing::Held(flow), vec![reader()]))
    }

    #[test]
    fn a_reader_with_all_counts_even_is_at_rest() {
        assert_eq!(with(end(), calm()), None);
    }

    #[test]
    fn whatever_is_under_way_to_a_reader_is_no_rest() {
        assert_eq!(with(end(), Flow { arrived: 9, ..calm() }), Some(Motion::OnItsWay(ANA)));
        assert_eq!(with(end(), Flow { unread: 1, ..calm() }), Some(Motion::Untaken(ANA)));
        assert_eq!(with(end(), Flow { from_us: Stream::Ended, ..calm() }), Some(Motion::Untaken(ANA)));
        let half_closed = OurEnd { writes: Writes::HalfClosed, ..end() };
        assert_eq!(with(half_closed, calm()), Some(Motion::OnItsWay(ANA)));
        for writes in [Writes::Closed, Writes::Reset] {
            assert_eq!(with(OurEnd { writes, ..end() }, calm()), Some(Motion::OnItsWay(ANA)));
        }
    }

    #[test]
    fn whatever_is_under_way_to_us_is_no_rest_unless_we_stopped_reading() {
        let coming = [
            Flow { sent: 5, ..calm() },
            Flow { unsent: 1, ..calm() },
            Flow { to_us: Stream::Ended, ..calm() },
        ];
        for flow in coming {
            assert_eq!(with(end(), flow), Some(Motion::Unheard(ANA)), "{flow:?}");
            assert_eq!(with(OurEnd { reads: Reads::Stopped, ..end() }, flow), None, "{flow:?}");
        }
        let heard = OurEnd { reads: Reads::Ended, ..end() };
        assert_eq!(with(heard, Flow { to_us: Stream::Ended, ..calm() }), None);
    }

    #[test]
    fn more_bytes_for_a_socket_that_nobody_reads_wake_nobody() {
        let late = Standing::Held(Flow { arrived: 6, unread: 6, ..calm() });
        let accepting = thread(libc::SYS_accept4, socket(Link::Listener(Some(address(1)))));
        let polling = thread(libc::SYS_epoll_pwait, Object::Unknown);
        let forever = |mut thread: SeenThread| {
            if let Line::Call(raw) = &mut thread.sample.line {
                raw.args[3] = u64::MAX;
            }
            thread
        };
        assert_eq!(motion(&scene(end(), late, vec![accepting])), None);
        let poller = scene(end(), late, vec![forever(polling)]);
        assert_eq!(motion(&poller), Some(Motion::OnItsWay(ANA)));
    }

    #[test]
    fn a_connection_that_no_process_has_is_about_to_end() {
        let accepting = thread(libc::SYS_accept4, socket(Link::Listener(Some(address(1)))));
        let half_closed = OurEnd { writes: Writes::HalfClosed, ..end() };
        let waits = Standing::Held(Flow { from_us: Stream::Ended, ..calm() });
        let mut seen = scene(half_closed, waits, vec![accepting]);
        assert_eq!(motion(&seen), None);
        seen.handles.clear();
        assert_eq!(motion(&seen), Some(Motion::Unowned(ANA)));
    }

    #[test]
    fn a_queued_connection_matters_only_to_who_accepts_at_its_port() {
        let accepts_at = |port| thread(libc::SYS_accept4, socket(Link::Listener(Some(address(port)))));
        let mut other = scene(end(), Standing::InAcceptQueue, vec![accepts_at(9091)]);
        other.ends[0].inode = None;
        assert_eq!(motion(&other), None);
        other.threads = vec![accepts_at(9090)];
        assert_eq!(motion(&other), Some(Motion::Untaken(ANA)));
        other.ends[0].standing = Standing::InHandshake;
        assert_eq!(motion(&other), Some(Motion::Handshake(ANA)));
    }

    #[test]
    fn the_end_of_a_connection_must_have_been_read() {
        for standing in [Standing::Gone, Standing::ClosedByProgram] {
            let mut seen = scene(end(), standing, Vec::new());
            seen.ends[0].inode = None;
            assert_eq!(motion(&seen), Some(Motion::Unheard(ANA)));
            seen.ends[0].end.reads = Reads::Ended;
            assert_eq!(motion(&seen), None);
        }
    }

    #[test]
    fn a_sender_is_at_rest_only_when_stuck_for_good() {
        let stuck = Flow { sent: 9000, unsent: 4000, window: 0, ..calm() };
        let sends = |flow, reads| {
            let sender = thread(libc::SYS_sendto, socket(connected()));
            motion(&scene(OurEnd { reads, ..end() }, Standing::Held(flow), vec![sender]))
        };
        assert_eq!(sends(stuck, Reads::Stopped), None);
        let restless = [
            (stuck, Reads::Reading),
            (Flow { in_flight: 1, ..stuck }, Reads::Stopped),
            (Flow { window: 1001, ..stuck }, Reads::Stopped),
            (Flow { unsent: 0, ..stuck }, Reads::Stopped),
        ];
        for (flow, reads) in restless {
            let doing = Doing::Sending(Whom::Client { seat: ANA, limit: Limit::None });
            assert_eq!(sends(flow, reads), Some(Motion::Thread { pid: 7, tid: 8, doing }), "{flow:?}");
        }
    }

    #[test]
    fn a_write_to_our_pipes_is_no_rest() {
        let writer = thread(libc::SYS_write, Object::Pipe);
        assert!(motion(&scene(end(), Standing::Held(calm()), vec![writer])).is_some());
    }

    #[test]
    fn connecting_rests_only_at_a_full_queue_and_without_a_limit() {
        let near = address(40_000);
        let dials = |send, hangs_at| {
            let socket = Socket { link: Link::Dialing { near }, receive: Limit::None, send };
            let dialer = thread(libc::SYS_connect, Object::Socket { inode: 9, socket });
            let stranger = Stranger { pid: 7, fd: 5, socket, opposite: None, hangs_at };
            motion(&Scene { threads: vec![dialer], strangers: vec![stranger], ..Scene::default() })
        };
        assert_eq!(dials(Limit::None, Some(ANA)), None);
        assert!(dials(Limit::Timed, Some(ANA)).is_some());
        assert!(dials(Limit::None, None).is_some());
    }

    #[test]
    fn a_datagram_that_waits_or_may_be_on_its_way_is_no_rest() {
        let receives = |waiting, receive, datagrams| {
            let link = Link::Datagrams { near: Some(address(9090)), waiting };
            let socket = Socket { link, receive, send: Limit::None };
            let reader = thread(libc::SYS_recvfrom, Object::Socket { inode: 9, socket });
            let stranger = Stranger { pid: 7, fd: 5, socket, opposite: None, hangs_at: None };
            motion(&Scene { threads: vec![reader], strangers: vec![stranger], datagrams, ..Scene::default() })
        };
        assert_eq!(receives(Waiting::Nothing, Limit::None, Datagrams::Delivered), None);
        assert!(receives(Waiting::Something, Limit::None, Datagrams::Delivered).is_some());
        assert!(receives(Waiting::Nothing, Limit::Timed, Datagrams::Delivered).is_some());
        assert!(receives(Waiting::Nothing, Limit::None, Datagrams::UnderWay).is_some());
    }

    #[test]
    fn other_sockets_are_quiet_only_when_both_ends_agree() {
        let stranger = |mine: Info, other: Option<Info>| {
            let link = Link::Tcp { near: address(1), far: address(2), info: mine };
            let record = |info: Info| Record { state: info.state, inode: 1, unread: 0, info: Some(info) };
            let socket = Socket { link, receive: Limit::None, send: Limit::None };
            let stranger = Stranger { pid: 7, fd: 5, socket, opposite: other.map(record), hangs_at: None };
            is_quiet(&stranger, Datagrams::UnderWay)
        };
        let open = info(state::ESTABLISHED, 4, 0);
        assert!(stranger(open, Some(info(state::ESTABLISHED, 0, 4))));
        assert!(!stranger(open, Some(info(state::ESTABLISHED, 0, 5))));
        assert!(!stranger(open, Some(Info { unsent: 1, ..info(state::ESTABLISHED, 0, 4) })));
        assert!(!stranger(open, Some(info(state::CLOSING, 0, 4))));
        assert!(!stranger(open, None), "the other end is not on this machine");
        assert!(stranger(info(state::CLOSE_WAIT, 5, 0), None), "it has ended");
    }
}
