//! The command line: what may be asked, and the status that the process ends with.

mod arguments;
mod by_hand;
mod completion;
mod grade;
mod import;
mod instructor;
mod manual;
mod mistakes;
mod overview;
mod record;
mod replay;
mod report;
mod sites;
pub mod speech;
mod values;
mod watch;

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};
use rust_i18n::t;

use self::arguments::{Arguments, Verb};
use self::manual::ManArguments;
use crate::command::by_hand::try_by_hand;
use crate::command::check::check;
use crate::command::checkout::checkout;
use crate::command::doctor::doctor;
use crate::command::explain::explain;
use crate::command::grade::grade;
use crate::command::grade::replay::replay;
use crate::command::hint::hint;
use crate::command::import::{ImportError, import_tst};
use crate::command::lint::lint;
use crate::command::list::list;
use crate::command::new::new;
use crate::command::record::record;
use crate::command::refusal::SitesError;
use crate::command::report::report;
use crate::command::schema::schema;
use crate::command::site::site;
use crate::command::solution::solution;
use crate::command::update::update;
use crate::command::verify::verify;
use crate::command::watch::watch;
use crate::command::{ExitStatus, UsageError};
use crate::manifest::Colour;
use crate::model::language::Language;
use crate::report::style::{ColorChoice, Output, Palette, Surroundings};

/// Does what the arguments ask for, the program's own name first.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let words: Vec<OsString> = arguments.into_iter().collect();
    let surroundings = || Language::of_surroundings(|name| std::env::var(name).ok());
    speech::asked_for(&words).unwrap_or_else(surroundings).speak();
    match completion::answer(&words) {
        Ok(true) => return ExitStatus::Passed.into(),
        Ok(false) => {}
        Err(_) => return ExitStatus::Misused.into(),
    }
    let arguments = match read(&words) {
        Ok(arguments) => arguments,
        Err(error) => {
            let status = u8::try_from(error.exit_code()).unwrap_or(ExitStatus::Misused.code());
            // Where not even this can be written, the status still tells.
            let _ = mistakes::tell(error);
            return ExitCode::from(status);
        }
    };
    let choice = arguments.color.into();
    match carry_out(arguments) {
        Ok(status) => status.into(),
        Err(error) if error.is_closed_pipe() => ExitStatus::Passed.into(),
        Err(error) => {
            let coloured = || palette(choice, &io::stderr()).is_coloured();
            let colour = || if coloured() { Colour::Coloured } else { Colour::Plain };
            let _ = match &error {
                UsageError::LabsFileProblems(problems) | UsageError::Sites(SitesError::Config(problems)) => {
                    writeln!(io::stderr(), "{}", problems.render(colour()).trim_end())
                }
                UsageError::Import(ImportError::Problems(files)) => {
                    let all: Vec<String> = files.iter().map(|problems| problems.render(colour())).collect();
                    writeln!(io::stderr(), "{}", all.join("\n").trim_end())
                }
                error => {
                    let tip = mistakes::verb_that_is_no_lab(error);
                    let tip = tip.map(|tip| format!("\n{tip}")).unwrap_or_default();
                    writeln!(io::stderr(), "{}{tip}", t!("error: %{error}", error = error))
                }
            };
            error.status().into()
        }
    }
}

/// Everything that may be asked, with its help in English.
pub fn command() -> clap::Command {
    Arguments::command()
}

fn read(words: &[OsString]) -> Result<Arguments, clap::Error> {
    let mut command = overview::grouped(speech::spoken(command()));
    let matches = command.try_get_matches_from_mut(words)?;
    Arguments::from_arg_matches(&matches).map_err(|error| error.format(&mut command))
}

fn carry_out(arguments: Arguments) -> Result<ExitStatus, UsageError> {
    let palette = palette(arguments.color.into(), &io::stdout());
    let verb = match arguments.verb {
        Verb::Grade(grade_arguments) => {
            let beside = beside(arguments.color.into());
            return grade(grade_arguments.options(arguments.labs, palette, beside), &mut io::stdout());
        }
        Verb::Replay(replay_arguments) => {
            let beside = beside(arguments.color.into());
            return replay(&replay_arguments.options(arguments.labs, palette, beside), &mut io::stdout());
        }
        verb => verb,
    };
    let labs = only(arguments.labs)?;
    // Several threads show what they have to say.
    let verb = match verb {
        Verb::Try(try_arguments) => return try_by_hand(&try_arguments.options(labs, palette)),
        Verb::Record(record_arguments) => return record(&record_arguments.options(labs, palette)),
        Verb::Watch(watch_arguments) => return watch(watch_arguments.options(labs, palette)),
        verb => verb,
    };
    let mut out = io::stdout().lock();
    match verb {
        Verb::List(list_arguments) => {
            list(list_arguments.options(labs, palette), &mut out)?;
            Ok(ExitStatus::Passed)
        }
        Verb::Explain(explain_arguments) => {
            explain(explain_arguments.options(labs, palette), &mut out)?;
            Ok(ExitStatus::Passed)
        }
        Verb::Checkout(checkout_arguments) => {
            checkout(&checkout_arguments.options(), &mut out)?;
            Ok(ExitStatus::Passed)
        }
        Verb::Update(update_arguments) => {
            update(&update_arguments.options(palette), &mut out)?;
            Ok(ExitStatus::Passed)
        }
        Verb::Site(site_arguments) => {
            site(&site_arguments.options(palette), &mut out)?;
            Ok(ExitStatus::Passed)
        }
        Verb::Try(_) | Verb::Record(_) | Verb::Watch(_) | Verb::Grade(_) | Verb::Replay(_) => {
            Ok(ExitStatus::Passed)
        }
        Verb::Hint(hint_arguments) => {
            hint(hint_arguments.options(labs, palette), &mut out)?;
            Ok(ExitStatus::Passed)
        }
        Verb::Solution(solution_arguments) => solution(solution_arguments.options(labs), &mut out),
        Verb::New(new_arguments) => {
            new(new_arguments.options(labs, palette), &mut out)?;
            Ok(ExitStatus::Passed)
        }
        Verb::Import(import_arguments) => {
            import_tst(&import_arguments.options(), &mut out)?;
            Ok(ExitStatus::Passed)
        }
        Verb::Schema => {
            schema(&mut out)?;
            Ok(ExitStatus::Passed)
        }
        Verb::Lint(lint_arguments) => lint(lint_arguments.options(labs, palette), &mut out),
        Verb::Verify(verify_arguments) => {
            let beside = beside(arguments.color.into());
            verify(verify_arguments.options(labs, palette, beside), &mut out)
        }
        Verb::Report(report_arguments) => report(&report_arguments.options(palette), &mut out),
        Verb::Doctor => doctor(palette, &mut out),
        Verb::Completions(arguments) => {
            completion::write_script(arguments.shell, &mut out)?;
            Ok(ExitStatus::Passed)
        }
        Verb::Man(arguments) => man(arguments, &mut out),
        Verb::Check(check_arguments) => check(check_arguments.options(labs, palette), &mut out),
    }
}

/// The one file that `--labs` names for everything but grading.
fn only(labs: Vec<PathBuf>) -> Result<Option<PathBuf>, UsageError> {
    match labs.as_slice() {
        [] | [_] => Ok(labs.into_iter().next()),
        _ => Err(UsageError::Said(
            t!("--labs names several files, which only `checker grade` takes.").into_owned(),
        )),
    }
}

fn man(arguments: ManArguments, out: &mut dyn Write) -> Result<ExitStatus, UsageError> {
    match arguments.out {
        None => manual::write(out)?,
        Some(folder) => {
            let files = manual::write_all(&folder)
                .map_err(|error| UsageError::Folder { folder: folder.clone(), error })?;
            for file in files {
                writeln!(out, "{}", folder.join(file).display())?;
            }
        }
    }
    Ok(ExitStatus::Passed)
}

/// How progress may look; none where nobody would see it.
fn beside(choice: ColorChoice) -> Option<Palette> {
    let stderr = io::stderr();
    stderr.is_terminal().then(|| palette(choice, &stderr))
}

/// How this output may look.
fn palette(choice: ColorChoice, stream: &impl IsTerminal) -> Palette {
    let output = if stream.is_terminal() { Output::Terminal } else { Output::Other };
    Palette::decide(choice, Surroundings::read(output, |name| std::env::var(name).ok()))
}
