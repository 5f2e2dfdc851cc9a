//! One message in the status line, until the next key.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::put_text;
use crate::error::Error;
use crate::tui::text::fit;
use crate::tui::theme::Theme;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    Done,
    Warning,
    Error,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toast {
    pub level: Level,
    pub text: String,
}

impl Toast {
    pub fn done(text: impl Into<String>) -> Toast {
        Toast { level: Level::Done, text: text.into() }
    }

    pub fn warning(text: impl Into<String>) -> Toast {
        Toast { level: Level::Warning, text: text.into() }
    }

    /// What went wrong and what to do next. An interruption is no error: the user asked for it.
    pub fn error(error: &Error) -> Toast {
        let level = if error.is_interrupted() { Level::Done } else { Level::Error };
        let hint = error.hint.as_ref().map_or_else(String::new, |hint| format!(" — {hint}"));
        Toast { level, text: format!("{error}{hint}") }
    }

    pub fn view(&self, buf: &mut Buffer, area: Rect, theme: &Theme) {
        let (sign, style) = match self.level {
            Level::Done => ("", theme.accent),
            Level::Warning => ("! ", theme.warning),
            Level::Error => ("! ", theme.error),
        };
        put_text(buf, area, 0, &format!("{sign}{}", fit(&self.text, usize::from(area.width).saturating_sub(2))), style);
    }
}
