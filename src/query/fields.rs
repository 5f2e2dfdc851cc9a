//! The keys that a filter may name: the ones every workspace has, and the fields that its sources brought along.

use super::Columns;

/// The keys that are there in every workspace.
pub const KEYS: [&str; 11] = ["source", "split", "state", "cause", "rule", "dropped", "chars", "words", "tokens", "id", "has"];

/// The fields of the workspace at hand. The parser needs them to tell `clip_score:<0.3` from a slip of the pen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownFields {
    /// Fields that take comparisons.
    pub numbers: Vec<String>,
    /// Fields that are searched as text.
    pub texts: Vec<String>,
}

impl KnownFields {
    /// The numeric fields of `columns`, and `texts`, whose values lie in the store.
    pub fn of(columns: &Columns, texts: impl IntoIterator<Item = String>) -> Self {
        let numbers: Vec<String> = columns.number_names().map(str::to_owned).collect();
        let texts = texts.into_iter().filter(|name| !numbers.contains(name)).collect();
        KnownFields { numbers, texts }
    }

    pub fn is_number(&self, name: &str) -> bool {
        self.numbers.iter().any(|known| known == name)
    }

    pub fn is_text(&self, name: &str) -> bool {
        self.texts.iter().any(|known| known == name)
    }

    /// Whether `key:` means something when it stands without quotes.
    pub(super) fn is_key(&self, name: &str) -> bool {
        KEYS.contains(&name) || self.is_number(name) || self.is_text(name)
    }

    /// All keys in a row, for a message.
    pub(super) fn list(&self) -> String {
        let mut keys = KEYS.to_vec();
        keys.extend(self.numbers.iter().chain(&self.texts).map(String::as_str));
        keys.join(", ")
    }
}
