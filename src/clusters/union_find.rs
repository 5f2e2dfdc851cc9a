//! Disjoint sets over dense `u32` numbers: union by size with path halving (Tarjan & van Leeuwen 1984), so that a find is a few steps.

/// Disjoint sets of `0..n`.
#[derive(Debug, Clone)]
pub struct UnionFind {
    parent: Vec<u32>,
    size: Vec<u32>,
}

impl UnionFind {
    /// `n` sets of one.
    pub fn new(n: usize) -> Self {
        UnionFind { parent: (0..n as u32).collect(), size: vec![1; n] }
    }

    /// The set's root: the same number for all of its members, until the next union.
    pub fn find(&mut self, mut x: u32) -> u32 {
        while self.parent[x as usize] != x {
            let grandparent = self.parent[self.parent[x as usize] as usize];
            self.parent[x as usize] = grandparent;
            x = grandparent;
        }
        x
    }

    /// Joins two sets: `Some((root, absorbed))` with both former roots, `None` when they were one already.
    pub fn union(&mut self, a: u32, b: u32) -> Option<(u32, u32)> {
        let (a, b) = (self.find(a), self.find(b));
        if a == b {
            return None;
        }
        let (root, absorbed) = if self.size[a as usize] >= self.size[b as usize] { (a, b) } else { (b, a) };
        self.parent[absorbed as usize] = root;
        self.size[root as usize] += self.size[absorbed as usize];
        Some((root, absorbed))
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
