//! How the last split was made: a setting, as JSON.

use serde::{Deserialize, Serialize};

use super::{DEFAULT_THRESHOLD, SplitArgs, strata};
use crate::error::Result;
use crate::model::{Lens, Threshold, Version};
use crate::ops::duplicates;
use crate::splits::Targets;
use crate::store::{Store, settings};
use crate::workspace::Workspace;

/// How the last split was made. Those of earlier versions had shares alone, and `source` as the one stratum: they read the same.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recipe {
    /// The shares as they are typed; empty where only counts were given.
    pub share: String,
    /// The counts as they are typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<String>,
    pub seed: u64,
    /// The strata as they are typed.
    pub by: Option<String>,
    pub lens: String,
    pub threshold: f32,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub extend: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keep: Vec<String>,
}

impl Recipe {
    pub(super) fn of(args: &SplitArgs) -> Recipe {
        let some = |typed: String| Some(typed).filter(|typed| !typed.is_empty());
        Recipe {
            share: args.targets.shares_typed(),
            count: some(args.targets.counts_typed()),
            seed: args.seed,
            by: some(strata::typed(&args.by)),
            lens: args.lens.word().to_owned(),
            threshold: args.threshold.value(),
            extend: args.extend,
            keep: args.keep.clone(),
        }
    }

    pub fn read(json: &str) -> Option<Recipe> {
        serde_json::from_str(json).ok()
    }

    pub fn threshold(&self) -> Threshold {
        Threshold::new(f64::from(self.threshold)).unwrap_or(Threshold::from_thousandths(DEFAULT_THRESHOLD))
    }

    /// None where they make no sense.
    pub fn targets(&self) -> Option<Targets> {
        Targets::parse(&self.share, self.count.as_deref().unwrap_or_default()).ok()
    }
}

/// The recipe of the last split, as JSON.
pub fn recipe(workspace: &Workspace) -> Result<Option<String>> {
    workspace.store().setting(settings::SPLIT)
}

/// By what leakage of a version is told where nobody says: lens and threshold of its split, else of the duplicates applied, else the default
/// ones. Where another lens is asked for, it has its own threshold.
pub fn measure_of(store: &Store, version: Version, asked: Option<Lens>) -> Result<(Lens, Threshold)> {
    let split = store.setting_of(version, settings::SPLIT)?.as_deref().and_then(Recipe::read);
    let of_split = split.and_then(|recipe| Some((recipe.lens.parse().ok()?, recipe.threshold())));
    let applied = store.setting_of(version, settings::DUPLICATES)?.and_then(|json| serde_json::from_str(&json).ok());
    let of_applied = applied.map(|recipe: duplicates::Recipe| (recipe.lens, recipe.threshold()));
    let usual = (Lens::Lexical, Threshold::from_thousandths(DEFAULT_THRESHOLD));
    let (lens, threshold) = of_split.or(of_applied).unwrap_or(usual);
    Ok(match asked {
        Some(asked) if asked != lens => (asked, asked.default_threshold()),
        _ => (lens, threshold),
    })
}

/// The targets of a recipe; none where there is none.
pub fn targets_of(recipe: Option<&str>) -> Targets {
    recipe.and_then(Recipe::read).and_then(|recipe| recipe.targets()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recipes_of_earlier_versions_are_read_and_written_alike() {
        let old = r#"{"share":"train=95,validation=5","seed":42,"by":"source","lens":"lexical","threshold":0.7}"#;
        let recipe = Recipe::read(old).expect("a recipe");
        assert_eq!(serde_json::to_string(&recipe).expect("JSON"), old);
        assert_eq!(targets_of(Some(old)).shares_typed(), "train=95,validation=5");
        assert_eq!(recipe.threshold(), Threshold::from_thousandths(700));
    }

    #[test]
    fn what_was_asked_for_is_kept() {
        let args = SplitArgs {
            by: vec![strata::Stratum::Source, strata::Stratum::Length],
            extend: true,
            keep: vec!["test".into()],
            ..SplitArgs::of(Targets::parse("a=1", "b=20").expect("targets"))
        };
        let json = serde_json::to_string(&Recipe::of(&args)).expect("JSON");
        let read = Recipe::read(&json).expect("a recipe");
        assert_eq!((read.by.as_deref(), read.targets()), (Some("source,length"), Some(args.targets)));
        assert!(read.extend && read.keep == ["test"]);
        assert!(targets_of(None).is_empty() && targets_of(Some("{")).is_empty());
    }
}
