//! `http PORT HOST FOLDER`: a small web server.

mod site;

use std::env;
use std::error::Error;
use std::io;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let port = args.next().map_or(Ok(9090), |port| port.parse())?;
    let host = args.next().unwrap_or_else(|| "127.0.0.1".into());
    let folder = args.next();
    serve(&host, port, folder.as_deref())?;
    Ok(())
}

/// Lets clients in for ever; returns only where it cannot listen.
fn serve(host: &str, port: u16, folder: Option<&str>) -> io::Result<()> {
    // 1. Accept, read the request's lines up to the empty one, and answer with the page `site::HOME`:
    //    a status line, headers that each end in \r\n, an empty line, the page. A browser is happy now.
    // 2. Look at the request: 404 for another path, 405 for another method, 400 for what is no HTTP.
    // 3. A thread for each connection, so that nobody waits for a client who says nothing.
    // 4. A client may leave at any moment: an error ends its thread, and no other.
    // 5. A line in `server.log` for each request, whichever thread writes it (`site::time`).
    // 6. The files of the folder, by type (`site::kind`). Which paths lead out of it?
    todo!(
        "listen on {host}:{port}, answer GET / with {} bytes, or with a file of {folder:?}",
        site::HOME.len()
    )
}
