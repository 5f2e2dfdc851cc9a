//! Where the three panes stand: one below the other, or in a wide terminal the checks beside the others.
//!
//! ```text
//! Splits …                │ Checks …
//! Leakage …               │
//! ```
//!
//! Where not all fits, the pane that has the cursor gets the room, and of the others the heading and a row or two stay.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};

use super::{Pane, State, checks, leaks, sizes};
use crate::tui::data::Data;
use crate::tui::theme::Theme;
use crate::tui::widgets::{height, put_text};

/// From this width on checks stand beside the splits.
const WIDE: u16 = 130;
/// Rows that each pane keeps, whichever has the cursor: a heading and a few rows; for the splits also how they are made.
const LEAST: [u16; 3] = [3 + sizes::BELOW, 3, 2];
/// Lower than this the pane with the cursor takes all that it can use.
const LOW: u16 = 14;
/// Rows that a pane without the cursor does with, while another one needs room.
const MODEST: u16 = 9;

pub fn screen(frame: &mut Frame<'_>, area: Rect, state: &State, data: &Data, theme: &Theme) {
    if data.splits.overview.is_none() {
        let said = if data.columns.is_some() { "counting …" } else { "reading the records …" };
        return put_text(frame.buffer_mut(), area, 0, said, theme.dim);
    }
    let wanted = [
        height(sizes::len(state, data).max(1)).saturating_add(1 + sizes::BELOW),
        leaks::wanted_height(state, data),
        height(checks::len() + 5),
    ];
    if area.width >= WIDE {
        let [main, _, side] = Layout::horizontal([Constraint::Fill(3), Constraint::Length(3), Constraint::Fill(2)]).areas(area);
        let heights = shared(main.height, [wanted[0], wanted[1].saturating_add(1), 0], state.pane);
        let [top, bottom] = Layout::vertical([Constraint::Length(heights[0]), Constraint::Min(0)]).areas(main);
        sizes::view(frame, top, state, data, theme);
        leaks::view(frame.buffer_mut(), bottom, state, data, theme);
        return checks::view(frame.buffer_mut(), side, state, data, theme);
    }
    let [sizes_height, leaks_height, _] = shared(area.height, wanted, state.pane);
    let blank = u16::from(area.height > wanted.iter().sum());
    let rows = [Constraint::Length(sizes_height), Constraint::Length(leaks_height + blank), Constraint::Min(0)];
    let [top, middle, bottom] = Layout::vertical(rows).areas(area);
    sizes::view(frame, top, state, data, theme);
    leaks::view(frame.buffer_mut(), middle, state, data, theme);
    checks::view(frame.buffer_mut(), bottom, state, data, theme);
}

/// Heights of the panes: what each wants, where there is room; else first what each must have, then what the one with the cursor wants, then
/// what is modest for the others.
fn shared(room: u16, wanted: [u16; 3], pane: Pane) -> [u16; 3] {
    let mut heights = [0; 3];
    let mut left = room;
    let focused = [Pane::Splits, Pane::Leaks, Pane::Checks].iter().position(|&known| known == pane).unwrap_or(0);
    let mut give = |at: usize, most: u16| {
        let more = wanted[at].min(most).saturating_sub(heights[at]).min(left);
        heights[at] += more;
        left -= more;
    };
    if room < LOW {
        give(focused, u16::MAX);
    }
    for at in [focused, 0, 1, 2] {
        give(at, LEAST[at]);
    }
    give(focused, u16::MAX);
    for most in [MODEST, u16::MAX] {
        (0..3).for_each(|at| give(at, most));
    }
    heights
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pane_with_the_cursor_gets_the_room() {
        assert_eq!(shared(40, [7, 6, 18], Pane::Splits), [7, 6, 18]);
        assert_eq!(shared(21, [7, 6, 18], Pane::Checks), [5, 3, 13]);
        assert_eq!(shared(21, [7, 6, 18], Pane::Leaks), [7, 6, 8]);
        assert_eq!(shared(20, [30, 6, 18], Pane::Splits), [15, 3, 2]);
        assert_eq!(shared(30, [7, 40, 18], Pane::Splits), [7, 14, 9], "a large matrix leaves the checks some rows");
        assert_eq!(shared(6, [7, 6, 18], Pane::Leaks), [0, 6, 0], "in a low terminal one after the other");
        for room in 0..60 {
            for pane in [Pane::Splits, Pane::Leaks, Pane::Checks] {
                assert!(shared(room, [9, 9, 18], pane).iter().sum::<u16>() <= room);
            }
        }
    }
}
