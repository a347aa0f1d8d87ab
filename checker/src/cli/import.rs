//! What clap reads of `import`.

use clap::{Args, Subcommand};

use crate::command::import::ImportOptions;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  checker import tst sum/ > sum/lab.yaml
  checker check --labs sum/lab.yaml --lab sum sum/answer*.py --format tst")]
pub struct ImportArguments {
    #[command(subcommand)]
    tool: ImportTool,
}

#[derive(Debug, Subcommand)]
enum ImportTool {
    /// Write a tst activity as a labs.yaml with one lab to standard output
    Tst {
        /// The activity's folder, one of its test files, or its address
        #[arg(value_name = "DIR|URL")]
        from: String,

        /// The lab's name [default: the folder's]
        #[arg(long, value_name = "LAB")]
        name: Option<String>,
    },
}

impl ImportArguments {
    pub fn options(self) -> ImportOptions {
        let ImportTool::Tst { from, name } = self.tool;
        ImportOptions { from, lab: name }
    }
}
