//! The similarity graph on disk: derived, one per lens, as little-endian arrays in chunks.

use rusqlite::{OptionalExtension, params};

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
    pub floor: f32,
    /// Digest of the texts it was built from; see [`crate::query::Columns::text_digest`].
    pub digest: String,
    pub nodes: u64,
    pub edges: u64,
}

/// Edges or numbers in one chunk: far below SQLite's limit for a value, large enough that a graph is few rows.
const CHUNK: usize = 1 << 20;

impl Store {
    pub fn graph_info(&self, lens: Lens) -> Result<Option<GraphInfo>> {
        let found = self
            .conn
            .prepare_cached("SELECT floor, digest, nodes, edges FROM graphs WHERE lens = ?1")?
            .query_row([lens.word()], |row| {
                Ok(GraphInfo {
                    lens,
                    floor: row.get::<_, f64>(0)? as f32,
                    digest: row.get(1)?,
                    nodes: row.get::<_, i64>(2)? as u64,
                    edges: row.get::<_, i64>(3)? as u64,
                })
            })
            .optional()?;
        Ok(found)
    }

    /// Replaces the graph of its lens. `nodes` is how many nodes the graph has.
    pub fn save_graph(&self, graph: &Graph, digest: &str) -> Result<()> {
        let lens = graph.lens.word();
        self.conn.execute("DELETE FROM graph_chunks WHERE graph IN (SELECT id FROM graphs WHERE lens = ?1)", [lens])?;
        self.conn.execute("DELETE FROM graphs WHERE lens = ?1", [lens])?;
        self.conn.execute(
            "INSERT INTO graphs (lens, floor, digest, nodes, edges) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![lens, f64::from(graph.floor), digest, graph.nodes() as i64, graph.edges.len() as i64],
        )?;
        let id = self.conn.last_insert_rowid();
        let records: Vec<u32> = graph.records.iter().map(|r| r.0).collect();
        self.save_part(id, "records", records.chunks(CHUNK).map(u32s_to_bytes))?;
        self.save_part(id, "node_of", graph.node_of.chunks(CHUNK).map(u32s_to_bytes))?;
        self.save_part(id, "digests", graph.digests.chunks(CHUNK).map(u64s_to_bytes))?;
        self.save_part(id, "method", std::iter::once(graph.method.clone().into_bytes()))?;
        self.save_part(id, "capped", graph.capped.iter().map(|&k| u32s_to_bytes(&[k])))?;
        self.save_part(id, "edges", graph.edges.chunks(CHUNK).map(edges_to_bytes))
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
        let found: Option<(i64, f64)> = self
            .conn
            .prepare_cached("SELECT id, floor FROM graphs WHERE lens = ?1")?
            .query_row([lens.word()], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((id, floor)) = found else { return Ok(None) };
        let graph = || -> Result<Option<Graph>> {
            let records = u32s_from_bytes(&self.load_part(id, "records")?);
            let node_of = u32s_from_bytes(&self.load_part(id, "node_of")?);
            let digests = u64s_from_bytes(&self.load_part(id, "digests")?);
            let method = String::from_utf8(self.load_part(id, "method")?).ok();
            let capped = u32s_from_bytes(&self.load_part(id, "capped")?).map(|k| k.first().copied());
            let edges = edges_from_bytes(&self.load_part(id, "edges")?);
            let (Some(records), Some(node_of), Some(digests)) = (records, node_of, digests) else { return Ok(None) };
            let (Some(method), Some(capped), Some(edges)) = (method, capped, edges) else { return Ok(None) };
            let records = records.into_iter().map(RecordId).collect();
            Ok(Graph { lens, method, floor: floor as f32, records, node_of, digests, edges, capped }.checked())
        };
        // Checked whole, so that no later look-up can panic on a damaged file.
        graph()?.map(Some).ok_or_else(|| {
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
