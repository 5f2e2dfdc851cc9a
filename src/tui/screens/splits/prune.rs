//! Image files that no kept record names: which they are, the move to the trash, and the way back. Files on disk are touched, so the key that
//! moves is never the one that asked.

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::Line;

use crate::display::{bytes, counted, grouped, safe};
use crate::model::Filter;
use crate::ops::prune::{PrunePlan, RootPlan};
use crate::tui::action::Action;
use crate::tui::data::Data;
use crate::tui::data::splits::{Pruned, Pruning};
use crate::tui::effect::{Effect, SplitWork};
use crate::tui::intent::Intent;
use crate::tui::text::{fit, shown, wrap};
use crate::tui::theme::Theme;
use crate::tui::widgets::list::{List, ListState, row_width};
use crate::tui::widgets::popup::popup;
use crate::tui::widgets::put_text;
use crate::tui::widgets::toast::Toast;

/// What `y` would do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Question {
    #[default]
    Move,
    Restore,
}

#[derive(Debug, Default)]
pub struct State {
    asked: Question,
    list: ListState,
    /// What the plan was asked for, as in [`Pruning::of`].
    planned: Option<(u64, u64)>,
    /// Something was done since the layer was opened: what it came to is shown.
    done: bool,
}

/// What a key did.
pub enum Answer {
    Open(Vec<Effect>),
    Closed(Vec<Effect>),
}

/// Records that a filter spells out.
const SPELLED: usize = 1000;

impl State {
    /// What would go, once for each revision of the data and after each move.
    pub fn wants(&mut self, data: &Data) -> Option<Effect> {
        let now = (data.revision, data.splits.prunes);
        (self.planned.replace(now) != Some(now)).then_some(Effect::Splits(SplitWork::PlanPrune))
    }

    /// The plan of the records and files of now.
    fn known(data: &Data) -> Option<&Pruning> {
        data.splits.prune.as_deref().filter(|known| known.of == (data.revision, data.splits.prunes))
    }

    pub fn update(&mut self, data: &Data, intent: &Intent) -> Answer {
        let Intent::Do(action) = intent else { return Answer::Open(Vec::new()) };
        let Some(known) = State::known(data) else {
            return if *action == Action::LeavePrune { Answer::Closed(Vec::new()) } else { Answer::Open(Vec::new()) };
        };
        match action {
            Action::LeavePrune => return self.leave(),
            Action::MoveToTrash => return self.confirmed(known),
            Action::BringBack if known.trash.is_empty() => return say("there is no trash folder: nothing to bring back"),
            Action::BringBack => self.asked = Question::Restore,
            Action::ShowGone => return gone(known),
            action => _ = self.list.handle(*action, len(known)),
        }
        Answer::Open(Vec::new())
    }

    /// One thing after the other: the question, then the layer.
    fn leave(&mut self) -> Answer {
        match std::mem::take(&mut self.asked) {
            Question::Move => Answer::Closed(Vec::new()),
            Question::Restore => Answer::Open(Vec::new()),
        }
    }

    fn confirmed(&mut self, known: &Pruning) -> Answer {
        let work = match (std::mem::take(&mut self.asked), &known.plan) {
            (Question::Restore, _) => SplitWork::RestorePruned,
            (Question::Move, Ok(plan)) if plan.files > 0 => SplitWork::Prune(plan.clone()),
            (Question::Move, _) => return say("there is nothing to move"),
        };
        self.done = true;
        Answer::Open(vec![Effect::Splits(work)])
    }

    pub fn view(&self, buf: &mut Buffer, area: Rect, data: &Data, theme: &Theme) {
        let inside = popup(buf, area, area.width, area.height, "image files that no kept record names", theme);
        let cells = usize::from(inside.width);
        let Some(known) = State::known(data) else {
            return put_text(buf, inside, 0, "looking at the image files …", theme.dim);
        };
        let mut top: Vec<(String, Style)> = Vec::new();
        if let Some(pruned) = data.splits.pruned.as_ref().filter(|_| self.done) {
            top.extend(result(pruned, usize::from(inside.height) / 3, theme));
        }
        top.push(self.question(known, theme));
        let lines: Vec<(String, Style)> = top
            .iter()
            .flat_map(|(text, style)| {
                wrap(text, cells).into_iter().map(|line| (shown(text, line).to_owned(), *style)).collect::<Vec<_>>()
            })
            .collect();
        let rows = lines.len().min(usize::from(inside.height.saturating_sub(3))) as u16;
        let [head, list, foot] =
            Layout::vertical([Constraint::Length(rows), Constraint::Min(0), Constraint::Length(1)]).areas(inside);
        for (row, (text, style)) in lines.iter().enumerate() {
            put_text(buf, head, row, text, *style);
        }
        let row_cells = row_width(list.width);
        let row = |at: usize| line(known, at, row_cells, theme);
        List {
            len: len(known),
            row: &row,
            selected: &|_| false,
            header: None,
            focused: true,
            empty: "no source has a folder of images: `tamis import … --images DIR` names one",
            theme,
        }
        .view(buf, list, &self.list);
        put_text(buf, foot, 0, &fit(self.answers(known), cells), theme.accent);
    }

    fn question(&self, known: &Pruning, theme: &Theme) -> (String, Style) {
        match (self.asked, &known.plan) {
            (Question::Restore, _) => {
                (format!("Bring back what was moved to the trash in {}?", safe(&known.trash.join(", "))), theme.warning)
            }
            (Question::Move, Err(trouble)) => (format!("! {}", safe(&trouble.message)), theme.warning),
            (Question::Move, Ok(plan)) if plan.files == 0 => {
                ("Every image file is named by a kept record.".to_owned(), theme.keep)
            }
            (Question::Move, Ok(plan)) => {
                let files = counted(plan.files, "file");
                (format!("Move {files} ({}) to a trash folder inside each root?", bytes(plan.bytes)), theme.warning)
            }
        }
    }

    fn answers(&self, known: &Pruning) -> &'static str {
        match (self.asked, &known.plan, known.trash.is_empty()) {
            (Question::Restore, ..) => "y brings them back · Esc leaves them there",
            (Question::Move, Ok(plan), true) if plan.files > 0 => "y moves them; r brings them back later · Esc leaves them",
            (Question::Move, Ok(plan), false) if plan.files > 0 => "y moves them · r brings earlier ones back · Esc leaves them",
            (_, _, false) => "r brings back what was moved before · Esc closes",
            _ => "Esc closes",
        }
    }
}

fn say(words: &str) -> Answer {
    Answer::Open(vec![Effect::Say(Toast::done(words))])
}

/// Shows the kept records whose image is not there.
fn gone(known: &Pruning) -> Answer {
    let records = known.plan.as_ref().map_or(&[][..], |plan| plan.gone.as_slice());
    if records.is_empty() {
        return say("every kept record with an image has its file");
    }
    let filter = Filter::of_records(records.iter().take(SPELLED).map(|gone| gone.id)).to_string();
    Answer::Closed(vec![Effect::GoBrowse(filter)])
}

/// What was done, where the files are now, and what was left as it is.
fn result(pruned: &Pruned, most: usize, theme: &Theme) -> Vec<(String, Style)> {
    let mut lines = vec![(format!("{}.", pruned.words()), theme.keep)];
    if let Pruned::Moved(report) = pruned {
        let places = report.roots.iter().filter_map(|root| root.trash.as_deref());
        lines.extend(places.map(|place| (format!("  in {}", safe(place)), theme.text)));
    }
    let skipped = pruned.skipped();
    let said = skipped.iter().take(most.max(1)).map(|why| (format!("! left: {}", safe(why)), theme.warning));
    lines.extend(said);
    if skipped.len() > most.max(1) {
        lines.push((format!("  … and {} more left as they are", grouped((skipped.len() - most.max(1)) as u64)), theme.warning));
    }
    lines
}

/// The heading of a root, and below it a line a file and a line a folder that was not looked into.
fn rows_of(root: &RootPlan) -> usize {
    1 + root.files.len() + root.skipped.len()
}

fn len(known: &Pruning) -> usize {
    known.plan.as_ref().map_or(0, |plan| {
        let gone = if plan.gone.is_empty() { 0 } else { 1 + plan.gone.len() };
        plan.roots.iter().map(rows_of).sum::<usize>() + plan.left_out.len() + gone
    })
}

/// Walks the sections, of which there are few, to the row.
fn line(known: &Pruning, at: usize, cells: usize, theme: &Theme) -> Line<'static> {
    let Ok(plan) = &known.plan else { return Line::default() };
    let (text, style) = said(plan, at, theme).unwrap_or_default();
    Line::styled(fit(&text, cells), style)
}

fn said(plan: &PrunePlan, at: usize, theme: &Theme) -> Option<(String, Style)> {
    let mut at = at;
    for root in &plan.roots {
        if at < rows_of(root) {
            return Some(of_root(root, at, theme));
        }
        at -= rows_of(root);
    }
    if let Some(left) = plan.left_out.get(at) {
        return Some((format!("! {}: {}", left.path, left.why), theme.flag));
    }
    at -= plan.left_out.len();
    match at.checked_sub(1) {
        None => {
            let records = counted(plan.gone.len() as u64, "kept record");
            Some((format!("{records} whose image is gone: Enter shows them"), theme.heading))
        }
        Some(at) => plan.gone.get(at).map(|gone| (format!("  {} {} {}", gone.id, gone.source, gone.path), theme.text)),
    }
}

fn of_root(root: &RootPlan, at: usize, theme: &Theme) -> (String, Style) {
    let Some(at) = at.checked_sub(1) else {
        let (files, images) = (grouped(root.files.len() as u64), counted(root.images, "image"));
        return (format!("{}: {files} of {images} would go ({})", root.root, bytes(root.bytes)), theme.heading);
    };
    match (root.files.get(at), root.skipped.get(at.saturating_sub(root.files.len()))) {
        (Some(file), _) => (format!("  {} ({})", file.path, bytes(file.bytes)), theme.text),
        (None, Some(skipped)) => (format!("  ! {}: {}", skipped.path, skipped.why), theme.flag),
        (None, None) => (String::new(), theme.text),
    }
}
