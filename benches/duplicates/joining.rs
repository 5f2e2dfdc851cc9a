//! All pairs of embeddings at a threshold, and what some new rows cost.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use tamis::error::Result;
use tamis::model::Edge;
use tamis::progress::Progress;
use tamis::similarity::cosine::{Counts, Method, Vectors, join_by};
use tamis::similarity::minilm::Model;
use tamis::similarity::pairs::{Pairs, Sink};

use crate::Setting;
use crate::contest::{Report, Way, round};
use crate::support::folder;
use crate::{embedding, npy};

const FLOORS: [f32; 2] = [0.75, 0.65];

/// Peers compare every pair: beyond this many rows that takes too long to wait for.
const MOST_OF_PEERS: usize = 100_000;

/// The file in which peers find them.
const ROWS_OF_PEERS: &str = "duplicates-rows.npy";

/// Rows that are added.
const NEW: u32 = 1000;

/// Dimensions where embeddings are made up.
const DIMS: usize = 384;

pub fn measure(setting: &Setting, model: Option<&Model>, report: &mut Report) {
    let base = base(setting, model);
    for &size in &setting.sizes {
        let rows = grown(&base, size);
        let what = format!("{} rows ({}{})", round(size as f64), base.whose, if size > base.rows() { ", grown" } else { "" });
        let vectors = Vectors::new(base.dims, rows).expect("rows of length one");
        for floor in FLOORS {
            all_pairs(setting, &vectors, floor, &what, report);
        }
        new_rows(setting, &vectors, &what, report);
    }
}

fn all_pairs(setting: &Setting, vectors: &Vectors, floor: f32, what: &str, report: &mut Report) {
    let (file, at) = (folder().join(ROWS_OF_PEERS), floor.to_string());
    let rows = f64::from(vectors.len());
    let pairs = rows * (rows - 1.0) / 2.0;
    let counts = join(vectors, Pairs::All, floor);
    let looked_at = pairs * counts.dims as f64;
    let ours = Way::ours("tamis", || said(join(vectors, Pairs::All, floor))).with_limit(looked_at, setting.limits.int8);
    let mut ways = vec![ours];
    if let Some(peers) = setting.peers.as_ref().filter(|_| vectors.len() as usize <= MOST_OF_PEERS) {
        write_rows(vectors, &file);
        let all = pairs * vectors.dims() as f64;
        for (way, name, products, limit) in [
            ("torch-nonzero", "torch, `nonzero` (the original's way)", 2.0 * all, setting.limits.f32),
            ("torch-numpy", "torch, half the pairs, NumPy", all, setting.limits.f32),
            ("faiss", "faiss, flat index", 2.0 * all, setting.limits.f32),
            ("numkong-int8", "NumKong int8, our bound", all, setting.limits.int8),
        ] {
            // At the lower threshold the one that comes nearest.
            if floor == FLOORS[0] || way == "numkong-int8" {
                let arguments = ["join", way, "--embeddings"].map(OsStr::new);
                let rest = [file.as_os_str(), "--at".as_ref(), at.as_ref()];
                ways.push(peers.way(name, [arguments, rest].concat()).with_limit(products, limit));
            }
        }
    }
    report.contest(&format!("pairs ≥ {floor} of {what}"), setting.rounds, pairs, "pairs", ways);
}

/// What new rows cost, against building anew.
fn new_rows(setting: &Setting, vectors: &Vectors, what: &str, report: &mut Report) {
    let pairs = Pairs::WithNew { first: vectors.len().saturating_sub(NEW) };
    let count = pairs.count(vectors.len()) as f64;
    let products = count * vectors.dims() as f64;
    let added = Way::ours("tamis", || said(join(vectors, pairs, FLOORS[0]))).with_limit(products, setting.limits.int8);
    let anew = Way::ours("tamis, all anew", || said(join(vectors, Pairs::All, FLOORS[0])));
    report.contest(
        &format!("{NEW} new rows ≥ {} to {what}", FLOORS[0]),
        setting.rounds,
        f64::from(NEW),
        "new rows",
        vec![added, anew],
    );
}

fn join(vectors: &Vectors, pairs: Pairs, floor: f32) -> Counts {
    let found = Found::default();
    join_by(Method::default(), vectors, pairs, floor, &found, &Progress::none()).expect("a join")
}

fn said(counts: Counts) -> String {
    let share = 100.0 * counts.heads as f64 / counts.pairs.max(1) as f64;
    format!("{} pairs; {} of {share:.2} % went on after {} dimensions", counts.found, round(counts.heads as f64), counts.dims)
}

#[derive(Default)]
struct Found(AtomicU64);

impl Sink for Found {
    fn take(&self, edges: &[Edge]) -> Result<()> {
        self.0.fetch_add(edges.len() as u64, Ordering::Relaxed);
        Ok(())
    }
}

/// Rows to begin with.
struct Base {
    dims: usize,
    values: Vec<f32>,
    whose: &'static str,
}

impl Base {
    fn rows(&self) -> usize {
        self.values.len() / self.dims
    }
}

fn base(setting: &Setting, model: Option<&Model>) -> Base {
    if let Some(path) = std::env::var_os("TAMIS_EMBEDDINGS") {
        let (dims, values) = npy::read(&PathBuf::from(path));
        return Base { dims, values, whose: "given" };
    }
    match model {
        Some(model) => {
            let most = setting.prompts.len().min(if setting.quick { 5_000 } else { 45_000 });
            let (dims, values) = embedding::of_prompts(model, &setting.prompts[..most]);
            Base { dims, values, whose: "of the prompts" }
        }
        None => Base { dims: DIMS, values: made_up(20_000), whose: "made up" },
    }
}

/// Rows around 500 centres that have a direction in common, as those of prompts do; how near to its centre a row is varies.
fn made_up(rows: usize) -> Vec<f32> {
    let mut dice = Dice(42);
    let mut random = |n: usize| (0..n).map(|_| dice.value()).collect::<Vec<f32>>();
    let common = random(DIMS);
    let centres: Vec<Vec<f32>> = (0..500).map(|_| random(DIMS).iter().zip(&common).map(|(x, c)| x + 0.4 * c).collect()).collect();
    let row = |i: usize| {
        let spread = 0.3 + random(1)[0].abs();
        let mut row: Vec<f32> = random(DIMS).iter().zip(&centres[i % centres.len()]).map(|(x, c)| c + spread * x).collect();
        unit(&mut row);
        row
    };
    (0..rows).flat_map(row).collect()
}

/// So many rows of the base; where it has fewer, each further one is one of it, turned towards another by a weight from 0.3 to 1.
fn grown(base: &Base, rows: usize) -> Vec<f32> {
    let dims = base.dims;
    let mut values = base.values[..base.values.len().min(rows * dims)].to_vec();
    values.reserve_exact(rows * dims - values.len());
    let mut dice = Dice(7);
    while values.len() < rows * dims {
        let [a, b] = [0, 1].map(|_| dice.below(base.rows()) * dims);
        let (weight, from) = (0.3 + 0.7 * dice.share(), values.len());
        values.extend((0..dims).map(|k| base.values[a + k] + weight * base.values[b + k] + 0.05 * (dice.share() - 0.5)));
        unit(&mut values[from..]);
    }
    values
}

fn unit(row: &mut [f32]) {
    let length = row.iter().map(|&x| f64::from(x) * f64::from(x)).sum::<f64>().sqrt();
    row.iter_mut().for_each(|x| *x = (f64::from(*x) / length) as f32);
}

/// The very rows that we compare, for peers.
fn write_rows(vectors: &Vectors, file: &Path) {
    let values: Vec<f32> = (0..vectors.len()).flat_map(|row| vectors.row(row).iter().copied()).collect();
    npy::write(file, vectors.dims(), &values);
}

/// Numbers that look like chance, the same every time.
struct Dice(u64);

impl Dice {
    /// From 0 to 1.
    fn share(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 40) as f32 / (1 << 24) as f32
    }

    fn below(&mut self, n: usize) -> usize {
        ((f64::from(self.share()) * n as f64) as usize).min(n - 1)
    }

    /// About normal.
    fn value(&mut self) -> f32 {
        (0..4).map(|_| self.share() - 0.5).sum::<f32>() * 1.73
    }
}
