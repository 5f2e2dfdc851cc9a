//! `collapse`: what is said again goes.
//!
//! - `words = 3`: a word, or a group of up to that many words (8 at most), said again directly becomes one; 0, the default, is off.
//!   Only blanks part the words, with `across_commas = true` also commas ([`words`] says what a word is).
//! - `items = true`: an item of a comma list that was said before anywhere in the list goes ([`items`]).
//! - `keep = ["bye bye", …]`: phrases that are said twice on purpose; they concern `words` alone.
//!
//! Case is ignored throughout, and the first one stays as it is written.

pub mod items;
pub mod words;

use serde::{Deserialize, Serialize};

use super::action::{Action, Built, Context, Fault, Params, Verdict};
use super::normalise::with_any;
use words::Words;

#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
struct Collapse {
    words: usize,
    across_commas: bool,
    items: bool,
    keep: Vec<String>,
}

/// Words in a group; each one more makes every text dearer to look at.
pub const MAX_GROUP: usize = 8;

/// Reads and compiles a `collapse` rule.
pub fn build(params: Params<'_>) -> Result<Built, Fault> {
    let (params, canonical) = params.read::<Collapse>()?;
    if params.words == 0 && !params.items {
        return Err(Fault::new("every switch is off", "turn one on, e.g. words = 3 or items = true"));
    }
    if params.words > MAX_GROUP {
        return Err(Fault::new(format!("`words` is over {MAX_GROUP}"), "groups of 3 are what prompts repeat"));
    }
    if params.words == 0 && (params.across_commas || !params.keep.is_empty()) {
        return Err(Fault::new("`across_commas` and `keep` are about words", "add words = 3"));
    }
    let words = (params.words > 0).then(|| Words::new(params.words, params.across_commas, &params.keep));
    let blank = with_any(" ,\t\n\r", true);
    let comma = with_any(",", true);
    let needs = [words.is_some().then_some(blank), params.items.then_some(comma)].into_iter().flatten().collect();
    Ok(Built::with_needs(Collapser { words, items: params.items }, canonical, needs))
}

#[derive(Debug)]
struct Collapser {
    words: Option<Words>,
    items: bool,
}

impl Action for Collapser {
    /// Both shorten the text, and what one makes may be work for the other.
    fn apply(&self, text: &str, _: &Context<'_>) -> Verdict {
        let mut changed: Option<String> = None;
        loop {
            let current = changed.as_deref().unwrap_or(text);
            let fewer_words = self.words.as_ref().and_then(|words| words.collapse(current));
            let current = fewer_words.as_deref().unwrap_or(current);
            let fewer_items = if self.items { items::collapse(current) } else { None };
            match fewer_items.or(fewer_words) {
                Some(next) => changed = Some(next),
                None => break,
            }
        }
        changed.map_or(Verdict::Same, Verdict::Changed)
    }
}
