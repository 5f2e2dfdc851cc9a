//! What an export claims is parsed, not believed: manifests that agree with their bytes and not with what stands in them.

use sha2::{Digest, Sha256};
use tamis::export::Layout;

use super::*;

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An export of two records whose data file is replaced, with its digest and bytes made to fit again. What is said of it then.
fn forged(layout: Layout, file: &str, bytes: &[u8], records: u64) -> Vec<String> {
    let bench = Bench::new();
    let image = bench.image("x.png", b"pixels");
    let record = |id| ExportRecord { file_name: Some("x.png".into()), image: Some(image.clone()), ..record(id, "a") };
    let mut manifest = export(layout, &[record(1), record(2)], &bench.target());
    fs::write(bench.target().join(file), bytes).expect("written");
    let entry = manifest.files.iter_mut().find(|entry| entry.path == file).expect("listed");
    (entry.bytes, entry.sha256, entry.records) = (bytes.len() as u64, sha256(bytes), Some(records));
    manifest.counts.total = records;
    fs::write(bench.target().join("manifest.json"), manifest.to_bytes().expect("JSON")).expect("written");
    let report = verify(&bench.target(), &Progress::none()).expect("a manifest");
    report.problems.into_iter().map(|problem| problem.what).collect()
}

#[test]
fn records_are_counted_by_parsing_them() {
    let good = b"{\"text\":\"a\",\"file_name\":\"x.png\"}\n{\"text\":\"b\",\"file_name\":\"./x.png\"}\n";
    assert_eq!(forged(Layout::ImageFolder, "metadata.jsonl", good, 2), Vec::<String>::new());
    for (layout, file, bytes, records, expected) in [
        (Layout::Jsonl, "data.jsonl", &b"{\"text\":\"a\"}\n"[..], 2, "1 records instead of 2"),
        (Layout::Jsonl, "data.jsonl", b"{\"text\":\"a\"}\n{\"text\":\n", 2, "record 2: EOF"),
        (Layout::Jsonl, "data.jsonl", b"{\"text\":\"a\"}\n{\"caption\":\"a\"}\n", 2, "record 2: missing field `text`"),
        (Layout::Jsonl, "data.jsonl", b"{\"text\":\"a\"}\n{\"text\":\"a\"}", 2, "record 2: has no end of line"),
        (Layout::Jsonl, "data.jsonl", b"{\"text\":\"\xff\"}\n", 1, "record 1: "),
        (Layout::Csv, "data.csv", b"text,n\r\na,1\r\nb\r\n", 2, "record 2: "),
        (Layout::Csv, "data.csv", b"caption\r\na\r\nb\r\n", 2, "no column named text"),
        (Layout::Csv, "data.csv", b"text\r\n\"a\r\nb\"\r\n", 2, "1 records instead of 2"),
        (Layout::Csv, "data.csv", b"text\r\n\xff\r\n", 1, "record 1: is not UTF-8"),
        (Layout::Txt, "data.txt", b"a\n\n", 2, "record 2: is blank"),
        (Layout::Txt, "data.txt", b"a\nb", 2, "record 2: has no end of line"),
        (Layout::Txt, "data.txt", b"a\nb\nc\n", 2, "3 records instead of 2"),
        (Layout::Kohya, "x.txt", b"a\n\xff\n", 2, "record 2: "),
        (Layout::Parquet, "data/train-00000-of-00001.parquet", b"PAR1 is not enough PAR1", 2, ""),
        (
            Layout::ImageFolder,
            "metadata.jsonl",
            b"{\"text\":\"a\",\"file_name\":\"y.png\"}\n",
            1,
            "names an image that is not part of the export: y.png",
        ),
        (
            Layout::Kaggle,
            "metadata.jsonl",
            b"{\"text\":\"a\",\"file_name\":\"../x.png\"}\n",
            1,
            "names an image that is not part",
        ),
        (Layout::ImageFolder, "metadata.jsonl", b"{\"text\":\"a\"}\n", 1, "names no image"),
    ] {
        let problems = forged(layout, file, bytes, records);
        assert!(problems.len() == 1 && problems[0].contains(expected), "{expected}: {problems:?}");
    }
}

#[test]
fn a_table_with_fewer_rows_than_it_says_is_found() {
    let bench = Bench::new();
    export(Layout::Parquet, &[record(1, "a")], &bench.target());
    let bytes = fs::read(bench.target().join("data/train-00000-of-00001.parquet")).expect("a table");
    assert_eq!(forged(Layout::Parquet, "data/train-00000-of-00001.parquet", &bytes, 2), ["1 records instead of 2"]);
}

#[test]
fn a_line_without_end_takes_no_memory_for_it() {
    let mut bytes = b"{\"text\":\"".to_vec();
    bytes.resize(33 << 20, b'a');
    let problems = forged(Layout::Jsonl, "data.jsonl", &bytes, 1);
    assert!(problems.len() == 1 && problems[0].contains("has no end of line"), "{problems:?}");
}

/// As tamis 0.1.0 wrote it before there were cards and checks.
#[test]
fn an_export_of_before_still_verifies_and_is_replaced() {
    let bench = Bench::new();
    let data = b"{\"text\":\"a\"}\n{\"text\":\"b\"}\n";
    fs::create_dir(bench.target()).expect("made");
    fs::write(bench.target().join("data.jsonl"), data).expect("written");
    let manifest = format!(
        r#"{{"tamis":"0.1.0","layout":"jsonl","created_by":"tamis export WORKSPACE DIR --layout jsonl",
        "counts":{{"total":2,"splits":{{}},"read":2,"dropped":{{}}}},"recipe":{{"filter":""}},
        "files":[{{"path":"data.jsonl","bytes":{},"records":2,"sha256":"{}"}}]}}"#,
        data.len(),
        sha256(data)
    );
    fs::write(bench.target().join("manifest.json"), manifest).expect("written");
    let loaded = Manifest::load(&bench.target()).expect("a manifest");
    assert_eq!((loaded.content, loaded.certificate, loaded.checks.len(), loaded.overridden.len()), (None, None, 0, 0));
    let report = verify(&bench.target(), &Progress::none()).expect("a manifest");
    assert!(report.is_ok(), "{:?}", report.problems);
    export_with(&Options::new(Layout::Txt), &[record(1, "a")], &bench.target(), true).expect("replaced");
    assert_eq!(names(&bench.target()), ["data.txt", "manifest.json"]);
}

#[test]
fn a_layout_of_the_future_is_refused_by_name() {
    let bench = Bench::new();
    let mut manifest = export(Layout::Txt, &[record(1, "a")], &bench.target());
    manifest.layout = "hologram".into();
    fs::write(bench.target().join("manifest.json"), manifest.to_bytes().expect("JSON")).expect("written");
    let refused = verify(&bench.target(), &Progress::none()).expect_err("unknown");
    assert!(refused.message.contains("hologram") && refused.hint.is_some());
}
