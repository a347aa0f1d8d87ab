//! `http PORT HOST FOLDER`: a small web server.
//!
//! A thread for each connection reads one request, answers it and says goodbye. Browsers open as many
//! connections as they like, so one request for each is enough, and the end of a connection tells
//! everybody where they are.

mod log;
mod request;
mod response;
mod site;

use std::env;
use std::error::Error;
use std::io::{self, BufReader, Read};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use log::{Level, Log};
use request::{Asked, Request};
use response::Response;
use site::Site;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let port = args.next().map_or(Ok(9090), |port| port.parse())?;
    let host = args.next().unwrap_or_else(|| "127.0.0.1".into());
    let server = Server { site: Site::new(args.next())?, log: Log::open("server.log")? };
    serve(&TcpListener::bind((host.as_str(), port))?, &Arc::new(server));
    Ok(())
}

/// What all threads share. Nobody changes the site, and the log has its own lock.
struct Server {
    site: Site,
    log: Log,
}

/// Lets clients in, for ever.
fn serve(listener: &TcpListener, server: &Arc<Server>) {
    for client in listener.incoming() {
        let server = Arc::clone(server);
        thread::spawn(move || {
            // Whoever breaks off in the middle of a request harms nobody but themselves.
            if let Err(error) = client.and_then(|client| server.converse(&client)) {
                server.log.write(Level::Error, &error.to_string());
            }
        });
    }
}

impl Server {
    fn converse(&self, client: &TcpStream) -> io::Result<()> {
        let (response, asked) = match request::read(&mut BufReader::new(client))? {
            // The client left without asking anything.
            Asked::Nothing => return Ok(()),
            Asked::Nonsense => (Response::of_status(400, "Bad Request"), "malformed".to_owned()),
            Asked::For(request) => (self.answer(&request), format!("{} {}", request.method, request.target)),
        };
        response.write_to(client)?;
        self.log.write(Level::of(response.status), &format!("{asked} {}", response.status));
        say_goodbye(client)
    }

    fn answer(&self, request: &Request) -> Response {
        if request.method != "GET" {
            return Response::of_status(405, "Method Not Allowed").with("Allow", "GET");
        }
        self.site
            .page(&request.target)
            .map_or_else(|| Response::of_status(404, "Not Found"), |(kind, body)| Response::page(kind, body))
    }
}

/// Ends our direction first and reads what the client still sends: closing a socket with unread bytes
/// would be a reset, and could take the response away with it.
fn say_goodbye(client: &TcpStream) -> io::Result<()> {
    const ENOUGH: u64 = 1 << 20;
    client.shutdown(Shutdown::Write)?;
    io::copy(&mut client.take(ENOUGH), &mut io::sink())?;
    Ok(())
}
