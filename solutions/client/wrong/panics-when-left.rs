// Wrong: takes for granted that a question is answered, and panics when the server hangs up.
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
        io::stdout().flush()?;
        let line = lines.next().transpose()?.unwrap_or_default();
        if ["", "sair", "quit"].contains(&line.to_lowercase().as_str()) {
            println!("Bye.");
            return Ok(());
        }
        server.write_all(format!("{line}\n").as_bytes())?;
        let mut answer = String::new();
        answers.read_line(&mut answer)?;
        println!("{}", answer.strip_suffix('\n').expect("an answer"));
    }
}
