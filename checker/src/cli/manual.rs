//! The manual pages: one of the checker, one of each verb.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::builder::Resettable;
use clap::{Args, Command, ValueHint};
use clap_mangen::Man;
use rust_i18n::t;

use super::speech;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  checker man | man -l -
  checker man --out ~/.local/share/man/man1")]
pub struct ManArguments {
    /// Write a page for each verb into this folder
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub out: Option<PathBuf>,
}

/// A manual page and the name of its file (`checker-check.1`).
struct Page {
    file: String,
    text: String,
}

/// Writes the page of the checker itself.
///
/// # Errors
/// `out` cannot be written to.
pub fn write(out: &mut dyn Write) -> io::Result<()> {
    if let Some(page) = pages()?.first() {
        out.write_all(page.text.as_bytes())?;
    }
    out.flush()
}

/// Writes every page into this folder, which is made where there is none, and gives the names of the files.
///
/// # Errors
/// The folder cannot be written to.
pub fn write_all(folder: &Path) -> io::Result<Vec<String>> {
    fs::create_dir_all(folder)?;
    let mut names = Vec::new();
    for page in pages()? {
        let mut unfinished = tempfile::Builder::new().prefix(".man-").tempfile_in(folder)?;
        unfinished.write_all(page.text.as_bytes())?;
        unfinished.as_file().sync_all()?;
        make_readable(unfinished.as_file())?;
        unfinished.persist(folder.join(&page.file))?;
        names.push(page.file);
    }
    Ok(names)
}

/// As any other file of a package: a temporary one is its owner's alone.
fn make_readable(file: &fs::File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

fn pages() -> io::Result<Vec<Page>> {
    let mut pages = Vec::new();
    gather(speech::in_full(super::command()), "checker", &mut pages)?;
    Ok(pages)
}

/// The page of a command, and of each command below it.
fn gather(command: Command, name: &str, pages: &mut Vec<Page>) -> io::Result<()> {
    let command = match command.find_subcommand("help") {
        Some(_) => command.mut_subcommand("help", |help| help.hide(true)),
        None => command,
    };
    let below: Vec<Command> = command.get_subcommands().filter(|verb| !verb.is_hide_set()).cloned().collect();
    pages.push(page(command, name)?);
    below.into_iter().try_for_each(|verb| {
        let name = format!("{name}-{}", verb.get_name());
        gather(verb, &name, pages)
    })
}

fn page(command: Command, name: &str) -> io::Result<Page> {
    let examples = command.get_after_help().map(ToString::to_string);
    let command = command
        .after_help(Resettable::Reset)
        .subcommand_help_heading("SUBCOMMANDS")
        .display_name(name.to_owned());
    let mut text = Vec::new();
    Man::new(command).title(name).manual("checker").render(&mut text)?;
    let text = String::from_utf8(text).map_err(io::Error::other)?;
    let mut text = with_headings(&text);
    for part in examples.iter().flat_map(|examples| examples.split("\n\n")) {
        text.push_str(&section(part));
    }
    Ok(Page { file: format!("{name}.1"), text })
}

/// The headings that clap_mangen writes in English.
fn with_headings(page: &str) -> String {
    let headings = [
        ("NAME", t!("NAME")),
        ("SYNOPSIS", t!("SYNOPSIS")),
        ("DESCRIPTION", t!("DESCRIPTION")),
        ("OPTIONS", t!("OPTIONS")),
        ("SUBCOMMANDS", t!("SUBCOMMANDS")),
        ("VERSION", t!("VERSION")),
    ];
    let mut text = String::new();
    for line in page.lines() {
        let heading = line.strip_prefix(".SH ").map(|heading| heading.trim_matches('"'));
        let known = headings.iter().find(|(english, _)| Some(*english) == heading);
        match known {
            Some((_, spoken)) => text.push_str(&format!(".SH \"{spoken}\"")),
            None => text.push_str(line),
        }
        text.push('\n');
    }
    text
}

/// What a help text says behind its options: a heading, a colon, and text or lines that stand as they are.
fn section(part: &str) -> String {
    let (heading, rest) = part.split_once(':').unwrap_or(("", part));
    let heading = heading.to_uppercase();
    let escaped = |line: &str| {
        let line = line.strip_prefix("  ").unwrap_or(line).replace('\\', "\\e").replace('-', "\\-");
        if line.starts_with(['.', '\'']) { format!("\\&{line}") } else { line }
    };
    let lines: Vec<String> = rest.trim_start_matches([' ', '\n']).lines().map(escaped).collect();
    let text = match rest.starts_with('\n') {
        true => format!(".nf\n{}\n.fi", lines.join("\n")),
        false => lines.join("\n"),
    };
    format!(".SH \"{heading}\"\n{text}\n")
}
