//! Leakage on the Splits screen: the figures are those of a brute force and of the ops, what a fix drops is in the file, and every cell leads
//! to its pairs.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use tamis::display::{grouped, score};
use tamis::model::{Lens, Threshold};
use tamis::ops::import::{ImportArgs, import};
use tamis::ops::leaks::{self, Between};
use tamis::ops::{duplicates, query};
use tamis::progress::Progress;
use tamis::workspace::Workspace;

use super::duplicates::{columns, dropped};
use crate::support::driver::Driver;

const LONG: &str = "a quiet harbour at dawn with many small wooden boats in the fog";

/// A workspace with a source for each split, which declares it.
fn workspace(sources: &[(&str, Vec<String>)]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("workspace.db");
    let mut workspace = Workspace::create(&path).expect("a workspace");
    for (split, texts) in sources {
        let file = folder.path().join(format!("{split}_prompts.txt"));
        std::fs::write(&file, texts.join("\n")).expect("a file");
        let args = ImportArgs { files: vec![file], split: Some((*split).into()), ..ImportArgs::default() };
        import(&mut workspace, args, &Progress::none()).expect("an import");
    }
    (folder, path)
}

/// Two sources that declare their splits, with copies of each other's records.
pub(super) fn leaky() -> (tempfile::TempDir, PathBuf) {
    let train = [LONG, "a red fox in deep snow under tall trees", "something else entirely here"];
    let test = ["a quiet harbour at dawn with many small wooden boats in fog", LONG];
    workspace(&[("train", train.map(Into::into).into()), ("test", test.map(Into::into).into())])
}

/// Ten words each, of which copies share fewer and fewer: scores from 1 down to nothing.
fn graded() -> Vec<(&'static str, Vec<String>)> {
    let text = |base: usize, changed: usize| {
        let word = |at: usize| if at < changed { format!("x{base}y{changed}z{at}") } else { format!("w{base}v{at}") };
        (0..10).map(word).collect::<Vec<_>>().join(" ")
    };
    let split = |from: usize, by: usize| (0..12).map(|base| text(base, (from + base * by) % 6)).collect::<Vec<_>>();
    vec![("train", [split(0, 1), split(3, 2)].concat()), ("test", split(1, 1)), ("dev", split(2, 3))]
}

/// Of each ordered pair of splits: the records with a near-copy and the highest score, by comparing everyone with everyone.
fn by_brute_force(path: &Path, threshold: f64) -> BTreeMap<(String, String), (BTreeSet<u32>, f64)> {
    let columns = columns(path);
    let kept: Vec<usize> = (0..columns.len()).filter(|&p| columns.is_kept(p)).collect();
    let words = |p: usize| columns.text(p).split(' ').map(str::to_owned).collect::<BTreeSet<_>>();
    let mut found: BTreeMap<(String, String), (BTreeSet<u32>, f64)> = BTreeMap::new();
    for (&a, &b) in kept.iter().flat_map(|a| kept.iter().map(move |b| (a, b))) {
        let (of, inside) = (columns.split_name(a).expect("a split"), columns.split_name(b).expect("a split"));
        let (left, right) = (words(a), words(b));
        let score = left.intersection(&right).count() as f64 / left.union(&right).count() as f64;
        if of != inside && score >= threshold {
            let (records, highest) = found.entry((of.into(), inside.into())).or_insert((BTreeSet::new(), 0.0));
            records.insert(columns.id(a).0);
            *highest = highest.max(score);
        }
    }
    found
}

/// The matrix on the screen: `12 · 0.987` or `none` for each ordered pair.
fn on_screen(screen: &str) -> BTreeMap<(String, String), String> {
    let mut lines = screen.lines().skip_while(|line| !(line.contains(" in ") && line.trim_start().starts_with("in ")));
    let names: Vec<String> = lines
        .next()
        .unwrap_or_else(|| panic!("no matrix: {screen}"))
        .split(" in ")
        .skip(1)
        .map(|name| name.trim().to_owned())
        .collect();
    let mut cells = BTreeMap::new();
    for line in lines.take(names.len()) {
        let rest = line.trim_start().strip_prefix("of ").unwrap_or_else(|| panic!("{screen}"));
        let (of, rest) = rest.split_once(' ').expect("cells");
        let mut words = rest.split_whitespace();
        for inside in &names {
            let first = words.next().unwrap_or_else(|| panic!("{line}: {screen}"));
            let is_leak = first.starts_with(|c: char| c.is_ascii_digit()) && words.next() == Some("·");
            let cell = if is_leak { format!("{first} · {}", words.next().expect("a score")) } else { first.to_owned() };
            cells.insert((of.to_owned(), inside.clone()), cell);
        }
    }
    cells
}

fn assert_is(path: &Path, screen: &str, threshold: f64) {
    let expected = by_brute_force(path, threshold);
    for (pair, cell) in on_screen(screen) {
        let said = match expected.get(&pair) {
            _ if pair.0 == pair.1 => "·".to_owned(),
            Some((records, highest)) => format!("{} · {}", grouped(records.len() as u64), score(*highest as f32)),
            None => "none".to_owned(),
        };
        assert_eq!(cell, said, "{pair:?} at {threshold}: {screen}");
    }
}

#[test]
fn the_matrix_follows_the_threshold_and_is_that_of_a_brute_force() {
    let (_folder, path) = workspace(&graded());
    let mut driver = Driver::open(&path, 120, 40);
    let without = driver.keys("4").screen();
    assert!(without.contains("there is no similarity graph yet (lexical): B finds all pairs"), "{without}");
    let screen = driver.keys("B").screen();
    assert!(screen.contains("lexical · words ≥ 0.70"), "{screen}");
    assert_is(&path, &screen, 0.7);
    for (keys, threshold) in [("((", 0.68), ("<lt><lt>", 0.58), (")", 0.59), ("<s-right><s-right>", 0.69), ("<left>", 0.68)] {
        let screen = driver.keys(keys).screen();
        assert!(screen.contains(&format!("words ≥ {threshold:.2}")), "{keys}: {screen}");
        assert_is(&path, &screen, threshold);
    }
    // The ops say the same.
    let mut workspace = Workspace::open_to_read(&path).expect("a workspace");
    let columns = query::columns(&mut workspace, &Progress::none()).expect("columns");
    let view = duplicates::view(&workspace, &columns, Lens::Lexical).expect("a view");
    let matrix = leaks::matrix(&columns, &view, Between::Splits, Threshold::from_thousandths(680)).expect("a matrix");
    let shown = on_screen(&driver.screen());
    for leak in &matrix.leaks {
        let cell = &shown[&(leak.of.clone(), leak.inside.clone())];
        assert_eq!(*cell, format!("{} · {}", grouped(leak.records), score(leak.highest)));
    }
    let lowest = driver.keys("<lt><lt><lt><lt><lt>").screen();
    assert!(lowest.contains("words ≥ 0.50") && lowest.contains("0.50 is as low as this graph goes"), "{lowest}");
    let sources = driver.keys("b").screen();
    assert!(sources.contains("Leakage between sources") && sources.contains("of train_prompts"), "{sources}");
}

#[test]
fn a_cell_leads_to_its_pairs_and_these_to_other_screens() {
    let (_folder, path) = workspace(&graded());
    let mut driver = Driver::open(&path, 80, 24);
    insta::assert_snapshot!("leaks_80_by_24", driver.keys("4B<tab><right>").screen());
    assert!(driver.keys("<left><enter>").screen().contains("nothing leaks there"), "the diagonal");
    insta::assert_snapshot!("leak_pairs_80_by_24", driver.keys("<right><enter>").screen());
    insta::assert_snapshot!("leak_pairs_120_by_40", driver.resize(120, 40).keys("j").screen());
    let scores: Vec<f64> = driver
        .screen()
        .lines()
        .skip_while(|line| !line.contains("the closest first"))
        .skip(1)
        .map_while(|line| line.split_whitespace().next()?.parse().ok())
        .collect();
    assert!(scores.len() > 2 && scores.is_sorted_by(|a, b| a >= b), "{scores:?}");

    let browse = driver.keys("b").screen();
    assert!(browse.contains("2 of 48 records") && browse.contains("/id:"), "{browse}");
    let back = driver.keys("4").screen();
    assert!(back.contains("the closest first"), "the list is still there: {back}");
    let clusters = driver.keys("<enter>").screen();
    assert!(clusters.contains("0.70 · cover") && clusters.contains("/id:"), "{clusters}");
    assert!(clusters.contains("cluster 1 of 1"), "{clusters}");
    assert!(driver.keys("4<esc>").screen().contains("Leakage between splits"));
}

#[test]
fn a_fix_drops_what_the_loser_has_and_is_undone() {
    let (_folder, path) = workspace(&graded());
    let loses: BTreeSet<u32> = by_brute_force(&path, 0.7)
        .into_iter()
        .filter(|((of, _), _)| of == "train")
        .flat_map(|(_, (records, _))| records)
        .collect();
    let mut driver = Driver::open(&path, 80, 24);
    assert!(driver.keys("4f").screen().contains("B finds all pairs"), "{}", driver.screen());
    insta::assert_snapshot!("who_loses_80_by_24", driver.keys("Bf").screen());
    // The cursor is on the largest, which is train.
    insta::assert_snapshot!("fix_80_by_24", driver.keys("<enter>").screen());
    let question = driver.screen();
    assert!(question.contains(&format!("Drops {} records of train", loses.len())), "{question}");
    driver.keys("f<enter>");
    assert!(dropped(&path).is_empty(), "the key that asked does not answer");
    let done = driver.keys("y").screen();
    assert_eq!(dropped(&path), loses.iter().copied().collect::<Vec<_>>());
    assert!(done.contains(&format!("dropped {} records that leaked", loses.len())), "{done}");
    assert_is(&path, &done, 0.7);
    driver.keys("u");
    assert!(dropped(&path).is_empty());
    assert_is(&path, &driver.screen(), 0.7);

    // With both others losing, train keeps all.
    let both = driver.keys("fg<space>j<space>j<enter>").screen();
    assert!(both.contains("lose to the others at 0.70"), "{both}");
    driver.keys("n");
    assert!(dropped(&path).is_empty());
}

#[test]
fn a_clean_border_is_proven_and_a_changed_text_unsettles_it() {
    let (_folder, path) = leaky();
    let mut driver = Driver::open(&path, 100, 30);
    let leaks = driver.keys("4B").screen();
    assert!(leaks.contains("- 2 pairs of 6 tested leak, the closest 1.000; Enter shows them, f mends"), "{leaks}");
    let clean = driver.keys("f<enter>y").screen();
    assert!(clean.contains("+ proven: 4 pairs tested; none reaches 0.500"), "{clean}");
    assert!(clean.contains("no kept record has a near-copy in another split"), "{clean}");
    // A changed text: what is in the graph is not what is in the workspace any more.
    let stale = driver.keys("1e and more<enter>4").screen();
    assert!(stale.contains("nothing found, but not proven") && stale.contains("B builds the graph again"), "{stale}");
    assert!(driver.keys("B").screen().contains("+ proven: 4 pairs tested"), "{}", driver.screen());
}

#[test]
fn a_size_that_a_cluster_prevents_is_said_and_leads_there() {
    let like = |n: usize| format!("a quiet harbour at dawn with many small wooden boats in the fog number{n}");
    let other = |n: usize| format!("q{n}a q{n}b q{n}c");
    let texts = (0..10).map(like).chain((0..4).map(other)).collect();
    let (_folder, path) = workspace(&[("none_yet", texts)]);
    let mut driver = Driver::open(&path, 100, 30);
    // Declared splits stay; these are set free by taking the source for what it is: one split that is asked for.
    let question = driver.keys("4e<c-u>none_yet=50,test=50<enter>a").screen();
    assert!(question.contains("these stay: 14 declared"), "{question}");
    assert!(question.contains("! none_yet: 7 too many: 14 records stay in it"), "{question}");
    let texts: Vec<String> = (0..10).map(like).chain((0..4).map(other)).collect();
    let mut driver = Driver::new(&texts.iter().map(String::as_str).collect::<Vec<_>>(), 100, 30);
    let question = driver.keys("4e<c-u>a=50,b=50<enter>a").screen();
    assert!(question.contains("too many: the cluster of 1 has 10 records and stays whole"), "{question}");
    let made = driver.keys("y").screen();
    assert!(made.contains("! ") && made.contains("stays whole › Enter"), "{made}");
    let clusters = driver.keys("G<enter>").screen();
    assert!(clusters.contains("0.70 · cover") && clusters.contains("/id:1"), "{clusters}");
    assert!(clusters.contains("members") || clusters.contains("⋈ 10"), "{clusters}");
    // Undone, nothing is said any more.
    assert!(!driver.keys("u4").screen().contains("stays whole"), "{}", driver.screen());
}
