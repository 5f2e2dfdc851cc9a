//! The form that a new graph is ordered with.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::dialog::{Answer, decimal};
use crate::display::grouped;
use crate::model::{Lens, Sets};
use crate::ops::duplicates::{Precision, Wish};
use crate::tui::action::{Action, Context};
use crate::tui::data::Data;
use crate::tui::effect::{DuplicateWork, Effect};
use crate::tui::intent::Intent;
use crate::tui::text::{fit, shown, wrap};
use crate::tui::theme::Theme;
use crate::tui::widgets::form::{Field, Form, Outcome};
use crate::tui::widgets::popup::popup;
use crate::tui::widgets::put_text;

#[derive(Debug)]
pub(super) struct State {
    form: Form,
    /// What each lens was built with last.
    wishes: [Wish; 2],
    error: Option<&'static str>,
}

const LENS: usize = 0;
const HOW: usize = 1;
const FLOOR: usize = 2;
const FILTER: usize = 3;

const SETS: [Sets; 2] = [Sets::Words, Sets::Grams];
const PRECISIONS: [Precision; 2] = [Precision::Fast, Precision::Exact];

impl State {
    /// As the lens in use was built last.
    pub fn new(data: &Data) -> State {
        let wish = |lens: Lens| data.duplicates.of(lens).info.as_ref().map_or_else(|| Wish::of(lens), Wish::like);
        let fields = vec![
            Field::choice("lens", ["lexical: the same words", "semantic: the same meaning"]),
            Field::choice("how", ["words", "grams"]),
            Field::text("floor", "", ""),
            Field::text("only", "", "all records; or a filter, such as source:prompts"),
        ];
        let mut state = State { form: Form::new(fields, FLOOR), wishes: Lens::ALL.map(wish), error: None };
        state.form.choose(LENS, lens_at(data.duplicates.lens()));
        state.fill();
        state
    }

    pub fn context(&self) -> Context {
        self.form.context()
    }

    fn wish(&self) -> &Wish {
        &self.wishes[self.form.chosen(LENS).min(1)]
    }

    /// Shows what the chosen lens was built with.
    fn fill(&mut self) {
        let Wish { lens, sets, precision, floor, filter, .. } = self.wish().clone();
        let (options, at): (Vec<String>, _) = match lens {
            Lens::Lexical => (
                vec!["words".to_owned(), "grams, for scripts without blanks and for typos".to_owned()],
                SETS.iter().position(|&known| known == sets),
            ),
            Lens::Semantic => (
                vec!["fast".to_owned(), "exact: f32, slower".to_owned()],
                PRECISIONS.iter().position(|&known| known == precision),
            ),
        };
        self.form.offer(HOW, options);
        self.form.choose(HOW, at.unwrap_or(0));
        self.form.set_text(FLOOR, &floor.to_string());
        self.form.set_text(FILTER, &filter);
    }

    pub fn update(&mut self, intent: &Intent) -> Answer {
        let lens = self.form.chosen(LENS);
        // The floor is what one comes for: Enter on it builds.
        let submits = self.context() == Context::Input && *intent == Intent::Do(Action::Submit);
        match if submits { Outcome::Submitted } else { self.form.update(intent) } {
            Outcome::Closed => return Answer::Closed(Vec::new()),
            Outcome::Submitted => return self.submit(),
            Outcome::Changed => self.error = None,
            Outcome::Moved => {}
        }
        if self.form.chosen(LENS) != lens {
            self.fill();
        }
        Answer::Open
    }

    fn submit(&mut self) -> Answer {
        let Some(floor) = decimal(self.form.typed(FLOOR)).parse().ok().filter(|&floor: &f32| floor > 0.0 && floor <= 1.0) else {
            self.error = Some("a floor is a number above 0, at most 1; 0.3 to 0.8 is sensible");
            return Answer::Open;
        };
        let how = self.form.chosen(HOW).min(1);
        let filter = self.form.typed(FILTER).to_owned();
        let wish = self.wish().clone();
        let wish = match wish.lens {
            Lens::Lexical => Wish { sets: SETS[how], floor, filter, ..wish },
            Lens::Semantic => Wish { precision: PRECISIONS[how], floor, filter, ..wish },
        };
        Answer::Closed(vec![Effect::Duplicates(DuplicateWork::BuildGraph(wish))])
    }

    pub fn view(&self, frame: &mut Frame<'_>, area: Rect, data: &Data, theme: &Theme) {
        let inside = popup(frame.buffer_mut(), area, 74, 10, "build the similarity graph", theme);
        let cells = usize::from(inside.width);
        let records = grouped(data.columns.as_ref().map_or(0, |columns| columns.len() as u64));
        let help = [
            format!("finds every pair among {records} records at the floor or above;"),
            "thresholds move down to the floor; a lower one takes longer. Enter builds".to_owned(),
        ];
        for (row, line) in help.iter().enumerate() {
            put_text(frame.buffer_mut(), inside, row, &fit(line, cells), theme.dim);
        }
        let below = |rows: u16| Rect { y: inside.y.saturating_add(rows), height: inside.height.saturating_sub(rows), ..inside };
        let form = Rect { height: below(3).height.min(4), ..below(3) };
        if let Some(cursor) = self.form.view(frame.buffer_mut(), form, theme) {
            frame.set_cursor_position(cursor);
        }
        let (said, style) = match self.error {
            Some(error) => (error.to_owned(), theme.error),
            None if self.wish().lens == Lens::Semantic && data.has_model == Some(false) => {
                ("there is no model yet: `tamis model fetch`, or `tamis model add PATH`".to_owned(), theme.warning)
            }
            None => (String::new(), theme.dim),
        };
        for (row, line) in wrap(&said, cells).into_iter().enumerate() {
            put_text(frame.buffer_mut(), below(8), row, shown(&said, line), style);
        }
    }
}

fn lens_at(lens: Lens) -> usize {
    Lens::ALL.iter().position(|&known| known == lens).unwrap_or(0)
}
