//! What `:help` says.

use rust_i18n::t;

use crate::report::style::{Ink, Palette};

/// Columns of the commands.
const COLUMN: usize = 18;

pub fn text(palette: &Palette) -> String {
    let rows = [
        ("oi", t!("the one of the prompt sends oi and a newline")),
        ("bia: oi", t!("bia sends it; the prompt stays; also srv: oi, user: oi")),
        ("::bye", t!("sends :bye, which would be a command otherwise")),
        (":open [bia]", t!("a new client connects, and speaks from here on")),
        (":open bia udp", t!("a UDP client: each line is a datagram, without newline")),
        (":as ana", t!("ana speaks from here on; :as user speaks to standard input")),
        (":close [bia]", t!("closes the connection; :reset breaks it off")),
        (":halfclose [bia]", t!("stops sending, goes on receiving")),
        (":stopreading", t!("a slow reader: takes in nothing; :readagain does again")),
        (":raw \"a\\xC3\\n\"", t!("sends these bytes and no newline: \\n \\r \\t \\0 \\xC3")),
        (":pieces 1", t!("what follows is sent byte by byte; :pieces off ends that")),
        (":type TEXT", t!("a line to the program's standard input; :endinput ends it")),
        (":press Ctrl-C", t!("a key of the program's terminal, as Up, Tab or Ctrl-D")),
        (":instead TEXT", t!("a datagram from elsewhere to whom the server would answer")),
        (":signal INT", t!("the program gets SIGINT")),
        (":restart", t!("ends the program and starts it again")),
        (":threads", t!("what each thread of the program does")),
        (":wait", t!("until the program has come to rest")),
        (":save FILE", t!("what was said so far, as a check for labs.yaml")),
        (":quit", t!("or Ctrl-D, or Ctrl-C twice: ends everything")),
    ];
    let row = |(command, does): &(&str, std::borrow::Cow<str>)| {
        let gap = " ".repeat(COLUMN.saturating_sub(command.len()));
        format!("  {}{gap}{does}\n", palette.paint(Ink::Strong, command))
    };
    let servers = t!("If your program is the client, its server accepts, and you are the user.");
    rows.iter().map(row).chain([format!("  {servers}\n")]).collect()
}
