//! What the tests about duplicates share: a bench that builds and judges, clusters by brute force, a shelf with a tiny model.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use tamis::model::{Judgement, Lens, RecordId, Sets, Threshold, Verdict};
use tamis::ops::duplicates::{self as dups, BuildReport, JudgeReport, View, Wish};
use tamis::ops::{model, undo};
use tamis::progress::Progress;
use tamis::query::Columns;
use tamis::shelf::Folders;

use super::Bench;

/// A BERT of two layers and 32 numbers, with its tokenizer.
pub const TINY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/similarity/tiny_bert");

pub fn t(thousandths: u16) -> Threshold {
    Threshold::from_thousandths(thousandths)
}

pub fn lexical(sets: Sets, floor: f32) -> Wish {
    Wish { sets, floor, ..Wish::of(Lens::Lexical) }
}

pub fn semantic(floor: f32) -> Wish {
    Wish { floor, ..Wish::of(Lens::Semantic) }
}

/// The folders of a person who has the tiny model.
pub fn shelf(folder: &Path) -> Folders {
    let folders = Folders { data: folder.join("data"), cache: folder.join("cache") };
    model::add(&folders, Path::new(TINY), &Progress::none()).expect("the tiny model");
    folders
}

/// The connected components with two members or more: `ids` joined where `joins`.
pub fn components(ids: &[u32], joins: impl Fn(u32, u32) -> bool) -> BTreeSet<Vec<u32>> {
    let mut of: BTreeMap<u32, u32> = ids.iter().map(|&id| (id, id)).collect();
    for (at, &a) in ids.iter().enumerate() {
        for &b in &ids[at + 1..] {
            let (to, from) = (of[&a], of[&b]);
            if to != from && joins(a, b) {
                of.values_mut().filter(|component| **component == from).for_each(|component| *component = to);
            }
        }
    }
    let mut members: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    of.into_iter().for_each(|(id, component)| members.entry(component).or_default().push(id));
    members.into_values().filter(|members| members.len() > 1).collect()
}

/// Both texts without case and with single blanks.
pub fn same_text(a: &str, b: &str) -> bool {
    let plain = |text: &str| text.to_lowercase().split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    plain(a) == plain(b)
}

impl Bench {
    pub fn build_as(&mut self, wish: &Wish, folders: &Folders) -> BuildReport {
        dups::build(&mut self.workspace, wish, folders, &Progress::none()).expect("a graph")
    }

    pub fn view_of(&mut self, lens: Lens) -> (Columns, View) {
        let columns = self.columns();
        let view = dups::view(&self.workspace, &columns, lens).expect("a view");
        (columns, view)
    }

    pub fn judge(&mut self, pairs: &[(u32, u32)], verdict: Option<Verdict>, sampled: bool) -> JudgeReport {
        let columns = self.columns();
        let pairs: Vec<_> = pairs.iter().map(|&(a, b)| (RecordId(a), RecordId(b))).collect();
        let judgement = verdict.map(|verdict| Judgement { verdict, sampled });
        dups::judge(&mut self.workspace, &columns, &pairs, judgement).expect("judged")
    }

    /// The clusters at a threshold, as sets of ids.
    pub fn clusters(&mut self, lens: Lens, thousandths: u16) -> BTreeSet<Vec<u32>> {
        let (columns, view) = self.view_of(lens);
        let rows = dups::cluster_rows(&view, &columns, t(thousandths), None);
        rows.into_iter().map(|row| row.members.into_iter().map(|member| member.0).collect()).collect()
    }

    /// Every pair of records in the stored graph at or above a threshold, judged or not.
    pub fn stored_pairs(&mut self, lens: Lens, threshold: f32) -> BTreeMap<(u32, u32), f32> {
        let graph = dups::load(&self.workspace, lens).expect("a graph");
        graph.pairs(threshold).map(|(a, b, score)| ((a.0, b.0), score)).collect()
    }

    pub fn undo(&mut self) {
        undo::undo(&mut self.workspace, None, &Progress::none()).expect("undone");
    }
}
