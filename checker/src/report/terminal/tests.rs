use super::*;
use crate::report::sample;

fn rendered(events: &[Event], palette: Palette) -> String {
    let mut out = Vec::new();
    let mut report = Terminal::new(&mut out, palette);
    for event in events {
        report.event(event).unwrap();
    }
    drop(report);
    String::from_utf8(out).unwrap()
}

#[test]
fn a_lab_in_unicode() {
    insta::assert_snapshot!(rendered(&sample::small(), Palette::UNCOLOURED));
}

#[test]
fn a_lab_in_colour() {
    insta::assert_snapshot!(rendered(&sample::small(), Palette::FULL).replace('\u{1b}', "␛"));
}

#[test]
fn a_run_in_unicode() {
    insta::assert_snapshot!(rendered(&sample::run(), Palette::UNCOLOURED));
}

#[test]
fn a_run_in_ascii() {
    insta::assert_snapshot!(rendered(&sample::run(), Palette::PLAIN));
}

#[test]
fn colours_change_nothing_but_colours() {
    let coloured = rendered(&sample::run(), Palette::FULL);
    let mut bare = String::new();
    let mut rest = coloured.as_str();
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        bare.push_str(before);
        let (parameters, after) = after.split_once('m').unwrap();
        assert!(parameters.chars().all(|c| c.is_ascii_digit() || c == ';'), "{parameters:?}");
        rest = after;
    }
    assert_eq!(bare + rest, rendered(&sample::run(), Palette::UNCOLOURED));
}

#[test]
fn nothing_that_a_program_says_is_obeyed() {
    for palette in [Palette::PLAIN, Palette::UNCOLOURED] {
        let text = rendered(&sample::run(), palette);
        assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "control characters");
        assert!(!text.contains('\u{202e}'));
        assert!(!text.lines().any(|line| line.trim_start().starts_with("::")), "{text}");
        assert!(!text.contains("##["), "{text}");
    }
}

#[test]
fn eighty_columns_are_enough() {
    for palette in [Palette::PLAIN, Palette::UNCOLOURED] {
        let text = rendered(&sample::run(), palette);
        for line in text
            .lines()
            .filter(|line| !["again", "by hand"].iter().any(|label| line.trim_start().starts_with(label)))
        {
            assert!(line.width() <= 80, "{} columns: {line}", line.width());
        }
    }
}

#[test]
fn plain_text_needs_only_ascii_for_its_own_words() {
    let text = rendered(&sample::small(), Palette::PLAIN);
    assert!(text.is_ascii(), "{text}");
}

#[test]
fn hidden_checks_tell_only_their_verdict() {
    let text = rendered(&sample::run(), Palette::UNCOLOURED);
    assert!(text.contains("something that is checked behind a curtain"));
    assert!(!text.contains("top secret"));
}

#[test]
fn a_check_is_shown_as_soon_as_it_has_finished() {
    let events = sample::small();
    let at = events.iter().position(|event| matches!(event, Event::CheckFinished(_))).unwrap();
    assert!(rendered(&events[..=at], Palette::UNCOLOURED).contains("✓ relay"));
    let header = events.iter().position(|event| matches!(event, Event::LabStarted(_))).unwrap();
    assert_eq!(rendered(&events[..=header], Palette::UNCOLOURED), "chat  Mini chat");
}
