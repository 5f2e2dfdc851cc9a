//! Persons' names in a prompt, found offline.
//!
//! Lists of names (see `assets/names/README.md`) meet the grammar of prompts: credits (`by X, Y and Z`, `in the style of X`),
//! lists that go on after a name, given names with a family name behind them. Prompts are mostly in lower case, so a capital
//! is only a hint. One pass over the words; no allocation for a text in which nothing announces a name.

mod class;
mod fold;
mod grammar;
mod line;
mod tables;
#[cfg(test)]
mod tests;
mod words;

use std::cell::RefCell;
use std::ops::Range;

use class::Class;
use grammar::Place;
use line::Line;
use tables::{Entry, TABLES};
use words::{Gap, Reader, Word};

/// Room for words kept between texts: more than any prompt has.
const KEPT_WORDS: usize = 4096;

thread_local! {
    /// The words of the text at hand; kept to spare an allocation per text.
    static WORDS: RefCell<Vec<Word>> = const { RefCell::new(Vec::new()) };
}

/// The persons named in a text: byte ranges in ascending order that do not overlap, each starting and ending with a letter
/// or digit of the name (titles and a possessive 's are left out).
pub fn persons(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    each(text, |range| found.push(range));
    found
}

/// The number of persons named in a text: the length of [`persons`] without the list.
pub fn count(text: &str) -> usize {
    let mut found = 0;
    each(text, |_| found += 1);
    found
}

fn each(text: &str, found: impl FnMut(Range<usize>)) {
    let tables = &*TABLES;
    WORDS.with_borrow_mut(|words| {
        let mut reader = Reader::new(text);
        let mut any = Class::default();
        while let Some(word) = reader.next(tables) {
            any = any.with(word.class);
            words.push(word);
        }
        if any.is(Class::TRIGGER) {
            scan(&Line::new(words, tables), found);
        }
        words.clear();
        words.shrink_to(KEPT_WORDS);
    });
}

/// Goes through the words, telling how much each place speaks for a name.
fn scan(line: &Line, mut found: impl FnMut(Range<usize>)) {
    let mut place = Place::Plain;
    let mut at = 0;
    while at < line.len() {
        if let Some(next) = grammar::announced(line, at) {
            (place, at) = (Place::Credit, next);
        } else if let Some((Entry::NotAPerson, end)) = line.entry(at) {
            at = end;
            place = after(line, end, place);
        } else if let Some(end) = grammar::name(line, at, place) {
            if let (Some(first), Some(last)) = (line.get(at), line.get(end - 1)) {
                found(first.start..last.end);
            }
            at = end;
            place = after(line, end, Place::List);
        } else if line.is(at, Class::NUMBER) && place != Place::Plain {
            at += 1;
        } else {
            (place, at) = (Place::Plain, at + 1);
        }
        if place != Place::Plain && line.is(at, Class::AND) {
            at += 1;
        }
    }
}

/// The place behind an item of a list: the list goes on unless a sentence or line ended.
fn after(line: &Line, at: usize, place: Place) -> Place {
    if place != Place::Plain && line.gap(at) < Gap::Hard { Place::List } else { Place::Plain }
}
