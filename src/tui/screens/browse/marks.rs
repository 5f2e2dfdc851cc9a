//! Marks and the selection. A mark on a selection acts on all of it and clears it; on one record it moves on.

use std::borrow::Cow;

use super::{State, moving, reason, records, refusal};
use crate::model::{Mark, RecordId};
use crate::tui::action::Action;
use crate::tui::data::Data;
use crate::tui::effect::{Effect, SplitWork};
use crate::tui::widgets::selection::Selection;

pub(super) fn act(state: &mut State, data: &Data, action: Action) -> Vec<Effect> {
    match action {
        Action::MarkKeep => return mark(state, data, Some(Mark::Keep), None),
        Action::MarkDrop => return mark(state, data, Some(Mark::Drop), None),
        Action::MarkFlag => return mark(state, data, Some(Mark::Flag), None),
        Action::MarkClear => return mark(state, data, None, None),
        Action::MarkReason => return reason::open(state, data),
        Action::MoveToSplit => return moving::open(state, data),
        Action::Select => select(state, data),
        Action::SelectRange => range(state),
        Action::SelectAll => state.selection.add(0..rows(data)),
        Action::InvertSelection => {
            take_range(state);
            state.selection.invert(0..rows(data));
        }
        _ => {}
    }
    Vec::new()
}

/// Only hits can be selected: what is shown before them is a beginning.
fn rows(data: &Data) -> u32 {
    if records::are_searched(data) { records::len(data) as u32 } else { 0 }
}

fn select(state: &mut State, data: &Data) {
    if state.range_from.is_some() {
        return take_range(state);
    }
    if (state.list.cursor as u32) < rows(data) {
        state.selection.toggle(state.list.cursor as u32);
        state.list.handle(Action::Down, records::len(data));
    }
}

fn range(state: &mut State) {
    match state.range_from {
        Some(_) => take_range(state),
        None => state.range_from = Some(state.list.cursor),
    }
}

/// Makes the range a part of the selection.
fn take_range(state: &mut State) {
    state.selection = selected(state).into_owned();
    state.range_from = None;
}

/// The selection with the range that is being made.
pub(super) fn selected(state: &State) -> Cow<'_, Selection> {
    let Some(from) = state.range_from else { return Cow::Borrowed(&state.selection) };
    let (low, high) = (from.min(state.list.cursor), from.max(state.list.cursor));
    let mut selection = state.selection.clone();
    selection.add(low as u32..high as u32 + 1);
    Cow::Owned(selection)
}

/// Marks what is selected, else the current record.
pub(super) fn mark(state: &mut State, data: &Data, mark: Option<Mark>, reason: Option<String>) -> Vec<Effect> {
    let effect = match taken(state, data) {
        Err(effects) => return effects,
        Ok(Taken::Rows(rows, filter)) => Effect::MarkRows { rows, mark, reason, filter },
        Ok(Taken::One(id)) => Effect::Mark { records: vec![id], mark, reason, filter: None },
    };
    vec![effect]
}

/// Moves what is selected, else the current record, to a split by hand; `None`: to no split of its own.
pub(super) fn assign(state: &mut State, data: &Data, split: Option<String>) -> Vec<Effect> {
    let work = match taken(state, data) {
        Err(effects) => return effects,
        Ok(Taken::Rows(rows, filter)) => SplitWork::AssignRows { rows, split, filter },
        Ok(Taken::One(id)) => SplitWork::Assign { records: vec![id], split, filter: None },
    };
    vec![Effect::Splits(work)]
}

/// What is acted on.
enum Taken {
    /// With the filter that finds exactly these, where they are all hits.
    Rows(Selection, Option<String>),
    One(RecordId),
}

/// Takes the selection, which is gone then, or the current record, and moves on. `Err`: nothing can be done.
fn taken(state: &mut State, data: &Data) -> Result<Taken, Vec<Effect>> {
    if let Some(refusal) = refusal(data) {
        return Err(refusal);
    }
    take_range(state);
    if !state.selection.is_empty() && records::are_searched(data) {
        let rows = std::mem::take(&mut state.selection);
        let filter = (rows.len() == records::len(data)).then(|| everything(&data.browse.filter));
        return Ok(Taken::Rows(rows, filter));
    }
    let id = records::at(data, state.list.cursor).ok_or_else(Vec::new)?;
    state.list.handle(Action::Down, records::len(data));
    Ok(Taken::One(id))
}

/// A filter for a command line, where an empty one would look like a slip.
fn everything(filter: &str) -> String {
    if filter.trim().is_empty() { "*".to_owned() } else { filter.to_owned() }
}
