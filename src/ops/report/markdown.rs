//! The report as Markdown: the table that was kept by hand, with what it is made of.

use std::collections::BTreeSet;

use super::{Report, VersionRow};
use crate::display::markdown::{code, inline, table};
use crate::display::{grouped, percent};
use crate::ops::NOW;
use crate::ops::history::time;

impl Report {
    /// Ends with a line feed. Every word from data is made safe.
    pub fn markdown(&self) -> String {
        let sections = [
            Some(self.head()),
            Some(section("Waterfall", &self.waterfall.steps())),
            self.waterfall.by_rule().map(|table| section("Rules", &table)),
            self.waterfall.by_recipe().map(|table| section("Duplicates", &table)),
            Some(section("Splits", &self.splits())),
            self.leakage.as_ref().map(|certificate| section("Leakage", &certificate.markdown())),
            Some(section("Versions", &self.history())),
            Some(section("Operations in force", &self.commands())),
        ];
        sections.into_iter().flatten().collect::<Vec<_>>().join("\n")
    }

    fn head(&self) -> String {
        let total = &self.waterfall.total;
        let kept = format!(
            "{} of {} records are kept ({}), from {} that were read.\n",
            grouped(total.kept),
            grouped(total.counts.accepted),
            percent(total.kept, total.counts.accepted),
            grouped(total.counts.read)
        );
        match &self.snapshot {
            None => format!("# {}\n\n{kept}", inline(&self.workspace)),
            Some(head) => format!(
                "# {}: {}\n\nContent digest (SHA-256): `{}`\n\n{kept}",
                inline(&self.workspace),
                inline(&head.name),
                head.digest
            ),
        }
    }

    /// A row for each split, a column for each source.
    fn splits(&self) -> String {
        let total = &self.waterfall.total;
        let mut header = vec!["split".to_owned(), "records".to_owned(), "share".to_owned()];
        header.extend(self.waterfall.sources.iter().map(|course| inline(&course.name)));
        let row = |(split, &n): (&String, &u64)| {
            let mut row = vec![inline(split), grouped(n), percent(n, total.kept)];
            row.extend(self.waterfall.sources.iter().map(|course| grouped(course.splits.get(split).copied().unwrap_or(0))));
            row
        };
        table(&header, &total.splits.iter().map(row).collect::<Vec<_>>())
    }

    /// What each version changed against the one before it.
    fn history(&self) -> String {
        let splits: BTreeSet<&String> = self.versions.iter().flat_map(|version| version.splits.keys()).collect();
        let mut header: Vec<String> = ["version", "kept"].map(str::to_owned).to_vec();
        header.extend(splits.iter().map(|split| inline(split)));
        header.extend(["added", "removed", "changed", "moved", "digest", "frozen"].map(str::to_owned));
        let row = |version: &VersionRow| {
            let head = version.snapshot.as_ref();
            let mut row = vec![head.map_or_else(|| NOW.to_owned(), |head| inline(&head.name)), grouped(version.kept)];
            row.extend(splits.iter().map(|split| grouped(version.splits.get(*split).copied().unwrap_or(0))));
            row.extend([version.added, version.removed, version.changed, version.moved].map(grouped));
            row.push(head.map(|head| format!("`{:.12}`", head.digest)).unwrap_or_default());
            row.push(head.map(|head| time(head.at)).unwrap_or_default());
            row
        };
        table(&header, &self.versions.iter().map(row).collect::<Vec<_>>())
    }

    fn commands(&self) -> String {
        let line = |operation: &super::OperationRow| {
            format!("- {}: {}  \n  {}\n", operation.id, inline(&operation.description), code(&operation.command))
        };
        self.operations.iter().map(line).collect()
    }
}

fn section(title: &str, body: &str) -> String {
    format!("## {title}\n\n{body}")
}
