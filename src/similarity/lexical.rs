//! The exact lexical join: every pair of sets with Jaccard ≥ floor, without looking at every pair.
//!
//! Sets are ordered by size and their items by rarity; each set then looks for partners among the sets listed. Two sets that
//! reach the floor must share an item near the front of both, so each is listed only under its rarest items
//! (`prefix_index`), and of what is listed there most is refused by arithmetic:
//!
//! 1. **Prefix**: with `need` items to share, the first shared item is among the first `size − need + 1` of each set
//!    (Chaudhuri, Ganti, Kaushik, "A Primitive Operator for Similarity Joins in Data Cleaning", 2006; Bayardo, Ma, Srikant,
//!    "Scaling Up All Pairs Similarity Search", 2007, who also order by size and index a shorter prefix than they probe).
//! 2. **Length and position**: a first shared item at place `i` of one set leaves `size − i` to share, which bounds the
//!    partner's size from above; the partner's place bounds it likewise (Xiao, Wang, Lin, Yu, "Efficient Similarity Joins for
//!    Near Duplicate Detection", 2008, "PPJoin"). Postings are sorted by size, so the first of these is a range.
//! 3. **Signatures**: 128 bits in the posting, then 512 beside the set, bound the number of items that differ.
//! 4. **Verification**: a merge of the two sets that gives up once too many items went unmatched.
//!
//! Each of these refuses only what `limits` proves to be below the floor, so the result is complete; the score is the
//! division itself, so it is exact.
//!
//! **Which sets are listed and which look.** Among all pairs, each set looks among those before it, and the shorter prefix is
//! enough. Where some sets are new, only they look, among sets of any size, and only what they could ask for is listed.
//!
//! **Memory**, beside the sets: a copy of them in order, 28 bytes a posting (a third of the items at floor 0.5, a sixth at
//! 0.7), 64 bytes a set, and 4 bytes a set and thread.
//!
//! **Time** grows with the number of sets that share a rareish item, so with the square of the number of records in the long
//! run, with a small factor that a higher floor makes much smaller.

use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::item_sets::ItemSets;
use super::jaccard;
use super::limits::Limits;
use super::pairs::{Pairs, Sink};
use super::prefix_index::{Long, PrefixIndex, Short};
use crate::error::Result;
use crate::model::Edge;
use crate::progress::Progress;

/// Sets a thread takes from the queue at once.
const BLOCK: usize = 128;

/// Edges a thread gathers before the sink takes them.
const BATCH: usize = 4096;

/// Puts into `sink` each of `pairs` of `sets` with Jaccard ≥ `floor`, once, `a < b` being numbers of sets. `floor` is in (0, 1].
pub fn join(sets: &ItemSets, pairs: Pairs, floor: f32, sink: &dyn Sink, progress: &Progress) -> Result<()> {
    let join = Join::new(sets, pairs, floor);
    let seekers = join.seekers();
    progress.stage("joining", "texts", seekers.len() as u64)?;
    let next = AtomicUsize::new(0);
    let work = || -> Result<()> {
        let mut finder = Finder::new(&join);
        loop {
            let start = next.fetch_add(BLOCK, Ordering::Relaxed).min(seekers.len());
            let block = &seekers[start..seekers.len().min(start + BLOCK)];
            if block.is_empty() {
                return sink.take(&finder.edges);
            }
            for &set in block {
                finder.find_partners(set);
                if finder.edges.len() >= BATCH {
                    progress.check()?;
                    sink.take(&finder.edges)?;
                    finder.edges.clear();
                }
            }
            progress.add(block.len() as u64)?;
        }
    };
    (0..rayon::current_num_threads()).into_par_iter().with_max_len(1).try_for_each(|_| work())
}

/// What all threads read. A *place* is a set's number in order of size.
struct Join {
    /// By place.
    sets: ItemSets,
    /// Place → number of the set.
    numbers: Vec<u32>,
    /// By place.
    signatures: Vec<Long>,
    pairs: Pairs,
    index: PrefixIndex,
    limits: Limits,
}

impl Join {
    fn new(sets: &ItemSets, pairs: Pairs, floor: f32) -> Join {
        let numbers = by_size(sets);
        let sets = sets.select(&numbers);
        let largest = sets.len().checked_sub(1).map_or(0, |last| sets.get(last as u32).len());
        let limits = Limits::new(floor, largest);
        let index = match pairs {
            Pairs::All => PrefixIndex::for_larger(&sets, &limits),
            Pairs::WithNew { first } => PrefixIndex::for_seekers(&sets, &limits, |n| numbers[n as usize] >= first, |_| true),
            Pairs::Across { first } => {
                PrefixIndex::for_seekers(&sets, &limits, |n| numbers[n as usize] >= first, |n| numbers[n as usize] < first)
            }
        };
        let signatures = (0..sets.len() as u32).into_par_iter().map(|n| Long::of(sets.get(n))).collect();
        Join { sets, numbers, signatures, pairs, index, limits }
    }

    /// The places of the sets that look for partners.
    fn seekers(&self) -> Vec<u32> {
        let places = 0..self.sets.len() as u32;
        match self.pairs {
            Pairs::All => places.collect(),
            Pairs::WithNew { first } | Pairs::Across { first } => {
                places.filter(|&place| self.numbers[place as usize] >= first).collect()
            }
        }
    }

    /// Where the partners of the set at `place` end.
    fn partners_end(&self, place: u32) -> u32 {
        if self.pairs == Pairs::All { place } else { self.sets.len() as u32 }
    }

    /// Whether the pair is found from the other side: of two new sets, the later one looks.
    fn is_found_elsewhere(&self, seeker: u32, other: u32) -> bool {
        match self.pairs {
            Pairs::WithNew { first } => other >= seeker && self.numbers[other as usize] >= first,
            Pairs::All | Pairs::Across { .. } => false,
        }
    }
}

/// The sets by size, then by their items, so that sets alike at the front stand together and find each other in the cache.
fn by_size(sets: &ItemSets) -> Vec<u32> {
    let mut order: Vec<u32> = (0..sets.len() as u32).collect();
    order.par_sort_unstable_by(|&a, &b| {
        let (left, right) = (sets.get(a), sets.get(b));
        left.len().cmp(&right.len()).then_with(|| left.cmp(right)).then(a.cmp(&b))
    });
    order
}

/// What one thread writes.
struct Finder<'a> {
    join: &'a Join,
    /// By place: the last seeker (plus 1) that it was compared with item by item.
    compared_with: Vec<u32>,
    edges: Vec<Edge>,
}

impl<'a> Finder<'a> {
    fn new(join: &'a Join) -> Finder<'a> {
        Finder { join, compared_with: vec![0; join.sets.len()], edges: Vec::new() }
    }

    /// Adds the edges of the set at `seeker` with its partners.
    ///
    /// A pair that reaches the floor passes every filter at its first shared item, and is marked as compared there; a pair met
    /// again at a later item is either marked or below the floor, so that it does no harm to take that item for the first.
    fn find_partners(&mut self, seeker: u32) {
        let Join { sets, index, limits, .. } = self.join;
        let items = sets.get(seeker);
        let signature = Short::of(items);
        let smallest = limits.smallest_partner(items.len());
        let end = self.join.partners_end(seeker);
        for (place, &item) in items.iter().enumerate() {
            let largest = limits.largest_partner(items.len(), items.len() - place);
            if largest < smallest {
                break;
            }
            for (other, posting) in index.under(item, smallest..largest + 1, end) {
                let need = limits.need(items.len(), posting.size as usize);
                if need <= posting.left as usize
                    && !signature.differs_by_more_than(&posting.signature, items.len() + posting.size as usize - 2 * need)
                {
                    self.compare((seeker, &items[place..]), (other, posting.left as usize), need);
                }
            }
        }
    }

    /// Keeps the pair of `seeker` and `other` if `items`, what is left of the one, and the `left` last items of the other share
    /// `need` items.
    fn compare(&mut self, (seeker, items): (u32, &[u32]), (other, left): (u32, usize), need: usize) {
        let mark = &mut self.compared_with[other as usize];
        if std::mem::replace(mark, seeker + 1) == seeker + 1 || self.join.is_found_elsewhere(seeker, other) {
            return;
        }
        let Join { sets, numbers, signatures, .. } = self.join;
        let (set, other_items) = (sets.get(seeker), sets.get(other));
        let may_differ = set.len() + other_items.len() - 2 * need;
        if signatures[seeker as usize].differs_by_more_than(&signatures[other as usize], may_differ) {
            return;
        }
        if let Some(shared) = shared_items(items, &other_items[other_items.len() - left..], need) {
            let union = set.len() + other_items.len() - shared;
            let (a, b) = (numbers[seeker as usize], numbers[other as usize]);
            self.edges.push(Edge { a: a.min(b), b: a.max(b), score: jaccard(shared, union) });
        }
    }
}

/// How many items two sorted sets share; `None` as soon as it is certain that they are fewer than `need`.
///
/// `need` is at most the size of each.
fn shared_items(a: &[u32], b: &[u32], need: usize) -> Option<usize> {
    let (mut i, mut j, mut shared) = (0, 0, 0);
    let (may_miss_a, may_miss_b) = (a.len() - need, b.len() - need);
    while i < a.len() && j < b.len() {
        let (x, y) = (a[i], b[j]);
        i += usize::from(x <= y);
        j += usize::from(y <= x);
        shared += usize::from(x == y);
        if i - shared > may_miss_a || j - shared > may_miss_b {
            return None;
        }
    }
    (shared >= need).then_some(shared)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_items_are_counted_or_given_up() {
        let (a, b) = ([1, 3, 5, 7, 9], [2, 3, 5, 8, 9]);
        assert_eq!(shared_items(&a, &b, 3), Some(3));
        assert_eq!(shared_items(&a, &b, 0), Some(3));
        assert_eq!(shared_items(&a, &b, 4), None);
        assert_eq!(shared_items(&a, &a, 5), Some(5));
        assert_eq!(shared_items(&[], &b, 0), Some(0));
    }
}
