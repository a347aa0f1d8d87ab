//! An entry of a saved transcript in words, as the transcript of a run has it.

use rust_i18n::t;

use crate::report::results::document::TranscriptEntry;

/// What was done and said, to stand behind a name.
pub fn deed(entry: &TranscriptEntry) -> String {
    // Everything that cannot be seen is escaped already, but newlines and tabs.
    let text = entry.text.as_deref().unwrap_or_default().replace('\n', "\\n").replace('\t', "\\t");
    let said = |verb: std::borrow::Cow<str>| format!("{verb} \"{text}\"");
    match entry.what.as_str() {
        "started" => t!("starts: %{command}", command = text).into_owned(),
        "connected" => t!("connects").into_owned(),
        "accepted" => t!("accepts").into_owned(),
        "sent" => said(t!("sends")),
        "received" => said(t!("receives")),
        "received-from-another-address" => said(t!("receives from another address")),
        "received-end" => t!("receives the end").into_owned(),
        "received-reset" => t!("receives a reset").into_owned(),
        "stopped-sending" => t!("stops sending").into_owned(),
        "closed" => t!("closes").into_owned(),
        "reset" => t!("resets").into_owned(),
        "stopped-reading" => t!("stops reading").into_owned(),
        "read-again" => t!("reads again").into_owned(),
        "typed" => said(t!("types")),
        "pressed" => t!("presses %{key}", key = text).into_owned(),
        "ended-input" => t!("ends the input").into_owned(),
        "printed" => said(t!("prints")),
        "complained" => said(t!("complains")),
        "got-signal" => t!("gets %{signal}", signal = text).into_owned(),
        "failed" => t!("waits in vain").into_owned(),
        // How it ended is a sentence already; and what a later checker tells is better than nothing.
        _ => text,
    }
}
