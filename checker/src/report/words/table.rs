//! The threads of a program, one line each, and those that do alike in one line.

use rust_i18n::t;

use super::doing::{Subject, doing, is_blocked, partner, predicate, thread_name};
use super::list;
use super::scene::Scene;
use crate::model::sight::{Doing, ThreadView, Whom};

/// Threads that do alike are told one by one up to this many.
const APART: usize = 2;

/// Threads that do the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alike {
    /// `thread 2`, `threads 4 to 203`
    pub names: String,
    /// Behind the names: `is blocked in accept()`, `are blocked in …`
    pub doing: String,
    /// Behind the names and a colon: `blocked in accept()`
    pub heading: String,
    pub threads: usize,
}

/// The threads in their order; those that do alike stand where the first of them does.
pub fn alike(threads: &[&ThreadView], scene: Scene) -> Vec<Alike> {
    let mut groups: Vec<Vec<&ThreadView>> = Vec::new();
    for thread in threads {
        let like = |group: &&mut Vec<&ThreadView>| {
            group[0].pid == thread.pid
                && group[0].number != 1
                && shape(group[0], scene) == shape(thread, scene)
        };
        match groups.iter_mut().find(like) {
            Some(group) => group.push(thread),
            None => groups.push(vec![thread]),
        }
    }
    groups.into_iter().flat_map(|group| told(&group, scene)).collect()
}

/// The table of a report: a line each, `thread 2: blocked in accept()`.
pub fn thread_table(scene: Scene) -> Vec<String> {
    let line = |group: Alike| format!("{}: {}", group.names, group.heading);
    alike(&scene.living(), scene).into_iter().map(line).collect()
}

fn told(group: &[&ThreadView], scene: Scene) -> Vec<Alike> {
    let Some(sighting) = scene.sighting else { return Vec::new() };
    if group.len() <= APART {
        let one = |thread: &&ThreadView| Alike {
            names: thread_name(thread, sighting),
            doing: doing(thread, scene),
            heading: predicate(thread, Subject::Heading, scene),
            threads: 1,
        };
        return group.iter().map(one).collect();
    }
    vec![Alike {
        names: names(group),
        doing: of_many(group, Subject::Many, scene),
        heading: of_many(group, Subject::HeadingOfMany, scene),
        threads: group.len(),
    }]
}

/// What makes two threads alike: the same call, whoever is at its other end.
fn shape(thread: &ThreadView, scene: Scene) -> String {
    match &thread.doing {
        Doing::Receiving(Whom::Client { limit, .. }) => format!("recv {limit:?}"),
        Doing::Sending(Whom::Client { limit, .. }) => format!("send {limit:?}"),
        _ => doing(thread, scene),
    }
}

/// `threads 2 to 9`, `threads 2, 4, 6 and 61 more`
fn names(group: &[&ThreadView]) -> String {
    let numbers: Vec<usize> = group.iter().map(|thread| thread.number).collect();
    let in_a_row = numbers.windows(2).all(|pair| pair[1] == pair[0] + 1);
    if in_a_row {
        let (first, last) = (numbers[0], numbers[numbers.len() - 1]);
        return t!("threads %{first} to %{last}", first = first, last = last).into_owned();
    }
    let mut named: Vec<String> = numbers.iter().take(3).map(ToString::to_string).collect();
    match numbers.len() - named.len() {
        0 => {}
        1 => named.push(numbers[3].to_string()),
        more => named.push(t!("%{number} more", number = more).into_owned()),
    }
    t!("threads %{list}", list = list(&named)).into_owned()
}

fn of_many(group: &[&ThreadView], subject: Subject, scene: Scene) -> String {
    let seats: Vec<String> =
        group.iter().filter_map(|thread| Some(scene.name(partner(&thread.doing)?))).collect();
    let whose = match seats.as_slice() {
        [first, .., last] if seats.len() > 3 => format!("{first} … {last}"),
        few => list(few),
    };
    let is_blocked = is_blocked(subject);
    match &group[0].doing {
        Doing::Receiving(Whom::Client { .. }) => {
            t!("%{is_blocked} in recv() on the sockets of %{names}", is_blocked = is_blocked, names = whose)
                .into_owned()
        }
        Doing::Sending(Whom::Client { .. }) => t!(
            "%{is_blocked} in send() to %{names}, who are not reading",
            is_blocked = is_blocked,
            names = whose
        )
        .into_owned(),
        _ => predicate(group[0], subject, scene),
    }
}
