//! Keeper order: which member stands for a cluster.

/// One step of the keeper order; the first that differs decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Criterion {
    Protected,
    MarkedKeep,
    HasImage,
    /// The higher value of a numeric field.
    Field(String),
    Longest,
    Oldest,
}

/// What keeper order looks at, per record of a graph.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct KeeperFacts {
    pub protected: bool,
    pub marked_keep: bool,
    pub has_image: bool,
    /// Value of the field a [`Criterion::Field`] names; NaN when absent.
    pub field: f32,
    pub chars: u32,
}

/// The default order: protected, marked keep, has image, longest, oldest.
pub fn default_order() -> Vec<Criterion> {
    vec![Criterion::Protected, Criterion::MarkedKeep, Criterion::HasImage, Criterion::Longest, Criterion::Oldest]
}

/// Rank of each record: 0 is kept first. A permutation of 0..n; ties go by index (the oldest first).
pub fn rank(_facts: &[KeeperFacts], _order: &[Criterion]) -> Vec<u32> {
    todo!()
}
