//! What a text is taken apart into: words, or windows of five characters.
//!
//! Both start from the normal form (lower-cased, white space made single blanks). For *words*, every character that is not
//! alphanumeric is a blank too, and what stands between blanks is a word; scripts written without blanks give one long word per
//! phrase. For *grams*, every five consecutive characters (Unicode scalar values, blanks and punctuation included) are an item,
//! and a shorter text is one item by itself.

use rustc_hash::FxHashSet;
use xxhash_rust::xxh3::xxh3_128;

use super::jaccard;
use super::normal::normalised;
use crate::model::Sets;

/// Characters of a gram.
pub const GRAM: usize = 5;

/// An item as a number: equal for equal items, different for different ones.
///
/// A gram is its characters, 21 bits each. A word is 128 bits of xxh3: that any two of ten million words meet has a chance of
/// one in 10²⁴, far below that of a computer's error.
pub(super) type Item = u128;

/// Calls `visit` with each item of `normal` (a text in normal form), repeats included, in order.
pub(super) fn for_each_item(normal: &str, sets: Sets, visit: impl FnMut(Item)) {
    match sets {
        Sets::Words => normal
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(|word| xxh3_128(word.as_bytes()))
            .for_each(visit),
        Sets::Grams => for_each_gram(normal, visit),
    }
}

/// A sliding window: each character pushes the one five before it out of the number.
fn for_each_gram(normal: &str, mut visit: impl FnMut(Item)) {
    const BITS: u32 = 21;
    const WINDOW: Item = (1 << (BITS * GRAM as u32)) - 1;
    let mut window: Item = 0;
    let mut seen = 0;
    for c in normal.chars() {
        // Plus one, so that a short text is no window that begins with U+0000.
        window = (window << BITS | Item::from(u32::from(c) + 1)) & WINDOW;
        seen += 1;
        if seen >= GRAM {
            visit(window);
        }
    }
    if (1..GRAM).contains(&seen) {
        visit(window);
    }
}

/// The items of one text, to compare a few others with it.
#[derive(Debug, Clone)]
pub struct Items {
    sets: Sets,
    normal: String,
    items: FxHashSet<Item>,
}

impl Items {
    pub fn of(text: &str, sets: Sets) -> Items {
        let normal = normalised(text);
        let mut items = FxHashSet::default();
        for_each_item(&normal, sets, |item| _ = items.insert(item));
        Items { sets, normal, items }
    }

    /// The score of the two texts, as a graph has it: 1 where they are one node.
    pub fn score(&self, text: &str) -> f32 {
        let other = Items::of(text, self.sets);
        if self.normal == other.normal {
            return 1.0;
        }
        let shared = other.items.iter().filter(|item| self.items.contains(*item)).count();
        jaccard(shared, self.items.len() + other.items.len() - shared)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::similarity::brute;

    fn items(text: &str, sets: Sets) -> Vec<Item> {
        let mut items = Vec::new();
        for_each_item(&normalised(text), sets, |item| items.push(item));
        items
    }

    #[test]
    fn texts_score_as_the_reference_does() {
        let texts = [
            "",
            "a red car",
            "A RED, car!",
            "a  blue car",
            "...",
            "雪だるま 2",
            "雪だるま 3",
            "雪だ",
            "雪だる",
            "abcd",
            "\0abcd",
        ];
        for sets in Sets::ALL {
            for (a, b) in texts.iter().flat_map(|a| texts.iter().map(move |b| (a, b))) {
                assert_eq!(Items::of(a, sets).score(b), brute::similarity(a, b, sets), "{a:?} · {b:?}, {sets:?}");
            }
        }
    }

    #[test]
    fn everything_that_is_not_alphanumeric_separates_words() {
        let words = |words: &[&str]| words.iter().map(|word| xxh3_128(word.as_bytes())).collect::<Vec<_>>();
        assert_eq!(
            items("A red-car, 8k (HDR:1.2)\tby\u{a0}Ñandú_x", Sets::Words),
            words(&["a", "red", "car", "8k", "hdr", "1", "2", "by", "ñandú", "x"])
        );
        assert_eq!(items("СТРАНА 猫と犬 ΟΔΟΣ", Sets::Words), words(&["страна", "猫と犬", "οδος"]));
        assert!(items(" -- !! 🙂 ", Sets::Words).is_empty());
    }

    #[test]
    fn grams_are_windows_of_five_characters_and_a_short_text_is_one() {
        let window = |gram: &str| gram.chars().fold(0, |window: Item, c| window << 21 | Item::from(u32::from(c) + 1));
        assert_eq!(items(" Ab\t cd🙂猫 ", Sets::Grams), ["ab cd", "b cd🙂", " cd🙂猫"].map(window));
        assert_eq!(items("aaaaaaa", Sets::Grams), [items("aaaaa", Sets::Grams)[0]; 3]);
        assert_eq!(items("猫", Sets::Grams).len(), 1);
        assert_ne!(items("\0猫", Sets::Grams), items("猫", Sets::Grams));
        assert!(items(" \n", Sets::Grams).is_empty());
    }
}
