//! A list that draws only the rows in view, so that a million rows cost a screenful.

use std::cell::Cell;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::{put, put_text, style_row};
use crate::tui::action::Action;
use crate::tui::theme::{Theme, glyph};

/// Where the cursor is. The first row in view and the height are remembered from the last drawing, for paging.
#[derive(Debug, Clone, Default)]
pub struct ListState {
    pub cursor: usize,
    offset: Cell<usize>,
    height: Cell<usize>,
}

impl ListState {
    /// Moves the cursor as a movement action says, in a list of `len` rows. False for every other action.
    pub fn handle(&mut self, action: Action, len: usize) -> bool {
        let page = self.height.get().max(1);
        let half = (page / 2).max(1);
        let cursor = match action {
            Action::Down => self.cursor.saturating_add(1),
            Action::Up => self.cursor.saturating_sub(1),
            Action::Top => 0,
            Action::Bottom => usize::MAX,
            Action::HalfPageDown => self.cursor.saturating_add(half),
            Action::HalfPageUp => self.cursor.saturating_sub(half),
            Action::PageDown => self.cursor.saturating_add(page),
            Action::PageUp => self.cursor.saturating_sub(page),
            _ => return false,
        };
        self.move_to(cursor, len);
        true
    }

    /// Puts the cursor on a row, or on the last one; also to be called when the list has become shorter.
    pub fn move_to(&mut self, row: usize, len: usize) {
        self.cursor = row.min(len.saturating_sub(1));
    }

    /// Scrolls up to show a row above the cursor, such as the heading that it stands under, if both fit.
    pub fn reveal(&self, row: usize) {
        if self.cursor.saturating_sub(row) < self.height.get() {
            self.offset.set(self.offset.get().min(row));
        }
    }

    /// The row at a place on the screen, for the mouse. `area` is where the list was drawn, without its header.
    pub fn row_at(&self, area: Rect, column: u16, row: u16, len: usize) -> Option<usize> {
        let inside = area.contains((column, row).into());
        let found = self.offset.get() + usize::from(row.saturating_sub(area.y));
        (inside && found < len).then_some(found)
    }

    /// The first row in view, so that the cursor is in view and the list does not end above the bottom.
    fn scroll(&self, len: usize, height: usize) -> usize {
        let cursor = self.cursor.min(len.saturating_sub(1));
        let first = (cursor + 1).saturating_sub(height);
        let offset = self.offset.get().clamp(first, cursor.max(first)).min(len.saturating_sub(height).max(first));
        self.offset.set(offset);
        self.height.set(height);
        offset
    }
}

/// How to draw a list; `row(i)` is called for the rows in view only and must be safe to show.
pub struct List<'a> {
    pub len: usize,
    pub row: &'a dyn Fn(usize) -> Line<'a>,
    pub selected: &'a dyn Fn(usize) -> bool,
    /// Shown above the rows.
    pub header: Option<Line<'a>>,
    pub focused: bool,
    /// What stands there when there are no rows.
    pub empty: &'a str,
    pub theme: &'a Theme,
}

impl List<'_> {
    pub fn view(&self, buf: &mut Buffer, area: Rect, state: &ListState) {
        let mut area = area;
        if let Some(header) = &self.header {
            put(buf, area, 0, header);
            area = below(area, 1);
        }
        let height = usize::from(area.height);
        let offset = state.scroll(self.len, height);
        if self.len == 0 {
            return put_text(buf, area, 0, self.empty, self.theme.dim);
        }
        for (row, index) in (offset..self.len).take(height).enumerate() {
            self.view_row(buf, area, row, index, state.cursor == index);
        }
        scrollbar(buf, area, offset, self.len, self.theme);
    }

    fn view_row(&self, buf: &mut Buffer, area: Rect, row: usize, index: usize, under_cursor: bool) {
        let selected = (self.selected)(index);
        put_text(buf, area, row, if selected { glyph::SELECTED } else { glyph::NONE }, self.theme.selected);
        let body = Rect { x: area.x.saturating_add(1), width: area.width.saturating_sub(2), ..area };
        put(buf, body, row, &(self.row)(index));
        if selected {
            style_row(buf, body, row, self.theme.selected);
        }
        if under_cursor {
            let style = if self.focused { self.theme.cursor } else { self.theme.cursor_unfocused };
            style_row(buf, Rect { width: area.width.saturating_sub(1), ..area }, row, style);
        }
    }
}

/// The cells a row's text may take in a list of this width: one each for the selection mark and the scroll bar.
pub fn row_width(area_width: u16) -> usize {
    usize::from(area_width.saturating_sub(2))
}

fn below(area: Rect, rows: u16) -> Rect {
    let rows = rows.min(area.height);
    Rect { y: area.y.saturating_add(rows), height: area.height - rows, ..area }
}

/// A thumb in the last column, only where there is something to scroll.
fn scrollbar(buf: &mut Buffer, area: Rect, offset: usize, len: usize, theme: &Theme) {
    let height = usize::from(area.height);
    if height == 0 || len <= height || area.width < 3 {
        return;
    }
    let thumb = (height * height / len).max(1);
    let room = height - thumb;
    let top = (offset * room).div_ceil(len - height).min(room);
    let column = Rect { x: area.right().saturating_sub(1), width: 1, ..area };
    for row in 0..height {
        let (symbol, style) = if (top..top + thumb).contains(&row) { ("┃", theme.accent) } else { ("│", theme.dim) };
        put_text(buf, column, row, symbol, style);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(state: &ListState, len: usize, area: Rect) -> Vec<String> {
        let mut buf = Buffer::empty(Rect::new(0, 0, 8, 4));
        let theme = Theme::default();
        let asked = Cell::new(0);
        let row = |i: usize| {
            asked.set(asked.get() + 1);
            Line::from(i.to_string())
        };
        List { len, row: &row, selected: &|i| i == 2, header: None, focused: true, empty: "none", theme: &theme }
            .view(&mut buf, area, state);
        assert!(asked.get() <= 4);
        (0..4).map(|y| (0..8).map(|x| buf[(x, y)].symbol().to_owned()).collect::<String>().trim_end().to_owned()).collect()
    }

    #[test]
    fn the_cursor_stays_in_view_of_a_million_rows() {
        let mut state = ListState::default();
        let area = Rect::new(0, 0, 8, 4);
        assert_eq!(drawn(&state, 1_000_000, area), [" 0     ┃", " 1     │", "▌2     │", " 3     │"]);
        assert!(state.handle(Action::Bottom, 1_000_000));
        assert_eq!(drawn(&state, 1_000_000, area)[3], " 999999┃");
        state.handle(Action::PageUp, 1_000_000);
        assert_eq!(state.cursor, 999_995);
        assert_eq!(drawn(&state, 1_000_000, area)[0], " 999995│");
        state.move_to(state.cursor, 3);
        assert_eq!(drawn(&state, 3, area), [" 0", " 1", "▌2", ""]);
        assert_eq!(drawn(&state, 0, area)[0], "none");
        assert!(!state.handle(Action::MarkKeep, 3));
    }
}
