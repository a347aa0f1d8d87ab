//! Completion in shells. The script that `checker completions SHELL` prints asks this program again at each
//! key: so labs and checks are completed as well, from the labs.yaml or lab.yaml that is in force there.

use std::ffi::{OsStr, OsString};
use std::io::{self, Write};

use clap::{Arg, Args, Command, ValueEnum, ValueHint};
use clap_complete::engine::{
    ArgValueCandidates, ArgValueCompleter, CompletionCandidate, PathCompleter, ValueCompleter,
};
use clap_complete::env::{CompleteEnv, Shells};

use super::speech;
use crate::command::room::Room;
use crate::model::language::Language;
use crate::report::words;

/// Set by the shells' scripts when they ask.
const ASKED: &str = "CHECKER_COMPLETE";

/// Where zsh loads the script as the function `_checker`, its first call asks already.
const ZSH_AUTOLOADED: &str = "
if [[ ${funcstack[1]} == _checker ]]; then
    _clap_dynamic_completer_checker
fi
";

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  checker completions bash > ~/.local/share/bash-completion/completions/checker
  checker completions zsh > ~/.zfunc/_checker
  checker completions fish > ~/.config/fish/completions/checker.fish")]
pub struct CompletionsArguments {
    #[arg(value_name = "SHELL")]
    pub shell: Shell,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Shell {
    Bash,
    Zsh,
    Fish,
    Elvish,
    Powershell,
}

/// Writes the script that a shell reads at its start.
///
/// # Errors
/// `out` cannot be written to.
pub fn write_script(shell: Shell, out: &mut dyn Write) -> io::Result<()> {
    let name = match shell {
        Shell::Bash => "bash",
        Shell::Zsh => "zsh",
        Shell::Fish => "fish",
        Shell::Elvish => "elvish",
        Shell::Powershell => "powershell",
    };
    let shells = Shells::builtins();
    let completer = shells.completer(name).ok_or_else(|| io::Error::other(name))?;
    completer.write_registration(ASKED, "checker", "checker", "checker", out)?;
    if let Shell::Zsh = shell {
        out.write_all(ZSH_AUTOLOADED.as_bytes())?;
    }
    out.flush()
}

/// Answers a shell that asks how to go on; false where none does.
///
/// # Errors
/// It cannot be answered.
pub fn answer(words: &[OsString]) -> Result<bool, clap::Error> {
    let folder = std::env::current_dir().ok();
    let command = || with_names(speech::spoken(super::command()));
    CompleteEnv::with_factory(command).var(ASKED).try_complete(words.to_vec(), folder.as_deref())
}

/// What stands for a value tells what it can be.
fn with_names(command: Command) -> Command {
    command.mut_args(with_values).mut_subcommands(with_names)
}

fn with_values(argument: Arg) -> Arg {
    let names: Vec<String> =
        argument.get_value_names().unwrap_or_default().iter().map(ToString::to_string).collect();
    match argument.get_id().as_str() {
        "lab" => argument.add(ArgValueCompleter::new(labs)),
        "what" => argument.add(ArgValueCompleter::new(labs_and_checks)),
        "targets" | "target" => argument.add(ArgValueCompleter::new(labs_and_folders)),
        "only" | "check" => argument.add(ArgValueCompleter::new(checks)),
        "lang" => argument.add(ArgValueCandidates::new(languages)),
        "labs" => argument.value_hint(ValueHint::FilePath),
        _ if names.iter().any(|name| name == "DIR") => argument.value_hint(ValueHint::DirPath),
        _ => argument,
    }
}

fn languages() -> Vec<CompletionCandidate> {
    Language::ALL.into_iter().map(|language| CompletionCandidate::new(language.tag())).collect()
}

fn room() -> Option<Room> {
    Room::find(None).ok()
}

fn labs(begun: &OsStr) -> Vec<CompletionCandidate> {
    let Some(room) = room() else { return Vec::new() };
    let candidate =
        |(id, title): (&str, &str)| CompletionCandidate::new(id).help(Some(title.to_owned().into()));
    let labs = room.course().labs.iter().map(|lab| (lab.id.as_str(), words::text(&lab.title)));
    labs.filter(|(id, _)| begins(id, begun)).map(candidate).collect()
}

fn labs_and_folders(begun: &OsStr) -> Vec<CompletionCandidate> {
    let mut all = labs(begun);
    all.extend(PathCompleter::dir().complete(begun));
    all
}

/// `chat`, and behind `chat/` each of its checks.
fn labs_and_checks(begun: &OsStr) -> Vec<CompletionCandidate> {
    let Some(room) = room() else { return Vec::new() };
    let Some((asked, _)) = begun.to_str().and_then(|begun| begun.split_once('/')) else { return labs(begun) };
    let Some(lab) = room.course().labs.iter().find(|lab| lab.id == asked) else { return Vec::new() };
    let checks =
        lab.checks.iter().map(|check| (format!("{}/{}", lab.id, check.id), words::text(&check.title)));
    let checks = checks.filter(|(id, _)| begins(id, begun));
    checks.map(|(id, title)| CompletionCandidate::new(id).help(Some(title.to_owned().into()))).collect()
}

/// The checks of every lab that is known here: which lab is meant may stand behind.
fn checks(begun: &OsStr) -> Vec<CompletionCandidate> {
    let Some(room) = room() else { return Vec::new() };
    let mut all: Vec<CompletionCandidate> = Vec::new();
    for check in room.course().labs.iter().flat_map(|lab| &lab.checks) {
        let is_new = !all.iter().any(|known| known.get_value() == OsStr::new(&check.id));
        if is_new && begins(&check.id, begun) {
            let title = words::text(&check.title).to_owned();
            all.push(CompletionCandidate::new(&check.id).help(Some(title.into())));
        }
    }
    all
}

fn begins(id: &str, begun: &OsStr) -> bool {
    begun.to_str().is_some_and(|begun| id.starts_with(begun))
}
