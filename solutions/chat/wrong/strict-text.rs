// Wrong: reads lines as strings, so that bytes which are no UTF-8 end the conversation.
use std::env;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::thread;

type Members = Mutex<Vec<(u32, Sender<String>)>>;

fn main() -> io::Result<()> {
    let mut args = env::args().skip(1);
    let port = args.next().unwrap_or_else(|| "9090".into());
    let host = args.next().unwrap_or_else(|| "127.0.0.1".into());
    let members = Arc::new(Members::default());
    for (number, client) in (1..).zip(TcpListener::bind(format!("{host}:{port}"))?.incoming()) {
        let client = client?;
        let outgoing = client.try_clone()?;
        let (sender, lines) = mpsc::channel();
        members.lock().unwrap().push((number, sender));
        let members = Arc::clone(&members);
        thread::spawn(move || write(&lines, outgoing));
        thread::spawn(move || read(number, &client, &members));
    }
    Ok(())
}

fn read(number: u32, client: &TcpStream, members: &Members) {
    for line in BufReader::new(client).lines() {
        match line {
            Ok(line) if line != ":bye" => say(members, &line),
            _ => break,
        }
    }
    members.lock().unwrap().retain(|(member, _)| *member != number);
    say(members, "somebody has left");
}

fn write(lines: &Receiver<String>, mut client: TcpStream) {
    for line in lines {
        if client.write_all(line.as_bytes()).is_err() {
            return;
        }
    }
}

fn say(members: &Members, line: &str) {
    for (_, lines) in members.lock().unwrap().iter() {
        let _ = lines.send(format!("{line}\n"));
    }
}
