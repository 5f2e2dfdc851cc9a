//! How many pairs of records there are per hundredth of the score.

use super::Graph;

/// Counts of pairs of records, one per hundredth from the floor to 1.00.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PairHistogram {
    /// The first bin, in hundredths: the floor, rounded down.
    pub first: u16,
    /// `counts[k]` pairs have a score in [(first + k) / 100, (first + k + 1) / 100); the last bin, 1.00, holds the pairs of
    /// records with the same text.
    pub counts: Vec<u64>,
}

impl PairHistogram {
    pub(super) fn of(graph: &Graph) -> PairHistogram {
        let first = bin_of(graph.floor);
        let sizes = node_sizes(graph);
        let mut counts = vec![0; usize::from(100 - first) + 1];
        for edge in &graph.edges {
            counts[usize::from(bin_of(edge.score) - first)] += sizes[edge.a as usize] * sizes[edge.b as usize];
        }
        counts[usize::from(100 - first)] += sizes.iter().map(|size| size * (size - 1) / 2).sum::<u64>();
        PairHistogram { first, counts }
    }

    /// Pairs in the bin that begins at `hundredths`; 0 below the floor.
    pub fn at(&self, hundredths: u16) -> u64 {
        hundredths.checked_sub(self.first).and_then(|k| self.counts.get(usize::from(k))).copied().unwrap_or(0)
    }
}

fn node_sizes(graph: &Graph) -> Vec<u64> {
    let mut sizes = vec![0; graph.nodes()];
    graph.node_of.iter().for_each(|&node| sizes[node as usize] += 1);
    sizes
}

/// The greatest number of hundredths that is ≤ `score` as `f32` comparisons see it, so that a bin begins where a threshold does.
fn bin_of(score: f32) -> u16 {
    let near = (score * 100.0).round() as u16;
    if near > 0 && f32::from(near) / 100.0 > score { near - 1 } else { near.min(100) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Edge, Lens, RecordId};

    #[test]
    fn bins_begin_where_thresholds_do() {
        for hundredths in 1..=100u16 {
            let edge = f32::from(hundredths) / 100.0;
            assert_eq!(bin_of(edge), hundredths);
            assert_eq!(bin_of(edge.next_down()), hundredths - 1);
        }
        assert_eq!(bin_of(0.875), 87);
    }

    #[test]
    fn a_pair_counts_for_every_record_of_its_nodes() {
        let edges = vec![Edge { a: 0, b: 1, score: 0.7 }, Edge { a: 1, b: 2, score: 0.69 }];
        let node_of = vec![0, 1, 0, 2, 1, 0];
        let graph = Graph {
            lens: Lens::Lexical,
            method: "words".into(),
            floor: 0.65,
            records: (1..=6).map(RecordId).collect(),
            node_of,
            digests: vec![1, 2, 3],
            edges,
            capped: None,
        };
        let histogram = PairHistogram::of(&graph);
        assert_eq!((histogram.first, histogram.counts.len()), (65, 36));
        assert_eq!([64, 69, 70, 71, 100, 101].map(|bin| histogram.at(bin)), [0, 2, 6, 0, 4, 0]);
        assert_eq!(histogram.counts.iter().sum::<u64>(), graph.pairs(0.0).count() as u64);
    }
}
