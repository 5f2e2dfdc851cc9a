//! Help: every key of the screen below, from the table of actions.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::tui::action::{Action, Context, of};
use crate::tui::intent::Intent;
use crate::tui::keymap::Keymap;
use crate::tui::text::{fit, fit_padded};
use crate::tui::theme::Theme;
use crate::tui::widgets::list::{List, ListState, row_width};
use crate::tui::widgets::popup::popup;

#[derive(Debug, Clone)]
pub struct State {
    context: Context,
    list: ListState,
}

/// Cells for the keys.
const KEYS: usize = 16;

impl State {
    pub fn new(context: Context) -> State {
        State { context, list: ListState::default() }
    }

    /// False when the layer is to be closed.
    pub fn update(&mut self, intent: &Intent) -> bool {
        match intent {
            Intent::Do(Action::Dismiss | Action::Accept) => false,
            Intent::Do(action) => {
                // The exact number of rows depends on the keymap; one too far is clamped when drawn.
                self.list.handle(*action, self.context.chain().iter().map(|&c| of(c).count() + 1).sum());
                true
            }
            _ => true,
        }
    }

    pub fn view(&self, frame: &mut Frame<'_>, area: Rect, keymap: &Keymap, theme: &Theme) {
        let inside = popup(frame.buffer_mut(), area, 90, area.height, &format!("keys: {}", self.context.name()), theme);
        let cells = row_width(inside.width);
        let lines: Vec<_> = self.context.chain().iter().flat_map(|&c| section(self.context, c, cells, keymap, theme)).collect();
        let row = |i: usize| lines.get(i).cloned().unwrap_or_default();
        List { len: lines.len(), row: &row, selected: &|_| false, header: None, focused: true, empty: "", theme }.view(
            frame.buffer_mut(),
            inside,
            &self.list,
        );
    }
}

fn section(screen: Context, context: Context, cells: usize, keymap: &Keymap, theme: &Theme) -> Vec<Line<'static>> {
    let heading = Line::styled(fit(context.name(), cells), theme.heading);
    let lines = of(context).map(|spec| {
        let keys: Vec<_> = keymap.keys_in(screen, spec.action).map(|key| key.to_string()).collect();
        Line::from(vec![
            Span::styled(fit_padded(&keys.join(" "), KEYS), theme.accent),
            Span::styled(fit(spec.doc, cells.saturating_sub(KEYS)), theme.text),
        ])
    });
    std::iter::once(heading).chain(lines).collect()
}
