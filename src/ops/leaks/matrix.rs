//! The matrix: how much of each split or source stands in each other one, at a threshold.

use serde::{Deserialize, Serialize};

use super::groups::{Between, Group, Groups};
use crate::display::{counted, score};
use crate::error::Result;
use crate::model::{Lens, Threshold, Version};
use crate::ops::duplicates::{self, View};
use crate::ops::split;
use crate::query::Columns;
use crate::similarity::Graph;
use crate::splits::{self, Leak};
use crate::workspace::Workspace;

/// How much of `of` stands in `inside`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LeakRow {
    pub of: String,
    #[serde(rename = "in")]
    pub inside: String,
    /// Records of `of` with a near-copy in `inside`.
    pub records: u64,
    pub pairs: u64,
    /// Highest similarity between them.
    pub highest: f32,
}

impl LeakRow {
    /// For a person: how many, of what, in what, how close.
    pub fn words(&self) -> String {
        let (records, pairs) = (counted(self.records, "record"), counted(self.pairs, "pair"));
        format!("{records} of {} with a near-copy in {}: {pairs}, the highest {}", self.of, self.inside, score(self.highest))
    }
}

/// What the stored graph does not cover. Where there is any, an answer is a lower bound: what was found is there, what was not may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Gaps {
    /// Texts or masked phrases changed since the graph was built.
    pub stale: bool,
    /// Kept records of a group that the graph does not have.
    pub missing: u64,
    /// Of each text only so many of the closest pairs are kept, because there were too many for all, and pairs across a border may be
    /// among those left out. `None` for a graph that is capped where it does not matter.
    pub capped: Option<u32>,
}

impl Gaps {
    pub fn of(view: &View, groups: &Groups, threshold: Threshold) -> Gaps {
        let matters = splits::may_overlook(&view.base, threshold.value(), &groups.of);
        Gaps { stale: view.stale, missing: groups.missing, capped: view.capped().filter(|_| matters) }
    }

    pub fn are_none(self) -> bool {
        self == Gaps::default()
    }

    /// Each in a sentence, for people.
    pub fn words(self) -> Vec<String> {
        let stale = self.stale.then(|| "texts or masked phrases changed since the similarity graph was built".to_owned());
        let missing = (self.missing > 0).then(|| format!("{} not in the similarity graph", are(self.missing)));
        let capped = self.capped.map(|most| {
            format!("the graph keeps the {most} closest pairs of a text, and there are texts with more: counts are lower bounds")
        });
        [stale, missing, capped].into_iter().flatten().collect()
    }
}

fn are(records: u64) -> String {
    format!("{} {}", counted(records, "kept record"), if records == 1 { "is" } else { "are" })
}

/// Group × group.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Matrix {
    pub by: Between,
    pub lens: Lens,
    /// `words`, `grams`, or a model with its precision.
    pub method: String,
    pub threshold: f32,
    /// The lowest similarity that the graph knows.
    pub floor: f32,
    #[serde(flatten)]
    pub gaps: Gaps,
    /// Those with kept records.
    pub groups: Vec<Group>,
    /// Ordered pairs with a leak, in the order of groups.
    pub leaks: Vec<LeakRow>,
    /// Highest similarity across any border; `None`: below the floor.
    pub highest: Option<f32>,
}

impl Matrix {
    /// Nothing leaks, and nothing could have been overlooked.
    pub fn is_proven_clean(&self) -> bool {
        self.leaks.is_empty() && self.gaps.are_none()
    }

    /// The cell of an ordered pair; `None`: nothing leaks.
    pub fn cell(&self, of: &str, inside: &str) -> Option<&LeakRow> {
        self.leaks.iter().find(|leak| leak.of == of && leak.inside == inside)
    }
}

/// The matrix of some columns (of now, or of a snapshot) by a view that was made with them. Errors: usage below the graph's floor.
pub fn matrix(columns: &Columns, view: &View, by: Between, threshold: Threshold) -> Result<Matrix> {
    duplicates::consequences::require_in_range(view, threshold)?;
    let groups = Groups::new(by, columns, &view.graph);
    Ok(Matrix {
        by,
        lens: view.lens(),
        method: view.method().to_owned(),
        threshold: threshold.value(),
        floor: view.graph.floor,
        gaps: Gaps::of(view, &groups, threshold),
        leaks: rows(&view.graph, threshold, &groups),
        highest: splits::highest(&view.graph, &groups.of),
        groups: groups.groups.into_iter().filter(|group| group.records > 0).collect(),
    })
}

/// The leaks among groups, by name.
pub fn rows(graph: &Graph, threshold: Threshold, groups: &Groups) -> Vec<LeakRow> {
    let row = |Leak { a, b, records, pairs, highest }| LeakRow {
        of: groups.name(a).to_owned(),
        inside: groups.name(b).to_owned(),
        records: u64::from(records),
        pairs,
        highest,
    };
    splits::leaks(graph, threshold, &groups.of).into_iter().map(row).collect()
}

/// Where nobody names a threshold; see [`split::measure_of`]. Never below what the graph knows.
pub fn default_threshold(workspace: &Workspace, view: &View) -> Result<Threshold> {
    let (_, threshold) = split::measure_of(workspace.store(), Version::Now, Some(view.lens()))?;
    Ok(threshold.max(view.floor()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_told_one_by_one() {
        assert!(Gaps::default().are_none() && Gaps::default().words().is_empty());
        let gaps = Gaps { stale: true, missing: 1, capped: Some(128) };
        assert_eq!(gaps.words().len(), 3);
        assert_eq!(gaps.words()[1], "1 kept record is not in the similarity graph");
        assert_eq!(Gaps { missing: 2000, ..Gaps::default() }.words(), ["2,000 kept records are not in the similarity graph"]);
    }
}
