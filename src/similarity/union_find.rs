//! Disjoint sets over dense `u32` numbers: union by size with path halving (Tarjan & van Leeuwen 1984), so that a find is a few steps.

/// Disjoint sets of `0..n`, with `n` < 2³¹.
///
/// One array, so that a step costs one cache line: a root holds minus its set's size, any other member the number of one above it.
#[derive(Debug, Clone)]
pub struct UnionFind(Vec<i32>);

impl UnionFind {
    /// `n` sets of one.
    pub fn new(n: usize) -> Self {
        UnionFind(vec![-1; n])
    }

    /// The set's root: the same number for all of its members, until the next union.
    pub fn find(&mut self, x: u32) -> u32 {
        let mut x = x;
        loop {
            let above = self.0[x as usize];
            if above < 0 {
                return x;
            }
            let next = self.0[above as usize];
            if next < 0 {
                return above as u32;
            }
            self.0[x as usize] = next;
            x = next as u32;
        }
    }

    /// Joins two sets: `Some((root, absorbed))` with both former roots, `None` when they were one already.
    pub fn union(&mut self, a: u32, b: u32) -> Option<(u32, u32)> {
        let (a, b) = (self.find(a), self.find(b));
        if a == b {
            return None;
        }
        let (root, absorbed) = if self.0[a as usize] <= self.0[b as usize] { (a, b) } else { (b, a) };
        self.0[root as usize] += self.0[absorbed as usize];
        self.0[absorbed as usize] = root as i32;
        Some((root, absorbed))
    }

    /// Whether `a` and `b` are in one set.
    pub fn same(&mut self, a: u32, b: u32) -> bool {
        self.find(a) == self.find(b)
    }

    /// How many members the set of `member` has.
    pub fn size_of(&mut self, member: u32) -> u32 {
        let root = self.find(member);
        self.0[root as usize].unsigned_abs()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_union_joins_once_and_names_both_roots() {
        let mut sets = UnionFind::new(4);
        assert!(sets.union(0, 1).is_some());
        assert_eq!(sets.union(1, 0), None);
        let (root, absorbed) = sets.union(3, 1).expect("two sets");
        assert_eq!((root, absorbed), (sets.find(0), 3));
        assert_ne!(sets.find(2), sets.find(3));
    }
}
