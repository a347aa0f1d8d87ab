// Wrong: carries the error of one connection out of main.
use std::env;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};

fn main() -> io::Result<()> {
    let mut args = env::args().skip(1);
    let port = args.next().unwrap_or_else(|| "9090".into());
    let host = args.next().unwrap_or_else(|| "127.0.0.1".into());
    unsafe { signal(SIGINT, end) };
    for client in TcpListener::bind(format!("{host}:{port}"))?.incoming() {
        echo(client?)?;
    }
    Ok(())
}

fn echo(mut client: TcpStream) -> io::Result<()> {
    let mut buffer = [0; 16 * 1024];
    loop {
        let received = client.read(&mut buffer)?;
        if received == 0 {
            return Ok(());
        }
        client.write_all(&buffer[..received])?;
    }
}

const SIGINT: i32 = 2;

unsafe extern "C" {
    fn signal(number: i32, handler: extern "C" fn(i32)) -> usize;
    fn _exit(status: i32) -> !;
}

extern "C" fn end(_: i32) {
    unsafe { _exit(0) }
}
