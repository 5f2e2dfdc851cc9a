//! Sizes, compression, digests, progress and cancel.

use std::io::Write;
use std::path::Path;

use sha2::{Digest, Sha256};
use tamis::error::{Kind, Result};
use tamis::model::{Draft, Reject};
use tamis::progress::Progress;
use tamis::sources::{Choice, Format, Options, Sink, peek, read};

use super::{Items, of, read_bytes, read_path};

const MIB: usize = 1 << 20;

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zst(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 1).unwrap()
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

#[test]
fn a_record_of_a_mebibyte_is_taken_and_one_byte_more_is_rejected_with_its_size() {
    let exact = "x".repeat(MIB);
    let over = "x".repeat(MIB + 1);
    let far = "y".repeat(5 * MIB);
    let file = format!("{exact}\n{over}\r\n{far}\nnext\n");
    let (_, items) = read_bytes(file.as_bytes(), &of(Format::Txt)).unwrap();
    assert_eq!(items.rejects(), [(2, "record over 1 MiB (1048577 bytes)"), (3, "record over 1 MiB (5242880 bytes)")]);
    assert_eq!(items.records().map(|d| (d.line, d.text.len())).collect::<Vec<_>>(), [(1, MIB), (4, 4)]);
}

#[test]
fn long_lines_of_jsonl_and_cells_of_csv_are_rejected_with_their_size() {
    let long = "x".repeat(2 * MIB);
    let file = format!("{{\"text\":\"a\"}}\n{{\"text\":\"{long}\"}}\n{{\"text\":\"b\"}}\n");
    let (_, items) = read_bytes(file.as_bytes(), &of(Format::Jsonl)).unwrap();
    assert_eq!(items.rejects(), [(2, "record over 1 MiB (2097163 bytes)")]);
    assert_eq!(items.records().count(), 2);

    // A cell of two mebibytes on one line, and one of three on many lines that does close.
    let lines = "a line of the cell\n".repeat(3 * MIB / 19);
    let file = format!("text,n\na,1\n{long},2\n\"{lines}\",3\nb,4\n");
    let (_, items) = read_bytes(file.as_bytes(), &of(Format::Csv)).unwrap();
    let size = lines.len() + 4;
    assert_eq!(
        items.rejects(),
        [(3, "record over 1 MiB (2097154 bytes)"), (4, format!("record over 1 MiB ({size} bytes)").as_str())]
    );
    assert_eq!(items.records().map(|d| d.text.as_str()).collect::<Vec<_>>(), ["a", "b"]);
}

#[test]
fn a_quote_that_is_open_for_too_long_is_given_up_and_the_lines_behind_it_are_read() {
    let line = "a row of the table, which is long enough to get there soon,1\n".replace(", ", " ");
    let many = 17 * MIB / line.len();
    let file = format!("text,n\n\"open,0\n{}", line.repeat(many));
    let (report, items) = read_bytes(file.as_bytes(), &of(Format::Csv)).unwrap();
    assert_eq!(items.rejects().len(), 1);
    assert_eq!(items.rejects()[0].0, 2);
    assert_eq!(report.counts.accepted, many as u64);
    assert_eq!(items.records().last().unwrap().line, many as u64 + 2);
}

#[test]
fn compressed_files_are_read_through_and_hashed_as_they_lie() {
    let plain = b"{\"text\":\"a\"}\n{\"text\":\"b\"}\n";
    let mut two_members = gz(&plain[..13]);
    two_members.extend(gz(&plain[13..]));
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in [("f.jsonl", plain.to_vec()), ("f.jsonl.gz", two_members), ("f.ndjson.zst", zst(plain))] {
        let path = folder.path().join(name);
        std::fs::write(&path, &bytes).unwrap();
        let (report, items) = read_path(&path, &Options::default()).unwrap();
        assert_eq!(items.records().map(|d| d.text.as_str()).collect::<Vec<_>>(), ["a", "b"], "{name}");
        assert_eq!((report.digest, report.format), (sha256(&bytes), Format::Jsonl));
    }
}

#[test]
fn a_bomb_is_refused_by_its_ratio() {
    let bomb = zst(&vec![b'a'; 64 * MIB]);
    assert!(bomb.len() < 60_000);
    let error = read_bytes(&bomb, &of(Format::Txt)).err().unwrap();
    assert!(error.message.contains("1000:1"), "{error}");
    // As high a ratio in little data is fine.
    let (report, _) = read_bytes(&zst(&vec![b'\n'; MIB / 2]), &of(Format::Txt)).unwrap();
    assert_eq!(report.counts.blank, MIB as u64 / 2);
}

#[test]
fn broken_and_nested_compression_is_refused() {
    let text: String = (0..5000).map(|n| format!("line {n} {}\n", n * 7919)).collect();
    for (whole, name) in [(gz(text.as_bytes()), "gzip"), (zst(text.as_bytes()), "zstd")] {
        let error = read_bytes(&whole[..whole.len() / 2], &of(Format::Txt)).err().unwrap();
        assert_eq!(error.kind, Kind::Refused);
        assert!(error.message.contains(name), "{error}");
    }
    assert!(read_bytes(&gz(&gz(b"a\n")), &of(Format::Txt)).err().unwrap().message.contains("gzip"));
    let mut tar = vec![0; 600];
    tar[..4].copy_from_slice(b"file");
    tar[257..262].copy_from_slice(b"ustar");
    assert!(read_bytes(&gz(&tar), &of(Format::Txt)).err().unwrap().message.contains("tar"));
}

struct CancelAfter<'a>(usize, &'a Progress);

impl Sink for CancelAfter<'_> {
    fn record(&mut self, _: Draft) -> Result<()> {
        self.0 = self.0.saturating_sub(1);
        if self.0 == 0 {
            self.1.cancel();
        }
        Ok(())
    }

    fn reject(&mut self, _: Reject) -> Result<()> {
        Ok(())
    }
}

#[test]
fn a_read_reports_its_bytes_and_can_be_cancelled() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.txt");
    std::fs::write(&path, "a prompt\n".repeat(1_000_000)).unwrap();

    let progress = Progress::new();
    let error = read(&path, &Options::default(), &mut CancelAfter(10, &progress), &progress).err().unwrap();
    assert!(error.is_interrupted());
    assert!(progress.snapshot().done < 9_000_000);

    let progress = Progress::new();
    read(&path, &Options::default(), &mut CancelAfter(usize::MAX, &progress), &progress).unwrap();
    let seen = progress.snapshot();
    assert_eq!((seen.stage, seen.unit, seen.done, seen.total), ("reading", "bytes", 9_000_000, 9_000_000));
}

#[test]
fn what_cannot_be_read_is_refused_with_a_hint() {
    let folder = tempfile::tempdir().unwrap();
    let json = folder.path().join("a.json");
    std::fs::write(&json, "[{\"text\":\"a\"}]").unwrap();
    let error = read_path(&json, &Options::default()).err().unwrap();
    assert!(error.hint.unwrap().contains("jsonl"));
    let missing = read_path(Path::new("there-is-no-such-file.txt"), &Options::default()).err().unwrap();
    assert_eq!(missing.kind, Kind::Io);
    assert_eq!(read_path(folder.path(), &of(Format::Txt)).err().unwrap().kind, Kind::Usage);
    assert_eq!(read_path(&json, &of(Format::Captions)).err().unwrap().kind, Kind::Usage);
    assert_eq!(read_path(&json, &of(Format::Parquet)).err().unwrap().kind, Kind::Refused);
}

#[test]
fn a_peek_shows_the_first_rows_and_takes_unclear_columns_as_an_answer() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv");
    std::fs::write(&path, "text,caption,image,n\na,A,x.png,1\nb,B,../y.png,2\nc,C,z.png,3\n").unwrap();

    let unclear = peek(&path, &Options::default(), 5).unwrap();
    assert_eq!(unclear.columns, ["text", "caption", "image", "n"]);
    assert_eq!(unclear.text, Choice::Several(vec!["text".into(), "caption".into()]));
    assert!(unclear.drafts.is_empty());

    let options = Options { text_column: Some("caption".into()), ..Options::default() };
    let clear = peek(&path, &options, 2).unwrap();
    assert_eq!(
        (clear.format, clear.text, clear.file),
        (Format::Csv, Choice::Chosen("caption".into()), Choice::Chosen("image".into()))
    );
    assert_eq!(clear.drafts.iter().map(|d| d.text.as_str()).collect::<Vec<_>>(), ["A"]);
    assert_eq!(clear.rejects.len(), 1);

    let gone = peek(&path, &Options { text_column: Some("x".into()), ..Options::default() }, 2).unwrap();
    assert_eq!(gone.text, Choice::NotThere("x".into()));
    assert_eq!(peek(&path, &options, 0).unwrap().drafts.len(), 0);
    assert_eq!(peek(&path, &options, 100).unwrap().drafts.len(), 2);
    assert_eq!(peek(Path::new("-"), &options, 1).err().unwrap().kind, Kind::Usage);
}

#[test]
fn the_sinks_failure_is_the_reads_failure() {
    struct Full;
    impl Sink for Full {
        fn record(&mut self, _: Draft) -> Result<()> {
            Err(tamis::error::Error::io("no room"))
        }
        fn reject(&mut self, _: Reject) -> Result<()> {
            Ok(())
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.txt");
    std::fs::write(&path, "a\n").unwrap();
    assert_eq!(read(&path, &Options::default(), &mut Full, &Progress::none()).err().unwrap().message, "no room");
    assert!(read(&path, &Options::default(), &mut Items::default(), &Progress::none()).is_ok());
}
