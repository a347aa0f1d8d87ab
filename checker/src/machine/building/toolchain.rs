//! Which cargo builds, what it reads, and the environment that it gets.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use crate::machine::isolation::view;
use crate::machine::running::process;

/// The cargo of one toolchain and the homes that it lives from.
#[derive(Debug, Clone)]
pub struct Toolchain {
    /// The program itself, not rustup's stand-in, where that could be found out.
    pub cargo: PathBuf,
    cargo_home: Option<PathBuf>,
    rustup_home: Option<PathBuf>,
}

/// Settings of cargo's own that change what is built. Whatever else begins with `CARGO_` stays outside: it
/// may hold a token.
const KEPT: [&str; 6] = [
    "RUSTFLAGS",
    "CARGO_ENCODED_RUSTFLAGS",
    "CARGO_BUILD_RUSTFLAGS",
    "CARGO_BUILD_JOBS",
    "CARGO_INCREMENTAL",
    "CC",
];

const KEPT_BEGINNINGS: [&str; 2] = ["CARGO_PROFILE_", "CARGO_TARGET_"];

impl Toolchain {
    /// The cargo that runs us, where one does, else the first of PATH. Looked for once.
    pub fn find() -> Option<&'static Toolchain> {
        static FOUND: OnceLock<Option<Toolchain>> = OnceLock::new();
        let look = || {
            let home = |name: &str, below: &str| {
                let named = std::env::var_os(name).map(PathBuf::from);
                named.or_else(|| Some(Path::new(&std::env::var_os("HOME")?).join(below)))
            };
            Some(Toolchain {
                cargo: real(&cargo()?),
                cargo_home: home("CARGO_HOME", ".cargo"),
                rustup_home: home("RUSTUP_HOME", ".rustup"),
            })
        };
        FOUND.get_or_init(look).as_ref()
    }

    /// The compiler that a build would take.
    pub fn rustc(&self) -> Option<PathBuf> {
        let beside = self.cargo.with_file_name("rustc");
        Some(beside).filter(|path| path.is_file()).or_else(|| process::find_program("rustc"))
    }

    /// Files and folders that a build reads besides its own; nobody's credentials are among them.
    pub fn readable(&self) -> Vec<PathBuf> {
        let mut readable = view::needed(&self.cargo, &[]);
        if let Some(home) = &self.cargo_home {
            let parts = ["bin", "registry", "git", "config", "config.toml"];
            readable.extend(parts.map(|part| home.join(part)));
        }
        if let Some(home) = &self.rustup_home {
            readable.extend(["toolchains", "settings.toml"].map(|part| home.join(part)));
        }
        if let Some(linker) = process::find_program("cc") {
            readable.extend(view::needed(&linker, &[]));
        }
        readable
    }

    /// Variables of a build whose home is `scratch`.
    pub fn environment(&self, scratch: &Path) -> Vec<(String, String)> {
        let text = |path: &Path| path.to_string_lossy().into_owned();
        let mut variables = vec![
            ("HOME".to_string(), text(scratch)),
            ("TMPDIR".to_string(), text(scratch)),
            ("PATH".to_string(), self.path()),
            ("CARGO_TERM_COLOR".to_string(), "never".to_string()),
            ("CARGO_TERM_PROGRESS_WHEN".to_string(), "never".to_string()),
        ];
        for (name, home) in [("CARGO_HOME", &self.cargo_home), ("RUSTUP_HOME", &self.rustup_home)] {
            variables.extend(home.as_deref().map(|home| (name.to_string(), text(home))));
        }
        if let Some(name) = self.name() {
            variables.push(("RUSTUP_TOOLCHAIN".to_string(), name));
        }
        variables.extend(std::env::vars_os().filter_map(|(name, value)| {
            let name = name.into_string().ok()?;
            let kept = KEPT.contains(&name.as_str())
                || KEPT_BEGINNINGS.iter().any(|beginning| name.starts_with(beginning));
            Some((name, value.into_string().ok()?)).filter(|_| kept)
        }));
        variables
    }

    /// The toolchain's own programs first: rustup's stand-ins cost time.
    fn path(&self) -> String {
        let own = self.cargo.parent().map(Path::to_path_buf);
        let inherited = std::env::var_os("PATH").unwrap_or_default();
        let folders = own.into_iter().chain(std::env::split_paths(&inherited));
        std::env::join_paths(folders).unwrap_or(inherited).to_string_lossy().into_owned()
    }

    /// What rustup calls this toolchain, where it is one of its own.
    fn name(&self) -> Option<String> {
        let root = self.cargo.parent()?.parent()?;
        let ours = root.parent()? == self.rustup_home.as_ref()?.join("toolchains");
        ours.then(|| root.file_name()?.to_str().map(str::to_string))?
    }
}

/// The cargo that runs us, where one does, else the first of PATH.
pub fn cargo() -> Option<PathBuf> {
    let named = std::env::var_os("CARGO").map(PathBuf::from).filter(|path| path.is_file());
    named.or_else(|| process::find_program("cargo"))
}

/// What rustup's stand-in stands for; the path as it is where rustup cannot tell, or has nothing to do with it.
fn real(cargo: &Path) -> PathBuf {
    let told = || {
        let rustup = std::fs::canonicalize(cargo).ok()?;
        if rustup.file_name()? != "rustup" {
            return None;
        }
        let mut which = Command::new(&rustup);
        which.arg0("rustup").args(["which", "cargo"]).stdin(Stdio::null()).stderr(Stdio::null());
        let output = which.output().ok().filter(|output| output.status.success())?;
        let path = PathBuf::from(String::from_utf8(output.stdout).ok()?.trim());
        path.is_file().then_some(path)
    };
    told().unwrap_or_else(|| cargo.to_path_buf())
}
