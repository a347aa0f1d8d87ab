// Wrong: the prompt stays in the buffer of standard output.
use std::env;
use std::io::{self, BufRead, BufReader, Write};
use std::net::TcpStream;
use std::process::ExitCode;

fn main() -> ExitCode {
    let port = env::args().nth(1).and_then(|port| port.parse().ok()).unwrap_or(9090);
    match converse(port) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("client: {error}");
            ExitCode::FAILURE
        }
    }
}

fn converse(port: u16) -> io::Result<()> {
    let mut server = TcpStream::connect(("127.0.0.1", port))?;
    let mut answers = BufReader::new(server.try_clone()?);
    let mut lines = io::stdin().lines();
    loop {
        print!("> ");
        let line = lines.next().transpose()?.unwrap_or_default();
        if ["", "sair", "quit"].contains(&line.to_lowercase().as_str()) {
            println!("Bye.");
            return Ok(());
        }
        server.write_all(format!("{line}\n").as_bytes())?;
        let mut answer = String::new();
        if answers.read_line(&mut answer)? == 0 {
            return Err(io::Error::other("the server has gone"));
        }
        println!("{}", answer.trim_end_matches('\n'));
    }
}
