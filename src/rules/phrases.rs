//! Searching a text for thousands of phrases at once, ignoring case.
//!
//! Case is ignored for ASCII letters everywhere; for other letters a phrase is found as it is written, all lower-case and all
//! upper-case (`Élan`, `élan`, `ÉLAN`). Lower-casing the text instead would move its byte positions.

use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};

use super::action::Fault;

/// Phrases compiled into one automaton.
#[derive(Debug, Clone)]
pub struct Phrases {
    automaton: AhoCorasick,
}

impl Phrases {
    /// Refuses an empty list and empty phrases.
    pub fn new(phrases: &[String]) -> Result<Phrases, Fault> {
        if phrases.is_empty() {
            return Err(Fault::new("the list is empty", "list at least one phrase"));
        }
        if phrases.iter().any(|phrase| phrase.trim().is_empty()) {
            return Err(Fault::new("the list has a blank phrase", "remove it: it would be found everywhere"));
        }
        let spellings = phrases.iter().flat_map(|phrase| spellings(phrase));
        let automaton = AhoCorasick::builder().ascii_case_insensitive(true).match_kind(MatchKind::Standard).build(spellings);
        let automaton = automaton.map_err(|error| Fault::new(format!("too many phrases: {error}"), "split the list"))?;
        Ok(Phrases { automaton })
    }

    /// Whether any of them occurs anywhere, inside words too.
    pub fn occur_in(&self, text: &str) -> bool {
        self.automaton.is_match(text)
    }

    /// How many there are, without overlaps.
    pub fn count_in(&self, text: &str) -> usize {
        self.automaton.find_iter(text).count()
    }

    /// Where they stand, inside words too: the leftmost first, of those the longest, without overlaps.
    pub fn anywhere(&self, text: &str) -> Vec<Range<usize>> {
        chosen(self.automaton.find_overlapping_iter(text).map(|found| found.range()).collect())
    }

    /// Where they stand as whole words: the leftmost first, of those the longest, without overlaps.
    ///
    /// The search lists overlapping matches and chooses afterwards: a leftmost-longest automaton would see only
    /// `8k render` in `8k rendering`, refuse it for its border, and miss `8k`.
    pub fn whole_words(&self, text: &str) -> Vec<Range<usize>> {
        let whole = |found: aho_corasick::Match| Some(found.range()).filter(|range| is_whole(text, range));
        chosen(self.automaton.find_overlapping_iter(text).filter_map(whole).collect())
    }
}

fn chosen(mut found: Vec<Range<usize>>) -> Vec<Range<usize>> {
    found.sort_unstable_by_key(|range| (range.start, std::cmp::Reverse(range.end)));
    let mut free_from = 0;
    found.retain(|range| {
        let free = range.start >= free_from;
        if free {
            free_from = range.end;
        }
        free
    });
    found
}

fn spellings(phrase: &str) -> Vec<String> {
    if phrase.is_ascii() {
        return vec![phrase.to_owned()];
    }
    vec![phrase.to_owned(), phrase.to_lowercase(), phrase.to_uppercase()]
}

/// Whether the range does not cut a word. A hyphen or an apostrophe between two word characters belongs to the word:
/// `sac` is no word of `cul-de-sac`, nor `wlop` of `wlop's`.
pub fn is_whole(text: &str, range: &Range<usize>) -> bool {
    let (before, inside, after) = (&text[..range.start], &text[range.clone()], &text[range.end..]);
    let starts_cut = inside.chars().next().is_some_and(is_word) && goes_on(before.chars().rev());
    let ends_cut = inside.chars().next_back().is_some_and(is_word) && goes_on(after.chars());
    !starts_cut && !ends_cut
}

/// Whether a word goes on with these characters, read away from it.
fn goes_on(mut away: impl Iterator<Item = char>) -> bool {
    match away.next() {
        Some('-' | '\'' | '’') => away.next().is_some_and(is_word),
        Some(next) => is_word(next),
        None => false,
    }
}

/// Letters, digits and underscores of any script.
pub fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<'t>(phrases: &[&str], text: &'t str) -> Vec<&'t str> {
        let phrases: Vec<String> = phrases.iter().map(|p| p.to_string()).collect();
        let phrases = Phrases::new(&phrases).expect("valid");
        phrases.whole_words(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn words_are_not_cut() {
        assert_eq!(found(&["8k"], "18km, 8kg, x8k, 8k-ready, 8K."), ["8K"]);
        assert_eq!(found(&["sac", "de"], "a cul-de-sac"), Vec::<&str>::new());
        assert_eq!(found(&["wlop"], "wlop's art, 'wlop'"), ["wlop"]);
    }

    #[test]
    fn the_longest_whole_phrase_wins_and_a_cut_one_does_not_hide_it() {
        assert_eq!(found(&["8k", "8k render"], "8k render, 8k rendering"), ["8k render", "8k"]);
    }

    #[test]
    fn letters_beyond_ascii_ignore_case_as_far_as_promised() {
        assert_eq!(found(&["Émile Élan"], "ÉMILE ÉLAN émile élan Émile élan"), ["ÉMILE ÉLAN", "émile élan"]);
    }
}
