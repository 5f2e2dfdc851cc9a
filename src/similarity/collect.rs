//! The edges that a graph keeps, gathered from a join without knowing how many there will be.
//!
//! Up to a budget every edge is kept. Beyond it, what is kept is the maximum spanning forest, which says the clusters at every
//! threshold, and of each node its K strongest edges. That selection *composes*: an edge that is neither in the forest of some edges nor
//! among the K strongest of one of its ends never will be when more edges come. So leaving edges out as they come gives what
//! leaving them out at the end gives, memory is bounded, and neither order nor threads show in the result.

use std::sync::{Mutex, MutexGuard, PoisonError};

use rayon::slice::ParallelSliceMut;

use super::pairs::Sink;
use super::union_find::UnionFind;
use crate::error::Result;
use crate::model::Edge;

/// Edges that are kept whatever they are: 64 million, 768 MB.
pub const BUDGET: usize = 64 << 20;

/// Beyond the budget, of each node so many of its strongest edges: all that the budget allows within these bounds.
const STRONGEST: (usize, usize) = (8, 128);

/// A sink that keeps the edges of a graph.
///
/// Memory: 12 bytes an edge, of which there are at most a quarter more than the budget or than `nodes` × (K + 1), whichever is
/// more; and 8 bytes a node while edges are left out.
#[derive(Debug)]
pub struct Collector {
    nodes: usize,
    budget: usize,
    kept: Mutex<Kept>,
}

#[derive(Debug)]
struct Kept {
    edges: Vec<Edge>,
    /// How many there may be before some are left out.
    room: usize,
    /// Edges that came, and those of an earlier graph that came before and were left out (at least one, where there were any).
    seen: u64,
    /// The earlier graph was beyond the budget.
    beyond: bool,
}

impl Collector {
    /// For edges among `nodes` nodes, up to [`BUDGET`].
    pub fn new(nodes: usize) -> Collector {
        Collector::with_budget(nodes, BUDGET)
    }

    pub fn with_budget(nodes: usize, budget: usize) -> Collector {
        let kept = Kept { edges: Vec::new(), room: budget, seen: 0, beyond: false };
        Collector { nodes, budget, kept: Mutex::new(kept) }
    }

    /// Goes on from the edges of an earlier graph: `capped` as [`finish`](Collector::finish) gave it then.
    pub fn resume(nodes: usize, budget: usize, edges: Vec<Edge>, capped: Option<u32>) -> Collector {
        let beyond = capped.is_some();
        let kept = Kept { room: budget.max(edges.len()), seen: edges.len() as u64 + u64::from(beyond), edges, beyond };
        Collector { nodes, budget, kept: Mutex::new(kept) }
    }

    /// The edges kept, in [`Edge::order`], and K where some were left out.
    pub fn finish(self) -> (Vec<Edge>, Option<u32>) {
        let k = self.strongest();
        let mut kept = self.kept.into_inner().unwrap_or_else(PoisonError::into_inner);
        kept.edges.par_sort_unstable_by(Edge::order);
        if kept.beyond || kept.seen > self.budget as u64 {
            leave_out(&mut kept.edges, self.nodes, k);
        }
        let left_out = kept.seen > kept.edges.len() as u64;
        (kept.edges, left_out.then_some(k))
    }

    /// K.
    fn strongest(&self) -> u32 {
        let (least, most) = STRONGEST;
        (self.budget / self.nodes.max(1)).clamp(least, most) as u32
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sink for Collector {
    fn take(&self, edges: &[Edge]) -> Result<()> {
        let mut kept = self.lock();
        kept.seen += edges.len() as u64;
        kept.edges.extend_from_slice(edges);
        if kept.edges.len() > kept.room {
            // On this thread alone: a worker that waits for others to sort takes up other work meanwhile, and that may be to take edges,
            // for which it would wait for the lock that it holds.
            kept.edges.sort_unstable_by(Edge::order);
            leave_out(&mut kept.edges, self.nodes, self.strongest());
            // Some room to fill before the next time, so that the time spent here stays in proportion to the edges that come.
            kept.room = kept.edges.len().max(self.budget).saturating_add(self.budget / 4);
        }
        Ok(())
    }
}

/// Leaves out of edges in order those that are neither in the forest nor among the `k` strongest of an end.
fn leave_out(edges: &mut Vec<Edge>, nodes: usize, k: u32) {
    let mut trees = UnionFind::new(nodes);
    let mut stronger = vec![0u32; nodes];
    let mut is_strong = |node: u32| {
        let before = &mut stronger[node as usize];
        *before += 1;
        *before <= k
    };
    edges.retain(|edge| {
        let (a, b) = (is_strong(edge.a), is_strong(edge.b));
        let joins = trees.union(edge.a, edge.b).is_some();
        a || b || joins
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complete(nodes: u32) -> Vec<Edge> {
        let score = |a: u32, b: u32| (1 + (a * 7 + b * 13) % 10) as f32 / 10.0;
        (0..nodes).flat_map(|b| (0..b).map(move |a| Edge { a, b, score: score(a, b) })).collect()
    }

    #[test]
    fn within_the_budget_every_edge_stays() {
        let edges = complete(10);
        let collector = Collector::with_budget(10, edges.len());
        edges.chunks(7).for_each(|some| collector.take(some).unwrap());
        let (kept, capped) = collector.finish();
        assert_eq!((kept.len(), capped), (45, None));
        assert!(kept.is_sorted_by(|a, b| a.order(b).is_lt()));
    }

    #[test]
    fn beyond_the_budget_memory_is_bounded() {
        let edges = complete(200);
        let collector = Collector::with_budget(200, 400);
        for some in edges.chunks(50) {
            collector.take(some).unwrap();
            assert!(collector.lock().edges.len() <= 200 * 9 + 100);
        }
        let (kept, capped) = collector.finish();
        assert_eq!(capped, Some(8));
        assert!(kept.len() < edges.len() / 10);
    }

    #[test]
    fn k_is_what_the_budget_allows() {
        let k = |nodes, budget| Collector::with_budget(nodes, budget).strongest();
        assert_eq!([k(1000, 0), k(1000, 20_000), k(1000, 1 << 40), k(0, 5)], [8, 20, 128, 8]);
    }
}
