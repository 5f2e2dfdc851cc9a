//! A list on top of the screen in which some lines are chosen: strata, splits that stay, who loses.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::tui::action::Action;
use crate::tui::effect::Border;
use crate::tui::intent::Intent;
use crate::tui::text::{fit, shown, wrap};
use crate::tui::theme::Theme;
use crate::tui::widgets::list::{List, ListState, row_width};
use crate::tui::widgets::popup::popup;
use crate::tui::widgets::{height, put_text};

/// What is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// What the next split keeps in proportion.
    Strata,
    /// Splits whose present records stay.
    Staying,
    /// Who loses what leaks across this border.
    Losers(Border),
}

#[derive(Debug)]
pub struct Choice {
    pub about: About,
    options: Vec<String>,
    on: Vec<bool>,
    list: ListState,
}

pub enum Answer {
    Open,
    Closed,
    Chosen(Vec<String>),
}

impl Choice {
    /// With these chosen already, and the cursor on `cursor`. What is chosen and no option any more is one all the same, so that it can be
    /// taken back.
    pub fn new(about: About, mut options: Vec<String>, chosen: &[String], cursor: usize) -> Choice {
        options.extend(chosen.iter().filter(|name| !options.contains(name)).cloned().collect::<Vec<_>>());
        let on = options.iter().map(|option| chosen.contains(option)).collect();
        let mut list = ListState::default();
        list.move_to(cursor, options.len());
        Choice { about, options, on, list }
    }

    pub fn update(&mut self, intent: &Intent) -> Answer {
        match intent {
            Intent::Do(Action::Dismiss) => return Answer::Closed,
            Intent::Do(Action::Accept) => return Answer::Chosen(self.chosen()),
            Intent::Do(Action::Toggle) => {
                if let Some(on) = self.on.get_mut(self.list.cursor) {
                    *on = !*on;
                }
            }
            Intent::Do(action) => _ = self.list.handle(*action, self.options.len()),
            _ => {}
        }
        Answer::Open
    }

    /// Somebody has to lose: where nobody is chosen, the line under the cursor.
    fn chosen(&self) -> Vec<String> {
        let one = matches!(self.about, About::Losers(_)) && !self.on.contains(&true);
        let is_chosen = |at: usize| if one { at == self.list.cursor } else { self.on[at] };
        (0..self.options.len()).filter(|&at| is_chosen(at)).map(|at| self.options[at].clone()).collect()
    }

    fn words(&self) -> (&'static str, &'static str) {
        match self.about {
            About::Strata => ("keep in proportion", "every split gets its share of each group"),
            About::Staying => ("splits that stay", "their present records stay in them; all others are assigned anew"),
            About::Losers(_) => ("who loses?", "drops records of these that resemble a record of any other"),
        }
    }

    pub fn view(&self, buf: &mut Buffer, area: Rect, theme: &Theme) {
        let (title, help) = self.words();
        let inside = popup(buf, area, 60, height(self.options.len()).saturating_add(4), title, theme);
        let cells = usize::from(inside.width);
        let mut top = 0;
        for line in wrap(help, cells) {
            put_text(buf, inside, usize::from(top), shown(help, line), theme.dim);
            top += 1;
        }
        let keys = match self.about {
            About::Losers(_) => "Space chooses · Enter says what that drops · Esc closes",
            _ => "Space chooses · Enter takes it · Esc leaves it as it was",
        };
        put_text(buf, inside, usize::from(inside.height.saturating_sub(1)), &fit(keys, cells), theme.accent);
        let place =
            Rect { y: inside.y.saturating_add(top), height: inside.height.saturating_sub(top).saturating_sub(1), ..inside };
        let cells = row_width(place.width);
        let row = |at: usize| self.line(at, cells, theme);
        List {
            len: self.options.len(),
            row: &row,
            selected: &|_| false,
            header: None,
            focused: true,
            empty: "there is none",
            theme,
        }
        .view(buf, place, &self.list);
    }

    fn line(&self, at: usize, cells: usize, theme: &Theme) -> Line<'static> {
        let (Some(option), Some(on)) = (self.options.get(at), self.on.get(at)) else { return Line::default() };
        let (sign, style) = if *on { ("[x] ", theme.selected) } else { ("[ ] ", theme.text) };
        Line::from(vec![Span::styled(sign, style), Span::styled(fit(option, cells.saturating_sub(4)), style)])
    }
}
