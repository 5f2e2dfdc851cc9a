//! Splits and export: sizes and shares, what leaks, checks with the way to their records, and the two dialogs that say first what they
//! will do.

mod assign;
mod export;
mod view;

use ratatui::Frame;
use ratatui::layout::Rect;

use self::assign::{Draft, Editing};
use self::export::Dialog;
use crate::display::grouped;
use crate::ops::check::{CheckRow, Verdict};
use crate::tui::action::{Action, Context};
use crate::tui::data::Data;
use crate::tui::effect::Effect;
use crate::tui::intent::Intent;
use crate::tui::theme::Theme;
use crate::tui::widgets::list::ListState;
use crate::tui::widgets::toast::Toast;

/// Which list has the cursor.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Pane {
    #[default]
    Splits,
    Checks,
}

/// What lies on top of the screen.
#[derive(Debug)]
enum Layer {
    /// A field of the next split.
    Field(Editing),
    /// What assigning will do.
    Assign,
    Export(Box<Dialog>),
}

#[derive(Debug, Default)]
pub struct State {
    pane: Pane,
    splits: ListState,
    checks: ListState,
    /// The next split, once the user changed something of it.
    draft: Option<Draft>,
    layer: Option<Layer>,
    /// Kept for the next time.
    last_export: Option<Box<Dialog>>,
    /// The revision of the data that was asked for.
    asked: Option<u64>,
}

impl State {
    pub fn context(&self) -> Context {
        match &self.layer {
            None => Context::Splits,
            Some(Layer::Field(_)) => Context::Input,
            Some(Layer::Assign) => Context::Question,
            Some(Layer::Export(dialog)) => dialog.context(),
        }
    }

    /// Keeps cursors inside lists that may have become shorter.
    pub fn data_changed(&mut self, data: &Data) {
        self.splits.move_to(self.splits.cursor, data.splits.sizes.len());
        self.checks.move_to(self.checks.cursor, checks(data).len());
    }

    /// Sizes, leaks and checks of the present records, and the plan of the export that the dialog describes.
    pub fn wants(&mut self, data: &Data) -> Vec<Effect> {
        let mut wants = Vec::new();
        if data.columns.is_some() && self.asked != Some(data.revision) {
            self.asked = Some(data.revision);
            wants.push(Effect::LoadSplits);
        }
        if let Some(Layer::Export(dialog)) = &mut self.layer {
            wants.extend(dialog.wants(data));
        }
        wants
    }

    /// The next split: what the user typed, or how the last one was made.
    fn draft(&self, data: &Data) -> Draft {
        self.draft.clone().unwrap_or_else(|| Draft::of(data.splits.recipe.as_ref()))
    }
}

pub fn update(state: &mut State, data: &Data, intent: &Intent) -> Vec<Effect> {
    match state.layer.take() {
        None => on_screen(state, data, intent),
        Some(Layer::Field(field)) => {
            edit(state, data, field, intent);
            Vec::new()
        }
        Some(Layer::Assign) => match intent {
            Intent::Do(Action::Yes) => state.draft(data).args().map(Effect::Split).into_iter().collect(),
            Intent::Do(Action::No) => Vec::new(),
            _ => {
                state.layer = Some(Layer::Assign);
                Vec::new()
            }
        },
        Some(Layer::Export(mut dialog)) => match dialog.update(data, intent) {
            export::Outcome::Open => {
                state.layer = Some(Layer::Export(dialog));
                Vec::new()
            }
            export::Outcome::Closed => {
                state.last_export = Some(dialog);
                Vec::new()
            }
            export::Outcome::Write(args) => {
                state.last_export = Some(dialog);
                vec![Effect::Export(*args)]
            }
        },
    }
}

fn edit(state: &mut State, data: &Data, mut field: Editing, intent: &Intent) {
    let mut draft = state.draft(data);
    match field.update(&mut draft, intent) {
        assign::Outcome::Open => state.layer = Some(Layer::Field(field)),
        assign::Outcome::Closed => {}
        assign::Outcome::Changed => state.draft = Some(draft),
    }
}

fn on_screen(state: &mut State, data: &Data, intent: &Intent) -> Vec<Effect> {
    let Intent::Do(action) = intent else { return Vec::new() };
    match action {
        Action::NextPane | Action::PreviousPane => {
            state.pane = if state.pane == Pane::Splits { Pane::Checks } else { Pane::Splits }
        }
        Action::EditShares => state.layer = Some(Layer::Field(Editing::shares(&state.draft(data)))),
        Action::Seed => state.layer = Some(Layer::Field(Editing::seed(&state.draft(data)))),
        Action::Strata => state.draft = Some(state.draft(data).with_other_strata()),
        Action::RunChecks => state.asked = None,
        Action::OpenRecords => return records(state, data),
        Action::AssignSplits if state.pane == Pane::Checks => return records(state, data),
        Action::AssignSplits => state.layer = Some(Layer::Assign),
        Action::Export => state.layer = Some(Layer::Export(state.last_export.take().unwrap_or_default().again())),
        action => {
            let (list, len) = match state.pane {
                Pane::Splits => (&mut state.splits, data.splits.sizes.len()),
                Pane::Checks => (&mut state.checks, checks(data).len()),
            };
            list.handle(*action, len);
        }
    }
    Vec::new()
}

/// Shows the records behind what is under the cursor.
fn records(state: &State, data: &Data) -> Vec<Effect> {
    let filter = match state.pane {
        Pane::Splits => data.splits.sizes.get(state.splits.cursor).map(|size| format!("state:kept split:{}", size.name)),
        Pane::Checks => checks(data).get(state.checks.cursor).and_then(|check| check.filter.clone()),
    };
    vec![filter.map_or_else(|| Effect::Say(Toast::done("no records stand behind this one")), Effect::GoBrowse)]
}

fn checks(data: &Data) -> &[CheckRow] {
    data.splits.checks.as_ref().map_or(&[], |report| report.checks.as_slice())
}

pub fn view(frame: &mut Frame<'_>, area: Rect, state: &State, data: &Data, theme: &Theme) {
    view::screen(frame, area, state, data, theme);
    match &state.layer {
        Some(Layer::Assign) => assign::view(frame, area, &state.draft(data), data, theme),
        Some(Layer::Export(dialog)) => dialog.view(frame, area, data, theme),
        Some(Layer::Field(_)) | None => {}
    }
}

/// For the status line.
pub fn summary(_state: &State, data: &Data) -> String {
    let kept: u64 = data.splits.sizes.iter().map(|size| size.records).sum();
    let Some(report) = &data.splits.checks else { return String::new() };
    let of = |verdict| report.checks.iter().filter(|check| check.verdict == verdict).count();
    let checks = match (of(Verdict::Blocked), of(Verdict::Attention)) {
        (0, 0) => "all checks are ready".to_owned(),
        (0, 1) => "one check needs attention".to_owned(),
        (0, attention) => format!("{attention} checks need attention"),
        (blocked, attention) => format!("checks: {blocked} blocked, {attention} in need of attention"),
    };
    format!("{} kept records · {checks}", grouped(kept))
}
