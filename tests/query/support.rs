//! Random small workspaces and filters, kept twice: as columns and as plain rows for the oracles.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use tamis::model::filter::{CauseKind, Compare, Pattern};
use tamis::model::{Filter, IdList, RecordId, State};
use tamis::query::columns::Builder;
use tamis::query::{Columns, KnownFields, Names, Row};

/// Names of which some contain others, or differ in case only.
pub const SOURCES: [&str; 4] = ["pick", "pickapic", "Pick", "my \"own\" set"];
pub const SPLITS: [&str; 3] = ["train", "none", "TRAIN 2"];
pub const RULES: [&str; 3] = ["short", "too short", "nsfw"];
pub const FIRED: [&[&str]; 3] = [&["blanks"], &["blanks", "short"], &["nsfw"]];

/// Letters with surprising cases (the long s, the Kelvin sign), wide ones, blanks.
pub const TEXT: &str = "[abkKsſK éÉ猫.1\u{3000}]{0,14}";

#[derive(Debug, Clone, PartialEq)]
pub struct Plain {
    pub source: usize,
    pub text: String,
    pub state: State,
    pub cause: Option<CauseKind>,
    pub dropped_by: Option<usize>,
    pub fired: Option<usize>,
    pub split: Option<usize>,
    pub has_image: bool,
    pub score: Option<f32>,
    pub style: Option<String>,
}

impl Plain {
    /// Ids have gaps, so that a position is never taken for an id.
    pub fn id(position: usize) -> RecordId {
        RecordId(position as u32 * 3 + 2)
    }

    pub fn row(&self, position: usize) -> Row<'_> {
        Row {
            id: Plain::id(position),
            source: self.source as u16,
            text: &self.text,
            state: self.state,
            cause: self.cause,
            dropped_by: self.dropped_by.map(|rule| rule as u16),
            fired: self.fired.map(|fired| fired as u16),
            recipe: None,
            split: self.split.map(|split| split as u8),
            by_hand: false,
            edited: false,
            has_image: self.has_image,
        }
    }

    /// Its fields as the store has them.
    pub fn fields(&self) -> Option<String> {
        self.style.as_ref().map(|style| serde_json::json!({ "n": 1, "style": style }).to_string())
    }
}

pub fn names() -> Names {
    let owned = |names: &[&str]| names.iter().map(|name| name.to_string()).collect::<Vec<_>>();
    Names {
        sources: owned(&SOURCES),
        splits: owned(&SPLITS),
        rules: owned(&RULES),
        fired: FIRED.map(owned).to_vec(),
        recipes: Vec::new(),
        fields: Vec::new(),
    }
}

pub fn columns(rows: &[Plain]) -> Columns {
    let mut builder = Builder::with_capacity(rows.len(), 0);
    for (position, row) in rows.iter().enumerate() {
        builder.push(&row.row(position));
        if let Some(score) = row.score {
            builder.number("clip_score", score);
        }
    }
    builder.finish(names())
}

pub fn known_fields() -> KnownFields {
    KnownFields { numbers: vec!["clip_score".into()], texts: vec!["style".into(), "my field".into(), "source".into()] }
}

pub fn states() -> impl Strategy<Value = State> {
    prop::sample::select(State::ALL.to_vec())
}

pub fn causes() -> impl Strategy<Value = Option<CauseKind>> {
    option::of(prop::sample::select(CauseKind::ALL.to_vec()))
}

pub fn plain() -> impl Strategy<Value = Plain> {
    let marks = (states(), causes(), option::of(0..RULES.len()), option::of(0..FIRED.len()), option::of(0..SPLITS.len()));
    let score = option::of((-4i8..12).prop_map(|tenths| f32::from(tenths) / 10.0));
    (0..SOURCES.len(), TEXT, marks, any::<bool>(), score, option::of("[a-c]{0,3}")).prop_map(
        |(source, text, (state, cause, dropped_by, fired, split), has_image, score, style)| Plain {
            source,
            text,
            state,
            cause,
            dropped_by,
            fired,
            split,
            has_image,
            score,
            style,
        },
    )
}

pub fn workspace() -> impl Strategy<Value = Vec<Plain>> {
    vec(plain(), 0..40)
}

fn compares() -> impl Strategy<Value = Compare> {
    prop::sample::select(vec![Compare::Less, Compare::AtMost, Compare::Equal, Compare::AtLeast, Compare::More])
}

fn name() -> impl Strategy<Value = String> {
    let there = SOURCES.iter().chain(&SPLITS).chain(&RULES).map(|name| name.to_string()).collect::<Vec<_>>();
    prop_oneof![prop::sample::select(there), "[a-zA-Z]{1,2}"]
}

/// Terms that find something in a random workspace.
fn term() -> impl Strategy<Value = Filter> {
    let patterns = ["a+b?", r"^\s", "k$", r"\bs", "é|猫", "[^a]b"].map(|text| Pattern::new(text).unwrap());
    let count = || (compares(), (0..16).prop_map(f64::from));
    prop_oneof![
        Just(Filter::All),
        "[abKsé猫 ]{1,2}".prop_map(Filter::Contains),
        prop::sample::select(patterns.to_vec()).prop_map(Filter::Regex),
        "[abKsé猫 ]{1,3}".prop_map(Filter::Fuzzy),
        name().prop_map(Filter::Source),
        option::of(name()).prop_map(Filter::Split),
        states().prop_map(Filter::State),
        causes().prop_map(Filter::Cause),
        name().prop_map(Filter::Rule),
        name().prop_map(Filter::DroppedBy),
        (compares(), (0..99).prop_map(f64::from)).prop_map(|(c, n)| Filter::Id(c, n)),
        vec((0..99u32, 0..9u32), 0..5)
            .prop_map(|ids| Filter::of_ids(IdList::new(ids.into_iter().map(|(id, more)| (id, id + more))))),
        count().prop_map(|(c, n)| Filter::Chars(c, n)),
        count().prop_map(|(c, n)| Filter::Words(c, n / 4.0)),
        count().prop_map(|(c, n)| Filter::Tokens(c, n)),
        Just(Filter::HasImage),
        (compares(), (-4i8..12).prop_map(|n| f64::from(n) / 10.0)).prop_map(|(c, n)| Filter::Number("clip_score".into(), c, n)),
        "[A-Ca-c]{0,2}".prop_map(|value| Filter::Field("style".into(), value)),
    ]
}

pub fn filter() -> impl Strategy<Value = Filter> {
    nested(term())
}

/// Filters in normal form over `terms`.
pub fn nested(terms: impl Strategy<Value = Filter> + 'static) -> impl Strategy<Value = Filter> {
    terms.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 1..4).prop_map(Filter::all_of),
            vec(inner.clone(), 1..4).prop_map(Filter::any_of),
            inner.prop_map(|filter| Filter::Not(Box::new(filter))),
        ]
    })
}
