//! BERT's idea of clean text and of a word: what is dropped, what becomes a blank, what stands alone.
//!
//! The classes of characters come from the tables of `regex-syntax`, so that no further crate of Unicode tables is needed. They stop
//! at Unicode 8, because the tokenizers that everyone embeds with do: the same text is to get the same ids.

use regex_syntax::hir::HirKind;
use unicode_normalization::UnicodeNormalization;

/// How a vocabulary wants its text.
#[derive(Debug, Clone, Copy)]
pub struct Normaliser {
    pub lowercase: bool,
    pub strip_accents: bool,
}

impl Normaliser {
    /// `text` without control characters, with blanks around ideographs, without accents and in lower case.
    pub fn apply(self, text: &str, classes: &Classes) -> String {
        if text.is_ascii() {
            return self.ascii(text);
        }
        let mut clean = String::with_capacity(text.len() + 8);
        for c in text.chars().filter(|&c| !classes.is_dropped(c)) {
            match c {
                c if c.is_whitespace() => clean.push(' '),
                c if is_ideograph(c) => clean.extend([' ', c, ' ']),
                c => clean.push(c),
            }
        }
        if self.strip_accents {
            clean = clean.nfd().filter(|&c| !classes.is_accent(c)).collect();
        }
        if self.lowercase { clean.chars().flat_map(char::to_lowercase).collect() } else { clean }
    }

    /// The same for ASCII, where there is nothing to decompose.
    fn ascii(self, text: &str) -> String {
        let kept = text.chars().filter(|c| !c.is_ascii_control() || matches!(c, '\t' | '\n' | '\r'));
        kept.map(|c| if self.lowercase { c.to_ascii_lowercase() } else { c }).collect()
    }
}

/// The classes of characters that BERT asks about, as sorted ranges.
#[derive(Debug)]
pub struct Classes {
    accents: Vec<(char, char)>,
    others: Vec<(char, char)>,
    punctuation: Vec<(char, char)>,
}

impl Classes {
    pub fn new() -> Classes {
        Classes {
            accents: class(r"[\p{Mn}&&\p{age:8.0}]"),
            others: class(r"[\p{Cc}[\p{Cf}\p{Co}&&\p{age:8.0}]]"),
            punctuation: class(r"[\p{P}&&\p{age:8.0}]"),
        }
    }

    /// Control, format and private characters and what stands for broken text.
    fn is_dropped(&self, c: char) -> bool {
        match c {
            '\t' | '\n' | '\r' => false,
            '\u{fffd}' => true,
            c => within(&self.others, c),
        }
    }

    fn is_accent(&self, c: char) -> bool {
        c >= '\u{300}' && within(&self.accents, c)
    }

    fn is_punctuation(&self, c: char) -> bool {
        if c.is_ascii() { c.is_ascii_punctuation() } else { within(&self.punctuation, c) }
    }

    /// Words and marks of a normalised text: blanks separate, every mark stands alone.
    pub fn words<'a>(&'a self, normal: &'a str) -> impl Iterator<Item = &'a str> {
        let mut rest = normal;
        std::iter::from_fn(move || {
            rest = rest.trim_start();
            let first = rest.chars().next()?;
            let ends = |c: char| c.is_whitespace() || self.is_punctuation(c);
            let end = if self.is_punctuation(first) { first.len_utf8() } else { rest.find(ends).unwrap_or(rest.len()) };
            let (word, behind) = rest.split_at(end);
            rest = behind;
            Some(word)
        })
    }
}

/// Ideographs, each a word of its own: the blocks that BERT lists, less the 256 from 2B820 that the common tokenizers leave out.
fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{2a6df}'
        | '\u{2a700}'..='\u{2b81f}' | '\u{2b920}'..='\u{2ceaf}' | '\u{2f800}'..='\u{2fa1f}')
}

/// The ranges of a class in the syntax of regular expressions; our own patterns always parse.
fn class(pattern: &str) -> Vec<(char, char)> {
    match regex_syntax::parse(pattern).map(|hir| hir.into_kind()) {
        Ok(HirKind::Class(regex_syntax::hir::Class::Unicode(class))) => class.iter().map(|r| (r.start(), r.end())).collect(),
        _ => Vec::new(),
    }
}

fn within(ranges: &[(char, char)], c: char) -> bool {
    let after = ranges.partition_point(|&(start, _)| start <= c);
    after > 0 && c <= ranges[after - 1].1
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNCASED: Normaliser = Normaliser { lowercase: true, strip_accents: true };

    fn words(text: &str) -> Vec<String> {
        let classes = Classes::new();
        classes.words(&UNCASED.apply(text, &classes)).map(str::to_string).collect()
    }

    #[test]
    fn what_is_dropped_separates_and_stands_alone() {
        for (text, expected) in [
            ("A\u{7}b\u{200d}c\u{e000}", vec!["abc"]),
            ("Ångström ÑANDÚ İzmir", vec!["angstrom", "nandu", "izmir"]),
            ("don't—stop…", vec!["don", "'", "t", "—", "stop", "…"]),
            ("$5+5=10 ~x", vec!["$", "5", "+", "5", "=", "10", "~", "x"]),
            ("東京tower", vec!["東", "京", "tower"]),
            ("カメラ 한국", vec!["カメラ", "\u{1112}\u{1161}\u{11ab}\u{1100}\u{116e}\u{11a8}"]),
            ("a\u{2003}b\u{a0}c\nd", vec!["a", "b", "c", "d"]),
        ] {
            assert_eq!(words(text), expected, "{text}");
        }
    }

    #[test]
    fn ascii_takes_no_other_way_than_the_rest() {
        let classes = Classes::new();
        for byte in 0..128u8 {
            let text = format!("Ab{}Cd", byte as char);
            let fast = UNCASED.apply(&text, &classes);
            let slow = UNCASED.apply(&(text + "é"), &classes);
            let split = |text: &str| classes.words(text).map(str::to_string).collect::<Vec<_>>();
            assert_eq!(split(&(fast + "e")), split(&slow), "{byte}");
        }
    }

    #[test]
    fn the_tables_are_there() {
        let classes = Classes::new();
        assert!(classes.is_accent('\u{301}') && classes.is_punctuation('。') && classes.is_dropped('\u{ad}'));
        assert!(!classes.is_accent('e') && !classes.is_punctuation('€') && !classes.is_dropped('é'));
    }
}
