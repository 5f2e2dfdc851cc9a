//! Changing a text in places, from left to right; nothing is allocated when nothing changes.
//!
//! [`Edits`] puts new stretches in place of old ones. [`cut`] takes stretches away and closes the gaps ([`super::gap`]), and
//! [`Passes`] is the action of a kind that is a row of switches, each a pass over the text.

use std::ops::Range;

use unicode_normalization::char::is_combining_mark;

use super::action::{Action, Context, Verdict};
use super::gap::Gap;
use super::phrases::is_word;

/// A text in the making.
#[derive(Debug)]
pub struct Edits<'t> {
    text: &'t str,
    out: String,
    /// Up to here the old text is dealt with.
    done: usize,
    changed: bool,
}

impl<'t> Edits<'t> {
    pub fn new(text: &'t str) -> Edits<'t> {
        Edits { text, out: String::new(), done: 0, changed: false }
    }

    /// Puts `new` in place of the range; ranges come in order. What an earlier one took is not taken again.
    pub fn put(&mut self, range: Range<usize>, new: &str) {
        let start = range.start.max(self.done);
        let end = range.end.max(start);
        if self.text[start..end] == *new {
            return;
        }
        self.out.push_str(&self.text[self.done..start]);
        self.out.push_str(new);
        self.done = end;
        self.changed = true;
    }

    /// The new text; `None` when nothing was changed.
    pub fn finish(mut self) -> Option<String> {
        self.changed.then(|| {
            self.out.push_str(&self.text[self.done..]);
            self.out
        })
    }
}

/// A stretch that goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    pub range: Range<usize>,
    /// It parted what stood around it: where nothing else does, a comma comes in its place.
    pub parts: bool,
}

impl Cut {
    pub fn plain(range: Range<usize>) -> Cut {
        Cut { range, parts: false }
    }

    pub fn parting(range: Range<usize>) -> Cut {
        Cut { range, parts: true }
    }
}

/// Takes the stretches, which come in order, out of the text and closes the gaps. Words on both sides never become one, and a
/// stretch that a combining mark follows stays, since the mark would move to another letter.
pub fn cut(text: &str, cuts: Vec<Cut>) -> Option<String> {
    let mut merged: Vec<Cut> = Vec::with_capacity(cuts.len());
    for next in cuts.into_iter().filter(|cut| !begins_with_mark(&text[cut.range.end..])) {
        match merged.last_mut() {
            Some(last) if joins(text, last, &next) => {
                last.range.end = next.range.end.max(last.range.end);
                last.parts |= next.parts;
            }
            _ => merged.push(next),
        }
    }
    let mut edits = Edits::new(text);
    for cut in merged {
        let gap = Gap::around(text, &cut.range);
        edits.put(gap.range(), &filling(text, &gap, cut.parts));
    }
    edits.finish()
}

fn joins(text: &str, last: &Cut, next: &Cut) -> bool {
    last.range.end >= next.range.start || Gap::is_only_separators(text, last.range.end..next.range.start)
}

fn filling(text: &str, gap: &Gap<'_>, parts: bool) -> String {
    let filling = gap.filling();
    let before = text[..gap.range().start].chars().next_back();
    let after = text[gap.range().end..].chars().next();
    let (Some(before), Some(after)) = (before, after) else { return filling };
    let inside = !is_opening(before) && !is_closing(after);
    if parts && inside && filling.trim().is_empty() {
        return format!(",{}", if filling.is_empty() { " " } else { &filling });
    }
    if filling.is_empty() && is_word(before) && is_word(after) { " ".to_owned() } else { filling }
}

pub fn is_opening(c: char) -> bool {
    matches!(c, '(' | '[' | '{' | '<')
}

pub fn is_closing(c: char) -> bool {
    matches!(c, ')' | ']' | '}' | '>')
}

/// Whether what stands before the text would share its first character's cluster.
pub fn begins_with_mark(text: &str) -> bool {
    text.chars().next().is_some_and(|c| !c.is_ascii() && is_combining_mark(c))
}

/// One way over a text: the new one, or `None` when it is as it was.
pub type Pass = fn(&str) -> Option<String>;

/// Passes in order, again and again until none finds anything to do: what one makes is work for another.
#[derive(Debug)]
pub struct Passes(pub Vec<Pass>);

/// Each pass takes something away or leaves it for good, so two or three rounds do; this one is for texts made to do harm.
const MAX_ROUNDS: usize = 24;

impl Action for Passes {
    fn apply(&self, text: &str, context: &Context<'_>) -> Verdict {
        let mut changed: Option<String> = None;
        for _ in 0..MAX_ROUNDS {
            let mut rests = true;
            for (part, pass) in self.0.iter().enumerate() {
                // What the text needs was looked up before it changed.
                if changed.is_none() && !context.awake.has(part) {
                    continue;
                }
                if let Some(next) = pass(changed.as_deref().unwrap_or(text)) {
                    changed = Some(next);
                    rests = false;
                }
            }
            if rests {
                break;
            }
        }
        match changed {
            Some(new) if new != text => Verdict::Changed(new),
            _ => Verdict::Same,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_built_when_nothing_changes() {
        let mut edits = Edits::new("a cat");
        edits.put(0..1, "a");
        assert_eq!(edits.finish(), None);
    }

    #[test]
    fn edits_come_in_order_and_do_not_overlap() {
        let mut edits = Edits::new("a red cat");
        edits.put(2..5, "big");
        edits.put(4..6, "");
        edits.put(9..9, "s");
        assert_eq!(edits.finish().as_deref(), Some("a bigcats"));
    }

    #[test]
    fn cuts_keep_words_apart() {
        let cuts = |parts| vec![Cut { range: 3..6, parts }];
        assert_eq!(cut("cat<x>dog", cuts(false)).as_deref(), Some("cat dog"));
        assert_eq!(cut("cat<x>dog", cuts(true)).as_deref(), Some("cat, dog"));
        assert_eq!(cut("cat<x>\u{301}dog", cuts(true)), None);
    }
}
