//! What goes out comes back: with `serde_json` and `csv` as readers, and byte for byte where bytes are promised.

use proptest::prelude::*;
use serde_json::{Value, json};
use tamis::export::{ExportRecord, FieldChoice, Layout, Options};

use super::*;

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![".{0,12}", "[a\"',\r\n\u{feff}\u{2028}é\u{1f600}\u{1}-]{0,8}"].prop_map(|t| t.replace('\0', ""))
}

fn any_record() -> impl Strategy<Value = ExportRecord> {
    let name = prop::sample::select(vec!["text", "file_name", "field_text", "a", "score", "split", "field_split", "é\""]);
    let value = prop_oneof![
        any_text().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        Just(Value::Null),
        Just(json!([1, {"a": "b\n"}]))
    ];
    let fields = prop::option::of(prop::collection::btree_map(name, value, 0..5));
    let split = prop::option::of(prop::sample::select(vec!["train", "test"]));
    (any_text(), split, prop::option::of("[a-z]{1,5}"), fields).prop_map(|(text, split, file_name, fields)| ExportRecord {
        split: split.map(str::to_owned),
        file_name,
        fields: fields.map(|f| serde_json::to_string(&f).expect("JSON")),
        ..record(0, &text)
    })
}

fn records() -> impl Strategy<Value = Vec<ExportRecord>> {
    prop::collection::vec(any_record(), 1..8).prop_map(|mut records| {
        records.iter_mut().zip(1..).for_each(|(r, id)| r.id = RecordId(id));
        records
    })
}

/// The object that a record should become, said a second time: a name that is taken gets `field_` in front until it is free.
fn expected(record: &ExportRecord, extra: &[&str]) -> serde_json::Map<String, Value> {
    let mut object = serde_json::Map::new();
    if let Some(name) = &record.file_name {
        object.insert("file_name".into(), json!(name));
    }
    object.insert("text".into(), json!(record.text));
    let fields: serde_json::Map<String, Value> =
        record.fields.as_deref().map(|f| serde_json::from_str(f).expect("JSON")).unwrap_or_default();
    let ours = |name: &str| name == "text" || name == "file_name" || extra.contains(&name);
    let mut used: Vec<String> = fields.keys().cloned().collect();
    for (name, value) in fields {
        let mut free = name.clone();
        while ours(&free) || (free != name && used.contains(&free)) {
            free = format!("field_{free}");
        }
        used.push(free.clone());
        object.insert(free, value);
    }
    if extra.contains(&"split") {
        object.insert("split".into(), json!(record.split.as_deref().unwrap_or("unassigned")));
    }
    object
}

fn objects(text: &str) -> Vec<serde_json::Map<String, Value>> {
    assert!(text.ends_with('\n'));
    text.split_terminator('\n').map(|line| serde_json::from_str(line).expect("an object a line")).collect()
}

/// The cells of a value: strings plain, others as JSON, absent ones empty.
fn cell(value: Option<&Value>) -> String {
    match value {
        None => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

fn rows(text: &str) -> (Vec<String>, Vec<Vec<String>>) {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().expect("a header").iter().map(str::to_owned).collect();
    let rows = reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect()).collect();
    (header, rows)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_jsonl_stream_reads_back_equal(records in records()) {
        let splits = records.iter().any(|r| r.split.is_some());
        let extra: &[&str] = if splits { &["split"] } else { &[] };
        let read = objects(&streamed(&Options::new(Layout::Jsonl), &records));
        prop_assert_eq!(read, records.iter().map(|r| expected(r, extra)).collect::<Vec<_>>());
    }

    #[test]
    fn a_csv_stream_reads_back_equal(records in records()) {
        let splits = records.iter().any(|r| r.split.is_some());
        let extra: &[&str] = if splits { &["split"] } else { &[] };
        let (header, rows) = rows(&streamed(&Options::new(Layout::Csv), &records));
        let mut unique = header.clone();
        unique.sort();
        unique.dedup();
        prop_assert_eq!(unique.len(), header.len());
        prop_assert_eq!(rows.len(), records.len());
        for (record, row) in records.iter().zip(rows) {
            let object = expected(record, extra);
            prop_assert!(object.keys().all(|key| header.contains(key)));
            let cells: Vec<String> = header.iter().map(|column| cell(object.get(column))).collect();
            prop_assert_eq!(row, cells);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn a_folder_holds_each_split_in_order(records in records(), layout in prop::sample::select(vec![Layout::Jsonl, Layout::Csv])) {
        let bench = Bench::new();
        let manifest = export(layout, &records, &bench.target());
        let splits = records.iter().any(|r| r.split.is_some());
        for split in [None, Some("train"), Some("test")] {
            let mine: Vec<ExportRecord> = records.iter().filter(|r| r.split.as_deref() == split).cloned().collect();
            let name = split.unwrap_or(if splits { "unassigned" } else { "data" });
            let path = bench.target().join(format!("{name}.{}", layout.word()));
            prop_assert_eq!(path.exists(), !mine.is_empty());
            if mine.is_empty() {
                continue;
            }
            let read = match layout {
                Layout::Csv => rows(&text_of(&path)).1.len(),
                _ => {
                    let read = objects(&text_of(&path));
                    prop_assert_eq!(&read, &mine.iter().map(|r| expected(r, &[])).collect::<Vec<_>>());
                    read.len()
                }
            };
            prop_assert_eq!(read, mine.len());
        }
        prop_assert_eq!(Manifest::load(&bench.target()).expect("a manifest"), manifest);
        prop_assert_eq!(bench.names(), ["out"]);
    }
}

#[test]
fn values_keep_the_very_characters_they_came_with() {
    let fields = r#"{"big":18446744073709551616,"huge": 1e400,"pi":3.10,"u":"\u00e9","deep":{ "a" : [1.0, -0] }}"#;
    let line = streamed(&Options::new(Layout::Jsonl), &[ExportRecord { fields: Some(fields.into()), ..record(1, "a") }]);
    for value in [r#""big":18446744073709551616"#, r#""huge":1e400"#, r#""pi":3.10"#, r#""u":"\u00e9""#, r#"{ "a" : [1.0, -0] }"#]
    {
        assert!(line.contains(value), "{value} in {line}");
    }
    let csv = streamed(&Options::new(Layout::Csv), &[ExportRecord { fields: Some(fields.into()), ..record(1, "a") }]);
    assert_eq!(rows(&csv).1[0], ["a", "18446744073709551616", "1e400", "3.10", "é", "{ \"a\" : [1.0, -0] }"]);
}

#[test]
fn a_line_break_inside_a_value_does_not_end_the_line() {
    let fields = "{\"a\": {\r\n \"b\": 1}}";
    let line = streamed(&Options::new(Layout::Jsonl), &[ExportRecord { fields: Some(fields.into()), ..record(1, "x") }]);
    assert_eq!(objects(&line)[0]["a"]["b"], 1);
}

#[test]
fn with_adds_what_was_asked_for() {
    let options = Options {
        with: ["line", "orig_text", "id", "source", "split"].map(String::from).to_vec(),
        ..Options::new(Layout::Jsonl)
    };
    let one = ExportRecord { fields: Some(r#"{"id":"theirs"}"#.into()), ..in_split("train", record(3, "a")) };
    let expected = concat!(
        r#"{"text":"a","field_id":"theirs","orig_text":"raw a","id":3,"source":"wild","line":103,"split":"train"}"#,
        "\n"
    );
    assert_eq!(streamed(&options, &[one]), expected);
}

#[test]
fn with_takes_the_name_of_a_field_and_knows_a_mistyped_one() {
    let options = |word: &str| Options { with: vec![word.into()], ..Options::new(Layout::Jsonl) };
    let one = [ExportRecord { fields: Some(r#"{"clip_score":1}"#.into()), ..record(3, "a") }];
    assert!(plan(&options("clip_score"), &one).is_ok());
    assert!(plan(&options("clip_scor"), &one).is_err_and(|e| e.kind == tamis::error::Kind::Usage));
}

#[test]
fn fields_are_written_as_chosen() {
    let fields = r#"{"clip_score":1,"id":"theirs","text":"x"}"#;
    let one = || [ExportRecord { fields: Some(fields.into()), ..record(3, "a") }];
    let line = |chosen: FieldChoice, with: &[&str]| {
        let with = with.iter().map(|w| (*w).to_owned()).collect();
        streamed(&Options { fields: chosen, with, ..Options::new(Layout::Jsonl) }, &one())
    };
    let named = |names: &[&str]| FieldChoice::Named(names.iter().map(|n| (*n).to_owned()).collect());
    assert_eq!(line(FieldChoice::All, &[]), "{\"text\":\"a\",\"clip_score\":1,\"id\":\"theirs\",\"field_text\":\"x\"}\n");
    assert_eq!(line(FieldChoice::None, &[]), "{\"text\":\"a\"}\n");
    assert_eq!(line(FieldChoice::None, &["id"]), "{\"text\":\"a\",\"id\":3}\n");
    assert_eq!(line(FieldChoice::None, &["clip_score"]), "{\"text\":\"a\",\"clip_score\":1}\n");
    assert_eq!(line(named(&["id"]), &["id"]), "{\"text\":\"a\",\"field_id\":\"theirs\",\"id\":3}\n");
    assert_eq!(line(named(&["clip_score", "text"]), &[]), "{\"text\":\"a\",\"clip_score\":1,\"field_text\":\"x\"}\n");
    let mistyped = Options { fields: named(&["clip"]), ..Options::new(Layout::Jsonl) };
    assert!(plan(&mistyped, &one()).is_err_and(|e| e.kind == tamis::error::Kind::Usage && e.message.contains("`clip`")));
    for choice in [FieldChoice::All, FieldChoice::None, named(&["a", "b"])] {
        let words: Vec<String> = choice.words().split(',').map(str::to_owned).collect();
        assert_eq!(FieldChoice::from_words(&words), choice);
    }
}

#[test]
fn a_first_text_with_a_bom_keeps_it() {
    let records = [record(1, "\u{feff}a"), record(2, "\u{feff}b")];
    let bench = Bench::new();
    export(Layout::Txt, &records, &bench.target());
    let text = text_of(&bench.target().join("data.txt"));
    assert_eq!(text.strip_prefix('\u{feff}'), Some("\u{feff}a\n\u{feff}b\n"));
    assert_eq!(streamed(&Options::new(Layout::Txt), &records), text);
}

#[test]
fn csv_ends_its_rows_as_the_standard_says() {
    let csv = streamed(&Options::new(Layout::Csv), &[record(1, "a"), record(2, "b, \"c\"\n"), record(3, "")]);
    assert_eq!(csv, "text\r\na\r\n\"b, \"\"c\"\"\n\"\r\n\"\"\r\n");
}

#[test]
fn the_same_export_twice_is_the_same_bytes() {
    let bench = Bench::new();
    let records = [in_split("train", record(1, "a")), record(2, "b")];
    let digests = ["one", "two"].map(|name| {
        let manifest = export(Layout::Jsonl, &records, &bench.path.join(name));
        assert_eq!(manifest.digest().expect("bytes").len(), 64);
        std::fs::read(bench.path.join(name).join("manifest.json")).expect("a manifest")
    });
    assert_eq!(digests[0], digests[1]);
    assert!(!String::from_utf8_lossy(&digests[0]).contains(&*bench.path.to_string_lossy()));
}

#[test]
fn the_plan_says_what_the_export_writes() {
    let named = |name: &str, record| ExportRecord { file_name: Some(name.into()), ..record };
    let records = [
        in_split("train", named("a.png", record(1, "a"))),
        named("b.png", record(2, "b")),
        in_split("train", named("c.png", record(3, "c"))),
    ];
    let bench = Bench::new();
    for layout in Layout::ALL {
        let mut options = Options::new(layout);
        options.images = tamis::export::Images::None;
        let plan = plan(&options, &records).expect("a plan");
        let target = bench.path.join(layout.word());
        let manifest = export_with(&options, &records, &target, false).expect("an export");
        let planned: Vec<_> = plan.files.iter().map(|f| (f.path.clone(), f.records)).collect();
        let with_records = manifest.files.iter().filter_map(|f| Some((f.path.clone(), f.records?)));
        if layout == Layout::Kohya {
            assert_eq!(planned, [("train/*.txt".to_owned(), 2), ("unassigned/*.txt".to_owned(), 1)]);
            assert_eq!(with_records.count(), 3);
        } else {
            assert_eq!(planned, with_records.collect::<Vec<_>>());
        }
        let others = manifest.files.iter().filter(|f| f.records.is_none()).map(|f| f.path.as_str());
        assert_eq!(others.chain(["manifest.json"]).collect::<Vec<_>>(), plan.own_files(), "{layout:?}");
        assert_eq!((plan.total, plan.splits["train"], plan.splits["unassigned"]), (3, 2, 1));
        assert_eq!((manifest.counts.total, &manifest.counts.splits), (3, &plan.splits));
        assert_eq!(manifest.counts.on_the_way["read"], 12);
        assert!(verify(&target, &Progress::none()).expect("a manifest").is_ok());
    }
}
