//! A [`Filter`] made ready for the columns at hand: names looked up, words compiled, the cheap conditions first.

use regex::{Regex, RegexBuilder};
use rustc_hash::FxHashSet;

use super::Columns;
use super::fuzzy::Subsequence;
use crate::clip;
use crate::error::{Error, Result};
use crate::model::filter::{CauseKind, Compare};
use crate::model::{Filter, IdList, State};

/// Gives the raw JSON fields of the record at a position.
pub type FieldsOf<'a> = &'a (dyn Fn(usize) -> Option<String> + Sync);

/// Tests positions of the columns it was made for. A clone is cheap, and each thread wants its own: a regular expression that
/// threads share makes them wait for each other.
#[derive(Clone)]
pub(super) struct Matcher<'a> {
    columns: &'a Columns,
    test: Test<'a>,
}

#[derive(Clone)]
enum Test<'a> {
    Always,
    All(Vec<Test<'a>>),
    Any(Vec<Test<'a>>),
    Not(Box<Test<'a>>),
    State(State),
    Cause(Option<CauseKind>),
    HasImage,
    /// By [`Columns::source`].
    Source(Vec<bool>),
    Unsplit,
    /// By [`Columns::split`].
    Split(Vec<bool>),
    DroppedBy(Vec<bool>),
    Fired(Vec<bool>),
    Id(Compare, f64),
    Ids(IdList),
    Chars(Compare, f64),
    /// A column of numbers.
    Number(&'a [f32], Compare, f32),
    Text(Regex),
    Fuzzy(Subsequence),
    Words(Compare, f64),
    Tokens(Compare, f64),
    Field(FieldTest<'a>),
}

#[derive(Clone)]
struct FieldTest<'a> {
    fields_of: FieldsOf<'a>,
    name: String,
    value: Regex,
}

impl<'a> Matcher<'a> {
    pub(super) fn new(columns: &'a Columns, filter: &Filter, fields_of: Option<FieldsOf<'a>>) -> Result<Self> {
        Ok(Matcher { columns, test: Maker { columns, fields_of }.make(filter)? })
    }

    pub(super) fn matches(&self, position: usize) -> bool {
        self.test.holds(self.columns, position)
    }
}

struct Maker<'a> {
    columns: &'a Columns,
    fields_of: Option<FieldsOf<'a>>,
}

impl<'a> Maker<'a> {
    fn make(&self, filter: &Filter) -> Result<Test<'a>> {
        let names = &self.columns.names;
        Ok(match filter {
            Filter::All => Test::Always,
            Filter::And(terms) => Test::All(self.cheapest_first(terms)?),
            Filter::Or(terms) => Test::Any(self.cheapest_first(terms)?),
            Filter::Not(term) => Test::Not(Box::new(self.make(term)?)),
            Filter::Contains(text) => Test::Text(literal(text)?),
            Filter::Regex(pattern) => Test::Text(pattern.regex().clone()),
            Filter::Fuzzy(pattern) => Test::Fuzzy(Subsequence::new(pattern)),
            Filter::Source(name) => Test::Source(nearest(&names.sources, name)),
            Filter::Split(None) => Test::Unsplit,
            Filter::Split(Some(name)) => Test::Split(nearest(&names.splits, name)),
            Filter::State(state) => Test::State(*state),
            Filter::Cause(cause) => Test::Cause(*cause),
            Filter::Rule(name) => self.rule(name),
            Filter::DroppedBy(name) => Test::DroppedBy(nearest(&names.rules, name)),
            Filter::Id(compare, number) => Test::Id(*compare, *number),
            Filter::Ids(ids) => Test::Ids(ids.clone()),
            Filter::Chars(compare, number) => Test::Chars(*compare, *number),
            Filter::Words(compare, number) => Test::Words(*compare, *number),
            Filter::Tokens(compare, number) => Test::Tokens(*compare, *number),
            Filter::HasImage => Test::HasImage,
            // The columns hold 32 bits; 0.3 has to be the same 0.3 on both sides.
            Filter::Number(name, compare, number) => {
                Test::Number(self.columns.numbers(name).unwrap_or_default(), *compare, *number as f32)
            }
            Filter::Field(name, value) => Test::Field(self.field(name, value)?),
        })
    }

    fn cheapest_first(&self, terms: &[Filter]) -> Result<Vec<Test<'a>>> {
        let mut tests = terms.iter().map(|term| self.make(term)).collect::<Result<Vec<_>>>()?;
        tests.sort_by_key(Test::cost);
        Ok(tests)
    }

    /// The rule dropped the record or is among those that changed it.
    fn rule(&self, name: &str) -> Test<'a> {
        let names = &self.columns.names;
        let mut all: Vec<String> = names.rules.iter().chain(names.fired.iter().flatten()).cloned().collect();
        all.sort_unstable();
        all.dedup();
        let chosen: FxHashSet<&String> = all.iter().zip(nearest(&all, name)).filter_map(|(n, is)| is.then_some(n)).collect();
        let dropped = names.rules.iter().map(|rule| chosen.contains(rule)).collect();
        let fired = names.fired.iter().map(|rules| rules.iter().any(|rule| chosen.contains(rule))).collect();
        Test::Any(vec![Test::DroppedBy(dropped), Test::Fired(fired)])
    }

    fn field(&self, name: &str, value: &str) -> Result<FieldTest<'a>> {
        let Some(fields_of) = self.fields_of else {
            return Err(Error::refused(format!("the field {name} cannot be searched here")));
        };
        Ok(FieldTest { fields_of, name: name.to_owned(), value: literal(value)? })
    }
}

/// Finds `text` as it stands, ignoring case by Unicode's simple folding.
fn literal(text: &str) -> Result<Regex> {
    RegexBuilder::new(&regex::escape(text))
        .case_insensitive(true)
        .build()
        .map_err(|_| Error::usage("a phrase of the filter is too long"))
}

/// Which of `names` are meant by `wanted`: the one spelled so, else those equal but for case, else those that contain it.
fn nearest(names: &[String], wanted: &str) -> Vec<bool> {
    let folded = wanted.to_lowercase();
    let exact: Vec<bool> = names.iter().map(|name| name == wanted).collect();
    if exact.contains(&true) {
        return exact;
    }
    let equal: Vec<bool> = names.iter().map(|name| name.to_lowercase() == folded).collect();
    if equal.contains(&true) {
        return equal;
    }
    names.iter().map(|name| name.to_lowercase().contains(&folded)).collect()
}

impl Test<'_> {
    fn holds(&self, columns: &Columns, position: usize) -> bool {
        let is_among = |chosen: &[bool], index: Option<usize>| index.is_some_and(|i| chosen.get(i) == Some(&true));
        match self {
            Test::Always => true,
            Test::All(tests) => tests.iter().all(|test| test.holds(columns, position)),
            Test::Any(tests) => tests.iter().any(|test| test.holds(columns, position)),
            Test::Not(test) => !test.holds(columns, position),
            Test::State(state) => columns.state(position) == *state,
            Test::Cause(cause) => columns.cause(position) == *cause,
            Test::HasImage => columns.has_image(position),
            Test::Source(chosen) => is_among(chosen, Some(columns.source(position).into())),
            Test::Unsplit => columns.split(position).is_none(),
            Test::Split(chosen) => is_among(chosen, columns.split(position).map(usize::from)),
            Test::DroppedBy(chosen) => is_among(chosen, columns.dropped_by(position).map(usize::from)),
            Test::Fired(chosen) => is_among(chosen, columns.fired(position).map(usize::from)),
            Test::Id(compare, number) => compare.holds(columns.id(position).0.into(), *number),
            Test::Ids(ids) => ids.holds(columns.id(position)),
            Test::Chars(compare, number) => compare.holds(columns.chars(position).into(), *number),
            Test::Number(column, compare, number) => {
                column.get(position).is_some_and(|&value| compare.holds(value.into(), (*number).into()))
            }
            Test::Text(regex) => regex.is_match(columns.text(position)),
            Test::Fuzzy(pattern) => pattern.is_in(columns.text(position)),
            Test::Words(compare, number) => compare.holds(word_count(columns.text(position)) as f64, *number),
            Test::Tokens(compare, number) => tokens_hold(columns, position, *compare, *number),
            Test::Field(field) => field.holds(position),
        }
    }

    /// A rough rank of what a test costs, and of how seldom it is true.
    fn cost(&self) -> u32 {
        match self {
            Test::All(tests) | Test::Any(tests) => tests.iter().map(Test::cost).sum(),
            Test::Not(test) => test.cost(),
            Test::Text(_) | Test::Fuzzy(_) => 100,
            Test::Words(..) => 200,
            Test::Tokens(..) => 1_000,
            Test::Field(_) => 10_000,
            _ => 1,
        }
    }
}

/// Words are what blanks part.
fn word_count(text: &str) -> usize {
    if !text.is_ascii() {
        return text.split_whitespace().count();
    }
    let is_blank = |byte: u8| byte == b' ' || (b'\t'..=b'\r').contains(&byte);
    let bytes = text.as_bytes();
    let begins_with_word = bytes.first().is_some_and(|&first| !is_blank(first));
    let later = bytes.windows(2).filter(|pair| is_blank(pair[0]) && !is_blank(pair[1])).count();
    later + usize::from(begins_with_word)
}

/// A short text has few tokens: most are decided without counting.
fn tokens_hold(columns: &Columns, position: usize, compare: Compare, number: f64) -> bool {
    let most = clip::upper_bound(columns.text(position)) as f64;
    if number > most {
        return matches!(compare, Compare::Less | Compare::AtMost);
    }
    compare.holds(columns.tokens(position).into(), number)
}

impl FieldTest<'_> {
    fn holds(&self, position: usize) -> bool {
        let Some(json) = (self.fields_of)(position) else { return false };
        let Ok(fields) = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(&json) else { return false };
        match fields.get(&self.name) {
            None => false,
            Some(serde_json::Value::String(text)) => self.value.is_match(text),
            Some(other) => self.value.is_match(&other.to_string()),
        }
    }
}
