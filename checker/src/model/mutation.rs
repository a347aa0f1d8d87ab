//! What may happen to an answer on its way from the socket to the judge.

use strum::VariantArray;

/// One way to alter what a sentence receives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, VariantArray)]
pub enum Alteration {
    ByteFlipped,
    CaseChanged,
    /// Something before and behind the text of each line.
    WordsAround,
    LineDropped,
    LineDoubled,
    LinesSwapped,
    CutShort,
    LineEndLost,
    LineBefore,
    LineAfter,
    BytesBefore,
    BytesAfter,
    /// The end comes instead of the answer.
    EndedEarly,
    /// A reset comes instead of the answer, or of the end.
    Reset,
    NeverEnded,
    /// Neither the answer nor anything after it comes.
    Silenced,
    /// `\r\n` instead of `\n`.
    OtherLineEnds,
    ByteByByte,
    AllAtOnce,
    Later,
}

impl Alteration {
    pub const ALL: &[Alteration] = Alteration::VARIANTS;

    /// Does it leave something over that was not there before?
    pub fn adds(self) -> bool {
        use Alteration::*;
        matches!(self, LineDoubled | LineBefore | LineAfter | BytesBefore | BytesAfter)
    }

    /// The identifier in reports.
    pub fn id(self) -> &'static str {
        use Alteration::*;
        match self {
            ByteFlipped => "byte-flipped",
            CaseChanged => "case-changed",
            WordsAround => "words-around",
            LineDropped => "line-dropped",
            LineDoubled => "line-doubled",
            LinesSwapped => "lines-swapped",
            CutShort => "cut-short",
            LineEndLost => "line-end-lost",
            LineBefore => "line-before",
            LineAfter => "line-after",
            BytesBefore => "bytes-before",
            BytesAfter => "bytes-after",
            EndedEarly => "ended-early",
            Reset => "reset",
            NeverEnded => "never-ended",
            Silenced => "silenced",
            OtherLineEnds => "other-line-ends",
            ByteByByte => "byte-by-byte",
            AllAtOnce => "all-at-once",
            Later => "later",
        }
    }
}

/// One alteration of what one sentence receives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mutant {
    /// Of the sentence, in labs.yaml. In a repetition, its first time counts.
    pub line: u32,
    /// Whose answer is altered, of those who listen: their number modulo how many there are.
    pub listener: usize,
    pub alteration: Alteration,
}

/// What is altered in a run whose answers are read a second time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Probe {
    /// Nothing.
    Listen,
    Alter(Mutant),
}

/// What a second, plain reading says of the answers of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reading {
    /// Whether the alteration changed anything at all.
    pub altered: bool,
    pub declared: Declared,
}

/// What became of what the sentences of a check declare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Declared {
    #[default]
    Holds,
    /// It holds because the check says `leftovers: allowed`.
    HoldsByLeave,
    Broken,
}
