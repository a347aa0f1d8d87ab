//! A line that a person typed → what is wished.

use std::path::PathBuf;
use std::time::Duration;

use rust_i18n::t;

use crate::command::suggest;
use crate::manifest;
use crate::model::script::{Key, Signal};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// Send this, with a newline; of the one who speaks where nobody is named.
    Say {
        who: Option<String>,
        text: String,
    },
    Raw(Vec<u8>),
    Open {
        name: Option<String>,
        transport: Option<Transport>,
    },
    As(String),
    Close(Option<String>),
    Reset(Option<String>),
    HalfClose(Option<String>),
    StopReading(Option<String>),
    ReadAgain(Option<String>),
    /// So many bytes a segment; none for whole lines.
    Pieces(Option<usize>),
    Type(String),
    /// A key of the terminal.
    Press(Key),
    /// A datagram to the one whom a server would answer, from the address of the one who speaks.
    Instead(String),
    EndInput,
    Signal(Signal),
    Restart,
    Threads,
    /// For at most this long.
    Wait(Option<Duration>),
    Save(PathBuf),
    Help,
    Quit,
}

/// How a client that is opened speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    Tcp,
    Udp,
}

/// Every command, as it is completed and suggested.
pub const COMMANDS: [&str; 21] = [
    ":open",
    ":as",
    ":close",
    ":reset",
    ":halfclose",
    ":stopreading",
    ":readagain",
    ":pieces",
    ":raw",
    ":type",
    ":press",
    ":instead",
    ":endinput",
    ":signal",
    ":restart",
    ":threads",
    ":wait",
    ":save",
    ":help",
    ":quit",
    ":exit",
];

/// Who stands for the program's standard input.
pub const USER: &str = "user";

const SIGNALS: [Signal; 6] =
    [Signal::Int, Signal::Term, Signal::Hup, Signal::Kill, Signal::Usr1, Signal::Usr2];

/// Reads a line; `names` are the clients that there are. Errors are for the person.
pub fn read(line: &str, names: &[String]) -> Result<Wish, String> {
    if let Some(text) = line.strip_prefix("::") {
        return Ok(Wish::Say { who: None, text: format!(":{text}") });
    }
    let Some(command) = line.strip_prefix(':') else { return Ok(say(line, names)) };
    let (verb, rest) = command.split_once(' ').unwrap_or((command, ""));
    let word = rest.trim();
    let named = || name(word).map(|name| (!name.is_empty()).then(|| name.to_owned()));
    Ok(match verb {
        "open" => open(word)?,
        "as" if word.is_empty() => return Err(needs(":as ana")),
        "as" => Wish::As(name(word)?.to_owned()),
        "close" => Wish::Close(named()?),
        "reset" => Wish::Reset(named()?),
        "halfclose" => Wish::HalfClose(named()?),
        "stopreading" => Wish::StopReading(named()?),
        "readagain" => Wish::ReadAgain(named()?),
        "pieces" => Wish::Pieces(pieces(word)?),
        "raw" => Wish::Raw(manifest::bytes_of_text(rest).map_err(|error| format!(":raw: {error}"))?),
        "type" => Wish::Type(rest.to_owned()),
        "press" => Wish::Press(key(word)?),
        "instead" => Wish::Instead(rest.to_owned()),
        "endinput" => Wish::EndInput,
        "signal" => Wish::Signal(signal(word)?),
        "restart" => Wish::Restart,
        "threads" => Wish::Threads,
        "wait" => Wish::Wait(seconds(word)?),
        "save" if word.is_empty() => return Err(needs(":save FILE")),
        "save" => Wish::Save(PathBuf::from(word)),
        "help" | "h" | "?" => Wish::Help,
        "quit" | "q" | "exit" => Wish::Quit,
        _ => return Err(unknown(verb, line)),
    })
}

fn say(line: &str, names: &[String]) -> Wish {
    if let Some((who, text)) = line.split_once(':')
        && (names.iter().any(|name| name == who) || who == USER)
    {
        let text = text.strip_prefix(' ').unwrap_or(text);
        return Wish::Say { who: Some(who.to_owned()), text: text.to_owned() };
    }
    Wish::Say { who: None, text: line.to_owned() }
}

fn open(words: &str) -> Result<Wish, String> {
    let transport_of = |word: &str| match word.to_ascii_lowercase().as_str() {
        "tcp" => Some(Transport::Tcp),
        "udp" => Some(Transport::Udp),
        _ => None,
    };
    let (word, transport) = match words.rsplit_once(' ') {
        Some((word, transport)) => {
            (word.trim(), Some(transport_of(transport).ok_or_else(|| needs(":open bia udp"))?))
        }
        None => match transport_of(words) {
            Some(transport) => ("", Some(transport)),
            None => (words, None),
        },
    };
    let name = name(word)?;
    Ok(Wish::Open { name: (!name.is_empty()).then(|| name.to_owned()), transport })
}

fn key(word: &str) -> Result<Key, String> {
    Key::named(word).ok_or_else(|| {
        let named: Vec<String> = Key::NAMED.iter().map(Key::to_string).collect();
        t!("which key? `:press Ctrl-C`; there are %{known}", known = named.join(", ")).into_owned()
    })
}

fn name(word: &str) -> Result<&str, String> {
    if word.is_empty() || word == USER || manifest::fault_of_name(word).is_none() {
        return Ok(word);
    }
    Err(t!("`%{word}` cannot be a client's name: small letters, digits and _, as in bia", word = word)
        .into_owned())
}

fn needs(example: &str) -> String {
    t!("something is missing: write it as in %{example}", example = example).into_owned()
}

fn pieces(word: &str) -> Result<Option<usize>, String> {
    match word {
        "" | "off" | "0" => Ok(None),
        number => match number.parse() {
            Ok(bytes) => Ok(Some(bytes)),
            Err(_) => Err(t!(
                "`%{word}` is no number of bytes: `:pieces 1` sends byte by byte, `:pieces off` whole lines",
                word = word
            )
            .into_owned()),
        },
    }
}

fn seconds(word: &str) -> Result<Option<Duration>, String> {
    match word.trim_end_matches('s').parse() {
        _ if word.is_empty() => Ok(None),
        Ok(seconds) => Ok(Some(Duration::from_secs(seconds))),
        Err(_) => Err(needs(":wait 30")),
    }
}

fn signal(word: &str) -> Result<Signal, String> {
    let asked = word.to_ascii_uppercase();
    let short = |signal: &Signal| signal.to_string().replacen("SIG", "", 1);
    let found = SIGNALS.into_iter().find(|signal| signal.to_string() == asked || short(signal) == asked);
    found.ok_or_else(|| {
        let known: Vec<String> = SIGNALS.iter().map(short).collect();
        t!("which signal? `:signal INT`; there are %{known}", known = known.join(", ")).into_owned()
    })
}

fn unknown(verb: &str, line: &str) -> String {
    let known: Vec<String> = COMMANDS.iter().map(|command| command[1..].to_owned()).collect();
    let cure = match suggest(verb, &known) {
        Some(name) => t!("Did you mean `:%{name}`?", name = name),
        None => t!("`:help` shows them all."),
    };
    let to_send = t!("To send it as it is, double the colon: `:%{line}`", line = line);
    format!("{} {cure}\n{to_send}", t!("`:%{verb}` is no command.", verb = verb))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(line: &str) -> Wish {
        read(line, &["ana".into(), "bia".into()]).unwrap()
    }

    fn said(who: Option<&str>, text: &str) -> Wish {
        Wish::Say { who: who.map(str::to_owned), text: text.into() }
    }

    #[test]
    fn what_is_no_command_is_said_as_it_stands() {
        assert_eq!(wish(""), said(None, ""));
        assert_eq!(wish("  oi "), said(None, "  oi "));
        assert_eq!(wish("nome: caio"), said(None, "nome: caio"));
        assert_eq!(wish("bia: oi"), said(Some("bia"), "oi"));
        assert_eq!(wish("bia: :bye"), said(Some("bia"), ":bye"));
        assert_eq!(wish("::bye"), said(None, ":bye"));
        assert_eq!(wish("user: 3"), said(Some("user"), "3"));
    }

    #[test]
    fn commands_take_what_they_need() {
        let open = |name: Option<&str>, transport| Wish::Open { name: name.map(str::to_owned), transport };
        assert_eq!(wish(":open"), open(None, None));
        assert_eq!(wish(":open caio"), open(Some("caio"), None));
        assert_eq!(wish(":open caio udp"), open(Some("caio"), Some(Transport::Udp)));
        assert_eq!(wish(":open tcp"), open(None, Some(Transport::Tcp)));
        assert_eq!(wish(":press Ctrl-c"), Wish::Press(Key::Ctrl('C')));
        assert_eq!(wish(":press Up"), Wish::Press(Key::Up));
        assert_eq!(wish(":instead  not me"), Wish::Instead(" not me".into()));
        assert_eq!(wish(":close"), Wish::Close(None));
        assert_eq!(wish(":pieces 3"), Wish::Pieces(Some(3)));
        assert_eq!(wish(":pieces off"), Wish::Pieces(None));
        assert_eq!(wish(":signal int"), Wish::Signal(Signal::Int));
        assert_eq!(wish(":signal SIGTERM"), Wish::Signal(Signal::Term));
        assert_eq!(wish(r#":raw "a\xC3\n{{""#), Wish::Raw(b"a\xC3\n{".to_vec()));
        assert_eq!(wish(":type  3"), Wish::Type(" 3".into()));
    }

    #[test]
    fn mistakes_are_told_with_their_cure() {
        let told = |line: &str| read(line, &[]).unwrap_err();
        assert!(told(":opne bia").contains("`:open`"));
        assert!(told(":bye").contains("`::bye`"));
        assert!(told(":open Bia").contains("small letters"));
        assert!(told(":open bia sctp").contains(":open bia udp"));
        assert!(told(":press Ctrl").contains("Ctrl-C"));
        assert!(told(":open program").contains("small letters"));
        assert!(told(":pieces x").contains(":pieces 1"));
        assert!(told(":signal X").contains("INT, TERM"));
        assert!(told(r#":raw "\q""#).contains("escape"));
        assert!(told(r#":raw {word}"#).contains("scripts only"));
    }
}
