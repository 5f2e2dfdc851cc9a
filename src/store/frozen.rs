//! The layers over the records as a snapshot froze them: chunks of JSON lines, compressed, told apart by what is in them.
//!
//! A chunk holds the records whose ids divided by [`CHUNK`] are the same, one line `[id, layers]` each, ids ascending; a record without
//! layers has no line, a chunk without lines is not there. Chunks are kept by the SHA-256 of their lines, so that two snapshots share all that
//! did not change between them.

use std::io::Write;

use rayon::prelude::*;
use rusqlite::{OptionalExtension, params};
use sha2::{Digest, Sha256};

use super::Store;
use crate::display::hex;
use crate::error::{Error, Result};
use crate::model::{Layers, RecordId, SnapshotId};

/// Ids in a chunk.
pub(super) const CHUNK: u32 = 4096;
/// Chunks that are taken apart at once where all are read.
const AHEAD: usize = 16;
/// The level at which zstd is as fast as the disk here.
const LEVEL: i32 = 3;
/// No chunk is larger: all of its records with the longest texts there may be.
const MOST: usize = 1 << 33;

/// A record with all that stands over it.
pub(super) type Line = (RecordId, Layers);

/// A chunk ready to be kept.
#[derive(Debug)]
pub struct Chunk {
    pub(super) place: u32,
    /// SHA-256 of the lines, lower-case hex.
    pub(super) digest: String,
    bytes: Vec<u8>,
}

impl Chunk {
    /// `lines` are not empty, and of one place.
    pub(super) fn of(lines: &[Line]) -> Result<Chunk> {
        let mut text = Vec::with_capacity(lines.len() * 200);
        for line in lines {
            serde_json::to_writer(&mut text, line).map_err(|e| Error::io("a snapshot could not be written").caused_by(e))?;
            text.push(b'\n');
        }
        let bytes = compress(&text)?;
        Ok(Chunk { place: lines.first().map_or(0, |(id, _)| id.0 / CHUNK), digest: hex(&Sha256::digest(&text)), bytes })
    }

    /// What was kept under a digest. Errors: refused where it is something else by now.
    fn lines(digest: &str, bytes: &[u8]) -> Result<Vec<Line>> {
        let text = decompress(bytes)?;
        if hex(&Sha256::digest(&text)) != digest {
            return Err(damaged());
        }
        let lines = text.split(|&b| b == b'\n').filter(|line| !line.is_empty());
        lines.map(|line| serde_json::from_slice(line).map_err(|e| damaged().caused_by(e))).collect()
    }
}

pub(super) fn compress(text: &[u8]) -> Result<Vec<u8>> {
    let failed = |e| Error::io("a snapshot could not be compressed").caused_by(e);
    let mut encoder = zstd::Encoder::new(Vec::new(), LEVEL).map_err(failed)?;
    encoder.write_all(text).map_err(failed)?;
    encoder.finish().map_err(failed)
}

pub(super) fn decompress(bytes: &[u8]) -> Result<Vec<u8>> {
    use std::io::Read;
    let mut text = Vec::new();
    let decoder = zstd::Decoder::new(bytes).map_err(|e| damaged().caused_by(e))?;
    decoder.take(MOST as u64).read_to_end(&mut text).map_err(|e| damaged().caused_by(e))?;
    Ok(text)
}

pub(super) fn damaged() -> Error {
    Error::refused("a snapshot is damaged").hint("go back to a copy of the workspace; `tamis check` may say more")
}

impl Store {
    pub(super) fn insert_chunk(&self, snapshot: SnapshotId, chunk: &Chunk) -> Result<()> {
        self.conn
            .prepare_cached("INSERT OR IGNORE INTO chunks (digest, bytes) VALUES (?1, ?2)")?
            .execute(params![chunk.digest, chunk.bytes])?;
        self.conn
            .prepare_cached("INSERT INTO snapshot_chunks (snapshot, place, chunk) VALUES (?1, ?2, ?3)")?
            .execute(params![snapshot.0, chunk.place, chunk.digest])?;
        Ok(())
    }

    /// Chunks of snapshots that are no longer what their digests say.
    pub fn damaged_chunks(&self) -> Result<u64> {
        let mut statement = self.conn.prepare("SELECT digest, bytes FROM chunks")?;
        let mut rows = statement.query([])?;
        let mut damaged = 0;
        while let Some(row) = rows.next()? {
            let (digest, bytes) = (row.get_ref(0)?.as_str(), row.get_ref(1)?.as_blob());
            let is_sound = digest.ok().zip(bytes.ok()).is_some_and(|(digest, bytes)| Chunk::lines(digest, bytes).is_ok());
            damaged += u64::from(!is_sound);
        }
        Ok(damaged)
    }

    /// Chunks that there are, of all snapshots.
    pub fn chunk_count(&self) -> Result<u64> {
        Ok(self.conn.query_row("SELECT count(*) FROM chunks", [], |row| row.get::<_, i64>(0))? as u64)
    }

    /// Bytes of all chunks, compressed.
    pub fn chunk_bytes(&self) -> Result<u64> {
        Ok(self.conn.query_row("SELECT coalesce(sum(length(bytes)), 0) FROM chunks", [], |row| row.get::<_, i64>(0))? as u64)
    }

    fn chunk(&self, digest: &str) -> Result<Vec<u8>> {
        let mut statement = self.conn.prepare_cached("SELECT bytes FROM chunks WHERE digest = ?1")?;
        statement.query_row([digest], |row| row.get(0)).optional()?.ok_or_else(damaged)
    }
}

/// Walks through a snapshot, ids ascending.
pub(super) struct FrozenLayers<'s> {
    store: &'s Store,
    /// Places with the digests of their chunks, ascending.
    places: Vec<(u32, String)>,
    next: usize,
    ahead: usize,
    lines: std::iter::Peekable<std::vec::IntoIter<Line>>,
}

impl<'s> FrozenLayers<'s> {
    /// For a walk over all records.
    pub(super) fn open(store: &'s Store, snapshot: SnapshotId) -> Result<Self> {
        Self::with_ahead(store, snapshot, AHEAD)
    }

    /// For some records: only the chunks that they are in are taken apart.
    pub(super) fn open_for_some(store: &'s Store, snapshot: SnapshotId) -> Result<Self> {
        Self::with_ahead(store, snapshot, 1)
    }

    fn with_ahead(store: &'s Store, snapshot: SnapshotId, ahead: usize) -> Result<Self> {
        let mut statement =
            store.conn.prepare_cached("SELECT place, chunk FROM snapshot_chunks WHERE snapshot = ?1 ORDER BY place")?;
        let rows = statement.query_map([snapshot.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let places = rows.collect::<rusqlite::Result<_>>()?;
        Ok(FrozenLayers { store, places, next: 0, ahead, lines: Vec::new().into_iter().peekable() })
    }

    /// The layers over record `id`; ids must ascend.
    pub(super) fn at(&mut self, id: u32) -> Result<Layers> {
        loop {
            while self.lines.next_if(|(line, _)| line.0 < id).is_some() {}
            match self.lines.peek() {
                Some(_) => {
                    let found = self.lines.next_if(|(line, _)| line.0 == id);
                    return Ok(found.map(|(_, layers)| layers).unwrap_or_default());
                }
                None => {
                    let place = id / CHUNK;
                    while self.places.get(self.next).is_some_and(|(other, _)| *other < place) {
                        self.next += 1;
                    }
                    if self.places.get(self.next).is_none_or(|(other, _)| *other > place) {
                        return Ok(Layers::default());
                    }
                    self.load()?;
                }
            }
        }
    }

    /// The next chunks, taken apart side by side.
    fn load(&mut self) -> Result<()> {
        let places = &self.places[self.next..self.places.len().min(self.next + self.ahead)];
        let bytes = places.iter().map(|(_, digest)| self.store.chunk(digest)).collect::<Result<Vec<_>>>()?;
        let chunks = places.par_iter().zip(&bytes).map(|((_, digest), bytes)| Chunk::lines(digest, bytes));
        let chunks = chunks.collect::<Result<Vec<_>>>()?;
        self.next += places.len();
        self.lines = chunks.into_iter().flatten().collect::<Vec<_>>().into_iter().peekable();
        Ok(())
    }
}
