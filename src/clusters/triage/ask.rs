//! Which pair to ask about next.

use super::Triage;
use crate::clusters::hundredths::{self, mix};
use crate::model::{Edge, Threshold};

/// Draws at random within a bin before its pairs are tried one after the other.
const DRAWS: u64 = 64;

/// The place in `edges` of the next pair to ask about; `None` when there is none left.
///
/// A bin is drawn first, half for lying near the threshold and half for what it adds to the doubt about the whole; then one of its pairs, all
/// of them alike. The same seed, answers and threshold give the same pair. `edges` are in [`Edge::order`]; `is_out` says which pairs not to
/// ask about (judged already, passed over, of dead records). Costs some steps a bin, and as many as there are pairs out in a row.
pub fn next(triage: &Triage, edges: &[Edge], threshold: Threshold, seed: u64, is_out: impl Fn(&Edge) -> bool) -> Option<usize> {
    let mut bins = weighted(triage, edges, threshold);
    let mut chance = mix(seed ^ mix(u64::from(triage.asked())));
    while !bins.is_empty() {
        let bin = bins.swap_remove(draw(&bins, chance));
        if let Some(place) = pick(edges, bin.edges, chance, &is_out) {
            return Some(place);
        }
        chance = mix(chance);
    }
    None
}

/// A bin that has edges.
struct Weighted {
    edges: (usize, usize),
    weight: f64,
}

fn weighted(triage: &Triage, edges: &[Edge], threshold: Threshold) -> Vec<Weighted> {
    let cut = hundredths::of(threshold.value());
    let (mut bins, mut start) = (Vec::new(), 0);
    for bin in triage.bins.iter().rev() {
        let end = start + edges[start..].partition_point(|e| e.score >= hundredths::value(bin.from));
        let distance = bin.from.saturating_sub(cut).max((cut + 1).saturating_sub(bin.to));
        let (doubt, nearness) = (bin.pairs as f64 * bin.share.width(), f64::from(1 + distance).powi(-2));
        if start < end {
            bins.push(((start, end), doubt, nearness));
        }
        start = end;
    }
    // Where nothing is in doubt the sum is 0, and nearness alone decides.
    let doubts = bins.iter().map(|(_, doubt, _)| doubt).sum::<f64>().max(f64::MIN_POSITIVE);
    let nearnesses: f64 = bins.iter().map(|(.., nearness)| nearness).sum();
    bins.into_iter().map(|(edges, doubt, nearness)| Weighted { edges, weight: doubt / doubts + nearness / nearnesses }).collect()
}

/// The number of a bin, drawn by weight; `bins` is not empty.
fn draw(bins: &[Weighted], chance: u64) -> usize {
    let total: f64 = bins.iter().map(|bin| bin.weight).sum();
    let mut left = chance as f64 / u64::MAX as f64 * total;
    let drawn = bins.iter().position(|bin| {
        left -= bin.weight;
        left < 0.0
    });
    drawn.unwrap_or(bins.len() - 1)
}

fn pick(edges: &[Edge], (start, end): (usize, usize), chance: u64, is_out: &impl Fn(&Edge) -> bool) -> Option<usize> {
    let place = |draw: u64| start + (mix(chance ^ mix(draw)) % (end - start) as u64) as usize;
    let is_in = |&place: &usize| !is_out(&edges[place]);
    let drawn = (0..DRAWS).map(place).find(is_in);
    drawn.or_else(|| (place(0)..end).chain(start..place(0)).find(is_in))
}
