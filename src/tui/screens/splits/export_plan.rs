//! What an export would write, in words: files, images, what is blocked, what a person should change.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::display::{bytes, grouped, safe};
use crate::export::Checked;
use crate::ops::export::ExportPlan;
use crate::tui::data::Trouble;
use crate::tui::text::{fit, fit_padded, shown, wrap};
use crate::tui::theme::{Theme, glyph};

/// Why nothing would be written.
pub fn refusal(trouble: &Trouble, cells: usize, theme: &Theme) -> Vec<Line<'static>> {
    let message = safe(&format!("! {}", trouble.message)).into_owned();
    let hint = trouble.hint.as_deref().map(|hint| safe(hint).into_owned());
    let styled = |text: &str, style| {
        wrap(text, cells).into_iter().map(|line| Line::styled(shown(text, line).to_owned(), style)).collect::<Vec<_>>()
    };
    let mut lines = styled(&message, theme.warning);
    lines.extend(hint.iter().flat_map(|hint| styled(hint, theme.dim)));
    lines
}

/// In at most `rows` lines: first what is blocked, then the files with their records; where not all fit, how many more there are.
pub fn described(plan: &ExportPlan, cells: usize, rows: usize, theme: &Theme) -> Vec<Line<'static>> {
    let mut lines = blocked(plan, cells, rows.saturating_sub(3).max(1), theme);
    let verb = if plan.blocked.is_empty() { "will write" } else { "would write" };
    let head = format!("{verb} {} records to {} as {}:", grouped(plan.records), plan.target, plan.layout);
    lines.push(Line::styled(fit(&head, cells), theme.text));
    let tail = tail(plan);
    let room = rows.saturating_sub(lines.len() + tail.len());
    let fits = plan.files.len() <= room;
    let shown = if fits { plan.files.len() } else { room.saturating_sub(1) };
    lines.extend(plan.files.iter().take(shown).map(|file| {
        let name = fit_padded(&file.path, cells.saturating_sub(24).min(40));
        Line::from(vec![
            Span::styled(format!("  {name}"), theme.text),
            Span::styled(format!("{:>12} records", grouped(file.records)), theme.dim),
        ])
    }));
    if !fits && room > 0 {
        lines.push(Line::styled(format!("  … and {} more files", plan.files.len() - shown), theme.dim));
    }
    lines.extend(
        tail.into_iter()
            .map(|(text, is_warning)| Line::styled(fit(&text, cells), if is_warning { theme.warning } else { theme.text })),
    );
    lines.truncate(rows);
    lines
}

/// A line a check that stops this, or would without the override.
fn blocked(plan: &ExportPlan, cells: usize, most: usize, theme: &Theme) -> Vec<Line<'static>> {
    let line = |check: &Checked| -> Option<(String, Style)> {
        let said = |word: &str| format!("{} {word} {}: {}", glyph::DROP, check.name, check.detail);
        if plan.blocked.contains(&check.name) {
            return Some((said("blocked"), theme.error));
        }
        plan.overridden.contains(&check.name).then(|| (said("overridden"), theme.flag))
    };
    let lines: Vec<(String, Style)> = plan.checks.iter().filter_map(line).collect();
    let fits = lines.len() <= most;
    let shown = if fits { lines.len() } else { most.saturating_sub(1) };
    let mut said: Vec<Line<'static>> =
        lines.iter().take(shown).map(|(text, style)| Line::styled(fit(text, cells), *style)).collect();
    if !fits {
        said.push(Line::styled(format!("… and {} more checks are blocked", lines.len() - shown), theme.error));
    }
    said
}

/// The files of its own, the images, and what should be changed; `true`: a warning.
fn tail(plan: &ExportPlan) -> Vec<(String, bool)> {
    let own = (format!("  {}", plan.own_files.join(", ")), false);
    let images = (plan.images > 0)
        .then(|| (format!("  {} images ({}) by {}", grouped(plan.images), bytes(plan.image_bytes), plan.images_by), false));
    let warnings = plan.warnings.iter().map(|warning| (format!("! {warning}"), true));
    std::iter::once(own).chain(images).chain(warnings).collect()
}
