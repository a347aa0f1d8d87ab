//! The look itself: sample, examine, sample again.

use std::collections::HashSet;
use std::fs::File;
use std::io;
use std::net::SocketAddr;

use super::calls::Call;
use super::fds::{self, Handle, Kind, Link, Object, Scope, Socket};
use super::rest::{self, Scene, SeenEnd, SeenThread, Stranger};
use super::sockets::{self, Diag};
use super::threads::{Counter, Miss, read_whole};
use super::tree::{Belongings, Haste, Stop, Tree, Walk};
use super::{Blind, Glance, Motion, OurEnd, Page, Standing, Subject, clocks, waits, words};
use crate::model::sight::{HeldView, Sighting, Stream, ThreadView};

/// Looks at one program. It sees connections of the network namespace in which it was opened, so
/// open it where the program lives. It keeps up to a sixteenth of the limit of open descriptors; programs
/// with hundreds of threads cost half where the soft limit was raised before.
pub struct Sight {
    diag: Diag,
    tree: Tree,
}

impl Sight {
    /// Tries what every look needs. Fails with the first thing that the system does not show.
    pub fn open() -> Result<Sight, Blind> {
        for (page, name) in
            [(Page::SystemCall, "syscall"), (Page::Children, "children"), (Page::Stat, "stat")]
        {
            let shown = File::open(format!("/proc/thread-self/{name}"))
                .and_then(|file| read_whole(&file, &mut Vec::new()).map(drop));
            shown.map_err(|error| Blind::Proc(page, number_of(&error)))?;
        }
        Handle::open(std::process::id() as i32, Scope::Process).map_err(|miss| match miss {
            Miss::Ended => Blind::Descriptors(libc::ESRCH),
            Miss::Blind(blind) => blind,
        })?;
        let diag = Diag::open().map_err(|error| Blind::Sockets(number_of(&error)))?;
        Ok(Sight { diag, tree: Tree::new(Counter::choose()) })
    }

    /// Whether the program is at rest. Leaves as soon as something is seen that is not.
    pub fn look(&mut self, subject: &Subject) -> Glance {
        match self.try_look(subject) {
            Ok(glance) => glance,
            Err(Stop::Ran) => Glance::Moving(Motion::Ran),
            Err(Stop::Blind(blind)) => Glance::Unseen(blind),
            Err(Stop::Thread { pid, sample }) => {
                let thread = SeenThread { pid, index: 0, sample, object: Object::Unknown, fd: -1 };
                let tid = sample.tid;
                Glance::Moving(Motion::Thread { pid, tid, doing: words::doing(&thread, &Scene::default()) })
            }
        }
    }

    /// What every thread is doing, for explanations. It is exact for a program at rest; of one
    /// that moves it is a blurred picture. Costs more than a look.
    pub fn describe(&mut self, subject: &Subject) -> Result<Sighting, Blind> {
        // A tree that changes while it is walked is walked again; some never stand still.
        const PATIENCE: usize = 16;
        for _ in 0..PATIENCE {
            match self.try_describe(subject) {
                Ok(sighting) => return Ok(sighting),
                Err(Stop::Blind(blind)) => return Err(blind),
                Err(_) => {}
            }
        }
        Ok(Sighting::default())
    }

    /// How the program's end of one of our connections stands, by one exact question.
    ///
    /// # Errors
    /// When the system does not answer; `ErrorKind::Unsupported` where it does not count bytes.
    pub fn standing(&mut self, end: &OurEnd) -> io::Result<Standing> {
        sockets::standing(self.diag.ask(end.remote, end.local)?)
    }

    /// The addresses on which the processes below `roots` listen (TCP). Empty where they cannot be seen.
    pub fn listeners(&mut self, roots: &[i32]) -> Vec<SocketAddr> {
        let subject = Subject { roots, ..Subject::default() };
        self.describe(&subject).map(|sighting| sighting.listening).unwrap_or_default()
    }

    fn try_look(&mut self, subject: &Subject) -> Result<Glance, Stop> {
        let walk = self.tree.walk(subject.roots, Haste::LeaveEarly)?;
        if !walk.alive() {
            // A main thread may have ended right after it started another one.
            self.tree.agree(&walk)?;
            return Ok(Glance::Gone);
        }
        let scene = self.examine(subject, &walk)?;
        if let Some(motion) = rest::motion(&scene) {
            return Ok(Glance::Moving(motion));
        }
        self.tree.agree(&walk)?;
        Ok(Glance::AtRest)
    }

    fn try_describe(&mut self, subject: &Subject) -> Result<Sighting, Stop> {
        let walk = self.tree.walk(subject.roots, Haste::SeeAll)?;
        let scene = self.examine(subject, &walk)?;
        let (mut listening, mut bound): (Vec<SocketAddr>, Vec<SocketAddr>) = (Vec::new(), Vec::new());
        for stranger in &scene.strangers {
            let (known, address) = match stranger.socket.link {
                Link::Listener(Some(address)) => (&mut listening, address),
                Link::Datagrams { near: Some(address), .. } => (&mut bound, address),
                _ => continue,
            };
            if !known.contains(&address) {
                known.push(address);
            }
        }
        let threads = scene.threads.iter().map(|thread| ThreadView {
            number: thread.index + 1,
            pid: thread.pid,
            tid: thread.sample.tid,
            name: self.tree.name(thread.pid, thread.index),
            doing: words::doing(thread, &scene),
        });
        let queued = scene.ends.iter().filter(|seen| seen.standing == Standing::InAcceptQueue);
        Ok(Sighting {
            threads: threads.collect(),
            listening,
            bound,
            waiting_in_queue: queued.map(|seen| seen.end.seat).collect(),
            held: scene.ends.iter().filter_map(|seen| held(seen, &scene)).collect(),
            waits: waits::waits(&scene.threads),
            busy: Vec::new(),
        })
    }

    /// All that lies between the two samples.
    fn examine(&mut self, subject: &Subject, walk: &Walk) -> Result<Scene, Stop> {
        let mut scene = Scene { datagrams: subject.datagrams, ..Scene::default() };
        for end in subject.ours {
            scene.ends.push(self.end(end)?);
        }
        let ours: HashSet<u64> = scene.ends.iter().filter_map(|seen| seen.inode).collect();
        for (pid, samples) in &walk.processes {
            let pid = *pid;
            let belongings = self.tree.belongings(pid, samples)?;
            for (index, sample) in samples.iter().enumerate() {
                let fd = match sample.call() {
                    Some(
                        Call::Accept { fd }
                        | Call::Connect { fd }
                        | Call::Receive { fd, .. }
                        | Call::Send { fd },
                    ) => fd,
                    _ => -1,
                };
                let object = belongings.map_or(Ok(Object::Unknown), |known| object(fd, known))?;
                scene.threads.push(SeenThread { pid, index, sample: *sample, object, fd });
            }
            let Some(belongings) = belongings else { continue };
            scene.clocks.extend(clocks::clock(pid, samples, belongings).map(|clock| (pid, clock)));
            for (fd, kind) in &belongings.table {
                match kind {
                    Kind::Socket { inode } if ours.contains(inode) => scene.handles.push(*inode),
                    Kind::Socket { .. } => {
                        scene.strangers.push(stranger(pid, *fd, belongings, subject, &mut self.diag)?);
                    }
                    _ => {}
                }
            }
        }
        Ok(scene)
    }

    fn end(&mut self, end: &OurEnd) -> Result<SeenEnd, Stop> {
        let blind = |error: io::Error| match error.kind() {
            io::ErrorKind::Unsupported => Stop::Blind(Blind::ByteCounts),
            _ => Stop::Blind(Blind::Sockets(number_of(&error))),
        };
        let record = self.diag.ask(end.remote, end.local).map_err(blind)?;
        let standing = sockets::standing(record).map_err(blind)?;
        let inode = record.map(|record| record.inode).filter(|inode| *inode != 0);
        Ok(SeenEnd { end: *end, standing, inode })
    }
}

/// One of our connections as the program holds it.
fn held(seen: &SeenEnd, scene: &Scene) -> Option<HeldView> {
    let Standing::Held(flow) = seen.standing else { return None };
    let inode = seen.inode?;
    let from_us = match flow.from_us {
        super::Stream::Open => Stream::Open,
        super::Stream::Ended => Stream::Ended,
    };
    let descriptors = scene.handles.iter().filter(|handle| **handle == inode).count();
    Some(HeldView { seat: seen.end.seat, unread: flow.unread, descriptors, from_us })
}

/// A socket that is none of our connections, and what the system knows of its other end.
fn stranger(
    pid: i32,
    fd: i32,
    belongings: &Belongings,
    subject: &Subject,
    diag: &mut Diag,
) -> Result<Stranger, Stop> {
    let socket = socket(fd, belongings)?.ok_or(Stop::Ran)?;
    let mut ask =
        |near, far| diag.ask(near, far).map_err(|error| Stop::Blind(Blind::Sockets(number_of(&error))));
    let opposite = match socket.link {
        Link::Tcp { near, far, .. } => ask(far, near)?,
        _ => None,
    };
    let mut hangs_at = None;
    if let Link::Dialing { near } = socket.link {
        for (seat, full) in subject.full {
            if ask(near, *full)?.is_some_and(|record| record.state == sockets::state::SYN_SENT) {
                hangs_at = Some(*seat);
            }
        }
    }
    Ok(Stranger { pid, fd, socket, opposite, hangs_at })
}

fn object(fd: i32, belongings: &Belongings) -> Result<Object, Stop> {
    let kind = belongings.table.iter().find(|(number, _)| *number == fd).map(|(_, kind)| *kind);
    Ok(match kind {
        Some(Kind::Socket { inode }) => {
            socket(fd, belongings)?.map_or(Object::Unknown, |socket| Object::Socket { inode, socket })
        }
        Some(Kind::Pipe) => Object::Pipe,
        Some(Kind::EventFd) => Object::EventFd,
        Some(Kind::SignalFd) => Object::SignalFd,
        Some(Kind::Path) => match fds::special(&format!("{}/{fd}", belongings.path)) {
            Object::Terminal(unknown) => Object::Terminal(belongings.handle.terminal(fd).unwrap_or(unknown)),
            other => other,
        },
        Some(Kind::TimerFd | Kind::Ring | Kind::Other) | None => Object::Unknown,
    })
}

/// A closer look at a socket; `None` where its descriptor or its process has gone meanwhile.
fn socket(fd: i32, belongings: &Belongings) -> Result<Option<Socket>, Stop> {
    match belongings.handle.socket(fd) {
        Ok(socket) => Ok(Some(socket)),
        Err(error) => match error.raw_os_error() {
            Some(libc::EBADF | libc::ESRCH | libc::ENOTSOCK) => Ok(None),
            _ => Err(Stop::Blind(Blind::Descriptors(number_of(&error)))),
        },
    }
}

fn number_of(error: &io::Error) -> i32 {
    error.raw_os_error().unwrap_or(libc::EIO)
}
