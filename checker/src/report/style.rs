//! Colours and marks. A [`Palette`] is a value that is decided once and handed down; nothing else knows `colored`.

use std::borrow::Cow;
use std::sync::Once;

use colored::{Color, Colorize};
use rust_i18n::t;

use super::bytes::Showing;

/// What `--color` asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ColorChoice {
    #[default]
    Auto,
    Always,
    Never,
}

/// What the surroundings of the program say about its output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Surroundings {
    pub output: Output,
    /// `NO_COLOR` is set and not empty.
    pub no_color: bool,
    /// `CLICOLOR_FORCE` is set and neither empty nor 0.
    pub force: bool,
    /// `TERM` is `dumb`.
    pub dumb: bool,
    /// The locale's character set is UTF-8.
    pub utf8: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Output {
    Terminal,
    /// A pipe or a file.
    Other,
}

impl Surroundings {
    /// Reads the environment through `variable`.
    pub fn read(output: Output, variable: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let locale = set("LC_ALL").or_else(|| set("LC_CTYPE")).or_else(|| set("LANG")).unwrap_or_default();
        let locale = locale.to_ascii_uppercase();
        Surroundings {
            output,
            no_color: set("NO_COLOR").is_some(),
            force: set("CLICOLOR_FORCE").is_some_and(|value| value != "0"),
            dumb: set("TERM").is_some_and(|term| term == "dumb"),
            utf8: locale.contains("UTF-8") || locale.contains("UTF8"),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Palette {
    colours: Colours,
    marks: Marks,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Colours {
    On,
    Off,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Marks {
    Unicode,
    Ascii,
}

/// What a piece of text is; the palette decides how that looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    Plain,
    /// Names and headings.
    Strong,
    /// What is there for completeness.
    Faint,
    Good,
    Bad,
    /// Neither good nor bad: skipped, notes.
    Mild,
    /// The checker's own faults.
    Loud,
}

/// The verdicts that have a mark of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    Passed,
    Failed,
    Skipped,
    Errored,
}

/// How far a lab has come, on the map of the course.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MapMark {
    Done,
    Begun,
    Untouched,
}

/// The strokes of a sequence chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Strokes {
    pub life: &'static str,
    pub dash: &'static str,
    pub right: &'static str,
    pub left: &'static str,
    pub crossing: &'static str,
    pub moment: &'static str,
    pub fault: &'static str,
    /// Stands before each line that a program printed.
    pub bar: &'static str,
    pub caret: &'static str,
}

impl Palette {
    /// ASCII without colours: for pipes, files and terminals that can do no better.
    pub const PLAIN: Palette = Palette { colours: Colours::Off, marks: Marks::Ascii };
    /// Colours and Unicode marks.
    pub const FULL: Palette = Palette { colours: Colours::On, marks: Marks::Unicode };
    /// Unicode marks without colours.
    pub const UNCOLOURED: Palette = Palette { colours: Colours::Off, marks: Marks::Unicode };

    /// Colours: as asked for; else by NO_COLOR, CLICOLOR_FORCE, TERM and whether a terminal listens, in this order.
    /// Unicode marks go with colours, where the character set has them.
    pub fn decide(choice: ColorChoice, surroundings: Surroundings) -> Palette {
        let coloured = match choice {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto if surroundings.no_color => false,
            ColorChoice::Auto if surroundings.force => true,
            ColorChoice::Auto => !surroundings.dumb && surroundings.output == Output::Terminal,
        };
        match (coloured, surroundings.utf8 && !surroundings.dumb) {
            (false, _) => Palette::PLAIN,
            (true, true) => Palette::FULL,
            (true, false) => Palette { colours: Colours::On, marks: Marks::Ascii },
        }
    }

    pub fn is_coloured(&self) -> bool {
        self.colours == Colours::On
    }

    /// The text in the ink's colour.
    pub fn paint(&self, ink: Ink, text: &str) -> String {
        if self.colours == Colours::Off || ink == Ink::Plain || text.trim().is_empty() {
            return text.to_owned();
        }
        let text = without_global_state(text);
        let painted = match ink {
            Ink::Plain => text,
            Ink::Strong => text.bold(),
            Ink::Faint => text.dimmed(),
            Ink::Good => text.green(),
            Ink::Bad => text.red(),
            Ink::Mild => text.yellow(),
            Ink::Loud => text.color(Color::Magenta).bold().reversed(),
        };
        painted.to_string()
    }

    pub fn mark(&self, mark: Mark) -> &'static str {
        match (self.marks, mark) {
            (Marks::Unicode, Mark::Passed) => "✓",
            (Marks::Unicode, Mark::Failed) => "✗",
            (Marks::Unicode, Mark::Skipped) => "–",
            (Marks::Unicode, Mark::Errored) => "!",
            (Marks::Ascii, Mark::Passed) => word(t!("ok  ")),
            (Marks::Ascii, Mark::Failed) => word(t!("FAIL")),
            (Marks::Ascii, Mark::Skipped) => word(t!("skip")),
            (Marks::Ascii, Mark::Errored) => word(t!("ERR!")),
        }
    }

    pub fn map_mark(&self, mark: MapMark) -> &'static str {
        match (self.marks, mark) {
            (Marks::Unicode, MapMark::Done) => "✓",
            (Marks::Unicode, MapMark::Begun) => "▸",
            (Marks::Unicode, MapMark::Untouched) => "·",
            (Marks::Ascii, MapMark::Done) => "[x]",
            (Marks::Ascii, MapMark::Begun) => "[-]",
            (Marks::Ascii, MapMark::Untouched) => "[ ]",
        }
    }

    /// A mark that turns while something goes on, and what it ends as.
    pub fn turning(&self) -> &'static str {
        match self.marks {
            Marks::Unicode => "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏ ",
            Marks::Ascii => "|/-\\ ",
        }
    }

    pub fn ellipsis(&self) -> &'static str {
        match self.marks {
            Marks::Unicode => "…",
            Marks::Ascii => "...",
        }
    }

    /// How bytes are shown in so many columns.
    pub fn showing(&self, columns: usize) -> Showing {
        let no_newline = match self.marks {
            Marks::Unicode => "⏎\u{338} ",
            Marks::Ascii => "",
        };
        Showing { columns, ellipsis: self.ellipsis(), no_newline }
    }

    pub fn strokes(&self) -> Strokes {
        match self.marks {
            Marks::Unicode => Strokes {
                life: "│",
                dash: "─",
                right: "▶",
                left: "◀",
                crossing: "┼",
                moment: "●",
                fault: "✗",
                bar: "│",
                caret: "^",
            },
            Marks::Ascii => Strokes {
                life: "|",
                dash: "-",
                right: ">",
                left: "<",
                crossing: "+",
                moment: "*",
                fault: "X",
                bar: "|",
                caret: "^",
            },
        }
    }
}

/// A text that nothing is filled into is never a copy.
fn word(text: Cow<'static, str>) -> &'static str {
    match text {
        Cow::Borrowed(text) => text,
        Cow::Owned(_) => "",
    }
}

/// `colored` asks the environment by itself unless told otherwise, once for the whole process. It is only called
/// where a palette has already decided for colours, so that the answer is always the same one.
fn without_global_state(text: &str) -> colored::ColoredString {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| colored::control::set_override(true));
    text.normal()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TERMINAL: Surroundings =
        Surroundings { output: Output::Terminal, no_color: false, force: false, dumb: false, utf8: true };

    #[test]
    fn the_choice_is_stronger_than_the_surroundings() {
        let hostile = Surroundings { output: Output::Other, no_color: true, ..TERMINAL };
        assert_eq!(Palette::decide(ColorChoice::Always, hostile), Palette::FULL);
        assert_eq!(Palette::decide(ColorChoice::Never, TERMINAL), Palette::PLAIN);
    }

    #[test]
    fn auto_asks_the_surroundings_in_order() {
        let decide = |surroundings| Palette::decide(ColorChoice::Auto, surroundings);
        assert_eq!(decide(TERMINAL), Palette::FULL);
        assert_eq!(decide(Surroundings { output: Output::Other, ..TERMINAL }), Palette::PLAIN);
        assert_eq!(decide(Surroundings { output: Output::Other, force: true, ..TERMINAL }), Palette::FULL);
        assert_eq!(decide(Surroundings { no_color: true, force: true, ..TERMINAL }), Palette::PLAIN);
        assert_eq!(decide(Surroundings { dumb: true, ..TERMINAL }), Palette::PLAIN);
        let latin = decide(Surroundings { utf8: false, ..TERMINAL });
        assert_eq!((latin.mark(Mark::Failed), latin.colours), ("FAIL", Colours::On));
    }

    #[test]
    fn the_surroundings_are_read_from_variables() {
        let read = |pairs: &'static [(&str, &str)]| {
            let find = move |name: &str| pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
            Surroundings::read(Output::Terminal, find)
        };
        assert_eq!(read(&[("LANG", "pt_BR.UTF-8"), ("NO_COLOR", "")]), TERMINAL);
        assert!(!read(&[("LC_ALL", "C"), ("LANG", "en_US.UTF-8")]).utf8);
        assert!(read(&[("CLICOLOR_FORCE", "1")]).force && !read(&[("CLICOLOR_FORCE", "0")]).force);
        assert!(read(&[("TERM", "dumb")]).dumb && read(&[("NO_COLOR", "1")]).no_color);
    }

    #[test]
    fn paint_depends_on_the_palette_only() {
        assert_eq!(Palette::FULL.paint(Ink::Good, "oi"), "\u{1b}[32moi\u{1b}[0m");
        assert_eq!(Palette::PLAIN.paint(Ink::Good, "oi"), "oi");
        assert_eq!(Palette::FULL.paint(Ink::Good, "oi"), "\u{1b}[32moi\u{1b}[0m");
    }
}
