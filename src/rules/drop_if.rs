//! `drop-if`: the record goes when any of the rule's conditions holds.
//!
//! - `contains_any`: fragments, ignoring case, inside words too; `pattern`: a regular expression, with `ignore_case = true` in any case;
//! - `count_of` with `more_than`: how often a fragment occurs, ignoring case, without overlaps;
//! - `chars_less_than`, `chars_more_than`: Unicode characters of the text without the blanks at its ends;
//! - `words_less_than`, `words_more_than`, `unique_words_less_than` (ignoring case), `repeated_word_ratio_more_than`
//!   ((words − unique words) / words): words as in Unicode's annex 29, so that a text without blanks has words too;
//! - `mean_word_length_less_than`: characters per stretch between blanks; in a script without blanks that is a long one;
//! - `tokens_more_than`: CLIP tokens without the begin and end markers, by the real byte-pair encoding; CLIP reads 75;
//! - `languages`: the ones that stay, as ISO 639-3 codes; a text that is surely in another one goes, where `confidence`
//!   (0.9 if it is not given) says how sure that must be;
//! - `persons_more_than`: names of persons ([`super::persons`]).
//!
//! With `words = "blanks"`, words are the stretches between blanks, and case tells them apart, as in plain scripts.

use std::borrow::Cow;

use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};
use toml::Spanned;
use unicode_segmentation::UnicodeSegmentation;

use super::action::{Action, Built, Context, Fault, Params, Verdict};
use super::language::Languages;
use super::need::Need;
use super::pattern::{self, Pattern, StepLimit};
use super::persons;
use super::phrases::Phrases;
use crate::clip;

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
struct DropIf {
    contains_any: Option<Vec<String>>,
    pattern: Option<Spanned<String>>,
    ignore_case: bool,
    count_of: Option<String>,
    more_than: Option<usize>,
    chars_less_than: Option<usize>,
    chars_more_than: Option<usize>,
    words_less_than: Option<usize>,
    words_more_than: Option<usize>,
    unique_words_less_than: Option<usize>,
    repeated_word_ratio_more_than: Option<f64>,
    mean_word_length_less_than: Option<f64>,
    tokens_less_than: Option<usize>,
    tokens_more_than: Option<usize>,
    languages: Option<Vec<String>>,
    confidence: Option<f64>,
    persons_more_than: Option<usize>,
    words: Words,
}

/// What a word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
enum Words {
    /// Unicode's annex 29.
    #[default]
    Unicode,
    /// Stretches between blanks.
    Blanks,
}

#[derive(Debug)]
enum Condition {
    ContainsAny(Phrases),
    Matches(Pattern),
    Occurs { phrase: Phrases, more_than: usize },
    CharsLessThan(usize),
    CharsMoreThan(usize),
    WordsLessThan(Words, usize),
    WordsMoreThan(Words, usize),
    UniqueWordsLessThan(Words, usize),
    RepeatedWordRatioMoreThan(Words, f64),
    MeanWordLengthLessThan(f64),
    TokensLessThan(usize),
    TokensMoreThan(usize),
    Foreign(Languages),
    PersonsMoreThan(usize),
}

/// How sure the detector must be of another language, unless the rule says.
const CONFIDENCE: f64 = 0.9;

/// Reads and compiles a `drop-if` rule.
pub fn build(params: Params<'_>) -> Result<Built, Fault> {
    let (params, canonical) = params.read::<DropIf>()?;
    let conditions = conditions(params)?;
    if conditions.is_empty() {
        return Err(Fault::new("it has no condition", "add one, e.g. contains_any = [\"http://\"] or chars_more_than = 400"));
    }
    let (conditions, needs) = conditions.into_iter().unzip();
    Ok(Built::with_needs(Dropper { conditions }, canonical, needs))
}

/// The conditions, each with what a text must have for it to hold.
fn conditions(params: DropIf) -> Result<Vec<(Condition, Need)>, Fault> {
    use Condition::*;
    let words = params.words;
    let searches = [
        contains(params.contains_any)?,
        matches(params.pattern, params.ignore_case)?,
        occurs(params.count_of, params.more_than)?,
    ];
    let measures = [
        params.chars_less_than.map(CharsLessThan),
        params.chars_more_than.map(CharsMoreThan),
        params.words_less_than.map(|bound| WordsLessThan(words, bound)),
        params.words_more_than.map(|bound| WordsMoreThan(words, bound)),
        params.unique_words_less_than.map(|bound| UniqueWordsLessThan(words, bound)),
        finite(params.repeated_word_ratio_more_than)?.map(|bound| RepeatedWordRatioMoreThan(words, bound)),
        finite(params.mean_word_length_less_than)?.map(MeanWordLengthLessThan),
        params.tokens_less_than.map(TokensLessThan),
        params.tokens_more_than.map(TokensMoreThan),
        // The dearest ones last.
        languages(params.languages, params.confidence)?,
        params.persons_more_than.map(PersonsMoreThan),
    ];
    let measures = measures.into_iter().flatten().map(|condition| (condition, Need::nothing()));
    Ok(searches.into_iter().flatten().chain(measures).collect())
}

fn languages(codes: Option<Vec<String>>, confidence: Option<f64>) -> Result<Option<Condition>, Fault> {
    match (codes, confidence) {
        (Some(codes), confidence) => Ok(Some(Condition::Foreign(Languages::new(&codes, confidence.unwrap_or(CONFIDENCE))?))),
        (None, None) => Ok(None),
        (None, Some(_)) => Err(Fault::new("`confidence` belongs to `languages`", "add languages = [\"eng\"], or remove it")),
    }
}

fn contains(fragments: Option<Vec<String>>) -> Result<Option<(Condition, Need)>, Fault> {
    let Some(fragments) = fragments else { return Ok(None) };
    Ok(Some((Condition::ContainsAny(Phrases::new(&fragments)?), Need::one_of(&fragments))))
}

fn matches(text: Option<Spanned<String>>, ignore_case: bool) -> Result<Option<(Condition, Need)>, Fault> {
    let Some(text) = text else { return Ok(None) };
    let need = Need::of_pattern(text.get_ref(), ignore_case);
    Ok(Some((Condition::Matches(pattern::compile(&text, ignore_case)?), need)))
}

fn occurs(fragment: Option<String>, more_than: Option<usize>) -> Result<Option<(Condition, Need)>, Fault> {
    match (fragment, more_than) {
        (Some(fragment), Some(more_than)) => {
            let need = Need::one_of(std::slice::from_ref(&fragment));
            let phrase = Phrases::new(&[fragment])?;
            Ok(Some((Condition::Occurs { phrase, more_than }, need)))
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
    fn apply(&self, text: &str, context: &Context<'_>) -> Verdict {
        for (_, condition) in self.conditions.iter().enumerate().filter(|(part, _)| context.awake.has(*part)) {
            match condition.holds(text) {
                Ok(true) => return Verdict::Drop,
                Ok(false) => {}
                Err(limit) => return Verdict::Failed(limit.message()),
            }
        }
        Verdict::Same
    }
}

impl Condition {
    fn holds(&self, text: &str) -> Result<bool, StepLimit> {
        Ok(match self {
            Condition::ContainsAny(fragments) => fragments.occur_in(text),
            Condition::Matches(pattern) => pattern.is_match(text)?,
            Condition::Occurs { phrase, more_than } => phrase.count_in(text) > *more_than,
            Condition::CharsLessThan(bound) => text.trim().chars().count() < *bound,
            Condition::CharsMoreThan(bound) => text.trim().chars().count() > *bound,
            Condition::WordsLessThan(words, bound) => words.of(text).take(*bound).count() < *bound,
            Condition::WordsMoreThan(words, bound) => words.of(text).count() > *bound,
            Condition::UniqueWordsLessThan(words, bound) => has_fewer_unique_words(*words, text, *bound),
            Condition::RepeatedWordRatioMoreThan(words, bound) => repeated_word_ratio(*words, text) > *bound,
            Condition::MeanWordLengthLessThan(bound) => mean_word_length(text).is_some_and(|mean| mean < *bound),
            Condition::TokensLessThan(bound) => usize::from(clip::count(text)) < *bound,
            Condition::TokensMoreThan(bound) => usize::from(clip::count(text)) > *bound,
            Condition::Foreign(languages) => languages.surely_not(text),
            Condition::PersonsMoreThan(bound) => persons::count(text) > *bound,
        })
    }
}

impl Words {
    fn of(self, text: &str) -> Box<dyn Iterator<Item = &str> + '_> {
        match self {
            Words::Unicode => Box::new(text.unicode_words()),
            Words::Blanks => Box::new(text.split_whitespace()),
        }
    }
}

/// How many words there are, and how many different ones. Case is ignored, but not between blanks: plain scripts do not.
fn unique_words(words: Words, text: &str) -> (usize, usize) {
    let lower = if words == Words::Unicode { Cow::Owned(text.to_lowercase()) } else { Cow::Borrowed(text) };
    let all: Vec<&str> = words.of(&lower).collect();
    let unique: FxHashSet<&str> = all.iter().copied().collect();
    (all.len(), unique.len())
}

/// Most texts have enough different words among their first few.
fn has_fewer_unique_words(words: Words, text: &str, bound: usize) -> bool {
    const FEW: usize = 16;
    if bound > FEW || words == Words::Unicode {
        return unique_words(words, text).1 < bound;
    }
    let mut seen: Vec<&str> = Vec::with_capacity(bound);
    for word in text.split_whitespace() {
        if seen.len() >= bound {
            break;
        }
        if !seen.contains(&word) {
            seen.push(word);
        }
    }
    seen.len() < bound
}

fn repeated_word_ratio(words: Words, text: &str) -> f64 {
    let (words, unique) = unique_words(words, text);
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

    fn holds(condition: Condition, text: &str) -> bool {
        condition.holds(text).expect("within the limit")
    }

    #[test]
    fn words_of_a_script_without_blanks_count() {
        assert!(!holds(Condition::WordsLessThan(Words::Unicode, 3), "一只可爱的猫"));
        assert!(holds(Condition::WordsLessThan(Words::Blanks, 3), "一只可爱的猫"));
        assert!(!holds(Condition::MeanWordLengthLessThan(2.5), "一只可爱的猫"));
    }

    #[test]
    fn the_ratio_counts_what_is_said_again() {
        assert_eq!(repeated_word_ratio(Words::Unicode, "Cat, cat CAT dog"), 0.5);
        assert_eq!(repeated_word_ratio(Words::Blanks, "cat, cat CAT cat"), 0.25);
        assert_eq!(repeated_word_ratio(Words::Unicode, ""), 0.0);
    }

    #[test]
    fn bounds_are_strict() {
        assert!(!holds(Condition::CharsMoreThan(3), " äöü "));
        assert!(holds(Condition::CharsMoreThan(2), "äöü"));
        assert!(!holds(Condition::WordsLessThan(Words::Unicode, 2), "two words"));
        assert!(!holds(Condition::MeanWordLengthLessThan(0.5), "  "));
        assert!(holds(Condition::TokensMoreThan(2), "a photograph, 8k"));
        assert!(!holds(Condition::TokensMoreThan(75), "a photograph, 8k"));
    }
}
