//! The certificate: what is proven of the borders between splits, for the data card and the manifest.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3;

use super::groups::{Between, Group, Groups};
use super::matrix::{Gaps, LeakRow, rows};
use crate::display::{counted, grouped, score};
use crate::error::Result;
use crate::model::{Lens, Threshold};
use crate::ops::duplicates::{self, View};
use crate::query::Columns;
use crate::shelf::Folders;
use crate::similarity::Graph;
use crate::splits;

/// What is proven of the borders between splits. Made of nothing but columns and graph: the same for the same state, everywhere.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Certificate {
    pub lens: Lens,
    /// `words`, `grams`, or a model with its precision.
    pub method: String,
    /// SHA-256 over the files of the model, where the lens has one and it is still on the shelf.
    pub model: Option<String>,
    pub threshold: f32,
    /// The lowest similarity that was looked for.
    pub floor: f32,
    /// Kept records that are in a split.
    pub records: u64,
    /// Those with records, in the order in which the workspace knows them.
    pub splits: Vec<Group>,
    /// Pairs of records of different splits: so many were looked at, all there are among those that the graph has.
    pub pairs_tested: u64,
    /// Those at the threshold or above.
    pub pairs_found: u64,
    /// Ordered pairs of splits with a leak.
    pub leaked: Vec<LeakRow>,
    /// Pairs at the threshold or above that do not count, because a person judged the texts to be no duplicates.
    pub judged_different: u64,
    /// The highest similarity across any border that remains; `None`: below the floor.
    pub highest: Option<f32>,
    /// `false` where a capped graph may have left out a closer pair (below the threshold, unless [`Gaps::capped`] says otherwise).
    pub highest_is_exact: bool,
    /// Of the similarity graph, as hex.
    pub graph: String,
    #[serde(flatten)]
    pub gaps: Gaps,
}

/// Certifies the splits of some columns (of now, or of a snapshot) by a view that was made with them. Errors: usage below the graph's floor.
pub fn certificate(columns: &Columns, view: &View, threshold: Threshold, model: Option<String>) -> Result<Certificate> {
    certificate_among(&Groups::new(Between::Splits, columns, &view.graph), view, threshold, model)
}

/// As [`certificate`], of records that are in splits already.
pub(super) fn certificate_among(
    groups: &Groups,
    view: &View,
    threshold: Threshold,
    model: Option<String>,
) -> Result<Certificate> {
    duplicates::consequences::require_in_range(view, threshold)?;
    let leaked = rows(&view.graph, threshold, groups);
    // Each pair of splits stands in two rows, either way round.
    let pairs = |leaks: &[LeakRow]| leaks.iter().map(|leak| leak.pairs).sum::<u64>() / 2;
    let pairs_found = pairs(&leaked);
    let is_uncut = Arc::ptr_eq(&view.base, &view.graph);
    let judged_different = if is_uncut { 0 } else { pairs(&rows(&view.base, threshold, groups)).saturating_sub(pairs_found) };
    let highest = splits::highest(&view.graph, &groups.of);
    let splits: Vec<Group> = groups.groups.iter().filter(|group| group.records > 0).cloned().collect();
    Ok(Certificate {
        lens: view.lens(),
        method: view.method().to_owned(),
        model,
        threshold: threshold.value(),
        floor: view.graph.floor,
        records: splits.iter().map(|split| split.records).sum(),
        pairs_tested: pairs_across(&in_graph(groups)),
        pairs_found,
        leaked,
        judged_different,
        highest_is_exact: !splits::may_overlook(&view.base, highest.unwrap_or(view.graph.floor), &groups.of),
        highest,
        graph: digest(&view.graph),
        gaps: Gaps::of(view, groups, threshold),
        splits,
    })
}

/// SHA-256 over the files of the model that a graph was made with; `None` for the lexical lens, and where the model is not on the shelf.
pub fn model_digest(view: &View, folders: &Folders) -> Option<String> {
    let (model, _) = view.method().rsplit_once(' ').filter(|_| view.lens() == Lens::Semantic)?;
    folders.shelf().find(Some(model)).ok().map(|kept| kept.digest)
}

/// By group: how many of its records the graph has.
fn in_graph(groups: &Groups) -> Vec<u64> {
    let mut records = vec![0; groups.groups.len()];
    groups.of.iter().flatten().for_each(|&group| records[usize::from(group)] += 1);
    records
}

fn pairs_across(sizes: &[u64]) -> u64 {
    let (mut seen, mut pairs) = (0, 0);
    for size in sizes {
        pairs += seen * size;
        seen += size;
    }
    pairs
}

/// 128 bits over the scope, its nodes and every edge.
fn digest(graph: &Graph) -> String {
    let mut hash = Xxh3::new();
    hash.update(format!("{} {} {}\n", graph.lens.word(), graph.method, graph.floor).as_bytes());
    graph.records.iter().for_each(|record| hash.update(&record.0.to_le_bytes()));
    graph.digests.iter().for_each(|digest| hash.update(&digest.to_le_bytes()));
    graph.node_of.iter().for_each(|node| hash.update(&node.to_le_bytes()));
    for edge in &graph.edges {
        hash.update(&edge.a.to_le_bytes());
        hash.update(&edge.b.to_le_bytes());
        hash.update(&edge.score.to_le_bytes());
    }
    format!("{:032x}", hash.digest128())
}

impl Certificate {
    /// Nothing leaks, and nothing could have been overlooked.
    pub fn holds(&self) -> bool {
        self.leaked.is_empty() && self.gaps.are_none()
    }

    /// A paragraph of Markdown for a data card, with a list of what leaks where something does. Names of splits are letters, digits, `_` and `-`.
    pub fn markdown(&self) -> String {
        let mut said = match self.pairs_found {
            _ if self.splits.len() < 2 => "There are no two splits, so there is no border to leak across.".to_owned(),
            0 => format!("No record of one split resembles a record of another one at {} or above.", score(self.threshold)),
            n => {
                let resemble = if n == 1 { "resembles" } else { "resemble" };
                format!(
                    "**{} of records of different splits {resemble} each other** at {} or above.",
                    counted(n, "pair"),
                    score(self.threshold)
                )
            }
        };
        said.push_str(&format!(" Similarity is {}.", self.measure()));
        if self.splits.len() > 1 {
            said.push_str(&self.tested());
        }
        for gap in self.gaps.words() {
            said.push_str(&format!(" **Not proven:** {gap}."));
        }
        said.push('\n');
        for (at, leak) in self.leaked.iter().enumerate() {
            let begin = if at == 0 { "\n" } else { "" };
            said.push_str(&format!("{begin}- {}\n", leak.words()));
        }
        said
    }

    fn measure(&self) -> String {
        match (self.lens, &self.model) {
            (Lens::Lexical, _) => format!("the overlap of the sets of {} of two texts (Jaccard)", self.method),
            (Lens::Semantic, None) => format!("the cosine of two embeddings by {}", self.method),
            (Lens::Semantic, Some(model)) => format!("the cosine of two embeddings by {} (model sha256 {model})", self.method),
        }
    }

    fn tested(&self) -> String {
        let mut said = if self.gaps.are_none() { self.looked_at() } else { self.closest_known() };
        if self.judged_different > 0 {
            let pairs = counted(self.judged_different, "pair");
            said.push_str(&format!(" {pairs} that a person judged to be no duplicates count as different."));
        }
        said
    }

    fn looked_at(&self) -> String {
        let splits: Vec<String> = self.splits.iter().map(|s| format!("{} ({})", s.name, grouped(s.records))).collect();
        let closest = match self.highest {
            Some(highest) if self.highest_is_exact => format!("the closest one that remains scores {}", score(highest)),
            Some(highest) => format!("the closest one that is known scores {}", score(highest)),
            None => format!("none reaches {}", score(self.floor)),
        };
        let pairs = grouped(self.pairs_tested);
        format!(" All {pairs} pairs across the borders of {} were looked at; {closest}.", splits.join(", "))
    }

    /// Where something was not looked at, nothing is said of all.
    fn closest_known(&self) -> String {
        let known = |highest| format!(" The closest pair across a border that is known scores {}.", score(highest));
        self.highest.map_or(String::new(), known)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn certificate() -> Certificate {
        let split = |name: &str, records| Group { name: name.to_owned(), records };
        Certificate {
            lens: Lens::Lexical,
            method: "words".into(),
            model: None,
            threshold: 0.75,
            floor: 0.5,
            records: 1150,
            splits: vec![split("train", 1000), split("validation", 100), split("test", 50)],
            pairs_tested: pairs_across(&[1000, 100, 50]),
            pairs_found: 0,
            leaked: Vec::new(),
            judged_different: 0,
            highest: Some(0.7423),
            highest_is_exact: true,
            graph: "0".into(),
            gaps: Gaps::default(),
        }
    }

    #[test]
    fn a_clean_certificate_is_one_paragraph() {
        let clean = certificate();
        assert!(clean.holds());
        assert_eq!(
            clean.markdown(),
            "No record of one split resembles a record of another one at 0.750 or above. Similarity is the overlap of the sets of words of two \
             texts (Jaccard). All 155,000 pairs across the borders of train (1,000), validation (100), test (50) were looked at; the closest one \
             that remains scores 0.742.\n"
        );
        let far = Certificate { highest: None, judged_different: 1, ..clean };
        assert!(
            far.markdown()
                .ends_with("; none reaches 0.500. 1 pair that a person judged to be no duplicates count as different.\n")
        );
    }

    #[test]
    fn what_leaks_or_is_not_proven_is_said_in_bold() {
        let leak = LeakRow { of: "train".into(), inside: "test".into(), records: 2, pairs: 3, highest: 1.0 };
        let gaps = Gaps { missing: 4, ..Gaps::default() };
        let leaky = Certificate { pairs_found: 3, leaked: vec![leak], gaps, ..certificate() };
        assert!(!leaky.holds());
        let said = leaky.markdown();
        assert!(said.starts_with("**3 pairs of records of different splits resemble each other** at 0.750"), "{said}");
        assert!(said.contains("**Not proven:** 4 kept records are not in the similarity graph."), "{said}");
        assert!(!said.contains("were looked at") && said.contains("that is known scores 0.742"), "{said}");
        assert!(said.ends_with("\n\n- 2 records of train with a near-copy in test: 3 pairs, the highest 1.000\n"), "{said}");
    }

    #[test]
    fn one_split_has_no_border() {
        let alone = Certificate { splits: vec![Group { name: "train".into(), records: 5 }], pairs_tested: 0, ..certificate() };
        assert!(alone.markdown().starts_with("There are no two splits"));
    }
}
