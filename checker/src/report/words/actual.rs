use super::expected::{amounts_shown, narrow};
use super::{departure, duration, size};
use crate::model::outcome::Actual;
use crate::report::bytes::{Showing, count, quoted, visible};

/// What came instead, behind "actual".
pub fn actual(actual: &Actual, showing: Showing) -> String {
    match actual {
        Actual::SilenceAtRest => "silence: the program is at rest and will not send more".to_owned(),
        Actual::SilenceFor(time) => format!("silence for {}", duration(*time)),
        Actual::NeverFellSilent(time) => {
            format!("other things, again and again for {}", duration(*time))
        }
        Actual::Line(line) => quoted(line, showing),
        Actual::ExtraLine(line) => format!("a line too many: {}", quoted(line, narrow(showing))),
        Actual::Bytes { offset: 0, bytes } => quoted(bytes, showing),
        Actual::Bytes { offset, bytes } => {
            format!("{} from byte {offset} on", quoted(bytes, narrow(showing)))
        }
        Actual::ExtraBytes(bytes) => format!("bytes too many: {}", quoted(bytes, narrow(showing))),
        Actual::WithoutNewline(text) => {
            format!("{} {}without its newline", quoted(text, narrow(showing)), showing.no_newline)
        }
        Actual::Lines { got: 0 } => "no line".to_owned(),
        Actual::Lines { got } => count(*got, "line"),
        Actual::Ended { bytes: 0 } => "the end, before anything of it came".to_owned(),
        Actual::Ended { bytes } => format!("the end, after {} of it", size(*bytes)),
        Actual::Reset { bytes: 0 } => "a reset, before anything of it came".to_owned(),
        Actual::Reset { bytes } => format!("a reset, after {} of it", size(*bytes)),
        Actual::StillOpen => "the connection is still open".to_owned(),
        Actual::Refused => "the connection was refused".to_owned(),
        Actual::ConnectedAnyway => "the connection was made".to_owned(),
        Actual::InAcceptQueue => "the connection waits in the accept queue: nobody accepted it".to_owned(),
        Actual::TakenOnly { bytes } => format!("it took only {}", size(*bytes)),
        Actual::Repeated { value } => format!("two of them have {}", quoted(value, narrow(showing))),
        Actual::Exited(how) => format!("the program {}", departure(*how)),
        Actual::ExitedAfter(time) => format!("the program exited after {}", duration(*time)),
        Actual::Running => "the program is still running".to_owned(),
        Actual::Has(amounts) => amounts_shown(amounts),
        Actual::BusyFor(time) => format!("the program kept a processor busy for {}", duration(*time)),
        Actual::CouldNotStart(why) => format!("the program could not be started: {}", visible(why)),
        Actual::LimitExceeded(limit) => format!("a limit was exceeded: {}", visible(limit)),
        Actual::BuildFailed => "the program did not build".to_owned(),
    }
}
