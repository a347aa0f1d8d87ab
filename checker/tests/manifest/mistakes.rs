//! Everything that is wrong with a labs.yaml is told at once, each at its place.

use std::fs;
use std::path::Path;

use checker::manifest::{self, Colour, Problem, Problems};

#[test]
fn all_mistakes_of_a_file_are_told_at_their_places() {
    let problems = problems(include_str!("mistakes.yaml"));
    insta::assert_snapshot!(problems.render(Colour::Plain));
}

#[test]
fn a_place_does_not_move_with_windows_line_ends() {
    let unix = include_str!("mistakes.yaml");
    let windows = unix.replace('\n', "\r\n");
    assert_eq!(problems(&windows).list(), problems(unix).list());
}

#[test]
fn a_place_does_not_move_with_empty_lines_or_a_wider_block() {
    for script in [
        "script: |\n\n\n          # words\n          ana connects\n          ana sned: oi",
        "script: |-  # kept\n\n\n\n                ana connects\n                ana sned: oi\n\n",
        "script: |2\n\n\n\n          ana connects\n          ana sned: oi",
        "script: &shared |\n\n                ana connects\n                ana sned: oi",
        "script:\n          |\n\n\n                ana connects\n                ana sned: oi",
    ] {
        let text = lab(&format!("        {script}\n"));
        let line = text.lines().position(|line| line.contains("sned")).unwrap() + 1;
        let column = text.lines().nth(line - 1).unwrap().find("ana").unwrap() + 1;
        let all = problems(&text);
        let [problem] = all.list() else { panic!("{script}\n{all}") };
        assert_eq!(
            (problem.line as usize, problem.column as usize, problem.length),
            (line, column, 8),
            "{script}"
        );
    }
}

#[test]
fn the_known_sentences_are_listed_once() {
    let script = "xyzzy plugh frobnicates kkkkkkkk wwwwwww\n          zzzzzzz yyyyyyyy qqqqqqq jjjjjjj\n          kkkkkkk zzzzzzzzz xxxxxxxx jjjjj\n";
    let problems = problems(&lab(&format!("        script: |\n          {script}")));
    let helps: Vec<&str> = problems.list().iter().filter_map(|problem| problem.help.as_deref()).collect();
    let [first, rest @ ..] = helps.as_slice() else { panic!("{problems}") };
    assert!(first.contains("Known are:\n") && first.lines().count() > 5, "{problems}");
    assert_eq!(rest.len(), 2, "{problems}");
    assert!(rest.iter().all(|help| help.starts_with("perhaps `") && !help.contains('\n')), "{problems}");
}

#[test]
fn colours_are_a_choice() {
    let problems = problems("format: 1\n");
    assert!(!problems.render(Colour::Plain).contains('\u{1b}'));
    assert!(problems.render(Colour::Coloured).contains('\u{1b}'));
}

#[test]
fn a_syntax_error_is_one_problem_at_its_place() {
    let problem = only("format: 1\ncourse: Sockets: and threads\nlabs: []\n");
    assert_eq!((problem.line, problem.column), (2, 16));
    assert!(problem.help.unwrap().contains("quotes"));

    let problem = only("format: 1\nlabs:\n\t- id: echo\n");
    assert_eq!(problem.line, 3);
    assert!(problem.help.unwrap().contains("spaces"));

    let problem = only("format: 1\n---\nformat: 1\n");
    assert_eq!(problem.line, 2);
    assert!(problem.message.contains("second"), "{problem:?}");
}

#[test]
fn files_that_are_no_text_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let told = |name: &str, bytes: &[u8]| -> Problem {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        manifest::load(&path).unwrap_err().list()[0].clone()
    };
    assert!(told("empty.yaml", b"").message.contains("empty"));
    assert!(told("comments.yaml", b"# nothing\n\n").message.contains("empty"));
    let latin = told("latin.yaml", b"format: 1\ncourse: Li\xe7\xf5es\n");
    assert_eq!((latin.line, latin.column), (2, 11));
    assert!(latin.message.contains("UTF-8"));
    let marked = only(&format!("\u{feff}{}", lab("        script: |\n          ana connects\n")));
    assert!(marked.message.contains("byte order mark"));
    let odd = told("odd.yaml", "format: 1\ncourse: a\u{2028}b\n".as_bytes());
    assert_eq!((odd.line, odd.column), (2, 10));

    let missing = manifest::load(&folder.path().join("none.yaml")).unwrap_err();
    assert_eq!(missing.list()[0].line, 0);
    assert!(missing.to_string().contains("cannot read"), "{missing}");
    assert!(manifest::load(folder.path()).is_err());
}

/// Words that an instructor forgot to quote, and what YAML takes them for.
#[test]
fn words_that_yaml_takes_for_something_else_are_told() {
    let traps = [
        ("title: true", 16, "true or false"),
        ("title: 404", 16, "number"),
        ("title: 1.10", 16, "number"),
        ("title: ~", 16, "nothing"),
        ("title:", 9, "missing"),
        ("title: #1 of all", 9, "comment"),
        ("title: the #1 server", 20, "comment"),
        ("title: {word}", 17, "language"),
        ("title: [x]", 16, "list"),
        ("title: !bye leaves", 16, "tag"),
        ("title: fine\n        needs: [relay: x]", 17, "map"),
        ("title: fine\n        args: [-1]", 16, "number"),
        ("title: fine\n        env: {N: 5}", 18, "number"),
        ("title: fine\n        hint: null", 15, "nothing"),
        ("title: fine\n        files: {a.txt: [x]}", 24, "list"),
    ];
    for (trap, column, word) in traps {
        let text = lab(&format!("        {trap}\n        run: \"{{program}} {{args}}\"\n        script: |\n          ana connects\n"))
            .replacen("        title: t\n", "", 1);
        let all = problems(&text);
        let [problem] = all.list() else { panic!("{trap}:\n{all}") };
        assert!(problem.message.contains(word), "{trap}: {problem:?}");
        assert_eq!(problem.column, column, "{trap}: {problem:?}");
        assert!(problem.help.is_some(), "{trap}");
    }
    for fine in [
        "title: yes",
        "title: a # comment",
        "title: \"404\"",
        "title: C#",
        "title: a #",
        "title: :bye ends it",
    ] {
        let text = lab(&format!("        {fine}\n        script: |\n          ana connects\n")).replacen(
            "        title: t\n",
            "",
            1,
        );
        assert!(manifest::read(Path::new("labs.yaml"), &text).is_ok(), "{fine}");
    }
}

#[test]
fn scripts_in_another_shape_than_a_block_are_told() {
    for script in [
        "script: ana connects",
        "script: [ana connects]",
        "script: {ana: connects}",
        "script:",
        "script: 5",
        "script: >\n          ana connects",
        "script: |\n\n",
        "script: |",
        "script: true",
        "script:\n          - ana sends: oi",
    ] {
        let all = problems(&lab(&format!("        {script}\n")));
        let [problem] = all.list() else { panic!("{script}:\n{all}") };
        assert!(problem.help.as_ref().unwrap().contains("script: |"), "{script}: {problem:?}");
    }
}

#[test]
fn keys_of_a_later_version_are_no_unknown_keys() {
    let text = lab("        script: |\n          ana connects\n");
    for key in ["limits: {}", "languages: {}"] {
        let problem = only(&text.replacen("    title: l\n", &format!("    title: l\n    {key}\n"), 1));
        assert!(problem.message.ends_with("is not supported yet"), "{problem:?}");
    }
}

#[test]
fn checks_that_need_each_other_are_told() {
    let check = |id: &str, needs: &str| {
        format!(
            "      - id: {id}\n        title: t\n        needs: [{needs}]\n        script: |\n          ana connects\n"
        )
    };
    let text = format!(
        "format: 1\ncourse: c\nlabs:\n  - id: l\n    title: l\n    checks:\n{}{}{}",
        check("one", "three"),
        check("two", "one"),
        check("three", "two"),
    );
    let all = problems(&text);
    let [problem] = all.list() else { panic!("{all}") };
    assert!(problem.message.contains("need each other"), "{problem:?}");
}

#[test]
fn a_port_is_a_number_or_any() {
    let with = |key: &str| lab(&format!("        {key}\n        script: |\n          ana connects\n"));
    for right in ["port: 9090", "port: any", "network: small buffers", "network: ordinary"] {
        assert!(manifest::read(Path::new("labs.yaml"), &with(right)).is_ok(), "{right}");
    }
    for wrong in ["port: 80", "port: 70000", "port: some", "port: [9090]", "network: slow"] {
        assert_eq!(only(&with(wrong)).line, 9, "{wrong}");
    }
}

/// A file with one check that has an id, a title and these further lines.
fn lab(lines: &str) -> String {
    format!(
        "format: 1\ncourse: c\nlabs:\n  - id: l\n    title: l\n    checks:\n      - id: c\n        title: t\n{lines}"
    )
}

fn only(text: &str) -> Problem {
    let all = problems(text);
    let [problem] = all.list() else { panic!("{all}") };
    problem.clone()
}

fn problems(text: &str) -> Problems {
    manifest::read(Path::new("labs.yaml"), text).expect_err("a file with problems")
}
