//! The count of a facet's value is the count of the search that its term makes.

use proptest::prelude::*;
use tamis::model::{Filter, RecordId};
use tamis::progress::Progress;
use tamis::query::columns::Builder;
use tamis::query::{Columns, Facet, Names, Query, Row, facets, parse, search, token_facet};

use super::support::{columns, filter, known_fields, workspace};

fn found(columns: &Columns, filter: Filter) -> std::sync::Arc<Vec<u32>> {
    let no_fields = |_| None;
    search(columns, &Query { filter, sort: None }, Some(&no_fields), &Progress::none()).unwrap().positions
}

/// Facets whose values are all a record can have.
const WHOLE: [&str; 7] = ["source", "split", "state", "cause", "length", "image", "tokens"];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_facets_term_finds_what_the_facet_counts(rows in workspace(), filter in filter()) {
        let columns = columns(&rows);
        let positions = found(&columns, filter.clone());
        let mut all: Vec<Facet> = facets(&columns, &positions);
        all.push(token_facet(&columns, &positions, &Progress::none()).unwrap());
        for facet in all {
            let sum: usize = facet.values.iter().map(|value| value.count).sum();
            prop_assert!(sum <= positions.len());
            if WHOLE.contains(&facet.name.as_str()) {
                prop_assert_eq!(sum, positions.len(), "{}", facet.name);
            }
            for value in facet.values {
                let term = parse(&value.term, &known_fields()).unwrap();
                let narrowed = found(&columns, Filter::all_of([filter.clone(), term]));
                prop_assert_eq!(narrowed.len(), value.count, "{}", value.term);
                prop_assert!(value.count > 0);
            }
        }
    }
}

/// A record for each text, undecided, from one source.
fn prompts(texts: impl IntoIterator<Item = String>, number: impl Fn(usize) -> f32) -> Columns {
    let mut builder = Builder::default();
    for (i, text) in texts.into_iter().enumerate() {
        builder.push(&Row { id: RecordId(i as u32 + 1), text: &text, ..Row::default() });
        builder.number("clip_score", number(i));
    }
    builder.finish(Names { sources: vec!["one".into()], ..Names::default() })
}

fn labels(facet: &Facet) -> Vec<(&str, usize)> {
    facet.values.iter().map(|value| (value.label.as_str(), value.count)).collect()
}

#[test]
fn lengths_fall_into_bands_that_double() {
    let columns = prompts((0..600).map(|length| "é".repeat(length)), |_| f32::NAN);
    let all: Vec<u32> = (0..600).collect();
    let facets = facets(&columns, &all);
    let length = facets.iter().find(|facet| facet.name == "length").unwrap();
    let expected =
        [("≤ 15", 16), ("16 – 31", 16), ("32 – 63", 32), ("64 – 127", 64), ("128 – 255", 128), ("256 – 511", 256), ("≥ 512", 88)];
    assert_eq!(labels(length), expected);
    // Row i is i characters long, so that the bands are runs of positions; they cross the chunks of a search.
    let mut next = 0;
    for value in &length.values {
        let positions = found(&columns, parse(&value.term, &known_fields()).unwrap());
        assert_eq!(*positions, (next..next + value.count as u32).collect::<Vec<_>>(), "{}", value.term);
        next += value.count as u32;
    }
    assert!(!facets.iter().any(|facet| facet.name == "clip_score" || facet.name == "rule"), "no record has one");
}

#[test]
fn numbers_fall_into_fifths_with_short_edges() {
    let columns = prompts((0..100).map(|_| "a prompt".to_owned()), |i| (i as f32).mul_add(0.001_000_1, 0.3));
    let all: Vec<u32> = (0..100).collect();
    let facets = facets(&columns, &all);
    let score = facets.iter().find(|facet| facet.name == "clip_score").unwrap();
    let expected = [("< 0.32", 20), ("0.32 – 0.34", 20), ("0.34 – 0.36", 20), ("0.36 – 0.38", 20), ("≥ 0.38", 20)];
    assert_eq!(labels(score), expected);
    assert_eq!(score.values[1].term, "clip_score:>=0.32 clip_score:<0.34");
}
