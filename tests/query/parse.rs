//! The filter language: a table of texts with their trees or errors, and the printer's round trip.

use proptest::prelude::*;
use tamis::model::filter::{Compare, Pattern};
use tamis::model::{Filter, IdList};
use tamis::query::{parse, parse_sort};

use super::support::{known_fields, nested};

/// Each case is a text, then `= ` and its tree or `! ` and offset with a part of the message.
const CASES: &str = include_str!("filters.txt");

#[test]
fn texts_parse_to_their_trees_or_errors() {
    let lines: Vec<&str> = CASES.lines().filter(|line| !line.is_empty() && !line.starts_with("# ")).collect();
    assert!(lines.len() > 100);
    for case in lines.chunks(2) {
        let [text, expected] = case else { panic!("a case without its outcome: {case:?}") };
        let outcome = match parse(text, &known_fields()) {
            Ok(filter) => format!("= {filter:?}"),
            Err(error) => format!("! {} {}", error.at, error.message),
        };
        if expected.starts_with('!') {
            assert!(outcome.starts_with(expected), "{text}\n{outcome}\n{expected}");
        } else {
            assert_eq!(&outcome, expected, "{text}");
        }
    }
}

#[test]
fn an_unknown_key_is_told_which_there_are() {
    let error = parse("cat colour:red", &known_fields()).unwrap_err();
    assert_eq!(error.at, 4);
    for key in ["colour", "source", "tokens", "clip_score", "style"] {
        assert!(error.message.contains(key), "{}", error.message);
    }
}

#[test]
fn deep_nesting_is_an_error_not_a_crash() {
    for nest in ["(", "-(", "NOT ", "-("] {
        let error = parse(&nest.repeat(100_000), &known_fields()).unwrap_err();
        assert!(error.message.contains("deep"), "{}", error.message);
    }
    assert!(parse(&format!("{}x{}", "(".repeat(60), ")".repeat(60)), &known_fields()).is_ok());
    assert!(parse(&"x ".repeat(501), &known_fields()).unwrap_err().message.contains("terms"));
}

fn any_number() -> impl Strategy<Value = (Compare, f64)> {
    let compares = vec![Compare::Less, Compare::AtMost, Compare::Equal, Compare::AtLeast, Compare::More];
    (prop::sample::select(compares), any::<f64>().prop_filter("finite", |n| n.is_finite()))
}

/// Every kind of term, with contents that look like something else.
fn odd_term() -> impl Strategy<Value = Filter> {
    let odd = || prop_oneof!["[a-cA-C\"\\\\(): ~/*é=<>.\n-]{1,6}", "AND|OR|NOT|none|source:x|--ar|16:9|\\*|~x|/x/|\\.\\."];
    prop_oneof![
        Just(Filter::All),
        odd().prop_map(Filter::Contains),
        odd().prop_map(Filter::Fuzzy),
        "[a-c/.]{1,4}|\\\\[d/]|[(]a\\\\[)][)]|\\[/\"\\]|\\\\\\\\/?".prop_map(|text| Filter::Regex(Pattern::new(&text).unwrap())),
        odd().prop_map(Filter::Source),
        prop::option::of(odd()).prop_map(Filter::Split),
        odd().prop_map(Filter::Rule),
        odd().prop_map(Filter::DroppedBy),
        super::support::states().prop_map(Filter::State),
        super::support::causes().prop_map(Filter::Cause),
        Just(Filter::HasImage),
        any_number().prop_map(|(c, n)| Filter::Id(c, n)),
        prop::collection::vec((any::<u32>(), 0..3u32), 0..5)
            .prop_map(|ids| Filter::of_ids(IdList::new(ids.into_iter().map(|(id, more)| (id, id.saturating_add(more)))))),
        any_number().prop_map(|(c, n)| Filter::Chars(c, n)),
        any_number().prop_map(|(c, n)| Filter::Words(c, n)),
        any_number().prop_map(|(c, n)| Filter::Tokens(c, n)),
        any_number().prop_map(|(c, n)| Filter::Number("clip_score".into(), c, n)),
        (prop::sample::select(known_fields().texts), odd()).prop_map(|(name, value)| Filter::Field(name, value)),
        Just(Filter::Field("style".into(), String::new())),
    ]
}

proptest! {
    #[test]
    fn a_printed_filter_parses_back_to_itself(filter in nested(odd_term())) {
        let text = filter.to_string();
        prop_assert_eq!(parse(&text, &known_fields()), Ok(filter), "{}", text);
    }

    #[test]
    fn any_text_parses_or_fails_at_a_characters_border(text in "[a-z:\"/~() <>.é猫*\\\\-]{0,12}|\\PC{0,20}") {
        match parse(&text, &known_fields()) {
            Ok(filter) => prop_assert_eq!(parse(&filter.to_string(), &known_fields()), Ok(filter)),
            Err(error) => {
                prop_assert!(text.is_char_boundary(error.at));
                prop_assert_eq!(error.render(&text).lines().count(), 2);
            }
        }
    }

    #[test]
    fn a_printed_sort_key_parses_back(name in "id|text|chars|tokens|source|state|split|clip_score", descending: bool) {
        let text = format!("{}{name}", if descending { "-" } else { "" });
        prop_assert_eq!(parse_sort(&text, &known_fields()).unwrap().to_string(), text);
    }
}
