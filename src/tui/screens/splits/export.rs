//! The export dialog: what to write, and beneath it exactly what that will be. Enter writes only what is shown.

use std::path::PathBuf;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout as Rows, Rect};
use ratatui::text::{Line, Span};

use crate::display::{bytes, grouped};
use crate::export::{Extra, Images, Layout};
use crate::ops::export::{ExportArgs, ExportPlan};
use crate::tui::action::Context;
use crate::tui::data::{Data, Planned, Trouble};
use crate::tui::effect::Effect;
use crate::tui::intent::Intent;
use crate::tui::screens::sources::path::typed_path;
use crate::tui::text::{fit, fit_padded, shown, wrap};
use crate::tui::theme::Theme;
use crate::tui::widgets::form::{self, Field, Form};
use crate::tui::widgets::popup::popup;
use crate::tui::widgets::{height, put};

const FOLDER: usize = 0;
const LAYOUT: usize = 1;
const IMAGES: usize = 2;
const WITH: usize = 3;
const FILTER: usize = 4;
const REPLACE: usize = 5;

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

impl Default for Dialog {
    fn default() -> Self {
        let images = std::iter::once("auto").chain(Images::ALL.map(Images::word));
        let fields = vec![
            Field::text("folder", "", "a folder to make"),
            Field::choice("layout", Layout::ALL.map(Layout::word)),
            Field::choice("images", images),
            Field::toggles("with", Extra::ALL.map(Extra::word)),
            Field::text("filter", "", "all kept records"),
            Field::toggles("replace", ["an earlier export in this folder"]),
        ];
        Dialog { form: Form::new(fields, FOLDER), asked: None }
    }
}

impl Dialog {
    pub fn context(&self) -> Context {
        self.form.context()
    }

    /// Opened again: what was planned then may be otherwise now.
    pub fn again(mut self: Box<Self>) -> Box<Self> {
        self.asked = None;
        self
    }

    /// What the fields say; `None` while no folder is named.
    fn args(&self, data: &Data) -> Option<ExportArgs> {
        let typed = self.form.typed(FOLDER);
        let target = (!typed.is_empty()).then(|| typed_path(typed, &PathBuf::new(), data.workspace.home.as_deref()))?;
        let with =
            Extra::ALL.iter().enumerate().filter(|(i, _)| self.form.is_on(WITH, *i)).map(|(_, extra)| extra.word().to_owned());
        let layout = Layout::ALL.get(self.form.chosen(LAYOUT)).copied().unwrap_or(Layout::ImageFolder);
        Some(ExportArgs {
            filter: self.form.typed(FILTER).to_owned(),
            images: self.form.chosen(IMAGES).checked_sub(1).and_then(|i| Images::ALL.get(i).copied()),
            with: with.collect(),
            force: self.form.is_on(REPLACE, 0),
            ..ExportArgs::new(target, layout)
        })
    }

    /// The plan of what the fields say now.
    pub fn wants(&mut self, data: &Data) -> Option<Effect> {
        let wanted = self.args(data).map(|args| (args, data.revision));
        if wanted == self.asked {
            return None;
        }
        self.asked = wanted;
        self.asked.clone().map(|(args, _)| Effect::PlanExport(args))
    }

    pub fn update(&mut self, data: &Data, intent: &Intent) -> Outcome {
        match self.form.update(intent) {
            form::Outcome::Closed => Outcome::Closed,
            form::Outcome::Submitted => match self.planned(data) {
                Some(Planned { args, plan: Ok(_) }) => Outcome::Write(Box::new(args.clone())),
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
        let inside = popup(frame.buffer_mut(), area, area.width, 22, "export", theme);
        let fields = height(self.form.len()).min(inside.height.saturating_sub(2).max(1));
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
            (true, Some(Planned { plan: Ok(plan), .. })) => {
                let hint = match self.context() {
                    Context::Input => "Enter: next field; it writes from one that is no text · Esc closes",
                    _ => "Enter writes this · Tab: next field · ← → Space choose · Esc closes",
                };
                (described(plan, cells, rows, theme), Some(Line::styled(fit(hint, cells), theme.accent)))
            }
        }
    }
}

fn refusal(trouble: &Trouble, cells: usize, theme: &Theme) -> Vec<Line<'static>> {
    let message = crate::display::safe(&format!("! {}", trouble.message)).into_owned();
    let hint = trouble.hint.as_deref().map(|hint| crate::display::safe(hint).into_owned());
    let styled = |text: &str, style| {
        wrap(text, cells).into_iter().map(|line| Line::styled(shown(text, line).to_owned(), style)).collect::<Vec<_>>()
    };
    let mut lines = styled(&message, theme.warning);
    lines.extend(hint.iter().flat_map(|hint| styled(hint, theme.dim)));
    lines
}

/// Files with their records, images and bytes.
fn described(plan: &ExportPlan, cells: usize, rows: usize, theme: &Theme) -> Vec<Line<'static>> {
    let head = format!("will write {} records to {} as {}:", grouped(plan.records), plan.target, plan.layout);
    let mut lines = vec![Line::styled(fit(&head, cells), theme.text)];
    let tail: Vec<String> = std::iter::once("  manifest.json".to_owned()).chain(images(plan)).collect();
    let room = rows.saturating_sub(1 + tail.len());
    let fits = plan.files.len() <= room;
    let shown = if fits { plan.files.len() } else { room.saturating_sub(1) };
    lines.extend(plan.files.iter().take(shown).map(|file| {
        let name = fit_padded(&file.path, cells.saturating_sub(24).min(40));
        Line::from(vec![
            Span::styled(format!("  {name}"), theme.text),
            Span::styled(format!("{:>12} records", grouped(file.records)), theme.dim),
        ])
    }));
    if !fits {
        lines.push(Line::styled(format!("  … and {} more files", plan.files.len() - shown), theme.dim));
    }
    lines.extend(tail.into_iter().map(|text| Line::styled(fit(&text, cells), theme.text)));
    lines
}

fn images(plan: &ExportPlan) -> Option<String> {
    (plan.images > 0).then(|| format!("  {} images ({}) by {}", grouped(plan.images), bytes(plan.image_bytes), plan.images_by))
}
