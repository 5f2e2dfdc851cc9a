//! From texts to a graph: nodes, then a join over what an earlier graph does not know, then the edges that are kept.

use super::collect::{BUDGET, Collector};
use super::item_sets::ItemSets;
use super::nodes::{Nodes, Same};
use super::pairs::{Pairs, Sink};
use super::reuse::{ByNode, Reuse};
use super::{Graph, lexical};
use crate::error::{Error, Result};
use crate::model::{Lens, RecordId, Sets};
use crate::progress::Progress;

/// What a graph is made of, apart from texts.
#[derive(Debug, Clone, PartialEq)]
pub struct Recipe {
    pub lens: Lens,
    /// Shown to people: `words`, `grams`, or the name of a model.
    pub method: String,
    /// Lowest score of an edge, in (0, 1].
    pub floor: f32,
    /// Edges beyond which weak ones are left out; see [`Collector`].
    pub budget: usize,
}

impl Recipe {
    /// With the usual budget. A usage error where `floor` is not in (0, 1].
    pub fn new(lens: Lens, method: impl Into<String>, floor: f32) -> Result<Recipe> {
        if !(floor > 0.0 && floor <= 1.0) {
            return Err(Error::usage(format!("the floor {floor} is not above 0 and at most 1"))
                .hint("a floor between 0.3 and 0.8 is sensible: thresholds can move down to it"));
        }
        Ok(Recipe { lens, method: method.into(), floor, budget: BUDGET })
    }

    /// Whether an earlier graph was made in this way, so that its edges hold.
    fn made(&self, earlier: &Graph) -> bool {
        (earlier.lens, &earlier.method, earlier.floor) == (self.lens, &self.method, self.floor)
    }
}

/// The graph of `nodes`, with the edges that `earlier` knows taken over where it was made by the same recipe: exactly the graph
/// that is made without it.
///
/// `join(rows, pairs, sink)` looks for `pairs` among rows, of which row `n` is the text of node `rows[n]`. It is not called where
/// there is no new text.
pub fn build(
    recipe: &Recipe,
    nodes: Nodes,
    earlier: Option<&Graph>,
    join: impl FnOnce(&[u32], Pairs, &dyn Sink) -> Result<()>,
) -> Result<Graph> {
    let known = earlier.filter(|earlier| recipe.made(earlier));
    let mut reuse = known.map_or_else(|| Reuse::nothing(&nodes), |earlier| Reuse::plan(earlier, &nodes));
    let collector = Collector::resume(nodes.len(), recipe.budget, std::mem::take(&mut reuse.kept), reuse.capped);
    if reuse.has_new() {
        join(&reuse.rows, reuse.pairs(), &ByNode { rows: &reuse.rows, sink: &collector })?;
    }
    let (edges, capped) = collector.finish();
    Ok(Graph::assemble(recipe, nodes, edges, capped))
}

/// The graph of the lexical lens over `texts` (same order as `records`, ids ascending); see [`build`].
pub fn lexical(
    sets: Sets,
    floor: f32,
    records: Vec<RecordId>,
    texts: &[&str],
    earlier: Option<&Graph>,
    progress: &Progress,
) -> Result<Graph> {
    let recipe = Recipe::new(Lens::Lexical, sets.word(), floor)?;
    let nodes = Nodes::collapse(records, texts, Same::Normal, progress)?;
    let first_of = nodes.first_of.clone();
    build(&recipe, nodes, earlier, |rows, pairs, sink| {
        let texts: Vec<&str> = rows.iter().map(|&node| texts[first_of[node as usize] as usize]).collect();
        lexical::join(&ItemSets::read(&texts, sets, progress)?, pairs, floor, sink, progress)
    })
}
