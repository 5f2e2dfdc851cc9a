//! Similarity: the join against brute force, the forest against union-find, threads against each other, and real prompts.

mod data;
mod forest;
mod join;
mod neighbours;

use std::collections::BTreeMap;

use proptest::prelude::*;
use tamis::model::{Edge, Lens, RecordId};
use tamis::progress::Progress;
use tamis::similarity::{Graph, UnionFind};

/// Fractions that scores of small sets hit exactly, so that `≥` is tried at its edge, and some that none does.
const FLOORS: [f32; 9] = [0.2, 0.3, 0.5, 2.0 / 3.0, 0.7, 0.75, 0.8, 0.95, 1.0];

/// The graph of `texts`; record ids have gaps, so that an id is never taken for an index.
fn graph(texts: &[&str], floor: f32) -> Graph {
    let records = (0..texts.len()).map(id).collect();
    Graph::build(Lens::Lexical, floor, records, texts, &Progress::none()).expect("a good floor and few pairs")
}

fn id(index: usize) -> RecordId {
    RecordId(3 * index as u32 + 5)
}

/// Texts with many near pairs, ties and duplicates: few words, with case, punctuation and repeats that do not count.
fn texts() -> impl Strategy<Value = Vec<String>> {
    let word = prop::sample::select(vec!["a", "b", "c", "d", "e", "f", "g", "h", "É", "ß", "猫", "8k"]);
    let blank = prop::sample::select(vec![" ", ", ", " - ", "\t", "_", "!! "]);
    let short =
        prop::collection::vec((word, blank), 0..12).prop_map(|parts| parts.iter().map(|(w, b)| format!("{w}{b}")).collect());
    let base = prop::collection::vec(0u8..60, 15..40);
    let long = (base, 0u8..60).prop_map(|(words, salt)| {
        let stock = (0..25).map(|n| format!("w{n} "));
        stock.chain(words.iter().take(8).map(|n| format!("W{} ", n.wrapping_add(salt) % 60))).collect::<String>()
    });
    let one = prop_oneof![8 => short, 3 => long, 1 => Just("...".to_owned()), 1 => Just(String::new())];
    prop::collection::vec(one, 0..60).prop_flat_map(|texts| {
        let again = prop::collection::vec(any::<prop::sample::Index>(), 0..6);
        (Just(texts), again).prop_map(|(mut texts, again)| {
            if !texts.is_empty() {
                let copies: Vec<String> = again.iter().map(|n| n.get(&texts).to_uppercase()).collect();
                texts.extend(copies);
            }
            texts
        })
    })
}

fn as_strs(texts: &[String]) -> Vec<&str> {
    texts.iter().map(String::as_str).collect()
}

/// The parts of 0..n that `edges` join, by their least member.
fn components(n: usize, edges: &[Edge]) -> Vec<Vec<u32>> {
    let mut sets = UnionFind::new(n);
    edges.iter().for_each(|edge| {
        sets.union(edge.a, edge.b);
    });
    let mut parts: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    (0..n as u32).for_each(|member| parts.entry(sets.find(member)).or_default().push(member));
    let mut parts: Vec<Vec<u32>> = parts.into_values().collect();
    parts.sort();
    parts
}
