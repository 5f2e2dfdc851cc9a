//! The join: blocks of panels against blocks of panels, three looks at a pair, each at less pairs than the one before.

use std::ops::Range;

use rayon::prelude::*;

use super::coded::Coded;
use super::heads::{Heads, Span};
use super::kernel::{Kernel, LANES, Wide};
use super::panels::{Panels, Scratch};
use super::plan::{self, Head};
use super::rotation::Rotation;
use super::score::score_inline;
use super::vectors::Vectors;
use crate::error::{Error, Result};
use crate::model::Edge;
use crate::progress::Progress;
use crate::similarity::pairs::{Pairs, Sink};

/// Panels of a block: 2,048 rows, whose codes fit a core's own cache.
const BLOCK: usize = 32;

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
    let kernel = method.kernel;
    progress.stage("preparing", "rows", u64::from(vectors.len()))?;
    let rotation = plan::rotation(vectors, pairs, floor, method.head, kernel);
    let split = pairs.split(vectors.len());
    let side = |rows: Range<u32>| Side::new(vectors, rows, rotation.as_ref(), kernel, progress);
    let (old, new) = (side(0..split)?, side(split..vectors.len())?);
    progress.stage("comparing", "pairs", pairs.count(vectors.len()))?;
    let mut tasks = rectangle(&old, &new);
    if !matches!(pairs, Pairs::Across { .. }) {
        tasks.extend(triangle(&new));
    }
    let join = Join { vectors, floor, kernel, sink, progress };
    let none = || Counts { dims: rotation.as_ref().map_or(vectors.dims(), Rotation::dims), ..Counts::default() };
    tasks.par_iter().map(|task| join.block(task)).try_reduce(none, |a, b| {
        let [pairs, heads] = [a.pairs + b.pairs, a.heads + b.heads];
        Ok(Counts { dims: a.dims.max(b.dims), pairs, heads, scored: a.scored + b.scored, found: a.found + b.found })
    })
}

/// Rows in both their forms.
struct Side {
    span: Span,
    panels: Panels,
    /// `None` where the panels hold whole rows already.
    coded: Option<Coded>,
}

impl Side {
    fn new(
        vectors: &Vectors,
        rows: Range<u32>,
        rotation: Option<&Rotation>,
        kernel: Kernel,
        progress: &Progress,
    ) -> Result<Self> {
        let span = Span { first: rows.start, step: 1, len: rows.end - rows.start };
        let heads = match rotation {
            Some(rotation) => Heads::rotated(vectors, span, rotation, kernel),
            None => Heads::whole(vectors, span),
        };
        progress.check()?;
        let panels = Panels::new(&heads, kernel);
        drop(heads);
        progress.check()?;
        let coded = rotation.map(|_| Coded::new(vectors, span, &panels.order, kernel));
        progress.add(u64::from(span.len))?;
        Ok(Side { span, panels, coded })
    }

    /// Its panels in blocks.
    fn blocks(&self) -> impl Iterator<Item = Range<usize>> + Clone + '_ {
        (0..self.panels.len()).step_by(BLOCK).map(|first| first..(first + BLOCK).min(self.panels.len()))
    }

    /// The row at a position of the panels.
    fn row(&self, position: u32) -> u32 {
        self.span.row(self.panels.order[position as usize])
    }
}

/// The rows of two blocks of panels, to be compared.
struct Task<'a> {
    left: &'a Side,
    right: &'a Side,
    rows: Range<usize>,
    columns: Range<usize>,
    /// Both blocks are the same: every pair once, and no row with itself.
    diagonal: bool,
}

/// Every row of `left` with every row of `right`.
fn rectangle<'a>(left: &'a Side, right: &'a Side) -> Vec<Task<'a>> {
    let task = |rows: Range<usize>, columns| Task { left, right, rows, columns, diagonal: false };
    left.blocks().flat_map(|rows| right.blocks().map(move |columns| task(rows.clone(), columns))).collect()
}

/// Every pair of rows of `side`.
fn triangle(side: &Side) -> Vec<Task<'_>> {
    let until = |columns: Range<usize>| side.blocks().take_while(move |rows| rows.start <= columns.start);
    let task = |rows: Range<usize>, columns: Range<usize>| {
        let diagonal = rows == columns;
        Task { left: side, right: side, rows, columns, diagonal }
    };
    side.blocks().flat_map(|columns| until(columns.clone()).map(move |rows| task(rows, columns.clone()))).collect()
}

impl Task<'_> {
    /// How many pairs it compares.
    fn pairs(&self) -> u64 {
        let (rows, columns) = (self.left.panels.rows(&self.rows), self.right.panels.rows(&self.columns));
        if self.diagonal { rows * rows.saturating_sub(1) / 2 } else { rows * columns }
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
