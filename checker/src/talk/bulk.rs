//! Seeded content for `sends 8 MiB` and `sends 2000 lines of 4 KiB`, and the random words of a run.

use fastrand::Rng;

/// `count` bytes of every value.
pub fn bytes(rng: &mut Rng, count: u64) -> Vec<u8> {
    let mut content = vec![0; count as usize];
    rng.fill(&mut content);
    content
}

/// `lines` lines of `each` bytes with their newline, partly outside ASCII so that a character may
/// fall across two segments. Every line begins with its own number: none is like another.
pub fn lines(rng: &mut Rng, lines: u64, each: u64) -> Vec<u8> {
    const LETTERS: [&str; 32] = [
        "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "l", "m", "n", "o", "p", "q", "r", "s", "t", "u",
        "v", "x", "z", "ç", "ã", "é", "í", "ô", "ü", " ", "ñ", "ž",
    ];
    let mut content = Vec::with_capacity((lines * each) as usize);
    for number in 1..=lines {
        let start = content.len();
        let room = |content: &Vec<u8>| (each as usize).saturating_sub(content.len() - start + 1);
        let label = format!("{number} ");
        content.extend_from_slice(&label.as_bytes()[..label.len().min(room(&content))]);
        while room(&content) >= 2 {
            content.extend_from_slice(LETTERS[rng.usize(..LETTERS.len())].as_bytes());
        }
        // A space at the end would be invisible to whoever reads the report.
        if room(&content) == 1 {
            content.push(b'.');
        }
        content.push(b'\n');
    }
    content
}

/// So many words, each unlike the others.
pub fn words(rng: &mut Rng, count: usize) -> Vec<String> {
    let mut words: Vec<String> = Vec::with_capacity(count);
    while words.len() < count {
        let word = word(rng);
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words
}

/// A word that nobody can have written down beforehand: syllables, lower case, ASCII.
pub fn word(rng: &mut Rng) -> String {
    const CONSONANTS: &[u8] = b"bcdfglmnprstvz";
    const VOWELS: &[u8] = b"aeiou";
    (0..4)
        .flat_map(|_| [CONSONANTS[rng.usize(..CONSONANTS.len())], VOWELS[rng.usize(..VOWELS.len())]])
        .map(char::from)
        .collect()
}

/// The upper case of a text; bytes that are no UTF-8 stay as they are.
pub fn upper(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for chunk in text.utf8_chunks() {
        out.extend_from_slice(chunk.valid().to_uppercase().as_bytes());
        out.extend_from_slice(chunk.invalid());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_have_their_length_and_are_utf8() {
        for each in [1, 2, 3, 40, 4096] {
            let content = lines(&mut Rng::with_seed(1), 50, each);
            assert_eq!(content.len() as u64, 50 * each);
            assert!(std::str::from_utf8(&content).is_ok());
            assert_eq!(content.iter().filter(|byte| **byte == b'\n').count(), 50);
        }
        let content = lines(&mut Rng::with_seed(1), 50, 4096);
        assert!(!content.is_ascii());
    }

    #[test]
    fn the_seed_decides() {
        assert_eq!(bytes(&mut Rng::with_seed(3), 100), bytes(&mut Rng::with_seed(3), 100));
        assert_ne!(bytes(&mut Rng::with_seed(3), 100), bytes(&mut Rng::with_seed(4), 100));
        assert_ne!(word(&mut Rng::with_seed(3)), word(&mut Rng::with_seed(4)));
    }

    #[test]
    fn upper_case_is_unicode_and_keeps_foreign_bytes() {
        assert_eq!(upper("coração".as_bytes()), "CORAÇÃO".as_bytes());
        assert_eq!(upper(b"a\xffb"), b"A\xffB");
    }
}
