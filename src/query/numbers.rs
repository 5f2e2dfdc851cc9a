//! The numeric fields as columns, filled record by record.
//!
//! Apart from the other columns because picking numbers out of JSON takes as long as all the rest of loading: a thread of its own can do it.

use std::collections::BTreeMap;

/// More numeric fields than these are not kept as columns: a facet list is for reading.
const MAX_NUMBERS: usize = 32;

/// Fills numeric columns. Records come one after the other, each with its numbers.
#[derive(Debug, Default)]
pub struct NumberColumns {
    records: usize,
    columns: Vec<(String, Vec<f32>)>,
    /// The column that the next number most likely belongs to: records of a source have their fields in one order.
    next: usize,
}

impl NumberColumns {
    /// Begins the next record.
    pub fn record(&mut self) {
        self.records += 1;
        self.next = 0;
    }

    /// Sets a field of the record that was begun last. The first 32 names are kept.
    pub fn set(&mut self, name: &str, value: f32) {
        let (Some(at), Some(last)) = (self.place(name), self.records.checked_sub(1)) else { return };
        let column = &mut self.columns[at].1;
        column.resize(self.records, f32::NAN);
        column[last] = value;
        self.next = at + 1;
    }

    fn place(&mut self, name: &str) -> Option<usize> {
        if self.columns.get(self.next).is_some_and(|(known, _)| known == name) {
            return Some(self.next);
        }
        if let Some(at) = self.columns.iter().position(|(known, _)| known == name) {
            return Some(at);
        }
        (self.columns.len() < MAX_NUMBERS).then(|| {
            self.columns.push((name.to_owned(), Vec::new()));
            self.columns.len() - 1
        })
    }

    /// The columns by name, each as long as there are records; NaN where a record has no such number.
    pub(super) fn finish(self) -> BTreeMap<String, Vec<f32>> {
        let whole = |(name, mut column): (String, Vec<f32>)| {
            column.resize(self.records, f32::NAN);
            (name, column)
        };
        self.columns.into_iter().map(whole).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_find_their_columns_in_any_order() {
        let mut numbers = NumberColumns::default();
        for fields in [&[("a", 1.0), ("b", 2.0)][..], &[], &[("b", 3.0), ("a", 4.0)], &[("c", 5.0)]] {
            numbers.record();
            fields.iter().for_each(|&(name, value)| numbers.set(name, value));
        }
        let found: Vec<String> = numbers.finish().into_iter().map(|(name, column)| format!("{name} {column:?}")).collect();
        assert_eq!(found, ["a [1.0, NaN, 4.0, NaN]", "b [2.0, NaN, 3.0, NaN]", "c [NaN, NaN, NaN, 5.0]"]);
    }

    #[test]
    fn the_first_names_are_kept() {
        let mut numbers = NumberColumns::default();
        numbers.record();
        (0..40).for_each(|n| numbers.set(&n.to_string(), 1.0));
        assert_eq!(numbers.finish().len(), MAX_NUMBERS);
    }
}
