//! Patterns of file names, as a shell has them: `*`, `?`, `[a-z]` and `[!a-z]`.

/// For which files something is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileNames(Vec<String>);

impl FileNames {
    /// `patterns` is not empty.
    pub fn new(patterns: Vec<String>) -> Self {
        FileNames(patterns)
    }

    pub fn patterns(&self) -> &[String] {
        &self.0
    }

    /// Does one of the patterns fit this whole name?
    pub fn fit(&self, name: &str) -> bool {
        let name: Vec<char> = name.chars().collect();
        self.0.iter().any(|pattern| fits(&parsed(pattern), &name))
    }
}

#[derive(Debug)]
enum Part {
    /// `*`
    Any,
    /// `?`
    One,
    Char(char),
    Set {
        ranges: Vec<(char, char)>,
        is_negated: bool,
    },
}

impl Part {
    fn takes(&self, c: char) -> bool {
        match self {
            Part::Any | Part::One => true,
            Part::Char(own) => *own == c,
            Part::Set { ranges, is_negated } => {
                ranges.iter().any(|(from, to)| (*from..=*to).contains(&c)) != *is_negated
            }
        }
    }
}

fn parsed(pattern: &str) -> Vec<Part> {
    let chars: Vec<char> = pattern.chars().collect();
    let mut parts = Vec::new();
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        at += 1;
        parts.push(match c {
            '*' => Part::Any,
            '?' => Part::One,
            '[' => match set(&chars[at..]) {
                Some((part, length)) => {
                    at += length;
                    part
                }
                None => Part::Char('['),
            },
            _ => Part::Char(c),
        });
    }
    parts
}

/// What stands behind `[`, and how many characters it is with its `]`; nothing where that is missing.
fn set(chars: &[char]) -> Option<(Part, usize)> {
    let is_negated = chars.first() == Some(&'!');
    let first = usize::from(is_negated);
    // A `]` in the first place is one of the characters.
    let end = chars.iter().skip(first + 1).position(|c| *c == ']')? + first + 1;
    let mut ranges = Vec::new();
    let mut at = first;
    while at < end {
        match &chars[at..end] {
            [from, '-', to, ..] => {
                ranges.push((*from, *to));
                at += 3;
            }
            _ => {
                ranges.push((chars[at], chars[at]));
                at += 1;
            }
        }
    }
    Some((Part::Set { ranges, is_negated }, end + 1))
}

/// Goes back to the last `*` alone, so that a long name costs no more than its length times the pattern's.
fn fits(parts: &[Part], name: &[char]) -> bool {
    let (mut part, mut at) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while at < name.len() {
        match parts.get(part) {
            Some(Part::Any) => {
                star = Some((part, at));
                part += 1;
            }
            Some(one) if one.takes(name[at]) => {
                part += 1;
                at += 1;
            }
            _ => {
                let Some((behind, from)) = star else { return false };
                star = Some((behind, from + 1));
                part = behind + 1;
                at = from + 1;
            }
        }
    }
    parts[part..].iter().all(|part| matches!(part, Part::Any))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_whole_names_as_in_a_shell() {
        let fit = |pattern: &str, name: &str| FileNames::new(vec![pattern.to_owned()]).fit(name);
        for (pattern, name) in [
            ("*", ""),
            ("*.py", "sum.py"),
            ("*.py", ".py"),
            ("s*m*.p?", "sim-sum.py"),
            ("[a-c]x", "bx"),
            ("[!a-c]x", "dx"),
            ("[]x]", "]"),
            ("[!]]", "x"),
            ("[a-]", "-"),
            ("[ab", "[ab"),
            ("[]", "[]"),
            ("caf\u{e9}.*", "caf\u{e9}.py"),
        ] {
            assert!(fit(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [
            ("*.py", "sum.pyc"),
            ("*.py", "sum.PY"),
            ("sum.py", "my-sum.py"),
            ("?", ""),
            ("[a-c]x", "dx"),
            ("[!a-c]x", "bx"),
            ("a*b*c", "acb"),
            ("", "x"),
            ("\\*", "*"),
        ] {
            assert!(!fit(pattern, name), "{pattern} {name}");
        }
        assert!(!fit(&"*a".repeat(200), &"a".repeat(199)));
        assert!(FileNames::new(vec!["*.js".into(), "*.py".into()]).fit("sum.py"));
    }
}
