use rust_i18n::t;

use super::expected::{amounts_shown, narrow};
use super::{departed, duration, http, size};
use crate::model::outcome::Actual;
use crate::report::bytes::{Showing, quoted, visible};
use crate::report::count::{Noun, count};

/// What came instead, behind "actual".
pub fn actual(actual: &Actual, showing: Showing) -> String {
    match actual {
        Actual::SilenceAtRest => t!("silence: the program is at rest and will not send more"),
        Actual::SilenceFor(time) => t!("silence for %{time}", time = duration(*time)),
        Actual::NeverFellSilent(time) => {
            t!("other things, again and again for %{time}", time = duration(*time))
        }
        Actual::Line(line) => quoted(line, showing).into(),
        Actual::Unbound => t!("nobody receives there"),
        Actual::ExtraDatagram(bytes) => {
            t!("a datagram too many: %{bytes}", bytes = quoted(bytes, narrow(showing)))
        }
        Actual::ExtraLine(line) => t!("a line too many: %{line}", line = quoted(line, narrow(showing))),
        Actual::Bytes { offset: 0, bytes } => quoted(bytes, showing).into(),
        Actual::Bytes { offset, bytes } => {
            t!("%{bytes} from byte %{offset} on", bytes = quoted(bytes, narrow(showing)), offset = offset)
        }
        Actual::ExtraBytes(bytes) => t!("bytes too many: %{bytes}", bytes = quoted(bytes, narrow(showing))),
        Actual::WithoutNewline(text) => {
            let text = format!("{} {}", quoted(text, narrow(showing)), showing.no_newline);
            t!("%{text} without its newline", text = text.trim_end())
        }
        Actual::Lines { got: 0 } => t!("no line"),
        Actual::Lines { got } => count(*got, Noun::Line).into(),
        Actual::Ended { bytes: 0 } => t!("the end, before anything of it came"),
        Actual::Ended { bytes } => t!("the end, after %{bytes} of it", bytes = size(*bytes)),
        Actual::Reset { bytes: 0 } => t!("a reset, before anything of it came"),
        Actual::Reset { bytes } => t!("a reset, after %{bytes} of it", bytes = size(*bytes)),
        Actual::StillOpen => t!("the connection is still open"),
        Actual::Refused => t!("the connection was refused"),
        Actual::NoConnectionAtRest => t!("no connection: the program is at rest and will not connect"),
        Actual::NoConnectionFor(time) => t!("no connection for %{time}", time = duration(*time)),
        Actual::ConnectedAnyway => t!("the connection was made"),
        Actual::InAcceptQueue => t!("the connection waits in the accept queue: nobody accepted it"),
        Actual::TakenOnly { bytes } => t!("it took only %{bytes}", bytes = size(*bytes)),
        Actual::Repeated { value } => {
            t!("two of them have %{value}", value = quoted(value, narrow(showing)))
        }
        Actual::Exited(how) => departed(*how).into(),
        Actual::ExitedAfter(time) => t!("the program exited after %{time}", time = duration(*time)),
        Actual::Running => t!("the program is still running"),
        Actual::Has(amounts) => amounts_shown(amounts).into(),
        Actual::BusyFor(time) => {
            t!("the program kept a processor busy for %{time}", time = duration(*time))
        }
        Actual::CouldNotStart(why) => t!("the program could not be started: %{why}", why = visible(why)),
        Actual::LimitExceeded(limit) => t!("a limit was exceeded: %{limit}", limit = visible(limit)),
        Actual::BuildFailed => t!("the program did not build"),
        Actual::Http(actual) => http::actual(actual, showing).into(),
    }
    .into_owned()
}
