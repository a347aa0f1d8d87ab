//! A person's config.yaml into a `model::site::Config`, as strictly as labs.yaml.

use std::path::Path;

use rust_i18n::t;

use super::fields::{Fields, Keys};
use super::problem::{Problem, Problems};
use super::tree::{self, Value};
use super::value;
use crate::model::site::{Config, OFFICIAL, SiteEntry};

static CONFIG: Keys = Keys { of: || t!("a config.yaml"), known: &["sites", "within"], later: &[] };

static SITE: Keys = Keys { of: || t!("a site"), known: &["name", "url"], later: &[] };

/// Reads the text of a config.yaml. `file` is what problems call it. An empty one says nothing.
pub fn config(file: &Path, source: &str) -> Result<Config, Problems> {
    let mut problems = Vec::new();
    let mut config = Config::default();
    match tree::read(source) {
        Ok(Some(root)) if !matches!(root.value, Value::Null) => {
            tree::duplicate_keys(&root, &mut problems);
            if let Some(fields) = Fields::of(&root, &CONFIG, &mut problems) {
                config.within = fields.get("within").and_then(|node| value::duration(node, &mut problems));
                config.sites = sites(&fields, &mut problems);
            }
        }
        Ok(_) => {}
        Err(problem) => problems.push(problem),
    }
    if problems.is_empty() { Ok(config) } else { Err(Problems::new(file, source, problems)) }
}

fn sites(fields: &Fields<'_>, problems: &mut Vec<Problem>) -> Vec<SiteEntry> {
    let Some(node) = fields.get("sites") else { return Vec::new() };
    let mut sites: Vec<SiteEntry> = Vec::new();
    for item in value::list(node, problems) {
        let Some(fields) = Fields::of(item, &SITE, problems) else { continue };
        let name_node = fields.required("name", problems);
        let name = name_node.and_then(|node| value::id(node, problems)).map(str::to_owned);
        let url = fields.required("url", problems).and_then(|node| value::text(node, problems));
        let (Some(node), Some(name), Some(url)) = (name_node, name, url) else { continue };
        if name == OFFICIAL {
            problems.push(
                Problem::new(node.place, t!("`official` is the site that the checker brings along"))
                    .help(t!("choose another name")),
            );
        } else if sites.iter().any(|site| site.name == name) {
            problems.push(
                Problem::new(node.place, t!("a second site with the name `%{name}`", name = name))
                    .help(t!("choose another name")),
            );
        } else {
            sites.push(SiteEntry { name, url: url.to_owned() });
        }
    }
    sites
}
