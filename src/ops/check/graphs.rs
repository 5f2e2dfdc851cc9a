//! What is derived: similarity graphs and outcomes of rules, of the present texts or of older ones.

use super::scope::Scope;
use super::{CheckRow, Name};
use crate::error::Result;
use crate::model::Lens;
use crate::ops::{duplicates, rules};

/// The graphs there are, by lens.
pub(super) fn graph(scope: &Scope<'_>) -> Result<CheckRow> {
    let (fresh, stale) = graphs(scope)?;
    Ok(match (fresh.as_slice(), stale.as_slice()) {
        (_, [lens, ..]) => CheckRow::attention(Name::Graph, stale.len() as u64, older(*lens)),
        ([], []) => CheckRow::attention(Name::Graph, 0, "not built yet: `tamis duplicates build`"),
        (fresh, []) => {
            let words: Vec<&str> = fresh.iter().map(|lens| lens.word()).collect();
            CheckRow::ready(Name::Graph, format!("{}: of the present texts", words.join(" and ")))
        }
    })
}

pub(super) fn derived(scope: &Scope<'_>) -> Result<CheckRow> {
    let mut stale: Vec<String> = graphs(scope)?.1.into_iter().map(older).collect();
    if !rules::are_outcomes_current(scope.workspace)? {
        stale.push("outcomes of the rules are not of all records: `tamis rules apply`".to_owned());
    }
    Ok(match stale.len() as u64 {
        0 => CheckRow::ready(Name::Derived, "all that is derived is of the present texts"),
        n => CheckRow::attention(Name::Derived, n, stale.join("; ")),
    })
}

/// Lenses with a graph of the present texts, and those with one of older texts.
fn graphs(scope: &Scope<'_>) -> Result<(Vec<Lens>, Vec<Lens>)> {
    let (mut fresh, mut stale) = (Vec::new(), Vec::new());
    for lens in Lens::ALL {
        if duplicates::info(scope.workspace, lens)?.is_some() {
            let is_stale = duplicates::is_stale(scope.workspace, scope.columns, lens)?;
            if is_stale { stale.push(lens) } else { fresh.push(lens) }
        }
    }
    Ok((fresh, stale))
}

fn older(lens: Lens) -> String {
    let word = lens.word();
    format!("{word} is stale: texts or masked phrases changed since it was built; `tamis duplicates build --lens {word}`")
}
