//! `acknowledge PORT HOST`: welcomes each client and says of each line that it has come.

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

/// Serves one client after another, for ever; returns only where it cannot listen.
fn serve(host: &str, port: u16) -> io::Result<()> {
    // 1. Listen, accept, and go on after each client, as in `echo-loop`.
    // 2. Send `Welcome!` and a newline. The client has not said anything yet, and need not.
    // 3. Read a line, answer it with `Message received!` and a newline, and so on. What is a line?
    //    `read` knows nothing of them: it may bring half a one, or three and a half.
    //    `std::io::BufReader` keeps what came too early, and `BufRead` finds the newlines in it.
    // 4. Which value tells that no more lines will come?
    todo!("listen on {host}:{port}, welcome clients, acknowledge their lines")
}
