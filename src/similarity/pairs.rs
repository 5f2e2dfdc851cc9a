//! Which pairs a join looks for, and who takes what it finds.

use crate::error::Result;
use crate::model::Edge;

/// Which pairs of the rows `0..n` a join looks for. Rows before `first` are the old ones, `first` and after the new ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pairs {
    /// Every pair.
    All,
    /// Pairs with at least one new row: what adding rows costs.
    WithNew { first: u32 },
    /// Pairs of an old row and a new one: two collections against each other.
    Across { first: u32 },
}

impl Pairs {
    /// Whether the pair `a < b` is looked for.
    pub fn want(self, a: u32, b: u32) -> bool {
        match self {
            Pairs::All => true,
            Pairs::WithNew { first } => b >= first,
            Pairs::Across { first } => a < first && first <= b,
        }
    }

    /// How many pairs of `rows` rows that is.
    pub fn count(self, rows: u32) -> u64 {
        let triangle = |n: u32| u64::from(n) * u64::from(n).saturating_sub(1) / 2;
        let first = self.split(rows);
        let across = u64::from(first) * u64::from(rows - first);
        match self {
            Pairs::All => triangle(rows),
            Pairs::WithNew { .. } => across + triangle(rows - first),
            Pairs::Across { .. } => across,
        }
    }

    /// The first new row, at most `rows`; 0 where all are new.
    pub fn split(self, rows: u32) -> u32 {
        match self {
            Pairs::All => 0,
            Pairs::WithNew { first } | Pairs::Across { first } => first.min(rows),
        }
    }
}

/// Takes edges from any thread, in any order; an error stops the join.
pub trait Sink: Sync {
    fn take(&self, edges: &[Edge]) -> Result<()>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_is_the_number_of_pairs_wanted() {
        for rows in [0, 1, 2, 5, 9] {
            for first in [0, 1, 4, 9, 12] {
                for pairs in [Pairs::All, Pairs::WithNew { first }, Pairs::Across { first }] {
                    let all = (0..rows).flat_map(|b| (0..b).map(move |a| (a, b)));
                    let wanted = all.filter(|&(a, b)| pairs.want(a, b)).count();
                    assert_eq!(pairs.count(rows), wanted as u64, "{pairs:?} of {rows}");
                }
            }
        }
    }
}
