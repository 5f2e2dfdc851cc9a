//! Records by split or by source, along the records of a graph.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::query::Columns;
use crate::similarity::Graph;

/// What borders are between.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Between {
    #[default]
    Splits,
    Sources,
}

impl Between {
    pub const ALL: [Between; 2] = [Between::Splits, Between::Sources];

    pub fn word(self) -> &'static str {
        match self {
            Between::Splits => "splits",
            Between::Sources => "sources",
        }
    }

    /// One of them.
    pub fn one(self) -> &'static str {
        match self {
            Between::Splits => "split",
            Between::Sources => "source",
        }
    }
}

impl FromStr for Between {
    type Err = ();
    fn from_str(word: &str) -> Result<Self, ()> {
        Between::ALL.into_iter().find(|between| between.word() == word).ok_or(())
    }
}

/// A split or source with its kept records.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Group {
    pub name: String,
    pub records: u64,
}

/// The kept records in groups.
#[derive(Debug, Clone, PartialEq)]
pub struct Groups {
    /// By number; one may be empty.
    pub groups: Vec<Group>,
    /// Of each record of the graph; `None`: it takes no part.
    pub of: Vec<Option<u16>>,
    /// Records of a group that the graph does not have.
    pub missing: u64,
}

impl Groups {
    /// The kept records of columns; those without a split are in no group of splits.
    pub fn new(between: Between, columns: &Columns, graph: &Graph) -> Groups {
        let kept = |position: &usize| columns.is_kept(*position);
        match between {
            Between::Splits => Groups::of_positions(columns.names.splits.clone(), columns, graph, |position| {
                Some(position).filter(kept).and_then(|position| columns.split(position)).map(u16::from)
            }),
            Between::Sources => Groups::of_positions(columns.names.sources.clone(), columns, graph, |position| {
                Some(position).filter(kept).map(|position| columns.source(position))
            }),
        }
    }

    /// The splits of some of the records alone, by their positions.
    pub fn among(positions: &[u32], columns: &Columns, graph: &Graph) -> Groups {
        let mut counts = vec![false; columns.len()];
        positions.iter().for_each(|&position| counts[position as usize] = true);
        let split = |position: usize| columns.split(position).filter(|_| counts[position]).map(u16::from);
        Groups::of_positions(columns.names.splits.clone(), columns, graph, split)
    }

    /// Groups by any rule: `group` gives a number of `names`, or none, for a position.
    pub fn of_positions(names: Vec<String>, columns: &Columns, graph: &Graph, group: impl Fn(usize) -> Option<u16>) -> Groups {
        let mut groups: Vec<Group> = names.into_iter().map(|name| Group { name, records: 0 }).collect();
        let mut all: u64 = 0;
        for number in (0..columns.len()).filter_map(&group) {
            groups[usize::from(number)].records += 1;
            all += 1;
        }
        let of = along(graph, columns, group);
        let missing = all - of.iter().flatten().count() as u64;
        Groups { groups, of, missing }
    }

    pub fn name(&self, number: u16) -> &str {
        self.groups.get(usize::from(number)).map_or("", |group| &group.name)
    }

    pub fn number(&self, name: &str) -> Option<u16> {
        self.groups.iter().position(|group| group.name == name).map(|at| at as u16)
    }
}

/// Splits that some of the records are in, by their positions.
pub fn splits_of(columns: &Columns, positions: impl IntoIterator<Item = u32>) -> usize {
    let mut is_in = vec![false; columns.names.splits.len()];
    for split in positions.into_iter().filter_map(|position| columns.split(position as usize)) {
        is_in[usize::from(split)] = true;
    }
    is_in.into_iter().filter(|is_in| *is_in).count()
}

/// What `of` says of the position of each record of the graph; `None` for a record that the columns do not have.
pub fn along<T>(graph: &Graph, columns: &Columns, of: impl Fn(usize) -> Option<T>) -> Vec<Option<T>> {
    let mut next = 0;
    let at = |&record: &crate::model::RecordId| {
        // Both are in order of id, so most often the next position is the record's; it is searched for only behind a gap.
        let at_next = (next < columns.len() && columns.id(next) == record).then_some(next);
        let position = at_next.or_else(|| columns.position(record))?;
        next = position + 1;
        of(position)
    };
    graph.records.iter().map(at).collect()
}
