//! The next split: its shares, seed and strata, edited one by one, and the question before it is made.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::display::grouped;
use crate::error::Result;
use crate::model::Threshold;
use crate::ops::split::{DEFAULT_THRESHOLD, Recipe, SplitArgs, Stratum};
use crate::splits::{Share, Targets, parse_shares};
use crate::tui::action::Action;
use crate::tui::data::Data;
use crate::tui::intent::Intent;
use crate::tui::text::{shown, wrap};
use crate::tui::theme::Theme;
use crate::tui::widgets::input::Input;
use crate::tui::widgets::popup::popup;
use crate::tui::widgets::{height, put};

/// What the next split will be like.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// As typed.
    pub shares: String,
    pub seed: u64,
    pub by_source: bool,
    pub threshold: Threshold,
}

impl Draft {
    /// Like the last split, or the usual one.
    pub fn of(recipe: Option<&Recipe>) -> Draft {
        match recipe {
            Some(recipe) => Draft {
                shares: recipe.share.clone(),
                seed: recipe.seed,
                by_source: recipe.by.is_some(),
                threshold: recipe.threshold(),
            },
            None => Draft {
                shares: "train=90,validation=5,test=5".to_owned(),
                seed: 42,
                by_source: false,
                threshold: Threshold::from_thousandths(DEFAULT_THRESHOLD),
            },
        }
    }

    pub fn with_other_strata(self) -> Draft {
        Draft { by_source: !self.by_source, ..self }
    }

    pub fn parsed(&self) -> Result<Vec<Share>> {
        parse_shares(&self.shares)
    }

    /// None where the shares make no sense; the field does not accept such.
    pub fn args(&self) -> Option<SplitArgs> {
        Some(SplitArgs {
            seed: self.seed,
            by: self.by_source.then_some(Stratum::Source).into_iter().collect(),
            threshold: self.threshold,
            ..SplitArgs::of(Targets::of_shares(self.parsed().ok()?))
        })
    }

    /// In a line.
    pub fn words(&self) -> String {
        let strata = if self.by_source { " · by source" } else { "" };
        format!("{} · seed {}{strata} · lexical ≥ {}", self.shares, self.seed, self.threshold)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    Shares,
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
    Changed,
}

impl Editing {
    pub fn shares(draft: &Draft) -> Editing {
        Editing { which: Which::Shares, input: Input::one_line(&draft.shares) }
    }

    pub fn seed(draft: &Draft) -> Editing {
        Editing { which: Which::Seed, input: Input::one_line(&draft.seed.to_string()) }
    }

    pub fn label(&self) -> &'static str {
        match self.which {
            Which::Shares => "shares ",
            Which::Seed => "seed ",
        }
    }

    /// What is wrong with what is typed.
    pub fn error(&self) -> Option<String> {
        self.taken(&mut Draft::of(None)).err()
    }

    pub fn update(&mut self, draft: &mut Draft, intent: &Intent) -> Outcome {
        match intent {
            Intent::Do(Action::Leave) => return Outcome::Closed,
            Intent::Do(Action::Submit) => {
                if self.taken(draft).is_ok() {
                    return Outcome::Changed;
                }
            }
            Intent::Do(action) => _ = self.input.handle(*action),
            Intent::Type(c) => _ = self.input.type_char(*c),
            Intent::Paste(text) => _ = self.input.paste(text.trim()),
            Intent::Edited(_) | Intent::Mouse(_) => {}
        }
        Outcome::Open
    }

    /// Puts what is typed into the draft.
    fn taken(&self, draft: &mut Draft) -> std::result::Result<(), String> {
        let typed = self.input.text().trim();
        match self.which {
            Which::Shares => {
                parse_shares(typed).map_err(|e| e.to_string())?;
                draft.shares = typed.to_owned();
            }
            Which::Seed => draft.seed = typed.parse().map_err(|_| format!("a seed is a number from 0 to {}", u64::MAX))?,
        }
        Ok(())
    }
}

/// Says what assigning will do.
pub fn view(frame: &mut Frame<'_>, area: Rect, draft: &Draft, data: &Data, theme: &Theme) {
    let kept: u64 = data.splits.sizes.iter().map(|size| size.records).sum();
    let mut said = vec![
        format!("Every one of the {} kept records gets a split:", grouped(kept)),
        format!("  {}", draft.shares),
        format!("  seed {}, {}", draft.seed, if draft.by_source { "in proportion within each source" } else { "without strata" }),
        format!("  near-copies (lexical, from {}) stay together, so that nothing leaks", draft.threshold),
    ];
    if data.duplicates.info().is_none() || data.duplicates.view().is_some_and(|view| view.stale) {
        said.push("The pairs of near-copies are found first, which may take a while.".to_owned());
    }
    said.extend(declared(draft, data));
    let cells = usize::from(area.width.saturating_sub(2)).min(100);
    let lines: Vec<Line<'static>> = said
        .iter()
        .flat_map(|text| wrap(text, cells).into_iter().map(|line| Line::styled(shown(text, line).to_owned(), theme.text)))
        .chain([Line::default(), Line::styled("y assigns · Esc leaves everything as it is", theme.accent)])
        .collect();
    let inside = popup(frame.buffer_mut(), area, area.width, height(lines.len()), "assign splits", theme);
    // In a low terminal the way out matters more than the first words.
    let first = lines.len().saturating_sub(usize::from(inside.height));
    for (row, line) in lines.iter().skip(first).enumerate() {
        put(frame.buffer_mut(), inside, row, line);
    }
}

/// What becomes of sources that declare their split.
fn declared(draft: &Draft, data: &Data) -> Vec<String> {
    let shares = draft.parsed().unwrap_or_default();
    let sources = data.sources.iter().map(|detail| &detail.source);
    let declaring = sources.filter_map(|source| Some((crate::display::safe(&source.name), source.split.as_deref()?)));
    declaring
        .map(|(name, split)| match shares.iter().any(|share| share.name == split) {
            true => format!("Records of {name} stay in {split}, which the source declares."),
            false => format!("Records of {name} leave {split}, which has no share."),
        })
        .collect()
}
