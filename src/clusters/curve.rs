//! The curve: what every threshold of the slider would do, computed once, so that moving the slider is a look-up.

use super::Candidate;
use crate::error::Result;
use crate::model::{Policy, Threshold};
use crate::progress::Progress;
use crate::similarity::{Forest, Graph};

/// The consequences of one threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CurvePoint {
    pub threshold: u16,
    /// Clusters of two or more alive records.
    pub clusters: u32,
    /// Alive records in them.
    pub clustered: u32,
    /// Size of the largest.
    pub largest: u32,
    /// Records the policy would drop.
    pub dropped: u32,
    /// Pairs of records in [threshold, threshold + 0.01), identical ones at 1.00: the histogram.
    pub pairs: u64,
}

/// One point per hundredth from the floor to 1.00, ascending.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Curve {
    pub points: Vec<CurvePoint>,
}

impl Curve {
    /// `candidates` as in [`super::propose`].
    pub fn compute(
        _graph: &Graph,
        _forest: &Forest,
        _policy: Policy,
        _candidates: &[Candidate],
        _progress: &Progress,
    ) -> Result<Curve> {
        todo!()
    }

    /// The point at or just below `threshold` (in hundredths).
    pub fn at(&self, _threshold: Threshold) -> Option<&CurvePoint> {
        todo!()
    }
}
