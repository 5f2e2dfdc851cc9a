//! Texts as sets of item numbers.
//!
//! Items become dense numbers in order of ascending frequency, so that the front of a sorted set is its rarest items: the
//! order a prefix filter wants (see [`super::lexical`]).

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::bytes::offsets_of;
use super::items::{Item, for_each_item};
use super::normal::normalised;
use crate::error::Result;
use crate::model::Sets;
use crate::progress::Progress;

/// Texts a task reads at once. Fixed, so that item numbers do not depend on the number of threads.
const BLOCK: usize = 8192;

/// The set of items of each text: sorted item numbers, one array and offsets.
///
/// Numbers are dense from 0, rarest item first; ties go by first appearance. Memory: 4 bytes an item and 8 a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemSets {
    offsets: Vec<usize>,
    items: Vec<u32>,
    vocabulary: usize,
}

impl ItemSets {
    /// Reads `texts`. Beside the result it holds each distinct item once, and the sets twice while they are renumbered.
    pub fn read(texts: &[&str], sets: Sets, progress: &Progress) -> Result<ItemSets> {
        progress.stage("reading texts", "texts", texts.len() as u64)?;
        let mut blocks: Vec<Block> =
            texts.par_chunks(BLOCK).map(|block| Block::read(block, sets, progress)).collect::<Result<_>>()?;
        let (numbers, frequency) = number_items(&mut blocks);
        let rank = rank_by_frequency(&frequency);
        blocks.par_iter_mut().zip(numbers).for_each(|(block, numbers)| block.renumber(|local| rank[numbers[local]]));

        let offsets = offsets_of(blocks.iter().flat_map(|block| block.sizes.iter().map(|&size| size as usize)));
        let items = blocks.into_iter().flat_map(|block| block.items).collect();
        Ok(ItemSets { offsets, items, vocabulary: frequency.len() })
    }

    /// The sets `which`, in that order.
    pub fn select(&self, which: &[u32]) -> ItemSets {
        let offsets = offsets_of(which.iter().map(|&n| self.get(n).len()));
        let items = which.iter().flat_map(|&n| self.get(n).iter().copied()).collect();
        ItemSets { offsets, items, vocabulary: self.vocabulary }
    }

    /// The items of set `n`, ascending.
    pub fn get(&self, n: u32) -> &[u32] {
        &self.items[self.offsets[n as usize]..self.offsets[n as usize + 1]]
    }

    pub fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many distinct items there are: every item number is less.
    pub fn vocabulary(&self) -> usize {
        self.vocabulary
    }
}

/// The sets of consecutive texts; items are numbered within the block until [`Block::renumber`].
struct Block {
    sizes: Vec<u32>,
    items: Vec<u32>,
    /// By number within the block.
    known: Vec<Item>,
}

impl Block {
    fn read(texts: &[&str], sets: Sets, progress: &Progress) -> Result<Block> {
        let mut numbers: FxHashMap<Item, u32> = FxHashMap::default();
        let mut block = Block { sizes: Vec::with_capacity(texts.len()), items: Vec::new(), known: Vec::new() };
        let mut set: Vec<u32> = Vec::new();
        for text in texts {
            set.clear();
            for_each_item(&normalised(text), sets, |item| set.push(number_of(item, &mut numbers, &mut block.known)));
            set.sort_unstable();
            set.dedup();
            block.sizes.push(set.len() as u32);
            block.items.extend_from_slice(&set);
            progress.add(1)?;
        }
        Ok(block)
    }

    fn renumber(&mut self, new: impl Fn(usize) -> u32) {
        let mut rest = self.items.as_mut_slice();
        for &size in &self.sizes {
            let (set, after) = rest.split_at_mut(size as usize);
            set.iter_mut().for_each(|item| *item = new(*item as usize));
            set.sort_unstable();
            rest = after;
        }
    }
}

/// The number of `item`: its place in `known`, the next one when it is new.
fn number_of(item: Item, numbers: &mut FxHashMap<Item, u32>, known: &mut Vec<Item>) -> u32 {
    *numbers.entry(item).or_insert_with(|| {
        known.push(item);
        known.len() as u32 - 1
    })
}

/// One numbering for all blocks: per block, its numbers → common numbers; and the number of sets that hold each item.
///
/// Takes the items known out of the blocks.
fn number_items(blocks: &mut [Block]) -> (Vec<Vec<usize>>, Vec<u32>) {
    let mut common: FxHashMap<Item, u32> = FxHashMap::default();
    let mut all: Vec<Item> = Vec::new();
    let mut frequency: Vec<u32> = Vec::new();
    let mut numbers = Vec::with_capacity(blocks.len());
    for block in blocks {
        let known = std::mem::take(&mut block.known);
        let of_block: Vec<usize> = known.into_iter().map(|item| number_of(item, &mut common, &mut all) as usize).collect();
        frequency.resize(common.len(), 0);
        block.items.iter().for_each(|&item| frequency[of_block[item as usize]] += 1);
        numbers.push(of_block);
    }
    (numbers, frequency)
}

/// Place of each item in order of ascending frequency.
fn rank_by_frequency(frequency: &[u32]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..frequency.len() as u32).collect();
    order.sort_by_key(|&item| frequency[item as usize]);
    let mut rank = vec![0; order.len()];
    order.iter().zip(0..).for_each(|(&item, place)| rank[item as usize] = place);
    rank
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(texts: &[&str]) -> ItemSets {
        ItemSets::read(texts, Sets::Words, &Progress::none()).unwrap()
    }

    #[test]
    fn rare_items_come_first_and_repeats_count_once() {
        let sets = words(&["the cat the", "the dog", "", "THE Dog bird"]);
        let by_frequency: Vec<&[u32]> = (0..4).map(|n| sets.get(n)).collect();
        // cat 0 and bird 1 (one text each), dog 2, the 3.
        assert_eq!(by_frequency, [&[0, 3][..], &[2, 3], &[], &[1, 2, 3]]);
        assert_eq!(sets.vocabulary(), 4);
        assert_eq!(sets.select(&[3, 2]).get(0), &[1, 2, 3]);
    }

    #[test]
    fn items_keep_their_number_across_blocks() {
        let texts: Vec<String> = (0..2 * BLOCK + 10).map(|n| format!("common w{}", n % 5)).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let sets = words(&texts);
        assert_eq!(sets.vocabulary(), 6);
        assert!((5..texts.len() as u32).all(|n| sets.get(n) == sets.get(n % 5)));
    }

    #[test]
    fn a_cancelled_read_stops() {
        let progress = Progress::new();
        progress.cancel();
        assert!(ItemSets::read(&["a"], Sets::Grams, &progress).is_err_and(|e| e.is_interrupted()));
    }
}
