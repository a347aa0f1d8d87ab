//! The course as an instructor wrote it: labs, checks and who plays in them.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use super::file_names::FileNames;
use super::outcome::FailureKind;
use super::script::Script;

/// How long a sentence waits, as a last resort, where the script says nothing else.
pub const WITHIN_DEFAULT: Duration = Duration::from_secs(5);

/// A whole labs.yaml.
#[derive(Debug, Clone)]
pub struct Course {
    pub title: Text,
    pub labs: Vec<Lab>,
    /// The file that was read, as it was named.
    pub file: PathBuf,
    /// The folder of that file; `exercise` and `solution` are relative to it.
    pub root: PathBuf,
}

/// A text in one or several languages.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Text {
    /// What is shown where the language asked for has no text of its own.
    pub default: String,
    /// By language tag (`en`, `pt-BR`).
    pub by_language: BTreeMap<String, String>,
}

impl Text {
    pub fn plain(text: impl Into<String>) -> Self {
        Text { default: text.into(), by_language: BTreeMap::new() }
    }
}

#[derive(Debug, Clone)]
pub struct Lab {
    pub id: String,
    pub title: Text,
    pub topics: Vec<Text>,
    /// The skeleton crate's folder, relative to the course's root.
    pub exercise: Option<PathBuf>,
    /// The reference crate's folder, relative to the course's root.
    pub solution: Option<PathBuf>,
    pub wrong: Vec<WrongProgram>,
    pub checks: Vec<Check>,
    /// Line of the lab's `id` in labs.yaml, from 1.
    pub line: u32,
}

/// A program that is known to be wrong, and the check that must say so.
#[derive(Debug, Clone)]
pub struct WrongProgram {
    /// File name below `solutions/LAB/wrong/`.
    pub program: PathBuf,
    /// The check that must fail.
    pub fails: String,
    pub kind: FailureKind,
    pub line: u32,
}

/// One check; what a lab sets for all its checks has already been merged in.
#[derive(Debug, Clone)]
pub struct Check {
    pub id: String,
    pub title: Text,
    pub points: u32,
    /// The files that it is meant for; none where it is meant for every program.
    pub files_for: Option<FileNames>,
    /// Ids of earlier checks of the same lab that must have passed.
    pub needs: Vec<String>,
    pub hint: Option<Text>,
    pub tags: Vec<String>,
    pub visibility: Visibility,
    /// Runs that must all pass, at least 1.
    pub repeat: u32,
    /// The command line, with `{program}`, `{file}`, `{port}` and `{args}` as placeholders.
    pub run: String,
    pub args: Vec<String>,
    pub env: BTreeMap<String, String>,
    /// Files placed into the working folder: name and content.
    pub files: BTreeMap<String, String>,
    /// Last resort for each sentence that does not say its own.
    pub within: Duration,
    pub leftovers: Leftovers,
    /// Lines that never count.
    pub ignore: Vec<super::script::Phrase>,
    pub console: Console,
    pub port: PortWish,
    pub network: Network,
    /// Everybody who acts, in order of first appearance, declared or not.
    pub cast: Vec<Actor>,
    pub script: Script,
    /// Line of the check's `id` in labs.yaml, from 1.
    pub line: u32,
}

impl Check {
    /// Is what it starts another program than the one that was handed in, which is given that one's file?
    pub fn has_judge(&self) -> bool {
        has_judge(&self.run)
    }

    /// Is it meant for a file of this name?
    pub fn is_for(&self, file: &str) -> bool {
        self.files_for.as_ref().is_none_or(|names| names.fit(file))
    }
}

/// As `Check::has_judge`, of a command line.
pub fn has_judge(run: &str) -> bool {
    run.contains("{file}") && !run.contains("{program}")
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visibility {
    Shown,
    /// Title and verdict are shown, the script is not.
    Hidden,
}

/// May a client hold unread bytes when the script is over?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leftovers {
    Forbidden,
    Allowed,
}

/// What the program's standard input and output are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Console {
    /// Both are one terminal, at which the user sits.
    Terminal(Errors),
    /// The output is a terminal, which is what C and Python flush at each line; the input is a pipe.
    Screen,
    Pipes,
}

/// Where standard error goes of a program that has a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Errors {
    /// To the same terminal, as when a person starts the program.
    OnScreen,
    /// Into a pipe of its own, for a script that asks for what the program complains.
    Apart,
}

impl Console {
    pub fn is_terminal(self) -> bool {
        matches!(self, Console::Terminal(_))
    }
}

/// The port that a program is expected to listen on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PortWish {
    /// The one that it is given as `{port}`.
    Given,
    /// Always the same one, whatever it is given.
    Fixed(u16),
    /// Whichever it listens on: the checker looks.
    Any,
}

/// What the network of a check is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Network {
    Ordinary,
    /// Socket buffers of a few kilobytes: a slow reader is felt at once.
    SmallBuffers,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    pub name: String,
    pub part: Part,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// One TCP client.
    Client,
    /// Many TCP clients that act all at once.
    Crowd { clients: usize },
    /// One UDP client: it sends datagrams to the program's port.
    UdpClient,
    /// One of a server's connections, which acts under a name of its own.
    Guest,
    /// Something at a port of its own, `{NAME.port}`, which the program is sent to.
    Post(Post),
}

/// What the program finds at an actor's port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Post {
    /// A TCP server.
    TcpServer,
    /// Nobody: connecting is refused.
    TcpClosed,
    /// A listener whose accept queue is full: connecting hangs.
    TcpFull,
    /// Somebody who receives datagrams.
    UdpServer,
    /// Nobody: a datagram is answered by an error.
    UdpClosed,
}

/// What an actor sends and hears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speech {
    /// Bytes in their order, ended by whoever likes.
    Stream,
    /// One message at a time.
    Datagrams,
}

impl Part {
    pub fn speech(self) -> Speech {
        match self {
            Part::UdpClient | Part::Post(Post::UdpServer | Post::UdpClosed) => Speech::Datagrams,
            Part::Client
            | Part::Crowd { .. }
            | Part::Guest
            | Part::Post(Post::TcpServer | Post::TcpClosed | Post::TcpFull) => Speech::Stream,
        }
    }

    pub fn post(self) -> Option<Post> {
        match self {
            Part::Post(post) => Some(post),
            _ => None,
        }
    }
}
