//! A pipeline over many records: their sources, what is refused of their texts, and all threads.

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_128;

use crate::error::Result;
use crate::model::{RecordId, Refusal, SourceId, TextDigest};
use crate::progress::Progress;
use crate::rules::{Applied, Pipeline, Subject};
use crate::store::Store;
use crate::store::pipelines::RawRecord;

/// What a pipeline needs besides a record itself.
#[derive(Debug, Clone)]
pub struct Ruling<'p> {
    pub pipeline: &'p Pipeline,
    sources: FxHashMap<SourceId, (String, Option<String>)>,
    refusals: Refusals,
}

/// All that is refused, by text.
#[derive(Debug, Clone)]
pub struct Refusals(FxHashMap<TextDigest, Refused>);

/// What is refused of one text.
#[derive(Debug, Clone)]
pub struct Refused {
    pub list: Vec<Refusal>,
    /// Of the list.
    pub digest: String,
}

/// A record with what the pipeline made of it.
#[derive(Debug, Clone)]
pub struct Ruled {
    pub record: RawRecord,
    pub applied: Applied,
    /// Digest of what is refused of its text.
    pub honours: Option<String>,
}

impl<'p> Ruling<'p> {
    pub fn new(store: &Store, pipeline: &'p Pipeline) -> Result<Ruling<'p>> {
        Ruling::refusing(store, pipeline, Refusals::read(store)?)
    }

    /// With what is refused read already.
    pub fn refusing(store: &Store, pipeline: &'p Pipeline, refusals: Refusals) -> Result<Ruling<'p>> {
        let sources = store.all_source_names()?.into_iter().map(|(id, name, split)| (id, (name, split))).collect();
        Ok(Ruling { pipeline, sources, refusals })
    }

    /// The record as rules see it.
    pub fn subject<'a>(&'a self, record: &'a RawRecord) -> Subject<'a> {
        let source = self.sources.get(&record.source);
        Subject {
            source: source.map_or("", |(name, _)| name),
            split: source.and_then(|(_, split)| split.as_deref()),
            fields: record.fields.as_deref(),
            set: &[],
        }
    }

    /// What is refused of a text.
    pub fn refused(&self, raw_text: &str) -> Option<&Refused> {
        self.refusals.of(raw_text)
    }

    pub fn apply(&self, record: &RawRecord) -> Applied {
        let refused = self.refused(&record.text).map_or(&[][..], |refused| &refused.list);
        self.pipeline.apply_refusing(&record.text, &self.subject(record), refused)
    }

    /// All records of a batch, on all threads, in order. Errors: interrupted, at the next record after it was asked to stop.
    pub fn apply_all(&self, records: Vec<RawRecord>, progress: &Progress) -> Result<Vec<Ruled>> {
        let ruled = |record: RawRecord| {
            progress.check()?;
            let honours = self.refused(&record.text).map(|refused| refused.digest.clone());
            Ok(Ruled { applied: self.apply(&record), honours, record })
        };
        records.into_par_iter().map(ruled).collect()
    }

    /// Digest of all that is refused; `None` when nothing is.
    pub fn refusals_digest(&self) -> Option<String> {
        self.refusals.digest()
    }
}

impl Refusals {
    pub fn read(store: &Store) -> Result<Refusals> {
        Ok(Refusals::of_texts(store.all_refusals()?))
    }

    pub fn of_texts(texts: impl IntoIterator<Item = (TextDigest, Vec<Refusal>)>) -> Refusals {
        let refused = |list: Vec<Refusal>| Refused { digest: digest_of(&list), list };
        Refusals(texts.into_iter().map(|(text, list)| (text, refused(list))).collect())
    }

    /// What is refused of a text.
    pub fn of(&self, raw_text: &str) -> Option<&Refused> {
        // Mostly nothing is refused of any text, and then none need be hashed.
        if self.0.is_empty() { None } else { self.0.get(&TextDigest::of(raw_text)) }
    }

    /// Of all of it; `None` when nothing is refused.
    pub fn digest(&self) -> Option<String> {
        let mut all: Vec<String> = self.0.iter().map(|(text, refused)| format!("{text} {}", refused.digest)).collect();
        all.sort_unstable();
        (!all.is_empty()).then(|| format!("{:032x}", xxh3_128(all.join("\n").as_bytes())))
    }
}

/// Hands out the records of the active sources in batches, by id; `size` says how many each may hold.
pub fn each_batch(
    store: &Store,
    with_fields: bool,
    mut size: impl FnMut() -> usize,
    mut batch: impl FnMut(Vec<RawRecord>) -> Result<()>,
) -> Result<()> {
    for (_, first, end) in store.source_ranges()? {
        let mut after = RecordId(first - 1);
        while after.0 + 1 < end {
            let left = (end - 1 - after.0) as usize;
            let records = store.raw_records_after(after, size().min(left), with_fields)?;
            let Some(last) = records.last() else { break };
            after = last.id;
            batch(records)?;
        }
    }
    Ok(())
}

fn digest_of(list: &[Refusal]) -> String {
    let json = serde_json::to_string(list).unwrap_or_default();
    format!("{:032x}", xxh3_128(json.as_bytes()))
}
