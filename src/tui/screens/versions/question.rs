//! The question before an operation in the middle is taken back: what it means, and what builds on it and goes with it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::display::{counted, safe};
use crate::model::OpId;
use crate::tui::data::Data;
use crate::tui::theme::Theme;
use crate::tui::widgets::question::question;
use crate::tui::widgets::rich::Rich;

/// Operations that are named.
const NAMED: usize = 8;

/// Whether all that would be undone is on the screen.
pub(super) fn is_known(id: OpId, data: &Data) -> bool {
    data.versions.dependents.as_ref().is_some_and(|dependents| dependents.of == id && dependents.later.is_ok())
}

pub(super) fn view(buf: &mut Buffer, area: Rect, id: OpId, data: &Data, theme: &Theme) {
    let (asked, answers) = match data.versions.dependents.as_ref().filter(|dependents| dependents.of == id) {
        None => (said("Looking for what builds on it.\n", theme), "wait · Esc leaves everything as it is"),
        Some(dependents) => match &dependents.later {
            Err(trouble) => (said(&format!("{}\n", trouble.message), theme), "Esc leaves everything as it is"),
            Ok(later) => (asked(id, later, data, theme), "y takes it back · Esc leaves everything as it is"),
        },
    };
    question(buf, area, &format!("undo operation {id}"), &asked, answers, theme);
}

fn said(words: &str, theme: &Theme) -> Rich {
    let mut rich = Rich::default();
    rich.push(&safe(words), theme.text);
    rich
}

fn asked(id: OpId, later: &[crate::ops::history::Entry], data: &Data, theme: &Theme) -> Rich {
    let mut rich = Rich::default();
    if let Some(entry) = data.history.iter().find(|entry| entry.id == id) {
        rich.push(&format!("{}\n", safe(&entry.description).replace('\n', " ")), theme.text);
    }
    if later.is_empty() {
        rich.push("Nothing later builds on it: all that was done since stays.\n", theme.keep);
    } else {
        let n = counted(later.len() as u64, "later operation");
        rich.push(&format!("{n} build on it, and are undone with it:\n"), theme.warning);
        for entry in later.iter().take(NAMED) {
            rich.push(&format!("  {} {}\n", entry.id, safe(&entry.description).replace('\n', " ")), theme.text);
        }
        if later.len() > NAMED {
            rich.push(&format!("  and {} more\n", later.len() - NAMED), theme.dim);
        }
    }
    rich.push("Ctrl-r brings them back, one by one.\n", theme.dim);
    rich
}
