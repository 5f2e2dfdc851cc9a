//! The semantic lens with a tiny model: pairs against brute force over its embeddings, each text embedded once, and what is damaged named.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use tamis::error::Kind;
use tamis::model::{Lens, Policy, Sets};
use tamis::ops::duplicates::embed::Embedder;
use tamis::ops::duplicates::{self as dups, Precision, Wish};
use tamis::ops::{edit, model};
use tamis::progress::Progress;
use tamis::shelf::{Folders, archive};
use tamis::similarity::cosine;
use tamis::similarity::minilm::Model;

use super::duplicates_world::{TINY, lexical, semantic, shelf, t};
use super::{Bench, lines, prompts};

fn exact(floor: f32) -> Wish {
    Wish { precision: Precision::Exact, ..semantic(floor) }
}

fn tiny() -> Model {
    Model::read(&archive::read(Path::new(TINY)).expect("its files")).expect("a model")
}

fn bench(seed: u64, count: usize) -> (Bench, Folders) {
    let mut bench = Bench::new();
    bench.import("a.txt", lines(&prompts(seed, count)));
    let folders = shelf(bench.path());
    (bench, folders)
}

/// Every pair of records at or above the floor, by comparing all embeddings.
fn all_pairs(bench: &mut Bench, precision: Precision, floor: f32) -> BTreeMap<(u32, u32), f32> {
    let rows = bench.rows();
    let texts: Vec<&str> = rows.iter().map(|(_, text, _)| text.as_str()).collect();
    let model = tiny();
    let embedded = model.embed(&texts, precision, &Progress::none()).expect("embedded");
    let row = |n: usize| &embedded[n * model.dims()..][..model.dims()];
    let mut pairs = BTreeMap::new();
    for a in 0..rows.len() {
        for b in a + 1..rows.len() {
            let score = if texts[a] == texts[b] { 1.0 } else { cosine::score(row(a), row(b)) };
            if score >= floor {
                pairs.insert((rows[a].0, rows[b].0), score);
            }
        }
    }
    pairs
}

/// The files of the cache, by name without the model's digest.
fn caches(folders: &Folders) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folders.cache.join("embeddings")).expect("a folder");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    files
}

#[test]
fn pairs_are_those_of_all_embeddings() {
    let (mut bench, folders) = bench(61, 100);
    for wish in [exact(0.7), semantic(0.8), exact(0.95)] {
        bench.build_as(&wish, &folders);
        let expected = all_pairs(&mut bench, wish.precision, wish.floor);
        assert!(expected.len() > 25, "{}", expected.len());
        assert_eq!(bench.stored_pairs(Lens::Semantic, 0.0), expected, "{wish:?}");
    }
    // And they are applied as those of any lens are.
    let (_, view) = bench.view_of(Lens::Semantic);
    let report = dups::apply(&mut bench.workspace, &view, t(960), Policy::Cover, None, &Progress::none()).expect("applied");
    assert!(report.dropped > 5 && report.drops.iter().all(|drop| drop.score >= 0.96));
    let method = dups::applied(&bench.workspace).expect("a read").expect("a recipe").method;
    assert!(method.starts_with("tiny_bert-") && method.ends_with(" f32"), "{method}");
}

#[test]
fn a_text_is_embedded_once_whichever_workspace_it_stands_in() {
    let (mut first, folders) = bench(62, 90);
    let report = first.build_as(&semantic(0.8), &folders);
    assert_eq!(report.embedded, report.nodes);
    assert_eq!(first.build_as(&semantic(0.7), &folders).embedded, 0, "at another floor neither");

    let mut second = Bench::new();
    second.import("b.txt", lines(&prompts(62, 90)));
    let report = second.build_as(&semantic(0.8), &folders);
    assert_eq!((report.embedded, report.reused), (0, 0), "out of the cache");
    assert_eq!(second.stored_pairs(Lens::Semantic, 0.0), all_pairs(&mut second, Precision::Fast, 0.8));

    edit::edit(&mut second.workspace, tamis::model::RecordId(7), Some("a text that nobody had yet".into())).expect("an edit");
    assert_eq!(second.build_as(&semantic(0.8), &folders).embedded, 1);
    assert_eq!(second.stored_pairs(Lens::Semantic, 0.0), all_pairs(&mut second, Precision::Fast, 0.8));
    second.undo();
    assert_eq!(second.build_as(&semantic(0.8), &folders).embedded, 0);
}

#[test]
fn each_precision_has_a_cache_of_its_own() {
    let (mut bench, folders) = bench(63, 40);
    let nodes = bench.build_as(&exact(0.7), &folders).nodes;
    let fast = bench.build_as(&semantic(0.7), &folders);
    let is_faster = Precision::Fast.kind() != Precision::Exact.kind();
    assert_eq!(fast.embedded, if is_faster { nodes } else { 0 });
    assert_eq!(caches(&folders).len(), 1 + usize::from(is_faster));
    assert_eq!(fast.method.rsplit(' ').next(), Some(Precision::Fast.kind()));
    let exact = bench.build_as(&exact(0.7), &folders);
    assert_eq!((exact.embedded, exact.reused), (0, if is_faster { 0 } else { nodes }));
}

#[test]
fn what_was_embedded_before_a_kill_is_not_embedded_again() {
    let (_bench, folders) = bench(64, 1);
    let texts = prompts(64, 150);
    let mut texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    texts.sort_unstable();
    texts.dedup();
    let open = || Embedder::open(&folders, None, Precision::Exact).expect("a model").in_batches_of(16);
    let whole = tiny().embed(&texts, Precision::Exact, &Progress::none()).expect("embedded");

    // Cancelled somewhere after the first batch: the machine may be slow, so more than one attempt.
    let mut interrupted = None;
    for _ in 0..40 {
        _ = std::fs::remove_dir_all(&folders.cache);
        let (progress, ended, embedder) = (Progress::new(), AtomicBool::new(false), open());
        let done = std::thread::scope(|scope| {
            scope.spawn(|| {
                let is_under_way = || {
                    let now = progress.snapshot();
                    now.stage == "embedding" && now.done >= 16
                };
                while !is_under_way() && !ended.load(Ordering::Relaxed) {
                    std::thread::yield_now();
                }
                progress.cancel();
            });
            let done = embedder.vectors(&texts, &progress);
            ended.store(true, Ordering::Relaxed);
            done
        });
        if done.is_err_and(|e| e.is_interrupted()) && embedder.embedded() > 0 {
            interrupted = Some(embedder.embedded());
            break;
        }
    }
    let first = interrupted.expect("cancelled in the middle once");
    // The batch that is not full comes among the first.
    assert!(first < texts.len() as u64 && [0, texts.len() as u64 % 16].contains(&(first % 16)), "{first} of {}", texts.len());
    let resumed = open();
    let vectors = resumed.vectors(&texts, &Progress::none()).expect("resumed");
    assert_eq!(resumed.embedded(), texts.len() as u64 - first);
    assert!((0..vectors.len()).flat_map(|row| vectors.row(row)).eq(&whole));

    // Killed while it wrote: a torn end is as if it had never been.
    let [cache] = &caches(&folders)[..] else { panic!("one cache") };
    let length = std::fs::metadata(cache).expect("a file").len();
    let slot = (length - 32) / texts.len() as u64;
    std::fs::OpenOptions::new().write(true).open(cache).expect("a file").set_len(32 + 60 * slot + slot / 2).expect("torn");
    let resumed = open();
    let vectors = resumed.vectors(&texts, &Progress::none()).expect("resumed");
    assert_eq!(resumed.embedded(), texts.len() as u64 - 60);
    assert!((0..vectors.len()).flat_map(|row| vectors.row(row)).eq(&whole));
    assert_eq!(std::fs::metadata(cache).expect("a file").len(), length);
    let again = open();
    again.vectors(&texts, &Progress::none()).expect("all there");
    assert_eq!(again.embedded(), 0);
}

#[test]
fn a_cancelled_build_leaves_the_graph_that_was_there() {
    let (mut bench, folders) = bench(65, 60);
    bench.build_as(&semantic(0.9), &folders);
    let before = dups::load(&bench.workspace, Lens::Semantic).expect("a graph");
    let progress = Progress::new();
    progress.cancel();
    let error = dups::build(&mut bench.workspace, &semantic(0.7), &folders, &progress).expect_err("cancelled");
    assert!(error.is_interrupted());
    assert_eq!(dups::load(&bench.workspace, Lens::Semantic).expect("a graph"), before);
}

#[test]
fn without_a_model_everything_else_works_and_the_error_says_what_to_do() {
    let mut bench = Bench::new();
    bench.import("a.txt", lines(&prompts(66, 60)));
    let folders = Folders { data: bench.path().join("none"), cache: bench.path().join("cache") };
    for wish in [semantic(0.7), exact(0.7)] {
        let error = dups::build(&mut bench.workspace, &wish, &folders, &Progress::none()).expect_err("no model");
        let hint = error.hint.expect("a hint");
        assert!(error.kind == Kind::Refused && hint.contains("tamis model fetch") && hint.contains("tamis model add"), "{hint}");
    }
    assert!(!folders.cache.exists() && !folders.data.exists(), "nothing is made for what is not there");
    assert!(bench.build_as(&lexical(Sets::Words, 0.4), &folders).edges > 0);
    let (columns, _) = bench.view();
    assert!(dups::view(&bench.workspace, &columns, Lens::Semantic).map(|_| ()).is_err_and(|e| e.hint.is_some()));
    assert_eq!(model::list(&folders).expect("a list"), []);
}

#[test]
fn a_stored_graph_is_made_anew_by_the_model_that_made_it() {
    let (mut bench, folders) = bench(67, 60);
    // Another model that comes first by name; its last numbers are turned about.
    let mut files = archive::read(Path::new(TINY)).expect("its files");
    let at = files.weights.len() - 4000;
    files.weights[at..].as_chunks_mut::<4>().0.reverse();
    let other = folders.shelf().add(&files, "a-model").expect("another model");
    assert_eq!(
        model::list(&folders).expect("a list").iter().map(|m| m.name.as_str()).collect::<Vec<_>>(),
        ["a-model", "tiny_bert"]
    );
    let named = |name: &str| Wish { model: Some(name.to_owned()), ..exact(0.7) };
    let report = bench.build_as(&named("tiny_bert"), &folders);
    let info = dups::info(&bench.workspace, Lens::Semantic).expect("a read").expect("a graph");
    let again = bench.build_as(&Wish::like(&info), &folders);
    assert_eq!((again.method, again.embedded, again.reused), (report.method.clone(), 0, report.nodes));
    // The first on the shelf where none is named, and nothing of the one is taken for the other's.
    let first = bench.build_as(&exact(0.7), &folders);
    assert_eq!((first.method, first.embedded, first.reused), (other.method("f32"), report.nodes, 0));
    let error = dups::build(&mut bench.workspace, &named("third"), &folders, &Progress::none()).expect_err("no such model");
    assert!(error.kind == Kind::Usage && error.hint.is_some_and(|hint| hint.contains("a-model, tiny_bert")));
    assert_eq!(bench.build_as(&named(&other.id()), &folders).embedded, 0, "it goes by its whole name too");
}

#[test]
fn a_damaged_cache_is_mended() {
    let (mut bench, folders) = bench(68, 50);
    let report = bench.build_as(&exact(0.7), &folders);
    let expected = bench.stored_pairs(Lens::Semantic, 0.0);
    let cache = caches(&folders).remove(0);
    let whole = std::fs::read(&cache).expect("a file");
    let slot = (whole.len() - 32) / report.nodes as usize;
    let with = |change: fn(&mut Vec<u8>, usize)| {
        let mut bytes = whole.clone();
        change(&mut bytes, slot);
        bytes
    };
    for (what, bytes, embedded) in [
        ("a bit of one", with(|bytes, slot| bytes[32 + 3 * slot + 20] ^= 4), 1),
        ("the digest of one", with(|bytes, slot| bytes[32 + 5 * slot] ^= 4), 1),
        ("the header", with(|bytes, _| bytes[3] ^= 4), report.nodes),
        ("the dimensions", with(|bytes, _| bytes[12..16].fill(255)), report.nodes),
        ("all but its beginning", whole[..20].to_vec(), report.nodes),
        ("everything", Vec::new(), report.nodes),
        ("its whole end", whole[..32 + 7 * slot - 1].to_vec(), report.nodes - 6),
    ] {
        std::fs::write(&cache, bytes).expect("damaged");
        // In another workspace, so that no pair comes from the graph there was.
        let mut other = Bench::new();
        other.import("a.txt", lines(&prompts(68, 50)));
        assert_eq!(other.build_as(&exact(0.7), &folders).embedded, embedded, "{what}");
        assert_eq!(other.stored_pairs(Lens::Semantic, 0.0), expected, "{what}");
        assert_eq!(other.build_as(&exact(0.75), &folders).embedded, 0, "{what}: mended");
    }
}

#[test]
fn a_damaged_model_is_named_and_taking_it_in_again_mends_it() {
    let (_bench, folders) = bench(69, 1);
    let kept = folders.shelf().find(None).expect("the model");
    let take_in = || model::add(&folders, Path::new(TINY), &Progress::none()).expect("taken in");
    // Nothing is known of the texts, so that the model has to be read.
    let build = || {
        _ = std::fs::remove_dir_all(&folders.cache);
        let mut bench = Bench::new();
        bench.import("a.txt", "a red car\na blue car\n");
        dups::build(&mut bench.workspace, &exact(0.7), &folders, &Progress::none())
    };
    for name in ["model.safetensors", "tokenizer.json", "config.json"] {
        let path = kept.path.join(name);
        let mut bytes = std::fs::read(&path).expect("a file");
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(&path, bytes).expect("damaged");
        let error = build().expect_err(name);
        assert!(error.message.contains("changed since") && error.hint.is_some_and(|h| h.contains("tamis model add")), "{name}");
        take_in();
        assert!(build().is_ok(), "{name}");
        std::fs::remove_file(&path).expect("removed");
        assert!(build().is_err_and(|e| e.message.contains(name)), "{name}");
        take_in();
        assert!(build().is_ok(), "{name}");
    }
    let info = kept.path.join("tamis-model.json");
    let good = std::fs::read_to_string(&info).expect("a description");
    for bad in [
        "",
        "{",
        "[]",
        &good.replace("32", "0"),
        &good.replace("32", "18446744073709551615"),
        &good.replace("32", "64"),
        &good.replace("tiny_bert", "../tiny"),
    ] {
        std::fs::write(&info, bad).expect("damaged");
        let error = build().expect_err(bad);
        assert!(error.kind == Kind::Refused && error.hint.is_some(), "{bad}: {error}");
        take_in();
        assert_eq!(std::fs::read_to_string(&info).expect("a description"), good);
    }
    // What a killed `model add` leaves is no model.
    let aside = folders.shelf().folder().join(format!(".{}.7", kept.id()));
    std::fs::create_dir(&aside).expect("a folder");
    std::fs::write(aside.join("tamis-model.json"), &good).expect("a description");
    assert_eq!(model::list(&folders).expect("a list").len(), 1);
}
