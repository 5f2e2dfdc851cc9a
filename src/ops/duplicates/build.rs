//! Building the similarity graph: load → compute (pure, no database) → save, and reading it back.

use std::borrow::Cow;
use std::cell::Cell;

use rayon::prelude::*;
use serde::Serialize;

use super::embed::{Embedder, Precision};
use super::standing::{mask, mask_digest};
use crate::error::{Error, Result};
use crate::model::{Lens, RecordId, Sets};
use crate::ops::query;
use crate::progress::Progress;
use crate::query::Columns;
use crate::shelf::Folders;
use crate::similarity::build::{self, Recipe};
use crate::similarity::mask::Mask;
use crate::similarity::{Graph, ItemSets, Nodes, Pairs, Same, Sink, cosine, lexical};
use crate::store::graphs::{GraphInfo, Origin};
use crate::workspace::Workspace;

/// The graph that a person wants.
#[derive(Debug, Clone, PartialEq)]
pub struct Wish {
    pub lens: Lens,
    /// For the lexical lens: what sets are compared.
    pub sets: Sets,
    /// For the semantic lens: how texts are embedded.
    pub precision: Precision,
    /// For the semantic lens: which model; the first on the shelf where none is named.
    pub model: Option<String>,
    pub floor: f32,
    /// The scope, in the filter language; empty: all records.
    pub filter: String,
}

impl Wish {
    /// All records, as each lens is built where nothing else is asked for.
    pub fn of(lens: Lens) -> Wish {
        Wish {
            lens,
            sets: Sets::Words,
            precision: Precision::Fast,
            model: None,
            floor: lens.default_floor(),
            filter: String::new(),
        }
    }

    /// The wish that a stored graph fulfilled, for making it anew.
    pub fn like(info: &GraphInfo) -> Wish {
        let model = info.method.rsplit_once(' ').map(|(model, _)| model.to_owned());
        Wish {
            model: model.filter(|_| info.lens == Lens::Semantic),
            sets: info.method.parse().unwrap_or(Sets::Words),
            precision: if info.method.ends_with(" f32") { Precision::Exact } else { Precision::Fast },
            floor: info.floor,
            filter: info.filter.clone(),
            ..Wish::of(info.lens)
        }
    }
}

/// A graph that is not stored yet.
#[derive(Debug, Clone, PartialEq)]
pub struct Made {
    pub graph: Graph,
    pub origin: Origin,
    /// Texts that were embedded now, not found in the cache.
    pub embedded: u64,
    /// Nodes whose pairs were taken over from the graph there was.
    pub reused: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BuildReport {
    pub lens: Lens,
    pub method: String,
    pub floor: f32,
    pub records: u64,
    /// Different texts.
    pub nodes: u64,
    /// Pairs of these ≥ floor.
    pub edges: u64,
    /// Strongest pairs kept of each text, where there were too many for all.
    pub capped: Option<u32>,
    /// Texts that were embedded now.
    pub embedded: u64,
    /// Different texts whose pairs were taken over from the graph there was.
    pub reused: u64,
}

/// The first two steps of [`build()`]: finds every pair ≥ floor among the records that the wish names. Writes nothing to the workspace;
/// embeddings go to the cache as they are made, so that nothing is embedded twice, even after a kill.
pub fn make(workspace: &Workspace, columns: &Columns, wish: &Wish, folders: &Folders, progress: &Progress) -> Result<Made> {
    let measure = Measure::open(wish, folders)?;
    let recipe = Recipe::new(wish.lens, measure.method(), wish.floor)?;
    let hits = query::select(workspace, columns, &query::parse(columns, &wish.filter, None)?, progress)?;
    if hits.positions.is_empty() && !wish.filter.trim().is_empty() {
        return Err(Error::refused(format!("no record matches {}", wish.filter)).hint("the graph there is stays as it is"));
    }
    let phrases = mask(workspace)?;
    let texts = Texts::new(columns, &hits.positions, &Mask::new(&phrases)?);
    let origin = Origin { digest: columns.text_digest(), mask: mask_digest(&phrases), filter: wish.filter.clone() };
    let earlier = reusable(workspace, &recipe, &origin)?;
    texts.graph(&recipe, &measure, earlier.as_ref(), progress).map(|(graph, reused)| Made {
        graph,
        origin,
        embedded: measure.embedded(),
        reused,
    })
}

/// Builds the graph of a lens and stores it.
pub fn build(workspace: &mut Workspace, wish: &Wish, folders: &Folders, progress: &Progress) -> Result<BuildReport> {
    let columns = query::columns(workspace, progress)?;
    let made = make(workspace, &columns, wish, folders, progress)?;
    save(workspace, &made)
}

/// Stores a graph in the place of the one that its lens had.
pub fn save(workspace: &mut Workspace, made: &Made) -> Result<BuildReport> {
    workspace.save_derived(|store| store.save_graph(&made.graph, &made.origin))?;
    let graph = &made.graph;
    Ok(BuildReport {
        lens: graph.lens,
        method: graph.method.clone(),
        floor: graph.floor,
        records: graph.records.len() as u64,
        nodes: graph.nodes() as u64,
        edges: graph.edges.len() as u64,
        capped: graph.capped,
        embedded: made.embedded,
        reused: made.reused,
    })
}

/// What is stored of a lens, without reading the graph.
pub fn info(workspace: &Workspace, lens: Lens) -> Result<Option<GraphInfo>> {
    workspace.store().graph_info(lens)
}

/// The stored graph of a lens.
pub fn load(workspace: &Workspace, lens: Lens) -> Result<Graph> {
    workspace.store().load_graph(lens)?.ok_or_else(|| {
        Error::refused(format!("there is no {} similarity graph yet", lens.word()))
            .hint(format!("build it: `tamis duplicates build WORKSPACE --lens {}`", lens.word()))
    })
}

/// The stored graph where its pairs are pairs of the wanted one too: made in the same way, of texts masked alike. One that is damaged is
/// of no use, and in nobody's way: it is about to be replaced.
fn reusable(workspace: &Workspace, recipe: &Recipe, origin: &Origin) -> Result<Option<Graph>> {
    let fits = |info: &GraphInfo| (&info.method, info.floor, &info.mask) == (&recipe.method, recipe.floor, &origin.mask);
    match info(workspace, recipe.lens)?.filter(fits) {
        Some(_) => Ok(workspace.store().load_graph(recipe.lens).unwrap_or_default()),
        None => Ok(None),
    }
}

/// What similarity is measured by.
pub enum Measure {
    Sets(Sets),
    Model(Box<Embedder>),
}

impl Measure {
    /// Errors: refused, with what to do, where the semantic lens is wanted and there is no model.
    pub fn open(wish: &Wish, folders: &Folders) -> Result<Measure> {
        Ok(match wish.lens {
            Lens::Lexical => Measure::Sets(wish.sets),
            Lens::Semantic => Measure::Model(Box::new(Embedder::open(folders, wish.model.as_deref(), wish.precision)?)),
        })
    }

    /// How graphs name it.
    pub fn method(&self) -> String {
        match self {
            Measure::Sets(sets) => sets.word().to_owned(),
            Measure::Model(embedder) => embedder.method().to_owned(),
        }
    }

    /// When two records are one node.
    pub fn same(&self) -> Same {
        match self {
            Measure::Sets(_) => Same::of(Lens::Lexical),
            Measure::Model(_) => Same::of(Lens::Semantic),
        }
    }

    /// Texts that were embedded so far, not found in the cache.
    fn embedded(&self) -> u64 {
        match self {
            Measure::Sets(_) => 0,
            Measure::Model(embedder) => embedder.embedded(),
        }
    }

    /// Looks for `pairs` among `texts`.
    pub fn join(&self, texts: &[&str], pairs: Pairs, floor: f32, sink: &dyn Sink, progress: &Progress) -> Result<()> {
        match self {
            Measure::Sets(sets) => lexical::join(&ItemSets::read(texts, *sets, progress)?, pairs, floor, sink, progress),
            Measure::Model(embedder) => cosine::join(&embedder.vectors(texts, progress)?, pairs, floor, sink, progress),
        }
    }
}

/// The texts of a scope as they are compared: without the masked phrases.
pub struct Texts<'a> {
    records: Vec<RecordId>,
    texts: Vec<Cow<'a, str>>,
}

impl<'a> Texts<'a> {
    /// `positions` in the columns, in any order.
    pub fn new(columns: &'a Columns, positions: &[u32], mask: &Mask) -> Texts<'a> {
        let mut positions = positions.to_vec();
        positions.sort_unstable();
        let records = positions.iter().map(|&p| columns.id(p as usize)).collect();
        let texts = positions.par_iter().map(|&p| mask.apply(columns.text(p as usize))).collect();
        Texts { records, texts }
    }

    /// Texts that stand in no workspace, numbered from 1.
    pub fn of_texts(texts: &[&'a str]) -> Texts<'a> {
        let records = (1..=texts.len() as u32).map(RecordId).collect();
        Texts { records, texts: texts.iter().map(|&text| Cow::Borrowed(text)).collect() }
    }

    /// The graph of the texts, and of how many nodes the pairs were taken over from the earlier graph.
    pub fn graph(
        &self,
        recipe: &Recipe,
        measure: &Measure,
        earlier: Option<&Graph>,
        progress: &Progress,
    ) -> Result<(Graph, u64)> {
        let texts: Vec<&str> = self.texts.iter().map(AsRef::as_ref).collect();
        let nodes = Nodes::collapse(self.records.clone(), &texts, measure.same(), progress)?;
        let first_of = nodes.first_of.clone();
        let new = Cell::new(0);
        let graph = build::build(recipe, nodes, earlier, |rows, pairs, sink| {
            let texts: Vec<&str> = rows.iter().map(|&node| texts[first_of[node as usize] as usize]).collect();
            new.set(rows.len() as u64 - u64::from(pairs.split(rows.len() as u32)));
            measure.join(&texts, pairs, recipe.floor, sink, progress)
        })?;
        let reused = graph.nodes() as u64 - new.get();
        Ok((graph, reused))
    }
}
