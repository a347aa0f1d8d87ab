//! A change to the text of a config.yaml that leaves a person's own words and comments where they are.

use std::path::Path;

use super::config;
use super::tree::{self, Node, Value};
use crate::model::site::{Config, SiteEntry};

/// The text with one site more, at the end. `config` is what the text says.
pub fn with_site(text: &str, config: &Config, site: &SiteEntry) -> String {
    let mut wanted = config.clone();
    wanted.sites.push(site.clone());
    let begun = begun(text);
    let edited = match items(&begun) {
        Some(items) if !items.is_empty() => insert(&begun, &items, site),
        Some(_) => None,
        None => Some(format!("{begun}sites:\n{}", entry(site, 2))),
    };
    edited.filter(|text| says(text, &wanted)).unwrap_or_else(|| anew(&wanted))
}

/// The text without the site of this name. `config` is what the text says.
pub fn without_site(text: &str, config: &Config, name: &str) -> String {
    let mut wanted = config.clone();
    let at = wanted.sites.iter().position(|site| site.name == name);
    wanted.sites.retain(|site| site.name != name);
    let begun = begun(text);
    let edited = at.and_then(|at| cut(&begun, &items(&begun)?, at));
    edited.filter(|text| says(text, &wanted)).unwrap_or_else(|| anew(&wanted))
}

/// The lines of each site, from 0: where it begins, and the column of its dash.
struct Item {
    line: usize,
    dash: usize,
}

fn says(text: &str, wanted: &Config) -> bool {
    config(Path::new(""), text).is_ok_and(|said| said == *wanted)
}

/// The text with a newline at its end.
fn begun(text: &str) -> String {
    match text {
        "" => String::new(),
        text if text.ends_with('\n') => text.to_owned(),
        text => format!("{text}\n"),
    }
}

/// The sites; `None` where the text says nothing of them.
fn items(text: &str) -> Option<Vec<Item>> {
    let root = tree::read(text).ok()??;
    let Value::Map(entries) = &root.value else { return None };
    let (_, sites) = entries.iter().find(|(key, _)| key.raw == "sites")?;
    let Value::List(items) = &sites.value else { return Some(Vec::new()) };
    items.iter().map(|item| place(item, text)).collect()
}

fn place(item: &Node, text: &str) -> Option<Item> {
    let Value::Map(entries) = &item.value else { return None };
    let line = (entries.first()?.0.place.line as usize).checked_sub(1)?;
    let content = text.lines().nth(line)?;
    Some(Item { line, dash: content.len() - content.trim_start().len() })
}

fn insert(text: &str, items: &[Item], site: &SiteEntry) -> Option<String> {
    let last = items.last()?;
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines.insert(end(&lines, last), entry(site, last.dash).trim_end().to_owned());
    Some(lines.join("\n") + "\n")
}

fn cut(text: &str, items: &[Item], at: usize) -> Option<String> {
    let item = items.get(at)?;
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let end = items.get(at + 1).map_or_else(|| end(&lines, item), |next| next.line);
    lines.drain(item.line..end);
    Some(lines.join("\n") + "\n")
}

/// Behind the lines that are indented further than the item's dash.
fn end(lines: &[String], item: &Item) -> usize {
    let belongs = |line: &String| line.len() - line.trim_start().len() > item.dash && !line.trim().is_empty();
    let below = lines.iter().skip(item.line + 1).take_while(|line| belongs(line)).count();
    item.line + 1 + below
}

fn anew(config: &Config) -> String {
    let sites: String = config.sites.iter().map(|site| entry(site, 2)).collect();
    let within =
        config.within.map(|within| format!("within: {}ms\n", within.as_millis())).unwrap_or_default();
    if sites.is_empty() { format!("{within}sites: []\n") } else { format!("{within}sites:\n{sites}") }
}

fn entry(site: &SiteEntry, indent: usize) -> String {
    let indent = " ".repeat(indent);
    // JSON's texts are YAML's, too.
    let url = serde_json::Value::from(site.url.as_str());
    format!("{indent}- name: {}\n{indent}  url: {url}\n", quoted(&site.name))
}

/// `true`, `1` and their like would be no texts.
fn quoted(name: &str) -> String {
    let is_text = serde_yaml::from_str::<serde_yaml::Value>(name).is_ok_and(|value| value.is_string());
    if is_text { name.to_owned() } else { format!("\"{name}\"") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(name: &str) -> SiteEntry {
        SiteEntry { name: name.into(), url: format!("https://example.org/{name}") }
    }

    fn read(text: &str) -> Config {
        config(Path::new("config.yaml"), text).unwrap()
    }

    #[test]
    fn sites_come_and_go_and_comments_stay() {
        let first = with_site("", &Config::default(), &site("turma"));
        assert_eq!(first, "sites:\n  - name: turma\n    url: \"https://example.org/turma\"\n");
        let commented = format!("# mine\nwithin: 10s   # slow\n\n{first}\n# the end");
        let second = with_site(&commented, &read(&commented), &site("true"));
        assert!(second.starts_with("# mine\nwithin: 10s   # slow\n\nsites:\n  - name: turma\n"), "{second}");
        assert!(second.contains("  - name: \"true\"\n") && second.ends_with("\n# the end\n"), "{second}");
        let gone = without_site(&second, &read(&second), "turma");
        assert_eq!(read(&gone).sites, [site("true")]);
        assert!(gone.contains("# slow") && gone.contains("# the end"), "{gone}");
        assert!(read(&without_site(&gone, &read(&gone), "true")).sites.is_empty());
    }

    #[test]
    fn a_list_in_one_line_is_written_anew() {
        let flow = "within: 2s\nsites: [{name: a, url: \"https://example.org/a\"}]\n";
        let more = with_site(flow, &read(flow), &site("b"));
        assert_eq!(read(&more).sites, [site("a"), site("b")]);
        assert_eq!(read(&more).within, read(flow).within);
        assert!(read(&without_site(flow, &read(flow), "a")).sites.is_empty());
        let empty = with_site("sites: []\n", &Config::default(), &site("b"));
        assert_eq!(read(&empty).sites, [site("b")]);
    }
}
