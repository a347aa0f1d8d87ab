//! `chat PORT HOST`: a room in which every client hears what each of them says.
//!
//! Each client has two threads. One reads its lines and hands them to the room; the other writes
//! what the room says to it. Between the room and a writing thread lies a queue that takes a line
//! without ever blocking, so that a client who does not read holds up nobody but itself. The price
//! is memory: a server for strangers would limit those queues and drop whoever falls too far behind.

use std::collections::BTreeMap;
use std::env;
use std::error::Error;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let port = args.next().map_or(Ok(9090), |port| port.parse())?;
    let host = args.next().unwrap_or_else(|| "127.0.0.1".into());
    serve(&TcpListener::bind((host.as_str(), port))?);
    Ok(())
}

/// Lets clients in, for ever.
fn serve(listener: &TcpListener) {
    let room = Arc::new(Room::default());
    for (number, client) in (1..).zip(listener.incoming()) {
        // A client that is lost on the doorstep is no reason to close the house.
        if let Err(error) = client.and_then(|client| admit(&room, number, client)) {
            eprintln!("client {number}: {error}");
        }
    }
}

/// Makes the client a member, and starts its two threads.
fn admit(room: &Arc<Room>, number: u32, client: TcpStream) -> io::Result<()> {
    // Without this the kernel may hold a line back until the one before is acknowledged.
    client.set_nodelay(true)?;
    let outgoing = client.try_clone()?;
    // Before the next client is accepted: whoever connects first hears everything from then on.
    let queue = room.enter(number);
    thread::spawn(move || write_lines(&queue, outgoing));
    let room = Arc::clone(room);
    thread::spawn(move || {
        if let Err(error) = read_lines(&room, &client) {
            eprintln!("client {number}: {error}");
        }
        room.leave(number);
    });
    Ok(())
}

/// Hands the client's lines to the room until it says `:bye` or its side of the connection ends.
fn read_lines(room: &Room, client: &TcpStream) -> io::Result<()> {
    // Bytes, not strings: what is no UTF-8 is still a line.
    for line in BufReader::new(client).split(b'\n') {
        let line = line?;
        match line.strip_suffix(b"\r").unwrap_or(&line) {
            b":bye" => break,
            line => room.say(line),
        }
    }
    Ok(())
}

/// Writes what the room says until the member has left and its queue is empty.
fn write_lines(queue: &Receiver<Line>, mut client: TcpStream) {
    for line in queue {
        // The reading thread notices a lost connection too, and it is the one that leaves the room.
        if client.write_all(&line).is_err() {
            return;
        }
    }
}

/// A line with its newline, shared by all the queues that it lies in.
type Line = Arc<[u8]>;

/// Who is here: a queue of lines for each member, by the number of the client.
#[derive(Default)]
struct Room {
    members: Mutex<BTreeMap<u32, Sender<Line>>>,
}

impl Room {
    /// Adds a member and returns the other end of its queue.
    fn enter(&self, number: u32) -> Receiver<Line> {
        let (sender, receiver) = mpsc::channel();
        self.members().insert(number, sender);
        receiver
    }

    /// Tells every member, the speaker too.
    fn say(&self, line: &[u8]) {
        send_to_all(&self.members(), line);
    }

    /// Removes a member, which ends its queue, and tells the others.
    fn leave(&self, number: u32) {
        let mut members = self.members();
        members.remove(&number);
        send_to_all(&members, format!("* client {number} has left").as_bytes());
    }

    fn members(&self) -> MutexGuard<'_, BTreeMap<u32, Sender<Line>>> {
        // The map is whole after every single change, whatever happened to the thread that made it.
        self.members.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Queues the line for all. The caller holds the lock, so everybody gets all lines in the same order.
fn send_to_all(members: &BTreeMap<u32, Sender<Line>>, line: &[u8]) {
    let line: Line = [line, b"\n"].concat().into();
    for queue in members.values() {
        // Refused only where the writing thread has ended; its reading thread is about to leave.
        let _ = queue.send(Arc::clone(&line));
    }
}
