//! One mark where several stand, a blank after it and none before.
//!
//! Marks are `, ; . ! ? …` and their full-width forms. `:` is none: it stands in ratios, times and weights.
//!
//! - A run of one mark is that mark; three dots and more are `...`.
//! - Of several, also with blanks between, the strongest stays: `?` before `!`, then an ellipsis, `.`, `;` and `,`. An
//!   abbreviation keeps its dot before a comma (`u.s., etc.`).
//! - Blanks before a mark go, but not before one that begins a word (`.5`, `.hack`, `...and`), and line breaks never do.
//! - After `,` and `;` comes a blank, but not between digits, at an end, or before a closing bracket or a quotation mark.
//!
//! Dots between two digits (`1..5`) stay as they are, and so does the `;` that ends an HTML entity.

use std::ops::Range;

use super::super::edits::{Edits, begins_with_mark};

/// `None` when there is nothing to tidy.
pub fn tidy(text: &str) -> Option<String> {
    let mut edits = Edits::new(text);
    let mut from = 0;
    while let Some(at) = text[from..].find(is_mark).map(|at| from + at) {
        match run_at(text, at) {
            Some(first) => {
                let cluster = Cluster::from(text, first);
                cluster.tidy(text, &mut edits);
                from = cluster.end;
            }
            None => from = same_end(text, at),
        }
    }
    edits.finish()
}

/// How strong a mark is; the order is the point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Strength {
    Comma,
    Semicolon,
    Stop,
    Ellipsis,
    Exclamation,
    Question,
}

fn strength(c: char) -> Option<Strength> {
    match c {
        ',' | '，' | '、' => Some(Strength::Comma),
        ';' | '；' => Some(Strength::Semicolon),
        '.' | '。' => Some(Strength::Stop),
        '…' => Some(Strength::Ellipsis),
        '!' | '！' => Some(Strength::Exclamation),
        '?' | '？' => Some(Strength::Question),
        _ => None,
    }
}

fn is_mark(c: char) -> bool {
    strength(c).is_some()
}

/// A run of one mark.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Run {
    range: Range<usize>,
    strength: Strength,
    /// What it becomes.
    as_one: &'static str,
}

/// The run that starts here, unless it belongs to a word or carries a combining mark.
fn run_at(text: &str, at: usize) -> Option<Run> {
    let mark = text[at..].chars().next()?;
    let end = same_end(text, at);
    let (before, after) = (text[..at].chars().next_back(), text[end..].chars().next());
    let strength = strength(mark)?;
    let is_stop = strength >= Strength::Stop;
    let begins_word = is_stop && after.is_some_and(char::is_alphanumeric) && !before.is_some_and(char::is_alphanumeric);
    if begins_word || begins_with_mark(&text[end..]) {
        return None;
    }
    let count = (end - at) / mark.len_utf8();
    if mark == '.' && count >= 3 {
        return Some(Run { range: at..end, strength: Strength::Ellipsis, as_one: "..." });
    }
    Some(Run { range: at..end, strength, as_one: as_str(mark)? })
}

fn as_str(mark: char) -> Option<&'static str> {
    let all = [",", ";", ".", "!", "?", "…", "，", "、", "；", "。", "！", "？"];
    all.into_iter().find(|known| known.starts_with(mark))
}

/// Where the run of the character at `at` ends.
fn same_end(text: &str, at: usize) -> usize {
    let Some(first) = text[at..].chars().next() else { return at };
    text.len() - text[at..].trim_start_matches(first).len()
}

/// Runs with nothing but blanks between.
#[derive(Debug)]
struct Cluster {
    start: usize,
    end: usize,
    strongest: Run,
    runs: usize,
    /// A dot with a comma or semicolon directly after it, and no other strength among the runs.
    abbreviates: bool,
    last: Strength,
}

impl Cluster {
    fn from(text: &str, first: Run) -> Cluster {
        let mut cluster = Cluster {
            start: first.range.start,
            end: first.range.end,
            runs: 1,
            abbreviates: false,
            last: first.strength,
            strongest: first,
        };
        while let Some(next) = run_at(text, after_blanks(text, cluster.end)) {
            cluster.add(next);
        }
        cluster
    }

    fn add(&mut self, next: Run) {
        let directly = next.range.start == self.end;
        self.runs += 1;
        self.end = next.range.end;
        if next.strength > self.strongest.strength {
            self.strongest = next;
            self.abbreviates = false;
            return;
        }
        let is_dot = self.strongest.as_one == "." && self.strongest.range.len() == 1;
        let weaker = next.as_one == "," || next.as_one == ";";
        if self.runs == 2 {
            self.abbreviates = is_dot && weaker && directly;
            self.last = next.strength;
        } else {
            self.abbreviates &= next.strength == self.last;
        }
    }

    fn tidy(&self, text: &str, edits: &mut Edits<'_>) {
        let before = text[..self.start].trim_end_matches(is_blank);
        let at_line_start = before.is_empty() || before.ends_with(['\n', '\r']);
        let start = if at_line_start { self.start } else { before.len() };
        let is_bare = self.runs == 1 && start == self.start;
        if is_bare && self.between_digits(text) && (self.strongest.as_one == "." || self.strongest.range.len() == 1) {
            return;
        }
        let mut new = String::new();
        let mut mark = self.strongest.as_one;
        if self.abbreviates && before.ends_with(char::is_alphanumeric) {
            new.push('.');
            mark = if self.last == Strength::Comma { "," } else { ";" };
        }
        let parts = matches!(mark, "," | ";") && !(self.runs == 1 && ends_entity(text, self.end));
        let was_several = self.runs > 1 && mark.is_ascii();
        if new.is_empty() && is_bare && !parts && self.strongest.range.len() == mark.len() {
            return;
        }
        new.push_str(mark);
        if (parts || was_several) && wants_blank(&text[self.end..]) {
            new.push(' ');
        }
        edits.put(start..self.end, &new);
    }

    fn between_digits(&self, text: &str) -> bool {
        let is_digit = |c: char| c.is_numeric();
        text[..self.start].ends_with(is_digit) && text[self.end..].starts_with(is_digit)
    }
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() && c != '\n' && c != '\r'
}

fn after_blanks(text: &str, from: usize) -> usize {
    text.len() - text[from..].trim_start_matches(is_blank).len()
}

fn wants_blank(after: &str) -> bool {
    let closes =
        |c: char| matches!(c, ')' | ']' | '}' | '>' | '"' | '\'' | '’' | '”' | '»' | '›' | ':' | '\u{200c}' | '\u{200d}');
    after.chars().next().is_some_and(|next| !next.is_whitespace() && !closes(next) && !is_mark(next))
}

/// Whether the `;` before `end` ends something like `&amp;`.
fn ends_entity(text: &str, end: usize) -> bool {
    let Some(name) = text[..end].strip_suffix(';') else { return false };
    let head = name.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || c == '#');
    head.ends_with('&') && head.len() < name.len()
}
