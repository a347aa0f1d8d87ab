use std::process::ExitCode;

fn main() -> ExitCode {
    checker::cli::run(std::env::args_os())
}
