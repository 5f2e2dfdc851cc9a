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
    /// Jaccard over the set of words.
    Lexical,
}

impl Lens {
    pub fn word(self) -> &'static str {
        match self {
            Lens::Lexical => "lexical",
        }
    }
}

impl FromStr for Lens {
    type Err = ();
    fn from_str(word: &str) -> Result<Self, ()> {
        if word == "lexical" { Ok(Lens::Lexical) } else { Err(()) }
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

/// A cut on the score, in thousandths, so that 0.7 is the same number on the slider, in SQL and in a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Threshold(u16);

impl Threshold {
    /// Thousandths, clamped to 0..=1000.
    pub fn from_thousandths(n: u16) -> Self {
        Threshold(n.min(1000))
    }

    /// Nearest thousandth of a share in 0..=1; `None` outside.
    pub fn new(value: f64) -> Option<Self> {
        (0.0..=1.0).contains(&value).then(|| Threshold((value * 1000.0).round() as u16))
    }

    pub fn thousandths(self) -> u16 {
        self.0
    }

    /// The nearest `f32`, as a correctly rounded division: equal to `0.7_f32` for 700, and comparable with a Jaccard
    /// score computed as `i as f32 / u as f32`.
    pub fn value(self) -> f32 {
        self.0 as f32 / 1000.0
    }

    /// `steps` hundredths up or down, clamped to `floor..=1`.
    pub fn moved(self, steps: i32, floor: Threshold) -> Self {
        let moved = i32::from(self.0) + steps * 10;
        Threshold(moved.clamp(i32::from(floor.0), 1000) as u16)
    }
}

impl FromStr for Threshold {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        text.trim().parse::<f64>().ok().and_then(Threshold::new).ok_or(())
    }
}

/// `0.85`, or `0.875` where the thousandth counts.
impl fmt::Display for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_multiple_of(10) { write!(f, "{:.2}", self.value()) } else { write!(f, "{:.3}", self.value()) }
    }
}
