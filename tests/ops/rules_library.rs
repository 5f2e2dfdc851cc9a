//! The curator's own pipelines: each change is an operation, and texts follow only when they are applied.

use tamis::model::OpId;
use tamis::ops::rules::library::{self, Edit, Listed};
use tamis::ops::rules::{self, find};
use tamis::ops::{query, undo};
use tamis::progress::Progress;
use tamis::rules::{DEFAULT, Pipeline};

use super::Bench;

const TOML: &str = "name = 'own'\n# why\n[[rule]]\nname = 'reds'\nkind = 'replace'\npattern = 'red'\nwith = 'blue'\n";

fn own() -> Pipeline {
    Pipeline::parse(TOML).expect("a pipeline")
}

fn named(bench: &Bench, name: &str) -> Option<String> {
    bench.workspace.store().named_pipeline(name).expect("a read")
}

fn listed(bench: &Bench, name: &str) -> Option<Listed> {
    library::list(Some(&bench.workspace)).expect("a list").into_iter().find(|listed| listed.name == name)
}

fn apply(bench: &mut Bench, pipeline: &Pipeline) {
    rules::apply(&mut bench.workspace, pipeline, None, &Progress::none()).expect("applied");
}

fn text(bench: &Bench) -> String {
    query::record(&bench.workspace, tamis::model::RecordId(1)).expect("a read").expect("a record").text().to_owned()
}

/// Steps back and forth over an operation that must be there.
fn undo_and_redo(bench: &mut Bench, check_undone: impl Fn(&Bench), check_done: impl Fn(&Bench)) {
    check_done(bench);
    undo::undo(&mut bench.workspace, None, &Progress::none()).expect("undone");
    check_undone(bench);
    undo::redo(&mut bench.workspace, &Progress::none()).expect("redone");
    check_done(bench);
}

#[test]
fn pipelines_are_made_imported_and_taken_away_and_all_of_it_undone() {
    let mut bench = Bench::new();
    let report = library::new(&mut bench.workspace, "empty", None).expect("new");
    assert_eq!((report.name.as_str(), report.rules, report.operation), ("empty", 0, Some(OpId(1))));
    undo_and_redo(&mut bench, |b| assert_eq!(named(b, "empty"), None), |b| assert!(named(b, "empty").is_some()));

    library::new(&mut bench.workspace, "mine", Some("default")).expect("new");
    let copy = named(&bench, "mine").expect("it is there");
    assert_eq!(copy, DEFAULT.replacen("name = \"default\"", "name = \"mine\"", 1), "but for its name byte for byte");

    library::import(&mut bench.workspace, &own(), None, "rules.toml").expect("imported");
    library::import(&mut bench.workspace, &own(), Some("other"), "rules.toml").expect("imported");
    assert_eq!(named(&bench, "own").as_deref(), Some(TOML));
    assert_eq!(named(&bench, "other"), Some(TOML.replace("'own'", "\"other\"")));

    let report = library::remove(&mut bench.workspace, "own").expect("removed");
    assert_eq!((report.rules, report.digest), (1, own().digest()));
    undo_and_redo(&mut bench, |b| assert_eq!(named(b, "own").as_deref(), Some(TOML)), |b| assert_eq!(named(b, "own"), None));
    let names: Vec<String> =
        library::list(Some(&bench.workspace)).expect("a list").into_iter().map(|listed| listed.name).collect();
    assert_eq!(names[..3], ["empty", "mine", "other"]);
    assert!(names.contains(&"default".to_owned()));
}

#[test]
fn names_that_are_taken_or_none_are_refused() {
    let mut bench = Bench::new();
    library::import(&mut bench.workspace, &own(), None, "rules.toml").expect("imported");
    for name in ["own", "default", "a b", "", "-a", "a/b"] {
        let error = library::new(&mut bench.workspace, name, None).expect_err(name);
        assert!(error.hint.is_some(), "{name}");
        assert!(library::import(&mut bench.workspace, &own(), Some(name), "x").is_err(), "{name}");
    }
    assert!(library::new(&mut bench.workspace, "x", Some("no-such-file.toml")).is_err());
    for name in ["default", "none"] {
        assert!(library::remove(&mut bench.workspace, name).expect_err("not the curator's").hint.is_some());
    }
    let taken = Edit::Whole(TOML.replace("'own'", "'default'"));
    assert!(library::edit(&mut bench.workspace, &own(), &taken).is_err());
    assert!(library::edit(&mut bench.workspace, &own(), &Edit::Whole("name = 'own'\nrule = 3".into())).is_err());
    assert!(library::edit(&mut bench.workspace, &own(), &Edit::Enable(7, false)).is_err());
    assert_eq!(named(&bench, "own").as_deref(), Some(TOML));
    assert_eq!(bench.workspace.store().operations(9).expect("a read").len(), 1, "what is refused is no operation");
}

#[test]
fn each_edit_is_one_operation_and_says_what_it_did() {
    let mut bench = Bench::new();
    library::import(&mut bench.workspace, &own(), None, "rules.toml").expect("imported");
    let second = "[[rule]]\nname = 'cats'\nkind = 'replace'\npattern = 'cat'\nwith = 'dog'";
    for (edit, words) in [
        (Edit::Insert(1, second.into()), "add a rule"),
        (Edit::Move { from: 1, to: 0 }, "cats to place 1"),
        (Edit::Enable(0, false), "cats off"),
        (Edit::Enable(0, true), "cats on"),
        (Edit::Fixpoint(true), "go to the fixpoint"),
        (Edit::Rewrite(0, second.replace("dog", "owl")), "edit cats"),
        (Edit::Remove(0), "remove cats"),
        (Edit::Whole(TOML.replace("blue", "green")), "edit rules own"),
    ] {
        let before = named(&bench, "own");
        let pipeline = find(Some(&bench.workspace), Some("own")).expect("it is there");
        let report = library::edit(&mut bench.workspace, &pipeline, &edit).expect("an edit");
        let after = named(&bench, "own");
        assert_eq!(after.as_deref().map(|source| Pipeline::parse(source).expect("valid").digest()), Some(report.digest));
        let operation = bench.workspace.store().operations(1).expect("a read").remove(0);
        assert!(operation.description.contains(words), "{} for {edit:?}", operation.description);
        assert!(operation.command.starts_with("tamis rules ") && operation.command.contains("own"), "{}", operation.command);
        undo_and_redo(&mut bench, |b| assert_eq!(named(b, "own"), before), |b| assert_eq!(named(b, "own"), after));
    }
    let pipeline = find(Some(&bench.workspace), Some("own")).expect("it is there");
    let nothing = library::edit(&mut bench.workspace, &pipeline, &Edit::Enable(0, true)).expect("nothing to do");
    assert_eq!(nothing.operation, None);
}

#[test]
fn editing_the_rules_in_force_changes_no_text_until_they_are_applied() {
    let mut bench = Bench::new();
    bench.import("a.txt", "a red cat\n");
    library::import(&mut bench.workspace, &own(), None, "rules.toml").expect("imported");
    apply(&mut bench, &own());
    let is = |bench: &Bench| listed(bench, "own").map(|own| (own.in_force, own.changed));
    assert_eq!(is(&bench), Some((true, false)));
    let edit = Edit::Whole(TOML.replace("blue", "green"));
    let report = library::edit(&mut bench.workspace, &own(), &edit).expect("an edit");
    assert!(report.stale.records.is_empty() && !report.stale.everything && report.stale.rules);
    assert_eq!((text(&bench).as_str(), is(&bench)), ("a blue cat", Some((false, true))));
    bench.import("b.txt", "a red dog\n");
    assert_eq!(bench.rows()[1].1, "a blue dog", "new records are ruled by what is in force");
    let green = find(Some(&bench.workspace), Some("own")).expect("it is there");
    apply(&mut bench, &green);
    assert_eq!((text(&bench).as_str(), is(&bench)), ("a green cat", Some((true, false))));
    library::remove(&mut bench.workspace, "own").expect("removed");
    assert_eq!(text(&bench), "a green cat", "what is in force stays in force");
    assert_eq!(listed(&bench, "own").map(|own| own.in_force), Some(true));
    (0..2).for_each(|_| _ = undo::undo(&mut bench.workspace, None, &Progress::none()).expect("undone"));
    assert_eq!((text(&bench).as_str(), is(&bench)), ("a blue cat", Some((false, true))));
}

#[test]
fn a_built_in_pipeline_that_is_edited_becomes_the_curators_own() {
    let mut bench = Bench::new();
    let default = find(Some(&bench.workspace), Some("default")).expect("built in");
    library::edit(&mut bench.workspace, &default, &Edit::Enable(0, false)).expect("an edit");
    let mine = find(Some(&bench.workspace), Some("default")).expect("it is there");
    assert!(!mine.rules()[0].enabled);
    assert_eq!(listed(&bench, "default").map(|listed| listed.built_in), Some(false));
    library::remove(&mut bench.workspace, "default").expect("the curator's goes");
    assert_eq!(find(Some(&bench.workspace), Some("default")).expect("built in").source(), DEFAULT);
    assert_eq!(listed(&bench, "default").map(|listed| listed.built_in), Some(true));
}
