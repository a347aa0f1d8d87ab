//! `echo-threads PORT HOST`: echoes many clients at the same time, and keeps a log, until Ctrl-C.

mod interrupt;

use std::env;
use std::error::Error;
use std::fmt::Display;
use std::fs::File;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process;
use std::sync::Arc;
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let port = args.next().map_or(Ok(9090), |port| port.parse())?;
    let host = args.next().unwrap_or_else(|| "127.0.0.1".into());
    let log = Arc::new(Log::open("server.log")?);
    // The clients' threads may sleep in read for hours; nothing of theirs has to be put in order.
    interrupt::on_interrupt(|| {
        println!("Goodbye.");
        process::exit(0)
    })?;
    serve(&TcpListener::bind((host.as_str(), port))?, &log);
    Ok(())
}

/// Lets clients in, for ever.
fn serve(listener: &TcpListener, log: &Arc<Log>) {
    loop {
        match listener.accept() {
            Ok((client, address)) => {
                let session = Session { client, address, log: Arc::clone(log) };
                thread::spawn(move || session.run());
            }
            Err(error) => log.write("ERROR", format!("nobody could be accepted: {error}")),
        }
    }
}

/// One client, and all that its thread needs to serve it.
struct Session {
    client: TcpStream,
    address: SocketAddr,
    log: Arc<Log>,
}

impl Session {
    /// Takes the session by value: when this returns, its connection is closed.
    fn run(mut self) {
        self.say("INFO", "connected");
        match self.echo() {
            Ok(()) => self.say("INFO", "left"),
            // The end of this thread, and of nothing else.
            Err(error) => self.say("WARNING", format!("lost: {error}")),
        }
    }

    /// Returns when the client has ended its side and has been sent all that it said.
    fn echo(&mut self) -> io::Result<()> {
        // Without this the kernel may hold a small answer back until the one before is acknowledged.
        self.client.set_nodelay(true)?;
        let mut buffer = [0; 16 * 1024];
        loop {
            let received = self.client.read(&mut buffer)?;
            if received == 0 {
                return Ok(());
            }
            let bytes = &buffer[..received];
            // Escaped: nobody may end a line of this log by what they say.
            self.say("INFO", format!("said \"{}\"", String::from_utf8_lossy(bytes).escape_debug()));
            self.client.write_all(bytes)?;
        }
    }

    fn say(&self, level: &str, what: impl Display) {
        self.log.write(level, format!("{} {what}", self.address));
    }
}

/// A file with one line for each thing that happened: time, level, message.
struct Log {
    file: File,
}

impl Log {
    fn open(name: &str) -> io::Result<Log> {
        // Appended, the kernel puts each write at the end, as a whole: threads need no lock for that.
        Ok(Log { file: File::options().create(true).append(true).open(name)? })
    }

    fn write(&self, level: &str, message: impl Display) {
        let line = format!("{} {level} {message}\n", time_of_day());
        // A full disk is no reason to send the clients home.
        if let Err(error) = (&self.file).write_all(line.as_bytes()) {
            eprintln!("server.log: {error}");
        }
    }
}

/// The time of day in Greenwich, such as `14:03:27`. `std` knows no calendars and no time zones.
fn time_of_day() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |passed| passed.as_secs());
    format!("{:02}:{:02}:{:02}", seconds / 3600 % 24, seconds / 60 % 60, seconds % 60)
}
