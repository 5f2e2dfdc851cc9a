//! A list of record ids as ranges: what `id:3,7,10..12` names, and how the records behind a check are shown anywhere.

use std::fmt;

use super::RecordId;

/// Ids as ascending ranges that neither overlap nor touch, both ends included.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IdList(Vec<(u32, u32)>);

impl IdList {
    /// From ranges in any order; one whose ends are the wrong way round holds nothing.
    pub fn new(ranges: impl IntoIterator<Item = (u32, u32)>) -> IdList {
        let mut sorted: Vec<(u32, u32)> = ranges.into_iter().filter(|(low, high)| low <= high).collect();
        sorted.sort_unstable();
        let mut merged: Vec<(u32, u32)> = Vec::with_capacity(sorted.len());
        for (low, high) in sorted {
            match merged.last_mut() {
                Some((_, end)) if low <= end.saturating_add(1) => *end = high.max(*end),
                _ => merged.push((low, high)),
            }
        }
        IdList(merged)
    }

    /// Whether the id is in it, by binary search.
    pub fn holds(&self, id: RecordId) -> bool {
        let at = self.0.partition_point(|&(_, high)| high < id.0);
        self.0.get(at).is_some_and(|&(low, _)| low <= id.0)
    }

    pub fn ranges(&self) -> &[(u32, u32)] {
        &self.0
    }
}

impl FromIterator<RecordId> for IdList {
    fn from_iter<I: IntoIterator<Item = RecordId>>(ids: I) -> IdList {
        IdList::new(ids.into_iter().map(|id| (id.0, id.0)))
    }
}

/// `3,7,10..12`.
impl fmt::Display for IdList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (low, high)) in self.0.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            match high - low {
                0 => write!(f, "{comma}{low}")?,
                _ => write!(f, "{comma}{low}..{high}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_that_touch_are_one() {
        let list = IdList::new([(10, 12), (3, 3), (7, 7), (4, 4), (11, 20), (u32::MAX, u32::MAX), (9, 8)]);
        assert_eq!(list.ranges(), [(3, 4), (7, 7), (10, 20), (u32::MAX, u32::MAX)]);
        assert_eq!(list.to_string(), "3..4,7,10..20,4294967295");
        let held: Vec<u32> = (0..30).filter(|&id| list.holds(RecordId(id))).collect();
        assert_eq!(held, [3, 4, 7, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20]);
    }
}
