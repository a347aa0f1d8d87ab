// Wrong: the queue of a client who does not read fills up, and who speaks waits for room in it.
use std::collections::BTreeMap;
use std::env;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{self, SyncSender};
use std::sync::{Arc, Mutex};
use std::thread;

type Members = Mutex<BTreeMap<u32, SyncSender<Vec<u8>>>>;

fn main() -> io::Result<()> {
    let mut args = env::args().skip(1);
    let port = args.next().unwrap_or_else(|| "9090".into());
    let host = args.next().unwrap_or_else(|| "127.0.0.1".into());
    let members = Arc::new(Members::default());
    for (number, client) in (1..).zip(TcpListener::bind(format!("{host}:{port}"))?.incoming()) {
        let client = client?;
        let mut outgoing = client.try_clone()?;
        let (sender, queue) = mpsc::sync_channel::<Vec<u8>>(64);
        members.lock().unwrap().insert(number, sender);
        thread::spawn(move || queue.iter().try_for_each(|line| outgoing.write_all(&line)));
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
    members.lock().unwrap().remove(&number);
    say(members, b"somebody has left");
}

fn say(members: &Members, line: &[u8]) {
    for queue in members.lock().unwrap().values() {
        let _ = queue.send([line, b"\n"].concat());
    }
}
