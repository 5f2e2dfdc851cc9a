//! Which records are selected, by whatever number the screen knows them by (a position, an id).

use rustc_hash::FxHashSet;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection(FxHashSet<u32>);

impl Selection {
    pub fn contains(&self, key: u32) -> bool {
        self.0.contains(&key)
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn toggle(&mut self, key: u32) {
        if !self.0.remove(&key) {
            self.0.insert(key);
        }
    }

    /// Adds all of these: a range, or all that match.
    pub fn add(&mut self, keys: impl IntoIterator<Item = u32>) {
        self.0.extend(keys);
    }

    /// Selects those of `keys` that were not selected, and nothing else.
    pub fn invert(&mut self, keys: impl IntoIterator<Item = u32>) {
        self.0 = keys.into_iter().filter(|key| !self.0.contains(key)).collect();
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// In ascending order.
    pub fn keys(&self) -> Vec<u32> {
        let mut keys: Vec<_> = self.0.iter().copied().collect();
        keys.sort_unstable();
        keys
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inverting_twice_is_the_selection_among_those_shown() {
        let mut selection = Selection::default();
        selection.add([1, 3, 9]);
        selection.toggle(3);
        selection.toggle(4);
        selection.invert(0..6);
        assert_eq!(selection.keys(), [0, 2, 3, 5]);
        selection.invert(0..6);
        assert_eq!(selection.keys(), [1, 4]);
    }
}
