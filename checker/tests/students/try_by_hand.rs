//! `checker try`: speaking to a program by hand, in a terminal and through a pipe; and saving what was said.
use std::fs;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

use crate::workbench::{
    LAST_RESORT, Tether, Told, Workbench, own_course, processes, python, told, workbench,
};
use nix::fcntl::OFlag;
use nix::pty::{grantpt, posix_openpt, ptsname_r, unlockpt};
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::WaitStatus;
use nix::unistd::Pid;
use regex::Regex;
use rexpect::session::{PtySession, spawn_command};

/// The transcript of a session whose lines come through a pipe.
fn piped(bench: &Workbench, words: &[&str], lines: impl Into<Vec<u8>>) -> Told {
    let mut checker = bench.checker(&[&["try"], words].concat());
    checker.write_stdin(lines);
    told(&mut checker)
}

/// Without what is another one each time: ports, times, folders.
fn steady(text: &str) -> String {
    let replaced =
        |text: &str, pattern: &str, by: &str| Regex::new(pattern).unwrap().replace_all(text, by).into_owned();
    let text = replaced(text, r"\b[1-6]\d{4}\b", "PORT");
    let text = replaced(&text, r" +(<1|\d+) ms\n", "  TIME\n");
    let text = replaced(&text, r" +\d\.\d s\n", "  TIME\n");
    let text = replaced(&text, r"\(built in .*\)", "(built in TIME)");
    in_order(&text)
}

/// Clients hear the same at nearly the same time: which one first is no matter.
fn in_order(text: &str) -> String {
    let is_heard = |line: &str| line.contains("  receives ") || line.contains("  recebe ");
    let lines: Vec<&str> = text.lines().collect();
    let mut runs: Vec<Vec<&str>> =
        lines.chunk_by(|a, b| is_heard(a) && is_heard(b)).map(<[&str]>::to_vec).collect();
    runs.iter_mut().for_each(|run| run.sort_unstable());
    runs.concat().join("\n")
}

fn wrong(bench: &Workbench, program: &str) -> String {
    format!("python3 '{}'", bench.path("solutions").join(program).display())
}

#[test]
fn lines_of_a_pipe_are_sent_when_the_one_before_was_answered() {
    let bench = own_course();
    let lines = "oi, turma\n\n  blanks\t\n:raw \"cora\\xC3\"\n:raw \"\\xA7\\xC3\\xA3o\\r\\n\"\n:threads\n:halfclose\noi\n";
    let told = piped(&bench, &["echo", "--solution"], lines);
    assert_eq!((told.status, told.stderr.as_str()), (Some(0), ""), "{}", told.stdout);
    insta::assert_snapshot!("try_echo", steady(&told.stdout));
}

#[test]
fn several_clients_speak_and_everybody_is_heard() {
    let bench = own_course();
    let lines = "oi\n:open bia\nana: tudo bem?\ntudo\n:pieces 1\nem bytes\n:pieces off\n::bye\n:as ana\nainda aqui\n:reset\n";
    let told = piped(&bench, &["chat", "--solution"], lines);
    assert_eq!((told.status, told.stderr.as_str()), (Some(0), ""), "{}", told.stdout);
    insta::assert_snapshot!("try_chat", steady(&told.stdout));
}

#[test]
fn a_program_that_rests_without_answering_is_explained_once() {
    let bench = own_course();
    let program = wrong(&bench, "chat/wrong/one-at-a-time.py");
    let lines = ":open bia\nolá\n:threads\n:close ana\n";
    let told = piped(&bench, &["chat", "--program", &program], lines);
    assert_eq!((told.status, told.stderr.as_str()), (Some(0), ""), "{}", told.stdout);
    insta::assert_snapshot!("try_one_at_a_time", steady(&told.stdout));
}

#[test]
fn the_same_session_in_portuguese() {
    let bench = own_course();
    let program = wrong(&bench, "chat/wrong/one-at-a-time.py");
    let told = piped(
        &bench,
        &["chat", "--lang", "pt-BR", "--program", &program],
        ":open bia\nolá\n:opne\n:as caio\n:halfclose\n:close ana\n",
    );
    assert_eq!((told.status, told.stderr.as_str()), (Some(0), ""), "{}", told.stdout);
    insta::assert_snapshot!("try_in_portuguese", steady(&told.stdout));
}

#[test]
fn accidents_are_told_with_their_cause() {
    let bench = workbench();
    let shown = |program: &str, lines: &str| {
        let told = piped(&bench, &["echo", "--program", program], lines);
        assert_eq!((told.status, told.stderr.as_str()), (Some(0), ""), "{}", told.stdout);
        // As it reads, however it was broken into rows.
        told.stdout.replace("\n         ", " ")
    };
    let elsewhere = shown(&format!("{} {{port}} port", python("elsewhere.py")), "oi\n");
    assert!(elsewhere.contains("it listens on 127.0.0.1:"), "{elsewhere}");
    assert!(elsewhere.contains("ana is not connected yet"), "{elsewhere}");

    let idle = shown(&python("idle.py"), ":type 3\n");
    assert!(idle.contains("main waits for its standard input"), "{idle}");
    assert!(idle.contains("`:type TEXT`"), "{idle}");

    let ended = shown("sh -c 'exit 3' {port}", "oi\n:open\n:restart\n");
    assert!(ended.contains("program  exited with status 3"), "{ended}");
    assert!(
        ended.contains("the program has ended. `:restart` starts it again"),
        "{}",
        ended.replace("\n         ", " ")
    );
    assert_eq!(ended.matches("exited with status 3").count(), 2, "{ended}");

    let raised = shown("python3 -c 'raise ValueError(\"não\")' {port}", "");
    assert!(raised.contains("ValueError"), "{raised}");

    let talks = shown(&python("talkative.py"), "oi\n:halfclose\n");
    assert!(talks.contains("prints: Starting the server..."), "{talks}");
    assert!(talks.contains("prints: Bye!"), "{talks}");
}

#[test]
fn what_cannot_be_tried_is_refused() {
    let bench = workbench();
    let refused = |words: &[&str], cure: &str| {
        let told = piped(&bench, words, "");
        assert_eq!((told.status, told.stdout.as_str()), (Some(2), ""), "{}", told.stderr);
        assert!(told.stderr.contains(cure), "{}", told.stderr);
    };
    refused(&["ecoh"], "Did you mean echo?");
    refused(&[], "checker try echo");
    refused(&["echo", "--program", "no-such-program"], "there is no program");
    bench.write("precious.yaml", "format: 1\n");
    refused(&["echo", "--program", "true", "--save", "precious.yaml"], "is left as it is");
    assert_eq!(fs::read_to_string(bench.path("precious.yaml")).unwrap(), "format: 1\n");

    bench.write_crate("exercises/echo", "echo", "fn main() { oops }\n");
    let told = piped(&bench, &["echo"], "");
    assert_eq!(told.status, Some(1), "{}", told.stderr);
    assert!(told.stdout.contains("did not build"), "{}", told.stdout);
    assert!(told.stdout.contains("cannot find value `oops`"), "{}", told.stdout);
}

/// Saves a session, and gives the same program the check that was saved.
fn saved_and_checked(lab: &str, submission: &[&str], lines: &str) -> String {
    let bench = own_course();
    let words = [&[lab], submission, &["--save", "mine.yaml"]].concat();
    let told = piped(&bench, &words, lines);
    assert_eq!((told.status, told.stderr.as_str()), (Some(0), ""), "{}", told.stdout);
    let saved = fs::read_to_string(bench.path("mine.yaml")).unwrap();
    let labs = fs::read_to_string(bench.path("labs.yaml")).unwrap();
    let at = labs.find(&format!("  - id: {lab}\n")).unwrap();
    let checks = at + labs[at..].find("    checks:\n").unwrap() + "    checks:\n".len();
    bench.write("labs.yaml", format!("{}{saved}{}", &labs[..checks], &labs[checks..]));
    let checked = bench.run(&[&["check", lab, "--only", "by-hand"], submission].concat());
    assert_eq!(checked.status, Some(0), "{saved}\n{}{}{}", told.stdout, checked.stdout, checked.stderr);
    saved
}

/// Texts that YAML, the language of scripts or a terminal might take for something else.
const ODD: &str = concat!(
    "  leading and trailing  \n\n# no comment\n{word} {a} }{\n/x/\n\"quoted\"\na: b\n- x\n: y\nhint: no\n",
    "null\ntab\there\nback\\slash\nana receives: oi\n\u{e7}\u{e3}o \u{1f600}\n\u{feff}bom\u{202e}\u{2028}\n",
    ":raw \"no newline\"\n:raw \"\\n\"\n:raw \"a\\xFF\\0\\r\\x1B[2J\"\n:raw \"crlf\\r\\n\"\n:raw \"two\\nlines\\n\"\n",
);

#[test]
fn what_was_said_to_echo_can_be_checked() {
    let saved = saved_and_checked("echo", &["--solution"], &format!("{ODD}:pieces 2\npieces\n:halfclose\n"));
    insta::assert_snapshot!("try_saved_echo", saved);
    assert!(saved_and_checked("echo", &["--solution"], "oi\n:close\n").ends_with(
        "ana sends: oi\n          ana receives: oi\n          ana closes\n          program exits: 0\n"
    ));
}

#[test]
fn what_was_said_in_a_chat_can_be_checked() {
    let odd = ODD.split(":raw").next().unwrap();
    let lines = format!(
        ":open bia\noi\n{odd}ana: e agora?\n:open caio\n::bye\n:as ana\n:close\n:open ana\n:raw \"me\"\n\
         :raw \"tade\\n\"\nbia: x\n:reset bia\n:restart\n:open bia\noi\n:open caio\nana: ?\n"
    );
    insta::assert_snapshot!("try_saved_chat", saved_and_checked("chat", &["--solution"], &lines));
}

#[test]
fn whom_nobody_accepts_connects_without_waiting() {
    let bench = own_course();
    let program = wrong(&bench, "chat/wrong/one-at-a-time.py");
    let saved = saved_and_checked(
        "chat",
        &["--program", &program],
        ":open bia\noi\nana: primeira\n:close ana\n:as bia\nmais\n",
    );
    assert!(saved.contains("bia connects without waiting\n"), "{saved}");
}

#[test]
fn the_words_of_a_program_without_connections_are_saved() {
    let program = "sh -c 'echo um; echo \"  dois\"; cat; printf fim; exit 3' {port}";
    let saved = saved_and_checked("counters", &["--program", program], "");
    assert!(
        saved.ends_with(
            "program prints: um\n          program prints: \"  dois\"\n          user ends the input\n          \
             program prints raw: \"fim\"\n          program exits: 3\n"
        ),
        "{saved}"
    );
}

#[test]
fn a_port_that_the_program_tells_is_captured() {
    let program = "python3 -c \"import socket, sys\ns = socket.create_server(('127.0.0.1', int(sys.argv[1])))\n\
                   c, a = s.accept()\nc.sendall(b'you are %d, {%d}\\n' % (a[1], a[1]))\n\
                   c.recv(9)\nc.sendall(b'%d\\n' % a[1])\" {port}";
    let saved = saved_and_checked("chat", &["--program", program], "oi\n");
    assert!(saved.contains("ana receives: you are {ana_port}, {{"), "{saved}");
}

/// A session at a real terminal.
fn at_a_terminal(bench: &Workbench, words: &[&str]) -> PtySession {
    in_terminal(bench.command(&[&["try"], words].concat()))
}

fn in_terminal(command: Command) -> PtySession {
    let patience = u64::try_from(LAST_RESORT.as_millis()).unwrap() / 5;
    spawn_command(command, Some(patience)).unwrap()
}

fn status(session: &PtySession) -> i32 {
    match session.process().wait().unwrap() {
        WaitStatus::Exited(_, status) => status,
        other => panic!("{other:?}"),
    }
}

/// Echoes lines in the manner that their words ask for.
const OBEDIENT: &str = r#"
import socket, sys, threading
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
clients = []
def serve(client):
    for line in client.makefile("rb"):
        for other in clients:
            other.sendall(line)
while True:
    client, _ = server.accept()
    clients.append(client)
    threading.Thread(target=serve, args=(client,), daemon=True).start()
"#;

#[test]
fn a_person_speaks_as_several_clients() {
    let bench = workbench();
    let program = bench.write("room.py", OBEDIENT);
    let program = format!("python3 '{}'", program.display());
    let mut session = at_a_terminal(&bench, &["echo", "--program", &program, "--save", "mine.yaml"]);
    session.exp_string(":help shows what can be typed").unwrap();
    session.exp_string("ana> ").unwrap();
    session.send_line("oi").unwrap();
    session.exp_string("receives \"oi").unwrap();
    session.exp_string("ana> ").unwrap();
    session.send_line(":open bia").unwrap();
    session.exp_string("bia> ").unwrap();
    // Completed: a command, and a name.
    session.send_line(":th\t").unwrap();
    session.exp_string("main: blocked in accept()").unwrap();
    session.exp_string("bia> ").unwrap();
    session.send_line("an\tbom dia").unwrap();
    session.exp_string("receives \"bom dia").unwrap();
    session.exp_string("receives \"bom dia").unwrap();
    session.exp_string("bia> ").unwrap();
    session.send_control('d').unwrap();
    session.exp_string("saved as a check: mine.yaml").unwrap();
    session.exp_eof().unwrap();
    assert_eq!(status(&session), 0);
    let saved = fs::read_to_string(bench.path("mine.yaml")).unwrap();
    assert!(saved.ends_with("ana sends: bom dia\n          ana and bia receive: bom dia\n"), "{saved}");
}

#[test]
fn what_arrives_does_not_tear_the_line_that_is_typed() {
    let bench = workbench();
    let fifo = bench.path("fifo");
    nix::unistd::mkfifo(&fifo, nix::sys::stat::Mode::all()).unwrap();
    fs::set_permissions(&fifo, fs::Permissions::from_mode(0o666)).unwrap();
    // It speaks when this test writes into the fifo.
    let program = format!(
        "python3 -c \"import socket, sys\nfifo = open(sys.argv[2])\ns = socket.create_server(('127.0.0.1', int(sys.argv[1])))\n\
         c, _ = s.accept()\nfor line in fifo: c.sendall(line.encode())\" {{port}} {}",
        fifo.display()
    );
    let mut session = at_a_terminal(&bench, &["echo", "--program", &program]);
    let mut pen = fs::File::options().write(true).open(&fifo).unwrap();
    session.exp_string("ana> ").unwrap();
    session.send("half a li").unwrap();
    session.flush().unwrap();
    session.exp_string("half a li").unwrap();
    pen.write_all(b"meanwhile\n").unwrap();
    session.exp_string("receives \"meanwhile").unwrap();
    // What was typed stands there again, below it.
    session.exp_string("half a li").unwrap();
    session.send_control('c').unwrap();
    session.exp_string("Ctrl-C once more").unwrap();
    session.send_control('c').unwrap();
    session.exp_eof().unwrap();
    assert_eq!(status(&session), 130);
}

#[test]
fn the_terminal_is_left_as_it_was_found() {
    for end in ["control-d", "quit", "control-c", "signal"] {
        let bench = workbench();
        let program = bench.write("room.py", OBEDIENT);
        let checker = bench.command(&[]).get_program().to_str().unwrap().to_owned();
        let script = format!(
            "stty -g; sh -c 'echo \"number $$.\"; exec \"$0\" \"$@\"' '{checker}' try echo --program \
             \"python3 '{}'\"; echo \"status $?\"; stty -g",
            program.display()
        );
        let mut shell = Command::new("sh");
        shell.args(["-c", &script]).current_dir(bench.path("."));
        for (name, value) in bench.command(&[]).get_envs() {
            match value {
                Some(value) => shell.env(name, value),
                None => shell.env_remove(name),
            };
        }
        let mut session = in_terminal(shell);
        let before = session.read_line().unwrap();
        session.exp_string("number ").unwrap();
        let number = session.exp_string(".").unwrap();
        session.exp_string("ana> ").unwrap();
        match end {
            "control-d" => session.send_control('d').unwrap(),
            "quit" => drop(session.send_line(":quit").unwrap()),
            "control-c" => {
                session.send_control('c').unwrap();
                session.exp_string("Ctrl-C once more").unwrap();
                session.send_control('c').unwrap();
            }
            _ => {
                kill(Pid::from_raw(number.parse().unwrap()), Signal::SIGTERM).unwrap();
            }
        }
        let expected = if ["control-d", "quit"].contains(&end) { 0 } else { 130 };
        session.exp_string(&format!("status {expected}")).unwrap();
        let rest = session.exp_eof().unwrap();
        assert_eq!(rest.lines().last().unwrap().trim(), before.trim(), "{end}: {rest}");
    }
}

#[test]
fn nothing_is_left_behind_when_the_terminal_is_gone() {
    let bench = workbench();
    let mut tether = Tether::new(&bench);
    let marker = bench.path("marker").display().to_string();
    let program = format!("{} {{port}} {} {marker}", python("silent.py"), tether.path.display());
    // Nobody but this test holds the other end.
    let flags = OFlag::O_RDWR | OFlag::O_NOCTTY | OFlag::O_CLOEXEC;
    let ours = posix_openpt(flags).unwrap();
    grantpt(&ours).unwrap();
    unlockpt(&ours).unwrap();
    let terminal = fs::File::options().read(true).write(true).open(ptsname_r(&ours).unwrap()).unwrap();
    let theirs = || Stdio::from(terminal.try_clone().unwrap());
    let mut command = bench.command(&["try", "echo", "--program", &program]);
    command.stdin(theirs()).stdout(theirs()).stderr(theirs());
    // SAFETY: two system calls, between fork and exec.
    unsafe {
        command.pre_exec(|| {
            nix::unistd::setsid()?;
            match nix::libc::ioctl(0, nix::libc::TIOCSCTTY, 0) {
                0 => Ok(()),
                _ => Err(std::io::Error::last_os_error()),
            }
        });
    }
    let mut checker = command.spawn().unwrap();
    drop(command);
    drop(terminal);
    let mut screen = fs::File::from(OwnedFd::from(ours));
    let mut shown = Vec::new();
    while !shown.ends_with(b"ana> ") && !String::from_utf8_lossy(&shown).contains("ana> ") {
        let mut byte = [0];
        screen.read_exact(&mut byte).unwrap();
        shown.push(byte[0]);
    }
    screen.write_all(b"oi\r").unwrap();
    tether.wait_for(1, || checker.try_wait().unwrap().is_some());
    // The window is closed.
    drop(screen);
    let number = Pid::from_raw(i32::try_from(checker.id()).unwrap());
    let (ends, ended) = std::sync::mpsc::channel();
    std::thread::spawn(move || ends.send(checker.wait()));
    if ended.recv_timeout(LAST_RESORT).is_err() {
        kill(number, Signal::SIGKILL).unwrap();
        panic!("the session goes on without its terminal");
    }
    assert_eq!(processes(&marker), [""; 0]);
    tether.wait_free();
}

#[test]
fn nothing_is_left_behind_by_a_session_that_is_killed() {
    for isolation in ["auto", "partial", "basic"] {
        let bench = workbench();
        let mut tether = Tether::new(&bench);
        let program = format!("{} {{port}} {}", python("silent.py"), tether.path.display());
        let words = ["try", "echo", "--program", &program, "--isolation", isolation];
        let mut command = bench.command(&words);
        let mut checker =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        checker.stdin.as_mut().unwrap().write_all(b"oi\n").unwrap();
        tether.wait_for(1, || checker.try_wait().unwrap().is_some());
        checker.kill().unwrap();
        checker.wait().unwrap();
        tether.wait_free();
    }
}
