//! What a key does: on top of the screen, over all of it, or on it.

use super::dialog::{Answer, Dialog};
use super::{Over, Pane, State, build, filter_line, map, moved, next_policy, triage};
use crate::clusters::ClusterOrder;
use crate::model::Mark;
use crate::ops::duplicates::Across;
use crate::tui::action::Action;
use crate::tui::data::Data;
use crate::tui::data::duplicates::Cut;
use crate::tui::effect::Effect;
use crate::tui::intent::Intent;

/// Hundredths of a far step.
const FAR: i32 = 5;
/// Lines that scrolling the members moves.
const SCROLL: isize = 3;

pub fn update(state: &mut State, data: &Data, intent: &Intent) -> Vec<Effect> {
    state.notice = None;
    let effects = if state.dialog.is_some() {
        in_dialog(state, data, intent)
    } else if state.typing.is_some() {
        filter_line::update(state, data, intent)
    } else {
        match std::mem::take(&mut state.over) {
            Over::Nothing => on_screen(state, data, intent),
            Over::Triage(triage) => triage::update(triage, state, data, intent),
            Over::Map(map) => map::update(map, state, data, intent),
        }
    };
    state.follow(data);
    effects
}

fn in_dialog(state: &mut State, data: &Data, intent: &Intent) -> Vec<Effect> {
    let wanted = state.wanted(data);
    let has_plan = state.plan(data).is_some();
    let Some(dialog) = &mut state.dialog else { return Vec::new() };
    match dialog.update(intent, &wanted, has_plan, data) {
        Answer::Open => Vec::new(),
        Answer::Closed(effects) => {
            state.dialog = None;
            effects
        }
        Answer::Threshold(threshold) => {
            state.dialog = None;
            state.set_threshold(threshold, data);
            Vec::new()
        }
        Answer::Order(order) => {
            state.dialog = None;
            // The same order again turns it round.
            state.reversed = order == state.order && !state.reversed;
            state.order = order;
            Vec::new()
        }
        Answer::Precision(precision) => {
            state.dialog = None;
            if let Over::Triage(triage) = &mut state.over {
                triage.set_precision(precision);
            }
            Vec::new()
        }
    }
}

fn on_screen(state: &mut State, data: &Data, intent: &Intent) -> Vec<Effect> {
    // Whoever goes on by hand looks for nothing else.
    state.sought = None;
    let Intent::Do(action) = intent else { return Vec::new() };
    let lens = data.duplicates.lens();
    match action {
        action if is_about_a_graph(*action) && data.duplicates.view().is_none() => state.notice = Some(NO_GRAPH.to_owned()),
        Action::ThresholdDown => state.slide(lens, -1, data),
        Action::ThresholdUp => state.slide(lens, 1, data),
        Action::ThresholdDownFar => state.slide(lens, -FAR, data),
        Action::ThresholdUpFar => state.slide(lens, FAR, data),
        Action::Policy => state.chosen(lens).policy = Some(next_policy(state.policy(data))),
        Action::AcrossSplits => toggle_across(state, Across::Splits),
        Action::AcrossSources => toggle_across(state, Across::Sources),
        Action::NextCluster => state.go_to_cluster(Action::Down, data),
        Action::PreviousCluster => state.go_to_cluster(Action::Up, data),
        Action::NextPane | Action::PreviousPane => state.pane = state.pane.other(),
        Action::PreviewDown => state.members.scroll_by(SCROLL),
        Action::PreviewUp => state.members.scroll_by(-SCROLL),
        Action::Back => back(state),
        Action::SwitchLens => return state.switches_lens(data),
        Action::MakeKeeper => return state.mark(Some(Mark::Keep)),
        Action::DropMember => return state.mark(Some(Mark::Drop)),
        Action::ClearMember => return state.mark(None),
        Action::NotDuplicate => return state.judges(data),
        Action::Copy => return state.copied(data),
        Action::BuildGraph if data.columns.is_some() => {
            state.asked.models = false;
            state.dialog = Some(Dialog::Build(build::State::new(data)));
        }
        Action::MaskPhrases if data.duplicates.known => state.dialog = Some(Dialog::mask(data)),
        Action::KeeperOrder if data.duplicates.known => state.dialog = Some(Dialog::keeper(data)),
        action if data.duplicates.view().is_some() => with_graph(state, data, *action),
        _ => state.notice = Some(NO_GRAPH.to_owned()),
    }
    Vec::new()
}

const NO_GRAPH: &str = "there is no similarity graph yet: B builds it";

/// What would change unseen where there is no graph.
fn is_about_a_graph(action: Action) -> bool {
    matches!(
        action,
        Action::ThresholdDown
            | Action::ThresholdUp
            | Action::ThresholdDownFar
            | Action::ThresholdUpFar
            | Action::Policy
            | Action::AcrossSplits
            | Action::AcrossSources
            | Action::MakeKeeper
            | Action::DropMember
            | Action::ClearMember
            | Action::NotDuplicate
    )
}

/// What makes sense only where there is a graph.
fn with_graph(state: &mut State, data: &Data, action: Action) {
    match action {
        Action::ThresholdType => state.dialog = Some(Dialog::threshold()),
        Action::Presets => state.dialog = Some(Dialog::presets(state.threshold(data))),
        Action::SortClusters => state.dialog = Some(Dialog::sort(state.order)),
        Action::FilterClusters => filter_line::open(state),
        Action::ApplyPolicy => state.asks_to_apply(data),
        Action::CutCluster => match state.cluster(data) {
            Some((at, cluster)) if is_one_text(&at, cluster) => {
                state.notice = Some("its members have one text: there is nothing to cut".to_owned());
            }
            Some((at, cluster)) if state.is_cut(data) => state.dialog = Some(Dialog::Cut { at, cluster }),
            None if state.members.current().is_none() => state.notice = Some("there is no cluster to cut".to_owned()),
            _ => state.notice = Some("wait for the clusters of this threshold".to_owned()),
        },
        Action::JudgePairs => state.over = Over::Triage(Box::default()),
        Action::PairMap => state.over = Over::Map(Box::new(map::State::new())),
        Action::MarkThreshold => moved::toggle(state, data),
        movement => state.moved(movement, data),
    }
}

fn is_one_text(cut: &Cut, cluster: usize) -> bool {
    let nodes = &cut.at.view.graph.node_of;
    let members = cut.at.clusters.get(cluster).map_or(&[][..], |cluster| cluster.members);
    members.windows(2).all(|pair| nodes[pair[0] as usize] == nodes[pair[1] as usize])
}

fn toggle_across(state: &mut State, across: Across) {
    state.across = if state.across == Some(across) { None } else { Some(across) };
}

/// One thing after the other: the list of moves, the filter, the border, the pane.
fn back(state: &mut State) {
    if state.mark.take().is_some() {
        return;
    }
    if !state.filter.is_empty() || state.across.is_some() {
        (state.filter, state.across) = (String::new(), None);
        return;
    }
    state.pane = Pane::Clusters;
}

/// In words, for menus and headings.
pub(super) fn order_in_words(order: ClusterOrder) -> &'static str {
    match order {
        ClusterOrder::Size => "the largest first",
        ClusterOrder::Score => "the closest pair first",
        ClusterOrder::Weakest => "the weakest link first",
        ClusterOrder::Undecided => "the most undecided first",
    }
}
