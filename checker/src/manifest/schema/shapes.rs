//! What the value of each key looks like, and what it is for. A key means the same wherever it stands.

use std::borrow::Cow;

use rust_i18n::t;
use serde_json::{Value, json};

use crate::manifest::check::{LARGEST_CROWD, MOST_POINTS, MOST_RUNS};
use crate::manifest::lint::Lint;
use crate::manifest::settings::LOWEST_PORT;
use crate::model::outcome::FailureKind;

/// The value of this key, with its description; anything for a key that is not listed, which a test refuses.
pub fn of(key: &str) -> Value {
    let (mut shape, about) = match key {
        "format" => (json!({ "const": 1 }), t!("The version of this format: 1")),
        "course" => (refer("words"), t!("The course's name")),
        "labs" => (list(refer("lab"), 1), t!("Every lab")),
        "id" => (id(), t!("The name on the command line: lower-case letters, digits and -")),
        "title" => {
            (refer("words"), t!("The name for people; of a check, what the program does when it passes"))
        }
        "topics" => (list(refer("words"), 0), t!("What the lab is about, for overviews")),
        "exercise" => (path(), t!("Folder of the skeleton, relative to this file")),
        "solution" => (path(), t!("Folder of the reference solution, relative to this file")),
        "checks" => (list(refer("check"), 1), t!("The checks, in the order in which they are shown")),
        "wrong" => (list(refer("wrong"), 0), t!("Programs that are known to be wrong")),
        "program" => (path(), t!("A file below the solution's folder wrong/")),
        "fails" => (text(), t!("The id of the check that must catch it")),
        "kind" => (
            one_of(FailureKind::ALL.iter().map(|kind| kind.id()).collect()),
            t!("The kind of failure that must be told"),
        ),
        "script" => (
            json!({ "type": "string", "minLength": 1 }),
            t!("The conversation, behind script: | and one sentence a line"),
        ),
        "points" => (number(0, MOST_POINTS), t!("What it is worth; 1 where nothing is said")),
        "needs" => (
            json!({ "type": "array", "items": text(), "uniqueItems": true }),
            t!("Ids of earlier checks: without them passed, this one is skipped"),
        ),
        "for" => (
            json!({ "anyOf": [file_name(), list(file_name(), 1)] }),
            t!("Patterns of file names, as *.py: the check counts for such files alone"),
        ),
        "hint" => (refer("words"), t!("Shown when the check fails")),
        "tags" => (list(id(), 0), t!("Words for selecting checks")),
        "visibility" => (
            one_of(vec!["shown", "hidden"]),
            t!("Of a hidden check students see title and verdict, not the script"),
        ),
        "repeat" => (number(1, MOST_RUNS), t!("Runs, all of which must pass")),
        "run" => (
            json!({ "type": "string", "pattern": "\\{(program|file)\\}" }),
            t!("The command line, with {program} or {file}, {port} and {args}"),
        ),
        "args" => (list(text(), 0), t!("What {args} stands for, each one argument")),
        "env" => (map_of(text()), t!("Environment variables")),
        "files" => (map_of(text()), t!("Files of the working folder: name and content")),
        "within" => (
            json!({ "type": "string", "pattern": "^0*[1-9][0-9]*(ms|s|m)$" }),
            t!("How long a sentence waits at most: 400ms, 10s, 2m"),
        ),
        "leftovers" => (
            one_of(vec!["forbidden", "allowed"]),
            t!("May anybody hold unread lines when the script is over?"),
        ),
        "ignore" => (list(text(), 0), t!("Texts or /regexes/: lines that match one of them never count")),
        "stdout" => (one_of(vec!["terminal", "pipe"]), t!("What the program gets as its standard output")),
        "terminal" => {
            (json!({ "type": "boolean" }), t!("Does the user sit at a terminal, or type into a pipe?"))
        }
        "port" => (
            json!({ "anyOf": [number(LOWEST_PORT, u16::MAX.into()), { "const": "any" }] }),
            t!("A port that is always the same, or any: the checker looks where the program listens"),
        ),
        "network" => (
            one_of(vec!["ordinary", "small buffers"]),
            t!("With small buffers, a reader that does not read is felt after some kilobytes"),
        ),
        "actors" => {
            (actors(), t!("Crowds, and whatever has a port of its own; single clients need no declaration"))
        }
        "clients" => (number(1, LARGEST_CROWD), t!("A crowd of so many TCP clients, which act all at once")),
        "tcp" => {
            (one_of(vec!["server", "closed", "full"]), t!("What the program finds at this actor's port"))
        }
        "udp" => (one_of(vec!["client", "server", "closed"]), t!("An actor that speaks in datagrams")),
        "lint" => (refer("lint"), t!("Warnings of checker lint that are not wanted here")),
        "allow" => {
            (list(one_of(Lint::ALL.iter().map(|lint| lint.name()).collect()), 0), t!("Names of warnings"))
        }
        _ => return json!({}),
    };
    describe(&mut shape, about);
    shape
}

/// One text, or a map with one for each language.
pub fn words() -> Value {
    json!({
        "anyOf": [
            text(),
            {
                "type": "object",
                "minProperties": 1,
                "properties": { "en": text(), "pt-BR": text() },
                "patternProperties": { "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$": text() },
                "additionalProperties": false,
            },
        ],
    })
}

/// What stands beside a reference counts for nothing in this draft, so a reference goes into a list of one.
fn describe(shape: &mut Value, about: Cow<'static, str>) {
    if let Some(reference) = shape.get("$ref").cloned() {
        *shape = json!({ "allOf": [{ "$ref": reference }] });
    }
    shape["description"] = about.into();
}

fn refer(definition: &str) -> Value {
    json!({ "$ref": format!("#/definitions/{definition}") })
}

fn text() -> Value {
    json!({ "type": "string" })
}

fn id() -> Value {
    json!({ "type": "string", "pattern": "^[a-z0-9][a-z0-9-]*$" })
}

/// Relative, and not out of its folder.
fn path() -> Value {
    json!({ "type": "string", "minLength": 1, "not": { "pattern": "^/|(^|/)\\.\\.(/|$)" } })
}

/// Of one file, without a folder.
fn file_name() -> Value {
    json!({ "type": "string", "pattern": "^[^/]+$" })
}

fn number(least: u32, most: u32) -> Value {
    json!({ "type": "integer", "minimum": least, "maximum": most })
}

fn one_of(words: Vec<&str>) -> Value {
    json!({ "enum": words })
}

fn list(items: Value, least: u32) -> Value {
    json!({ "type": "array", "items": items, "minItems": least })
}

fn map_of(values: Value) -> Value {
    json!({ "type": "object", "additionalProperties": values })
}

fn actors() -> Value {
    json!({
        "type": "object",
        "propertyNames": { "pattern": "^[a-z][a-z0-9_]*$" },
        "additionalProperties": refer("actor"),
    })
}
