//! Operations: the named, undoable steps a workspace is made of, and the typed changes they consist of.

use super::{Assignment, DuplicateDrop, Judgement, MarkValue, RecordId, Refusal, SnapshotId, SourceId, TextDigest, TextPair};

/// What a person did. The word is stored beside a description for reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OpKind {
    Import,
    Mark,
    Edit,
    ApplyRules,
    ClearRules,
    EditRules,
    RefuseRules,
    ApplyDuplicates,
    JudgePairs,
    SetDuplicates,
    Split,
    Assign,
    FixLeakage,
    Protect,
    RemoveSource,
    Snapshot,
    Restore,
    Undo,
    Redo,
}

impl OpKind {
    pub const ALL: [OpKind; 19] = [
        OpKind::Import,
        OpKind::Mark,
        OpKind::Edit,
        OpKind::ApplyRules,
        OpKind::ClearRules,
        OpKind::EditRules,
        OpKind::RefuseRules,
        OpKind::ApplyDuplicates,
        OpKind::JudgePairs,
        OpKind::SetDuplicates,
        OpKind::Split,
        OpKind::Assign,
        OpKind::FixLeakage,
        OpKind::Protect,
        OpKind::RemoveSource,
        OpKind::Snapshot,
        OpKind::Restore,
        OpKind::Undo,
        OpKind::Redo,
    ];

    /// The word in the operations table and in `history --json`.
    pub fn word(self) -> &'static str {
        match self {
            OpKind::Import => "import",
            OpKind::Mark => "mark",
            OpKind::Edit => "edit",
            OpKind::ApplyRules => "apply-rules",
            OpKind::ClearRules => "clear-rules",
            OpKind::EditRules => "edit-rules",
            OpKind::RefuseRules => "refuse-rules",
            OpKind::ApplyDuplicates => "apply-duplicates",
            OpKind::JudgePairs => "judge-pairs",
            OpKind::SetDuplicates => "set-duplicates",
            OpKind::Split => "split",
            OpKind::Assign => "assign",
            OpKind::FixLeakage => "fix-leakage",
            OpKind::Protect => "protect",
            OpKind::RemoveSource => "remove-source",
            OpKind::Snapshot => "snapshot",
            OpKind::Restore => "restore",
            OpKind::Undo => "undo",
            OpKind::Redo => "redo",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        OpKind::ALL.into_iter().find(|k| k.word() == word)
    }
}

/// One thing that an operation changed, with what was and what is. `None` is "absent".
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    Mark {
        record: RecordId,
        before: Option<MarkValue>,
        after: Option<MarkValue>,
    },
    Edit {
        record: RecordId,
        before: Option<String>,
        after: Option<String>,
    },
    Duplicate {
        record: RecordId,
        before: Option<DuplicateDrop>,
        after: Option<DuplicateDrop>,
    },
    Split {
        record: RecordId,
        before: Option<Assignment>,
        after: Option<Assignment>,
    },
    /// A source became part of the workspace (or stopped being one).
    Active {
        source: SourceId,
        before: bool,
        after: bool,
    },
    Protected {
        source: SourceId,
        before: bool,
        after: bool,
    },
    /// A named value of the workspace. `pipeline` is the one that rules the texts: what it made of each record is derived.
    Setting {
        key: String,
        before: Option<String>,
        after: Option<String>,
    },
    /// A pipeline of the curator's own, as TOML.
    Pipeline {
        name: String,
        before: Option<String>,
        after: Option<String>,
    },
    /// What rules may not do to a text; never an empty list.
    Refusals {
        text: TextDigest,
        before: Option<Vec<Refusal>>,
        after: Option<Vec<Refusal>>,
    },
    /// What a person said of two texts.
    Judgement {
        pair: TextPair,
        before: Option<Judgement>,
        after: Option<Judgement>,
    },
    /// Which frozen state a name stands for. What is frozen stays in the file, whatever becomes of its name.
    Snapshot {
        name: String,
        before: Option<SnapshotId>,
        after: Option<SnapshotId>,
    },
}

impl Change {
    /// The change that takes this one back.
    pub fn inverse(self) -> Change {
        match self {
            Change::Mark { record, before, after } => Change::Mark { record, before: after, after: before },
            Change::Edit { record, before, after } => Change::Edit { record, before: after, after: before },
            Change::Duplicate { record, before, after } => Change::Duplicate { record, before: after, after: before },
            Change::Split { record, before, after } => Change::Split { record, before: after, after: before },
            Change::Active { source, before, after } => Change::Active { source, before: after, after: before },
            Change::Protected { source, before, after } => Change::Protected { source, before: after, after: before },
            Change::Setting { key, before, after } => Change::Setting { key, before: after, after: before },
            Change::Pipeline { name, before, after } => Change::Pipeline { name, before: after, after: before },
            Change::Refusals { text, before, after } => Change::Refusals { text, before: after, after: before },
            Change::Judgement { pair, before, after } => Change::Judgement { pair, before: after, after: before },
            Change::Snapshot { name, before, after } => Change::Snapshot { name, before: after, after: before },
        }
    }

    /// The record it is about, if it is about one.
    pub fn record(&self) -> Option<RecordId> {
        match self {
            Change::Mark { record, .. }
            | Change::Edit { record, .. }
            | Change::Duplicate { record, .. }
            | Change::Split { record, .. } => Some(*record),
            Change::Active { .. }
            | Change::Protected { .. }
            | Change::Setting { .. }
            | Change::Pipeline { .. }
            | Change::Refusals { .. }
            | Change::Judgement { .. }
            | Change::Snapshot { .. } => None,
        }
    }
}

/// What went stale: tells a front end what to read again, so that it never guesses.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changed {
    /// Records with a changed layer, ascending; meaningless when `everything`.
    pub records: Vec<RecordId>,
    /// More records than are worth naming, or whole sources: read all again.
    pub everything: bool,
    pub sources: bool,
    pub settings: bool,
    /// Named pipelines or refusals: what the rules screen shows, but no record unless it is named.
    pub rules: bool,
    /// What clusters are made of or kept by: judged pairs, masked phrases, keeper order, protected sides.
    pub pairs: bool,
    /// Names of snapshots.
    pub snapshots: bool,
}

/// What the keys of settings begin with that no text and no state of a record depends on, but clusters do.
pub const DUPLICATES: &str = "duplicates.";

/// Above this many records it is quicker to read all columns again than to patch them one by one.
pub const PATCH_LIMIT: usize = 20_000;

impl Changed {
    /// A layer of the record is another one.
    pub fn touch(&mut self, record: RecordId) {
        if self.everything {
            return;
        }
        self.records.push(record);
        if self.records.len() > PATCH_LIMIT {
            self.everything = true;
            self.records = Vec::new();
        }
    }

    pub fn note(&mut self, change: &Change) {
        match change.record() {
            Some(record) => self.touch(record),
            None => match change {
                Change::Active { .. } => {
                    self.sources = true;
                    self.everything = true;
                    self.records = Vec::new();
                }
                Change::Protected { .. } => (self.sources, self.pairs) = (true, true),
                Change::Judgement { .. } => self.pairs = true,
                Change::Snapshot { .. } => self.snapshots = true,
                Change::Setting { key, .. } if key.starts_with(DUPLICATES) => self.pairs = true,
                Change::Pipeline { .. } | Change::Refusals { .. } => self.rules = true,
                _ => {
                    self.settings = true;
                    self.everything = true;
                    self.records = Vec::new();
                }
            },
        }
    }
}
