//! Reusable drawings. Each is a function or a small value that draws into a buffer and accepts any area, also an empty one or one
//! that is partly outside; each shows data only through [`crate::display`].

pub mod bar;
pub mod diff;
pub mod facets;
pub mod footer;
pub mod form;
pub mod input;
pub mod list;
pub mod picker;
pub mod popup;
pub mod question;
pub mod rich;
pub mod selection;
pub mod slider;
pub mod toast;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;

/// Draws a line in row `row` of `area`; what is outside of the area or the buffer is left out.
pub fn put(buf: &mut Buffer, area: Rect, row: usize, line: &Line<'_>) {
    if let Some(place) = row_of(buf, area, row) {
        buf.set_line(place.x, place.y, line, place.width);
    }
}

/// As [`put`], for one text in one style. The text must be safe to show.
pub fn put_text(buf: &mut Buffer, area: Rect, row: usize, text: &str, style: Style) {
    if let Some(place) = row_of(buf, area, row) {
        buf.set_stringn(place.x, place.y, text, usize::from(place.width), style);
    }
}

/// As [`put_text`], ending at the right edge.
pub fn put_right(buf: &mut Buffer, area: Rect, row: usize, text: &str, style: Style) {
    let free = usize::from(area.width).saturating_sub(super::text::width(text));
    let area = Rect { x: area.x.saturating_add(free as u16), width: area.width - free as u16, ..area };
    put_text(buf, area, row, text, style);
}

/// So many rows, as a height: more than any terminal has and far from an overflow.
pub fn height(rows: usize) -> u16 {
    rows.min(usize::from(u16::MAX / 8)) as u16
}

/// The part of a row of `area` that is in the buffer.
fn row_of(buf: &Buffer, area: Rect, row: usize) -> Option<Rect> {
    if row >= usize::from(area.height) {
        return None;
    }
    let place = Rect { y: area.y.saturating_add(row as u16), height: 1, ..area }.intersection(buf.area);
    (!place.is_empty()).then_some(place)
}

/// Gives the style to a row of `area`.
fn style_row(buf: &mut Buffer, area: Rect, row: usize, style: Style) {
    if let Some(place) = row_of(buf, area, row) {
        buf.set_style(place, style);
    }
}
