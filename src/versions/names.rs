//! The words of two versions under numbers of their own, since each has its own numbers for them.

use std::collections::HashMap;

use crate::query;

/// The words that a comparison speaks of: those of the first version, then what only the second has.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Names {
    pub sources: Vec<String>,
    pub splits: Vec<String>,
    pub rules: Vec<String>,
}

/// Of one version: its own numbers → those of [`Names`].
#[derive(Debug, Clone, Default)]
pub(super) struct Numbers {
    pub sources: Vec<u16>,
    pub splits: Vec<u16>,
    pub rules: Vec<u16>,
}

impl Names {
    /// The words of both, and how each numbers them.
    pub(super) fn of(a: &query::Names, b: &query::Names) -> (Names, Numbers, Numbers) {
        let (sources, [sources_a, sources_b]) = joined(&a.sources, &b.sources);
        let (splits, [splits_a, splits_b]) = joined(&a.splits, &b.splits);
        let (rules, [rules_a, rules_b]) = joined(&a.rules, &b.rules);
        (
            Names { sources, splits, rules },
            Numbers { sources: sources_a, splits: splits_a, rules: rules_a },
            Numbers { sources: sources_b, splits: splits_b, rules: rules_b },
        )
    }
}

fn joined(a: &[String], b: &[String]) -> (Vec<String>, [Vec<u16>; 2]) {
    let mut words = Vec::new();
    let mut known: HashMap<String, u16> = HashMap::new();
    let mut number = |word: &String| {
        *known.entry(word.clone()).or_insert_with(|| {
            words.push(word.clone());
            (words.len() - 1).min(usize::from(u16::MAX)) as u16
        })
    };
    let numbers = [a.iter().map(&mut number).collect(), b.iter().map(&mut number).collect()];
    (words, numbers)
}
