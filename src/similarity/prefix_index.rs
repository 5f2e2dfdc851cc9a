//! The prefix index: for each word, the sets that have it among their rarest, and what can be said of each without opening it.

use std::ops::Range;

use super::bytes::offsets_of;
use super::limits::Limits;
use super::tokens::WordSets;

/// A set as 128 bits, one flipped for each of its words.
///
/// A word that two sets share flips the same bit in both, so bits that differ never outnumber the words that differ: a lower
/// bound of the symmetric difference for two instructions (the idea is in Sandes, Teodoro and Melo, "Bitmap Filter: Speeding
/// up Exact Set Similarity Joins with Bitwise Operations", 2017). Neighbours in frequency get different bits, so the
/// commonest words, which say most about a pair, do not hide each other.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Signature([u64; 2]);

impl Signature {
    pub(super) fn of(words: &[u32]) -> Signature {
        let mut bits = [0; 2];
        for word in words {
            bits[(word % 2) as usize] ^= 1 << (word / 2 % 64);
        }
        Signature(bits)
    }

    /// Whether more than `words` words are certainly in one of the two sets only.
    pub(super) fn differs_by_more_than(self, other: Signature, words: usize) -> bool {
        let first = (self.0[0] ^ other.0[0]).count_ones() as usize;
        first > words || first + (self.0[1] ^ other.0[1]).count_ones() as usize > words
    }
}

/// What is known of a set where it is listed under one of its words.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Posting {
    pub(super) size: u32,
    /// Words of the set from this one on, itself included: the most it can share when this is the first shared word.
    pub(super) left: u32,
    pub(super) signature: Signature,
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
    /// Lists each set under as many of its rarest words as a partner of its own size or larger could meet first.
    ///
    /// `sets` are ordered by size ascending: a set needs an entry only for the partners that come after it.
    pub(super) fn of(sets: &WordSets, limits: &Limits) -> PrefixIndex {
        let prefix = |set: &[u32]| set.len() + usize::from(!set.is_empty()) - limits.need(set.len(), set.len());

        let mut counts = vec![0; sets.vocabulary()];
        for set in (0..sets.len() as u32).map(|n| sets.get(n)) {
            set[..prefix(set)].iter().for_each(|&word| counts[word as usize] += 1);
        }
        let offsets = offsets_of(counts.into_iter());

        let mut next = offsets.clone();
        let entries = offsets[sets.vocabulary()];
        let mut index =
            PrefixIndex { offsets, sets: vec![0; entries], postings: vec![Posting::default(); entries], first_of_size: vec![0] };
        for n in 0..sets.len() as u32 {
            let set = sets.get(n);
            let (size, signature) = (set.len() as u32, Signature::of(set));
            index.first_of_size.resize(set.len() + 1, n);
            for (&word, left) in set[..prefix(set)].iter().zip((0..=size).rev()) {
                let place = next[word as usize];
                index.sets[place] = n;
                index.postings[place] = Posting { size, left, signature };
                next[word as usize] += 1;
            }
        }
        index
    }

    /// The sets listed under `word` that have one of `sizes` words and come before set `before`.
    ///
    /// A size range beyond the largest set ends with the last one.
    pub(super) fn under(&self, word: u32, sizes: Range<usize>, before: u32) -> impl Iterator<Item = (u32, &Posting)> {
        let first = self.first_of_size.get(sizes.start).copied().unwrap_or(before);
        let end = self.first_of_size.get(sizes.end).copied().unwrap_or(before).min(before);
        let entries = self.offsets[word as usize]..self.offsets[word as usize + 1];
        let sets = &self.sets[entries.clone()];
        let start = sets.partition_point(|&set| set < first);
        let entries = sets[start..].iter().copied().zip(&self.postings[entries][start..]);
        entries.take_while(move |&(set, _)| set < end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_never_claims_more_difference_than_there_is() {
        let sets: Vec<Vec<u32>> = (1..40u32).map(|n| (0..3 * n).filter(|word| word * word % (n + 7) < 5).collect()).collect();
        for (a, b) in sets.iter().flat_map(|a| sets.iter().map(move |b| (a, b))) {
            let shared = a.iter().filter(|word| b.contains(word)).count();
            let different = a.len() + b.len() - 2 * shared;
            assert!(!Signature::of(a).differs_by_more_than(Signature::of(b), different));
        }
    }

    #[test]
    fn a_signature_tells_sets_of_different_words_apart() {
        let (a, b) = (Signature::of(&[1, 2, 3, 200]), Signature::of(&[1, 2, 3, 201]));
        assert!(a.differs_by_more_than(b, 1) && !a.differs_by_more_than(b, 2));
    }
}
