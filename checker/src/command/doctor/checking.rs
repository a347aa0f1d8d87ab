//! What a program that is checked is kept from, and how much of it is seen.

use std::borrow::Cow;

use rust_i18n::t;

use super::{Finding, State};
use crate::machine::isolation::probe::{Landlock, Rights};
use crate::machine::isolation::{Level, Obstacle, Reach};
use crate::machine::sight::{Blind, Sight};

pub fn findings(reach: &Reach) -> Vec<Finding> {
    vec![separation(reach), files(reach), sight()]
}

fn separation(reach: &Reach) -> Finding {
    let told = match (reach.level, reach.rights) {
        (Level::Full, Rights::Root) => {
            t!("full: each check has a network, a process table, a folder and a user of its own")
        }
        (Level::Full, _) => {
            t!("full: each check has a network, a process table, a folder and a user namespace of its own")
        }
        (Level::Partial, _) => t!(
            "partial: each check has a keeper that ends its whole process tree, a folder, and a port that nobody else is given; the network and the process table are the machine's"
        ),
        (Level::Basic, _) => t!("basic: each check has a process group, a folder and a port"),
    };
    let told = match reach.obstacle {
        None => told,
        Some(obstacle) => t!(
            "%{level}. Full isolation is not to be had here: %{obstacle}",
            level = told,
            obstacle = obstacle
        ),
    };
    let state = if reach.level == Level::Full { State::Well } else { State::Weak };
    Finding::new(state, t!("isolation"), told).more(reach.obstacle.map(cures).unwrap_or_default())
}

fn cures(obstacle: Obstacle) -> Vec<Cow<'static, str>> {
    match obstacle {
        Obstacle::NotLinux => Vec::new(),
        Obstacle::UserNamespace(_) | Obstacle::IdMap(_) | Obstacle::Namespaces(_) => vec![
            t!(
                "Ubuntu 23.10 and newer, and GitHub's runners: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"
            ),
            t!("Debian before 11: sudo sysctl -w kernel.unprivileged_userns_clone=1"),
            t!(
                "In a Docker container: docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined"
            ),
            t!("Where user namespaces are limited: sudo sysctl -w user.max_user_namespaces=10000"),
        ],
    }
}

fn files(reach: &Reach) -> Finding {
    let (state, told) = match reach.landlock {
        Landlock::Available => (
            State::Well,
            t!("Landlock: a program reads the system's files and its own, and writes only into its folder"),
        ),
        Landlock::Missing => (
            State::Weak,
            t!(
                "this kernel has no Landlock (Linux 5.13, switched on with lsm=landlock,…): a program reads and writes whatever its user may"
            ),
        ),
    };
    Finding::new(state, t!("files"), told)
}

fn sight() -> Finding {
    let blind = match Sight::open() {
        Ok(_) => {
            let told =
                t!("the checker sees what each thread of a program does, and need not wait for time-outs");
            return Finding::new(State::Well, t!("sight"), told);
        }
        Err(blind) => blind,
    };
    let told = t!("%{blind}. Checks rest on time-outs: they take longer, and explain less", blind = blind);
    let more = match blind {
        Blind::Proc(..) | Blind::Descriptors(_) => vec![
            t!("In a container: docker run --cap-add SYS_PTRACE"),
            t!(
                "Where /proc/sys/kernel/yama/ptrace_scope is 2 or 3: sudo sysctl -w kernel.yama.ptrace_scope=1 (3 only changes with a restart)"
            ),
        ],
        Blind::Sockets(_) => vec![t!(
            "The kernel needs CONFIG_INET_DIAG; in a container, a seccomp profile that allows netlink sockets"
        )],
        Blind::NotLinux | Blind::ByteCounts => Vec::new(),
    };
    Finding::new(State::Weak, t!("sight"), told).more(more)
}
