//! What a pipeline did to many texts, counted.

use super::pipeline::Applied;

/// Per rule: on how many texts it did something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Texts it changed, those that a later rule dropped included.
    pub changed: u64,
    pub dropped: u64,
    /// Texts on which it did something and no other rule did: what would be left alone without it.
    pub alone: u64,
}

/// Counts over many texts; adding is associative, so that threads can count apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Totals {
    pub records: u64,
    /// Records whose text or fields changed and that were not dropped.
    pub changed: u64,
    pub dropped: u64,
    /// By index of the rule; as long as needed, see [`Totals::of`].
    pub rules: Vec<Counts>,
}

impl Totals {
    /// Nothing counted yet, with a row for each of `rules` rules.
    pub fn of(rules: usize) -> Totals {
        Totals { rules: vec![Counts::default(); rules], ..Totals::default() }
    }

    /// Counts one text.
    pub fn note(&mut self, applied: &Applied) {
        self.records += 1;
        self.dropped += u64::from(applied.dropped_by.is_some());
        self.changed += u64::from(applied.dropped_by.is_none() && !applied.is_nothing());
        for &rule in &applied.fired {
            self.rule(rule).changed += 1;
        }
        if let Some(rule) = applied.dropped_by {
            self.rule(rule).dropped += 1;
        }
        match (applied.fired.as_slice(), applied.dropped_by) {
            ([], Some(rule)) => self.rule(rule).alone += 1,
            (&[rule], None) => self.rule(rule).alone += 1,
            _ => {}
        }
    }

    /// Both together.
    #[expect(clippy::should_implement_trait, reason = "counts are folded by name, as in reduce(Totals::default, Totals::add)")]
    pub fn add(mut self, other: Totals) -> Totals {
        self.records += other.records;
        self.changed += other.changed;
        self.dropped += other.dropped;
        for (rule, counts) in other.rules.into_iter().enumerate() {
            let mine = self.rule(rule);
            mine.changed += counts.changed;
            mine.dropped += counts.dropped;
            mine.alone += counts.alone;
        }
        self
    }

    fn rule(&mut self, index: usize) -> &mut Counts {
        if index >= self.rules.len() {
            self.rules.resize(index + 1, Counts::default());
        }
        &mut self.rules[index]
    }
}
