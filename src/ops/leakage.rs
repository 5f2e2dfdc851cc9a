//! leakage: what of one file of prompts stands in another, without a workspace.

use std::path::PathBuf;

use serde::Serialize;

use super::duplicates::{Measure, Wish};
use super::overlap::{Overlap, as_floor, overlap};
use super::prompts::{self, Prompts, Reading};
use crate::error::Result;
use crate::model::{Lens, Threshold};
use crate::progress::Progress;
use crate::shelf::Folders;

/// Examples in a report.
const EXAMPLES: usize = 5;

/// What is to be compared.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// The training side, for instance.
    pub a: PathBuf,
    /// The side that should be new to it.
    pub b: PathBuf,
    pub reading: Reading,
    /// The lens with its settings; its floor does not count here.
    pub wish: Wish,
    pub threshold: Threshold,
}

/// Both files with what was found.
#[derive(Debug)]
pub struct Leakage {
    pub a: Prompts,
    pub b: Prompts,
    lens: Lens,
    method: String,
    threshold: Threshold,
    found: Overlap,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LeakageReport {
    pub a: String,
    pub b: String,
    pub lens: Lens,
    /// `words`, `grams`, or a model with its precision.
    pub method: String,
    pub threshold: f32,
    /// Prompts of `b`.
    pub prompts: u64,
    /// Those with a near-copy in `a`.
    pub leaked: u64,
    /// `leaked` of `prompts`, 0 to 1.
    pub share: f64,
    /// Those whose very text stands in `a`; to the lexical lens, case and white space do not count.
    pub identical: u64,
    /// Highest score.
    pub highest: Option<f32>,
    /// Pairs of a prompt of `b` and one of `a`.
    pub pairs: u64,
    /// The closest pairs of different texts.
    pub examples: Vec<Leak>,
}

/// A prompt of `b` with the closest of `a`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Leak {
    pub line: u64,
    pub text: String,
    pub in_line: u64,
    pub in_text: String,
    pub score: f32,
    pub identical: bool,
}

/// Looks for every prompt of `b` among those of `a`. Memory: all prompts of both files.
pub fn leakage(asked: &Asked, folders: &Folders, progress: &Progress) -> Result<Leakage> {
    let floor = as_floor(asked.threshold)?;
    let measure = Measure::open(&asked.wish, folders)?;
    let mut files = prompts::read_all(&[asked.a.clone(), asked.b.clone()], &asked.reading, progress)?;
    let b = files.remove(1);
    let a = files.remove(0);
    let [inside, of] = [&a, &b].map(|file| file.texts.iter().map(String::as_str).collect::<Vec<_>>());
    let found = overlap(&measure, &inside, &of, floor, progress)?;
    Ok(Leakage { lens: asked.wish.lens, method: measure.method(), threshold: asked.threshold, found, a, b })
}

impl Leakage {
    /// Every leak, in the order of `b`.
    pub fn leaks(&self) -> impl Iterator<Item = Leak> {
        (0..self.b.texts.len()).filter_map(|at| self.leak(at))
    }

    fn leak(&self, at: usize) -> Option<Leak> {
        let close = self.found.closest.get(at).copied().flatten()?;
        Some(Leak {
            line: self.b.lines[at],
            text: self.b.texts[at].clone(),
            in_line: self.a.lines[close.place],
            in_text: self.a.texts[close.place].clone(),
            score: close.score,
            identical: close.same,
        })
    }

    pub fn report(&self) -> LeakageReport {
        let found: Vec<_> = self.found.closest.iter().flatten().collect();
        let (prompts, leaked) = (self.b.texts.len() as u64, found.len() as u64);
        LeakageReport {
            a: self.a.name(),
            b: self.b.name(),
            lens: self.lens,
            method: self.method.clone(),
            threshold: self.threshold.value(),
            prompts,
            leaked,
            share: if prompts == 0 { 0.0 } else { leaked as f64 / prompts as f64 },
            identical: found.iter().filter(|close| close.same).count() as u64,
            highest: found.iter().map(|close| close.score).reduce(f32::max),
            pairs: self.found.pairs,
            examples: self.examples(),
        }
    }

    /// Of the same text one needs no example, unless there is nothing else.
    fn examples(&self) -> Vec<Leak> {
        let close = |&at: &usize| self.found.closest[at];
        let mut places: Vec<usize> = (0..self.found.closest.len()).filter(|at| close(at).is_some()).collect();
        places.sort_by(|a, b| {
            let key = |at| close(at).map_or((false, 0.0), |close| (!close.same, close.score));
            let (a, b) = (key(a), key(b));
            b.0.cmp(&a.0).then(b.1.total_cmp(&a.1))
        });
        places.into_iter().take(EXAMPLES).filter_map(|at| self.leak(at)).collect()
    }
}
