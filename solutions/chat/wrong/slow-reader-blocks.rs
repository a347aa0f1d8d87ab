// Wrong: writes to the clients while it holds the list, so that one who does not read stops all.
use std::env;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

type Members = Mutex<Vec<(u32, TcpStream)>>;

fn main() -> io::Result<()> {
    let mut args = env::args().skip(1);
    let port = args.next().unwrap_or_else(|| "9090".into());
    let host = args.next().unwrap_or_else(|| "127.0.0.1".into());
    let members = Arc::new(Members::default());
    for (number, client) in (1..).zip(TcpListener::bind(format!("{host}:{port}"))?.incoming()) {
        let client = client?;
        members.lock().unwrap().push((number, client.try_clone()?));
        let members = Arc::clone(&members);
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
}

fn say(members: &Members, line: &[u8]) {
    for (_, client) in members.lock().unwrap().iter_mut() {
        let _ = client.write_all(&[line, b"\n"].concat());
    }
}
