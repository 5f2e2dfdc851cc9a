//! What a person says of two texts: ground state, remembered by the digests of the texts, so that it survives rebuilds, models,
//! floors and thresholds.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What two texts are to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// One of them is enough.
    Duplicate,
    /// Both have a right to stay, however similar they are: no cluster holds by this pair.
    Different,
}

impl Verdict {
    pub const ALL: [Verdict; 2] = [Verdict::Duplicate, Verdict::Different];

    pub fn word(self) -> &'static str {
        match self {
            Verdict::Duplicate => "duplicate",
            Verdict::Different => "different",
        }
    }
}

impl FromStr for Verdict {
    type Err = ();
    fn from_str(word: &str) -> Result<Self, ()> {
        Verdict::ALL.into_iter().find(|verdict| verdict.word() == word).ok_or(())
    }
}

/// What was said of a pair, and how it came to be asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Judgement {
    pub verdict: Verdict,
    /// The pair was drawn by chance: only such answers say how precise a threshold is. One that a person picked is not.
    pub sampled: bool,
}

/// Two different texts, by their digests (XXH3-64 of the normalised text); the smaller first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TextPair {
    a: u64,
    b: u64,
}

impl TextPair {
    /// `None` where both are one text: of that there is nothing to say.
    pub fn new(a: u64, b: u64) -> Option<TextPair> {
        (a != b).then(|| TextPair { a: a.min(b), b: a.max(b) })
    }

    pub fn digests(self) -> (u64, u64) {
        (self.a, self.b)
    }
}

/// `0123456789abcdef-fedcba9876543210`: its key in the store and the log.
impl fmt::Display for TextPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}-{:016x}", self.a, self.b)
    }
}

impl FromStr for TextPair {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let digest = |hex: &str| u64::from_str_radix(hex, 16).map_err(|_| ());
        let (a, b) = text.split_once('-').ok_or(())?;
        TextPair::new(digest(a)?, digest(b)?).ok_or(())
    }
}

impl Serialize for TextPair {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TextPair {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|()| serde::de::Error::custom(format!("`{text}` is no pair of texts")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_reads_back_and_has_no_order() {
        let pair = TextPair::new(7, u64::MAX).expect("two texts");
        assert_eq!(pair, TextPair::new(u64::MAX, 7).expect("two texts"));
        assert_eq!(pair.to_string(), "0000000000000007-ffffffffffffffff");
        assert_eq!(pair.to_string().parse(), Ok(pair));
        assert_eq!(TextPair::new(7, 7), None);
        for text in ["", "7", "7-7", "x-y", "1-2-3"] {
            assert_eq!(text.parse::<TextPair>(), Err(()), "{text}");
        }
    }
}
