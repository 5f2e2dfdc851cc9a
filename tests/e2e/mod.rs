//! The whole job with the real binary, its result checked by other code: files → a clean, deduplicated, split, verified export.

mod duplicates;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;
use sha2::{Digest, Sha256};
use tamis::compose::{EXAMPLE_SEED, example_sources};

use crate::cli::desk::{Desk, files};
use crate::workspace::model::{jaccard, words};

/// An exported record.
struct Row {
    split: String,
    text: String,
    orig: String,
}

/// Everything that an exported folder promises, read with `serde_json` and `sha2` alone.
fn read_export(folder: &Path) -> (Value, Vec<Row>) {
    let found = files(folder);
    let manifest: Value = serde_json::from_slice(&found["manifest.json"]).expect("a manifest");
    let mut rows = Vec::new();
    let listed = manifest["files"].as_array().expect("files");
    assert_eq!(listed.len() + 1, found.len(), "every file is in the manifest");
    for entry in listed {
        let path = entry["path"].as_str().expect("a path");
        let bytes = &found[path];
        let digest: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(
            (entry["sha256"].as_str(), entry["bytes"].as_u64()),
            (Some(digest.as_str()), Some(bytes.len() as u64)),
            "{path}"
        );
        if path == "README.md" {
            continue;
        }
        let lines: Vec<&str> = std::str::from_utf8(bytes).expect("UTF-8").split_terminator('\n').collect();
        assert_eq!(entry["records"].as_u64(), Some(lines.len() as u64), "{path}");
        for line in lines {
            let row: Value = serde_json::from_str(line).unwrap_or_else(|e| panic!("{path}: {e}: {line}"));
            let text = |key: &str| row[key].as_str().unwrap_or_else(|| panic!("{path}: no {key}: {line}")).to_owned();
            rows.push(Row {
                split: path.strip_suffix(".jsonl").expect("jsonl").to_owned(),
                text: text("text"),
                orig: text("orig_text"),
            });
        }
    }
    assert_eq!(manifest["counts"]["total"].as_u64(), Some(rows.len() as u64));
    let by_split = rows.iter().fold(BTreeMap::<&str, u64>::new(), |mut counts, row| {
        *counts.entry(&row.split).or_default() += 1;
        counts
    });
    for (split, count) in by_split {
        assert_eq!(manifest["counts"]["splits"][split].as_u64(), Some(count), "{split}");
    }
    (manifest, rows)
}

/// Every pair of a sample with its score, by comparing all of them. `left` × `right` where they differ.
fn assert_no_pair(rows: &[Row], threshold: f32, sample: usize, may_be_alike: impl Fn(&Row, &Row) -> bool) {
    let step = (rows.len() / sample).max(1);
    let some: Vec<(&Row, BTreeSet<String>)> = rows.iter().step_by(step).map(|row| (row, words(&row.text))).collect();
    for (at, (a, mine)) in some.iter().enumerate() {
        for (b, theirs) in &some[at + 1..] {
            // Sets of sizes this far apart cannot reach it.
            let (short, long) = (mine.len().min(theirs.len()), mine.len().max(theirs.len()));
            if (short as f32) < threshold * long as f32 || may_be_alike(a, b) {
                continue;
            }
            let score = jaccard(mine, theirs);
            assert!(score < threshold, "{score}: {:?} ({}) and {:?} ({})", a.text, a.split, b.text, b.split);
        }
    }
}

/// The leak check on all records: each text of one split against every text of the others that shares a rare word with it.
fn assert_no_leak(rows: &[Row], threshold: f32) {
    let sets: Vec<Vec<String>> = rows.iter().map(|row| words(&row.text).into_iter().collect()).collect();
    let mut holders: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    sets.iter().enumerate().for_each(|(at, set)| set.iter().for_each(|word| holders.entry(word).or_default().push(at)));
    let largest = rows.iter().fold(BTreeMap::<&str, usize>::new(), |mut counts, row| {
        *counts.entry(&row.split).or_default() += 1;
        counts
    });
    let train = largest.iter().max_by_key(|(_, n)| **n).map(|(split, _)| *split).expect("a split");
    for (at, row) in rows.iter().enumerate().filter(|(_, row)| row.split != train).step_by(5) {
        // Sharing at least the threshold's part of the words, two texts share one of the rarest of either.
        let mut rare: Vec<&String> = sets[at].iter().collect();
        rare.sort_by_key(|word| holders[word.as_str()].len());
        let prefix = sets[at].len() - (threshold * sets[at].len() as f32).ceil() as usize + 1;
        let near: BTreeSet<usize> = rare.iter().take(prefix).flat_map(|word| holders[word.as_str()].iter().copied()).collect();
        let mine: BTreeSet<String> = sets[at].iter().cloned().collect();
        for other in near.into_iter().filter(|&other| rows[other].split != row.split) {
            let score = jaccard(&mine, &sets[other].iter().cloned().collect());
            assert!(
                score < threshold,
                "{score}: {:?} ({}) and {:?} ({})",
                row.text,
                row.split,
                rows[other].text,
                rows[other].split
            );
        }
    }
}

#[test]
fn the_whole_job_on_our_own_files() {
    let desk = Desk::new();
    for file in example_sources(EXAMPLE_SEED) {
        desk.write(file.file_name, &file.bytes);
        let mut args =
            vec!["import".to_owned(), "w.db".into(), file.file_name.into(), "--source".into(), file.name.into(), "--json".into()];
        args.extend(file.split.into_iter().flat_map(|s| ["--split".into(), s.into()]));
        args.extend(file.protected.then(|| "--protect".into()));
        let report = desk.run_args(args).expect(3).json();
        assert_eq!(report["sources"][0]["accepted"], file.promise.accepted);
        assert_eq!(report["sources"][0]["rejected"], file.promise.rejected);
    }
    let stats = desk.run("stats w.db --json").expect(0).json();
    let accepted: u64 = example_sources(EXAMPLE_SEED).iter().map(|f| f.promise.accepted).sum();
    assert_eq!(stats["records"], accepted);

    let preview = desk.run("rules preview w.db --json").expect(0).json();
    let applied = desk.run("rules apply w.db --json").expect(0).json();
    assert_eq!([&preview["changed"], &preview["dropped"]], [&applied["changed"], &applied["dropped"]]);
    desk.run("duplicates build w.db").expect(0);
    let at = desk.run("duplicates at w.db -t 0.7 --json").expect(0).json();
    let duplicates = desk.run("duplicates apply w.db -t 0.7 --json").expect(0).json();
    assert_eq!(at["dropped"], duplicates["dropped"]);
    let marked = desk.run("mark w.db drop --filter chars:<12 --reason short --json").expect(0).json();
    desk.run("split w.db --share train=90,validation=10 --seed 3").expect(0);
    assert_ne!(desk.run("check w.db --json").expect(0).json()["verdict"], "blocked");

    let stats = desk.run("stats w.db --json").expect(0).json();
    let planned = desk.run("export w.db out --layout jsonl --with orig_text --dry-run --json").expect(0).json();
    desk.run("export w.db out --layout jsonl --with orig_text").expect(0);
    desk.run("verify out").expect(0);
    let (manifest, rows) = read_export(&desk.path("out"));
    assert_eq!(
        (rows.len() as u64, planned["records"].as_u64()),
        (stats["kept"].as_u64().expect("a count"), Some(rows.len() as u64))
    );
    assert_eq!(manifest["counts"]["splits"], planned["splits"]);
    let dropped: u64 = stats["causes"].as_object().expect("causes").values().map(|n| n.as_u64().expect("a count")).sum();
    assert_eq!(rows.len() as u64 + dropped, accepted);
    assert_eq!(stats["causes"]["hand"], marked["changed"]);
    assert!(rows.iter().all(|row| row.text.chars().count() >= 12));
    // The protected source may resemble itself; nothing else may resemble anything.
    assert_no_pair(&rows, 0.7, 900, |a, b| a.split == "validation" && b.split == "validation");
    assert_no_leak(&rows, 0.7);
    let raw: BTreeSet<String> = desk.run("list w.db --json").expect(0).out.lines().map(raw_text).collect();
    assert!(rows.iter().all(|row| raw.contains(&row.orig)), "orig_text is what was imported");
}

fn raw_text(line: &str) -> String {
    #[derive(serde::Deserialize)]
    struct Raw {
        raw_text: String,
    }
    serde_json::from_str::<Raw>(line).expect("a row").raw_text
}

/// The folder of real prompts, where there is one.
fn real_data() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    ["../shared/data", "../../shared/data"].iter().map(|path| root.join(path)).find(|path| path.is_dir())
}

#[test]
fn the_whole_job_on_real_prompts() {
    let Some(data) = real_data() else { return };
    let desk = Desk::new();
    let lines = |name: &str| {
        let bytes = std::fs::read(data.join(name)).expect("a file");
        let lines = bytes.split(|b| *b == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
        lines.filter(|line| !line.iter().all(u8::is_ascii_whitespace)).count() as u64
    };
    let import = |name: &str, more: &[&str]| {
        let path = data.join(name);
        let report = desk.run_args(["import", "w.db", path.to_str().expect("a path"), "--json"].iter().chain(more));
        assert!([0, 3].contains(&report.code), "{report:?}");
        let source = &report.json()["sources"][0];
        let count = |key: &str| source[key].as_u64().expect("a count");
        assert_eq!(count("accepted") + count("rejected"), lines(name), "{name}");
        assert_eq!(count("read"), count("accepted") + count("blank") + count("rejected"));
        count("accepted")
    };
    let held_out = import("pickapic/test.txt", &["--split", "test", "--protect"]);
    let accepted = held_out + import("pickapic/train.txt", &[]) + import("open_prompts/raw_a.txt", &[]);

    desk.run("rules apply w.db").expect(0);
    desk.run("duplicates build w.db --floor 0.7").expect(0);
    desk.run("duplicates apply w.db -t 0.7").expect(0);
    let stats = desk.run("stats w.db --json").expect(0).json();
    let test = stats["sources"].as_array().expect("sources").iter().find(|s| s["name"] == "test").expect("the protected source");
    assert_eq!(test["dropped_as_duplicates"], 0);
    let split = desk.run("split w.db --share train=95,validation=5 -t 0.7 --json").expect(0).json();
    assert_eq!(split["leaks"], serde_json::json!([]));
    let check = desk.run("check w.db --json").expect(0).json();
    assert_eq!(check["verdict"], "attention", "{check}");
    let verdict = |name: &str| {
        let rows = check["checks"].as_array().expect("checks");
        rows.iter().find(|row| row["check"] == name).expect("the check")["verdict"].as_str().expect("a word").to_owned()
    };
    for name in ["file", "invariants", "derived", "leakage", "splits", "flags", "names", "similarity graph", "witnesses"] {
        assert_eq!(verdict(name), "ready", "{name}: {check}");
    }
    desk.run("export w.db out --layout jsonl --with orig_text").expect(0);
    desk.run("verify out").expect(0);

    let (_, rows) = read_export(&desk.path("out"));
    let dropped = stats["dropped"].as_u64().expect("a count");
    assert_eq!(rows.len() as u64 + dropped, accepted);
    let splits: BTreeSet<&str> = rows.iter().map(|row| row.split.as_str()).collect();
    assert_eq!(splits, BTreeSet::from(["test", "train", "validation"]));
    let held: u64 = rows.iter().filter(|row| row.split == "test").count() as u64;
    assert!(held >= test["kept"].as_u64().expect("a count"), "what is declared as test is exported as test");
    assert_no_pair(&rows, 0.7, 700, |a, b| a.split == "test" && b.split == "test");
    assert_no_leak(&rows, 0.7);
}
