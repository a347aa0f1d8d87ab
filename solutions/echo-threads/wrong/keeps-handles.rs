// Wrong: keeps a handle on the stream of every client that ever came.
use std::env;
use std::fs::File;
use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

fn main() -> io::Result<()> {
    let mut args = env::args().skip(1);
    let port = args.next().unwrap_or_else(|| "9090".into());
    let host = args.next().unwrap_or_else(|| "127.0.0.1".into());
    unsafe { signal(SIGINT, goodbye) };
    let log = Arc::new(File::options().create(true).append(true).open("server.log")?);
    let listener = TcpListener::bind(format!("{host}:{port}"))?;
    let mut visitors = Vec::new();
    loop {
        let (client, address) = listener.accept()?;
        visitors.push(client.try_clone()?); // for the statistics
        let log = Arc::clone(&log);
        thread::spawn(move || serve(client, address, &log));
    }
}

fn serve(client: TcpStream, address: SocketAddr, log: &File) {
    write(log, &format!("INFO {address} connected"));
    let outcome = echo(&client, address, log);
    let _ = client.shutdown(Shutdown::Both);
    match outcome {
        Ok(()) => write(log, &format!("INFO {address} left")),
        Err(error) => write(log, &format!("WARNING {address} lost: {error}")),
    }
}

fn echo(mut client: &TcpStream, address: SocketAddr, log: &File) -> io::Result<()> {
    let mut buffer = [0; 16 * 1024];
    loop {
        let received = client.read(&mut buffer)?;
        if received == 0 {
            return Ok(());
        }
        let text = String::from_utf8_lossy(&buffer[..received]);
        write(log, &format!("INFO {address} said {text:?}"));
        client.write_all(&buffer[..received])?;
    }
}

fn write(mut log: &File, message: &str) {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |passed| passed.as_secs());
    let _ = log.write_all(format!("{seconds} {message}\n").as_bytes());
}

const SIGINT: i32 = 2;

unsafe extern "C" {
    fn signal(number: i32, handler: extern "C" fn(i32)) -> usize;
    fn _exit(status: i32) -> !;
}

extern "C" fn goodbye(_: i32) {
    let _ = io::stdout().write_all(b"Goodbye.\n");
    unsafe { _exit(0) }
}
