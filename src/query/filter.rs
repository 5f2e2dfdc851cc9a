//! The filter language, text → [`Filter`]: the entry points and what an error looks like.
//!
//! | term | finds records |
//! |---|---|
//! | `word`, `"a phrase"` | whose text contains it, ignoring case |
//! | `/regex/` | whose text matches it, ignoring case; `\/` is a slash |
//! | `~fuzzy`, `~"two words"` | whose text has these characters in order, best first |
//! | `source:NAME` `split:NAME` `rule:NAME` `dropped:NAME` | of a source or a split (`split:none`), touched or dropped by a rule |
//! | `state:` `cause:` | `undecided keep flag drop kept`; `hand rule duplicate none` |
//! | `chars:` `words:` `tokens:` `id:` or a numeric field | `>200` `<=75` `=3` `3` `100..200` `100..` |
//! | `has:image` | that name an image |
//! | `field:value` | whose field contains it |
//! | `*` | all |
//!
//! Neighbours must both hold. `AND` `OR` `NOT` in capitals and `( )` combine, `-term` is `NOT term`, AND binds tighter than OR.
//! What would be mistaken for something else goes into quotes, within which `\"` and `\\` stand for `"` and `\`.

use std::fmt;

use unicode_width::UnicodeWidthStr;

use super::fields::KnownFields;
use super::parser::Parser;
use crate::error::Error;
use crate::model::filter::SortField;
use crate::model::{Filter, SortKey};

/// Characters of a filter that an error shows on either side of its place.
const AROUND: usize = 60;

/// Why a filter does not parse, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    /// Byte offset into the filter's text, on a character's border.
    pub at: usize,
    pub message: String,
}

impl ParseError {
    /// The place as a column, counted in characters from 1. `text` is what was parsed.
    pub fn column(&self, text: &str) -> usize {
        self.before(text).chars().count() + 1
    }

    /// Two lines: the filter (of a long one, what stands around the place), and beneath the place a caret with the message.
    pub fn render(&self, text: &str) -> String {
        let one_line = text.replace(['\n', '\r', '\t'], " ");
        let before = self.before(&one_line);
        let after = one_line.get(before.len()..).unwrap_or_default();
        let (from, cut_before) = match before.char_indices().rev().nth(AROUND) {
            Some((at, _)) => (at, "…"),
            None => (0, ""),
        };
        let (to, cut_after) = match after.char_indices().nth(AROUND) {
            Some((at, _)) => (at, "…"),
            None => (after.len(), ""),
        };
        let (before, after) = (before.get(from..).unwrap_or_default(), after.get(..to).unwrap_or_default());
        let indent = before.width() + cut_before.width();
        format!("{cut_before}{before}{after}{cut_after}\n{:indent$}^ {}", "", self.message)
    }

    /// As an error of the command line.
    pub fn into_error(self, text: &str) -> Error {
        Error::usage(format!("the filter does not parse:\n{}", self.render(text)))
    }

    fn before<'a>(&self, text: &'a str) -> &'a str {
        text.get(..self.at).unwrap_or(text)
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ParseError {}

/// Parses the filter language into normal form. An empty text is [`Filter::All`].
pub fn parse(text: &str, fields: &KnownFields) -> Result<Filter, ParseError> {
    Parser::new(text, fields).whole()
}

/// Parses a sort key: `chars`, `-chars` (descending), `clip_score` …
pub fn parse_sort(text: &str, fields: &KnownFields) -> Result<SortKey, ParseError> {
    let trimmed = text.trim();
    let (descending, name) = match trimmed.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, trimmed),
    };
    let field = match name {
        "id" => SortField::Id,
        "text" => SortField::Text,
        "chars" => SortField::Chars,
        "tokens" => SortField::Tokens,
        "source" => SortField::Source,
        "state" => SortField::State,
        "split" => SortField::Split,
        name if fields.is_number(name) => SortField::Number(name.to_owned()),
        _ => return Err(unknown_sort(text, fields)),
    };
    Ok(SortKey { field, descending })
}

fn unknown_sort(text: &str, fields: &KnownFields) -> ParseError {
    let at = text.len() - text.trim_start().trim_start_matches('-').len();
    let mut names = vec!["id", "text", "chars", "tokens", "source", "state", "split"];
    names.extend(fields.numbers.iter().map(String::as_str));
    ParseError { at, message: format!("expected something to sort by: {}", names.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_filter_is_shown_around_the_place_only() {
        let text = format!("\"{}\" cause:x \"{}\"", "猫 ".repeat(5000), "a ".repeat(5000));
        let rendered = parse(&text, &KnownFields::default()).unwrap_err().render(&text);
        let mut lines = rendered.lines();
        let (shown, caret) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
        assert!(shown.starts_with('…') && shown.ends_with('…') && shown.chars().count() <= 2 * AROUND + 4, "{shown}");
        let before = shown.split("x ").next().unwrap_or_default();
        assert_eq!(caret.chars().take_while(|&c| c == ' ').count(), before.width());
    }

    #[test]
    fn an_error_points_at_its_column_under_wide_characters() {
        let text = "猫 cause:x";
        let error = parse(text, &KnownFields::default()).unwrap_err();
        assert_eq!((error.at, error.column(text)), (10, 9));
        assert_eq!(error.render(text), format!("猫 cause:x\n         ^ {}", error.message));
    }

    #[test]
    fn sort_keys_are_names_with_an_optional_minus() {
        let fields = KnownFields { numbers: vec!["clip_score".into()], texts: vec!["note".into()] };
        let key = |text| parse_sort(text, &fields);
        assert_eq!(key("-chars"), Ok(SortKey { field: SortField::Chars, descending: true }));
        assert_eq!(key(" clip_score"), Ok(SortKey { field: SortField::Number("clip_score".into()), descending: false }));
        assert_eq!(key("-note").map_err(|e| e.at), Err(1));
        assert_eq!(key("").map_err(|e| e.at), Err(0));
    }
}
