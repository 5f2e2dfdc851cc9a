//! A layer on top of a screen: an empty rectangle between two rules, the upper one with the title. No boxes in boxes.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::put_text;
use crate::tui::text::{fit, width};
use crate::tui::theme::Theme;

/// Clears a place in the middle of `area`, at most `columns` × `rows` inside, draws its rules and returns the inside.
pub fn popup(buf: &mut Buffer, area: Rect, columns: u16, rows: u16, title: &str, theme: &Theme) -> Rect {
    let place = centred(area.intersection(buf.area), columns.saturating_add(2), rows.saturating_add(2));
    clear(buf, place);
    let rule = "─".repeat(usize::from(place.width));
    put_text(buf, place, 0, &rule, theme.dim);
    put_text(buf, place, usize::from(place.height.saturating_sub(1)), &rule, theme.dim);
    let title = fit(title, usize::from(place.width).saturating_sub(6));
    if width(&title) > 0 {
        let heading = Rect { x: place.x.saturating_add(2), width: place.width.saturating_sub(4), ..place };
        put_text(buf, heading, 0, &format!(" {title} "), theme.heading);
    }
    let (dx, dy) = (place.width.min(1), place.height.min(1));
    Rect { x: place.x + dx, y: place.y + dy, width: place.width.saturating_sub(2), height: place.height.saturating_sub(2) }
}

fn centred(area: Rect, columns: u16, rows: u16) -> Rect {
    let (width, height) = (columns.min(area.width), rows.min(area.height));
    Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width, height }
}

/// Blanks a place, and the left half of a wide character that reaches into it: ratatui would let it hide the first column.
pub fn clear(buf: &mut Buffer, place: Rect) {
    let place = place.intersection(buf.area);
    for y in place.top()..place.bottom() {
        if place.left() > buf.area.left() && !place.is_empty() {
            let before = &mut buf[(place.left() - 1, y)];
            if width(before.symbol()) > 1 {
                before.set_symbol(" ");
            }
        }
        for x in place.left()..place.right() {
            buf[(x, y)].reset();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_covers_what_was_there() {
        let mut buf = Buffer::with_lines(["猫猫猫猫猫猫"; 4]);
        let theme = Theme::default();
        let inside = popup(&mut buf, Rect::new(0, 0, 12, 4), 7, 1, "Sort", &theme);
        assert_eq!(inside, Rect::new(2, 1, 7, 1));
        let row = |y| (0..12).map(|x| buf[(x, y)].symbol()).collect::<String>();
        assert_eq!(row(0), " ── So… ──猫 ");
        assert_eq!(row(1), "          猫 ");
    }
}
