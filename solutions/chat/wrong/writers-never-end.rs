// Wrong: a second list keeps the queue of everybody who ever came, and so no writing thread ever ends.
use std::env;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::thread;

type Members = Mutex<Vec<(u32, Sender<Vec<u8>>)>>;

fn main() -> io::Result<()> {
    let mut args = env::args().skip(1);
    let port = args.next().unwrap_or_else(|| "9090".into());
    let host = args.next().unwrap_or_else(|| "127.0.0.1".into());
    let members = Arc::new(Members::default());
    let mut guest_book = Vec::new();
    for (number, client) in (1..).zip(TcpListener::bind(format!("{host}:{port}"))?.incoming()) {
        let client = client?;
        let outgoing = client.try_clone()?;
        let (sender, lines) = mpsc::channel();
        guest_book.push(sender.clone()); // for private messages, one day
        members.lock().unwrap().push((number, sender));
        let members = Arc::clone(&members);
        thread::spawn(move || write(&lines, outgoing));
        thread::spawn(move || read(number, &client, &members));
    }
    Ok(())
}

fn read(number: u32, client: &TcpStream, members: &Members) {
    for line in BufReader::new(client).split(b'\n').map_while(Result::ok) {
        if line == b":bye" {
            break;
        }
        say(members, &line);
    }
    members.lock().unwrap().retain(|(member, _)| *member != number);
    say(members, b"somebody has left");
    let _ = client.shutdown(Shutdown::Both);
}

fn write(lines: &Receiver<Vec<u8>>, mut client: TcpStream) {
    for line in lines {
        let _ = client.write_all(&line); // the reading thread notices a lost connection
    }
}

fn say(members: &Members, line: &[u8]) {
    for (_, lines) in members.lock().unwrap().iter() {
        let _ = lines.send([line, b"\n"].concat());
    }
}
