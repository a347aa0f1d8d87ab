// Wrong: each client's thread works with a list of its own, as it was when that client came.
use std::env;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

type Members = Vec<(u32, Sender<Vec<u8>>)>;

fn main() -> io::Result<()> {
    let mut args = env::args().skip(1);
    let port = args.next().unwrap_or_else(|| "9090".into());
    let host = args.next().unwrap_or_else(|| "127.0.0.1".into());
    let mut members = Members::new();
    for (number, client) in (1..).zip(TcpListener::bind(format!("{host}:{port}"))?.incoming()) {
        let client = client?;
        let outgoing = client.try_clone()?;
        let (sender, lines) = mpsc::channel();
        members.push((number, sender));
        let copy = members.clone(); // and not a handle on the one list
        thread::spawn(move || write(&lines, outgoing));
        thread::spawn(move || read(number, &client, copy));
    }
    Ok(())
}

fn read(number: u32, client: &TcpStream, mut members: Members) {
    for line in BufReader::new(client).split(b'\n').map_while(Result::ok) {
        if line == b":bye" {
            break;
        }
        say(&members, &line);
    }
    members.retain(|(member, _)| *member != number);
    say(&members, b"somebody has left");
}

fn write(lines: &Receiver<Vec<u8>>, mut client: TcpStream) {
    for line in lines {
        if client.write_all(&line).is_err() {
            return;
        }
    }
}

fn say(members: &Members, line: &[u8]) {
    for (_, lines) in members {
        let _ = lines.send([line, b"\n"].concat());
    }
}
