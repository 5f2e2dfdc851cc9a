//! `prompt-syntax`: what a prompt says to the program that reads it, and not about the picture.
//!
//! | switch | what it does |
//! |---|---|
//! | `weights = "strip"` | `(x:1.2)`, `((x))`, `{x}`, `x:1.2` and `x::2` become `x` ([`weights`] says when `(x)` and `[x]` do) |
//! | `negative = "strip"` | from `negative prompt:` on, everything goes |
//! | `networks = true` | `<lora:…>`, `<lyco:…>`, `<locon:…>`, `<hypernet:…>` go |
//! | `break = true` | the word `BREAK` goes ([`parts`]) |
//! | `flags = true` | `--ar 16:9`, `—v 4`, `-s 20` and their like go ([`flags`]) |
//!
//! All are off unless the rule says otherwise. Gaps are closed as everywhere ([`super::gap`]). The rule should stand before one
//! that evens out dashes or punctuation, as these are half of the syntax.

pub mod flags;
pub mod parts;
pub mod weights;

use serde::{Deserialize, Serialize};

use super::action::{Built, Fault, Params};
use super::edits::{Pass, Passes};
use super::need::Need;
use super::normalise::with_any;

#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
struct PromptSyntax {
    weights: Option<Strip>,
    negative: Option<Strip>,
    networks: bool,
    #[serde(rename = "break")]
    keyword: bool,
    flags: bool,
}

/// What becomes of it. A word and not a switch, so that other answers can come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
enum Strip {
    Strip,
}

/// Reads and compiles a `prompt-syntax` rule.
pub fn build(params: Params<'_>) -> Result<Built, Fault> {
    let (params, canonical) = params.read::<PromptSyntax>()?;
    let passes = passes(&params);
    if passes.is_empty() {
        return Err(Fault::new("every switch is off", "turn one on, e.g. flags = true"));
    }
    let (needs, passes) = passes.into_iter().unzip();
    Ok(Built::with_needs(Passes(passes), canonical, needs))
}

/// The passes that are on. Weights come first: the name of a network tells that a text has weights.
fn passes(params: &PromptSyntax) -> Vec<(Need, Pass)> {
    let literal = |literals: &[&str]| Need::one_of(&literals.iter().map(|literal| (*literal).to_owned()).collect::<Vec<_>>());
    let weights = params.weights.is_some();
    let all: [(bool, Need, Pass); 7] = [
        (weights, with_any("([{", false), weights::brackets),
        (weights, literal(&["::"]), weights::parted),
        (weights, literal(&[":0.", ":1.", ":2.", ":."]), weights::bare),
        (params.negative.is_some(), literal(&["negative"]), parts::negative),
        (params.networks, literal(&parts::NETWORKS), parts::networks),
        (params.keyword, literal(&["break"]), parts::keyword),
        (params.flags, with_any("-", true), flags::strip),
    ];
    all.into_iter().filter(|(on, ..)| *on).map(|(_, need, pass)| (need, pass)).collect()
}
