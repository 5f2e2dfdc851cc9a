//! What a pipeline would do to the workspace. Nothing is stored; what is known comes in parts, the first one soon.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_128;

use super::ruling::{Ruling, each_batch};
use crate::error::Result;
use crate::model::RecordId;
use crate::progress::Progress;
use crate::rules::harm::{self, Warning, Warnings};
use crate::rules::{Applied, Pipeline, Totals};
use crate::store::pipelines::RawRecord;
use crate::workspace::Workspace;

/// Records ruled at once: few at first, so that something can be shown, then more.
const FIRST_BATCH: usize = 256;
const BATCH: usize = 8192;
/// Between two parts, at most; the first ones follow sooner.
const PART_EVERY: Duration = Duration::from_millis(100);
/// So much longer is each pause than the one before.
const PAUSE: Duration = Duration::from_millis(10);

/// A record that the pipeline does not leave alone, or of which something is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviewItem {
    pub record: RecordId,
    /// Index of the rule.
    pub dropped_by: Option<u16>,
    /// Indices of the rules that change the text or set a field. Items share them: there are far fewer sets of rules than records.
    pub fired: Arc<[u16]>,
    /// The text or a field is another one.
    pub changed: bool,
    pub warnings: Warnings,
    /// Something of its text is refused.
    pub refused: bool,
}

/// What is known of the pipeline's doings, all or a beginning.
#[derive(Debug, Clone, Default)]
pub struct Preview {
    pub rules: Vec<String>,
    pub totals: Totals,
    /// By record id.
    pub items: Vec<PreviewItem>,
    /// How many items have each warning.
    pub warnings: FxHashMap<Warning, u64>,
    pub refused: u64,
    /// All records were looked at.
    pub complete: bool,
}

/// What came to be known since the part before.
#[derive(Debug, Clone)]
pub struct Part {
    pub items: Vec<PreviewItem>,
    /// Of all records so far.
    pub totals: Totals,
    /// Indices of items whose records end the same as others; only known at the end.
    pub equal: Vec<u32>,
    pub last: bool,
}

/// What a pipeline makes of a record that it does not leave alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Changed,
    Dropped,
    /// Left alone because that was refused.
    Kept,
}

/// Which of the previewed records to list; the default is all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Which {
    /// Only those that this rule (by index) changes or drops.
    pub rule: Option<u16>,
    pub fate: Option<Fate>,
    pub warning: Option<Warning>,
    /// Only those of which something is refused.
    pub refused: bool,
}

impl PreviewItem {
    pub fn fate(&self) -> Fate {
        match (self.dropped_by, self.changed) {
            (Some(_), _) => Fate::Dropped,
            (None, true) => Fate::Changed,
            (None, false) => Fate::Kept,
        }
    }

    pub fn is(&self, which: Which) -> bool {
        let by_rule = which.rule.is_none_or(|rule| match which.fate {
            Some(Fate::Dropped) => self.dropped_by == Some(rule),
            _ => self.dropped_by == Some(rule) || self.fired.contains(&rule),
        });
        by_rule
            && which.fate.is_none_or(|fate| fate == self.fate())
            && which.warning.is_none_or(|warning| self.warnings.has(warning))
            && (!which.refused || self.refused)
    }
}

impl Preview {
    /// Nothing known yet.
    pub fn of(pipeline: &Pipeline) -> Preview {
        let rules = pipeline.rule_names().into_iter().map(str::to_owned).collect();
        Preview { rules, totals: pipeline.totals(), ..Preview::default() }
    }

    /// Indices into `items` of those asked for, ascending. One pass over all items.
    pub fn rows(&self, which: Which) -> Vec<u32> {
        (0..).zip(&self.items).filter(|(_, item)| item.is(which)).map(|(row, _)| row).collect()
    }

    /// Takes a part in.
    pub fn take(&mut self, part: Part) {
        for item in &part.items {
            self.refused += u64::from(item.refused);
            item.warnings.iter().for_each(|warning| *self.warnings.entry(warning).or_default() += 1);
        }
        self.items.extend(part.items);
        for row in &part.equal {
            if let Some(item) = self.items.get_mut(*row as usize) {
                item.warnings.add(Warning::MakesEqual);
                *self.warnings.entry(Warning::MakesEqual).or_default() += 1;
            }
        }
        self.totals = part.totals;
        self.complete |= part.last;
    }

    pub fn warned(&self, warning: Warning) -> u64 {
        self.warnings.get(&warning).copied().unwrap_or(0)
    }
}

/// Runs a pipeline over all raw texts; `part` gets what is known, the first time after a few hundred records and the last time at
/// the end. Reads only: it works on a connection of its own while another one writes.
pub fn preview(workspace: &Workspace, pipeline: &Pipeline, progress: &Progress, mut part: impl FnMut(Part)) -> Result<()> {
    let store = workspace.store();
    progress.stage("previewing", "records", store.record_count()?)?;
    let ruling = Ruling::new(store, pipeline)?;
    let mut growing = Growing::of(pipeline);
    let mut size = FIRST_BATCH / 2;
    let growing_size = || {
        size = (size * 2).min(BATCH);
        size
    };
    each_batch(store, pipeline.reads_fields(), growing_size, |records| {
        progress.add(records.len() as u64)?;
        let looks: Result<Vec<Look>> = records.into_par_iter().map(|record| look(&ruling, &record, progress)).collect();
        growing.add(looks?);
        if let Some(known) = growing.due() {
            part(known);
        }
        Ok(())
    })?;
    part(growing.finish());
    Ok(())
}

/// The whole of it at once.
pub fn preview_all(workspace: &Workspace, pipeline: &Pipeline, progress: &Progress) -> Result<Preview> {
    let mut whole = Preview::of(pipeline);
    preview(workspace, pipeline, progress, |part| whole.take(part))?;
    Ok(whole)
}

/// What was found out about one record.
struct Look {
    item: Option<PreviewItem>,
    applied: Applied,
    raw: u128,
    /// `None`: it was dropped.
    end: Option<u128>,
}

fn look(ruling: &Ruling<'_>, record: &RawRecord, progress: &Progress) -> Result<Look> {
    progress.check()?;
    let applied = ruling.apply(record);
    let refused = ruling.refused(&record.text).is_some();
    let raw = xxh3_128(record.text.as_bytes());
    let end = applied.text.as_ref().map_or(raw, |text| xxh3_128(text.as_bytes()));
    let touched = !applied.is_nothing() || refused || !applied.failed.is_empty();
    let item = touched.then(|| PreviewItem {
        record: record.id,
        dropped_by: applied.dropped_by.map(|r| r as u16),
        fired: Arc::default(),
        changed: applied.text.is_some() || !applied.fields.is_empty(),
        warnings: warnings(ruling, record, &applied, refused),
        refused,
    });
    Ok(Look { item, end: applied.dropped_by.is_none().then_some(end), applied, raw })
}

fn warnings(ruling: &Ruling<'_>, record: &RawRecord, applied: &Applied, refused: bool) -> Warnings {
    let mut found = match (&applied.text, applied.dropped_by) {
        (Some(end), None) => harm::warnings(&record.text, end),
        _ => Warnings::default(),
    };
    if !applied.failed.is_empty() {
        found.add(Warning::Failed);
    }
    if !refused
        && applied.dropped_by.is_none()
        && let Some(end) = &applied.text
    {
        let again = ruling.pipeline.apply(end, &ruling.subject(record));
        if again.text.is_some() || again.dropped_by.is_some() {
            found.add(Warning::Unstable);
        }
    }
    found
}

/// What is known so far, and what of it was told.
struct Growing {
    items: Vec<PreviewItem>,
    told: usize,
    totals: Totals,
    last_part: Option<Instant>,
    parts: u32,
    /// By text at the end: its first raw text, and whether there were others.
    ends: FxHashMap<u128, (u128, bool)>,
    /// By item.
    end_of: Vec<Option<u128>>,
    /// Every set of rules that fired together.
    fired: FxHashMap<Vec<u16>, Arc<[u16]>>,
}

impl Growing {
    fn of(pipeline: &Pipeline) -> Growing {
        Growing {
            items: Vec::new(),
            told: 0,
            totals: pipeline.totals(),
            last_part: None,
            parts: 0,
            ends: FxHashMap::default(),
            end_of: Vec::new(),
            fired: FxHashMap::default(),
        }
    }

    fn add(&mut self, looks: Vec<Look>) {
        for look in looks {
            self.totals.note(&look.applied);
            if let Some(end) = look.end {
                let (first, others) = self.ends.entry(end).or_insert((look.raw, false));
                *others |= *first != look.raw;
            }
            if let Some(mut item) = look.item {
                item.fired = self.shared(look.applied.fired.iter().map(|&rule| rule as u16).collect());
                self.end_of.push(look.end.filter(|end| *end != look.raw));
                self.items.push(item);
            }
        }
    }

    fn shared(&mut self, fired: Vec<u16>) -> Arc<[u16]> {
        self.fired.entry(fired).or_insert_with_key(|fired| fired.as_slice().into()).clone()
    }

    /// What to tell now, if it is time: at once the first item, then now and then.
    fn due(&mut self) -> Option<Part> {
        let has_news = self.items.len() > self.told;
        let pause = PART_EVERY.min(PAUSE * self.parts);
        let is_time = self.last_part.is_none_or(|last| last.elapsed() >= pause);
        (is_time && (has_news || self.last_part.is_some())).then(|| self.part(false))
    }

    fn part(&mut self, last: bool) -> Part {
        let items = self.items[self.told..].to_vec();
        self.told = self.items.len();
        self.last_part = Some(Instant::now());
        self.parts += 1;
        Part { items, totals: self.totals.clone(), equal: Vec::new(), last }
    }

    fn finish(mut self) -> Part {
        let is_shared = |end: &u128| self.ends.get(end).is_some_and(|(_, others)| *others);
        let rows = (0..).zip(&self.end_of).filter(|(_, end)| end.as_ref().is_some_and(is_shared));
        let equal = rows.map(|(row, _)| row).collect();
        Part { equal, ..self.part(true) }
    }
}
