//! Random sequences of imports, rules, refusals, edits, undo and redo on a real file: no stored outcome is ever stale or mixed, and
//! undo is exactly the way back.

use std::path::PathBuf;

use proptest::prelude::*;
use tamis::error::Kind;
use tamis::model::{RecordId, Refusal, TextDigest};
use tamis::ops::import::{ImportArgs, import};
use tamis::ops::rules::library::{self, Edit};
use tamis::ops::rules::refuse::{What, refuse};
use tamis::ops::rules::{self, trace};
use tamis::ops::{edit, query, undo};
use tamis::progress::Progress;
use tamis::rules::Pipeline;
use tamis::workspace::Workspace;

use super::rules_fresh::assert_fresh;

/// They share changes, so that a refusal of one holds for the other.
const PIPELINES: [&str; 3] = [
    "name = 'own'
[[rule]]
name = 'reds'
kind = 'replace'
pattern = 'red'
with = 'blue'
[[rule]]
name = 'tags'
kind = 'remove-phrases'
phrases = ['8k', 'wlop']
[[rule]]
name = 'no-owls'
kind = 'drop-if'
contains_any = ['owl']
",
    "name = 'other'
fixpoint = true
[[rule]]
name = 'tags'
kind = 'remove-phrases'
phrases = ['8k']
when = { not = { source = 's1' } }
[[rule]]
name = 'shout'
kind = 'replace'
patterns = [['cat', 'CAT'], ['(?<!b)red', 'blue']]
[[rule]]
name = 'short'
kind = 'drop-if'
words_less_than = 2
when = { split = '' }
",
    "name = 'fields'
[[rule]]
name = 'blues'
kind = 'replace'
pattern = 'blue'
with = 'red'
when = { field = { n = '>1' } }
[[rule]]
name = 'no-owls'
kind = 'drop-if'
pattern = '^owl'
",
];

/// Few texts, so that several records share one.
const TEXTS: [&str; 8] =
    ["a red cat", "a red cat, 8k", "an owl", "owl, 8k, red red", "blue, wlop, 8k, cat", "cat", "8k", "a field at night"];

/// Choices are numbers that each action maps to what there is at that moment.
#[derive(Debug, Clone)]
enum Action {
    Import { texts: Vec<usize>, split: bool },
    Apply(usize),
    ApplyNamed(usize),
    Clear,
    Refuse { record: usize, what: usize, with: usize, refuse: bool },
    AcceptOld(usize),
    New(usize),
    EditRules { pipeline: usize, edit: usize },
    Remove(usize),
    EditText { record: usize, text: usize },
    Undo,
    Redo,
    Reopen,
}

fn action() -> impl Strategy<Value = Action> {
    let n = || 0usize..60;
    prop_oneof![
        2 => (prop::collection::vec(n(), 1..4), any::<bool>()).prop_map(|(texts, split)| Action::Import { texts, split }),
        3 => n().prop_map(Action::Apply),
        1 => n().prop_map(Action::ApplyNamed),
        1 => Just(Action::Clear),
        6 => (n(), n(), n(), prop::bool::weighted(0.75))
            .prop_map(|(record, what, with, refuse)| Action::Refuse { record, what, with, refuse }),
        1 => n().prop_map(Action::AcceptOld),
        1 => n().prop_map(Action::New),
        2 => (n(), n()).prop_map(|(pipeline, edit)| Action::EditRules { pipeline, edit }),
        1 => n().prop_map(Action::Remove),
        1 => (n(), n()).prop_map(|(record, text)| Action::EditText { record, text }),
        4 => Just(Action::Undo),
        2 => Just(Action::Redo),
        1 => Just(Action::Reopen),
    ]
}

/// All that undo must bring back, as far as rules go.
#[derive(Debug, Clone, PartialEq)]
struct Seen {
    in_force: Option<String>,
    refusals: Vec<(TextDigest, Vec<Refusal>)>,
    named: Vec<(String, String)>,
    rows: Vec<(RecordId, String, &'static str)>,
}

struct Desk {
    folder: tempfile::TempDir,
    path: PathBuf,
    workspace: Workspace,
    imports: usize,
    /// What was seen before each operation in force, and after each that is undone.
    before: Vec<Seen>,
    undone: Vec<Seen>,
}

impl Desk {
    fn new() -> Desk {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("w.db");
        let workspace = Workspace::create(&path).expect("a workspace");
        Desk { folder, path, workspace, imports: 0, before: Vec::new(), undone: Vec::new() }
    }

    fn seen(&mut self) -> Seen {
        let columns = query::columns(&mut self.workspace, &Progress::none()).expect("columns");
        let row = |p: usize| (columns.id(p), columns.text(p).to_owned(), columns.state(p).word());
        let store = self.workspace.store();
        Seen {
            in_force: store.pipeline().expect("read").map(|saved| saved.digest),
            refusals: store.all_refusals().expect("read"),
            named: store.named_pipelines().expect("read"),
            rows: (0..columns.len()).map(row).collect(),
        }
    }

    fn record(&mut self, pick: usize) -> Option<RecordId> {
        let rows = self.seen().rows;
        (!rows.is_empty()).then(|| rows[pick % rows.len()].0)
    }

    fn pipeline(&self, pick: usize) -> Pipeline {
        let named = self.workspace.store().named_pipelines().expect("read");
        let sources: Vec<&str> = PIPELINES.into_iter().chain(named.iter().map(|(_, source)| source.as_str())).collect();
        Pipeline::parse(sources[pick % sources.len()]).expect("a pipeline")
    }

    /// Whether an operation was logged; `Err` where the verb was refused.
    fn act(&mut self, action: &Action) -> Result<bool, Kind> {
        let none = Progress::none();
        let logged = match action {
            Action::Import { texts, split } => {
                self.imports += 1;
                let file = self.folder.path().join(format!("s{}.jsonl", self.imports));
                let line = |text: &usize| serde_json::json!({"text": TEXTS[text % TEXTS.len()], "n": text, "i": self.imports});
                std::fs::write(&file, texts.iter().map(|text| format!("{}\n", line(text))).collect::<String>()).expect("a file");
                let split = split.then(|| "train".to_owned());
                let args = ImportArgs { files: vec![file], split, ..ImportArgs::default() };
                import(&mut self.workspace, args, &none).map(|report| report.operation.is_some())
            }
            Action::Apply(n) => {
                let pipeline = self.pipeline(*n);
                let report = rules::apply(&mut self.workspace, &pipeline, None, &none);
                report.map(|report| {
                    assert_eq!(report.failed, 0);
                    report.operation.is_some()
                })
            }
            Action::ApplyNamed(n) => {
                let named = self.workspace.store().named_pipelines().expect("read");
                let Some((_, source)) = named.get(n % named.len().max(1)) else { return Ok(false) };
                let pipeline = Pipeline::parse(source).expect("a pipeline");
                rules::apply(&mut self.workspace, &pipeline, None, &none).map(|report| report.operation.is_some())
            }
            Action::Clear => rules::clear(&mut self.workspace).map(|_| true),
            Action::Refuse { record, what, with, refuse: refuses } => {
                let Some(id) = self.record(*record) else { return Ok(false) };
                let pipeline = match rules::in_force(&self.workspace).expect("read").filter(|_| with % 4 > 0) {
                    Some(saved) => Pipeline::parse(&saved.source).expect("it was applied"),
                    None => self.pipeline(*with),
                };
                let what = match what % 8 {
                    0 => What::Record,
                    1 => What::Rule(pipeline.rule_names().first().copied().unwrap_or("none").to_owned()),
                    2 => What::Rule(pipeline.rule_names().last().copied().unwrap_or("none").to_owned()),
                    n => What::Change(n - 3),
                };
                refuse(&mut self.workspace, &pipeline, id, &what, *refuses).map(|report| report.operation.is_some())
            }
            Action::AcceptOld(record) => {
                let Some(id) = self.record(*record) else { return Ok(false) };
                let pipeline = self.pipeline(0);
                let trace = trace(&self.workspace, &pipeline, id).expect("read").expect("it is there");
                let Some(refusal) = trace.unproposed.first().cloned() else { return Ok(false) };
                let report = refuse(&mut self.workspace, &pipeline, id, &What::This(refusal.clone()), false);
                report.map(|report| {
                    assert_eq!(report.accepted, [refusal.to_string()]);
                    report.operation.is_some()
                })
            }
            Action::New(n) => {
                let name = format!("mine-{}", n % 3);
                let pipeline = self.pipeline(*n);
                let from = self.workspace.store().named_pipelines().expect("read").into_iter().next().map(|(name, _)| name);
                match from {
                    Some(from) => library::new(&mut self.workspace, &name, Some(&from)).map(|report| report.operation.is_some()),
                    None => library::import(&mut self.workspace, &pipeline, Some(&name), "rules.toml")
                        .map(|report| report.operation.is_some()),
                }
            }
            Action::EditRules { pipeline, edit } => {
                let pipeline = self.pipeline(*pipeline);
                let rules = pipeline.rules().len();
                let edit = match edit % 6 {
                    0 => Edit::Enable(edit / 6 % 3, true),
                    1 => Edit::Enable(edit / 6 % 3, false),
                    2 => Edit::Move { from: edit / 6 % 3, to: edit / 18 % 3 },
                    3 => Edit::Remove(edit / 6 % 3),
                    4 => Edit::Fixpoint(edit / 6 % 2 == 0),
                    _ => Edit::Insert(
                        rules,
                        format!("[[rule]]\nname = 'x{rules}-{edit}'\nkind = 'replace'\npattern = 'a'\nwith = 'e'"),
                    ),
                };
                let before = self.seen().rows;
                let report = library::edit(&mut self.workspace, &pipeline, &edit);
                assert_eq!(self.seen().rows, before, "an edit changes no text until it is applied");
                report.map(|report| report.operation.is_some())
            }
            Action::Remove(n) => {
                library::remove(&mut self.workspace, ["own", "mine-0", "fields"][n % 3]).map(|report| report.operation.is_some())
            }
            Action::EditText { record, text } => {
                let Some(id) = self.record(*record) else { return Ok(false) };
                let text = (text % 3 > 0).then(|| TEXTS[text % TEXTS.len()].to_owned());
                edit::edit(&mut self.workspace, id, text).map(|report| report.operation.is_some())
            }
            Action::Undo | Action::Redo | Action::Reopen => return self.step(action),
        };
        logged.map_err(|error| error.kind)
    }

    /// Steps through the log and compares what is there with what was seen.
    fn step(&mut self, action: &Action) -> Result<bool, Kind> {
        let now = self.seen();
        match action {
            Action::Undo => {
                let stepped = undo::undo(&mut self.workspace, None, &Progress::none());
                assert_eq!(stepped.is_ok(), !self.before.is_empty());
                if let Some(before) = self.before.pop() {
                    assert_eq!(self.seen(), before, "undo brings back what was");
                    self.undone.push(now);
                }
            }
            Action::Redo => {
                let stepped = undo::redo(&mut self.workspace, &Progress::none());
                assert_eq!(stepped.is_ok(), !self.undone.is_empty());
                if let Some(after) = self.undone.pop() {
                    assert_eq!(self.seen(), after, "redo does again what was done");
                    self.before.push(now);
                }
            }
            _ => {
                let other = Workspace::in_memory().expect("memory");
                drop(std::mem::replace(&mut self.workspace, other));
                self.workspace = Workspace::open(&self.path).expect("the same workspace");
                assert_eq!(self.seen(), now);
            }
        }
        Ok(false)
    }

    fn run(&mut self, action: &Action) {
        let before = self.seen();
        match self.act(action) {
            Ok(true) => {
                self.before.push(before);
                self.undone.clear();
            }
            Ok(false) => {}
            Err(kind) => {
                assert!(matches!(kind, Kind::Refused | Kind::Usage), "{action:?}: {kind:?}");
                assert_eq!(self.seen(), before, "what is refused does nothing");
            }
        }
        assert_fresh(&mut self.workspace);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, max_shrink_iters: 300, ..ProptestConfig::default() })]

    #[test]
    fn no_outcome_is_ever_stale_and_undo_is_the_way_back(actions in prop::collection::vec(action(), 6..26)) {
        let mut desk = Desk::new();
        desk.run(&Action::Import { texts: vec![0, 1, 2, 3, 4], split: false });
        desk.run(&Action::Apply(0));
        for action in &actions {
            desk.run(action);
        }
        let top = desk.seen();
        let floors = desk.before.len();
        (0..floors).for_each(|_| desk.run(&Action::Undo));
        assert_eq!(desk.seen().rows, []);
        desk.run(&Action::Reopen);
        (0..floors).for_each(|_| desk.run(&Action::Redo));
        assert_eq!(desk.seen(), top);
    }
}
