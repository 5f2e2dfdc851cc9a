//! Masking: phrases that similarity does not look at, such as "highly detailed, 8k". The text keeps them; only what is compared is
//! without them.

use std::borrow::Cow;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::error::{Error, Result};

/// Phrases to look past, ready to be found in one pass.
#[derive(Debug, Default)]
pub struct Mask {
    phrases: Option<AhoCorasick>,
}

impl Mask {
    /// Case does not count for ASCII letters; of phrases that overlap the longest counts; blank phrases are none.
    ///
    /// Fails where the phrases are too many for an automaton: gigabytes of them.
    pub fn new(phrases: &[String]) -> Result<Mask> {
        let phrases: Vec<&str> = phrases.iter().map(|phrase| phrase.trim()).filter(|phrase| !phrase.is_empty()).collect();
        if phrases.is_empty() {
            return Ok(Mask::default());
        }
        let built = AhoCorasick::builder().ascii_case_insensitive(true).match_kind(MatchKind::LeftmostLongest).build(phrases);
        let phrases = built.map_err(|e| Error::refused("the masked phrases are too many").caused_by(e))?;
        Ok(Mask { phrases: Some(phrases) })
    }

    /// The text as it is compared: without the phrases where they stand as whole words, and without the separators and blanks that
    /// they leave behind.
    pub fn apply<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let Some(phrases) = &self.phrases else { return Cow::Borrowed(text) };
        let mut kept = String::new();
        let mut from = 0;
        for found in phrases.find_iter(text).filter(|found| stands_alone(text, found.start(), found.end())) {
            join(&mut kept, &text[from..found.start()]);
            from = found.end();
        }
        if from == 0 {
            return Cow::Borrowed(text);
        }
        join(&mut kept, &text[from..]);
        Cow::Owned(kept.trim_matches(is_separator).to_owned())
    }
}

/// Adds what comes after a gap, with one separator of those around it.
fn join(kept: &mut String, part: &str) {
    if kept.is_empty() {
        kept.push_str(part);
        return;
    }
    let rest = part.trim_start_matches(is_separator);
    let between = &part[..part.len() - rest.len()];
    let before = kept.trim_end_matches(is_separator).len();
    let comma = between.contains([',', ';', '|']) && kept[before..].contains([',', ';', '|']);
    let glue = if comma { ", " } else { " " };
    kept.truncate(before);
    kept.push_str(glue);
    kept.push_str(rest);
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || [',', ';', '|'].contains(&c)
}

/// No letter or digit goes on at either end.
fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let goes_on = |outside: Option<char>, inside: Option<char>| {
        outside.is_some_and(char::is_alphanumeric) && inside.is_some_and(char::is_alphanumeric)
    };
    let found = &text[start..end];
    !goes_on(text[..start].chars().next_back(), found.chars().next())
        && !goes_on(text[end..].chars().next(), found.chars().next_back())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(text: &str) -> String {
        let phrases = ["highly detailed", "8k", "highly detailed, sharp focus", " ", "キラキラ"].map(str::to_owned);
        Mask::new(&phrases).expect("a mask").apply(text).into_owned()
    }

    #[test]
    fn phrases_go_with_what_held_them() {
        for (text, kept) in [
            ("a cat, Highly Detailed, 8K", "a cat"),
            ("a cat, 8k, oil", "a cat, oil"),
            ("8k a cat", "a cat"),
            ("an 8k cat", "an cat"),
            ("a cat highly detailed sitting", "a cat sitting"),
            ("highly detailed, sharp focus", ""),
            ("a 18k ring, 8kg", "a 18k ring, 8kg"),
            ("猫キラキラ犬", "猫キラキラ犬"),
            ("猫 キラキラ 犬", "猫 犬"),
            ("nothing  of it ,", "nothing  of it ,"),
        ] {
            assert_eq!(masked(text), kept, "{text}");
        }
    }

    #[test]
    fn without_phrases_a_text_is_what_it_was() {
        assert!(matches!(Mask::new(&[" ".to_owned()]).expect("a mask").apply("8k, "), Cow::Borrowed("8k, ")));
    }

    proptest::proptest! {
        #[test]
        fn what_is_kept_stood_there_in_that_order(text in "[ab8kK, é]{0,40}") {
            let kept = masked(&text);
            let mut rest = text.chars();
            for c in kept.chars().filter(|c| c.is_alphanumeric()) {
                proptest::prop_assert!(rest.any(|other| other == c), "{text:?} → {kept:?}");
            }
        }
    }
}
