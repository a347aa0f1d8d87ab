//! A part of a class for each of several machines: each submission in one of them, none in two, and each part about
//! as long as the others. Whoever computes it from the same class gets the same parts.

use std::collections::BTreeMap;
use std::str::FromStr;

use rust_i18n::t;

use super::refusal::GradeError;

/// `--shard`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shard {
    /// Part `index`, from 1, of so many.
    Of { index: u32, count: u32 },
    /// What the surroundings say.
    Auto,
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers = || {
            let (index, count) = text.split_once('/')?;
            let (index, count) = (index.parse().ok()?, count.parse().ok()?);
            (index >= 1 && index <= count).then_some(Shard::Of { index, count })
        };
        if text == "auto" {
            return Ok(Shard::Auto);
        }
        numbers()
            .ok_or_else(|| t!("write it as I/N with I from 1 to N, such as 2/8, or as auto").into_owned())
    }
}

impl Shard {
    /// Its number, from 1, and how many there are.
    ///
    /// # Errors
    /// The surroundings say nothing, or not enough.
    pub fn resolve(self, variable: impl Fn(&str) -> Option<String>) -> Result<(u32, u32), GradeError> {
        match self {
            Shard::Of { index, count } => Ok((index, count)),
            Shard::Auto => of_surroundings(variable),
        }
    }
}

fn of_surroundings(variable: impl Fn(&str) -> Option<String>) -> Result<(u32, u32), GradeError> {
    let number = |name: &str| variable(name).and_then(|text| text.trim().parse::<u32>().ok());
    let found = if let Some(task) = number("SLURM_ARRAY_TASK_ID") {
        let first = number("SLURM_ARRAY_TASK_MIN").unwrap_or(0);
        let step = number("SLURM_ARRAY_TASK_STEP").unwrap_or(1).max(1);
        let index = task.checked_sub(first).map(|distance| distance / step + 1);
        (index, number("SLURM_ARRAY_TASK_COUNT"), "SLURM_ARRAY_TASK_COUNT")
    } else if let Some(index) = number("JOB_COMPLETION_INDEX") {
        (index.checked_add(1), number("JOB_COMPLETIONS"), "JOB_COMPLETIONS")
    } else if let Some(index) = number("CI_NODE_INDEX") {
        (Some(index), number("CI_NODE_TOTAL"), "CI_NODE_TOTAL")
    } else {
        return Err(GradeError::NoShard);
    };
    match found {
        (Some(index), Some(count), _) if index >= 1 && index <= count => Ok((index, count)),
        (_, None, name) => Err(GradeError::ShardOfHowMany { name }),
        (_, _, name) => Err(GradeError::ShardOutside { name }),
    }
}

/// The places, in `names`, of those that this part has. The longest come first, each to the part that has least so
/// far; who is not known takes as long as the middle one of those who are.
pub fn part(names: &[String], milliseconds: &BTreeMap<String, f64>, index: u32, count: u32) -> Vec<usize> {
    let mut known: Vec<f64> = names.iter().filter_map(|name| milliseconds.get(name)).copied().collect();
    known.sort_by(f64::total_cmp);
    let usual = known.get(known.len() / 2).copied().unwrap_or(1.0);
    let length = |place: &usize| milliseconds.get(&names[*place]).copied().unwrap_or(usual);
    let mut places: Vec<usize> = (0..names.len()).collect();
    places.sort_by(|one, other| {
        length(other).total_cmp(&length(one)).then_with(|| names[*one].cmp(&names[*other]))
    });
    let mut loads = vec![0.0_f64; count.max(1) as usize];
    let mut mine = Vec::new();
    for place in places {
        let least = (0..loads.len()).min_by(|one, other| loads[*one].total_cmp(&loads[*other])).unwrap_or(0);
        loads[least] += length(&place);
        if least + 1 == index as usize {
            mine.push(place);
        }
    }
    mine.sort_unstable();
    mine
}

#[cfg(test)]
mod tests {
    use super::*;

    fn auto(set: &[(&str, &str)]) -> Option<(u32, u32)> {
        let variable =
            |name: &str| set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        Shard::Auto.resolve(variable).ok()
    }

    #[test]
    fn the_surroundings_say_which_part() {
        let slurm =
            [("SLURM_ARRAY_TASK_ID", "7"), ("SLURM_ARRAY_TASK_MIN", "4"), ("SLURM_ARRAY_TASK_COUNT", "5")];
        assert_eq!(auto(&slurm), Some((4, 5)));
        let stepping = [
            ("SLURM_ARRAY_TASK_ID", "20"),
            ("SLURM_ARRAY_TASK_MIN", "0"),
            ("SLURM_ARRAY_TASK_STEP", "10"),
            ("SLURM_ARRAY_TASK_COUNT", "3"),
        ];
        assert_eq!(auto(&stepping), Some((3, 3)));
        assert_eq!(auto(&[("JOB_COMPLETION_INDEX", "0"), ("JOB_COMPLETIONS", "3")]), Some((1, 3)));
        assert_eq!(auto(&[("CI_NODE_INDEX", "2"), ("CI_NODE_TOTAL", "2")]), Some((2, 2)));
        assert_eq!(auto(&[("CI_NODE_INDEX", "3"), ("CI_NODE_TOTAL", "2")]), None);
        assert_eq!(auto(&[("JOB_COMPLETION_INDEX", "0")]), None);
        assert_eq!(auto(&[]), None);
    }

    #[test]
    fn a_part_is_written_as_two_numbers() {
        assert_eq!("2/8".parse(), Ok(Shard::Of { index: 2, count: 8 }));
        assert_eq!("auto".parse(), Ok(Shard::Auto));
        for wrong in ["0/3", "4/3", "2", "a/b", "", "1/0", "-1/3"] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn everybody_is_in_one_part_and_the_parts_are_alike() {
        let names: Vec<String> = (0..20).map(|number| format!("turma {number}")).collect();
        let long =
            BTreeMap::from([(names[3].clone(), 300.0), (names[4].clone(), 10.0), (names[5].clone(), 10.0)]);
        for known in [BTreeMap::new(), long.clone()] {
            let mut all: Vec<usize> = (1..=3).flat_map(|index| part(&names, &known, index, 3)).collect();
            all.sort_unstable();
            assert_eq!(all, (0..20).collect::<Vec<_>>());
        }
        let sizes =
            |known: &BTreeMap<String, f64>| [1, 2, 3].map(|index| part(&names, known, index, 3).len());
        assert_eq!(sizes(&BTreeMap::new()), [7, 7, 6]);
        assert_eq!(sizes(&long), [1, 10, 9]);
    }
}
