//! Empty brackets go, doubled ones become one, and no blanks stand inside. A bracket without a partner is left.

use std::ops::Range;

use super::super::edits::{Cut, Edits, begins_with_mark, cut};
use super::super::pairs::{Pair, pairs};

/// `None` when there is nothing to tidy. Brackets that hold nothing but emptied ones are left for the next pass.
pub fn tidy(text: &str) -> Option<String> {
    let pairs = pairs(text);
    if let Some(tight) = tightened(text, &pairs) {
        return Some(tight);
    }
    let empty: Vec<Cut> =
        pairs.iter().filter(|pair| is_empty(pair.content(text))).map(|pair| Cut::plain(pair.open..pair.close + 1)).collect();
    if empty.is_empty() { None } else { cut(text, empty) }
}

/// Nothing but blanks and marks: pairs of which this holds are never within each other.
fn is_empty(content: &str) -> bool {
    content.chars().all(|c| c.is_whitespace() || matches!(c, ',' | '.' | ':' | ';'))
}

fn tightened(text: &str, pairs: &[Pair]) -> Option<String> {
    let mut gone: Vec<Range<usize>> = Vec::new();
    for (index, pair) in pairs.iter().enumerate() {
        let inner = pairs.get(index + 1).filter(|inner| pair.doubles(inner, text));
        match inner {
            Some(inner) if !begins_with_mark(&text[pair.close + 1..]) => {
                gone.push(pair.open..inner.open);
                gone.push(inner.close + 1..pair.close + 1);
            }
            _ => gone.extend(blanks_inside(text, pair)),
        }
    }
    gone.sort_unstable_by_key(|range| range.start);
    let mut edits = Edits::new(text);
    gone.into_iter().for_each(|range| edits.put(range, ""));
    edits.finish()
}

/// The blanks after the opening and before the closing bracket, unless there is nothing else or they carry a mark.
fn blanks_inside(text: &str, pair: &Pair) -> impl Iterator<Item = Range<usize>> + use<> {
    let content = pair.content(text);
    let (head, tail) = (content.trim_start(), content.trim_end());
    let first = pair.open + 1..pair.close - head.len();
    let last = pair.open + 1 + tail.len()..pair.close;
    let fits = !tail.is_empty() && !begins_with_mark(head);
    [first, last].into_iter().filter(move |range| fits && !range.is_empty())
}
