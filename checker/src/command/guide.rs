//! The guide of a lab: a README in the exercise's folder, one for each language.

use std::path::{Path, PathBuf};

use crate::model::language::Language;

/// The guide in this folder: the one in the language spoken, else the English one, if there is any.
pub fn in_folder(folder: &Path) -> Option<PathBuf> {
    of_language(folder, Language::spoken())
}

/// What a guide in this language is called.
pub fn file_name(language: Language) -> String {
    match language {
        Language::English => "README.md".to_owned(),
        other => format!("README.{}.md", other.tag()),
    }
}

fn of_language(folder: &Path, language: Language) -> Option<PathBuf> {
    let names = [file_name(language), file_name(Language::English)];
    names.into_iter().map(|name| folder.join(name)).find(|guide| guide.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guide_is_the_one_in_the_language_or_the_english_one() {
        let folder = tempfile::tempdir().unwrap();
        let guide = |language| {
            let found = of_language(folder.path(), language)?;
            Some(found.strip_prefix(folder.path()).unwrap().display().to_string())
        };
        assert_eq!(guide(Language::BrazilianPortuguese), None);
        std::fs::write(folder.path().join("README.md"), "# hello").unwrap();
        assert_eq!(guide(Language::BrazilianPortuguese).as_deref(), Some("README.md"));
        std::fs::write(folder.path().join("README.pt-BR.md"), "# hello").unwrap();
        assert_eq!(guide(Language::BrazilianPortuguese).as_deref(), Some("README.pt-BR.md"));
        assert_eq!(guide(Language::English).as_deref(), Some("README.md"));
    }
}
