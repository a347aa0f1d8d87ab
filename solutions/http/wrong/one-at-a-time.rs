// Serves one client after the other: whoever says nothing holds up all others.
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;

const PAGE: &str = "<h1>Olá, mundo!</h1></html>";

fn main() {
    let port = std::env::args().nth(1).unwrap().parse().unwrap();
    for mut client in TcpListener::bind(("127.0.0.1", port)).unwrap().incoming().flatten() {
        let lines: Vec<String> =
            BufReader::new(&client).lines().map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
        let status = match lines.first().map(String::as_str).unwrap_or_default() {
            "GET / HTTP/1.1" => "200 OK",
            _ => "404 Not Found",
        };
        let head = format!("HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\n");
        let _ = write!(client, "{head}Content-Length: {}\r\n\r\n{PAGE}", PAGE.len());
    }
}
