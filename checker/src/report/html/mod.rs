//! Results as one HTML file that needs no network: a matrix of submissions × checks, and behind each cell what happened.
//!
//! The matrix is plain HTML. What stands behind it is kept compressed, a block for each submission, and unpacked when
//! somebody asks: a class of hundreds opens at once. The page's policy lets nothing be loaded, and no script run but
//! its own.

mod bounds;
mod phrases;
mod rows;
mod summary;

use std::collections::BTreeMap;
use std::io::{self, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use minijinja::Environment;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::results::Results;
use crate::model::language::Language;
use rows::{Lab, Row};
use summary::{Hard, Share, Tally};

const PAGE: &str = include_str!("page/page.html");
const STYLE: &str = include_str!("page/page.css");
/// One function around all: nothing of it is a name of the window's.
const SCRIPT: &str = concat!(
    "\"use strict\";\n(() => {\n",
    include_str!("page/elements.js"),
    include_str!("page/grid.js"),
    include_str!("page/conversation.js"),
    include_str!("page/detail.js"),
    include_str!("page/filter.js"),
    "})();\n"
);
/// A browser takes its time for more cells than these at once.
const LARGE: usize = 5000;

/// # Errors
/// It cannot be written.
pub fn write(results: &Results, out: &mut dyn Write) -> io::Result<()> {
    let mut environment = Environment::new();
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).build().map_err(io::Error::other)?);
    // The name's ending has every value escaped.
    environment.add_template("page.html", PAGE).map_err(io::Error::other)?;
    let page = environment.get_template("page.html").map_err(io::Error::other)?;
    let page = page.render(Serde(Page::of(results)?)).map_err(io::Error::other)?;
    out.write_all(page.as_bytes())
}

#[derive(Serialize)]
struct Page {
    language: &'static str,
    title: String,
    policy: String,
    style: &'static str,
    script: &'static str,
    say: BTreeMap<&'static str, String>,
    summary: Vec<Tally>,
    all_checks: u32,
    shares: Vec<Share>,
    hardest: Vec<Hard>,
    provenance: Vec<(String, String)>,
    first: First,
    labs: Vec<Lab>,
    rows: Vec<Row>,
}

/// What the matrix shows before anybody has chosen.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
enum First {
    Checks,
    /// The points of each lab.
    Points,
}

impl Page {
    fn of(results: &Results) -> io::Result<Page> {
        let submissions = results.submissions();
        let rows: io::Result<Vec<Row>> = submissions.iter().map(|row| Row::of(row, results.labs())).collect();
        let totals = results.totals();
        Ok(Page {
            language: Language::spoken().tag(),
            title: summary::title(results, &submissions),
            policy: policy(),
            style: STYLE,
            script: SCRIPT,
            say: phrases::all(),
            summary: summary::tallies(&totals, submissions.len()),
            all_checks: totals.passed + totals.failed + totals.skipped + totals.errored,
            shares: summary::shares(&totals),
            hardest: summary::hardest(results),
            provenance: summary::provenance(results),
            first: First::of(results, submissions.len()),
            labs: results.labs().iter().map(Lab::of).collect(),
            rows: rows?,
        })
    }
}

impl First {
    fn of(results: &Results, submissions: usize) -> First {
        let columns: usize = results.labs().iter().map(|lab| lab.checks.len()).sum();
        if results.labs().len() > 1 && columns * submissions > LARGE { First::Points } else { First::Checks }
    }
}

fn policy() -> String {
    let (script, style) = (hash(SCRIPT), hash(STYLE));
    format!(
        "default-src 'none'; script-src '{script}'; style-src '{style}'; base-uri 'none'; form-action 'none'"
    )
}

/// The hash by which the page's policy knows a script or a style.
fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text.as_bytes())))
}

#[cfg(test)]
mod tests;
