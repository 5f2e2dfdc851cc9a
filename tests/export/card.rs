//! The data card: what Hugging Face reads, what a person reads, and nothing that strangers could put there.

use tamis::export::{About, Checked, Content, Images, Layout, Section};

use super::*;

fn readme(options: &Options, records: &[ExportRecord], provenance: &Provenance) -> String {
    let bench = Bench::new();
    let plan = plan(options, records).expect("a plan");
    write(&plan, &bench.target(), stream(records), provenance, false, &Progress::none()).expect("an export");
    assert!(verify(&bench.target(), &Progress::none()).expect("a manifest").is_ok());
    text_of(&bench.target().join("README.md"))
}

fn three() -> Vec<ExportRecord> {
    vec![in_split("train-a", record(1, "a")), in_split("train_a", record(2, "b")), record(3, "c")]
}

#[test]
fn the_front_matter_names_the_files_of_each_split() {
    let about = About { title: Some("A: \"set\"\n\u{202e}é".into()), licence: Some("CC0-1.0".into()), ..About::default() };
    let card = readme(&Options { about, ..Options::new(Layout::Jsonl) }, &three(), &provenance());
    let expected = concat!(
        "---\n",
        "pretty_name: \"A: \\\"set\\\"\\U0000000A\\U0000202Eé\"\n",
        "license: \"cc0-1.0\"\n",
        "task_categories:\n- text-to-image\n",
        "tags:\n- prompts\n",
        "size_categories:\n- n<1K\n",
        "configs:\n- config_name: default\n  data_files:\n",
        "  - split: \"train_a\"\n    path:\n    - \"train-a.jsonl\"\n",
        "  - split: \"train_a_\"\n    path:\n    - \"train_a.jsonl\"\n",
        "  - split: \"unassigned\"\n    path:\n    - \"unassigned.jsonl\"\n",
        "---\n"
    );
    assert!(card.starts_with(expected), "{card}");
    assert!(card.contains("\n# A: \"set\"␊⟨202E⟩é\n"), "{card}");
    assert!(card.contains("load_dataset(\"path/to/this/folder\", split=\"train_a\")"), "{card}");
}

#[test]
fn without_splits_all_of_it_is_train() {
    let bench = Bench::new();
    let image = |id: u32, name: &str| ExportRecord {
        file_name: Some(name.into()),
        image: Some(bench.image(name, b"pixels")),
        ..record(id, "a")
    };
    let paths = |options: &Options, records: &[ExportRecord]| {
        let card = readme(options, records, &provenance());
        let front = card.split("---\n").nth(1).expect("a front matter").to_owned();
        let (_, data) = front.split_once("  - split: \"train\"\n    path:\n").expect("one split");
        data.lines().map(|line| line.trim_start_matches("    - ").to_owned()).collect::<Vec<_>>()
    };
    let folder = Options::new(Layout::ImageFolder);
    assert_eq!(paths(&folder, &[image(1, "b.png"), image(2, "c/d.JPG")]), ["\"metadata.jsonl\"", "\"**/*.JPG\"", "\"**/*.png\""]);
    assert_eq!(paths(&folder, &[image(1, "b")]), ["\"**\""]);
    assert_eq!(paths(&Options { images: Images::None, ..folder.clone() }, &[image(1, "b.png")]), ["\"metadata.jsonl\""]);
    assert_eq!(paths(&Options::new(Layout::Parquet), &[record(1, "a")]), ["\"data/train-00000-of-00001.parquet\""]);
}

#[test]
fn a_split_of_images_is_its_folder() {
    let bench = Bench::new();
    let one = ExportRecord {
        file_name: Some("x.png".into()),
        image: Some(bench.image("x.png", b"pixels")),
        ..in_split("train", record(1, "a"))
    };
    let card = readme(&Options::new(Layout::ImageFolder), &[one], &provenance());
    assert!(card.contains("  - split: \"train\"\n    path:\n    - \"train/**\"\n"), "{card}");
    assert!(card.contains("1 prompts and 1 image files (6 B)"), "{card}");
}

#[test]
fn the_card_says_where_it_comes_from_and_what_was_overridden() {
    let section = |words: &str| Some(Section { value: serde_json::json!({"words": words}), markdown: words.to_owned() });
    let check = |name: &str, verdict: &str| Checked { name: name.into(), verdict: verdict.into(), detail: "1 | 2 <b>".into() };
    let provenance = Provenance {
        content: Some(Content { snapshot: "v_1".into(), digest: "abc".into() }),
        lineage: section("the waterfall"),
        certificate: section("nothing leaks"),
        checks: vec![check("leakage", "blocked"), check("files", "ready")],
        overridden: vec!["leakage".into()],
        ..provenance()
    };
    let records = three();
    let card = readme(&Options::new(Layout::Jsonl), &records, &provenance);
    for part in [
        "## Lineage\n\nthe waterfall\n",
        "## Leakage between the splits\n\nnothing leaks\n",
        "| leakage | **blocked, overridden** | 1 \\| 2 \\<b\\> |\n",
        "| files | ready | 1 \\| 2 \\<b\\> |\n",
        "the snapshot v\\_1, whose content has the SHA-256\n`abc`.",
        "tamis export ws.db out",
        "| threshold | `0.85` |",
    ] {
        assert!(card.contains(part), "{part} in {card}");
    }
    let bench = Bench::new();
    let plan = plan(&Options::new(Layout::Csv), &records).expect("a plan");
    let manifest = write(&plan, &bench.target(), stream(&records), &provenance, false, &Progress::none()).expect("an export");
    assert_eq!(manifest, Manifest::load(&bench.target()).expect("a manifest"));
    assert_eq!(manifest.content, provenance.content);
    assert_eq!((&manifest.checks, &manifest.overridden), (&provenance.checks, &provenance.overridden));
    assert_eq!(manifest.lineage, Some(serde_json::json!({"words": "the waterfall"})));
    assert_eq!(manifest.certificate, Some(serde_json::json!({"words": "nothing leaks"})));
}

#[test]
fn the_card_holds_no_path_and_no_time() {
    let bench = Bench::new();
    let records = three();
    let cards = ["one", "two"].map(|name| {
        let target = bench.path.join(name);
        export(Layout::Parquet, &records, &target);
        text_of(&target.join("README.md"))
    });
    assert_eq!(cards[0], cards[1]);
    assert!(!cards[0].contains(&*bench.path.to_string_lossy()) && !cards[0].contains("20"), "{}", cards[0]);
}
