//! What a key does.

use super::choose::{About, Answer as Chosen, Choice};
use super::draft::{Draft, Editing, Outcome, Which};
use super::leaks::{self, Cursor};
use super::{Layer, Pane, State, assign, checks, export, fix, pairs, prune, sizes, wants};
use crate::model::{Filter, Threshold};
use crate::ops::leaks::Between;
use crate::ops::split::Stratum;
use crate::tui::action::Action;
use crate::tui::data::Data;
use crate::tui::effect::{Border, DuplicateWork, Effect, FixWanted, SplitWork};
use crate::tui::intent::Intent;
use crate::tui::widgets::toast::Toast;

/// Hundredths of a far step.
const FAR: i32 = 5;

pub fn update(state: &mut State, data: &Data, intent: &Intent) -> Vec<Effect> {
    match state.layer.take() {
        None => on_screen(state, data, intent),
        Some(Layer::Field(field)) => edit(state, data, field, intent),
        Some(Layer::Choice(choice)) => choose(state, data, choice, intent),
        Some(Layer::Assign) => answer_assign(state, data, intent),
        Some(Layer::Fix(wanted)) => answer_fix(state, data, wanted, intent),
        Some(Layer::Pairs(mut pairs)) => match pairs.update(data, intent) {
            pairs::Answer::Open(effects) => stays(state, Layer::Pairs(pairs), effects),
            pairs::Answer::Closed => Vec::new(),
        },
        Some(Layer::Prune(mut prune)) => match prune.update(data, intent) {
            prune::Answer::Open(effects) => stays(state, Layer::Prune(prune), effects),
            prune::Answer::Closed(effects) => effects,
        },
        Some(Layer::Export(mut dialog)) => match dialog.update(data, intent) {
            export::Outcome::Open => stays(state, Layer::Export(dialog), Vec::new()),
            export::Outcome::Closed => {
                state.last_export = Some(dialog);
                Vec::new()
            }
            export::Outcome::Write(args) => {
                state.last_export = Some(dialog);
                vec![Effect::Splits(SplitWork::Export(*args))]
            }
        },
    }
}

/// The layer stays open.
fn stays(state: &mut State, layer: Layer, effects: Vec<Effect>) -> Vec<Effect> {
    state.layer = Some(layer);
    effects
}

fn edit(state: &mut State, data: &Data, mut field: Editing, intent: &Intent) -> Vec<Effect> {
    match field.update(&state.draft(data), intent) {
        Outcome::Open => state.layer = Some(Layer::Field(field)),
        Outcome::Closed => {}
        Outcome::Changed(draft) => state.draft = Some(draft),
    }
    Vec::new()
}

fn choose(state: &mut State, data: &Data, mut choice: Choice, intent: &Intent) -> Vec<Effect> {
    let chosen = match choice.update(intent) {
        Chosen::Open => return stays(state, Layer::Choice(choice), Vec::new()),
        Chosen::Closed => return Vec::new(),
        Chosen::Chosen(chosen) => chosen,
    };
    let draft = state.draft(data);
    match choice.about {
        About::Strata => {
            let by = chosen.iter().filter_map(|word| word.parse::<Stratum>().ok()).collect();
            state.draft = Some(Draft { by, ..draft });
        }
        About::Staying => state.draft = Some(Draft { keep: chosen, ..draft }),
        About::Losers(border) => state.layer = Some(Layer::Fix(FixWanted { border, losers: chosen })),
    }
    Vec::new()
}

fn answer_assign(state: &mut State, data: &Data, intent: &Intent) -> Vec<Effect> {
    let args = state.draft(data).args().ok();
    let is_known = args.as_ref().and_then(|args| assign::planned(args, data)).is_some_and(|plan| plan.report.is_ok());
    match intent {
        Intent::Do(Action::Yes) if is_known => args.into_iter().map(|args| Effect::Splits(SplitWork::Split(args))).collect(),
        Intent::Do(Action::No) => Vec::new(),
        _ => stays(state, Layer::Assign, Vec::new()),
    }
}

fn answer_fix(state: &mut State, data: &Data, wanted: FixWanted, intent: &Intent) -> Vec<Effect> {
    match intent {
        Intent::Do(Action::Yes) if fix::can_do(&wanted, data) => vec![Effect::Splits(SplitWork::FixLeaks(wanted))],
        Intent::Do(Action::No) => Vec::new(),
        _ => stays(state, Layer::Fix(wanted), Vec::new()),
    }
}

fn on_screen(state: &mut State, data: &Data, intent: &Intent) -> Vec<Effect> {
    let Intent::Do(action) = intent else { return Vec::new() };
    let draft = state.draft(data);
    match action {
        Action::NextPane => state.pane = state.pane.next(),
        Action::PreviousPane => state.pane = state.pane.previous(),
        Action::EditShares => state.layer = Some(Layer::Field(Editing::new(Which::Shares, &draft))),
        Action::EditCounts => state.layer = Some(Layer::Field(Editing::new(Which::Counts, &draft))),
        Action::Seed => state.layer = Some(Layer::Field(Editing::new(Which::Seed, &draft))),
        Action::Strata => state.layer = Some(Layer::Choice(strata(&draft, data))),
        Action::StayingSplits => state.layer = Some(Layer::Choice(staying(&draft, data))),
        Action::OnlyNew => state.draft = Some(Draft { extend: !draft.extend, ..draft }),
        Action::SplitLens => state.draft = Some(draft.by_other_lens(data.splits.recipe())),
        Action::LeaksFromLower => return state.slides(draft, -1, data),
        Action::LeaksFromHigher => return state.slides(draft, 1, data),
        Action::LeaksFromFarLower => return state.slides(draft, -FAR, data),
        Action::LeaksFromFarHigher => return state.slides(draft, FAR, data),
        Action::CellLeft | Action::CellRight if state.pane != Pane::Leaks => {
            return state.slides(draft, if *action == Action::CellLeft { -1 } else { 1 }, data);
        }
        Action::CellLeft => state.cell.column = state.cell.column.saturating_sub(1),
        Action::CellRight => state.cell.column += 1,
        Action::LeaksBetween => {
            state.by = if state.by == Between::Splits { Between::Sources } else { Between::Splits };
            state.cell = Cursor::default();
        }
        Action::FixLeaks => return asks_who_loses(state, data),
        Action::BuildLeaks => return builds(&draft, data),
        Action::AssignSplits => state.layer = Some(Layer::Assign),
        Action::RunChecks => state.asked.forget_checks(),
        Action::Open => return opens(state, data),
        Action::OpenRecords => return records(state, data),
        Action::Export => {
            let dialog = state.last_export.take().unwrap_or_else(|| Box::new(export::Dialog::new()));
            state.layer = Some(Layer::Export(dialog.again(data)));
        }
        Action::Prune => state.layer = Some(Layer::Prune(prune::State::default())),
        action => moves(state, data, *action),
    }
    state.cell = state.cell.inside(groups(state, data));
    Vec::new()
}

fn groups(state: &State, data: &Data) -> usize {
    leaks::measured(state.border(data), data).map_or(0, |known| known.matrix.groups.len())
}

fn moves(state: &mut State, data: &Data, action: Action) {
    match state.pane {
        Pane::Splits => {
            let len = sizes::len(state, data);
            state.splits.handle(action, len);
        }
        Pane::Checks => _ = state.checks.handle(action, checks::len()),
        Pane::Leaks => match action {
            Action::Down => state.cell.row += 1,
            Action::Up => state.cell.row = state.cell.row.saturating_sub(1),
            Action::Top => state.cell.row = 0,
            Action::Bottom => state.cell.row = usize::MAX,
            _ => {}
        },
    }
}

impl State {
    /// Moves the threshold by hundredths.
    fn slides(&mut self, draft: Draft, steps: i32, data: &Data) -> Vec<Effect> {
        let floor = data.duplicates.of(draft.lens).view.as_ref().map_or(Threshold::from_thousandths(0), |view| view.floor());
        let (from, moved) = (draft.threshold, draft.moved(steps, floor));
        let is_lowest = moved.threshold == from && steps < 0;
        let said = format!("{from} is as low as this graph goes; B on screen 3 builds a lower one");
        self.draft = Some(moved);
        if is_lowest { say(&said) } else { Vec::new() }
    }
}

fn say(words: &str) -> Vec<Effect> {
    vec![Effect::Say(Toast::done(words))]
}

/// Sources, lengths, and every field.
fn strata(draft: &Draft, data: &Data) -> Choice {
    let fields = data.columns.iter().flat_map(|columns| columns.names.fields.iter().cloned().map(Stratum::Field));
    let options = [Stratum::Source, Stratum::Length].into_iter().chain(fields).map(|stratum| stratum.to_string());
    let chosen: Vec<String> = draft.by.iter().map(Stratum::to_string).collect();
    Choice::new(About::Strata, options.collect(), &chosen, 0)
}

fn staying(draft: &Draft, data: &Data) -> Choice {
    let names = data.splits.sizes().iter().map(|size| size.name.clone()).filter(|name| name != "none");
    Choice::new(About::Staying, names.collect(), &draft.keep, 0)
}

/// The cursor is on the group of the cell, or else on the largest: it can lose most easily.
fn asks_who_loses(state: &mut State, data: &Data) -> Vec<Effect> {
    let border = state.border(data);
    let Some(known) = leaks::measured(border, data) else {
        return say("there is no similarity graph yet: B finds all pairs");
    };
    let matrix = &known.matrix;
    if matrix.leaks.is_empty() {
        return say(&format!("nothing leaks at {}", known.border.threshold));
    }
    let largest = (0..matrix.groups.len()).max_by_key(|&at| matrix.groups[at].records).unwrap_or(0);
    let cursor = if state.pane == Pane::Leaks { state.cell.inside(matrix.groups.len()).row } else { largest };
    let names = matrix.groups.iter().map(|group| group.name.clone()).collect();
    state.layer = Some(Layer::Choice(Choice::new(About::Losers(border), names, &[], cursor)));
    Vec::new()
}

fn builds(draft: &Draft, data: &Data) -> Vec<Effect> {
    match draft.args() {
        Ok(args) => vec![Effect::Duplicates(DuplicateWork::BuildGraph(wants::wish(&args, data)))],
        Err(error) => vec![Effect::Say(Toast::error(&error))],
    }
}

/// Enter: assigns from a split, else shows what is behind the line or the cell.
fn opens(state: &mut State, data: &Data) -> Vec<Effect> {
    if state.pane != Pane::Splits {
        return records(state, data);
    }
    let cluster = match sizes::row(state, data, state.splits.cursor) {
        Some(sizes::Row::Unmet(unmet)) => sizes::cluster_of(unmet),
        _ => {
            state.layer = Some(Layer::Assign);
            return Vec::new();
        }
    };
    match cluster {
        Some(record) => {
            let Border { lens, threshold, .. } = state.border(data);
            vec![Effect::GoDuplicates { lens, threshold, filter: Filter::of_records([record]).to_string(), record }]
        }
        None => records(state, data),
    }
}

/// Shows the records behind what is under the cursor.
fn records(state: &mut State, data: &Data) -> Vec<Effect> {
    let filter = match state.pane {
        Pane::Leaks => return shows_pairs(state, data),
        Pane::Splits => sizes::row(state, data, state.splits.cursor).map(|row| match row {
            sizes::Row::Size(size) => format!("state:kept split:{}", size.name),
            sizes::Row::Unmet(unmet) => format!("state:kept split:{}", unmet.name),
        }),
        Pane::Checks => checks::row(data, state.checks.cursor).and_then(|check| check.filter.clone()),
    };
    vec![filter.map_or_else(|| Effect::Say(Toast::done("no records stand behind this one")), Effect::GoBrowse)]
}

fn shows_pairs(state: &mut State, data: &Data) -> Vec<Effect> {
    match leaks::under_cursor(state, data) {
        Some((leak, cell)) => {
            let pairs = leak.pairs;
            stays(state, Layer::Pairs(pairs::State::new(cell, pairs)), Vec::new())
        }
        None => say("nothing leaks there"),
    }
}
