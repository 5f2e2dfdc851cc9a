//! What a curator refused of the rules: ground state, remembered by the digest of the raw text.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Digest of a raw text: XXH3-128 of its bytes, as 32 hex digits. Records with the same raw text share their refusals.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TextDigest(pub String);

impl TextDigest {
    pub fn of(raw_text: &str) -> TextDigest {
        TextDigest(format!("{:032x}", xxhash_rust::xxh3::xxh3_128(raw_text.as_bytes())))
    }
}

impl fmt::Display for TextDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One thing that rules may not do to a text.
///
/// A change is known by the place in the raw text and by what goes and comes there, so that it is the same change whichever
/// rule proposes it, and wherever that rule stands in the pipeline.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum Refusal {
    /// Nothing may happen to it.
    Record,
    /// The rule may not drop it.
    Drop { rule: String },
    /// These bytes of the raw text may not become `come`; `gone` is what the rule would have taken away, both without the
    /// blanks and separators at their ends.
    Change { start: usize, end: usize, gone: String, come: String },
}

/// `the whole record`, `a drop by urls`, `"8k" → nothing`.
impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Record => f.write_str("the whole record"),
            Refusal::Drop { rule } => write!(f, "a drop by {rule}"),
            Refusal::Change { gone, come, .. } => match (gone.trim().is_empty(), come.trim().is_empty()) {
                (false, true) => write!(f, "\"{gone}\" removed"),
                (true, true) if come.is_empty() => write!(f, "\"{gone}\" removed"),
                (true, _) if gone.is_empty() => write!(f, "\"{come}\" inserted"),
                _ => write!(f, "\"{gone}\" → \"{come}\""),
            },
        }
    }
}
