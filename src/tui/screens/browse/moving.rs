//! The dialog that moves records to a split by hand: one of those there are, a new one, or none.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::Line;

use super::{Mode, State as Browse, marks, refusal};
use crate::display::grouped;
use crate::ops::assign::CLEAR;
use crate::splits::share::require_name;
use crate::tui::action::{Action, Context};
use crate::tui::data::Data;
use crate::tui::effect::Effect;
use crate::tui::intent::Intent;
use crate::tui::text::{fit, shown, wrap};
use crate::tui::theme::Theme;
use crate::tui::widgets::input::Input;
use crate::tui::widgets::list::{List, ListState, row_width};
use crate::tui::widgets::popup::popup;
use crate::tui::widgets::put_text;

#[derive(Debug)]
pub(super) struct State {
    /// The splits there are.
    names: Vec<String>,
    list: ListState,
    /// A name that is being typed, for a new split.
    new: Option<Input>,
    /// What it will be for.
    title: String,
}

/// What a row of the list stands for.
enum Row<'a> {
    Split(&'a str),
    New,
    Free,
}

pub(super) fn open(browse: &mut Browse, data: &Data) -> Vec<Effect> {
    if let Some(refusal) = refusal(data) {
        return refusal;
    }
    let title = match (marks::selected(browse).len(), browse.current) {
        (0, Some(id)) => format!("move record {id} to a split by hand"),
        (0, None) => return Vec::new(),
        (n, _) => format!("move {} selected records to a split by hand", grouped(n as u64)),
    };
    let names: Vec<String> = data.columns.iter().flat_map(|columns| columns.names.splits.iter().cloned()).collect();
    let new = names.is_empty().then(|| Input::one_line(""));
    browse.mode = Mode::Moving(State { names, list: ListState::default(), new, title });
    Vec::new()
}

impl State {
    pub fn context(&self) -> Context {
        if self.new.is_some() { Context::Input } else { Context::Dialog }
    }

    fn len(&self) -> usize {
        self.names.len() + 2
    }

    fn row(&self, at: usize) -> Row<'_> {
        match self.names.get(at) {
            Some(name) => Row::Split(name),
            None if at == self.names.len() => Row::New,
            None => Row::Free,
        }
    }
}

pub(super) fn update(browse: &mut Browse, data: &Data, intent: &Intent) -> Vec<Effect> {
    let Mode::Moving(dialog) = &mut browse.mode else { return Vec::new() };
    if let Some(input) = &mut dialog.new {
        return match typed(input, intent) {
            Typed::Open => Vec::new(),
            Typed::Closed => leave(browse),
            Typed::Name(name) => moves(browse, data, Some(name)),
        };
    }
    match intent {
        Intent::Do(Action::Dismiss) => browse.mode = Mode::Browsing,
        Intent::Do(Action::Accept) => match dialog.row(dialog.list.cursor) {
            Row::Split(name) => {
                let split = Some(name.to_owned());
                return moves(browse, data, split);
            }
            Row::New => dialog.new = Some(Input::one_line("")),
            Row::Free => return moves(browse, data, None),
        },
        Intent::Do(action) => _ = dialog.list.handle(*action, dialog.len()),
        _ => {}
    }
    Vec::new()
}

fn moves(browse: &mut Browse, data: &Data, split: Option<String>) -> Vec<Effect> {
    browse.mode = Mode::Browsing;
    marks::assign(browse, data, split)
}

/// From the field back to the list, where there is anything in it.
fn leave(browse: &mut Browse) -> Vec<Effect> {
    match &mut browse.mode {
        Mode::Moving(dialog) if !dialog.names.is_empty() => dialog.new = None,
        mode => *mode = Mode::Browsing,
    }
    Vec::new()
}

enum Typed {
    Open,
    Closed,
    Name(String),
}

fn typed(input: &mut Input, intent: &Intent) -> Typed {
    match intent {
        Intent::Do(Action::Leave) => return Typed::Closed,
        Intent::Do(Action::Submit) if wrong(input).is_none() => return Typed::Name(input.text().trim().to_owned()),
        Intent::Do(Action::Submit) => {}
        Intent::Do(action) => _ = input.handle(*action),
        Intent::Type(c) => _ = input.type_char(*c),
        Intent::Paste(text) => _ = input.paste(text.trim()),
        Intent::Edited(_) | Intent::Mouse(_) => {}
    }
    Typed::Open
}

/// Why no split can have the name.
fn wrong(input: &Input) -> Option<String> {
    let name = input.text().trim();
    if name == CLEAR {
        return Some(format!("`{CLEAR}` stands for no split"));
    }
    require_name(name).err().map(|error| error.to_string())
}

pub(super) fn view(buf: &mut Buffer, area: Rect, dialog: &State, theme: &Theme) -> Option<Position> {
    if let Some(input) = &dialog.new {
        return view_new(buf, area, input, &dialog.title, theme);
    }
    let inside = popup(buf, area, 56, dialog.len() as u16 + 1, &dialog.title, theme);
    let list = Rect { height: inside.height.saturating_sub(1), ..inside };
    let cells = row_width(list.width);
    let row = |at: usize| match dialog.row(at) {
        Row::Split(name) => Line::styled(fit(name, cells), theme.text),
        Row::New => Line::styled(fit("a new split …", cells), theme.accent),
        Row::Free => Line::styled(fit("set free: the next split may move it", cells), theme.dim),
    };
    List { len: dialog.len(), row: &row, selected: &|_| false, header: None, focused: true, empty: "", theme }.view(
        buf,
        list,
        &dialog.list,
    );
    let keys = "Enter moves; later splits leave it there · Esc closes";
    put_text(buf, inside, usize::from(list.height), &fit(keys, usize::from(inside.width)), theme.accent);
    None
}

fn view_new(buf: &mut Buffer, area: Rect, input: &Input, title: &str, theme: &Theme) -> Option<Position> {
    let inside = popup(buf, area, 56, 3, title, theme);
    put_text(buf, inside, 0, "name ", theme.dim);
    let field =
        Rect { x: inside.x.saturating_add(5), width: inside.width.saturating_sub(5), height: inside.height.min(1), ..inside };
    let cursor = input.view(buf, field, theme.text);
    if !input.text().is_empty()
        && let Some(wrong) = wrong(input)
    {
        for (row, line) in wrap(&wrong, usize::from(inside.width)).into_iter().enumerate() {
            put_text(buf, inside, 1 + row, shown(&wrong, line), theme.warning);
        }
    }
    cursor
}
