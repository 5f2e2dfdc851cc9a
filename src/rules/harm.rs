//! Harm that rules may do to a text, read off the raw text and the end: a change that cuts into a word, joins two, loses the digits
//! of a word, and so on. A warning is a reason to look, not a verdict.
//!
//! What is compared are words: runs of letters and digits with the hyphens and apostrophes inside them, so that `cul-de-sac` is
//! one. Words that only the end has are the suspects; what they were made of is sought among the words that went.

use rustc_hash::FxHashMap;

use super::phrases::is_word;

/// A kind of harm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Warning {
    CutsWord,
    JoinsWords,
    LosesDigits,
    LosesHalf,
    OpenBracket,
    LooseEnd,
    MakesEqual,
    Unstable,
    Failed,
}

impl Warning {
    pub const ALL: [Warning; 9] = [
        Warning::CutsWord,
        Warning::JoinsWords,
        Warning::LosesDigits,
        Warning::LosesHalf,
        Warning::OpenBracket,
        Warning::LooseEnd,
        Warning::MakesEqual,
        Warning::Unstable,
        Warning::Failed,
    ];

    /// The word that names it in commands and on screens.
    pub fn word(self) -> &'static str {
        match self {
            Warning::CutsWord => "cuts-word",
            Warning::JoinsWords => "joins-words",
            Warning::LosesDigits => "loses-digits",
            Warning::LosesHalf => "loses-half",
            Warning::OpenBracket => "open-bracket",
            Warning::LooseEnd => "loose-end",
            Warning::MakesEqual => "makes-equal",
            Warning::Unstable => "unstable",
            Warning::Failed => "failed",
        }
    }

    /// What it means, in a few words.
    pub fn about(self) -> &'static str {
        match self {
            Warning::CutsWord => "a change cuts into a word",
            Warning::JoinsWords => "two words became one",
            Warning::LosesDigits => "a word lost its digits",
            Warning::LosesHalf => "more than half of the text went",
            Warning::OpenBracket => "brackets do not pair any more",
            Warning::LooseEnd => "a by, of or and has nothing after it",
            Warning::MakesEqual => "another record with another raw text ends the same",
            Warning::Unstable => "a second run changes it again",
            Warning::Failed => "a rule could not be carried out",
        }
    }

    pub fn from_word(word: &str) -> Option<Warning> {
        Warning::ALL.into_iter().find(|warning| warning.word() == word)
    }
}

/// Some kinds of harm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Warnings(u16);

impl Warnings {
    pub fn add(&mut self, warning: Warning) {
        self.0 |= 1 << warning as u16;
    }

    pub fn has(self, warning: Warning) -> bool {
        self.0 >> (warning as u16) & 1 == 1
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub fn iter(self) -> impl Iterator<Item = Warning> {
        Warning::ALL.into_iter().filter(move |warning| self.has(*warning))
    }
}

/// The harm that can be seen from the two texts alone.
pub fn warnings(raw: &str, end: &str) -> Warnings {
    let mut found = Warnings::default();
    let (raw, end) = (raw.to_lowercase(), end.to_lowercase());
    let words = Words::of(&raw, &end);
    words.came.iter().filter_map(|word| words.harm_behind(word)).for_each(|harm| found.add(harm));
    if end.trim().len() * 2 < raw.trim().len() {
        found.add(Warning::LosesHalf);
    }
    if pairs(&raw) && !pairs(&end) {
        found.add(Warning::OpenBracket);
    }
    if loose_ends(&end) > loose_ends(&raw) {
        found.add(Warning::LooseEnd);
    }
    found
}

/// What joins parts into one word that tools write as several.
const JOINTS: [char; 2] = ['-', '_'];

/// The words of both texts, lower-cased.
struct Words<'t> {
    raw: Vec<&'t str>,
    end: Vec<&'t str>,
    /// In the end more often than in the raw text.
    came: Vec<&'t str>,
    /// In the raw text more often than in the end.
    went: Vec<&'t str>,
}

impl<'t> Words<'t> {
    fn of(raw: &'t str, end: &'t str) -> Words<'t> {
        let (raw, end) = (words(raw), words(end));
        let mut surplus: FxHashMap<&str, i32> = FxHashMap::default();
        raw.iter().for_each(|word| *surplus.entry(word).or_default() += 1);
        end.iter().for_each(|word| *surplus.entry(word).or_default() -= 1);
        let mut came: Vec<&str> = end.iter().copied().filter(|word| surplus.get(word).is_some_and(|n| *n < 0)).collect();
        let mut went: Vec<&str> = raw.iter().copied().filter(|word| surplus.get(word).is_some_and(|n| *n > 0)).collect();
        for words in [&mut came, &mut went] {
            words.sort_unstable();
            words.dedup();
        }
        Words { raw, end, came, went }
    }

    /// What was done to words that went, to make this one that came.
    fn harm_behind(&self, word: &str) -> Option<Warning> {
        if self.is_joined(word) {
            return Some(Warning::JoinsWords);
        }
        let cut = self.went.iter().filter_map(|whole| Some((*whole, excision(whole, word)?)));
        let mut cut = cut.filter(|(whole, _)| !self.is_split_at_joints(whole, word)).map(|(_, excised)| excised);
        let excised = cut.next()?;
        Some(if excised.contains(|c: char| c.is_ascii_digit()) { Warning::LosesDigits } else { Warning::CutsWord })
    }

    /// Two or more words of the raw text in a row, of at least two letters each, make this one.
    fn is_joined(&self, word: &str) -> bool {
        const MOST: usize = 4;
        let is_part = |part: &str| part.chars().filter(|c| c.is_alphabetic()).take(2).count() == 2;
        (0..self.raw.len()).any(|start| {
            let mut rest = word;
            for (n, part) in self.raw[start..].iter().take(MOST).enumerate() {
                let Some(after) = rest.strip_prefix(part).filter(|_| is_part(part)) else { return false };
                if after.is_empty() {
                    return n > 0;
                }
                rest = after;
            }
            false
        })
    }

    /// `hi-res` became `hi res`, or `long_hair` became `long hair`: all of its parts are there.
    fn is_split_at_joints(&self, whole: &str, word: &str) -> bool {
        let is_there = |part: &str| self.end.iter().any(|word| word.split(JOINTS).any(|other| other == part));
        whole.split(JOINTS).any(|part| part == word) && whole.split(JOINTS).all(is_there)
    }
}

/// Runs of letters and digits, with hyphens and apostrophes inside.
fn words(text: &str) -> Vec<&str> {
    let is_joint = |c: char| matches!(c, '-' | '\'' | '’');
    text.split(|c: char| !is_word(c) && !is_joint(c))
        .map(|word| word.trim_matches(|c| is_joint(c) || c == '_'))
        .filter(|word| !word.is_empty())
        .collect()
}

/// The stretch of `whole` that must go for `rest` to be left, if it is one stretch.
fn excision<'t>(whole: &'t str, rest: &str) -> Option<&'t str> {
    if rest.len() >= whole.len() {
        return None;
    }
    let start: usize = whole.chars().zip(rest.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
    let tail = rest.get(start..)?;
    let end = whole.len() - tail.len();
    (whole.ends_with(tail) && start < end).then(|| whole.get(start..end)).flatten()
}

/// Whether each bracket has its other half.
fn pairs(text: &str) -> bool {
    let mut open = Vec::new();
    for c in text.chars() {
        match c {
            '(' => open.push(')'),
            '[' => open.push(']'),
            '{' => open.push('}'),
            ')' | ']' | '}' if open.pop() != Some(c) => return false,
            _ => {}
        }
    }
    open.is_empty()
}

/// How often a `by`, `of` or `and` stands before a comma, a full stop, a closing bracket or the end.
fn loose_ends(text: &str) -> usize {
    let is_loose = |word: &str| matches!(word.trim_start_matches(['(', '[', '{']), "by" | "of" | "and");
    text.split([',', '.', ';', ')', ']', '}']).filter(|part| part.split_whitespace().next_back().is_some_and(is_loose)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(raw: &str, end: &str) -> Vec<&'static str> {
        warnings(raw, end).iter().map(Warning::word).collect()
    }

    #[test]
    fn each_kind_is_found() {
        for (raw, end, expected) in [
            ("a quiet cul-de-sac", "a quiet cul-deac", "cuts-word"),
            ("an anthology of cats", "an anology of cats", "cuts-word"),
            ("a 1960s diner", "a s diner", "loses-digits"),
            ("an mp3 player", "an mp player", "loses-digits"),
            ("red, car in rain", "redcar in rain", "joins-words"),
            ("a cat, highly detailed, 8k, artstation", "a cat", "loses-half"),
            ("a cat (red) here now", "a cat (red here now", "open-bracket"),
            ("a cat by wlop, red and blue", "a cat by, red and blue", "loose-end"),
            ("a dog and artgerm", "a dog and", "loose-end"),
        ] {
            assert_eq!(found(raw, end), [expected], "{raw} → {end}");
        }
    }

    #[test]
    fn what_is_no_harm_is_not_named() {
        for (raw, end) in [
            ("a cat, 8k", "a cat"),
            ("a hi-res photo of it", "a hi res photo of it"),
            ("1 9 6 0 s diner", "1960s diner"),
            ("A CAT", "a cat"),
            ("(a cat", "(a cat"),
            ("walking by", "walking by"),
            ("a cafÃ© in paris", "a café in paris"),
            ("", ""),
        ] {
            assert_eq!(found(raw, end), Vec::<&str>::new(), "{raw} → {end}");
        }
    }
}
