//! The waterfall as Markdown tables: what a data-set card and a report show. Names come from data and are made safe.

use std::collections::BTreeSet;

use super::waterfall::{Course, Waterfall};
use crate::display::grouped;
use crate::display::markdown::{inline, table};

/// What is lost, with a minus.
fn lost(n: u64) -> String {
    if n == 0 { "0".to_owned() } else { format!("−{}", grouped(n)) }
}

impl Waterfall {
    /// All of it: the steps of each source, then what rules and duplicates took, in tables of their own where there is any.
    pub fn markdown(&self) -> String {
        [Some(self.steps()), self.by_rule(), self.by_recipe()].into_iter().flatten().collect::<Vec<_>>().join("\n")
    }

    /// A row for each source and one for their sum: read, what each step took, kept, and how that falls into splits.
    pub fn steps(&self) -> String {
        let splits: Vec<&String> = self.total.splits.keys().collect();
        let steps = ["source", "read", "blank", "rejected", "records", "by rules", "as duplicates", "by hand", "kept"];
        let mut header: Vec<String> = steps.map(str::to_owned).to_vec();
        header.extend(splits.iter().map(|split| inline(split)));
        if self.total.exported.is_some() {
            header.extend(["left out".to_owned(), "exported".to_owned()]);
        }
        let row = |course: &Course| {
            let counts = course.counts;
            let mut row = vec![inline(&course.name), grouped(counts.read), lost(counts.blank), lost(counts.rejected)];
            row.extend([grouped(counts.accepted), lost(course.by_rules()), lost(course.as_duplicates()), lost(course.by_hand)]);
            row.push(grouped(course.kept));
            row.extend(splits.iter().map(|split| grouped(course.splits.get(*split).copied().unwrap_or(0))));
            row.extend(course.exported.iter().flat_map(|exported| [lost(exported.left_out), grouped(exported.records)]));
            row
        };
        table(&header, &self.courses().map(row).collect::<Vec<_>>())
    }

    /// What rules dropped: a row for each rule, a column for each source. `None` where they dropped nothing.
    pub fn by_rule(&self) -> Option<String> {
        self.losses("dropped by rule", |course| &course.rules)
    }

    /// What was dropped as a duplicate: a row for each lens, policy and threshold, a column for each source.
    pub fn by_recipe(&self) -> Option<String> {
        self.losses("dropped as duplicates by", |course| &course.duplicates)
    }

    fn losses(&self, title: &str, of: impl Fn(&Course) -> &std::collections::BTreeMap<String, u64>) -> Option<String> {
        let names: BTreeSet<&String> = of(&self.total).keys().collect();
        let header: Vec<String> =
            [title.to_owned()].into_iter().chain(self.courses().map(|course| inline(&course.name))).collect();
        let row = |name: &&String| {
            let losses = self.courses().map(|course| lost(of(course).get(*name).copied().unwrap_or(0)));
            [inline(name)].into_iter().chain(losses).collect()
        };
        (!names.is_empty()).then(|| table(&header, &names.iter().map(row).collect::<Vec<_>>()))
    }

    /// The sources, and with more than one of them their sum.
    fn courses(&self) -> impl Iterator<Item = &Course> {
        let total = if self.sources.len() == 1 { None } else { Some(&self.total) };
        self.sources.iter().chain(total)
    }
}
