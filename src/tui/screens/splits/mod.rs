//! Splits and export: sizes and shares, what leaks, checks with the way to their records, and dialogs that say first what they will do.
//!
//! One lens and one threshold say what a copy is: for the matrix of leaks, which follows them, and for the next split.
//!
//! | file | idea |
//! |---|---|
//! | `keys`, `wants` | what a key does; what is asked of the jobs, once each |
//! | `view` | where the three panes stand |
//! | `sizes`, `leaks`, `checks` | the panes |
//! | `draft`, `choose`, `assign` | the next split: its fields, its lists, the question before it |
//! | `pairs`, `fix` | what is behind a cell of the matrix; the question before leaks are mended |
//! | `export`, `export_plan` | the export dialog, and what it says |
//! | `prune` | image files that no kept record names |

mod assign;
mod checks;
mod choose;
mod draft;
mod export;
mod export_plan;
mod fix;
mod keys;
mod leaks;
mod pairs;
mod prune;
mod sizes;
mod view;
mod wants;

pub use keys::update;

use ratatui::Frame;
use ratatui::layout::Rect;

use self::choose::Choice;
use self::draft::{Draft, Editing};
use self::export::Dialog;
use crate::display::grouped;
use crate::model::Threshold;
use crate::ops::check::Verdict;
use crate::ops::leaks::Between;
use crate::tui::action::Context;
use crate::tui::data::Data;
use crate::tui::effect::{Border, FixWanted};
use crate::tui::theme::Theme;
use crate::tui::widgets::list::ListState;

/// What has the cursor.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Pane {
    #[default]
    Splits,
    Leaks,
    Checks,
}

impl Pane {
    fn next(self) -> Pane {
        match self {
            Pane::Splits => Pane::Leaks,
            Pane::Leaks => Pane::Checks,
            Pane::Checks => Pane::Splits,
        }
    }

    fn previous(self) -> Pane {
        self.next().next()
    }
}

/// What lies on top of the screen.
#[derive(Debug)]
enum Layer {
    /// A field of the next split.
    Field(Editing),
    /// Some of a list.
    Choice(Choice),
    /// What assigning will do.
    Assign,
    /// What mending leaks will do.
    Fix(FixWanted),
    Pairs(pairs::State),
    Export(Box<Dialog>),
    Prune(prune::State),
}

#[derive(Debug, Default)]
pub struct State {
    pane: Pane,
    splits: ListState,
    checks: ListState,
    cell: leaks::Cursor,
    /// What leakage is looked for between.
    by: Between,
    /// The next split, once the user changed something of it.
    draft: Option<Draft>,
    layer: Option<Layer>,
    /// Kept for the next time.
    last_export: Option<Box<Dialog>>,
    asked: wants::Asked,
}

impl State {
    pub fn context(&self) -> Context {
        match &self.layer {
            None => Context::Splits,
            Some(Layer::Field(_)) => Context::Input,
            Some(Layer::Choice(_)) => Context::Dialog,
            Some(Layer::Assign | Layer::Fix(_)) => Context::Question,
            Some(Layer::Pairs(_)) => Context::Pairs,
            Some(Layer::Export(dialog)) => dialog.context(),
            Some(Layer::Prune(_)) => Context::Prune,
        }
    }

    /// Keeps cursors inside lists that may have become shorter.
    pub fn data_changed(&mut self, data: &Data) {
        let len = sizes::len(self, data);
        self.splits.move_to(self.splits.cursor, len);
        match &mut self.layer {
            Some(Layer::Export(dialog)) => dialog.data_changed(data),
            Some(Layer::Pairs(pairs)) => pairs.data_changed(data),
            _ => {}
        }
    }

    /// What the screen lacks is asked for once more.
    pub fn ask_again(&mut self) {
        self.asked.again();
    }

    /// The next split: what the user typed, or how the last one was made.
    fn draft(&self, data: &Data) -> Draft {
        self.draft.clone().unwrap_or_else(|| Draft::of(data.splits.recipe(), data.duplicates.lens()))
    }

    /// What the matrix is to be of; not below what the graph knows.
    fn border(&self, data: &Data) -> Border {
        let Draft { lens, threshold, .. } = self.draft(data);
        let floor = data.duplicates.of(lens).view.as_ref().map_or(Threshold::from_thousandths(0), |view| view.floor());
        Border { lens, by: self.by, threshold: threshold.max(floor) }
    }
}

pub fn view(frame: &mut Frame<'_>, area: Rect, state: &State, data: &Data, theme: &Theme) {
    if let Some(Layer::Pairs(pairs)) = &state.layer {
        return pairs.view(frame.buffer_mut(), area, data, theme);
    }
    view::screen(frame, area, state, data, theme);
    match &state.layer {
        Some(Layer::Choice(choice)) => choice.view(frame.buffer_mut(), area, theme),
        Some(Layer::Assign) => assign::view(frame.buffer_mut(), area, state, data, theme),
        Some(Layer::Fix(wanted)) => fix::view(frame.buffer_mut(), area, wanted, data, theme),
        Some(Layer::Export(dialog)) => dialog.view(frame, area, data, theme),
        Some(Layer::Prune(prune)) => prune.view(frame.buffer_mut(), area, data, theme),
        Some(Layer::Field(_) | Layer::Pairs(_)) | None => {}
    }
}

/// For the status line.
pub fn summary(_state: &State, data: &Data) -> String {
    let kept: u64 = data.splits.sizes().iter().map(|size| size.records).sum();
    if data.splits.checks.is_none() {
        return String::new();
    }
    let checks = match (checks::count(data, Verdict::Blocked), checks::count(data, Verdict::Attention)) {
        (0, 0) => "all checks are ready".to_owned(),
        (0, 1) => "one check needs attention".to_owned(),
        (0, attention) => format!("{attention} checks need attention"),
        (blocked, attention) => format!("checks: {blocked} blocked, {attention} in need of attention"),
    };
    let so_far = if data.splits.checks.as_ref().is_some_and(|checks| checks.complete) { "" } else { " so far" };
    format!("{} kept records · {checks}{so_far}", grouped(kept))
}
