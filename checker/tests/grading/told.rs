//! What `checker grade` shows and writes at its end.

use std::fs;

use super::workbench;
use super::{HI, hand_in};

const REPORTS: &str = include_str!("../../../docs/reports.md");

/// Whether it greets hangs on the word that it is told, which is another one in each run.
const SOMETIMES: &str = "print('hi' if ord(input()[0]) % 3 else 'ho')\n";

#[test]
fn a_matrix_is_shown_and_other_forms_are_written() {
    let bench = workbench::greeters(&["hi", "ho"]);
    let labs = fs::read_to_string(bench.path("labs.yaml")).unwrap();
    bench.write(
        "labs.yaml",
        labs.replace("          program prints", "          user types: {word}\n          program prints"),
    );
    hand_in(&bench, "class/ana/hi", HI);
    hand_in(&bench, "class/ana/ho", "print('ho')\n");
    hand_in(&bench, "class/bia/hi", SOMETIMES);
    fs::create_dir(bench.path("class/caio")).unwrap();

    let args = [
        "grade",
        "class",
        "--repeat",
        "6",
        "--seed",
        "1",
        "--report",
        "csv=class.csv",
        "--report",
        "html=no/where",
    ];
    let shown = bench.run(&args);
    // A report that cannot be written is told of, and the others are there.
    assert_eq!(shown.status, Some(3), "{}", shown.stderr);
    assert!(shown.stderr.contains("no/where"), "{}", shown.stderr);
    let csv = fs::read_to_string(bench.path("class.csv")).unwrap();
    assert!(
        REPORTS.contains(&format!("```text\n{csv}```\n")),
        "docs/reports.md shows another gradebook:\n{csv}"
    );
    let matrix = shown.stdout;
    assert!(matrix.contains("\n  a hi, b ho\n"), "{matrix}");
    assert!(matrix.contains("\n  caio: refused: there is nothing in it\n"), "{matrix}");
    assert!(matrix.contains("\n\nPrograms: 1 passed, 2 failed, 2 refused, 0 not graded\n"), "{matrix}");
    assert!(matrix.lines().all(|line| line.chars().count() <= 80 && !line.contains('\x1b')), "{matrix}");

    let saved = super::records(&bench.path("results.jsonl"));
    let runs = &saved[2]["lab"]["checks"][0]["runs"];
    let (passed, total) = (runs["passed"].as_u64().unwrap(), runs["total"].as_u64().unwrap());
    assert!(passed > 0 && passed < total && total == 6, "another --seed shows a race: {runs}");
    let rate = format!("\n  bia, hi: greets: {passed} of {total} runs passed\n");
    assert!(matrix.contains(&rate), "{matrix}");

    let piped = bench.run(&["grade", "class", "--repeat", "6", "--seed", "1", "--format", "csv"]);
    assert_eq!(piped.stdout, csv, "what programs read is this form and nothing else");
    assert!(piped.stderr.contains("0 graded, 5 not changed since\n"), "{}", piped.stderr);

    let one =
        bench.run(&["--lang", "pt-BR", "grade", "class", "--lab", "hi", "--repeat", "6", "--seed", "1"]);
    assert_eq!(one.status, Some(0), "{}", one.stderr);
    assert!(one.stdout.contains("hi  Greeting\n  a greets\n"), "{}", one.stdout);
    assert!(one.stdout.contains("\nProgramas com tudo certo: 1"), "{}", one.stdout);
    assert!(one.stdout.lines().all(|line| line.chars().count() <= 80), "{}", one.stdout);
}
