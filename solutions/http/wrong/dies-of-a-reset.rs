// Takes an error of one client for the end of the world.
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};

const PAGE: &str = "<h1>Olá, mundo!</h1></html>";

fn main() {
    let port = std::env::args().nth(1).unwrap().parse().unwrap();
    for client in TcpListener::bind(("127.0.0.1", port)).unwrap().incoming() {
        let client = client.unwrap();
        std::thread::spawn(move || {
            if let Err(error) = serve(&client) {
                eprintln!("http: {error}");
                std::process::exit(1);
            }
        });
    }
}

fn serve(mut client: &TcpStream) -> std::io::Result<()> {
    for line in BufReader::new(client).lines() {
        if line?.is_empty() {
            let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n";
            return write!(client, "{head}Content-Length: {}\r\n\r\n{PAGE}", PAGE.len());
        }
    }
    Ok(())
}
