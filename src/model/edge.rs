//! Scored pairs, lenses, thresholds and policies: the words of the similarity graph.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Two nodes of a graph and their similarity. `a < b`; `score` in 0..=1, higher is closer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Edge {
    pub a: u32,
    pub b: u32,
    pub score: f32,
}

impl Edge {
    /// The one order of edges everywhere: score descending, then `a`, then `b`.
    pub fn order(&self, other: &Edge) -> std::cmp::Ordering {
        other.score.total_cmp(&self.score).then(self.a.cmp(&other.a)).then(self.b.cmp(&other.b))
    }
}

/// What similarity means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lens {
    /// Jaccard of two sets of words or grams: the same words.
    Lexical,
    /// Cosine of two sentence embeddings: the same meaning.
    Semantic,
}

impl Lens {
    pub const ALL: [Lens; 2] = [Lens::Lexical, Lens::Semantic];

    pub fn word(self) -> &'static str {
        match self {
            Lens::Lexical => "lexical",
            Lens::Semantic => "semantic",
        }
    }

    /// The lowest score that its graph keeps, where none is asked for.
    pub fn default_floor(self) -> f32 {
        match self {
            Lens::Lexical => 0.5,
            Lens::Semantic => 0.65,
        }
    }

    /// Where records count as copies, until somebody says otherwise: the threshold that the original scripts used for meaning.
    pub fn default_threshold(self) -> Threshold {
        match self {
            Lens::Lexical => Threshold::from_thousandths(800),
            Lens::Semantic => Threshold::from_thousandths(850),
        }
    }

    pub fn other(self) -> Lens {
        match self {
            Lens::Lexical => Lens::Semantic,
            Lens::Semantic => Lens::Lexical,
        }
    }
}

impl FromStr for Lens {
    type Err = ();
    fn from_str(word: &str) -> Result<Self, ()> {
        Lens::ALL.into_iter().find(|lens| lens.word() == word).ok_or(())
    }
}

/// What the lexical lens takes a text apart into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sets {
    /// The set of words: what stands between characters that are not alphanumeric. The default.
    Words,
    /// The set of windows of five characters: for scripts without blanks, and for typos.
    Grams,
}

impl Sets {
    pub const ALL: [Sets; 2] = [Sets::Words, Sets::Grams];

    pub fn word(self) -> &'static str {
        match self {
            Sets::Words => "words",
            Sets::Grams => "grams",
        }
    }
}

impl FromStr for Sets {
    type Err = ();
    fn from_str(word: &str) -> Result<Self, ()> {
        Sets::ALL.into_iter().find(|s| s.word() == word).ok_or(())
    }
}

/// Which records a cluster loses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Policy {
    /// Keep a record if no kept one is ≥ t (in keeper order). The default.
    Cover,
    /// Keep one per connected component.
    Cluster,
    /// Drop every record that has any neighbour ≥ t: the original's mistake, for comparison only.
    Every,
}

impl Policy {
    pub const ALL: [Policy; 3] = [Policy::Cover, Policy::Cluster, Policy::Every];

    pub fn word(self) -> &'static str {
        match self {
            Policy::Cover => "cover",
            Policy::Cluster => "cluster",
            Policy::Every => "every",
        }
    }
}

impl FromStr for Policy {
    type Err = ();
    fn from_str(word: &str) -> Result<Self, ()> {
        Policy::ALL.into_iter().find(|p| p.word() == word).ok_or(())
    }
}

/// A cut on the score, 0..=1: an `f32` as the scores are, so that 2/3 as typed meets 2/3 as computed and nothing is rounded away.
///
/// Kept by its bits, which for numbers from 0 up are in the order of the numbers; so it can be compared, hashed and be a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Threshold(u32);

impl Threshold {
    /// Thousandths, clamped to 0..=1000. A correctly rounded division: 700 is `0.7_f32`.
    pub fn from_thousandths(n: u16) -> Self {
        Self::from_value(f32::from(n.min(1000)) / 1000.0)
    }

    /// The nearest `f32` of a share in 0..=1; `None` outside.
    pub fn new(value: f64) -> Option<Self> {
        (0.0..=1.0).contains(&value).then(|| Self::from_value(value as f32))
    }

    /// `abs`, because minus zero has other bits.
    fn from_value(value: f32) -> Self {
        Threshold(value.abs().to_bits())
    }

    /// Nearest thousandth: for the slider's steps, never for a comparison with a score.
    pub fn thousandths(self) -> u16 {
        (self.value() * 1000.0).round() as u16
    }

    /// Comparable with a Jaccard score computed as `i as f32 / u as f32`.
    pub fn value(self) -> f32 {
        f32::from_bits(self.0)
    }

    /// `steps` hundredths up or down, clamped to `floor..=1`.
    pub fn moved(self, steps: i32, floor: Threshold) -> Self {
        let moved = (i32::from(self.thousandths()) + steps * 10).clamp(0, 1000);
        Threshold::from_thousandths(moved as u16).max(floor)
    }
}

impl FromStr for Threshold {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        text.trim().parse::<f64>().ok().and_then(Threshold::new).ok_or(())
    }
}

/// `0.85` (with `{:#}`: `0.850`), `0.875` where the thousandth counts, all digits where still more do: parsed again, it is the same threshold.
impl fmt::Display for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let thousandths = self.thousandths();
        if Threshold::from_thousandths(thousandths) != *self {
            write!(f, "{}", self.value())
        } else if thousandths.is_multiple_of(10) && !f.alternate() {
            write!(f, "{:.2}", self.value())
        } else {
            write!(f, "{:.3}", self.value())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str) -> Threshold {
        text.parse().expect("a threshold")
    }

    /// At 0.6666 the pair with the score 2/3 belongs to the answer; rounded to thousandths it would not.
    #[test]
    fn what_was_typed_is_not_rounded_away() {
        let score = 2.0_f32 / 3.0;
        for text in ["0.666", "0.6666", "0.66666666", "0.6666666666666666"] {
            assert!(score >= typed(text).value(), "{text}");
        }
        for text in ["0.667", "0.66667", "0.6666668"] {
            assert!(score < typed(text).value(), "{text}");
        }
    }

    #[test]
    fn every_jaccard_score_is_its_own_threshold_and_survives_printing() {
        for union in 1..200_u16 {
            for common in 0..=union {
                let score = f32::from(common) / f32::from(union);
                let threshold = Threshold::new(f64::from(score)).expect("in range");
                assert_eq!(threshold.value(), score);
                assert_eq!(typed(&threshold.to_string()), threshold, "{common}/{union}");
            }
        }
    }

    #[test]
    fn thousandths_are_the_numbers_one_types() {
        for n in 0..=1000 {
            let threshold = Threshold::from_thousandths(n);
            assert_eq!(threshold, typed(&format!("{}", f64::from(n) / 1000.0)));
            assert_eq!((threshold.thousandths(), threshold.value()), (n, f32::from(n) / 1000.0));
        }
        assert_eq!(typed("-0"), typed("0"));
        assert_eq!((typed("0.7").to_string(), typed("0.875").to_string()), ("0.70".to_owned(), "0.875".to_owned()));
        for text in ["NaN", "inf", "-0.1", "1.0001", "", "0,5"] {
            assert_eq!(text.parse::<Threshold>(), Err(()), "{text}");
        }
    }

    #[test]
    fn order_is_that_of_the_numbers_and_steps_stop_at_the_floor() {
        assert!(typed("0.3335") < typed("0.334") && typed("0") < typed("0.0001") && typed("0.999") < typed("1"));
        let floor = typed("0.3335");
        assert_eq!(typed("0.35").moved(-1, floor), typed("0.34"));
        assert_eq!(typed("0.34").moved(-1, floor), floor);
        assert_eq!(typed("0.99").moved(5, floor), typed("1"));
    }
}
