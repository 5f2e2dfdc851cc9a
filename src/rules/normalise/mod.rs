//! `normalise`: one form for what can be written in many.
//!
//! | switch | what it does |
//! |---|---|
//! | `mojibake = true` | takes back a wrong decoding, and decodes HTML entities ([`mojibake`]) |
//! | `quotes = true` | typographic quotation marks, primes and apostrophes become `"` and `'` |
//! | `dashes = true` | hyphens, dashes and the minus sign become `-`; the blanks around them stay |
//! | `unicode = "nfc"` | letters and their accents in one piece |
//! | `unicode = "nfkc"` | also folds what looks alike: `ﬁ` → `fi`, `２` → `2`, `²` → `2`, `½` → `1⁄2`, `™` → `TM`, `…` → `...`, `，` → `,` |
//! | `white_space = true` | one blank between words, none at the ends, nothing that nobody sees ([`white_space`]) |
//! | `brackets = true` | no empty, no doubled brackets, no blanks inside ([`brackets`]) |
//! | `punctuation = true` | one mark where several stand, blanks after it and not before ([`punctuation`]) |
//! | `case = "lower"` | lower case, as Unicode has it |
//!
//! All are off unless the rule says otherwise; they run in this order until nothing changes any more. Weights and flags of
//! prompts are read by `prompt-syntax`, which should stand before: `—ar 16:9` is no flag once its dash is a hyphen.

pub mod brackets;
pub mod marks;
pub mod mojibake;
pub mod punctuation;
pub mod white_space;

use serde::{Deserialize, Serialize};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick, is_nfkc_quick};

use super::action::{Built, Fault, Params};
use super::edits::{Pass, Passes};
use super::need::{CharSet, Need};

#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
struct Normalise {
    unicode: Option<Form>,
    mojibake: bool,
    quotes: bool,
    dashes: bool,
    white_space: bool,
    punctuation: bool,
    brackets: bool,
    case: Option<Case>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
enum Form {
    Nfc,
    Nfkc,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
enum Case {
    Lower,
}

/// Reads and compiles a `normalise` rule.
pub fn build(params: Params<'_>) -> Result<Built, Fault> {
    let (params, canonical) = params.read::<Normalise>()?;
    let passes = passes(&params);
    if passes.is_empty() {
        return Err(Fault::new("every switch is off", "turn one on, e.g. white_space = true"));
    }
    let (needs, passes) = passes.into_iter().unzip();
    Ok(Built::with_needs(Passes(passes), canonical, needs))
}

/// The passes that are on, in the order in which they run, with what a text must have for them.
fn passes(params: &Normalise) -> Vec<(Need, Pass)> {
    let unicode: Pass = if params.unicode == Some(Form::Nfkc) { nfkc } else { nfc };
    let all: [(bool, Need, Pass); 8] = [
        (params.mojibake, with_any("&", true), mojibake::repair),
        (params.quotes, with_any("`", true), marks::quotes),
        (params.dashes, with_any("", true), marks::dashes),
        (params.unicode.is_some(), with_any("", true), unicode),
        (params.white_space, Need::nothing(), white_space::tidy),
        (params.brackets, with_both("([{", ")]}"), brackets::tidy),
        (params.punctuation, with_any(",;.!?", true), punctuation::tidy),
        (params.case.is_some(), with_any("ABCDEFGHIJKLMNOPQRSTUVWXYZ", true), lower_case),
    ];
    all.into_iter().filter(|(on, ..)| *on).map(|(_, need, pass)| (need, pass)).collect()
}

/// One of these ASCII characters, or with `beyond` any other.
pub(super) fn with_any(ascii: &str, beyond: bool) -> Need {
    Need { chars: vec![CharSet { other: beyond, ..CharSet::of(ascii) }], ..Need::default() }
}

/// One of the first and one of the second ASCII characters.
pub(super) fn with_both(first: &str, second: &str) -> Need {
    Need { chars: vec![CharSet::of(first), CharSet::of(second)], ..Need::default() }
}

fn nfc(text: &str) -> Option<String> {
    let sound = text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes;
    if sound { None } else { Some(text.nfc().collect::<String>()).filter(|new| new != text) }
}

fn nfkc(text: &str) -> Option<String> {
    let sound = text.is_ascii() || is_nfkc_quick(text.chars()) == IsNormalized::Yes;
    if sound { None } else { Some(text.nfkc().collect::<String>()).filter(|new| new != text) }
}

fn lower_case(text: &str) -> Option<String> {
    let is_low = |c: char| if c.is_ascii() { !c.is_ascii_uppercase() } else { c.to_lowercase().eq([c]) };
    if text.chars().all(is_low) { None } else { Some(text.to_lowercase()).filter(|new| new != text) }
}
