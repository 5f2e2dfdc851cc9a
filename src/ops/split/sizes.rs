//! How large the splits are, beside what was asked for.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Plan;
use crate::model::NO_SPLIT;
use crate::query::Columns;
use crate::splits::Targets;

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SplitSize {
    /// `none`: the kept records without a split.
    pub name: String,
    pub records: u64,
    /// Of the kept records, 0..=1.
    pub share: f64,
    /// What was asked for, of the records that are not in splits of which nothing was asked, 0..=1; 0 where nothing was.
    pub target: f64,
    /// The same in records, rounded; `None` where nothing was asked for.
    pub wanted: Option<u64>,
    /// Records more than that; below 0: fewer.
    pub off: Option<i64>,
}

/// Sizes of the splits among the kept records: first those with a target, then any other there is.
pub fn sizes(columns: &Columns, targets: &Targets) -> Vec<SplitSize> {
    of(targets, (0..columns.len()).filter(|&p| columns.is_kept(p)).map(|p| columns.split_name(p)))
}

/// Sizes as a plan will make them.
pub(super) fn planned(plan: &Plan, targets: &Targets) -> Vec<SplitSize> {
    of(targets, plan.assigned.split_of.iter().map(|split| split.map(|split| plan.names[usize::from(split)].as_str())))
}

fn of<'a>(targets: &Targets, splits: impl Iterator<Item = Option<&'a str>>) -> Vec<SplitSize> {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    splits.for_each(|name| *counts.entry(name.unwrap_or(NO_SPLIT)).or_default() += 1);
    let kept: u64 = counts.values().sum();
    let aside: u64 = counts.iter().filter(|(name, _)| **name != NO_SPLIT && targets.place(name).is_none()).map(|(_, n)| n).sum();
    let size = |name: &str, records: u64, wanted: Option<f64>| SplitSize {
        name: name.to_owned(),
        records,
        share: share(records as f64, kept),
        target: wanted.map_or(0.0, |wanted| share(wanted, kept - aside)),
        wanted: wanted.map(|wanted| wanted.round() as u64),
        off: wanted.map(|wanted| records as i64 - wanted.round() as i64),
    };
    let wanted = targets.wanted(kept - aside);
    let mut sizes: Vec<SplitSize> = targets
        .iter()
        .zip(wanted)
        .map(|(target, wanted)| size(&target.name, counts.remove(target.name.as_str()).unwrap_or(0), Some(wanted)))
        .collect();
    sizes.extend(counts.into_iter().map(|(name, records)| size(name, records, None)));
    sizes
}

fn share(part: f64, whole: u64) -> f64 {
    if whole > 0 { part / whole as f64 } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_of_the_records_that_they_are_about() {
        let targets = Targets::parse("train=3,validation=1", "test=2").expect("targets");
        let splits = [Some("train"); 5].into_iter().chain([Some("other"); 4]).chain([Some("test"), Some("validation")]);
        let said: Vec<String> = of(&targets, splits)
            .iter()
            .map(|size| format!("{} {} of {:?}, {:?}", size.name, size.records, size.wanted, size.off))
            .collect();
        assert_eq!(
            said,
            [
                "train 5 of Some(4), Some(1)",
                "validation 1 of Some(1), Some(0)",
                "test 1 of Some(2), Some(-1)",
                "other 4 of None, None"
            ]
        );
        assert!(of(&Targets::default(), [].into_iter()).is_empty());
    }
}
