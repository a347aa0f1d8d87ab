//! Python's regexes in the words of ours: translated where both can say it, refused by name where not.

use std::iter::Peekable;
use std::str::Chars;

/// A pattern for our regexes that matches the same texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Translated {
    pub pattern: String,
    /// A `|` stands outside of all groups.
    pub has_alternatives: bool,
}

/// What ours cannot say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    LookAhead,
    LookBehind,
    Backreference,
    Conditional,
    Atomic,
    Possessive,
    NamedCharacter,
    Flag(char),
    /// Python refuses it as well, or so we think.
    NoRegex(String),
}

/// Translates what Python's `re` would compile.
///
/// # Errors
/// What cannot be translated.
pub fn translate(python: &str) -> Result<Translated, Fault> {
    let mut reader = Reader { rest: python.chars().peekable(), out: String::new(), repeatable: None };
    let mut has_alternatives = false;
    let mut depth = 0_u32;
    let mut is_first = true;
    while let Some(c) = reader.rest.next() {
        match c {
            '\\' => reader.escape()?,
            '[' => reader.class()?,
            '(' => depth += reader.group(is_first)?,
            ')' => {
                depth = depth.checked_sub(1).ok_or_else(|| no_regex(")"))?;
                reader.put(")", Some(Repeatable::Yes));
            }
            '|' => {
                has_alternatives |= depth == 0;
                reader.put("|", None);
            }
            '^' | '$' => reader.put(&c.to_string(), None),
            '.' => reader.put(".", Some(Repeatable::Yes)),
            '*' | '+' | '?' => reader.quantifier(&c.to_string())?,
            '{' => match reader.counted() {
                Some(counted) => reader.quantifier(&counted)?,
                None => reader.literal('{'),
            },
            c => reader.literal(c),
        }
        is_first = false;
    }
    if depth > 0 {
        return Err(no_regex("("));
    }
    regex::bytes::Regex::new(&reader.out).map_err(|error| Fault::NoRegex(error.to_string()))?;
    Ok(Translated { pattern: reader.out, has_alternatives })
}

/// As Python's `re.escape`.
pub fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if "()[]{}?*+-|^$\\.&~# \t\n\r\u{b}\u{c}".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

fn no_regex(what: &str) -> Fault {
    Fault::NoRegex(what.to_owned())
}

/// What a quantifier would find before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Repeatable {
    Yes,
    /// It is repeated already.
    Repeated,
}

struct Reader<'t> {
    rest: Peekable<Chars<'t>>,
    out: String,
    repeatable: Option<Repeatable>,
}

impl Reader<'_> {
    fn put(&mut self, text: &str, repeatable: Option<Repeatable>) {
        self.out.push_str(text);
        self.repeatable = repeatable;
    }

    fn literal(&mut self, c: char) {
        let text = if "\\.+*?()|[]{}^$".contains(c) { format!("\\{c}") } else { visible(c) };
        self.put(&text, Some(Repeatable::Yes));
    }

    fn quantifier(&mut self, quantifier: &str) -> Result<(), Fault> {
        if self.repeatable != Some(Repeatable::Yes) {
            return Err(no_regex(quantifier));
        }
        self.put(quantifier, Some(Repeatable::Repeated));
        match self.rest.peek() {
            Some('?') => {
                self.rest.next();
                self.out.push('?');
            }
            Some('+') => return Err(Fault::Possessive),
            _ => {}
        }
        Ok(())
    }

    /// The rest of `{2,5}`; `None`, and nothing read, where the brace is one of the text.
    fn counted(&mut self) -> Option<String> {
        let mut ahead = self.rest.clone();
        let inside: String = ahead.by_ref().take_while(|c| *c != '}').collect();
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let counted = match inside.split_once(',') {
            None if !inside.is_empty() && is_number(&inside) => format!("{{{inside}}}"),
            Some((least, most)) if is_number(least) && is_number(most) => {
                format!("{{{},{most}}}", if least.is_empty() { "0" } else { least })
            }
            _ => return None,
        };
        let is_closed = self.rest.clone().nth(inside.chars().count()) == Some('}');
        is_closed.then(|| {
            self.rest = ahead;
            counted
        })
    }

    /// Behind `(`; gives 1 where a group is open now.
    fn group(&mut self, is_first: bool) -> Result<u32, Fault> {
        if self.rest.next_if_eq(&'?').is_none() {
            self.put("(", None);
            return Ok(1);
        }
        match self.rest.next() {
            Some(':') => self.put("(?:", None),
            Some('=' | '!') => return Err(Fault::LookAhead),
            Some('>') => return Err(Fault::Atomic),
            Some('(') => return Err(Fault::Conditional),
            Some('<') => {
                return Err(match self.rest.next() {
                    Some('=' | '!') => Fault::LookBehind,
                    _ => no_regex("(?<"),
                });
            }
            Some('#') => {
                return if self.rest.by_ref().any(|c| c == ')') { Ok(0) } else { Err(no_regex("(?#")) };
            }
            Some('P') => match self.rest.next() {
                Some('<') => {
                    let name: String = self.rest.by_ref().take_while(|c| *c != '>').collect();
                    self.put(&format!("(?P<{name}>"), None);
                }
                Some('=') => return Err(Fault::Backreference),
                _ => return Err(no_regex("(?P")),
            },
            Some(flag) => return self.flags(flag, is_first),
            None => return Err(no_regex("(?")),
        }
        Ok(1)
    }

    /// `(?i)` in front of all, or `(?i-s:` anywhere.
    fn flags(&mut self, first: char, is_first: bool) -> Result<u32, Fault> {
        let mut flags = String::new();
        let mut next = Some(first);
        loop {
            match next {
                Some('u') => {}
                Some(c @ ('i' | 'm' | 's' | '-')) => flags.push(c),
                Some(c @ ('a' | 'L' | 'x')) => return Err(Fault::Flag(c)),
                Some(')') if is_first => {
                    if !flags.is_empty() {
                        self.put(&format!("(?{flags})"), None);
                    }
                    return Ok(0);
                }
                Some(':') => {
                    self.put(&format!("(?{flags}:"), None);
                    return Ok(1);
                }
                _ => return Err(no_regex("(?")),
            }
            next = self.rest.next();
        }
    }

    /// Behind a backslash, outside of `[…]`.
    fn escape(&mut self) -> Result<(), Fault> {
        match self.rest.peek().copied() {
            Some(c @ ('A' | 'b' | 'B')) => self.put_next(&format!("\\{c}"), None),
            Some('Z') => self.put_next("\\z", None),
            Some(c @ ('d' | 'D' | 's' | 'S' | 'w' | 'W')) => {
                self.put_next(&format!("\\{c}"), Some(Repeatable::Yes));
            }
            Some('1'..='9') if self.octal(3).is_none() => return Err(Fault::Backreference),
            _ => {
                let c = self.character()?;
                self.literal(c);
            }
        }
        Ok(())
    }

    fn put_next(&mut self, text: &str, repeatable: Option<Repeatable>) {
        self.rest.next();
        self.put(text, repeatable);
    }

    /// The character that the escape behind a backslash stands for.
    fn character(&mut self) -> Result<char, Fault> {
        let digits = match self.rest.peek() {
            Some('0') => self.octal(1),
            Some('1'..='7') => self.octal(3),
            _ => None,
        };
        if let Some(digits) = digits {
            let value = digits.chars().fold(0, |value, digit| value * 8 + digit.to_digit(8).unwrap_or(0));
            self.rest.by_ref().take(digits.len()).for_each(|_| {});
            return char::from_u32(value).ok_or_else(|| no_regex("\\"));
        }
        Ok(match self.rest.next() {
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('f') => '\u{c}',
            Some('v') => '\u{b}',
            Some('a') => '\u{7}',
            Some('x') => self.hexadecimal(2)?,
            Some('u') => self.hexadecimal(4)?,
            Some('U') => self.hexadecimal(8)?,
            Some('N') => return Err(Fault::NamedCharacter),
            Some(c) if c.is_ascii_alphanumeric() => return Err(no_regex(&format!("\\{c}"))),
            Some(c) => c,
            None => return Err(no_regex("\\")),
        })
    }

    /// The octal digits that come next, at least so many and three at most; they stay unread.
    fn octal(&self, least: usize) -> Option<String> {
        let digits: String = self.rest.clone().take(3).take_while(|c| ('0'..='7').contains(c)).collect();
        (digits.len() >= least && (least < 3 || digits.as_bytes()[0] < b'4')).then_some(digits)
    }

    fn hexadecimal(&mut self, length: usize) -> Result<char, Fault> {
        let digits: String = self.rest.by_ref().take(length).collect();
        let code =
            if digits.chars().count() == length { u32::from_str_radix(&digits, 16).ok() } else { None };
        code.and_then(char::from_u32).ok_or_else(|| no_regex(&format!("\\x{digits}")))
    }

    /// Behind `[`.
    fn class(&mut self) -> Result<(), Fault> {
        let mut out = String::from("[");
        if self.rest.next_if_eq(&'^').is_some() {
            out.push('^');
        }
        let mut before = Item::Nothing;
        loop {
            let c = self.rest.next().ok_or_else(|| no_regex("["))?;
            let item = match c {
                ']' if before != Item::Nothing => break,
                '-' => {
                    let is_last = self.rest.peek() == Some(&']');
                    if before == Item::Character && !is_last {
                        out.push('-');
                        before = Item::Dash;
                        continue;
                    }
                    Ok('-')
                }
                '\\' => match self.rest.peek().copied() {
                    Some(c @ ('d' | 'D' | 's' | 'S' | 'w' | 'W')) => Err(c),
                    Some('b') => Ok('\u{8}'),
                    _ => {
                        let c = self.character()?;
                        out.push_str(&in_class(c));
                        before = if before == Item::Dash { Item::Range } else { Item::Character };
                        continue;
                    }
                },
                c => Ok(c),
            };
            match item {
                Ok('\u{8}') if c == '\\' => {
                    self.rest.next();
                    out.push_str(&in_class('\u{8}'));
                    before = Item::Character;
                }
                Ok(c) => {
                    out.push_str(&in_class(c));
                    before = if before == Item::Dash { Item::Range } else { Item::Character };
                }
                Err(set) => {
                    self.rest.next();
                    out.push_str(&format!("\\{set}"));
                    before = Item::Range;
                }
            }
        }
        out.push(']');
        self.put(&out, Some(Repeatable::Yes));
        Ok(())
    }
}

/// What stands before a place in `[…]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Item {
    Nothing,
    Character,
    /// The `-` of a range.
    Dash,
    /// Nothing that a range could begin with.
    Range,
}

fn in_class(c: char) -> String {
    if "\\]^-[&~".contains(c) { format!("\\{c}") } else { visible(c) }
}

/// Scripts have a line for each text, so that what breaks one, or cannot be seen, is written as an escape.
fn visible(c: char) -> String {
    match c {
        '\n' => "\\n".to_owned(),
        '\t' => "\\t".to_owned(),
        '\r' => "\\r".to_owned(),
        c if c == ' ' || !(c.is_control() || c.is_whitespace()) => c.to_string(),
        c => format!("\\x{{{:X}}}", c as u32),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn becomes(python: &str, ours: &str) {
        assert_eq!(translate(python).map(|translated| translated.pattern), Ok(ours.to_owned()), "{python}");
    }

    #[test]
    fn what_both_say_stays() {
        for same in [r"\bsum\b.*\d+", "a|b", "(a)(?:b)?", "[a-z]{2,5}?", "(?P<n>x)", r"^\w+$", "(?i:a)b"] {
            becomes(same, same);
        }
        assert!(translate("a|b").is_ok_and(|translated| translated.has_alternatives));
        assert!(translate("(a|b)[|]").is_ok_and(|translated| !translated.has_alternatives));
    }

    #[test]
    fn what_is_said_otherwise_is_translated() {
        becomes(r"end\Z", r"end\z");
        becomes("{name} {2,x} x{,3} x{,}", r"\{name\} \{2,x\} x{0,3} x{0,}");
        becomes(r"\<b\> \ \-\#\/\é", "<b>  -#/é");
        becomes("[][a]", r"[\]\[a]");
        becomes("[^]&&~~-]", r"[^\]\&\&\~\~\-]");
        becomes(r"[a\-z\d-x\b\x41-\x5A]", r"[a\-z\d\-x\x{8}A-Z]");
        becomes("a\nb\tc\u{2028}", r"a\nb\tc\x{2028}");
        becomes(r"\x41\u00e9\101\0\x2e", r"AéA\x{0}\.");
        becomes("(?u)a(?#nothing)b", "ab");
        becomes("(?im)a", "(?im)a");
        becomes("x{", r"x\{");
    }

    #[test]
    fn what_ours_cannot_say_is_named() {
        for (python, fault) in [
            ("a(?=b)", Fault::LookAhead),
            ("a(?!b)", Fault::LookAhead),
            ("(?<=a)b", Fault::LookBehind),
            ("(?<!a)b", Fault::LookBehind),
            (r"(a)\1", Fault::Backreference),
            ("(?P<a>x)(?P=a)", Fault::Backreference),
            ("(a)?(?(1)b|c)", Fault::Conditional),
            ("(?>a)", Fault::Atomic),
            ("a++", Fault::Possessive),
            (r"\N{BULLET}", Fault::NamedCharacter),
            ("(?x)a b", Fault::Flag('x')),
            ("(?a:b)", Fault::Flag('a')),
        ] {
            assert_eq!(translate(python), Err(fault), "{python}");
        }
        for python in ["(", ")", "a**", "*", "[a", r"\y", "a(?i)", "(?<n>a)", r"\x4", "a{5,2}", r"[\y]"] {
            assert!(matches!(translate(python), Err(Fault::NoRegex(_))), "{python}");
        }
    }
}
