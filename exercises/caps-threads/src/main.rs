//! `caps-threads PORT HOST`: greets each client with its number, and echoes its lines in capitals.

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
    // 1. Listen and accept in a loop. A thread of its own serves each client: `thread::spawn` with a
    //    `move` closure that takes the stream along.
    // 2. Greet: `Echo server (client N).` Each client has an N of its own. Which of your threads knows
    //    for certain who came first?
    // 3. Read lines, and send each back in capitals, newline included. `upper_case` is below.
    // 4. `tchau` or `bye`, alone in its line: echo it, then let the connection end. Cut what arrives
    //    into lines first, and only then look at what a line says.
    // 5. Somebody's connection breaks. Whom does it concern?
    let _ = upper_case; // Until you call it: a function that nobody calls makes the compiler wonder.
    todo!("listen on {host}:{port}, echo every client's lines in capitals")
}

/// Text in capitals; bytes that are no text stay as they are. You wrote this one for `echocaps`.
fn upper_case(bytes: &[u8]) -> Vec<u8> {
    let mut upper = Vec::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        upper.extend_from_slice(chunk.valid().to_uppercase().as_bytes());
        upper.extend_from_slice(chunk.invalid());
    }
    upper
}
