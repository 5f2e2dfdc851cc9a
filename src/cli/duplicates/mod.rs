//! `duplicates …`: one file per command or group of them.
//!
//! | file | commands |
//! |---|---|
//! | [`build`] | `build` |
//! | [`at`] | `at`, `clusters`, `pairs`: what a threshold would do; changes nothing |
//! | [`against`] | `against`: files before they are imported; changes nothing |
//! | [`apply`] | `apply` |
//! | [`judge`] | `judge`, `cut` |
//! | [`triage`] | `triage` |
//! | [`explain`] | `explain` |
//! | [`settings`] | `order`, `mask`, `protect` |

mod against;
mod apply;
mod at;
mod build;
mod explain;
mod judge;
mod settings;
mod triage;

use super::Done;
use super::args;
use super::out::Out;
use crate::error::Result;
use crate::model::{Lens, Policy, Sets};
use crate::ops::duplicates::{Across, Precision, Wish};

impl From<args::Lens> for Lens {
    fn from(lens: args::Lens) -> Self {
        match lens {
            args::Lens::Lexical => Lens::Lexical,
            args::Lens::Semantic => Lens::Semantic,
        }
    }
}

impl From<args::Sets> for Sets {
    fn from(sets: args::Sets) -> Self {
        match sets {
            args::Sets::Words => Sets::Words,
            args::Sets::Grams => Sets::Grams,
        }
    }
}

impl From<args::Policy> for Policy {
    fn from(policy: args::Policy) -> Self {
        match policy {
            args::Policy::Cover => Policy::Cover,
            args::Policy::Cluster => Policy::Cluster,
            args::Policy::Every => Policy::Every,
        }
    }
}

impl From<args::Across> for Across {
    fn from(across: args::Across) -> Self {
        match across {
            args::Across::Splits => Across::Splits,
            args::Across::Sources => Across::Sources,
        }
    }
}

/// What was typed as a wish; the floor is the lens's own unless one is given.
pub(super) fn wish(how: &args::How, floor: Option<f32>, filter: &str) -> Wish {
    let lens = Lens::from(how.lens);
    Wish {
        sets: how.sets.into(),
        precision: if how.exact { Precision::Exact } else { Precision::Fast },
        model: how.model.clone(),
        floor: floor.unwrap_or(lens.default_floor()),
        filter: filter.to_owned(),
        ..Wish::of(lens)
    }
}

pub fn run(command: args::Duplicates, out: &mut Out) -> Result<Done> {
    use args::Duplicates as Command;
    match command {
        Command::Build { workspace, how, floor, filter } => build::build(&workspace, &wish(&how, floor, &filter), out),
        Command::At { at, policy } => at::consequences(&at, policy.into(), out),
        Command::Clusters { at, across } => at::clusters(&at, across.map(Into::into), out),
        Command::Pairs { at, across } => at::pairs(&at, across.map(Into::into), out),
        Command::Apply { at, policy, filter } => apply::apply(&at, policy.into(), &filter, out),
        Command::Judge { workspace, verdict, pairs, sampled, lens } => {
            judge::judge(&workspace, verdict, &pairs, sampled, lens.into(), out)
        }
        Command::Triage { at, precision } => triage::triage(&at, precision, out),
        Command::Cut { at, id, dry_run } => judge::cut(&at, id, dry_run, out),
        Command::Explain { workspace, record } => explain::explain(&workspace, record, out),
        Command::Order(setting) => settings::order(&setting, out),
        Command::Mask(setting) => settings::mask(&setting, out),
        Command::Protect(setting) => settings::protect(&setting, out),
        Command::Against { workspace, files, how, threshold, filter, list, reading } => {
            let wish = wish(&how, None, filter.as_deref().unwrap_or_default());
            against::against(&workspace, &files, (&reading, &wish), &threshold, list, out)
        }
    }
}
