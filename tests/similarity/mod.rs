//! Similarity: the join against brute force, growth against building anew, the cap against the whole list, the forest against
//! union-find, threads against each other, and real prompts.

mod cap;
mod cosine;
mod data;
mod forest;
mod growth;
mod join;
mod neighbours;
mod reference;

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use proptest::prelude::*;
use tamis::error::Result;
use tamis::model::{Edge, RecordId, Sets};
use tamis::progress::Progress;
use tamis::similarity::{Graph, Sink, UnionFind, build};

/// Fractions that scores of small sets hit exactly, so that `≥` is tried at its edge, and some that none does.
const FLOORS: [f32; 9] = [0.2, 0.3, 0.5, 2.0 / 3.0, 0.7, 0.75, 0.8, 0.95, 1.0];

fn floor() -> impl Strategy<Value = f32> {
    prop::sample::select(FLOORS.to_vec())
}

fn sets() -> impl Strategy<Value = Sets> {
    prop::sample::select(Sets::ALL.to_vec())
}

/// The graph of `texts`; record ids have gaps, so that an id is never taken for an index.
fn graph(texts: &[&str], sets: Sets, floor: f32) -> Graph {
    let records = (0..texts.len()).map(id).collect();
    build::lexical(sets, floor, records, texts, None, &Progress::none()).expect("a good floor")
}

fn id(index: usize) -> RecordId {
    RecordId(3 * index as u32 + 5)
}

/// A sink that keeps what comes as it comes.
#[derive(Default)]
struct Heap(Mutex<Vec<Edge>>);

impl Sink for Heap {
    fn take(&self, edges: &[Edge]) -> Result<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(edges);
        Ok(())
    }
}

impl Heap {
    fn sorted(self) -> Vec<Edge> {
        let mut edges = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        edges.sort_by(Edge::order);
        edges
    }
}

/// One text with many near others, ties and duplicates: few words, with case, punctuation and repeats that do not count.
fn text() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec!["a", "b", "c", "d", "e", "f", "g", "h", "É", "ß", "猫", "8k"]);
    let blank = prop::sample::select(vec![" ", ", ", " - ", "\t", "_", "!! "]);
    let short =
        prop::collection::vec((word, blank), 0..12).prop_map(|parts| parts.iter().map(|(w, b)| format!("{w}{b}")).collect());
    let base = prop::collection::vec(0u8..60, 15..40);
    let long = (base, 0u8..60).prop_map(|(words, salt)| {
        let stock = (0..25).map(|n| format!("w{n} "));
        stock.chain(words.iter().take(8).map(|n| format!("W{} ", n.wrapping_add(salt) % 60))).collect::<String>()
    });
    prop_oneof![8 => short, 3 => long, 1 => Just("...".to_owned()), 1 => Just(String::new())]
}

fn texts() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(text(), 0..60).prop_flat_map(|texts| {
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

/// Edges among 0..`nodes`, each pair once, in order. Few different scores, so that ties are the rule.
fn edges(nodes: u32, most: usize) -> impl Strategy<Value = Vec<Edge>> {
    let edge = (0..nodes, 1..nodes, 1..=20u8).prop_map(move |(a, step, score)| {
        let b = (a + step) % nodes;
        Edge { a: a.min(b), b: a.max(b), score: f32::from(score) / 20.0 }
    });
    prop::collection::vec(edge, 0..most).prop_map(|mut edges| {
        edges.sort_by(|x, y| (x.a, x.b).cmp(&(y.a, y.b)).then(y.score.total_cmp(&x.score)));
        edges.dedup_by_key(|edge| (edge.a, edge.b));
        edges.sort_by(Edge::order);
        edges
    })
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
