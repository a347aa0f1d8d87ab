//! The accidents that befall everybody once: each is told for what it is, with its cure, in both languages.
use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;

use crate::workbench::{HI, Told, Workbench, greeters, told};

/// A course of one lab, `work`, whose crate prints what it should.
fn bench() -> Workbench {
    let bench = greeters(&["work"]);
    bench.write_crate("work", "work", HI);
    bench
}

fn manifest(more: &str) -> String {
    format!("[package]\nname = \"work\"\nversion = \"0.1.0\"\n{more}")
}

fn check(bench: &Workbench) -> Told {
    bench.run(&["check", "work", "--color", "never"])
}

fn check_in_portuguese(bench: &Workbench) -> Told {
    bench.run(&["check", "work", "--color", "never", "--lang", "pt-BR"])
}

/// The output, with the ends of wrapped lines as blanks.
fn text(told: &Told) -> String {
    told.stdout.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// It is the submission's, says so in these words and names this cure, in 80 columns.
fn assert_told(bench: &Workbench, english: [&str; 2], portuguese: [&str; 2]) {
    for (told, words) in [(check(bench), english), (check_in_portuguese(bench), portuguese)] {
        assert_eq!(told.status, Some(1), "{}{}", told.stdout, told.stderr);
        for words in words {
            assert!(text(&told).contains(words), "{words}\n{}", told.stdout);
        }
    }
}

#[test]
fn a_folder_without_a_manifest() {
    let bench = bench();
    fs::remove_file(bench.path("work/Cargo.toml")).unwrap();
    assert_told(
        &bench,
        ["there is no Cargo.toml in work", "checker checkout LAB DIR"],
        ["não há nenhum Cargo.toml em work", "checker checkout LAB DIR"],
    );
}

#[test]
fn a_package_and_a_program_may_be_renamed() {
    let bench = bench();
    bench.write("work/Cargo.toml", manifest("").replace("work", "my-own-name"));
    assert_eq!(check(&bench).status, Some(0));
    let renamed = "edition = \"2024\"\n[[bin]]\nname = \"other\"\npath = \"src/main.rs\"\n";
    bench.write("work/Cargo.toml", manifest(renamed));
    assert_eq!(check(&bench).status, Some(0));
}

#[test]
fn two_programs_or_none() {
    let bench = bench();
    bench.write("work/src/bin/other.rs", HI);
    assert_told(
        &bench,
        ["builds 2 programs (other, work): a lab has one", "move the files of src/bin elsewhere"],
        ["gera 2 programas (other, work): um laboratório tem um só", "mova os arquivos de src/bin"],
    );
    fs::remove_dir_all(bench.path("work/src/bin")).unwrap();
    fs::rename(bench.path("work/src/main.rs"), bench.path("work/src/lib.rs")).unwrap();
    let english = ["it needs a src/main.rs", "has the file another name"];
    let portuguese = ["ele precisa de um src/main.rs", "o arquivo está com outro nome"];
    assert_told(&bench, english, portuguese);
    fs::remove_dir_all(bench.path("work/src")).unwrap();
    assert_told(&bench, english, portuguese);
}

#[test]
fn a_dependency_that_is_not_on_this_machine() {
    let bench = bench();
    for dependency in [
        "never-published-by-anybody = \"1\"",
        "never-published-by-anybody = { git = \"https://nowhere.invalid/x\" }",
    ] {
        bench.write("work/Cargo.toml", manifest(&format!("[dependencies]\n{dependency}\n")));
        assert_told(
            &bench,
            [
                "`never-published-by-anybody` is not on this machine, and builds run without the network",
                "`cargo fetch`",
            ],
            [
                "`never-published-by-anybody` não está nesta máquina, e a compilação roda sem rede",
                "`cargo fetch`",
            ],
        );
    }
}

#[test]
fn a_dependency_that_lies_outside() {
    let bench = bench();
    bench.write_crate("mine", "mine", HI);
    bench.write("work/Cargo.toml", manifest("[dependencies]\nmine = { path = \"../mine\" }\n"));
    assert_told(
        &bench,
        ["the crate needs `mine`, which lies outside of its folder", "Make `mine` a module in src"],
        ["o crate precisa de `mine`, que está fora da pasta dele", "Faça de `mine` um módulo em src"],
    );
}

#[test]
fn a_dependency_inside_of_the_folder_is_built() {
    let bench = bench();
    bench.write("work/mine/Cargo.toml", "[package]\nname = \"mine\"\nedition = \"2024\"\n");
    bench.write("work/mine/src/lib.rs", "pub fn greet() {\n    println!(\"hi\");\n}\n");
    bench.write("work/src/main.rs", "fn main() {\n    mine::greet();\n}\n");
    bench.write(
        "work/Cargo.toml",
        manifest("edition = \"2024\"\n[dependencies]\nmine = { path = \"mine\" }\n"),
    );
    assert_eq!(check(&bench).status, Some(0));
}

#[test]
fn a_rust_that_is_too_old_or_an_edition_that_is_not() {
    let bench = bench();
    bench.write("work/Cargo.toml", manifest("rust-version = \"1.999\"\n"));
    assert_told(
        &bench,
        ["the Rust of this machine is too old", "rustup update stable"],
        ["o Rust desta máquina é antigo demais", "rustup update stable"],
    );
    bench.write("work/Cargo.toml", manifest("edition = \"2099\"\n"));
    assert_told(
        &bench,
        ["Rust has no edition `2099`", "Write `edition = \"2024\"` in Cargo.toml"],
        ["não existe a edição `2099` do Rust", "Escreva `edition = \"2024\"` no Cargo.toml"],
    );
}

#[test]
fn a_machine_without_cargo_or_linker_is_not_the_students_fault() {
    let bench = bench();
    let nowhere = bench.write("nowhere/empty", "");
    let path = nowhere.parent().unwrap();
    let without_linker = told(bench.checker(&["check", "work"]).env("PATH", path));
    assert_eq!(without_linker.status, Some(3), "{}", without_linker.stdout);
    assert!(
        text(&without_linker)
            .contains("the linker `cc` was not found. Debian and Ubuntu: sudo apt install gcc")
    );
    assert!(text(&without_linker).contains("nothing counts against you"));
    let without_cargo = told(bench.checker(&["check", "work"]).env("PATH", path).env_remove("CARGO"));
    assert_eq!(without_cargo.status, Some(3), "{}", without_cargo.stdout);
    assert!(text(&without_cargo).contains("cargo was not found"), "{}", without_cargo.stdout);
}

#[test]
fn a_rustup_without_rust_is_not_the_students_fault_either() {
    let bench = bench();
    let says =
        "#!/bin/sh\necho 'error: rustup could not choose a version: no default is configured' >&2\nexit 1\n";
    let cargo = bench.write("programs/cargo", says);
    fs::set_permissions(cargo, fs::Permissions::from_mode(0o755)).unwrap();
    let mut checker = bench.checker(&["check", "work"]);
    let told = told(checker.env("PATH", bench.path("programs")).env_remove("CARGO"));
    assert_eq!(told.status, Some(3), "{}", told.stdout);
    assert!(text(&told).contains("rustup has no Rust to build with. With rustup: rustup default stable"));
    // Whoever only says so has failed.
    bench.write(
        "work/build.rs",
        "fn main() {\n    eprintln!(\"no default is configured\");\n    panic!();\n}\n",
    );
    assert_eq!(check(&bench).status, Some(1));
}

#[test]
fn a_linker_of_the_crates_own_choosing_is_the_crates_fault() {
    let bench = bench();
    bench.write("work/.cargo/config.toml", "[build]\nrustflags = [\"-Clinker=ld.of.mine\"]\n");
    assert_told(
        &bench,
        ["the linker `ld.of.mine` was not found", "again"],
        ["o linker `ld.of.mine` não foi encontrado", "check work"],
    );
}

#[test]
fn a_folder_for_builds_that_cannot_be() {
    let bench = bench();
    let file = bench.write("a-file", "");
    let told = told(bench.checker(&["check", "work"]).env("XDG_CACHE_HOME", &file));
    assert_eq!(told.status, Some(3), "{}", told.stdout);
    assert!(text(&told).contains("A file stands where a folder should be"), "{}", told.stdout);
}

#[test]
fn a_folder_that_may_only_be_read_and_no_home_do_not_matter() {
    let bench = bench();
    bench.write("work/Cargo.lock", "version = 4\n\n[[package]]\nname = \"work\"\nversion = \"0.0.0\"\n");
    for path in ["work/Cargo.lock", "work/Cargo.toml", "work/src", "work"] {
        let mode = if bench.path(path).is_dir() { 0o555 } else { 0o444 };
        fs::set_permissions(bench.path(path), fs::Permissions::from_mode(mode)).unwrap();
    }
    let mut homeless = bench.checker(&["check", "work"]);
    homeless.env_remove("HOME").env_remove("XDG_CACHE_HOME").env("TMPDIR", bench.path(""));
    let told = told(&mut homeless);
    for path in ["work", "work/src"] {
        fs::set_permissions(bench.path(path), fs::Permissions::from_mode(0o755)).unwrap();
    }
    assert_eq!(told.status, Some(0), "{}{}", told.stdout, told.stderr);
    assert!(bench.path("checker/build").is_dir());
}

/// A course of one lab, `work`, whose client must be accepted on this port.
fn server(port: &str, main: &str) -> Workbench {
    let bench = crate::workbench::empty();
    bench.write(
        "labs.yaml",
        format!(
            "format: 1\ncourse: c\nlabs:\n  - id: work\n    title: t\n    exercise: work\n    {port}\n    checks:\n      \
             - id: c\n        title: t\n        script: |\n          ana connects\n"
        ),
    );
    bench.write_crate("work", "work", main);
    bench
}

#[test]
fn a_program_that_waits_for_its_input() {
    let bench =
        server("port: any", "fn main() {\n    std::io::stdin().read_line(&mut String::new()).unwrap();\n}\n");
    assert_told(
        &bench,
        ["main waits for its standard input, where nobody types, instead of listening", "from the arguments"],
        ["espera pela entrada padrão, onde ninguém digita, em vez de escutar", "dos argumentos"],
    );
}

#[test]
fn a_port_that_another_program_has() {
    let holder = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = holder.local_addr().unwrap().port();
    let bench = server(&format!("port: {port}"), HI);
    let told = bench.run(&["check", "work", "--isolation", "basic"]);
    assert_eq!(told.status, Some(3), "{}{}", told.stdout, told.stderr);
    let name = std::fs::read_to_string("/proc/self/comm").unwrap();
    let name = name.trim_end();
    let holder = format!("port {port} is in use by {name}");
    assert!(text(&told).contains(&holder), "{}", told.stdout);
    assert!(text(&told).contains(&format!("kill {}", std::process::id())), "{}", told.stdout);
    let told = bench.run(&["check", "work", "--isolation", "basic", "--lang", "pt-BR"]);
    assert!(text(&told).contains(&format!("a porta {port} está em uso por {name}")), "{}", told.stdout);
}

#[test]
fn a_folder_that_is_nobodys() {
    let bench = crate::workbench::empty();
    for (language, words) in [
        ("en", ["neither a lab.yaml nor a labs.yaml is here", "get one: checker checkout hello"]),
        ("pt-BR", ["não há lab.yaml nem labs.yaml aqui", "obtenha uma: checker checkout hello"]),
    ] {
        let told = bench.run(&["check", "--lang", language]);
        assert_eq!(told.status, Some(2), "{}", told.stdout);
        for words in words {
            assert!(told.stderr.contains(words), "{words}\n{}", told.stderr);
        }
    }
}
