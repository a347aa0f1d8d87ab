//! Every sentence means what the reference says, and says itself again.

use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;

use checker::manifest::{self, Problems};
use checker::model::course::{Check, Part};
use checker::model::script::*;

#[test]
fn connecting() {
    let ana = || named(&["ana"]);
    let connect = |who, until, through: Option<&str>| Sentence::Connect {
        who,
        until,
        through: through.map(|host| host.parse::<IpAddr>().unwrap()),
    };
    means("ana connects", connect(ana(), Until::Accepted, None));
    means("ana, bia and caio connect", connect(named(&["ana", "bia", "caio"]), Until::Accepted, None));
    means("ana connects without waiting", connect(ana(), Until::Handshake, None));
    means("ana connects through 127.0.0.2", connect(ana(), Until::Accepted, Some("127.0.0.2")));
    means("ana connects through ::1 without waiting", connect(ana(), Until::Handshake, Some("::1")));
    means("ana cannot connect", Sentence::CannotConnect { who: ana(), through: None });
    means(
        "ana cannot connect through ::1",
        Sentence::CannotConnect { who: ana(), through: "::1".parse().ok() },
    );
}

#[test]
fn sending() {
    let send = |what, pieces| Sentence::Send { who: named(&["ana"]), what, pieces };
    let lines = |texts: &[&str]| Payload::Lines(texts.iter().map(|text| plain(text)).collect());
    means_after("ana sends: oi: x  ", send(lines(&["oi: x  "]), None));
    means_after("ana sends raw: oi", send(Payload::Raw(plain("oi")), None));
    means_after("ana sends in pieces of 1 byte: coração", send(lines(&["coração"]), Some(1)));
    means_after("ana sends raw in pieces of 3 bytes: abc", send(Payload::Raw(plain("abc")), Some(3)));
    means_after("ana sends 8 MiB", send(Payload::Bulk { bytes: 8 << 20 }, None));
    means_after("ana sends 8 KiB in pieces of 100 bytes", send(Payload::Bulk { bytes: 8 << 10 }, Some(100)));
    means_after("ana sends 2000 lines of 4 KiB", send(Payload::BulkLines { lines: 2000, each: 4096 }, None));
    means_after(
        "ana sends 1 line of 100 bytes in pieces of 7 bytes",
        send(Payload::BulkLines { lines: 1, each: 100 }, Some(7)),
    );
    means_after("ana sends:\n  oi\n  turma", send(lines(&["oi", "turma"]), None));
    let three = [("n3", "n3"), ("n2", "n2"), ("n1", "n1")]
        .map(|(written, text)| Phrase { written: written.into(), shape: Shape::Plain(vec![literal(text)]) });
    means_after("ana sends: n{3..1}", send(Payload::Lines(three.to_vec()), None));
}

#[test]
fn receiving() {
    let listeners: [(&str, &str, Listener); 4] = [
        ("ana", "receives", Listener::Clients(named(&["ana"]))),
        ("program", "prints", Listener::Output),
        ("program", "complains", Listener::Complaints),
        ("program", "writes server.log", Listener::File("server.log".into())),
    ];
    for (index, (subject, verb, listener)) in listeners.into_iter().enumerate() {
        let hears = |adverb: &str, rest: &str, form| {
            let sentence = Sentence::Receive { listener: listener.clone(), form };
            means_after(&format!("{subject} {adverb}{verb}{rest}"), sentence);
        };
        hears("", ": oi", Form::Next(vec![plain("oi")]));
        hears("", ":\n  oi\n  turma", Form::Next(vec![plain("oi"), plain("turma")]));
        hears("eventually ", ": oi", Form::Eventually(vec![plain("oi")]));
        hears("", " one of:\n  oi\n  turma", Form::OneOf(vec![plain("oi"), plain("turma")]));
        hears("", " in any order:\n  oi\n  turma", Form::InAnyOrder(vec![plain("oi"), plain("turma")]));
        hears(
            "",
            " interleaved:\n  a\n  b\n  --\n  c",
            Form::Interleaved(vec![vec![plain("a"), plain("b")], vec![plain("c")]]),
        );
        hears("", " what bia sent, line by line", Form::WhatWasSent { by: "bia".into() });
        hears("", " 2000 lines", Form::Lines(2000));
        hears("", " 1 line", Form::Lines(1));
        hears("", " at most 2 lines", Form::AtMostLines(2));
        hears("", " nothing", Form::Nothing);
        hears("", " nothing but: oi", Form::NothingBut(plain("oi")));
        if index < 3 {
            hears("eventually ", " the end", Form::EventuallyEnd);
            hears("", " raw: oi", Form::Raw(plain("oi")));
            hears("", " the end", Form::End);
        }
        if subject == "program" && index < 3 {
            hears("", " as a whole: oi", Form::Whole(plain("oi")));
        }
    }
    let ana = |form| Sentence::Receive { listener: Listener::Clients(named(&["ana"])), form };
    means_after("ana receives what it sent", ana(Form::WhatItSent(Case::AsSent)));
    means_after("ana receives what it sent, in upper case", ana(Form::WhatItSent(Case::Upper)));
    means_after("ana is disconnected", ana(Form::Disconnected));
    means_after("ana receives a reset", ana(Form::Reset));
    let both = |form| Sentence::Receive { listener: Listener::Clients(named(&["ana", "bia"])), form };
    means_after("ana and bia receive what they sent", both(Form::WhatItSent(Case::AsSent)));
    means_after("ana and bia are disconnected", both(Form::Disconnected));
}

#[test]
fn acting_otherwise() {
    let who = || named(&["ana"]);
    means_after("ana forgets", Sentence::Forget { who: who() });
    means_after("ana stops sending", Sentence::StopSending { who: who() });
    means_after("ana stops reading", Sentence::StopReading { who: who() });
    means_after("ana reads again", Sentence::ReadAgain { who: who() });
    means_after("ana closes", Sentence::Close { who: who() });
    means_after("ana resets", Sentence::Reset { who: who() });
    means_after("everyone forgets", Sentence::Forget { who: Who::Everyone { but: vec![] } });
    means_after(
        "everyone but ana and bia closes",
        Sentence::Close { who: Who::Everyone { but: vec!["ana".into(), "bia".into()] } },
    );
}

#[test]
fn the_program_and_its_user() {
    means("program starts", Sentence::ProgramStarts);
    means("program restarts", Sentence::ProgramRestarts);
    for (name, signal) in [
        ("SIGINT", Signal::Int),
        ("SIGTERM", Signal::Term),
        ("SIGHUP", Signal::Hup),
        ("SIGKILL", Signal::Kill),
        ("SIGUSR1", Signal::Usr1),
        ("SIGUSR2", Signal::Usr2),
    ] {
        means(&format!("program gets {name}"), Sentence::ProgramGets(signal));
    }
    means("program exits", Sentence::ProgramExits(Exit::Cleanly));
    means("program exits: 3", Sentence::ProgramExits(Exit::Status(3)));
    means("program exits: nonzero", Sentence::ProgramExits(Exit::Nonzero));
    means("program exits after at least 400ms", Sentence::ProgramExitsAfter(Duration::from_millis(400)));
    means("program is still running", Sentence::ProgramStillRuns);
    means("user types: oi", Sentence::UserTypes { lines: vec![plain("oi")] });
    means("user types raw: oi", Sentence::UserTypesRaw { text: plain("oi") });
    means("user ends the input", Sentence::UserEndsInput);
    for key in Key::NAMED.into_iter().chain([Key::Ctrl('D'), Key::Ctrl('\\')]) {
        means(&format!("user presses {key}"), Sentence::UserPresses(key));
    }
}

#[test]
fn blocks_limits_and_hints() {
    let check = check(
        "together:\n  ana connects\n  bia connects\n# said twice\nrepeat 2 times:\n\n  together:\n    ana sends: a\n    \
         bia sends: b\n  everyone receives: /./\n  hint: one\n  hint.pt-BR: uma\nhint: rounds\nana receives nothing \
         within 2m",
    )
    .unwrap_or_else(|problems| panic!("{problems}"));
    let steps = &check.script.steps;
    assert_eq!(steps.iter().map(|step| step.line).collect::<Vec<_>>(), [11, 15, 24]);
    let Sentence::Repeat { times: 2, steps: inner } = &steps[1].sentence else { panic!("{steps:?}") };
    let hint = inner[1].hint.clone().unwrap();
    assert_eq!((hint.default.as_str(), hint.by_language["pt-BR"].as_str()), ("one", "uma"));
    assert_eq!(steps[1].hint.clone().unwrap().default, "rounds");
    assert_eq!(steps[1].written, "repeat 2 times:");
    assert_eq!(steps[2].within, Some(Duration::from_secs(120)));
    assert_eq!(steps[0].within, None);
}

#[test]
fn texts() {
    let text = |written: &str| {
        let script = format!("ana connects\nana receives: {{name}}\nana receives: {written}");
        let check = check(&script).unwrap_or_else(|problems| panic!("{problems}"));
        match &check.script.steps[2].sentence {
            Sentence::Receive { form: Form::Next(phrases), .. } => phrases[0].clone(),
            other => panic!("{other:?}"),
        }
    };
    let shape = |written: &str| text(written).shape;
    let capture = || Piece::Capture("name".into());
    assert_eq!(text("/a/b/").written, "/a/b/");
    assert_eq!(shape("  # two blanks"), Shape::Plain(vec![literal("  # two blanks")]));
    assert_eq!(shape("{{{name}}}"), Shape::Plain(vec![literal("{"), capture(), literal("}")]));
    assert_eq!(shape("/half"), Shape::Plain(vec![literal("/half")]));
    assert_eq!(shape("/"), Shape::Plain(vec![literal("/")]));
    assert_eq!(shape("\""), Shape::Plain(vec![literal("\"")]));
    assert_eq!(shape("\"\""), Shape::Quoted(vec![]));
    assert_eq!(
        shape(r#""\n\r\t\0\"\\\xC3\u{e7}{{{word}{word2}""#),
        Shape::Quoted(vec![
            Piece::Literal(b"\n\r\t\0\"\\\xC3\xC3\xA7{".to_vec()),
            Piece::Word(1),
            Piece::Word(2)
        ])
    );
    let regex = |pieces: Vec<Piece>, case| Shape::Regex { pieces, case };
    assert_eq!(shape("/a{3}b{2,5}c{1,}/"), regex(vec![literal("a{3}b{2,5}c{1,}")], RegexCase::Exact));
    assert_eq!(
        shape("/^{name}: {word}$/i"),
        regex(vec![literal("^"), capture(), literal(": "), Piece::Word(1), literal("$")], RegexCase::Ignored)
    );
    for untouched in [r"\p{L}+\x{41}\{name\}", r"[{name}]+[]{x}][^]{y}]", "(?P<x>a)"] {
        assert_eq!(shape(&format!("/{untouched}/")), regex(vec![literal(untouched)], RegexCase::Exact));
    }
    let counted = check("ana connects\nana receives: /^{200..1}$/").unwrap();
    let Sentence::Receive { form: Form::Next(phrases), .. } = &counted.script.steps[1].sentence else {
        panic!()
    };
    assert_eq!(phrases.len(), 200);
    assert_eq!((phrases[0].written.as_str(), phrases[199].written.as_str()), ("/^200$/", "/^1$/"));
}

#[test]
fn crowds() {
    let check = check_with(
        "        actors: {crowd: {clients: 200}}\n",
        "bia connects\ncrowd connects\ncrowd sends: {member}\ncrowd receives: /you are {id}/\ncrowd's {id} are all different\n\
         crowd sends: {id}\nbia receives what crowd sent, line by line",
    )
    .unwrap_or_else(|problems| panic!("{problems}"));
    let cast: Vec<_> = check.cast.iter().map(|actor| (actor.name.as_str(), actor.part)).collect();
    assert_eq!(cast, [("bia", Part::Client), ("crowd", Part::Crowd { clients: 200 })]);
    let steps = &check.script.steps;
    assert_eq!(steps[4].sentence, Sentence::AllDifferent { who: "crowd".into(), capture: "id".into() });
}

/// A sentence that cannot be meant, the column of what is wrong with it, and a word of the message.
#[test]
fn what_cannot_be_meant_is_told() {
    let faults = [
        ("anna receives: x", 1, "has not connected"),
        ("ana and ana connect", 9, "twice"),
        ("Caio connects", 1, "no name"),
        ("ana and program connect", 9, "word of the language"),
        ("everyone connects", 1, "connected already"),
        ("ana receives: {x} {1..3} {1..3}", 26, "only once"),
        ("ana receives: {1..100001}", 15, "lines"),
        ("ana receives: {a b}", 15, "stands for nothing"),
        ("ana receives: {word0}", 15, "numbered"),
        ("ana receives: a}", 16, "single `}`"),
        ("ana receives: {", 15, "single `{`"),
        ("ana receives: {member}", 15, "crowd"),
        ("ana receives: \"a\"b\"", 17, "quote inside"),
        ("ana receives: \"\\u{d800}\"", 16, "no escape"),
        ("ana receives: \"\\xç\"", 16, "no escape"),
        ("ana receives: \"x\\\"", 17, "no escape"),
        ("ana receives: \"x\" ", 18, "blanks behind"),
        ("ana receives: /a**(/", 19, "does not compile"),
        ("ana receives: /a{99999}{999}/", 16, "too large"),
        ("ana sends: /x/", 12, "regex cannot be sent"),
        ("ana sends: {x}", 12, "not been captured"),
        ("ana receives raw: /x/", 19, "cannot be a regex"),
        ("ana receives raw: {x}", 19, "not been captured"),
        ("ana receives nothing but: {x}", 27, "not been captured"),
        ("ana receives nothing but: {1..3}", 27, "cannot count"),
        ("ana sends raw: {1..3}", 16, "cannot count"),
        ("ana receives one of:\n  /{x}/\n  /y/", 4, "not been captured"),
        ("ana receives in any order:\n  {x}\n  y", 3, "not been captured"),
        ("ana receives interleaved:\n  {x}\n  --\n  y", 3, "not been captured"),
        ("ana receives interleaved:\n  x\n  --", 1, "group without"),
        ("ana receives one of:\n  x\n    y", 5, "indented line"),
        ("ana receives one of: x", 22, "wrong place"),
        ("ana receives one of", 1, "nothing in it"),
        ("ana receives one of\n  x", 1, "colon is missing"),
        ("ana receives\n  x", 1, "colon is missing"),
        ("ana receives", 1, "needs a text"),
        ("ana receives:", 1, "no text"),
        ("ana receives: x\n  y", 3, "indented line"),
        ("ana receives raw:\n  y", 3, "indented line"),
        ("ana closes: x", 1, "takes no text"),
        ("ana closes\n  bia closes", 3, "indented line"),
        ("together:", 1, "nothing in it"),
        ("repeat 0 times:\n  ana closes", 8, "none at all"),
        ("repeat 99999999999999999999 times:\n  ana closes", 8, "more than"),
        ("together within 1s:\n  ana closes", 1, "no time limit"),
        ("ana closes [1s]", 1, "no sentence"),
        ("ana closes within 1.5s", 19, "no time"),
        ("ana closes within 0s", 19, "nothing at all"),
        ("ana closes within 99999999999999999999s", 19, "longer"),
        ("ana sends 65 MiB", 11, "too much"),
        ("ana sends 0 bytes", 11, "none"),
        ("ana sends 8 MB", 11, "unit"),
        ("ana sends 100000 lines of 1 MiB", 11, "64 MiB"),
        ("ana sends in pieces of 0 bytes: x", 24, "none"),
        ("ana connects through home", 22, "IP address"),
        ("ana receives what caio sent, line by line", 19, "has not connected"),
        ("ana receives what ana sent, line by line", 19, "has not sent"),
        ("ana's {id} are all different", 1, "single client"),
        ("program gets SIGSTOP", 14, "no signal"),
        ("program exits: 256", 16, "exit status"),
        ("program exits:", 1, "no status"),
        ("program writes ../log: x", 16, "leads out"),
        ("program writes /log: x", 16, "absolute"),
        ("hint: ", 1, "without words"),
        ("hint.x: y", 6, "no language"),
        ("together:\n  hint: x\n  ana closes", 3, "no sentence before"),
        ("hint: a\nhint: b", 1, "second hint"),
        ("   ana closes", 4, "indented line"),
        ("\tana closes", 1, "odd space"),
        ("ana sends:oi", 10, "no blank"),
        ("ana dances", 1, "no sentence"),
        ("program is back at the mark", 1, "nothing was marked"),
        ("program has 3.5 threads", 13, "no whole number"),
        ("program has 3 sockets", 1, "no sentence"),
        ("srv accepts as rui", 1, "is no server"),
        ("ana accepts", 1, "is a client"),
        ("ana and bia accept", 9, "one server"),
        ("ana requests: get /", 15, "no request"),
        ("ana requests: GET", 15, "no request"),
        ("ana requests:\n  GET /\n  Accept", 3, "no header"),
        ("ana gets header: text/html", 18, "no header"),
        ("ana gets header: Content Type: text/html", 18, "no header"),
        ("ana gets status: /{200..300}/", 19, "cannot count"),
        ("ana gets body: {all}", 16, "takes nothing out"),
        ("user presses Ctrl-", 14, "no key"),
        ("user presses Crtl-D", 14, "no key"),
        ("user sees the end", 1, "no sentence"),
    ];
    for (sentence, column, word) in faults {
        let problems = check(&format!("ana connects\n{sentence}")).expect_err(sentence);
        let [problem] = problems.list() else { panic!("{sentence}\n{problems}") };
        assert!(problem.message.contains(word), "{sentence}: {problem:?}");
        assert_eq!(problem.column, column + INDENT, "{sentence}: {problem:?}");
        assert!(problem.help.is_some(), "{sentence}: {problem:?}");
    }
    for (actors, script, word) in [
        ("{crowd: {clients: 0}}", "crowd connects", "out of range"),
        ("{crowd: {members: 5}}", "crowd connects", "no key"),
        ("{program: {clients: 5}}", "ana connects", "word of the language"),
        ("{crowd: {clients: 5}}", "ana connects", "never acts"),
        ("{crowd: {clients: 5}}", "crowd connects\ncrowd's {id} are all different", "captured no"),
        (
            "{crowd: {clients: 5}}",
            "ana and crowd connect\ncrowd receives: {id}\nana sends: {id}",
            "has its own",
        ),
        ("{crowd: {clients: 5}}", "ana and crowd connect\nana and crowd send: {member}", "needs a crowd"),
        ("{srv: {tcp: server}}", "srv connects", "the program connects to it"),
        ("{srv: {tcp: server}}", "srv receives: oi", "has not accepted anybody"),
        ("{srv: {tcp: server}}", "srv accepts\nrui receives: oi", "has not connected"),
        ("{srv: {tcp: server}}", "srv accepts as rui\nrui accepts", "is a connection"),
        ("{srv: {tcp: server}}", "srv accepts as rui\nrui connects", "is a connection"),
        ("{srv: {tcp: server}}", "ana connects\nsrv accepts as ana", "somebody else"),
        ("{srv: {tcp: server}}", "srv accepts as srv", "somebody else"),
        ("{srv: {tcp: server}}", "srv accepts as Rui", "no name"),
        ("{gone: {tcp: closed}}", "gone accepts", "only lends its port"),
        ("{gone: {tcp: closed}}", "gone connects", "only lends its port"),
        ("{gone: {tcp: closed}}", "gone sends: oi", "only lends its port"),
        ("{gone: {tcp: closed}}", "ana connects", "nobody is told"),
        ("{srv: {tcp: server}}", "srv accepts", "nobody is told"),
        ("{srv: {tcp: serving}}", "srv accepts", "serving"),
        ("{srv: {clients: 3, tcp: server}}", "srv accepts", "has one part"),
        ("{tia: {udp: client}}", "tia connects", "nobody connects"),
        ("{tia: {udp: client}}", "tia receives: oi", "has not sent"),
        ("{tia: {udp: client}}", "tia sends: oi\ntia closes", "about connections"),
        ("{tia: {udp: client}}", "tia sends: oi\ntia receives the end", "about connections"),
        (
            "{tia: {udp: client}}",
            "ana connects\ntia sends: oi\neveryone is disconnected",
            "about connections",
        ),
        ("{tia: {udp: client}}", "tia sends in pieces of 1 byte: oi", "about connections"),
        ("{tia: {udp: client}}", "tia sends 65508 bytes", "65507 bytes at most"),
        ("{tia: {udp: client}}", "tia sends: oi\ntia answers instead of tia: oi", "no UDP server"),
        ("{mestre: {udp: server}}", "mestre sends: oi", "knows nobody"),
        ("{mestre: {udp: server}}", "mestre accepts", "nobody connects"),
        (
            "{mestre: {udp: server}}",
            "mestre receives: x\nana answers instead of mestre: y",
            "does not send datagrams",
        ),
        ("{mestre: {udp: server}, tia: {udp: client}}", "tia answers instead of mestre: y", "knows nobody"),
        ("{nobody: {udp: closed}}", "nobody sends: oi", "only lends its port"),
        ("{srv: {}}", "ana connects", "without a part"),
        ("{crowd: {clients: 0}}", "crowd connects", "out of range"),
    ] {
        let problems = check_with(&format!("        actors: {actors}\n"), script).expect_err(script);
        assert!(
            problems.list().iter().any(|problem| problem.message.contains(word)),
            "{actors} {script}: {problems}"
        );
    }
    for (lines, word, cure) in [
        ("        run: \"{program} {srv.port}\"\n", "no actor `srv`", "tcp: server"),
        (
            "        run: \"{program} {sv.port}\"\n        actors: {srv: {tcp: server}}\n",
            "no actor `sv`",
            "`srv`",
        ),
        (
            "        run: \"{program} {args}\"\n        args: [\"{ana.port}\"]\n",
            "`ana` has no port",
            "tcp: server",
        ),
    ] {
        let problems = check_with(lines, "ana connects").expect_err(lines);
        let Some(problem) = problems.list().iter().find(|problem| problem.message.contains(word)) else {
            panic!("{lines}: {problems}")
        };
        assert!(problem.help.as_ref().is_some_and(|help| help.contains(cure)), "{problem:?}");
    }
}

#[test]
fn the_nearest_sentence_is_shown() {
    for (wrong, right) in [
        ("ana conects", "ana connects"),
        ("ana sned: oi", "ana sends: TEXT"),
        ("ana and bia recieve: oi", "ana and bia receive: TEXT"),
        ("ana receives exactly: oi", "ana receives raw: TEXT"),
        ("ana disconnects", "ana connects"),
        ("ana receives two lines", "ana receives N lines"),
        ("ana receives end", "ana receives the end"),
        ("ana receives what it sent in upper case", "ana receives what it sent, in upper case"),
        ("program exit with 0", "program exits"),
        ("program stops", "program starts"),
        ("repeat twice:\n  ana closes", "repeat N times:"),
        ("user typ: oi", "user types: TEXT"),
    ] {
        let problems = check(&format!("ana and bia connect\n{wrong}")).expect_err(wrong);
        let help = problems.list()[0].help.clone().unwrap();
        assert!(help.contains(&format!("`{right}`")), "{wrong}: {help}");
    }
}

#[test]
fn no_name_is_blamed_for_a_sentence_that_was_not_understood() {
    let problems = check("ana conects\nana sends: oi\nana receives: oi\nana is disconnected").unwrap_err();
    assert_eq!(problems.list().len(), 1, "{problems}");
    let problems = check("bia connects\nbia recieves: {id}\nbia sends: {id}").unwrap_err();
    assert_eq!(problems.list().len(), 1, "{problems}");
}

#[test]
fn deep_and_long_scripts_do_no_harm() {
    let deep: String = (0..20_000).map(|depth| format!("{}together:\n", " ".repeat(depth % 300))).collect();
    assert!(check(&deep).is_err());
    let long = format!("ana connects\nana receives: {}", "é{{".repeat(20_000));
    assert!(check(&long).is_ok());
}

/// How far the lines of a script are indented in the file.
const INDENT: u32 = 10;

fn check(script: &str) -> Result<Check, Problems> {
    check_with("", script)
}

fn check_with(keys: &str, script: &str) -> Result<Check, Problems> {
    let block: String = script.split('\n').map(|line| format!("          {line}\n")).collect();
    let text = format!(
        "format: 1\ncourse: c\nlabs:\n  - id: l\n    title: l\n    checks:\n      - id: c\n        title: t\n        \
         visibility: shown\n{keys}        script: |2\n{block}"
    );
    let mut course = manifest::read(Path::new("labs.yaml"), &text)?;
    Ok(course.labs.remove(0).checks.remove(0))
}

/// The sentence alone means this, and says itself again.
fn means(sentence: &str, expected: Sentence) {
    let check = check(sentence).unwrap_or_else(|problems| panic!("{problems}"));
    understood(sentence, &check.script.steps[0], &expected);
}

/// The same for a sentence that needs ana and bia to be there, bia having said something.
fn means_after(sentence: &str, expected: Sentence) {
    let script = format!("ana and bia connect\nbia sends: olá\n{sentence}");
    let check = check(&script).unwrap_or_else(|problems| panic!("{problems}"));
    understood(sentence, &check.script.steps[2], &expected);
}

fn understood(sentence: &str, step: &Step, expected: &Sentence) {
    assert_eq!(&step.sentence, expected, "{sentence}");
    assert_eq!(step.to_string(), sentence);
    assert_eq!(Some(step.written.as_str()), sentence.lines().next());
}

fn named(names: &[&str]) -> Who {
    Who::Named(names.iter().map(|name| name.to_string()).collect())
}

fn plain(text: &str) -> Phrase {
    Phrase { written: text.into(), shape: Shape::Plain(vec![literal(text)]) }
}

fn literal(text: &str) -> Piece {
    Piece::Literal(text.as_bytes().to_vec())
}
