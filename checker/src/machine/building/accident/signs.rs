//! What cargo, rustc and the system say, each in its own words, by which an accident is known.

/// Of rustup's stand-in for cargo.
pub const NO_TOOLCHAIN: &str = "no default is configured";
pub const NO_COMPILER: &str = "could not execute process `rustc";

/// Somebody ended the compiler: the kernel, mostly.
pub const COMPILER_KILLED: &str = r"process didn't exit successfully: `[^`]*--crate-name [^`]*` \(signal: 9";

pub const NO_LINKER: &str = r"linker `([^`]+)` not found";
pub const DISK_FULL: &str = "No space left on device";
pub const NO_TARGETS: &str = "no targets specified in the manifest";
pub const OFFLINE: &str = "offline";

/// The crate that would have to be downloaded, by its name.
pub const NOT_HERE: [&str; 5] = [
    r"no matching package named `([^`]+)` found",
    r"failed to select a version for the requirement `([^` =]+)",
    r"failed to download `([^` ]+)",
    r"failed to get `([^`]+)` as a dependency",
    r"failed to load source for dependency `([^`]+)`",
];

/// A dependency that another one came in for.
pub const ON_BEHALF_OF: &str = r"which satisfies dependency `([^` =]+)";

pub const OUTSIDE: &str = r"failed to load manifest for dependency `([^`]+)`";
pub const EDITION_OF_LATER: &str = r"requires the Cargo feature called `edition(\d+)`";
pub const RUST_TOO_OLD: &str = r"rustc (\S+) is not supported by the following";
pub const RUST_WANTED: &str = r"requires rustc (\S+)";
pub const NO_SUCH_EDITION: &str = r"supported edition values are .* but `([^`]*)` is unknown";
