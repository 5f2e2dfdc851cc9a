//! Random input: never a panic, the counts add up, and a second reader agrees.

use proptest::prelude::*;
use serde_json::Value;
use tamis::sources::{Format, Options};

use super::{Item, of, read_bytes};

/// Bytes that a reader of lines, cells and strings would trip over, mixed with any other.
fn soup() -> impl Strategy<Value = Vec<u8>> {
    let pieces: Vec<&[u8]> = vec![
        b"\n",
        b"\r\n",
        b"\r",
        b"\"",
        b"\"\"",
        b",",
        b"\t",
        b" ",
        b"{",
        b"}",
        b"[",
        b"]",
        b":",
        b"\\",
        b"\\u",
        b"d83d",
        b"\"text\":",
        b"text,n\n",
        b"{\"text\":\"a\"}\n",
        b"\0",
        b"\xff",
        b"\xc3\xa9",
        b"\xef\xbb\xbf",
        b"a",
        b"1e5",
        b"null",
        b"\"path\":\"../x\"",
    ];
    let piece = prop_oneof![4 => proptest::sample::select(pieces).prop_map(<[u8]>::to_vec), 1 => proptest::collection::vec(any::<u8>(), 1..4)];
    proptest::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

fn cell() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z]{0,6}", "[a-z,\"\n ]{0,8}", Just("\"".to_owned()), Just("é漢😀".to_owned()), Just("a\r\nb".to_owned()),]
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_filter("finite", |f| f.is_finite()).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec((any::<String>(), inner), 0..4).prop_map(|m| Value::Object(m.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in soup()) {
        for format in [Format::Txt, Format::Jsonl, Format::Csv, Format::Tsv] {
            let options = Options { text_column: (format == Format::Jsonl).then(|| "text".to_owned()), ..of(format) };
            // `read_bytes` holds the counts against what came.
            let Ok((report, items)) = read_bytes(&bytes, &options) else { continue };
            let lines = bytes.split_inclusive(|b| *b == b'\n').count() as u64;
            prop_assert!(report.counts.read <= lines);
            if matches!(format, Format::Txt | Format::Jsonl) {
                prop_assert_eq!(report.counts.read, lines - u64::from(bytes == b"\xef\xbb\xbf"));
            }
            let numbers: Vec<u64> = items.0.iter().map(|item| match item { Item::Record(d) => d.line, Item::Reject(r) => r.line }).collect();
            prop_assert!(numbers.is_sorted() && numbers.iter().all(|n| (1..=lines).contains(n)), "{:?}", numbers);
        }
    }

    #[test]
    fn txt_lines_come_back_byte_for_byte(lines in proptest::collection::vec("[^\n\0\u{feff}]{0,20}", 0..20)) {
        let kept: Vec<&str> = lines.iter().map(String::as_str).collect();
        let (_, items) = read_bytes(kept.join("\n").as_bytes(), &of(Format::Txt)).unwrap();
        let last = kept.len().saturating_sub(1);
        let expected: Vec<&str> = kept.iter().enumerate()
            .map(|(at, line)| if at < last { line.strip_suffix('\r').unwrap_or(line) } else { line })
            .filter(|line| !line.trim().is_empty()).collect();
        prop_assert_eq!(items.records().map(|d| d.text.as_str()).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn well_formed_tables_are_read_as_the_csv_crate_reads_them(rows in proptest::collection::vec((cell(), cell(), cell()), 0..12), tabs in any::<bool>()) {
        let delimiter = if tabs { b'\t' } else { b',' };
        let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
        writer.write_record(["a", "text", "b"]).unwrap();
        for (a, text, b) in &rows {
            writer.write_record([a, text, b]).unwrap();
        }
        let file = writer.into_inner().unwrap();
        let (report, items) = read_bytes(&file, &of(if tabs { Format::Tsv } else { Format::Csv })).unwrap();

        let mut oracle = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(&file[..]);
        let expected: Vec<(u64, String, Value)> = oracle.records().map(Result::unwrap)
            .map(|row| (row.position().unwrap().line(), row[1].to_owned(), serde_json::json!({"a": &row[0], "b": &row[2]})))
            .filter(|(_, text, _)| !text.trim().is_empty()).collect();
        let got: Vec<(u64, String, Value)> = items.records()
            .map(|d| (d.line, d.text.clone(), serde_json::from_str(d.fields.as_deref().unwrap()).unwrap())).collect();
        prop_assert_eq!(got, expected);
        prop_assert_eq!((report.counts.rejected, report.counts.read), (0, rows.len() as u64));
    }

    #[test]
    fn one_bad_quote_costs_its_own_line_only(before in 0usize..5, after in 0usize..5, cells in 1usize..3) {
        let row = |n: usize| format!("row {n}{}\n", ",x".repeat(cells - 1));
        let header = format!("text{}\n", (1..cells).map(|n| format!(",c{n}")).collect::<String>());
        let good: String = (0..before).map(row).collect();
        let behind: String = (0..after).map(row).collect();
        let file = format!("{header}{good}\"open\n{behind}");
        let (report, items) = read_bytes(file.as_bytes(), &of(Format::Csv)).unwrap();
        prop_assert_eq!(items.rejects().iter().map(|r| r.0).collect::<Vec<_>>(), vec![before as u64 + 2]);
        prop_assert_eq!(report.counts.accepted as usize, before + after);
    }

    #[test]
    fn objects_are_taken_apart_and_keep_their_values(text in "\\PC{1,20}", other in proptest::collection::vec(("[a-z]{1,3}", json()), 0..6)) {
        let mut object = serde_json::Map::from_iter(other);
        object.insert("text".into(), Value::from(format!("x{text}")));
        let line = serde_json::to_string(&object).unwrap();
        let options = Options { text_column: Some("text".into()), ..of(Format::Jsonl) };
        object.remove("path");
        let (_, items) = read_bytes(line.as_bytes(), &options).unwrap();
        let draft = items.records().next().expect("a record");
        prop_assert_eq!(Some(Value::from(draft.text.as_str())), object.shift_remove("text"));
        // Compact JSON stands in the fields as it stood in the file. (Parsed values would not do: serde_json rounds floats.)
        let expected = (!object.is_empty()).then(|| serde_json::to_string(&object).unwrap());
        prop_assert_eq!(&draft.fields, &expected);
    }

    #[test]
    fn what_serde_json_refuses_is_rejected(line in "[\\[\\]{}:,\"\\\\ a0-9.eE+tun-]{0,24}") {
        let line = format!("{{\"text\":\"a\",\"x\":{line}}}");
        let (_, items) = read_bytes(line.as_bytes(), &Options { text_column: Some("text".into()), ..of(Format::Jsonl) }).unwrap();
        let taken = items.records().next().is_some();
        let parsed = serde_json::from_str::<Box<serde_json::value::RawValue>>(&line).is_ok();
        // Ours refuses more (equal keys), never less.
        prop_assert!(parsed || !taken, "{}", line);
    }
}
