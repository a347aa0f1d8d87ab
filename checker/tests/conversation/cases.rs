//! Every form of receiving once, with a plain reading of its own of what it takes.

use checker::model::stage::Ending;

use crate::play::{Cue, Play, play_in};

/// One form, the answer that it asks for, and what else it would take.
pub struct Case {
    pub settings: &'static str,
    pub script: &'static str,
    pub answer: &'static str,
    pub ends: Option<Ending>,
    pub takes: fn(&Heard) -> bool,
}

/// A whole answer.
pub struct Heard<'a> {
    pub bytes: &'a [u8],
    pub ending: Option<Ending>,
}

impl Heard<'_> {
    /// Without line ends; the rest behind the last newline is a line, too.
    fn lines(&self) -> Vec<Vec<u8>> {
        let mut lines: Vec<Vec<u8>> = self.bytes.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
        let rest = lines.pop().unwrap_or_default();
        for line in &mut lines {
            if line.ends_with(b"\r") {
                line.pop();
            }
        }
        if !rest.is_empty() {
            lines.push(rest);
        }
        lines
    }

    fn texts(&self) -> Vec<String> {
        self.lines().into_iter().map(|line| String::from_utf8_lossy(&line).into_owned()).collect()
    }

    fn is_terminated(&self) -> bool {
        self.bytes.ends_with(b"\n")
    }
}

/// Is the whole a mixture of these, each in its own order?
fn is_mixture(sequences: &[&[&str]], lines: &[String], fits: fn(&str, &str) -> bool) -> bool {
    match lines.split_first() {
        None => sequences.iter().all(|sequence| sequence.is_empty()),
        Some((line, rest)) => (0..sequences.len()).any(|index| {
            sequences[index].first().is_some_and(|text| fits(text, line)) && {
                let mut behind = sequences.to_vec();
                behind[index] = &behind[index][1..];
                is_mixture(&behind, rest, fits)
            }
        }),
    }
}

/// `1` stands in `[1]`, not in `10`.
fn stands_in(text: &str, line: &str) -> bool {
    line.split(|c: char| !c.is_alphanumeric()).any(|word| word == text)
}

pub fn cases() -> Vec<Case> {
    let case = |script, answer, takes| Case { settings: "", script, answer, ends: None, takes };
    let ending = |script, ends, takes| Case { settings: "", script, answer: "", ends: Some(ends), takes };
    vec![
        case("ana receives: oi", "oi\n", |heard| heard.texts() == ["oi"]),
        case("ana receives: \"oi\\n\"", "oi\n", |heard| heard.texts() == ["oi"] && heard.is_terminated()),
        case("ana receives: \"um\\n\\ndois\\n\"", "um\n\ndois\n", |heard| {
            heard.texts() == ["um", "", "dois"] && heard.is_terminated()
        }),
        case("ana receives: \"oi\\r\\n\"", "oi\r\n", |heard| heard.bytes == b"oi\r\n"),
        case("ana receives: n {3..1}", "n 3\nn 2\nn 1\n", |heard| heard.texts() == ["n 3", "n 2", "n 1"]),
        case("ana receives: /^o.*i$/i", "olá, bia, oi\n", |heard| {
            let lines = heard.lines();
            lines.len() == 1 && {
                let line = lines[0].to_ascii_lowercase();
                // A dot is a character.
                std::str::from_utf8(&line).is_ok()
                    && line.len() > 1
                    && line[0] == b'o'
                    && line.ends_with(b"i")
            }
        }),
        case("ana receives:\n  id {id};\n  {id}!", "id 42;\n42!\n", |heard| {
            let lines = heard.lines();
            lines.len() == 2 && {
                let id = lines[0].strip_prefix(b"id ").and_then(|line| line.strip_suffix(b";"));
                id.is_some_and(|id| !id.is_empty() && lines[1] == [id, b"!"].concat())
            }
        }),
        case("ana eventually receives:\n  um\n  dois", "x\num\ny\ndois\n", |heard| {
            let lines = heard.texts();
            let first = lines.iter().position(|line| line == "um");
            let behind = first.map(|at| &lines[at + 1..]).unwrap_or_default();
            behind.iter().position(|line| line == "dois").is_some_and(|at| at + 1 == behind.len())
        }),
        case("ana receives one of:\n  sim\n  não", "não\n", |heard| {
            heard.texts() == ["sim"] || heard.texts() == ["não"]
        }),
        case("ana receives in any order:\n  a\n  a\n  b\n  c", "c\na\nb\na\n", |heard| {
            let mut lines = heard.texts();
            lines.sort();
            lines == ["a", "a", "b", "c"]
        }),
        case("ana receives in any order:\n  /a/\n  /b/\n  /a|b/", "ab\nb\na\n", |heard| {
            let lines = heard.texts();
            let fits = |at: usize, letters: &str| lines[at].contains(|c| letters.contains(c));
            let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
            lines.len() == 3
                && orders.iter().any(|[a, b, c]| fits(*a, "a") && fits(*b, "b") && fits(*c, "ab"))
        }),
        case("ana receives interleaved:\n  x\n  a\n  --\n  x\n  b\n  --\n  c", "x\nc\nx\nb\na\n", |heard| {
            is_mixture(&[&["x", "a"], &["x", "b"], &["c"]], &heard.texts(), |text, line| text == line)
        }),
        case("ana receives raw: \"a\\0\\nb\"", "a\0\nb", |heard| heard.bytes == b"a\0\nb"),
        case("ana sends: Pão\nana receives what it sent", "Pão\n", |heard| {
            heard.bytes == "Pão\n".as_bytes()
        }),
        case("ana sends: Pão\nana receives what it sent, in upper case", "PÃO\n", |heard| {
            heard.bytes == "PÃO\n".as_bytes()
        }),
        case(
            "bia connects\nbia sends:\n  um\n  1\n  10\nana receives what bia sent, line by line",
            "[um]\nbia: 1\n10\n",
            |heard| is_mixture(&[&["um", "1", "10"]], &heard.texts(), stands_in),
        ),
        Case {
            settings: "actors: { crowd: { clients: 3 } }",
            script: "crowd connects\ncrowd sends:\n  oi\n  {member}\nana receives what crowd sent, line by line",
            answer: "oi\n2\noi\noi\n1\n3\n",
            ends: None,
            takes: |heard| is_mixture(&[&["oi", "1"], &["oi", "2"], &["oi", "3"]], &heard.texts(), stands_in),
        },
        case("ana receives 3 lines", "a\nb\nc\n", |heard| heard.lines().len() == 3),
        case("ana receives at most 2 lines", "a\nb\n", |heard| heard.lines().len() <= 2),
        case("ana receives nothing", "", |heard| heard.bytes.is_empty()),
        case("ana receives nothing but: /a/", "a\nba\n", |heard| {
            heard.texts().iter().all(|line| line.contains('a'))
        }),
        Case {
            settings: "ignore: [/^#/]",
            script: "ana receives:\n  um\n  dois",
            answer: "# a\num\n# b\ndois\n#",
            ends: None,
            takes: |heard| {
                let lines: Vec<String> =
                    heard.texts().into_iter().filter(|line| !line.starts_with('#')).collect();
                lines == ["um", "dois"]
            },
        },
        ending("ana receives the end", Ending::Fin, |heard| {
            heard.bytes.is_empty() && heard.ending == Some(Ending::Fin)
        }),
        ending("ana is disconnected", Ending::Reset, |heard| {
            heard.bytes.is_empty() && heard.ending.is_some()
        }),
        ending("ana receives a reset", Ending::Reset, |heard| {
            heard.bytes.is_empty() && heard.ending == Some(Ending::Reset)
        }),
        Case {
            settings: "",
            script: "ana receives: oi\nana eventually receives the end",
            answer: "oi\nx\ny",
            ends: Some(Ending::Fin),
            takes: |heard| {
                let first = heard.lines().into_iter().next();
                first == Some(b"oi".to_vec()) && heard.ending == Some(Ending::Fin)
            },
        },
    ]
}

impl Case {
    pub fn play(&self, bytes: &[u8], ending: Option<Ending>) -> Play {
        let play = play_in(self.settings, &format!("ana connects\n{}", self.script)).says("ana", bytes);
        match ending {
            Some(ending) => play.cue(Cue::Ends("ana".into(), ending)),
            None => play,
        }
    }
}
