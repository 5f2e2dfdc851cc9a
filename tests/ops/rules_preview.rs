//! A preview in parts is the preview as a whole, which is what a count of every record finds, on any number of threads.

use std::collections::BTreeMap;

use tamis::model::{RecordId, TextDigest};
use tamis::ops::import::ImportArgs;
use tamis::ops::rules::preview::{Fate, Preview, Which, preview, preview_all};
use tamis::ops::rules::refuse::{What, refuse};
use tamis::ops::{rules, undo};
use tamis::progress::Progress;
use tamis::rules::harm::{self, Warning};
use tamis::rules::{Applied, Pipeline, Subject};

use super::{Bench, lines, prompts};
use crate::workspace::model::pipelines;

/// Makes texts equal, unstable and loose, and looks at sources and fields.
const TOML: &str = "name = 'own'
[[rule]]
name = 'last'
kind = 'replace'
pattern = ' [^ ]+$'
with = ''
[[rule]]
name = 'from-b'
kind = 'replace'
pattern = '^a'
with = 'the'
when = { source = 'b', field = { n = '>=2' } }
[[rule]]
name = 'odd'
kind = 'drop-if'
pattern = '^(?=.*red).{3,40}$'
[[rule]]
name = 'gives-up'
kind = 'replace'
pattern = '(\\w+\\s?)+(?!x)\\1Q'
with = ''
";

fn own() -> Pipeline {
    Pipeline::parse(TOML).expect("a pipeline")
}

fn bench() -> Bench {
    let mut bench = Bench::new();
    bench.import("a.txt", lines(&prompts(7, 300)));
    let rows = prompts(8, 150).into_iter().enumerate();
    let rows: String = rows.map(|(n, text)| format!("{}\n", serde_json::json!({"text": text, "n": n % 4}))).collect();
    bench.import("b.jsonl", rows);
    bench.import("c.txt", "gone\n".repeat(99));
    undo::undo(&mut bench.workspace, None, &Progress::none()).expect("undone: an import that is not there");
    // Texts that end the same without being touched, that are dropped, and that a rule gives up on.
    let odd = ["x y", "x z", "x", "X y", "a red b", "red", &format!("{}Q!", "word ".repeat(60)), "x y"];
    bench.import_as("d.txt", lines(&odd.map(str::to_owned)), ImportArgs { split: Some("test".into()), ..ImportArgs::default() });
    let last = bench.rows().last().expect("records").0;
    for (id, what) in [(1, What::Record), (2, What::Change(0)), (last, What::Change(0))] {
        refuse(&mut bench.workspace, &own(), RecordId(id), &what, true).expect("refused");
    }
    bench
}

/// Every record that is there: its id, its raw text, what the rules make of it, and whether anything of it is refused.
fn by_hand(bench: &Bench, pipeline: &Pipeline) -> Vec<(RecordId, String, Applied, bool)> {
    let store = bench.workspace.store();
    let mut all = Vec::new();
    for (source, first, end) in store.source_ranges().expect("sources") {
        let names = store.all_source_names().expect("names");
        let (_, name, split) = names.iter().find(|(id, ..)| *id == source).expect("its name");
        for id in (first..end).map(RecordId) {
            let raw = store.raw_record(id).expect("a read").expect("a record");
            let refused = store.refusals(&TextDigest::of(&raw.text)).expect("a read");
            let subject = Subject { source: name, split: split.as_deref(), fields: raw.fields.as_deref(), set: &[] };
            let applied = pipeline.apply_refusing(&raw.text, &subject, &refused);
            all.push((id, raw.text, applied, !refused.is_empty()));
        }
    }
    all
}

fn whole(bench: &Bench, pipeline: &Pipeline) -> Preview {
    preview_all(&bench.workspace, pipeline, &Progress::none()).expect("a preview")
}

/// All that a preview says, spelled out.
fn said(preview: &Preview) -> impl PartialEq + std::fmt::Debug + use<> {
    let warnings: BTreeMap<&str, u64> = preview.warnings.iter().map(|(warning, n)| (warning.word(), *n)).collect();
    (preview.rules.clone(), preview.totals.clone(), preview.items.clone(), warnings, preview.refused, preview.complete)
}

#[test]
fn every_item_and_count_is_what_a_look_at_every_record_finds() {
    let bench = bench();
    for pipeline in pipelines().into_iter().chain([own()]) {
        let (preview, all) = (whole(&bench, &pipeline), by_hand(&bench, &pipeline));
        let touched = all.iter().filter(|(.., applied, refused)| !applied.is_nothing() || !applied.failed.is_empty() || *refused);
        let mut totals = pipeline.totals();
        all.iter().for_each(|(.., applied, _)| totals.note(applied));
        assert_eq!(preview.totals, totals);
        assert!(preview.complete);
        assert_eq!(preview.refused, all.iter().filter(|(.., refused)| *refused).count() as u64);

        let end = |(_, raw, applied, _): &(RecordId, String, Applied, bool)| {
            applied.dropped_by.is_none().then(|| applied.text.clone().unwrap_or_else(|| raw.clone()))
        };
        let ends: Vec<(&String, Option<String>)> = all.iter().map(|row| (&row.1, end(row))).collect();
        let mut items = preview.items.iter();
        for row @ (id, raw, applied, refused) in touched {
            let item = items.next().expect("an item for each");
            assert_eq!((item.record, item.refused), (*id, *refused));
            assert_eq!(item.dropped_by.map(usize::from), applied.dropped_by);
            assert_eq!(item.fired.iter().map(|&rule| usize::from(rule)).collect::<Vec<_>>(), applied.fired);
            let fate = match (applied.dropped_by, &applied.text) {
                (Some(_), _) => Fate::Dropped,
                (None, Some(_)) => Fate::Changed,
                (None, None) => Fate::Kept,
            };
            assert_eq!(item.fate(), fate);
            let own_end = end(row);
            let is_new = own_end.as_ref().is_some_and(|end| end != raw);
            let equal = is_new && ends.iter().any(|(other, end)| *other != raw && *end == own_end);
            assert_eq!(item.warnings.has(Warning::MakesEqual), equal, "{raw} → {own_end:?}");
            assert_eq!(item.warnings.has(Warning::Failed), !applied.failed.is_empty());
            for warning in Warning::ALL.into_iter().filter(|w| (*w as u8) < Warning::MakesEqual as u8) {
                let seen = own_end.as_ref().is_some_and(|end| harm::warnings(raw, end).has(warning));
                assert_eq!(item.warnings.has(warning), seen && is_new, "{} of {raw}", warning.word());
            }
        }
        assert_eq!(items.next(), None);
        check_rows(&preview);
    }
}

/// The lists of a preview are what their counts say.
fn check_rows(preview: &Preview) {
    let rows = |which: Which| preview.rows(which).len() as u64;
    for warning in Warning::ALL {
        assert_eq!(rows(Which { warning: Some(warning), ..Which::default() }), preview.warned(warning));
    }
    for (rule, counts) in (0u16..).zip(&preview.totals.rules) {
        assert_eq!(rows(Which { rule: Some(rule), ..Which::default() }), counts.changed + counts.dropped);
        assert_eq!(rows(Which { rule: Some(rule), fate: Some(Fate::Dropped), ..Which::default() }), counts.dropped);
    }
    let fates = [Fate::Changed, Fate::Dropped, Fate::Kept].map(|fate| rows(Which { fate: Some(fate), ..Which::default() }));
    assert_eq!(fates[..2], [preview.totals.changed, preview.totals.dropped]);
    assert_eq!(fates.iter().sum::<u64>(), rows(Which::default()));
    assert_eq!(rows(Which { refused: true, ..Which::default() }), preview.refused);
}

#[test]
fn the_own_rules_show_each_kind_of_warning_that_only_many_records_show() {
    let bench = bench();
    let preview = whole(&bench, &own());
    for warning in [Warning::MakesEqual, Warning::Unstable, Warning::Failed] {
        assert!(preview.warned(warning) > 0, "{}", warning.word());
    }
}

#[test]
fn parts_put_together_are_the_whole_and_the_first_one_comes_before_the_end() {
    let bench = bench();
    let mut taken = Preview::of(&own());
    let mut parts = Vec::new();
    let take = |part: rules::Part| {
        parts.push((part.items.len(), part.totals.records, part.last));
        assert!(part.last || part.equal.is_empty());
        taken.take(part);
    };
    preview(&bench.workspace, &own(), &Progress::none(), take).expect("a preview");
    assert_eq!(said(&taken), said(&whole(&bench, &own())));
    assert!(parts.len() > 1 && parts[0].1 < taken.totals.records, "{parts:?}");
    assert!(parts.is_sorted_by_key(|(_, records, _)| *records));
    let ends: Vec<bool> = parts.iter().map(|(.., last)| *last).collect();
    assert_eq!(ends.iter().filter(|last| **last).count(), 1);
    assert_eq!(ends.last(), Some(&true));
}

#[test]
fn any_number_of_threads_finds_and_stores_the_same() {
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| {
            let mut bench = bench();
            let mut seen = Vec::new();
            for pipeline in [own(), pipelines().swap_remove(0)] {
                let preview = whole(&bench, &pipeline);
                let report = rules::apply(&mut bench.workspace, &pipeline, None, &Progress::none()).expect("applied");
                assert_eq!(report.failed, preview.warned(Warning::Failed));
                assert_eq!((report.changed, report.dropped), (preview.totals.changed, preview.totals.dropped));
                seen.push((format!("{:?}", said(&preview)), bench.rows()));
            }
            seen
        })
    };
    let alone = on(1);
    assert_eq!(on(2), alone);
    assert_eq!(on(7), alone);
}

#[test]
fn a_preview_that_is_cancelled_stops() {
    let bench = bench();
    let progress = Progress::new();
    progress.cancel();
    let stopped = preview(&bench.workspace, &own(), &progress, |_| panic!("nothing is told"));
    assert!(stopped.is_err_and(|error| error.is_interrupted()));
}
