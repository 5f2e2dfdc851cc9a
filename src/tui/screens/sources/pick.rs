//! Choosing the file to import: from the folders, or by typing or pasting a path.

use std::path::PathBuf;
use std::sync::Arc;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};

use super::Layer;
use super::import::Mapping;
use super::path::{is_path, typed_path};
use crate::tui::action::Action;
use crate::tui::data::{Data, Folder, Trouble};
use crate::tui::effect::Effect;
use crate::tui::intent::Intent;
use crate::tui::text::fit;
use crate::tui::theme::Theme;
use crate::tui::widgets::picker::{Picked, Picker};
use crate::tui::widgets::popup::popup;
use crate::tui::widgets::put_text;

/// The picker and the folder it waits for.
#[derive(Debug)]
pub struct Picking {
    picker: Picker,
    wanted: PathBuf,
    asked: bool,
    /// It was typed, so it may be a file.
    typed: bool,
    /// What was listed last; an answer is another one, also of the same folder.
    known: Option<Arc<Folder>>,
    trouble: Option<Trouble>,
}

impl Picking {
    /// Begins in the folder that was shown last, else where the user is.
    pub fn begin(data: &Data) -> Picking {
        let known = data.folder.clone();
        let last = known.as_ref().filter(|folder| folder.entries.is_ok()).map(|folder| folder.path.clone());
        let wanted = last.unwrap_or_else(|| data.workspace.folder.clone());
        Picking { picker: Picker::default(), wanted, asked: false, typed: false, known, trouble: None }
    }

    pub fn wants(&mut self) -> Option<Effect> {
        (!std::mem::replace(&mut self.asked, true)).then(|| Effect::ListFolder(self.wanted.clone()))
    }

    /// Shows the folder when it was read. A typed path that is no folder is taken as a file.
    pub fn data_changed(mut self: Box<Self>, data: &Data) -> Layer {
        let Some(folder) = data.folder.as_ref().filter(|folder| self.is_answer(folder)) else { return Layer::Pick(self) };
        self.known = Some(folder.clone());
        match &folder.entries {
            Ok(entries) => {
                self.picker.show(folder.path.clone(), entries.clone());
                self.trouble = None;
            }
            Err(_) if self.typed => return Layer::Map(Box::new(Mapping::new(self.wanted))),
            Err(trouble) => self.trouble = Some(trouble.clone()),
        }
        Layer::Pick(self)
    }

    fn is_answer(&self, folder: &Arc<Folder>) -> bool {
        folder.path == self.wanted && !self.known.as_ref().is_some_and(|known| Arc::ptr_eq(known, folder))
    }

    /// The layer that comes next; none closes the dialog.
    pub fn update(mut self: Box<Self>, data: &Data, intent: &Intent) -> Option<Layer> {
        let picked = match intent {
            Intent::Type(c) => {
                self.picker.type_char(*c);
                None
            }
            Intent::Paste(text) => {
                self.picker.paste(text.trim());
                None
            }
            Intent::Do(Action::Submit | Action::Complete) if is_path(self.picker.typed()) => {
                let path = typed_path(self.picker.typed(), self.picker.folder(), data.workspace.home.as_deref());
                self.go(path, true);
                None
            }
            Intent::Do(Action::Newline) => Some(Picked::File(self.picker.folder().to_owned())),
            Intent::Do(action) => self.picker.handle(*action),
            Intent::Edited(_) | Intent::Mouse(_) => None,
        };
        match picked {
            None => {}
            Some(Picked::Nothing) => return None,
            Some(Picked::Folder(path)) => self.go(path, false),
            Some(Picked::File(path)) => return Some(Layer::Map(Box::new(Mapping::new(path)))),
        }
        Some(Layer::Pick(self))
    }

    fn go(&mut self, path: PathBuf, typed: bool) {
        (self.wanted, self.typed, self.asked) = (path, typed, false);
        self.picker.forget_typed();
    }

    pub fn view(&self, frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
        let inside = popup(frame.buffer_mut(), area, area.width, area.height.saturating_sub(2), "import: choose a file", theme);
        let [list, last] = Layout::vertical([Constraint::Min(0), Constraint::Length(1)]).areas(inside);
        if let Some(cursor) = self.picker.view(frame.buffer_mut(), list, theme) {
            frame.set_cursor_position(cursor);
        }
        let (said, style) = match &self.trouble {
            Some(trouble) => (format!("! {}", trouble.message), theme.warning),
            None if is_path(self.picker.typed()) => ("Enter opens this path".to_owned(), theme.accent),
            None => ("type to narrow, or a path · Backspace goes up · Ctrl-o takes this folder".to_owned(), theme.dim),
        };
        put_text(frame.buffer_mut(), last, 0, &fit(&said, usize::from(last.width)), style);
    }
}
