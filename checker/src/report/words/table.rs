//! The threads of a program, one line each, and those that do alike in one line.

use super::doing::{doing, partner, thread_name};
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
    let line = |group: Alike| {
        let does = ["is ", "are "].iter().find_map(|verb| group.doing.strip_prefix(verb));
        format!("{}: {}", group.names, does.unwrap_or(&group.doing))
    };
    alike(&scene.living(), scene).into_iter().map(line).collect()
}

fn told(group: &[&ThreadView], scene: Scene) -> Vec<Alike> {
    let Some(sighting) = scene.sighting else { return Vec::new() };
    if group.len() <= APART {
        let one = |thread: &&ThreadView| Alike {
            names: thread_name(thread, sighting),
            doing: doing(thread, scene),
            threads: 1,
        };
        return group.iter().map(one).collect();
    }
    vec![Alike { names: names(group), doing: plural(group, scene), threads: group.len() }]
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
        return format!("threads {} to {}", numbers[0], numbers[numbers.len() - 1]);
    }
    let mut named: Vec<String> = numbers.iter().take(3).map(ToString::to_string).collect();
    match numbers.len() - named.len() {
        0 => {}
        1 => named.push(numbers[3].to_string()),
        more => named.push(format!("{more} more")),
    }
    format!("threads {}", list(&named))
}

fn plural(group: &[&ThreadView], scene: Scene) -> String {
    let seats: Vec<String> =
        group.iter().filter_map(|thread| Some(scene.name(partner(&thread.doing)?))).collect();
    let whose = match seats.as_slice() {
        [first, .., last] if seats.len() > 3 => format!("{first} … {last}"),
        few => list(few),
    };
    let first = group[0];
    match &first.doing {
        Doing::Receiving(Whom::Client { .. }) => format!("are blocked in recv() on the sockets of {whose}"),
        Doing::Sending(Whom::Client { .. }) => {
            format!("are blocked in send() to {whose}, who are not reading")
        }
        _ => {
            let does = doing(first, scene);
            let verbs = [("is ", "are "), ("waits ", "wait "), ("sleeps", "sleep"), ("runs ", "run ")];
            let verb = verbs.iter().find(|(one, _)| does.starts_with(one));
            verb.map_or(does.clone(), |(one, many)| does.replacen(one, many, 1))
        }
    }
}
