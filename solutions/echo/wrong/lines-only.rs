// Wrong: waits for a newline before it answers.
use std::env;
use std::io::{self, BufRead, BufReader, Write};
use std::net::TcpListener;

fn main() -> io::Result<()> {
    let mut args = env::args().skip(1);
    let port = args.next().unwrap_or_else(|| "9090".into());
    let host = args.next().unwrap_or_else(|| "127.0.0.1".into());
    let (client, _) = TcpListener::bind(format!("{host}:{port}"))?.accept()?;
    let mut reader = BufReader::new(&client);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line)? > 0 {
        (&client).write_all(&line)?;
        line.clear();
    }
    Ok(())
}
