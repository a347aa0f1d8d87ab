//! `checker lint`: each warning is given where it should be, and nowhere else.

use std::fs;
use std::path::Path;

use crate::workbench::Workbench;
use checker::manifest::{self, Lint, Warnings};
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

/// A course without anything suspicious. Tests change it in one place.
const CLEAN: &str = r#"format: 1
course: { en: Sockets, pt-BR: Sockets }
labs:
  - id: room
    title: { en: A room, pt-BR: Uma sala }
    topics: [TCP, { en: threads, pt-BR: threads }]
    exercise: exercises/room
    solution: solutions/room
    checks:
      - id: first
        title: { en: one, pt-BR: um }
        hint: { en: Accept., pt-BR: Aceite. }
        script: |
          ana connects
      - id: second
        title: { en: two, pt-BR: dois }
        needs: [first]
        points: 2
        within: 10s
        script: |
          ana and bia connect
          ana sends: {word}
          bia receives: /{word}/
          hint: Who hears ana?
          hint.pt-BR: Quem ouve ana?
      - id: third
        title: { en: three, pt-BR: três }
        needs: [second]
        hint: { en: Look., pt-BR: Olhe. }
        leftovers: allowed
        ignore: [/^debug/]
        script: |
          ana connects
          ana receives: /you are {number}/
          ana sends: {number}
          ana receives what it sent
          ana stops sending
          ana receives the end
          bia connects
          bia sends raw: "cora\xE7\xE3o\n"
          bia receives raw: "\n"
    wrong:
      - { program: mute.py, fails: second, kind: no-answer }
"#;

/// A course in a folder where nothing is missing.
fn bench(text: &str) -> Workbench {
    let bench = crate::workbench::empty();
    bench.write("labs.yaml", text);
    bench.write("exercises/room/README.md", "# room\n");
    bench.write("exercises/room/README.pt-BR.md", "# room\n");
    bench.write("solutions/room/wrong/mute.py", "");
    bench
}

fn look(bench: &Workbench) -> Warnings {
    manifest::lint(&bench.path("labs.yaml")).unwrap_or_else(|problems| panic!("{problems}"))
}

/// Names, lines and messages.
fn told(warnings: &Warnings) -> Vec<String> {
    let told = warnings.list.iter();
    told.map(|warning| {
        format!("{}:{} {}", warning.problem.line, warning.lint.name(), warning.problem.message)
    })
    .collect()
}

/// The course with `from` replaced by `to` gives this one warning, under the words `at`.
fn warns(lint: Lint, from: &str, to: &str, at: &str) {
    let text = changed(from, to);
    let found = look(&bench(&text));
    let [warning] = found.list.as_slice() else {
        panic!("{}: {:#?}\n{text}", lint.name(), told(&found));
    };
    assert_eq!(warning.lint, lint);
    let line = text.lines().nth(warning.problem.line as usize - 1).unwrap();
    let place = line.chars().skip(warning.problem.column as usize - 1);
    let under: String = place.take(warning.problem.length as usize).collect();
    assert_eq!(under, at, "{}: {line}", lint.name());
    assert!(warning.problem.help.is_some(), "{}", lint.name());
}

fn passes(from: &str, to: &str) {
    let found = look(&bench(&changed(from, to)));
    assert!(found.list.is_empty(), "{to}: {:#?}", told(&found));
}

fn changed(from: &str, to: &str) -> String {
    assert_eq!(CLEAN.matches(from).count(), 1, "{from}");
    CLEAN.replace(from, to)
}

const HEARS: &str = "          bia receives: /{word}/\n";

/// `second` with this sentence at its end.
fn behind(sentence: &str) -> String {
    format!("{HEARS}          {sentence}\n")
}

#[test]
fn the_course_of_these_tests_is_clean() {
    let found = look(&bench(CLEAN));
    assert!(found.list.is_empty(), "{:#?}", told(&found));
    assert_eq!((found.labs, found.checks), (1, 3));
}

#[test]
fn the_official_labs_are_clean() {
    let labs = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("labs.yaml");
    let found = manifest::lint(&labs).unwrap();
    assert!(found.list.is_empty(), "{:#?}", told(&found));
}

#[test]
fn a_script_that_acts_and_asks_for_nothing() {
    let silent = "ana connects\n          ana sends: oi\n          ana closes\n";
    warns(
        Lint::NothingAwaited,
        "          ana connects\n      - id: second",
        &format!("          {silent}      - id: second"),
        "ana closes",
    );
    let mute = "ana connects\n          ana sends: oi\n          ana receives nothing\n";
    passes("          ana connects\n      - id: second", &format!("          {mute}      - id: second"));
}

#[test]
fn sentences_behind_an_end() {
    let twice = "bia receives the end\n          bia receives: /more/";
    warns(Lint::Unreachable, HEARS, &behind(twice), "bia receives: /more/");
    let closed = "bia closes\n          bia sends: more";
    warns(Lint::Unreachable, HEARS, &behind(closed), "bia sends: more");
    let silent = "bia stops sending\n          bia sends: more";
    warns(Lint::Unreachable, HEARS, &behind(silent), "bia sends: more");
    let over = "program exits: 0\n          caio connects";
    warns(Lint::Unreachable, HEARS, &behind(over), "caio connects");
    let again = "repeat 3 times:\n            bia sends: x\n            bia closes";
    warns(Lint::Unreachable, HEARS, &behind(again), "bia sends: x");
    for fine in [
        "bia closes\n          bia connects\n          bia receives: /x/",
        "program exits\n          program restarts\n          caio connects",
        "bia receives the end\n          bia receives nothing\n          bia sends: x\n          bia closes",
        "repeat 3 times:\n            caio connects\n            caio closes",
        "together:\n            bia closes\n            bia receives the end",
        "program exits\n          bia receives: /x/\n          caio cannot connect",
    ] {
        passes(HEARS, &behind(fine));
    }
}

#[test]
fn patterns_that_match_everything() {
    for pattern in ["/.*/", "/a*/", "/()/i"] {
        warns(Lint::MatchesEverything, HEARS, &behind(&format!("bia receives: {pattern}")), pattern);
    }
    warns(Lint::MatchesEverything, HEARS, &behind("bia receives nothing but: /.*/"), "/.*/");
    warns(
        Lint::MatchesEverything,
        HEARS,
        &behind("bia receives in any order:\n            /x/\n            /y?/"),
        "/y?/",
    );
    warns(Lint::MatchesEverything, "[/^debug/]", "[/.*/]", "/.*/");
    for fine in ["/./", "/^$/", "/{word}/", "/a+/"] {
        passes(HEARS, &behind(&format!("bia receives: {fine}")));
    }
}

#[test]
fn line_ends_without_effect() {
    warns(Lint::LineEnd, HEARS, &behind(r#"ana sends: "oi\n""#), r#""oi\n""#);
    warns(Lint::LineEnd, HEARS, &behind(r#"user types: "oi\n""#), r#""oi\n""#);
    warns(Lint::LineEnd, HEARS, &behind(r#"bia receives: "a\nb""#), r#""a\nb""#);
    warns(Lint::LineEnd, HEARS, &behind(r"bia receives: /oi\n/"), r"/oi\n/");
    for fine in [
        r#"bia receives: "oi\n""#,
        r#"ana sends: "\n""#,
        r#"ana sends raw: "oi\n""#,
        r"bia receives: /oi\r?\n?/",
        r#"bia receives raw: "a\nb\n""#,
    ] {
        passes(HEARS, &behind(fine));
    }
}

#[test]
fn bytes_that_were_meant_as_characters() {
    let text = r#""cora\xE7\xE3o""#;
    warns(Lint::ByteForCharacter, HEARS, &behind(&format!("ana sends: {text}")), text);
    warns(Lint::ByteForCharacter, HEARS, &behind(&format!("bia receives: {text}")), text);
    for fine in [r#""\xFF\xFE""#, r#""cora\xC3\xA7\xC3\xA3o""#, r#""cora\u{e7}o""#, r#""\x01a\x7F""#] {
        passes(HEARS, &behind(&format!("ana sends: {fine}")));
    }
}

#[test]
fn answers_that_could_be_written_into_the_program() {
    warns(Lint::ConstantAnswer, HEARS, "          bia receives: hello\n", "hello");
    for fine in ["bia receives: /./", "bia receives what ana sent, line by line", "bia receives 1 line"] {
        passes(HEARS, &format!("          {fine}\n"));
    }
    passes(HEARS, &behind("bia receives: bye"));
}

#[test]
fn captures_that_nobody_uses() {
    warns(Lint::UnusedCapture, HEARS, &behind("bia receives: /at {time}/"), "{time}");
    passes(HEARS, &behind("bia receives: /at {time} and {time}/"));
    passes(HEARS, &behind("repeat 2 times:\n            bia receives: /at {time}/"));
    warns(Lint::UnusedCapture, HEARS, &behind("bia receives: \"at {time}\""), "{time}");
    passes(HEARS, &behind("bia receives: \"at {time}\\n\""));
    passes(HEARS, &behind("bia receives:\n            /at {time}/\n            {time}"));
    let crowd = "        actors: { crowd: { clients: 3 } }\n        within: 10s\n";
    let text = CLEAN.replace("        within: 10s\n", crowd).replace(
        HEARS,
        &behind("crowd connects\n          crowd receives: /{id}/\n          crowd's {id} are all different"),
    );
    let found = look(&bench(&text));
    assert!(found.list.is_empty(), "{:#?}", told(&found));
}

#[test]
fn actors_that_are_named_and_never_act() {
    let declared = "within: 10s\n        actors: { crowd: { clients: 3 } }\n";
    let text = CLEAN.replace("within: 10s\n", declared).replace(HEARS, &behind("# the crowd comes later"));
    let found = look(&bench(&text));
    assert_eq!(told(&found), ["20:unused-actor `crowd` is named in the script and never acts"]);
}

#[test]
fn leftovers_that_nobody_could_have() {
    let ends = "          bia closes\n    wrong:";
    warns(Lint::IdleLeftovers, "    wrong:", ends, "allowed");
    passes("    wrong:", "          bia closes\n          program prints: x\n    wrong:");
    let own = CLEAN.replace("          ana stops sending\n          ana receives the end\n", "");
    assert!(look(&bench(&own)).list.is_empty());
    // A UDP client is there without connecting, and never leaves.
    let datagrams = "within: 10s\n        leftovers: allowed\n        actors: { caio: { udp: client } }\n";
    let script = "          caio sends: {word}\n          caio receives: /{word}/\n";
    let tcp = "          ana and bia connect\n          ana sends: {word}\n";
    let text = CLEAN.replace("within: 10s\n", datagrams).replace(tcp, "").replace(HEARS, script);
    let found = look(&bench(&text));
    assert!(found.list.is_empty(), "{:#?}", told(&found));
}

#[test]
fn long_waits() {
    warns(Lint::LongWithin, "within: 10s", "within: 2m", "2m");
    warns(Lint::LongWithin, HEARS, &behind("bia receives within 61s: x"), "bia receives within 61s: x");
    passes("within: 10s", "within: 1m");
}

#[test]
fn checks_that_are_alike() {
    warns(Lint::SameTitle, "{ en: two, pt-BR: dois }", "{ en: one, pt-BR: um }", "{");
    let second = CLEAN.split("      - id: second").next().unwrap().split("      - id: first").nth(1).unwrap();
    let copy = second.replace("en: one", "en: other").replace("en: Accept.", "en: Go.");
    warns(
        Lint::SameScript,
        "      - id: second",
        &format!("      - id: copy{copy}      - id: second"),
        "copy",
    );
    let differs = copy.replace("        script", "        within: 9s\n        script");
    passes("      - id: second", &format!("      - id: copy{differs}      - id: second"));
}

#[test]
fn needs_that_say_nothing() {
    warns(Lint::ImpliedNeed, "needs: [second]", "needs: [first, second]", "first");
    let text = CLEAN.replace("en: one, pt-BR: um }\n", "en: one, pt-BR: um }\n        points: 0\n").replace(
        "        script: |\n          ana connects\n      -",
        "        lint: { allow: [no-points] }\n        script: |\n          ana connects\n      -",
    );
    let found = look(&bench(&text));
    let [warning] = found.list.as_slice() else { panic!("{:#?}", told(&found)) };
    assert_eq!(warning.lint, Lint::WorthlessNeed);
}

#[test]
fn a_check_for_everything() {
    warns(Lint::ForEverything, "needs: [first]\n", "needs: [first]\n        for: [\"*.py\", \"*\"]\n", "[");
    passes("needs: [first]\n", "needs: [first]\n        for: \"*.py\"\n");
}

#[test]
fn points_that_add_up_to_nothing() {
    warns(Lint::NoPoints, "needs: [second]\n", "needs: [second]\n        points: 0\n", "0");
    let mut text = CLEAN.replace("points: 2", "points: 0").replace("needs: [second]", "points: 0");
    text = text
        .replace("um }\n        hint", "um }\n        points: 0\n        hint")
        .replace("needs: [first]\n        ", "");
    assert_eq!(told(&look(&bench(&text))), ["4:no-points the points of this lab add up to nothing"]);
}

#[test]
fn hints_that_are_missing() {
    warns(Lint::NoHint, "        hint: { en: Look., pt-BR: Olhe. }\n", "", "third");
}

#[test]
fn translations_that_are_missing() {
    warns(Lint::NoTranslation, "{ en: A room, pt-BR: Uma sala }", "A room", "A room");
    warns(Lint::NoTranslation, "{ en: threads, pt-BR: threads }", "{ en: threads }", "{");
    warns(Lint::NoTranslation, "{ en: Look., pt-BR: Olhe. }", "{ pt-BR: Olhe. }", "{");
    warns(Lint::NoTranslation, "          hint.pt-BR: Quem ouve ana?\n", "", "bia receives: /{word}/");
    // A course in one language lacks none.
    let mut english = CLEAN.replace("          hint.pt-BR: Quem ouve ana?\n", "");
    while let Some(at) = english.find(", pt-BR: ") {
        let end = at + english[at..].find(" }").unwrap();
        let open = english[..at].rfind("{ en: ").unwrap();
        let text = english[open + 6..at].to_string();
        english.replace_range(open..end + 2, &format!("\"{text}\""));
    }
    let bench = bench(&english);
    fs::remove_file(bench.path("exercises/room/README.pt-BR.md")).unwrap();
    let found = look(&bench);
    assert!(found.list.is_empty(), "{:#?}\n{english}", told(&found));
}

#[test]
fn guides_and_folders_that_are_missing() {
    let without = bench(CLEAN);
    fs::remove_file(without.path("exercises/room/README.pt-BR.md")).unwrap();
    assert_eq!(told(&look(&without)), ["7:no-guide the exercise has no guide README.pt-BR.md"]);
    fs::remove_dir_all(without.path("exercises")).unwrap();
    assert_eq!(told(&look(&without)), ["7:no-folder there is no folder exercises/room"]);
    warns(Lint::NoFolder, "solutions/room", "solutions/other", "solutions/other");
}

#[test]
fn guides_that_nobody_has_written_yet() {
    let begun = bench(CLEAN);
    let told = "7:unwritten-guide the guide README.pt-BR.md still has the line that it began with: Para que serve o programa, em duas frases.";
    begun.write(
        "exercises/room/README.pt-BR.md",
        "# room\n\nPara que serve o programa, em duas frases.  \n\n## O que fazer\n",
    );
    assert_eq!(self::told(&look(&begun)), [told]);
    begun.write("exercises/room/README.pt-BR.md", b"# room\n\nA sala \xE9 um chat.\n");
    assert!(look(&begun).list.is_empty());
}

#[test]
fn wrong_programs_and_their_files() {
    let renamed = bench(&changed("mute.py", "deaf.py"));
    let names: Vec<Lint> = look(&renamed).list.iter().map(|warning| warning.lint).collect();
    assert_eq!(names, [Lint::UndeclaredProgram, Lint::MissingProgram]);
    let more = bench(CLEAN);
    more.write("solutions/room/wrong/deaf.c", "");
    for other in ["solutions/room/wrong/notes.md", "solutions/room/wrong/cache/x.py"] {
        more.write(other, "");
    }
    assert_eq!(told(&look(&more)), ["42:undeclared-program nothing is said of solutions/room/wrong/deaf.c"]);
}

#[test]
fn texts_that_yaml_cut() {
    let title = |text: &str| format!("\n      en: {text}\n      pt-BR: Sala");
    warns(Lint::CutByComment, " { en: A room, pt-BR: Uma sala }", &title("Room # 3"), "# 3");
    passes(" { en: A room, pt-BR: Uma sala }", &title("Room  # the third"));
    passes(" { en: A room, pt-BR: Uma sala }", &title("\"Room # 3\" # quoted"));
    passes(" { en: A room, pt-BR: Uma sala }", &title("Room#3"));
    warns(Lint::EatenColon, "{ en: threads, pt-BR: threads }", "{ re: threads }", "re");
}

#[test]
fn a_warning_can_be_silenced_where_it_stands() {
    let hint = "        hint: { en: Look., pt-BR: Olhe. }\n";
    let check = |allowed: &str| changed(hint, &format!("        lint: {{ allow: [{allowed}] }}\n"));
    assert!(look(&bench(&check("no-hint"))).list.is_empty());
    assert_eq!(told(&look(&bench(&check("no-guide")))), ["26:no-hint a check without a hint"]);
    let lab =
        changed(hint, "").replace("    checks:", "    lint: { allow: [no-guide, no-hint] }\n    checks:");
    assert!(look(&bench(&lab)).list.is_empty());
    let bench = bench(&check("no-hnt"));
    let problems = manifest::lint(&bench.path("labs.yaml")).unwrap_err().to_string();
    assert!(
        problems.contains("no warning is called `no-hnt`") && problems.contains("did you mean `no-hint`?")
    );
}

#[test]
fn every_warning_is_in_the_docs() {
    let docs = include_str!("../../../docs/instructors.md");
    let table: Vec<&str> =
        docs.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    let missing: Vec<&str> =
        Lint::ALL.iter().map(|lint| lint.name()).filter(|name| !table.contains(name)).collect();
    assert!(missing.is_empty(), "docs/instructors.md tells nothing of {missing:?}");
}

#[test]
fn the_status_tells_what_was_found() {
    let clean = bench(CLEAN);
    clean.checker(&["lint"]).assert().code(0).stdout("labs.yaml: no problem and no warning\n").stderr("");
    let suspicious = bench(&changed("        hint: { en: Look., pt-BR: Olhe. }\n", ""));
    let shown = "warning[no-hint]: a check without a hint\n  --> labs.yaml:26:13\n";
    suspicious.checker(&["lint"]).assert().code(1).stdout(contains(shown)).stderr("");
    let shown = contains("aviso[no-hint]: ").and(contains("labs.yaml tem 1 aviso"));
    suspicious.checker(&["lint", "--lang", "pt-BR"]).assert().code(1).stdout(shown);
    let wrong = bench(&CLEAN.replace("points: 2", "points: two"));
    wrong.checker(&["lint"]).assert().code(2).stdout("").stderr(contains("labs.yaml has 1 problem"));
    wrong
        .checker(&["lint", "nowhere.yaml"])
        .assert()
        .code(2)
        .stderr(contains("nowhere.yaml: there is no such file"));
    let empty = crate::workbench::empty();
    empty.checker(&["lint"]).assert().code(2).stderr(contains("neither a lab.yaml nor a labs.yaml"));
}

#[test]
fn another_file_is_looked_at_where_it_is_named() {
    let bench = bench(CLEAN);
    let elsewhere = bench.path("exercises");
    let mut command = bench.command(&["lint", "../labs.yaml"]);
    let output = command.current_dir(elsewhere).output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "../labs.yaml: no problem and no warning\n");
}

#[test]
fn what_was_found_as_json() {
    let json = |text: &str| -> serde_json::Value {
        let output = bench(text).command(&["lint", "--format", "json"]).output().unwrap();
        assert!(output.stderr.is_empty());
        let mut json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        json["status"] = output.status.code().into();
        json
    };
    let clean =
        serde_json::json!({ "format": 1, "file": "labs.yaml", "problems": [], "warnings": [], "status": 0 });
    assert_eq!(json(CLEAN), clean);
    let suspicious = json(&changed("        hint: { en: Look., pt-BR: Olhe. }\n", ""));
    assert_eq!((&suspicious["warnings"][0]["name"], &suspicious["status"]), (&"no-hint".into(), &1.into()));
    assert_eq!(suspicious["warnings"][0]["line"], 26);
    let wrong = json(&CLEAN.replace("points: 2", "points: two"));
    assert_eq!((&wrong["problems"][0]["line"], &wrong["status"]), (&18.into(), &2.into()));
}
