//! Judging borderline pairs: one after the other, each answer on disk before the next question.

use std::cell::Cell;

use super::dialog::Dialog;
use super::{Over, State as Screen};
use crate::model::{Judgement, RecordId, Verdict};
use crate::ops::duplicates::Question;
use crate::tui::action::{Action, Context};
use crate::tui::data::Data;
use crate::tui::data::duplicates::Triaged;
use crate::tui::effect::{DuplicateWork, Effect};
use crate::tui::intent::Intent;

/// Wanted until another one is typed.
const PRECISION: f64 = 0.95;

#[derive(Debug)]
pub(super) struct State {
    precision: f64,
    /// Pairs about which nothing was said in this round.
    skipped: Vec<(RecordId, RecordId)>,
    /// What was done since this began, for undo.
    done: Vec<Done>,
    /// First line of the texts in view; drawing clamps it.
    pub(super) scroll: Cell<usize>,
    /// The pair the texts in view are of.
    pair: Option<(RecordId, RecordId)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Done {
    Judged,
    Skipped,
}

impl Default for State {
    fn default() -> Self {
        State { precision: PRECISION, skipped: Vec::new(), done: Vec::new(), scroll: Cell::default(), pair: None }
    }
}

impl State {
    pub(super) fn context(&self) -> Context {
        Context::Triage
    }

    pub(super) fn precision(&self) -> f64 {
        self.precision
    }

    pub(super) fn set_precision(&mut self, precision: f64) {
        self.precision = precision;
    }

    pub(super) fn skipped(&self) -> &[(RecordId, RecordId)] {
        &self.skipped
    }

    /// What is known of the pairs, be it from before the last answer.
    pub(super) fn known<'a>(&self, data: &'a Data) -> Option<&'a Triaged> {
        data.duplicates.triage.as_ref().filter(|triaged| triaged.lens == data.duplicates.lens())
    }

    /// The pair to be judged; `None` while it is looked for, so that no answer goes to a pair that was not seen.
    pub(super) fn question<'a>(&self, data: &'a Data) -> Option<&'a Question> {
        let triaged = self.known(data)?;
        let is_of_now = triaged.pairs == data.duplicates.pairs && triaged.skipped == self.skipped.len();
        triaged.report.next.as_ref().filter(|_| is_of_now)
    }

    /// A new pair is read from its beginning.
    pub(super) fn data_changed(&mut self, data: &Data) {
        let pair = self.question(data).map(|question| (question.a, question.b));
        if pair.is_some() && pair != self.pair {
            self.pair = pair;
            self.scroll.set(0);
        }
    }
}

/// The screen lent its state; it comes back unless this ends.
pub(super) fn update(mut triage: Box<State>, screen: &mut Screen, data: &Data, intent: &Intent) -> Vec<Effect> {
    let Intent::Do(action) = intent else {
        screen.over = Over::Triage(triage);
        return Vec::new();
    };
    let effects = match action {
        Action::LeaveTriage => return Vec::new(),
        Action::JudgeDuplicate => judge(&mut triage, screen, Verdict::Duplicate, data),
        Action::JudgeDifferent => judge(&mut triage, screen, Verdict::Different, data),
        Action::SkipPair => {
            if let Some(question) = triage.question(data) {
                triage.skipped.push((question.a, question.b));
                triage.done.push(Done::Skipped);
            }
            Vec::new()
        }
        Action::UndoJudgement => undo(&mut triage, screen),
        Action::TakeThreshold => {
            let suggestion = triage.known(data).and_then(|known| known.report.triage.suggest(triage.precision));
            match suggestion {
                Some(suggestion) => {
                    screen.set_threshold(suggestion.threshold, data);
                    screen.notice = Some(format!("the threshold is {} now", suggestion.threshold));
                }
                None => screen.notice = Some("no threshold is suggested yet".to_owned()),
            }
            Vec::new()
        }
        Action::WantedPrecision => {
            screen.dialog = Some(Dialog::precision());
            Vec::new()
        }
        Action::TriageDown => {
            triage.scroll.set(triage.scroll.get().saturating_add(1));
            Vec::new()
        }
        Action::TriageUp => {
            triage.scroll.set(triage.scroll.get().saturating_sub(1));
            Vec::new()
        }
        _ => Vec::new(),
    };
    screen.over = Over::Triage(triage);
    effects
}

fn judge(triage: &mut State, screen: &mut Screen, verdict: Verdict, data: &Data) -> Vec<Effect> {
    let Some(question) = triage.question(data) else {
        screen.notice = Some("wait for the next pair".to_owned());
        return Vec::new();
    };
    triage.done.push(Done::Judged);
    let pair = (question.a, question.b);
    vec![Effect::Duplicates(DuplicateWork::Judge { pair, judgement: Some(Judgement { verdict, sampled: true }) })]
}

/// Takes back what was done last here, and nothing from before.
fn undo(triage: &mut State, screen: &mut Screen) -> Vec<Effect> {
    match triage.done.pop() {
        Some(Done::Judged) => vec![Effect::Undo],
        Some(Done::Skipped) => {
            triage.skipped.pop();
            Vec::new()
        }
        None => {
            screen.notice = Some("nothing was judged here yet".to_owned());
            Vec::new()
        }
    }
}
