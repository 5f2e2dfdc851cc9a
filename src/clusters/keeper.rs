//! Keeper order: which member stands for a cluster.

use std::fmt;
use std::str::FromStr;

use rayon::prelude::*;

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

/// `protected`, `keep`, `image`, `field:NAME`, `longest`, `oldest`.
impl fmt::Display for Criterion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Criterion::Protected => f.write_str("protected"),
            Criterion::MarkedKeep => f.write_str("keep"),
            Criterion::HasImage => f.write_str("image"),
            Criterion::Field(name) => write!(f, "field:{name}"),
            Criterion::Longest => f.write_str("longest"),
            Criterion::Oldest => f.write_str("oldest"),
        }
    }
}

impl FromStr for Criterion {
    type Err = ();
    fn from_str(word: &str) -> Result<Self, ()> {
        Ok(match word {
            "protected" => Criterion::Protected,
            "keep" => Criterion::MarkedKeep,
            "image" => Criterion::HasImage,
            "longest" => Criterion::Longest,
            "oldest" => Criterion::Oldest,
            _ => Criterion::Field(word.strip_prefix("field:").filter(|name| !name.is_empty()).ok_or(())?.to_owned()),
        })
    }
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
    let keys = facts.par_iter().enumerate().map(|(index, facts)| (key(index as u32, facts, order), index as u32));
    let mut best_first: Vec<(u128, u32)> = keys.collect();
    best_first.par_sort_unstable();
    let mut ranks = vec![0; facts.len()];
    for (rank, &(_, index)) in best_first.iter().enumerate() {
        ranks[index as usize] = rank as u32;
    }
    ranks
}

/// All criteria side by side as one number, the first one highest; a lower number is kept before a higher one. One comparison of
/// numbers sorts millions several times faster than walking the criteria does.
fn key(index: u32, facts: &KeeperFacts, order: &[Criterion]) -> u128 {
    // A criterion that comes again decides nothing, so 3 flags and 3 words of 32 bits are the most there can be.
    let first = |at: usize| order[..at].iter().all(|before| std::mem::discriminant(before) != std::mem::discriminant(&order[at]));
    let parts = order.iter().enumerate().filter(|&(at, _)| first(at)).map(|(_, criterion)| criterion.bits(index, facts));
    parts.fold(0, |key, (value, bits)| key << bits | u128::from(value))
}

impl Criterion {
    /// A value that is lower where a record is kept first, and the bits that it takes.
    fn bits(&self, index: u32, facts: &KeeperFacts) -> (u32, u32) {
        match self {
            Criterion::Protected => (u32::from(!facts.protected), 1),
            Criterion::MarkedKeep => (u32::from(!facts.marked_keep), 1),
            Criterion::HasImage => (u32::from(!facts.has_image), 1),
            Criterion::Field(_) => (higher_first(facts.field), 32),
            Criterion::Longest => (!facts.chars, 32),
            Criterion::Oldest => (index, 32),
        }
    }
}

/// Higher values lower, NaN highest, both zeros alike.
fn higher_first(value: f32) -> u32 {
    if value.is_nan() {
        return u32::MAX;
    }
    // Adding 0.0 makes -0.0 a 0.0. Bits of floats ascend with their values where the sign is not set, and descend where it is.
    let bits = (value + 0.0).to_bits();
    if bits >> 31 == 0 { !(bits | 1 << 31) } else { bits }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(chars: u32, field: f32) -> KeeperFacts {
        KeeperFacts { chars, field, ..KeeperFacts::default() }
    }

    #[test]
    fn criteria_read_back() {
        for criterion in default_order().into_iter().chain([Criterion::Field("clip:score".into())]) {
            assert_eq!(criterion.to_string().parse(), Ok(criterion));
        }
        for word in ["", "field", "field:", "Longest"] {
            assert_eq!(word.parse::<Criterion>(), Err(()), "{word}");
        }
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
        let all = [f32::INFINITY, 3.0e38, 1.0, f32::MIN_POSITIVE, 0.0, -1.0e-40, -1.0, f32::MIN, f32::NEG_INFINITY, f32::NAN]
            .map(|f| facts(1, f));
        assert_eq!(rank(&all, &[Criterion::Field("clip_score".into())]), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        let all = vec![facts(1, f32::NAN), facts(1, -2.0), facts(1, 7.5), facts(1, f32::NAN), facts(1, -0.0), facts(1, 0.0)];
        assert_eq!(rank(&all, &[Criterion::Field("clip_score".into())]), [4, 3, 0, 5, 1, 2]);
    }
}
