//! Random operations on a real file and on the model: after each, every record is what the model says, and undo is exactly the way back.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use tamis::error::Kind;
use tamis::model::{self, Changed, Judgement, Lens, Mark, OpId, Policy, RecordId, State, TextPair, Threshold};
use tamis::ops::check::{Asked, Name, Verdict};
use tamis::ops::import::ImportArgs;
use tamis::ops::mark::MarkArgs;
use tamis::ops::split::{SplitArgs, Stratum};
use tamis::ops::{self};
use tamis::progress::Progress;
use tamis::query::Columns;
use tamis::rules::Pipeline;
use tamis::shelf::Folders;
use tamis::splits::Targets;
use tamis::workspace::Workspace;

use super::actions::{Action, action, text};
use super::ground::ground;
use super::model::{Effective, Model, Raw, Source, pipelines};

/// A workspace on disk beside its model.
pub(super) struct Bench {
    folder: tempfile::TempDir,
    pub(super) path: PathBuf,
    pub(super) workspace: Workspace,
    /// Kept up to date by patches, as a front end does.
    pub(super) columns: Columns,
    pub(super) model: Model,
    pub(super) pipelines: Vec<Pipeline>,
    imports: usize,
}

/// What an operation came to: whether one was logged, and what it says went stale.
pub(super) type Outcome = Result<(bool, Changed), Kind>;

impl Bench {
    fn new() -> Bench {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("w.db");
        let mut workspace = Workspace::create(&path).expect("a workspace");
        let columns = ops::query::columns(&mut workspace, &Progress::none()).expect("columns");
        Bench { folder, path, workspace, columns, model: Model::default(), pipelines: pipelines(), imports: 0 }
    }

    pub(super) fn record(&self, pick: u16) -> Option<usize> {
        let active = self.model.active();
        (!active.is_empty()).then(|| active[pick as usize % active.len()])
    }

    /// Does it to both, and compares what they say of it.
    fn act(&mut self, action: &Action) {
        let (expected, done) = match action {
            Action::Import { texts, split, protect } => self.import(texts, *split, *protect),
            Action::Mark { picks, mark, reason } => self.mark(picks, *mark, *reason),
            Action::Edit { pick, text } => self.edit(*pick, text.as_deref()),
            Action::ApplyRules(which) => self.apply_rules(*which as usize),
            Action::ClearRules => self.clear_rules(),
            Action::Duplicates { threshold, policy } => self.duplicates(Threshold::from_thousandths(*threshold), *policy),
            Action::Split { shares, seed, threshold, by, extend } => {
                let targets = Targets::parse(shares, "").expect("shares");
                let (by, threshold) =
                    (by.then_some(Stratum::Source).into_iter().collect(), Threshold::from_thousandths(*threshold));
                self.split(&SplitArgs { seed: *seed, by, threshold, extend: *extend, ..SplitArgs::of(targets) })
            }
            Action::Assign { picks, split } => self.assign(picks, *split),
            Action::FixLeakage { losers, threshold } => self.fix_leakage(losers, Threshold::from_thousandths(*threshold)),
            Action::Protect { pick, on } => self.protect(*pick, *on),
            Action::Judge { picks, said, sampled } => self.judge(*picks, *said, *sampled),
            Action::Cut { pick, threshold } => self.cut(*pick, Threshold::from_thousandths(*threshold)),
            Action::Set { key, values } => self.set(key, values),
            Action::Undo { named, with_later } => self.undo(*named, *with_later),
            Action::Redo => self.redo(),
            Action::Reopen => {
                self.reopen();
                return;
            }
        };
        assert_eq!(done.as_ref().map(|(logged, _)| *logged).map_err(|kind| *kind), expected, "{action:?}");
        if let Ok((_, changed)) = done {
            self.patch(&changed);
        }
    }

    fn import(&mut self, texts: &[String], split: Option<&str>, protect: bool) -> (Result<bool, Kind>, Outcome) {
        self.imports += 1;
        let name = format!("s{}", self.imports);
        let file = self.folder.path().join(format!("{name}.jsonl"));
        let lines = texts.iter().map(|text| format!("{}\n", serde_json::json!({"text": text, "import": self.imports})));
        std::fs::write(&file, lines.collect::<String>()).expect("a file");
        let number = self.model.sources.len() + 1;
        self.model.sources.push(Source { name, split: split.map(str::to_owned) });
        self.model.records.extend(texts.iter().map(|text| Raw { source: number, text: text.clone(), import: self.imports }));
        let mut after = self.model.ground.clone();
        after.insert(format!("active/{number}"), "1".into());
        if protect {
            after.insert(format!("protected/{number}"), "1".into());
        }
        let logged = self.model.commit(after);
        let args = ImportArgs { files: vec![file], split: split.map(str::to_owned), protect, ..ImportArgs::default() };
        let report = ops::import::import(&mut self.workspace, args, &Progress::none());
        (Ok(logged), report.map(|r| (r.operation.is_some(), r.stale)).map_err(|e| e.kind))
    }

    fn mark(&mut self, picks: &[u16], mark: Option<Mark>, reason: Option<&str>) -> (Result<bool, Kind>, Outcome) {
        let records: Vec<usize> = picks.iter().filter_map(|&pick| self.record(pick)).collect();
        let mut after = self.model.ground.clone();
        for record in &records {
            match mark {
                Some(mark) => {
                    let reason = reason.map(|r| format!(": {r}")).unwrap_or_default();
                    after.insert(format!("mark/{record}"), format!("{}{reason}", mark.word()));
                }
                None => _ = after.remove(&format!("mark/{record}")),
            }
        }
        let logged = self.model.commit(after);
        let records = records.into_iter().map(|r| RecordId(r as u32)).collect();
        let args = MarkArgs { records, mark, reason: reason.map(str::to_owned), filter: None };
        let report = ops::mark::mark(&mut self.workspace, args, &Progress::none());
        (Ok(logged), report.map(|r| (r.operation.is_some(), r.stale)).map_err(|e| e.kind))
    }

    fn edit(&mut self, pick: u16, text: Option<&str>) -> (Result<bool, Kind>, Outcome) {
        let Some(record) = self.record(pick) else {
            let absent = ops::edit::edit(&mut self.workspace, RecordId(1), text.map(str::to_owned));
            return (Err(Kind::Refused), absent.map(|r| (r.operation.is_some(), r.stale)).map_err(|e| e.kind));
        };
        let raw = self.model.records[record - 1].text.clone();
        let ruled = self.model.ruled(record, &self.pipelines).and_then(|o| o.text).unwrap_or(raw);
        let mut after = self.model.ground.clone();
        match text.filter(|text| *text != ruled) {
            Some(text) => after.insert(format!("edit/{record}"), text.to_owned()),
            None => after.remove(&format!("edit/{record}")),
        };
        let logged = self.model.commit(after);
        let report = ops::edit::edit(&mut self.workspace, RecordId(record as u32), text.map(str::to_owned));
        (Ok(logged), report.map(|r| (r.operation.is_some(), r.stale)).map_err(|e| e.kind))
    }

    fn apply_rules(&mut self, which: usize) -> (Result<bool, Kind>, Outcome) {
        let known = self.model.saved.iter().position(|&p| p == which).unwrap_or_else(|| {
            self.model.saved.push(which);
            self.model.saved.len() - 1
        });
        let mut after = self.model.ground.clone();
        after.insert("setting/pipeline".into(), (known + 1).to_string());
        let logged = self.model.commit(after);
        let report = ops::rules::apply(&mut self.workspace, &self.pipelines[which], None, &Progress::none());
        let counts = report.as_ref().map(|r| (r.changed, r.dropped)).expect("rules apply");
        let active = self.model.active();
        let outcomes: Vec<_> = active.iter().filter_map(|&r| self.model.ruled(r, &self.pipelines)).collect();
        let dropped = outcomes.iter().filter(|o| o.dropped_by.is_some()).count() as u64;
        let changed = outcomes.iter().filter(|o| o.dropped_by.is_none() && o.text.is_some()).count() as u64;
        assert_eq!(counts, (changed, dropped));
        (Ok(logged), report.map(|r| (r.operation.is_some(), r.stale)).map_err(|e| e.kind))
    }

    fn clear_rules(&mut self) -> (Result<bool, Kind>, Outcome) {
        let mut after = self.model.ground.clone();
        let expected = match after.remove("setting/pipeline") {
            Some(_) => Ok(self.model.commit(after)),
            None => Err(Kind::Refused),
        };
        (expected, ops::rules::clear(&mut self.workspace).map(|changed| (true, changed)).map_err(|e| e.kind))
    }

    /// The graph of now; what an earlier one knows is taken over.
    pub(super) fn build(&mut self) {
        let wish = ops::duplicates::Wish { floor: 0.3, ..ops::duplicates::Wish::of(Lens::Lexical) };
        ops::duplicates::build(&mut self.workspace, &wish, &Folders::default(), &Progress::none()).expect("a graph");
    }

    fn duplicates(&mut self, threshold: Threshold, policy: Policy) -> (Result<bool, Kind>, Outcome) {
        let none = Progress::none();
        self.build();
        let columns = ops::query::columns(&mut self.workspace, &none).expect("columns");
        let view = ops::duplicates::view(&self.workspace, &columns, Lens::Lexical).expect("a view");
        let proposals = self.model.proposals(threshold.value(), policy, &self.pipelines);
        let consequences = ops::duplicates::consequences(&view, &columns, threshold, policy);
        assert_eq!(consequences.dropped, proposals.len() as u64);
        let mut after = self.model.ground.clone();
        after.retain(|key, drop| !key.starts_with("duplicate/") || drop.ends_with(" leakage"));
        for (record, witness, score) in proposals {
            after.insert(format!("duplicate/{record}"), format!("{witness} at {:.6}", f64::from(score)));
        }
        let recipe =
            format!(r#"{{"lens":"lexical","threshold":{:?},"policy":"{}","method":"words"}}"#, threshold.value(), policy.word());
        after.insert("setting/duplicates".into(), recipe);
        let logged = self.model.commit(after);
        let report = ops::duplicates::apply(&mut self.workspace, &view, threshold, policy, None, &none);
        (Ok(logged), report.map(|r| (r.operation.is_some(), r.stale)).map_err(|e| e.kind))
    }

    fn protect(&mut self, pick: u16, on: bool) -> (Result<bool, Kind>, Outcome) {
        let active: Vec<usize> = (1..=self.model.sources.len()).filter(|&s| self.model.get("active", s).is_some()).collect();
        let Some(&source) = active.get(pick as usize % active.len().max(1)) else {
            return (
                Err(Kind::Refused),
                ops::sources::protect(&mut self.workspace, "none", on).map(|c| (true, c)).map_err(|e| e.kind),
            );
        };
        let mut after = self.model.ground.clone();
        match on {
            true => after.insert(format!("protected/{source}"), "1".into()),
            false => after.remove(&format!("protected/{source}")),
        };
        let name = self.model.sources[source - 1].name.clone();
        let logged = self.model.commit(after);
        let changed = ops::sources::protect(&mut self.workspace, &name, on);
        (Ok(logged), changed.map(|c| (c.sources, c)).map_err(|e| e.kind))
    }

    fn judge(&mut self, picks: (u16, u16), said: Option<model::Verdict>, sampled: bool) -> (Result<bool, Kind>, Outcome) {
        let [a, b] = [picks.0, picks.1].map(|pick| self.record(pick).unwrap_or(1));
        let pair = self.record(0).and_then(|_| {
            let digest = |record| tamis::similarity::digest(&self.model.effective(record, &self.pipelines).text);
            TextPair::new(digest(a), digest(b))
        });
        let expected = pair.ok_or(Kind::Refused).map(|pair| {
            let mut after = self.model.ground.clone();
            let sample = if sampled { " of a sample" } else { "" };
            match said {
                Some(said) => after.insert(format!("judgement/{pair}"), format!("{}{sample}", said.word())),
                None => after.remove(&format!("judgement/{pair}")),
            };
            self.model.commit(after)
        });
        let pairs = [(RecordId(a as u32), RecordId(b as u32))];
        let judgement = said.map(|verdict| Judgement { verdict, sampled });
        let report = ops::duplicates::judge(&mut self.workspace, &self.columns, &pairs, judgement);
        (expected, report.map(|r| (r.operation.is_some(), r.stale)).map_err(|e| e.kind))
    }

    /// Which link is the weakest is the workspace's business; that two records of one text are never judged is the model's.
    fn cut(&mut self, pick: u16, threshold: Threshold) -> (Result<bool, Kind>, Outcome) {
        self.build();
        let columns = ops::query::columns(&mut self.workspace, &Progress::none()).expect("columns");
        let view = ops::duplicates::view(&self.workspace, &columns, Lens::Lexical).expect("a view");
        let member = RecordId(self.record(pick).unwrap_or(1) as u32);
        let done = ops::duplicates::cut_weakest(&mut self.workspace, &columns, &view, threshold, member);
        let judged: Vec<_> = ground(&self.path).into_iter().filter(|(key, _)| key.starts_with("judgement/")).collect();
        let expected = done.as_ref().map_err(|e| e.kind).map(|report| {
            let mut after = self.model.ground.clone();
            after.retain(|key, _| !key.starts_with("judgement/"));
            after.extend(judged);
            let known = self.model.similarity(&self.pipelines);
            assert!(report.plan.weakest >= threshold.value() && report.plan.pairs > 0);
            let logged = self.model.commit(after);
            // It was one cluster, so some pair of it is none any more.
            let (now, active) = (self.model.similarity(&self.pipelines), self.model.active());
            let lost = |a: usize, b: usize| known.score(a, b).is_some() && now.score(a, b).is_none();
            assert!(active.iter().any(|&a| active.iter().any(|&b| lost(a, b))));
            logged
        });
        (expected, done.map(|r| (r.operation.is_some(), r.stale)).map_err(|e| e.kind))
    }

    fn set(&mut self, key: &str, values: &[&str]) -> (Result<bool, Kind>, Outcome) {
        let mut after = self.model.ground.clone();
        match values {
            [] => after.remove(&format!("setting/duplicates.{key}")),
            _ => after.insert(format!("setting/duplicates.{key}"), serde_json::to_string(values).expect("JSON")),
        };
        let logged = self.model.commit(after);
        let owned: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
        let report = match key {
            "mask" => ops::duplicates::set_mask(&mut self.workspace, &owned),
            "order" => {
                let criteria: Vec<_> = owned.iter().map(|word| word.parse().expect("a criterion")).collect();
                ops::duplicates::set_keeper_order(&mut self.workspace, &criteria)
            }
            _ => ops::duplicates::set_protected_splits(&mut self.workspace, &owned),
        };
        (Ok(logged), report.map(|r| (r.operation.is_some(), r.stale)).map_err(|e| e.kind))
    }

    fn undo(&mut self, named: Option<u16>, with_later: bool) -> (Result<bool, Kind>, Outcome) {
        let entries = self.model.entries();
        let named = named.filter(|_| entries > 0).map(|pick| pick as usize % entries + 1);
        let expected = self.model.undo(named, with_later);
        let done = match named.map(|n| OpId(n as u32)) {
            Some(operation) if with_later => ops::undo::undo_with_later(&mut self.workspace, operation, &Progress::none()),
            operation => ops::undo::undo(&mut self.workspace, operation, &Progress::none()),
        };
        if let (Some(expected), Ok(done)) = (&expected, &done) {
            let undone = done.later.iter().map(|taken| taken.operation).chain([done.operation]);
            assert_eq!(undone.map(|operation| operation.0 as usize).collect::<Vec<_>>(), *expected);
        }
        let told = done.map(|step| (true, step.stale)).map_err(|e| e.kind);
        (expected.map(|_| true).ok_or(Kind::Refused), told)
    }

    fn redo(&mut self) -> (Result<bool, Kind>, Outcome) {
        let expected = self.model.redo();
        let done = ops::undo::redo(&mut self.workspace, &Progress::none());
        if let (Some(expected), Ok(done)) = (expected, &done) {
            assert_eq!(done.operation.0 as usize, expected);
        }
        let told = done.map(|step| (true, step.stale)).map_err(|e| e.kind);
        (expected.map(|_| true).ok_or(Kind::Refused), told)
    }

    fn reopen(&mut self) {
        let other = Workspace::in_memory().expect("memory");
        drop(std::mem::replace(&mut self.workspace, other));
        self.workspace = Workspace::open(&self.path).expect("the same workspace");
    }

    /// What a front end does with the news.
    fn patch(&mut self, changed: &Changed) {
        let patched = !changed.everything
            && !changed.sources
            && ops::query::patch(&mut self.workspace, &mut self.columns, &changed.records).expect("a patch");
        if !patched {
            self.columns = ops::query::columns(&mut self.workspace, &Progress::none()).expect("columns");
        }
    }

    /// Every record, the ground, and the columns.
    fn compare(&mut self) {
        assert_eq!(ground(&self.path), self.model.ground);
        assert_eq!(self.model.replayed(), self.model.ground, "what is undone might never have been done");
        let ids: Vec<RecordId> = (1..=self.model.records.len() as u32).map(RecordId).collect();
        let found: BTreeMap<u32, Effective> =
            ops::query::records(&self.workspace, &ids).expect("records").iter().map(|r| (r.id.0, effective(r))).collect();
        let expected: BTreeMap<u32, Effective> =
            self.model.active().into_iter().map(|r| (r as u32, self.model.effective(r, &self.pipelines))).collect();
        assert_eq!(found, expected);
        let fresh = ops::query::columns(&mut self.workspace, &Progress::none()).expect("columns");
        assert_eq!(rows(&self.columns), rows(&fresh), "patched and fresh columns");
        assert_eq!(self.columns.text_digest(), fresh.text_digest());
        let sources = self.workspace.store().sources().expect("sources");
        let fall = tamis::versions::waterfall(&fresh, &sources);
        assert!(fall.adds_up() && fall.total.counts.accepted == fresh.len() as u64, "{fall:?}");
        for (position, (id, expected)) in expected.iter().enumerate() {
            assert_eq!(fresh.id(position).0, *id);
            assert_eq!((fresh.text(position), fresh.state(position).word()), (expected.text.as_str(), expected.state));
            assert_eq!(fresh.split_name(position), expected.split.as_deref());
            assert_eq!(fresh.is_kept(position), fresh.state(position) != State::Drop);
        }
    }
}

fn effective(record: &tamis::model::Record) -> Effective {
    let (state, cause) = record.state();
    Effective {
        text: record.text().to_owned(),
        state: state.word(),
        cause: cause.map(|c| c.to_string()),
        split: record.assignment.as_ref().map(|a| a.split.clone()),
    }
}

/// Columns spelled out, so that two with other numbers for the same words are equal.
fn rows(columns: &Columns) -> Vec<String> {
    let row = |p: usize| {
        let fired = columns.fired(p).map(|f| columns.names.fired[f as usize].clone());
        let dropped_by = columns.dropped_by(p).map(|r| columns.names.rules[r as usize].clone());
        format!(
            "{} {:?} {:?} {:?} {:?} {fired:?} {dropped_by:?} {} {}",
            columns.id(p),
            columns.text(p),
            columns.state(p),
            columns.cause(p),
            columns.split_name(p),
            columns.source_name(p),
            columns.chars(p)
        )
    };
    (0..columns.len()).map(row).collect()
}

/// All the way down to the empty workspace and up again, the same ground at every floor.
fn down_and_up(bench: &mut Bench) {
    let top = ground(&bench.path);
    let mut floors = 0;
    while bench.model.undo(None, false).is_some() {
        ops::undo::undo(&mut bench.workspace, None, &Progress::none()).expect("one more");
        assert_eq!(ground(&bench.path), bench.model.ground);
        floors += 1;
    }
    assert_eq!(ground(&bench.path), Default::default());
    assert!(ops::undo::undo(&mut bench.workspace, None, &Progress::none()).is_err_and(|e| e.kind == Kind::Refused));
    assert_eq!(ops::query::record_count(&bench.workspace).expect("a count"), 0);
    bench.reopen();
    for _ in 0..floors {
        bench.model.redo().expect("as many as were undone");
        ops::undo::redo(&mut bench.workspace, &Progress::none()).expect("one more");
    }
    bench.columns = ops::query::columns(&mut bench.workspace, &Progress::none()).expect("columns");
    bench.compare();
    assert_eq!(ground(&bench.path), top);
}

fn check(path: &Path) {
    let mut workspace = Workspace::open_to_read(path).expect("a workspace");
    // Whether the workspace is sound, not whether these texts make a data set.
    let sound = Asked { only: vec![Name::File, Name::Invariants, Name::Derived], ..Asked::default() };
    let report = ops::check::check_as(&mut workspace, &sound, &Progress::none()).expect("a check");
    assert_ne!(report.verdict, Verdict::Blocked, "{report:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, max_shrink_iters: 400, ..ProptestConfig::default() })]

    #[test]
    fn every_record_is_what_the_model_says_and_undo_is_the_way_back(
        first in prop::collection::vec(text(), 3..9),
        actions in prop::collection::vec(action(), 6..22),
    ) {
        let mut bench = Bench::new();
        bench.act(&Action::Import { texts: first, split: None, protect: false });
        for action in &actions {
            bench.act(action);
            bench.compare();
        }
        check(&bench.path);
        down_and_up(&mut bench);
        check(&bench.path);
    }
}
