//! The parts of sentences about the user, who types and may sit at a terminal.

use std::borrow::Cow;
use std::slice;

use rust_i18n::t;

use super::parts::Parts;
use super::slice::Slice;
use crate::manifest::problem::did_you_mean;
use crate::manifest::settings::Keyboard;
use crate::model::script::{Key, Listener, Phrase, Piece, Sentence};

/// Bytes of a line that a terminal keeps besides its end; it drops what is more, and says nothing.
const LONGEST_TYPED: usize = 4095;

impl<'a> Parts<'_, 'a, '_> {
    pub fn screen(&mut self) -> Listener {
        self.at_a_terminal(t!("without a terminal, what the program prints is `program prints: …`"));
        Listener::Screen
    }

    pub fn key(&mut self) -> Key {
        self.at_a_terminal(t!(
            "without a terminal, the end of the input is `user ends the input`, and a signal `program gets SIGINT`"
        ));
        let word = self.next_word();
        Key::named(word.text).unwrap_or_else(|| {
            let named = Key::NAMED.map(|key| key.to_string());
            let known = named.iter().map(String::as_str).chain(["Ctrl-C", "Ctrl-D"]);
            let near = did_you_mean(word.text, known);
            let help = t!("known are Ctrl-A to Ctrl-Z, Ctrl-\\, %{names}", names = named.join(", "));
            let message = t!("`%{word}` is no key", word = word.text);
            self.report(word.place(), message, near.unwrap_or_else(|| help.into_owned()));
            Key::Enter
        })
    }

    /// Lines that the user types.
    pub fn typed_texts(&mut self) -> Vec<Phrase> {
        let texts = self.texts();
        let typed = |text: Slice<'a>| {
            let phrases = self.sent(text);
            self.fits_a_terminal(text, &phrases);
            phrases
        };
        texts.into_iter().flat_map(typed).collect()
    }

    /// What the user types as it stands.
    pub fn typed_text(&mut self) -> Phrase {
        let phrase = self.sent_text();
        self.fits_a_terminal(self.one_text(), slice::from_ref(&phrase));
        phrase
    }

    pub fn user_ends_input(&mut self) -> Sentence {
        self.reader.scope.spoken.user = true;
        Sentence::UserEndsInput
    }

    fn fits_a_terminal(&mut self, text: Slice<'a>, phrases: &[Phrase]) {
        self.reader.scope.spoken.user = true;
        if self.reader.scope.keyboard == Keyboard::Never {
            return;
        }
        let longest = |phrase: &Phrase| {
            let lines = phrase.shape.pieces().iter().filter_map(|piece| match piece {
                Piece::Literal(bytes) => bytes.split(|byte| b"\r\n".contains(byte)).map(<[u8]>::len).max(),
                _ => None,
            });
            // Of several pieces it is at least the longest.
            lines.max().unwrap_or(0)
        };
        if phrases.iter().map(longest).max().unwrap_or(0) > LONGEST_TYPED {
            let message =
                t!("a terminal cuts a line after %{number} bytes, and says nothing", number = LONGEST_TYPED);
            let cure = t!("type shorter lines, or say `terminal: false`: then the input is a pipe");
            self.report(text.place(), message, cure);
        }
    }

    /// Makes the user sit at a terminal, or says that there is none.
    fn at_a_terminal(&mut self, instead: Cow<'_, str>) {
        self.reader.scope.spoken.user = true;
        if self.reader.scope.keyboard == Keyboard::Never {
            let place = self.entry.line.trimmed().place();
            let cure = t!("leave out `terminal: false` and `stdout: pipe`; %{instead}", instead = instead);
            self.report(place, t!("the user of this check has no terminal"), cure);
        }
    }
}
