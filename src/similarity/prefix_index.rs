//! The prefix index: for each item, the sets that have it among their rarest, and what can be said of each without opening it.

use std::ops::Range;

use super::bytes::offsets_of;
use super::item_sets::ItemSets;
use super::limits::Limits;

/// A set as `64 × N` bits, one flipped for each of its items.
///
/// An item that two sets share flips the same bit in both, so bits that differ never outnumber the items that differ: a lower
/// bound of the symmetric difference for a few instructions (the idea is in Sandes, Teodoro and Melo, "Bitmap Filter: Speeding
/// up Exact Set Similarity Joins with Bitwise Operations", 2017). Neighbours in frequency get different bits, so the
/// commonest items, which say most about a pair, do not hide each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Signature<const N: usize>([u64; N]);

/// What is at hand in every posting.
pub(super) type Short = Signature<2>;

/// A cache line: what is looked at before two sets are compared item by item. Says something about sets of hundreds of items.
pub(super) type Long = Signature<8>;

impl<const N: usize> Signature<N> {
    pub(super) fn of(items: &[u32]) -> Signature<N> {
        let mut bits = [0; N];
        for &item in items {
            bits[item as usize % N] ^= 1 << (item as usize / N % 64);
        }
        Signature(bits)
    }

    /// Whether more than `items` items are certainly in one of the two sets only.
    pub(super) fn differs_by_more_than(&self, other: &Signature<N>, items: usize) -> bool {
        let differ: u32 = self.0.iter().zip(&other.0).map(|(a, b)| (a ^ b).count_ones()).sum();
        differ as usize > items
    }
}

impl<const N: usize> Default for Signature<N> {
    fn default() -> Self {
        Signature([0; N])
    }
}

/// What is known of a set where it is listed under one of its items.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Posting {
    pub(super) size: u32,
    /// Words of the set from this one on, itself included: the most it can share when this is the first shared item.
    pub(super) left: u32,
    pub(super) signature: Short,
}

/// Word → sets, ascending, with what is known of each. 28 bytes an entry.
pub(super) struct PrefixIndex {
    offsets: Vec<usize>,
    /// Apart from the postings, so that finding where a range begins touches little memory.
    sets: Vec<u32>,
    postings: Vec<Posting>,
    /// By size: the first set that is not smaller.
    first_of_size: Vec<u32>,
}

impl PrefixIndex {
    /// For sets that look for partners of their own size or smaller: lists each set under as many of its rarest items as one of
    /// its own size or larger could meet first.
    ///
    /// `sets` are ordered by size ascending.
    pub(super) fn for_larger(sets: &ItemSets, limits: &Limits) -> PrefixIndex {
        PrefixIndex::of(sets, |_, set| set.len() + usize::from(!set.is_empty()) - limits.need(set.len(), set.len()), |_| true)
    }

    /// For sets that look for partners of any size among those that are `listed`: lists what `seeks` could ask for.
    ///
    /// `sets` are ordered by size ascending.
    pub(super) fn for_seekers(
        sets: &ItemSets,
        limits: &Limits,
        seeks: impl Fn(u32) -> bool,
        listed: impl Fn(u32) -> bool,
    ) -> PrefixIndex {
        let prefix = |set: &[u32]| set.len() + usize::from(!set.is_empty()) - limits.smallest_partner(set.len());
        let mut asked = vec![false; sets.vocabulary()];
        for set in (0..sets.len() as u32).filter(|&n| seeks(n)).map(|n| sets.get(n)) {
            set[..prefix(set)].iter().for_each(|&item| asked[item as usize] = true);
        }
        PrefixIndex::of(sets, |n, set| if listed(n) { prefix(set) } else { 0 }, |item| asked[item as usize])
    }

    /// Lists each set under those of its `prefix` rarest items that are `asked` for.
    fn of(sets: &ItemSets, prefix: impl Fn(u32, &[u32]) -> usize, asked: impl Fn(u32) -> bool) -> PrefixIndex {
        let mut counts = vec![0; sets.vocabulary()];
        for n in 0..sets.len() as u32 {
            let set = sets.get(n);
            set[..prefix(n, set)].iter().filter(|&&item| asked(item)).for_each(|&item| counts[item as usize] += 1);
        }
        let offsets = offsets_of(counts.into_iter());

        let mut next = offsets.clone();
        let entries = offsets[sets.vocabulary()];
        let mut index =
            PrefixIndex { offsets, sets: vec![0; entries], postings: vec![Posting::default(); entries], first_of_size: vec![0] };
        for n in 0..sets.len() as u32 {
            let set = sets.get(n);
            let (size, signature) = (set.len() as u32, Short::of(set));
            index.first_of_size.resize(set.len() + 1, n);
            for (&item, left) in set[..prefix(n, set)].iter().zip((0..=size).rev()).filter(|&(&item, _)| asked(item)) {
                let place = next[item as usize];
                index.sets[place] = n;
                index.postings[place] = Posting { size, left, signature };
                next[item as usize] += 1;
            }
        }
        index
    }

    /// The sets listed under `item` that have one of `sizes` items and come before set `before`.
    ///
    /// A size range beyond the largest set ends with the last one.
    pub(super) fn under(&self, item: u32, sizes: Range<usize>, before: u32) -> impl Iterator<Item = (u32, &Posting)> {
        let first = self.first_of_size.get(sizes.start).copied().unwrap_or(before);
        let end = self.first_of_size.get(sizes.end).copied().unwrap_or(before).min(before);
        let entries = self.offsets[item as usize]..self.offsets[item as usize + 1];
        let sets = &self.sets[entries.clone()];
        let start = sets.partition_point(|&set| set < first);
        let entries = sets[start..].iter().copied().zip(&self.postings[entries][start..]);
        entries.take_while(move |&(set, _)| set < end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn never_claims_more_than_there_is<const N: usize>(a: &[u32], b: &[u32]) {
        let shared = a.iter().filter(|item| b.contains(item)).count();
        let different = a.len() + b.len() - 2 * shared;
        assert!(!Signature::<N>::of(a).differs_by_more_than(&Signature::of(b), different));
    }

    #[test]
    fn a_signature_never_claims_more_difference_than_there_is() {
        let sets: Vec<Vec<u32>> = (1..40u32).map(|n| (0..3 * n).filter(|item| item * item % (n + 7) < 5).collect()).collect();
        for (a, b) in sets.iter().flat_map(|a| sets.iter().map(move |b| (a, b))) {
            never_claims_more_than_there_is::<2>(a, b);
            never_claims_more_than_there_is::<8>(a, b);
        }
    }

    #[test]
    fn a_signature_tells_sets_of_different_items_apart() {
        let (a, b) = (Short::of(&[1, 2, 3, 200]), Short::of(&[1, 2, 3, 201]));
        assert!(a.differs_by_more_than(&b, 1) && !a.differs_by_more_than(&b, 2));
        let (a, b) = ((0..300).collect::<Vec<u32>>(), (200..500).collect::<Vec<u32>>());
        assert!(Long::of(&a).differs_by_more_than(&Long::of(&b), 399));
    }
}
