//! Search against a row-by-row reading of the filter that shares no code with it.

use std::cmp::Ordering;

use fuzzy_matcher::FuzzyMatcher;
use fuzzy_matcher::skim::SkimMatcherV2;
use instant_clip_tokenizer::Tokenizer;
use proptest::prelude::*;
use tamis::model::filter::{Compare, SortField};
use tamis::model::{Filter, SortKey, State};
use tamis::progress::Progress;
use tamis::query::{Query, search, search_within};

use super::support::{FIRED, Plain, RULES, SOURCES, SPLITS, columns, filter, plain, workspace};

/// A new one for each text: a matcher that is used again scores by what it saw before.
fn skim() -> SkimMatcherV2 {
    SkimMatcherV2::default().ignore_case()
}

/// What the filter means, said once more in the plainest way.
struct Oracle {
    tokenizer: Tokenizer,
}

impl Oracle {
    fn new() -> Self {
        Oracle { tokenizer: Tokenizer::new() }
    }

    fn tokens(&self, text: &str) -> usize {
        let mut tokens = Vec::new();
        self.tokenizer.encode(text, &mut tokens);
        tokens.len()
    }

    fn matches(&self, filter: &Filter, position: usize, row: &Plain) -> bool {
        let named = |names: &[&str], index: Option<usize>, wanted: &str| index.is_some_and(|i| meant(names, wanted, names[i]));
        match filter {
            Filter::All => true,
            Filter::And(terms) => terms.iter().all(|term| self.matches(term, position, row)),
            Filter::Or(terms) => terms.iter().any(|term| self.matches(term, position, row)),
            Filter::Not(term) => !self.matches(term, position, row),
            Filter::Contains(word) => folded(&row.text).contains(&folded(word)),
            Filter::Regex(pattern) => regex::Regex::new(&format!("(?i){}", pattern.as_str())).unwrap().is_match(&row.text),
            Filter::Fuzzy(pattern) => skim().fuzzy_match(&row.text, pattern).is_some(),
            Filter::Source(name) => named(&SOURCES, Some(row.source), name),
            Filter::Split(None) => row.split.is_none(),
            Filter::Split(Some(name)) => named(&SPLITS, row.split, name),
            Filter::State(state) => row.state == *state,
            Filter::Cause(cause) => row.cause == *cause,
            Filter::Rule(name) => {
                let all = [RULES.as_slice(), &["blanks"]].concat();
                let fired = row.fired.map_or(&[] as &[&str], |fired| FIRED[fired]);
                row.dropped_by.iter().map(|&rule| RULES[rule]).chain(fired.iter().copied()).any(|rule| meant(&all, name, rule))
            }
            Filter::DroppedBy(name) => named(&RULES, row.dropped_by, name),
            Filter::Id(compare, n) => holds(*compare, Plain::id(position).0 as usize, *n),
            Filter::Ids(ids) => ids.ranges().iter().any(|&(low, high)| (low..=high).contains(&Plain::id(position).0)),
            Filter::Chars(compare, n) => holds(*compare, row.text.chars().count(), *n),
            Filter::Words(compare, n) => holds(*compare, row.text.split_whitespace().count(), *n),
            Filter::Tokens(compare, n) => holds(*compare, self.tokens(&row.text), *n),
            Filter::HasImage => row.has_image,
            Filter::Number(_, compare, n) => {
                // Tenths, compared as whole numbers.
                row.score
                    .is_some_and(|score| compare_with(*compare, (score * 10.0).round().partial_cmp(&((n * 10.0).round() as f32))))
            }
            Filter::Field(_, value) => row.style.as_ref().is_some_and(|style| folded(style).contains(&folded(value))),
        }
    }

    /// The sum of the scores of all fuzzy terms outside of NOT; `None` where there are none.
    fn score(&self, filter: &Filter, text: &str) -> Option<i64> {
        match filter {
            Filter::Fuzzy(pattern) => Some(skim().fuzzy_match(text, pattern).unwrap_or(0)),
            Filter::And(terms) | Filter::Or(terms) => terms.iter().filter_map(|term| self.score(term, text)).reduce(|a, b| a + b),
            _ => None,
        }
    }

    fn search(&self, rows: &[Plain], query: &Query) -> Vec<u32> {
        let matches = |position: &usize| self.matches(&query.filter, *position, &rows[*position]);
        let mut found: Vec<usize> = (0..rows.len()).filter(matches).collect();
        match &query.sort {
            // `sort_by` is stable: ties stay in order of id.
            Some(key) => found.sort_by(|&a, &b| self.compare(key, (a, &rows[a]), (b, &rows[b]))),
            None => found.sort_by_key(|&position| self.score(&query.filter, &rows[position].text).map(|score| -score)),
        }
        found.into_iter().map(|position| position as u32).collect()
    }

    fn compare(&self, key: &SortKey, a: (usize, &Plain), b: (usize, &Plain)) -> Ordering {
        let order = match &key.field {
            SortField::Id => a.0.cmp(&b.0),
            SortField::Text => a.1.text.cmp(&b.1.text),
            SortField::Chars => a.1.text.chars().count().cmp(&b.1.text.chars().count()),
            SortField::Tokens => self.tokens(&a.1.text).cmp(&self.tokens(&b.1.text)),
            SortField::Source => SOURCES[a.1.source].cmp(SOURCES[b.1.source]),
            SortField::State => (a.1.state as u8).cmp(&(b.1.state as u8)),
            SortField::Split => {
                let split = |row: &Plain| row.split.map(|split| SPLITS[split]);
                return missing_last(split(a.1), split(b.1), key.descending);
            }
            SortField::Number(_) => return missing_last(a.1.score, b.1.score, key.descending),
        };
        if key.descending { order.reverse() } else { order }
    }
}

fn missing_last<T: PartialOrd>(a: Option<T>, b: Option<T>, descending: bool) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) if descending => b.partial_cmp(&a).unwrap(),
        (Some(a), Some(b)) => a.partial_cmp(&b).unwrap(),
        (a, b) => a.is_none().cmp(&b.is_none()),
    }
}

/// Simple case folding of the letters that the random texts are made of.
fn folded(text: &str) -> String {
    let fold = |c: char| match c {
        'ſ' => 's',
        '\u{212a}' => 'k',
        other => other.to_lowercase().next().unwrap(),
    };
    text.chars().map(fold).collect()
}

/// Whether `wanted` means `name`, given all the names there are.
fn meant(names: &[&str], wanted: &str, name: &str) -> bool {
    let lower = |text: &str| text.to_lowercase();
    if names.contains(&wanted) {
        name == wanted
    } else if names.iter().any(|other| lower(other) == lower(wanted)) {
        lower(name) == lower(wanted)
    } else {
        lower(name).contains(&lower(wanted))
    }
}

fn holds(compare: Compare, left: usize, right: f64) -> bool {
    compare_with(compare, (left as f64).partial_cmp(&right))
}

fn compare_with(compare: Compare, order: Option<Ordering>) -> bool {
    match compare {
        Compare::Less => order == Some(Ordering::Less),
        Compare::AtMost => order.is_some_and(Ordering::is_le),
        Compare::Equal => order == Some(Ordering::Equal),
        Compare::AtLeast => order.is_some_and(Ordering::is_ge),
        Compare::More => order == Some(Ordering::Greater),
    }
}

fn sorts() -> impl Strategy<Value = Option<SortKey>> {
    let fields = vec![
        SortField::Id,
        SortField::Text,
        SortField::Chars,
        SortField::Tokens,
        SortField::Source,
        SortField::State,
        SortField::Split,
        SortField::Number("clip_score".into()),
    ];
    prop::option::of((prop::sample::select(fields), any::<bool>()).prop_map(|(field, descending)| SortKey { field, descending }))
}

thread_local!(static ORACLE: Oracle = Oracle::new());

proptest! {
    #[test]
    fn search_finds_and_orders_what_the_oracle_does(
        rows in workspace(),
        patches in prop::collection::vec((any::<prop::sample::Index>(), plain()), 0..4),
        filter in filter(),
        sort in sorts(),
    ) {
        let (mut rows, mut columns) = (rows.clone(), columns(&rows));
        for (index, patch) in patches.iter().filter(|_| !rows.is_empty()).collect::<Vec<_>>() {
            let position = index.index(rows.len());
            let Plain { source, has_image, score, style, .. } = rows[position].clone();
            rows[position] = Plain { source, has_image, score, style, ..patch.clone() };
            columns.put(&rows[position].row(position));
        }
        let query = Query { filter, sort };
        let fields_of = |position: usize| rows[position].fields();
        let hits = search(&columns, &query, Some(&fields_of), &Progress::none()).unwrap();
        let expected = ORACLE.with(|oracle| oracle.search(&rows, &query));
        let kept = expected.iter().filter(|&&position| rows[position as usize].state != State::Drop).count();
        prop_assert_eq!(&*hits.positions, &expected, "{}", &query.filter);
        prop_assert_eq!(hits.kept, kept);
    }

    #[test]
    fn a_narrower_query_may_look_among_the_hits_of_the_wider(
        rows in workspace(),
        (wide, more) in (filter(), filter()),
        (wide_sort, sort) in (sorts(), sorts()),
    ) {
        let columns = columns(&rows);
        let fields_of = |position: usize| rows[position].fields();
        let wide = Query { filter: wide, sort: wide_sort };
        let narrow = Query { filter: Filter::all_of([wide.filter.clone(), more]), sort };
        prop_assert!(narrow.narrows(&wide));
        let hits = search(&columns, &wide, Some(&fields_of), &Progress::none()).unwrap();
        let within = search_within(&columns, &hits.positions, &narrow, Some(&fields_of), &Progress::none()).unwrap();
        let afresh = search(&columns, &narrow, Some(&fields_of), &Progress::none()).unwrap();
        prop_assert_eq!(within.positions, afresh.positions);
        prop_assert_eq!(within.kept, afresh.kept);
    }

    #[test]
    fn whatever_is_said_to_narrow_does(rows in workspace(), a in "~?[abKks]{1,3}", b in "~?[abKks]{1,3}") {
        let columns = columns(&rows);
        let query = |text: &str| Query { filter: tamis::query::parse(text, &Default::default()).unwrap(), sort: None };
        let (a, b) = (query(&a), query(&b));
        if a.narrows(&b) {
            let find = |query: &Query| search(&columns, query, None, &Progress::none()).unwrap().positions;
            let wide = find(&b);
            prop_assert!(find(&a).iter().all(|position| wide.contains(position)), "{} but not {}", a.filter, b.filter);
        }
    }
}

#[test]
fn a_longer_last_word_narrows_and_an_or_does_not() {
    let fields = Default::default();
    let query = |text: &str| Query { filter: tamis::query::parse(text, &fields).unwrap(), sort: None };
    let narrows = |narrow: &str, wide: &str| query(narrow).narrows(&query(wide));
    assert!(narrows("red car", "red ca"));
    assert!(narrows("red car state:keep", "Car"));
    assert!(narrows("~drgn", "~dr"));
    assert!(narrows("anything", ""));
    assert!(!narrows("red ca", "red car"));
    assert!(!narrows("red OR car", "red OR ca"));
    assert!(!narrows("-red", "-re"));
    assert!(!narrows("k", "~k"), "a word also finds the Kelvin sign");
}

#[test]
fn a_cancelled_search_is_interrupted() {
    let columns = columns(&[]);
    let progress = Progress::new();
    progress.cancel();
    let query = Query { filter: Filter::All, sort: None };
    assert!(search(&columns, &query, None, &progress).unwrap_err().is_interrupted());
}

#[test]
fn a_text_field_without_the_store_is_refused_rather_than_not_found() {
    let query = Query { filter: Filter::Field("style".into(), "x".into()), sort: None };
    assert!(search(&columns(&[]), &query, None, &Progress::none()).is_err());
}
