//! The export dialog: what to write, and beneath it exactly what that will be. Enter writes only what is shown, and only what no check blocks:
//! what is blocked is overridden here one by one, and the manifest records it.

use std::path::PathBuf;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout as Rows, Rect};
use ratatui::text::Line;

use super::export_plan::{described, refusal};
use crate::export::{About, Extra, FieldChoice, Images, Layout};
use crate::ops::export::{ExportArgs, ExportPlan};
use crate::tui::action::Context;
use crate::tui::data::Data;
use crate::tui::data::splits::Planned;
use crate::tui::effect::{Effect, SplitWork};
use crate::tui::intent::Intent;
use crate::tui::screens::sources::path::typed_path;
use crate::tui::text::fit;
use crate::tui::theme::Theme;
use crate::tui::widgets::form::{self, Field, Form};
use crate::tui::widgets::popup::popup;
use crate::tui::widgets::{height, put};

const FOLDER: usize = 0;
const LAYOUT: usize = 1;
const IMAGES: usize = 2;
const WITH: usize = 3;
const FILTER: usize = 4;
const FROM: usize = 5;
const DESPITE: usize = 6;
const REPLACE: usize = 7;
const FIELDS: usize = 8;
const PREFIX: usize = 9;
const TITLE: usize = 10;
const ID: usize = 11;
const LICENCE: usize = 12;

/// The first choice of `from`; it names no snapshot, since a snapshot cannot have this name.
const NOW: &str = "now";

/// Stands where checks are overridden, as long as there are none.
const NOTHING_BLOCKED: &str = "no check is blocked";

/// Rows that the plan has at least, however many fields there are.
const PLAN: u16 = 8;

#[derive(Debug)]
pub struct Dialog {
    form: Form,
    /// What was planned last, and of which revision of the data.
    asked: Option<(ExportArgs, u64)>,
}

pub enum Outcome {
    Open,
    Closed,
    Write(Box<ExportArgs>),
}

impl Dialog {
    pub fn new() -> Dialog {
        let images = std::iter::once("auto").chain(Images::ALL.map(Images::word));
        let fields = vec![
            Field::text("folder", "", "a folder to make"),
            Field::choice("layout", Layout::ALL.map(Layout::word)),
            Field::choice("images", images),
            Field::toggles("with", Extra::ALL.map(Extra::word)),
            Field::text("filter", "", "all kept records"),
            Field::choice("from", [NOW]),
            Field::toggles("despite", [""; 0]),
            Field::toggles("replace", ["an earlier export in this folder"]),
            Field::text("fields", "", "all; or names with commas between them, or none"),
            Field::toggles("names", ["begin with their source's"]),
            Field::text("title", "", "of the data card"),
            Field::text("id", "", "owner/slug, on Kaggle"),
            Field::text("licence", "", "as the place of publication calls it: cc0-1.0"),
        ];
        let mut form = Form::new(fields, FOLDER);
        form.note(DESPITE, Some((NOTHING_BLOCKED.to_owned(), false)));
        Dialog { form, asked: None }
    }

    pub fn context(&self) -> Context {
        self.form.context()
    }

    /// Opened again: what was planned then may be otherwise now.
    pub fn again(mut self: Box<Self>, data: &Data) -> Box<Self> {
        self.asked = None;
        self.data_changed(data);
        self
    }

    /// The snapshots there are, and the checks that can be overridden.
    pub fn data_changed(&mut self, data: &Data) {
        let snapshots = data.splits.overview.iter().flat_map(|overview| overview.snapshots.iter().cloned());
        self.form.offer(FROM, std::iter::once(NOW.to_owned()).chain(snapshots).collect());
        if let Some(Planned { plan: Ok(plan), complete: true, .. }) = self.planned(data) {
            // Among them those that are overridden, so that this can be taken back.
            let known = plan.checks.iter().map(|check| &check.name);
            let stops = known.filter(|name| plan.blocked.contains(name) || plan.overridden.contains(name));
            let stops: Vec<String> = stops.cloned().collect();
            let note = stops.is_empty().then(|| (NOTHING_BLOCKED.to_owned(), false));
            self.form.offer_toggles(DESPITE, stops);
            self.form.note(DESPITE, note);
        }
    }

    /// What the fields say; `None` while no folder is named.
    fn args(&self, data: &Data) -> Option<ExportArgs> {
        let typed = self.form.typed(FOLDER);
        let target = (!typed.is_empty()).then(|| typed_path(typed, &PathBuf::new(), data.workspace.home.as_deref()))?;
        let layout = Layout::ALL.get(self.form.chosen(LAYOUT)).copied().unwrap_or(Layout::ImageFolder);
        Some(ExportArgs {
            filter: self.form.typed(FILTER).to_owned(),
            snapshot: self.snapshot(data),
            images: self.form.chosen(IMAGES).checked_sub(1).and_then(|i| Images::ALL.get(i).copied()),
            with: self.form.all_on(WITH),
            fields: self.fields(),
            prefix_sources: self.form.is_on(PREFIX, 0),
            about: About { title: self.optional(TITLE), id: self.optional(ID), licence: self.optional(LICENCE) },
            despite: self.form.all_on(DESPITE),
            force: self.form.is_on(REPLACE, 0),
            ..ExportArgs::new(target, layout)
        })
    }

    fn snapshot(&self, data: &Data) -> Option<String> {
        let at = self.form.chosen(FROM).checked_sub(1)?;
        data.splits.overview.as_ref()?.snapshots.get(at).cloned()
    }

    fn optional(&self, field: usize) -> Option<String> {
        Some(self.form.typed(field).to_owned()).filter(|typed| !typed.is_empty())
    }

    fn fields(&self) -> FieldChoice {
        let words: Vec<String> = self.form.typed(FIELDS).split(',').map(|word| word.trim().to_owned()).collect();
        if self.form.typed(FIELDS).is_empty() { FieldChoice::All } else { FieldChoice::from_words(&words) }
    }

    /// The plan of what the fields say now.
    pub fn wants(&mut self, data: &Data) -> Option<Effect> {
        let wanted = self.args(data).map(|args| (args, data.revision));
        if wanted == self.asked {
            return None;
        }
        self.asked = wanted;
        self.asked.clone().map(|(args, _)| Effect::Splits(SplitWork::PlanExport(args)))
    }

    pub fn update(&mut self, data: &Data, intent: &Intent) -> Outcome {
        match self.form.update(intent) {
            form::Outcome::Closed => Outcome::Closed,
            form::Outcome::Submitted => match self.planned(data) {
                Some(Planned { args, plan: Ok(plan), complete: true }) if plan.blocked.is_empty() => {
                    Outcome::Write(Box::new(args.clone()))
                }
                Some(Planned { plan: Ok(_), complete: true, .. }) => {
                    self.form.focus_on(DESPITE);
                    Outcome::Open
                }
                _ => Outcome::Open,
            },
            form::Outcome::Changed | form::Outcome::Moved => Outcome::Open,
        }
    }

    /// The plan on the screen, if it is of what the fields say.
    fn planned<'a>(&self, data: &'a Data) -> Option<&'a Planned> {
        data.splits.plan.as_deref().filter(|planned| self.args(data).as_ref() == Some(&planned.args))
    }

    pub fn view(&self, frame: &mut Frame<'_>, area: Rect, data: &Data, theme: &Theme) {
        let inside = popup(frame.buffer_mut(), area, area.width, 34, "export", theme);
        let fields = height(self.form.len()).min(inside.height.saturating_sub(PLAN).max(1));
        let [top, _, below] =
            Rows::vertical([Constraint::Length(fields), Constraint::Length(1), Constraint::Min(0)]).areas(inside);
        if let Some(cursor) = self.form.view(frame.buffer_mut(), top, theme) {
            frame.set_cursor_position(cursor);
        }
        let (lines, last) = self.said(data, usize::from(below.width), usize::from(below.height).saturating_sub(1), theme);
        let lines = lines.iter().chain(&last);
        for (row, line) in lines.enumerate() {
            put(frame.buffer_mut(), below, row, line);
        }
    }

    /// The plan in at most `rows` lines, and what Enter does.
    fn said(&self, data: &Data, cells: usize, rows: usize, theme: &Theme) -> (Vec<Line<'static>>, Option<Line<'static>>) {
        match (self.asked.is_some(), self.planned(data)) {
            (false, _) => (vec![Line::styled("name a folder, and here stands what will be written", theme.dim)], None),
            (true, None) => (vec![Line::styled("planning …", theme.dim)], None),
            (true, Some(Planned { plan: Err(trouble), .. })) => (refusal(trouble, cells, theme), None),
            (true, Some(Planned { plan: Ok(plan), complete, .. })) => {
                let hint = if *complete {
                    self.hint(plan)
                } else {
                    "checking … · it can be written once all checks are made · Esc closes"
                };
                (described(plan, cells, rows, theme), Some(Line::styled(fit(hint, cells), theme.accent)))
            }
        }
    }

    fn hint(&self, plan: &ExportPlan) -> &'static str {
        match (self.context(), plan.blocked.is_empty()) {
            (_, false) if self.form.focus() == DESPITE => {
                "Space overrides a check, one by one; the manifest says so · Esc closes"
            }
            (_, false) => "blocked: put it right, or override it in the field despite · Tab: next field · Esc closes",
            (Context::Input, true) => "Enter: next field; it writes from one that is no text · Esc closes",
            (_, true) => "Enter writes this · Tab: next field · ← → Space choose · Esc closes",
        }
    }
}
