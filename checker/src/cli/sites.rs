//! What clap reads for labs that come from elsewhere: `checkout`, `update` and `site`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::command::checkout::CheckoutOptions;
use crate::command::site::{SiteBuild, SiteOptions};
use crate::command::sites::Wanted;
use crate::command::update::UpdateOptions;
use crate::machine::delivery::Edited;
use crate::report::style::Palette;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  checker checkout hello                into ./hello
  checker checkout hello work/hello     into another folder
  checker checkout chat@turma           from the site turma, and no other")]
pub struct CheckoutArguments {
    /// A lab, and the site to have it from [default: the first that has it]
    #[arg(value_name = "LAB[@SITE]")]
    what: String,

    /// The folder to make [default: ./LAB, or beside the lab's folder that you are in]
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  checker update             the lab whose folder this is
  checker update hello/
  checker update --force     the new files even where you changed the old ones")]
pub struct UpdateArguments {
    /// The lab's folder [default: this one, or the nearest above]
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,

    /// Take a new file also where you changed the old one; yours is kept beside it, as FILE.orig
    #[arg(long)]
    force: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  checker site add turma https://example.org/sockets
  checker site add turma git@example.org:sockets/course.git
  checker site add turma ~/course
  checker site build course/")]
pub struct SiteArguments {
    #[command(subcommand)]
    what: SiteVerb,
}

#[derive(Debug, Subcommand)]
enum SiteVerb {
    /// List a site in config.yaml, behind those that are there
    Add {
        /// Lower-case letters, digits and -
        #[arg(value_name = "NAME")]
        name: String,

        /// A folder, an http(s) address of static files, or a git repository
        #[arg(value_name = "URL")]
        url: String,
    },
    /// Show the sites in the order in which they are searched
    List,
    /// Take a site out of config.yaml
    Remove {
        #[arg(value_name = "NAME")]
        name: String,
    },
    /// Write index.json next to a course's labs.yaml, for a web server to hold with the exercises
    Build {
        /// The course's folder
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
}

impl CheckoutArguments {
    pub fn options(self) -> CheckoutOptions {
        let wanted = match self.what.split_once('@') {
            Some((lab, site)) => Wanted { lab: lab.to_owned(), site: Some(site.to_owned()) },
            None => Wanted { lab: self.what, site: None },
        };
        CheckoutOptions { wanted, folder: self.folder }
    }
}

impl UpdateArguments {
    pub fn options(self, palette: Palette) -> UpdateOptions {
        let edited = if self.force { Edited::Replaced } else { Edited::Kept };
        UpdateOptions { folder: self.folder, edited, palette }
    }
}

impl SiteArguments {
    pub fn options(self, palette: Palette) -> SiteOptions {
        match self.what {
            SiteVerb::Add { name, url } => SiteOptions::Add { name, url },
            SiteVerb::List => SiteOptions::List(palette),
            SiteVerb::Remove { name } => SiteOptions::Remove { name },
            SiteVerb::Build { folder } => SiteOptions::Build(SiteBuild { folder }),
        }
    }
}
