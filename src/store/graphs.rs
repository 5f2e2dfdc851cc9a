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
        let node_of = graph.node_of.chunks(CHUNK).map(u32s_to_bytes);
        let digests = graph.digests.chunks(CHUNK / 2).map(u64s_to_bytes);
        let made = [&graph.capped.unwrap_or(0).to_le_bytes()[..], graph.method.as_bytes()].concat();
        self.save_part(id, "node_of", node_of.chain(digests).chain([made]))?;
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
            let about_nodes = nodes_from_bytes(&self.load_part(id, "node_of")?, records.as_ref().map_or(0, Vec::len));
            let edges = edges_from_bytes(&self.load_part(id, "edges")?);
            let (Some(records), Some(about_nodes), Some(edges)) = (records, about_nodes, edges) else { return Ok(None) };
            let (node_of, digests, capped, method) = about_nodes;
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

/// Node of each record, digest of each node, K, method.
type AboutNodes = (Vec<u32>, Vec<u64>, Option<u32>, String);

/// What one part holds until the schema names more of them: the nodes of `records` records, their digests, K or 0, the method.
fn nodes_from_bytes(bytes: &[u8], records: usize) -> Option<AboutNodes> {
    let (node_of, rest) = bytes.split_at_checked(records.checked_mul(4)?)?;
    let node_of = u32s_from_bytes(node_of)?;
    let nodes = node_of.iter().max().map_or(0, |&last| last as usize + 1);
    let (digests, rest) = rest.split_at_checked(nodes.checked_mul(8)?)?;
    let (capped, method) = rest.split_first_chunk::<4>()?;
    let capped = Some(u32::from_le_bytes(*capped)).filter(|&k| k > 0);
    Some((node_of, u64s_from_bytes(digests)?, capped, String::from_utf8(method.to_vec()).ok()?))
}
