//! Tables of inputs and what must come of them: `data/FORMAT.cases`.
//!
//! A case begins with `== name`. A line `< x` is a line of the file with its LF, `<| x` one without; `> x` is what must come, in order.
//! `%XX` is a byte. In the outcome: `1 + text`, `1 - reason`, then below a record `file …` and `fields …`; at the end `blank N` where N > 0,
//! or alone `error …` with the message's beginning.

use tamis::sources::{Format, Options};

use super::{Item, of, read_bytes};

struct Case {
    name: String,
    file: Vec<u8>,
    expected: Vec<String>,
}

fn cases(table: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for line in table.lines() {
        if let Some(name) = line.strip_prefix("== ") {
            cases.push(Case { name: name.into(), file: Vec::new(), expected: Vec::new() });
            continue;
        }
        let Some(case) = cases.last_mut() else { continue };
        if let Some(bytes) = line.strip_prefix("<|") {
            case.file.extend(unescape(bytes.strip_prefix(' ').unwrap_or(bytes)));
        } else if let Some(bytes) = line.strip_prefix('<') {
            case.file.extend(unescape(bytes.strip_prefix(' ').unwrap_or(bytes)));
            case.file.push(b'\n');
        } else if let Some(expected) = line.strip_prefix("> ") {
            case.expected.push(expected.into());
        }
    }
    cases
}

fn unescape(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, behind @ ..] = rest {
        rest = behind;
        if *first == b'%' {
            bytes.push(u8::from_str_radix(std::str::from_utf8(&behind[..2]).unwrap(), 16).unwrap());
            rest = &behind[2..];
        } else {
            bytes.push(*first);
        }
    }
    bytes
}

fn escape(text: &str) -> String {
    text.chars().fold(String::new(), |mut out, c| {
        if c.is_control() || c == '%' || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}') {
            c.encode_utf8(&mut [0; 4]).bytes().for_each(|b| out.push_str(&format!("%{b:02X}")));
        } else {
            out.push(c);
        }
        out
    })
}

fn outcome(file: &[u8], options: &Options) -> Vec<String> {
    let (report, items) = match read_bytes(file, options) {
        Ok(read) => read,
        Err(e) => return vec![format!("error {e}")],
    };
    let mut lines = Vec::new();
    for item in items.0 {
        match item {
            Item::Reject(reject) => lines.push(format!("{} - {}", reject.line, escape(&reject.reason))),
            Item::Record(draft) => {
                lines.push(format!("{} + {}", draft.line, escape(&draft.text)));
                lines.extend(draft.file_name.map(|name| format!("file {}", escape(&name))));
                lines.extend(draft.fields.map(|fields| format!("fields {}", escape(&fields))));
            }
        }
    }
    if report.counts.blank > 0 {
        lines.push(format!("blank {}", report.counts.blank));
    }
    lines
}

fn check(table: &str, options: &Options) {
    let cases = cases(table);
    assert!(cases.len() > 3);
    for case in cases {
        let got = outcome(&case.file, options);
        let same = got.len() == case.expected.len()
            && got
                .iter()
                .zip(&case.expected)
                .all(|(got, expected)| got == expected || (expected.starts_with("error") && got.starts_with(expected)));
        assert!(same, "{}:\n got      {got:#?}\n expected {:#?}", case.name, case.expected);
    }
}

#[test]
fn txt() {
    check(include_str!("data/txt.cases"), &of(Format::Txt));
}

#[test]
fn jsonl() {
    check(include_str!("data/jsonl.cases"), &of(Format::Jsonl));
}

#[test]
fn csv() {
    check(include_str!("data/csv.cases"), &of(Format::Csv));
}

#[test]
fn tsv() {
    check(include_str!("data/tsv.cases"), &of(Format::Tsv));
}

#[test]
fn binaries_are_refused_by_name_in_every_text_format() {
    let mut tar = vec![b'a'; 257];
    tar.extend_from_slice(b"ustar\x0000");
    let files: [(&[u8], &str); 9] = [
        (b"\xff\xfea\0", "UTF-16"),
        (b"\xfe\xff\0a", "UTF-16"),
        (b"\xff\xfe\0\0a\0\0\0", "UTF-32"),
        (b"PK\x03\x04 and more", "zip"),
        (&tar, "tar"),
        (b"SQLite format 3\0", "SQLite"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"\xff\xd8\xff\xe0", "JPEG"),
        (b"PAR1\x15\x04\x00", "parquet"),
    ];
    for format in [Format::Txt, Format::Jsonl, Format::Csv, Format::Tsv] {
        for (bytes, name) in files {
            let error = read_bytes(bytes, &of(format)).err().unwrap();
            assert!(error.message.contains(name) && error.hint.is_some(), "{name}: {error}");
        }
    }
}
