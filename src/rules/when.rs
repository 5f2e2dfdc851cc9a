//! `when`: the records that a rule is for. Every rule of every kind may have it; all that it names must hold.
//!
//! ```toml
//! when = { source = ["diffusiondb", "krea"] }              # one of these sources
//! when = { split = "train" }                               # the split that the source declares; "" for none
//! when = { field = { model = ["sd2", "sdxl"] } }           # the value of an imported field
//! when = { field = { clip_score = "<0.3" } }               # < <= > >= and a number
//! when = { field = { reviewed = false } }                  # not there; true: there
//! when = { contains_any = [" by ", " style "] }            # of the text as the rule sees it, ignoring case
//! when = { pattern = '^\d', not = { source = "captions" } }
//! ```

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::action::{Fault, Params};
use super::pattern::{self, Pattern};
use super::phrases::Phrases;
use super::subject::Subject;

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Spec {
    #[serde(default)]
    source: Option<OneOrMore>,
    #[serde(default)]
    split: Option<OneOrMore>,
    #[serde(default)]
    field: BTreeMap<String, Value>,
    #[serde(default)]
    contains_any: Option<Vec<String>>,
    #[serde(default)]
    pattern: Option<Spanned<String>>,
    #[serde(default)]
    not: Option<Box<Spec>>,
}

#[derive(Deserialize, Serialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl OneOrMore {
    fn into_vec(self) -> Vec<String> {
        match self {
            OneOrMore::One(one) => vec![one],
            OneOrMore::More(more) => more,
        }
    }
}

#[derive(Deserialize, Serialize)]
#[serde(untagged)]
enum Value {
    There(bool),
    Text(OneOrMore),
    Number(f64),
}

/// A compiled `when`.
#[derive(Debug, Clone)]
pub struct When(Vec<Condition>);

#[derive(Debug, Clone)]
enum Condition {
    Source(Vec<String>),
    Split(Vec<String>),
    Field { name: String, test: Test },
    ContainsAny(Phrases),
    Matches(Pattern),
    Not(When),
}

#[derive(Debug, Clone)]
enum Test {
    There(bool),
    OneOf(Vec<String>),
    Compare(Compare, f64),
}

#[derive(Debug, Clone, Copy)]
enum Compare {
    Less,
    AtMost,
    More,
    AtLeast,
    Equal,
}

/// Reads and compiles the table after `when =`; with its canonical form.
pub fn build(params: Params<'_>) -> Result<(When, String), Fault> {
    let (spec, canonical) = params.read::<Spec>()?;
    Ok((compile(spec)?, canonical))
}

fn compile(spec: Spec) -> Result<When, Fault> {
    let mut conditions = Vec::new();
    conditions.extend(spec.source.map(|names| Condition::Source(names.into_vec())));
    conditions.extend(spec.split.map(|names| Condition::Split(names.into_vec())));
    for (name, value) in spec.field {
        conditions.push(Condition::Field { name, test: test(value)? });
    }
    if let Some(fragments) = spec.contains_any {
        conditions.push(Condition::ContainsAny(Phrases::new(&fragments)?));
    }
    if let Some(text) = spec.pattern {
        conditions.push(Condition::Matches(pattern::compile(&text, false)?));
    }
    if let Some(inner) = spec.not {
        conditions.push(Condition::Not(compile(*inner)?));
    }
    if conditions.is_empty() {
        return Err(Fault::new("`when` says nothing", "name a source, split, field, contains_any or pattern, or remove it"));
    }
    Ok(When(conditions))
}

fn test(value: Value) -> Result<Test, Fault> {
    match value {
        Value::There(there) => Ok(Test::There(there)),
        Value::Number(number) => Ok(Test::Compare(Compare::Equal, number)),
        Value::Text(OneOrMore::More(texts)) => Ok(Test::OneOf(texts)),
        Value::Text(OneOrMore::One(text)) => match comparison(&text) {
            None => Ok(Test::OneOf(vec![text])),
            Some((compare, number)) => match number.trim().parse::<f64>() {
                Ok(number) if number.is_finite() => Ok(Test::Compare(compare, number)),
                _ => Err(Fault::new(format!("`{text}` compares with no number"), "write e.g. \"<0.3\"")),
            },
        },
    }
}

fn comparison(text: &str) -> Option<(Compare, &str)> {
    let signs = [("<=", Compare::AtMost), (">=", Compare::AtLeast), ("<", Compare::Less), (">", Compare::More)];
    signs.into_iter().find_map(|(sign, compare)| Some((compare, text.strip_prefix(sign)?)))
}

impl When {
    /// Whether the rule is for this record. A pattern that gives up does not match.
    pub fn holds(&self, text: &str, subject: &Subject<'_>) -> bool {
        self.0.iter().all(|condition| condition.holds(text, subject))
    }

    /// Whether it looks at the imported fields.
    pub fn reads_fields(&self) -> bool {
        self.0.iter().any(|condition| match condition {
            Condition::Field { .. } => true,
            Condition::Not(inner) => inner.reads_fields(),
            _ => false,
        })
    }
}

impl Condition {
    fn holds(&self, text: &str, subject: &Subject<'_>) -> bool {
        match self {
            Condition::Source(names) => names.iter().any(|name| name == subject.source),
            Condition::Split(names) => names.iter().any(|name| name == subject.split.unwrap_or_default()),
            Condition::Field { name, test } => test.holds(subject.field(name).as_deref()),
            Condition::ContainsAny(fragments) => fragments.occur_in(text),
            Condition::Matches(pattern) => pattern.is_match(text).unwrap_or(false),
            Condition::Not(inner) => !inner.holds(text, subject),
        }
    }
}

impl Test {
    fn holds(&self, value: Option<&str>) -> bool {
        match self {
            Test::There(there) => value.is_some() == *there,
            Test::OneOf(texts) => value.is_some_and(|value| texts.iter().any(|text| text == value)),
            Test::Compare(compare, bound) => {
                value.and_then(|value| value.parse::<f64>().ok()).is_some_and(|number| compare.holds(number, *bound))
            }
        }
    }
}

impl Compare {
    fn holds(self, number: f64, bound: f64) -> bool {
        match self {
            Compare::Less => number < bound,
            Compare::AtMost => number <= bound,
            Compare::More => number > bound,
            Compare::AtLeast => number >= bound,
            Compare::Equal => number == bound,
        }
    }
}
