//! What a word is, and texts as sets of word numbers.
//!
//! A text is lower-cased (Unicode), every character that is not alphanumeric becomes a blank, and what stands between blanks is
//! a word. Scripts written without blanks therefore give one long word per phrase.
//!
//! Words become dense numbers in order of ascending frequency, so that the front of a sorted set is its rarest words: the
//! order a prefix filter wants (see [`super::lexical`]).

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::bytes::offsets_of;
use crate::error::Result;
use crate::progress::Progress;

/// Records a task reads at once. Fixed, so that word numbers do not depend on the number of threads.
const BLOCK: usize = 8192;

/// Calls `visit` with each word of `text`, repeats included, in order.
pub fn for_each_word(text: &str, mut visit: impl FnMut(&str)) {
    text.to_lowercase().split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).for_each(&mut visit);
}

/// The words of one text, to compare a few others with it.
#[derive(Debug, Clone, Default)]
pub struct Words(FxHashSet<String>);

impl Words {
    pub fn of(text: &str) -> Words {
        let mut words = FxHashSet::default();
        for_each_word(text, |word| _ = words.insert(word.to_owned()));
        Words(words)
    }

    /// The score of the two texts, as a graph has it.
    pub fn score(&self, text: &str) -> f32 {
        let other = Words::of(text);
        let shared = other.0.iter().filter(|word| self.0.contains(*word)).count();
        super::jaccard(shared, self.0.len() + other.0.len() - shared)
    }
}

/// The set of words of each text: sorted word numbers, one array and offsets.
///
/// Numbers are dense from 0, rarest word first; ties go by first appearance. Memory: 4 bytes a word and 8 a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordSets {
    offsets: Vec<usize>,
    words: Vec<u32>,
    vocabulary: usize,
}

impl WordSets {
    /// Reads `texts`. Beside the result it holds each distinct word once, and the sets twice while they are renumbered.
    pub fn read(texts: &[&str], progress: &Progress) -> Result<WordSets> {
        progress.stage("reading words", "records", texts.len() as u64)?;
        let mut blocks: Vec<Block> = texts.par_chunks(BLOCK).map(|block| Block::read(block, progress)).collect::<Result<_>>()?;
        let (numbers, frequency) = number_words(&mut blocks);
        let rank = rank_by_frequency(&frequency);
        blocks.par_iter_mut().zip(numbers).for_each(|(block, numbers)| block.renumber(|local| rank[numbers[local]]));

        let offsets = offsets_of(blocks.iter().flat_map(|block| block.sizes.iter().map(|&size| size as usize)));
        let words = blocks.into_iter().flat_map(|block| block.words).collect();
        Ok(WordSets { offsets, words, vocabulary: frequency.len() })
    }

    /// The sets `which`, in that order.
    pub fn select(&self, which: &[u32]) -> WordSets {
        let offsets = offsets_of(which.iter().map(|&n| self.get(n).len()));
        let words = which.iter().flat_map(|&n| self.get(n).iter().copied()).collect();
        WordSets { offsets, words, vocabulary: self.vocabulary }
    }

    /// The words of set `n`, ascending.
    pub fn get(&self, n: u32) -> &[u32] {
        &self.words[self.offsets[n as usize]..self.offsets[n as usize + 1]]
    }

    pub fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many distinct words there are: every word number is less.
    pub fn vocabulary(&self) -> usize {
        self.vocabulary
    }
}

/// The sets of consecutive texts; words are numbered within the block until [`Block::renumber`].
struct Block {
    sizes: Vec<u32>,
    words: Vec<u32>,
    /// By number within the block.
    spelling: Vec<Box<str>>,
}

impl Block {
    fn read(texts: &[&str], progress: &Progress) -> Result<Block> {
        let mut numbers: FxHashMap<Box<str>, u32> = FxHashMap::default();
        let mut block = Block { sizes: Vec::with_capacity(texts.len()), words: Vec::new(), spelling: Vec::new() };
        let mut set: Vec<u32> = Vec::new();
        for text in texts {
            set.clear();
            for_each_word(text, |word| set.push(number_of(word, &mut numbers)));
            set.sort_unstable();
            set.dedup();
            block.sizes.push(set.len() as u32);
            block.words.extend_from_slice(&set);
            progress.add(1)?;
        }
        let mut spelling: Vec<(u32, Box<str>)> = numbers.into_iter().map(|(word, number)| (number, word)).collect();
        spelling.sort_unstable_by_key(|&(number, _)| number);
        block.spelling = spelling.into_iter().map(|(_, word)| word).collect();
        Ok(block)
    }

    fn renumber(&mut self, new: impl Fn(usize) -> u32) {
        let mut rest = self.words.as_mut_slice();
        for &size in &self.sizes {
            let (set, after) = rest.split_at_mut(size as usize);
            set.iter_mut().for_each(|word| *word = new(*word as usize));
            set.sort_unstable();
            rest = after;
        }
    }
}

/// The number of `word`, the next free one when it is new.
fn number_of(word: &str, numbers: &mut FxHashMap<Box<str>, u32>) -> u32 {
    match numbers.get(word) {
        Some(&number) => number,
        None => {
            let next = numbers.len() as u32;
            numbers.insert(word.into(), next);
            next
        }
    }
}

/// One numbering for all blocks: per block, its numbers → common numbers; and the number of sets that hold each word.
///
/// Takes the spellings out of the blocks.
fn number_words(blocks: &mut [Block]) -> (Vec<Vec<usize>>, Vec<u32>) {
    let mut common: FxHashMap<Box<str>, u32> = FxHashMap::default();
    let mut frequency: Vec<u32> = Vec::new();
    let mut numbers = Vec::with_capacity(blocks.len());
    for block in blocks {
        let spelling = std::mem::take(&mut block.spelling);
        let of_block: Vec<usize> = spelling.iter().map(|word| number_of(word, &mut common) as usize).collect();
        frequency.resize(common.len(), 0);
        block.words.iter().for_each(|&word| frequency[of_block[word as usize]] += 1);
        numbers.push(of_block);
    }
    (numbers, frequency)
}

/// Place of each word in order of ascending frequency.
fn rank_by_frequency(frequency: &[u32]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..frequency.len() as u32).collect();
    order.sort_by_key(|&word| frequency[word as usize]);
    let mut rank = vec![0; order.len()];
    order.iter().zip(0..).for_each(|(&word, place)| rank[word as usize] = place);
    rank
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        let mut words = Vec::new();
        for_each_word(text, |word| words.push(word.to_owned()));
        words
    }

    #[test]
    fn words_score_as_the_reference_does() {
        let texts = ["", "a red car", "A RED, car!", "a blue car", "...", "雪だるま 2", "雪だるま 3"];
        for a in texts {
            for b in texts {
                let reference = crate::similarity::brute::similarity(
                    &crate::similarity::brute::words(a),
                    &crate::similarity::brute::words(b),
                );
                assert_eq!(Words::of(a).score(b), reference, "{a} · {b}");
            }
        }
    }

    #[test]
    fn everything_that_is_not_alphanumeric_separates_words() {
        assert_eq!(
            words("A red-car, 8k (HDR:1.2)\tby\u{a0}Ñandú_x"),
            ["a", "red", "car", "8k", "hdr", "1", "2", "by", "ñandú", "x"]
        );
        assert_eq!(words("СТРАНА 猫と犬 ΟΔΟΣ"), ["страна", "猫と犬", "οδος"]);
        assert!(words(" -- !! 🙂 ").is_empty());
    }

    #[test]
    fn rare_words_come_first_and_repeats_count_once() {
        let sets = WordSets::read(&["the cat the", "the dog", "", "THE Dog bird"], &Progress::none()).unwrap();
        let by_frequency: Vec<&[u32]> = (0..4).map(|n| sets.get(n)).collect();
        // cat 0 and bird 1 (one text each), dog 2, the 3.
        assert_eq!(by_frequency, [&[0, 3][..], &[2, 3], &[], &[1, 2, 3]]);
        assert_eq!(sets.vocabulary(), 4);
        assert_eq!(sets.select(&[3, 2]).get(0), &[1, 2, 3]);
    }

    #[test]
    fn words_keep_their_number_across_blocks() {
        let texts: Vec<String> = (0..2 * BLOCK + 10).map(|n| format!("common w{}", n % 5)).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let sets = WordSets::read(&texts, &Progress::none()).unwrap();
        assert_eq!(sets.vocabulary(), 6);
        assert!((5..texts.len() as u32).all(|n| sets.get(n) == sets.get(n % 5)));
    }

    #[test]
    fn a_cancelled_read_stops() {
        let progress = Progress::new();
        progress.cancel();
        assert!(WordSets::read(&["a"], &progress).is_err_and(|e| e.is_interrupted()));
    }
}
