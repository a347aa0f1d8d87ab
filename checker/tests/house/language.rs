//! Whatever the checker says to a person is said through `t!`, and has its Portuguese in locales/.
//!
//! The source is read with `syn`, so that a message cannot be forgotten: neither its translation, nor to say it
//! through `t!` in the first place.

mod course;
mod help;
mod locales;
mod source;

use std::collections::{BTreeMap, BTreeSet};

use locales::{Translations, placeholders};
use source::{Source, Unsaid};

/// Texts that read as words and are no message, by file (or folder) and text: each with its reason.
const NO_MESSAGES: &[(&str, &str, &str)] = &[
    ("cli/completion.rs", "*", "a shell's script"),
    ("cli/manual.rs", "*", "roff, around texts that stand elsewhere"),
    ("cli/mistakes.rs", "to pass '", "what clap says itself"),
    ("cli/mistakes.rs", "subcommand '", "what clap says itself"),
    ("command/hint.rs", "checker hint {}", "a command to copy"),
    ("command/way.rs", "checker check", "a command to copy"),
    ("command/way.rs", "cd {} && checker check", "a command to copy"),
    ("command/way.rs", "checker check {}", "a command to copy"),
    ("command/way.rs", "checker checkout {}", "a command to copy"),
    ("manifest/tst/judge.rs", "--for {file} ", "a part of a command"),
    ("manifest/tst/judge.rs", "python3 {SUMMARY_NAME} {lead}{}", "a command"),
    ("command/new.rs", "checker check {lab} --solution", "what a person types"),
    ("command/new.rs", "checker check {lab}", "what a person types"),
    ("command/new.rs", "checker lint", "what a person types"),
    ("command/new/template.rs", "\n[workspace]\n", "cargo's own words"),
    ("command/new/template.rs", ", pt-BR: ", "labs.yaml's own words"),
    ("grade/cause.rs", "not yet implemented", "what a program's own panic says"),
    ("grade/cause.rs", "not implemented", "what a program's own panic says"),
    ("grade/mutation/http.rs", "*", "patterns"),
    ("talk/http/request.rs", "*", "HTTP's own words"),
    ("machine/sight/threads.rs", "\nvoluntary_ctxt_switches:", "what the kernel writes"),
    ("machine/sight/threads.rs", "\nnonvoluntary_ctxt_switches:", "what the kernel writes"),
    ("machine/building/accident/signs.rs", "*", "what cargo and rustc say, which is looked for"),
    ("command/by_hand/wish.rs", ":open bia udp", "a command to copy"),
    ("command/checkout.rs", "  cd {}", "a command"),
    ("command/grade/find.rs", "- id:", "labs.yaml's own words"),
    ("command/checkout.rs", "less {}", "a command"),
    ("command/checkout.rs", "checker check", "a command"),
    ("command/refusal.rs", "  git: {}", "git's own words"),
    ("command/sites.rs", "checker checkout {}@{OFFICIAL}", "a command"),
    ("machine/site/git.rs", "ssh -o BatchMode=yes", "a command"),
    ("machine/here.rs", "*", "recorded with results, the same in every language"),
    ("manifest/config_text.rs", "*", "config.yaml's own words"),
    ("manifest/lab_file.rs", "{indent}exercise: .", "labs.yaml's own words"),
    ("manifest/lint/scripts.rs", " within ", "the grammar of sentences"),
    ("manifest/script/advice.rs", "WHO ", "the grammar of sentences, English in every language"),
    ("manifest/script/mod.rs", " within ", "the grammar of sentences"),
    ("manifest/script/pattern.rs", "WHO ", "the grammar of sentences"),
    ("manifest/script/table.rs", "*", "the grammar of sentences"),
    ("manifest/schema/shapes.rs", "small buffers", "labs.yaml's own words"),
    ("manifest/settings.rs", "small buffers", "labs.yaml's own words"),
    ("manifest/syntax.rs", "*", "the YAML parser's own words, which are translated there"),
    ("manifest/tree.rs", "any YAML value", "never told: any value is taken"),
    ("command/by_hand/help.rs", "*", "what is typed, beside what it does"),
    ("command/by_hand/notebook.rs", "# checker record ", "how a file of ours is known again"),
    ("command/by_hand/notebook.rs", "# checker try ", "how a file of ours is known again"),
    ("command/by_hand/wish.rs", ":as ana", "what is typed"),
    ("command/by_hand/wish.rs", ":raw: {error}", "what is typed, and a message"),
    ("command/by_hand/wish.rs", ":save FILE", "what is typed"),
    ("command/by_hand/wish.rs", ":wait 30", "what is typed"),
    ("manifest/tst/mod.rs", "test {number} of {name}", "a title in a labs.yaml"),
    ("manifest/write.rs", "*", "labs.yaml's own words"),
    ("model/script/words.rs", "hint: {}", "labs.yaml's own words"),
    ("model/script/words.rs", "hint.{language}: {text}", "labs.yaml's own words"),
    ("report/results/moment.rs", "*", "what serde says of a line that is no result"),
    ("report/html/mod.rs", "*", "a page's policy, and its script's frame"),
    ("report/html/summary.rs", "{} (sha256 {})", "a file and its hash"),
    ("report/html/summary.rs", "{} UTC", "a time"),
    ("report/markdown.rs", "*", "HTML around texts that stand elsewhere"),
    ("report/tap.rs", "*", "the protocol's own words"),
    ("report/words/table.rs", "recv {limit:?}", "only compared"),
    ("report/words/table.rs", "send {limit:?}", "only compared"),
];

#[test]
fn every_message_has_its_portuguese() {
    let translations = Translations::read();
    let missing: Vec<String> = said().into_keys().filter(|text| translations.of(text).is_none()).collect();
    assert!(missing.is_empty(), "no Portuguese in checker/locales for:\n{}", as_yaml(&missing));
}

#[test]
fn every_portuguese_text_is_said_by_somebody() {
    let translations = Translations::read();
    let said: BTreeSet<String> = said().into_keys().collect();
    let unsaid: Vec<&str> = translations.texts().filter(|text| !said.contains(*text)).collect();
    assert!(unsaid.is_empty(), "nobody says:\n{}", unsaid.join("\n"));
}

#[test]
fn both_languages_fill_in_the_same() {
    let translations = Translations::read();
    let mut wrong = Vec::new();
    for (text, portuguese) in translations.all() {
        if placeholders(text) != placeholders(portuguese) {
            wrong.push(format!("{text}\n  {portuguese}"));
        }
    }
    for (text, given) in said() {
        if given.iter().any(|names| *names != placeholders(&text)) {
            wrong.push(format!("{text}\n  is given {given:?}"));
        }
    }
    assert!(wrong.is_empty(), "placeholders differ:\n{}", wrong.join("\n"));
}

#[test]
fn a_text_is_translated_in_one_way() {
    let twice = Translations::read().contradictions();
    assert!(twice.is_empty(), "several translations of:\n{}", twice.join("\n"));
}

#[test]
fn whatever_is_said_is_said_through_t() {
    let help = help::texts();
    let sources = Source::all();
    assert!(sources.len() > 80, "only {} files were read", sources.len());
    let unsaid: Vec<String> = sources
        .iter()
        .flat_map(|source| source.unsaid.iter().map(move |unsaid| (source, unsaid)))
        .filter(|(source, unsaid)| !is_no_message(&source.file, unsaid) && !help.contains(&unsaid.text))
        .map(|(source, unsaid)| format!("{}: {:?}", source.file, unsaid.text))
        .collect();
    assert!(
        unsaid.is_empty(),
        "texts that read as words, and are not said through t!:\n{}\nSay them through t!, or list them in \
         NO_MESSAGES with the reason why nobody reads them.",
        unsaid.join("\n")
    );
}

#[test]
fn every_exception_is_needed() {
    let sources = Source::all();
    let needed = |(file, text, _): &&(&str, &str, &str)| {
        sources
            .iter()
            .filter(|source| source.file.starts_with(file))
            .any(|source| source.unsaid.iter().any(|unsaid| *text == "*" || *text == unsaid.text))
    };
    let idle: Vec<_> = NO_MESSAGES.iter().filter(|exception| !needed(exception)).collect();
    assert!(idle.is_empty(), "exceptions without a case: {idle:#?}");
}

#[test]
fn the_course_speaks_every_language() {
    let lacking = course::lacking(&course::course());
    assert!(lacking.is_empty(), "texts of labs.yaml without en or pt-BR:\n{}", lacking.join("\n"));
}

#[test]
fn every_exercise_has_its_guide_in_every_language() {
    let labs = course::course().labs;
    assert!(!labs.is_empty());
    for folder in labs.iter().filter_map(|lab| lab.exercise.as_ref()) {
        for guide in ["README.md", "README.pt-BR.md"] {
            let file = course::root().join(folder).join(guide);
            let text = std::fs::read_to_string(&file).unwrap_or_default();
            assert!(text.split_whitespace().count() > 40, "{}: there is no guide", file.display());
        }
    }
}

#[test]
fn lines_of_examples_are_broken_by_nobody_else() {
    let translations = Translations::read();
    let mut long = Vec::new();
    for english in help::texts().iter().filter(|text| text.contains('\n')) {
        let said = [Some(english.as_str()), translations.of(english)];
        let lines = said.into_iter().flatten().flat_map(str::lines);
        long.extend(lines.filter(|line| line.chars().count() > 80).map(str::to_owned));
    }
    assert!(long.is_empty(), "{long:#?}");
}

/// Every text that is said, and the names of what it is given each time.
fn said() -> BTreeMap<String, Vec<BTreeSet<String>>> {
    let mut all: BTreeMap<String, Vec<BTreeSet<String>>> = BTreeMap::new();
    for source in Source::all() {
        for (text, given) in source.said {
            all.entry(text).or_default().push(given);
        }
    }
    for text in help::texts() {
        all.entry(text).or_default();
    }
    all
}

fn is_no_message(file: &str, unsaid: &Unsaid) -> bool {
    NO_MESSAGES
        .iter()
        .any(|(place, text, _)| file.starts_with(place) && (*text == "*" || *text == unsaid.text))
}

/// Lines that can be put into a file of locales/.
fn as_yaml(texts: &[String]) -> String {
    texts.iter().map(|text| format!("{text:?}: \"\"")).collect::<Vec<_>>().join("\n")
}
