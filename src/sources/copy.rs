//! Copies of records as they lie in their file: the lines of those that are wanted, byte for byte.
//!
//! A [`Draft`](crate::model::Draft) is what a record says, not how it was written. So what is to come out as it went in is read a second
//! time, by the same readers of lines and rows, and each record's own bytes are passed on.

use std::io::Write;
use std::path::Path;

use super::format::Format;
use super::input::{self, Input};
use super::lines::Lines;
use super::table;
use crate::error::{Error, Result};
use crate::progress::Progress;

/// Writes the records of a txt, jsonl, csv or tsv file that begin at a line which `is_kept` says yes to, line ends included, and the
/// header of csv and tsv. Compressed files come out decompressed.
///
/// Returns the digest of the file, as [`ReadReport::digest`](super::ReadReport::digest): where it is not that of the first reading, the
/// file changed meanwhile. Errors: usage for the formats that are not made of lines, and for standard input, which cannot be read again.
pub fn copy(
    path: &Path,
    format: Format,
    is_kept: &mut dyn FnMut(u64) -> bool,
    out: &mut dyn Write,
    progress: &Progress,
) -> Result<String> {
    if input::is_stdin(path) {
        return Err(Error::usage("standard input can be read only once").hint("save it to a file first"));
    }
    let lines = Lines::new(Input::open(path, progress)?);
    let lines = match format {
        Format::Txt | Format::Jsonl => copy_lines(lines, is_kept, out)?,
        Format::Csv => table::copy(lines, b',', is_kept, out)?,
        Format::Tsv => table::copy(lines, b'\t', is_kept, out)?,
        Format::Parquet | Format::ImageFolder | Format::Captions => {
            return Err(Error::usage(format!("a record of {} is not a line", format.word())).hint("txt, jsonl, csv and tsv are"));
        }
    };
    lines.finish()
}

/// A record is a line.
fn copy_lines(mut lines: Lines, is_kept: &mut dyn FnMut(u64) -> bool, out: &mut dyn Write) -> Result<Lines> {
    while let Some(line) = lines.next()? {
        if is_kept(line.number) {
            out.write_all(line.bytes)?;
            out.write_all(line.ending)?;
        }
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;
    use crate::sources::{Options, Sink, read};

    /// The lines at which records begin.
    #[derive(Default)]
    struct Begun(Vec<u64>);

    impl Sink for Begun {
        fn record(&mut self, draft: crate::model::Draft) -> Result<()> {
            self.0.push(draft.line);
            Ok(())
        }

        fn reject(&mut self, _: crate::model::Reject) -> Result<()> {
            Ok(())
        }
    }

    fn copied(bytes: &[u8], format: Format, wanted: impl Fn(usize) -> bool) -> String {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), bytes).expect("written");
        let options = Options { format: Some(format), ..Options::default() };
        let mut begun = Begun::default();
        let report = read(file.path(), &options, &mut begun, &Progress::none()).expect("read");
        let mut is_kept = |line: u64| begun.0.iter().position(|&l| l == line).is_some_and(&wanted);
        let mut out = Vec::new();
        let digest = copy(file.path(), format, &mut is_kept, &mut out, &Progress::none()).expect("copied");
        assert_eq!(digest, report.digest);
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn lines_come_out_as_they_went_in() {
        let file = b"\xef\xbb\xbfone\r\n\ntwo\xff\n three \rx\nfour";
        assert_eq!(copied(file, Format::Txt, |_| true), "one\r\n three \rx\nfour");
        assert_eq!(copied(file, Format::Txt, |n| n == 1), " three \rx\n");
        let file = "{\"text\": \"a\\u00e9\", \"n\": 1e400}\n{broken\n\n{\"n\":2,\"text\":\"b\"}\n";
        assert_eq!(copied(file.as_bytes(), Format::Jsonl, |n| n == 0), "{\"text\": \"a\\u00e9\", \"n\": 1e400}\n");
    }

    #[test]
    fn rows_come_out_with_all_their_lines_and_the_header() {
        let file = b"\nid,text\r\n1,\"a\nb \"\"c\"\"\"\r\n\n2,plain\nragged\n3,\"lost\nno,\"more\" x\n4,last";
        let all = copied(file, Format::Csv, |_| true);
        assert_eq!(all, "id,text\r\n1,\"a\nb \"\"c\"\"\"\r\n2,plain\n4,last");
        assert_eq!(copied(file, Format::Csv, |n| n == 0), "id,text\r\n1,\"a\nb \"\"c\"\"\"\r\n");
        assert_eq!(copied(b"text\tn\n\"so\" he said\t1\nb\t2\n", Format::Tsv, |n| n == 0), "text\tn\n\"so\" he said\t1\n");
    }

    #[test]
    fn what_cannot_be_copied_is_a_usage_error() {
        let copy = |path: &str, format| copy(Path::new(path), format, &mut |_| true, &mut Vec::new(), &Progress::none());
        assert!(copy("-", Format::Txt).is_err_and(|e| e.kind == Kind::Usage && e.hint.is_some()));
    }
}
