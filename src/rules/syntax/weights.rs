//! Emphasis: `(x:1.2)`, `((x))`, `[x]`, `{x}`, `x:1.2` and `x::2` become `x`.
//!
//! Brackets also stand in plain English, so it depends on what they hold:
//!
//! - `(x:1.2)` and `{x:2}` are weights where letters stand before the colon, and a number with a point, or a whole one of one or
//!   two digits directly after a letter, behind it. `(16:9)`, `(at 3:45)`, `(John 3:16)` and `(year: 1999)` are none.
//! - `((x))`, `[[x]]` and `{x}` are emphasis: nobody writes them otherwise. `{red|blue}` is a choice and stays.
//! - `(x)` and `[x]` are emphasis only in a text that shows one of the weights above or names a network. `[a|b]` and `[a:b:0.5]`
//!   change the prompt halfway and stay.
//! - `x::2` and `x::` part a prompt: a comma comes in their place where no mark stands. `std::vector` is left.
//! - `x:1.2` without brackets is a weight where at least two letters stand before it and nothing of a word after it.
//!
//! Brackets behind a backslash are letters, and one without a partner is left.

use std::ops::Range;

use super::super::edits::{Cut, Edits, begins_with_mark, cut};
use super::super::pairs::{Pair, pairs};
use super::super::phrases::is_word;
use super::parts::names_network;

/// Brackets of emphasis go, with their weights; what they hold stays.
pub fn brackets(text: &str) -> Option<String> {
    let pairs = pairs(text);
    if pairs.is_empty() {
        return None;
    }
    let reader = Reader::new(text);
    let plain: Vec<bool> = (0..pairs.len()).map(|index| reader.is_plain_emphasis(&pairs, index)).collect();
    let shows = plain.iter().any(|is| *is) || names_network(text);
    let mut gone = Vec::new();
    for (pair, plain) in pairs.iter().zip(plain) {
        let goes = plain || pair.kind == '{' || shows;
        if goes && reader.may_go(pair) && !begins_with_mark(&text[pair.close + 1..]) {
            gone.extend(reader.frame(pair));
        }
    }
    gone.sort_unstable_by_key(|range| range.start);
    without(text, gone)
}

/// A text with the places of what decides, ascending: brackets within brackets would have it searched again and again.
struct Reader<'t> {
    text: &'t str,
    words: Vec<usize>,
    letters: Vec<usize>,
    colons: Vec<usize>,
    bars: Vec<usize>,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str) -> Reader<'t> {
        let places = |is: fn(char) -> bool| text.match_indices(is).map(|(at, _)| at).collect();
        Reader {
            text,
            words: places(is_word),
            letters: places(char::is_alphabetic),
            colons: places(|c| c == ':'),
            bars: places(|c| c == '|'),
        }
    }

    /// Emphasis without a look at the rest of the text.
    fn is_plain_emphasis(&self, pairs: &[Pair], index: usize) -> bool {
        let pair = &pairs[index];
        let doubles = pairs.get(index + 1).is_some_and(|inner| pair.doubles(inner, self.text));
        let is_doubled = index > 0 && pairs[index - 1].doubles(pair, self.text);
        self.may_go(pair) && (doubles || is_doubled || self.weight_of(pair).is_some())
    }

    /// Whether the brackets hold something, and nothing that only they make a whole.
    fn may_go(&self, pair: &Pair) -> bool {
        let holds = |places: &[usize]| last_within(places, pair.open..pair.close).is_some();
        let is_switch = match pair.kind {
            '[' => holds(&self.colons) || holds(&self.bars),
            '{' => holds(&self.bars),
            _ => false,
        };
        !is_switch && holds(&self.words) && !begins_with_mark(pair.content(self.text).trim_start())
    }

    /// What goes of a pair: the brackets, the blanks inside them, and the weight.
    fn frame(&self, pair: &Pair) -> [Range<usize>; 2] {
        let content = pair.content(self.text);
        let head = pair.close - content.trim_start().len();
        let tail = self.weight_of(pair).unwrap_or(pair.open + 1 + content.trim_end().len());
        [pair.open..head, tail..pair.close + 1]
    }

    /// Where what the pair holds ends and its weight begins, if it has one.
    fn weight_of(&self, pair: &Pair) -> Option<usize> {
        let colon = last_within(&self.colons, pair.open..pair.close)?;
        let before = self.text[pair.open + 1..colon].trim_end();
        let last = before.chars().next_back()?;
        let number = &self.text[colon + 1..pair.close];
        let fits = pair.kind != '[' && number.len() <= LONGEST_NUMBER && is_weight(number, last);
        let end = pair.open + 1 + before.len();
        (fits && last_within(&self.letters, pair.open..end).is_some()).then_some(end)
    }
}

/// Bytes of a weight with its blanks.
const LONGEST_NUMBER: usize = 16;

/// The last of the places in a range.
fn last_within(places: &[usize], range: Range<usize>) -> Option<usize> {
    let upto = places.partition_point(|place| *place < range.end);
    places[..upto].last().copied().filter(|place| *place >= range.start)
}

/// Whether the number behind a colon is a weight of what ends in `last`.
fn is_weight(number: &str, last: char) -> bool {
    let digits = number.trim().strip_prefix(['-', '+']).unwrap_or(number.trim());
    let fits = match digits.split_once('.') {
        Some((whole, part)) => all_digits(whole) && all_digits(part) && !part.is_empty(),
        None => all_digits(digits) && (1..=2).contains(&digits.len()) && !number.starts_with(' ') && !last.is_numeric(),
    };
    fits && last != ':'
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Takes ranges away without making one word of two.
fn without(text: &str, gone: Vec<Range<usize>>) -> Option<String> {
    let mut edits = Edits::new(text);
    let mut ranges = gone.into_iter().peekable();
    while let Some(mut range) = ranges.next() {
        while let Some(next) = ranges.next_if(|next| next.start <= range.end) {
            range.end = range.end.max(next.end);
        }
        let joins = text[..range.start].ends_with(is_word) && text[range.end..].starts_with(is_word);
        edits.put(range, if joins { " " } else { "" });
    }
    edits.finish()
}

/// `x::2` and `x::`.
pub fn parted(text: &str) -> Option<String> {
    let mut cuts = Vec::new();
    let mut from = 0;
    while let Some(start) = text[from..].find("::").map(|at| from + at) {
        let colons = text.len() - text[start..].trim_start_matches(':').len();
        let number = signed_number(&text[colons..]);
        from = colons + number.len();
        let is_ratio = text[..start].ends_with(|c: char| c.is_numeric()) && !number.is_empty() && !number.contains('.');
        if !is_ratio && is_over(&text[from..]) {
            cuts.push(Cut::parting(start..from));
        }
    }
    if cuts.is_empty() { None } else { cut(text, cuts) }
}

/// `x:1.2` without brackets.
pub fn bare(text: &str) -> Option<String> {
    let mut edits = Edits::new(text);
    for (colon, _) in text.match_indices(':') {
        let number = signed_number(&text[colon + 1..]);
        let end = colon + 1 + number.len();
        let letters = text[..colon].chars().rev().take_while(|c| c.is_alphabetic()).take(2).count();
        let in_brackets = text[end..].starts_with([')', ']', '}']);
        if letters == 2 && is_bare_weight(number) && is_over(&text[end..]) && !in_brackets {
            edits.put(colon..end, "");
        }
    }
    edits.finish()
}

/// 0.5, 1.25 or .8.
fn is_bare_weight(number: &str) -> bool {
    let parts = number.split_once('.');
    parts.is_some_and(|(whole, part)| matches!(whole, "" | "0" | "1" | "2") && (1..=2).contains(&part.len()))
}

/// The number at the start, with a sign and a point; empty when there is none.
fn signed_number(text: &str) -> &str {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let whole = unsigned.len() - unsigned.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let part = unsigned[whole..]
        .strip_prefix('.')
        .map_or(0, |rest| rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len());
    let length = if part > 0 { whole + 1 + part } else { whole };
    if length == 0 { "" } else { &text[..text.len() - unsigned.len() + length] }
}

/// Nothing of a word follows.
fn is_over(after: &str) -> bool {
    let ends = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '.' | '|' | '!' | '?' | ')' | ']' | '}');
    let mut chars = after.chars();
    match (chars.next(), chars.next()) {
        (Some('.'), Some(next)) => !is_word(next),
        (Some(next), _) => ends(next),
        (None, _) => true,
    }
}
