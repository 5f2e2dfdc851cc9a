//! `dedup`: a file without its near-duplicates, without a workspace.

use std::sync::Arc;

use parquet::data_type::{ByteArray, ByteArrayType, Int32Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use serde_json::Value;

use super::desk::Desk;

const NEW: &[u8] = b"a red car in the rain\r\nan owl\n\na red car in the rain today\nAN  owl\nthe sea\n";

fn desk() -> Desk {
    let desk = Desk::new();
    desk.write("in.txt", NEW);
    desk
}

#[test]
fn what_stays_goes_out_byte_for_byte_and_the_counts_add_up() {
    let desk = desk();
    let stays = "a red car in the rain today\nAN  owl\nthe sea\n";
    let ran = desk.run("dedup in.txt -t 0.8").expect(0);
    assert_eq!(ran.out, stays);
    assert!(ran.err.contains("6 read = 3 kept + 2 dropped + 1 blank + 0 rejected"), "{ran:?}");
    assert_eq!(desk.run("dedup in.txt -t 0.8 --quiet").expect(0).err, "");

    let ran = desk.run("dedup in.txt -t 0.8 -o out.txt --dropped gone.tsv").expect(0);
    assert!(ran.out.contains("3 kept + 2 dropped") && ran.err.is_empty(), "{ran:?}");
    assert_eq!(desk.read("out.txt"), stays);
    assert_eq!(
        desk.read("gone.tsv"),
        "score\twitness\ttext\twitness_text\tline\n\
         0.85714287\tin.txt:4\ta red car in the rain\ta red car in the rain today\t1\n\
         1\tin.txt:5\tan owl\tAN  owl\t2\n"
    );
    assert_eq!(desk.names(), ["gone.tsv", "in.txt", "out.txt"]);
    assert_eq!(desk.read("in.txt").as_bytes(), NEW);
    assert_eq!(desk.run("dedup in.txt -t 1.0").expect(0).out.lines().count(), 4);
    assert_eq!(desk.run("dedup in.txt -t 0.8 --policy every").expect(0).out, "the sea\n");
}

#[test]
fn prompts_of_other_files_stay_and_are_not_written() {
    let desk = desk();
    desk.write("old.csv", "id,prompt,image,path\n1,\"a red car, in the rain\",x,y\n2,a red car in the rain,x,y\n3,sea the,x,y\n");
    let ran = desk.run("dedup in.txt -t 0.8 --against old.csv --json").expect(0);
    let rows = ran.lines();
    let told: Vec<_> =
        rows.iter().map(|row| (row["line"].as_u64(), row["dropped"].as_bool(), row["witness"]["line"].as_u64())).collect();
    assert_eq!(
        told,
        [
            (Some(1), Some(true), Some(3)),
            (Some(2), Some(true), Some(5)),
            (Some(4), Some(true), Some(2)),
            (Some(5), Some(false), None),
            (Some(6), Some(true), Some(4)),
        ]
    );
    assert_eq!(rows[0]["witness"], serde_json::json!({"file": "old.csv", "line": 3, "text": "a red car in the rain"}));
    assert_eq!(
        (&rows[0]["file"], &rows[0]["text"], &rows[0]["score"]),
        (&"in.txt".into(), &"a red car in the rain".into(), &1.0.into())
    );
    assert_eq!((&rows[3]["witness"], &rows[3]["score"]), (&Value::Null, &Value::Null));
    assert!(ran.err.contains("6 read = 1 kept + 4 dropped + 1 blank"), "{ran:?}");
    assert_eq!(desk.run("dedup in.txt -t 0.8 --against old.csv").expect(0).out, "AN  owl\n");
    assert_eq!(desk.run("dedup in.txt -t 0.8 --against in.txt").expect(0).out, "");
}

#[test]
fn tables_and_objects_come_out_as_they_were() {
    let desk = Desk::new();
    desk.write("t.csv", "id,text\r\n1,\"a red\ncar\"\n2,a red car\n3,\"an \"\"owl\"\"\"");
    assert_eq!(desk.run("dedup t.csv -t 0.9").expect(0).out, "id,text\r\n1,\"a red\ncar\"\n3,\"an \"\"owl\"\"\"");
    desk.write("o.jsonl", "{\"n\": 1.50,  \"text\":\"a red\\ncar\"}\n{\"text\":\"a red car\"}\n{\"text\":\"an owl\"}");
    assert_eq!(desk.run("dedup o.jsonl -t 0.9").expect(0).out, "{\"n\": 1.50,  \"text\":\"a red\\ncar\"}\n{\"text\":\"an owl\"}");
    desk.run("dedup o.jsonl -t 0.9 --dropped gone.tsv -o out.jsonl").expect(0);
    // The table is one that tamis reads, whatever stands in the texts.
    let read = desk.run("import w.db gone.tsv out.jsonl --json").expect(0).json();
    assert_eq!((&read["sources"][0]["accepted"], &read["sources"][1]["accepted"]), (&1.into(), &2.into()));
    assert_eq!(desk.run("list w.db --json").expect(0).lines()[0]["fields"]["witness_text"], "a red\ncar");
    desk.write("both.csv", "Prompt,other\nan owl,b\nan owl,c\n");
    desk.run("dedup both.csv -t 0.9 --text-column nothing").complains(2);
    assert_eq!(desk.run("dedup both.csv -t 0.9 --text-column other").expect(0).out.lines().count(), 3);
}

/// Text and a number of each row, null where it is `None`.
fn parquet(rows: &[(Option<&str>, i32)]) -> Vec<u8> {
    let schema = parse_message_type("message m { optional binary PROMPT (STRING); required int32 n; }").expect("a schema");
    let properties = Arc::new(WriterProperties::builder().build());
    let mut writer = SerializedFileWriter::new(Vec::new(), Arc::new(schema), properties).expect("a writer");
    let mut group = writer.next_row_group().expect("a group");
    let texts: Vec<ByteArray> = rows.iter().filter_map(|(text, _)| text.map(ByteArray::from)).collect();
    let levels: Vec<i16> = rows.iter().map(|(text, _)| i16::from(text.is_some())).collect();
    let mut column = group.next_column().expect("a column").expect("one more");
    column.typed::<ByteArrayType>().write_batch(&texts, Some(&levels), None).expect("written");
    column.close().expect("closed");
    let numbers: Vec<i32> = rows.iter().map(|&(_, n)| n).collect();
    let mut column = group.next_column().expect("a column").expect("one more");
    column.typed::<Int32Type>().write_batch(&numbers, None, None).expect("written");
    column.close().expect("closed");
    group.close().expect("closed");
    writer.into_inner().expect("bytes")
}

#[test]
fn rows_of_parquet_come_out_as_objects() {
    let desk = Desk::new();
    desk.write(
        "p.parquet",
        parquet(&[(Some("a \"red\"\ncar"), 1), (None, 2), (Some("a red car"), 3), (Some(" "), 4), (Some("an owl"), 5)]),
    );
    let ran = desk.run("dedup p.parquet -t 0.9").expect(3);
    assert_eq!(ran.out, "{\"PROMPT\":\"a \\\"red\\\"\\ncar\",\"n\":1}\n{\"PROMPT\":\"an owl\",\"n\":5}\n");
    assert!(ran.err.contains("5 read = 2 kept + 1 dropped + 1 blank + 1 rejected"), "{ran:?}");
}

#[test]
fn rejected_lines_are_listed() {
    let desk = Desk::new();
    desk.write("bad.txt", b"one\n\xff\none\n");
    desk.write("old.txt", b"\xfe\n");
    let ran = desk.run("dedup bad.txt -t 0.9 -o out.txt --against old.txt").expect(3);
    assert!(ran.out.contains("3 read = 1 kept + 1 dropped + 0 blank + 1 rejected"), "{ran:?}");
    assert!(ran.err.contains("bad.txt line 2: rejected: ") && ran.err.contains("old.txt line 1: rejected: "), "{ran:?}");
    assert_eq!(desk.read("out.txt"), "one\n");
}

#[test]
fn nothing_is_overwritten_and_a_failure_leaves_nothing() {
    let desk = desk();
    desk.write("there.txt", "mine");
    desk.write("half.txt.gz", [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3]);
    let before = desk.names();
    for line in [
        "dedup in.txt -t 0.8 -o in.txt",
        "dedup in.txt -t 0.8 -o there.txt",
        "dedup in.txt -t 0.8 -o new.txt --dropped in.txt",
        "dedup in.txt -t 0.8 -o new.txt --dropped there.txt",
    ] {
        desk.run(line).complains(1);
    }
    for line in [
        "dedup in.txt -t 0.8 -o new.txt --dropped new.txt",
        "dedup in.txt -t 0 -o new.txt",
        "dedup in.txt -t 1.1 -o new.txt",
        "dedup . -t 0.8 -o new.txt",
        "dedup in.txt -t 0.8 --format pdf",
        "dedup - -t 0.8 --against -",
    ] {
        desk.run(line).complains(2);
    }
    desk.run("dedup half.txt.gz -t 0.8 -o new.txt --dropped gone.tsv").expect(1);
    desk.run("dedup gone.txt -t 0.8 -o new.txt").expect(1);
    let ran = desk.run("dedup in.txt -t 0.8 --lens semantic -o new.txt").complains(1);
    assert!(ran.err.contains("tamis model"), "{ran:?}");
    assert_eq!(desk.names(), before);
    assert_eq!((desk.read("in.txt").as_bytes(), desk.read("there.txt").as_str()), (NEW, "mine"));
}

#[test]
fn standard_input_is_a_file_of_lines() {
    let desk = desk();
    let ran = desk.run_with("dedup - -t 0.8", NEW);
    assert_eq!((ran.code, ran.out.as_str()), (0, "a red car in the rain today\nAN  owl\nthe sea\n"), "{ran:?}");
    let ran = desk.run_with("dedup - -t 0.8 --format jsonl", b"{\"text\":\"a\"}\n").complains(2);
    assert!(ran.err.contains("standard input"), "{ran:?}");
}
