//! Snapshots: ground state frozen under a name, with its digest, and read as a [`Version`].

use std::collections::BTreeMap;

use rayon::prelude::*;
use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Store;
use super::frozen::{CHUNK, Chunk, FrozenLayers, Line, compress, damaged, decompress};
use super::live::LayerStatements;
use crate::display::hex;
use crate::error::{Error, Result};
use crate::model::{
    Assignment, Judgement, Layers, NO_SPLIT, OpId, Record, RecordId, Refusal, SnapshotId, Source, SourceId, State, TextDigest,
    TextPair, Version,
};
use crate::progress::Progress;

/// Ids that may lie between two that are wanted, so that reading a range still beats looking each of them up.
const SPARSE: usize = 8;
/// Chunks that are put together at once.
const SIDE_BY_SIDE: usize = 16;

/// All ground state but the layers over records.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Rest {
    pub settings: BTreeMap<String, String>,
    /// The curator's own pipelines, as TOML.
    pub pipelines: BTreeMap<String, String>,
    pub refusals: Vec<(TextDigest, Vec<Refusal>)>,
    pub judgements: Vec<(TextPair, Judgement)>,
    /// The active sources, in order of import.
    pub sources: Vec<FrozenSource>,
    /// SHA-256 over what was imported of them, lower-case hex: without it two states would be one that only differ in their records.
    #[serde(default)]
    pub imported: String,
    /// The pipeline in force, as TOML.
    pub rules: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrozenSource {
    pub id: SourceId,
    pub protected: bool,
}

/// What a list says of a snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Summary {
    /// Names of the sources, in order of import.
    pub sources: Vec<String>,
    pub records: u64,
    pub kept: u64,
    /// Kept records by split; `none` for those without one.
    pub splits: BTreeMap<String, u64>,
}

/// A state that was frozen and is not kept yet.
#[derive(Debug)]
pub struct Frozen {
    rest: Vec<u8>,
    chunks: Vec<Chunk>,
    pub digest: String,
    pub summary: Summary,
    /// The last operation that it knows of.
    pub operation: OpId,
    /// What is proven of the borders between its splits, as JSON; no part of the digest, because it can be found out again.
    pub certificate: Option<String>,
}

/// A snapshot that has a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Snapshot {
    pub name: String,
    pub id: SnapshotId,
    /// Milliseconds since 1970, UTC.
    pub at: i64,
    /// SHA-256 over what is frozen, lower-case hex: the same for the same state, whatever its name and time.
    pub digest: String,
    /// The last operation that is part of it.
    pub operation: OpId,
    #[serde(flatten)]
    pub summary: Summary,
}

impl Store {
    /// Freezes the present state. Reads everything that stands over the records; call inside [`Store::read`] or a transaction.
    pub fn freeze(&self, progress: &Progress) -> Result<Frozen> {
        let sources = self.sources()?;
        let rest = Rest { imported: self.digest_of_records(&sources, progress)?, ..self.rest(&sources)? };
        let rest = serde_json::to_vec(&rest).map_err(|e| Error::io("a snapshot could not be written").caused_by(e))?;
        let (chunks, summary) = self.freeze_layers(&sources, progress)?;
        let mut digest = Sha256::new();
        digest.update(&rest);
        for chunk in &chunks {
            digest.update(format!("\n{} {}", chunk.place, chunk.digest));
        }
        Ok(Frozen {
            rest,
            chunks,
            digest: hex(&digest.finalize()),
            summary,
            operation: self.last_operation()?,
            certificate: None,
        })
    }

    /// SHA-256 over ids, texts, file names and fields of all records as they were imported, and what their sources say of them.
    fn digest_of_records(&self, sources: &[Source], progress: &Progress) -> Result<String> {
        progress.stage("digesting", "records", sources.iter().map(|source| source.counts.accepted).sum())?;
        let mut statement =
            self.conn.prepare("SELECT raw_text, file_name, fields FROM records WHERE id >= ?1 AND id < ?2 ORDER BY id")?;
        let mut digest = Sha256::new();
        for (source, (_, first, end)) in sources.iter().zip(self.ranges_of(sources)?) {
            digest.update(serde_json::json!([source.name, source.digest, source.prefix, source.split, first, end]).to_string());
            let mut rows = statement.query([first, end])?;
            let mut read = 0;
            while let Some(row) = rows.next()? {
                for column in 0..3 {
                    let text = row.get_ref(column)?.as_str_or_null().map_err(rusqlite::Error::from)?;
                    digest.update(text.map_or(u64::MAX, |text| text.len() as u64).to_le_bytes());
                    digest.update(text.unwrap_or_default());
                }
                read += 1;
                if read % u64::from(CHUNK) == 0 {
                    progress.add(u64::from(CHUNK))?;
                }
            }
            progress.add(read % u64::from(CHUNK))?;
        }
        Ok(hex(&digest.finalize()))
    }

    fn freeze_layers(&self, sources: &[Source], progress: &Progress) -> Result<(Vec<Chunk>, Summary)> {
        let ranges = self.ranges_of(sources)?;
        progress.stage("freezing", "records", ranges.iter().map(|(_, first, end)| u64::from(end - first)).sum())?;
        let mut layers = LayerStatements::prepare(self)?;
        let mut layers = layers.open(self)?;
        let names = sources.iter().map(|source| source.name.clone()).collect();
        let mut summary = Summary { sources: names, ..Summary::default() };
        let mut chunks = Vec::new();
        let mut waiting = Waiting::default();
        for (source, (_, first, end)) in sources.iter().zip(ranges) {
            for ids in strides(first, end) {
                progress.add(ids.len() as u64)?;
                for id in ids {
                    let at = layers.at(id)?;
                    summary.count(&at, source);
                    if !at.is_empty() {
                        chunks.extend(waiting.add((RecordId(id), at))?);
                    }
                }
            }
        }
        chunks.extend(waiting.put_together()?);
        Ok((chunks, summary))
    }

    /// All ground state but the layers over records, as it is now.
    pub fn present_rest(&self) -> Result<Rest> {
        self.rest(&self.sources()?)
    }

    fn rest(&self, sources: &[Source]) -> Result<Rest> {
        Ok(Rest {
            settings: self.settings()?,
            pipelines: self.named_pipelines()?.into_iter().collect(),
            refusals: self.all_refusals()?,
            judgements: self.judgements()?,
            sources: sources.iter().map(|s| FrozenSource { id: s.id, protected: s.protected }).collect(),
            rules: self.pipeline()?.map(|pipeline| pipeline.source),
            imported: String::new(),
        })
    }

    /// Keeps a frozen state, without a name yet.
    pub fn insert_snapshot(&self, frozen: &Frozen, at: i64) -> Result<SnapshotId> {
        let summary =
            serde_json::to_string(&frozen.summary).map_err(|e| Error::io("a snapshot could not be written").caused_by(e))?;
        self.conn.execute(
            "INSERT INTO snapshots (at, digest, operation, summary, certificate, rest) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![at, frozen.digest, frozen.operation.0, summary, frozen.certificate, compress(&frozen.rest)?],
        )?;
        let id = SnapshotId(self.conn.last_insert_rowid() as u32);
        frozen.chunks.iter().try_for_each(|chunk| self.insert_chunk(id, chunk))?;
        Ok(id)
    }

    /// The snapshots that have a name, oldest first.
    pub fn snapshots(&self) -> Result<Vec<Snapshot>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT n.name, s.id, s.at, s.digest, s.operation, s.summary FROM snapshot_names n JOIN snapshots s ON s.id = n.snapshot
             ORDER BY s.id, n.name",
        )?;
        let mut rows = statement.query([])?;
        let mut snapshots = Vec::new();
        while let Some(row) = rows.next()? {
            snapshots.push(Snapshot {
                name: row.get(0)?,
                id: SnapshotId(row.get(1)?),
                at: row.get(2)?,
                digest: row.get(3)?,
                operation: OpId(row.get(4)?),
                summary: serde_json::from_str(&row.get::<_, String>(5)?).map_err(|e| damaged().caused_by(e))?,
            });
        }
        Ok(snapshots)
    }

    /// What a name stands for.
    pub fn snapshot_named(&self, name: &str) -> Result<Option<SnapshotId>> {
        let mut statement = self.conn.prepare_cached("SELECT snapshot FROM snapshot_names WHERE name = ?1")?;
        Ok(statement.query_row([name], |row| row.get(0).map(SnapshotId)).optional()?)
    }

    /// Lets a name stand for a snapshot, or for none.
    pub fn set_snapshot_name(&self, name: &str, snapshot: Option<SnapshotId>) -> Result<()> {
        match snapshot {
            Some(snapshot) => self
                .conn
                .prepare_cached("INSERT OR REPLACE INTO snapshot_names (name, snapshot) VALUES (?1, ?2)")?
                .execute(params![name, snapshot.0])?,
            None => self.conn.prepare_cached("DELETE FROM snapshot_names WHERE name = ?1")?.execute([name])?,
        };
        Ok(())
    }

    /// What a snapshot froze besides the layers over records.
    pub fn frozen_rest(&self, snapshot: SnapshotId) -> Result<Rest> {
        let mut statement = self.conn.prepare_cached("SELECT rest FROM snapshots WHERE id = ?1")?;
        let bytes: Option<Vec<u8>> = statement.query_row([snapshot.0], |row| row.get(0)).optional()?;
        serde_json::from_slice(&decompress(&bytes.ok_or_else(damaged)?)?).map_err(|e| damaged().caused_by(e))
    }

    /// What was proven of the borders between its splits when it was made, as JSON.
    pub fn frozen_certificate(&self, snapshot: SnapshotId) -> Result<Option<String>> {
        let mut statement = self.conn.prepare_cached("SELECT certificate FROM snapshots WHERE id = ?1")?;
        Ok(statement.query_row([snapshot.0], |row| row.get(0)).optional()?.flatten())
    }

    /// The sources that were active then, as they were.
    pub fn sources_of(&self, version: Version) -> Result<Vec<Source>> {
        let Version::Snapshot(snapshot) = version else { return self.sources() };
        let frozen = self.frozen_rest(snapshot)?.sources;
        let all = self.all_sources()?;
        let then = |frozen: &FrozenSource| {
            let source = all.iter().find(|source| source.id == frozen.id)?;
            Some(Source { protected: frozen.protected, active: true, ..source.clone() })
        };
        frozen.iter().map(|frozen| then(frozen).ok_or_else(damaged)).collect()
    }

    /// [`Store::records`], as they were then. Ids that ascend and lie close together are read as one range.
    pub fn records_of(&self, version: Version, ids: &[RecordId]) -> Result<Vec<Record>> {
        let ascend = ids.windows(2).all(|pair| pair[0] < pair[1]);
        let (Some(first), Some(last)) = (ids.first(), ids.last()) else { return Ok(Vec::new()) };
        let is_dense = ascend && ((last.0 - first.0) as usize) < ids.len() * SPARSE;
        match version {
            _ if is_dense => self.records_in(version, ids, first.0..last.0.saturating_add(1)),
            Version::Now => self.records(ids),
            Version::Snapshot(snapshot) => {
                let sources = self.sources_of(version)?;
                ids.iter().filter_map(|id| self.record_then(snapshot, &sources, *id).transpose()).collect()
            }
        }
    }

    fn record_then(&self, snapshot: SnapshotId, sources: &[Source], id: RecordId) -> Result<Option<Record>> {
        let Some(raw) = self.bare_records(id.0..id.0.saturating_add(1), |_| true)?.pop() else { return Ok(None) };
        let Some(source) = sources.iter().find(|source| source.id == raw.source) else { return Ok(None) };
        Ok(Some(under(raw, FrozenLayers::open_for_some(self, snapshot)?.at(id.0)?, source)))
    }

    /// Those of `range` that are among `ids`, both ascending: each table is read once, side by side.
    fn records_in(&self, version: Version, ids: &[RecordId], range: std::ops::Range<u32>) -> Result<Vec<Record>> {
        let sources = self.sources_of(version)?;
        let mut wanted = ids.iter().copied().peekable();
        let bare = self.bare_records(range.clone(), |id| {
            while wanted.next_if(|next| *next < id).is_some() {}
            wanted.next_if_eq(&id).is_some()
        })?;
        match version {
            Version::Now => {
                let mut layers = LayerStatements::prepare(self)?;
                let mut layers = layers.open_range(self, range)?;
                all_under(bare, &sources, |id| layers.at(id))
            }
            Version::Snapshot(snapshot) => {
                let mut layers = FrozenLayers::open_for_some(self, snapshot)?;
                all_under(bare, &sources, |id| layers.at(id))
            }
        }
    }

    /// The setting's value then.
    pub fn setting_of(&self, version: Version, key: &str) -> Result<Option<String>> {
        match version {
            Version::Now => self.setting(key),
            Version::Snapshot(snapshot) => Ok(self.frozen_rest(snapshot)?.settings.remove(key)),
        }
    }

    /// The records of a snapshot over which a person's work is another one now, with what stood over them then (without what rules made).
    pub fn layers_to_restore(&self, snapshot: SnapshotId, progress: &Progress) -> Result<Vec<(RecordId, Layers)>> {
        let mut found = Vec::new();
        self.compare_layers(snapshot, progress, |id, now, then| {
            let (now, then) = (Layers { outcome: None, ..now }, Layers { outcome: None, ..then });
            if now != then {
                found.push((id, then));
            }
        })?;
        Ok(found)
    }

    /// Records of other sources that were dropped then because of a record of these ones.
    pub fn drops_then_because_of(&self, snapshot: SnapshotId, sources: &[SourceId]) -> Result<u64> {
        let all = self.sources_of(Version::Snapshot(snapshot))?;
        let ranges = self.ranges_of(&all)?;
        let source_of = |id: u32| ranges.iter().find(|(_, first, end)| (*first..*end).contains(&id)).map(|(source, ..)| *source);
        let is_out = |source: Option<SourceId>| source.is_some_and(|source| sources.contains(&source));
        let mut layers = FrozenLayers::open(self, snapshot)?;
        let mut count = 0;
        for &(source, first, end) in ranges.iter().filter(|(source, ..)| !sources.is_empty() && !sources.contains(source)) {
            for id in first..end {
                let witness = layers.at(id)?.duplicate.map(|drop| drop.witness.0);
                count +=
                    u64::from(witness.is_some_and(|witness| is_out(source_of(witness)) && source_of(witness) != Some(source)));
            }
        }
        Ok(count)
    }

    /// Records of which the rules make something else now than they made then.
    pub fn outcomes_that_differ(&self, snapshot: SnapshotId, progress: &Progress) -> Result<u64> {
        let mut differ = 0;
        self.compare_layers(snapshot, progress, |_, now, then| differ += u64::from(now.outcome != then.outcome))?;
        Ok(differ)
    }

    fn compare_layers(
        &self,
        snapshot: SnapshotId,
        progress: &Progress,
        mut with: impl FnMut(RecordId, Layers, Layers),
    ) -> Result<()> {
        let ranges = self.ranges_of(&self.sources_of(Version::Snapshot(snapshot))?)?;
        progress.stage("comparing", "records", ranges.iter().map(|(_, first, end)| u64::from(end - first)).sum())?;
        let mut live = LayerStatements::prepare(self)?;
        let mut live = live.open(self)?;
        let mut frozen = FrozenLayers::open(self, snapshot)?;
        for (_, first, end) in ranges {
            for ids in strides(first, end) {
                progress.add(ids.len() as u64)?;
                for id in ids {
                    with(RecordId(id), live.at(id)?, frozen.at(id)?);
                }
            }
        }
        Ok(())
    }
}

/// The records of these sources, as they stood under their layers.
fn all_under(bare: Vec<Record>, sources: &[Source], mut layers_of: impl FnMut(u32) -> Result<Layers>) -> Result<Vec<Record>> {
    let mut records = Vec::with_capacity(bare.len());
    for raw in bare {
        if let Some(source) = sources.iter().find(|source| source.id == raw.source) {
            let layers = layers_of(raw.id.0)?;
            records.push(under(raw, layers, source));
        }
    }
    Ok(records)
}

/// A record as it stood under these layers.
fn under(raw: Record, layers: Layers, source: &Source) -> Record {
    let Layers { mark, edit, outcome, duplicate, assignment } = layers;
    let set = outcome.as_ref().map_or(&[][..], |outcome| &outcome.fields);
    Record {
        fields: super::fields::merged(raw.fields, set),
        assignment: assignment.or_else(|| source.split.clone().map(Assignment::to)),
        mark,
        edit,
        outcome,
        duplicate,
        ..raw
    }
}

impl Summary {
    fn count(&mut self, layers: &Layers, source: &Source) {
        self.records += 1;
        let (state, _) = State::of(layers.mark.as_ref(), layers.outcome.as_ref(), layers.duplicate.as_ref());
        if state.is_kept() {
            self.kept += 1;
            let own = layers.assignment.as_ref().map(|assignment| assignment.split.as_str());
            let split = own.or(source.split.as_deref()).unwrap_or(NO_SPLIT);
            match self.splits.get_mut(split) {
                Some(count) => *count += 1,
                None => _ = self.splits.insert(split.to_owned(), 1),
            }
        }
    }
}

/// Ids from `first` to before `end`, some thousands at a time.
fn strides(first: u32, end: u32) -> impl Iterator<Item = std::ops::Range<u32>> {
    (first..end).step_by(CHUNK as usize).map(move |start| start..end.min(start.saturating_add(CHUNK)))
}

/// Lines of some chunks, until there are enough of these to be made side by side.
#[derive(Default)]
struct Waiting(Vec<Vec<Line>>);

impl Waiting {
    /// Takes the next line; hands out chunks once there are enough.
    fn add(&mut self, line: Line) -> Result<Vec<Chunk>> {
        let place = line.0.0 / CHUNK;
        let of_place = |lines: &&mut Vec<Line>| lines.first().is_some_and(|(id, _)| id.0 / CHUNK == place);
        if let Some(lines) = self.0.last_mut().filter(of_place) {
            lines.push(line);
            return Ok(Vec::new());
        }
        let full = if self.0.len() == SIDE_BY_SIDE { self.put_together()? } else { Vec::new() };
        self.0.push(vec![line]);
        Ok(full)
    }

    fn put_together(&mut self) -> Result<Vec<Chunk>> {
        std::mem::take(&mut self.0).par_iter().map(|lines| Chunk::of(lines)).collect()
    }
}
