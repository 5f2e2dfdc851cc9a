//! Masked phrases, against texts that never had them.

use tamis::error::Kind;
use tamis::model::{Lens, Policy, Sets};
use tamis::ops::duplicates::{self as dups};
use tamis::ops::split::SplitArgs;
use tamis::progress::Progress;
use tamis::shelf::Folders;

use super::duplicates_world::{lexical, semantic, shelf, t};
use super::{Bench, lines, prompts};

const PHRASES: [&str; 3] = ["trending on zorb", "9k UHD", "--ar 16:9"];

/// Texts, and the same with some of the phrases at their ends and before them.
fn texts() -> (Vec<String>, Vec<String>) {
    let plain: Vec<String> = prompts(31, 110).iter().map(|text| text.trim_matches([',', ';', '|', ' ']).to_owned()).collect();
    let tagged = plain.iter().enumerate().map(|(n, text)| match n % 5 {
        0 => format!("{text}, 9k uhd"),
        1 => format!("Trending On Zorb, {text}, 9K UHD"),
        2 => format!("{text} --ar 16:9"),
        3 => format!("{text}, trending on zorb, 9k uhd --ar 16:9"),
        _ => text.clone(),
    });
    let tagged = tagged.collect();
    (plain, tagged)
}

fn phrases(phrases: &[&str]) -> Vec<String> {
    phrases.iter().map(|phrase| (*phrase).to_owned()).collect()
}

fn set(bench: &mut Bench, values: &[&str]) -> dups::SetReport {
    dups::set_mask(&mut bench.workspace, &phrases(values)).expect("set")
}

#[test]
fn a_masked_graph_is_the_graph_of_texts_without_the_phrases() {
    let (plain, tagged) = texts();
    let (mut masked, mut by_hand) = (Bench::new(), Bench::new());
    masked.import("a.txt", lines(&tagged));
    by_hand.import("a.txt", lines(&plain));
    let folders = shelf(masked.path());
    set(&mut masked, &PHRASES);
    let before = masked.rows();
    for wish in [lexical(Sets::Words, 0.3), lexical(Sets::Grams, 0.3), semantic(0.5)] {
        masked.build_as(&wish, &folders);
        by_hand.build_as(&wish, &folders);
        let [found, expected] = [&masked, &by_hand].map(|bench| dups::load(&bench.workspace, wish.lens).expect("a graph"));
        assert_eq!((&found.node_of, &found.edges), (&expected.node_of, &expected.edges), "{wish:?}");
        assert!(found.edges.len() > 20);
    }
    assert_eq!(masked.rows(), before, "the texts keep them");
    // Without the mask it is another graph: the phrases do count.
    let mut unmasked = Bench::new();
    unmasked.import("a.txt", lines(&tagged));
    unmasked.build(0.3);
    masked.build(0.3);
    let edges = |bench: &Bench| dups::load(&bench.workspace, Lens::Lexical).expect("a graph").edges;
    assert_ne!(edges(&unmasked), edges(&masked));
}

#[test]
fn a_change_of_the_mask_makes_the_graph_stale_and_building_makes_it_fresh() {
    let (_, tagged) = texts();
    let mut bench = Bench::new();
    bench.import("a.txt", lines(&tagged));
    bench.build(0.3);
    let without = dups::load(&bench.workspace, Lens::Lexical).expect("a graph");
    assert!(!bench.view().1.stale);
    let report = set(&mut bench, &["9k uhd", " ", "9K UHD", " trending on zorb "]);
    assert_eq!(report.values, ["9k uhd", "trending on zorb"], "blank ones and repeats are left out");
    assert!(report.operation.is_some() && report.stale.pairs && !report.stale.everything);
    let (_, view) = bench.view();
    assert!(view.stale);
    let refused = dups::apply(&mut bench.workspace, &view, t(700), Policy::Cover, None, &Progress::none());
    assert!(refused.is_err_and(|e| e.kind == Kind::Refused && e.hint.is_some()));
    assert_eq!(set(&mut bench, &["9k uhd", "trending on zorb"]).operation, None);

    let wish = lexical(Sets::Words, 0.3);
    let report = bench.build_as(&wish, &Folders::default());
    assert_eq!(report.reused, 0, "pairs of other texts are none of these");
    assert!(!bench.view().1.stale);
    let masked = dups::load(&bench.workspace, Lens::Lexical).expect("a graph");
    assert_ne!(masked.edges, without.edges);
    assert_eq!(bench.build_as(&wish, &Folders::default()).reused, report.nodes, "under one mask they are");
    assert_eq!(dups::load(&bench.workspace, Lens::Lexical).expect("a graph"), masked);

    bench.undo();
    assert!(bench.view().1.stale);
    assert_eq!(bench.build_as(&wish, &Folders::default()).reused, 0);
    assert_eq!(dups::load(&bench.workspace, Lens::Lexical).expect("a graph"), without);
}

#[test]
fn masks_that_differ_are_known_apart() {
    let digest = |values: &[&str]| dups::standing::mask_digest(&phrases(values));
    assert_eq!(digest(&[]), "");
    assert_eq!(digest(&["8k", "HDR"]), digest(&["8K", "hdr"]), "case does not count");
    for other in [&["8k"][..], &["8k\nhdr"], &["8k hdr"], &["8khdr"], &["8k", "hdr", "x"]] {
        assert_ne!(digest(other), digest(&["8k", "hdr"]), "{other:?}");
    }
}

#[test]
fn splits_that_need_a_graph_build_it_under_the_mask() {
    let (_, tagged) = texts();
    let mut bench = Bench::new();
    bench.import("a.txt", lines(&tagged));
    bench.build(0.3);
    set(&mut bench, &PHRASES);
    let args = SplitArgs {
        seed: 1,
        threshold: t(600),
        ..SplitArgs::of(tamis::splits::Targets::parse("train=1,test=1", "").expect("targets"))
    };
    tamis::ops::split::split(&mut bench.workspace, args, &Folders::default(), &Progress::none()).expect("a split");
    let (columns, view) = bench.view();
    assert!(!view.stale);
    let across = dups::cluster_rows(&view, &columns, t(600), Some(dups::Across::Splits));
    assert_eq!(across.len(), 0, "no masked cluster crosses a border");
    assert!(dups::cluster_rows(&view, &columns, t(600), None).len() > 5);
}
