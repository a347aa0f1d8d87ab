//! What holds for every script and for every text, however broken.

use std::path::Path;

use checker::manifest;
use checker::model::course::Check;
use checker::model::script::{Script, Sentence, Step};

/// A script with something of everything.
const EVERYTHING: &str = include_str!("everything.yaml");

#[test]
fn a_script_that_says_itself_means_the_same() {
    let course =
        manifest::read(Path::new("labs.yaml"), EVERYTHING).unwrap_or_else(|problems| panic!("{problems}"));
    for check in course.labs.iter().flat_map(|lab| &lab.checks) {
        let said = check.script.to_string();
        let again = read_again(check, &said);
        assert_eq!(bare(&again.script.steps), bare(&check.script.steps), "{said}");
        assert_eq!(again.cast, check.cast);
        assert_eq!(again.script.to_string(), said);
    }
}

#[test]
fn counting_lines_are_folded_again() {
    for text in ["{200..1}", "/^Z: {1..20}$/", "\"a\\t: {8..12}\"", "x{2..1}", "#{1..3}", "0{2..1}", "{5..5}"]
    {
        let course = read_lines(&["ana connects", &format!("ana receives: {text}")]);
        let said = course.script.to_string();
        assert_eq!(said.lines().count(), 2, "{said}");
        assert_eq!(bare(&read_again(&course, &said).script.steps), bare(&course.script.steps), "{said}");
    }
    for kept in
        ["/a{2}/\n/a{3}/", "{word2}\n{word3}", "\"\\x31\"\n\"\\x32\"", "/[1]/\n/[2]/", "01\n02", "1{12..8}"]
    {
        let lines: Vec<String> = kept.lines().map(|line| format!("  {line}")).collect();
        let mut script = vec!["ana connects", "ana receives one of:"];
        script.extend(lines.iter().map(String::as_str));
        let check = read_lines(&script);
        let said = check.script.to_string();
        assert_eq!(bare(&read_again(&check, &said).script.steps), bare(&check.script.steps), "{said}");
    }
}

#[test]
fn no_text_makes_the_reader_panic() {
    let sources = [EVERYTHING, include_str!("mistakes.yaml")];
    let mut random = Random(0x5eed);
    for round in 0..1000 {
        let mut text = sources[round % 2].to_string();
        for _ in 0..=random.below(4) {
            mutate(&mut text, &mut random);
        }
        if let Err(problems) = manifest::read(Path::new("labs.yaml"), &text) {
            let lines = text.split('\n').count();
            assert!(
                problems.list().iter().all(|problem| problem.line as usize <= lines + 1),
                "{problems}\n{text}"
            );
            assert!(!problems.to_string().is_empty());
        }
    }
}

/// Small and reproducible.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }
}

fn mutate(text: &mut String, random: &mut Random) {
    const SIGNS: [&str; 36] = [
        "{",
        "}",
        "{{",
        "\"",
        "/",
        "\\",
        "\\x",
        "\\u{",
        "[",
        "]",
        "(",
        ":",
        ": ",
        " ",
        "\n",
        "\r",
        "\t",
        "#",
        "- ",
        "--",
        "|",
        "&a ",
        "*a",
        "!t ",
        ",",
        "'s",
        "é",
        "\u{2028}",
        "\u{feff}",
        "0",
        "99999999999999999999",
        "..",
        "everyone but ",
        " and ",
        "hint: ",
        "[within ",
    ];
    let boundary = |text: &str, mut at: usize| {
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let at = boundary(text, random.below(text.len() + 1));
    match random.below(4) {
        0 => {
            let end = boundary(text, (at + random.below(12)).min(text.len())).max(at);
            text.replace_range(at..end, "");
        }
        1 => {
            let lines: Vec<&str> = text.split('\n').collect();
            let moved = lines[random.below(lines.len())].to_string();
            text.insert_str(at, &format!("\n{moved}\n"));
        }
        2 => text.truncate(at),
        _ => text.insert_str(at, SIGNS[random.below(SIGNS.len())]),
    }
}

fn read_again(check: &Check, script: &str) -> Check {
    use checker::model::course::{Part, Post};
    let crowds: Vec<String> = check
        .cast
        .iter()
        .filter_map(|actor| match actor.part {
            Part::Crowd { clients } => Some(format!("{}: {{clients: {clients}}}", actor.name)),
            Part::Post(Post::TcpServer) => Some(format!("{}: {{tcp: server}}", actor.name)),
            Part::Post(Post::TcpClosed) => Some(format!("{}: {{tcp: closed}}", actor.name)),
            Part::Post(Post::TcpFull) => Some(format!("{}: {{tcp: full}}", actor.name)),
            Part::Post(Post::UdpServer) => Some(format!("{}: {{udp: server}}", actor.name)),
            Part::Post(Post::UdpClosed) => Some(format!("{}: {{udp: closed}}", actor.name)),
            Part::UdpClient => Some(format!("{}: {{udp: client}}", actor.name)),
            Part::Client | Part::Guest => None,
        })
        .collect();
    let actors = if crowds.is_empty() {
        String::new()
    } else {
        format!("        actors: {{{}}}\n", crowds.join(", "))
    };
    let ports = check.cast.iter().filter(|actor| actor.part.post().is_some());
    let ports: String = ports.map(|actor| format!(" {{{}.port}}", actor.name)).collect();
    let run = format!("        run: \"{{program}} {{port}}{ports}\"\n");
    read_with(&format!("{run}{actors}"), script)
}

fn read_lines(lines: &[&str]) -> Check {
    read_with("", &lines.join("\n"))
}

fn read_with(keys: &str, script: &str) -> Check {
    let block: String = script.split('\n').map(|line| format!("          {line}\n")).collect();
    let text = format!(
        "format: 1\ncourse: c\nlabs:\n  - id: l\n    title: l\n    checks:\n      - id: c\n        title: t\n\
         {keys}        script: |\n{block}"
    );
    let course = manifest::read(Path::new("labs.yaml"), &text);
    course.unwrap_or_else(|problems| panic!("{problems}\n{script}")).labs.remove(0).checks.remove(0)
}

/// The steps without what only their place in the file tells.
fn bare(steps: &[Step]) -> Script {
    let steps = steps.iter().map(|step| {
        let sentence = match &step.sentence {
            Sentence::Together(steps) => Sentence::Together(bare(steps).steps),
            Sentence::Repeat { times, steps } => Sentence::Repeat { times: *times, steps: bare(steps).steps },
            other => other.clone(),
        };
        Step { line: 0, written: String::new(), sentence, ..step.clone() }
    });
    Script { steps: steps.collect() }
}
