//! The next split: its shares, counts, seed and strata, who stays, and what counts as a copy; edited one by one.

use crate::error::{Error, Result};
use crate::model::{Lens, Threshold};
use crate::ops::split::{DEFAULT_SEED, DEFAULT_THRESHOLD, Recipe, SplitArgs, Stratum};
use crate::splits::Targets;
use crate::tui::action::Action;
use crate::tui::intent::Intent;
use crate::tui::widgets::input::Input;

/// What the next split will be like.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// As typed; one of the two may be empty.
    pub shares: String,
    pub counts: String,
    pub seed: u64,
    pub by: Vec<Stratum>,
    /// Also what leakage is looked for by, and from where on.
    pub lens: Lens,
    pub threshold: Threshold,
    pub extend: bool,
    pub keep: Vec<String>,
}

impl Draft {
    /// Like the last split, or the usual one by this lens.
    pub fn of(recipe: Option<&Recipe>, lens: Lens) -> Draft {
        let usual = Draft {
            shares: "train=90,validation=5,test=5".to_owned(),
            counts: String::new(),
            seed: DEFAULT_SEED,
            by: Vec::new(),
            lens,
            threshold: usual_threshold(lens),
            extend: false,
            keep: Vec::new(),
        };
        recipe.map_or(usual, |recipe| Draft {
            shares: recipe.share.clone(),
            counts: recipe.count.clone().unwrap_or_default(),
            seed: recipe.seed,
            by: recipe.by.iter().flat_map(|by| by.split(',')).filter_map(|by| by.parse().ok()).collect(),
            lens: Lens::ALL.into_iter().find(|lens| lens.word() == recipe.lens).unwrap_or(lens),
            threshold: recipe.threshold(),
            extend: recipe.extend,
            keep: recipe.keep.clone(),
        })
    }

    /// By the other lens, at the threshold of the last split if it was made with that one.
    pub fn by_other_lens(self, recipe: Option<&Recipe>) -> Draft {
        let lens = self.lens.other();
        let of_recipe = recipe.filter(|recipe| recipe.lens == lens.word()).map(Recipe::threshold);
        Draft { lens, threshold: of_recipe.unwrap_or(usual_threshold(lens)), ..self }
    }

    /// The threshold moved by hundredths; from between two hundredths to the next one.
    pub fn moved(self, steps: i32, floor: Threshold) -> Draft {
        let from = self.threshold.thousandths();
        let rounded = if steps < 0 { from.div_ceil(10) * 10 } else { from / 10 * 10 };
        Draft { threshold: Threshold::from_thousandths(rounded).moved(steps, floor), ..self }
    }

    /// Errors: usage, where shares or counts make no sense.
    pub fn args(&self) -> Result<SplitArgs> {
        Ok(SplitArgs {
            seed: self.seed,
            by: self.by.clone(),
            lens: self.lens,
            threshold: self.threshold,
            extend: self.extend,
            keep: self.keep.clone(),
            ..SplitArgs::of(Targets::parse(&self.shares, &self.counts)?)
        })
    }

    /// In a line.
    pub fn words(&self) -> String {
        let typed = [&self.shares, &self.counts].into_iter().filter(|typed| !typed.is_empty());
        let mut parts: Vec<String> = typed.cloned().collect();
        parts.push(format!("seed {}", self.seed));
        if !self.by.is_empty() {
            parts.push(format!("by {}", self.by.iter().map(Stratum::to_string).collect::<Vec<_>>().join(", ")));
        }
        parts.push(format!("{} ≥ {}", self.lens.word(), self.threshold));
        if self.extend {
            parts.push("only new records".to_owned());
        }
        if !self.keep.is_empty() {
            parts.push(format!("{} stay", self.keep.join(", ")));
        }
        parts.join(" · ")
    }
}

fn usual_threshold(lens: Lens) -> Threshold {
    match lens {
        Lens::Lexical => Threshold::from_thousandths(DEFAULT_THRESHOLD),
        Lens::Semantic => lens.default_threshold(),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    Shares,
    Counts,
    Seed,
}

/// A field of the draft with the focus.
#[derive(Debug)]
pub struct Editing {
    pub which: Which,
    pub input: Input,
}

pub enum Outcome {
    Open,
    Closed,
    Changed(Draft),
}

impl Editing {
    pub fn new(which: Which, draft: &Draft) -> Editing {
        let now = match which {
            Which::Shares => draft.shares.clone(),
            Which::Counts => draft.counts.clone(),
            Which::Seed => draft.seed.to_string(),
        };
        Editing { which, input: Input::one_line(&now) }
    }

    pub fn label(&self) -> &'static str {
        match self.which {
            Which::Shares => "shares ",
            Which::Counts => "counts ",
            Which::Seed => "seed ",
        }
    }

    /// What is wrong with what is typed, or else how it is meant.
    pub fn said(&self, draft: &Draft) -> std::result::Result<&'static str, String> {
        self.taken(draft).map_err(|error| error.to_string())?;
        Ok(match self.which {
            Which::Shares => "train=90,validation=10: divides what the counts leave; empty: counts alone",
            Which::Counts => "test=2000: so many records, taken before the shares; empty: shares alone",
            Which::Seed => "another seed shuffles anew",
        })
    }

    pub fn update(&mut self, draft: &Draft, intent: &Intent) -> Outcome {
        match intent {
            Intent::Do(Action::Leave) => return Outcome::Closed,
            Intent::Do(Action::Submit) => {
                if let Ok(draft) = self.taken(draft) {
                    return Outcome::Changed(draft);
                }
            }
            Intent::Do(action) => _ = self.input.handle(*action),
            Intent::Type(c) => _ = self.input.type_char(*c),
            Intent::Paste(text) => _ = self.input.paste(text.trim()),
            Intent::Edited(_) | Intent::Mouse(_) => {}
        }
        Outcome::Open
    }

    /// The draft with what is typed.
    fn taken(&self, draft: &Draft) -> Result<Draft> {
        let typed = self.input.text().trim().to_owned();
        let draft = draft.clone();
        let draft = match self.which {
            // A split has a share or a count: what is typed now wins.
            Which::Shares => Draft { counts: without(&draft.counts, &typed), shares: typed, ..draft },
            Which::Counts => Draft { shares: without(&draft.shares, &typed), counts: typed, ..draft },
            Which::Seed => {
                let wrong = |_| Error::usage(format!("a seed is a number from 0 to {}", u64::MAX));
                Draft { seed: typed.parse().map_err(wrong)?, ..draft }
            }
        };
        draft.args().map(|_| draft)
    }
}

/// Sizes as they are typed, without those of splits that others name.
fn without(sizes: &str, others: &str) -> String {
    let name = |size: &str| size.split('=').next().unwrap_or_default().trim().to_lowercase();
    let named: Vec<String> = others.split(',').map(name).collect();
    let left: Vec<&str> = sizes.split(',').filter(|size| !named.contains(&name(size))).collect();
    left.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_says_all_that_is_not_usual() {
        let draft = Draft::of(None, Lens::Lexical);
        assert_eq!(draft.words(), "train=90,validation=5,test=5 · seed 42 · lexical ≥ 0.70");
        let draft = Draft {
            shares: String::new(),
            counts: "test=20".into(),
            by: vec![Stratum::Source, Stratum::Length],
            extend: true,
            keep: vec!["test".into()],
            ..draft.by_other_lens(None).moved(-1, Threshold::from_thousandths(0))
        };
        assert_eq!(draft.words(), "test=20 · seed 42 · by source, length · semantic ≥ 0.84 · only new records · test stay");
        assert!(draft.args().is_ok_and(|args| args.targets.counts_typed() == "test=20" && args.extend));
    }

    #[test]
    fn a_count_takes_the_place_of_a_share_and_the_other_way() {
        let draft = Draft::of(None, Lens::Lexical);
        let typed = |which, text: &str, draft: &Draft| {
            let mut field = Editing::new(which, draft);
            field.input.set(text);
            field.taken(draft).expect("a draft")
        };
        let counted = typed(Which::Counts, "test=300", &draft);
        assert_eq!((counted.shares.as_str(), counted.counts.as_str()), ("train=90,validation=5", "test=300"));
        let shared = typed(Which::Shares, "train=9, Test = 1", &counted);
        assert_eq!((shared.shares.as_str(), shared.counts.as_str()), ("train=9, Test = 1", ""));
        assert!(Editing::new(Which::Seed, &draft).taken(&draft).is_ok());
    }

    #[test]
    fn a_threshold_moves_in_hundredths_and_stops_at_the_floor() {
        let draft = Draft { threshold: Threshold::from_thousandths(703), ..Draft::of(None, Lens::Lexical) };
        let moved = |steps, floor| draft.clone().moved(steps, Threshold::from_thousandths(floor)).threshold.thousandths();
        assert_eq!([moved(-1, 0), moved(1, 0), moved(-5, 680), moved(99, 0)], [700, 710, 680, 1000]);
    }
}
