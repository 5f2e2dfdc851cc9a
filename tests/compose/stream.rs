//! The stream of prompts and the benchmark files.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use tamis::compose::{BenchFormat, Composed, Composer, Edit, Kind, LONGEST, Settings, Shape, bench_file};

fn stream(seed: u64, count: usize) -> Vec<Composed> {
    Composer::new(seed).take(count).collect()
}

fn bench(records: u64, seed: u64, format: BenchFormat) -> Vec<u8> {
    let mut bytes = Vec::new();
    bench_file(records, seed, format, &mut bytes).unwrap();
    bytes
}

/// Runs of letters and digits in lower case; written apart from the kernels.
fn words(text: &str) -> HashSet<String> {
    let lower = text.to_lowercase();
    lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn jaccard(one: &HashSet<String>, other: &HashSet<String>) -> f64 {
    one.intersection(other).count() as f64 / one.union(other).count().max(1) as f64
}

#[test]
fn the_same_seed_gives_the_same_texts() {
    assert_eq!(stream(7, 3_000), stream(7, 3_000));
    assert_ne!(stream(7, 10), stream(8, 10));
    for format in [BenchFormat::Txt, BenchFormat::Jsonl] {
        let long = bench(2_000, 5, format);
        assert_eq!(long, bench(2_000, 5, format));
        assert!(long.starts_with(&bench(1_500, 5, format)), "a shorter file is the head of a longer one");
    }
}

#[test]
fn texts_are_one_line_and_never_empty() {
    for composed in stream(3, 20_000) {
        let text = &composed.text;
        assert!(!text.trim().is_empty() && !text.contains(char::is_control), "{text:?}");
        assert!(text.chars().count() <= LONGEST, "{text:?}");
    }
}

#[test]
fn lengths_are_like_those_of_real_prompts() {
    let mut lengths: Vec<usize> = stream(1, 20_000).iter().map(|composed| composed.text.chars().count()).collect();
    lengths.sort_unstable();
    let at = |percent: usize| lengths[lengths.len() * percent / 100];
    assert!((65..=90).contains(&at(50)), "median {}", at(50));
    assert!((100..=140).contains(&at(75)), "p75 {}", at(75));
    assert!((200..=320).contains(&at(95)), "p95 {}", at(95));
    assert!(at(5) < 40, "p5 {}", at(5));
}

#[test]
fn every_shape_and_every_edit_occurs() {
    let mut shapes = BTreeSet::new();
    let mut edits = BTreeSet::new();
    for composed in stream(2, 20_000) {
        match composed.kind {
            Kind::Fresh(shape) => shapes.insert(shape),
            Kind::Copy { edit, .. } => edits.insert(edit),
        };
    }
    assert!(Shape::all().all(|shape| shapes.contains(&shape)), "{shapes:?}");
    assert!(Edit::all().all(|edit| edits.contains(&edit)), "{edits:?}");
}

#[test]
fn copies_come_in_the_wanted_share() {
    for wanted in [0, 10, 30, 60] {
        let settings = Settings { copies_percent: wanted, ..Settings::default() };
        let copies =
            Composer::with(4, settings).skip(10_000).take(20_000).filter(|c| matches!(c.kind, Kind::Copy { .. })).count();
        let share = copies as f64 / 200.0;
        assert!((share - f64::from(wanted)).abs() <= f64::from(wanted) * 0.25, "{wanted} wanted, {share} found");
    }
}

#[test]
fn copies_resemble_what_they_were_made_from() {
    let texts = stream(6, 12_000);
    let mut scores: BTreeMap<Edit, Vec<f64>> = BTreeMap::new();
    for composed in &texts {
        if let Kind::Copy { of, edit } = composed.kind {
            let parent = &texts[of as usize].text;
            assert_eq!(edit == Edit::Exact, *parent == composed.text, "{edit:?}: {parent} / {}", composed.text);
            scores.entry(edit).or_default().push(jaccard(&words(parent), &words(&composed.text)));
        }
    }
    let mean = |edit: Edit| scores[&edit].iter().sum::<f64>() / scores[&edit].len() as f64;
    for edit in [Edit::Case, Edit::Blanks, Edit::ReorderTags] {
        assert!(mean(edit) > 0.97, "{edit:?} keeps the words: {}", mean(edit));
    }
    for edit in Edit::all() {
        assert!(mean(edit) > 0.5, "{edit:?}: {}", mean(edit));
    }
    let all: Vec<f64> = scores.into_values().flatten().collect();
    let close = all.iter().filter(|score| **score >= 0.6).count() as f64 / all.len() as f64;
    assert!(close > 0.8, "{close} of the copies score 0.6 or more");
}

#[test]
fn fresh_texts_seldom_resemble_each_other() {
    let composer = Composer::with(9, Settings { copies_percent: 0, ..Settings::default() });
    let texts: Vec<HashSet<String>> = composer.take(500).map(|composed| words(&composed.text)).collect();
    let mut pairs = 0;
    for (at, text) in texts.iter().enumerate() {
        pairs += texts[..at].iter().filter(|other| jaccard(text, other) >= 0.7).count();
    }
    assert!(pairs <= 5, "{pairs} pairs among 500 texts");
}

#[test]
fn families_have_a_heavy_tail() {
    let texts = stream(12, 40_000);
    let mut root: Vec<usize> = (0..texts.len()).collect();
    let mut sizes: BTreeMap<usize, usize> = BTreeMap::new();
    for (at, composed) in texts.iter().enumerate() {
        if let Kind::Copy { of, .. } = composed.kind {
            root[at] = root[of as usize];
            *sizes.entry(root[at]).or_insert(1) += 1;
        }
    }
    let pairs = sizes.values().filter(|size| **size == 2).count();
    let crowds = sizes.values().filter(|size| **size >= 50).count();
    assert!(pairs * 2 > sizes.len(), "{pairs} pairs of {} families", sizes.len());
    assert!((2..=60).contains(&crowds), "{crowds} families of 50 or more");
}

#[test]
fn both_formats_hold_the_same_texts() {
    let text = String::from_utf8(bench(500, 3, BenchFormat::Txt)).unwrap();
    let jsonl = String::from_utf8(bench(500, 3, BenchFormat::Jsonl)).unwrap();
    let from_json: Vec<String> = jsonl
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["text"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(text.lines().collect::<Vec<_>>(), from_json);
    assert_eq!(from_json.len(), 500);
}

#[test]
fn a_line_has_the_fields_and_the_size_of_real_ones() {
    let bytes = bench(3_000, 1, BenchFormat::Jsonl);
    assert!((310..=375).contains(&(bytes.len() / 3_000)), "{} bytes a line", bytes.len() / 3_000);
    for line in bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let record: serde_json::Value = serde_json::from_slice(line).unwrap();
        let score = record["clip_score"].as_f64().unwrap();
        assert!((0.1..0.5).contains(&score), "{score}");
        assert!(record["seed"].is_u64() && record["width"].is_u64() && record["model"].is_string());
        assert!(record["file_name"].as_str().unwrap().ends_with(".png"));
    }
}
