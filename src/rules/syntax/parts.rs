//! Parts of a prompt that are no description: the negative prompt, networks by name, and the word BREAK.

use super::super::edits::{Cut, cut};
use super::super::phrases::is_word;

/// How the name of a network begins.
pub const NETWORKS: [&str; 4] = ["<lora:", "<lyco:", "<locon:", "<hypernet:"];

/// From `negative prompt:` on, everything goes; in any case of letters, with a blank, `_`, `-` or nothing between the words.
pub fn negative(text: &str) -> Option<String> {
    let mut words = (0..text.len()).filter(|&at| begins(text, at, "negative"));
    let start = words.find(|&start| is_negative_prompt(text, start))?;
    cut(text, vec![Cut::plain(start..text.len())])
}

fn is_negative_prompt(text: &str, start: usize) -> bool {
    let first = start + "negative".len();
    let second = if text[first..].starts_with([' ', '_', '-']) { first + 1 } else { first };
    if !begins(text, second, "prompt") {
        return false;
    }
    let end = second + "prompt".len();
    let rest = text[end..].strip_prefix(['s', 'S']).unwrap_or(&text[end..]);
    rest.trim_start().starts_with(':') && !text[..start].ends_with(is_word)
}

fn begins(text: &str, at: usize, word: &str) -> bool {
    text.get(at..at + word.len()).is_some_and(|found| found.eq_ignore_ascii_case(word))
}

/// Names of networks in `<…>` go, with their weights.
pub fn networks(text: &str) -> Option<String> {
    let mut cuts = Vec::new();
    let mut from = 0;
    while let Some(start) = text[from..].find('<').map(|at| from + at) {
        let end = network_end(&text[start..]).map(|length| start + length);
        cuts.extend(end.map(|end| Cut::plain(start..end)));
        from = end.unwrap_or(start + 1);
    }
    if cuts.is_empty() { None } else { cut(text, cuts) }
}

fn network_end(text: &str) -> Option<usize> {
    NETWORKS.iter().find(|name| begins(text, 0, name))?;
    let end = 1 + text[1..].find(['<', '>', '\n'])?;
    text[end..].starts_with('>').then_some(end + 1)
}

/// Whether any network is named.
pub fn names_network(text: &str) -> bool {
    text.match_indices('<').any(|(start, _)| network_end(&text[start..]).is_some())
}

/// `BREAK`, which parts a prompt into chunks, becomes a comma where no mark stands. It is a word of its own in capitals, between
/// blanks and separators; next to a longer word in capitals (`COFFEE BREAK`) it is no keyword.
pub fn keyword(text: &str) -> Option<String> {
    let starts = text.match_indices(BREAK).map(|(start, _)| start..start + BREAK.len());
    let cuts: Vec<Cut> = starts.filter(|range| is_keyword(&text[..range.start], &text[range.end..])).map(Cut::parting).collect();
    if cuts.is_empty() { None } else { cut(text, cuts) }
}

const BREAK: &str = "BREAK";

fn is_keyword(before: &str, after: &str) -> bool {
    let parts = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '.' | '|');
    let is_apart = before.chars().next_back().is_none_or(parts) && after.chars().next().is_none_or(parts);
    let neighbours = [before.trim_end_matches(' ').rsplit(parts).next(), after.trim_start_matches(' ').split(parts).next()];
    is_apart && !neighbours.into_iter().any(shouts)
}

/// A word of four letters and more in capitals; shorter ones are HDR, UHD and RAW.
fn shouts(word: Option<&str>) -> bool {
    word.is_some_and(|word| word != BREAK && word.chars().count() >= 4 && word.chars().all(char::is_uppercase))
}
