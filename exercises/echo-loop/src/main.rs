//! `echo-loop PORT HOST`: echoes one client after another, until Ctrl-C.

mod interrupt;

use std::env;
use std::error::Error;
use std::io;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let port = args.next().map_or(Ok(9090), |port| port.parse())?;
    let host = args.next().unwrap_or_else(|| "127.0.0.1".into());
    interrupt::on_interrupt(|| {
        // 4. Ctrl-C was pressed, and this runs in a thread of its own, while main waits in `accept` or
        //    `read`. How does a program end from here, with status 0? `std::process` has the call.
        todo!("end the program with status 0")
    })?;
    serve(&host, port)?;
    Ok(())
}

/// Echoes one client after another, for ever; returns only where it cannot listen.
fn serve(host: &str, port: u16) -> io::Result<()> {
    // 1. Listen once. Your `echo` stopped listening after `accept`; what has to live longer now?
    // 2. Accept a client, echo its bytes until it ends, close its connection. `echo` has a function
    //    for that. Where in the loop is the connection closed?
    // 3. A client may also break its connection off. `read` returns an error then, and `?` would
    //    carry it out of the loop, and out of main. Whose end should it be?
    todo!("listen on {host}:{port}, echo one client after another")
}
