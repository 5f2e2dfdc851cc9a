//! A graph that grows is the graph that is built anew, and one that cannot be read is built anew as well.

use std::collections::BTreeSet;

use rusqlite::Connection;
use tamis::error::Kind;
use tamis::model::{Lens, OpId, Policy, RecordId, Sets};
use tamis::ops::duplicates::{self as dups, BuildReport, Wish};
use tamis::ops::{edit, history, rules, undo};
use tamis::progress::Progress;
use tamis::rules::Pipeline;
use tamis::shelf::Folders;
use tamis::similarity::{Graph, build};
use tamis::workspace::Workspace;

use super::duplicates_world::{lexical, semantic, shelf, t};
use super::{Bench, lines, prompts};

const RULES: &str = "name = 'own'\n[[rule]]\nname = 'the'\nkind = 'replace'\npattern = 'the'\nwith = 'that'\n";

/// The graph of the present texts, by no way of growing.
fn anew(bench: &mut Bench, wish: &Wish, folders: &Folders) -> Graph {
    if wish.lens == Lens::Lexical {
        let rows = bench.rows();
        let records = rows.iter().map(|(id, ..)| RecordId(*id)).collect();
        let texts: Vec<&str> = rows.iter().map(|(_, text, _)| text.as_str()).collect();
        return build::lexical(wish.sets, wish.floor, records, &texts, None, &Progress::none()).expect("a graph");
    }
    // Texts in a workspace without a graph; what they are embedded to is not asked again.
    let columns = bench.columns();
    let empty = Workspace::in_memory().expect("memory");
    dups::make(&empty, &columns, wish, folders, &Progress::none()).expect("a graph").graph
}

/// Builds again and compares; only what is new was looked at.
fn grow(bench: &mut Bench, wish: &Wish, folders: &Folders) -> BuildReport {
    let before: BTreeSet<u64> = dups::info(&bench.workspace, wish.lens)
        .expect("a read")
        .map_or_else(BTreeSet::new, |_| dups::load(&bench.workspace, wish.lens).expect("a graph").digests.into_iter().collect());
    let report = bench.build_as(wish, folders);
    let graph = dups::load(&bench.workspace, wish.lens).expect("a graph");
    assert_eq!(graph, anew(bench, wish, folders), "{wish:?}");
    let known = graph.digests.iter().filter(|digest| before.contains(digest)).count() as u64;
    assert_eq!((report.reused, report.nodes), (known, graph.nodes() as u64), "{wish:?}");
    report
}

#[test]
fn whatever_happens_a_grown_graph_is_one_built_anew() {
    let texts = prompts(51, 200);
    for wish in [lexical(Sets::Words, 0.4), lexical(Sets::Grams, 0.4), semantic(0.6)] {
        let mut bench = Bench::new();
        let folders = shelf(bench.path());
        bench.import("a.txt", lines(&texts[..110]));
        assert_eq!(grow(&mut bench, &wish, &folders).reused, 0);
        let import = bench.import("b.txt", lines(&texts[110..])).operation.expect("an import");
        let grown = grow(&mut bench, &wish, &folders);
        assert!(grown.reused > 50 && grown.reused < grown.nodes, "{grown:?}");
        for (id, text) in [(3, "something else altogether"), (120, &texts[0])] {
            edit::edit(&mut bench.workspace, RecordId(id), Some(text.into())).expect("an edit");
        }
        assert!(grow(&mut bench, &wish, &folders).reused > 50);
        rules::apply(&mut bench.workspace, &Pipeline::parse(RULES).expect("rules"), None, &Progress::none()).expect("applied");
        grow(&mut bench, &wish, &folders);
        bench.undo();
        grow(&mut bench, &wish, &folders);
        for _ in 0..2 {
            bench.undo();
        }
        undo::undo(&mut bench.workspace, Some(OpId(import.0)), &Progress::none()).expect("undone");
        assert_eq!(grow(&mut bench, &wish, &folders).records, 110);
        undo::redo(&mut bench.workspace, &Progress::none()).expect("redone");
        grow(&mut bench, &wish, &folders);
        let all = grow(&mut bench, &wish, &folders);
        assert_eq!(all.reused, all.nodes, "nothing is new");
    }
}

#[test]
fn another_method_or_floor_is_another_graph() {
    let mut bench = Bench::new();
    let folders = shelf(bench.path());
    bench.import("a.txt", lines(&prompts(52, 60)));
    bench.build_as(&lexical(Sets::Words, 0.4), &folders);
    for wish in [lexical(Sets::Grams, 0.4), lexical(Sets::Grams, 0.5), lexical(Sets::Words, 0.5), lexical(Sets::Words, 0.4)] {
        assert_eq!(bench.build_as(&wish, &folders).reused, 0, "{wish:?}");
        assert_eq!(dups::load(&bench.workspace, Lens::Lexical).expect("a graph"), anew(&mut bench, &wish, &folders));
    }
    // Each lens has its own.
    assert_eq!(bench.build_as(&semantic(0.6), &folders).reused, 0);
    let again = bench.build_as(&lexical(Sets::Words, 0.4), &folders);
    assert_eq!(again.reused, again.nodes);
    let ops = history::history(&bench.workspace, 99).expect("a read").len();
    assert_eq!(ops, 1, "a graph is derived: building is no operation");
}

#[test]
fn a_scope_takes_over_what_the_whole_knows_and_the_other_way_round() {
    let mut bench = Bench::new();
    let texts = prompts(53, 120);
    bench.import("left.txt", lines(&texts[..60]));
    bench.import("right.txt", lines(&texts[60..]));
    let none = Folders::default();
    let whole = lexical(Sets::Words, 0.4);
    let scoped = Wish { filter: "source:right".into(), ..whole.clone() };
    let only_right = |bench: &mut Bench| {
        let rows: Vec<_> = bench.rows().into_iter().filter(|row| row.0 > 60).collect();
        let records = rows.iter().map(|(id, ..)| RecordId(*id)).collect();
        let texts: Vec<&str> = rows.iter().map(|(_, text, _)| text.as_str()).collect();
        build::lexical(Sets::Words, 0.4, records, &texts, None, &Progress::none()).expect("a graph")
    };
    bench.build_as(&whole, &none);
    let report = bench.build_as(&scoped, &none);
    assert_eq!((report.records, report.reused), (60, report.nodes));
    assert_eq!(dups::load(&bench.workspace, Lens::Lexical).expect("a graph"), only_right(&mut bench));
    assert_eq!(dups::info(&bench.workspace, Lens::Lexical).expect("a read").expect("a graph").filter, "source:right");
    let report = bench.build_as(&whole, &none);
    assert!(report.reused > 0 && report.reused < report.nodes);
    assert_eq!(dups::load(&bench.workspace, Lens::Lexical).expect("a graph"), anew(&mut bench, &whole, &none));
}

#[test]
fn a_damaged_graph_is_named_and_built_anew() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("w.db");
    let mut bench = Bench { folder, workspace: Workspace::create(&path).expect("a workspace") };
    bench.import("a.txt", lines(&prompts(54, 60)));
    bench.build(0.4);
    let whole = dups::load(&bench.workspace, Lens::Lexical).expect("a graph");
    for sql in [
        "UPDATE graph_chunks SET bytes = zeroblob(length(bytes)) WHERE part = 'edges'",
        "UPDATE graph_chunks SET bytes = substr(bytes, 1, length(bytes) - 1) WHERE part = 'digests'",
        "DELETE FROM graph_chunks WHERE part = 'node_of'",
        "UPDATE graph_chunks SET bytes = CAST(replace(hex(bytes), '0', 'F') AS BLOB) WHERE part = 'records'",
    ] {
        Connection::open(&path).expect("the file").execute_batch(sql).expect("damaged");
        let columns = bench.columns();
        let error = dups::view(&bench.workspace, &columns, Lens::Lexical).map(|_| ()).expect_err("damaged");
        assert_eq!(error.kind, Kind::Refused, "{sql}: {error}");
        assert!(error.hint.is_some_and(|hint| hint.contains("tamis duplicates build")), "{sql}");
        assert_eq!(bench.build_as(&lexical(Sets::Words, 0.4), &Folders::default()).reused, 0, "{sql}");
        assert_eq!(dups::load(&bench.workspace, Lens::Lexical).expect("a graph"), whole, "{sql}");
    }
}

#[test]
fn where_the_slider_stood_is_remembered_by_lens_and_method() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("w.db");
    let mut workspace = Workspace::create(&path).expect("a workspace");
    let places = [
        (Lens::Lexical, "words", 735, Policy::Cover),
        (Lens::Lexical, "grams", 500, Policy::Cluster),
        (Lens::Semantic, "tiny bf16", 850, Policy::Every),
        (Lens::Semantic, "tiny f32", 1000, Policy::Cover),
    ];
    for (lens, method, at, policy) in places {
        assert_eq!(dups::remembered(&workspace, lens, method).expect("a read"), None);
        dups::remember(&mut workspace, lens, method, t(10), Policy::Cover).expect("remembered");
        dups::remember(&mut workspace, lens, method, t(at), policy).expect("remembered");
    }
    assert_eq!(history::history(&workspace, 9).expect("a read").len(), 0, "a place on the slider is no change");
    drop(workspace);
    let workspace = Workspace::open_to_read(&path).expect("the workspace again");
    for (lens, method, at, policy) in places {
        assert_eq!(dups::remembered(&workspace, lens, method).expect("a read"), Some((t(at), policy)), "{method}");
    }
    assert_eq!(dups::remembered(&workspace, Lens::Semantic, "words").expect("a read"), None);
    drop(workspace);
    Connection::open(&path).expect("the file").execute_batch("UPDATE preferences SET value = '{'").expect("damaged");
    let workspace = Workspace::open_to_read(&path).expect("the workspace again");
    assert_eq!(dups::remembered(&workspace, Lens::Lexical, "words").expect("a read"), None, "nothing worth an error");
}
