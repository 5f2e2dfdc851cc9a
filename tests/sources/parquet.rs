//! Parquet: what the crate wrote is read, and what no one should write is refused without a panic, quickly and in little memory.

use std::sync::Arc;

use parquet::basic::{Compression, ZstdLevel};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int32Type, Int64Type};
use parquet::file::properties::{WriterProperties, WriterVersion};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use sha2::{Digest, Sha256};
use tamis::error::Kind;
use tamis::sources::{Choice, Format, Options, peek};

use super::{of, read_bytes};

/// One column to write: its line of the schema, and its values (`None` is null).
enum Column {
    Text(&'static str, Vec<Option<Vec<u8>>>),
    Int(&'static str, Vec<Option<i32>>),
    Long(&'static str, Vec<Option<i64>>),
    Double(&'static str, Vec<Option<f64>>),
    Bool(&'static str, Vec<Option<bool>>),
}

impl Column {
    fn schema(&self) -> &str {
        match self {
            Column::Text(s, _) | Column::Int(s, _) | Column::Long(s, _) | Column::Double(s, _) | Column::Bool(s, _) => s,
        }
    }
}

fn texts(values: &[&str]) -> Vec<Option<Vec<u8>>> {
    values.iter().map(|v| Some(v.as_bytes().to_vec())).collect()
}

fn split<T: Clone>(values: &[Option<T>]) -> (Vec<T>, Vec<i16>) {
    (values.iter().flatten().cloned().collect(), values.iter().map(|v| i16::from(v.is_some())).collect())
}

fn write(columns: &[Column], properties: WriterProperties) -> Vec<u8> {
    let schema: String = columns.iter().map(Column::schema).collect();
    let schema = Arc::new(parse_message_type(&format!("message m {{ {schema} }}")).unwrap());
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties)).unwrap();
    let mut group = writer.next_row_group().unwrap();
    for column in columns {
        let mut cells = group.next_column().unwrap().unwrap();
        macro_rules! put {
            ($kind:ty, $values:expr) => {{
                let (values, levels) = split($values);
                cells.typed::<$kind>().write_batch(&values, Some(&levels), None).unwrap();
            }};
        }
        match column {
            Column::Text(_, values) => {
                let values: Vec<_> = values.iter().map(|v| v.clone().map(ByteArray::from)).collect();
                put!(ByteArrayType, &values);
            }
            Column::Int(_, values) => put!(Int32Type, values),
            Column::Long(_, values) => put!(Int64Type, values),
            Column::Double(_, values) => put!(DoubleType, values),
            Column::Bool(_, values) => put!(BoolType, values),
        }
        assert!(!matches!(cells.untyped(), ColumnWriter::Int96ColumnWriter(_)));
        cells.close().unwrap();
    }
    group.close().unwrap();
    writer.into_inner().unwrap()
}

fn properties(compression: Compression, version: WriterVersion) -> WriterProperties {
    WriterProperties::builder().set_compression(compression).set_writer_version(version).build()
}

fn plain() -> WriterProperties {
    properties(Compression::UNCOMPRESSED, WriterVersion::PARQUET_1_0)
}

fn table(rows: usize) -> Vec<Column> {
    let each = |f: &dyn Fn(usize) -> String| (0..rows).map(|n| Some(f(n).into_bytes())).collect::<Vec<_>>();
    vec![
        Column::Text("optional binary TEXT (STRING);", each(&|n| format!("prompt number {n}"))),
        Column::Text("optional binary image_path (UTF8);", each(&|n| format!("x/./{n}.png"))),
        Column::Text("optional binary source (STRING);", each(&|n| format!("\"s\" {}", n % 3))),
        Column::Int("optional int32 width;", (0..rows).map(|n| (n % 5 != 0).then_some(n as i32)).collect()),
    ]
}

#[test]
fn every_type_becomes_json_and_null_text_is_a_reject() {
    let file = write(
        &[
            Column::Text(
                "optional binary text (STRING);",
                vec![
                    Some(b"a".to_vec()),
                    None,
                    Some(b"".to_vec()),
                    Some(b"\xff".to_vec()),
                    Some(b"e\0".to_vec()),
                    Some(b"f".to_vec()),
                ],
            ),
            Column::Int("optional int32 small (INTEGER(32,false));", vec![Some(-1); 6]),
            Column::Long("optional int64 big;", vec![Some(i64::MIN); 6]),
            Column::Double("optional double score;", vec![Some(0.1), None, None, None, None, Some(f64::NAN)]),
            Column::Bool("optional boolean ok;", vec![Some(true), None, None, None, None, Some(false)]),
            Column::Text("optional binary raw;", vec![Some(b"\xff\xd8".to_vec()); 6]),
            Column::Int("optional int32 day (DATE);", vec![Some(1); 6]),
        ],
        plain(),
    );
    let (report, items) = read_bytes(&file, &of(Format::Parquet)).unwrap();
    assert_eq!(report.skipped, ["raw", "day"]);
    assert_eq!((report.counts.read, report.counts.blank), (6, 1));
    assert_eq!(
        items.rejects(),
        [(2, "the text is null"), (4, "invalid UTF-8 at byte offset 0"), (5, "U+0000 at byte offset 1 of the text")]
    );
    let fields: Vec<_> = items.records().map(|d| (d.line, d.fields.as_deref().unwrap())).collect();
    let big = "\"big\":-9223372036854775808";
    assert_eq!(
        fields,
        [
            (1, format!("{{\"small\":4294967295,{big},\"score\":0.1,\"ok\":true}}").as_str()),
            (6, format!("{{\"small\":4294967295,{big},\"score\":\"NaN\",\"ok\":false}}").as_str())
        ]
    );
    assert_eq!(report.digest, Sha256::digest(&file).iter().map(|b| format!("{b:02x}")).collect::<String>());
}

#[test]
fn every_compression_and_page_version_reads_the_same() {
    let zstd = Compression::ZSTD(ZstdLevel::default());
    let gzip = Compression::GZIP(parquet::basic::GzipLevel::default());
    for compression in [Compression::UNCOMPRESSED, Compression::SNAPPY, zstd, gzip] {
        let v1 = properties(compression, WriterVersion::PARQUET_1_0);
        let small_pages = WriterProperties::builder()
            .set_compression(compression)
            .set_data_page_row_count_limit(50)
            .set_dictionary_enabled(false)
            .build();
        let v2 = properties(compression, WriterVersion::PARQUET_2_0);
        for properties in [v1, small_pages, v2] {
            let (report, items) = read_bytes(&write(&table(1000), properties), &of(Format::Parquet)).unwrap();
            assert_eq!(report.counts.accepted, 1000, "{compression:?}");
            assert_eq!((report.text_column.as_deref(), report.file_column.as_deref()), (Some("TEXT"), Some("image_path")));
            for (n, draft) in items.records().enumerate() {
                let width = if n % 5 == 0 { "null".to_owned() } else { n.to_string() };
                assert_eq!((draft.line, draft.text.clone()), (n as u64 + 1, format!("prompt number {n}")));
                assert_eq!(draft.file_name, Some(format!("x/{n}.png")));
                assert_eq!(draft.fields, Some(format!("{{\"source\":\"\\\"s\\\" {}\",\"width\":{width}}}", n % 3)));
            }
        }
    }
}

#[test]
fn columns_are_chosen_as_everywhere() {
    let column = |schema| Column::Text(schema, texts(&["a"]));
    let file = write(&[column("optional binary text (STRING);"), column("optional binary caption (STRING);")], plain());
    assert_eq!(read_bytes(&file, &of(Format::Parquet)).err().unwrap().kind, Kind::Usage);
    let named = Options { text_column: Some("caption".into()), ..of(Format::Parquet) };
    assert_eq!(read_bytes(&file, &named).unwrap().0.counts.accepted, 1);

    // Bytes without a type are text where they are the text column.
    let file = write(&[column("optional binary text;"), Column::Int("optional int32 image;", vec![Some(1)])], plain());
    assert_eq!(read_bytes(&file, &of(Format::Parquet)).err().unwrap().kind, Kind::Usage);
    let named = Options { file_column: Some("gone".into()), ..of(Format::Parquet) };
    assert!(read_bytes(&file, &named).err().unwrap().message.contains("\"image\""));

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.parquet");
    std::fs::write(&path, write(&table(500), plain())).unwrap();
    let first = peek(&path, &Options::default(), 7).unwrap();
    assert_eq!((first.drafts.len(), first.text, first.columns.len()), (7, Choice::Chosen("TEXT".into()), 4));
}

#[test]
fn a_row_over_the_limit_is_rejected_and_a_dictionary_bomb_is_refused() {
    let long = "x".repeat((1 << 20) + 1);
    let file = write(&[Column::Text("optional binary text (STRING);", texts(&["a", &long, "b"]))], plain());
    let (_, items) = read_bytes(&file, &of(Format::Parquet)).unwrap();
    assert_eq!(items.rejects(), [(2, "record over 1 MiB (1048577 bytes)")]);

    let value = "y".repeat(1 << 19);
    let big_dictionary = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_dictionary_page_size_limit(1 << 22)
        .set_statistics_enabled(parquet::file::properties::EnabledStatistics::None)
        .build();
    let file = write(&[Column::Text("optional binary text (STRING);", texts(&vec![value.as_str(); 400]))], big_dictionary);
    assert!(file.len() < 2000, "{}", file.len());
    let error = read_bytes(&file, &of(Format::Parquet)).err().unwrap();
    assert!(error.message.contains("1000:1"), "{error}");
}

#[test]
fn a_stream_longer_than_its_page_is_refused_before_it_grows() {
    // Over the stream of a page of noise goes one of zeros, which fits because it is so small.
    let mut random = Random(1);
    let noise: Vec<_> = (0..3000).map(|_| Some((0..40).map(|_| b'!' + random.below(90) as u8).collect())).collect();
    let properties =
        WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::default())).set_dictionary_enabled(false);
    let mut file = write(&[Column::Text("optional binary text (STRING);", noise)], properties.build());
    let stream = zstd::encode_all(&vec![0u8; 128 << 20][..], 1).unwrap();
    let at = file.windows(4).position(|w| w == b"\x28\xb5\x2f\xfd").unwrap();
    file[at..at + stream.len()].copy_from_slice(&stream);
    let error = read_bytes(&file, &of(Format::Parquet)).err().unwrap();
    assert!(error.to_string().contains("a page becomes longer than it says"), "{error}");
}

#[test]
fn a_cut_file_is_refused() {
    let file = write(&table(40), plain());
    for len in (0..file.len()).step_by(7) {
        assert_eq!(read_bytes(&file[..len], &of(Format::Parquet)).err().unwrap().kind, Kind::Refused, "{len}");
    }
}

/// A small generator of numbers, the same in every run (splitmix64).
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n as u64) as usize
    }
}

#[test]
fn mutants_are_read_or_refused_and_never_panic() {
    let zstd = Compression::ZSTD(ZstdLevel::default());
    let small = || table(60);
    let files = [
        write(&small(), plain()),
        write(&small(), properties(Compression::SNAPPY, WriterVersion::PARQUET_1_0)),
        write(&small(), properties(zstd, WriterVersion::PARQUET_2_0)),
        write(&small(), WriterProperties::builder().set_dictionary_enabled(false).build()),
    ];
    let mut random = Random(7);
    for n in 0..600 {
        let mut file = files[n % files.len()].clone();
        for _ in 0..1 + random.below(6) {
            let at = random.below(file.len());
            file[at] = match random.below(4) {
                0 => 0xff,
                1 => 0x7f,
                2 => file[at] ^ (1 << random.below(8)),
                _ => random.below(256) as u8,
            };
        }
        // `read_bytes` holds the counts of what is read against what came.
        if let Err(e) = read_bytes(&file, &of(Format::Parquet)) {
            assert!(matches!(e.kind, Kind::Refused | Kind::Usage), "{e}");
        }
    }
}
