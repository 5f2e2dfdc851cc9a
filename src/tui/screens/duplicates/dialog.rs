//! What stands on top of the screen: questions, fields and short lists.

use std::sync::Arc;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::entries::{self, Entries};
use super::figures::of_curve;
use super::keys::order_in_words;
use super::{State, build, questions};
use crate::clusters::ClusterOrder;
use crate::display::grouped;
use crate::model::Threshold;
use crate::tui::action::{Action, Context};
use crate::tui::data::Data;
use crate::tui::data::duplicates::Cut;
use crate::tui::effect::{DuplicateWork, Effect, Wanted};
use crate::tui::intent::Intent;
use crate::tui::text::{fit, fit_padded, shown, wrap};
use crate::tui::theme::Theme;
use crate::tui::widgets::input::{Edited, Input};
use crate::tui::widgets::list::{List, ListState, row_width};
use crate::tui::widgets::popup::popup;
use crate::tui::widgets::put_text;

#[derive(Debug)]
pub(super) enum Dialog {
    Apply,
    /// The cluster whose weakest link is to be cut.
    Cut {
        at: Arc<Cut>,
        cluster: usize,
    },
    Threshold(Field),
    Precision(Field),
    Build(build::State),
    Presets(ListState),
    Sort(ListState),
    Entries(Entries),
}

/// What a key did.
pub(super) enum Answer {
    Open,
    Closed(Vec<Effect>),
    Threshold(Threshold),
    Order(ClusterOrder),
    Precision(f64),
}

/// A number as it is typed, and why it is none.
#[derive(Debug, Default)]
pub(super) struct Field {
    input: Input,
    error: Option<&'static str>,
}

/// Thresholds by name.
const PRESETS: [(u16, &str); 5] =
    [(600, "loose"), (700, "much in common"), (800, "most in common"), (900, "almost the same"), (1000, "identical")];

impl Dialog {
    pub fn threshold() -> Dialog {
        Dialog::Threshold(Field::default())
    }

    pub fn precision() -> Dialog {
        Dialog::Precision(Field::default())
    }

    /// With the cursor on the preset nearest to a threshold.
    pub fn presets(threshold: Threshold) -> Dialog {
        let mut list = ListState::default();
        list.cursor = PRESETS.iter().rposition(|&(t, _)| t <= threshold.thousandths()).unwrap_or(0);
        Dialog::Presets(list)
    }

    pub fn sort(now: ClusterOrder) -> Dialog {
        let mut list = ListState::default();
        list.cursor = ClusterOrder::ALL.iter().position(|&order| order == now).unwrap_or(0);
        Dialog::Sort(list)
    }

    pub fn mask(data: &Data) -> Dialog {
        Dialog::Entries(Entries::mask(data))
    }

    pub fn keeper(data: &Data) -> Dialog {
        Dialog::Entries(Entries::keeper(data))
    }

    pub fn context(&self) -> Context {
        match self {
            Dialog::Threshold(_) | Dialog::Precision(_) => Context::Input,
            Dialog::Apply | Dialog::Cut { .. } => Context::Question,
            Dialog::Presets(_) | Dialog::Sort(_) => Context::Dialog,
            Dialog::Build(form) => form.context(),
            Dialog::Entries(entries) => entries.context(),
        }
    }

    /// `has_plan`: what applying would do stands on the screen.
    pub fn update(&mut self, intent: &Intent, wanted: &Wanted, has_plan: bool, data: &Data) -> Answer {
        match (self, intent) {
            (Dialog::Build(form), intent) => form.update(intent),
            (Dialog::Entries(entries), intent) => match entries.update(intent) {
                entries::Answer::Open => Answer::Open,
                entries::Answer::Closed(effects) => Answer::Closed(effects),
            },
            (_, Intent::Do(Action::No | Action::Dismiss | Action::Leave)) => Answer::Closed(Vec::new()),
            (Dialog::Apply, Intent::Do(Action::Yes)) if has_plan => {
                Answer::Closed(vec![Effect::Duplicates(DuplicateWork::ApplyDuplicates(wanted.clone()))])
            }
            (Dialog::Cut { at, cluster }, Intent::Do(Action::Yes)) if questions::cut_plan(at, *cluster, data).is_some() => {
                let member = at.at.clusters.get(*cluster).and_then(|c| c.members.first()).map(|&member| at.at.record(member));
                let Wanted { lens, threshold, .. } = at.wanted;
                let cut = |member| Effect::Duplicates(DuplicateWork::CutWeakest { lens, threshold, member });
                Answer::Closed(member.map(cut).into_iter().collect())
            }
            (Dialog::Presets(list), Intent::Do(Action::Accept)) => match PRESETS.get(list.cursor) {
                Some(&(thousandths, _)) => Answer::Threshold(Threshold::from_thousandths(thousandths)),
                None => Answer::Closed(Vec::new()),
            },
            (Dialog::Sort(list), Intent::Do(Action::Accept)) => {
                Answer::Order(ClusterOrder::ALL.get(list.cursor).copied().unwrap_or_default())
            }
            (Dialog::Presets(list), Intent::Do(action)) => {
                list.handle(*action, PRESETS.len());
                Answer::Open
            }
            (Dialog::Sort(list), Intent::Do(action)) => {
                list.handle(*action, ClusterOrder::ALL.len());
                Answer::Open
            }
            (Dialog::Threshold(field), Intent::Do(Action::Submit)) => field.threshold(),
            (Dialog::Precision(field), Intent::Do(Action::Submit)) => field.precision(),
            (Dialog::Threshold(field) | Dialog::Precision(field), intent) => field.update(intent),
            _ => Answer::Open,
        }
    }

    pub fn view(&self, frame: &mut Frame<'_>, area: Rect, state: &State, data: &Data, theme: &Theme) {
        match self {
            Dialog::Apply => questions::apply(frame.buffer_mut(), area, state, data, theme),
            Dialog::Cut { at, cluster } => questions::cut(frame.buffer_mut(), area, at, *cluster, data, theme),
            Dialog::Threshold(field) => field.view(frame, area, "threshold", "from 0 to 1, for instance 0.85 or 0.875", theme),
            Dialog::Precision(field) => {
                let help = "the share of right answers among what a threshold drops, for instance 0.95";
                field.view(frame, area, "precision", help, theme);
            }
            Dialog::Build(form) => form.view(frame, area, data, theme),
            Dialog::Presets(list) => presets(frame, area, list, state, data, theme),
            Dialog::Sort(list) => orders(frame, area, list, state, theme),
            Dialog::Entries(entries) => entries.view(frame, area, data, theme),
        }
    }
}

fn presets(frame: &mut Frame<'_>, area: Rect, list: &ListState, state: &State, data: &Data, theme: &Theme) {
    let inside = popup(frame.buffer_mut(), area, 66, PRESETS.len() as u16, "thresholds", theme);
    let cells = row_width(inside.width);
    let row = |n: usize| {
        let Some(&(thousandths, name)) = PRESETS.get(n) else { return Line::default() };
        let threshold = Threshold::from_thousandths(thousandths);
        let said = match of_curve(state, data, threshold) {
            Some(figures) => format!("{} clusters, drops {}", grouped(figures.clusters), grouped(figures.dropped)),
            None if threshold < super::floor(data.duplicates.lens(), data) => "below the graph's floor".to_owned(),
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

fn orders(frame: &mut Frame<'_>, area: Rect, list: &ListState, state: &State, theme: &Theme) {
    let inside = popup(frame.buffer_mut(), area, 54, ClusterOrder::ALL.len() as u16, "sort the clusters", theme);
    let row = |n: usize| {
        let Some(&order) = ClusterOrder::ALL.get(n) else { return Line::default() };
        let is_now = order == state.order;
        let turn = match (is_now, state.reversed) {
            (false, _) => "",
            (true, false) => "  Enter turns it round",
            (true, true) => "  turned round; Enter turns it back",
        };
        let style = if is_now { theme.selected } else { theme.text };
        Line::from(vec![Span::styled(order_in_words(order), style), Span::styled(turn, theme.dim)])
    };
    List { len: ClusterOrder::ALL.len(), row: &row, selected: &|_| false, header: None, focused: true, empty: "", theme }.view(
        frame.buffer_mut(),
        inside,
        list,
    );
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

    fn threshold(&mut self) -> Answer {
        match decimal(self.input.text()).parse() {
            Ok(threshold) => Answer::Threshold(threshold),
            Err(()) => self.refuse("a threshold is a number from 0 to 1"),
        }
    }

    fn precision(&mut self) -> Answer {
        match decimal(self.input.text()).parse::<f64>() {
            Ok(precision) if precision > 0.0 && precision < 1.0 => Answer::Precision(precision),
            _ => self.refuse("a precision is a number between 0 and 1; 0.95 is sensible"),
        }
    }

    fn refuse(&mut self, error: &'static str) -> Answer {
        self.error = Some(error);
        Answer::Open
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, title: &str, help: &str, theme: &Theme) {
        let inside = popup(frame.buffer_mut(), area, 72, 4, title, theme);
        let buf = frame.buffer_mut();
        put_text(buf, inside, 0, &fit(help, usize::from(inside.width)), theme.dim);
        put_text(buf, inside, 1, "›", theme.accent);
        if let Some(error) = self.error {
            let below = Rect { y: inside.y.saturating_add(2), height: inside.height.saturating_sub(2), ..inside };
            for (row, line) in wrap(error, usize::from(inside.width)).into_iter().enumerate() {
                put_text(buf, below, row, shown(error, line), theme.error);
            }
        }
        let field = Rect { x: inside.x + 2, y: inside.y.saturating_add(1), width: inside.width.saturating_sub(2), height: 1 };
        if inside.height > 1
            && let Some(cursor) = self.input.view(buf, field, theme.text)
        {
            frame.set_cursor_position(cursor);
        }
    }
}

/// A comma is a decimal point to half of the world.
pub(super) fn decimal(typed: &str) -> String {
    typed.trim().replace(',', ".")
}
