//! The map of pairs by two lenses: how alike pairs are in their words and in their meaning, and where the lenses disagree.
//!
//! What is counted are pairs of *texts*: records with the same text count once, and the pairs among them, alike in both lenses by definition,
//! not at all. A pair is on the map when it reaches the floor of at least one lens. All scores are in hundredths, rounded down.

mod join;
mod sample;

use std::ops::Range;

use join::Tally;
pub use sample::SAMPLE;

use super::hundredths;
use crate::error::Result;
use crate::model::{RecordId, Threshold};
use crate::progress::Progress;
use crate::similarity::Graph;

/// Places on an axis: 0 is "below the floor of this lens", `h + 1` is the score of `h` hundredths.
const PLACES: usize = 102;

/// Pairs by both scores.
#[derive(Debug, Clone)]
pub struct PairMap {
    /// At `row * (PLACES + 1) + column`: pairs at or beyond both places. Rows are lexical, columns semantic.
    beyond: Vec<u64>,
    samples: Vec<sample::Lowest>,
    /// First hundredth of each lens.
    first: [u16; 2],
}

/// The four sides of two cross-hairs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quadrant {
    /// Alike in words and in meaning.
    Both,
    /// Alike in words only.
    Words,
    /// Alike in meaning only.
    Meaning,
    /// Alike in neither, though at the floor of one at least.
    Neither,
}

impl Quadrant {
    pub const ALL: [Quadrant; 4] = [Quadrant::Both, Quadrant::Words, Quadrant::Meaning, Quadrant::Neither];
}

/// A rectangle of the map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region {
    lexical: Range<usize>,
    semantic: Range<usize>,
}

impl Region {
    /// What the cross-hairs cut out. Thresholds count in hundredths, rounded down.
    pub fn of(quadrant: Quadrant, lexical: Threshold, semantic: Threshold) -> Region {
        let side = |t: Threshold, is_alike: bool| {
            let place = usize::from(hundredths::of(t.value())) + 1;
            if is_alike { place..PLACES } else { 0..place }
        };
        Region {
            lexical: side(lexical, matches!(quadrant, Quadrant::Both | Quadrant::Words)),
            semantic: side(semantic, matches!(quadrant, Quadrant::Both | Quadrant::Meaning)),
        }
    }
}

/// A pair on the map: a record of either text, the one with the smaller id first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MappedPair {
    pub a: RecordId,
    pub b: RecordId,
    /// `None`: below the floor of this lens.
    pub lexical: Option<f32>,
    pub semantic: Option<f32>,
}

/// The map as a grid of so many cells a side, each side from its lens's floor to 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Density {
    pub side: usize,
    /// At `row * side + column`: pairs. Rows are lexical, columns semantic, the lowest scores first.
    pub cells: Vec<u64>,
    /// By row: pairs below the floor of the semantic lens.
    pub words_only: Vec<u64>,
    /// By column: pairs below the floor of the lexical lens.
    pub meaning_only: Vec<u64>,
}

impl PairMap {
    /// Both graphs over the same records, or those that they share. Where they disagree on which records have one text, all records that
    /// either calls the same count as one. O(edges) and a few bytes an edge; the same for any number of threads.
    pub fn of(lexical: &Graph, semantic: &Graph, progress: &Progress) -> Result<PairMap> {
        let Tally { counts, samples } = join::join(lexical, semantic, progress)?;
        let mut beyond = vec![0; (PLACES + 1) * (PLACES + 1)];
        for row in (0..PLACES).rev() {
            for column in (0..PLACES).rev() {
                let at = |row: usize, column: usize| beyond[row * (PLACES + 1) + column];
                let sum = counts[row * PLACES + column] + at(row + 1, column) + at(row, column + 1) - at(row + 1, column + 1);
                beyond[row * (PLACES + 1) + column] = sum;
            }
        }
        Ok(PairMap { beyond, samples, first: [hundredths::of(lexical.floor), hundredths::of(semantic.floor)] })
    }

    /// All pairs on the map.
    pub fn total(&self) -> u64 {
        self.beyond(0, 0)
    }

    fn beyond(&self, row: usize, column: usize) -> u64 {
        self.beyond[row * (PLACES + 1) + column]
    }

    /// Pairs in a region: four look-ups.
    pub fn count(&self, region: &Region) -> u64 {
        let Region { lexical, semantic } = region;
        let with = self.beyond(lexical.start, semantic.start) + self.beyond(lexical.end, semantic.end);
        with - self.beyond(lexical.start, semantic.end) - self.beyond(lexical.end, semantic.start)
    }

    /// Up to `most` pairs of a region, all alike likely, at most [`SAMPLE`]: the closest in meaning first.
    pub fn sample(&self, region: &Region, most: usize) -> Vec<MappedPair> {
        let cells = region.lexical.clone().flat_map(|row| region.semantic.clone().map(move |column| row * PLACES + column));
        sample::lowest_of(cells.map(|cell| &self.samples[cell]), most)
    }

    /// The map as a grid of `side` × `side` cells.
    pub fn density(&self, side: usize) -> Density {
        let each = || 0..side;
        let cells = each().flat_map(|row| each().map(move |column| (row, column)));
        Density {
            side,
            cells: cells.map(|(row, column)| self.count(&self.cell(side, row, column))).collect(),
            words_only: each().map(|row| self.count(&Region { lexical: self.span(0, side, row), semantic: 0..1 })).collect(),
            meaning_only: each()
                .map(|column| self.count(&Region { lexical: 0..1, semantic: self.span(1, side, column) }))
                .collect(),
        }
    }

    /// What one cell of [`density`](Self::density) stands for.
    pub fn cell(&self, side: usize, row: usize, column: usize) -> Region {
        Region { lexical: self.span(0, side, row), semantic: self.span(1, side, column) }
    }

    /// The score in hundredths at which cell `n` of `side` begins, on the lexical (0) or semantic (1) axis.
    pub fn begins(&self, axis: usize, side: usize, n: usize) -> u16 {
        (self.span(axis, side, n).start - 1) as u16
    }

    fn span(&self, axis: usize, side: usize, n: usize) -> Range<usize> {
        let first = usize::from(self.first[axis]);
        let start = |n: usize| first + 1 + (101 - first) * n / side.max(1);
        start(n)..start(n + 1)
    }
}
