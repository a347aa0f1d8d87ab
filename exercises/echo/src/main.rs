//! `echo PORT HOST`: sends every byte of one client back to it, then ends.

use std::env;
use std::error::Error;
use std::io;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let port = args.next().map_or(Ok(9090), |port| port.parse())?;
    let host = args.next().unwrap_or_else(|| "127.0.0.1".into());
    echo_one(&host, port)?;
    Ok(())
}

/// Accepts one client and sends back what it says, until it ends its side.
fn echo_one(host: &str, port: u16) -> io::Result<()> {
    // 1. Listen and accept one client, as in `hello`.
    // 2. Have a buffer for bytes, such as `[0; 4096]`, and read into it once. `read` returns how
    //    many bytes came. What does the rest of the buffer hold then?
    // 3. Send back what came, and only that, with `write_all`.
    // 4. Do so again and again. Which value of `read` tells that the client has ended?
    //
    // Bytes are all you need here. Resist turning them into strings.
    todo!("listen on {host}:{port}, accept one client, echo its bytes")
}
