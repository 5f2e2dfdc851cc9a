//! Which texts of one collection stand in another: the closest of the others for each, and how many pairs there are.

use std::sync::{Mutex, PoisonError};

use super::duplicates::Measure;
use crate::error::{Error, Result};
use crate::model::{Edge, RecordId, Threshold};
use crate::progress::Progress;
use crate::similarity::{Nodes, Pairs, Sink, digest};

/// The text of the other collection that is closest to one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Close {
    /// Its place in its collection; of several as close, the first.
    pub place: usize,
    pub score: f32,
    /// It is the same text, apart from case and white space.
    pub same: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Overlap {
    /// Of each text, the closest of the others, where one is as close as the threshold.
    pub closest: Vec<Option<Close>>,
    /// Pairs of a text and one of the others.
    pub pairs: u64,
}

/// Looks for each text of `of` among `inside`. Exact; pairs within one side are not looked for.
///
/// Memory: what the join needs for the different texts, and 12 bytes for each of them, however many pairs there are.
pub(super) fn overlap(measure: &Measure, inside: &[&str], of: &[&str], threshold: f32, progress: &Progress) -> Result<Overlap> {
    let texts = [inside, of].concat();
    require_countable(texts.len())?;
    let records = (1..=texts.len() as u32).map(RecordId).collect();
    let sides = Sides::new(Nodes::collapse(records, &texts, measure.same(), progress)?, inside.len());
    let tally = Mutex::new(Tally { pairs: 0, closest: vec![None; sides.nodes.len()] });
    let join = |rows: &[u32], pairs: Pairs| {
        let texts: Vec<&str> = rows.iter().map(|&node| texts[sides.nodes.first_of[node as usize] as usize]).collect();
        measure.join(&texts, pairs, threshold, &Counting { rows, sides: &sides, tally: &tally }, progress)
    };
    let (only_inside, both, only_of) = sides.parted();
    if !only_inside.is_empty() && both.len() + only_of.len() > 0 {
        join(&[&only_inside[..], &both, &only_of].concat(), Pairs::Across { first: only_inside.len() as u32 })?;
    }
    if !both.is_empty() {
        join(&[&only_of[..], &both].concat(), Pairs::WithNew { first: only_of.len() as u32 })?;
    }
    let mut overlap = sides.finish(tally.into_inner().unwrap_or_else(PoisonError::into_inner));
    for (text, close) in of.iter().zip(&mut overlap.closest) {
        if let Some(close) = close {
            // The semantic lens tells texts apart by their bytes.
            close.same = close.same || digest(text) == digest(inside[close.place]);
        }
    }
    Ok(overlap)
}

/// Texts are numbered by 32 bits.
pub(super) fn require_countable(texts: usize) -> Result<()> {
    if texts >= u32::MAX as usize {
        return Err(Error::refused("there are more than 4 billion prompts").hint("divide the files"));
    }
    Ok(())
}

/// The threshold as the floor of a join. Errors: usage for 0, from which every pair is a pair of copies.
pub(super) fn as_floor(threshold: Threshold) -> Result<f32> {
    if threshold.value() > 0.0 {
        return Ok(threshold.value());
    }
    Err(Error::usage("at a threshold of 0 every prompt is a copy of every other").hint("a number above 0, as in 0.85"))
}

/// Of each node, how many texts of either side it is.
struct Sides {
    nodes: Nodes,
    split: usize,
    inside: Vec<u32>,
    of: Vec<u32>,
}

impl Sides {
    /// The first `split` records are inside.
    fn new(nodes: Nodes, split: usize) -> Sides {
        let (mut inside, mut of) = (vec![0; nodes.len()], vec![0; nodes.len()]);
        for (place, &node) in nodes.node_of.iter().enumerate() {
            let side = if place < split { &mut inside } else { &mut of };
            side[node as usize] += 1;
        }
        Sides { nodes, split, inside, of }
    }

    /// The nodes that stand on the one side, on both, on the other.
    fn parted(&self) -> (Vec<u32>, Vec<u32>, Vec<u32>) {
        let nodes = |of_inside: bool, of_other: bool| -> Vec<u32> {
            let stands = |node: &u32| (self.inside[*node as usize] > 0, self.of[*node as usize] > 0) == (of_inside, of_other);
            (0..self.nodes.len() as u32).filter(stands).collect()
        };
        (nodes(true, false), nodes(true, true), nodes(false, true))
    }

    /// How many pairs of a text inside and one of the others an edge from `inside` to `of` stands for.
    fn pairs(&self, inside: u32, of: u32) -> u64 {
        u64::from(self.inside[inside as usize]) * u64::from(self.of[of as usize])
    }

    fn finish(&self, tally: Tally) -> Overlap {
        let all = 0..self.nodes.len() as u32;
        let same: u64 = all.map(|node| self.pairs(node, node)).sum();
        let place = |node: u32| self.nodes.first_of[node as usize] as usize;
        let closest = self.nodes.node_of[self.split..].iter().map(|&node| match tally.closest[node as usize] {
            _ if self.inside[node as usize] > 0 => Some(Close { place: place(node), score: 1.0, same: true }),
            found => found.map(|(score, other)| Close { place: place(other), score, same: false }),
        });
        Overlap { closest: closest.collect(), pairs: tally.pairs + same }
    }
}

struct Tally {
    pairs: u64,
    /// Of each node, the closest one inside: nodes are numbered by their first text.
    closest: Vec<Option<(f32, u32)>>,
}

impl Tally {
    fn offer(&mut self, node: u32, score: f32, other: u32) {
        let best = &mut self.closest[node as usize];
        let is_better = |&(s, o): &(f32, u32)| score > s || (score == s && other < o);
        if best.as_ref().is_none_or(is_better) {
            *best = Some((score, other));
        }
    }
}

/// Counts the edges of a join between rows, and keeps none.
struct Counting<'a> {
    rows: &'a [u32],
    sides: &'a Sides,
    tally: &'a Mutex<Tally>,
}

impl Sink for Counting<'_> {
    fn take(&self, edges: &[Edge]) -> Result<()> {
        let mut tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
        for edge in edges {
            let (a, b) = (self.rows[edge.a as usize], self.rows[edge.b as usize]);
            for (inside, of) in [(a, b), (b, a)] {
                let pairs = self.sides.pairs(inside, of);
                if pairs > 0 {
                    tally.pairs += pairs;
                    tally.offer(of, edge.score, inside);
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::Sets;
    use crate::similarity::{Items, normal::normalised};

    /// Every text against every other.
    fn brute(inside: &[String], of: &[String], threshold: f32) -> Overlap {
        let mut pairs = 0;
        let closest = of.iter().map(|text| {
            let items = Items::of(text, Sets::Words);
            let mut best: Option<Close> = None;
            for (place, other) in inside.iter().enumerate() {
                let same = normalised(text) == normalised(other);
                let score = if same { 1.0 } else { items.score(other) };
                if score < threshold {
                    continue;
                }
                pairs += 1;
                if best.is_none_or(|b| (same, score) > (b.same, b.score)) {
                    best = Some(Close { place, score, same });
                }
            }
            best
        });
        Overlap { closest: closest.collect(), pairs }
    }

    fn texts() -> impl Strategy<Value = Vec<String>> {
        prop::collection::vec(prop::collection::vec("[abcdE!]", 0..5).prop_map(|words| words.join(" ")), 0..14)
    }

    proptest! {
        #[test]
        fn every_pair_is_found_and_the_closest_named(
            inside in texts(),
            of in texts(),
            threshold in prop::sample::select(vec![0.2f32, 0.5, 2.0 / 3.0, 1.0]),
        ) {
            let [left, right] = [&inside, &of].map(|texts| texts.iter().map(String::as_str).collect::<Vec<_>>());
            let found = overlap(&Measure::Sets(Sets::Words), &left, &right, threshold, &Progress::none()).expect("joined");
            prop_assert_eq!(found, brute(&inside, &of, threshold));
        }
    }

    #[test]
    fn a_threshold_of_nothing_is_refused() {
        assert!(as_floor(Threshold::from_thousandths(0)).is_err_and(|e| e.hint.is_some()));
        assert!(as_floor(Threshold::from_thousandths(1)).is_ok());
    }
}
