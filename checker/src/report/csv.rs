//! The gradebook: a row for each submission, its points in each lab and in all. For spreadsheets and learning platforms.

use std::io::{self, Write};

use super::bytes::visible;
use super::results::Results;
use super::told;

/// Names of columns are the same in every language: programs look for them.
pub fn write(results: &Results, out: &mut dyn Write) -> io::Result<()> {
    let mut head = vec!["submission".to_owned()];
    head.extend(results.labs().iter().map(|lab| cell(&lab.id)));
    head.extend(["points", "out_of", "remarks"].map(str::to_owned));
    row(&head, out)?;
    for submission in results.submissions() {
        let mut cells = vec![cell(submission.name)];
        let points = |record: Option<_>| record.map(|r: &super::results::Record| r.lab.points.to_string());
        cells.extend(submission.labs.iter().map(|record| points(*record).unwrap_or_default()));
        cells.extend([submission.points.to_string(), submission.out_of.to_string()]);
        let remarks = submission.labs.iter().flatten().flat_map(|record| {
            told::remarks(record)
                .into_iter()
                .map(|remark| format!("{}: {}", record.lab.lab, told::cut(&remark, 200)))
        });
        cells.push(cell(&remarks.collect::<Vec<_>>().join("; ")));
        row(&cells, out)?;
    }
    Ok(())
}

fn row(cells: &[String], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", cells.join(","))
}

/// Quoted where need be. A spreadsheet takes a cell that begins with one of a few characters for a formula: an apostrophe
/// before it makes it a text.
fn cell(text: &str) -> String {
    let text = visible(text);
    let first = text.trim_start().chars().next();
    let is_formula =
        first.is_some_and(|c| matches!(c, '=' | '+' | '-' | '@' | '|' | '%' | '＝' | '＋' | '－' | '＠'));
    let text = if is_formula { format!("'{text}") } else { text };
    if text.contains(['"', ',', ';', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::results::sample;

    #[test]
    fn a_gradebook() {
        insta::assert_snapshot!(sample::written(|out| write(&Results::of(sample::class()), out)));
    }

    #[test]
    fn no_cell_is_a_formula_nor_breaks_out_of_its_place() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "|x", "＝1"] {
            let first = cell(text).trim_start_matches('"').chars().next().unwrap();
            assert!(first == '\'' || first == '\\', "{text}: {}", cell(text));
        }
        assert_eq!(cell("a,\"b\""), "\"a,\"\"b\"\"\"");
        assert_eq!(cell("a\nb\r"), "a\\nb\\r");
        assert_eq!(cell("ana"), "ana");
    }
}
