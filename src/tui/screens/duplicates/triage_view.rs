//! The frame of the triage:
//!
//! ```text
//! one or two? pairs around 0.80                                         42 judged
//! words 0.812  meaning 0.912  ◐ colour            12 prompts · train   345 forum
//!
//! a red car on a road                      a blue car on a road
//!
//! 0.80–0.82   1,234 pairs  12 of 14  ·······┝━━━●━┥··
//! at 0.80: 0.857 of 2,345 pairs are duplicates (0.601–0.960)
//! for a precision of 0.95 the threshold is 0.83 …; t takes it
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::State as Screen;
use super::line;
use super::top::below;
use super::triage::State;
use crate::clusters::Changes;
use crate::clusters::triage::{Bin, Missing, Share, Triage};
use crate::display::{grouped, score};
use crate::model::{RecordId, Threshold};
use crate::ops::duplicates::Question;
use crate::ops::duplicates::at::word_diff;
use crate::query::Columns;
use crate::tui::data::Data;
use crate::tui::text::fit;
use crate::tui::theme::Theme;
use crate::tui::widgets::diff::{beside, inline, sides};
use crate::tui::widgets::{put, put_right, put_text};

/// From this width on the texts stand side by side.
const SIDES: u16 = 100;

pub(super) fn view(buf: &mut Buffer, area: Rect, triage: &State, screen: &Screen, columns: &Columns, data: &Data, theme: &Theme) {
    let threshold = screen.threshold(data);
    put_text(buf, area, 0, &format!("Are these two duplicates? Pairs around {threshold}"), theme.heading);
    let known = triage.known(data);
    if let Some(known) = known {
        let skipped = triage.skipped().len() as u64;
        let skipped = if skipped == 0 { String::new() } else { format!(" · {} skipped", grouped(skipped)) };
        put_right(buf, area, 0, &format!("{} judged{skipped}", grouped(known.report.triage.asked().into())), theme.dim);
    }
    let figures = (area.height / 2).clamp(3, 14).min(area.height.saturating_sub(5));
    let pair = Rect { height: area.height.saturating_sub(figures + 1), ..area };
    match triage.question(data) {
        Some(question) => view_pair(buf, below(pair, 1), triage, question, columns, data, theme),
        None => {
            let is_over = known.is_some_and(|known| known.report.next.is_none() && known.pairs == data.duplicates.pairs);
            let said = if is_over { "There is no pair left to ask about." } else { "looking for the next pair" };
            put_text(buf, pair, 2, said, theme.dim);
        }
    }
    let foot = below(area, area.height.saturating_sub(figures));
    if let Some(known) = known {
        view_figures(buf, foot, &known.report.triage, triage.precision(), threshold, theme);
    }
}

fn view_pair(buf: &mut Buffer, area: Rect, triage: &State, question: &Question, columns: &Columns, data: &Data, theme: &Theme) {
    let text = |record| columns.position(record).map_or("", |position| columns.text(position));
    let (old, new) = (text(question.a), text(question.b));
    let mut spans = scores(question, triage, data, theme);
    spans.extend(line::changed(Changes::between(old, new).main(), theme));
    put(buf, area, 0, &Line::from(spans));
    let both = format!("{}   {}", place(question.a, columns), place(question.b, columns));
    put_text(buf, area, 1, &fit(&both, usize::from(area.width)), theme.dim);
    let texts = below(area, 3);
    let diff = word_diff(old, new);
    if area.width < SIDES {
        return beside(buf, texts, &[inline(old, new, &diff, theme)], &triage.scroll);
    }
    let (left, right) = sides(old, new, &diff, theme);
    beside(buf, texts, &[left, right], &triage.scroll);
}

fn scores(question: &Question, triage: &State, data: &Data, theme: &Theme) -> Vec<Span<'static>> {
    let lens = data.duplicates.lens();
    let name = |lens| data.duplicates.score_name(lens);
    let mut said = vec![(name(lens), score(question.score))];
    said.extend(triage.known(data).and_then(|known| known.other).map(|other| (name(lens.other()), line::shown(other))));
    said.into_iter()
        .flat_map(|(name, score)| [Span::styled(format!("{name} "), theme.dim), Span::styled(format!("{score}  "), theme.accent)])
        .collect()
}

/// `1,234 prompts · train`.
pub(in crate::tui::screens) fn place(record: RecordId, columns: &Columns) -> String {
    let Some(position) = columns.position(record) else { return String::new() };
    let split = columns.split_name(position).map_or_else(String::new, |split| format!(" · {split}"));
    format!("{} {}{split}", grouped(u64::from(record.0)), columns.source_name(position))
}

fn view_figures(buf: &mut Buffer, area: Rect, report: &Triage, precision: f64, threshold: Threshold, theme: &Theme) {
    put_text(buf, area, 0, &"─".repeat(usize::from(area.width)), theme.dim);
    let rows = usize::from(area.height.saturating_sub(3));
    let here = report.bins.iter().rposition(|bin| bin.from * 10 <= threshold.thousandths()).unwrap_or(0);
    let first = here.saturating_sub(rows / 2).min(report.bins.len().saturating_sub(rows));
    for (row, bin) in report.bins.iter().skip(first).take(rows).enumerate() {
        put(buf, area, row + 1, &bin_line(bin, first + row == here, usize::from(area.width), theme));
    }
    let cells = usize::from(area.width);
    let end = usize::from(area.height.saturating_sub(2));
    put_text(buf, area, end, &fit(&reached(report, threshold), cells), theme.text);
    let (said, is_sure) = suggested(report, precision);
    put_text(buf, area, end + 1, &fit(&said, cells), if is_sure { theme.accent } else { theme.text });
}

/// `0.80–0.82  1,234 pairs  12 of 14  ····┝━━●━┥·`.
fn bin_line(bin: &Bin, is_here: bool, cells: usize, theme: &Theme) -> Line<'static> {
    let style = if is_here { theme.accent } else { theme.text };
    let (from, to) = (f32::from(bin.from) / 100.0, f32::from(bin.to.min(100)) / 100.0);
    let start = format!("{} {from:.2}–{to:.2} {:>9} pairs  ", if is_here { "›" } else { " " }, grouped(bin.pairs));
    let asked = match bin.asked {
        0 => format!("{:<9}", "not asked"),
        asked => format!("{:<9}", format!("{} of {asked}", bin.duplicates)),
    };
    let room = cells.saturating_sub(start.chars().count() + 11).min(50);
    let (bar, bar_style) = if bin.asked == 0 { ("·".repeat(room), theme.dim) } else { (interval(bin.share, room), style) };
    Line::from(vec![
        Span::styled(start, style),
        Span::styled(format!("{asked}  "), if bin.asked == 0 { theme.dim } else { style }),
        Span::styled(bar, bar_style),
    ])
}

/// A share with its interval on a line from 0 to 1.
fn interval(share: Share, cells: usize) -> String {
    let at = |value: f64| (value.clamp(0.0, 1.0) * cells.saturating_sub(1) as f64).round() as usize;
    let (low, value, high) = (at(share.low), at(share.value), at(share.high));
    let cell = |n: usize| match n {
        _ if n == value => '●',
        _ if n == low => '┝',
        _ if n == high => '┥',
        _ if low < n && n < high => '━',
        _ => '·',
    };
    (0..cells).map(cell).collect()
}

/// What the present threshold is worth.
fn reached(report: &Triage, threshold: Threshold) -> String {
    match report.above(threshold) {
        Some((share, pairs)) if report.asked() > 0 => {
            let more = report.missing(threshold).map_or_else(String::new, |missing| format!("; {}", wanted(missing)));
            format!("at {threshold}: {} of {} pairs are duplicates{more}", in_words(share), grouped(pairs))
        }
        Some((_, pairs)) => format!("at {threshold}: {} pairs, none of them judged yet", grouped(pairs)),
        None => format!("at {threshold}: no pairs"),
    }
}

/// The threshold for the wanted precision, or what is missing; and whether it can be relied on.
fn suggested(report: &Triage, precision: f64) -> (String, bool) {
    let Some(suggestion) = report.suggest(precision) else {
        let why = if report.asked() == 0 { "judge some pairs first" } else { "no threshold reaches it so far" };
        return (format!("for a precision of {precision}: {why} (p: another)"), false);
    };
    let found = format!("for a precision of {precision}, {}: {}", suggestion.threshold, in_words(suggestion.precision));
    match suggestion.missing {
        None => (format!("{found}; t takes it"), true),
        Some(missing) => (format!("{found} so far; {}; t takes it", wanted(missing)), false),
    }
}

/// `15 more answers at 0.80–0.85 make it surer`.
fn wanted(missing: Missing) -> String {
    let (from, to) = (f32::from(missing.from) / 100.0, f32::from(missing.to.min(100)) / 100.0);
    format!("{} more at {from:.2}–{to:.2} make it surer", missing.answers)
}

/// `0.857 (0.601–0.960)`.
fn in_words(share: Share) -> String {
    format!("{:.3} ({:.3}–{:.3})", share.value, share.low, share.high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_is_drawn_between_its_ends() {
        assert_eq!(interval(Share { low: 0.2, value: 0.5, high: 1.0 }, 11), "··┝━━●━━━━┥");
        assert_eq!(interval(Share { low: 0.5, value: 0.5, high: 0.5 }, 3), "·●·");
        assert_eq!(interval(Share::UNKNOWN, 0), "");
    }
}
