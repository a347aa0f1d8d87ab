// Wrong: says on standard output what it should write into server.log.
use std::env;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;

fn main() -> io::Result<()> {
    let mut args = env::args().skip(1);
    let port = args.next().unwrap_or_else(|| "9090".into());
    let host = args.next().unwrap_or_else(|| "127.0.0.1".into());
    unsafe { signal(SIGINT, goodbye) };
    let listener = TcpListener::bind(format!("{host}:{port}"))?;
    loop {
        let (client, address) = listener.accept()?;
        thread::spawn(move || {
            println!("INFO {address} connected");
            match echo(client, address) {
                Ok(()) => println!("INFO {address} left"),
                Err(error) => println!("WARNING {address} lost: {error}"),
            }
        });
    }
}

fn echo(mut client: TcpStream, address: SocketAddr) -> io::Result<()> {
    let mut buffer = [0; 16 * 1024];
    loop {
        let received = client.read(&mut buffer)?;
        if received == 0 {
            return Ok(());
        }
        println!("INFO {address} said {received} bytes");
        client.write_all(&buffer[..received])?;
    }
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
