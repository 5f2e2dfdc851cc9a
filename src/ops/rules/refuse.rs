//! Refusing what rules propose, one change, one drop or a whole record, and accepting it again.
//!
//! It is remembered by the digest of the raw text, so it holds for every record with that text, also for those imported later, and
//! also after the rules around it change.

use serde::Serialize;

use super::super::CommandLine;
use super::apply::bring_up_to_date;
use super::find::{Naming, naming};
use super::ruling::each_batch;
use super::trace::trace;
use crate::error::{Error, Result};
use crate::model::{Changed, OpId, OpKind, RecordId, Refusal, TextDigest};
use crate::progress::Progress;
use crate::rules::Pipeline;
use crate::workspace::Workspace;
use crate::workspace::transact::OpInfo;

/// Records read at once.
const BATCH: usize = 65_536;

/// What to refuse of a record, or to accept again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// Anything the rules do to it.
    Record,
    /// The proposal with this number, from 0, in [`Trace::proposals`](super::Trace::proposals).
    Change(usize),
    /// Everything that the rule of this name proposes.
    Rule(String),
    /// This very refusal: for those whose change is not proposed any more.
    This(Refusal),
    /// As `This`, several at once.
    These(Vec<Refusal>),
}

#[derive(Debug, Clone, Serialize)]
pub struct RefuseReport {
    pub id: RecordId,
    /// In words.
    pub refused: Vec<String>,
    pub accepted: Vec<String>,
    /// Records with the same raw text whose text may be another one now.
    pub records: u64,
    pub operation: Option<OpId>,
    #[serde(skip)]
    pub stale: Changed,
}

/// Refuses (`refuse`) or accepts again what a pipeline proposes for a record.
///
/// Errors: refused when the record is not there, or when the pipeline proposes no such thing.
pub fn refuse(workspace: &mut Workspace, pipeline: &Pipeline, id: RecordId, what: &What, refuse: bool) -> Result<RefuseReport> {
    let Some(trace) = trace(workspace, pipeline, id)? else {
        return Err(no_record(id));
    };
    let text = TextDigest::of(&trace.raw);
    let before = workspace.store().refusals(&text)?;
    let meant: Vec<Refusal> = match what {
        Record => vec![Refusal::Record],
        This(refusal) => vec![refusal.clone()],
        These(refusals) => refusals.clone(),
        Change(n) => trace.proposals(pipeline).into_iter().nth(*n).map(|p| p.refusal).into_iter().collect(),
        Rule(name) if !pipeline.rule_names().contains(&name.as_str()) => {
            return Err(Error::refused(format!("{} has no rule {name}", pipeline.name()))
                .hint("`tamis rules show WORKSPACE` shows its rules"));
        }
        Rule(name) => {
            let of_rule = |step: usize| pipeline.rules()[trace.steps[step].rule].name == *name;
            trace.proposals(pipeline).into_iter().filter(|p| of_rule(p.step)).map(|p| p.refusal).collect()
        }
    };
    if meant.is_empty() {
        return Err(Error::refused(format!("{} proposes no such change for record {id}", pipeline.name()))
            .hint(format!("`tamis rules refuse WORKSPACE --id {id}` lists what it proposes")));
    }
    let mut after: Vec<Refusal> = before.iter().filter(|refusal| !meant.contains(refusal)).cloned().collect();
    if refuse {
        after.extend(meant.iter().cloned());
        after.sort();
        after.dedup();
    }
    let in_words =
        |from: &[Refusal], less: &[Refusal]| from.iter().filter(|r| !less.contains(r)).map(ToString::to_string).collect();
    let (refused, accepted): (Vec<String>, Vec<String>) = (in_words(&after, &before), in_words(&before, &after));
    let description = if refuse { format!("refuse {}", refused.join(", ")) } else { format!("accept {}", accepted.join(", ")) };
    let info = OpInfo {
        kind: OpKind::RefuseRules,
        description: format!("{description} (record {id})"),
        command: command(workspace, pipeline, id, what, &meant, refuse)?,
    };
    let done = workspace.transact(
        |tx| {
            tx.set_refusals(&text, after)?;
            let followed = bring_up_to_date(tx.store(), &Progress::none())?;
            let records = followed.len() as u64;
            tx.touched(followed);
            Ok(records)
        },
        |_| info,
    )?;
    Ok(RefuseReport { id, refused, accepted, records: done.value, operation: done.operation, stale: done.changed })
}

use What::{Change, Record, Rule, These, This};

/// The command that means the same. A number or a rule means something only with the pipeline that proposes it; where a command
/// cannot name that one, it says what is refused.
fn command(
    workspace: &Workspace,
    pipeline: &Pipeline,
    id: RecordId,
    what: &What,
    meant: &[Refusal],
    refuse: bool,
) -> Result<String> {
    let command = CommandLine::new("rules refuse", workspace).option("--id", id);
    let literally =
        |command: CommandLine, refusal: &Refusal| command.option("--refusal", serde_json::to_string(refusal).unwrap_or_default());
    let command = match (what, naming(workspace, pipeline)?) {
        (Record, _) => command.flag("--record", true),
        (Change(n), Naming::Kept(name)) => command.option("--change", n + 1).maybe("--pipeline", name),
        (Rule(rule), Naming::Kept(name)) => command.option("--rule", rule).maybe("--pipeline", name),
        _ => meant.iter().fold(command, literally),
    };
    Ok(command.flag("--accept", !refuse).to_string())
}

pub fn no_record(id: RecordId) -> Error {
    Error::refused(format!("there is no record {id}")).hint("`tamis list WORKSPACE` shows the ids there are")
}

/// What is refused of one text, and where the text stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refused {
    pub text: TextDigest,
    pub refusals: Vec<Refusal>,
    /// The records with this raw text, by id; of a source whose import was undone there are none.
    pub records: Vec<RecordId>,
    /// The text itself, where a record has it.
    pub raw: Option<String>,
}

/// Everything that is refused, by text digest. Looks at every raw text, where anything is refused at all.
pub fn refusals(workspace: &Workspace) -> Result<Vec<Refused>> {
    let all = workspace.store().all_refusals()?;
    let mut all: Vec<Refused> =
        all.into_iter().map(|(text, refusals)| Refused { text, refusals, records: Vec::new(), raw: None }).collect();
    if all.is_empty() {
        return Ok(all);
    }
    each_batch(
        workspace.store(),
        false,
        || BATCH,
        |records| {
            for record in records {
                let digest = TextDigest::of(&record.text);
                if let Ok(place) = all.binary_search_by(|refused| refused.text.cmp(&digest)) {
                    all[place].records.push(record.id);
                    all[place].raw.get_or_insert(record.text);
                }
            }
            Ok(())
        },
    )?;
    Ok(all)
}
