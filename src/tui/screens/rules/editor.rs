//! A rule's lines as they are typed. Records, counts and the diff follow with every key; the pipeline itself changes when it is saved.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::ops::rules::library::{self, Edit};
use crate::rules::{KINDS, Pipeline};
use crate::tui::action::Action;
use crate::tui::data::{Rules, Trouble};
use crate::tui::effect::{Effect, RuleWork};
use crate::tui::intent::Intent;
use crate::tui::text::{fit, shown, wrap};
use crate::tui::theme::Theme;
use crate::tui::widgets::input::{Edited, Input};
use crate::tui::widgets::put_text;

/// What a new rule begins as.
const NEW: &str = "[[rule]]\nname = \"new-rule\"\nkind = \"replace\"\nwhy = \"\"\npattern = ''\nwith = ''\n";

#[derive(Debug)]
pub struct Editor {
    place: Place,
    input: Input,
    /// What kept it from being saved.
    trouble: Option<Trouble>,
    /// The text when it was opened.
    before: String,
    /// Esc was pressed on a changed text; once more leaves it.
    leaving: bool,
}

#[derive(Debug, Clone, Copy)]
enum Place {
    /// Instead of this rule.
    Of(usize),
    /// Before this rule.
    Before(usize),
}

/// What a key did.
pub enum Answer {
    Open(Vec<Effect>),
    /// The screen's own: another record.
    Record(Action),
    Closed(Vec<Effect>),
}

impl Editor {
    /// Of a rule that is there; an error where its lines cannot be told apart.
    pub fn of(pipeline: &Pipeline, rule: usize) -> crate::error::Result<Editor> {
        let text = library::rule_text(pipeline, rule)?;
        Ok(Editor::at(Place::Of(rule), text.trim_end()))
    }

    /// Of a new rule.
    pub fn new_before(rule: usize) -> Editor {
        Editor::at(Place::Before(rule), NEW.trim_end())
    }

    fn at(place: Place, text: &str) -> Editor {
        Editor { place, input: Input::many_lines(text), trouble: None, before: text.to_owned(), leaving: false }
    }

    /// Index of the rule in the pipeline with what is typed.
    pub fn rule(&self) -> usize {
        match self.place {
            Place::Of(rule) | Place::Before(rule) => rule,
        }
    }

    fn edit(&self) -> Edit {
        let text = format!("{}\n", self.input.text().trim_end());
        match self.place {
            Place::Of(rule) => Edit::Rewrite(rule, text),
            Place::Before(rule) => Edit::Insert(rule, text),
        }
    }

    /// Asks for the pipeline with what is typed.
    pub fn draft(&self) -> Effect {
        Effect::Rules(RuleWork::Draft(self.edit()))
    }

    pub fn update(&mut self, intent: &Intent, rules: &Rules) -> Answer {
        let leaving = std::mem::take(&mut self.leaving);
        let edited = match intent {
            Intent::Do(Action::Leave) if leaving || self.input.text() == self.before => {
                return Answer::Closed(vec![Effect::Rules(RuleWork::Discard)]);
            }
            Intent::Do(Action::Leave) => {
                self.leaving = true;
                return Answer::Open(Vec::new());
            }
            Intent::Do(Action::SaveRule) => return self.save(rules),
            Intent::Do(action @ (Action::NextPreviewed | Action::PreviousPreviewed)) => return Answer::Record(*action),
            Intent::Do(Action::RuleLine) => self.input.handle(Action::Newline),
            Intent::Do(action) => self.input.handle(*action),
            Intent::Type(c) => self.input.type_char(*c),
            Intent::Paste(text) => self.input.paste(text),
            Intent::Mouse(_) | Intent::Edited(_) => Edited::Ignored,
        };
        if edited != Edited::Changed {
            return Answer::Open(Vec::new());
        }
        self.trouble = None;
        Answer::Open(vec![self.draft()])
    }

    /// What cannot be read is not saved, and stays to be mended.
    fn save(&mut self, rules: &Rules) -> Answer {
        let Some(pipeline) = &rules.pipeline else { return Answer::Open(Vec::new()) };
        match library::edited(pipeline, &self.edit()) {
            Ok(_) => Answer::Closed(vec![Effect::Rules(RuleWork::Edit(self.edit()))]),
            Err(error) => {
                self.trouble = Some(Trouble::from(&error));
                Answer::Open(Vec::new())
            }
        }
    }

    /// Rows it would like to have.
    pub fn height(&self) -> u16 {
        (self.input.text().lines().count() as u16).saturating_add(6)
    }

    pub fn view(&self, buf: &mut Buffer, area: Rect, rules: &Rules, theme: &Theme) -> Option<Position> {
        let cells = usize::from(area.width);
        let what = if matches!(self.place, Place::Of(_)) { "edit rule" } else { "new rule before rule" };
        let title = format!("{what} {}   Ctrl-s saves · Esc leaves · PgDn next record", self.rule() + 1);
        put_text(buf, area, 0, &fit(&title, cells), theme.heading);
        let said =
            if self.leaving { "Esc once more forgets what was typed; Ctrl-s saves it".to_owned() } else { self.said(rules) };
        let lines: Vec<_> = wrap(&said, cells).into_iter().take(3).collect();
        let below = lines.len() as u16;
        let field = Rect { y: area.y.saturating_add(1), height: area.height.saturating_sub(2 + below), ..area };
        let cursor = self.input.view(buf, field, theme.text);
        let foot = Rect { y: field.bottom(), height: area.bottom().saturating_sub(field.bottom()), ..area };
        let style = if self.leaving || self.is_wrong(rules) { theme.error } else { theme.dim };
        for (row, line) in lines.into_iter().enumerate() {
            put_text(buf, foot, row, shown(&said, line), style);
        }
        cursor
    }

    fn is_wrong(&self, rules: &Rules) -> bool {
        self.trouble.is_some() || rules.draft_trouble.is_some()
    }

    /// A message about a line of the pipeline, as one about a line in the editor.
    fn of_these_lines(&self, message: &str, rules: &Rules) -> String {
        let start = match (self.place, &rules.pipeline) {
            (Place::Of(rule), Some(pipeline)) => pipeline.rules().get(rule).map(|rule| rule.line),
            _ => None,
        };
        let located = message.strip_prefix("pipeline, line ").and_then(|rest| rest.split_once(": "));
        match (start, located.and_then(|(line, said)| Some((line.parse::<usize>().ok()?, said)))) {
            (Some(start), Some((line, said))) if line >= start => format!("line {}: {said}", line - start + 1),
            _ => message.to_owned(),
        }
    }

    /// What is wrong with the lines, else which kinds there are.
    fn said(&self, rules: &Rules) -> String {
        match self.trouble.as_ref().or(rules.draft_trouble.as_ref()) {
            Some(Trouble { message, hint }) => {
                let message = self.of_these_lines(message, rules);
                let hint = hint.as_ref().map(|hint| format!(" ({hint})")).unwrap_or_default();
                crate::display::safe(&format!("{message}{hint}")).into_owned()
            }
            None => {
                let kinds: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
                format!("kinds: {}", kinds.join(", "))
            }
        }
    }
}
