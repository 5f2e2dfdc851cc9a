//! Parquet: our own importer reads back what was written, typed only where nothing is lost.

use proptest::prelude::*;
use serde_json::Value;
use tamis::export::{ExportRecord, Layout, Options};
use tamis::model::{Draft, Reject};
use tamis::sources::{self, Format, Sink};

use super::*;

#[derive(Default)]
struct Drafts(Vec<Draft>);

impl Sink for Drafts {
    fn record(&mut self, draft: Draft) -> Result<()> {
        self.0.push(draft);
        Ok(())
    }

    fn reject(&mut self, reject: Reject) -> Result<()> {
        panic!("{reject:?}")
    }
}

fn read(path: &Path) -> Vec<Draft> {
    let mut drafts = Drafts::default();
    let options = sources::Options {
        format: Some(Format::Parquet),
        text_column: Some("text".into()),
        // A row without the column does not matter; every other column is a field.
        file_column: Some(String::new()),
        image_root: None,
    };
    sources::read(path, &options, &mut drafts, &Progress::none()).expect("a table");
    drafts.0
}

/// Name and value, as the characters of the JSON.
type Cells = Vec<(String, String)>;

fn cells(json: Option<&str>) -> Cells {
    let Some(json) = json else { return Vec::new() };
    let fields: tamis::model::Fields = serde_json::from_str(json).expect("an object");
    fields.0.into_iter().map(|(name, value)| (name, value.get().to_owned())).collect()
}

/// The digits of a number without zeros at either end, where the first of them stands, and the sign: told apart as text.
fn number(json: &str) -> Option<(bool, String, i64)> {
    let negative = json.starts_with('-');
    let json = json.trim_start_matches('-').to_ascii_lowercase();
    let (mantissa, exponent) = json.split_once('e').unwrap_or((&json, "0"));
    let exponent: i64 = exponent.trim_start_matches('+').parse().ok()?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits: String = [whole, fraction].concat();
    if !digits.bytes().all(|b| b.is_ascii_digit()) || whole.is_empty() {
        return None;
    }
    let leading = digits.bytes().take_while(|b| *b == b'0').count() as i64;
    let trimmed = digits.trim_matches('0').to_owned();
    let place = if trimmed.is_empty() { 0 } else { whole.len() as i64 - leading + exponent };
    Some((negative, trimmed, place))
}

/// Whether a value came back as it was: the same string, number or truth, or its JSON as text.
fn came_back(before: &str, after: &str) -> bool {
    let as_text = |json: &str| serde_json::from_str::<String>(json).ok();
    match (as_text(before), as_text(after)) {
        (Some(before), after) => Some(before) == after,
        (None, Some(after)) => after == before,
        (None, None) => before == after || number(before).is_some_and(|before| Some(before) == number(after)),
    }
}

fn any_value() -> impl Strategy<Value = String> {
    let odd = [
        "18446744073709551616",
        "9007199254740993",
        "1e400",
        "-1E-400",
        "-0",
        "0",
        "0.10",
        "1E+2",
        "1e-7",
        "3.141592653589793238462643383279",
        "null",
        "true",
        "false",
        "[]",
        "{\"a\": [null , \"x\"]}",
        "\"\"",
        "\"12\"",
        "\"é\\n\"",
    ];
    prop_oneof![
        3 => prop::sample::select(odd.map(str::to_owned).to_vec()),
        3 => any::<i64>().prop_map(|n| n.to_string()),
        3 => any::<f64>().prop_filter("finite", |f| f.is_finite()).prop_map(|f| serde_json::to_string(&f).expect("a number")),
        1 => any::<bool>().prop_map(|b| b.to_string()),
    ]
}

/// Columns in which values of one kind are likely.
fn any_fields() -> impl Strategy<Value = Vec<Cells>> {
    let name = prop::sample::select(vec!["n", "a.b", "é \"q\"", "x\ny", "Text", "field_n", ""]);
    let column = (name, prop::collection::vec(any_value(), 1..4), prop::collection::vec(prop::option::of(0..9usize), 6));
    prop::collection::vec(column, 0..5).prop_map(|mut columns| {
        columns.sort_by_key(|(name, ..)| *name);
        columns.dedup_by_key(|(name, ..)| *name);
        let cell = |row: usize, (name, values, picks): &(&str, Vec<String>, Vec<Option<usize>>)| {
            picks[row].map(|pick| ((*name).to_owned(), values[pick % values.len()].clone()))
        };
        (0..6).map(|row| columns.iter().filter_map(|column| cell(row, column)).collect()).collect()
    })
}

fn object(cells: &Cells) -> Option<String> {
    let name = |name: &String| serde_json::to_string(name).expect("a name");
    let members: Vec<String> = cells.iter().map(|(key, value)| format!("{}:{value}", name(key))).collect();
    (!cells.is_empty()).then(|| format!("{{{}}}", members.join(",")))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_table_reads_back_equal(texts in prop::collection::vec("[a\"',\r\n\u{feff}\u{2028}é\u{1f600}\u{1}-]{0,8}", 6), fields in any_fields()) {
        let bench = Bench::new();
        let records: Vec<ExportRecord> = (1..)
            .zip(texts.iter().zip(&fields))
            .map(|(id, (text, cells))| ExportRecord {
                file_name: (id % 2 == 0).then(|| format!("{id}.png")),
                fields: object(cells),
                ..record(id, &format!("x{text}"))
            })
            .collect();
        export(Layout::Parquet, &records, &bench.target());
        let read = read(&bench.target().join("data/train-00000-of-00001.parquet"));
        prop_assert_eq!(read.len(), records.len());
        for ((record, before), draft) in records.iter().zip(&fields).zip(read) {
            prop_assert_eq!(&draft.text, &record.text);
            let mut after = cells(draft.fields.as_deref());
            let file_name = after.remove(0);
            let expected = record.file_name.as_ref().map_or("null".to_owned(), |name| format!("\"{name}\""));
            prop_assert_eq!(file_name, ("file_name".to_owned(), expected));
            for (name, value) in &after {
                match before.iter().find(|(n, _)| n == name) {
                    Some((_, before)) => prop_assert!(came_back(before, value), "{}: {} became {}", name, before, value),
                    None => prop_assert_eq!(value, "null"),
                }
            }
            prop_assert!(before.iter().all(|(name, _)| after.iter().any(|(n, _)| n == name)));
        }
    }
}

#[test]
fn columns_have_the_types_that_fit() {
    let bench = Bench::new();
    let fields =
        [r#"{"i":1,"d":0.30,"b":true,"s":"x","mixed":1,"n":null}"#, r#"{"i":-5,"d":2,"b":false,"s":"","mixed":"1"}"#, "{}"];
    let records: Vec<_> =
        (1..).zip(fields).map(|(id, f)| ExportRecord { fields: Some(f.into()), ..in_split("train", record(id, "a")) }).collect();
    let options = Options { with: ["id", "orig_text", "split"].map(String::from).to_vec(), ..Options::new(Layout::Parquet) };
    export_with(&options, &records, &bench.target(), false).expect("an export");
    let fields: Vec<Value> = read(&bench.target().join("data/train-00000-of-00001.parquet"))
        .into_iter()
        .map(|draft| serde_json::from_str(draft.fields.as_deref().expect("fields")).expect("JSON"))
        .collect();
    let expected = serde_json::json!([
        {"i": 1, "d": 0.3, "b": true, "s": "x", "mixed": "1", "n": null, "orig_text": "raw a", "id": 1, "split": "train"},
        {"i": -5, "d": 2, "b": false, "s": "", "mixed": "1", "n": null, "orig_text": "raw a", "id": 2, "split": "train"},
        {"i": null, "d": null, "b": null, "s": null, "mixed": null, "n": null, "orig_text": "raw a", "id": 3, "split": "train"},
    ]);
    assert_eq!(Value::Array(fields), expected);
    let card = text_of(&bench.target().join("README.md"));
    for row in ["| `i` | integer |", "| `d` | number |", "| `b` | boolean |", "| `mixed` | text |", "| `n` | text |"] {
        assert!(card.contains(row), "{row} in {card}");
    }
}

#[test]
fn long_texts_are_many_row_groups_of_bounded_memory() {
    let bench = Bench::new();
    // Five times what a row group may hold; told apart by their beginnings.
    let long = "a long prompt about the sea ".repeat(18_000);
    let records: Vec<ExportRecord> =
        (0..40).map(|id| ExportRecord { raw_text: String::new(), ..record(id, &format!("{id} {long}")) }).collect();
    export(Layout::Parquet, &records, &bench.target());
    let path = bench.target().join("data/train-00000-of-00001.parquet");
    let file = parquet::file::reader::SerializedFileReader::new(std::fs::File::open(&path).expect("a file")).expect("parquet");
    let groups = parquet::file::reader::FileReader::num_row_groups(&file);
    assert!((2..=3).contains(&groups), "{groups}");
    let texts: Vec<String> = read(&path).into_iter().map(|draft| draft.text).collect();
    assert_eq!(texts, records.into_iter().map(|record| record.text).collect::<Vec<_>>());
}

#[test]
fn too_many_columns_are_refused() {
    let members: Vec<String> = (0..5000).map(|n| format!("\"f{n}\":1")).collect();
    let one = ExportRecord { fields: Some(format!("{{{}}}", members.join(","))), ..record(1, "a") };
    let refused = plan(&Options::new(Layout::Parquet), &[one]).expect_err("too many");
    assert!(refused.message.contains("5001 columns") && refused.hint.is_some(), "{refused}");
}
