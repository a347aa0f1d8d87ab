//! `run` and `--program` → the words of a command.

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use rust_i18n::t;

use crate::machine::running::process;
use crate::model::course::has_judge;

/// What stands where `{program}` stands, or the whole line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProgramLine {
    /// Words that take the place of `{program}`.
    Words(Vec<String>),
    /// A command of its own, with `{port}` or `{args}` in it.
    Whole(Vec<String>),
}

/// A command that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommandError {
    Empty,
    /// A quote that never ends.
    Quotes {
        line: String,
    },
    NotFound {
        word: String,
    },
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CommandError::Empty => {
                f.write_str(&t!("--program is empty: give a command, as in --program 'python3 echo.py'"))
            }
            CommandError::Quotes { line } => {
                f.write_str(&t!("a quote in `%{line}` is never closed: close it, or write it as \\'", line = line))
            }
            CommandError::NotFound { word } => f.write_str(&t!(
                "there is no program `%{word}`: give the path of an executable file (with a slash), or the name of a program in PATH",
                word = word
            )),
        }
    }
}

impl std::error::Error for CommandError {}

impl ProgramLine {
    /// The file that was handed in: the last word that names one.
    pub fn file(&self) -> Option<PathBuf> {
        let (ProgramLine::Words(words) | ProgramLine::Whole(words)) = self;
        let named = words.iter().rev().map(PathBuf::from).find(|path| path.is_absolute() && path.is_file());
        named.or_else(|| words.first().and_then(|word| process::find_program(word)))
    }
}

/// Reads `--program`; words that name existing files become absolute, since the program runs in a
/// folder of its own.
pub fn program_line(line: &str) -> Result<ProgramLine, CommandError> {
    let words = split(line)?;
    let whole =
        ["{program}", "{port}", "{args}", ".port}"].iter().any(|placeholder| line.contains(placeholder));
    let words: Vec<String> =
        words.into_iter().enumerate().map(|(index, word)| absolute(index, word)).collect();
    let Some(first) = words.first() else { return Err(CommandError::Empty) };
    if process::find_program(first).is_none() {
        return Err(CommandError::NotFound { word: first.clone() });
    }
    Ok(if whole { ProgramLine::Whole(words) } else { ProgramLine::Words(words) })
}

/// A bare first word is a program of PATH, even if a file of that name lies here.
fn absolute(index: usize, word: String) -> String {
    let is_file = Path::new(&word).exists() && (index > 0 || word.contains('/'));
    match (is_file, std::path::absolute(&word)) {
        (true, Ok(path)) => path.to_string_lossy().into_owned(),
        _ => word,
    }
}

/// Splits a line into words as a shell does, without its other powers.
pub fn split(line: &str) -> Result<Vec<String>, CommandError> {
    shell_words::split(line).map_err(|_| CommandError::Quotes { line: line.to_string() })
}

/// The ports that a command line may name.
#[derive(Debug, Clone, Copy)]
pub struct Ports<'a> {
    /// `{port}`
    pub program: u16,
    /// `{NAME.port}`
    pub posts: &'a BTreeMap<String, SocketAddr>,
}

impl Ports<'_> {
    fn filled_into(&self, word: &str) -> String {
        self.posts.iter().fold(word.to_string(), |word, (name, address)| {
            word.replace(&format!("{{{name}.port}}"), &address.port().to_string())
        })
    }
}

/// What a check's command is made of.
#[derive(Debug, Clone, Copy)]
pub struct Parts<'a> {
    pub run: &'a str,
    pub program: &'a ProgramLine,
    /// `{file}`
    pub file: Option<&'a str>,
    pub ports: Ports<'a>,
    pub args: &'a [String],
}

/// The words of the command.
pub fn words(parts: Parts) -> Result<Vec<String>, CommandError> {
    let Parts { run, program, file, ports, args } = parts;
    let (line, program) = match program {
        ProgramLine::Whole(words) if !has_judge(run) => (words.clone(), &[][..]),
        ProgramLine::Words(words) | ProgramLine::Whole(words) => (split(run)?, words.as_slice()),
    };
    let args: Vec<String> = args.iter().map(|arg| ports.filled_into(arg)).collect();
    let mut command = Vec::new();
    for word in line {
        match word.as_str() {
            "{program}" => command.extend(program.iter().cloned()),
            "{args}" => command.extend(args.iter().cloned()),
            _ => command.push(
                ports
                    .filled_into(&word)
                    .replace("{program}", &program.join(" "))
                    .replace("{file}", file.unwrap_or_default())
                    .replace("{port}", &ports.program.to_string())
                    .replace("{args}", &args.join(" ")),
            ),
        }
    }
    if command.is_empty() { Err(CommandError::Empty) } else { Ok(command) }
}

/// The command as one line that a shell would take apart again in the same way.
pub fn shown(words: &[String]) -> String {
    shell_words::join(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| word.to_string()).collect()
    }

    #[test]
    fn placeholders_are_filled_in() {
        let program = ProgramLine::Words(strings(&["/usr/bin/python3", "/x/a b.py"]));
        let args = strings(&["A:3:10", "two words"]);
        let posts = BTreeMap::from([("srv".to_string(), "127.0.0.1:7001".parse().unwrap())]);
        let ports = Ports { program: 9090, posts: &posts };
        let parts = |run, args| Parts { run, program: &program, file: Some("a b.py"), ports, args };
        assert_eq!(
            words(parts("{program} {port} '--at={port}' {args}", &args)).unwrap(),
            strings(&["/usr/bin/python3", "/x/a b.py", "9090", "--at=9090", "A:3:10", "two words"])
        );
        let args = strings(&["{srv.port}", "{gone.port}"]);
        assert_eq!(
            words(parts("{program} to={srv.port} {args}", &args)).unwrap()[2..],
            strings(&["to=7001", "7001", "{gone.port}"])
        );
        assert_eq!(
            words(parts("judge {file} --of={file}", &[])).unwrap(),
            strings(&["judge", "a b.py", "--of=a b.py"])
        );
    }

    #[test]
    fn a_line_with_a_placeholder_is_the_whole_command() {
        let line = program_line("sh -c 'exec true {port}'").unwrap();
        let ports = Ports { program: 7, posts: &BTreeMap::new() };
        assert_eq!(line, ProgramLine::Whole(strings(&["sh", "-c", "exec true {port}"])));
        let parts = |run| Parts { run, program: &line, file: Some("a.py"), ports, args: &[] };
        assert_eq!(words(parts("{program} ignored")).unwrap(), strings(&["sh", "-c", "exec true 7"]));
        // A judge is never the program that was handed in.
        assert_eq!(words(parts("judge {file}")).unwrap(), strings(&["judge", "a.py"]));
    }

    #[test]
    fn what_cannot_be_used_is_said() {
        assert_eq!(program_line(""), Err(CommandError::Empty));
        assert!(matches!(program_line("'open"), Err(CommandError::Quotes { .. })));
        assert!(matches!(program_line("no-such-program-here"), Err(CommandError::NotFound { .. })));
    }
}
