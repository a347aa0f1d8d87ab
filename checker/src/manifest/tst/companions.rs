//! Files of an activity besides its tests, which lie in the working folder of each check that needs them.

use std::collections::BTreeMap;

use rust_i18n::t;

use crate::manifest::problem::{Place, Problem};
use crate::manifest::value;

/// What became of the wish for a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched {
    Text(String),
    Missing,
    /// It is there and cannot be taken: why.
    Unfit(String),
}

/// Gets a file of the activity by its path below the activity's folder, which never leads out of it.
pub type Fetch<'a> = dyn FnMut(&str) -> Fetched + 'a;

/// The files that one test needs, with their content.
pub struct Companions<'a> {
    fetch: &'a mut Fetch<'a>,
    pub files: BTreeMap<String, String>,
}

impl<'a> Companions<'a> {
    pub fn new(fetch: &'a mut Fetch<'a>, required: BTreeMap<String, String>) -> Self {
        Companions { fetch, files: required }
    }

    /// Takes this file along. Is there one?
    pub fn take(&mut self, name: &str, place: Place, problems: &mut Vec<Problem>) -> bool {
        if value::inner_path(name).is_err() {
            return false;
        }
        match (self.fetch)(name) {
            Fetched::Text(text) => {
                self.files.insert(name.to_owned(), text);
                true
            }
            Fetched::Missing => false,
            Fetched::Unfit(why) => {
                problems.push(
                    Problem::new(
                        place,
                        t!("`%{path}` cannot be taken along: %{why}", path = name, why = why),
                    )
                    .help(t!("a labs.yaml holds text files of at most 1 MiB")),
                );
                true
            }
        }
    }
}
