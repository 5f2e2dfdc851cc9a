//! The menu of what the records can be sorted by. The same field again turns the order round.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{Mode, State as Browse};
use crate::tui::action::Action;
use crate::tui::data::Data;
use crate::tui::effect::Effect;
use crate::tui::intent::Intent;
use crate::tui::text::fit;
use crate::tui::theme::Theme;
use crate::tui::widgets::list::{List, ListState, row_width};
use crate::tui::widgets::popup::popup;

#[derive(Debug)]
pub(super) struct State {
    /// Sort keys; the first stands for none.
    keys: Vec<String>,
    now: Option<String>,
    list: ListState,
}

const FIXED: [&str; 7] = ["id", "text", "chars", "tokens", "source", "state", "split"];

pub(super) fn open(browse: &mut Browse, data: &Data) {
    let numbers = data.columns.iter().flat_map(|columns| columns.number_names());
    let keys: Vec<String> = std::iter::once("").chain(FIXED).chain(numbers).map(str::to_owned).collect();
    let now = browse.asked.sort.clone();
    let mut list = ListState::default();
    let here = now.as_deref().and_then(|now| keys.iter().position(|key| key == field(now)));
    list.move_to(here.unwrap_or(0), keys.len());
    browse.mode = Mode::Sorting(State { keys, now, list });
}

fn field(key: &str) -> &str {
    key.strip_prefix('-').unwrap_or(key)
}

pub(super) fn in_words(key: &str) -> String {
    format!("by {}{}", field(key), if key.starts_with('-') { ", descending" } else { "" })
}

pub(super) fn update(browse: &mut Browse, _data: &Data, intent: &Intent) -> Vec<Effect> {
    let Mode::Sorting(menu) = &mut browse.mode else { return Vec::new() };
    match intent {
        Intent::Do(Action::Dismiss) => browse.mode = Mode::Browsing,
        Intent::Do(Action::Accept) => {
            let sort = menu.keys.get(menu.list.cursor).filter(|key| !key.is_empty()).map(|key| turned(key, menu.now.as_deref()));
            let filter = browse.asked.filter.clone();
            browse.mode = Mode::Browsing;
            browse.asked.sort = sort;
            browse.search(filter, true);
        }
        Intent::Do(action) => _ = menu.list.handle(*action, menu.keys.len()),
        _ => {}
    }
    Vec::new()
}

/// Descending where it is the present order already.
fn turned(key: &str, now: Option<&str>) -> String {
    if now == Some(key) { format!("-{key}") } else { key.to_owned() }
}

pub(super) fn view(buf: &mut Buffer, area: Rect, menu: &State, theme: &Theme) {
    let inside = popup(buf, area, 44, menu.keys.len() as u16, "sort by", theme);
    let cells = row_width(inside.width);
    let row = |i: usize| line(menu, i, cells, theme);
    List { len: menu.keys.len(), row: &row, selected: &|_| false, header: None, focused: true, empty: "", theme }
        .view(buf, inside, &menu.list);
}

fn line(menu: &State, row: usize, cells: usize, theme: &Theme) -> Line<'static> {
    let Some(key) = menu.keys.get(row) else { return Line::default() };
    let now = menu.now.as_deref().unwrap_or_default();
    let order = match now.strip_prefix('-') {
        _ if field(now) != key || key.is_empty() => "",
        None => "  ascending, Enter turns it round",
        Some(_) => "  descending, Enter turns it round",
    };
    let name = if key.is_empty() { "as imported; ~fuzzy: the best first" } else { key };
    let style = if field(now) == key { theme.selected } else { theme.text };
    Line::from(vec![Span::styled(fit(name, cells), style), Span::styled(order, theme.dim)])
}
