//! The curve: what every threshold of the slider would do, computed once, so that moving the slider is a look-up.

use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};

use super::Candidate;
use super::links::{Links, prefix};
use super::policy::{Companions, cover_order};
use crate::error::Result;
use crate::model::{Policy, Threshold};
use crate::progress::Progress;
use crate::similarity::{Adjacency, Forest, Graph, UnionFind};

/// The consequences of one threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CurvePoint {
    /// In hundredths: 85 is 0.85.
    pub threshold: u16,
    /// Clusters of two or more alive records.
    pub clusters: u32,
    /// Alive records in them.
    pub clustered: u32,
    /// Size of the largest.
    pub largest: u32,
    /// Records the policy would drop.
    pub dropped: u32,
    /// Pairs of alive records in [threshold, threshold + 0.01), identical ones at 1.00: the histogram.
    pub pairs: u64,
}

impl CurvePoint {
    /// The point's threshold as one that compares with scores.
    pub fn threshold(&self) -> Threshold {
        Threshold::from_thousandths(self.threshold * 10)
    }
}

/// One point per hundredth from the floor to 1.00, ascending.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Curve {
    pub points: Vec<CurvePoint>,
}

impl Curve {
    /// `candidates` as in [`propose`](super::propose). About one pass over records and edges a point, shared among the cores; cancellable
    /// between points.
    pub fn compute(
        graph: &Graph,
        forest: &Forest,
        policy: Policy,
        candidates: &[Candidate],
        progress: &Progress,
    ) -> Result<Curve> {
        let links = Links::new(graph, forest, |index| candidates[index].alive);
        let mut points = component_points(graph, &links, candidates, progress)?;
        add_pairs(&mut points, graph, &links.alive_in);
        match policy {
            // Counted along with the components.
            Policy::Cluster => {}
            Policy::Cover => add_cover(&mut points, graph, &links.alive_in, candidates, progress)?,
            Policy::Every => add_every(&mut points, graph, candidates, progress)?,
        }
        Ok(Curve { points })
    }

    /// The point at or just below `threshold`; `None` below the first one.
    pub fn at(&self, threshold: Threshold) -> Option<&CurvePoint> {
        let after = self.points.partition_point(|p| p.threshold() <= threshold);
        self.points[..after].last()
    }
}

/// The hundredths from the floor to 1, ascending.
fn hundredths(floor: f32) -> impl DoubleEndedIterator<Item = CurvePoint> {
    let points = (0..=100).map(|threshold| CurvePoint { threshold, ..CurvePoint::default() });
    points.filter(move |p| p.threshold().value() >= floor)
}

/// What one component is to the curve.
#[derive(Debug, Clone, Copy, Default)]
struct Part {
    alive: u32,
    fixed: u32,
}

impl Part {
    fn clustered(self) -> u32 {
        if self.alive >= 2 { self.alive } else { 0 }
    }

    /// What the policy `cluster` drops: all but the fixed ones, or all but one.
    fn dropped(self) -> u32 {
        self.alive - self.fixed.max(1).min(self.alive)
    }
}

/// Running totals over the components.
#[derive(Debug, Default)]
struct Totals {
    clusters: u32,
    clustered: u32,
    largest: u32,
    dropped: u32,
}

impl Totals {
    fn add(&mut self, part: Part) {
        self.clusters += u32::from(part.alive >= 2);
        self.clustered += part.clustered();
        self.largest = self.largest.max(part.clustered());
        self.dropped += part.dropped();
    }

    fn remove(&mut self, part: Part) {
        self.clusters -= u32::from(part.alive >= 2);
        self.clustered -= part.clustered();
        self.dropped -= part.dropped();
    }
}

/// Walks the threshold from 1 downwards with one union-find; `dropped` is the policy `cluster`'s. Points ascending.
fn component_points(graph: &Graph, links: &Links, candidates: &[Candidate], progress: &Progress) -> Result<Vec<CurvePoint>> {
    let mut parts: Vec<Part> = links.alive_in.iter().map(|&alive| Part { alive, fixed: 0 }).collect();
    for (candidate, &node) in candidates.iter().zip(&graph.node_of) {
        parts[node as usize].fixed += u32::from(candidate.alive && candidate.fixed);
    }
    let mut totals = Totals::default();
    parts.iter().for_each(|&part| totals.add(part));

    let mut sets = UnionFind::new(parts.len());
    let mut next = 0;
    let mut points = Vec::new();
    progress.stage("clusters", "thresholds", hundredths(graph.floor).count() as u64)?;
    for point in hundredths(graph.floor).rev() {
        next = links.join(&mut sets, next, point.threshold().value(), |_, root, absorbed| {
            let (a, b) = (parts[root as usize], parts[absorbed as usize]);
            totals.remove(a);
            totals.remove(b);
            parts[root as usize] = Part { alive: a.alive + b.alive, fixed: a.fixed + b.fixed };
            totals.add(parts[root as usize]);
        });
        let Totals { clusters, clustered, largest, dropped } = totals;
        points.push(CurvePoint { clusters, clustered, largest, dropped, ..point });
        progress.add(1)?;
    }
    points.reverse();
    Ok(points)
}

fn add_pairs(points: &mut [CurvePoint], graph: &Graph, alive_in: &[u32]) {
    let alive = |node: u32| u64::from(alive_in[node as usize]);
    let mut from = 0;
    for point in points.iter_mut().rev() {
        let to = prefix(&graph.edges, point.threshold().value()).len();
        point.pairs = graph.edges[from..to].iter().map(|e| alive(e.a) * alive(e.b)).sum();
        from = to;
    }
    if let Some(top) = points.last_mut() {
        top.pairs += alive_in.iter().map(|&n| u64::from(n) * u64::from(n.saturating_sub(1)) / 2).sum::<u64>();
    }
}

/// One greedy walk per threshold, over the records that have any company at the floor.
fn add_cover(
    points: &mut [CurvePoint],
    graph: &Graph,
    alive_in: &[u32],
    candidates: &[Candidate],
    progress: &Progress,
) -> Result<()> {
    let adjacency = Adjacency::of(graph.nodes(), &graph.edges);
    let order = cover_order(candidates, |index| {
        let node = graph.node_of[index];
        alive_in[node as usize] >= 2 || !adjacency.neighbours_of(node).is_empty()
    });
    let walk: Vec<(u32, bool)> = order.iter().map(|&i| (graph.node_of[i as usize], candidates[i as usize].fixed)).collect();
    progress.stage("policy", "thresholds", points.len() as u64)?;
    let dropped: Vec<u32> = points
        .par_iter()
        .with_max_len(1)
        .map(|point| {
            let dropped = count_cover(&adjacency, &walk, alive_in.len(), point.threshold().value());
            progress.add(1).map(|()| dropped)
        })
        .collect::<Result<_>>()?;
    for (point, dropped) in points.iter_mut().zip(dropped) {
        point.dropped = dropped;
    }
    Ok(())
}

/// How many records of `walk` (node, fixed) the policy `cover` drops: `policy::cover` without its witnesses.
fn count_cover(adjacency: &Adjacency, walk: &[(u32, bool)], nodes: usize, threshold: f32) -> u32 {
    let mut told = vec![false; nodes];
    let mut covered = vec![false; nodes];
    let mut dropped = 0;
    for &(node, fixed) in walk {
        if covered[node as usize] && !fixed {
            dropped += 1;
        } else if !told[node as usize] {
            told[node as usize] = true;
            covered[node as usize] = true;
            for neighbour in adjacency.at(node, threshold) {
                covered[neighbour.node as usize] = true;
            }
        }
    }
    dropped
}

/// A record goes at every threshold up to its closest neighbour's similarity.
fn add_every(points: &mut [CurvePoint], graph: &Graph, candidates: &[Candidate], progress: &Progress) -> Result<()> {
    progress.stage("policy", "thresholds", points.len() as u64)?;
    let closest = Companions::of(graph, &graph.edges, candidates);
    let open = (0..candidates.len()).filter(|&i| candidates[i].alive && !candidates[i].fixed);
    let mut scores: Vec<f32> = open.filter_map(|i| closest.score(i as u32, graph.node_of[i])).collect();
    scores.sort_unstable_by(f32::total_cmp);
    for point in points {
        let below = scores.partition_point(|&score| score < point.threshold().value());
        point.dropped = (scores.len() - below) as u32;
        progress.add(1)?;
    }
    Ok(())
}
