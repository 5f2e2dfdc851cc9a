//! The way back to a snapshot: how much of it, and beneath that exactly what it would change. Enter does only what is shown.

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::Line;

use crate::display::{counted, grouped, safe};
use crate::ops::snapshot::{Restored, Snapshot, TakenBack};
use crate::tui::action::Context;
use crate::tui::data::Data;
use crate::tui::data::versions::{Extent, Plan, WayBack};
use crate::tui::effect::{Effect, VersionWork};
use crate::tui::intent::Intent;
use crate::tui::text::{fit, shown, wrap};
use crate::tui::theme::Theme;
use crate::tui::widgets::form::{self, Field, Form};
use crate::tui::widgets::popup::popup;
use crate::tui::widgets::{height, put};

const HOW_MUCH: usize = 0;
const SPLITS: usize = 1;
const SOURCES: usize = 2;

/// What [`HOW_MUCH`] offers, in this order.
const EVERYTHING: usize = 0;
const ONLY_SPLITS: usize = 1;

#[derive(Debug)]
pub(super) struct Dialog {
    name: String,
    splits: Vec<String>,
    sources: Vec<String>,
    form: Form,
    /// What was asked for last, and at which revision of the data.
    asked: Option<(Extent, u64)>,
}

pub(super) enum Outcome {
    Open,
    Closed,
    Restore(VersionWork),
}

impl Dialog {
    pub(super) fn new(snapshot: &Snapshot) -> Dialog {
        let splits: Vec<String> = snapshot.summary.splits.keys().filter(|split| *split != "none").cloned().collect();
        let sources = snapshot.summary.sources.clone();
        let fields = vec![
            Field::choice("restore", ["everything", "only these splits", "everything without these sources"]),
            Field::toggles("splits", splits.clone()),
            Field::toggles("sources", sources.clone()),
        ];
        Dialog { name: snapshot.name.clone(), splits, sources, form: Form::new(fields, HOW_MUCH), asked: None }
    }

    pub(super) fn context(&self) -> Context {
        self.form.context()
    }

    /// What the fields say; `None` while nothing is chosen that could be restored.
    fn extent(&self) -> Option<Extent> {
        let on = |field: usize, names: &[String]| -> Vec<String> {
            names.iter().enumerate().filter(|(i, _)| self.form.is_on(field, *i)).map(|(_, name)| name.clone()).collect()
        };
        match self.form.chosen(HOW_MUCH) {
            EVERYTHING => Some(Extent::Without(Vec::new())),
            ONLY_SPLITS => Some(on(SPLITS, &self.splits)).filter(|splits| !splits.is_empty()).map(Extent::Splits),
            _ => Some(on(SOURCES, &self.sources)).filter(|sources| !sources.is_empty()).map(Extent::Without),
        }
    }

    pub(super) fn wants(&mut self, data: &Data) -> Option<Effect> {
        let wanted = self.extent().map(|extent| (extent, data.revision));
        if wanted == self.asked {
            return None;
        }
        self.asked = wanted;
        let (extent, _) = self.asked.clone()?;
        Some(Effect::Versions(VersionWork::PlanRestore { name: self.name.clone(), extent }))
    }

    pub(super) fn update(&mut self, data: &Data, intent: &Intent) -> Outcome {
        match self.form.update(intent) {
            form::Outcome::Closed => Outcome::Closed,
            form::Outcome::Submitted => match self.planned(data) {
                Some(WayBack { name, extent, plan: Ok(_) }) => {
                    Outcome::Restore(VersionWork::Restore { name: name.clone(), extent: extent.clone() })
                }
                _ => Outcome::Open,
            },
            form::Outcome::Changed | form::Outcome::Moved => Outcome::Open,
        }
    }

    /// The plan of what the fields say.
    fn planned<'d>(&self, data: &'d Data) -> Option<&'d WayBack> {
        let way_back = data.versions.way_back.as_deref()?;
        (way_back.name == self.name && Some(&way_back.extent) == self.extent().as_ref()).then_some(way_back)
    }

    pub(super) fn view(&self, buf: &mut Buffer, area: Rect, data: &Data, theme: &Theme) {
        let cells = usize::from(area.width.saturating_sub(2)).min(100);
        let lines = self.said(data, cells, theme);
        let rows = height(self.form.len() + lines.len() + 3);
        let inside = popup(buf, area, cells as u16, rows, &format!("go back to {}", self.name), theme);
        let fields = height(self.form.len());
        let [top, _, below] =
            Layout::vertical([Constraint::Length(fields), Constraint::Length(1), Constraint::Min(0)]).areas(inside);
        self.form.view(buf, top, theme);
        for (row, line) in lines.iter().enumerate() {
            put(buf, below, row, line);
        }
        let ready = matches!(self.planned(data), Some(WayBack { plan: Ok(_), .. }));
        let hint = if ready {
            "Enter goes back · ← → Space choose · Tab: next field · Esc closes"
        } else {
            "← → Space choose · Tab: next field · Esc closes"
        };
        put(buf, below, lines.len() + 1, &Line::styled(fit(hint, cells), theme.accent));
    }

    fn said(&self, data: &Data, cells: usize, theme: &Theme) -> Vec<Line<'static>> {
        let (words, style) = match (self.extent(), self.planned(data)) {
            (None, _) => (vec!["choose some with Space".to_owned()], theme.dim),
            (Some(_), None) => (vec!["looking at the way back …".to_owned()], theme.dim),
            (_, Some(WayBack { plan: Err(trouble), .. })) => {
                (std::iter::once(format!("! {}", trouble.message)).chain(trouble.hint.clone()).collect(), theme.warning)
            }
            (_, Some(WayBack { plan: Ok(Plan::Everything(plan)), .. })) => (everything(plan), theme.text),
            (_, Some(WayBack { plan: Ok(Plan::Splits(plan)), .. })) => (splits(plan), theme.text),
        };
        let wrapped = |words: &String| {
            let words = safe(words).into_owned();
            wrap(&words, cells).into_iter().map(|line| Line::styled(shown(&words, line).to_owned(), style)).collect::<Vec<_>>()
        };
        words.iter().flat_map(wrapped).collect()
    }
}

fn everything(plan: &Restored) -> Vec<String> {
    let mut said = Vec::new();
    if plan.records == 0 && plan.others == 0 && plan.sources_back.is_empty() && plan.sources_gone.is_empty() {
        return vec![format!("Everything is as in {} already.", plan.snapshot)];
    }
    said.push(format!("{} get back the marks, edits, drops and splits that they had.", counted(plan.records, "record")));
    if plan.others > 0 {
        said.push(format!("{}, pipelines, refusals and judged pairs become what they were.", counted(plan.others, "setting")));
    }
    for (names, what) in [(&plan.sources_back, "come back"), (&plan.sources_gone, "leave the workspace")] {
        if !names.is_empty() {
            said.push(format!("Sources that {what}: {}.", names.join(", ")));
        }
    }
    if !plan.without.is_empty() {
        said.push("What was dropped as a duplicate of their records is kept again.".to_owned());
    }
    said.push("Later snapshots stay. u takes it all back.".to_owned());
    said
}

fn splits(plan: &TakenBack) -> Vec<String> {
    let splits = plan.splits.join(", ");
    let mut said =
        vec![format!("{splits}: the {} of {}, each with its text of then.", counted(plan.records, "record"), plan.snapshot)];
    let from: Vec<String> = plan.from.iter().map(|(split, n)| format!("{} from {split}", grouped(*n))).collect();
    if !from.is_empty() {
        said.push(format!("They come {}.", from.join(", ")));
    }
    if plan.kept_again + plan.texts > 0 {
        let (kept, texts) = (grouped(plan.kept_again), grouped(plan.texts));
        said.push(format!("{kept} are dropped today and kept again, {texts} get another text."));
    }
    if plan.dropped > 0 {
        said.push(format!("{} that stand in {splits} today are dropped.", counted(plan.dropped, "record")));
    }
    if plan.unwitnessed > 0 {
        let records = counted(plan.unwitnessed, "record");
        said.push(format!("{records} are dropped as duplicates of these: apply the policy again on screen 3."));
    }
    if plan.absent > 0 {
        said.push(format!("{} of then are missing: their sources were taken out.", counted(plan.absent, "record")));
    }
    said.push("All other splits stay as they are. u takes it back.".to_owned());
    said
}
