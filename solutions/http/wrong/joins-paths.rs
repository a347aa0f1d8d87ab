// Joins folder and path, and forgets that an absolute path makes join forget the folder.
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let listener = TcpListener::bind(("127.0.0.1", args[1].parse().unwrap())).unwrap();
    for client in listener.incoming().flatten() {
        let folder = args.get(3).cloned();
        std::thread::spawn(move || serve(&client, folder));
    }
}

fn serve(mut client: &TcpStream, folder: Option<String>) {
    let lines: Vec<String> =
        BufReader::new(client).lines().map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
    let Some(target) = lines.first().and_then(|line| line.split(' ').nth(1)) else { return };
    let name = if target == "/" { "index.html" } else { &target[1..] };
    let file = folder.filter(|_| !name.contains("..")).map(|folder| Path::new(&folder).join(name));
    let body = file.and_then(|file| std::fs::read(file).ok());
    let page = (target == "/").then(|| "<h1>Olá, mundo!</h1></html>".as_bytes().to_vec());
    let (status, body) = match body.or(page) {
        Some(body) => ("200 OK", body),
        None => ("404 Not Found", b"404".to_vec()),
    };
    let kind = match name.rsplit('.').next() {
        Some("css") => "text/css",
        Some("txt") => "text/plain",
        _ => "text/html; charset=utf-8",
    };
    let head = format!("HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n", body.len());
    let _ = client.write_all(&[head.as_bytes(), &body].concat());
}
