//! Pairs by their words and by their grams: exactly, next to MinHash, which proposes some of them.

use std::ffi::OsStr;
use std::fmt::Write;
use std::sync::Mutex;

use tamis::error::Result;
use tamis::model::{Edge, Sets};
use tamis::progress::Progress;
use tamis::similarity::{ItemSets, Pairs, Sink, lexical};

use crate::Setting;
use crate::contest::{Report, Way};
use crate::support::folder;

const FLOOR: f32 = 0.7;

/// More prompts than these take peers minutes.
const MOST: usize = 45_000;

/// Bands of 128 hashes: with 32 of 4, a pair of 0.7 is proposed 999 times of 1000.
const BANDS: &str = "32";

pub fn measure(setting: &Setting, report: &mut Report) {
    let texts: Vec<&str> = setting.prompts.iter().take(MOST).map(String::as_str).collect();
    let prompts = folder().join("duplicates-all.txt");
    std::fs::write(&prompts, texts.iter().map(|text| format!("{text}\n")).collect::<String>()).expect("a file of prompts");
    for sets in Sets::ALL {
        let mut exact = String::new();
        pairs(&texts, sets).iter().for_each(|edge| writeln!(exact, "{}\t{}", edge.a, edge.b).expect("text"));
        let file = folder().join("duplicates-pairs.tsv");
        std::fs::write(&file, exact).expect("a file of pairs");
        let mut ways = vec![Way::ours("tamis, exact", || format!("{} pairs", pairs(&texts, sets).len()))];
        if let Some(peers) = &setting.peers {
            for name in ["rensa", "datasketch"] {
                let arguments = ["words", name, "--at", "0.7", "--unit", sets.word(), "--bands", BANDS].map(OsStr::new);
                let files = ["--prompts".as_ref(), prompts.as_os_str(), "--pairs".as_ref(), file.as_os_str()];
                ways.push(peers.way(&format!("{name}, MinHash"), [&arguments[..], &files].concat()));
            }
        }
        let work = format!("{} ≥ {FLOOR} of {} prompts", sets.word(), texts.len());
        report.contest(&work, setting.rounds, texts.len() as f64, "prompts", ways);
    }
}

fn pairs(texts: &[&str], sets: Sets) -> Vec<Edge> {
    let found = Edges::default();
    let items = ItemSets::read(texts, sets, &Progress::none()).expect("sets");
    lexical::join(&items, Pairs::All, FLOOR, &found, &Progress::none()).expect("a join");
    found.0.into_inner().expect("edges")
}

#[derive(Default)]
struct Edges(Mutex<Vec<Edge>>);

impl Sink for Edges {
    fn take(&self, edges: &[Edge]) -> Result<()> {
        self.0.lock().expect("edges").extend_from_slice(edges);
        Ok(())
    }
}
