//! The count of a facet's value is the count of the search that its term makes.

use proptest::prelude::*;
use tamis::model::Filter;
use tamis::progress::Progress;
use tamis::query::{Columns, Facet, KnownFields, Query, facets, parse, search, token_facet};

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

#[test]
fn numbers_fall_into_fifths_with_short_edges() {
    let mut builder = tamis::query::columns::Builder::default();
    for i in 0..100u32 {
        let text = "a prompt";
        let id = tamis::model::RecordId(i + 1);
        let state = tamis::model::State::Undecided;
        let (cause, dropped_by, fired, split) = (None, None, None, None);
        builder.push(&tamis::query::Row { id, source: 0, text, state, cause, dropped_by, fired, split, has_image: false });
        builder.number("clip_score", (i as f32).mul_add(0.001_000_1, 0.3));
    }
    let names = tamis::query::Names { sources: vec!["one".into()], ..Default::default() };
    let columns = builder.finish(names);
    let all: Vec<u32> = (0..100).collect();
    let facets = facets(&columns, &all);
    let score = facets.iter().find(|facet| facet.name == "clip_score").unwrap();
    let labels: Vec<_> = score.values.iter().map(|value| (value.label.as_str(), value.count)).collect();
    assert_eq!(labels, [("< 0.32", 20), ("0.32 – 0.34", 20), ("0.34 – 0.36", 20), ("0.36 – 0.38", 20), ("≥ 0.38", 20)]);
    assert_eq!(score.values[1].term, "clip_score:>=0.32 clip_score:<0.34");
    assert!(parse(&score.values[1].term, &KnownFields::of(&columns, [])).is_ok());
    assert!(!facets.iter().any(|facet| facet.name == "rule"), "no record was dropped by a rule");
}
