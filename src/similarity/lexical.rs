//! The exact lexical join: every pair of word sets with Jaccard ≥ floor, without looking at every pair.
//!
//! Sets are ordered by size and their words by rarity; each set then looks for partners among the sets before it. Two sets that
//! reach the floor must share a word near the front of both, so each is listed only under its rarest words
//! (`prefix_index`), and of what is listed there most is refused by arithmetic:
//!
//! 1. **Prefix**: with `need` words to share, the first shared word is among the first `size − need + 1` of each set
//!    (Chaudhuri, Ganti, Kaushik, "A Primitive Operator for Similarity Joins in Data Cleaning", 2006; Bayardo, Ma, Srikant,
//!    "Scaling Up All Pairs Similarity Search", 2007, who also order by size and index a shorter prefix than they probe).
//! 2. **Length and position**: a first shared word at place `i` of one set leaves `size − i` to share, which bounds the
//!    partner's size from above; the partner's place bounds it likewise (Xiao, Wang, Lin, Yu, "Efficient Similarity Joins for
//!    Near Duplicate Detection", 2008, "PPJoin"). Postings are sorted by size, so the first of these is a range.
//! 3. **Signature**: 128 bits a set bound the number of words that differ.
//! 4. **Verification**: a merge of the two sets that gives up once too many words went unmatched.
//!
//! Each of these refuses only what `limits` proves to be below the floor, so the result is complete; the score is the
//! division itself, so it is exact. Threads take blocks of sets from one queue and the result is sorted, so it is the same for
//! any number of them.
//!
//! **Memory**, beside the sets: a copy of them in order, 28 bytes a posting (a third of the words at floor 0.5, a sixth at
//! 0.7), 4 bytes a set and thread, and 12 bytes an edge, twice while the threads' edges are put together; at most [`MAX_EDGES`].
//!
//! **Time** grows with the number of sets that share a rareish word, so with the square of the number of records in the long
//! run, with a small factor that a higher floor makes much smaller.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use rayon::prelude::*;

use super::jaccard;
use super::limits::Limits;
use super::prefix_index::{PrefixIndex, Signature};
use super::tokens::WordSets;
use crate::error::{Error, Result};
use crate::model::Edge;
use crate::progress::Progress;

/// The join is refused beyond this many edges (2.4 GB): such a floor says nothing about near-duplicates.
pub const MAX_EDGES: u64 = 200_000_000;

/// Sets a thread takes from the queue at once.
const BLOCK: u32 = 128;

/// Every pair of `sets` with Jaccard ≥ `floor`, in [`Edge::order`]. `floor` is in (0, 1]; sets differ from each other, apart
/// from empty ones, which have no pair.
///
/// Refused beyond `max_edges` pairs.
pub fn join(sets: &WordSets, floor: f32, max_edges: u64, progress: &Progress) -> Result<Vec<Edge>> {
    progress.stage("joining", "records", sets.len() as u64)?;
    let order = by_size(sets);
    let join = Join::new(sets.select(&order), floor);
    let found = AtomicU64::new(0);
    let blocks = AtomicU32::new(0);
    let work = || -> Result<Vec<Edge>> {
        let mut finder = Finder::new(&join);
        loop {
            let start = blocks.fetch_add(1, Ordering::Relaxed).saturating_mul(BLOCK);
            let block = start..start.saturating_add(BLOCK).min(join.sets.len() as u32);
            if block.is_empty() {
                return Ok(finder.edges);
            }
            progress.add(block.len() as u64)?;
            for set in block {
                let new = finder.find_partners(set);
                if found.fetch_add(new, Ordering::Relaxed) + new > max_edges {
                    return Err(too_many(max_edges, floor));
                }
            }
        }
    };
    let parts: Vec<Vec<Edge>> =
        (0..rayon::current_num_threads()).into_par_iter().with_max_len(1).map(|_| work()).collect::<Result<_>>()?;

    let mut edges = parts.concat();
    edges.par_iter_mut().for_each(|edge| *edge = named(edge, &order));
    edges.par_sort_unstable_by(Edge::order);
    Ok(edges)
}

/// The sets by size, then by their words, so that sets alike at the front stand together and find each other in the cache.
fn by_size(sets: &WordSets) -> Vec<u32> {
    let mut order: Vec<u32> = (0..sets.len() as u32).collect();
    order.par_sort_unstable_by(|&a, &b| {
        let (left, right) = (sets.get(a), sets.get(b));
        left.len().cmp(&right.len()).then_with(|| left.cmp(right)).then(a.cmp(&b))
    });
    order
}

/// An edge between places in `order` as an edge between the sets that stand there.
fn named(edge: &Edge, order: &[u32]) -> Edge {
    let (a, b) = (order[edge.a as usize], order[edge.b as usize]);
    Edge { a: a.min(b), b: a.max(b), score: edge.score }
}

fn too_many(max_edges: u64, floor: f32) -> Error {
    Error::refused(format!("more than {max_edges} pairs of texts are similar at the floor {floor}"))
        .hint("raise the floor, or join fewer records")
}

/// What all threads read: the sets by size, their index, and the floor as tables.
struct Join {
    sets: WordSets,
    index: PrefixIndex,
    limits: Limits,
}

impl Join {
    fn new(sets: WordSets, floor: f32) -> Join {
        let largest = sets.len().checked_sub(1).map_or(0, |last| sets.get(last as u32).len());
        let limits = Limits::new(floor, largest);
        Join { index: PrefixIndex::of(&sets, &limits), sets, limits }
    }
}

/// What one thread writes.
struct Finder<'a> {
    join: &'a Join,
    /// By set: the last one (plus 1) it was compared with word by word.
    compared_with: Vec<u32>,
    edges: Vec<Edge>,
}

impl<'a> Finder<'a> {
    fn new(join: &'a Join) -> Finder<'a> {
        Finder { join, compared_with: vec![0; join.sets.len()], edges: Vec::new() }
    }

    /// Adds the edges of `set` with the sets before it and says how many there are.
    ///
    /// A pair that reaches the floor passes every filter at its first shared word, and is marked as compared there; a pair met
    /// again at a later word is either marked or below the floor, so that it does no harm to take that word for the first.
    fn find_partners(&mut self, set: u32) -> u64 {
        let Join { sets, index, limits } = self.join;
        let before = self.edges.len();
        let words = sets.get(set);
        let signature = Signature::of(words);
        let smallest = limits.smallest_partner(words.len());
        for (place, &word) in words.iter().enumerate() {
            let largest = limits.largest_partner(words.len(), words.len() - place);
            if largest < smallest {
                break;
            }
            for (other, posting) in index.under(word, smallest..largest + 1, set) {
                let need = limits.need(words.len(), posting.size as usize);
                if need <= posting.left as usize
                    && !signature.differs_by_more_than(posting.signature, words.len() + posting.size as usize - 2 * need)
                {
                    self.compare((set, &words[place..]), (other, posting.left as usize), need);
                }
            }
        }
        (self.edges.len() - before) as u64
    }

    /// Keeps the pair of `set` and `other` if `words`, what is left of the one, and the `left` last words of the other share
    /// `need` words.
    fn compare(&mut self, (set, words): (u32, &[u32]), (other, left): (u32, usize), need: usize) {
        let mark = &mut self.compared_with[other as usize];
        if std::mem::replace(mark, set + 1) == set + 1 {
            return;
        }
        let sets = &self.join.sets;
        let other_words = sets.get(other);
        if let Some(shared) = shared_words(words, &other_words[other_words.len() - left..], need) {
            let union = sets.get(set).len() + other_words.len() - shared;
            self.edges.push(Edge { a: set, b: other, score: jaccard(shared, union) });
        }
    }
}

/// How many words two sorted sets share; `None` as soon as it is certain that they are fewer than `need`.
///
/// `need` is at most the size of each.
fn shared_words(a: &[u32], b: &[u32], need: usize) -> Option<usize> {
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
    fn shared_words_are_counted_or_given_up() {
        let (a, b) = ([1, 3, 5, 7, 9], [2, 3, 5, 8, 9]);
        assert_eq!(shared_words(&a, &b, 3), Some(3));
        assert_eq!(shared_words(&a, &b, 0), Some(3));
        assert_eq!(shared_words(&a, &b, 4), None);
        assert_eq!(shared_words(&a, &a, 5), Some(5));
        assert_eq!(shared_words(&[], &b, 0), Some(0));
    }

    #[test]
    fn a_join_beyond_its_limit_is_refused() {
        let texts = ["a b c d", "a b c e", "a b c f"];
        let sets = WordSets::read(&texts, &Progress::none()).unwrap();
        assert_eq!(join(&sets, 0.5, 3, &Progress::none()).unwrap().len(), 3);
        let error = join(&sets, 0.5, 2, &Progress::none()).unwrap_err();
        assert_eq!(error.message, "more than 2 pairs of texts are similar at the floor 0.5");
    }
}
