//! `drop-if`: the record goes when any of the rule's conditions holds.
//!
//! - `contains_any`: fragments, ignoring case, inside words too; `pattern`: a regular expression;
//! - `count_of` with `more_than`: how often a fragment occurs, ignoring case, without overlaps;
//! - `chars_less_than`, `chars_more_than`: Unicode characters of the text without the blanks at its ends;
//! - `words_less_than`, `words_more_than`, `unique_words_less_than` (ignoring case), `repeated_word_ratio_more_than`
//!   ((words − unique words) / words): words as in Unicode's annex 29, so that a text without blanks has words too;
//! - `mean_word_length_less_than`: characters per stretch between blanks; in a script without blanks that is a long one.

use regex::Regex;
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};
use toml::Spanned;
use unicode_segmentation::UnicodeSegmentation;

use super::action::{Action, Built, Fault, Params, Verdict};
use super::pattern;
use super::phrases::Phrases;

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
struct DropIf {
    contains_any: Option<Vec<String>>,
    pattern: Option<Spanned<String>>,
    count_of: Option<String>,
    more_than: Option<usize>,
    chars_less_than: Option<usize>,
    chars_more_than: Option<usize>,
    words_less_than: Option<usize>,
    words_more_than: Option<usize>,
    unique_words_less_than: Option<usize>,
    repeated_word_ratio_more_than: Option<f64>,
    mean_word_length_less_than: Option<f64>,
}

#[derive(Debug)]
enum Condition {
    ContainsAny(Phrases),
    Matches(Regex),
    Occurs { phrase: Phrases, more_than: usize },
    CharsLessThan(usize),
    CharsMoreThan(usize),
    WordsLessThan(usize),
    WordsMoreThan(usize),
    UniqueWordsLessThan(usize),
    RepeatedWordRatioMoreThan(f64),
    MeanWordLengthLessThan(f64),
}

/// Reads and compiles a `drop-if` rule.
pub fn build(params: Params<'_>) -> Result<Built, Fault> {
    let (params, canonical) = params.read::<DropIf>()?;
    let conditions = conditions(params)?;
    if conditions.is_empty() {
        return Err(Fault::new("it has no condition", "add one, e.g. contains_any = [\"http://\"] or chars_more_than = 400"));
    }
    Ok(Built::new(Dropper { conditions }, canonical))
}

fn conditions(params: DropIf) -> Result<Vec<Condition>, Fault> {
    use Condition::*;
    let searches = [
        params.contains_any.map(|fragments| Phrases::new(&fragments)).transpose()?.map(ContainsAny),
        params.pattern.map(|text| pattern::compile(&text, false)).transpose()?.map(Matches),
        occurs(params.count_of, params.more_than)?,
    ];
    let measures = [
        params.chars_less_than.map(CharsLessThan),
        params.chars_more_than.map(CharsMoreThan),
        params.words_less_than.map(WordsLessThan),
        params.words_more_than.map(WordsMoreThan),
        params.unique_words_less_than.map(UniqueWordsLessThan),
        finite(params.repeated_word_ratio_more_than)?.map(RepeatedWordRatioMoreThan),
        finite(params.mean_word_length_less_than)?.map(MeanWordLengthLessThan),
    ];
    Ok(searches.into_iter().chain(measures).flatten().collect())
}

fn occurs(fragment: Option<String>, more_than: Option<usize>) -> Result<Option<Condition>, Fault> {
    match (fragment, more_than) {
        (Some(fragment), Some(more_than)) => {
            let phrase = Phrases::new(&[fragment])?;
            Ok(Some(Condition::Occurs { phrase, more_than }))
        }
        (None, None) => Ok(None),
        _ => Err(Fault::new("`count_of` and `more_than` belong together", "give both, or neither")),
    }
}

fn finite(number: Option<f64>) -> Result<Option<f64>, Fault> {
    match number {
        Some(number) if !number.is_finite() => Err(Fault::new(format!("{number} is no bound"), "give a finite number")),
        other => Ok(other),
    }
}

#[derive(Debug)]
struct Dropper {
    conditions: Vec<Condition>,
}

impl Action for Dropper {
    fn apply(&self, text: &str) -> Verdict {
        if self.conditions.iter().any(|condition| condition.holds(text)) { Verdict::Drop } else { Verdict::Same }
    }
}

impl Condition {
    fn holds(&self, text: &str) -> bool {
        match self {
            Condition::ContainsAny(fragments) => fragments.occur_in(text),
            Condition::Matches(regex) => regex.is_match(text),
            Condition::Occurs { phrase, more_than } => phrase.count_in(text) > *more_than,
            Condition::CharsLessThan(bound) => text.trim().chars().count() < *bound,
            Condition::CharsMoreThan(bound) => text.trim().chars().count() > *bound,
            Condition::WordsLessThan(bound) => text.unicode_words().take(*bound).count() < *bound,
            Condition::WordsMoreThan(bound) => text.unicode_words().count() > *bound,
            Condition::UniqueWordsLessThan(bound) => unique_words(text).1 < *bound,
            Condition::RepeatedWordRatioMoreThan(bound) => repeated_word_ratio(text) > *bound,
            Condition::MeanWordLengthLessThan(bound) => mean_word_length(text).is_some_and(|mean| mean < *bound),
        }
    }
}

/// How many words there are, and how many different ones, ignoring case.
fn unique_words(text: &str) -> (usize, usize) {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.unicode_words().collect();
    let unique: FxHashSet<&str> = words.iter().copied().collect();
    (words.len(), unique.len())
}

fn repeated_word_ratio(text: &str) -> f64 {
    let (words, unique) = unique_words(text);
    (words - unique) as f64 / words.max(1) as f64
}

/// `None` for a text of blanks.
fn mean_word_length(text: &str) -> Option<f64> {
    let (words, chars) = text.split_whitespace().fold((0usize, 0usize), |(n, sum), word| (n + 1, sum + word.chars().count()));
    (words > 0).then(|| chars as f64 / words as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_script_without_blanks_count() {
        assert!(!Condition::WordsLessThan(3).holds("一只可爱的猫"));
        assert!(!Condition::MeanWordLengthLessThan(2.5).holds("一只可爱的猫"));
    }

    #[test]
    fn the_ratio_counts_what_is_said_again() {
        assert_eq!(repeated_word_ratio("Cat, cat CAT dog"), 0.5);
        assert_eq!(repeated_word_ratio(""), 0.0);
    }

    #[test]
    fn bounds_are_strict() {
        assert!(!Condition::CharsMoreThan(3).holds(" äöü "));
        assert!(Condition::CharsMoreThan(2).holds("äöü"));
        assert!(!Condition::WordsLessThan(2).holds("two words"));
        assert!(!Condition::MeanWordLengthLessThan(0.5).holds("  "));
    }
}
