//! Where the panes are: side by side in a wide terminal, the preview below the records in a narrow one.

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};

use super::{Focus, Mode, State};
use crate::tui::theme::Theme;
use crate::tui::widgets::put_text;

/// The panes of the last frame, for the mouse. A pane that is not shown is empty.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Places {
    pub filter: Rect,
    pub facets: Rect,
    pub records: Rect,
    pub preview: Rect,
    /// Lines between them.
    rules: [Rect; 2],
}

/// From this width on, the preview stands beside the records.
const WIDE: u16 = 110;
/// Below this width there is no room for facets.
const FACETS_FIT: u16 = 60;
const FACETS: u16 = 26;

pub(super) fn places(area: Rect, state: &State, error: bool) -> Places {
    let [filter, body] = Layout::vertical([Constraint::Length(1 + u16::from(error)), Constraint::Min(0)]).areas(area);
    let is_wide = area.width >= WIDE;
    let shows_facets = state.facets.shown(is_wide) && area.width >= FACETS_FIT;
    let facets_width = if shows_facets { FACETS } else { 0 };
    let [facets, rule, rest] = Layout::horizontal([
        Constraint::Length(facets_width),
        Constraint::Length(u16::from(shows_facets) * 2),
        Constraint::Min(0),
    ])
    .areas(body);
    let first_rule = Rect { width: rule.width.min(1), ..rule };
    let [records, second_rule, preview] = if is_wide {
        let preview_width = rest.width * 45 / 100;
        Layout::horizontal([Constraint::Min(0), Constraint::Length(2), Constraint::Length(preview_width)]).areas(rest)
    } else {
        Layout::vertical([Constraint::Min(0), Constraint::Length(1), Constraint::Length(preview_height(state, rest.height))])
            .areas(rest)
    };
    let second_rule = if is_wide { Rect { width: second_rule.width.min(1), ..second_rule } } else { second_rule };
    Places { filter, facets, records, preview, rules: [first_rule, second_rule] }
}

/// More than half of the height while the preview is what one looks at.
fn preview_height(state: &State, height: u16) -> u16 {
    let looked_at = state.focus == Focus::Preview || matches!(state.mode, Mode::Editing(_));
    height * if looked_at { 3 } else { 2 } / 5
}

/// The lines between the panes; the one beside facets or preview says that it has the focus.
pub(super) fn rules(buf: &mut Buffer, places: &Places, focus: Focus, theme: &Theme) {
    for (rule, pane) in places.rules.into_iter().zip([Focus::Facets, Focus::Preview]) {
        let style = if pane == focus { theme.accent } else { theme.dim };
        let across = rule.height == 1 && rule.width > 1;
        let text = if across { "─".repeat(usize::from(rule.width)) } else { "│".to_owned() };
        for row in 0..usize::from(rule.height) {
            put_text(buf, rule, row, &text, style);
        }
    }
}

/// The next pane that is shown.
pub(super) fn next(state: &State, forward: bool) -> Focus {
    let all = [Focus::Facets, Focus::Records, Focus::Preview];
    let shown = if state.places.get().facets.is_empty() { &all[1..] } else { &all[..] };
    let here = shown.iter().position(|&focus| focus == state.focus).unwrap_or(0);
    shown[(here + if forward { 1 } else { shown.len() - 1 }) % shown.len()]
}

/// Shows the facets and goes there, or hides them.
pub(super) fn toggle_facets(state: &mut State) {
    let shows = state.places.get().facets.is_empty();
    state.facets.show(shows);
    state.focus = if shows { Focus::Facets } else { Focus::Records };
}
