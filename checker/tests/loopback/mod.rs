//! A web server of this machine's own loopback, that says whatever a test wants.
#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

pub enum Answer {
    /// 200 with this content.
    Content(Vec<u8>),
    /// 200 with a length that is not the content's.
    Short(Vec<u8>, usize),
    Status(u16),
    Redirect(String),
    /// 200 and bytes without an end.
    Endless,
    /// A header line without an end.
    EndlessHeader,
    /// 200 and a byte now and then, without an end.
    Drip,
    /// The connection stays open, and nothing comes.
    Silence,
}

pub struct Server {
    pub url: String,
}

/// Serves on a free port until the test process ends; the closure gets what is behind the first slash.
pub fn serve(answer: impl Fn(&str) -> Answer + Send + Sync + 'static) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let answer = Arc::new(answer);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let answer = Arc::clone(&answer);
            // A client that has had enough of it leaves: no failure of the server's.
            thread::spawn(move || drop(converse(stream, &*answer)));
        }
    });
    Server { url }
}

/// Serves the files of a folder.
pub fn serve_folder(folder: PathBuf) -> Server {
    serve(move |path| content(&folder, path))
}

pub fn content(folder: &std::path::Path, path: &str) -> Answer {
    std::fs::read(folder.join(path)).map_or(Answer::Status(404), Answer::Content)
}

fn converse(mut stream: TcpStream, answer: &dyn Fn(&str) -> Answer) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let request = lines.next().transpose()?.unwrap_or_default();
    while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
    let path = request.split(' ').nth(1).unwrap_or_default().trim_start_matches('/').to_owned();
    let head = |status: &str, more: &str| format!("HTTP/1.1 {status}\r\nConnection: close\r\n{more}\r\n");
    match answer(&path) {
        Answer::Content(content) => {
            stream.write_all(head("200 OK", &format!("Content-Length: {}\r\n", content.len())).as_bytes())?;
            stream.write_all(&content)
        }
        Answer::Short(content, length) => {
            stream.write_all(head("200 OK", &format!("Content-Length: {length}\r\n")).as_bytes())?;
            stream.write_all(&content)
        }
        Answer::Status(status) => {
            stream.write_all(head(&format!("{status} x"), "Content-Length: 0\r\n").as_bytes())
        }
        Answer::Redirect(to) => {
            let more = format!("Location: {to}\r\nContent-Length: 0\r\n");
            stream.write_all(head("302 Found", &more).as_bytes())
        }
        Answer::Endless => {
            stream.write_all(head("200 OK", "").as_bytes())?;
            loop {
                stream.write_all(&[b' '; 8192])?;
            }
        }
        Answer::EndlessHeader => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nX-Long: ")?;
            loop {
                stream.write_all(&[b'x'; 8192])?;
            }
        }
        Answer::Drip => {
            stream.write_all(head("200 OK", "").as_bytes())?;
            // The pace of the drops; nobody ever says that it is enough.
            let (_more, enough) = mpsc::channel::<()>();
            loop {
                stream.write_all(b" ")?;
                let _ = enough.recv_timeout(Duration::from_millis(20));
            }
        }
        Answer::Silence => {
            // Until the client leaves.
            let mut rest = [0; 16];
            while stream.read(&mut rest)? > 0 {}
            Ok(())
        }
    }
}
