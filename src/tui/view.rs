//! The frame:
//!
//! ```text
//! 1 Browse  2 Rules  3 Duplicates  4 Splits  5 Versions  6 Sources     tabs
//! …                                                                    the screen
//! 92,644 of 92,644 records                   import · 12,400/92,644    status, or what was said
//! ? help  a keep  d drop  …                                            keys
//! ```

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};

use super::data::Data;
use super::jobs::Running;
use super::keymap::Keymap;
use super::screens::{Screen, browse};
use super::state::{Overlay, State};
use super::text::{shown, wrap};
use super::theme::Theme;
use super::widgets::{footer, put, put_text};

/// Everything a frame is a function of.
pub struct View<'a> {
    pub state: &'a State,
    pub data: &'a Data,
    pub keymap: &'a Keymap,
    pub theme: &'a Theme,
    pub jobs: &'a [Running],
}

/// Smaller than this there is no room to work.
pub const MIN_COLUMNS: u16 = 40;
pub const MIN_ROWS: u16 = 10;

pub fn view(frame: &mut Frame<'_>, of: &View<'_>) {
    let area = frame.area();
    if area.width < MIN_COLUMNS || area.height < MIN_ROWS {
        return too_small(frame, area, of.theme);
    }
    let rows = [Constraint::Length(1), Constraint::Min(0), Constraint::Length(1), Constraint::Length(1)];
    let [tabs_area, body, status, keys] = Layout::vertical(rows).areas(area);
    tabs(frame, tabs_area, of);
    screen(frame, body, of);
    match &of.state.toast {
        Some(toast) => toast.view(frame.buffer_mut(), status, of.theme),
        None => footer::status(frame.buffer_mut(), status, &summary(of), of.jobs, of.theme),
    }
    footer::hints(frame.buffer_mut(), keys, of.keymap, of.state.context(), of.theme);
    for overlay in &of.state.overlays {
        match overlay {
            Overlay::Help(help) => help.view(frame, body, of.keymap, of.theme),
            Overlay::Palette(palette) => palette.view(frame, body, of.keymap, of.theme),
        }
    }
}

fn tabs(frame: &mut Frame<'_>, area: Rect, of: &View<'_>) {
    let spans = Screen::ALL.into_iter().enumerate().flat_map(|(i, screen)| {
        let style = if screen == of.state.screen { of.theme.heading } else { of.theme.dim };
        // In a narrow terminal the names shrink before a tab is lost.
        let cells = if area.width < 70 { 4 } else { usize::MAX };
        let name: String = screen.name().chars().take(cells).collect();
        [Span::styled(format!("{} {name}", i + 1), style), Span::raw("  ")]
    });
    put(frame.buffer_mut(), area, 0, &Line::from_iter(spans));
}

/// A screen is a match arm here and one in [`super::update`].
fn screen(frame: &mut Frame<'_>, area: Rect, of: &View<'_>) {
    match of.state.screen {
        Screen::Browse => browse::view(frame, area, &of.state.browse, of.data, of.theme),
        _ => put_text(frame.buffer_mut(), area, 1, "not yet", of.theme.dim),
    }
}

fn summary(of: &View<'_>) -> String {
    match of.state.screen {
        Screen::Browse => browse::summary(of.data),
        _ => String::new(),
    }
}

fn too_small(frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
    let text = format!(
        "tamis needs {MIN_COLUMNS}×{MIN_ROWS} cells, this terminal has {}×{}: please make it larger, or the font smaller.",
        area.width, area.height
    );
    for (row, line) in wrap(&text, usize::from(area.width)).into_iter().enumerate() {
        put_text(frame.buffer_mut(), area, row, shown(&text, line), theme.text);
    }
}
