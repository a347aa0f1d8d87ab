//! The language that people are spoken to in, chosen once for the whole process.

/// A language that every message, guide and lab text is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    #[default]
    English,
    BrazilianPortuguese,
}

impl Language {
    pub const ALL: [Language; 2] = [Language::English, Language::BrazilianPortuguese];

    /// The tag of BCP 47, as labs.yaml and `--lang` write it.
    pub fn tag(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::BrazilianPortuguese => "pt-BR",
        }
    }

    /// Reads `pt-BR`, `pt_BR.UTF-8`, `pt`, `en_GB`, `C`: a tag or a locale's name. Only a language that
    /// is spoken here is some.
    pub fn read(name: &str) -> Option<Language> {
        let language = name.split(['.', '@']).next().unwrap_or_default();
        match language.split(['_', '-']).next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "en" | "c" | "posix" => Some(Language::English),
            "pt" => Some(Language::BrazilianPortuguese),
            _ => None,
        }
    }

    /// What the surroundings ask for: `CHECKER_LANG`, else the first of `LC_ALL`, `LC_MESSAGES` and
    /// `LANG` that is not empty; English where that is a language not spoken here.
    pub fn of_surroundings(variable: impl Fn(&str) -> Option<String>) -> Language {
        let set = |name: &&str| variable(name).filter(|value| !value.is_empty());
        if let Some(language) = set(&"CHECKER_LANG").and_then(|value| Language::read(&value)) {
            return language;
        }
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(set);
        locale.and_then(|name| Language::read(&name)).unwrap_or_default()
    }

    /// From here on every message is in this language.
    pub fn speak(self) {
        rust_i18n::set_locale(self.tag());
    }

    /// The language that messages are in now.
    pub fn spoken() -> Language {
        Language::read(&rust_i18n::locale()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_locales_and_tags_are_read() {
        let portuguese = Some(Language::BrazilianPortuguese);
        for name in ["pt-BR", "pt_BR.UTF-8", "pt", "PT_br", "pt_PT@euro"] {
            assert_eq!(Language::read(name), portuguese, "{name}");
        }
        for name in ["en", "en_GB.UTF-8", "C", "C.UTF-8", "POSIX"] {
            assert_eq!(Language::read(name), Some(Language::English), "{name}");
        }
        for name in ["", "de", "ptolemaic", "english"] {
            assert_eq!(Language::read(name), None, "{name}");
        }
    }

    #[test]
    fn the_first_that_is_set_decides() {
        let of = |set: &[(&str, &str)]| {
            Language::of_surroundings(|asked| {
                let found = set.iter().find(|(name, _)| *name == asked);
                found.map(|(_, value)| (*value).to_owned())
            })
        };
        assert_eq!(of(&[]), Language::English);
        assert_eq!(of(&[("LANG", "pt_BR.UTF-8")]), Language::BrazilianPortuguese);
        assert_eq!(of(&[("LANG", "pt_BR.UTF-8"), ("LC_ALL", "C")]), Language::English);
        assert_eq!(of(&[("LANG", "pt_BR.UTF-8"), ("LC_ALL", "")]), Language::BrazilianPortuguese);
        assert_eq!(of(&[("LC_ALL", "C"), ("CHECKER_LANG", "pt-BR")]), Language::BrazilianPortuguese);
        assert_eq!(of(&[("LC_ALL", "pt_BR"), ("CHECKER_LANG", "de")]), Language::BrazilianPortuguese);
        assert_eq!(of(&[("LANG", "de_DE")]), Language::English);
    }
}
