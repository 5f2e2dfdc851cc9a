//! How a file is to be read: the form, and beneath it the first rows as they will be read.

use std::path::PathBuf;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};

use super::path::typed_path;
use super::rejects::reject_line;
use crate::display::{grouped, safe};
use crate::ops::import::ImportArgs;
use crate::sources::{Choice, Format, Options, Peek};
use crate::splits::share::require_name;
use crate::tui::action::Context;
use crate::tui::data::{Data, Peeked, Trouble};
use crate::tui::effect::Effect;
use crate::tui::intent::Intent;
use crate::tui::text::{fit, shown, wrap};
use crate::tui::theme::{Theme, glyph};
use crate::tui::widgets::form::{self, Field, Form};
use crate::tui::widgets::popup::popup;
use crate::tui::widgets::{height, put, put_text};

const NAME: usize = 0;
const FORMAT: usize = 1;
const TEXT: usize = 2;
const FILE: usize = 3;
const IMAGES: usize = 4;
const PREFIX: usize = 5;
const SPLIT: usize = 6;
const TAKE: usize = 7;

/// Before the columns in the choices for a column.
const AUTO: &str = "auto";
const NONE: &str = "none";

#[derive(Debug)]
pub struct Mapping {
    path: PathBuf,
    form: Form,
    /// The columns that the choices offer.
    columns: Vec<String>,
    asked: Option<Options>,
    home: Option<PathBuf>,
}

pub enum Outcome {
    Open,
    Closed,
    Import(Box<ImportArgs>),
}

impl Mapping {
    pub fn new(path: PathBuf) -> Mapping {
        let formats = std::iter::once(AUTO).chain(Format::ALL.map(Format::word));
        let fields = vec![
            Field::text("name", "", "the file's name"),
            Field::choice("format", formats),
            Field::choice("text column", [AUTO]),
            Field::choice("file column", [AUTO, NONE]),
            Field::text("image folder", "", "the file's own folder"),
            Field::text("prefix", "", "none: put before image names on export"),
            Field::text("split", "", "none: assigned later"),
            Field::toggles("take", ["protected", "though it is here already"]),
        ];
        // On a field that is no text, so that Enter imports what needs no word.
        Mapping { path, form: Form::new(fields, FORMAT), columns: Vec::new(), asked: None, home: None }
    }

    pub fn context(&self) -> Context {
        self.form.context()
    }

    fn options(&self) -> Options {
        let column = |at: usize| self.columns.get(at).cloned();
        let images = self.form.typed(IMAGES);
        Options {
            format: self.form.chosen(FORMAT).checked_sub(1).and_then(|i| Format::ALL.get(i).copied()),
            text_column: self.form.chosen(TEXT).checked_sub(1).and_then(column),
            file_column: match self.form.chosen(FILE) {
                0 => None,
                1 => Some(String::new()),
                n => column(n - 2),
            },
            image_root: (!images.is_empty()).then(|| typed_path(images, &PathBuf::new(), self.home.as_deref())),
        }
    }

    fn args(&self) -> ImportArgs {
        let typed = |field| Some(self.form.typed(field)).filter(|text| !text.is_empty()).map(str::to_owned);
        ImportArgs {
            files: vec![self.path.clone()],
            source: typed(NAME),
            options: self.options(),
            prefix: typed(PREFIX),
            split: typed(SPLIT),
            protect: self.form.is_on(TAKE, 0),
            again: self.form.is_on(TAKE, 1),
            ..ImportArgs::default()
        }
    }

    /// A look into the file, as it would be read now.
    pub fn wants(&mut self, data: &Data) -> Option<Effect> {
        self.home = data.workspace.home.clone();
        let options = self.options();
        if self.asked.as_ref() == Some(&options) {
            return None;
        }
        self.asked = Some(options.clone());
        Some(Effect::Peek { path: self.path.clone(), options })
    }

    /// Takes the columns of the file into the choices.
    pub fn data_changed(&mut self, data: &Data) {
        let Some(Peeked { peek: Ok(peek), .. }) = self.peeked(data) else { return };
        if self.columns != peek.columns {
            self.columns = peek.columns.clone();
            let names = || peek.columns.iter().map(|name| safe(name).into_owned());
            self.form.offer(TEXT, std::iter::once(AUTO.to_owned()).chain(names()).collect());
            self.form.offer(FILE, [AUTO.to_owned(), NONE.to_owned()].into_iter().chain(names()).collect());
            // The first question that the file asks gets the focus.
            if unclear(&peek.text, true).is_some() {
                self.form.focus_on(TEXT);
            } else if unclear(&peek.file, false).is_some() {
                self.form.focus_on(FILE);
            }
        }
        let format = (self.form.chosen(FORMAT) == 0).then(|| (format!("→ {}", peek.format.word()), false));
        self.form.note(FORMAT, format);
        self.form.note(TEXT, self.column_note(&peek.text, TEXT));
        self.form.note(FILE, self.column_note(&peek.file, FILE));
    }

    fn column_note(&self, choice: &Choice, field: usize) -> Option<(String, bool)> {
        if self.columns.is_empty() {
            return Some(("this format has no columns".to_owned(), false));
        }
        match (unclear(choice, field == TEXT), choice) {
            (Some(question), _) => Some((question, true)),
            (None, Choice::Chosen(name)) if self.form.chosen(field) == 0 => Some((format!("→ {name}"), false)),
            (None, Choice::None) => Some(("no images".to_owned(), false)),
            _ => None,
        }
    }

    pub fn update(&mut self, data: &Data, intent: &Intent) -> Outcome {
        let outcome = self.form.update(intent);
        let split = self.form.typed(SPLIT);
        let wrong = if split.is_empty() { None } else { require_name(split).err() };
        self.form.note(SPLIT, wrong.map(|error| (error.to_string(), true)));
        match outcome {
            form::Outcome::Closed => Outcome::Closed,
            form::Outcome::Submitted if self.is_ready(data) => Outcome::Import(Box::new(self.args())),
            _ => Outcome::Open,
        }
    }

    /// The file was looked into as it will be read, and leaves no question open.
    fn is_ready(&self, data: &Data) -> bool {
        let split = self.form.typed(SPLIT);
        (split.is_empty() || require_name(split).is_ok())
            && matches!(self.peeked(data), Some(Peeked { peek: Ok(peek), .. }) if question(peek).is_none())
    }

    /// The answer to what was asked last.
    fn peeked<'a>(&self, data: &'a Data) -> Option<&'a Peeked> {
        data.peek.as_deref().filter(|peeked| peeked.path == self.path && peeked.options == self.options())
    }

    pub fn view(&self, frame: &mut Frame<'_>, area: Rect, data: &Data, theme: &Theme) {
        let title = format!("import {}", self.path.display());
        let inside = popup(frame.buffer_mut(), area, area.width, area.height.saturating_sub(2), &title, theme);
        let fields = height(self.form.len()).min(inside.height.saturating_sub(3).max(1));
        let rows = [Constraint::Length(fields), Constraint::Length(1), Constraint::Min(0), Constraint::Length(1)];
        let [top, _, preview, last] = Layout::vertical(rows).areas(inside);
        if let Some(cursor) = self.form.view(frame.buffer_mut(), top, theme) {
            frame.set_cursor_position(cursor);
        }
        let lines = self.preview(data, usize::from(preview.width), theme);
        for (row, line) in lines.iter().enumerate() {
            put(frame.buffer_mut(), preview, row, line);
        }
        let said = match (self.is_ready(data), self.context()) {
            (true, Context::Input) => "Enter: next field; it imports from one that is no text · Esc closes",
            (true, _) => "Enter imports · Tab: next field · ← → Space choose · Esc closes",
            (false, _) => "Tab: next field · ← → Space choose · Esc closes",
        };
        put_text(frame.buffer_mut(), last, 0, &fit(said, usize::from(last.width)), theme.accent);
    }

    /// The first rows as they will be read, or why they cannot be.
    fn preview(&self, data: &Data, cells: usize, theme: &Theme) -> Vec<Line<'static>> {
        match self.peeked(data).map(|peeked| &peeked.peek) {
            None => vec![Line::styled("looking into the file …", theme.dim)],
            Some(Err(trouble)) => trouble_lines(trouble, cells, theme),
            Some(Ok(peek)) => match question(peek) {
                Some(question) => wrapped(&format!("! {question}; choose with ← →"), cells, theme),
                None => rows(peek, cells, theme),
            },
        }
    }
}

/// What the file leaves open, if anything.
fn question(peek: &Peek) -> Option<String> {
    if peek.columns.is_empty() {
        return None;
    }
    let same = peek.text.chosen().filter(|text| peek.file.chosen().as_ref() == Some(text));
    unclear(&peek.text, true)
        .map(|question| format!("the text column is {question}"))
        .or_else(|| unclear(&peek.file, false).map(|question| format!("the file column is {question}")))
        .or_else(|| same.map(|name| format!("{name} cannot be both the text and the file column")))
}

fn unclear(choice: &Choice, needed: bool) -> Option<String> {
    match choice {
        Choice::Chosen(_) => None,
        Choice::None => needed.then(|| "unclear: choose one".to_owned()),
        Choice::Several(names) => Some(format!("unclear: {} could each be it", names.join(" and "))),
        Choice::NotThere(name) => Some(format!("not there: {name}")),
    }
}

fn trouble_lines(trouble: &Trouble, cells: usize, theme: &Theme) -> Vec<Line<'static>> {
    let mut lines = wrapped(&format!("! {}", trouble.message), cells, theme);
    let hint = safe(trouble.hint.as_deref().unwrap_or_default()).into_owned();
    lines.extend(wrap(&hint, cells).into_iter().map(|line| Line::styled(shown(&hint, line).to_owned(), theme.dim)));
    lines
}

fn wrapped(text: &str, cells: usize, theme: &Theme) -> Vec<Line<'static>> {
    let text = safe(text);
    wrap(&text, cells).into_iter().map(|line| Line::styled(shown(&text, line).to_owned(), theme.warning)).collect()
}

/// Records and rejects in the order of the file.
fn rows(peek: &Peek, cells: usize, theme: &Theme) -> Vec<Line<'static>> {
    let (taken, rejected) = (peek.drafts.len(), peek.rejects.len());
    let mut lines = vec![Line::from(vec![
        Span::styled(format!("the first {} rows: {} records", taken + rejected, grouped(taken as u64)), theme.heading),
        Span::styled(format!(", {} rejected", grouped(rejected as u64)), if rejected > 0 { theme.warning } else { theme.dim }),
    ])];
    if only_absolute(peek) {
        lines.extend(wrapped(
            "! every file name is an absolute path; with the file column set to none it stays an ordinary field",
            cells,
            theme,
        ));
    }
    if !peek.skipped.is_empty() {
        lines.push(Line::styled(fit(&format!("left out: {}", peek.skipped.join(", ")), cells), theme.dim));
    }
    let room = cells.saturating_sub(2);
    let drafts = peek.drafts.iter().map(|draft| {
        let image = draft.file_name.as_ref().map_or_else(String::new, |name| format!("  ({name})"));
        let text = fit(&format!("{}{image}", draft.text), room);
        (draft.line, Line::from(vec![Span::raw("  "), Span::styled(text, theme.text)]))
    });
    let rejects = peek.rejects.iter().map(|reject| {
        let mut line = reject_line(reject, room, theme);
        line.spans.insert(0, Span::styled(format!("{} ", glyph::DROP), theme.warning));
        (reject.line, line)
    });
    let mut both: Vec<_> = drafts.chain(rejects).collect();
    both.sort_by_key(|(line, _)| *line);
    lines.extend(both.into_iter().map(|(_, line)| line));
    lines
}

/// As in the files of Kaggle, whose paths are of the machine they were made on.
fn only_absolute(peek: &Peek) -> bool {
    !peek.rejects.is_empty() && peek.rejects.iter().all(|reject| reject.reason.ends_with("is absolute"))
}
