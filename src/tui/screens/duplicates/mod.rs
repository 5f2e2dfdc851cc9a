//! Duplicates: a threshold on a slider, what it would do, and the clusters behind the figures.
//!
//! The figures of a key are looked up in the curve, clusters and members in the tree of all thresholds, in the very frame after it. What
//! the policy does to each follows as soon as the compute lane has cut the graph. A list that hangs on more than the tree knows (a filter,
//! a border, who is undecided) stays as it was until then, dimmed.
//!
//! | file | idea |
//! |---|---|
//! | `keys` | what a key does |
//! | `wants` | what is asked of the jobs, once each |
//! | `figures` | where the figures of a threshold come from |
//! | `view`, `top` | the frame: slider, consequences, panes |
//! | `listed` | where the rows of the list come from |
//! | `clusters`, `members`, `line` | the two panes, and one member in them |
//! | `moved` | what enters or leaves between two thresholds |
//! | `filter_line` | the filter of the clusters |
//! | `dialog` and below | questions, fields and lists on top |
//! | `triage`, `map` | borderline pairs one by one; all pairs by both lenses |

mod build;
mod clusters;
mod dialog;
mod entries;
mod figures;
mod filter_line;
mod keys;
mod line;
mod listed;
mod map;
mod map_view;
mod members;
mod moved;
mod questions;
mod top;
mod triage;
mod triage_view;
mod view;
mod wants;

pub use keys::update;
pub(in crate::tui::screens) use triage_view::place;
pub use view::view;

use std::sync::Arc;

use self::dialog::Dialog;
use self::listed::{Listed, Lookup};
use self::members::Members;
use crate::clusters::ClusterOrder;
use crate::display::grouped;
use crate::model::{Judgement, Lens, Mark, Policy, RecordId, TextPair, Threshold, Verdict};
use crate::ops::duplicates::{Across, View};
use crate::similarity::digest;
use crate::tui::action::{Action, Context};
use crate::tui::data::Data;
use crate::tui::data::duplicates::{Cut, Planned};
use crate::tui::effect::{DuplicateWork, Effect, Request, Wanted};
use crate::tui::widgets::list::ListState;

#[derive(Debug, Default)]
pub struct State {
    pane: Pane,
    /// What the user chose in this session, by lens.
    lexical: Chosen,
    semantic: Chosen,
    /// Only clusters across this border.
    across: Option<Across>,
    order: ClusterOrder,
    /// The list of clusters stands on its head.
    reversed: bool,
    /// Only clusters with a member that this filter finds.
    filter: String,
    typing: Option<filter_line::State>,
    clusters: ListState,
    /// The list, for as long as no job has cut it.
    lookup: Option<Lookup>,
    /// What the list is of that the cursor stands in.
    list_of: Option<(View, Wanted)>,
    members: Members,
    /// A record of another screen that the cursor is still to go to.
    sought: Option<RecordId>,
    /// The threshold that others are held against.
    mark: Option<moved::State>,
    dialog: Option<Dialog>,
    over: Over,
    /// Said in the status line until the next key.
    notice: Option<String>,
    asked: wants::Asked,
}

/// Where the slider of a lens stands; what is not chosen is remembered or the default.
#[derive(Debug, Clone, Copy, Default)]
struct Chosen {
    threshold: Option<Threshold>,
    policy: Option<Policy>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Pane {
    #[default]
    Clusters,
    Members,
}

/// What takes the whole screen.
#[derive(Debug, Default)]
enum Over {
    #[default]
    Nothing,
    Triage(Box<triage::State>),
    Map(Box<map::State>),
}

impl State {
    pub fn context(&self) -> Context {
        match (&self.dialog, &self.over) {
            (Some(dialog), _) => dialog.context(),
            (None, Over::Triage(triage)) => triage.context(),
            (None, Over::Map(_)) => Context::Map,
            (None, Over::Nothing) if self.typing.is_some() => Context::Input,
            (None, Over::Nothing) => Context::Duplicates,
        }
    }

    /// Pairs are judged one after the other: what depends on them waits until that ends.
    pub fn is_judging(&self) -> bool {
        matches!(self.over, Over::Triage(_))
    }

    /// Keeps cursors inside lists that may have become shorter, on the records they were on.
    pub fn data_changed(&mut self, data: &Data) {
        if let Over::Triage(triage) = &mut self.over {
            triage.data_changed(data);
        }
        self.mark.take_if(|mark| !mark.is_of(data));
        if let Some(mark) = &mut self.mark {
            mark.data_changed(data);
        }
        let places = Lens::ALL.map(|lens| self.place(lens, data).0);
        if let Over::Map(map) = &mut self.over {
            map.sample(places, data);
        }
        self.follow(data);
    }

    /// What the screen lacks is asked for once more.
    pub fn ask_again(&mut self) {
        self.asked = wants::Asked::default();
    }

    /// Shows what a filter of another screen finds, at its threshold.
    pub fn show(&mut self, lens: Lens, threshold: Threshold, filter: String, record: RecordId) {
        (self.over, self.dialog, self.typing, self.mark) = (Over::Nothing, None, None, None);
        (self.filter, self.across, self.pane) = (filter, None, Pane::Clusters);
        self.chosen(lens).threshold = Some(threshold);
        self.sought = Some(record);
    }

    fn chosen(&mut self, lens: Lens) -> &mut Chosen {
        match lens {
            Lens::Lexical => &mut self.lexical,
            Lens::Semantic => &mut self.semantic,
        }
    }

    fn wanted(&self, data: &Data) -> Wanted {
        let lens = data.duplicates.lens();
        let (threshold, policy) = self.place(lens, data);
        Wanted {
            lens,
            threshold,
            policy,
            across: self.across,
            order: self.order,
            reversed: self.reversed,
            filter: self.filter.clone(),
        }
    }

    /// Where the slider of a lens stands: as chosen, else as it was left, else as it was applied, else the default.
    fn place(&self, lens: Lens, data: &Data) -> (Threshold, Policy) {
        let chosen = if lens == Lens::Lexical { self.lexical } else { self.semantic };
        let remembered = data.duplicates.of(lens).remembered;
        let applied = data.duplicates.applied.as_ref().filter(|recipe| recipe.lens == lens);
        let before = remembered.or(applied.map(|recipe| (recipe.threshold(), recipe.policy)));
        let (threshold, policy) = before.unwrap_or((lens.default_threshold(), Policy::Cover));
        (chosen.threshold.unwrap_or(threshold).max(floor(lens, data)), chosen.policy.unwrap_or(policy))
    }

    fn threshold(&self, data: &Data) -> Threshold {
        self.place(data.duplicates.lens(), data).0
    }

    fn policy(&self, data: &Data) -> Policy {
        self.place(data.duplicates.lens(), data).1
    }

    /// The clusters in the data are those the screen is set to.
    fn is_current(&self, data: &Data) -> bool {
        let now = data.duplicates.at.as_ref().zip(data.duplicates.view());
        now.is_some_and(|(cut, view)| cut.wanted == self.wanted(data) && cut.at.view.is(view))
    }

    /// What applying would do, once it is known.
    fn plan<'a>(&self, data: &'a Data) -> Option<&'a Planned> {
        let plan = data.duplicates.plan.as_ref()?;
        let is_of_now = data.duplicates.view().is_some_and(|now| now.is(&plan.view)) && plan.wanted == self.wanted(data);
        is_of_now.then_some(plan)
    }

    /// The clusters in the data are in the list that the screen is set to, be it by another policy.
    fn is_cut(&self, data: &Data) -> bool {
        let now = data.duplicates.at.as_ref().zip(data.duplicates.view());
        now.is_some_and(|(cut, view)| cut.wanted.lists_as(&self.wanted(data)) && cut.at.view.is(view))
    }

    /// The list is what the screen is set to, not what it was before.
    fn is_listed(&self, data: &Data) -> bool {
        self.lookup.is_some() || self.is_cut(data)
    }

    /// The clusters in the list.
    fn listed<'a>(&'a self, data: &'a Data) -> Option<Listed<'a>> {
        listed(self.lookup.as_ref(), data)
    }

    /// Looks the list up for as long as no job has cut it.
    fn look_up(&mut self, data: &Data) {
        let tree = data.duplicates.tree().filter(|_| !self.is_cut(data));
        let wanted = self.wanted(data);
        let is_there = tree.zip(self.lookup.as_ref()).is_some_and(|(tree, lookup)| lookup.is_of(tree, &wanted));
        if !is_there {
            self.lookup = tree.and_then(|tree| Lookup::new(tree, &wanted));
        }
    }

    /// Lets the cursors follow their records into new clusters; from the top of the list they stay at the top.
    fn follow(&mut self, data: &Data) {
        self.look_up(data);
        let (Some(listed), Some(columns)) = (listed(self.lookup.as_ref(), data), &data.columns) else {
            (self.members, self.list_of) = (Members::default(), None);
            return;
        };
        let is_same = self.list_of.as_ref().is_some_and(|(view, of)| view.is(listed.view()) && of.lists_as(listed.wanted()));
        if !is_same {
            let is_moved = self.clusters.cursor > 0 || !self.members.is_at_top();
            let anchor = self.members.current().map(|member| member.record).filter(|_| is_moved);
            self.clusters.cursor = anchor.and_then(|record| listed.row_of(record)).unwrap_or(self.clusters.cursor);
            self.list_of = Some((listed.view().clone(), listed.wanted().clone()));
        }
        self.clusters.move_to(self.clusters.cursor, listed.len());
        self.members.show(listed, self.clusters.cursor, columns, &data.duplicates.ground.wording);
        if self.sought.is_some_and(|record| self.members.go_to(record)) {
            (self.sought, self.pane) = (None, Pane::Members);
        }
        self.members.sort(data);
    }

    /// The number of the cluster under the cursor, where a job has cut the list.
    fn cluster(&self, data: &Data) -> Option<(Arc<Cut>, usize)> {
        let Some(Listed::Cut(cut)) = self.listed(data) else { return None };
        Some((cut.clone(), listed::number(cut, self.clusters.cursor)?))
    }

    fn go_to_cluster(&mut self, action: Action, data: &Data) {
        self.clusters.handle(action, self.listed(data).map_or(0, Listed::len));
    }

    fn moved(&mut self, action: Action, data: &Data) {
        match (&mut self.mark, self.pane) {
            (Some(mark), _) => mark.handle(action, data),
            (None, Pane::Clusters) => self.go_to_cluster(action, data),
            (None, Pane::Members) => self.members.handle(action),
        }
    }

    /// Moves the threshold of a lens by hundredths; from between two hundredths to the next one.
    fn slide(&mut self, lens: Lens, steps: i32, data: &Data) {
        let from = self.place(lens, data).0;
        let thousandths = if steps < 0 { from.thousandths().div_ceil(10) * 10 } else { from.thousandths() / 10 * 10 };
        let to = Threshold::from_thousandths(thousandths).moved(steps, floor(lens, data));
        if to == from && steps < 0 && data.duplicates.of(lens).view.is_some() {
            self.notice = Some(format!("{to} is as low as this graph goes; B builds a lower one"));
        }
        self.chosen(lens).threshold = Some(to);
    }

    fn is_at_floor(&self, data: &Data) -> bool {
        self.threshold(data) <= floor(data.duplicates.lens(), data)
    }

    /// Takes a threshold that was typed or chosen.
    fn set_threshold(&mut self, threshold: Threshold, data: &Data) {
        let lens = data.duplicates.lens();
        let clamped = threshold.max(floor(lens, data));
        if clamped != threshold {
            self.notice = Some(format!("{threshold} is below this graph's floor: {clamped}; B builds a lower one"));
        }
        self.chosen(lens).threshold = Some(clamped);
    }

    /// Goes to the other lens, or says how to come to it.
    fn switches_lens(&mut self, data: &Data) -> Vec<Effect> {
        let other = data.duplicates.lens().other();
        if data.duplicates.of(other).info.is_none() {
            self.asked.models = false;
            self.notice = Some(not_built(other, data));
            return Vec::new();
        }
        vec![Effect::ChooseLens(other)]
    }

    /// Marks the member under the cursor.
    fn mark(&mut self, mark: Option<Mark>) -> Vec<Effect> {
        if self.pane != Pane::Members || self.mark.is_some() {
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

    /// Says that the member under the cursor is no duplicate of the keeper, or takes back what was said of the two.
    fn judges(&mut self, data: &Data) -> Vec<Effect> {
        let (Some(member), Some(keeper)) = (self.members.current(), self.members.keeper()) else { return Vec::new() };
        if self.pane != Pane::Members || member.record == keeper.record {
            self.notice = Some("go to a member: x says that it is no duplicate of the keeper".to_owned());
            return Vec::new();
        }
        let judgement = match judgement(data, keeper.record, member.record) {
            Err(OneText) => {
                self.notice = Some("both have one and the same text: a keeps this one as well".to_owned());
                return Vec::new();
            }
            // A pair that somebody picked says nothing of the others: it is no sample.
            Ok(None) => Some(Judgement { verdict: Verdict::Different, sampled: false }),
            Ok(Some(_)) => None,
        };
        vec![Effect::Duplicates(DuplicateWork::Judge { pair: (keeper.record, member.record), judgement })]
    }

    fn asks_to_apply(&mut self, data: &Data) {
        match data.duplicates.view() {
            None => self.notice = Some("there is no similarity graph yet: B builds it".to_owned()),
            Some(view) if view.stale => {
                self.notice = Some("texts or phrases changed since the build: B builds it again first".to_owned());
            }
            Some(_) => self.dialog = Some(Dialog::Apply),
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

fn listed<'a>(lookup: Option<&'a Lookup>, data: &'a Data) -> Option<Listed<'a>> {
    lookup.map(Listed::Found).or_else(|| data.duplicates.at.as_ref().map(Listed::Cut))
}

/// Two records have the same text: of that there is nothing to say.
struct OneText;

/// What was said of the texts of two records.
fn judgement(data: &Data, a: RecordId, b: RecordId) -> Result<Option<Judgement>, OneText> {
    let text = |record| data.columns.as_ref().and_then(|columns| Some(columns.text(columns.position(record)?)));
    let (Some(a), Some(b)) = (text(a), text(b)) else { return Ok(None) };
    let pair = TextPair::new(digest(a), digest(b)).ok_or(OneText)?;
    Ok(data.duplicates.ground.judged.get(&pair).copied())
}

/// The lowest threshold that the graph of a lens knows.
fn floor(lens: Lens, data: &Data) -> Threshold {
    data.duplicates.of(lens).view.as_ref().map_or(Threshold::from_thousandths(0), View::floor)
}

/// How to come to a lens.
fn not_built(lens: Lens, data: &Data) -> String {
    match lens {
        Lens::Lexical => "the lexical lens is not built yet: B builds it".to_owned(),
        Lens::Semantic if data.has_model == Some(false) => {
            "the semantic lens needs a model: `tamis model fetch`, or `tamis model add PATH`; then B builds it".to_owned()
        }
        Lens::Semantic => "the semantic lens is not built yet: B builds it".to_owned(),
    }
}

fn next_policy(policy: Policy) -> Policy {
    match policy {
        Policy::Cover => Policy::Cluster,
        Policy::Cluster => Policy::Every,
        Policy::Every => Policy::Cover,
    }
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
    if let (Some(mark), Over::Nothing) = (&state.mark, &state.over) {
        return mark.place(data);
    }
    let listed = state.listed(data).map_or(0, Listed::len);
    if listed == 0 || !matches!(state.over, Over::Nothing) {
        return String::new();
    }
    let (member, members) = state.members.place();
    format!("cluster {} of {} · member {member} of {members}", grouped(state.clusters.cursor as u64 + 1), grouped(listed as u64))
}
