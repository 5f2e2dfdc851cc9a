//! Disjoint sets over dense numbers 0..n.
//!
//! Union by size and path halving (Tarjan and van Leeuwen, "Worst-Case Analysis of Set Union Algorithms", 1984): in effect
//! constant time a call.

/// A partition of 0..n. 8 bytes a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnionFind {
    parent: Vec<u32>,
    /// Right for roots only.
    size: Vec<u32>,
}

impl UnionFind {
    /// `n` sets of one member.
    pub fn new(n: usize) -> UnionFind {
        UnionFind { parent: (0..n as u32).collect(), size: vec![1; n] }
    }

    /// The member that stands for the set of `member`.
    pub fn find(&mut self, mut member: u32) -> u32 {
        while self.parent[member as usize] != member {
            let grandparent = self.parent[self.parent[member as usize] as usize];
            self.parent[member as usize] = grandparent;
            member = grandparent;
        }
        member
    }

    /// Joins the sets of `a` and `b`; false when they were one already.
    pub fn union(&mut self, a: u32, b: u32) -> bool {
        let (a, b) = (self.find(a), self.find(b));
        if a == b {
            return false;
        }
        let (small, large) = if self.size[a as usize] < self.size[b as usize] { (a, b) } else { (b, a) };
        self.parent[small as usize] = large;
        self.size[large as usize] += self.size[small as usize];
        true
    }

    /// Whether `a` and `b` are in one set.
    pub fn same(&mut self, a: u32, b: u32) -> bool {
        self.find(a) == self.find(b)
    }

    /// How many members the set of `member` has.
    pub fn size_of(&mut self, member: u32) -> u32 {
        let root = self.find(member);
        self.size[root as usize]
    }

    /// How many members there are.
    pub fn len(&self) -> usize {
        self.parent.len()
    }

    pub fn is_empty(&self) -> bool {
        self.parent.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joined_members_are_the_same_set() {
        let mut sets = UnionFind::new(6);
        assert!(sets.union(0, 1) && sets.union(2, 3) && sets.union(1, 3));
        assert!(!sets.union(0, 2), "already one");
        assert!(sets.same(0, 2) && !sets.same(0, 4));
        assert_eq!([0, 4, 3].map(|member| sets.size_of(member)), [4, 1, 4]);
    }

    #[test]
    fn a_long_chain_is_one_set() {
        let mut sets = UnionFind::new(100_000);
        (1..100_000).for_each(|n| assert!(sets.union(n - 1, n)));
        assert_eq!(sets.size_of(77), 100_000);
    }
}
