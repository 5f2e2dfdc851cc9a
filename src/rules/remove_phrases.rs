//! `remove-phrases`: remove listed phrases, as whole words, and close the gap ([`super::gap`] says how).
//!
//! Parameters: `phrases`, ignoring case; `before` and `after`: words that go along when they stand directly before or after a
//! phrase, such as `in the style of`; `by = true`, short for `before = ["by"]`; `whole_item = true`: only where the phrase is
//! a whole item of a comma list or a sentence, so that `octane` goes and `an octane bottle` stays.
//!
//! When an `and` follows, the words before stay for the next item: `by A and B` without A is `by B`.
//!
//! `gap = "leave"` takes the phrase and the words before and after it away and tidies nothing; `borders = false` finds phrases
//! inside words too. Both are what plain scripts do, and both do harm.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::action::{Action, Built, Context, Fault, Params, Verdict};
use super::gap::Gap;
use super::need::Need;
use super::phrases::{Phrases, is_whole};

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct RemovePhrases {
    phrases: Vec<String>,
    #[serde(default)]
    by: bool,
    #[serde(default)]
    before: Vec<String>,
    #[serde(default)]
    after: Vec<String>,
    #[serde(default)]
    whole_item: bool,
    #[serde(default)]
    gap: Closing,
    #[serde(default = "yes")]
    borders: bool,
}

/// What becomes of the separators around a removed phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
enum Closing {
    #[default]
    Close,
    Leave,
}

fn yes() -> bool {
    true
}

/// Reads and compiles a `remove-phrases` rule.
pub fn build(params: Params<'_>) -> Result<Built, Fault> {
    let (params, canonical) = params.read::<RemovePhrases>()?;
    let phrases = Phrases::new(&params.phrases)?;
    let mut before = params.before;
    if params.by {
        before.push("by".into());
    }
    let needs = vec![Need::one_of(&params.phrases)];
    let (before, after) = (longest_first(before)?, longest_first(params.after)?);
    let RemovePhrases { whole_item, gap, borders, .. } = params;
    Ok(Built::with_needs(Remover { phrases, before, after, whole_item, gap, borders }, canonical, needs))
}

fn longest_first(mut words: Vec<String>) -> Result<Vec<String>, Fault> {
    if words.iter().any(|word| word.trim().is_empty()) {
        return Err(Fault::new("`before` or `after` has a blank word", "remove it"));
    }
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    Ok(words)
}

#[derive(Debug)]
struct Remover {
    phrases: Phrases,
    before: Vec<String>,
    after: Vec<String>,
    whole_item: bool,
    gap: Closing,
    borders: bool,
}

/// A stretch that goes, and where the words before it start.
#[derive(Debug, Clone)]
struct Stretch {
    lead: usize,
    range: Range<usize>,
}

impl Action for Remover {
    fn apply(&self, text: &str, _: &Context<'_>) -> Verdict {
        let mut out = String::new();
        let mut done = 0;
        for stretch in self.stretches(text) {
            let Some((range, filling)) = self.edit(text, &stretch) else { continue };
            out.push_str(&text[done..range.start]);
            out.push_str(&filling);
            done = range.end;
        }
        if done == 0 {
            return Verdict::Same;
        }
        out.push_str(&text[done..]);
        Verdict::Changed(out)
    }
}

impl Remover {
    /// What goes, with neighbours that only separators part merged into one.
    fn stretches(&self, text: &str) -> Vec<Stretch> {
        let mut merged: Vec<Stretch> = Vec::new();
        let found = if self.borders { self.phrases.whole_words(text) } else { self.phrases.anywhere(text) };
        for found in found {
            let free_from = merged.last().map_or(0, |last| last.range.end);
            if found.start < free_from {
                continue;
            }
            let stretch = self.widen(text, free_from, found);
            match merged.last_mut() {
                Some(last) if self.gap == Closing::Close && Gap::is_only_separators(text, last.range.end..stretch.lead) => {
                    last.range.end = stretch.range.end
                }
                _ => merged.push(stretch),
            }
        }
        merged
    }

    /// Takes the words before and after along.
    fn widen(&self, text: &str, free_from: usize, found: Range<usize>) -> Stretch {
        let lead = self.before.iter().find_map(|word| ends_in(text, free_from..found.start, word));
        // A plain script's pattern has one blank there.
        let lead = lead.filter(|(_, blanks)| self.gap == Closing::Close || *blanks == 1).map_or(found.start, |(start, _)| start);
        let end = self.after.iter().find_map(|word| starts_with(text, found.end, word)).unwrap_or(found.end);
        Stretch { lead, range: found.start..end }
    }

    /// The bytes that go for a stretch, and what comes in their place.
    fn edit(&self, text: &str, stretch: &Stretch) -> Option<(Range<usize>, String)> {
        if self.gap == Closing::Leave {
            return Some((stretch.lead..stretch.range.end, String::new()));
        }
        let whole = Gap::around(text, &(stretch.lead..stretch.range.end));
        if self.whole_item && !whole.is_item() {
            return None;
        }
        let lead_stays = stretch.lead < stretch.range.start && whole.goes_on();
        if lead_stays {
            let range = stretch.range.start..whole.range().end;
            return Some((range, String::new()));
        }
        Some((whole.range(), whole.filling()))
    }
}

/// Where `word` starts if the range ends in it and blanks, and how many bytes of blanks.
fn ends_in(text: &str, range: Range<usize>, word: &str) -> Option<(usize, usize)> {
    let head = text[range.clone()].trim_end();
    if head.len() == range.len() {
        return None;
    }
    let end = range.start + head.len();
    let start = end.checked_sub(word.len()).filter(|start| *start >= range.start)?;
    is_word_at(text, start..end, word).then_some((start, range.len() - head.len()))
}

/// Where `word` ends if it follows after a blank.
fn starts_with(text: &str, from: usize, word: &str) -> Option<usize> {
    let tail = text[from..].trim_start();
    let start = text.len() - tail.len();
    if start == from {
        return None;
    }
    is_word_at(text, start..start + word.len(), word).then_some(start + word.len())
}

fn is_word_at(text: &str, range: Range<usize>, word: &str) -> bool {
    text.get(range.clone()).is_some_and(|found| found.eq_ignore_ascii_case(word)) && is_whole(text, &range)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::gate::Awake;
    use crate::rules::subject::Subject;

    fn remover(whole_item: bool) -> Remover {
        let phrases = ["greg rutkowski", "artgerm", "8k", "8k render"].map(String::from);
        Remover {
            phrases: Phrases::new(&phrases).expect("valid"),
            before: longest_first(vec!["by".into(), "in the style of".into()]).expect("valid"),
            after: vec!["style".into()],
            whole_item,
            gap: Closing::Close,
            borders: true,
        }
    }

    fn applied(remover: &Remover, text: &str) -> Verdict {
        let context = Context { subject: &Subject::default(), awake: Awake::ALL };
        remover.apply(text, &context)
    }

    fn removed(text: &str) -> String {
        match applied(&remover(false), text) {
            Verdict::Changed(text) => text,
            _ => text.to_owned(),
        }
    }

    #[test]
    fn words_around_go_along() {
        assert_eq!(removed("a cat by Greg Rutkowski, red"), "a cat, red");
        assert_eq!(removed("a cat in the style of artgerm"), "a cat");
        assert_eq!(removed("a cat, artgerm style, red"), "a cat, red");
        assert_eq!(removed("standby artgerm"), "standby");
    }

    #[test]
    fn the_list_goes_on_with_its_by() {
        assert_eq!(removed("a cat by artgerm and greg rutkowski and moebius, red"), "a cat by moebius, red");
        assert_eq!(removed("a cat by moebius and artgerm, red"), "a cat by moebius, red");
        assert_eq!(removed("a cat by artgerm, greg rutkowski, 8k"), "a cat");
    }

    #[test]
    fn a_gap_can_be_left_and_words_cut() {
        let plain = Remover { gap: Closing::Leave, borders: false, ..remover(false) };
        assert_eq!(applied(&plain, "a cat by artgerm, 8k, an 18km road"), Verdict::Changed("a cat , , an 1m road".into()));
    }

    #[test]
    fn whole_items_only() {
        let item = remover(true);
        assert_eq!(applied(&item, "an artgerm poster"), Verdict::Same);
        assert_eq!(applied(&item, "a poster, artgerm. red"), Verdict::Changed("a poster. red".into()));
    }
}
