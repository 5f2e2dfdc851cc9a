//! The three files of the example workspace, held to what they promise.

use std::collections::{BTreeMap, HashSet};

use tamis::compose::{EXAMPLE_SEED, ExampleFile, Nasty, example_sources};

fn files() -> Vec<ExampleFile> {
    example_sources(EXAMPLE_SEED)
}

/// The bytes of line `number` (from 1), without its LF.
fn line(file: &ExampleFile, number: u64) -> &[u8] {
    file.bytes.split(|byte| *byte == b'\n').nth(number as usize - 1).unwrap()
}

/// Whether the bytes are what the name says; written apart from the code that planted them.
fn shows(nasty: Nasty, bytes: &[u8]) -> bool {
    let text = std::str::from_utf8(bytes);
    let has = |wanted: &[char]| text.is_ok_and(|text| text.contains(wanted));
    let json = serde_json::from_slice::<serde_json::Value>(bytes);
    let raw = String::from_utf8_lossy(bytes);
    match nasty {
        Nasty::Blank => bytes.iter().all(u8::is_ascii_whitespace),
        Nasty::InvalidUtf8 => text.is_err(),
        Nasty::Nul => bytes.contains(&0),
        Nasty::BrokenJson => json.is_err_and(|error| error.is_eof()),
        Nasty::MissingText => json.is_ok_and(|record| record.get("text").is_none()),
        Nasty::TextIsNoString => json.is_ok_and(|record| !record["text"].is_string()),
        Nasty::DuplicateKey => json.is_ok() && raw.matches("\"text\":").count() == 2,
        Nasty::NotANumber => json.is_err() && raw.contains(":NaN"),
        Nasty::LoneSurrogate => json.is_err() && raw.contains("\\ud8"),
        Nasty::TrailingText => json.is_err_and(|error| error.is_syntax()) && raw.contains("} "),
        Nasty::Ragged => ragged(&raw),
        Nasty::Bom => bytes.starts_with(b"\xef\xbb\xbf"),
        Nasty::CarriageReturn => bytes[..bytes.len() - 1].contains(&b'\r'),
        Nasty::Mojibake => has(&['Ã']),
        Nasty::Control => text.is_ok_and(|text| text.contains(|c: char| c.is_control() && c != '\u{1b}')),
        Nasty::Escape => bytes.contains(&0x1b),
        Nasty::Bidi => has(&['\u{202e}', '\u{2067}']),
        Nasty::ZeroWidthJoiner => has(&['\u{200d}']),
        Nasty::Emoji => text.is_ok_and(|text| text.chars().any(|c| ('\u{1f300}'..='\u{1faff}').contains(&c))),
        Nasty::LongNumber => json.is_ok() && raw.contains(":18446744073709551616"),
        Nasty::QuotedNewline => raw.matches('"').count() % 2 == 1,
        Nasty::QuotedQuote => raw.contains("\"\""),
    }
}

fn ragged(row: &str) -> bool {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(row.as_bytes());
    reader.records().next().is_some_and(|record| record.is_ok_and(|fields| fields.len() != 4))
}

#[test]
fn the_same_seed_gives_the_same_files() {
    assert_eq!(files(), files());
    assert_ne!(files(), example_sources(EXAMPLE_SEED + 1));
}

#[test]
fn there_are_some_four_thousand_prompts() {
    let promised: Vec<_> = files().iter().map(|file| file.promise).collect();
    assert!(promised.iter().all(|counts| counts.read == counts.accepted + counts.blank + counts.rejected));
    let accepted: u64 = promised.iter().map(|counts| counts.accepted).sum();
    let refused: u64 = promised.iter().map(|counts| counts.blank + counts.rejected).sum();
    assert!((3_500..=4_300).contains(&accepted), "{accepted}");
    assert!((15..=25).contains(&refused), "{refused}");
}

#[test]
fn every_planted_line_is_what_it_says() {
    let mut seen = HashSet::new();
    for file in files() {
        assert!(file.planted.windows(2).all(|pair| pair[0].line < pair[1].line), "{}", file.name);
        for planted in &file.planted {
            let bytes = line(&file, planted.line);
            assert!(shows(planted.nasty, bytes), "{} {planted:?}: {}", file.name, String::from_utf8_lossy(bytes));
            seen.insert(planted.nasty);
        }
    }
    assert_eq!(seen.len(), 22, "a kind of nasty line is missing: {seen:?}");
}

#[test]
fn only_planted_lines_are_nasty() {
    let files = files();
    let planted: HashSet<u64> = files[1].planted.iter().map(|planted| planted.line).collect();
    for (at, bytes) in files[1].bytes.split(|byte| *byte == b'\n').enumerate() {
        let text = String::from_utf8_lossy(bytes.strip_suffix(b"\r").unwrap_or(bytes)).into_owned();
        let last = at as u64 == files[1].promise.read;
        let clean = !text.trim().is_empty() && !text.contains(|c: char| c.is_control() || c == '\u{fffd}' || c == '\u{202e}');
        assert!(clean || last || planted.contains(&(at as u64 + 1)), "line {}: {text:?}", at + 1);
    }
}

#[test]
fn the_forum_mixes_line_ends() {
    let file = &files()[1];
    let crlf = file.bytes.windows(2).filter(|pair| pair == b"\r\n").count();
    assert!((40..=120).contains(&crlf), "{crlf}");
    assert_eq!(file.bytes.iter().filter(|byte| **byte == b'\n').count() as u64, file.promise.read);
}

#[test]
fn the_counts_of_the_gallery_are_those_of_its_json() {
    let file = &files()[0];
    let good = file.bytes.split(|byte| *byte == b'\n').filter(|line| {
        let record = serde_json::from_slice::<serde_json::Value>(line);
        record.is_ok_and(|record| record["text"].is_string())
    });
    // serde_json lets a key stand twice; the contract does not.
    assert_eq!(good.count() as u64 - 1, file.promise.accepted);
}

#[test]
fn the_counts_of_the_studio_are_those_of_its_rows() {
    let file = &files()[2];
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(&file.bytes[3..]);
    assert_eq!(reader.headers().unwrap(), ["Prompt", "image_path", "photographer", "rating"].as_slice());
    let mut widths: BTreeMap<bool, u64> = BTreeMap::new();
    for row in reader.records() {
        *widths.entry(row.unwrap().len() == 4).or_default() += 1;
    }
    assert_eq!((widths[&true], widths[&false]), (file.promise.accepted, file.promise.rejected));
    assert_eq!((file.split, file.protected), (Some("validation"), true));
}

#[test]
fn the_sources_overlap() {
    let files = files();
    let gallery: HashSet<String> = files[0]
        .bytes
        .split(|byte| *byte == b'\n')
        .filter_map(|line| serde_json::from_slice::<serde_json::Value>(line).ok()?["text"].as_str().map(str::to_owned))
        .collect();
    let forum: HashSet<String> = String::from_utf8_lossy(&files[1].bytes).lines().map(str::to_owned).collect();
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(&files[2].bytes[3..]);
    let studio: HashSet<String> = reader.records().map(|row| row.unwrap()[0].to_owned()).collect();
    for (one, other) in [(&gallery, &forum), (&gallery, &studio), (&forum, &studio)] {
        let shared = one.intersection(other).count();
        assert!((15..=300).contains(&shared), "{shared} texts in common");
    }
}
