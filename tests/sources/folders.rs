//! Folders of images, and names that must stay beneath them.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use tamis::error::Kind;
use tamis::sources::{Format, Options};

use super::{Items, of, read_path};

fn put(folder: &Path, files: &[(&str, &str)]) {
    for (name, content) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
}

fn named(items: &Items) -> Vec<(u64, &str, &str)> {
    items.records().map(|d| (d.line, d.file_name.as_deref().unwrap_or("-"), d.text.as_str())).collect()
}

#[test]
fn a_folder_with_metadata_is_read_from_it() {
    for (name, content) in [
        ("metadata.jsonl", "{\"file_name\":\"1.png\",\"text\":\"a\"}\n{\"file_name\":\"gone.png\",\"text\":\"b\"}\n"),
        ("metadata.csv", "file_name,text\n1.png,a\ngone.png,b\n"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        put(folder.path(), &[(name, content), ("1.png", ""), ("1.txt", "not this")]);
        let (report, items) = read_path(folder.path(), &Options::default()).unwrap();
        assert_eq!(report.format, Format::ImageFolder);
        assert_eq!(report.file_column.as_deref(), Some("file_name"));
        assert_eq!(
            items.records().map(|d| (d.file_name.as_deref().unwrap(), d.text.as_str())).collect::<Vec<_>>(),
            [("1.png", "a"), ("gone.png", "b")]
        );
    }
}

#[test]
fn two_metadata_files_are_asked_about() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), &[("metadata.jsonl", "{\"text\":\"a\"}"), ("metadata.csv", "text\na\n")]);
    assert_eq!(read_path(folder.path(), &Options::default()).err().unwrap().kind, Kind::Refused);
}

#[test]
fn captions_are_read_in_order_of_paths() {
    let folder = tempfile::tempdir().unwrap();
    put(
        folder.path(),
        &[
            ("b.JPG", ""),
            ("b.txt", "a dog\r\n"),
            ("a/2.webp", ""),
            ("a/2.txt", "\u{feff}two\nlines\n\n"),
            ("a/10.png", ""),
            ("a/10.txt", "  "),
            ("c.jpeg", ""),
            ("readme.txt", "about"),
            ("notes.md", "about"),
            ("b.png", ""),
        ],
    );
    let (report, items) = read_path(folder.path(), &Options::default()).unwrap();
    assert_eq!(report.format, Format::Captions);
    assert_eq!(named(&items), [(2, "a/2.webp", "two\nlines\n"), (3, "b.JPG", "a dog"), (4, "b.png", "a dog")]);
    assert_eq!(
        items.rejects(),
        [(5, "\"c.jpeg\" has no caption (\"c.txt\")"), (6, "caption \"readme.txt\" has no image beside it")]
    );
    assert_eq!((report.counts.read, report.counts.blank), (6, 1));

    let (again, _) = read_path(folder.path(), &Options::default()).unwrap();
    assert_eq!(again.digest, report.digest);
    fs::write(folder.path().join("b.txt"), "a cat").unwrap();
    assert_ne!(read_path(folder.path(), &Options::default()).unwrap().0.digest, report.digest);
}

#[test]
fn bad_captions_are_rejected_one_by_one() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), &[("1.png", ""), ("2.png", ""), ("3.png", ""), ("4.png", ""), ("4.txt", "good")]);
    fs::write(folder.path().join("1.txt"), b"a\xff").unwrap();
    fs::write(folder.path().join("2.txt"), b"a\0b").unwrap();
    fs::write(folder.path().join("3.txt"), vec![b'a'; (1 << 20) + 9]).unwrap();
    let (_, items) = read_path(folder.path(), &Options::default()).unwrap();
    assert_eq!(
        items.rejects(),
        [
            (1, "invalid UTF-8 at byte offset 1"),
            (2, "U+0000 at byte offset 1 of the text"),
            (3, "record over 1 MiB (1048585 bytes)")
        ]
    );
    assert_eq!(named(&items), [(4, "4.png", "good")]);
}

#[test]
fn links_are_never_followed() {
    let outside = tempfile::tempdir().unwrap();
    put(outside.path(), &[("secret.png", ""), ("secret.txt", "secret"), ("deep/x.png", "")]);
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), &[("a.png", ""), ("sub/b.png", ""), ("c.png", ""), ("a.txt", "a")]);
    symlink(outside.path().join("secret.png"), folder.path().join("link.png")).unwrap();
    symlink(outside.path(), folder.path().join("way")).unwrap();
    symlink(outside.path().join("secret.txt"), folder.path().join("c.txt")).unwrap();

    let (_, items) = read_path(folder.path(), &of(Format::Captions)).unwrap();
    assert_eq!(named(&items), [(1, "a.png", "a")]);
    let reasons: Vec<&str> = items.rejects().iter().map(|r| r.1).collect();
    assert_eq!(
        reasons,
        [
            "the caption of \"c.png\" is a symbolic link",
            "\"link.png\" is a symbolic link",
            "\"sub/b.png\" has no caption (\"sub/b.txt\")",
            "\"way\" is a symbolic link"
        ]
    );

    let names = [
        "a.png",
        "sub/b.png",
        "gone/x.png",
        "link.png",
        "way/secret.png",
        "way/deep/x.png",
        "way/gone.png",
        "sub",
        "sub/../way/x",
        "x/../a.png",
    ];
    let rows: String = names.iter().map(|name| format!("{{\"text\":\"t\",\"path\":\"{name}\"}}\n")).collect();
    put(folder.path(), &[("rows.jsonl", &rows)]);
    let options = Options { image_root: Some(folder.path().to_owned()), ..Options::default() };
    let (_, items) = read_path(&folder.path().join("rows.jsonl"), &options).unwrap();
    assert_eq!(named(&items).iter().map(|r| r.1).collect::<Vec<_>>(), ["a.png", "sub/b.png", "gone/x.png", "a.png"]);
    let rejected: Vec<(u64, bool)> =
        items.rejects().iter().map(|(line, why)| (*line, why.ends_with("goes through a symbolic link"))).collect();
    assert_eq!(rejected, [(4, true), (5, true), (6, true), (7, true), (8, false), (9, true)]);
}

#[test]
fn an_empty_folder_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(read_path(folder.path(), &Options::default()).err().unwrap().kind, Kind::Refused);
}
