//! What a row of the table asks for while it makes a sentence: the parts that the instructor filled
//! in, judged one by one. Every method gives something, so that all faults of a sentence are found;
//! a script with problems is never used.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use rust_i18n::t;

use super::Reader;
use super::layout::Entry;
use super::pattern::Filled;
use super::phrase::{self, Reading};
use super::scope::{Mark, Voice};
use super::slice::Slice;
use super::who::Subject;
use crate::manifest::problem::{Place, Problem, did_you_mean};
use crate::manifest::quantity::{self, MOST_BYTES, Unfit};
use crate::manifest::settings::Keyboard;
use crate::manifest::value;
use crate::model::course::{Part, Post};
use crate::model::script::{Exit, Key, Listener, Payload, Phrase, Piece, Sentence, Shape, Signal, Step, Who};
use crate::model::stage::{Amount, Bound, Resource};

/// Lines that a sentence may count, and times that a block may repeat.
const MOST_COUNTED: u64 = 10_000_000;
const MOST_REPEATED: u64 = 100_000;

/// Bytes of a line that a terminal keeps besides its end; it drops what is more, and says nothing.
const LONGEST_TYPED: usize = 4095;

pub struct Parts<'p, 'a, 'd> {
    reader: &'p mut Reader<'d>,
    entry: &'p Entry<'a>,
    filled: std::vec::IntoIter<Filled<'a>>,
    /// Behind the colon.
    text: Option<Slice<'a>>,
    voice: Voice,
}

impl<'p, 'a, 'd> Parts<'p, 'a, 'd> {
    pub fn new(
        reader: &'p mut Reader<'d>,
        entry: &'p Entry<'a>,
        filled: Vec<Filled<'a>>,
        text: Option<Slice<'a>>,
    ) -> Self {
        Parts { reader, entry, filled: filled.into_iter(), text, voice: Voice::Single }
    }

    pub fn newcomers(&mut self) -> Who {
        let subject = self.next_subject();
        self.reader.scope.newcomers(&subject, &mut self.reader.problems)
    }

    /// `lia answers instead of mestre: …`
    pub fn answer_instead(&mut self) -> Sentence {
        let (subject, of) = (self.next_subject(), self.next_word());
        let who = self.reader.scope.strangers_to_each_other(&subject, &mut self.reader.problems);
        let of = self.reader.scope.hearer(of, &mut self.reader.problems);
        Sentence::AnswerInstead { who, of, lines: self.sent_texts() }
    }

    /// `srv accepts`
    pub fn accept(&mut self) -> Sentence {
        let subject = self.next_subject();
        let server = self.reader.scope.server(&subject, &mut self.reader.problems);
        self.reader.scope.state.arrive(&server);
        Sentence::Accept { server, guest: None }
    }

    /// `srv accepts as rui`
    pub fn accept_as(&mut self) -> Sentence {
        let subject = self.next_subject();
        let guest = self.next_word();
        let server = self.reader.scope.server(&subject, &mut self.reader.problems);
        let guest = self.reader.scope.guest(guest, &mut self.reader.problems);
        Sentence::Accept { server, guest: Some(guest) }
    }

    pub fn strangers(&mut self) -> Who {
        let subject = self.next_subject();
        self.reader.scope.strangers(&subject, &mut self.reader.problems)
    }

    pub fn who(&mut self) -> Who {
        let subject = self.next_subject();
        self.those(&subject)
    }

    fn those(&mut self, subject: &Subject<'a>) -> Who {
        let who = self.reader.scope.who(subject, &mut self.reader.problems);
        self.voice = self.reader.scope.voice_of(&who);
        who
    }

    pub fn speakers(&mut self) -> Who {
        let subject = self.next_subject();
        self.reader.scope.introduce(&subject, Part::UdpClient);
        let who = self.those(&subject);
        self.reader.scope.has_spoken(&who);
        who
    }

    pub fn clients(&mut self) -> Listener {
        let subject = self.next_subject();
        self.reader.scope.introduce(&subject, Part::Post(Post::UdpServer));
        Listener::Clients(self.those(&subject))
    }

    pub fn screen(&mut self) -> Listener {
        self.at_a_terminal(t!("without a terminal, what the program prints is `program prints: …`"));
        Listener::Screen
    }

    pub fn complaints(&mut self) -> Listener {
        self.reader.scope.spoken.complaints = true;
        Listener::Complaints
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
        self.fits_a_terminal(self.one_text(), std::slice::from_ref(&phrase));
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

    pub fn file(&mut self) -> Listener {
        let word = self.next_word();
        if let Err(fault) = value::inner_path(word.text) {
            self.report(
                word.place(),
                fault,
                t!("name a file below the program's working folder, as in `server.log`"),
            );
        }
        Listener::File(word.text.to_string())
    }

    pub fn sender(&mut self) -> String {
        let name = self.next_word();
        self.reader.scope.sender(name, &mut self.reader.problems)
    }

    pub fn all_different(&mut self) -> Sentence {
        let (name, capture) = (self.next_word(), self.next_word());
        let (who, capture) = self.reader.scope.crowd_and_capture(name, capture, &mut self.reader.problems);
        Sentence::AllDifferent { who, capture }
    }

    pub fn host(&mut self) -> IpAddr {
        let word = self.next_word();
        word.text.parse().unwrap_or_else(|_| {
            let message = t!("`%{text}` is no IP address", text = word.text);
            self.report(word.place(), message, t!("write it in digits, as in `127.0.0.2` or `::1`"));
            IpAddr::V4(Ipv4Addr::LOCALHOST)
        })
    }

    pub fn signal(&mut self) -> Signal {
        const ALL: [Signal; 6] =
            [Signal::Int, Signal::Term, Signal::Hup, Signal::Kill, Signal::Usr1, Signal::Usr2];
        let word = self.next_word();
        ALL.into_iter().find(|signal| signal.to_string() == word.text).unwrap_or_else(|| {
            let known = ALL.map(|signal| signal.to_string());
            let message = t!("`%{text}` is no signal that can be sent", text = word.text);
            let near = did_you_mean(word.text, known.iter().map(String::as_str));
            self.report(
                word.place(),
                message,
                near.unwrap_or_else(|| t!("known are %{known}", known = known.join(", ")).into()),
            );
            Signal::Int
        })
    }

    pub fn exit(&mut self) -> Exit {
        let Some(text) = self.text.map(Slice::trimmed) else { return Exit::Cleanly };
        match text.text {
            "nonzero" => Exit::Nonzero,
            status => {
                status.parse::<u8>().map(|status| Exit::Status(i32::from(status))).unwrap_or_else(|_| {
                    let message = t!("`%{text}` is no exit status", text = status);
                    self.report(text.place(), message, t!("write a number from 0 to 255, or `nonzero`"));
                    Exit::Cleanly
                })
            }
        }
    }

    pub fn duration(&mut self) -> Duration {
        let word = self.next_word();
        self.fit(word.place(), quantity::duration(word.text), Duration::ZERO)
    }

    pub fn count(&mut self) -> u64 {
        let word = self.next_word();
        self.fit(word.place(), quantity::count(word.text, MOST_COUNTED), 1)
    }

    /// `has at most 3 threads`
    pub fn has(&mut self, bound: Bound, of: Resource) -> Sentence {
        let word = self.next_word();
        let number = match word.text {
            // Of connections there may be none.
            "0" => 0,
            text => self.fit(word.place(), quantity::count(text, MOST_COUNTED), 1),
        };
        Sentence::ProgramHas { bound, amount: Amount { number, of } }
    }

    pub fn mark(&mut self) -> Sentence {
        self.reader.scope.state.mark = Mark::Made;
        Sentence::MarkResources
    }

    pub fn back_at_mark(&mut self) -> Sentence {
        if self.reader.scope.state.mark == Mark::None {
            self.report(
                self.entry.line.trimmed().place(),
                t!("nothing was marked"),
                t!("write `mark the resources` before, where the program has all that it may keep"),
            );
        }
        Sentence::ProgramBackAtMark
    }

    pub fn times(&mut self) -> u32 {
        let word = self.next_word();
        let times = self.fit(word.place(), quantity::count(word.text, MOST_REPEATED), 1);
        u32::try_from(times).unwrap_or(u32::MAX)
    }

    pub fn size(&mut self) -> u64 {
        let Some(Filled::Size { number, unit }) = self.filled.next() else { return self.misfit(1) };
        let place = Place { length: unit.end().column - number.column, ..number.place() };
        self.fit(place, quantity::size(number.text, unit.text), 1)
    }

    pub fn piece(&mut self) -> usize {
        usize::try_from(self.size()).unwrap_or(usize::MAX)
    }

    pub fn bulk_lines(&mut self) -> Payload {
        let word = self.next_word();
        let lines = self.fit(word.place(), quantity::count(word.text, MOST_COUNTED), 1);
        let each = self.size();
        if lines.saturating_mul(each) > MOST_BYTES {
            self.report(word.place(), t!("more than 64 MiB in all"), t!("send fewer or shorter lines"));
        }
        Payload::BulkLines { lines, each }
    }

    /// Texts to be sent or typed: nothing in them may be unknown.
    pub fn sent_texts(&mut self) -> Vec<Phrase> {
        let texts = self.texts();
        texts.into_iter().flat_map(|text| self.sent(text)).collect()
    }

    /// The one text to be sent or typed as it stands.
    pub fn sent_text(&mut self) -> Phrase {
        let text = self.one_text();
        let phrases = self.sent(text);
        self.single(phrases)
    }

    /// Texts that come one after another; each may capture for those behind it.
    pub fn heard_texts(&mut self) -> Vec<Phrase> {
        let texts = self.texts();
        let mut phrases = Vec::new();
        for text in texts {
            let reading = self.read(text);
            self.reader.scope.make_captures(&reading, &self.voice, &mut self.reader.problems);
            phrases.extend(reading.phrases);
        }
        phrases
    }

    /// A text that comes, and may capture.
    pub fn heard_text(&mut self) -> Phrase {
        let text = self.one_text();
        self.heard(text)
    }

    pub(super) fn heard(&mut self, text: Slice<'a>) -> Phrase {
        let reading = self.read(text);
        self.refuse_range(&reading);
        self.reader.scope.make_captures(&reading, &self.voice, &mut self.reader.problems);
        self.single(reading.phrases)
    }

    /// Bytes that must come exactly.
    pub fn exact_text(&mut self) -> Phrase {
        let text = self.one_text();
        let reading = self.read(text);
        if reading.is_regex() {
            let cure =
                t!("write the bytes themselves, or take `receives: /regex/`, which looks at a whole line");
            self.report(text.place(), t!("exact bytes cannot be a regex"), cure);
        }
        self.refuse_range(&reading);
        self.known_captures(&reading, &t!("exact bytes must be known"));
        self.single(reading.phrases)
    }

    /// The text of `nothing but`, which may match many lines.
    pub fn pattern(&mut self) -> Phrase {
        let text = self.one_text();
        let reading = self.read(text);
        self.refuse_range(&reading);
        self.known_captures(&reading, &t!("`nothing but` may match many lines"));
        self.single(reading.phrases)
    }

    /// The text of `as a whole`, which is held against everything at once.
    pub fn whole(&mut self) -> Phrase {
        self.checked_whole(&t!("`as a whole` takes nothing out of the text"))
    }

    pub(super) fn checked_whole(&mut self, why: &str) -> Phrase {
        let text = self.one_text();
        let reading = self.read(text);
        self.refuse_range(&reading);
        self.known_captures(&reading, why);
        self.single(reading.phrases)
    }

    /// Texts of which one comes: all of them must capture the same.
    pub fn alternatives(&mut self) -> Vec<Phrase> {
        let readings: Vec<Reading<'_>> = self.below().into_iter().map(|text| self.read(text)).collect();
        let names = |reading: &Reading<'a>| {
            reading.captures.iter().map(|capture| capture.text).collect::<BTreeSet<_>>()
        };
        let of_all = readings.iter().map(names).reduce(|all, more| &all & &more).unwrap_or_default();
        for reading in &readings {
            let (common, own): (Vec<_>, Vec<_>) =
                reading.captures.iter().copied().partition(|capture| of_all.contains(capture.text));
            let common = Reading { captures: common, members: reading.members.clone(), ..Reading::default() };
            let own = Reading { captures: own, ..Reading::default() };
            self.known_captures(&own, &t!("not every line of `one of` captures it"));
            self.reader.scope.make_captures(&common, &self.voice, &mut self.reader.problems);
        }
        readings.into_iter().flat_map(|reading| reading.phrases).collect()
    }

    pub fn unordered(&mut self) -> Vec<Phrase> {
        let texts = self.below();
        self.settled(texts, &t!("lines in any order cannot capture"))
    }

    pub fn groups(&mut self) -> Vec<Vec<Phrase>> {
        let entries: Vec<&Entry<'a>> = self.entry.below.iter().collect();
        let mut groups = Vec::new();
        for group in entries.split(|entry| entry.line.text.trim_end() == "--") {
            if group.is_empty() {
                let message = t!("a group without lines");
                self.report(
                    self.entry.line.trimmed().place(),
                    message,
                    t!("`--` stands between two groups of lines"),
                );
            }
            let texts = self.lines_of(group);
            groups.push(self.settled(texts, &t!("interleaved lines cannot capture")));
        }
        groups
    }

    pub fn steps_in_order(&mut self) -> Vec<Step> {
        self.reader.steps(&self.entry.below)
    }

    /// Sentences that begin together know nothing of what the others establish.
    pub fn steps_at_once(&mut self) -> Vec<Step> {
        self.reader.steps_at_once(&self.entry.below)
    }

    fn settled(&mut self, texts: Vec<Slice<'a>>, why: &str) -> Vec<Phrase> {
        let mut phrases = Vec::new();
        for text in texts {
            let reading = self.read(text);
            self.known_captures(&reading, why);
            phrases.extend(reading.phrases);
        }
        phrases
    }

    /// As `sent`; what is wrong with it is told where it is really read.
    pub(super) fn sent_silently(&mut self, text: Slice<'a>) -> Vec<Phrase> {
        let mut room = phrase::MOST_LINES;
        phrase::read(text, &mut room, &mut Vec::new()).phrases
    }

    pub(super) fn sent(&mut self, text: Slice<'a>) -> Vec<Phrase> {
        let reading = self.read(text);
        if reading.is_regex() {
            let quoted = text.text.replace('\\', "\\\\");
            let cure = t!("to send these very characters, quote them: `\"%{text}\"`", text = quoted);
            self.report(text.place(), t!("a regex cannot be sent"), cure);
        }
        self.known_captures(&reading, &t!("it has no value to send"));
        reading.phrases
    }

    fn known_captures(&mut self, reading: &Reading<'_>, why: &str) {
        self.reader.scope.use_captures(reading, &self.voice, why, &mut self.reader.problems);
    }

    fn refuse_range(&mut self, reading: &Reading<'_>) {
        if let Some(range) = reading.range {
            self.report(
                range.place(),
                t!("this sentence takes one text, which cannot count"),
                t!("write the text out"),
            );
        }
    }

    fn read(&mut self, text: Slice<'a>) -> Reading<'a> {
        phrase::read(text, &mut self.reader.scope.room, &mut self.reader.problems)
    }

    fn single(&mut self, phrases: Vec<Phrase>) -> Phrase {
        if phrases.len() > 1 {
            let place = self.text.unwrap_or(self.entry.line).place();
            if !self.reader.problems.iter().any(|problem| problem.line == place.line) {
                self.report(
                    place,
                    t!("this sentence takes one text, which cannot count"),
                    t!("write the text out"),
                );
            }
        }
        phrases
            .into_iter()
            .next()
            .unwrap_or_else(|| Phrase { written: String::new(), shape: Shape::Plain(Vec::new()) })
    }

    pub(super) fn one_text(&self) -> Slice<'a> {
        self.text.unwrap_or(self.entry.line)
    }

    pub(super) fn texts(&mut self) -> Vec<Slice<'a>> {
        match self.text {
            Some(text) => vec![text],
            None => self.below(),
        }
    }

    fn below(&mut self) -> Vec<Slice<'a>> {
        let entries: Vec<&Entry<'a>> = self.entry.below.iter().collect();
        self.lines_of(&entries)
    }

    fn lines_of(&mut self, entries: &[&Entry<'a>]) -> Vec<Slice<'a>> {
        for deeper in entries.iter().flat_map(|entry| entry.below.first()) {
            let cure = t!("texts of one block begin in one column; quote a text that begins with blanks");
            self.report(deeper.line.trimmed().place(), t!("an indented line below a text"), cure);
        }
        entries.iter().map(|entry| entry.line).collect()
    }

    fn next_subject(&mut self) -> Subject<'a> {
        match self.filled.next() {
            Some(Filled::Who(subject)) => subject,
            _ => self.misfit(Subject { everyone: None, names: Vec::new() }),
        }
    }

    fn next_word(&mut self) -> Slice<'a> {
        match self.filled.next() {
            Some(Filled::Word(word)) => word,
            _ => self.misfit(self.entry.line),
        }
    }

    fn fit<T>(&mut self, place: Place, quantity: Result<T, Unfit>, otherwise: T) -> T {
        quantity.unwrap_or_else(|unfit| {
            self.report(place, unfit.message, unfit.help);
            otherwise
        })
    }

    /// A row of the table asks for something that its pattern does not have: our own mistake, but told.
    fn misfit<T>(&mut self, otherwise: T) -> T {
        let cure = t!("please report this; another wording may help until then");
        self.report(self.entry.line.trimmed().place(), t!("the checker cannot read this sentence"), cure);
        otherwise
    }

    pub(super) fn report(&mut self, place: Place, message: impl Into<String>, cure: impl Into<String>) {
        self.reader.problems.push(Problem::new(place, message).help(cure));
    }
}
