//! The palette: find any action of the screen by a few letters of its name; shows its key and the command that does the same.

use fuzzy_matcher::FuzzyMatcher;
use fuzzy_matcher::skim::SkimMatcherV2;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::tui::action::{Action, Context, Spec, of};
use crate::tui::intent::Intent;
use crate::tui::keymap::Keymap;
use crate::tui::text::{fit, fit_padded};
use crate::tui::theme::Theme;
use crate::tui::widgets::input::{Edited, Input};
use crate::tui::widgets::list::{List, ListState, row_width};
use crate::tui::widgets::popup::popup;
use crate::tui::widgets::put_text;

#[derive(Debug, Clone)]
pub struct State {
    context: Context,
    typed: Input,
    /// The actions that match, the best first.
    found: Vec<&'static Spec>,
    list: ListState,
}

/// What a key did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Open,
    Closed,
    Chosen(Action),
}

impl State {
    /// Offers what works on the screen of `context`.
    pub fn new(context: Context) -> State {
        State { context, typed: Input::one_line(""), found: matching(context, ""), list: ListState::default() }
    }

    pub fn update(&mut self, intent: &Intent) -> Outcome {
        let edited = match intent {
            Intent::Do(Action::Leave) => return Outcome::Closed,
            Intent::Do(Action::Submit) => {
                return self.found.get(self.list.cursor).map_or(Outcome::Closed, |spec| Outcome::Chosen(spec.action));
            }
            Intent::Do(Action::LineDown | Action::Complete) => self.moved(Action::Down),
            Intent::Do(Action::LineUp | Action::CompleteBack) => self.moved(Action::Up),
            Intent::Do(action) => self.typed.handle(*action),
            Intent::Type(c) => self.typed.type_char(*c),
            Intent::Paste(text) => self.typed.paste(text),
            Intent::Mouse(_) | Intent::Edited(_) => Edited::Ignored,
        };
        if edited == Edited::Changed {
            self.found = matching(self.context, self.typed.text());
            self.list = ListState::default();
        }
        Outcome::Open
    }

    fn moved(&mut self, by: Action) -> Edited {
        self.list.handle(by, self.found.len());
        Edited::Moved
    }

    pub fn view(&self, frame: &mut Frame<'_>, area: Rect, keymap: &Keymap, theme: &Theme) {
        let inside = popup(frame.buffer_mut(), area, 90, 16, "commands", theme);
        put_text(frame.buffer_mut(), inside, 0, ":", theme.accent);
        let field = Rect { x: inside.x + 1, width: inside.width.saturating_sub(1), height: inside.height.min(1), ..inside };
        if let Some(cursor) = self.typed.view(frame.buffer_mut(), field, theme.text) {
            frame.set_cursor_position(cursor);
        }
        let rows = Rect { y: inside.y + 1, height: inside.height.saturating_sub(1), ..inside };
        let cells = row_width(rows.width);
        let row = |i: usize| self.found.get(i).map_or_else(Line::default, |spec| line(spec, self.context, cells, keymap, theme));
        List {
            len: self.found.len(),
            row: &row,
            selected: &|_| false,
            header: None,
            focused: true,
            empty: "no such action",
            theme,
        }
        .view(frame.buffer_mut(), rows, &self.list);
    }
}

/// Title, key, and the command or, where there is none, the sentence.
fn line(spec: &Spec, context: Context, cells: usize, keymap: &Keymap, theme: &Theme) -> Line<'static> {
    let key = keymap.keys_in(context, spec.action).next().map_or_else(String::new, |key| key.to_string());
    let said = if spec.command.is_empty() { spec.doc } else { spec.command };
    Line::from(vec![
        Span::styled(fit_padded(&spec.title(), 20), theme.text),
        Span::styled(fit_padded(&key, 10), theme.accent),
        Span::styled(fit(said, cells.saturating_sub(30)), theme.dim),
    ])
}

/// The actions of a screen that match a few letters of title or sentence; all of them for no letters.
fn matching(context: Context, typed: &str) -> Vec<&'static Spec> {
    let all = context.chain().iter().flat_map(|&c| of(c)).filter(|spec| spec.action != Action::Palette);
    let score = |spec: &Spec| {
        // A new one each time: a matcher that is used again scores by what it saw before.
        let matcher = SkimMatcherV2::default();
        let title = matcher.fuzzy_match(&spec.title(), typed).map(|score| score * 2);
        title.max(SkimMatcherV2::default().fuzzy_match(spec.doc, typed))
    };
    let mut found: Vec<_> = all.filter_map(|spec| Some((score(spec)?, spec))).collect();
    found.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    found.into_iter().map(|(_, spec)| spec).collect()
}
