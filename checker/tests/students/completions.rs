//! What a real shell completes, and the manual pages.

use std::path::Path;
use std::process::Command;

use assert_cmd::Command as Checker;

const CHECKER: &str = env!("CARGO_BIN_EXE_checker");

fn checker(language: &str, words: &[&str]) -> String {
    let output = Checker::new(CHECKER).env_clear().args(["--lang", language]).args(words).unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// What bash offers behind these words, the last of which is being written.
fn completed(words: &str, folder: &Path) -> Vec<String> {
    let script = "
        source <(checker completions bash)
        COMP_WORDS=(\"$@\") COMP_CWORD=$(($# - 1)) COMP_TYPE=9
        _clap_complete_checker checker \"${COMP_WORDS[COMP_CWORD]}\" ''
        printf '%s\\n' \"${COMPREPLY[@]}\"
    ";
    let path = format!(
        "{}:{}",
        Path::new(CHECKER).parent().unwrap().display(),
        std::env::var("PATH").unwrap_or_default()
    );
    let output = Command::new("bash")
        .args(["--norc", "-c", script, "bash"])
        .args(words.split(' '))
        .env("PATH", path)
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
}

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

#[test]
fn bash_completes_verbs_and_options() {
    assert!(completed("checker ch", repository()).contains(&"check".to_owned()));
    assert_eq!(completed("checker check --on", repository()), ["--only"]);
    assert_eq!(completed("checker check --format js", repository()), ["json"]);
    assert_eq!(completed("checker --lang p", repository()), ["pt-BR"]);
}

#[test]
fn bash_completes_labs_and_checks() {
    assert_eq!(completed("checker check echoc", repository()), ["echocaps"]);
    assert_eq!(completed("checker explain chat/rel", repository()), ["chat/relay"]);
    assert!(completed("checker check chat --only bye-s", repository()).contains(&"bye-split".to_owned()));
    let elsewhere = tempfile::tempdir().unwrap();
    assert_eq!(completed("checker explain echoc", elsewhere.path()), ["echocaps"]);
}

#[test]
fn every_shell_gets_a_script() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = checker("en", &["completions", shell]);
        assert!(script.contains("CHECKER_COMPLETE"), "{shell}: {script}");
    }
}

#[test]
fn the_manual_is_in_both_languages() {
    let english = checker("en", &["man"]);
    let portuguese = checker("pt-BR", &["man"]);
    for heading in ["NAME", "SYNOPSIS", "OPTIONS", "SUBCOMMANDS", "EXAMPLES", "EXIT STATUS"] {
        assert!(english.contains(&format!(".SH \"{heading}\"")), "{heading}: {english}");
        assert!(!portuguese.contains(&format!(".SH \"{heading}\"")), "{heading}: {portuguese}");
    }
    assert!(portuguese.contains(".SH \"STATUS DE SAÍDA\""), "{portuguese}");
}

#[test]
fn each_verb_has_a_page() {
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("man1");
    let told = checker("en", &["man", "--out", pages.to_str().unwrap()]);
    for page in ["checker.1", "checker-check.1", "checker-list.1", "checker-explain.1"] {
        let text = std::fs::read_to_string(pages.join(page)).unwrap();
        assert!(text.contains(".SH \"SYNOPSIS\"") && !text.contains(".SH EXTRA"), "{page}: {text}");
        assert!(told.contains(page), "{told}");
    }
    assert_eq!(std::fs::read_dir(&pages).unwrap().count(), told.lines().count());
}

#[test]
fn a_folder_that_cannot_be_written_to_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let assert = Checker::new(CHECKER).env_clear().arg("man").arg("--out").arg(&file).assert().code(2);
    assert.stderr(predicates::str::contains("nothing can be written there"));
}
