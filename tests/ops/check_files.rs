//! Checks of image files and of the names they would have in an export.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

use tamis::model::{Mark, RecordId};
use tamis::ops::check::{self, Asked, Name, Verdict};
use tamis::ops::import::ImportArgs;
use tamis::progress::Progress;
use tamis::shelf::Folders;
use tamis::sources::Options;

use super::Bench;

pub const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

impl Bench {
    pub(super) fn image(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(&path, bytes).expect("an image");
        path
    }

    /// A source of records `text n` with these names, whose images lie in a folder.
    pub(super) fn import_named(&mut self, source: &str, folder: &str, names: &[&str], prefix: Option<&str>) {
        let line =
            |(n, name): (usize, &&str)| format!("{}\n", serde_json::json!({"text": format!("{source} {n}"), "file_name": name}));
        let lines: String = names.iter().enumerate().map(line).collect();
        let image_root = Some(self.path().join(folder));
        let args = ImportArgs {
            options: Options { image_root, ..Options::default() },
            prefix: prefix.map(str::to_owned),
            ..ImportArgs::default()
        };
        self.import_as(&format!("{source}.jsonl"), lines, args);
    }
}

#[test]
fn every_file_is_there_and_an_image() {
    let mut bench = Bench::new();
    bench.import("a.txt", "no image\n");
    assert_eq!(bench.check(Name::Files).detail, "no kept record names an image file");
    let images: [(&str, &[u8]); 5] = [
        ("x/1.png", PNG),
        ("x/2.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF"),
        ("x/3.webp", b"RIFF\x24\0\0\0WEBPVP8 "),
        ("x/4.gif", b"GIF89a\x01\0\x01\0\x80\0\0"),
        // What counts is what is in it.
        ("x/d/5.png", b"\xff\xd8\xff\xe1"),
    ];
    images.iter().for_each(|(name, bytes)| _ = bench.image(name, bytes));
    // Two captions of one image are fine.
    bench.import_named("one", "x", &["1.png", "2.jpg", "3.webp", "4.gif", "d/5.png", "./1.png"], None);
    let row = bench.expect(Name::Files, Verdict::Ready, &[]);
    assert!(row.detail.starts_with("5 image files"), "{row:?}");
}

#[test]
fn what_is_wrong_with_a_file_is_told_and_its_records_are_shown() {
    let mut bench = Bench::new();
    bench.image("x/1.png", PNG);
    bench.image("x/4.png", PNG);
    bench.image("x/d/5.png", PNG);
    bench.image("x/6.png", b"no image");
    bench.image("x/7.png", PNG);
    bench.import_named("one", "x", &["1.png", "2.png", "2.png", "4.png", "d/5.png", "6.png", "7.png", "none/8.png"], None);
    // Import would refuse links; they come after it.
    let x = bench.path().join("x");
    fs::remove_file(x.join("4.png")).expect("removed");
    symlink(x.join("1.png"), x.join("4.png")).expect("linked");
    fs::rename(x.join("d"), x.join("e")).expect("moved");
    symlink(x.join("e"), x.join("d")).expect("linked");
    fs::remove_file(x.join("7.png")).expect("removed");
    fs::create_dir(x.join("7.png")).expect("made");
    let row = bench.expect(Name::Files, Verdict::Blocked, &[2, 3, 4, 5, 6, 7, 8]);
    for words in [
        "2 files are missing",
        "2 files are behind a symbolic link",
        "1 file is no PNG",
        "1 file is no regular file",
        "(the first: 2.png of one)",
    ] {
        assert!(row.detail.contains(words), "{words}: {row:?}");
    }
    bench.mark(2..=8, Some(Mark::Drop));
    bench.expect(Name::Files, Verdict::Ready, &[]);
}

#[test]
fn a_source_without_a_single_image_is_blocked_only_where_images_are_needed() {
    let mut bench = Bench::new();
    bench.import_named("one", "nowhere", &["1.png", "2.png"], None);
    let row = bench.expect(Name::Files, Verdict::Attention, &[1, 2]);
    assert!(row.detail.contains("not one of 2 images of one is there"), "{row:?}");
    let asked = Asked { only: vec![Name::Files], with_images: true, ..Asked::default() };
    assert_eq!(check::check_as(&mut bench.workspace, &asked, &Progress::none()).expect("a check").verdict, Verdict::Blocked);
    bench.image("nowhere/2.png", PNG);
    bench.expect(Name::Files, Verdict::Blocked, &[1]);
}

#[test]
fn one_file_under_two_names_is_attention() {
    let mut bench = Bench::new();
    bench.image("x/d/1.png", PNG);
    bench.image("x/2.png", PNG);
    bench.import_named("outer", "x", &["d/1.png", "2.png"], None);
    bench.import_named("inner", "x/d", &["1.png"], Some("p"));
    let row = bench.expect(Name::Files, Verdict::Attention, &[3]);
    assert!(row.detail.contains("d/1.png of outer") && row.detail.contains("1.png of inner"), "{row:?}");
}

#[test]
fn two_images_of_one_name_are_blocked_with_both() {
    let mut bench = Bench::new();
    for name in ["x/1.png", "y/1.png", "y/2.png"] {
        bench.image(name, PNG);
    }
    bench.import_named("one", "x", &["1.png"], None);
    bench.import_named("two", "y", &["2.png", "1.png"], None);
    let row = bench.expect(Name::Names, Verdict::Blocked, &[3]);
    assert!(row.detail.contains("1.png of one") && row.detail.contains("1.png of two"), "{row:?}");
    bench.mark([3], Some(Mark::Drop));
    bench.expect(Name::Names, Verdict::Ready, &[]);
}

#[test]
fn a_prefix_or_a_split_keeps_names_apart_and_case_alone_hardly() {
    let mut bench = Bench::new();
    for name in ["x/a.png", "y/a.png", "z/p_A.png"] {
        bench.image(name, PNG);
    }
    bench.import_named("one", "x", &["a.png"], None);
    bench.import_named("two", "y", &["a.png"], Some("p"));
    bench.expect(Name::Names, Verdict::Ready, &[]);
    // `p_a.png` and `p_A.png`.
    bench.import_named("three", "z", &["p_A.png"], None);
    bench.expect(Name::Names, Verdict::Attention, &[3]);
}

#[test]
fn a_name_is_looked_for_where_an_export_would_write_it() {
    let mut bench = Bench::new();
    for name in ["x/train/cat.png", "y/cat.png", "y/dog.png", "z/dog.png"] {
        bench.image(name, PNG);
    }
    bench.import_named("one", "x", &["train/cat.png"], None);
    bench.import_named("two", "y", &["cat.png"], None);
    // Record 1 goes below `unassigned`, where others have a split.
    super::split_stays::by_hand(&mut bench, &[2], Some("train")).expect("moved");
    bench.expect(Name::Names, Verdict::Ready, &[]);
    bench.import_named("three", "y", &["dog.png"], None);
    bench.import_named("four", "z", &["dog.png"], None);
    let row = bench.expect(Name::Names, Verdict::Blocked, &[4]);
    assert!(row.detail.contains("`unassigned/dog.png`"), "{row:?}");
}

#[test]
fn an_image_in_two_splits_is_blocked_and_a_split_keeps_its_records_together() {
    let mut bench = Bench::new();
    let names: Vec<String> = (0..40).map(|n| format!("{}.png", n % 20)).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    names.iter().for_each(|name| _ = bench.image(&format!("x/{name}"), PNG));
    bench.import_named("one", "x", &names, None);
    assert_eq!(bench.check(Name::Shared).verdict, Verdict::Ready);
    let targets = tamis::splits::Targets::parse("train=50,test=50", "").expect("shares");
    let threshold = tamis::model::Threshold::from_thousandths(1000);
    let args = tamis::ops::split::SplitArgs { threshold, ..tamis::ops::split::SplitArgs::of(targets) };
    tamis::ops::split::split(&mut bench.workspace, args, &Folders::default(), &Progress::none()).expect("a split");
    let columns = bench.columns();
    // Record n and record n + 20 name the same image, and no two texts are alike.
    for n in 0..20 {
        assert_eq!(columns.split_name(n), columns.split_name(n + 20), "image {n}");
    }
    assert_eq!((0..40).filter(|&n| columns.split_name(n) == Some("train")).count(), 20);
    assert_eq!(bench.check(Name::Shared).verdict, Verdict::Ready);
    let other = if columns.split_name(0) == Some("train") { "test" } else { "train" };
    let moved = tamis::ops::assign::AssignArgs { records: vec![RecordId(1)], split: Some(other.into()), filter: None };
    tamis::ops::assign::assign(&mut bench.workspace, &columns, moved, &Progress::none()).expect("moved");
    let row = bench.check(Name::Shared);
    assert_eq!((row.verdict, row.count, row.filter.as_deref()), (Verdict::Blocked, 1, Some("id:1,21")));
}
