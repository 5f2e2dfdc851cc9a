//! Keeper order: which member stands for a cluster.

use std::cmp::Ordering;

use rayon::slice::ParallelSliceMut;

/// One step of the keeper order; the first that differs decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Criterion {
    Protected,
    MarkedKeep,
    HasImage,
    /// The higher value of a numeric field; a record without the field comes after all that have it.
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
pub fn rank(facts: &[KeeperFacts], order: &[Criterion]) -> Vec<u32> {
    let mut best_first: Vec<u32> = (0..facts.len() as u32).collect();
    best_first.par_sort_unstable_by(|&a, &b| {
        let steps = order.iter().map(|criterion| criterion.compare((a, &facts[a as usize]), (b, &facts[b as usize])));
        steps.fold(Ordering::Equal, Ordering::then).then(a.cmp(&b))
    });
    let mut ranks = vec![0; facts.len()];
    for (rank, &index) in best_first.iter().enumerate() {
        ranks[index as usize] = rank as u32;
    }
    ranks
}

impl Criterion {
    /// `Less` when `a` is kept before `b`; both come with their index.
    fn compare(&self, (a_index, a): (u32, &KeeperFacts), (b_index, b): (u32, &KeeperFacts)) -> Ordering {
        match self {
            Criterion::Protected => b.protected.cmp(&a.protected),
            Criterion::MarkedKeep => b.marked_keep.cmp(&a.marked_keep),
            Criterion::HasImage => b.has_image.cmp(&a.has_image),
            Criterion::Field(_) => higher_first(a.field, b.field),
            Criterion::Longest => b.chars.cmp(&a.chars),
            Criterion::Oldest => a_index.cmp(&b_index),
        }
    }
}

/// Higher before lower, NaN last, both zeros alike.
fn higher_first(a: f32, b: f32) -> Ordering {
    a.is_nan().cmp(&b.is_nan()).then_with(|| b.partial_cmp(&a).unwrap_or(Ordering::Equal))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(chars: u32, field: f32) -> KeeperFacts {
        KeeperFacts { chars, field, ..KeeperFacts::default() }
    }

    #[test]
    fn the_first_criterion_that_differs_decides() {
        let mut all = vec![facts(5, 0.0), facts(9, 0.0), facts(9, 0.0), facts(1, 0.0)];
        all[3].has_image = true;
        assert_eq!(rank(&all, &default_order()), [3, 1, 2, 0]);
        assert_eq!(rank(&all, &[Criterion::Oldest, Criterion::Longest]), [0, 1, 2, 3]);
    }

    #[test]
    fn a_record_without_the_field_comes_last() {
        let all = vec![facts(1, f32::NAN), facts(1, -2.0), facts(1, 7.5), facts(1, f32::NAN), facts(1, -0.0), facts(1, 0.0)];
        assert_eq!(rank(&all, &[Criterion::Field("clip_score".into())]), [4, 3, 0, 5, 1, 2]);
    }
}
