//! Which rule made which change: the word diff from the raw text to the end, each deletion and insertion with its rule.
//!
//! The diffs of the single steps are composed. While walking the steps, the current text is known as a tiling of stretches,
//! each either still the raw text's or written by a rule, with the deleted stretches of the raw text between them. The next
//! step's diff tiles the same text, so both are walked together:
//!
//! | the step says | of raw text | of a rule's insertion |
//! |---|---|---|
//! | equal | stays raw | stays that rule's |
//! | delete | deleted by this rule | vanishes: it was never in the raw text, nor is it in the end |
//! | insert | inserted by this rule | |

use std::collections::VecDeque;
use std::ops::Range;

use super::diff::word_diff;
use super::way::Step;
use crate::model::{DiffOp, DiffTag};

/// One stretch of an attributed diff. `rule` is the index of the rule that made it, and `None` for what is equal.
///
/// As with [`DiffOp`], the ops tile both texts in order; neighbours differ in tag or rule, and within a changed stretch
/// the deletions stand before the insertions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttributedOp {
    pub tag: DiffTag,
    /// Bytes of the raw text; empty for an insertion.
    pub old: Range<usize>,
    /// Bytes of the text after the last step; empty for a deletion.
    pub new: Range<usize>,
    pub rule: Option<usize>,
}

/// How the current text came from the raw one, while the steps are walked.
#[derive(Debug, Clone)]
pub(super) struct Pieces(Vec<Piece>);

/// A stretch by its length; `rule` is who deleted or inserted it.
#[derive(Debug, Clone, Copy)]
struct Piece {
    tag: DiffTag,
    len: usize,
    rule: Option<usize>,
}

impl Pieces {
    /// Nothing happened to the raw text yet.
    pub fn of(raw: &str) -> Pieces {
        Pieces(vec![Piece { tag: DiffTag::Equal, len: raw.len(), rule: None }])
    }

    /// Takes a step in: the diff from the text before it to the text after it.
    pub fn step(&mut self, diff: &[DiffOp], rule: usize) {
        let mut before = VecDeque::from(std::mem::take(&mut self.0));
        let mut after = Vec::with_capacity(before.len() + diff.len());
        for op in diff {
            match op.tag {
                DiffTag::Insert => after.push(Piece { tag: DiffTag::Insert, len: op.new.len(), rule: Some(rule) }),
                DiffTag::Equal => take(&mut before, op.old.len(), |piece| after.push(piece)),
                DiffTag::Delete => take(&mut before, op.old.len(), |piece| match piece.tag {
                    DiffTag::Equal => after.push(Piece { tag: DiffTag::Delete, rule: Some(rule), ..piece }),
                    DiffTag::Delete => after.push(piece),
                    DiffTag::Insert => {}
                }),
            }
        }
        after.extend(before);
        self.0 = after;
    }

    /// The bytes of the raw text that a stretch of the current one came from, with what was deleted inside it. For what a rule
    /// inserted, the place where it did.
    pub fn raw_range(&self, current: &Range<usize>) -> Range<usize> {
        let (mut raw, mut now) = (0, 0);
        let (mut start, mut end) = (None, None);
        for piece in &self.0 {
            let (raw_len, now_len) = match piece.tag {
                DiffTag::Equal => (piece.len, piece.len),
                DiffTag::Delete => (piece.len, 0),
                DiffTag::Insert => (0, piece.len),
            };
            let at = |place: usize| raw + (place - now).min(raw_len);
            if start.is_none() && current.start < now + now_len {
                start = Some(at(current.start));
            }
            if end.is_none() && current.end <= now + now_len && (now_len > 0 || current.end == 0) {
                end = Some(at(current.end));
            }
            (raw, now) = (raw + raw_len, now + now_len);
        }
        let start = start.unwrap_or(raw);
        start..end.unwrap_or(raw).max(start)
    }

    /// The diff from the raw text to the current one.
    pub fn diff(self) -> Vec<AttributedOp> {
        placed(self.0)
    }
}

/// The diff from `raw` to the text after the last of its [`steps`](super::Way::steps).
pub fn attributed_diff(raw: &str, steps: &[Step]) -> Vec<AttributedOp> {
    let mut pieces = Pieces::of(raw);
    let mut current = raw;
    for step in steps.iter().filter(|step| !step.dropped) {
        pieces.step(&word_diff(current, &step.text), step.rule);
        current = &step.text;
    }
    pieces.diff()
}

/// Hands out the next `len` bytes of the current text as pieces, cut where needed, and the deletions on the way.
fn take(pieces: &mut VecDeque<Piece>, mut len: usize, mut give: impl FnMut(Piece)) {
    while len > 0 {
        let Some(piece) = pieces.pop_front() else { return };
        if piece.tag == DiffTag::Delete {
            give(piece);
            continue;
        }
        let taken = piece.len.min(len);
        give(Piece { len: taken, ..piece });
        if taken < piece.len {
            pieces.push_front(Piece { len: piece.len - taken, ..piece });
        }
        len -= taken;
    }
}

/// Gives the pieces their places in both texts, deletions of a changed stretch first.
fn placed(mut pieces: Vec<Piece>) -> Vec<AttributedOp> {
    for stretch in pieces.split_mut(|piece| piece.tag == DiffTag::Equal) {
        stretch.sort_by_key(|piece| piece.tag == DiffTag::Insert);
    }
    let mut ops: Vec<AttributedOp> = Vec::with_capacity(pieces.len());
    for piece in pieces.into_iter().filter(|piece| piece.len > 0) {
        let (old_at, new_at) = ops.last().map_or((0, 0), |op| (op.old.end, op.new.end));
        let old_end = old_at + if piece.tag == DiffTag::Insert { 0 } else { piece.len };
        let new_end = new_at + if piece.tag == DiffTag::Delete { 0 } else { piece.len };
        match ops.last_mut() {
            Some(last) if last.tag == piece.tag && last.rule == piece.rule => (last.old.end, last.new.end) = (old_end, new_end),
            _ => ops.push(AttributedOp { tag: piece.tag, old: old_at..old_end, new: new_at..new_end, rule: piece.rule }),
        }
    }
    ops
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(rule: usize, text: &str) -> Step {
        Step { rule, text: text.into(), ..Step::default() }
    }

    /// `[3-gone-]{4+come+}`.
    fn shown(raw: &str, steps: &[Step]) -> String {
        let end = steps.last().map_or(raw, |step| &step.text);
        let show = |op: AttributedOp| match (op.tag, op.rule) {
            (DiffTag::Delete, Some(rule)) => format!("[{rule}-{}-]", &raw[op.old]),
            (DiffTag::Insert, Some(rule)) => format!("{{{rule}+{}+}}", &end[op.new]),
            _ => raw[op.old].to_owned(),
        };
        attributed_diff(raw, steps).into_iter().map(show).collect()
    }

    #[test]
    fn each_change_names_its_rule() {
        let steps = [step(1, "a blue cat, 8k"), step(4, "a blue cat")];
        assert_eq!(shown("a red cat, 8k", &steps), "a [1-red-]{1+blue+} cat[4-, 8k-]");
    }

    #[test]
    fn what_a_rule_writes_and_a_later_one_removes_is_the_first_ones_deletion() {
        let steps = [step(0, "a blue cat"), step(2, "a cat")];
        assert_eq!(shown("a red cat", &steps), "a [0-red-][2- -]cat");
    }

    #[test]
    fn stretches_are_traced_back_to_the_raw_text() {
        let mut pieces = Pieces::of("a red cat, 8k");
        pieces.step(&word_diff("a red cat, 8k", "a dark blue cat, 8k"), 0);
        assert_eq!(pieces.raw_range(&(12..15)), 6..9, "cat");
        assert_eq!(pieces.raw_range(&(2..11)), 5..5, "dark blue came behind red");
        assert_eq!(pieces.raw_range(&(0..19)), 0..13);
        assert_eq!(pieces.raw_range(&(19..19)), 13..13);
        assert_eq!(pieces.raw_range(&(0..0)), 0..0);
    }

    #[test]
    fn no_steps_or_a_drop_leave_it_equal() {
        assert_eq!(shown("a cat", &[]), "a cat");
        assert_eq!(shown("a cat", &[Step { dropped: true, ..step(3, "a cat") }]), "a cat");
        assert!(attributed_diff("", &[]).is_empty());
    }
}
