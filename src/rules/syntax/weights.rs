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
    let plain: Vec<bool> = (0..pairs.len()).map(|index| is_plain_emphasis(text, &pairs, index)).collect();
    let shows = plain.iter().any(|is| *is) || names_network(text);
    let mut gone = Vec::new();
    for (pair, plain) in pairs.iter().zip(plain) {
        let goes = plain || pair.kind == '{' || shows;
        if goes && may_go(pair.kind, pair.content(text)) && !begins_with_mark(&text[pair.close + 1..]) {
            gone.extend(frame(text, pair));
        }
    }
    gone.sort_unstable_by_key(|range| range.start);
    without(text, gone)
}

/// Emphasis without a look at the rest of the text.
fn is_plain_emphasis(text: &str, pairs: &[Pair], index: usize) -> bool {
    let pair = &pairs[index];
    let content = pair.content(text);
    let doubles = pairs.get(index + 1).is_some_and(|inner| pair.doubles(inner, text));
    let is_doubled = index > 0 && pairs[index - 1].doubles(pair, text);
    may_go(pair.kind, content) && (doubles || is_doubled || pair.kind != '[' && weight_of(content).is_some())
}

/// Whether the brackets hold something, and nothing that only they make a whole.
fn may_go(kind: char, content: &str) -> bool {
    let is_switch = match kind {
        '[' => content.contains([':', '|']),
        '{' => content.contains('|'),
        _ => false,
    };
    !is_switch && content.contains(is_word) && !begins_with_mark(content.trim_start())
}

/// What goes of a pair: the brackets, the blanks inside them, and the weight.
fn frame(text: &str, pair: &Pair) -> [Range<usize>; 2] {
    let content = pair.content(text);
    let kept = if pair.kind == '[' { None } else { weight_of(content) }.unwrap_or(content.trim_end().len());
    let head = pair.close - content.trim_start().len();
    [pair.open..head, pair.open + 1 + kept..pair.close + 1]
}

/// Where the content ends and its weight begins, if it has one.
fn weight_of(content: &str) -> Option<usize> {
    let colon = content.rfind(':')?;
    let before = content[..colon].trim_end();
    let last = before.chars().next_back()?;
    let number = &content[colon + 1..];
    let digits = number.trim().strip_prefix(['-', '+']).unwrap_or(number.trim());
    let fits = match digits.split_once('.') {
        Some((whole, part)) => all_digits(whole) && all_digits(part) && !part.is_empty(),
        None => all_digits(digits) && (1..=2).contains(&digits.len()) && !number.starts_with(' ') && !last.is_numeric(),
    };
    (fits && last != ':' && before.contains(char::is_alphabetic)).then_some(before.len())
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
