//! The similarity graph on disk: derived, one per lens, as little-endian arrays in chunks.

use rusqlite::{OptionalExtension, Row, params};

use super::Store;
use crate::error::{Error, Result};
use crate::model::{Lens, RecordId};
use crate::similarity::Graph;
use crate::similarity::bytes::{
    edges_from_bytes, edges_to_bytes, u32s_from_bytes, u32s_to_bytes, u64s_from_bytes, u64s_to_bytes,
};

/// What is known of a stored graph without reading it.
#[derive(Debug, Clone, PartialEq)]
pub struct GraphInfo {
    pub lens: Lens,
    /// `words`, `grams`, or a model with its precision.
    pub method: String,
    pub floor: f32,
    /// Digest of the texts it was built from; see [`crate::query::Columns::text_digest`].
    pub digest: String,
    /// Digest of the masked phrases.
    pub mask: String,
    /// Its scope, in the filter language; empty: all records.
    pub filter: String,
    pub nodes: u64,
    pub edges: u64,
    /// Strongest edges kept of each node, where not all are.
    pub capped: Option<u32>,
}

/// What a graph was made of, beside what stands in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Origin {
    /// Digest of the texts.
    pub digest: String,
    /// Digest of the masked phrases.
    pub mask: String,
    /// The scope, in the filter language.
    pub filter: String,
}

/// Edges or numbers in one chunk: far below SQLite's limit for a value, large enough that a graph is few rows.
const CHUNK: usize = 1 << 20;

const COLUMNS: &str = "lens, method, floor, digest, mask, filter, nodes, edges, capped";

fn row_to_info(row: &Row<'_>) -> rusqlite::Result<Option<GraphInfo>> {
    let Ok(lens) = row.get::<_, String>(0)?.parse() else { return Ok(None) };
    Ok(Some(GraphInfo {
        lens,
        method: row.get(1)?,
        floor: row.get::<_, f64>(2)? as f32,
        digest: row.get(3)?,
        mask: row.get(4)?,
        filter: row.get(5)?,
        nodes: row.get::<_, i64>(6)? as u64,
        edges: row.get::<_, i64>(7)? as u64,
        capped: row.get(8)?,
    }))
}

impl Store {
    pub fn graph_info(&self, lens: Lens) -> Result<Option<GraphInfo>> {
        let mut statement = self.conn.prepare_cached(&format!("SELECT {COLUMNS} FROM graphs WHERE lens = ?1"))?;
        Ok(statement.query_row([lens.word()], row_to_info).optional()?.flatten())
    }

    /// Replaces the graph of its lens.
    pub fn save_graph(&self, graph: &Graph, origin: &Origin) -> Result<()> {
        let lens = graph.lens.word();
        self.remove_graph(graph.lens)?;
        self.conn.execute(
            &format!("INSERT INTO graphs ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"),
            params![
                lens,
                graph.method,
                f64::from(graph.floor),
                origin.digest,
                origin.mask,
                origin.filter,
                graph.nodes() as i64,
                graph.edges.len() as i64,
                graph.capped,
            ],
        )?;
        let id = self.conn.last_insert_rowid();
        let records: Vec<u32> = graph.records.iter().map(|r| r.0).collect();
        self.save_part(id, "records", records.chunks(CHUNK).map(u32s_to_bytes))?;
        self.save_part(id, "node_of", graph.node_of.chunks(CHUNK).map(u32s_to_bytes))?;
        self.save_part(id, "digests", graph.digests.chunks(CHUNK).map(u64s_to_bytes))?;
        self.save_part(id, "edges", graph.edges.chunks(CHUNK).map(edges_to_bytes))
    }

    fn remove_graph(&self, lens: Lens) -> Result<()> {
        let lens = lens.word();
        self.conn.execute("DELETE FROM graph_chunks WHERE graph IN (SELECT id FROM graphs WHERE lens = ?1)", [lens])?;
        self.conn.execute("DELETE FROM graphs WHERE lens = ?1", [lens])?;
        Ok(())
    }

    fn save_part(&self, graph: i64, part: &str, chunks: impl Iterator<Item = Vec<u8>>) -> Result<()> {
        let mut statement =
            self.conn.prepare_cached("INSERT INTO graph_chunks (graph, part, chunk, bytes) VALUES (?1, ?2, ?3, ?4)")?;
        for (chunk, bytes) in chunks.enumerate() {
            statement.execute(params![graph, part, chunk as i64, bytes])?;
        }
        Ok(())
    }

    /// Reads the graph of a lens back.
    pub fn load_graph(&self, lens: Lens) -> Result<Option<Graph>> {
        let Some(info) = self.graph_info(lens)? else { return Ok(None) };
        let id = self.conn.prepare_cached("SELECT id FROM graphs WHERE lens = ?1")?.query_row([lens.word()], |row| row.get(0))?;
        let parts = || -> Result<Option<Graph>> {
            let records = u32s_from_bytes(&self.load_part(id, "records")?);
            let node_of = u32s_from_bytes(&self.load_part(id, "node_of")?);
            let digests = u64s_from_bytes(&self.load_part(id, "digests")?);
            let edges = edges_from_bytes(&self.load_part(id, "edges")?);
            let (Some(records), Some(node_of), Some(digests), Some(edges)) = (records, node_of, digests, edges) else {
                return Ok(None);
            };
            let GraphInfo { lens, method, floor, capped, .. } = info;
            let records = records.into_iter().map(RecordId).collect();
            Ok(Graph { lens, method, floor, records, node_of, digests, edges, capped }.checked())
        };
        // Checked whole, so that no later look-up can panic on a damaged file.
        parts()?.map(Some).ok_or_else(|| {
            Error::refused("the stored similarity graph is damaged").hint("build it again: `tamis duplicates build WORKSPACE`")
        })
    }

    fn load_part(&self, graph: i64, part: &str) -> Result<Vec<u8>> {
        let mut statement =
            self.conn.prepare_cached("SELECT bytes FROM graph_chunks WHERE graph = ?1 AND part = ?2 ORDER BY chunk")?;
        let mut rows = statement.query(params![graph, part])?;
        let mut bytes = Vec::new();
        while let Some(row) = rows.next()? {
            bytes
                .extend_from_slice(row.get_ref(0)?.as_blob().map_err(|e| Error::io("the stored graph is damaged").caused_by(e))?);
        }
        Ok(bytes)
    }
}
