//! `echocaps PORT HOST`: sends one client's text back in upper case, then ends.

use std::env;
use std::error::Error;
use std::io;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let port = args.next().map_or(Ok(9090), |port| port.parse())?;
    let host = args.next().unwrap_or_else(|| "127.0.0.1".into());
    echo_in_caps(&host, port)?;
    Ok(())
}

/// Accepts one client and sends its text back in upper case, until it ends its side.
fn echo_in_caps(host: &str, port: u16) -> io::Result<()> {
    // 1. Begin with your `echo`. It has bytes in a buffer; upper case is for text.
    // 2. `str::from_utf8` looks whether bytes are text, `to_uppercase` knows every alphabet.
    //    Try it with `coração` before you go on.
    // 3. `ç` is two bytes. Keep the first one when the second has not come yet, and put it before
    //    what comes next. The error of `from_utf8` tells you both how far the text is good
    //    (`valid_up_to`) and whether more bytes could still mend it (`error_len`).
    // 4. Bytes that can never become text go back as they are.
    // 5. The client ends: is there still something that you keep?
    todo!("listen on {host}:{port}, accept one client, echo its text in upper case")
}
