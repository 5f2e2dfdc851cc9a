//! Real prompts against numbers counted outside the project. Runs where the shared data folder is beside the checkout.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use tamis::similarity::{Forest, brute};

use super::*;

/// What some way of counting says of one file at one threshold.
#[derive(Debug, PartialEq)]
struct Counted {
    pairs: usize,
    clusters: usize,
    clustered: usize,
    largest: usize,
}

fn counted(pairs: usize, clusters: usize, clustered: usize, largest: usize) -> Counted {
    Counted { pairs, clusters, clustered, largest }
}

fn count(graph: &Graph, threshold: f32) -> Counted {
    let forest = Forest::of(graph);
    let members = graph.members();
    let sizes: Vec<usize> = components(graph.nodes(), forest.at(threshold))
        .iter()
        .map(|nodes| nodes.iter().map(|&node| members.of(node).len()).sum())
        .filter(|&size: &usize| size > 1)
        .collect();
    let largest = sizes.iter().copied().max().unwrap_or(0);
    counted(graph.pairs(threshold).count(), sizes.len(), sizes.iter().sum(), largest)
}

/// The lines of a file of the data folder; `None` where there is no such folder.
fn lines(file: &str) -> Option<Vec<String>> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = ["../shared/data", "../../shared/data"].map(|folder| here.join(folder));
    let path: PathBuf = folders.iter().map(|folder| folder.join(file)).find(|path| path.is_file())?;
    Some(std::fs::read_to_string(path).expect("readable").lines().map(str::to_owned).collect())
}

/// Texts whose words are what stands between blanks in `texts`, punctuation included, each under a name of its own.
fn blank_separated(texts: &[String]) -> Vec<String> {
    let mut names: HashMap<String, usize> = HashMap::new();
    let mut name = |word: &str| {
        let next = names.len();
        format!("w{} ", names.entry(word.to_owned()).or_insert(next))
    };
    texts.iter().map(|text| text.to_lowercase().split_whitespace().map(&mut name).collect()).collect()
}

/// The published table of the data counts words between blanks (`car` and `car,` are two words). It comes from another join, so
/// it checks ours with words of that kind.
#[test]
fn the_published_counts_of_words_between_blanks_are_met() {
    let Some(test) = lines("pickapic/test.txt") else { return };
    let words = blank_separated(&test);
    let graph_of_test = graph(&as_strs(&words), Sets::Words, 0.5);
    assert_eq!(count(&graph_of_test, 0.7), counted(145, 89, 200, 7));
    assert_eq!(count(&graph_of_test, 0.8), counted(66, 55, 115, 4));

    let Some(train) = lines("pickapic/train.txt") else { return };
    let words = blank_separated(&train);
    let graph_of_train = graph(&as_strs(&words), Sets::Words, 0.7);
    assert_eq!(count(&graph_of_train, 0.7), counted(20_930, 3_648, 12_187, 275));
    assert_eq!(count(&graph_of_train, 0.8), counted(9_622, 2_915, 8_578, 62));
}

/// Its counts of 5-grams are of grams as tamis cuts them, every record counted, identical ones as pairs too.
#[test]
fn the_published_counts_of_grams_are_met() {
    let Some(test) = lines("pickapic/test.txt") else { return };
    let graph_of_test = graph(&as_strs(&test), Sets::Grams, 0.6);
    assert_eq!(count(&graph_of_test, 0.6), counted(276, 108, 270, 13));
    assert_eq!(count(&graph_of_test, 0.7), counted(143, 83, 191, 7));
    assert_eq!(count(&graph_of_test, 0.8), counted(74, 49, 110, 6));
    assert_eq!(count(&graph_of_test, 0.9), counted(16, 12, 26, 3));

    let Some(captions) = lines("metadata/pokemon_metadata.jsonl") else { return };
    let text = |line: &String| {
        let row: serde_json::Value = serde_json::from_str(line).expect("a row");
        row["text"].as_str().expect("a caption").to_owned()
    };
    let captions: Vec<String> = captions.iter().map(text).collect();
    let graph_of_captions = graph(&as_strs(&captions), Sets::Grams, 0.7);
    assert_eq!(captions.len() - graph_of_captions.nodes(), 1889);
    assert_eq!(count(&graph_of_captions, 0.7), counted(24_310, 638, 3_814, 936));
    assert_eq!(count(&graph_of_captions, 0.9), counted(8_511, 793, 2_696, 38));
}

/// Words as tamis cuts them, counted by a Python script of a few lines (all pairs, `str.isalnum`).
#[test]
fn the_counts_of_alphanumeric_words_are_met() {
    let Some(test) = lines("pickapic/test.txt") else { return };
    let graph = graph(&as_strs(&test), Sets::Words, 0.5);
    assert_eq!(count(&graph, 0.7), counted(161, 101, 227, 7));
    assert_eq!(count(&graph, 0.8), counted(73, 62, 129, 4));
}

#[test]
fn real_prompts_are_joined_as_by_brute_force() {
    let Some(train) = lines("pickapic/train.txt") else { return };
    let some = as_strs(&train[..300]);
    let mut pairs: Vec<_> = graph(&some, Sets::Words, 0.3).pairs(0.3).collect();
    pairs.sort_by_key(|&(a, b, _)| (a, b));
    let expected: Vec<_> = brute::pairs(&some, Sets::Words, 0.3).into_iter().map(|(a, b, score)| (id(a), id(b), score)).collect();
    assert_eq!(pairs, expected);
}
