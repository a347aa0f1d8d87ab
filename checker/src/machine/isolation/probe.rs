//! Which level this machine allows: tried in a forked child, never assumed.

use std::fmt;
use std::fs;
use std::io;

use nix::sched::{CloneFlags, unshare};
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::{ForkResult, Gid, Uid, fork};
use rust_i18n::t;

use super::{Level, Wanted, landlock, namespaces};

/// How far this machine goes, and what stands in the way of more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    pub level: Level,
    /// Why it is not full; none where it is, or where less was asked for.
    pub obstacle: Option<Obstacle>,
    pub landlock: Landlock,
    pub rights: Rights,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Landlock {
    Available,
    Missing,
}

/// Where the rights to make namespaces come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rights {
    /// The checker is root of the machine, or of a container that lets it.
    Root,
    /// A user namespace of the checker's own.
    UserNamespace,
    None,
}

/// The step that was refused, with the system's error number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    UserNamespace(i32),
    IdMap(i32),
    Namespaces(i32),
    NotLinux,
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reason = |errno: &i32| io::Error::from_raw_os_error(*errno);
        match self {
            Obstacle::UserNamespace(errno) => {
                f.write_str(&t!("a user namespace is refused: %{error}", error = reason(errno)))
            }
            Obstacle::IdMap(errno) => f.write_str(&t!(
                "a user namespace is allowed, but not to be anybody in it: %{error}",
                error = reason(errno)
            )),
            Obstacle::Namespaces(errno) => f.write_str(&t!(
                "network, process and mount namespaces are refused: %{error}",
                error = reason(errno)
            )),
            Obstacle::NotLinux => f.write_str(&t!("only Linux has namespaces")),
        }
    }
}

/// Enters the strongest level that is asked for and allowed. To be called while there is one thread.
///
/// # Errors
/// The obstacle, where exactly a level was asked for that cannot be had.
pub fn enter(wanted: Wanted) -> Result<Reach, Obstacle> {
    let landlock = if landlock::is_available() { Landlock::Available } else { Landlock::Missing };
    let reach = |level, obstacle, rights| Reach { level, obstacle, landlock, rights };
    if let Wanted::Exactly(level @ (Level::Partial | Level::Basic)) = wanted {
        return Ok(reach(level, None, Rights::None));
    }
    let obstacle = match try_in_child(Rights::Root) {
        Ok(()) => return Ok(reach(Level::Full, None, Rights::Root)),
        Err(_) => match try_in_child(Rights::UserNamespace) {
            Ok(()) => match enter_user_namespace() {
                Ok(()) => return Ok(reach(Level::Full, None, Rights::UserNamespace)),
                Err(obstacle) => obstacle,
            },
            Err(obstacle) => obstacle,
        },
    };
    match wanted {
        Wanted::Exactly(_) => Err(obstacle),
        Wanted::Auto => Ok(reach(Level::Partial, Some(obstacle), Rights::None)),
    }
}

/// Does it all once in a child, which tells by its exit status.
fn try_in_child(rights: Rights) -> Result<(), Obstacle> {
    // SAFETY: there is one thread, so the child may do whatever it likes.
    match unsafe { fork() } {
        Err(errno) => Err(Obstacle::Namespaces(errno as i32)),
        Ok(ForkResult::Child) => {
            let code = match try_here(rights) {
                Ok(()) => 0,
                Err(Obstacle::UserNamespace(errno)) => coded(1, errno),
                Err(Obstacle::IdMap(errno)) => coded(2, errno),
                Err(_) => coded(3, 0),
            };
            // SAFETY: the child must not run what the parent has yet to do.
            unsafe { libc::_exit(code) }
        }
        Ok(ForkResult::Parent { child }) => match waitpid(child, None) {
            Ok(WaitStatus::Exited(_, 0)) => Ok(()),
            Ok(WaitStatus::Exited(_, code)) => Err(decoded(code)),
            _ => Err(Obstacle::Namespaces(0)),
        },
    }
}

/// An exit status has eight bits: two for the step, six for the error number, EPERM where it has more.
fn coded(step: i32, errno: i32) -> i32 {
    step << 6 | if errno < 64 { errno } else { libc::EPERM }
}

fn decoded(code: i32) -> Obstacle {
    let errno = if code & 63 == 0 { libc::EPERM } else { code & 63 };
    match code >> 6 {
        1 => Obstacle::UserNamespace(errno),
        2 => Obstacle::IdMap(errno),
        _ => Obstacle::Namespaces(errno),
    }
}

fn try_here(rights: Rights) -> Result<(), Obstacle> {
    let errno = |error: io::Error| error.raw_os_error().unwrap_or(libc::EPERM);
    if rights == Rights::UserNamespace {
        enter_user_namespace()?;
    } else if !Uid::effective().is_root() {
        return Err(Obstacle::Namespaces(libc::EPERM));
    }
    namespaces::enter().map_err(|error| Obstacle::Namespaces(errno(error)))?;
    let folder = std::env::temp_dir();
    namespaces::mount_folder(&folder).map_err(|error| Obstacle::Namespaces(errno(error)))?;
    namespaces::enter_processes().map_err(|error| Obstacle::Namespaces(errno(error)))
}

/// A user namespace in which the checker is whom it was, with every right below it.
fn enter_user_namespace() -> Result<(), Obstacle> {
    let (uid, gid) = (Uid::effective(), Gid::effective());
    unshare(CloneFlags::CLONE_NEWUSER).map_err(|errno| Obstacle::UserNamespace(errno as i32))?;
    let map = |file: &str, content: String| {
        let failed = |error: io::Error| Obstacle::IdMap(error.raw_os_error().unwrap_or(libc::EPERM));
        fs::write(format!("/proc/self/{file}"), content).map_err(failed)
    };
    map("setgroups", "deny".to_string())?;
    map("uid_map", format!("{uid} {uid} 1\n"))?;
    map("gid_map", format!("{gid} {gid} 1\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_obstacle_survives_an_exit_status() {
        for (step, obstacle) in [(1, Obstacle::UserNamespace(28)), (2, Obstacle::IdMap(1))] {
            let errno = match obstacle {
                Obstacle::UserNamespace(errno) | Obstacle::IdMap(errno) => errno,
                _ => 0,
            };
            assert_eq!(decoded(coded(step, errno)), obstacle);
            assert!(coded(step, 1000) < 256);
        }
        assert_eq!(decoded(coded(3, 0)), Obstacle::Namespaces(libc::EPERM));
    }
}
