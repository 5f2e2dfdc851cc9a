//! [`Filter`] and [`SortKey`] → text that parses back to the same: what equivalent command lines and saved views are made of.

use std::fmt::{self, Write};

use super::fields::KEYS;
use super::parser::ends_word;
use crate::model::filter::{CauseKind, Compare, Pattern, SortField};
use crate::model::{Filter, SortKey};

/// [`Filter::All`] alone is the empty text. A filter in normal form parses back to itself.
impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Filter::All { Ok(()) } else { write_filter(f, self, Around::Nothing) }
    }
}

/// What stands around a term, and so whether it needs brackets.
#[derive(Clone, Copy, PartialEq)]
enum Around {
    Nothing,
    Or,
    And,
    Not,
}

fn write_filter(f: &mut fmt::Formatter<'_>, filter: &Filter, around: Around) -> fmt::Result {
    match filter {
        Filter::And(terms) => write_joined(f, terms, " ", Around::And, around == Around::Not),
        Filter::Or(terms) => write_joined(f, terms, " OR ", Around::Or, matches!(around, Around::And | Around::Not)),
        Filter::Not(inner) => {
            f.write_str("NOT ")?;
            write_filter(f, inner, Around::Not)
        }
        term => write_term(f, term),
    }
}

fn write_joined(f: &mut fmt::Formatter<'_>, terms: &[Filter], by: &str, inside: Around, brackets: bool) -> fmt::Result {
    if brackets {
        f.write_char('(')?;
    }
    for (i, term) in terms.iter().enumerate() {
        if i > 0 {
            f.write_str(by)?;
        }
        write_filter(f, term, inside)?;
    }
    if brackets {
        f.write_char(')')?;
    }
    Ok(())
}

fn write_term(f: &mut fmt::Formatter<'_>, term: &Filter) -> fmt::Result {
    match term {
        Filter::All | Filter::And(_) | Filter::Or(_) | Filter::Not(_) => f.write_char('*'),
        Filter::Contains(text) if is_plain_word(text) => f.write_str(text),
        Filter::Contains(text) => write_quoted(f, text),
        Filter::Regex(pattern) => write_pattern(f, pattern),
        Filter::Fuzzy(text) => write_keyed(f, "~", text),
        Filter::Source(name) => write_keyed(f, "source:", name),
        Filter::Split(None) => f.write_str("split:none"),
        Filter::Split(Some(name)) if name == "none" => f.write_str("split:\"none\""),
        Filter::Split(Some(name)) => write_keyed(f, "split:", name),
        Filter::State(state) => write!(f, "state:{}", state.word()),
        Filter::Cause(cause) => write!(f, "cause:{}", cause.map_or("none", CauseKind::word)),
        Filter::Rule(name) => write_keyed(f, "rule:", name),
        Filter::DroppedBy(name) => write_keyed(f, "dropped:", name),
        Filter::Id(compare, number) => write!(f, "id:{}{number}", sign(*compare)),
        Filter::Ids(ids) => write!(f, "id:{ids}"),
        Filter::Chars(compare, number) => write!(f, "chars:{}{number}", sign(*compare)),
        Filter::Words(compare, number) => write!(f, "words:{}{number}", sign(*compare)),
        Filter::Tokens(compare, number) => write!(f, "tokens:{}{number}", sign(*compare)),
        Filter::HasImage => f.write_str("has:image"),
        Filter::Number(name, compare, number) => {
            write_field_name(f, name)?;
            write!(f, ":{}{number}", sign(*compare))
        }
        Filter::Field(name, text) => {
            write_field_name(f, name)?;
            write_keyed(f, ":", text)
        }
    }
}

fn sign(compare: Compare) -> &'static str {
    match compare {
        Compare::Less => "<",
        Compare::AtMost => "<=",
        Compare::Equal => "",
        Compare::AtLeast => ">=",
        Compare::More => ">",
    }
}

fn write_keyed(f: &mut fmt::Formatter<'_>, key: &str, value: &str) -> fmt::Result {
    f.write_str(key)?;
    if value.is_empty() || value.contains(ends_word) { write_quoted(f, value) } else { f.write_str(value) }
}

/// A field that shares its name with a key, or whose name is no name, is quoted.
fn write_field_name(f: &mut fmt::Formatter<'_>, name: &str) -> fmt::Result {
    let is_name = name.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
    if is_name && !KEYS.contains(&name) { f.write_str(name) } else { write_quoted(f, name) }
}

fn write_quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('"')?;
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            f.write_char('\\')?;
        }
        f.write_char(c)?;
    }
    f.write_char('"')
}

/// Slashes inside are escaped; what is escaped already stays as it is.
fn write_pattern(f: &mut fmt::Formatter<'_>, pattern: &Pattern) -> fmt::Result {
    f.write_char('/')?;
    let mut escaped = false;
    for c in pattern.as_str().chars() {
        if c == '/' && !escaped {
            f.write_char('\\')?;
        }
        escaped = c == '\\' && !escaped;
        f.write_char(c)?;
    }
    f.write_char('/')
}

/// Whether it stands for itself: no operator, no key, no sign with a meaning.
fn is_plain_word(text: &str) -> bool {
    !text.is_empty()
        && !text.contains(ends_word)
        && !text.contains(':')
        && !text.starts_with(['-', '/', '~', '*'])
        && !matches!(text, "AND" | "OR" | "NOT")
}

/// `-chars` is descending.
impl fmt::Display for SortKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match &self.field {
            SortField::Id => "id",
            SortField::Text => "text",
            SortField::Chars => "chars",
            SortField::Tokens => "tokens",
            SortField::Source => "source",
            SortField::State => "state",
            SortField::Split => "split",
            SortField::Number(name) => name,
        };
        write!(f, "{}{name}", if self.descending { "-" } else { "" })
    }
}
