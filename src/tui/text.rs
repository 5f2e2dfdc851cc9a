//! Text in cells: widths, wrapping, cutting. Our own, because a terminal's unit is the grapheme cluster and only what is seen is worth laying out.
//!
//! Everything here works on byte ranges of the text it was given and accepts any text; what is *drawn* must have come through
//! [`crate::display`] before. [`fit`] does both, for the rows of a list.

use std::borrow::Cow;
use std::ops::Range;

use ratatui::buffer::CellWidth;
use unicode_segmentation::UnicodeSegmentation;

use crate::display;

/// The cells a text takes on one line, as ratatui will draw it.
pub fn width(text: &str) -> usize {
    if is_plain_ascii(text) { text.len() } else { clusters(text).map(|(_, _, cells)| cells).sum() }
}

/// The clusters of a text with their byte offset and width in cells; a cluster wider than two cells comes in pieces, so that a
/// line can hold a part of it.
pub fn clusters(text: &str) -> impl Iterator<Item = (usize, &str, usize)> {
    text.grapheme_indices(true).flat_map(|(at, cluster)| {
        let cells = cluster_width(cluster);
        let whole = (cells <= 2).then_some((at, cluster, cells));
        let pieces = if cells > 2 { pieces(cluster) } else { Vec::new() };
        whole.into_iter().chain(pieces.into_iter().map(move |(i, piece)| (at + i, piece, cluster_width(piece))))
    })
}

/// The characters of a wide cluster, each with the zero-width ones behind it, which may change its width.
fn pieces(cluster: &str) -> Vec<(usize, &str)> {
    let takes_cells = |c: char| cluster_width(c.encode_utf8(&mut [0; 4])) > 0;
    let mut starts: Vec<_> = cluster.char_indices().filter(|&(i, c)| i == 0 || takes_cells(c)).map(|(i, _)| i).collect();
    starts.push(cluster.len());
    starts.windows(2).map(|pair| (pair[0], &cluster[pair[0]..pair[1]])).collect()
}

/// Ratatui leaves out clusters with a control character: they take no cell.
fn cluster_width(cluster: &str) -> usize {
    if cluster.contains(char::is_control) { 0 } else { usize::from(cluster.cell_width()) }
}

fn is_plain_ascii(text: &str) -> bool {
    text.bytes().all(|b| (b' '..=b'~').contains(&b))
}

/// The lines of `text` at `width` cells, as byte ranges that tile it.
///
/// A line ends at a line feed, which is part of it; or before the word that does not fit, the blanks before that word
/// hanging over the edge; or, within a word longer than a line, where the line is full. A text that ends with a line feed has an empty last line.
/// A line holds at least one cluster, so a wide one alone may be wider than `width`.
pub fn wrap(text: &str, width: usize) -> Vec<Range<usize>> {
    Lines { text, width, start: Some(0) }.collect()
}

/// As [`wrap`], but only `max_lines` lines from `first_line` on, and nothing behind them is looked at.
///
/// The lines before are still walked through; where one scrolls, keep a [`Layout`].
pub fn wrap_from(text: &str, width: usize, first_line: usize, max_lines: usize) -> Vec<Range<usize>> {
    Lines { text, width, start: Some(0) }.skip(first_line).take(max_lines).collect()
}

/// What of a line is drawn: the line without its line end.
pub fn shown(text: &str, line: Range<usize>) -> &str {
    let line = &text[line];
    line.strip_suffix("\r\n").or_else(|| line.strip_suffix('\n')).unwrap_or(line)
}

struct Lines<'a> {
    text: &'a str,
    width: usize,
    start: Option<usize>,
}

impl Iterator for Lines<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        let start = self.start?;
        let end = line_end(self.text, self.width.max(1), start);
        let last = end == self.text.len() && !(end > start && self.text.ends_with('\n'));
        self.start = (!last).then_some(end);
        Some(start..end)
    }
}

/// Where the line that begins at `start` ends.
fn line_end(text: &str, width: usize, start: usize) -> usize {
    let mut used = 0;
    let mut best = None;
    let mut previous = Between::Nothing;
    for (at, cluster, cells) in clusters(&text[start..]) {
        let at = start + at;
        if cluster.ends_with('\n') {
            return at + cluster.len();
        }
        let here = Between::of(cluster, cells);
        if previous.may_break_before(&here) {
            best = Some(at);
        }
        if here != Between::Blank && used + cells > width && at > start {
            return best.unwrap_or(at);
        }
        used += cells;
        previous = here;
    }
    text.len()
}

/// What a cluster means to the place where a line may end.
#[derive(PartialEq)]
enum Between {
    Nothing,
    Blank,
    /// Chinese and Japanese lines end anywhere.
    Wide,
    /// A line may end after it, as in `tag,tag,tag` or `width/height`.
    Separator,
    Word,
}

impl Between {
    fn of(cluster: &str, cells: usize) -> Self {
        match cluster {
            " " => Between::Blank,
            "," | "/" | "-" | "|" | ";" => Between::Separator,
            _ if cells == 2 => Between::Wide,
            _ => Between::Word,
        }
    }

    fn may_break_before(&self, next: &Self) -> bool {
        match (self, next) {
            (Between::Nothing, _) | (_, Between::Blank | Between::Separator) => false,
            (Between::Blank | Between::Separator | Between::Wide, _) | (_, Between::Wide) => true,
            _ => false,
        }
    }
}

/// The lines of one text at one width, found as far as someone scrolled: the next page costs the next page.
#[derive(Debug, Clone, Default)]
pub struct Layout {
    width: usize,
    /// Ranges of the lines known so far.
    known: Vec<Range<usize>>,
    complete: bool,
}

impl Layout {
    /// For one text; make a new one when the text changes.
    pub fn new(width: usize) -> Self {
        Layout { width, ..Layout::default() }
    }

    pub fn width(&self) -> usize {
        self.width
    }

    /// `count` lines from `first` on, fewer at the end. `text` must be the same at every call.
    pub fn lines(&mut self, text: &str, first: usize, count: usize) -> &[Range<usize>] {
        let wanted = first.saturating_add(count);
        if !self.complete && self.known.len() < wanted {
            let start = self.known.last().map_or(0, |line| line.end);
            let mut lines = Lines { text, width: self.width, start: Some(start) };
            while self.known.len() < wanted
                && let Some(line) = lines.next()
            {
                self.known.push(line);
            }
            self.complete = lines.start.is_none();
        }
        let end = wanted.min(self.known.len());
        &self.known[first.min(end)..end]
    }

    /// The number of lines, once the end was reached.
    pub fn total(&self) -> Option<usize> {
        self.complete.then_some(self.known.len())
    }

    /// The largest first line that still fills `height` lines; lays out the whole text.
    pub fn last_page(&mut self, text: &str, height: usize) -> usize {
        self.lines(text, usize::MAX - 1, 1);
        self.known.len().saturating_sub(height)
    }
}

/// `text` cut to `cells` cells, the last of them `…` where something was cut; and whether it was.
pub fn truncate(text: &str, cells: usize) -> (Cow<'_, str>, bool) {
    if text.len() <= cells && is_plain_ascii(text) {
        return (Cow::Borrowed(text), false);
    }
    let mut used = 0;
    let mut room_for_dots = 0;
    for (at, cluster, wide) in clusters(text) {
        used += wide;
        if used > cells {
            let dots = if cells == 0 { "" } else { "…" };
            return (Cow::Owned(format!("{}{dots}", &text[..room_for_dots])), true);
        }
        if used < cells {
            room_for_dots = at + cluster.len();
        }
    }
    (Cow::Borrowed(text), false)
}

/// A form of safe text whose width all terminals agree on, for lists: emoji sequences by their first emoji, flags as letters,
/// no variation selectors, skin tones or joiners.
pub fn width_safe(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_disputed) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for cluster in text.graphemes(true) {
        let sequence = cluster.contains('\u{200d}') && cluster.starts_with(display::is_pictograph);
        let kept = if sequence { 1 } else { usize::MAX };
        out.extend(cluster.chars().take(kept).filter_map(undisputed));
    }
    Cow::Owned(out)
}

fn is_disputed(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}' | '\u{20e3}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' | '\u{1f1e6}'..='\u{1f1ff}' | '\u{1f3fb}'..='\u{1f3ff}')
}

/// A flag's letter for its regional indicator, nothing for what only modifies, everything else as it is.
fn undisputed(c: char) -> Option<char> {
    match c {
        '\u{1f1e6}'..='\u{1f1ff}' => char::from_u32('A' as u32 + (c as u32 - 0x1f1e6)),
        _ if is_disputed(c) => None,
        _ => Some(c),
    }
}

/// The start of a text, at most `bytes` long, that ends between characters.
pub fn prefix(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Bytes of raw text that are looked at for one cell of a list.
const BYTES_PER_CELL: usize = 64;

/// Raw text as a row of a list: safe, width-safe, at most `cells` cells. Costs what is shown, however long the text is.
pub fn fit(raw: &str, cells: usize) -> String {
    let start = prefix(raw, cells.saturating_add(1).saturating_mul(BYTES_PER_CELL));
    let safe = display::safe(start);
    let plain = width_safe(&safe);
    match truncate(&plain, cells) {
        (text, false) if start.len() < raw.len() && cells > 0 => {
            format!("{}…", truncate(&text, cells.saturating_sub(1)).0.trim_end_matches('…'))
        }
        (text, _) => text.into_owned(),
    }
}

/// As [`fit`], filled up with blanks to exactly `cells`.
pub fn fit_padded(raw: &str, cells: usize) -> String {
    let mut text = fit(raw, cells);
    text.extend(std::iter::repeat_n(' ', cells.saturating_sub(width(&text))));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, width: usize) -> Vec<&str> {
        wrap(text, width).into_iter().map(|line| shown(text, line)).collect()
    }

    #[test]
    fn in_no_cells_nothing_is_shown_however_long_the_text_is() {
        assert_eq!(fit(&"🏽".repeat(40), 0), "");
        assert_eq!(fit("red", 0), "");
    }

    #[test]
    fn wraps_at_words_hard_in_long_ones_and_never_through_a_wide_one() {
        assert_eq!(lines("a red car on the road", 8), ["a red ", "car on ", "the road"]);
        assert_eq!(lines("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(lines("猫猫猫", 5), ["猫猫", "猫"]);
        assert_eq!(lines("one,two,three", 8), ["one,two,", "three"]);
        assert_eq!(lines("a\n\nb\n", 8), ["a", "", "b", ""]);
        assert_eq!(lines("", 8), [""]);
    }

    #[test]
    fn a_layout_finds_the_same_lines_page_by_page() {
        let text = "the quick brown fox jumps over the lazy dog\n".repeat(20);
        let whole = wrap(&text, 11);
        let mut layout = Layout::new(11);
        for first in [0, 3, 30, 7] {
            assert_eq!(layout.lines(&text, first, 5), &whole[first..first + 5]);
        }
        assert_eq!(layout.total(), None);
        assert_eq!(layout.last_page(&text, 10), whole.len() - 10);
        assert_eq!(layout.total(), Some(whole.len()));
    }

    #[test]
    fn truncates_by_cells() {
        assert_eq!(truncate("red car", 7), (Cow::Borrowed("red car"), false));
        assert_eq!(truncate("red car", 6).0, "red c…");
        assert_eq!(truncate("猫猫猫", 5), (Cow::Owned("猫猫…".into()), true));
        assert_eq!(truncate("猫猫猫", 4).0, "猫…");
        assert_eq!(truncate("abc", 0).0, "");
    }

    #[test]
    fn rows_have_an_undisputed_width() {
        assert_eq!(fit("👩\u{200d}🚀 in 🇩🇪 ❤\u{fe0f} 👍🏽 1\u{fe0f}\u{20e3}\x1b", 40), "👩 in DE ❤ 👍 1␛");
        assert_eq!(fit(&"a".repeat(10_000_000), 5), "aaaa…");
        assert_eq!(fit_padded("猫", 4), "猫  ");
    }
}
