//! New guides and checks come in, and what the student wrote stays.

use std::fs;

use crate::workbench::{HI, Told, Workbench, greeters, told};

/// A course's folder with a site of it listed, and a checkout of its lab.
fn checked_out() -> Workbench {
    let bench = greeters(&["greeting"]);
    bench.write_crate("greeting", "greeting", "fn main() {\n    todo!();\n}\n");
    bench.write("greeting/README.md", "# Old guide\n");
    bench.write("greeting/src/old.rs", "// old\n");
    bench.write(
        "config/checker/config.yaml",
        format!("sites:\n  - name: turma\n    url: {}\n", bench.path(".").display()),
    );
    let told = run(&bench, &["checkout", "greeting", "mine/greeting"]);
    assert_eq!(told.status, Some(0), "{}", told.stderr);
    bench
}

fn run(bench: &Workbench, words: &[&str]) -> Told {
    let told = told(bench.checker(words).env("XDG_CONFIG_HOME", bench.path("config")));
    // Errors in one line, wherever they were broken to fit.
    Told { stderr: told.stderr.split_whitespace().collect::<Vec<_>>().join(" "), ..told }
}

fn mine(bench: &Workbench, name: &str) -> String {
    fs::read_to_string(bench.path("mine/greeting").join(name)).unwrap_or_else(|_| "(none)".to_owned())
}

#[test]
fn what_is_new_comes_and_what_was_changed_stays() {
    let bench = checked_out();
    let update = |words: &[&str]| {
        let told = run(&bench, &[&["update", "mine/greeting"], words].concat());
        assert_eq!(told.status, Some(0), "{}", told.stderr);
        told.stdout
    };
    assert!(update(&[]).contains("There is nothing new."));

    // The student works; nothing is new for them.
    bench.write("mine/greeting/src/main.rs", HI);
    bench.write("mine/greeting/notes.txt", "mine");
    assert!(update(&[]).contains("There is nothing new."));
    assert_eq!(mine(&bench, "src/main.rs"), HI);

    // The site has another guide, another skeleton, one file more and one less.
    bench.write("greeting/README.md", "# New guide\n");
    bench.write("greeting/src/main.rs", "fn main() {\n    todo!(\"begin\");\n}\n");
    bench.write("greeting/src/new.rs", "// new\n");
    fs::remove_file(bench.path("greeting/src/old.rs")).unwrap();
    let labs = fs::read_to_string(bench.path("labs.yaml")).unwrap();
    bench.write("labs.yaml", labs.replace("one line is printed", "one line is said"));
    let told = update(&[]);
    for line in [
        "  updated    README.md",
        "  updated    lab.yaml",
        "  kept       src/main.rs: you changed it, and there is a new one",
        "  added      src/new.rs",
        "  removed    src/old.rs: the lab has it no more",
    ] {
        assert!(told.lines().any(|told| told == line), "{line}\n{told}");
    }
    assert!(told.contains("checker update --force"), "{told}");
    assert_eq!(mine(&bench, "README.md"), "# New guide\n");
    assert_eq!(mine(&bench, "src/main.rs"), HI);
    assert_eq!(mine(&bench, "src/old.rs"), "(none)");
    assert!(mine(&bench, "lab.yaml").contains("one line is said"));
    assert_eq!(mine(&bench, "notes.txt"), "mine");
    // It is told until it is settled.
    assert!(update(&[]).contains("  kept       src/main.rs"));

    // By force the new one comes, and the student's stays beside it.
    bench.write("mine/greeting/src/main.rs.orig", "taken");
    let told = update(&["--force"]);
    assert!(told.contains("  updated    src/main.rs: yours is now src/main.rs.orig2"), "{told}");
    assert!(mine(&bench, "src/main.rs").contains("begin"));
    assert_eq!(mine(&bench, "src/main.rs.orig2"), HI);
    assert_eq!(mine(&bench, "src/main.rs.orig"), "taken");
    assert!(update(&["--force"]).contains("There is nothing new."));
    let portuguese = run(&bench, &["--lang", "pt-BR", "update", "mine/greeting/src"]);
    assert!(portuguese.stdout.contains("Não há nada de novo."), "{}", portuguese.stdout);
}

#[test]
fn files_that_stand_in_the_way_stay() {
    let bench = checked_out();
    bench.write("greeting/src/new.rs", "// new\n");
    bench.write("greeting/more/file.txt", "new");
    bench.write("greeting/README.md", "# New guide\n");
    bench.write("greeting/src/old.rs", "// newer\n");
    // A file of the student's own, a link where a folder would be, and two that were removed.
    bench.write("mine/greeting/src/new.rs", "// mine\n");
    fs::create_dir(bench.path("elsewhere")).unwrap();
    std::os::unix::fs::symlink(bench.path("elsewhere"), bench.path("mine/greeting/more")).unwrap();
    fs::remove_file(bench.path("mine/greeting/README.md")).unwrap();
    fs::remove_file(bench.path("mine/greeting/lab.yaml")).unwrap();
    let told = run(&bench, &["update", "mine/greeting"]);
    assert_eq!(told.status, Some(0), "{}", told.stderr);
    for line in [
        "  left out   README.md: you removed it, and there is a new one",
        "  added      lab.yaml",
        "  left out   more/file.txt: something else is in its place",
        "  kept       src/new.rs: you changed it, and there is a new one",
        "  updated    src/old.rs",
    ] {
        assert!(told.stdout.lines().any(|told| told == line), "{line}\n{}", told.stdout);
    }
    assert_eq!(mine(&bench, "src/new.rs"), "// mine\n");
    assert_eq!(fs::read_dir(bench.path("elsewhere")).unwrap().count(), 0);
    let told = run(&bench, &["update", "--force", "mine/greeting"]);
    assert!(told.stdout.contains("  added      README.md"), "{}", told.stdout);
    assert_eq!(mine(&bench, "src/new.rs.orig"), "// mine\n");
    assert_eq!(fs::read_dir(bench.path("elsewhere")).unwrap().count(), 0);
}

#[test]
fn a_folder_that_is_no_labs_is_told_so() {
    let bench = checked_out();
    let refused = |words: &[&str], status: i32, why: &str| {
        let told = run(&bench, words);
        assert_eq!(told.status, Some(status), "{}{}", told.stdout, told.stderr);
        assert!(told.stderr.contains(why), "{}", told.stderr);
    };
    refused(&["update"], 2, "nothing tells where a lab in this folder came from");
    refused(&["update", "greeting"], 2, "nothing tells where");
    let receipt = mine(&bench, ".checker.json");
    for damaged in
        ["{", &receipt.replace("\"format\": 1", "\"format\": 2"), &receipt.replace("src/main.rs", "../x")]
    {
        bench.write("mine/greeting/.checker.json", damaged);
        refused(&["update", "mine/greeting"], 2, "this cannot be read");
    }
    bench.write("mine/greeting/.checker.json", &receipt);
    bench.write("config/checker/config.yaml", "sites: []\n");
    refused(&["update", "mine/greeting"], 2, "turma: there is no site of this name");
}

/// What an update that was killed leaves behind, at each moment.
#[test]
fn an_update_that_was_cut_off_is_completed_or_never_was() {
    // Before all new files were there: nothing has happened.
    let bench = checked_out();
    bench.write("mine/greeting/.checker-new/0", "half");
    bench.write("greeting/README.md", "# New guide\n");
    assert_eq!(run(&bench, &["update", "mine/greeting"]).status, Some(0));
    assert_eq!(mine(&bench, "README.md"), "# New guide\n");
    assert!(!bench.path("mine/greeting/.checker-new").exists());

    // Behind it: whoever is next in this folder goes on, wherever it was cut off.
    for applied in 0..=2 {
        let bench = checked_out();
        let digest = |text: &str| {
            use sha2::Digest;
            let bytes: [u8; 32] = sha2::Sha256::digest(text.as_bytes()).into();
            bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>()
        };
        let put = |path: &str, was: &str, becomes: &str| serde_json::json!({"path": path, "was": digest(was), "becomes": digest(becomes), "backup": null});
        let journal = serde_json::json!({"operations": [
            put("README.md", "# Old guide\n", "# New guide\n"),
            put("src/old.rs", "// old\n", "// newer\n"),
        ]});
        bench.write("mine/greeting/.checker-update/journal.json", journal.to_string());
        bench.write("mine/greeting/.checker-update/receipt", mine(&bench, ".checker.json"));
        let (mut readme, mut old) = (".checker-update/0", ".checker-update/1");
        if applied > 0 {
            readme = "README.md";
        }
        if applied > 1 {
            old = "src/old.rs";
        }
        bench.write(&format!("mine/greeting/{readme}"), "# New guide\n");
        bench.write(&format!("mine/greeting/{old}"), "// newer\n");
        if applied == 0 {
            // The student went on in between: that stays.
            bench.write("mine/greeting/src/old.rs", "// mine\n");
        }
        let mut checker = bench.checker(&["explain"]);
        checker.current_dir(bench.path("mine/greeting")).assert().code(0);
        assert_eq!(mine(&bench, "README.md"), "# New guide\n", "{applied}");
        assert_eq!(mine(&bench, "src/old.rs"), if applied == 0 { "// mine\n" } else { "// newer\n" });
        assert!(!bench.path("mine/greeting/.checker-update").exists(), "{applied}");
    }
}

/// A folder that came from a stranger, with a journal that leads elsewhere.
#[test]
fn a_foreign_journal_leads_nowhere() {
    let bench = checked_out();
    bench.write("precious", "precious");
    let digest = "e".repeat(64);
    let journal = format!(
        r#"{{"operations":[{{"path":"../../precious","was":null,"becomes":"{digest}","backup":null}}]}}"#
    );
    bench.write("mine/greeting/.checker-update/journal.json", journal);
    bench.write("mine/greeting/.checker-update/0", "bad");
    let mut checker = bench.checker(&["explain"]);
    checker.current_dir(bench.path("mine/greeting")).assert().code(3);
    assert_eq!(fs::read_to_string(bench.path("precious")).unwrap(), "precious");
}
