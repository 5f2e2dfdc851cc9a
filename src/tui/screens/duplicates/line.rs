//! What is said of one member above its text: its scores by both lenses, what is different, and what would happen to it.

use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use crate::clusters::Change;
use crate::display::{grouped, score};
use crate::model::{State as RecordState, Verdict};
use crate::ops::duplicates::at::Member;
use crate::query::Columns;
use crate::tui::data::duplicates::Cut;
use crate::tui::text::{fit, width};
use crate::tui::theme::{Theme, glyph};

/// Narrower than this, what happens to a member has a line of its own.
const ONE_LINE: usize = 96;

/// What is known of a member against its keeper.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Against {
    /// With its name, that of the lens in use first; `Err` is the floor that it is below.
    pub scores: [Option<(&'static str, Result<f32, f32>)>; 2],
    /// The gravest of the changes; `None` for the keeper itself.
    pub change: Option<Change>,
    pub judged: Option<Verdict>,
}

/// How many lines [`lines`] makes.
pub(super) fn height(is_keeper: bool, cells: usize) -> usize {
    if is_keeper || cells >= ONE_LINE { 1 } else { 2 }
}

/// `- 12,345  words 0.867  meaning 0.912  # number`, and `dropped: like the keeper  prompts · train`. `fates`: where it is known what
/// happens to members.
pub(super) fn lines(
    member: &Member,
    keeper: &Member,
    against: &Against,
    fates: Option<&Cut>,
    columns: &Columns,
    cells: usize,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let Some(position) = columns.position(member.record) else { return Vec::new() };
    let state = columns.state(position);
    let (glyph, style) = sign(state, theme);
    let is_keeper = member.record == keeper.record;
    let mut first = vec![Span::styled(format!("{glyph} {}  ", grouped(u64::from(member.record.0))), style)];
    if is_keeper {
        first.push(Span::styled("keeper  ", theme.accent));
    } else {
        first.extend(scores(against, theme));
        first.extend(against.change.into_iter().flat_map(|change| changed(change, theme)));
    }
    let fate = fates.map(|cut| fate(member, keeper, cut, state, theme));
    let mut second: Vec<_> = fate.into_iter().map(|(said, style)| Span::styled(format!("{said}  "), style)).collect();
    second.extend(against.judged.map(|verdict| judged(verdict, theme)));
    let split = columns.split_name(position).map_or_else(String::new, |split| format!(" · {split}"));
    let place = format!("{}{split}", columns.source_name(position));
    let used = |spans: &[Span<'_>]| spans.iter().map(|span| width(&span.content)).sum::<usize>();
    if height(is_keeper, cells) == 1 {
        first.append(&mut second);
        let room = cells.saturating_sub(used(&first));
        first.push(Span::styled(fit(&place, room), theme.dim));
        return vec![Line::from(first)];
    }
    let room = cells.saturating_sub(used(&second) + 2);
    second.insert(0, Span::raw("  "));
    second.push(Span::styled(fit(&place, room), theme.dim));
    vec![Line::from(first), Line::from(second)]
}

fn scores(against: &Against, theme: &Theme) -> Vec<Span<'static>> {
    let said = against.scores.into_iter().flatten().enumerate();
    said.flat_map(|(n, (name, found))| {
        let style = if n == 0 { theme.accent } else { theme.text };
        [Span::styled(format!("{name} "), theme.dim), Span::styled(format!("{}  ", shown(found)), style)]
    })
    .collect()
}

/// `0.867`, or `<0.65` below the floor.
pub(super) fn shown(found: Result<f32, f32>) -> String {
    match found {
        Ok(found) => score(found),
        Err(floor) => format!("<{floor:.2}"),
    }
}

/// `# number`, styled by how grave it is.
pub(super) fn changed(change: Change, theme: &Theme) -> [Span<'static>; 1] {
    let (glyph, style) = match change {
        Change::Identical => ("=", theme.dim),
        Change::Punctuation => (".", theme.dim),
        Change::SmallWords => ("a", theme.dim),
        Change::Order => ("↔", theme.dim),
        Change::Style => ("~", theme.text),
        Change::Colour => ("◐", theme.flag.add_modifier(Modifier::BOLD)),
        Change::Number => ("#", theme.flag.add_modifier(Modifier::BOLD)),
        Change::Subject => ("!", theme.error),
        Change::Negation => ("¬", theme.error),
    };
    [Span::styled(format!("{glyph} {}  ", change.word()), style)]
}

pub(super) fn judged(verdict: Verdict, theme: &Theme) -> Span<'static> {
    match verdict {
        Verdict::Duplicate => Span::styled("= judged duplicate  ", theme.keep),
        Verdict::Different => Span::styled("≠ judged different  ", theme.flag),
    }
}

fn sign(state: RecordState, theme: &Theme) -> (&'static str, Style) {
    match state {
        RecordState::Keep => (glyph::KEEP, theme.keep),
        RecordState::Drop => (glyph::DROP, theme.drop),
        RecordState::Flag => (glyph::FLAG, theme.flag),
        RecordState::Undecided => (glyph::NONE, theme.text),
    }
}

/// What the policy would do to the record, and why.
fn fate(member: &Member, keeper: &Member, cut: &Cut, state: RecordState, theme: &Theme) -> (String, Style) {
    if let Some(proposal) = cut.at.proposal(member.index) {
        let verb = if state == RecordState::Drop { "dropped" } else { "goes" };
        let said = match cut.at.record(proposal.witness) {
            record if record == keeper.record => format!("{verb}: like the keeper at {}", score(proposal.score)),
            record => format!("{verb}: like {} at {}", grouped(u64::from(record.0)), score(proposal.score)),
        };
        return (said, theme.drop);
    }
    let said = match state {
        RecordState::Keep => "kept by hand",
        RecordState::Flag => "flagged, stays",
        RecordState::Drop => "dropped before, comes back",
        RecordState::Undecided => "stays",
    };
    (said.to_owned(), theme.keep)
}
