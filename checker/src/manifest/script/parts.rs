//! What a row of the table asks for while it makes a sentence: the parts that the instructor filled
//! in, judged one by one. Every method gives something, so that all faults of a sentence are found;
//! a script with problems is never used.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use rust_i18n::t;

use super::Reader;
use super::captures::Voice;
use super::layout::Entry;
use super::pattern::Filled;
use super::scope::Mark;
use super::slice::Slice;
use super::who::Subject;
use crate::manifest::problem::{Place, Problem, did_you_mean};
use crate::manifest::quantity::{self, MOST_BYTES, Unfit};
use crate::manifest::value;
use crate::model::course::{Part, Post};
use crate::model::script::{Exit, Listener, Payload, Sentence, Signal, Step, Who};
use crate::model::stage::{Amount, Bound, Resource};

/// Lines that a sentence may count, and times that a block may repeat.
const MOST_COUNTED: u64 = 10_000_000;
const MOST_REPEATED: u64 = 100_000;

pub struct Parts<'p, 'a, 'd> {
    pub(super) reader: &'p mut Reader<'d>,
    pub(super) entry: &'p Entry<'a>,
    filled: std::vec::IntoIter<Filled<'a>>,
    /// Behind the colon.
    pub(super) text: Option<Slice<'a>>,
    pub(super) voice: Voice,
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

    pub fn complaints(&mut self) -> Listener {
        self.reader.scope.spoken.complaints = true;
        Listener::Complaints
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

    pub fn steps_in_order(&mut self) -> Vec<Step> {
        self.reader.steps(&self.entry.below)
    }

    /// Sentences that begin together know nothing of what the others establish.
    pub fn steps_at_once(&mut self) -> Vec<Step> {
        self.reader.steps_at_once(&self.entry.below)
    }

    pub(super) fn next_subject(&mut self) -> Subject<'a> {
        match self.filled.next() {
            Some(Filled::Who(subject)) => subject,
            _ => self.misfit(Subject { everyone: None, names: Vec::new() }),
        }
    }

    pub(super) fn next_word(&mut self) -> Slice<'a> {
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
