//! `~fuzzy`: which texts have the characters of a pattern in order, and how well each of them fits.
//!
//! Scoring a text costs a thousand times what rejecting it costs. So a text is first tested for the subsequence, byte by byte,
//! and the score (of skim, through the `fuzzy-matcher` crate) is only taken of those that pass, from the first place where the
//! match can begin to the last where it can end.

use fuzzy_matcher::FuzzyMatcher;
use fuzzy_matcher::skim::SkimMatcherV2;
use memchr::{memchr2, memmem, memrchr2};

/// Characters to be found one after the other. ASCII letters match in either case, all others as they are.
#[derive(Debug, Clone)]
pub(super) struct Subsequence {
    pattern: String,
    steps: Vec<Step>,
}

#[derive(Debug, Clone)]
enum Step {
    /// A byte in its lower and its upper case.
    Ascii(u8, u8),
    Other(String),
}

impl Subsequence {
    pub(super) fn new(pattern: &str) -> Self {
        let step = |c: char| match u8::try_from(c) {
            Ok(byte) if byte.is_ascii() => Step::Ascii(byte.to_ascii_lowercase(), byte.to_ascii_uppercase()),
            _ => Step::Other(c.to_string()),
        };
        Subsequence { pattern: pattern.to_owned(), steps: pattern.chars().map(step).collect() }
    }

    pub(super) fn is_in(&self, text: &str) -> bool {
        let mut rest = text.as_bytes();
        self.steps.iter().all(|step| match step.find(rest) {
            Some((_, end)) => {
                rest = &rest[end..];
                true
            }
            None => false,
        })
    }

    /// The part of `text` that can matter to the score: from the character before the first step's first place (a match
    /// after a blank counts more) to the last step's last place.
    fn window<'a>(&self, text: &'a str) -> Option<&'a str> {
        let (first, _) = self.steps.first()?.find(text.as_bytes())?;
        let end = self.steps.last()?.find_last(text.as_bytes())?;
        let start = text[..first].char_indices().next_back().map_or(0, |(at, _)| at);
        let end = (0..=end.min(start + MAX_SCORED)).rev().find(|&at| text.is_char_boundary(at))?;
        text.get(start..end)
    }
}

/// Only so many bytes of a text are looked at for its score; the matrix it takes is proportional to this.
const MAX_SCORED: usize = 8 << 10;

impl Step {
    /// Start and end of its first place.
    fn find(&self, bytes: &[u8]) -> Option<(usize, usize)> {
        match self {
            Step::Ascii(lower, upper) => memchr2(*lower, *upper, bytes).map(|at| (at, at + 1)),
            Step::Other(c) => memmem::find(bytes, c.as_bytes()).map(|at| (at, at + c.len())),
        }
    }

    /// End of its last place.
    fn find_last(&self, bytes: &[u8]) -> Option<usize> {
        match self {
            Step::Ascii(lower, upper) => memrchr2(*lower, *upper, bytes).map(|at| at + 1),
            Step::Other(c) => memmem::rfind(bytes, c.as_bytes()).map(|at| at + c.len()),
        }
    }
}

/// Scores texts by all the patterns of a filter.
pub(super) struct Ranker {
    patterns: Vec<Subsequence>,
}

impl Ranker {
    pub(super) fn new(patterns: Vec<Subsequence>) -> Self {
        Ranker { patterns }
    }

    /// The sum over the patterns that match; higher is better.
    pub(super) fn score(&self, text: &str) -> i64 {
        let one = |pattern: &Subsequence| skim().fuzzy_match(pattern.window(text)?, &pattern.pattern);
        self.patterns.iter().filter_map(one).sum()
    }
}

/// A matcher for one text. It keeps its matrix from text to text and reads cells of the one before, so that a matcher used twice scores
/// by what it saw earlier (fuzzy-matcher 0.3.7); and its option to keep nothing panics.
fn skim() -> SkimMatcherV2 {
    SkimMatcherV2::default().ignore_case()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn matches_and_scores_are_those_of_skim_on_the_whole_text(text in "[abAB ,.éÉ猫0-2]{0,40}", pattern in "[abAB é猫1]{1,5}") {
            let whole = skim().fuzzy_match(&text, &pattern);
            let ours = Subsequence::new(&pattern);
            prop_assert_eq!(ours.is_in(&text), whole.is_some());
            prop_assert_eq!(Ranker::new(vec![ours]).score(&text), whole.unwrap_or(0));
        }

        #[test]
        fn a_score_does_not_depend_on_what_was_scored_before(texts in prop::collection::vec("[abkKsſ éÉ.]{0,14}", 1..12), pattern in "[akKs]{1,4}") {
            let ranker = Ranker::new(vec![Subsequence::new(&pattern)]);
            let scores = |texts: Vec<&String>| texts.into_iter().map(|text| ranker.score(text)).collect::<Vec<_>>();
            let mut backwards = scores(texts.iter().rev().collect());
            backwards.reverse();
            prop_assert_eq!(scores(texts.iter().collect()), backwards);
        }
    }
}
