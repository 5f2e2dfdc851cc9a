//! Word diffs as styled text: inline, or as two sides.

use std::cell::Cell;
use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::rich::Rich;
use crate::model::{DiffOp, DiffTag};
use crate::ops::rules::AttributedOp;
use crate::tui::text::Layout;
use crate::tui::theme::Theme;

/// Both texts in one: what went struck out, what came underlined. Without colour they also stand in `[-…-]` and `{+…+}`.
///
/// Ranges that do not fit the texts (a diff of older texts) show as nothing.
pub fn inline(old: &str, new: &str, ops: &[DiffOp], theme: &Theme) -> Rich {
    inline_by_rule(old, new, &of_no_rule(ops), theme)
}

/// The old text with what went, and the new one with what came.
pub fn sides(old: &str, new: &str, ops: &[DiffOp], theme: &Theme) -> (Rich, Rich) {
    sides_by_rule(old, new, &of_no_rule(ops), theme)
}

/// Texts beside each other, from the line on to which one scrolled; the scroll stops where the longest of them ends.
pub fn beside(buf: &mut Buffer, area: Rect, texts: &[Rich], scroll: &Cell<usize>) {
    let count = texts.len().max(1) as u16;
    let width = area.width.saturating_sub((count - 1) * 3) / count;
    let mut layouts: Vec<Layout> = texts.iter().map(|_| Layout::new(usize::from(width))).collect();
    let lasts = texts.iter().zip(&mut layouts).map(|(rich, layout)| layout.last_page(rich.text(), usize::from(area.height)));
    let first = scroll.get().min(lasts.max().unwrap_or(0));
    scroll.set(first);
    for (n, (rich, layout)) in texts.iter().zip(&mut layouts).enumerate() {
        let x = area.x.saturating_add(n as u16 * (width + 3));
        rich.view(buf, Rect { x, width, ..area }, layout, first);
    }
}

fn of_no_rule(ops: &[DiffOp]) -> Vec<AttributedOp> {
    ops.iter().map(|op| AttributedOp { tag: op.tag, old: op.old.clone(), new: op.new.clone(), rule: None }).collect()
}

/// As [`inline`], with the number of the rule that made each change behind it.
pub fn inline_by_rule(old: &str, new: &str, ops: &[AttributedOp], theme: &Theme) -> Rich {
    let mut rich = Rich::default();
    for (place, op) in ops.iter().enumerate() {
        match op.tag {
            DiffTag::Equal => rich.push(piece(new, &op.new), theme.text),
            DiffTag::Delete => marked(&mut rich, piece(old, &op.old), op.tag, theme),
            DiffTag::Insert => marked(&mut rich, piece(new, &op.new), op.tag, theme),
        }
        if ops.get(place + 1).is_none_or(|next| next.rule != op.rule) {
            tag(&mut rich, op.rule, theme);
        }
    }
    rich
}

/// As [`sides`], with the number of the rule that made each change behind it.
pub fn sides_by_rule(old: &str, new: &str, ops: &[AttributedOp], theme: &Theme) -> (Rich, Rich) {
    let (mut left, mut right) = (Rich::default(), Rich::default());
    for op in ops {
        match op.tag {
            DiffTag::Equal => {
                left.push(piece(old, &op.old), theme.text);
                right.push(piece(new, &op.new), theme.text);
            }
            DiffTag::Delete => {
                marked(&mut left, piece(old, &op.old), op.tag, theme);
                tag(&mut left, op.rule, theme);
            }
            DiffTag::Insert => {
                marked(&mut right, piece(new, &op.new), op.tag, theme);
                tag(&mut right, op.rule, theme);
            }
        }
    }
    (left, right)
}

/// `‹3›` for the third rule.
fn tag(rich: &mut Rich, rule: Option<usize>, theme: &Theme) {
    if let Some(rule) = rule {
        rich.push(&format!("‹{}›", rule + 1), theme.rule(rule));
    }
}

fn piece<'a>(text: &'a str, range: &Range<usize>) -> &'a str {
    text.get(range.clone()).unwrap_or_default()
}

fn marked(rich: &mut Rich, text: &str, tag: DiffTag, theme: &Theme) {
    let (style, before, after) = match tag {
        DiffTag::Delete => (theme.deleted, "[-", "-]"),
        _ => (theme.inserted, "{+", "+}"),
    };
    if theme.colour {
        rich.push(text, style);
    } else {
        rich.push(before, style);
        rich.push(text, style);
        rich.push(after, style);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::theme::Tone;

    #[test]
    fn without_colour_the_marks_are_written() {
        let ops = [
            DiffOp { tag: DiffTag::Equal, old: 0..2, new: 0..2 },
            DiffOp { tag: DiffTag::Delete, old: 2..5, new: 2..2 },
            DiffOp { tag: DiffTag::Insert, old: 5..5, new: 2..6 },
        ];
        let (old, new) = ("a red", "a blue");
        let plain = Theme::new(Tone::Dark, false);
        assert_eq!(inline(old, new, &ops, &plain).text(), "a [-red-]{+blue+}");
        assert_eq!(inline(old, new, &ops, &Theme::default()).text(), "a redblue");
        let (left, right) = sides(old, new, &ops, &Theme::default());
        assert_eq!((left.text(), right.text()), (old, new));
        assert_eq!(inline("", "", &ops, &Theme::default()).text(), "");
    }
}
