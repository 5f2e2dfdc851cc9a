//! The filter language as a tree: what a reader asks for, in words, not in SQL. `query` parses and evaluates it.

use regex::{Regex, RegexBuilder};

use super::{IdList, RecordId, State};

/// A condition on a record. [`Filter::All`] matches everything.
///
/// Built with [`Filter::all_of`] and [`Filter::any_of`] it is in *normal form*: no AND directly in an AND, no OR directly in an
/// OR, none of a single term. A filter in normal form survives printing and parsing unchanged.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Filter {
    #[default]
    All,
    And(Vec<Filter>),
    Or(Vec<Filter>),
    Not(Box<Filter>),
    /// The text contains it, ignoring case. A bare word or a `"phrase"`.
    Contains(String),
    /// `/regex/`, ignoring case.
    Regex(Pattern),
    /// `~fuzzy`: the characters occur in order, ignoring the case of ASCII letters; ranked by the fuzzy score.
    Fuzzy(String),
    /// `source:NAME`. A name means the nearest there is: the one spelled so, else those equal but for case, else those that
    /// contain it. Splits and rules are named the same way.
    Source(String),
    /// `split:NAME`; `split:none` for unassigned ones.
    Split(Option<String>),
    State(State),
    /// `cause:hand|rule|duplicate|none`.
    Cause(Option<CauseKind>),
    /// `rule:NAME`: the rule changed or dropped the record.
    Rule(String),
    /// `dropped:NAME`: the rule dropped the record.
    DroppedBy(String),
    /// `id:17` or `id:>100`.
    Id(Compare, f64),
    /// `id:3,7,10..12`: two ranges or more; see [`Filter::of_ids`].
    Ids(IdList),
    Chars(Compare, f64),
    Words(Compare, f64),
    /// CLIP tokens, not counting the begin and end markers.
    Tokens(Compare, f64),
    /// `has:image`: names an image file.
    HasImage,
    /// A numeric field of the source, e.g. `clip_score:<0.3`; records without it do not match.
    Number(String, Compare, f64),
    /// A field whose text contains the value, ignoring case.
    Field(String, String),
}

impl Filter {
    /// Every one of `terms`; of none of them, everything.
    pub fn all_of(terms: impl IntoIterator<Item = Filter>) -> Filter {
        let mut flat = Vec::new();
        for term in terms {
            match term {
                Filter::All => {}
                Filter::And(inner) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        match flat.len() {
            0 => Filter::All,
            1 => flat.remove(0),
            _ => Filter::And(flat),
        }
    }

    /// At least one of `terms`; of none of them, nothing.
    pub fn any_of(terms: impl IntoIterator<Item = Filter>) -> Filter {
        let mut flat = Vec::new();
        for term in terms {
            match term {
                Filter::Or(inner) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        match flat.len() {
            0 => Filter::Not(Box::new(Filter::All)),
            1 => flat.remove(0),
            _ => Filter::Or(flat),
        }
    }

    /// Exactly these records; of none of them, nothing. One range is told by its ends, as `id:10..12` is.
    pub fn of_ids(ids: IdList) -> Filter {
        match ids.ranges() {
            [] => Filter::any_of([]),
            &[(low, high)] if low == high => Filter::Id(Compare::Equal, low.into()),
            &[(low, high)] => {
                Filter::all_of([Filter::Id(Compare::AtLeast, low.into()), Filter::Id(Compare::AtMost, high.into())])
            }
            _ => Filter::Ids(ids),
        }
    }

    /// The records that [`Filter::of_ids`] would name.
    pub fn of_records(records: impl IntoIterator<Item = RecordId>) -> Filter {
        Filter::of_ids(records.into_iter().collect())
    }

    /// Whether it has a [`Filter::Field`]: those values are not in the columns.
    pub fn asks_for_text_fields(&self) -> bool {
        match self {
            Filter::And(terms) | Filter::Or(terms) => terms.iter().any(Filter::asks_for_text_fields),
            Filter::Not(term) => term.asks_for_text_fields(),
            Filter::Field(..) => true,
            _ => false,
        }
    }

    /// Whether it asks for each condition of `term` as it stands, beside whatever else it asks for.
    pub fn demands(&self, term: &Filter) -> bool {
        *term != Filter::All && term.conjuncts().iter().all(|condition| self.conjuncts().contains(condition))
    }

    /// With `term` as a further condition; without it where it was one.
    pub fn toggled(&self, term: &Filter) -> Filter {
        if !self.demands(term) {
            return Filter::all_of([self.clone(), term.clone()]);
        }
        Filter::all_of(self.conjuncts().iter().filter(|condition| !term.conjuncts().contains(condition)).cloned())
    }

    /// The terms that must all hold.
    pub fn conjuncts(&self) -> &[Filter] {
        match self {
            Filter::All => &[],
            Filter::And(terms) => terms,
            other => std::slice::from_ref(other),
        }
    }
}

/// A regular expression that ignores case. Two are equal when they are spelled the same.
#[derive(Debug, Clone)]
pub struct Pattern(Regex);

impl Pattern {
    /// Compiles it; `\/` is taken for `/`. The error is one line of prose.
    pub fn new(text: &str) -> Result<Pattern, String> {
        if text.is_empty() {
            return Err("the regular expression is empty".to_owned());
        }
        let compiled = RegexBuilder::new(&unescape_slashes(text)).case_insensitive(true).build();
        compiled.map(Pattern).map_err(|error| one_line(&error))
    }

    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    pub fn regex(&self) -> &Regex {
        &self.0
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

fn unescape_slashes(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            plain.push(c);
            continue;
        }
        match chars.next() {
            Some('/') => plain.push('/'),
            Some(escaped) => plain.extend(['\\', escaped]),
            None => plain.push('\\'),
        }
    }
    plain
}

/// What is wrong, without the drawing that the regex crate puts above it.
fn one_line(error: &regex::Error) -> String {
    match error {
        regex::Error::CompiledTooBig(_) => "the regular expression is too large".to_owned(),
        other => {
            let text = other.to_string();
            let last = text.lines().last().unwrap_or_default();
            last.strip_prefix("error: ").unwrap_or(last).to_owned()
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum CauseKind {
    Hand = 1,
    Rule = 2,
    Duplicate = 3,
}

impl CauseKind {
    pub const ALL: [CauseKind; 3] = [CauseKind::Hand, CauseKind::Rule, CauseKind::Duplicate];

    pub fn word(self) -> &'static str {
        match self {
            CauseKind::Hand => "hand",
            CauseKind::Rule => "rule",
            CauseKind::Duplicate => "duplicate",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compare {
    Less,
    AtMost,
    Equal,
    AtLeast,
    More,
}

impl Compare {
    pub fn holds(self, left: f64, right: f64) -> bool {
        match self {
            Compare::Less => left < right,
            Compare::AtMost => left <= right,
            Compare::Equal => left == right,
            Compare::AtLeast => left >= right,
            Compare::More => left > right,
        }
    }
}

/// What a list is sorted by. `descending` turns it round; ties go by id, ascending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SortKey {
    pub field: SortField,
    pub descending: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SortField {
    Id,
    Text,
    Chars,
    Tokens,
    Source,
    State,
    Split,
    Number(String),
}
