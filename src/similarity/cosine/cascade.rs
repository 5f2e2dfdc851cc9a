//! The join: blocks of panels against blocks of panels, three looks at a pair, each at less pairs than the one before.
//!
//! Where few rows meet many, each of the many is met once: heads or anything else that takes long to prepare would not pay. Then
//! whole rows are coded block by block in passing, straight out of memory, and nothing of them is kept.

use std::ops::Range;

use rayon::prelude::*;

use super::blocks::{Side, Task, rectangle, triangle};
use super::kernel::{Kernel, LANES, Wide};
use super::panels::Scratch;
use super::plan::{self, Head};
use super::rotation::Rotation;
use super::score::score_inline;
use super::vectors::Vectors;
use crate::error::{Error, Result};
use crate::model::Edge;
use crate::progress::Progress;
use crate::similarity::pairs::{Pairs, Sink};

/// So many rows are few: whole rows then cost less than finding and computing heads for all the others.
const FEW: usize = 4096;

/// Rows of the many that are coded at once: few enough to stay in a core's own cache.
const PASSING: usize = 256;

/// Edges that are handed over at once, or a panel's more.
const EDGES: usize = 16_384;

/// How a join is done. Only speed depends on it; tests try every one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Method {
    pub kernel: Kernel,
    pub head: Head,
}

impl Default for Method {
    fn default() -> Self {
        Method { kernel: Kernel::best(), head: Head::Auto }
    }
}

/// What each step of a join left over.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Values of the first look; the dimensions where it is at whole rows.
    pub dims: usize,
    /// Pairs looked at.
    pub pairs: u64,
    /// Pairs after the first look.
    pub heads: u64,
    /// Pairs after the second look: they were scored.
    pub scored: u64,
    /// Edges.
    pub found: u64,
}

/// Hands `sink` every pair of `pairs` whose [`super::score()`] is at least `floor`, and no other.
pub fn join(vectors: &Vectors, pairs: Pairs, floor: f32, sink: &dyn Sink, progress: &Progress) -> Result<()> {
    join_by(Method::default(), vectors, pairs, floor, sink, progress).map(drop)
}

/// [`join`] in a given way, and what its steps did.
pub fn join_by(
    method: Method,
    vectors: &Vectors,
    pairs: Pairs,
    floor: f32,
    sink: &dyn Sink,
    progress: &Progress,
) -> Result<Counts> {
    if !(floor > 0.0 && floor <= 1.0) {
        return Err(Error::refused(format!("a floor of {floor}: it is above 0 and at most 1")));
    }
    let join = Join { vectors, floor, kernel: method.kernel, sink, progress };
    match few_and_many(pairs, vectors.len()) {
        Some((few, many)) if !matches!(method.head, Head::Rotated(_)) => join.in_passing(pairs, few, many),
        _ => join.prepared(pairs, method.head),
    }
}

/// The rows that are few and the many that they meet, where that is so.
fn few_and_many(pairs: Pairs, rows: u32) -> Option<(Range<u32>, Range<u32>)> {
    let split = pairs.split(rows);
    let (old, new) = (0..split, split..rows);
    match pairs {
        Pairs::WithNew { .. } | Pairs::Across { .. } if new.len() <= FEW.min(old.len()) => Some((new, old)),
        // Many new rows are compared only where they need not meet each other.
        Pairs::Across { .. } if old.len() <= FEW => Some((old, new)),
        _ => None,
    }
}

impl Counts {
    fn and(self, other: Counts) -> Counts {
        Counts {
            dims: self.dims.max(other.dims),
            pairs: self.pairs + other.pairs,
            heads: self.heads + other.heads,
            scored: self.scored + other.scored,
            found: self.found + other.found,
        }
    }
}

/// What all blocks share.
struct Join<'a> {
    vectors: &'a Vectors,
    floor: f32,
    kernel: Kernel,
    sink: &'a dyn Sink,
    progress: &'a Progress,
}

/// Room that a block works in. Pairs are positions in the panels of the two sides.
#[derive(Default)]
struct Work {
    scratch: Scratch,
    pairs: Vec<(u32, u32)>,
    dots: Vec<i32>,
    edges: Vec<Edge>,
}

impl Join<'_> {
    /// All rows are prepared before the first pair is compared.
    fn prepared(&self, pairs: Pairs, head: Head) -> Result<Counts> {
        let rows = self.vectors.len();
        self.progress.stage("preparing", "rows", u64::from(rows))?;
        let rotation = plan::rotation(self.vectors, pairs, self.floor, head, self.kernel);
        let split = pairs.split(rows);
        let (old, new) = (self.side(0..split, rotation.as_ref())?, self.side(split..rows, rotation.as_ref())?);
        self.progress.add(u64::from(rows))?;
        self.progress.stage("comparing", "pairs", pairs.count(rows))?;
        let mut tasks = rectangle(&old, &new);
        if !matches!(pairs, Pairs::Across { .. }) {
            tasks.extend(triangle(&new));
        }
        let dims = rotation.as_ref().map_or(self.vectors.dims(), Rotation::dims);
        self.blocks(&tasks).map(|counts| Counts { dims, ..counts })
    }

    /// Only `few` are prepared before the first pair is compared.
    fn in_passing(&self, pairs: Pairs, few: Range<u32>, many: Range<u32>) -> Result<Counts> {
        self.progress.stage("comparing", "pairs", pairs.count(self.vectors.len()))?;
        let few = self.side(few, None)?;
        let starts = many.clone().into_par_iter().step_by(PASSING);
        let passed = starts.map(|first| {
            let block = self.side(first..many.end.min(first + PASSING as u32), None)?;
            self.blocks(&rectangle(&few, &block))
        });
        let passed = passed.try_reduce(Counts::default, |a, b| Ok(a.and(b)))?;
        let among = if matches!(pairs, Pairs::Across { .. }) { Counts::default() } else { self.blocks(&triangle(&few))? };
        Ok(Counts { dims: self.vectors.dims(), ..passed.and(among) })
    }

    fn side(&self, rows: Range<u32>, rotation: Option<&Rotation>) -> Result<Side> {
        Side::new(self.vectors, rows, rotation, self.kernel, self.progress)
    }

    fn blocks(&self, tasks: &[Task]) -> Result<Counts> {
        tasks.par_iter().map(|task| self.block(task)).try_reduce(Counts::default, |a, b| Ok(a.and(b)))
    }

    fn block(&self, task: &Task) -> Result<Counts> {
        let mut work = Work::default();
        let mut counts = Counts { pairs: task.pairs(), ..Counts::default() };
        for column in task.columns.clone() {
            self.progress.check()?;
            self.look_at_heads(task, column, &mut work);
            counts.heads += work.pairs.len() as u64;
            if let (Some(left), Some(right)) = (&task.left.coded, &task.right.coded) {
                left.retain(right, self.floor, self.kernel, &mut work.pairs, &mut work.dots);
            }
            counts.scored += work.pairs.len() as u64;
            self.kernel.wide(Score { join: self, task, pairs: &work.pairs, edges: &mut work.edges });
            if work.edges.len() >= EDGES {
                counts.found += self.hand_over(&mut work.edges)?;
            }
        }
        counts.found += self.hand_over(&mut work.edges)?;
        self.progress.add(counts.pairs)?;
        Ok(counts)
    }

    /// Pairs of the block's rows and one panel of its columns whose heads may reach the floor.
    fn look_at_heads(&self, task: &Task, column: usize, work: &mut Work) {
        let rows = if task.diagonal { task.rows.start..column + 1 } else { task.rows.clone() };
        let (first_row, first_column) = ((rows.start * LANES) as u32, (column * LANES) as u32);
        task.left.panels.sweep(rows, &task.right.panels, column, self.floor, self.kernel, &mut work.scratch);
        work.pairs.clear();
        for hit in &work.scratch.hits {
            let row = first_row + hit.row;
            let mut lanes = hit.lanes;
            if task.diagonal && row >= first_column {
                // In the panel with itself only the lanes behind its own.
                lanes &= (u64::MAX << (row - first_column)) << 1;
            }
            while lanes != 0 {
                work.pairs.push((row, first_column + lanes.trailing_zeros()));
                lanes &= lanes - 1;
            }
        }
    }

    fn hand_over(&self, edges: &mut Vec<Edge>) -> Result<u64> {
        let found = edges.len() as u64;
        if found > 0 {
            self.sink.take(edges)?;
        }
        edges.clear();
        Ok(found)
    }
}

/// The last look: what decides.
struct Score<'a> {
    join: &'a Join<'a>,
    task: &'a Task<'a>,
    pairs: &'a [(u32, u32)],
    edges: &'a mut Vec<Edge>,
}

impl Wide for Score<'_> {
    type Made = ();

    #[inline(always)]
    fn run(self) {
        for &(row, column) in self.pairs {
            let (row, column) = (self.task.left.row(row), self.task.right.row(column));
            let score = score_inline(self.join.vectors.row(row), self.join.vectors.row(column));
            if score >= self.join.floor {
                self.edges.push(Edge { a: row.min(column), b: row.max(column), score });
            }
        }
    }
}
