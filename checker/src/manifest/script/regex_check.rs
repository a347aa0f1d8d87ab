//! Does a regex compile? Its mistakes are told where they stand in labs.yaml.

use std::borrow::Cow;

use regex_syntax::hir::{Class, Hir, HirKind};
use rust_i18n::t;

use super::phrase::Bit;
use super::slice::Slice;
use crate::manifest::problem::{Place, Problem};
use crate::model::script::RegexCase;

/// Compiles the regex once, with stand-ins for its placeholders, and reports what is wrong with it.
pub fn check(bits: &[Bit<'_>], body: Slice<'_>, case: RegexCase, problems: &mut Vec<Problem>) {
    let mut source = String::new();
    // Where each bit begins in the source, and where it was written.
    let mut origins: Vec<(usize, Slice<'_>)> = Vec::new();
    for bit in bits {
        let (text, written) = match bit {
            Bit::Literal(_, written) => (written.text, *written),
            Bit::Piece(_, written) => ("(?:x+?)", *written),
            Bit::Range(_, written) => ("1", *written),
        };
        origins.push((source.len(), written));
        source.push_str(text);
    }
    let ignore_case = matches!(case, RegexCase::Ignored);
    let parsed =
        regex_syntax::ParserBuilder::new().utf8(false).case_insensitive(ignore_case).build().parse(&source);
    let (offset, message) = match parsed {
        Ok(parsed) => {
            // Compiling takes much longer than all the rest, and only large ones are refused there.
            let compile = || regex::bytes::RegexBuilder::new(&source).case_insensitive(ignore_case).build();
            if size(&parsed) > SURELY_SMALL && compile().is_err() {
                problems.push(
                    Problem::new(body.place(), t!("this regex is too large"))
                        .help(t!("repeat less inside of it")),
                );
            }
            return;
        }
        Err(regex_syntax::Error::Parse(error)) => (error.span().start.offset, error.kind().to_string()),
        Err(regex_syntax::Error::Translate(error)) => (error.span().start.offset, error.kind().to_string()),
        Err(error) => (0, error.to_string()),
    };
    let place = origins.iter().rev().find(|(begins, _)| *begins <= offset).map_or(
        body.place(),
        |(begins, written)| {
            let inside = (offset - begins).min(written.text.len());
            Place { length: 1, ..written.part(inside..written.text.len()).place() }
        },
    );
    problems.push(
        Problem::new(place, t!("this regex does not compile: %{message}", message = complaint(&message)))
            .help(t!(
                "a character with a meaning of its own, one of `.*+?()[]{}|^$\\`, gets a `\\` before it"
            )),
    );
}

/// Up to this size no regex fills the ten megabytes that the library lets it have.
const SURELY_SMALL: u64 = 10_000;

/// About as many steps as a regex becomes when it is compiled.
fn size(regex: &Hir) -> u64 {
    let sum = |all: &[Hir]| all.iter().map(size).fold(0, u64::saturating_add);
    match regex.kind() {
        HirKind::Empty | HirKind::Look(_) => 1,
        HirKind::Literal(literal) => literal.0.len() as u64,
        // A range of characters is several of bytes.
        HirKind::Class(Class::Unicode(class)) => 4 * class.ranges().len() as u64,
        HirKind::Class(Class::Bytes(class)) => class.ranges().len() as u64,
        HirKind::Repetition(repeated) => {
            let times = repeated.max.unwrap_or(repeated.min).saturating_add(1);
            size(&repeated.sub).saturating_mul(times.into())
        }
        HirKind::Capture(group) => size(&group.sub).saturating_add(1),
        HirKind::Concat(all) | HirKind::Alternation(all) => sum(all),
    }
}

/// The usual complaints of the regex parser; others stay as they are.
fn complaint(message: &str) -> Cow<'_, str> {
    match message {
        "unclosed group" => t!("unclosed group"),
        "unopened group" => t!("unopened group"),
        "unclosed character class" => t!("unclosed character class"),
        "invalid escape sequence found in character class" => {
            t!("invalid escape sequence found in character class")
        }
        "invalid character class range, the start must be <= the end" => {
            t!("invalid character class range, the start must be <= the end")
        }
        "incomplete escape sequence, reached end of pattern prematurely" => {
            t!("incomplete escape sequence, reached end of pattern prematurely")
        }
        "unrecognized escape sequence" => t!("unrecognized escape sequence"),
        "repetition operator missing expression" => t!("repetition operator missing expression"),
        "repetition quantifier expects a valid decimal" => {
            t!("repetition quantifier expects a valid decimal")
        }
        "unclosed counted repetition" => t!("unclosed counted repetition"),
        "invalid repetition count range, the start must be <= the end" => {
            t!("invalid repetition count range, the start must be <= the end")
        }
        "unrecognized flag" => t!("unrecognized flag"),
        "Unicode property not found" => t!("Unicode property not found"),
        "backreferences are not supported" => t!("backreferences are not supported"),
        "look-around, including look-ahead and look-behind, is not supported" => {
            t!("look-around, including look-ahead and look-behind, is not supported")
        }
        other => Cow::Borrowed(other),
    }
}
