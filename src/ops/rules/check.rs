//! Whether a pipeline comes to rest: it is run on its own results until nothing changes any more.

use rayon::prelude::*;
use serde::Serialize;

use super::ruling::{Ruling, each_batch};
use crate::error::Result;
use crate::model::RecordId;
use crate::progress::Progress;
use crate::rules::{MAX_ROUNDS, Pipeline};
use crate::store::pipelines::RawRecord;
use crate::workspace::Workspace;

/// Records examined at once.
const BATCH: usize = 16_384;
/// Of records that never come to rest, so many are named.
const NAMED: usize = 100;

/// What a run to the fixpoint showed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct CheckReport {
    pub pipeline: String,
    pub digest: String,
    pub records: u64,
    /// The runs that still did something; the run after these did nothing, unless `restless` is not 0.
    pub rounds: Vec<Round>,
    /// Records that were not at rest after the last round.
    pub restless: u64,
    /// Records on which a rule gave up in the last round: they rest only because of that.
    pub failed: u64,
    /// The first of those that are not at rest.
    pub restless_records: Vec<RecordId>,
}

/// One run over the results of the run before.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Round {
    pub changed: u64,
    pub dropped: u64,
    /// Rules that did something in it, most first.
    pub rules: Vec<RuleCount>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleCount {
    pub rule: String,
    pub records: u64,
}

impl CheckReport {
    fn note(&mut self, record: RecordId, way: &Way) {
        self.records += 1;
        self.failed += u64::from(way.failed);
        if !way.rests {
            self.restless += 1;
            if self.restless_records.len() < NAMED {
                self.restless_records.push(record);
            }
        }
    }
}

/// Runs the pipeline to its fixpoint over all records. Nothing is stored. Refused changes are left out: they are honoured in each run.
pub fn check(workspace: &Workspace, pipeline: &Pipeline, progress: &Progress) -> Result<CheckReport> {
    let store = workspace.store();
    progress.stage("running to the fixpoint", "records", store.record_count()?)?;
    let ruling = Ruling::new(store, pipeline)?;
    let mut counts: Vec<RoundCounts> = Vec::new();
    let mut report = CheckReport { pipeline: pipeline.name().to_owned(), digest: pipeline.digest(), ..CheckReport::default() };
    each_batch(
        store,
        pipeline.reads_fields(),
        || BATCH,
        |records| {
            progress.add(records.len() as u64)?;
            let ways: Result<Vec<Way>> = records.par_iter().map(|record| to_rest(&ruling, record, progress)).collect();
            for (record, way) in records.iter().zip(ways?) {
                report.note(record.id, &way);
                for (n, run) in way.runs.into_iter().enumerate() {
                    if counts.len() == n {
                        counts.push(RoundCounts { rules: vec![0; pipeline.rules().len()], ..RoundCounts::default() });
                    }
                    counts[n].note(&run);
                }
            }
            Ok(())
        },
    )?;
    report.rounds = counts.into_iter().map(|counts| counts.named(pipeline)).collect();
    Ok(report)
}

/// The runs of one record that did something.
struct Way {
    runs: Vec<Run>,
    rests: bool,
    /// In the last run a rule gave up; without that it might have gone on.
    failed: bool,
}

struct Run {
    fired: Vec<usize>,
    dropped_by: Option<usize>,
}

/// Runs until nothing changes, at most [`MAX_ROUNDS`] times.
fn to_rest(ruling: &Ruling<'_>, record: &RawRecord, progress: &Progress) -> Result<Way> {
    let mut runs = Vec::new();
    let mut record = record.clone();
    for _ in 0..MAX_ROUNDS {
        progress.check()?;
        let applied =
            if runs.is_empty() { ruling.apply(&record) } else { ruling.pipeline.apply(&record.text, &ruling.subject(&record)) };
        let (dropped_by, failed) = (applied.dropped_by, !applied.failed.is_empty());
        if applied.text.is_none() && dropped_by.is_none() {
            return Ok(Way { runs, rests: true, failed });
        }
        runs.push(Run { fired: applied.fired, dropped_by });
        if dropped_by.is_some() || ruling.refused(&record.text).is_some() {
            return Ok(Way { runs, rests: true, failed });
        }
        record.text = applied.text.unwrap_or(record.text);
    }
    Ok(Way { runs, rests: false, failed: false })
}

#[derive(Default)]
struct RoundCounts {
    changed: u64,
    dropped: u64,
    rules: Vec<u64>,
}

impl RoundCounts {
    fn note(&mut self, run: &Run) {
        match run.dropped_by {
            Some(_) => self.dropped += 1,
            None => self.changed += 1,
        }
        for &rule in run.fired.iter().chain(&run.dropped_by) {
            self.rules[rule] += 1;
        }
    }

    fn named(self, pipeline: &Pipeline) -> Round {
        let names = pipeline.rule_names();
        let named = |(rule, records): (usize, u64)| RuleCount { rule: names[rule].to_owned(), records };
        let mut rules: Vec<RuleCount> = self.rules.into_iter().enumerate().filter(|(_, n)| *n > 0).map(named).collect();
        rules.sort_by_key(|count| std::cmp::Reverse(count.records));
        Round { changed: self.changed, dropped: self.dropped, rules }
    }
}
