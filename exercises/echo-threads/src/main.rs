//! `echo-threads PORT HOST`: echoes many clients at the same time, and keeps a log, until Ctrl-C.

mod interrupt;

use std::env;
use std::error::Error;
use std::io;
use std::time::{SystemTime, UNIX_EPOCH};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let port = args.next().map_or(Ok(9090), |port| port.parse())?;
    let host = args.next().unwrap_or_else(|| "127.0.0.1".into());
    interrupt::on_interrupt(|| {
        // 5. Ctrl-C was pressed; this runs in a thread of its own. Clients may be connected, and
        //    their threads sleep in `read`. Print `Goodbye.` and end the program with status 0.
        todo!("say goodbye and end the program")
    })?;
    serve(&host, port)?;
    Ok(())
}

/// Lets clients in for ever; returns only where it cannot listen.
fn serve(host: &str, port: u16) -> io::Result<()> {
    // 1. Listen and accept in a loop. Each client gets a thread of its own that echoes its bytes.
    // 2. A client's error is the end of that client's thread, and of nothing else. Look at each `?`
    //    and each `unwrap`: whom does it take along?
    // 3. Open `server.log` (`File::options` has `create` and `append`) before the first client comes,
    //    and let all threads have it (`Arc`).
    // 4. Write a line for each connect, each message and each leave: time, level, what happened. One
    //    line is one call of `write_all`. What if a client sends a newline in the middle of its words?
    println!("it is {}", time_of_day());
    todo!("listen on {host}:{port}, echo all clients, keep a log")
}

/// The time of day in Greenwich, such as `14:03:27`. `std` knows no calendars and no time zones.
fn time_of_day() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |passed| passed.as_secs());
    format!("{:02}:{:02}:{:02}", seconds / 3600 % 24, seconds / 60 % 60, seconds % 60)
}
