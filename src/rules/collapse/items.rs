//! Items of a comma list that were said before.
//!
//! Commas within brackets part nothing, nor do those between digits. Items are compared without the blanks around them and
//! ignoring case; the first one stays, and a later one goes with the comma before it.

use std::hash::{Hash, Hasher};
use std::ops::Range;

use rustc_hash::{FxHashSet, FxHasher};

use super::super::edits::{Edits, begins_with_mark, is_closing, is_opening};

/// `None` when every item is new.
pub fn collapse(text: &str) -> Option<String> {
    if !may_repeat(text) {
        return None;
    }
    let mut said: FxHashSet<String> = FxHashSet::default();
    let mut edits = Edits::new(text);
    for item in items(text) {
        let plain = text[item.clone()].trim().to_lowercase();
        if plain.is_empty() || said.insert(plain) {
            continue;
        }
        // A later item has a comma before it.
        let comma = text[..item.start].chars().next_back().map_or(0, char::len_utf8);
        edits.put(item.start - comma..item.end, "");
    }
    edits.finish()
}

/// Items that a look without building anything can tell apart.
const FEW: usize = 64;

fn may_repeat(text: &str) -> bool {
    let mut seen = [0u64; FEW];
    for (count, item) in items(text).enumerate() {
        let digest = digest(text[item].trim());
        if count == FEW || seen[..count].contains(&digest) {
            return true;
        }
        seen[count] = digest;
    }
    false
}

fn digest(item: &str) -> u64 {
    let mut hasher = FxHasher::default();
    if item.is_ascii() {
        item.bytes().for_each(|byte| hasher.write_u8(byte.to_ascii_lowercase()));
    } else {
        item.chars().flat_map(char::to_lowercase).for_each(|c| match u8::try_from(u32::from(c)) {
            Ok(byte) if byte.is_ascii() => hasher.write_u8(byte),
            _ => c.hash(&mut hasher),
        });
    }
    hasher.finish()
}

/// Where the items stand, with the blanks around them and without the commas.
fn items(text: &str) -> impl Iterator<Item = Range<usize>> + use<'_> {
    let mut from = Some(0);
    std::iter::from_fn(move || {
        let start = from?;
        let comma = next_comma(text, start);
        from = comma.as_ref().map(|comma| comma.end);
        Some(start..comma.map_or(text.len(), |comma| comma.start))
    })
}

fn next_comma(text: &str, from: usize) -> Option<Range<usize>> {
    let mut depth = 0usize;
    for (at, c) in text[from..].char_indices() {
        let range = from + at..from + at + c.len_utf8();
        match c {
            _ if is_opening(c) => depth += 1,
            _ if is_closing(c) => depth = depth.saturating_sub(1),
            ',' | '，' | '、' if depth == 0 && parts(text, &range) => return Some(range),
            _ => {}
        }
    }
    None
}

fn parts(text: &str, comma: &Range<usize>) -> bool {
    let is_digit = |c: char| c.is_numeric();
    let in_number = text[..comma.start].ends_with(is_digit) && text[comma.end..].starts_with(is_digit);
    !in_number && !begins_with_mark(&text[comma.end..])
}
