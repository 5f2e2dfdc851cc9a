//! The reference: every pair of texts compared, nothing clever, nothing shared with the join. Tests believe this file.
//!
//! O(n²) time; for tests and a few thousand texts.

use std::collections::HashSet;

use crate::model::Sets;

/// Every pair of `texts` with a score ≥ `floor`, as (index, index, score), first index < second, ascending.
///
/// Texts with one normal form are pairs of score 1; others without an item have no pair.
pub fn pairs(texts: &[&str], sets: Sets, floor: f32) -> Vec<(usize, usize, f32)> {
    let read: Vec<(String, HashSet<String>)> = texts.iter().map(|text| (normal(text), items(text, sets))).collect();
    let mut pairs = Vec::new();
    for (a, left) in read.iter().enumerate() {
        for (b, right) in read.iter().enumerate().skip(a + 1) {
            let score = if left.0 == right.0 { 1.0 } else { jaccard(&left.1, &right.1) };
            if score >= floor {
                pairs.push((a, b, score));
            }
        }
    }
    pairs
}

/// The score of two texts.
pub fn similarity(a: &str, b: &str, sets: Sets) -> f32 {
    if normal(a) == normal(b) { 1.0 } else { jaccard(&items(a, sets), &items(b, sets)) }
}

/// Lower case, single blanks, trimmed.
pub fn normal(text: &str) -> String {
    text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The set of words of `text`, or of its windows of five characters.
pub fn items(text: &str, sets: Sets) -> HashSet<String> {
    let normal = normal(text);
    match sets {
        Sets::Words => {
            let blanked: String = normal.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
            blanked.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
        }
        Sets::Grams => {
            let chars: Vec<char> = normal.chars().collect();
            let grams = chars.chunks(chars.len().clamp(1, 4)).filter(|_| chars.len() < 5).chain(chars.windows(5));
            grams.map(String::from_iter).collect()
        }
    }
}

/// Jaccard similarity; 0 for two empty sets.
fn jaccard(a: &HashSet<String>, b: &HashSet<String>) -> f32 {
    let union = a.union(b).count();
    if union == 0 {
        return 0.0;
    }
    a.intersection(b).count() as f32 / union as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn similarity_is_shared_items_over_all_items() {
        let texts = ["a red car", "A RED, car!", "a blue car", "...", "", "a Red  car"];
        assert_eq!(
            pairs(&texts, Sets::Words, 0.5),
            [(0, 1, 1.0), (0, 2, 0.5), (0, 5, 1.0), (1, 2, 0.5), (1, 5, 1.0), (2, 5, 0.5)]
        );
        // 5 windows and 6, 4 of them in both.
        assert_eq!(pairs(&["abcdefghi", "abcdefghxy"], Sets::Grams, 0.1), [(0, 1, 4.0 / 7.0)]);
        assert_eq!(items("Abc", Sets::Grams), HashSet::from(["abc".to_owned()]));
    }
}
