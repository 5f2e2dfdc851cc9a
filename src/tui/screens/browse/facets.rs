//! The pane of facets: how the records that match spread, and a filter term behind each value.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::{Focus, State as Browse};
use crate::ops::query;
use crate::tui::action::Action;
use crate::tui::data::Data;
use crate::tui::theme::Theme;
use crate::tui::widgets::facets::{self, Group, Row, Value};
use crate::tui::widgets::list::{List, ListState, row_width};

/// Values of one facet that are shown: a list for reading.
const MOST: usize = 200;

#[derive(Debug, Default)]
pub(super) struct State {
    /// `None` until the user says: shown where there is room.
    show: Option<bool>,
    groups: Vec<Group>,
    rows: Vec<Row>,
    pub list: ListState,
}

impl State {
    pub fn shown(&self, is_wide: bool) -> bool {
        self.show.unwrap_or(is_wide)
    }

    pub fn show(&mut self, show: bool) {
        self.show = Some(show);
    }

    /// Labels and counts of the present hits; the cursor stays on its value, if that is still there.
    pub fn data_changed(&mut self, data: &Data) {
        let before = self.place();
        let Some(columns) = &data.columns else { return };
        let browse = &data.browse;
        let groups = browse.facets.iter().map(|facet| Group {
            name: facet.name.clone(),
            values: facet
                .values
                .iter()
                .take(MOST)
                .map(|value| Value {
                    label: value.label.clone(),
                    count: value.count as u64,
                    active: query::demands(columns, &browse.parsed, &value.term),
                })
                .collect(),
        });
        self.groups = groups.collect();
        self.rows = facets::rows(&self.groups);
        let same = before.and_then(|before| (0..self.rows.len()).find(|&row| self.place_of(row).as_ref() == Some(&before)));
        self.move_to(same.unwrap_or(self.list.cursor));
    }

    /// Facet and label under the cursor.
    fn place(&self) -> Option<(String, String)> {
        self.place_of(self.list.cursor)
    }

    fn place_of(&self, row: usize) -> Option<(String, String)> {
        let (group, value) = self.value_at(row)?;
        let group = &self.groups[group];
        Some((group.name.clone(), group.values[value].label.clone()))
    }

    fn value_at(&self, row: usize) -> Option<(usize, usize)> {
        match self.rows.get(row)? {
            Row::Value(group, value) => Some((*group, *value)),
            Row::Heading(_) => None,
        }
    }

    /// Moves among the values: headings are passed over.
    pub fn moved(&mut self, action: Action) -> bool {
        let before = self.list.cursor;
        if !self.list.handle(action, self.rows.len()) {
            return false;
        }
        if self.value_at(self.list.cursor).is_none() && self.list.cursor < before && self.list.cursor > 0 {
            self.list.handle(Action::Up, self.rows.len());
        }
        self.move_to(self.list.cursor);
        true
    }

    /// To a row, or the value below where it is a heading.
    pub fn move_to(&mut self, row: usize) {
        self.list.move_to(row, self.rows.len());
        if self.value_at(self.list.cursor).is_none() {
            self.list.move_to(self.list.cursor + 1, self.rows.len());
        }
    }

    /// The heading above the cursor.
    fn heading(&self) -> usize {
        let above = self.rows.iter().take(self.list.cursor + 1);
        above.enumerate().rev().find_map(|(i, row)| matches!(row, Row::Heading(_)).then_some(i)).unwrap_or(0)
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }
}

/// Puts the value's term into the filter, or takes it out.
pub(super) fn toggle_value(state: &mut Browse, data: &Data) {
    let Some((columns, (group, value))) = data.columns.as_ref().zip(state.facets.value_at(state.facets.list.cursor)) else {
        return;
    };
    let Some(value) = data.browse.facets.get(group).and_then(|facet| facet.values.get(value)) else { return };
    let filter = query::toggled(columns, &data.browse.parsed, &value.term);
    state.search(filter.to_string(), false);
}

pub(super) fn view(buf: &mut Buffer, area: Rect, state: &Browse, theme: &Theme) {
    let facets = &state.facets;
    let cells = row_width(area.width);
    let row = |i: usize| facets.rows.get(i).map_or_else(Line::default, |&row| facets::line(&facets.groups, row, cells, theme));
    let focused = state.focus == Focus::Facets;
    facets.list.reveal(facets.heading());
    List { len: facets.rows.len(), row: &row, selected: &|_| false, header: None, focused, empty: "nothing to count", theme }
        .view(buf, area, &facets.list);
}
