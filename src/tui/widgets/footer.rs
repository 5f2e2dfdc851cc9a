//! The last two lines: what runs and what was said; the keys that matter now.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{put, put_right, put_text};
use crate::display::{bytes, duration, grouped, rate, safe};
use crate::tui::action::Context;
use crate::tui::jobs::Running;
use crate::tui::keymap::Keymap;
use crate::tui::text::{fit, width};
use crate::tui::theme::Theme;

/// At most so many keys: a footer is for reading at a glance.
const MAX_HINTS: usize = 9;

/// The keys of a context by rank, as many as fit whole.
pub fn hints(buf: &mut Buffer, area: Rect, keymap: &Keymap, context: Context, theme: &Theme) {
    let mut free = usize::from(area.width);
    let mut spans = Vec::new();
    for (key, spec) in keymap.hints(context).into_iter().filter(|(_, spec)| spec.rank > 0).take(MAX_HINTS) {
        let (key, title) = (key.to_string(), format!(" {}  ", spec.title()));
        let cells = width(&key) + width(title.trim_end());
        if cells > free {
            break;
        }
        free = free.saturating_sub(width(&key) + width(&title));
        spans.extend([Span::styled(key, theme.accent), Span::styled(title, theme.dim)]);
    }
    put(buf, area, 0, &Line::from(spans));
}

/// What the screen says on the left, and on the right the job that Ctrl-c stops: the last that the user asked for, else the last.
pub fn status(buf: &mut Buffer, area: Rect, left: &str, jobs: &[Running], theme: &Theme) {
    let job = jobs.iter().rfind(|job| job.is_work).or(jobs.last());
    let right = job.map_or_else(String::new, |job| progress(job, jobs.len()));
    let right = fit(&right, usize::from(area.width));
    let room = usize::from(area.width).saturating_sub(width(&right) + 2);
    put_text(buf, area, 0, &fit(left, room), theme.text);
    put_right(buf, area, 0, &right, theme.accent);
}

/// `import · reading 12,400/92,644 records · 31,000/s · 2.6 s left (+1)`, or `reading 6.5 MB/98.5 MB · 25.3 MB/s`.
pub fn progress(job: &Running, jobs: usize) -> String {
    let p = &job.progress;
    let in_bytes = p.unit == "bytes";
    let amount = |n: u64| if in_bytes { bytes(n) } else { grouped(n) };
    let unit = if in_bytes { String::new() } else { format!(" {}", p.unit) };
    let mut parts = vec![safe(&job.title).into_owned()];
    if job.cancelling {
        parts.push("stopping".to_owned());
    } else if p.total > 0 {
        parts.push(format!("{} {}/{}{unit}", p.stage, amount(p.done), amount(p.total)));
    } else if p.done > 0 {
        parts.push(format!("{} {}{unit}", p.stage, amount(p.done)));
    }
    if !job.cancelling && p.done > 0 {
        parts.push(if in_bytes { format!("{}/s", bytes(p.rate() as u64)) } else { rate(p.rate()) });
        parts.extend(p.left().map(|left| format!("{} left", duration(left))));
    }
    let more = if jobs > 1 { format!(" (+{})", jobs - 1) } else { String::new() };
    parts.join(" · ") + &more
}
