//! Which format a source has: its words, its names on disk, and what its first bytes must not be.

use std::path::Path;

use serde::Serialize;

use super::input::is_stdin;
use super::magic::{self, Kind};
use crate::error::{Error, Result};

/// The formats tamis reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    Txt,
    Jsonl,
    Csv,
    Tsv,
    Parquet,
    /// A folder with `metadata.jsonl` or `metadata.csv`.
    ImageFolder,
    /// A folder of images with a `.txt` caption beside each.
    Captions,
}

impl Format {
    pub const ALL: [Format; 7] =
        [Format::Txt, Format::Jsonl, Format::Csv, Format::Tsv, Format::Parquet, Format::ImageFolder, Format::Captions];

    /// The word for `--format`, JSON and the workspace.
    pub fn word(self) -> &'static str {
        match self {
            Format::Txt => "txt",
            Format::Jsonl => "jsonl",
            Format::Csv => "csv",
            Format::Tsv => "tsv",
            Format::Parquet => "parquet",
            Format::ImageFolder => "imagefolder",
            Format::Captions => "captions",
        }
    }

    pub fn from_word(word: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|format| format.word() == word)
    }

    /// The format that `path` has by its name (a `.gz` or `.zst` behind it does not matter), or as a folder by what lies in it.
    ///
    /// `-` has no name: [`Error::usage`], as for a name that says nothing. A `.json` file is refused with what to do about it.
    pub fn detect(path: &Path) -> Result<Format> {
        if path.is_dir() {
            return Ok(if super::folder::metadata_files(path).is_empty() { Format::Captions } else { Format::ImageFolder });
        }
        match extension(path).as_deref() {
            Some("txt" | "text") => Ok(Format::Txt),
            Some("jsonl" | "ndjson") => Ok(Format::Jsonl),
            Some("csv") => Ok(Format::Csv),
            Some("tsv" | "tab") => Ok(Format::Tsv),
            Some("parquet" | "pq") => Ok(Format::Parquet),
            Some("json") => Err(single_json(path)),
            _ => Err(unknown(path)),
        }
    }
}

/// The extension in lower case, looked for before a `.gz` or `.zst`.
fn extension(path: &Path) -> Option<String> {
    let lower = |p: &Path| Some(p.extension()?.to_str()?.to_ascii_lowercase());
    match lower(path)?.as_str() {
        "gz" | "zst" => lower(Path::new(path.file_stem()?)),
        other => Some(other.to_owned()),
    }
}

fn single_json(path: &Path) -> Error {
    Error::refused(format!("{} is one JSON document, not one object a line", path.display()))
        .hint("write its records one a line (`jq -c '.[]' FILE.json > FILE.jsonl`) and import that; if it is JSON lines already, say --format jsonl")
}

fn unknown(path: &Path) -> Error {
    let what = if is_stdin(path) {
        "standard input has no name".to_owned()
    } else {
        format!("the name of {} says no format", path.display())
    };
    Error::usage(what).hint(format!("say --format {}", Format::ALL.map(Format::word).join("|")))
}

/// The format of a stream without a name: a first line that begins with `{` is jsonl, everything else txt.
pub(super) fn sniff(prefix: &[u8]) -> Format {
    if prefix.trim_ascii_start().first() == Some(&b'{') { Format::Jsonl } else { Format::Txt }
}

/// Refuses bytes that are not text, by their name.
pub(super) fn check_magic(prefix: &[u8], format: Format) -> Result<()> {
    match magic::kind(prefix) {
        None => Ok(()),
        Some(Kind::Parquet) => {
            Err(Error::refused(format!("this is a parquet file, not {}", format.word())).hint("say --format parquet"))
        }
        Some(kind) => Err(Error::refused(format!("this is {}, not {}", kind.name(), format.word())).hint(kind.hint())),
    }
}

pub(super) fn not_a_stream(format: Format) -> Error {
    Error::usage(format!("{} cannot be read from standard input", format.word())).hint("give it as a path")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_round_trip() {
        for format in Format::ALL {
            assert_eq!(Format::from_word(format.word()), Some(format));
        }
        assert_eq!(Format::from_word("xml"), None);
    }

    #[test]
    fn names_tell_the_format() {
        let cases = [
            ("a.txt", "txt"),
            ("a.TXT.gz", "txt"),
            ("b.ndjson.zst", "jsonl"),
            ("x/y.CSV", "csv"),
            ("t.tab", "tsv"),
            ("p.pq", "parquet"),
        ];
        for (name, word) in cases {
            assert_eq!(Format::detect(Path::new(name)).unwrap().word(), word, "{name}");
        }
        for name in ["a", "a.gz", "-", "a.xlsx"] {
            assert_eq!(Format::detect(Path::new(name)).unwrap_err().kind, crate::error::Kind::Usage, "{name}");
        }
        assert!(Format::detect(Path::new("a.json")).unwrap_err().hint.unwrap().contains("jq"));
    }

    #[test]
    fn a_stream_that_begins_with_a_brace_is_jsonl() {
        assert_eq!(sniff(b" {\"text\":1}"), Format::Jsonl);
        assert_eq!(sniff(b"a {cat}"), Format::Txt);
        assert_eq!(sniff(b""), Format::Txt);
    }
}
