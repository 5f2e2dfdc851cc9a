//! What every join promises, whatever it compares: which pairs it looks for, and where it puts them.

use crate::error::Result;
use crate::model::Edge;

/// Which pairs of rows 0..n a join looks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pairs {
    All,
    /// At least one row ≥ first.
    WithNew {
        first: u32,
    },
    /// a < first ≤ b.
    Across {
        first: u32,
    },
}

impl Pairs {
    /// The first row that is new: pairs among the rows before it are not looked for.
    pub fn first(self) -> u32 {
        match self {
            Pairs::All => 0,
            Pairs::WithNew { first } | Pairs::Across { first } => first,
        }
    }
}

/// Takes edges from any thread in any order; an error stops the join.
pub trait Sink: Sync {
    fn take(&self, edges: &[Edge]) -> Result<()>;
}
