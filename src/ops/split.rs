//! split: every kept record gets a split, by share and seed, and no cluster crosses a border.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use super::{CommandLine, duplicates, query};
use crate::display::grouped;
use crate::error::{Error, Result};
use crate::model::{Assignment, Changed, Lens, OpId, OpKind, RecordId, Threshold};
use crate::progress::Progress;
use crate::query::Columns;
use crate::shelf::Folders;
use crate::splits::{self, Leak, Member, Share};
use crate::store::settings;
use crate::workspace::Workspace;
use crate::workspace::transact::OpInfo;

/// Where records count as copies of each other unless another threshold is named.
pub const DEFAULT_THRESHOLD: u16 = 700;

#[derive(Debug, Clone)]
pub struct SplitArgs {
    pub shares: Vec<Share>,
    /// The shares as they were typed.
    pub typed: String,
    pub seed: u64,
    /// Kept in proportion: `source`, or nothing.
    pub by: Option<String>,
    pub lens: Lens,
    pub threshold: Threshold,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SplitReport {
    pub seed: u64,
    pub lens: Lens,
    pub threshold: f32,
    /// Kept records.
    pub records: u64,
    pub splits: Vec<SplitSize>,
    /// Records that changed place.
    pub moved: u64,
    /// Near-copies that still cross a border: only where sources declare their splits.
    pub leaks: Vec<LeakRow>,
    pub operation: Option<OpId>,
    #[serde(skip)]
    pub stale: Changed,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SplitSize {
    pub name: String,
    pub records: u64,
    /// Of the kept records, 0..=1.
    pub share: f64,
    /// The share that was asked for, 0..=1.
    pub target: f64,
}

/// How much of split `of` stands in split `inside`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LeakRow {
    pub of: String,
    #[serde(rename = "in")]
    pub inside: String,
    pub records: u64,
    pub pairs: u64,
    pub highest: f32,
}

/// Assigns splits. Builds the similarity graph when there is none that fits; `folders`: where the semantic lens finds its model.
pub fn split(workspace: &mut Workspace, args: SplitArgs, folders: &Folders, progress: &Progress) -> Result<SplitReport> {
    let columns = query::columns(workspace, progress)?;
    let view = fresh_view(workspace, &columns, &args, folders, progress)?;
    let declared: Vec<Option<String>> = workspace.store().sources()?.into_iter().map(|s| s.split).collect();
    let plan = plan(&columns, &view, &args, &declared)?;
    let recipe = Recipe {
        share: args.typed.clone(),
        seed: args.seed,
        by: args.by.clone(),
        lens: args.lens.word().to_owned(),
        threshold: args.threshold.value(),
    };
    let recipe = serde_json::to_string(&recipe).map_err(|e| Error::io("the recipe could not be written").caused_by(e))?;
    let command = CommandLine::new("split", workspace)
        .option("--share", &args.typed)
        .option("--seed", args.seed)
        .maybe("--by", args.by.as_deref())
        .option("--lens", args.lens.word())
        .option("--threshold", args.threshold)
        .to_string();
    let earlier = workspace.store().assigned_records()?;
    progress.stage("assigning", "records", plan.len() as u64)?;
    let done = workspace.transact(
        |tx| {
            let mut moved = 0;
            for record in earlier {
                if plan.binary_search_by_key(&record, |(r, _)| *r).is_err() {
                    moved += u64::from(tx.set_split(record, None)?);
                }
            }
            for (record, assignment) in &plan {
                moved += u64::from(tx.set_split(*record, assignment.clone())?);
                progress.add(1)?;
            }
            tx.set_setting(settings::SPLIT, Some(recipe))?;
            Ok(moved)
        },
        |_| OpInfo {
            kind: OpKind::Split,
            description: format!("split {} records: {}, seed {}", grouped(plan.len() as u64), args.typed, args.seed),
            command,
        },
    )?;
    let columns = query::columns(workspace, progress)?;
    Ok(SplitReport {
        seed: args.seed,
        lens: args.lens,
        threshold: args.threshold.value(),
        records: plan.len() as u64,
        splits: sizes(&columns, &args.shares),
        moved: done.value,
        leaks: leaks(&columns, &view, args.threshold),
        operation: done.operation,
        stale: done.changed,
    })
}

/// The stored graph if it is of the present texts and reaches down to the threshold, otherwise a new one.
fn fresh_view(
    workspace: &mut Workspace,
    columns: &Columns,
    args: &SplitArgs,
    folders: &Folders,
    progress: &Progress,
) -> Result<duplicates::View> {
    let stored = duplicates::info(workspace, args.lens)?;
    let wish = stored.as_ref().map_or_else(|| duplicates::Wish::of(args.lens), duplicates::Wish::like);
    let wish = duplicates::Wish { floor: wish.floor.min(args.threshold.value()), filter: String::new(), ..wish };
    let fits = stored.is_some_and(|info| info.floor <= wish.floor && info.filter.is_empty())
        && !duplicates::is_stale(workspace, columns, args.lens)?;
    if !fits {
        let made = duplicates::make(workspace, columns, &wish, folders, progress)?;
        duplicates::save(workspace, &made)?;
    }
    duplicates::view(workspace, columns, args.lens)
}

/// What each kept record is assigned to, by record; `None` where its source declares (in the order of `Names::sources`) a split.
///
/// A declared split that has no share, as `test` often has none, stays what it is: its records are no part of the shares, and copies of them
/// from other sources join them.
fn plan(
    columns: &Columns,
    view: &duplicates::View,
    args: &SplitArgs,
    declared: &[Option<String>],
) -> Result<Vec<(RecordId, Option<Assignment>)>> {
    if let Some(by) = args.by.as_deref().filter(|by| *by != "source") {
        return Err(Error::usage(format!("cannot keep {by} in proportion")).hint("--by source is what there is"));
    }
    let kept: Vec<u32> = (0..columns.len() as u32).filter(|&p| columns.is_kept(p as usize)).collect();
    let declared_by = |position: u32| declared[columns.source(position as usize) as usize].as_deref();
    let share_of = |name: &str| args.shares.iter().position(|s| s.name == name);
    let clusters = clusters_of(columns, view, args.threshold);
    let cluster_of = |position: u32| clusters.get(&position).copied().unwrap_or(position);

    let without_share =
        kept.iter().filter_map(|&p| Some((cluster_of(p), declared_by(p).filter(|name| share_of(name).is_none())?)));
    let elsewhere = most_common(without_share);
    let shared: Vec<u32> = kept
        .iter()
        .copied()
        .filter(|&p| match declared_by(p) {
            Some(name) => share_of(name).is_some(),
            None => !elsewhere.contains_key(&cluster_of(p)),
        })
        .collect();
    let members: Vec<Member> = shared
        .iter()
        .map(|&p| Member {
            cluster: cluster_of(p),
            key: xxhash_rust::xxh3::xxh3_64(columns.text(p as usize).as_bytes()),
            stratum: if args.by.is_some() { columns.source(p as usize).into() } else { 0 },
            fixed: declared_by(p).and_then(share_of),
        })
        .collect();
    let assigned: HashMap<u32, usize> = shared.into_iter().zip(splits::assign(&members, &args.shares, args.seed)).collect();
    let assignment = |p: u32| match (declared_by(p), assigned.get(&p)) {
        (Some(_), _) => None,
        (None, Some(&share)) => Some(Assignment::to(args.shares[share].name.clone())),
        (None, None) => elsewhere.get(&cluster_of(p)).map(|&name| Assignment::to(name)),
    };
    Ok(kept.iter().map(|&p| (columns.id(p as usize), assignment(p))).collect())
}

/// The word that each number comes with most often; of several, the first by name.
fn most_common<'a>(pairs: impl Iterator<Item = (u32, &'a str)>) -> HashMap<u32, &'a str> {
    let mut counts: BTreeMap<(u32, &str), u64> = BTreeMap::new();
    pairs.for_each(|pair| *counts.entry(pair).or_default() += 1);
    let mut most: HashMap<u32, (&str, u64)> = HashMap::new();
    for ((number, word), count) in counts {
        let best = most.entry(number).or_insert((word, count));
        if count > best.1 {
            *best = (word, count);
        }
    }
    most.into_iter().map(|(number, (word, _))| (number, word)).collect()
}

/// Position → the first position of its cluster, for clustered kept records.
fn clusters_of(columns: &Columns, view: &duplicates::View, threshold: Threshold) -> HashMap<u32, u32> {
    let alive: Vec<bool> = view.graph.records.iter().map(|&r| columns.position(r).is_some_and(|p| columns.is_kept(p))).collect();
    let clusters = crate::clusters::Clusters::at(&view.graph, &view.forest, threshold, &alive);
    let mut cluster_of = HashMap::new();
    for cluster in (0..clusters.len()).filter_map(|n| clusters.get(n)) {
        let positions: Vec<u32> =
            cluster.members.iter().filter_map(|&m| columns.position(view.graph.records[m as usize])).map(|p| p as u32).collect();
        let Some(&first) = positions.first() else { continue };
        cluster_of.extend(positions.into_iter().map(|p| (p, first)));
    }
    cluster_of
}

/// Sizes of the splits among the kept records: first those with a share, then any other there is.
pub fn sizes(columns: &Columns, shares: &[Share]) -> Vec<SplitSize> {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    let mut kept = 0u64;
    for position in (0..columns.len()).filter(|&p| columns.is_kept(p)) {
        *counts.entry(columns.split_name(position).unwrap_or("none")).or_default() += 1;
        kept += 1;
    }
    let total: f64 = shares.iter().map(|s| s.share).sum();
    let size = |name: &str, records: u64, target: f64| SplitSize {
        name: name.to_owned(),
        records,
        share: if kept > 0 { records as f64 / kept as f64 } else { 0.0 },
        target,
    };
    let mut sizes: Vec<SplitSize> =
        shares.iter().map(|s| size(&s.name, counts.remove(s.name.as_str()).unwrap_or(0), s.share / total)).collect();
    sizes.extend(counts.into_iter().map(|(name, records)| size(name, records, 0.0)));
    sizes
}

/// Near-copies among the kept records across splits, at a threshold.
pub fn leaks(columns: &Columns, view: &duplicates::View, threshold: Threshold) -> Vec<LeakRow> {
    let split_of: Vec<Option<u8>> = view
        .graph
        .records
        .iter()
        .map(|&r| columns.position(r).filter(|&p| columns.is_kept(p)).and_then(|p| columns.split(p)))
        .collect();
    let name = |split: u8| columns.names.splits[split as usize].clone();
    splits::leaks(&view.graph, threshold, &split_of)
        .into_iter()
        .map(|Leak { a, b, records, pairs, highest }| LeakRow {
            of: name(a),
            inside: name(b),
            records: records.into(),
            pairs,
            highest,
        })
        .collect()
}

/// The recipe of the last split, as JSON.
pub fn recipe(workspace: &Workspace) -> Result<Option<String>> {
    workspace.store().setting(settings::SPLIT)
}

/// How the last split was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recipe {
    /// The shares as they were typed.
    pub share: String,
    pub seed: u64,
    pub by: Option<String>,
    pub lens: String,
    pub threshold: f32,
}

impl Recipe {
    pub fn read(json: &str) -> Option<Recipe> {
        serde_json::from_str(json).ok()
    }

    pub fn threshold(&self) -> Threshold {
        Threshold::new(f64::from(self.threshold)).unwrap_or(Threshold::from_thousandths(DEFAULT_THRESHOLD))
    }
}

/// The threshold of a recipe, or the default one.
pub fn threshold_of(recipe: Option<&str>) -> Threshold {
    recipe_value(recipe)
        .and_then(|recipe| Threshold::new(recipe.get("threshold")?.as_f64()?))
        .unwrap_or(Threshold::from_thousandths(DEFAULT_THRESHOLD))
}

/// The shares of a recipe; none where there is none.
pub fn shares_of(recipe: Option<&str>) -> Vec<Share> {
    recipe_value(recipe).and_then(|recipe| splits::parse_shares(recipe.get("share")?.as_str()?).ok()).unwrap_or_default()
}

fn recipe_value(recipe: Option<&str>) -> Option<serde_json::Value> {
    serde_json::from_str(recipe?).ok()
}
