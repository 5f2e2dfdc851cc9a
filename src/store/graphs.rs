//! The similarity graph on disk: derived, one per lens, as little-endian arrays in chunks.

use rusqlite::{OptionalExtension, params};

use super::Store;
use crate::error::{Error, Result};
use crate::model::{Edge, Lens, RecordId};
use crate::similarity::Graph;

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

/// Bytes of one chunk: far below SQLite's limit for a value, large enough that a graph is few rows.
const CHUNK: usize = 12 << 20;

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
        self.save_part(id, "records", graph.records.iter().flat_map(|r| r.0.to_le_bytes()))?;
        self.save_part(id, "node_of", graph.node_of.iter().flat_map(|n| n.to_le_bytes()))?;
        self.save_part(id, "edges", graph.edges.iter().flat_map(edge_bytes))
    }

    fn save_part(&self, graph: i64, part: &str, mut bytes: impl Iterator<Item = u8>) -> Result<()> {
        let mut statement =
            self.conn.prepare_cached("INSERT INTO graph_chunks (graph, part, chunk, bytes) VALUES (?1, ?2, ?3, ?4)")?;
        for chunk in 0i64.. {
            let block: Vec<u8> = bytes.by_ref().take(CHUNK).collect();
            if block.is_empty() {
                break;
            }
            statement.execute(params![graph, part, chunk, block])?;
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
        let records = words(&self.load_part(id, "records")?).map(RecordId).collect();
        let node_of = words(&self.load_part(id, "node_of")?).collect();
        let edges = self.load_part(id, "edges")?;
        let edges = edges.chunks_exact(12).map(edge_from_bytes).collect();
        let graph = Graph { lens, floor: floor as f32, records, node_of, edges };
        if !is_sound(&graph) {
            return Err(Error::refused("the stored similarity graph is damaged")
                .hint("build it again: `tamis duplicates build WORKSPACE`"));
        }
        Ok(Some(graph))
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

fn edge_bytes(edge: &Edge) -> [u8; 12] {
    let mut bytes = [0; 12];
    bytes[..4].copy_from_slice(&edge.a.to_le_bytes());
    bytes[4..8].copy_from_slice(&edge.b.to_le_bytes());
    bytes[8..].copy_from_slice(&edge.score.to_le_bytes());
    bytes
}

fn edge_from_bytes(bytes: &[u8]) -> Edge {
    let word = |at: usize| [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
    Edge { a: u32::from_le_bytes(word(0)), b: u32::from_le_bytes(word(4)), score: f32::from_le_bytes(word(8)) }
}

fn words(bytes: &[u8]) -> impl Iterator<Item = u32> + '_ {
    bytes.chunks_exact(4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
}

/// Every index in range, so that no later look-up can panic on a damaged file.
fn is_sound(graph: &Graph) -> bool {
    let nodes = graph.node_of.iter().max().map_or(0, |&n| n as usize + 1);
    graph.records.len() == graph.node_of.len()
        && nodes <= graph.records.len()
        && graph.edges.iter().all(|e| (e.a as usize) < nodes && (e.b as usize) < nodes && e.a != e.b && e.score.is_finite())
}
