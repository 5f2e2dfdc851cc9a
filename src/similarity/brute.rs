//! The reference: every pair of texts compared, nothing clever, nothing shared with the join. Tests believe this file.
//!
//! O(n²) time; for tests and a few thousand texts.

use std::collections::HashSet;

/// Every pair of `texts` with Jaccard ≥ `floor`, as (index, index, score), first index < second, ascending.
///
/// Identical texts are pairs of score 1; texts without a word have no pair.
pub fn pairs(texts: &[&str], floor: f32) -> Vec<(usize, usize, f32)> {
    let sets: Vec<HashSet<String>> = texts.iter().map(|text| words(text)).collect();
    let mut pairs = Vec::new();
    for (b, right) in sets.iter().enumerate() {
        for (a, left) in sets[..b].iter().enumerate() {
            let score = similarity(left, right);
            if score >= floor {
                pairs.push((a, b, score));
            }
        }
    }
    pairs.sort_by_key(|&(a, b, _)| (a, b));
    pairs
}

/// The set of words of `text`.
pub fn words(text: &str) -> HashSet<String> {
    let blanked: String = text.to_lowercase().chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    blanked.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Jaccard similarity; 0 for two empty sets.
pub fn similarity(a: &HashSet<String>, b: &HashSet<String>) -> f32 {
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
    fn similarity_is_shared_words_over_all_words() {
        let texts = ["a red car", "A RED, car!", "a blue car", "...", ""];
        assert_eq!(pairs(&texts, 0.5), [(0, 1, 1.0), (0, 2, 0.5), (1, 2, 0.5)]);
    }
}
