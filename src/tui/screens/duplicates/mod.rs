//! Duplicates: a threshold on a slider, what it would do, and the clusters behind the figures.
//!
//! The figures of a key are looked up in the curve, in the very frame after it. Clusters and sources follow as soon as the compute lane
//! has cut the graph; until then the old ones stay, dimmed.

mod dialog;
mod figures;
mod members;
mod view;

pub use view::view;

use self::dialog::{Answer, Dialog};
use self::members::Members;
use crate::display::grouped;
use crate::model::{Mark, Policy, Threshold};
use crate::ops::duplicates::at::AtThreshold;
use crate::ops::duplicates::{Across, Plan, View};
use crate::tui::action::{Action, Context};
use crate::tui::data::Data;
use crate::tui::effect::{Effect, Request};
use crate::tui::intent::Intent;
use crate::tui::widgets::list::ListState;

/// Where nothing was applied yet.
const DEFAULT_THRESHOLD: u16 = 800;
const FAR: i32 = 5;
/// Lines that `J` and `K` scroll.
const SCROLL: isize = 3;

#[derive(Debug, Default)]
pub struct State {
    pane: Pane,
    /// Those of the last application until the user chooses others.
    threshold: Option<Threshold>,
    policy: Option<Policy>,
    /// Only clusters across this border.
    across: Option<Across>,
    clusters: ListState,
    members: Members,
    dialog: Option<Dialog>,
    /// Said in the status line until the next key.
    notice: Option<String>,
    asked: Asked,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Pane {
    #[default]
    Clusters,
    Members,
}

/// What was asked last, each with what it was asked about.
#[derive(Debug, Default)]
struct Asked {
    curve: Option<(Policy, View)>,
    at: Option<(Wanted, View)>,
    plan: Option<(Threshold, Policy, View)>,
}

/// What the screen is set to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Wanted {
    threshold: Threshold,
    policy: Policy,
    across: Option<Across>,
}

impl Wanted {
    fn is(&self, at: &AtThreshold) -> bool {
        *self == Wanted { threshold: at.asked.threshold, policy: at.asked.policy, across: at.asked.across }
    }
}

impl State {
    pub fn context(&self) -> Context {
        match &self.dialog {
            None => Context::Duplicates,
            Some(dialog) => dialog.context(),
        }
    }

    /// Keeps cursors inside lists that may have become shorter, on the records they were on.
    pub fn data_changed(&mut self, data: &Data) {
        self.follow(data);
    }

    /// What the screen shows and the data do not have yet; asks once for the same thing.
    pub fn wants(&mut self, data: &Data) -> Vec<Effect> {
        let Some(view) = &data.duplicates.view else { return Vec::new() };
        let wanted = self.wanted(data);
        let Wanted { threshold, policy, across } = wanted;
        let mut wants = Vec::new();
        if !self.is_current(data) && !matches!(&self.asked.at, Some((asked, of)) if *asked == wanted && of.is(view)) {
            self.asked.at = Some((wanted, view.clone()));
            wants.push(Effect::AtThreshold { threshold, policy, across });
        }
        let has_curve = data.duplicates.curve.as_ref().is_some_and(|curve| curve.policy == policy && curve.view.is(view));
        if !has_curve && !matches!(&self.asked.curve, Some((asked, of)) if *asked == policy && of.is(view)) {
            self.asked.curve = Some((policy, view.clone()));
            wants.push(Effect::Curve(policy));
        }
        if let Some(Dialog::Apply { threshold, policy }) = self.dialog
            && !matches!(&self.asked.plan, Some((t, p, of)) if (*t, *p) == (threshold, policy) && of.is(view))
        {
            self.asked.plan = Some((threshold, policy, view.clone()));
            wants.push(Effect::PlanDuplicates { threshold, policy });
        }
        wants
    }

    fn wanted(&self, data: &Data) -> Wanted {
        let applied = data.duplicates.applied.as_ref();
        let default = applied.map_or(Threshold::from_thousandths(DEFAULT_THRESHOLD), |recipe| recipe.threshold());
        Wanted {
            threshold: self.threshold.unwrap_or(default).max(floor(data)),
            policy: self.policy.or(applied.map(|recipe| recipe.policy)).unwrap_or(Policy::Cover),
            across: self.across,
        }
    }

    /// The clusters in the data are those the screen is set to.
    fn is_current(&self, data: &Data) -> bool {
        let now = data.duplicates.at.as_ref().zip(data.duplicates.view.as_ref());
        now.is_some_and(|(at, view)| self.wanted(data).is(at) && at.view.is(view))
    }

    /// What applying would do, once it is known.
    fn plan<'a>(&self, data: &'a Data) -> Option<&'a Plan> {
        let Some(Dialog::Apply { threshold, policy }) = self.dialog else { return None };
        let (view, plan) = data.duplicates.plan.as_ref()?;
        let is_of_now = data.duplicates.view.as_ref().is_some_and(|now| now.is(view));
        (is_of_now && (plan.threshold, plan.policy) == (threshold, policy)).then_some(plan)
    }

    /// Lets the cursors follow their records into new clusters; from the top of the list they stay at the top.
    fn follow(&mut self, data: &Data) {
        let (Some(at), Some(columns)) = (&data.duplicates.at, &data.columns) else {
            self.members = Members::default();
            return;
        };
        let anchor = self.members.current().map(|m| m.record).filter(|_| self.clusters.cursor > 0 || !self.members.is_at_top());
        if !self.members.is_of(at)
            && let Some(row) = anchor.and_then(|record| at.row_of(record))
        {
            self.clusters.cursor = row;
        }
        self.clusters.move_to(self.clusters.cursor, at.listed.len());
        match at.listed.get(self.clusters.cursor) {
            Some(&cluster) => self.members.show(at, columns, cluster as usize),
            None => self.members = Members::default(),
        }
    }

    fn go_to_cluster(&mut self, action: Action, data: &Data) {
        self.clusters.handle(action, data.duplicates.at.as_ref().map_or(0, |at| at.listed.len()));
    }

    fn moved(&mut self, action: Action, data: &Data) {
        match self.pane {
            Pane::Clusters => self.go_to_cluster(action, data),
            Pane::Members => self.members.handle(action),
        }
    }

    /// Moves the threshold by hundredths; from between two hundredths to the next one.
    fn slide(&mut self, steps: i32, data: &Data) {
        let from = self.wanted(data).threshold;
        let thousandths = if steps < 0 { from.thousandths().div_ceil(10) * 10 } else { from.thousandths() / 10 * 10 };
        let to = Threshold::from_thousandths(thousandths).moved(steps, floor(data));
        if to == from && steps < 0 {
            self.notice = Some(format!("{to} is as low as this graph goes; B builds a lower one"));
        }
        self.threshold = Some(to);
    }

    /// Takes a threshold that was typed or chosen.
    fn set_threshold(&mut self, threshold: Threshold, data: &Data) {
        let clamped = threshold.max(floor(data));
        if clamped != threshold {
            self.notice = Some(format!("{threshold} is below this graph's floor: {clamped}; B builds a lower one"));
        }
        self.threshold = Some(clamped);
    }

    fn toggle_across(&mut self, across: Across) {
        self.across = if self.across == Some(across) { None } else { Some(across) };
    }

    /// Marks the member under the cursor.
    fn mark(&mut self, mark: Option<Mark>) -> Vec<Effect> {
        if self.pane != Pane::Members {
            self.notice = Some("Tab goes to the members".to_owned());
            return Vec::new();
        }
        let Some(member) = self.members.current() else { return Vec::new() };
        let effect = Effect::Mark { records: vec![member.record], mark, reason: None, filter: None };
        if mark == Some(Mark::Drop) {
            self.members.handle(Action::Down);
        }
        vec![effect]
    }

    fn asks_to_apply(&mut self, data: &Data) {
        let Wanted { threshold, policy, .. } = self.wanted(data);
        match &data.duplicates.view {
            None => self.notice = Some("there is no similarity graph yet: B builds it".to_owned()),
            Some(view) if view.stale => {
                self.notice = Some("texts changed since the graph was built: B builds it again first".to_owned());
            }
            Some(_) => {
                self.asked.plan = None;
                self.dialog = Some(Dialog::Apply { threshold, policy });
            }
        }
    }

    fn copied(&self, data: &Data) -> Vec<Effect> {
        let text = || {
            let columns = data.columns.as_ref()?;
            let position = columns.position(self.members.current()?.record)?;
            Some(columns.text(position).to_owned())
        };
        text().map(|text| Effect::Terminal(Request::Copy(text))).into_iter().collect()
    }
}

/// The lowest threshold that the graph knows.
fn floor(data: &Data) -> Threshold {
    data.duplicates.view.as_ref().map_or(Threshold::from_thousandths(0), View::floor)
}

fn next_policy(policy: Policy) -> Policy {
    match policy {
        Policy::Cover => Policy::Cluster,
        Policy::Cluster => Policy::Every,
        Policy::Every => Policy::Cover,
    }
}

pub fn update(state: &mut State, data: &Data, intent: &Intent) -> Vec<Effect> {
    state.notice = None;
    let effects = if state.dialog.is_some() { in_dialog(state, data, intent) } else { on_screen(state, data, intent) };
    state.follow(data);
    effects
}

fn in_dialog(state: &mut State, data: &Data, intent: &Intent) -> Vec<Effect> {
    let has_plan = state.plan(data).is_some();
    let Some(dialog) = &mut state.dialog else { return Vec::new() };
    match dialog.update(intent, has_plan) {
        Answer::Open => return Vec::new(),
        Answer::Closed => state.dialog = None,
        Answer::Threshold(threshold) => {
            state.dialog = None;
            state.set_threshold(threshold, data);
        }
        Answer::Do(effect) => {
            state.dialog = None;
            return vec![effect];
        }
    }
    Vec::new()
}

fn on_screen(state: &mut State, data: &Data, intent: &Intent) -> Vec<Effect> {
    let Intent::Do(action) = intent else { return Vec::new() };
    match action {
        Action::ThresholdDown => state.slide(-1, data),
        Action::ThresholdUp => state.slide(1, data),
        Action::ThresholdDownFar => state.slide(-FAR, data),
        Action::ThresholdUpFar => state.slide(FAR, data),
        Action::ThresholdType if data.duplicates.view.is_some() => state.dialog = Some(Dialog::threshold()),
        Action::Presets if data.duplicates.view.is_some() => state.dialog = Some(Dialog::presets(state.wanted(data).threshold)),
        Action::BuildGraph if data.columns.is_some() => state.dialog = Some(Dialog::build(data)),
        Action::Policy => state.policy = Some(next_policy(state.wanted(data).policy)),
        Action::AcrossSplits => state.toggle_across(Across::Splits),
        Action::AcrossSources => state.toggle_across(Across::Sources),
        Action::NextCluster => state.go_to_cluster(Action::Down, data),
        Action::PreviousCluster => state.go_to_cluster(Action::Up, data),
        Action::NextPane | Action::PreviousPane => state.pane = state.pane.other(),
        Action::PreviewDown => state.members.scroll_by(SCROLL),
        Action::PreviewUp => state.members.scroll_by(-SCROLL),
        Action::Back => (state.across, state.pane) = (None, Pane::Clusters),
        Action::MakeKeeper => return state.mark(Some(Mark::Keep)),
        Action::DropMember => return state.mark(Some(Mark::Drop)),
        Action::ClearMember => return state.mark(None),
        Action::Copy => return state.copied(data),
        Action::ApplyPolicy => state.asks_to_apply(data),
        movement => state.moved(*movement, data),
    }
    Vec::new()
}

impl Pane {
    fn other(self) -> Pane {
        match self {
            Pane::Clusters => Pane::Members,
            Pane::Members => Pane::Clusters,
        }
    }
}

/// For the status line.
pub fn summary(state: &State, data: &Data) -> String {
    if let Some(notice) = &state.notice {
        return notice.clone();
    }
    let listed = data.duplicates.at.as_ref().map_or(0, |at| at.listed.len());
    if listed == 0 {
        return String::new();
    }
    let (member, members) = state.members.place();
    format!("cluster {} of {} · member {member} of {members}", grouped(state.clusters.cursor as u64 + 1), grouped(listed as u64))
}
