//! Choosing a file: the entries of one folder, narrowed by typing.
//!
//! Reading a folder may be slow (a network disk), so the owner does it as a job with [`read_folder`] and gives the result to
//! [`Picker::show`].

use std::path::{Path, PathBuf};

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};

use super::input::{Edited, Input};
use super::list::{List, ListState, row_width};
use super::{put_text, row_of};
use crate::display::bytes;
use crate::error::{Error, Result};
use crate::tui::action::Action;
use crate::tui::text::{fit, fit_padded, width};
use crate::tui::theme::Theme;

/// One entry of a folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Entry {
    Folder(String),
    /// Name and size in bytes.
    File(String, u64),
}

impl Entry {
    pub fn name(&self) -> &str {
        match self {
            Entry::Folder(name) | Entry::File(name, _) => name,
        }
    }
}

/// The entries of a folder, folders first, by name. Hidden ones and names that are not UTF-8 are left out.
pub fn read_folder(folder: &Path) -> Result<Vec<Entry>> {
    let entries = std::fs::read_dir(folder).map_err(|e| Error::file(folder, e))?;
    let mut out: Vec<Entry> = entries.filter_map(|entry| entry_of(&entry.ok()?)).collect();
    out.sort();
    Ok(out)
}

fn entry_of(entry: &std::fs::DirEntry) -> Option<Entry> {
    let name = entry.file_name().into_string().ok().filter(|name| !name.starts_with('.'))?;
    let metadata = std::fs::metadata(entry.path()).ok()?;
    Some(if metadata.is_dir() { Entry::Folder(name) } else { Entry::File(name, metadata.len()) })
}

/// What the owner is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Picked {
    /// Read this folder and call [`Picker::show`].
    Folder(PathBuf),
    File(PathBuf),
    /// Close the dialog.
    Nothing,
}

#[derive(Debug, Clone, Default)]
pub struct Picker {
    folder: PathBuf,
    entries: Vec<Entry>,
    /// Indices of the entries that match what is typed.
    matching: Vec<usize>,
    filter: Input,
    list: ListState,
}

impl Picker {
    /// Shows the entries of a folder, narrowed by what was typed while it was read.
    pub fn show(&mut self, folder: PathBuf, entries: Vec<Entry>) {
        (self.folder, self.entries) = (folder, entries);
        self.narrow();
    }

    /// To be called when another folder was chosen: what was typed belonged to this one.
    pub fn forget_typed(&mut self) {
        self.filter = Input::default();
    }

    /// What is typed to narrow the list.
    pub fn typed(&self) -> &str {
        self.filter.text()
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub fn type_char(&mut self, c: char) {
        self.filter.type_char(c);
        self.narrow();
    }

    pub fn paste(&mut self, text: &str) {
        self.filter.paste(text);
        self.narrow();
    }

    /// Keys of a text field; up and down move in the list, Backspace in an empty field goes to the folder above.
    pub fn handle(&mut self, action: Action) -> Option<Picked> {
        match action {
            Action::LineDown => _ = self.list.handle(Action::Down, self.matching.len()),
            Action::LineUp => _ = self.list.handle(Action::Up, self.matching.len()),
            Action::Leave => return Some(Picked::Nothing),
            Action::Submit | Action::Complete => return self.chosen(),
            Action::DeleteLeft if self.filter.text().is_empty() => {
                return self.folder.parent().map(|above| Picked::Folder(above.to_owned()));
            }
            action => {
                if self.filter.handle(action) == Edited::Changed {
                    self.narrow();
                }
            }
        }
        None
    }

    fn chosen(&self) -> Option<Picked> {
        let entry = self.entries.get(*self.matching.get(self.list.cursor)?)?;
        let path = self.folder.join(entry.name());
        Some(match entry {
            Entry::Folder(_) => Picked::Folder(path),
            Entry::File(..) => Picked::File(path),
        })
    }

    fn narrow(&mut self) {
        let wanted = self.filter.text().to_lowercase();
        self.matching = (0..self.entries.len()).filter(|&i| self.entries[i].name().to_lowercase().contains(&wanted)).collect();
        self.list.move_to(0, self.matching.len());
    }

    pub fn view(&self, buf: &mut Buffer, area: Rect, theme: &Theme) -> Option<Position> {
        // A whole path that is typed stands for itself: it does not begin in this folder.
        let is_path = self.typed().starts_with(['/', '~', '\'', '"']);
        let here = if is_path { String::new() } else { format!("{}/", self.folder.display()) };
        let folder = fit(&here, usize::from(area.width) / 2);
        put_text(buf, area, 0, &folder, theme.dim);
        let typed = width(&folder) as u16;
        let field = Rect { x: area.x.saturating_add(typed), width: area.width.saturating_sub(typed), height: 1, ..area };
        let cursor = row_of(buf, field, 0).and_then(|field| self.filter.view(buf, field, theme.text));
        let rows = Rect { y: area.y.saturating_add(1), height: area.height.saturating_sub(1), ..area };
        let cells = row_width(area.width);
        let row = |i: usize| entry_line(self.matching.get(i).and_then(|&e| self.entries.get(e)), cells, theme);
        List {
            len: self.matching.len(),
            row: &row,
            selected: &|_| false,
            header: None,
            focused: true,
            empty: if is_path { "Enter opens this path" } else { "nothing here" },
            theme,
        }
        .view(buf, rows, &self.list);
        cursor
    }
}

fn entry_line(entry: Option<&Entry>, cells: usize, theme: &Theme) -> Line<'static> {
    match entry {
        Some(Entry::Folder(name)) => Line::styled(fit(&format!("{name}/"), cells), theme.accent),
        Some(Entry::File(name, size)) => {
            let size = bytes(*size);
            let room = cells.saturating_sub(width(&size) + 1);
            Line::from(vec![Span::raw(fit_padded(name, room)), Span::raw(" "), Span::styled(size, theme.dim)])
        }
        None => Line::default(),
    }
}
