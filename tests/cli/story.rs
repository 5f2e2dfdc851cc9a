//! The story in `assets/story/original.sh`, told with prompts of our own, and what it claims at its end.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;
use std::process::Command;

use serde_json::json;
use tamis::compose::{Composer, Settings};
use tamis::model::Version;
use tamis::progress::Progress;
use tamis::query::Columns;
use tamis::workspace::Workspace;

use super::desk::Desk;
use crate::workspace::model::{jaccard, words};

/// Similarity from which the story lets nothing of train stand in validation.
const LEAKS: f32 = 0.7;

/// The files that the story reads, with near-copies within and across them.
fn write_data(desk: &Desk) {
    let settings = Settings { copies_percent: 50, most_copies: 6, spread: 300 };
    let mut stream = Composer::with(7, settings).map(|composed| composed.text);
    let mut prompts = |count: usize| stream.by_ref().take(count).collect::<Vec<_>>();
    let lines = |prompts: Vec<String>| prompts.iter().fold(String::new(), |file, prompt| file + prompt + "\n");
    let csv = |header: &str, prompts: Vec<String>| {
        let row = |mut file: String, prompt: &String| {
            writeln!(file, "\"{}\",x", prompt.replace('"', "\"\"")).expect("written");
            file
        };
        prompts.iter().fold(format!("{header}\n"), row)
    };
    desk.write("data/diffusiondb/image_path_Prompt.csv", csv("Prompt,image_path", prompts(250)));
    desk.write("data/pickapic/train.txt", lines(prompts(300)));
    let tsv = prompts(100).iter().fold("Prompt\tNote\n".to_owned(), |file, prompt| file + &prompt.replace('"', "'") + "\t\n");
    desk.write("data/benchmarks/PartiPrompts.tsv", tsv);
    desk.write("data/open_prompts/raw_a.txt", lines(prompts(250)));
    desk.write("data/pickapic/test.txt", lines(prompts(120)));
    let captions = prompts(250).into_iter().zip(0..);
    let captions = captions.map(|(text, n)| format!("{}\n", json!({"file_name": format!("{n}.png"), "text": text})));
    desk.write("data/metadata/pokemon_metadata.jsonl", captions.collect::<String>());
    desk.write("data/open_prompts/krea_1k.csv", csv("prompt,raw_data", prompts(250)));
}

/// The columns of every snapshot, by name.
fn versions(workspace: &Path) -> BTreeMap<String, Columns> {
    let mut workspace = Workspace::open_to_read(workspace).expect("a workspace");
    let load = |store: &tamis::store::Store| {
        let snapshots = store.snapshots()?;
        let columns = |id| store.load_columns_of(Version::Snapshot(id), &Progress::none());
        snapshots.into_iter().map(|snapshot| Ok((snapshot.name, columns(snapshot.id)?))).collect()
    };
    workspace.read(load).expect("snapshots")
}

/// Ids, sources and texts of what a split keeps.
fn kept(columns: &Columns, split: &str) -> BTreeSet<(u32, String, String)> {
    let found = (0..columns.len()).filter(|&p| columns.is_kept(p) && columns.split_name(p) == Some(split));
    found.map(|p| (columns.id(p).0, columns.source_name(p).to_owned(), columns.text(p).to_owned())).collect()
}

#[test]
fn the_story_ends_as_it_says() {
    let desk = Desk::new();
    write_data(&desk);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/story/original.sh");
    let told = Command::new("/bin/sh")
        .arg(&script)
        .args(["data", "told"])
        .env("TAMIS", env!("CARGO_BIN_EXE_tamis"))
        .current_dir(desk.path(""))
        .output()
        .expect("a shell");
    let said = String::from_utf8_lossy(&told.stdout);
    assert!(told.status.success(), "{said}\n{}", String::from_utf8_lossy(&told.stderr));

    let versions = versions(&desk.path("told/original.db"));
    assert_eq!(versions.keys().collect::<Vec<_>>(), ["v3", "v4", "v5", "v6", "v7", "v8"]);
    for (before, after) in [("v3", "v4"), ("v4", "v5"), ("v5", "v6")] {
        let [old, new] = [before, after].map(|name| kept(&versions[name], "validation"));
        assert!(old.is_subset(&new), "{after} moves or loses nothing of the validation set of {before}");
    }
    let [good, bad, end] = ["v6", "v7", "v8"].map(|name| kept(&versions[name], "validation"));
    assert!(!good.is_subset(&bad) && !bad.is_subset(&good), "v7 lost of the validation set, and added to it");
    let without: BTreeSet<_> = good.iter().filter(|(_, source, _)| source != "captions").cloned().collect();
    assert!(without.len() < good.len() && !without.is_empty());
    assert_eq!(end, without, "the validation set of v6 without the captions, text for text");

    let train = kept(&versions["v8"], "train");
    assert!(train.iter().any(|(_, source, _)| source == "krea"), "today's train set stays");
    assert_eq!(train.len() + end.len(), (0..versions["v8"].len()).filter(|&p| versions["v8"].is_kept(p)).count());
    let train: Vec<BTreeSet<String>> = train.iter().map(|(.., text)| words(text)).collect();
    for (id, _, text) in &end {
        let mine = words(text);
        assert!(train.iter().all(|theirs| jaccard(&mine, theirs) < LEAKS), "{id} has a near-copy in train");
    }

    let report = desk.run("report told/original.db --snapshot v8 --json").expect(0).json();
    let total = &report["waterfall"]["total"];
    let number = |value: &serde_json::Value| value.as_u64().expect("a number");
    let sum = |value: &serde_json::Value| value.as_object().expect("counts").values().map(number).sum::<u64>();
    let lost = sum(&total["rules"]) + sum(&total["duplicates"]) + number(&total["by_hand"]);
    assert_eq!(number(&total["accepted"]), lost + number(&total["kept"]));
    assert_eq!((&report["leakage"]["pairs_found"], &report["leakage"]["threshold"]), (&json!(0), &json!(0.7)));
    assert_eq!(total["splits"], json!({"train": train.len(), "validation": end.len()}));
    assert_eq!(desk.run("report told/original.db --snapshot v8").expect(0).out, desk.read("told/report.md"));

    desk.run("verify told/v8").expect(0);
    desk.run("export told/original.db again --snapshot v8 --layout jsonl --with source,split").expect(0);
    for file in ["train.jsonl", "validation.jsonl", "manifest.json"] {
        assert_eq!(desk.read(&format!("again/{file}")), desk.read(&format!("told/v8/{file}")), "{file}");
    }
}

#[test]
fn the_story_asks_for_its_data() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/story/original.sh");
    let ran = Command::new("/bin/sh").arg(script).output().expect("a shell");
    assert_eq!(ran.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&ran.stderr).starts_with("usage: "));
}
