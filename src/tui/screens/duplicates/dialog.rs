//! The question before a policy is applied, and the fields for a threshold and for a new graph.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::State;
use super::figures::of_curve;
use crate::display::grouped;
use crate::model::{Policy, Threshold};
use crate::ops::duplicates::Plan;
use crate::tui::action::{Action, Context};
use crate::tui::data::Data;
use crate::tui::effect::Effect;
use crate::tui::intent::Intent;
use crate::tui::text::{fit, fit_padded, shown, wrap};
use crate::tui::theme::Theme;
use crate::tui::widgets::input::{Edited, Input};
use crate::tui::widgets::list::{List, ListState, row_width};
use crate::tui::widgets::popup::popup;
use crate::tui::widgets::put_text;
use crate::tui::widgets::question::question;
use crate::tui::widgets::rich::Rich;

#[derive(Debug)]
pub enum Dialog {
    Apply { threshold: Threshold, policy: Policy },
    Threshold(Field),
    Build(Field),
    Presets(ListState),
}

/// What a key did.
pub enum Answer {
    Open,
    Closed,
    Threshold(Threshold),
    Do(Effect),
}

/// A number as it is typed, and why it is none.
#[derive(Debug, Default)]
pub struct Field {
    input: Input,
    error: Option<&'static str>,
}

/// Thresholds by name.
const PRESETS: [(u16, &str); 5] =
    [(600, "loose"), (700, "many words shared"), (800, "most words shared"), (900, "almost the same"), (1000, "identical words")];

impl Dialog {
    pub fn threshold() -> Dialog {
        Dialog::Threshold(Field::default())
    }

    /// With the cursor on the preset nearest to a threshold.
    pub fn presets(threshold: Threshold) -> Dialog {
        let mut list = ListState::default();
        list.cursor = PRESETS.iter().rposition(|&(t, _)| t <= threshold.thousandths()).unwrap_or(0);
        Dialog::Presets(list)
    }

    /// With the floor of the graph there is.
    pub fn build(data: &Data) -> Dialog {
        let floor = data.duplicates.info.as_ref().map_or(crate::model::Lens::Lexical.default_floor(), |info| info.floor);
        Dialog::Build(Field { input: Input::one_line(&floor.to_string()), error: None })
    }

    pub fn context(&self) -> Context {
        match self {
            Dialog::Threshold(_) | Dialog::Build(_) => Context::Input,
            Dialog::Apply { .. } => Context::Question,
            Dialog::Presets(_) => Context::Dialog,
        }
    }

    /// `has_plan`: what applying would do stands on the screen.
    pub fn update(&mut self, intent: &Intent, has_plan: bool) -> Answer {
        match (self, intent) {
            (_, Intent::Do(Action::No | Action::Dismiss | Action::Leave)) => Answer::Closed,
            (Dialog::Apply { threshold, policy }, Intent::Do(Action::Yes)) if has_plan => {
                Answer::Do(Effect::ApplyDuplicates { threshold: *threshold, policy: *policy })
            }
            (Dialog::Presets(list), Intent::Do(Action::Accept)) => {
                PRESETS.get(list.cursor).map_or(Answer::Closed, |&(t, _)| Answer::Threshold(Threshold::from_thousandths(t)))
            }
            (Dialog::Presets(list), Intent::Do(action)) => {
                list.handle(*action, PRESETS.len());
                Answer::Open
            }
            (Dialog::Threshold(field), Intent::Do(Action::Submit)) => field.threshold(),
            (Dialog::Build(field), Intent::Do(Action::Submit)) => field.floor(),
            (Dialog::Threshold(field) | Dialog::Build(field), intent) => field.update(intent),
            _ => Answer::Open,
        }
    }

    pub fn view(&self, frame: &mut Frame<'_>, area: Rect, state: &State, data: &Data, theme: &Theme) {
        match self {
            Dialog::Apply { threshold, policy } => {
                let (asked, answers) = match state.plan(data) {
                    Some(plan) => (apply_question(plan, state, theme), "y applies · Esc leaves everything as it is"),
                    None => (waiting(theme), "wait for the figures · Esc leaves it"),
                };
                let title = format!("apply {} at {threshold}", policy.word());
                question(frame.buffer_mut(), area, &title, &asked, answers, theme);
            }
            Dialog::Threshold(field) => field.view(frame, area, "threshold", &["from 0 to 1, for instance 0.85 or 0.875"], theme),
            Dialog::Build(field) => {
                let records = grouped(data.columns.as_ref().map_or(0, |columns| columns.len() as u64));
                let first = format!("finds every pair among {records} records whose share of common words is at");
                let help = [first.as_str(), "least this floor; thresholds can move down to it; lower takes longer"];
                field.view(frame, area, "build the similarity graph", &help, theme);
            }
            Dialog::Presets(list) => presets(frame, area, list, state, data, theme),
        }
    }
}

fn waiting(theme: &Theme) -> Rich {
    let mut asked = Rich::default();
    asked.push("What the policy would do is still being counted.\n", theme.text);
    asked
}

fn apply_question(plan: &Plan, state: &State, theme: &Theme) -> Rich {
    let mut asked = Rich::default();
    let (drops, restored) = (plan.drops.len() as u64, plan.restored.len() as u64);
    let what = format!("{} of {} records at {} ({})", grouped(drops), grouped(plan.records), plan.threshold, plan.policy.word());
    asked.push(&format!("Drops {what}.\n"), theme.text);
    if plan.unwitnessed > 0 {
        let said = format!(
            "For {} of them the record they resemble is dropped as well: nothing like them may stay.\n",
            grouped(plan.unwitnessed)
        );
        asked.push(&said, theme.warning);
    } else if drops > 0 {
        asked.push("Every one has its kept witness.\n", theme.text);
    }
    if plan.already > 0 {
        asked.push(&format!("{} of them are dropped already.\n", grouped(plan.already)), theme.text);
    }
    if restored > 0 {
        asked.push(&format!("{} earlier drops are taken back.\n", grouped(restored)), theme.text);
    }
    if state.across.is_some() {
        asked.push("This is about all clusters, not only those in the list.\n", theme.warning);
    }
    asked.push("Marks made by hand stay and win. u takes it back.\n", theme.dim);
    asked
}

fn presets(frame: &mut Frame<'_>, area: Rect, list: &ListState, state: &State, data: &Data, theme: &Theme) {
    let inside = popup(frame.buffer_mut(), area, 66, PRESETS.len() as u16, "thresholds", theme);
    let cells = row_width(inside.width);
    let row = |n: usize| {
        let Some(&(thousandths, name)) = PRESETS.get(n) else { return Line::default() };
        let threshold = Threshold::from_thousandths(thousandths);
        let said = match of_curve(state, data, threshold) {
            Some(figures) => format!("{} clusters, drops {}", grouped(figures.clusters), grouped(figures.dropped)),
            None if threshold < super::floor(data) => "below the graph's floor".to_owned(),
            None => String::new(),
        };
        Line::from(vec![
            Span::styled(format!("{threshold}  "), theme.accent),
            Span::styled(fit_padded(name, 20), theme.text),
            Span::styled(fit(&said, cells.saturating_sub(26)), theme.dim),
        ])
    };
    let drawn = List { len: PRESETS.len(), row: &row, selected: &|_| false, header: None, focused: true, empty: "", theme };
    drawn.view(frame.buffer_mut(), inside, list);
}

impl Field {
    fn update(&mut self, intent: &Intent) -> Answer {
        let edited = match intent {
            Intent::Do(action) => self.input.handle(*action),
            Intent::Type(c) => self.input.type_char(*c),
            Intent::Paste(text) => self.input.paste(text),
            Intent::Mouse(_) | Intent::Edited(_) => Edited::Ignored,
        };
        if edited == Edited::Changed {
            self.error = None;
        }
        Answer::Open
    }

    /// A comma is a decimal point to half of the world.
    fn typed(&self) -> String {
        self.input.text().trim().replace(',', ".")
    }

    fn threshold(&mut self) -> Answer {
        match self.typed().parse() {
            Ok(threshold) => Answer::Threshold(threshold),
            Err(()) => self.refuse("a threshold is a number from 0 to 1"),
        }
    }

    fn floor(&mut self) -> Answer {
        match self.typed().parse::<f32>() {
            Ok(floor) if floor > 0.0 && floor <= 1.0 => Answer::Do(Effect::BuildGraph { floor }),
            _ => self.refuse("a floor is a number above 0, at most 1; 0.3 to 0.8 is sensible"),
        }
    }

    fn refuse(&mut self, error: &'static str) -> Answer {
        self.error = Some(error);
        Answer::Open
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, title: &str, help: &[&str], theme: &Theme) {
        let (columns, rows) = (72, help.len() as u16 + 3);
        let inside = popup(frame.buffer_mut(), area, columns, rows, title, theme);
        let buf = frame.buffer_mut();
        for (row, line) in help.iter().enumerate() {
            put_text(buf, inside, row, line, theme.dim);
        }
        let place = help.len() as u16;
        put_text(buf, inside, help.len(), "›", theme.accent);
        if let Some(error) = self.error {
            let below = Rect { y: inside.y.saturating_add(place + 1), height: inside.height.saturating_sub(place + 1), ..inside };
            for (row, line) in wrap(error, usize::from(inside.width)).into_iter().enumerate() {
                put_text(buf, below, row, shown(error, line), theme.error);
            }
        }
        let field = Rect { x: inside.x + 2, y: inside.y.saturating_add(place), width: inside.width.saturating_sub(2), height: 1 };
        if inside.height > place
            && let Some(cursor) = self.input.view(buf, field, theme.text)
        {
            frame.set_cursor_position(cursor);
        }
    }
}
