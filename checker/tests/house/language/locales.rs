//! What checker/locales says in Portuguese.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Each English text with its Portuguese, and the file that has it.
pub struct Translations {
    all: Vec<(String, String)>,
}

impl Translations {
    /// # Panics
    /// Where a file is no map of texts.
    pub fn read() -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("locales");
        let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        let mut all = Vec::new();
        for file in files {
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            assert!(name.ends_with(".pt-BR.yml"), "{name}: the language must be pt-BR");
            let text = fs::read_to_string(&file).unwrap();
            let map: BTreeMap<String, serde_yaml::Value> =
                serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(map.get("_version"), Some(&1.into()), "{name}");
            for (english, portuguese) in map.into_iter().filter(|(key, _)| key != "_version") {
                let portuguese =
                    portuguese.as_str().unwrap_or_else(|| panic!("{name}: {english}")).to_owned();
                assert!(!portuguese.trim().is_empty(), "{name}: {english:?} is empty");
                all.push((english, portuguese));
            }
        }
        Translations { all }
    }

    pub fn of(&self, english: &str) -> Option<&str> {
        self.all.iter().find(|(text, _)| text == english).map(|(_, portuguese)| portuguese.as_str())
    }

    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.all.iter().map(|(text, _)| text.as_str())
    }

    pub fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.all.iter().map(|(text, portuguese)| (text.as_str(), portuguese.as_str()))
    }

    /// Texts that two files translate differently.
    pub fn contradictions(&self) -> Vec<String> {
        let differs = |(english, portuguese): &&(String, String)| self.of(english) != Some(portuguese);
        self.all.iter().filter(differs).map(|(english, _)| english.clone()).collect()
    }
}

/// The names of the `%{name}`s of a text.
pub fn placeholders(text: &str) -> BTreeSet<String> {
    text.split("%{")
        .skip(1)
        .filter_map(|rest| rest.split_once('}'))
        .map(|(name, _)| name.to_owned())
        .collect()
}
