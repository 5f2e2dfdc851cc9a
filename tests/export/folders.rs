//! Complete or absent, and never anything but our own files.

use std::os::unix::fs::symlink;

use tamis::error::Error;
use tamis::export::Layout;

use super::*;

/// What happens to an export behind our back.
type Damage = fn(&Path);

fn three() -> Vec<ExportRecord> {
    vec![in_split("train", record(1, "a")), in_split("train", record(2, "b")), in_split("test", record(3, "c"))]
}

fn again(bench: &Bench, force: bool) -> Result<Manifest> {
    export_with(&Options::new(Layout::Txt), &[record(9, "new")], &bench.target(), force)
}

#[test]
fn an_error_midway_leaves_nothing() {
    let bench = Bench::new();
    let records = three();
    let plan = plan(&Options::new(Layout::Jsonl), &records).expect("a plan");
    for good in 0..=3 {
        let failing = stream(&records).take(good).chain([Err(Error::io("the disk is on fire"))]);
        let result = write(&plan, &bench.target(), failing, &provenance(), false, &Progress::none());
        assert!(result.is_err_and(|e| e.message == "the disk is on fire"));
        assert!(bench.names().is_empty(), "{:?}", bench.names());
    }
}

#[test]
fn a_cancelled_export_leaves_nothing() {
    let bench = Bench::new();
    let records = three();
    let progress = Progress::new();
    let plan = plan(&Options::new(Layout::Jsonl), &records).expect("a plan");
    let cancelling = stream(&records).inspect(|_| progress.cancel());
    let result = write(&plan, &bench.target(), cancelling, &provenance(), false, &progress);
    assert!(result.is_err_and(|e| e.is_interrupted()));
    assert!(bench.names().is_empty());
}

#[test]
fn records_that_changed_since_the_plan_are_refused() {
    let bench = Bench::new();
    let records = three();
    let plan = plan(&Options::new(Layout::Csv), &records).expect("a plan");
    let mut moved = records.clone();
    moved[0].split = Some("validation".into());
    let mut widened = records.clone();
    widened[0].fields = Some(r#"{"new":1}"#.into());
    for others in [&records[..2], &moved, &widened] {
        assert!(write(&plan, &bench.target(), stream(others), &provenance(), false, &Progress::none()).is_err());
        assert!(bench.names().is_empty());
    }
}

#[test]
fn an_empty_folder_is_taken_and_a_full_one_is_not() {
    let bench = Bench::new();
    fs::create_dir(bench.target()).expect("made");
    again(&bench, false).expect("an empty folder is free");
    let refused = again(&bench, false).expect_err("now it is full");
    assert!(refused.hint.is_some_and(|hint| hint.contains("--force")));
}

#[test]
fn force_replaces_an_export_and_only_that() {
    let bench = Bench::new();
    export(Layout::ImageFolder, &with_images(&bench), &bench.target());
    again(&bench, true).expect("replaced");
    assert_eq!(names(&bench.target()), ["data.txt", "manifest.json"]);
    assert_eq!(bench.names(), ["images", "out"]);
}

fn with_images(bench: &Bench) -> Vec<ExportRecord> {
    let image = bench.image("a.png", b"png");
    vec![ExportRecord { file_name: Some("deep/er/a.png".into()), image: Some(image), ..in_split("train", record(1, "a")) }]
}

#[test]
fn force_stops_at_anything_foreign() {
    let strangers: [Damage; 5] = [
        |out| fs::write(out.join("notes.md"), "mine").expect("written"),
        |out| fs::write(out.join("train/deep/mine.png"), "mine").expect("written"),
        |out| fs::create_dir(out.join("empty")).expect("made"),
        |out| symlink("/etc/hostname", out.join("link")).expect("linked"),
        |out| {
            fs::remove_dir_all(out.join("train")).expect("removed");
            symlink("/etc", out.join("train")).expect("linked");
        },
    ];
    for (n, strange) in strangers.iter().enumerate() {
        let bench = Bench::new();
        export(Layout::ImageFolder, &with_images(&bench), &bench.target());
        strange(&bench.target());
        let before = names(&bench.target());
        let refused = again(&bench, true).expect_err("something foreign");
        assert!(refused.message.contains("is not part of the export"), "{n}: {refused}");
        assert_eq!(names(&bench.target()), before);
        assert_eq!(bench.names(), ["images", "out"]);
    }
}

#[test]
fn force_without_a_manifest_of_ours_is_refused() {
    for manifest in [
        "",
        "{}",
        r#"{"tamis":"1","layout":"txt","created_by":"","counts":{"total":0,"splits":{}},"recipe":null,"files":[{"path":"../x","bytes":0,"sha256":""}]}"#,
    ] {
        let bench = Bench::new();
        fs::create_dir(bench.target()).expect("made");
        fs::write(bench.target().join("manifest.json"), manifest).expect("written");
        assert!(again(&bench, true).is_err());
        assert_eq!(text_of(&bench.target().join("manifest.json")), manifest);
    }
}

#[test]
fn a_target_that_is_a_file_or_a_symlink_is_refused() {
    let bench = Bench::new();
    fs::write(bench.target(), "mine").expect("written");
    assert!(again(&bench, true).is_err());
    assert_eq!(text_of(&bench.target()), "mine");

    let bench = Bench::new();
    let elsewhere = bench.path.join("elsewhere");
    fs::create_dir(&elsewhere).expect("made");
    symlink(&elsewhere, bench.target()).expect("linked");
    for target in [bench.target(), bench.path.join("out/")] {
        assert!(export_with(&Options::new(Layout::Txt), &[record(1, "a")], &target, true).is_err());
    }
    assert!(names(&elsewhere).is_empty());
    assert_eq!(bench.names(), ["elsewhere", "out"]);
}

#[test]
fn a_target_without_a_name_or_a_parent_is_refused() {
    let bench = Bench::new();
    let to = |target: &Path| export_with(&Options::new(Layout::Txt), &[record(1, "a")], target, false);
    assert!(to(&bench.path.join("..")).is_err());
    assert!(to(&bench.path.join("no/such")).is_err());
    assert!(bench.names().is_empty());
}

#[test]
fn nothing_to_export_is_refused() {
    let bench = Bench::new();
    assert!(export_with(&Options::new(Layout::Txt), &[], &bench.target(), false).is_err());
    assert!(bench.names().is_empty());
}

#[test]
fn verify_finds_every_kind_of_damage() {
    let damages: [(Damage, &str); 6] = [
        (|out| fs::write(out.join("test.jsonl"), "{\"text\":\"x\"}\n").expect("written"), "its content is not what was written"),
        (|out| fs::write(out.join("test.jsonl"), "").expect("written"), "0 bytes instead of"),
        (|out| fs::remove_file(out.join("test.jsonl")).expect("removed"), "No such file"),
        (|out| fs::write(out.join("more.txt"), "").expect("written"), "is not in the manifest"),
        (
            |out| {
                fs::rename(out.join("test.jsonl"), out.join("../moved")).expect("moved");
                symlink("../moved", out.join("test.jsonl")).expect("linked");
            },
            "is a symlink",
        ),
        (
            |out| {
                let manifest = text_of(&out.join("manifest.json")).replace("\"total\": 3", "\"total\": 4");
                fs::write(out.join("manifest.json"), manifest).expect("written");
            },
            "its files hold 3 records, its total is 4",
        ),
    ];
    for (damage, expected) in damages {
        let bench = Bench::new();
        export(Layout::Jsonl, &three(), &bench.target());
        damage(&bench.target());
        let report = verify(&bench.target(), &Progress::none()).expect("a manifest");
        assert!(!report.is_ok() && report.problems[0].what.contains(expected), "{expected}: {:?}", report.problems);
    }
}
