//! What meets what: rows prepared for the join, and blocks of their panels two by two.

use std::ops::Range;

use super::coded::Coded;
use super::heads::{Heads, Span};
use super::kernel::Kernel;
use super::panels::Panels;
use super::rotation::Rotation;
use super::vectors::Vectors;
use crate::error::Result;
use crate::progress::Progress;

/// Panels of a block: 2,048 rows, whose codes fit a core's own cache.
const BLOCK: usize = 32;

/// Rows in both their forms.
pub(super) struct Side {
    span: Span,
    pub panels: Panels,
    /// `None` where the panels hold whole rows already.
    pub coded: Option<Coded>,
}

impl Side {
    pub fn new(
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
        Ok(Side { span, panels, coded })
    }

    /// Its panels in blocks.
    fn blocks(&self) -> impl Iterator<Item = Range<usize>> + Clone + '_ {
        (0..self.panels.len()).step_by(BLOCK).map(|first| first..(first + BLOCK).min(self.panels.len()))
    }

    /// The row at a position of the panels.
    pub fn row(&self, position: u32) -> u32 {
        self.span.row(self.panels.order[position as usize])
    }
}

/// The rows of two blocks of panels, to be compared.
pub(super) struct Task<'a> {
    pub left: &'a Side,
    pub right: &'a Side,
    pub rows: Range<usize>,
    pub columns: Range<usize>,
    /// Both blocks are the same: every pair once, and no row with itself.
    pub diagonal: bool,
}

/// Every row of `left` with every row of `right`.
pub(super) fn rectangle<'a>(left: &'a Side, right: &'a Side) -> Vec<Task<'a>> {
    let task = |rows: Range<usize>, columns| Task { left, right, rows, columns, diagonal: false };
    left.blocks().flat_map(|rows| right.blocks().map(move |columns| task(rows.clone(), columns))).collect()
}

/// Every pair of rows of `side`.
pub(super) fn triangle(side: &Side) -> Vec<Task<'_>> {
    let until = |columns: Range<usize>| side.blocks().take_while(move |rows| rows.start <= columns.start);
    let task = |rows: Range<usize>, columns: Range<usize>| {
        let diagonal = rows == columns;
        Task { left: side, right: side, rows, columns, diagonal }
    };
    side.blocks().flat_map(|columns| until(columns.clone()).map(move |rows| task(rows, columns.clone()))).collect()
}

impl Task<'_> {
    /// How many pairs it compares.
    pub fn pairs(&self) -> u64 {
        let (rows, columns) = (self.left.panels.rows(&self.rows), self.right.panels.rows(&self.columns));
        if self.diagonal { rows * rows.saturating_sub(1) / 2 } else { rows * columns }
    }
}
