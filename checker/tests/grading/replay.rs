//! A verdict that is disputed: the same conversation again, and what is not as it was.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::workbench::{self, Workbench};
use super::{HI, hand_in};

/// Whether it greets hangs on the word that it is told, and so on the seed.
const BY_WORD: &str = "print('hi' if ord(input()[0]) % 2 else 'ho')\n";

/// What it prints stands in a file that no report knows of: as good as chance.
const BY_CHANCE: &str = "import sys\nprint(open(sys.argv[1]).read().strip())\n";

/// A class in which everybody is told a random word, and may read a file of ours.
fn graded() -> Workbench {
    let bench = workbench::greeters(&["hi", "ho"]);
    let labs = fs::read_to_string(bench.path("labs.yaml")).unwrap();
    let labs = labs.replace("{program}", &format!("{{program}} {}", bench.path("chance").display()));
    bench.write(
        "labs.yaml",
        labs.replace("          program prints", "          user types: {word}\n          program prints"),
    );
    let chance = bench.write("chance", "hi\n");
    fs::set_permissions(&chance, fs::Permissions::from_mode(0o644)).unwrap();
    for name in ["ana", "bia", "caio"] {
        hand_in(&bench, &format!("class/{name}/hi"), BY_WORD);
    }
    hand_in(&bench, "class/bia/ho", BY_CHANCE);
    bench.write("class/empty/readme.txt", "");
    let graded = bench.run(&["grade", "class"]);
    assert_eq!(graded.status, Some(0), "{}", graded.stderr);
    bench
}

#[test]
fn a_verdict_is_held_again_and_what_has_changed_is_named() {
    let bench = graded();
    let results = fs::read(bench.path("results.jsonl")).unwrap();
    let replay = |words: &[&str]| {
        let told = bench.run(&[&["replay", "results.jsonl"], words].concat());
        let of_all = format!("{}{}", told.stdout, told.stderr);
        assert!(of_all.lines().all(|line| line.chars().count() <= 80), "{of_all}");
        (told.status, of_all)
    };

    // The word, and so the verdict, comes from the recorded seed: three words would not be the same by chance.
    for name in ["ana", "bia", "caio"] {
        let (status, told) = replay(&[&format!("{name}/hi/greets")]);
        assert_eq!(status, Some(0), "{told}");
        assert!(told.contains("\n  The verdict is the same.\n"), "{told}");
        assert!(told.contains("Now everybody said and heard the same"), "{told}");
        assert!(!told.contains("Not as it was then"), "{told}");
    }
    let (status, told) = replay(&["empty"]);
    assert_eq!(status, Some(0), "{told}");
    assert!(told.contains("refused: no lab was found in it"), "{told}");

    // A program that does now this and now that.
    bench.write("chance", "ho\n");
    let (status, told) = replay(&["bia"]);
    assert_eq!(status, Some(1), "{told}");
    assert!(told.contains("now: failed, mismatch\n"), "{told}");
    assert!(told.contains("greets, as it was recorded:\n") && told.contains("prints \"hi\\n\""), "{told}");
    assert!(told.contains("greets, as it went now:\n") && told.contains("prints \"ho\\n\""), "{told}");
    assert!(told.contains("The verdict is another one.\n  Nothing else is: the same program"), "{told}");
    bench.write("chance", "hi\n");
    assert_eq!(replay(&["bia/ho"]).0, Some(0));

    // Another program, other terms, and another lab's terms.
    hand_in(&bench, "class/bia/ho", "print('hu')\n");
    let (status, told) = replay(&["bia/ho", "--report", "results=now.jsonl"]);
    assert_eq!(status, Some(1), "{told}");
    assert!(told.contains("Not as it was then: program.\n"), "{told}");
    let now = &super::records(&bench.path("now.jsonl"))[0];
    assert_eq!(now["lab"]["checks"][0]["kind"], "mismatch");
    assert_eq!(
        now["provenance"]["seed"],
        super::records(&bench.path("results.jsonl"))[2]["provenance"]["seed"]
    );
    hand_in(&bench, "elsewhere/ho", BY_CHANCE);
    assert_eq!(replay(&["bia/ho", "--from", "elsewhere"]).0, Some(0));
    let labs = fs::read_to_string(bench.path("labs.yaml")).unwrap();
    let (before, after) = labs.split_once("  - id: ho").unwrap();
    bench.write(
        "labs.yaml",
        format!("{before}  - id: ho{}", after.replace("program exits: 0", "program exits: 3")),
    );
    let (status, told) = replay(&["ana"]);
    assert_eq!(status, Some(0), "{told}");
    assert!(told.contains("now: ") && !told.contains("Not as it was then"), "another lab's entry: {told}");
    let (status, told) = replay(&["bia/ho", "--from", "elsewhere"]);
    assert_eq!(status, Some(1), "{told}");
    assert!(told.contains("Not as it was then: lab.\n"), "{told}");

    let text = String::from_utf8_lossy(&results).replace("\"isolation\":\"full\"", "\"isolation\":\"basic\"");
    bench.write("basic.jsonl", text.replace("\"checker\":\"", "\"checker\":\"0."));
    let told = bench.run(&["--lang", "pt-BR", "replay", "basic.jsonl", "ana/hi/greets"]);
    assert!(
        told.stdout.contains("O resultado é o mesmo.\n  Diferente de então: checker.\n"),
        "{}",
        told.stdout
    );
    assert!(told.stdout.contains("basic"), "{}", told.stdout);
    assert_eq!(fs::read(bench.path("results.jsonl")).unwrap(), results, "what was recorded stays");
}

#[test]
fn what_cannot_be_held_again_is_told_with_its_cure() {
    let bench = workbench::greeters(&["hi"]);
    hand_in(&bench, "class/ana/hi", HI);
    bench.run(&["grade", "class"]);
    bench.run(&["check", "--lab", "hi", "class/ana/hi", "--report", "results=check.jsonl"]);
    let refused = |words: &[&str]| {
        let told = bench.run(&[&["replay"], words].concat());
        assert_eq!((told.status, told.stdout.as_str()), (Some(2), ""), "{words:?}: {}", told.stderr);
        told.stderr
    };
    assert!(refused(&["nowhere.jsonl", "ana"]).contains("nowhere.jsonl"));
    assert!(refused(&["results.jsonl", "anna"]).contains("Did you mean ana?"));
    assert!(refused(&["results.jsonl", "ana/ho"]).contains("Did you mean hi?"));
    assert!(refused(&["check.jsonl", "class/ana/hi"]).contains("checker check --lab hi DIR --seed"));
    bench.write("class.txt", "bia x\n");
    assert!(refused(&["results.jsonl", "ana", "--list", "class.txt"]).contains("no submission ana"));
    fs::remove_dir_all(bench.path("class")).unwrap();
    assert!(refused(&["results.jsonl", "ana"]).contains("Name where it lies now with --from"));
}
