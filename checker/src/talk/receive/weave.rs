//! Sequences that are mixed at will, each in its own order: how far may each have come?
//!
//! Sequences that begin alike share their beginnings, as in a dictionary, so that it stays open which
//! of them went on until a line tells them apart.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

/// Ways of reading the same lines that are followed at once. Telling whether lines are a mixture of
/// sequences is hard in general; real sequences differ enough to leave one way or a few.
const MOST_WAYS: usize = 512;

/// All sequences as one tree. Its nodes are numbered so that everything below a node follows it; the
/// root, 0, is where all sequences begin, every other node is a step that sequences make.
#[derive(Debug)]
pub struct Tree {
    nodes: Vec<Node>,
    /// The nodes of each sequence, step by step.
    paths: Vec<Vec<usize>>,
}

#[derive(Debug)]
struct Node {
    parent: usize,
    /// So many sequences come by.
    sequences: usize,
    below: Range<usize>,
    children: Vec<usize>,
}

impl Tree {
    /// Equal steps after equal steps are the same node.
    pub fn new<T: Ord>(sequences: &[Vec<T>]) -> Tree {
        let mut known: BTreeMap<(usize, &T), usize> = BTreeMap::new();
        let mut children: Vec<Vec<usize>> = vec![Vec::new()];
        let mut paths: Vec<Vec<usize>> = Vec::new();
        for sequence in sequences {
            let mut at = 0;
            let path = sequence.iter().map(|step| {
                let next = children.len();
                let node = *known.entry((at, step)).or_insert(next);
                if node == next {
                    children.push(Vec::new());
                    children[at].push(node);
                }
                at = node;
                node
            });
            paths.push(path.collect());
        }
        Tree::in_order(children, paths)
    }

    /// Numbers the nodes anew.
    fn in_order(children: Vec<Vec<usize>>, mut paths: Vec<Vec<usize>>) -> Tree {
        let mut number = vec![0; children.len()];
        let mut nodes: Vec<Node> = Vec::with_capacity(children.len());
        let mut later = vec![(0, 0)];
        while let Some((node, parent)) = later.pop() {
            let at = nodes.len();
            number[node] = at;
            nodes.push(Node { parent, sequences: 0, below: at..at + 1, children: Vec::new() });
            if at > 0 {
                nodes[parent].children.push(at);
            }
            later.extend(children[node].iter().rev().map(|child| (*child, at)));
        }
        for at in (1..nodes.len()).rev() {
            let (parent, end) = (nodes[at].parent, nodes[at].below.end);
            nodes[parent].below.end = nodes[parent].below.end.max(end);
        }
        nodes[0].sequences = paths.len();
        for node in paths.iter_mut().flatten() {
            *node = number[*node];
            nodes[*node].sequences += 1;
        }
        Tree { nodes, paths }
    }

    /// The node of a step.
    pub fn node(&self, sequence: usize, place: usize) -> Option<usize> {
        self.paths.get(sequence)?.get(place).copied()
    }
}

/// How many sequences stand at which node, by node; the root is always told.
type Way = Vec<(usize, usize)>;

/// How far the sequences have come, in every way in which the lines so far can be read.
#[derive(Debug)]
pub struct Weave {
    tree: Arc<Tree>,
    ways: BTreeSet<Way>,
    left: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Done,
    Impossible,
}

impl Weave {
    pub fn new(tree: Arc<Tree>) -> Weave {
        let left = tree.paths.iter().map(Vec::len).sum();
        Weave { ways: BTreeSet::from([vec![(0, tree.paths.len())]]), tree, left }
    }

    pub fn is_over(&self) -> bool {
        self.left == 0
    }

    /// The nodes that may be next.
    pub fn next(&self) -> BTreeSet<usize> {
        let steps = self.ways.iter().flat_map(|way| {
            let standing = way.iter().filter(|(_, count)| *count > 0);
            let children = standing.flat_map(|(node, _)| &self.tree.nodes[*node].children);
            children.copied().filter(|child| self.has_room(way, *child))
        });
        steps.collect()
    }

    /// Goes on by one line that fits these nodes, if any of them may be next.
    pub fn advance(&mut self, fits: &[usize]) -> Step {
        let mut after = BTreeSet::new();
        for way in &self.ways {
            let steps = fits.iter().filter(|node| {
                let parent = self.tree.nodes[**node].parent;
                let at = way.binary_search_by_key(&parent, |(at, _)| *at);
                at.is_ok_and(|at| way[at].1 > 0) && self.has_room(way, **node)
            });
            after.extend(steps.map(|node| self.moved(way, *node)));
        }
        if after.is_empty() {
            return Step::Impossible;
        }
        // The ways that go are those where more sequences have begun, each having come less far: what
        // only those who have come far can say would be missed, the rest can still be said.
        while after.len() > MOST_WAYS {
            after.pop_first();
        }
        self.ways = after;
        self.left -= 1;
        Step::Done
    }

    /// Have sequences made this step?
    pub fn has_come(&self, node: usize) -> bool {
        self.ways.first().is_some_and(|way| self.come_by(way, node) > 0)
    }

    /// How far each sequence has come, in one of the ways.
    pub fn places(&self) -> Vec<usize> {
        let mut places = vec![0; self.tree.paths.len()];
        let mut placed = vec![false; places.len()];
        let Some(way) = self.ways.first() else { return places };
        // Whoever stands furthest first: the others may stand at any node before.
        for (node, count) in way.iter().rev().filter(|(node, _)| *node > 0) {
            let by = |sequence: &usize| self.tree.paths[*sequence].binary_search(node).ok();
            let here = (0..places.len()).filter(|sequence| !placed[*sequence] && by(sequence).is_some());
            let here: Vec<usize> = here.take(*count).collect();
            for sequence in here {
                placed[sequence] = true;
                places[sequence] = by(&sequence).map_or(0, |step| step + 1);
            }
        }
        places
    }

    /// May one more sequence come by this node?
    fn has_room(&self, way: &Way, node: usize) -> bool {
        self.come_by(way, node) < self.tree.nodes[node].sequences
    }

    fn come_by(&self, way: &Way, node: usize) -> usize {
        let below = &self.tree.nodes[node].below;
        let from = way.partition_point(|(at, _)| *at < below.start);
        way[from..].iter().take_while(|(at, _)| *at < below.end).map(|(_, count)| count).sum()
    }

    fn moved(&self, way: &Way, node: usize) -> Way {
        let mut way = way.clone();
        if let Ok(at) = way.binary_search_by_key(&self.tree.nodes[node].parent, |(at, _)| *at) {
            way[at].1 -= 1;
            if way[at].1 == 0 && at > 0 {
                way.remove(at);
            }
        }
        match way.binary_search_by_key(&node, |(at, _)| *at) {
            Ok(at) => way[at].1 += 1,
            Err(at) => way.insert(at, (node, 1)),
        }
        way
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Is `lines` a mixture of the sequences? By trying everything.
    fn is_mixture(sequences: &[Vec<u8>], lines: &[u8]) -> bool {
        match lines.split_first() {
            None => sequences.iter().all(Vec::is_empty),
            Some((line, rest)) => (0..sequences.len()).any(|index| {
                sequences[index].first() == Some(line) && {
                    let mut behind = sequences.to_vec();
                    behind[index].remove(0);
                    is_mixture(&behind, rest)
                }
            }),
        }
    }

    fn weaves(sequences: &[Vec<u8>], lines: &[u8]) -> bool {
        let tree = Arc::new(Tree::new(sequences));
        let mut weave = Weave::new(tree.clone());
        let all = lines.iter().all(|line| {
            let steps = sequences.iter().enumerate().flat_map(|(s, sequence)| {
                let equal = sequence.iter().enumerate().filter(|(_, step)| *step == line);
                equal.map(move |(place, _)| (s, place))
            });
            let nodes: BTreeSet<usize> = steps.filter_map(|(s, place)| tree.node(s, place)).collect();
            weave.advance(&nodes.into_iter().collect::<Vec<_>>()) == Step::Done
        });
        all && weave.is_over()
    }

    #[test]
    fn it_agrees_with_trying_everything() {
        let mut rng = fastrand::Rng::with_seed(11);
        let mut mixtures = 0;
        for _ in 0..3000 {
            let sequences: Vec<Vec<u8>> =
                (0..rng.usize(1..5)).map(|_| (0..rng.usize(0..4)).map(|_| rng.u8(0..3)).collect()).collect();
            let mut lines: Vec<u8> = Vec::new();
            let mut rest = sequences.clone();
            while rest.iter().any(|sequence| !sequence.is_empty()) {
                let index = rng.usize(..rest.len());
                if !rest[index].is_empty() {
                    lines.push(rest[index].remove(0));
                }
            }
            assert!(weaves(&sequences, &lines), "{sequences:?} {lines:?}");
            if lines.len() > 1 {
                let (one, other) = (rng.usize(..lines.len()), rng.usize(..lines.len()));
                lines.swap(one, other);
            }
            mixtures += usize::from(is_mixture(&sequences, &lines));
            assert_eq!(weaves(&sequences, &lines), is_mixture(&sequences, &lines), "{sequences:?} {lines:?}");
        }
        assert!(mixtures > 500 && mixtures < 2900, "{mixtures}");
    }

    #[test]
    fn sequences_that_begin_alike_leave_one_way() {
        let sequences: Vec<Vec<u16>> = (1..=300).map(|number| vec![0, number]).collect();
        let tree = Arc::new(Tree::new(&sequences));
        let mut weave = Weave::new(tree.clone());
        let alike = tree.node(0, 0).unwrap();
        for sequence in (0..300).rev() {
            assert_eq!(weave.advance(&[alike]), Step::Done);
            assert_eq!(weave.ways.len(), 1);
            assert_eq!(weave.advance(&[tree.node(sequence, 1).unwrap()]), Step::Done);
        }
        assert!(weave.is_over());
        assert_eq!(weave.advance(&[alike]), Step::Impossible);
    }

    #[test]
    fn places_tell_one_of_the_ways() {
        let sequences = [vec!["x", "a"], vec!["x", "b"], vec!["y"]];
        let tree = Arc::new(Tree::new(&sequences));
        let mut weave = Weave::new(tree.clone());
        for (sequence, place) in [(0, 0), (0, 0), (1, 1)] {
            assert_eq!(weave.advance(&[tree.node(sequence, place).unwrap()]), Step::Done);
        }
        assert_eq!(weave.places(), [1, 2, 0]);
        assert!(weave.has_come(tree.node(1, 1).unwrap()));
        assert!(!weave.has_come(tree.node(0, 1).unwrap()));
    }
}
