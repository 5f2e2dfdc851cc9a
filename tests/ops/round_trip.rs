//! Import → export → import: the same texts, fields and splits.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::value::RawValue;
use tamis::export::{Images, Layout};
use tamis::model::RecordId;
use tamis::ops::export::{ExportArgs, ExportReport, export, plan, stream};
use tamis::ops::import::ImportArgs;
use tamis::ops::split::{SplitArgs, split};
use tamis::ops::{mark, query};
use tamis::progress::Progress;
use tamis::shelf::Folders;
use tamis::sources::Options;

use super::{Bench, lines, prompts};
use crate::cli::desk::files;

/// A record as it goes in and must come out: text, and fields as the very characters of their values, in order.
type Row = (String, Vec<(String, String)>);

/// Any Unicode but NUL, and not blank.
fn any_text() -> impl Strategy<Value = String> {
    let wild = prop::collection::vec(any::<char>().prop_filter("NUL", |c| *c != '\0'), 1..12).prop_map(String::from_iter);
    let nasty = "[a\"',;\\\\\t\r\n\u{feff}\u{2028}\u{85}\u{1b}\u{9b}\u{202e}é\u{301}\u{1f600}{}-]{1,10}";
    prop_oneof![wild, nasty.prop_map(String::from)].prop_filter("blank", |t| !t.trim().is_empty() && !t.contains('\0'))
}

fn any_value() -> impl Strategy<Value = String> {
    let odd = [
        "18446744073709551616",
        "1e400",
        "-1E-400",
        "-0",
        "0.10",
        "1E+2",
        "3.141592653589793238462643383279",
        "null",
        "true",
        "[]",
        "{}",
        "{\"a\": [null , {\"text\":\"x\"}]}",
        "\"\\u00e9\\n\\ud83d\\ude00\"",
        "\"\"",
        "\"12\"",
        "[1,2.0,\"3\"]",
    ];
    let deep = (1usize..128).prop_map(|depth| format!("{}1{}", "[".repeat(depth), "]".repeat(depth)));
    let string = any_text().prop_map(|t| serde_json::to_string(&t).expect("a string"));
    prop_oneof![4 => prop::sample::select(odd.map(str::to_owned).to_vec()), 2 => string, 1 => deep]
}

/// Names that look alike and are not, names of ours, and names that only JSON can have.
fn any_name() -> impl Strategy<Value = String> {
    let names = [
        "a",
        "A",
        "a ",
        "é",
        "e\u{301}",
        "Text",
        "prompt",
        "field_text",
        "id",
        "split",
        "source",
        "line",
        "orig_text",
        "",
        "a.b",
        "\"q\"",
        "x\ny",
        "1e400",
        "\u{202e}z",
    ];
    prop::sample::select(names.map(str::to_owned).to_vec())
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let fields = prop::collection::btree_map(any_name(), any_value(), 0..6).prop_map(|map| map.into_iter().collect::<Vec<_>>());
    prop::collection::vec((any_text(), fields.prop_shuffle()), 1..12)
}

fn jsonl(rows: &[Row]) -> String {
    let mut out = String::new();
    for (n, (text, fields)) in rows.iter().enumerate() {
        let mut members: Vec<String> =
            fields.iter().map(|(name, value)| format!("{}:{value}", serde_json::to_string(name).expect("a name"))).collect();
        members.insert(n % (members.len() + 1), format!("\"text\" : {}", serde_json::to_string(text).expect("a text")));
        out.push_str(&format!("{{{}}}\r\n", members.join(" , ")));
    }
    out
}

fn fields_of(json: Option<&str>) -> Vec<(String, String)> {
    struct Members(Vec<(String, String)>);
    impl<'de> serde::Deserialize<'de> for Members {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct All;
            impl<'de> serde::de::Visitor<'de> for All {
                type Value = Members;
                fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                    let mut members = Vec::new();
                    while let Some((name, value)) = map.next_entry::<String, &RawValue>()? {
                        members.push((name, value.get().to_owned()));
                    }
                    Ok(Members(members))
                }
            }
            deserializer.deserialize_map(All)
        }
    }
    json.map(|json| serde_json::from_str::<Members>(json).expect("an object").0).unwrap_or_default()
}

/// What a workspace holds, in order, with the split of each.
fn contents(bench: &Bench) -> Vec<(Row, Option<String>)> {
    let records = query::first_page(&bench.workspace, 10_000).expect("records");
    let row = |r: tamis::model::Record| {
        ((r.text().to_owned(), fields_of(r.fields.as_deref())), r.assignment.as_ref().map(|a| a.split.clone()))
    };
    records.into_iter().map(row).collect()
}

fn named_columns() -> ImportArgs {
    ImportArgs {
        options: Options { text_column: Some("text".into()), ..Options::default() },
        again: true,
        ..ImportArgs::default()
    }
}

fn args(bench: &Bench, name: &str, layout: Layout) -> ExportArgs {
    let target = bench.path().join(name);
    ExportArgs { images: Some(Images::None), ..ExportArgs::new(target, layout) }
}

fn write(bench: &mut Bench, name: &str, layout: Layout) -> ExportReport {
    let args = args(bench, name, layout);
    export(&mut bench.workspace, &args, &Progress::none()).expect("an export")
}

/// Neither the manifest nor the card.
fn is_data(path: &str) -> bool {
    !["manifest.json", "README.md"].contains(&path)
}

/// The files of an export, each imported as the split it is named for.
fn read_back(from: &Bench, name: &str, layout: Layout) -> Bench {
    let mut bench = Bench::new();
    for path in files(&from.path().join(name)).into_keys().filter(|path| is_data(path)) {
        let split = path.split(['.', '/']).next().expect("a name");
        let whole = from.path().join(name).join(&path);
        let file = if layout == Layout::ImageFolder { whole.parent().expect("a folder").to_owned() } else { whole };
        let split = (!matches!(split, "data" | "metadata" | "unassigned")).then(|| split.to_owned());
        let options = if layout == Layout::Txt { Options::default() } else { named_columns().options };
        let args = ImportArgs { files: vec![file], split, options, again: true, ..ImportArgs::default() };
        let report = tamis::ops::import::import(&mut bench.workspace, args, &Progress::none()).expect("an import");
        assert_eq!(report.rejected(), 0, "{report:?}");
    }
    bench
}

/// By split, in order.
fn by_split(contents: Vec<(Row, Option<String>)>) -> BTreeMap<Option<String>, Vec<Row>> {
    let mut splits: BTreeMap<Option<String>, Vec<Row>> = BTreeMap::new();
    contents.into_iter().for_each(|(row, split)| splits.entry(split).or_default().push(row));
    splits
}

fn assign(bench: &mut Bench, seed: u64) {
    let args = SplitArgs { seed, ..SplitArgs::of(tamis::splits::Targets::parse("train=2,test=1", "").expect("targets")) };
    split(&mut bench.workspace, args, &Folders::default(), &Progress::none()).expect("a split");
}

/// Fields of ours come back under another name, by the rule that the manual gives.
fn renamed(fields: &[(String, String)]) -> Vec<(String, String)> {
    let taken = ["text", "file_name"];
    let free = |name: &String| {
        let mut name = name.clone();
        while taken.contains(&name.as_str()) {
            name.insert_str(0, "field_");
        }
        name
    };
    fields.iter().map(|(name, value)| (free(name), value.clone())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn jsonl_comes_back_as_it_went_in(rows in rows(), seed in prop::option::of(0u64..9)) {
        let mut bench = Bench::new();
        let report = bench.import_as("in.jsonl", jsonl(&rows), named_columns());
        prop_assert_eq!(report.sources[0].counts.accepted, rows.len() as u64);
        prop_assert_eq!(contents(&bench).into_iter().map(|(row, _)| row).collect::<Vec<_>>(), rows.clone());
        if let Some(seed) = seed {
            assign(&mut bench, seed);
        }
        for layout in [Layout::Jsonl, Layout::ImageFolder] {
            let name = layout.word();
            write(&mut bench, name, layout);
            let back = read_back(&bench, name, layout);
            let expected = contents(&bench).into_iter().map(|((text, fields), split)| ((text, renamed(&fields)), split)).collect();
            prop_assert_eq!(by_split(contents(&back)), by_split(expected));
        }
    }

    #[test]
    fn csv_comes_back_as_it_went_in(
        columns in prop::collection::btree_set(any_name(), 0..4),
        texts in prop::collection::vec((any_text(), prop::collection::vec(prop_oneof![Just(String::new()), any_text()], 4)), 1..10),
    ) {
        let columns: Vec<String> = columns.into_iter().filter(|c| !c.is_empty()).collect();
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(columns.iter().map(String::as_str).chain(["text"])).unwrap();
        for (text, cells) in &texts {
            writer.write_record(cells[..columns.len()].iter().map(String::as_str).chain([text.as_str()])).unwrap();
        }
        let mut bench = Bench::new();
        let report = bench.import_as("in.csv", writer.into_inner().unwrap(), named_columns());
        prop_assert_eq!(report.sources[0].counts.accepted, texts.len() as u64, "{:?}", report);
        let first = contents(&bench);
        prop_assert_eq!(first.iter().map(|((text, _), _)| text).collect::<Vec<_>>(), texts.iter().map(|(text, _)| text).collect::<Vec<_>>());
        write(&mut bench, "out", Layout::Csv);
        let back = contents(&read_back(&bench, "out", Layout::Csv));
        prop_assert_eq!(back, first);
    }

    #[test]
    fn txt_comes_back_as_it_went_in(texts in prop::collection::vec(any_text(), 1..10)) {
        let one_line = |t: &String| !t.contains('\n') && !t.ends_with('\r') && !t.trim().is_empty();
        let texts: Vec<String> = texts.into_iter().filter(one_line).collect();
        prop_assume!(!texts.is_empty());
        // A BOM at the start of a file is the file's, so the first text's own needs another before it.
        let bom = if texts[0].starts_with('\u{feff}') { "\u{feff}" } else { "" };
        let mut bench = Bench::new();
        bench.import("in.txt", format!("{bom}{}", lines(&texts)));
        prop_assert_eq!(contents(&bench).into_iter().map(|((text, _), _)| text).collect::<Vec<_>>(), texts);
        write(&mut bench, "out", Layout::Txt);
        prop_assert_eq!(contents(&read_back(&bench, "out", Layout::Txt)), contents(&bench));
    }
}

/// A workspace with splits, drops and rules.
fn curated() -> Bench {
    let mut bench = Bench::new();
    let texts = prompts(31, 300);
    let rows: Vec<Row> = texts.iter().map(|t| (t.clone(), vec![("n".into(), "1.50".into())])).collect();
    bench.import("in.jsonl", jsonl(&rows));
    bench.mark((1..300).step_by(7), Some(tamis::model::Mark::Drop));
    let default = tamis::rules::Pipeline::builtin("default").expect("default");
    tamis::ops::rules::apply(&mut bench.workspace, &default, None, &Progress::none()).expect("rules");
    assign(&mut bench, 4);
    bench
}

#[test]
fn the_same_input_and_recipe_give_the_same_bytes() {
    let (mut one, mut other) = (curated(), curated());
    for layout in [Layout::Jsonl, Layout::Csv, Layout::Txt, Layout::ImageFolder, Layout::Parquet, Layout::Kaggle] {
        let name = layout.word();
        let first = write(&mut one, name, layout);
        let bytes = files(&one.path().join(name));
        write(&mut one, &format!("{name}-again"), layout);
        assert_eq!(files(&one.path().join(format!("{name}-again"))), bytes);
        let elsewhere = write(&mut other, name, layout);
        assert_eq!(files(&other.path().join(name)), bytes, "in another workspace, from the same recipe");
        assert_eq!(first.digest, elsewhere.digest);
    }
}

#[test]
fn a_dry_run_says_what_is_written() {
    let mut bench = curated();
    for (layout, filter) in
        [(Layout::Jsonl, ""), (Layout::Csv, "chars:>40"), (Layout::Txt, "split:train"), (Layout::ImageFolder, "a")]
    {
        let args = ExportArgs { filter: filter.into(), ..args(&bench, layout.word(), layout) };
        let planned = plan(&mut bench.workspace, &args, &Progress::none()).expect("a plan");
        assert!(!args.target.exists(), "a plan writes nothing");
        let report = export(&mut bench.workspace, &args, &Progress::none()).expect("an export");
        let written: Vec<(String, u64)> =
            report.manifest.files.iter().filter_map(|f| Some((f.path.clone(), f.records?))).collect();
        assert_eq!(planned.files.iter().map(|f| (f.path.clone(), f.records)).collect::<Vec<_>>(), written);
        assert_eq!((planned.records, &planned.splits), (report.records(), &report.manifest.counts.splits));
        let mut streamed = Vec::new();
        if layout != Layout::ImageFolder {
            assert_eq!(stream(&mut bench.workspace, &args, &mut streamed, &Progress::none()).expect("a stream"), planned.records);
        }
    }
}

#[test]
fn an_export_holds_the_kept_records_as_seen_and_no_other() {
    let mut bench = curated();
    write(&mut bench, "out", Layout::Jsonl);
    let mut exported: Vec<String> = Vec::new();
    for (path, bytes) in files(&bench.path().join("out")) {
        let lines = String::from_utf8(bytes).expect("UTF-8");
        let text = |line: &str| {
            serde_json::from_str::<serde_json::Value>(line).expect("JSON")["text"].as_str().expect("a text").to_owned()
        };
        exported.extend(lines.lines().filter(|_| is_data(&path)).map(text));
    }
    let mut kept: Vec<String> = bench.rows().into_iter().filter(|(.., s)| s.is_kept()).map(|(_, text, _)| text).collect();
    exported.sort();
    kept.sort();
    assert_eq!(exported, kept);
}

#[test]
fn fields_that_only_look_alike_all_come_through() {
    let mut bench = Bench::new();
    let line = r#"{"text":"x","a":1,"\u0041":2,"a\u0020":3,"big":18446744073709551616,"huge":1e400}"#;
    bench.import_as("in.jsonl", format!("{line}\n"), named_columns());
    write(&mut bench, "out", Layout::Jsonl);
    let bytes = files(&bench.path().join("out")).remove("data.jsonl").expect("the data");
    assert_eq!(
        String::from_utf8(bytes).expect("UTF-8"),
        "{\"text\":\"x\",\"a\":1,\"A\":2,\"a \":3,\"big\":18446744073709551616,\"huge\":1e400}\n"
    );
    // Equal after their escapes are resolved: the line is rejected, not half kept.
    let report = bench.import_as("two.jsonl", "{\"text\":\"y\",\"a\":1,\"\\u0061\":2}\n", named_columns());
    assert_eq!(report.rejected(), 1);
    let args = mark::MarkArgs { records: vec![RecordId(1)], mark: None, reason: None, filter: None };
    assert_eq!(mark::mark(&mut bench.workspace, args, &Progress::none()).expect("nothing to clear").operation, None);
}
