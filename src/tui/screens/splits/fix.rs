//! The question before leaks are mended: what one side loses, and what leaks afterwards.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::assign::refused;
use crate::display::{counted, score};
use crate::ops::leaks::FixReport;
use crate::tui::data::Data;
use crate::tui::data::splits::Fixing;
use crate::tui::effect::FixWanted;
use crate::tui::theme::Theme;
use crate::tui::widgets::question::question;
use crate::tui::widgets::rich::Rich;

/// Leaks that are spelled out.
const MOST: usize = 6;

/// What mending would do to the data of now, once it is known.
pub fn planned<'a>(wanted: &FixWanted, data: &'a Data) -> Option<&'a Fixing> {
    data.splits.fix.as_deref().filter(|fix| fix.wanted == *wanted && fix.revision == data.revision)
}

/// There is something to do.
pub fn can_do(wanted: &FixWanted, data: &Data) -> bool {
    planned(wanted, data).is_some_and(|fix| fix.report.as_ref().is_ok_and(|report| report.dropped > 0))
}

pub fn view(buf: &mut Buffer, area: Rect, wanted: &FixWanted, data: &Data, theme: &Theme) {
    let mut asked = Rich::default();
    let answers = match planned(wanted, data).map(|fix| &fix.report) {
        None => {
            asked.push("What it drops is still being counted.\n", theme.text);
            "wait for the figures · Esc leaves it"
        }
        Some(Err(trouble)) => {
            refused(&mut asked, trouble, theme);
            "Esc closes"
        }
        Some(Ok(report)) => {
            said(&mut asked, report, theme);
            if report.dropped > 0 { "y drops them · Esc leaves everything as it is" } else { "Esc closes" }
        }
    };
    let title = format!("{} to the others at {}", loses(wanted), wanted.border.threshold);
    question(buf, area, &title, &asked, answers, theme);
}

fn loses(wanted: &FixWanted) -> String {
    let loses = if wanted.losers.len() == 1 { "loses" } else { "lose" };
    format!("{} {loses}", wanted.losers.join(", "))
}

fn said(asked: &mut Rich, report: &FixReport, theme: &Theme) {
    let drops = counted(report.dropped, "record");
    asked.push(&format!("Drops {drops} of {}, each for one that it resembles.\n", report.losers.join(", ")), theme.text);
    if !report.remaining.is_empty() {
        let stay = counted(report.remaining.len() as u64, "record");
        asked.push(&format!("{stay} of them leak but stay: marked by hand, or protected.\n"), theme.warning);
    }
    for gap in report.gaps.words() {
        asked.push(&format!("! {gap}\n"), theme.warning);
    }
    match report.leaks.as_slice() {
        [] => asked.push("Nothing leaks afterwards.\n", theme.keep),
        leaks => {
            asked.push("What leaks afterwards:\n", theme.text);
            for leak in leaks.iter().take(MOST) {
                let records = counted(leak.records, "record");
                let said = format!("  {records} of {} in {}, highest {}\n", leak.of, leak.inside, score(leak.highest));
                asked.push(&said, theme.warning);
            }
            if leaks.len() > MOST {
                asked.push(&format!("  … and {} more\n", leaks.len() - MOST), theme.warning);
            }
        }
    }
    asked.push("u takes it back.\n", theme.dim);
}
