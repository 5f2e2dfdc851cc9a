//! A sample of the pairs of any region: every cell keeps the pairs with the lowest marks, a mark being a number that looks like chance and
//! depends on the pair alone. The lowest of several cells together are then the lowest of all their pairs (bottom-k sampling: Cohen &
//! Kaplan, "Summarizing data using bottom-k sketches", 2007).

use super::MappedPair;
use crate::clusters::hundredths::mix;

/// Most pairs of one sample.
pub const SAMPLE: usize = 48;

/// The pairs of one cell with the lowest marks: [`SAMPLE`] of them are sure to be there.
#[derive(Debug, Clone, Default)]
pub(super) struct Lowest {
    pairs: Vec<(u64, MappedPair)>,
    /// Higher marks are not among the lowest any more; 0 before the first was turned away.
    highest: u64,
}

impl Lowest {
    pub fn add(&mut self, pair: MappedPair) {
        self.add_marked(mix(u64::from(pair.a.0) << 32 | u64::from(pair.b.0)), pair);
    }

    fn add_marked(&mut self, mark: u64, pair: MappedPair) {
        if self.highest > 0 && mark > self.highest {
            return;
        }
        self.pairs.push((mark, pair));
        if self.pairs.len() >= 2 * SAMPLE {
            self.pairs.select_nth_unstable_by_key(SAMPLE - 1, |(mark, _)| *mark);
            self.pairs.truncate(SAMPLE);
            self.highest = self.pairs[SAMPLE - 1].0;
        }
    }

    pub fn merge(&mut self, other: Lowest) {
        other.pairs.into_iter().for_each(|(mark, pair)| self.add_marked(mark, pair));
    }
}

/// The pairs with the lowest marks of several cells, the closest in meaning first.
pub(super) fn lowest_of<'a>(cells: impl Iterator<Item = &'a Lowest>, most: usize) -> Vec<MappedPair> {
    let mut all: Vec<&(u64, MappedPair)> = cells.flat_map(|cell| &cell.pairs).collect();
    all.sort_unstable_by_key(|(mark, pair)| (*mark, pair.a, pair.b));
    let mut pairs: Vec<MappedPair> = all.into_iter().take(most.min(SAMPLE)).map(|(_, pair)| *pair).collect();
    let score = |score: Option<f32>| score.unwrap_or(0.0);
    pairs.sort_by(|x, y| {
        let closer = score(y.semantic).total_cmp(&score(x.semantic)).then(score(y.lexical).total_cmp(&score(x.lexical)));
        closer.then((x.a, x.b).cmp(&(y.a, y.b)))
    });
    pairs
}
