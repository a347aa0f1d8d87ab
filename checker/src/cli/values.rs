//! What may stand behind an option, of more than one verb.

use std::path::PathBuf;

use clap::ValueEnum;
use clap::builder::PossibleValue;
use rust_i18n::t;

use crate::command::check::ReportFile;
use crate::command::targets::Target;
use crate::grade::perform::SightMode;
use crate::machine::isolation::{Level, Wanted};
use crate::model::language::Language;
use crate::report::sink::Format;
use crate::report::style::ColorChoice;
use crate::report::words;

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum ColorArgument {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum FormatArgument {
    Terminal,
    Json,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum IsolationArgument {
    Auto,
    Full,
    Partial,
    Basic,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum SightArgument {
    Auto,
    None,
}

/// A word is a lab, unless it can only be a folder.
pub fn target(word: PathBuf, has_lab: bool) -> Target {
    match word.to_str() {
        Some(name) if !has_lab && !name.contains('/') && !matches!(name, "." | "..") => {
            Target::Lab(name.to_owned())
        }
        _ => Target::Folder(word),
    }
}

impl From<IsolationArgument> for Wanted {
    fn from(argument: IsolationArgument) -> Self {
        match argument {
            IsolationArgument::Auto => Wanted::Auto,
            IsolationArgument::Full => Wanted::Exactly(Level::Full),
            IsolationArgument::Partial => Wanted::Exactly(Level::Partial),
            IsolationArgument::Basic => Wanted::Exactly(Level::Basic),
        }
    }
}

impl From<SightArgument> for SightMode {
    fn from(argument: SightArgument) -> Self {
        match argument {
            SightArgument::Auto => SightMode::Auto,
            SightArgument::None => SightMode::None,
        }
    }
}

pub fn language(argument: &str) -> Result<Language, String> {
    Language::read(argument).ok_or_else(|| t!("the languages are en and pt-BR").into_owned())
}

pub fn report_file(argument: &str) -> Result<ReportFile, String> {
    let Some((format, file)) = argument.split_once('=') else {
        return Err(t!("write it as FORMAT=FILE, such as json=results.json").into_owned());
    };
    let format = Format::from_str(format, false).map_err(|_| unknown_format(format))?;
    match file {
        "" => Err(t!("the file is missing behind the =").into_owned()),
        "-" => Err(t!("for standard output use --format").into_owned()),
        file => Ok(ReportFile { format, file: PathBuf::from(file) }),
    }
}

fn unknown_format(asked: &str) -> String {
    let asked = format!("{asked:?}");
    let known: Vec<String> = Format::ALL.iter().map(|format| format.name().to_owned()).collect();
    t!("there is no format %{asked}; the formats are %{list}", asked = asked, list = words::list(&known))
        .into_owned()
}

impl From<FormatArgument> for Format {
    fn from(argument: FormatArgument) -> Self {
        match argument {
            FormatArgument::Terminal => Format::Terminal,
            FormatArgument::Json => Format::Json,
        }
    }
}

/// What a run may be told as.
impl ValueEnum for Format {
    fn value_variants<'a>() -> &'a [Format] {
        Format::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()))
    }
}

impl From<ColorArgument> for ColorChoice {
    fn from(argument: ColorArgument) -> Self {
        match argument {
            ColorArgument::Auto => ColorChoice::Auto,
            ColorArgument::Always => ColorChoice::Always,
            ColorArgument::Never => ColorChoice::Never,
        }
    }
}
