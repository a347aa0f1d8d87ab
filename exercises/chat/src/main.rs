//! `chat PORT HOST`: a room in which every client hears what each of them says.

use std::env;
use std::error::Error;
use std::io;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let port = args.next().map_or(Ok(9090), |port| port.parse())?;
    let host = args.next().unwrap_or_else(|| "127.0.0.1".into());
    serve(&host, port)?;
    Ok(())
}

/// Lets clients in for ever; returns only where it cannot listen.
fn serve(host: &str, port: u16) -> io::Result<()> {
    // 1. Listen, accept in a loop, and give each client a thread that reads its lines as bytes
    //    (`BufReader` and `BufRead`) and sends each line back to it. One client is happy now.
    // 2. Have one list of all clients that the threads share (`Arc<Mutex<...>>`); a second handle on
    //    a stream comes from `try_clone`. Put a client into the list before its thread starts.
    // 3. Send each line to everybody in the list. Three clients are happy now.
    // 4. `:bye`, the end of the stream and an error while reading all lead out: take the client off
    //    the list and tell the others.
    // 5. Somebody stops reading. Who waits, and for what, while your thread writes to that client
    //    with the list locked? A queue and a writing thread per client (`std::sync::mpsc`) part them.
    todo!("listen on {host}:{port}, let clients talk to each other")
}
