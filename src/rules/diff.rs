//! Word diffs: which words, blanks and marks of a text went and came.
//!
//! Both texts are cut at Unicode word borders (annex 29: `don't` and `3.5` are one word, a run of blanks is one, every other
//! mark stands alone; no grapheme is ever cut), the tokens get dense numbers, and Myers' algorithm of the `similar` crate
//! compares those.
//!
//! A text of 50 KB must not stop a screen: what is equal at both ends is set aside, and where more than [`TOKEN_CAP`] tokens
//! remain, the middle is shown coarsely, as one deletion and one insertion.

use rustc_hash::FxHashMap;
use similar::{Algorithm, DiffTag as Tag, capture_diff_slices};
use unicode_segmentation::UnicodeSegmentation;

use crate::model::{DiffOp, DiffTag};

/// Most tokens of both sides together that are compared one by one.
pub const TOKEN_CAP: usize = 20_000;

/// The difference of two texts by words, as ranges that tile both.
///
/// Neighbouring stretches never have the same tag, and a deletion stands before the insertion that replaces it.
pub fn word_diff(old: &str, new: &str) -> Vec<DiffOp> {
    let (old_tokens, new_tokens) = (tokens(old), tokens(new));
    let head = common(old_tokens.iter(), new_tokens.iter());
    let tail = common(old_tokens[head..].iter().rev(), new_tokens[head..].iter().rev());
    let old_middle = &old_tokens[head..old_tokens.len() - tail];
    let new_middle = &new_tokens[head..new_tokens.len() - tail];

    let mut script = Script::default();
    script.equal(bytes(&old_tokens[..head]));
    if old_middle.len() + new_middle.len() > TOKEN_CAP {
        script.change(bytes(old_middle), bytes(new_middle));
    } else {
        compare(old_middle, new_middle, &mut script);
    }
    script.equal(bytes(&old_tokens[old_tokens.len() - tail..]));
    script.finish()
}

fn tokens(text: &str) -> Vec<&str> {
    text.split_word_bounds().collect()
}

fn bytes(tokens: &[&str]) -> usize {
    tokens.iter().map(|token| token.len()).sum()
}

fn common<'t>(old: impl Iterator<Item = &'t &'t str>, new: impl Iterator<Item = &'t &'t str>) -> usize {
    old.zip(new).take_while(|(a, b)| a == b).count()
}

/// Diffs the tokens by their numbers: comparing integers is what the algorithm does most.
fn compare(old: &[&str], new: &[&str], script: &mut Script) {
    let mut numbers: FxHashMap<&str, u32> = FxHashMap::default();
    let old_numbers = number(old, &mut numbers);
    let new_numbers = number(new, &mut numbers);
    for op in capture_diff_slices(Algorithm::Myers, &old_numbers, &new_numbers) {
        let (tag, old_range, new_range) = op.as_tag_tuple();
        let (gone, come) = (bytes(&old[old_range]), bytes(&new[new_range]));
        match tag {
            Tag::Equal => script.equal(gone),
            _ => script.change(gone, come),
        }
    }
}

fn number<'t>(tokens: &[&'t str], numbers: &mut FxHashMap<&'t str, u32>) -> Vec<u32> {
    let mut assign = |token: &'t str| {
        let next = numbers.len() as u32;
        *numbers.entry(token).or_insert(next)
    };
    tokens.iter().map(|token| assign(token)).collect()
}

/// Ops in the making: a changed stretch becomes one deletion and one insertion, however it was reported.
#[derive(Default)]
struct Script {
    ops: Vec<DiffOp>,
    gone: usize,
    come: usize,
}

impl Script {
    fn equal(&mut self, len: usize) {
        if len > 0 {
            self.flush();
            self.push(DiffTag::Equal, len, len);
        }
    }

    fn change(&mut self, gone: usize, come: usize) {
        self.gone += gone;
        self.come += come;
    }

    fn finish(mut self) -> Vec<DiffOp> {
        self.flush();
        self.ops
    }

    fn flush(&mut self) {
        let (gone, come) = (std::mem::take(&mut self.gone), std::mem::take(&mut self.come));
        self.push(DiffTag::Delete, gone, 0);
        self.push(DiffTag::Insert, 0, come);
    }

    fn push(&mut self, tag: DiffTag, old_len: usize, new_len: usize) {
        if old_len + new_len == 0 {
            return;
        }
        let (old_at, new_at) = self.ops.last().map_or((0, 0), |op| (op.old.end, op.new.end));
        match self.ops.last_mut() {
            Some(last) if last.tag == tag => (last.old.end, last.new.end) = (old_at + old_len, new_at + new_len),
            _ => self.ops.push(DiffOp { tag, old: old_at..old_at + old_len, new: new_at..new_at + new_len }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `[-gone-]{+come+}` for changes, the rest as it is.
    fn shown(old: &str, new: &str) -> String {
        let show = |op: DiffOp| match op.tag {
            DiffTag::Equal => old[op.old].to_owned(),
            DiffTag::Delete => format!("[-{}-]", &old[op.old]),
            DiffTag::Insert => format!("{{+{}+}}", &new[op.new]),
        };
        word_diff(old, new).into_iter().map(show).collect()
    }

    #[test]
    fn words_are_compared_whole() {
        assert_eq!(shown("a red cat", "a blue cat"), "a [-red-]{+blue+} cat");
        assert_eq!(shown("a cat, 8k, red", "a cat, red"), "a cat, [-8k, -]red");
        assert_eq!(shown("", "new"), "{+new+}");
        assert_eq!(shown("old", ""), "[-old-]");
        assert_eq!(shown("same", "same"), "same");
        assert!(word_diff("", "").is_empty());
    }

    #[test]
    fn above_the_cap_the_middle_is_coarse() {
        let old = format!("start {}end", "a ".repeat(TOKEN_CAP));
        let new = format!("start {}end", "b ".repeat(TOKEN_CAP));
        let tags: Vec<DiffTag> = word_diff(&old, &new).into_iter().map(|op| op.tag).collect();
        assert_eq!(tags, [DiffTag::Equal, DiffTag::Delete, DiffTag::Insert, DiffTag::Equal]);
    }
}
