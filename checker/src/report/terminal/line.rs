//! One line of a terminal. Everything that is shown goes through here, so that nothing a student's program said can
//! be obeyed by a terminal, nor be taken for a command by the log of a CI system.

use unicode_width::UnicodeWidthStr;

use crate::report::bytes::{cut, visible};
use crate::report::style::{Ink, Palette};

/// Columns that are enough everywhere.
pub const WIDTH: usize = 80;

#[derive(Debug, Clone, Default)]
pub struct Line {
    segments: Vec<(Ink, String)>,
}

impl Line {
    pub fn blank() -> Self {
        Line::default()
    }

    pub fn indented(columns: usize) -> Self {
        Line::blank().then(Ink::Plain, &" ".repeat(columns))
    }

    #[must_use]
    pub fn then(mut self, ink: Ink, text: &str) -> Self {
        self.segments.push((ink, visible(text)));
        self
    }

    /// The text, filled up or cut to exactly so many columns.
    #[must_use]
    pub fn column(self, ink: Ink, text: &str, columns: usize, palette: &Palette) -> Self {
        let text = cut(&visible(text), columns, palette.ellipsis());
        let missing = columns.saturating_sub(text.width());
        self.then(ink, &text).then(Ink::Plain, &" ".repeat(missing))
    }

    /// The text at the right end of a column.
    #[must_use]
    pub fn right(self, ink: Ink, text: &str, columns: usize, palette: &Palette) -> Self {
        let text = cut(&visible(text), columns, palette.ellipsis());
        let missing = columns.saturating_sub(text.width());
        self.then(Ink::Plain, &" ".repeat(missing)).then(ink, &text)
    }

    pub fn width(&self) -> usize {
        self.segments.iter().map(|(_, text)| text.width()).sum()
    }

    /// Without its newline.
    pub fn render(mut self, palette: &Palette) -> String {
        self.disarm();
        while let Some((_, last)) = self.segments.last_mut() {
            last.truncate(last.trim_end_matches(' ').len());
            if !last.is_empty() {
                break;
            }
            self.segments.pop();
        }
        self.segments.iter().map(|(ink, text)| palette.paint(*ink, text)).collect()
    }

    /// CI systems take a line that begins with `::`, and `##` with a word and `[` anywhere, for a command to
    /// themselves (GitHub, Azure, TeamCity).
    fn disarm(&mut self) {
        let whole: String = self.segments.iter().map(|(_, text)| text.as_str()).collect();
        if whole.trim_start().starts_with("::")
            && let Some((_, first)) = self.segments.iter_mut().find(|(_, text)| !text.trim().is_empty())
        {
            *first = first.replacen(':', "\\x3A", 1);
        }
        for (_, text) in &mut self.segments {
            if text.contains("##") {
                *text = without_hash_commands(text);
            }
        }
    }
}

/// The text in lines of so many columns, broken at spaces where there are any.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(1);
    let mut lines: Vec<String> = vec![String::new()];
    for word in text.split(' ') {
        let mut word = word;
        loop {
            let current = lines.last_mut().map(|line| (line.width(), line));
            let Some((width, line)) = current else { break };
            let space = usize::from(width > 0);
            if width + space + word.width() <= columns {
                if space == 1 {
                    line.push(' ');
                }
                line.push_str(word);
                break;
            }
            if width > 0 {
                lines.push(String::new());
                continue;
            }
            let fitting = cut(word, columns, "");
            if fitting.is_empty() {
                line.push_str(word);
                break;
            }
            line.push_str(&fitting);
            word = &word[fitting.len()..];
            lines.push(String::new());
        }
    }
    lines
}

fn without_hash_commands(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("##") {
        let after = &rest[at + 2..];
        let word = after.bytes().take_while(u8::is_ascii_alphanumeric).count();
        out.push_str(&rest[..=at]);
        let is_command = after.as_bytes().get(word) == Some(&b'[');
        out.push_str(if is_command { "\\x23" } else { "" });
        // Without a command, the second mark may begin another pair.
        rest = if is_command { after } else { &rest[at + 1..] };
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(line: Line) -> String {
        line.render(&Palette::PLAIN)
    }

    #[test]
    fn no_control_byte_gets_through() {
        let text = plain(Line::blank().then(Ink::Plain, "a\x1b[2J\n\r\u{9b}31m\x07b"));
        assert_eq!(text, "a\\x1B[2J\\n\\r\\u{9B}31m\\x07b");
    }

    #[test]
    fn commands_to_a_ci_log_are_disarmed() {
        assert_eq!(plain(Line::indented(2).then(Ink::Bad, "::error::x")), "  \\x3A:error::x");
        assert_eq!(plain(Line::blank().then(Ink::Bad, ":").then(Ink::Plain, ":error")), "\\x3A:error");
        assert_eq!(plain(Line::blank().then(Ink::Plain, "a ##[error]x")), "a #\\x23[error]x");
        assert_eq!(plain(Line::blank().then(Ink::Plain, "###vso[x]")), "##\\x23vso[x]");
        assert_eq!(plain(Line::blank().then(Ink::Plain, "## title ::")), "## title ::");
    }

    #[test]
    fn columns_are_exact_for_wide_characters() {
        for text in ["oi", "日本語日本語日本語", "ação", ""] {
            let line = Line::blank().column(Ink::Plain, text, 9, &Palette::UNCOLOURED);
            assert_eq!(line.width(), 9, "{text}");
        }
    }

    #[test]
    fn wrapped_lines_fit_and_lose_nothing() {
        let text = "one two three 日本語日本語日本語日本語 aVeryLongWordWithoutAnySpaceInIt end";
        for columns in 2..40 {
            let lines = wrap(text, columns);
            assert!(lines.iter().all(|line| line.width() <= columns), "{columns}: {lines:?}");
            assert_eq!(lines.concat().replace(' ', ""), text.replace(' ', ""));
        }
    }
}
