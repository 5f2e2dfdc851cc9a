//! Judging borderline pairs: how many of the pairs above a threshold are duplicates, and which pair to ask about next.
//!
//! Pairs are put into bins by score. Answers within a bin are a sample of its pairs, so that the precision above a threshold is the mean of
//! the bins weighted by their pairs (a stratified estimate), with an interval of 95 %. Nothing here knows of a lens.
//!
//! The value is that of the monotone fit over the bins, for which a higher score is never less of a duplicate; the interval takes each bin
//! by itself.

mod ask;
mod interval;

pub use ask::next;
pub use interval::Share;

use super::hundredths;
use crate::model::{Edge, Threshold};
use crate::similarity::PairHistogram;

/// A bin is closed when it has so many answers,
const ENOUGH: u32 = 5;
/// or when it is so many hundredths wide: answers must not speak for pairs far from them.
const WIDEST: u16 = 5;
/// An interval up to this wide is good enough to act on.
const SURE: f64 = 0.1;
/// A bin with less than this share of the pairs is not waited for.
const MINOR: f64 = 0.01;

/// A person's answer about a pair.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judged {
    pub score: f32,
    pub duplicate: bool,
}

/// The pairs of a range of scores and what is known of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bin {
    /// Scores from this many hundredths
    pub from: u16,
    /// to below this many; 101 for the last one.
    pub to: u16,
    pub pairs: u64,
    pub asked: u32,
    /// How many of the answers were "a duplicate".
    pub duplicates: u32,
    /// Share of duplicates with its interval; [`Share::UNKNOWN`] where nobody was asked.
    pub share: Share,
    /// The monotone fit through all bins.
    pub fitted: f64,
}

/// What the answers say so far.
#[derive(Debug, Clone, PartialEq)]
pub struct Triage {
    /// By score ascending, without gaps.
    pub bins: Vec<Bin>,
    pairs: PairHistogram,
}

/// A threshold for the precision somebody named.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Suggestion {
    pub threshold: Threshold,
    /// Of all pairs from the threshold up.
    pub precision: Share,
    pub pairs: u64,
    /// What is missing before the figure can be relied on.
    pub missing: Option<Missing>,
}

/// Too few answers in a bin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Missing {
    /// The bin, in hundredths as [`Bin`] has them.
    pub from: u16,
    pub to: u16,
    /// So many more answers about halve what the bin adds to the doubt.
    pub answers: u32,
}

/// How many edges there are per hundredth from the floor: pairs of texts, each counted once. `edges` are in [`Edge::order`].
pub fn count(edges: &[Edge], floor: f32) -> PairHistogram {
    let first = hundredths::of(floor);
    let above = |h: u16| if h > 100 { 0 } else { edges.partition_point(|e| e.score >= hundredths::value(h)) as u64 };
    PairHistogram { first, counts: (first..=100).map(|h| above(h) - above(h + 1)).collect() }
}

impl Triage {
    /// `pairs` per hundredth, from [`count`] or [`Graph::pair_count_histogram`](crate::similarity::Graph::pair_count_histogram). Answers
    /// about pairs below the first hundredth are left out.
    pub fn of(pairs: PairHistogram, judged: &[Judged]) -> Triage {
        let mut answers = [[0u32; 2]; 101];
        for judged in judged {
            answers[usize::from(hundredths::of(judged.score))][usize::from(judged.duplicate)] += 1;
        }
        let mut bins = Vec::new();
        let mut to = 101;
        while to > pairs.first {
            let bin = highest_bin(&pairs, &answers, to);
            to = bin.from;
            bins.push(bin);
        }
        bins.reverse();
        let fitted = interval::rising(&bins.iter().map(|bin| (bin.share.value, f64::from(bin.asked))).collect::<Vec<_>>());
        bins.iter_mut().zip(fitted).for_each(|(bin, fitted)| bin.fitted = fitted);
        Triage { bins, pairs }
    }

    /// How many answers there are.
    pub fn asked(&self) -> u32 {
        self.bins.iter().map(|bin| bin.asked).sum()
    }

    /// The precision of all pairs with score ≥ `threshold` (rounded down to hundredths), and their number. `None` where there are no pairs.
    pub fn above(&self, threshold: Threshold) -> Option<(Share, u64)> {
        let from = hundredths::of(threshold.value());
        let reached = || self.bins.iter().map(move |bin| (self.pairs_from(bin, from), bin)).filter(|(pairs, _)| *pairs > 0);
        let each = reached().map(|(pairs, bin)| {
            let value = if bin.asked > 0 { bin.share.value } else { bin.fitted };
            (pairs as f64, Share { value, ..bin.share }, bin.asked > 0)
        });
        let Share { low, high, .. } = interval::mean(each)?;
        let pairs: u64 = reached().map(|(pairs, _)| pairs).sum();
        let value = reached().map(|(pairs, bin)| pairs as f64 * bin.fitted).sum::<f64>() / pairs as f64;
        Some((Share { low: low.min(value), value, high: high.max(value) }, pairs))
    }

    /// The lowest threshold at the border of a bin from which up at least `precision` of the pairs are duplicates, as far as is known.
    /// `None` where no threshold reaches it, or nobody was asked yet.
    pub fn suggest(&self, precision: f64) -> Option<Suggestion> {
        let first = self.bins.iter().position(|bin| bin.asked > 0)?;
        let at = |bin: &Bin| {
            let threshold = Threshold::from_thousandths(bin.from * 10);
            let (found, pairs) = self.above(threshold)?;
            let missing = self.missing(threshold);
            // Sums of shares round: what is all duplicates must reach 1.
            (found.value >= precision - 1e-9).then_some(Suggestion { threshold, precision: found, pairs, missing })
        };
        self.bins[first..].iter().find_map(at)
    }

    /// Where answers are wanted most before the precision above `threshold` can be relied on; `None`: it is sure enough.
    pub fn missing(&self, threshold: Threshold) -> Option<Missing> {
        let (share, pairs) = self.above(threshold)?;
        let from = hundredths::of(threshold.value());
        let weight = |bin: &Bin| self.pairs_from(bin, from) as f64 / pairs as f64;
        let is_unsure = |bin: &&Bin| share.width() > SURE || (bin.asked < ENOUGH && weight(bin) >= MINOR);
        let doubt = |bin: &Bin| weight(bin) * bin.share.width();
        let worst =
            self.bins.iter().filter(|bin| weight(bin) > 0.0).filter(is_unsure).max_by(|a, b| doubt(a).total_cmp(&doubt(b)))?;
        // A width falls as the root of the answers rises: four times as many halve it.
        let answers = ENOUGH.saturating_sub(worst.asked).max(worst.asked * 3);
        Some(Missing { from: worst.from, to: worst.to, answers })
    }

    /// The bin's pairs that are at or above so many hundredths.
    fn pairs_from(&self, bin: &Bin, from: u16) -> u64 {
        (bin.from.max(from)..bin.to).map(|h| self.pairs.at(h)).sum()
    }
}

/// The bin that ends below `to`: as wide as it must be to have answers enough.
fn highest_bin(pairs: &PairHistogram, answers: &[[u32; 2]; 101], to: u16) -> Bin {
    let mut bin = Bin { from: to, to, pairs: 0, asked: 0, duplicates: 0, share: Share::UNKNOWN, fitted: 0.5 };
    while bin.from > pairs.first && bin.asked < ENOUGH && to - bin.from < WIDEST {
        bin.from -= 1;
        let [no, yes] = answers[usize::from(bin.from)];
        bin.pairs += pairs.at(bin.from);
        bin.asked += no + yes;
        bin.duplicates += yes;
    }
    bin.share = Share::wilson(bin.duplicates, bin.asked);
    bin
}
