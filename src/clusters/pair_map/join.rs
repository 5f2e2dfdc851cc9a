//! Which edges of two graphs are of one pair of texts: both lists are laid out by their first text, and then joined text by text with one
//! array of marks, so that no hash map of all pairs is needed.

use std::cmp::Ordering;

use rayon::prelude::*;

use super::sample::Lowest;
use super::{MappedPair, PLACES};
use crate::clusters::hundredths;
use crate::error::Result;
use crate::model::RecordId;
use crate::progress::Progress;
use crate::similarity::{Graph, UnionFind};

/// Texts that one task joins.
const BLOCK: usize = 1 << 16;
/// No text: the other graph has none of the node's records.
const NONE: u32 = u32::MAX;

/// Pairs counted by cell.
pub(super) struct Tally {
    pub counts: Vec<u64>,
    pub samples: Vec<Lowest>,
}

impl Tally {
    fn new() -> Tally {
        Tally { counts: vec![0; PLACES * PLACES], samples: vec![Lowest::default(); PLACES * PLACES] }
    }

    fn add(&mut self, pair: MappedPair) {
        let place = |score: Option<f32>| score.map_or(0, |score| usize::from(hundredths::of(score)) + 1);
        let cell = place(pair.lexical) * PLACES + place(pair.semantic);
        self.counts[cell] += 1;
        self.samples[cell].add(pair);
    }

    fn merge(mut self, other: Tally) -> Tally {
        self.counts.iter_mut().zip(other.counts).for_each(|(sum, count)| *sum += count);
        self.samples.iter_mut().zip(other.samples).for_each(|(all, some)| all.merge(some));
        self
    }
}

pub(super) fn join(lexical: &Graph, semantic: &Graph, progress: &Progress) -> Result<Tally> {
    progress.stage("pairs of both lenses", "records", lexical.records.len() as u64)?;
    let texts = Texts::shared(lexical, semantic);
    let (words, meaning) = rayon::join(
        || ByText::of(lexical, &texts.of_node[0], texts.records.len()),
        || ByText::of(semantic, &texts.of_node[1], texts.records.len()),
    );
    progress.check()?;
    let blocks: Vec<usize> = (0..texts.records.len()).step_by(BLOCK).collect();
    let tally = blocks.par_iter().try_fold(
        || (Tally::new(), Vec::new()),
        |(mut tally, mut marks), &start| {
            marks.resize(texts.records.len(), Mark::default());
            let end = (start + BLOCK).min(texts.records.len());
            (start..end).for_each(|text| join_text(text as u32, &words, &meaning, &texts.records, &mut marks, &mut tally));
            progress.add((end - start) as u64).map(|()| (tally, marks))
        },
    );
    tally.map(|part| part.map(|(tally, _)| tally)).try_reduce(Tally::new, |a, b| Ok(a.merge(b)))
}

/// What is known of the pair of the text in hand and another one.
#[derive(Debug, Clone, Copy, Default)]
struct Mark {
    /// The text in hand plus one, when it was marked; another number means nothing.
    text: u32,
    /// NaN once the pair is counted.
    lexical: f32,
}

fn join_text(text: u32, words: &ByText, meaning: &ByText, records: &[RecordId], marks: &mut [Mark], tally: &mut Tally) {
    let pair =
        |other: u32, lexical, semantic| MappedPair { a: records[text as usize], b: records[other as usize], lexical, semantic };
    // Lists are by score descending: where two nodes became one text, the first edge is the closest and the others are passed over.
    for &(other, score) in words.of_text(text) {
        let mark = &mut marks[other as usize];
        if mark.text != text + 1 {
            *mark = Mark { text: text + 1, lexical: score };
        }
    }
    for &(other, score) in meaning.of_text(text) {
        let mark = &mut marks[other as usize];
        let is_marked = mark.text == text + 1;
        if !is_marked {
            tally.add(pair(other, None, Some(score)));
        } else if !mark.lexical.is_nan() {
            tally.add(pair(other, Some(mark.lexical), Some(score)));
        }
        *mark = Mark { text: text + 1, lexical: f32::NAN };
    }
    for &(other, _) in words.of_text(text) {
        let lexical = std::mem::replace(&mut marks[other as usize].lexical, f32::NAN);
        if !lexical.is_nan() {
            tally.add(pair(other, Some(lexical), None));
        }
    }
}

/// The texts that both graphs know, numbered by first record.
struct Texts {
    /// The first record of each.
    records: Vec<RecordId>,
    /// Of either graph: node → text, or [`NONE`].
    of_node: [Vec<u32>; 2],
}

impl Texts {
    fn shared(lexical: &Graph, semantic: &Graph) -> Texts {
        let shared = shared_records(lexical, semantic);
        let mut same = UnionFind::new(shared.len());
        let graphs = [lexical, semantic];
        let node = |side: usize, places: &[usize; 2]| graphs[side].node_of[places[side]] as usize;
        for side in 0..2 {
            let mut first = vec![NONE; graphs[side].nodes()];
            for (n, places) in shared.iter().enumerate() {
                match &mut first[node(side, places)] {
                    place if *place == NONE => *place = n as u32,
                    place => _ = same.union(*place, n as u32),
                }
            }
        }
        let mut number = vec![NONE; shared.len()];
        let mut texts = Texts { records: Vec::new(), of_node: graphs.map(|graph| vec![NONE; graph.nodes()]) };
        for (n, places) in shared.iter().enumerate() {
            let text = &mut number[same.find(n as u32) as usize];
            if *text == NONE {
                *text = texts.records.len() as u32;
                texts.records.push(lexical.records[places[0]]);
            }
            for side in 0..2 {
                texts.of_node[side][node(side, places)] = *text;
            }
        }
        texts
    }
}

/// Places in both graphs of the records that both have.
fn shared_records(lexical: &Graph, semantic: &Graph) -> Vec<[usize; 2]> {
    let (mut a, mut b) = (0, 0);
    let mut shared = Vec::with_capacity(lexical.records.len().min(semantic.records.len()));
    while let (Some(left), Some(right)) = (lexical.records.get(a), semantic.records.get(b)) {
        let order = left.cmp(right);
        if order == Ordering::Equal {
            shared.push([a, b]);
        }
        a += usize::from(order.is_le());
        b += usize::from(order.is_ge());
    }
    shared
}

/// Edges by their lower text, each list by score descending.
struct ByText {
    offsets: Vec<u32>,
    edges: Vec<(u32, f32)>,
}

impl ByText {
    fn of(graph: &Graph, text_of: &[u32], texts: usize) -> ByText {
        let between = |a: u32, b: u32| {
            let (a, b) = (text_of[a as usize], text_of[b as usize]);
            (a != b && a != NONE && b != NONE).then_some((a.min(b), a.max(b)))
        };
        let mut offsets = vec![0u32; texts + 1];
        for (low, _) in graph.edges.iter().filter_map(|e| between(e.a, e.b)) {
            offsets[low as usize + 1] += 1;
        }
        (0..texts).for_each(|text| offsets[text + 1] += offsets[text]);
        let mut next = offsets.clone();
        let mut edges = vec![(0, 0.0); offsets[texts] as usize];
        for edge in &graph.edges {
            if let Some((low, high)) = between(edge.a, edge.b) {
                edges[next[low as usize] as usize] = (high, edge.score);
                next[low as usize] += 1;
            }
        }
        ByText { offsets, edges }
    }

    fn of_text(&self, text: u32) -> &[(u32, f32)] {
        &self.edges[self.offsets[text as usize] as usize..self.offsets[text as usize + 1] as usize]
    }
}
