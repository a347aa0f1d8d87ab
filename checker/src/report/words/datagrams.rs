//! Why no answer came to a datagram: where it went instead, and where it should have gone.

use rust_i18n::t;

use super::scene::{Act, Deed, Scene};
use crate::model::stage::Seat;
use crate::model::transcript::What;
use crate::report::bytes::{Showing, quoted_beginning, visible};

/// None where nobody sent a datagram to the program last. `does` says what the program's threads do.
pub fn in_vain(subject: Seat, does: &str, scene: Scene, showing: Showing) -> Option<String> {
    let act = scene.act.filter(|act| scene.has_no_connection(act.seat))?;
    let Deed::Sent(sent) = act.what else { return None };
    let who = scene.name(act.seat);
    if let Some(from) = from_elsewhere(act, subject, scene) {
        let told = t!(
            "an answer came from %{address}, and not from the port that %{who} sent to: the socket that received must answer",
            address = from,
            who = who
        );
        return Some(told.into_owned());
    }
    if let Some(other) = to_another(act, scene) {
        let told = t!(
            "%{other} got the answer to what %{who} sent: it must go to the address that recv_from() gave with it",
            other = other,
            who = who
        );
        return Some(told.into_owned());
    }
    let sent = quoted_beginning(&sent.head, sent.total, showing);
    let told = match scene.answer(act, act.seat) {
        super::scene::Answer::Nothing => {
            t!("nothing came back for %{sent} from %{who}: %{does}", sent = sent, who = who, does = does)
        }
        super::scene::Answer::Only(came) => t!(
            "only %{came} came back for %{sent} from %{who}: %{does}",
            came = quoted_beginning(&came.head, came.total, showing),
            sent = sent,
            who = who,
            does = does
        ),
    };
    Some(told.into_owned())
}

fn from_elsewhere(act: Act, subject: Seat, scene: Scene) -> Option<String> {
    let name = scene.seats.get(subject.0)?;
    let mut since = scene.since(act).filter(|entry| entry.who == *name);
    since.find_map(|entry| match &entry.what {
        What::Strayed { from, .. } => Some(from.to_string()),
        _ => None,
    })
}

fn to_another(act: Act, scene: Scene) -> Option<String> {
    let own = scene.seats.get(act.seat.0)?;
    let others = |who: &str| who != own && scene.seats.iter().any(|name| name == who);
    let mut heard = scene.since(act).filter(|entry| others(&entry.who));
    let other = heard.find(|entry| matches!(entry.what, What::Received(_)))?;
    Some(visible(&other.who))
}
