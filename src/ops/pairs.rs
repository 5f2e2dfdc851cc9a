//! pairs: the similarity graph as a file of scored pairs, out and in: for other programs, and for graphs that were computed elsewhere.

use std::borrow::Cow;
use std::path::Path;

use rayon::prelude::*;
use serde::Serialize;

use super::duplicates::standing::{mask, mask_digest};
use super::duplicates::{BuildReport, Made, is_stale, load, save};
use super::filter_file::Target;
use crate::error::{Error, Result};
use crate::export::PairsWriter;
use crate::model::{Edge, Lens, RecordId};
use crate::progress::Progress;
use crate::query::Columns;
use crate::similarity::build::Recipe;
use crate::similarity::collect::BUDGET;
use crate::similarity::mask::Mask;
use crate::similarity::{Collector, Graph, Nodes, Same};
use crate::sources::{PairRow, PairsFile};
use crate::store::graphs::Origin;
use crate::workspace::Workspace;

/// Keys of a file's metadata: what the scores are of, and from where up every pair is there.
const LENS: &str = "tamis.lens";
const METHOD: &str = "tamis.method";
const FLOOR: &str = "tamis.floor";

/// Progress is told once for so many pairs.
const STEP: u64 = 1 << 14;

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExportReport {
    pub lens: Lens,
    pub method: String,
    pub floor: f32,
    /// Pairs of records, those of one text at 1 included.
    pub pairs: u64,
    /// Strongest pairs kept of each text, where there were too many for all.
    pub capped: Option<u32>,
    /// Texts or masked phrases changed since the graph was built: the pairs are of the older texts.
    pub stale: bool,
}

/// Writes every pair of records of a lens's graph as it was built, whatever was judged since, into a new parquet file: complete or
/// absent. Streamed: memory is the graph's and that of a million rows.
pub fn export(workspace: &Workspace, columns: &Columns, lens: Lens, file: &Path, progress: &Progress) -> Result<ExportReport> {
    let graph = load(workspace, lens)?;
    let stale = is_stale(workspace, columns, lens)?;
    let claims = [(LENS, lens.word().to_owned()), (METHOD, graph.method.clone()), (FLOOR, graph.floor.to_string())];
    let mut writer = PairsWriter::new(Target::create(file)?, &claims)?;
    let pairs = write(&graph, &mut writer, progress)?;
    writer.finish()?.commit()?;
    let Graph { method, floor, capped, .. } = graph;
    Ok(ExportReport { lens, method, floor, pairs, capped, stale })
}

/// Writes the pairs one by one: two texts of many records each have more pairs than memory holds.
fn write(graph: &Graph, writer: &mut PairsWriter<Target>, progress: &Progress) -> Result<u64> {
    let members = graph.members();
    let records_of = |node: u32| members.of(node).iter().map(|&index| graph.records[index as usize].0);
    let size = |node: u32| members.of(node).len() as u64;
    let within: u64 = (0..graph.nodes() as u32).map(|node| size(node) * (size(node) - 1) / 2).sum();
    let total = within + graph.edges.iter().map(|edge| size(edge.a) * size(edge.b)).sum::<u64>();
    progress.stage("writing", "pairs", total)?;
    let mut written = 0;
    let mut put = |a: u32, b: u32, score: f32| -> Result<()> {
        writer.pair(a.min(b), a.max(b), score)?;
        written += 1;
        if written % STEP == 0 { progress.add(STEP) } else { Ok(()) }
    };
    for node in 0..graph.nodes() as u32 {
        for (at, a) in records_of(node).enumerate() {
            records_of(node).skip(at + 1).try_for_each(|b| put(a, b, 1.0))?;
        }
    }
    for edge in &graph.edges {
        for a in records_of(edge.a) {
            records_of(edge.b).try_for_each(|b| put(a, b, edge.score))?;
        }
    }
    Ok(written)
}

/// What was taken in.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ImportReport {
    /// Rows of the file.
    pub rows: u64,
    /// Rows below the floor.
    pub below: u64,
    /// Rows about two records with one text: they are one node, at 1.
    pub within: u64,
    #[serde(flatten)]
    pub stored: BuildReport,
}

/// Makes a lens's graph of the pairs in a parquet file and stores it in the place of the one there was. Derived, so no operation.
///
/// Rows may come in any order and more than once: of several about the same two texts the highest score holds. Without a floor it is
/// what the file says of itself, if tamis wrote it, or its lowest score.
///
/// Memory: 15 bytes for each pair of different texts, of which at most 64 million are taken: 1 GB.
///
/// Errors: refused for a row that is no pair of records of this workspace, with its number; nothing is stored then.
pub fn import(
    workspace: &mut Workspace,
    columns: &Columns,
    lens: Lens,
    floor: Option<f32>,
    path: &Path,
    progress: &Progress,
) -> Result<ImportReport> {
    let file = PairsFile::open(path).map_err(|e| e.about(path))?;
    require_lens(&file, lens).map_err(|e| e.about(path))?;
    let floor = floor.or_else(|| floor_of(&file));
    // Before an hour of reading, not after it.
    floor.map(|floor| Recipe::new(lens, "", floor)).transpose()?;
    let phrases = mask(workspace)?;
    let nodes = nodes(columns, lens, &Mask::new(&phrases)?, progress)?;
    let mut gathered = Gathered::new(columns, &nodes, floor);
    file.read(progress, &mut |row| gathered.take(row)).map_err(|e| e.about(path))?;
    let Gathered { mut edges, rows, below, within, lowest, .. } = gathered;
    let floor = floor.or(lowest).ok_or_else(|| {
        Error::usage(format!("{} holds no pair, so that its lowest score is unknown", path.display()))
            .hint("say from where up all pairs are in it: --floor 0.65")
    })?;
    highest_of_each(&mut edges);
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let recipe = Recipe::new(lens, format!("imported {name}"), floor)?;
    let (edges, capped) = Collector::resume(nodes.len(), BUDGET, edges, None).finish();
    let graph = Graph::assemble(&recipe, nodes, edges, capped);
    let origin = Origin { digest: columns.text_digest(), mask: mask_digest(&phrases), filter: String::new() };
    let stored = save(workspace, &Made { graph, origin, embedded: 0, reused: 0 })?;
    Ok(ImportReport { rows, below, within, stored })
}

/// Scores of one lens say nothing in the other.
fn require_lens(file: &PairsFile, lens: Lens) -> Result<()> {
    match file.claim(LENS).and_then(|word| word.parse::<Lens>().ok()) {
        Some(other) if other != lens => {
            Err(Error::usage(format!("the pairs were exported from the {} lens, not the {} one", other.word(), lens.word()))
                .hint(format!("--lens {}", other.word())))
        }
        _ => Ok(()),
    }
}

fn floor_of(file: &PairsFile) -> Option<f32> {
    file.claim(FLOOR)?.parse().ok().filter(|floor| *floor > 0.0 && *floor <= 1.0)
}

/// All records, as a build would put them together.
fn nodes(columns: &Columns, lens: Lens, mask: &Mask, progress: &Progress) -> Result<Nodes> {
    let texts: Vec<Cow<'_, str>> = (0..columns.len()).into_par_iter().map(|p| mask.apply(columns.text(p))).collect();
    let texts: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
    Nodes::collapse((0..columns.len()).map(|p| columns.id(p)).collect(), &texts, Same::of(lens), progress)
}

/// Edges as they come out of a file.
struct Gathered<'a> {
    columns: &'a Columns,
    nodes: &'a Nodes,
    floor: Option<f32>,
    edges: Vec<Edge>,
    /// How many there may be before repeats are looked for.
    room: usize,
    rows: u64,
    below: u64,
    within: u64,
    lowest: Option<f32>,
}

/// Edges that are gathered before repeats are looked for.
const ROOM: usize = 1 << 20;

impl<'a> Gathered<'a> {
    fn new(columns: &'a Columns, nodes: &'a Nodes, floor: Option<f32>) -> Gathered<'a> {
        Gathered { columns, nodes, floor, edges: Vec::new(), room: ROOM, rows: 0, below: 0, within: 0, lowest: None }
    }

    fn take(&mut self, pair: PairRow) -> Result<()> {
        let (a, b) = (self.node(pair.row, pair.a)?, self.node(pair.row, pair.b)?);
        if pair.a == pair.b {
            return Err(
                Error::refused(format!("row {}: record {} is paired with itself", pair.row, pair.a)).hint("leave such rows out")
            );
        }
        self.rows += 1;
        // A score of 0 says that a pair is none.
        if pair.score <= 0.0 || self.floor.is_some_and(|floor| pair.score < floor) {
            self.below += 1;
            return Ok(());
        }
        self.lowest = Some(self.lowest.map_or(pair.score, |lowest| lowest.min(pair.score)));
        if a == b {
            self.within += 1;
            return Ok(());
        }
        self.edges.push(Edge { a: a.min(b), b: a.max(b), score: pair.score });
        if self.edges.len() > self.room { self.make_room() } else { Ok(()) }
    }

    fn node(&self, row: u64, id: u32) -> Result<u32> {
        let position = self.columns.position(RecordId(id));
        position.map(|position| self.nodes.node_of[position]).ok_or_else(|| {
            Error::refused(format!("row {row}: there is no record {id}"))
                .hint("a and b are ids of records of this workspace, as `tamis list` shows them")
        })
    }

    fn make_room(&mut self) -> Result<()> {
        highest_of_each(&mut self.edges);
        if self.edges.len() > BUDGET {
            return Err(Error::refused(format!("more than {BUDGET} pairs of different texts")).hint("take fewer: --floor 0.8"));
        }
        // A quarter of room at least, so that the time spent here stays in proportion to the rows that come.
        self.room = (self.edges.len() + self.edges.len() / 4).max(ROOM);
        Ok(())
    }
}

/// Of edges between the same nodes, leaves the strongest.
fn highest_of_each(edges: &mut Vec<Edge>) {
    edges.par_sort_unstable_by(|x, y| (x.a, x.b).cmp(&(y.a, y.b)).then(y.score.total_cmp(&x.score)));
    edges.dedup_by_key(|edge| (edge.a, edge.b));
}
