//! Which rows of a list are selected, as ranges: all of a million rows cost no more than one.

use std::ops::Range;

/// Row numbers. What they stand for is the owner's business, who clears the selection when the list becomes another one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection(
    /// Ascending, none empty, with a gap between each and the next.
    Vec<Range<u32>>,
);

impl Selection {
    pub fn contains(&self, row: u32) -> bool {
        let after = self.0.partition_point(|range| range.start <= row);
        after > 0 && row < self.0[after - 1].end
    }

    pub fn len(&self) -> usize {
        self.0.iter().map(ExactSizeIterator::len).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn toggle(&mut self, row: u32) {
        if self.contains(row) {
            self.remove(row..row + 1);
        } else {
            self.add(row..row + 1);
        }
    }

    /// Selects these, too.
    pub fn add(&mut self, rows: Range<u32>) {
        if rows.is_empty() {
            return;
        }
        let touched = self.0.partition_point(|r| r.end < rows.start)..self.0.partition_point(|r| r.start <= rows.end);
        let ends = self.0[touched.clone()].iter().fold(rows, |all, r| all.start.min(r.start)..all.end.max(r.end));
        self.0.splice(touched, [ends]);
    }

    fn remove(&mut self, rows: Range<u32>) {
        let touched = self.0.partition_point(|r| r.end <= rows.start)..self.0.partition_point(|r| r.start < rows.end);
        let sides = self.0[touched.clone()].iter().flat_map(|r| [r.start..r.end.min(rows.start), r.start.max(rows.end)..r.end]);
        let left: Vec<_> = sides.filter(|side| !side.is_empty()).collect();
        self.0.splice(touched, left);
    }

    /// Selects those of `rows` that were not selected, and nothing else.
    pub fn invert(&mut self, rows: Range<u32>) {
        let mut all = Selection::default();
        all.add(rows);
        self.0.iter().for_each(|range| all.remove(range.clone()));
        *self = all;
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// In ascending order.
    pub fn keys(&self) -> impl Iterator<Item = u32> {
        self.0.iter().cloned().flatten()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Against a plain set.
        #[test]
        fn it_is_a_set(steps in prop::collection::vec((0u8..3, 0u32..20, 0u32..6), 0..40)) {
            let (mut selection, mut set) = (Selection::default(), BTreeSet::new());
            for (step, at, len) in steps {
                match step {
                    0 => {
                        selection.toggle(at);
                        if !set.remove(&at) {
                            set.insert(at);
                        }
                    }
                    1 => {
                        selection.add(at..at + len);
                        set.extend(at..at + len);
                    }
                    _ => {
                        selection.invert(at..at + len);
                        set = (at..at + len).filter(|row| !set.contains(row)).collect();
                    }
                }
                prop_assert!(selection.keys().eq(set.iter().copied()), "{selection:?}");
                prop_assert!(selection.0.windows(2).all(|pair| pair[0].end < pair[1].start), "{selection:?}");
                prop_assert_eq!((selection.len(), selection.is_empty()), (set.len(), set.is_empty()));
                prop_assert!((0..30).all(|row| selection.contains(row) == set.contains(&row)));
            }
        }
    }

    #[test]
    fn all_of_a_million_cost_one_range() {
        let mut selection = Selection::default();
        selection.add(0..1_000_000);
        selection.toggle(7);
        assert_eq!((selection.len(), selection.0.len()), (999_999, 2));
        selection.invert(0..1_000_000);
        assert_eq!(selection.keys().collect::<Vec<_>>(), [7]);
    }
}
