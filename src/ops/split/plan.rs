//! The plan: who stays in its split, and where all other kept records go. Nothing is changed here.

use std::collections::hash_map::Entry;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::SplitArgs;
use super::strata::{self, StrataReport};
use crate::clusters::Clusters;
use crate::error::{Error, Result};
use crate::model::{RecordId, State, Threshold, Version};
use crate::ops::duplicates::View;
use crate::ops::images::Images;
use crate::ops::leaks::{Groups, along};
use crate::progress::Progress;
use crate::query::Columns;
use crate::similarity::{Graph, UnionFind};
use crate::splits::{self, Assigned, Member};
use crate::workspace::Workspace;

/// Why a record stays in the split that it is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stays {
    /// A person moved it there.
    ByHand,
    /// Its source declares the split.
    Declared,
    /// Only records without a split are assigned.
    Extended,
    /// The split was asked to keep its records.
    Kept,
    /// Its source is protected.
    Protected,
    /// A person marked it keep.
    Marked,
}

impl Stays {
    pub fn word(self) -> &'static str {
        match self {
            Stays::ByHand => "by hand",
            Stays::Declared => "declared",
            Stays::Extended => "extended",
            Stays::Kept => "kept",
            Stays::Protected => "protected",
            Stays::Marked => "marked",
        }
    }
}

/// Where every kept record goes.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// First the targets, then other splits that records stay in.
    pub names: Vec<String>,
    /// Positions of the kept records, ascending.
    pub kept: Vec<u32>,
    /// Of each kept record.
    pub stays: Vec<Option<Stays>>,
    /// Members are the kept records.
    pub assigned: Assigned,
    pub strata: StrataReport,
    /// Positions of records with a split of their own that they lose, ascending.
    losing: Vec<u32>,
    extend: bool,
}

pub fn plan(workspace: &Workspace, columns: &Columns, view: &View, args: &SplitArgs, progress: &Progress) -> Result<Plan> {
    let staying = Staying::new(workspace, columns, args)?;
    let kept: Vec<u32> = (0..columns.len() as u32).filter(|&p| columns.is_kept(p as usize)).collect();
    let strata = strata::strata(workspace, columns, &args.by, &kept, progress)?;
    progress.stage("dividing", "records", kept.len() as u64)?;
    let clusters = joined_by_images(workspace, columns, &kept, clusters_of(columns, view, args.threshold), progress)?;
    let keys: Vec<u64> = kept.par_iter().map(|&p| xxhash_rust::xxh3::xxh3_64(columns.text(p as usize).as_bytes())).collect();
    let mut names = Names(args.targets.iter().map(|target| target.name.clone()).collect());
    let mut stays = Vec::with_capacity(kept.len());
    let mut members = Vec::with_capacity(kept.len());
    for ((&position, key), stratum) in kept.iter().zip(keys).zip(strata.of) {
        let stay = staying.of(columns, position as usize);
        let fixed = stay.map(|(_, name)| names.number(name)).transpose()?;
        stays.push(stay.map(|(why, _)| why));
        members.push(Member { cluster: clusters[position as usize], key, stratum, fixed });
    }
    let assigned = splits::assign(&members, &args.targets, args.seed)?;
    let own = |&p: &u32| columns.split(p as usize).is_some();
    let loses = |&p: &u32| match (columns.is_kept(p as usize), staying.of(columns, p as usize)) {
        (_, Some((why, _))) => why == Stays::Declared,
        (kept, None) => !kept,
    };
    let losing = (0..columns.len() as u32).filter(own).filter(loses).collect();
    Ok(Plan { names: names.0, kept, stays, assigned, strata: strata.report, losing, extend: args.extend })
}

impl Plan {
    fn name_of(&self, at: usize) -> Option<&str> {
        self.assigned.split_of[at].map(|split| self.names[usize::from(split)].as_str())
    }

    /// What the records that do not stay are to have, where it is another split than they have now.
    pub(super) fn assignments<'a>(&'a self, columns: &'a Columns) -> impl Iterator<Item = (RecordId, Option<&'a str>)> {
        self.changing(columns).map(|at| (columns.id(self.kept[at] as usize), self.name_of(at)))
    }

    /// Kept records whose split becomes another one.
    pub fn moved(&self, columns: &Columns) -> u64 {
        self.changing(columns).count() as u64
    }

    fn changing<'a>(&'a self, columns: &'a Columns) -> impl Iterator<Item = usize> {
        let free = (0..self.kept.len()).filter(|&at| self.stays[at].is_none());
        free.filter(|&at| columns.split_name(self.kept[at] as usize) != self.name_of(at))
    }

    /// Whether a record that has a split of its own is to have none any more: dropped ones, unless they would stay, and those whose
    /// source declares one. Of a source that was taken out, every record, so that it cannot come back into a split of long ago; where
    /// splits are extended they are still those of long ago, and it may.
    pub(super) fn loses_its_own(&self, columns: &Columns, record: RecordId) -> bool {
        match columns.position(record) {
            Some(position) => self.losing.binary_search(&(position as u32)).is_ok(),
            None => !self.extend,
        }
    }

    /// The planned splits as groups, for leakage.
    pub fn groups(&self, columns: &Columns, graph: &Graph) -> Groups {
        let mut of = vec![None; columns.len()];
        self.kept.iter().zip(&self.assigned.split_of).for_each(|(&position, &split)| of[position as usize] = split);
        Groups::of_positions(self.names.clone(), columns, graph, |position| of[position])
    }
}

/// Who stays, and in which split.
struct Staying {
    extend: bool,
    /// By the numbers of the columns.
    kept_splits: Vec<bool>,
    declared: Vec<Option<String>>,
    protected: Vec<bool>,
}

impl Staying {
    fn new(workspace: &Workspace, columns: &Columns, args: &SplitArgs) -> Result<Staying> {
        let sources = workspace.store().sources()?;
        for name in &args.keep {
            if !columns.names.splits.contains(name) {
                return Err(Error::usage(format!("there is no split {name} to keep")).hint(
                    match columns.names.splits.is_empty() {
                        true => "no record has a split yet".to_owned(),
                        false => format!("there is {}", columns.names.splits.join(", ")),
                    },
                ));
            }
        }
        Ok(Staying {
            extend: args.extend,
            kept_splits: columns.names.splits.iter().map(|name| args.keep.contains(name)).collect(),
            protected: sources.iter().map(|source| source.protected).collect(),
            declared: sources.into_iter().map(|source| source.split).collect(),
        })
    }

    fn of<'a>(&'a self, columns: &'a Columns, position: usize) -> Option<(Stays, &'a str)> {
        let split = columns.split(position)?;
        let name = columns.split_name(position)?;
        let source = usize::from(columns.source(position));
        let declared = self.declared.get(source).and_then(Option::as_deref);
        let is = |flags: &[bool], at: usize| flags.get(at) == Some(&true);
        let why = match declared {
            _ if columns.is_assigned_by_hand(position) => Stays::ByHand,
            Some(declared) => return Some((Stays::Declared, declared)),
            None if self.extend => Stays::Extended,
            None if is(&self.kept_splits, split.into()) => Stays::Kept,
            None if is(&self.protected, source) => Stays::Protected,
            None if columns.state(position) == State::Keep => Stays::Marked,
            None => return None,
        };
        Some((why, name))
    }
}

/// Names of splits with a number each.
struct Names(Vec<String>);

impl Names {
    /// Errors: usage where another split has this name in another case.
    fn number(&mut self, name: &str) -> Result<u16> {
        if let Some(at) = self.0.iter().position(|known| known == name) {
            return Ok(at as u16);
        }
        if let Some(same) = self.0.iter().find(|known| known.eq_ignore_ascii_case(name)) {
            return Err(Error::usage(format!(
                "there are records that stay in `{name}`, which differs from `{same}` in case alone"
            ))
            .hint("spell them the same: each becomes the name of a file"));
        }
        self.0.push(name.to_owned());
        Ok(self.0.len() as u16 - 1)
    }
}

/// Of each position, the first position of its cluster among the kept records.
fn clusters_of(columns: &Columns, view: &View, threshold: Threshold) -> Vec<u32> {
    let positions = along(&view.graph, columns, Some);
    let alive: Vec<bool> = positions.iter().map(|position| position.is_some_and(|p| columns.is_kept(p))).collect();
    let clusters = Clusters::at(&view.graph, &view.forest, threshold, &alive);
    let mut cluster_of: Vec<u32> = (0..columns.len() as u32).collect();
    for cluster in (0..clusters.len()).filter_map(|n| clusters.get(n)) {
        let members = || cluster.members.iter().filter_map(|&member| positions[member as usize]);
        let Some(first) = members().next() else { continue };
        members().for_each(|position| cluster_of[position] = first as u32);
    }
    cluster_of
}

/// The same with all records of an image in one cluster: several captions of one image are one thing to a trainer.
fn joined_by_images(
    workspace: &Workspace,
    columns: &Columns,
    kept: &[u32],
    mut cluster_of: Vec<u32>,
    progress: &Progress,
) -> Result<Vec<u32>> {
    let named: Vec<u32> = kept.iter().copied().filter(|&p| columns.has_image(p as usize)).collect();
    if named.is_empty() {
        return Ok(cluster_of);
    }
    let images = Images::of(workspace.store(), Version::Now, columns, &named, progress)?;
    let mut clusters = UnionFind::new(columns.len());
    let mut first: FxHashMap<u128, u32> = FxHashMap::default();
    for named in images.iter(columns) {
        let here = cluster_of[named.position as usize];
        match first.entry(images.identity(&named)) {
            Entry::Occupied(other) => _ = clusters.union(*other.get(), here),
            Entry::Vacant(entry) => _ = entry.insert(here),
        }
    }
    kept.iter().for_each(|&p| cluster_of[p as usize] = clusters.find(cluster_of[p as usize]));
    Ok(cluster_of)
}
