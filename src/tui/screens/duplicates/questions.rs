//! The questions before a policy is applied and before a cluster is cut: each says exactly what will happen.

use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::State;
use crate::display::{grouped, score};
use crate::tui::data::Data;
use crate::tui::data::duplicates::{Cut, CutPlan, Planned};
use crate::tui::theme::Theme;
use crate::tui::widgets::question::question;
use crate::tui::widgets::rich::Rich;

pub(super) fn apply(buf: &mut Buffer, area: Rect, state: &State, data: &Data, theme: &Theme) {
    let wanted = state.wanted(data);
    let (asked, answers) = match state.plan(data) {
        Some(planned) => (apply_question(planned, theme), "y applies · Esc leaves everything as it is"),
        None => (waiting("What the policy would do is still being counted.\n", theme), "wait for the figures · Esc leaves it"),
    };
    let title = format!("apply {} at {}, {} lens", wanted.policy.word(), wanted.threshold, wanted.lens.word());
    question(buf, area, &title, &asked, answers, theme);
}

fn waiting(said: &str, theme: &Theme) -> Rich {
    let mut asked = Rich::default();
    asked.push(said, theme.text);
    asked
}

fn apply_question(planned: &Planned, theme: &Theme) -> Rich {
    let mut asked = Rich::default();
    let Planned { wanted, plan, .. } = planned;
    let (drops, restored) = (plan.drops.len() as u64, plan.restored.len() as u64);
    let what = format!("{} of {} records at {} ({})", grouped(drops), grouped(plan.records), plan.threshold, plan.policy.word());
    asked.push(&format!("Drops {what}.\n"), theme.text);
    if plan.unwitnessed > 0 {
        let said = format!(
            "For {} of them the record they resemble is dropped as well: nothing like them may stay.\n",
            grouped(plan.unwitnessed)
        );
        asked.push(&said, theme.warning);
    } else if drops > 0 {
        asked.push("Every one has its kept witness.\n", theme.text);
    }
    if plan.already > 0 {
        asked.push(&format!("{} of them are dropped already.\n", grouped(plan.already)), theme.text);
    }
    if restored > 0 {
        asked.push(&format!("{} earlier drops are taken back.\n", grouped(restored)), theme.text);
    }
    if !wanted.filter.is_empty() {
        asked.push("Only records that match the filter go or come back: ", theme.warning);
        asked.push(&format!("{}\n", wanted.filter.replace('\n', " ")), theme.matched);
    }
    if wanted.across.is_some() {
        asked.push("This is about all clusters, not only those in the list.\n", theme.warning);
    }
    asked.push("Marks made by hand stay and win. u takes it back.\n", theme.dim);
    asked
}

/// What cutting this cluster comes to, once it is known.
pub(super) fn cut_plan<'a>(at: &Arc<Cut>, cluster: usize, data: &'a Data) -> Option<&'a CutPlan> {
    data.duplicates.cut_plan.as_deref().filter(|plan| Arc::ptr_eq(&plan.at, at) && plan.cluster == cluster)
}

pub(super) fn cut(buf: &mut Buffer, area: Rect, at: &Arc<Cut>, cluster: usize, data: &Data, theme: &Theme) {
    let (asked, answers) = match cut_plan(at, cluster, data) {
        Some(plan) => (cut_question(plan, theme), "y cuts it · Esc leaves it whole"),
        None => (waiting("Looking for the weakest link.\n", theme), "wait for the figures · Esc leaves it"),
    };
    question(buf, area, "cut the cluster at its weakest link", &asked, answers, theme);
}

fn cut_question(plan: &CutPlan, theme: &Theme) -> Rich {
    let mut asked = Rich::default();
    let (one, other) = plan.sides;
    let members = if one == 1 { "member" } else { "members" };
    let sides = format!("Its weakest link is {}: {} {members} on one side, ", score(plan.weakest), grouped(one));
    asked.push(&format!("{sides}{} on the other.\n", grouped(other)), theme.text);
    let pairs = match plan.pairs {
        1 => "The one pair across it is judged different,".to_owned(),
        pairs => format!("All {} pairs across it are judged different,", grouped(pairs)),
    };
    asked.push(&format!("{pairs} at every threshold, also after the next build.\n"), theme.text);
    asked.push("u takes it back.\n", theme.dim);
    asked
}
