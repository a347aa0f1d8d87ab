// Wrong: turns bytes into text with unwrap while it holds the lock of the log, which the panic poisons for all.
use std::env;
use std::fs::File;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

fn main() -> io::Result<()> {
    let mut args = env::args().skip(1);
    let port = args.next().unwrap_or_else(|| "9090".into());
    let host = args.next().unwrap_or_else(|| "127.0.0.1".into());
    unsafe { signal(SIGINT, goodbye) };
    let log = Arc::new(Mutex::new(File::create("server.log")?));
    let listener = TcpListener::bind(format!("{host}:{port}"))?;
    loop {
        let (client, address) = listener.accept()?;
        let log = Arc::clone(&log);
        thread::spawn(move || serve(client, address, &log));
    }
}

fn serve(client: TcpStream, address: SocketAddr, log: &Mutex<File>) {
    write(log, &format!("INFO {address} connected"), b"");
    match echo(client, address, log) {
        Ok(()) => write(log, &format!("INFO {address} left"), b""),
        Err(error) => write(log, &format!("WARNING {address} lost: {error}"), b""),
    }
}

fn echo(mut client: TcpStream, address: SocketAddr, log: &Mutex<File>) -> io::Result<()> {
    let mut buffer = [0; 16 * 1024];
    loop {
        let received = client.read(&mut buffer)?;
        if received == 0 {
            return Ok(());
        }
        write(log, &format!("INFO {address} said"), &buffer[..received]);
        client.write_all(&buffer[..received])?;
    }
}

fn write(log: &Mutex<File>, message: &str, said: &[u8]) {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |passed| passed.as_secs());
    let mut log = log.lock().unwrap();
    let said = str::from_utf8(said).unwrap();
    let _ = writeln!(log, "{seconds} {message} {said:?}");
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
