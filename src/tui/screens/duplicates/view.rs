//! The frame of the Duplicates screen:
//!
//! ```text
//! 0.80 · cover: keeps a record if no kept one is as close            lexical: words
//! ⎺▂▅█▇▄▃▂▁▁   ▁        1,234 clusters · 3,456 records · largest 27
//!  ──────┃──────────    drops 1,800 of 9,264
//! ─────────────────────────────────────────────────────────────────────
//!   size   link 1,234 … │ 27 members · weakest link 0.801 · farthest 0.712
//! ⋈   27  0.801 a photo │   1,234  keeper  stays  prompts · train
//!      9  0.867 …       │   a photo of …
//! ```

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::listed::Listed;
use super::top::{self, below, pane_style};
use super::{Over, Pane, State, clusters, filter_line, map_view, not_built, triage_view};
use crate::model::Lens;
use crate::ops::duplicates::View;
use crate::query::Columns;
use crate::tui::data::Data;
use crate::tui::text::fit;
use crate::tui::theme::Theme;
use crate::tui::widgets::put_text;

pub fn view(frame: &mut Frame<'_>, area: Rect, state: &State, data: &Data, theme: &Theme) {
    match (&state.over, data.duplicates.view(), &data.columns) {
        (Over::Triage(triage), Some(_), Some(columns)) => {
            triage_view::view(frame.buffer_mut(), area, triage, state, columns, data, theme);
        }
        (Over::Map(map), ..) => map_view::view(frame.buffer_mut(), area, map, state, data, theme),
        (_, Some(view), Some(columns)) => graph(frame, area, view, columns, state, data, theme),
        _ => empty(frame.buffer_mut(), area, data, theme),
    }
    if let Some(dialog) = &state.dialog {
        dialog.view(frame, area, state, data, theme);
    }
}

fn empty(buf: &mut Buffer, area: Rect, data: &Data, theme: &Theme) {
    if !data.duplicates.known {
        return put_text(buf, area, 1, "  reading the records", theme.dim);
    }
    let lens = data.duplicates.lens();
    if data.duplicates.of(lens.other()).info.is_some() {
        put_text(buf, area, 1, &format!("  {}", not_built(lens, data)), theme.text);
        return put_text(buf, area, 3, "  m goes to the other lens.", theme.dim);
    }
    put_text(buf, area, 1, "  There is no similarity graph yet.", theme.text);
    put_text(buf, area, 3, "  B finds every pair of records that share most of their words,", theme.text);
    put_text(buf, area, 4, "  or that mean nearly the same, where there is a model.", theme.text);
    put_text(buf, area, 5, "  From then on the threshold moves without waiting.", theme.dim);
    if data.has_model == Some(false) {
        put_text(buf, area, 7, &format!("  {}", not_built(Lens::Semantic, data)), theme.dim);
    }
}

fn graph(frame: &mut Frame<'_>, area: Rect, view: &View, columns: &Columns, state: &State, data: &Data, theme: &Theme) {
    let above = Rect { height: top::height(area).min(area.height), ..area };
    top::view(frame.buffer_mut(), above, view, columns.len() as u64, state, data, theme);
    let mut lists = below(area, above.height);
    if filter_line::is_shown(state) {
        if let Some(cursor) = filter_line::view(frame.buffer_mut(), lists, state, data, theme) {
            frame.set_cursor_position(cursor);
        }
        lists = below(lists, 1);
    }
    panes(frame.buffer_mut(), lists, columns, state, data, theme);
}

fn panes(buf: &mut Buffer, lists: Rect, columns: &Columns, state: &State, data: &Data, theme: &Theme) {
    let Some(listed) = state.listed(data) else { return };
    let first = (lists.width * 2 / 5).clamp(28, 72).min(lists.width);
    let list = Rect { width: first, ..lists };
    let members = Rect { x: lists.x + first + 2, width: lists.width.saturating_sub(first + 2), ..lists };
    let column = Rect { x: list.right(), width: 1, ..list };
    (0..usize::from(list.height)).for_each(|row| put_text(buf, column, row, "│", theme.dim));
    if let Some(mark) = &state.mark {
        mark.view(buf, list, data, state.is_current(data), theme);
        return mark.view_diff(buf, members, data, theme);
    }
    clusters::view(buf, list, listed, columns, state, data, theme);
    let focused = state.pane == Pane::Members;
    let is_listed = state.is_listed(data);
    // By another policy the clusters are the same, and what becomes of their members is not.
    let fates = match listed {
        Listed::Cut(cut) if !is_listed || state.is_current(data) => Some(cut),
        _ => None,
    };
    let cells = usize::from(members.width);
    put_text(buf, members, 0, &fit(&state.members.title(data, cells), cells), pane_style(focused, theme));
    state.members.view(buf, below(members, 1), data, fates.map(|cut| &**cut), (focused, !is_listed), theme);
}
