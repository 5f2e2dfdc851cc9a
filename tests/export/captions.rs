//! Images with a caption file beside each, and the files for Kaggle.

use serde_json::Value;
use tamis::error::Kind;
use tamis::export::{About, Images, Layout};

use super::*;

fn captioned(id: u32, name: &str, image: &Path, text: &str) -> ExportRecord {
    ExportRecord { file_name: Some(name.into()), image: Some(image.into()), ..record(id, text) }
}

fn captions(folder: &Path) -> Vec<(Option<String>, String)> {
    #[derive(Default)]
    struct Drafts(Vec<(Option<String>, String)>);
    impl tamis::sources::Sink for Drafts {
        fn record(&mut self, draft: tamis::model::Draft) -> Result<()> {
            self.0.push((draft.file_name, draft.text));
            Ok(())
        }
        fn reject(&mut self, reject: tamis::model::Reject) -> Result<()> {
            panic!("{reject:?}")
        }
    }
    let mut drafts = Drafts::default();
    let options = tamis::sources::Options { format: Some(tamis::sources::Format::Captions), ..Default::default() };
    tamis::sources::read(folder, &options, &mut drafts, &Progress::none()).expect("a folder of captions");
    drafts.0
}

#[test]
fn a_caption_lies_beside_its_image_and_an_import_reads_it() {
    let bench = Bench::new();
    let records = [
        in_split("train", captioned(1, "a/cat.jpg", &bench.image("a/cat.jpg", b"1"), "\u{feff}a cat, \"quoted\"")),
        in_split("train", captioned(2, "dog.tar.webp", &bench.image("dog.tar.webp", b"2"), "a dog \u{202e}")),
        in_split("test", captioned(3, "a/cat.jpg", &bench.image("other.jpg", b"3"), "another cat")),
    ];
    let manifest = export(Layout::Kohya, &records, &bench.target());
    let paths: Vec<&str> = manifest.files.iter().map(|f| f.path.as_str()).collect();
    let expected =
        ["test/a/cat.jpg", "test/a/cat.txt", "train/a/cat.jpg", "train/a/cat.txt", "train/dog.tar.txt", "train/dog.tar.webp"];
    assert_eq!(paths, expected);
    let read = captions(&bench.target().join("train"));
    let written = |r: &ExportRecord| (r.file_name.clone(), r.text.clone());
    assert_eq!(read, records[..2].iter().map(written).collect::<Vec<_>>());
    assert_eq!(text_of(&bench.target().join("test/a/cat.txt")), "another cat\n");
}

#[test]
fn captions_of_one_image_are_lines_in_the_order_of_the_records() {
    let bench = Bench::new();
    let image = bench.image("x.png", b"pixels");
    let other = bench.image("y.png", b"pixels");
    let texts = ["one", "\u{feff}two", "three"];
    let mut records: Vec<_> = (1..).zip(texts).map(|(id, text)| captioned(id, "x.png", &image, text)).collect();
    records.insert(1, captioned(9, "y.png", &other, "between"));
    let manifest = export(Layout::Kohya, &records, &bench.target());
    assert_eq!(text_of(&bench.target().join("x.txt")), "one\n\u{feff}two\nthree\n");
    let entry = manifest.files.iter().find(|f| f.path == "x.txt").expect("listed");
    assert_eq!((entry.records, entry.bytes), (Some(3), 17));
    assert_eq!(manifest.counts.total, 4);
}

#[test]
fn captions_stand_alone_where_images_stay() {
    let bench = Bench::new();
    let records = [ExportRecord { file_name: Some("x.png".into()), ..record(1, "a") }];
    let options = Options { images: Images::None, ..Options::new(Layout::Kohya) };
    export_with(&options, &records, &bench.target(), false).expect("an export");
    assert_eq!(names(&bench.target()), ["manifest.json", "x.txt"]);
    assert!(verify(&bench.target(), &Progress::none()).expect("a manifest").is_ok());
    let refused = plan(&options, &[record(7, "no name")]).expect_err("nothing to stand beside");
    assert!(refused.message.contains("(ids 7)"), "{refused}");
}

#[test]
fn two_images_with_one_caption_file_are_refused_by_name() {
    let bench = Bench::new();
    let (jpg, png, txt) = (bench.image("x.jpg", b"1"), bench.image("x.png", b"2"), bench.image("x.txt", b"3"));
    let refused = plan(&Options::new(Layout::Kohya), &[captioned(4, "x.jpg", &jpg, "a"), captioned(7, "x.png", &png, "b")])
        .expect_err("one caption file");
    assert!(refused.message.contains("records 4 and 7") && refused.message.contains("x.txt"), "{refused}");
    assert!(refused.message.contains("x.png") && refused.hint.is_some());
    // An image that would be its own caption file, and one that is another's.
    assert!(plan(&Options::new(Layout::Kohya), &[captioned(1, "x.txt", &txt, "a")]).is_err());
    assert!(plan(&Options::new(Layout::Kohya), &[captioned(1, "x.jpg", &jpg, "a"), captioned(2, "x.txt", &txt, "b")]).is_err());
}

#[test]
fn a_caption_of_two_lines_is_refused() {
    let bench = Bench::new();
    let image = bench.image("x.png", b"pixels");
    let refused = plan(&Options::new(Layout::Kohya), &[captioned(3, "x.png", &image, "two\nlines")]).expect_err("two lines");
    assert!(refused.message.contains("caption file") && refused.message.contains("(ids 3)"), "{refused}");
    let options = Options { with: vec!["id".into()], ..Options::new(Layout::Kohya) };
    assert!(plan(&options, &[captioned(3, "x.png", &image, "a")]).is_err_and(|e| e.kind == Kind::Usage));
}

fn kaggle(about: About) -> (Value, Vec<String>) {
    let bench = Bench::new();
    let records = [in_split("train", captioned(1, "x.png", &bench.image("x.png", b"pixels"), "a caption"))];
    let options = Options { about, ..Options::new(Layout::Kaggle) };
    let warnings = plan(&options, &records).expect("a plan").warnings;
    export_with(&options, &records, &bench.target(), false).expect("an export");
    assert_eq!(names(&bench.target()), ["dataset-metadata.json", "manifest.json", "train"]);
    assert_eq!(names(&bench.target().join("train")), ["metadata.jsonl", "x.png"]);
    assert!(verify(&bench.target(), &Progress::none()).expect("a manifest").is_ok());
    let metadata = serde_json::from_str(&text_of(&bench.target().join("dataset-metadata.json"))).expect("JSON");
    (metadata, warnings)
}

#[test]
fn kaggle_gets_its_metadata() {
    let about =
        About { title: Some("A set of \"prompts\"".into()), id: Some("me/a-set".into()), licence: Some("CC0-1.0".into()) };
    let (metadata, warnings) = kaggle(about);
    assert_eq!(metadata["title"], "A set of \"prompts\"");
    assert_eq!(metadata["id"], "me/a-set");
    assert_eq!(metadata["licenses"], serde_json::json!([{"name": "CC0-1.0"}]));
    assert!(metadata["description"].as_str().is_some_and(|text| text.contains("## Splits")));
    assert_eq!(warnings, Vec::<String>::new());
}

#[test]
fn what_a_person_has_to_fill_in_for_kaggle_is_a_warning() {
    let (metadata, warnings) = kaggle(About::default());
    assert_eq!(metadata["title"], "INSERT_TITLE_HERE");
    assert!(metadata["id"].as_str().is_some_and(|id| id.ends_with("/INSERT_SLUG_HERE")));
    assert_eq!(warnings.len(), 3);
    assert!(warnings[0].contains("--title") && warnings[1].contains("--id") && warnings[2].contains("--licence"));
}

#[test]
fn words_that_a_layout_has_no_place_for_are_usage_errors() {
    let title = || About { title: Some("A long title".into()), ..About::default() };
    let id = |id: &str| About { id: Some(id.into()), ..About::default() };
    for (layout, about) in [
        (Layout::Csv, title()),
        (Layout::Jsonl, id("me/set")),
        (Layout::Kaggle, id("set")),
        (Layout::Kaggle, About { title: Some("short".into()), ..About::default() }),
    ] {
        let options = Options { about, images: Images::None, ..Options::new(layout) };
        assert!(plan(&options, &[record(1, "a")]).is_err_and(|e| e.kind == Kind::Usage), "{options:?}");
    }
}
