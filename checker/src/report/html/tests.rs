use std::collections::BTreeSet;
use std::io::Read;

use flate2::read::GzDecoder;

use super::*;
use crate::report::results::sample;

fn written(results: &Results) -> String {
    sample::written(|out| write(results, out))
}

/// The text between these two, from behind the first.
fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let (_, rest) = text.split_once(from).unwrap();
    rest.split_once(to).unwrap().0
}

#[test]
fn a_class() {
    let page = written(&Results::of(sample::class()).only(&[], &["chat".into(), "echo".into()]));
    let body = between(&page, "<body>", "<script");
    insta::assert_snapshot!(body);
}

#[test]
fn hostile_content_is_inert() {
    let page = written(&Results::of(sample::class()));
    let scripts: Vec<&str> =
        page.match_indices("<script").map(|(at, _)| page[at..].split('>').next().unwrap()).collect();
    let submissions = Results::of(sample::class()).submissions().len();
    // One of data for each submission, one for what is said, and the page's own.
    assert_eq!(scripts.len(), submissions + 2, "{scripts:?}");
    assert!(!page.contains("<script>alert") && !page.contains('\u{202e}'));
    assert!(page.contains("&lt;script&gt;alert(1)&lt;&#x2f;script&gt;"), "the name is there to be read");
    assert_eq!(page.matches("</script").count(), scripts.len());
}

#[test]
fn the_policy_lets_only_the_page_itself_run() {
    let page = written(&Results::of(sample::class()));
    let policy = between(&page, "Content-Security-Policy\" content=\"", "\">")
        .replace("&#x27;", "'")
        .replace("&#39;", "'")
        .replace("&#x2f;", "/");
    assert!(policy.starts_with("default-src 'none'; script-src 'sha256-"), "{policy}");
    assert!(!policy.contains("unsafe") && !policy.contains("http"));
    for (tag, end) in [("<style>", "</style>"), ("\n<script>", "</script>")] {
        let content = between(&page, tag, end);
        assert!(policy.contains(&hash(content)), "{tag}");
    }
    for name in [" src=", " href=", "url(", "@import", " style=\"", " onclick", "http://", "https://"] {
        let svg_namespace = page.replace("http://www.w3.org/2000/svg", "");
        assert!(!svg_namespace.contains(name), "{name}");
    }
}

#[test]
fn what_stands_behind_a_cell_is_there_and_bounded() {
    let mut long = sample::record("ana", 0, "2026-11-20T10:00:00.000Z");
    let entry = long.lab.checks[0].transcript[3].clone();
    long.lab.checks[0].transcript.extend(std::iter::repeat_n(entry, 5000));
    long.lab.checks[1].why = Some("x".repeat(1 << 20));
    let page = written(&Results::of([long]));
    assert!(page.len() < 60_000, "{}", page.len());
    let data = between(&page, "class=\"data\">", "</script>");
    let mut json = String::new();
    GzDecoder::new(&STANDARD.decode(data).unwrap()[..]).read_to_string(&mut json).unwrap();
    let told: serde_json::Value = serde_json::from_str(&json).unwrap();
    let transcript = told[0]["record"]["lab"]["checks"][0]["transcript"].as_array().unwrap();
    assert_eq!(transcript.len(), 81);
    assert!(transcript.iter().any(|entry| entry["what"] == "left-out" && entry["bytes"] == 4925));
    assert!(json.len() < 30_000, "{}", json.len());
}

#[test]
fn every_phrase_that_the_page_asks_for_is_there_and_no_other() {
    let phrases = phrases::all();
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let asked: BTreeSet<&str> = [SCRIPT, PAGE]
        .iter()
        .flat_map(|text| text.split("say.").skip(1).filter_map(|rest| rest.split(|c| !is_name(c)).next()))
        .collect();
    let missing: Vec<&&str> = asked.iter().filter(|name| !phrases.contains_key(**name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    // What these say is looked up by what a record has.
    let by_name = ["passed", "failed", "race", "skipped", "errored", "program", "user"];
    let idle: Vec<_> = phrases
        .keys()
        .filter(|name| !asked.contains(*name) && !name.starts_with("what_") && !by_name.contains(name))
        .collect();
    assert!(idle.is_empty(), "{idle:?}");
}

/// For `.ci/browser`: a small class in both languages, one of forty, and a large one.
#[test]
#[ignore = "writes files for a browser to open"]
fn pages_for_a_browser() {
    use crate::model::language::Language;
    let folder = std::path::PathBuf::from(std::env::var_os("CHECKER_PAGES").unwrap());
    let put = |name: &str, results: &Results| std::fs::write(folder.join(name), written(results)).unwrap();
    put("class.html", &Results::of(sample::class()));
    put("forty.html", &Results::of(sample::large(40)));
    put("large.html", &Results::of(sample::large(300)));
    Language::BrazilianPortuguese.speak();
    put("portuguese.html", &Results::of(sample::class()));
}
