//! What the person sees: rows, a block at a time.

use std::time::Duration;

use super::Session;
use crate::report::live::{self, News};
use crate::report::style::Ink;
use crate::report::terminal::line::Line;

impl Session<'_> {
    pub(super) fn show_news(&self, news: &News, after: Duration) {
        self.show_lines(&live::news(news, after, &self.palette));
    }

    pub(super) fn show_notice(&self, who: &str, text: &str) {
        self.show_lines(&live::notice(who, text, &self.palette));
    }

    pub(super) fn say(&self, ink: Ink, text: &str) {
        text.lines().for_each(|line| self.show_lines(&live::aside(ink, line)));
    }

    pub(super) fn show_lines(&self, lines: &[Line]) {
        let shown: String = lines.iter().map(|line| line.clone().render(&self.palette) + "\n").collect();
        if !shown.is_empty() {
            (self.show)(shown);
        }
    }
}

/// The command line with the names of files instead of their whole paths.
pub(super) fn short(command: &str) -> String {
    let name = |word: &str| match word.starts_with('/') {
        true => word.rsplit('/').next().unwrap_or(word).to_owned(),
        false => word.to_owned(),
    };
    command.split(' ').map(name).collect::<Vec<_>>().join(" ")
}
