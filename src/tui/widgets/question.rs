//! A layer with a few paragraphs and the keys that answer: says exactly what will happen before it does.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::popup::popup;
use super::put_text;
use super::rich::Rich;
use crate::tui::text::{Layout, wrap};
use crate::tui::theme::Theme;

/// Columns inside.
const COLUMNS: u16 = 64;

/// Draws what is asked in the middle of `area`, and `answers` in the last row. As high as it must be.
pub fn question(buf: &mut Buffer, area: Rect, title: &str, asked: &Rich, answers: &str, theme: &Theme) {
    let columns = COLUMNS.min(area.width.saturating_sub(2));
    let rows = wrap(asked.text(), usize::from(columns)).len().saturating_add(2).min(usize::from(u16::MAX)) as u16;
    let inside = popup(buf, area, columns, rows, title, theme);
    let text = Rect { height: inside.height.saturating_sub(1), ..inside };
    asked.view(buf, text, &mut Layout::default(), 0);
    put_text(buf, inside, usize::from(inside.height.saturating_sub(1)), answers, theme.accent);
}
