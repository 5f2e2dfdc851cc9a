//! Agreement with sentence-transformers: what it says of 10,000 real prompts is recorded in `minilm_pairs.tsv.gz`, and the same
//! prompts go through the embedder and the join here.
//!
//! `TAMIS_MODEL=DIR cargo test --profile quick --test all reference -- --ignored`; DIR is a folder, wheel or zip of all-MiniLM-L6-v2.

use std::collections::HashMap;
use std::io::Read;
use std::path::Path;

use tamis::progress::Progress;
use tamis::shelf::archive;
use tamis::similarity::Pairs;
use tamis::similarity::cosine::{Vectors, join};
use tamis::similarity::minilm::{Model, Precision};

use super::Heap;

const THRESHOLD: f32 = 0.75;

/// How far two faithful computations in `f32` may be apart, six recorded digits included: a pair so near the threshold counts on either side.
const EITHER_WAY: f32 = 2e-6;

/// The most that a cosine of the exact mode may be off.
const OFF: f32 = 1e-5;

type Cosines = HashMap<(u32, u32), f32>;

fn unpacked(bytes: &[u8]) -> String {
    let mut text = String::new();
    flate2::read::GzDecoder::new(bytes).read_to_string(&mut text).expect("a gzip of text");
    text
}

/// The recorded pairs: all with a cosine of at least 0.70.
fn recorded() -> Cosines {
    let pair = |line: &str| {
        let mut fields = line.split('\t');
        let mut number = || fields.next().and_then(|field| field.parse::<f64>().ok()).expect("a number");
        ((number() as u32, number() as u32), number() as f32)
    };
    unpacked(include_bytes!("minilm_pairs.tsv.gz")).lines().map(pair).collect()
}

fn model() -> Model {
    let path = std::env::var_os("TAMIS_MODEL").expect("TAMIS_MODEL: a folder, wheel or zip of all-MiniLM-L6-v2");
    let files = archive::read(Path::new(&path)).unwrap_or_else(|error| panic!("TAMIS_MODEL: {}", error.message));
    Model::read(&files).expect("a model")
}

/// Every pair of the recorded prompts with a cosine of at least `floor`, by the semantic lens's own way.
fn found(precision: Precision, floor: f32) -> Cosines {
    let prompts = unpacked(include_bytes!("minilm_prompts.txt.gz"));
    let prompts: Vec<&str> = prompts.lines().collect();
    assert_eq!(prompts.len(), 10_000);
    let model = model();
    let rows = model.embed(&prompts, precision, &Progress::none()).expect("embeddings");
    let vectors = Vectors::new(model.dims(), rows).expect("rows of length one");
    let heap = Heap::default();
    join(&vectors, Pairs::All, floor, &heap, &Progress::none()).expect("a join");
    heap.sorted().into_iter().map(|edge| ((edge.a, edge.b), edge.score)).collect()
}

/// (precision, recall) of `found` by what is recorded.
fn agreement(found: &Cosines, recorded: &Cosines) -> (f64, f64) {
    (shared(found, recorded), shared(recorded, found))
}

/// Of the pairs that `these` have, the share that `those` have too.
fn shared(these: &Cosines, those: &Cosines) -> f64 {
    let is_close = |cosine: f32| (cosine - THRESHOLD).abs() <= EITHER_WAY;
    let pairs: Vec<_> = these.iter().filter(|&(_, &cosine)| cosine >= THRESHOLD).collect();
    assert!(pairs.len() > 5_000, "{} pairs", pairs.len());
    let is_shared = |&&(pair, &this): &&(&(u32, u32), &f32)| {
        let that = those.get(pair).copied().unwrap_or(0.0);
        that >= THRESHOLD || is_close(this) || is_close(that)
    };
    pairs.iter().filter(is_shared).count() as f64 / pairs.len() as f64
}

#[test]
#[ignore = "needs the model in TAMIS_MODEL; .ci/run has it"]
fn exact_embeddings_have_the_recorded_pairs_and_cosines() {
    let recorded = recorded();
    let found = found(Precision::Exact, 0.70 - OFF);
    let (precision, recall) = agreement(&found, &recorded);
    assert!(precision >= 0.9999 && recall >= 0.9999, "precision {precision}, recall {recall}");
    let off = |(pair, cosine): (&(u32, u32), &f32)| found.get(pair).map_or(f32::INFINITY, |found| (found - cosine).abs());
    let most = recorded.iter().map(off).fold(0.0, f32::max);
    println!("exact: precision {precision}, recall {recall}, cosines at most {most:e} off");
    assert!(most < OFF, "a cosine is {most} off");
}

#[test]
#[ignore = "needs the model in TAMIS_MODEL; .ci/run has it"]
fn fast_embeddings_have_nearly_the_recorded_pairs() {
    let (precision, recall) = agreement(&found(Precision::Fast, 0.70), &recorded());
    println!("fast: precision {precision}, recall {recall}");
    assert!(precision >= 0.99 && recall >= 0.99, "precision {precision}, recall {recall}");
}
