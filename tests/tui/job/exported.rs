//! An exported folder, read and checked by code that shares nothing with the program's: what its manifest says, that no near-copies are
//! left, and that no cluster lies in two splits.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;

use serde_json::Value;
use sha2::{Digest, Sha256};

pub struct Exported {
    manifest: Value,
    records: Vec<Row>,
}

pub struct Row {
    pub id: u64,
    pub source: String,
    pub split: String,
    text: String,
}

/// Two records by their places, and the words they share of all their words.
pub struct Pair {
    pub a: usize,
    pub b: usize,
    shared: usize,
    all: usize,
}

impl Pair {
    pub fn reaches(&self, thousandths: usize) -> bool {
        self.shared * 1000 >= thousandths * self.all
    }
}

impl Exported {
    /// Reads a folder of JSON lines; every file is as long as the manifest says, and has its digest.
    #[track_caller]
    pub fn read(folder: &Path) -> Exported {
        let bytes = |name: &str| fs::read(folder.join(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
        let manifest: Value = serde_json::from_slice(&bytes("manifest.json")).expect("a manifest");
        let mut records = Vec::new();
        let mut names = vec!["manifest.json".to_owned()];
        for file in manifest["files"].as_array().expect("files") {
            let name = file["path"].as_str().expect("a path");
            let bytes = bytes(name);
            let digest: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!((file["bytes"].as_u64(), file["sha256"].as_str()), (Some(bytes.len() as u64), Some(&*digest)), "{name}");
            names.push(name.to_owned());
            if name == "README.md" {
                continue;
            }
            let split = name.strip_suffix(".jsonl").expect("a file of JSON lines");
            let before = records.len();
            records.extend(String::from_utf8(bytes).expect("UTF-8").lines().map(|line| row(line, split)));
            assert_eq!(file["records"].as_u64(), Some((records.len() - before) as u64), "{name}");
        }
        let there: HashSet<_> =
            fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").file_name()).collect();
        assert_eq!(there, names.into_iter().map(Into::into).collect());
        Exported { manifest, records }
    }

    pub fn records(&self) -> &[Row] {
        &self.records
    }

    /// The counts are those of `tamis stats --json`.
    #[track_caller]
    pub fn assert_counts(&self, stats: &Value) {
        let counts = &self.manifest["counts"];
        assert_eq!((&counts["total"], &counts["splits"]), (&stats["kept"], &stats["splits"]));
        assert_eq!((&counts["kept"], &counts["dropped"]), (&stats["kept"], &stats["causes"]));
        assert_eq!(stats["kept"].as_u64(), Some(self.records.len() as u64));
        let mut splits: HashMap<&str, u64> = HashMap::new();
        self.records.iter().for_each(|row| *splits.entry(&row.split).or_default() += 1);
        assert_eq!(serde_json::json!(splits).as_object(), stats["splits"].as_object());
        let ids: HashSet<u64> = self.records.iter().map(|row| row.id).collect();
        assert_eq!(ids.len(), self.records.len(), "a record was written twice");
    }

    /// No two records from `thousandths` on, but where neither may be dropped.
    #[track_caller]
    pub fn assert_no_copies(&self, thousandths: usize, may_not_be_dropped: impl Fn(&Row) -> bool) {
        for pair in self.pairs(thousandths) {
            let (a, b) = (&self.records[pair.a], &self.records[pair.b]);
            assert!(
                may_not_be_dropped(a) && may_not_be_dropped(b),
                "{} and {} are both kept:\n{}\n{}",
                a.id,
                b.id,
                a.text,
                b.text
            );
        }
    }

    /// No two records from `thousandths` on in different splits; some pairs there must be, or this proves nothing.
    #[track_caller]
    pub fn assert_no_leaks(&self, thousandths: usize) {
        let pairs = self.pairs(thousandths);
        assert!(!pairs.is_empty());
        for pair in pairs {
            let (a, b) = (&self.records[pair.a], &self.records[pair.b]);
            assert_eq!(a.split, b.split, "{} and {}:\n{}\n{}", a.id, b.id, a.text, b.text);
        }
    }

    /// All pairs from `thousandths` on. With its words in order of rarity, a set shares one of its first words with every set it
    /// resembles so much; only those are compared.
    pub fn pairs(&self, thousandths: usize) -> Vec<Pair> {
        let texts: Vec<HashSet<String>> = self.records.iter().map(|row| words(&row.text)).collect();
        let mut frequency: HashMap<&str, usize> = HashMap::new();
        texts.iter().flatten().for_each(|word| *frequency.entry(word).or_default() += 1);
        let mut begins_with: HashMap<&str, Vec<usize>> = HashMap::new();
        let mut pairs = Vec::new();
        for (b, words) in texts.iter().enumerate() {
            let mut rarest: Vec<&str> = words.iter().map(String::as_str).collect();
            rarest.sort_by_key(|word| (frequency[word], *word));
            rarest.truncate(words.len() - (words.len() * thousandths).div_ceil(1000) + usize::from(!words.is_empty()));
            let near: HashSet<usize> = rarest.iter().filter_map(|word| begins_with.get(word)).flatten().copied().collect();
            pairs.extend(near.into_iter().map(|a| pair(a, b, &texts)).filter(|pair| pair.reaches(thousandths)));
            rarest.into_iter().for_each(|word| begins_with.entry(word).or_default().push(b));
        }
        pairs
    }
}

fn row(line: &str, split: &str) -> Row {
    let record: Value = serde_json::from_str(line).expect("JSON");
    let text = |key: &str| record[key].as_str().unwrap_or_else(|| panic!("no {key} in {line}")).to_owned();
    assert_eq!(text("split"), split);
    Row { id: record["id"].as_u64().expect("an id"), source: text("source"), split: text("split"), text: text("text") }
}

fn words(text: &str) -> HashSet<String> {
    let lower = text.to_lowercase();
    lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn pair(a: usize, b: usize, texts: &[HashSet<String>]) -> Pair {
    let shared = texts[a].intersection(&texts[b]).count();
    Pair { a, b, shared, all: texts[a].len() + texts[b].len() - shared }
}

#[test]
fn pairs_are_those_of_everyone_with_everyone() {
    let texts = ["a red car", "a car, RED!", "a red car at night", "night", "", "one two three four", "one two three five"];
    let record =
        |(id, text): (usize, &&str)| Row { id: id as u64, source: String::new(), split: String::new(), text: (*text).to_owned() };
    let exported = Exported { manifest: Value::Null, records: texts.iter().enumerate().map(record).collect() };
    let found = |thousandths| {
        let mut found: Vec<_> = exported.pairs(thousandths).into_iter().map(|pair| (pair.a, pair.b)).collect();
        found.sort_unstable();
        found
    };
    assert_eq!(found(1000), [(0, 1)]);
    assert_eq!(found(600), [(0, 1), (0, 2), (1, 2), (5, 6)]);
    assert_eq!(found(200), [(0, 1), (0, 2), (1, 2), (2, 3), (5, 6)]);
}
