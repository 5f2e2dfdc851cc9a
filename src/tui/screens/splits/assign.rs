//! The question before splits are assigned: exactly what it would do, from a dry run.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{State, sizes};
use crate::display::{counted, grouped, score};
use crate::ops::split::{SplitArgs, SplitReport};
use crate::tui::data::splits::Splitting;
use crate::tui::data::{Data, Trouble};
use crate::tui::theme::Theme;
use crate::tui::widgets::question::question;
use crate::tui::widgets::rich::Rich;

/// Reasons and leaks that are spelled out.
const MOST: usize = 3;

/// What these arguments would do to the data of now, once it is known.
pub fn planned<'a>(args: &SplitArgs, data: &'a Data) -> Option<&'a Splitting> {
    let plan = data.splits.split.as_deref()?;
    let is_dry = plan.report.as_ref().map_or(true, |report| report.dry_run);
    (is_dry && plan.args == *args && plan.revision == data.revision).then_some(plan)
}

/// The similarity graph is of all the present texts, and reaches down to the threshold: otherwise it is built first.
pub fn has_graph(args: &SplitArgs, data: &Data) -> bool {
    let graphed = data.duplicates.of(args.lens);
    let covers = graphed.info.as_ref().is_some_and(|info| info.filter.is_empty());
    covers && graphed.view.as_ref().is_some_and(|view| !view.stale && view.floor() <= args.threshold)
}

pub fn view(buf: &mut Buffer, area: Rect, state: &State, data: &Data, theme: &Theme) {
    let draft = state.draft(data);
    let mut asked = Rich::default();
    let answers = match draft.args() {
        Err(error) => {
            asked.push(&format!("{error}\n"), theme.warning);
            "Esc closes"
        }
        Ok(args) => said(&mut asked, &args, data, theme),
    };
    question(buf, area, "assign splits", &asked, answers, theme);
}

fn said(asked: &mut Rich, args: &SplitArgs, data: &Data, theme: &Theme) -> &'static str {
    match planned(args, data).map(|plan| &plan.report) {
        Some(Ok(report)) => {
            report_lines(asked, report, args, theme);
            "y assigns · Esc leaves everything as it is"
        }
        Some(Err(trouble)) => {
            refused(asked, trouble, theme);
            "Esc closes"
        }
        None if has_graph(args, data) => {
            asked.push("What it would do is still being counted.\n", theme.text);
            "wait for the figures · Esc leaves it"
        }
        None => {
            let lens = args.lens.word();
            asked.push(&format!("The pairs of near-copies ({lens}, from {}) are found first.\n", args.threshold), theme.text);
            if args.lens == crate::model::Lens::Semantic && data.has_model == Some(false) {
                asked.push("There is no model yet: `tamis model fetch`, or `tamis model add PATH`.\n", theme.warning);
            }
            "wait for the pairs · Esc leaves it"
        }
    }
}

pub fn refused(asked: &mut Rich, trouble: &Trouble, theme: &Theme) {
    asked.push(&format!("! {}\n", trouble.message), theme.warning);
    if let Some(hint) = &trouble.hint {
        asked.push(&format!("{hint}\n"), theme.dim);
    }
}

fn report_lines(asked: &mut Rich, report: &SplitReport, args: &SplitArgs, theme: &Theme) {
    asked.push(&format!("Of {} kept records:\n", grouped(report.records)), theme.text);
    for size in &report.splits {
        let off = size
            .off
            .filter(|off| *off != 0)
            .map_or_else(String::new, |off| format!(", {} to what is asked for", sizes::signed(off)));
        let line = format!("  {} {} ({:.1} %{off})\n", size.name, grouped(size.records), size.share * 100.0);
        asked.push(&line, theme.text);
    }
    asked.push(&change(report.moved), theme.text);
    let stays: Vec<String> = report.stays.iter().map(|(why, n)| format!("{} {why}", grouped(*n))).collect();
    let stay =
        if stays.is_empty() { "; none has to stay.\n".to_owned() } else { format!("; these stay: {}.\n", stays.join(", ")) };
    asked.push(&stay, theme.text);
    for unmet in report.unmet.iter().take(MOST) {
        asked.push(&format!("! {}\n", sizes::in_words(unmet)), theme.warning);
    }
    more(asked, report.unmet.len(), "sizes missed", theme);
    leaks(asked, report, theme);
    for key in &report.strata.keys {
        asked.push(&format!("In proportion by {}: {}.\n", key.by, counted(key.groups.len() as u64, "group")), theme.text);
    }
    let copies = format!("{}, from {}", args.lens.word(), args.threshold);
    asked.push(&format!("Near-copies ({copies}) stay together; seed {}. u takes it back.\n", args.seed), theme.dim);
}

fn change(moved: u64) -> String {
    match moved {
        0 => "No record changes place".to_owned(),
        1 => "1 record changes place".to_owned(),
        _ => format!("{} records change place", grouped(moved)),
    }
}

fn leaks(asked: &mut Rich, report: &SplitReport, theme: &Theme) {
    if report.leaks.is_empty() {
        asked.push("Nothing leaks afterwards.\n", theme.keep);
    }
    for leak in report.leaks.iter().take(MOST) {
        let said = format!(
            "! still leaks: {} of {} in {}, highest {}: records that stay\n",
            counted(leak.records, "record"),
            leak.of,
            leak.inside,
            score(leak.highest)
        );
        asked.push(&said, theme.warning);
    }
    more(asked, report.leaks.len(), "leaks", theme);
}

fn more(asked: &mut Rich, all: usize, what: &str, theme: &Theme) {
    if all > MOST {
        asked.push(&format!("  … and {} more {what}\n", all - MOST), theme.warning);
    }
}
