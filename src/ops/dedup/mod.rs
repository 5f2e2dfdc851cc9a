//! dedup: near-duplicates out of a file of prompts, without a workspace.
//!
//! The same join, policies and witnesses as in a workspace; `write` puts what stays into another file as it stood.

mod write;

use std::path::PathBuf;

use serde::Serialize;

use super::duplicates::{Measure, Texts, Wish};
use super::overlap::{as_floor, require_countable};
use super::prompts::{self, Prompts, Reading};
use crate::clusters::keeper::{self, Criterion};
use crate::clusters::{Candidate, KeeperFacts, propose};
use crate::error::Result;
use crate::model::{Lens, Policy, RecordId, Threshold};
use crate::progress::Progress;
use crate::shelf::Folders;
use crate::similarity::build::Recipe;
use crate::similarity::{Forest, Graph, Nodes};

/// What is to be done.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    pub file: PathBuf,
    /// Files whose prompts stay, whatever they resemble: what resembles one of them goes.
    pub against: Vec<PathBuf>,
    pub reading: Reading,
    /// The lens with its settings; its floor does not count here.
    pub wish: Wish,
    pub threshold: Threshold,
    pub policy: Policy,
}

/// A file with what is to go from it.
#[derive(Debug)]
pub struct Deduped {
    pub file: Prompts,
    pub against: Vec<Prompts>,
    pub lens: Lens,
    pub method: String,
    /// Strongest pairs kept of each text, where there were too many for all.
    pub capped: Option<u32>,
    /// Of each prompt of the file.
    gone: Vec<Option<Gone>>,
}

/// Why a prompt goes.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Gone {
    witness: Place,
    score: f32,
}

/// Where a prompt stands: in the file itself, or in one of those that it is held against.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Place {
    /// `None`: in the file.
    against: Option<usize>,
    at: usize,
}

/// `read = kept + dropped + blank + rejected`, of the file alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct DedupCounts {
    pub read: u64,
    pub kept: u64,
    pub dropped: u64,
    pub blank: u64,
    pub rejected: u64,
}

/// What became of one prompt.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DedupRow<'a> {
    pub file: String,
    pub line: u64,
    pub text: &'a str,
    pub dropped: bool,
    /// The prompt that stays and that this one resembles.
    pub witness: Option<Witness<'a>>,
    pub score: Option<f32>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Witness<'a> {
    pub file: String,
    pub line: u64,
    pub text: &'a str,
}

/// Reads the files and finds what goes by the policy. Kept first are the prompts of `against`, then the longest, then the first.
///
/// Memory: all prompts of all files, and the pairs at the threshold or above; prompts of `against` are not compared with each other.
pub fn dedup(asked: &Asked, folders: &Folders, progress: &Progress) -> Result<Deduped> {
    let floor = as_floor(asked.threshold)?;
    let measure = Measure::open(&asked.wish, folders)?;
    let recipe = Recipe::new(asked.wish.lens, measure.method(), floor)?;
    let paths: Vec<PathBuf> = asked.against.iter().chain([&asked.file]).cloned().collect();
    write::require_copyable(&asked.file)?;
    let mut files = prompts::read_all(&paths, &asked.reading, progress)?;
    let file = files.split_off(asked.against.len()).remove(0);
    write::require_repeatable(&file)?;
    let texts: Vec<&str> = files.iter().chain([&file]).flat_map(|f| &f.texts).map(String::as_str).collect();
    require_countable(texts.len())?;
    let fixed = texts.len() - file.texts.len();
    let earlier = unjoined(&recipe, &measure, &texts[..fixed], progress)?;
    let (graph, _) = Texts::of_texts(&texts).graph(&recipe, &measure, earlier.as_ref(), progress)?;
    progress.stage("choosing", "", 0)?;
    let proposals = propose(&graph, &Forest::of(&graph), asked.threshold, asked.policy, &candidates(&texts, fixed));
    let place = place_in(&files);
    let mut gone = vec![None; file.texts.len()];
    for proposal in proposals {
        gone[proposal.record as usize - fixed] = Some(Gone { witness: place(proposal.witness as usize), score: proposal.score });
    }
    let Graph { method, capped, .. } = graph;
    Ok(Deduped { file, against: files, lens: asked.wish.lens, method, capped, gone })
}

/// A graph of the texts that stay, without an edge: built on, it lets the join look past the pairs among them.
fn unjoined(recipe: &Recipe, measure: &Measure, texts: &[&str], progress: &Progress) -> Result<Option<Graph>> {
    if texts.is_empty() {
        return Ok(None);
    }
    let records = (1..=texts.len() as u32).map(RecordId).collect();
    let nodes = Nodes::collapse(records, texts, measure.same(), progress)?;
    Ok(Some(Graph::assemble(recipe, nodes, Vec::new(), None)))
}

/// The first `fixed` texts stay.
fn candidates(texts: &[&str], fixed: usize) -> Vec<Candidate> {
    let chars = |text: &str| text.chars().count() as u32;
    let facts: Vec<KeeperFacts> = texts
        .iter()
        .enumerate()
        .map(|(at, text)| KeeperFacts { protected: at < fixed, chars: chars(text), ..KeeperFacts::default() })
        .collect();
    let ranks = keeper::rank(&facts, &[Criterion::Protected, Criterion::Longest, Criterion::Oldest]);
    ranks.into_iter().enumerate().map(|(at, rank)| Candidate { alive: true, fixed: at < fixed, rank }).collect()
}

/// The place of a text by its index among all: those of `against`, file by file, then those of the file.
fn place_in(against: &[Prompts]) -> impl Fn(usize) -> Place + use<> {
    let mut ends = Vec::with_capacity(against.len());
    let mut end = 0;
    for prompts in against {
        end += prompts.texts.len();
        ends.push(end);
    }
    move |index| {
        let of = ends.partition_point(|&end| end <= index);
        let start = if of == 0 { 0 } else { ends[of - 1] };
        Place { against: (of < ends.len()).then_some(of), at: index - start }
    }
}

impl Deduped {
    pub fn counts(&self) -> DedupCounts {
        let dropped = self.gone.iter().flatten().count() as u64;
        let counts = self.file.counts;
        DedupCounts {
            read: counts.read,
            kept: self.file.texts.len() as u64 - dropped,
            dropped,
            blank: counts.blank,
            rejected: counts.rejected,
        }
    }

    /// Every file that was read, the one that is written last.
    pub fn files(&self) -> impl Iterator<Item = &Prompts> {
        self.against.iter().chain([&self.file])
    }

    /// Every prompt of the file, in its order.
    pub fn rows(&self) -> impl Iterator<Item = DedupRow<'_>> {
        self.gone.iter().enumerate().map(|(at, gone)| DedupRow {
            file: self.file.name(),
            line: self.file.lines[at],
            text: &self.file.texts[at],
            dropped: gone.is_some(),
            witness: gone.map(|gone| self.witness(gone.witness)),
            score: gone.map(|gone| gone.score),
        })
    }

    fn witness(&self, place: Place) -> Witness<'_> {
        let prompts = place.against.map_or(&self.file, |at| &self.against[at]);
        Witness { file: prompts.name(), line: prompts.lines[place.at], text: &prompts.texts[place.at] }
    }

    /// Whether the prompt that begins at a line stays.
    fn is_kept(&self, line: u64) -> bool {
        self.file.at_line(line).is_some_and(|at| self.gone[at].is_none())
    }
}
