//! The subject of a sentence: names, `everyone`, `everyone but …`.

use rust_i18n::t;

use super::slice::Slice;

/// Words with a meaning of their own, which no actor may have as a name.
pub const RESERVED: [&str; 14] = [
    "and", "but", "everyone", "hint", "it", "mark", "member", "nothing", "program", "repeat", "the", "they",
    "together", "user",
];

/// A subject as it was written.
#[derive(Debug, Clone)]
pub struct Subject<'a> {
    pub everyone: Option<Slice<'a>>,
    /// The names; behind `everyone but` those that are left out.
    pub names: Vec<Slice<'a>>,
}

impl Subject<'_> {
    pub fn is_plural(&self) -> bool {
        self.everyone.is_none() && self.names.len() > 1
    }
}

/// Reads a subject from the first words of a sentence, and tells how many words it has. `None` where
/// the sentence begins with something else: `program`, `user`, `together` …
pub fn read<'a>(words: &[Slice<'a>]) -> Option<(Subject<'a>, usize)> {
    let first = words.first()?;
    if first.text == "everyone" {
        let everyone = Some(*first);
        return match words.get(1) {
            Some(but) if but.text == "but" => {
                let (names, taken) = names(&words[2..])?;
                Some((Subject { everyone, names }, taken + 2))
            }
            _ => Some((Subject { everyone, names: Vec::new() }, 1)),
        };
    }
    if ["program", "user", "together", "repeat", "mark", "hint"].contains(&first.text) {
        return None;
    }
    let (names, taken) = names(words)?;
    Some((Subject { everyone: None, names }, taken))
}

/// What is wrong with a name, if anything is.
pub fn fault_of_name(name: &str) -> Option<String> {
    let fits = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if !fits {
        return Some(t!("`%{name}` is no name", name = name).into());
    }
    RESERVED
        .contains(&name)
        .then(|| t!("`%{name}` is a word of the language and no name", name = name).into())
}

/// `ana`, `ana and bia`, `ana, bia and caio`.
fn names<'a>(words: &[Slice<'a>]) -> Option<(Vec<Slice<'a>>, usize)> {
    let mut names = vec![*words.first().filter(|word| is_like_a_name(word))?];
    let mut taken = 1;
    loop {
        let divider = match words.get(taken..) {
            Some([comma, and, ..]) if comma.text == "," && and.text == "and" => 2,
            Some([divider, ..]) if [",", "and"].contains(&divider.text) => 1,
            _ => return Some((names, taken)),
        };
        let Some(name) = words.get(taken + divider).filter(|word| is_like_a_name(word)) else {
            return Some((names, taken));
        };
        names.push(*name);
        taken += divider + 1;
    }
}

fn is_like_a_name(word: &Slice<'_>) -> bool {
    word.text.chars().all(|c| c.is_alphanumeric() || "_-".contains(c))
}
