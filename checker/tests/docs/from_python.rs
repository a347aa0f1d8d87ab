//! In the pages for those who come from Python every piece of Rust compiles, and every piece of Python is read.

use std::fs;
use std::process::Command;

use super::course::BOOKS;
use super::pages::root;
use super::workbench::empty;

#[test]
fn the_pieces_of_from_python_compile() {
    let bench = empty();
    let (mut rust, mut python) = (String::from(PRELUDE), String::new());
    let mut counts = Vec::new();
    for book in &BOOKS {
        let page = fs::read_to_string(root().join(book.folder).join("from-python.md")).unwrap();
        let (rusts, pythons) = (blocks(&page, "rust"), blocks(&page, "python"));
        counts.push((rusts.len(), pythons.len()));
        for piece in rusts {
            rust += &format!("fn shown_{}({ARGUMENTS}) -> Shown {{\n{piece};\nOk(())\n}}\n", rust.len());
        }
        for piece in pythons {
            python += &format!("{piece}\0");
        }
    }
    assert!(counts[0].0 >= 20 && counts[0] == counts[1], "{counts:?}");

    let source = bench.write("pieces.rs", rust);
    let mut rustc = Command::new("rustc");
    rustc.args(["--edition", "2024", "--crate-type", "lib", "--emit", "metadata", "--out-dir"]);
    told_well(rustc.arg(bench.path("")).arg(source));

    let source = bench.write("pieces.txt", python);
    let parse = "import ast, sys\nfor piece in open(sys.argv[1]).read().split('\\0'): ast.parse(piece)";
    told_well(Command::new("python3").args(["-c", parse]).arg(source));
}

/// What the pages say that there is already, and what nobody wants to read above each piece.
const PRELUDE: &str = "#![allow(unused, unreachable_code)]\n\
    use std::io::prelude::*;\n\
    use std::net::{TcpListener, TcpStream, UdpSocket};\n\
    use std::time::Duration;\n\
    use std::thread;\n\
    type Shown = Result<(), Box<dyn std::error::Error>>;\n";
const ARGUMENTS: &str = "listener: TcpListener, mut stream: TcpStream, socket: UdpSocket";

fn blocks(page: &str, form: &str) -> Vec<String> {
    let opened = format!("\n```{form}\n");
    page.split(&opened).skip(1).map(|rest| rest.split("\n```").next().unwrap().to_owned()).collect()
}

fn told_well(command: &mut Command) {
    let told = command.current_dir(root()).output().unwrap();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
}
