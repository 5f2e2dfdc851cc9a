//! Words and groups of words that are said again directly.
//!
//! A word is a run of letters and digits of any script with their marks, and hyphens and apostrophes between them. It is none
//! for this purpose where it is a piece of something longer: of `c++`, `cat.jpg`, `and/or`, `#1`. A group needs a letter, so that
//! the digits of `2 0 0 0` stay, and a single letter is no group, so that `A. A. Milne` and `j j abrams` stay.

use std::ops::Range;

use rustc_hash::FxHashSet;
use unicode_normalization::char::is_combining_mark;

use super::super::edits::Edits;
use super::super::phrases::is_word;
use super::MAX_GROUP;

/// How words are collapsed.
#[derive(Debug)]
pub struct Words {
    /// Words in the longest group.
    group: usize,
    across_commas: bool,
    /// Lower-case words joined by blanks, to be said twice.
    keep: FxHashSet<String>,
}

/// A word, and whether nothing but what may part words stands between it and the one before.
#[derive(Debug, Clone, Default)]
struct Word {
    range: Range<usize>,
    follows: bool,
}

impl Words {
    pub fn new(group: usize, across_commas: bool, keep: &[String]) -> Words {
        let plain = |phrase: &String| phrase.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ");
        Words { group: group.min(MAX_GROUP), across_commas, keep: keep.iter().map(plain).collect() }
    }

    /// `None` when nothing is said twice.
    pub fn collapse(&self, text: &str) -> Option<String> {
        if !self.may_repeat(text) {
            return None;
        }
        let mut said: Vec<Word> = Vec::new();
        let mut edits = Edits::new(text);
        let mut gone: Vec<Range<usize>> = Vec::new();
        for word in self.words(text) {
            said.push(word);
            while let Some(group) = (1..=self.group).find(|group| self.repeats(text, &said, *group)) {
                let end = said[said.len() - 1].range.end;
                said.truncate(said.len() - group);
                let start = said[said.len() - 1].range.end;
                gone.retain(|range| range.start < start);
                gone.push(start..end);
            }
        }
        gone.into_iter().for_each(|range| edits.put(range, ""));
        edits.finish()
    }

    /// Whether the last words say again what the same number of words before them said.
    fn repeats(&self, text: &str, said: &[Word], group: usize) -> bool {
        let Some(first) = said.len().checked_sub(2 * group) else { return false };
        let tail = &said[first..];
        let (once, again) = tail.split_at(group);
        tail[1..].iter().all(|word| word.follows)
            && once.iter().zip(again).all(|(one, other)| same(&text[one.range.clone()], &text[other.range.clone()]))
            && is_group(text, once)
            && !is_piece(text, once)
            && !is_piece(text, again)
            && !self.is_kept(text, tail)
    }

    fn is_kept(&self, text: &str, words: &[Word]) -> bool {
        if self.keep.is_empty() {
            return false;
        }
        let plain: Vec<String> = words.iter().map(|word| text[word.range.clone()].to_lowercase()).collect();
        self.keep.contains(&plain.join(" "))
    }

    /// Whether any group could be said twice: without building anything, and not too exact.
    fn may_repeat(&self, text: &str) -> bool {
        let mut ring: [Range<usize>; MAX_GROUP] = Default::default();
        let mut alike = [0usize; MAX_GROUP];
        let mut row = 0;
        for (count, word) in self.words(text).enumerate() {
            row = if word.follows { row + 1 } else { 1 };
            for back in 1..=self.group.min(count) {
                let before = &ring[(count - back) % MAX_GROUP];
                let is_same = row > back && same(&text[before.clone()], &text[word.range.clone()]);
                alike[back - 1] = if is_same { alike[back - 1] + 1 } else { 0 };
                if alike[back - 1] >= back && row >= 2 * back {
                    return true;
                }
            }
            ring[count % MAX_GROUP] = word.range;
        }
        false
    }

    fn words<'t>(&self, text: &'t str) -> impl Iterator<Item = Word> + use<'t> {
        let across_commas = self.across_commas;
        let mut from = 0;
        std::iter::from_fn(move || {
            let start = from + text[from..].find(is_word)?;
            let end = word_end(text, start);
            let before = &text[from..start];
            let follows = from > 0 && parts_words(before, across_commas);
            from = end;
            Some(Word { range: start..end, follows })
        })
    }
}

/// At least a blank, or with `commas` one comma.
fn parts_words(between: &str, commas: bool) -> bool {
    if between == " " {
        return true;
    }
    let rest = between.trim();
    rest.is_empty() && !between.is_empty() || commas && rest == ","
}

fn word_end(text: &str, start: usize) -> usize {
    let mut end = start;
    loop {
        end += text.as_bytes()[end..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let mut chars = text[end..].chars();
        let Some(c) = chars.next() else { return end };
        let joins = matches!(c, '-' | '\'' | '’') && chars.next().is_some_and(is_word);
        if !(is_word(c) || joins || extends(c)) {
            return end;
        }
        end += c.len_utf8();
    }
}

fn extends(c: char) -> bool {
    !c.is_ascii() && is_combining_mark(c) || matches!(c, '\u{200c}' | '\u{200d}')
}

/// Ignoring case.
fn same(one: &str, other: &str) -> bool {
    // Most words differ in the first letter already, and every word is compared with several.
    match (one.as_bytes().first(), other.as_bytes().first()) {
        (Some(a), Some(b)) if a.is_ascii() && b.is_ascii() && !a.eq_ignore_ascii_case(b) => false,
        _ => one.eq_ignore_ascii_case(other) || !one.is_ascii() && !other.is_ascii() && lower(one).eq(lower(other)),
    }
}

fn lower(text: &str) -> impl Iterator<Item = char> + use<'_> {
    text.chars().flat_map(char::to_lowercase)
}

/// Whether these words are worth saying once, and whole.
fn is_group(text: &str, words: &[Word]) -> bool {
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return false };
    let said = &text[first.range.start..last.range.end];
    let is_letter = words.len() == 1 && said.len() == 1;
    !is_letter && said.contains(char::is_alphabetic)
}

/// Whether the words are a piece of something longer: glued to it by a sign that is no separator.
fn is_piece(text: &str, words: &[Word]) -> bool {
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return false };
    let mut before = text[..first.range.start].chars().rev();
    let mut after = text[last.range.end..].chars();
    let ahead = before.next().is_some_and(|c| "#@$.+".contains(c) || glues(c) && before.next().is_some_and(is_word));
    let behind = after.next().is_some_and(|c| "+#%".contains(c) || glues(c) && after.next().is_some_and(is_word));
    ahead || behind
}

fn glues(c: char) -> bool {
    "./@:_&#+=*%$\\~^<>'’-·".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same by trying every place and every group until nothing is left to do.
    fn by_force(words: &Words, text: &str) -> Option<String> {
        let list: Vec<Word> = words.words(text).collect();
        for end in 2..=list.len() {
            for group in 1..=words.group.min(end / 2) {
                if words.repeats(text, &list[..end], group) {
                    let (start, end) = (list[end - group - 1].range.end, list[end - 1].range.end);
                    let next = format!("{}{}", &text[..start], &text[end..]);
                    return Some(by_force(words, &next).unwrap_or(next));
                }
            }
        }
        None
    }

    #[test]
    fn every_short_text_comes_out_as_by_force() {
        let words = Words::new(3, true, &["xx xx".to_owned()]);
        let parts = ["aa", "Aa", "xx", "b", "7"];
        for number in 0..parts.len().pow(6) * 2 {
            let (mut rest, mut text) = (number / 2, String::new());
            for _ in 0..6 {
                text.push_str(parts[rest % parts.len()]);
                text.push_str(if number % 2 == 0 || rest % 7 > 0 { " " } else { ", " });
                rest /= parts.len();
            }
            assert_eq!(words.collapse(&text), by_force(&words, &text), "{text}");
        }
    }
}
