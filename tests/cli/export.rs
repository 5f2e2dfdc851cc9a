//! `export` on the binary: every layout, snapshots, checks that stop it, and what it says of itself.

use serde_json::Value;

use super::desk::{Desk, files};

const LAYOUTS: [&str; 7] = ["imagefolder", "jsonl", "txt", "csv", "parquet", "kohya", "kaggle"];

/// Records with images and fields, in splits.
fn desk() -> Desk {
    let desk = Desk::new();
    let texts = ["a red car by the sea", "an owl at night, oil on canvas", "the old harbour in the fog", "a cat on a roof"];
    let mut lines = String::new();
    for (n, text) in texts.iter().enumerate() {
        desk.write(&format!("set/{n}.png"), png(n));
        lines.push_str(&format!("{{\"file_name\":\"{n}.png\",\"text\":\"{text}\",\"score\":{n}.5,\"note\":\"n{n}\"}}\n"));
    }
    desk.write("set/metadata.jsonl", lines);
    desk.run("import w.db set").expect(0);
    desk.run("split w.db --share train=3,test=1 --seed 1").expect(0);
    desk
}

/// Enough of an image to be taken for one.
fn png(n: usize) -> Vec<u8> {
    [&b"\x89PNG\r\n\x1a\n"[..], n.to_string().as_bytes()].concat()
}

fn manifest(desk: &Desk, folder: &str) -> Value {
    serde_json::from_str(&desk.read(&format!("{folder}/manifest.json"))).expect("JSON")
}

#[test]
fn a_dry_run_of_every_layout_says_what_is_written() {
    let desk = desk();
    for layout in LAYOUTS {
        let plan = desk.run(&format!("export w.db {layout} --layout {layout} --dry-run --json")).expect(0).json();
        assert!(!desk.path(layout).exists(), "a plan writes nothing");
        let said = desk.run(&format!("export w.db {layout} --layout {layout} --dry-run")).expect(0).out;
        assert!(said.starts_with(&format!("would write 4 records to {layout} as {layout}:\n")), "{said}");
        let report = desk.run(&format!("export w.db {layout} --layout {layout} --json")).expect(0).json();
        desk.run(&format!("verify {layout}")).expect(0);
        let listed = report["manifest"]["files"].as_array().expect("files");
        let with_records = || listed.iter().filter(|file| file["records"].is_u64());
        let of = |plan: &Value| plan["files"].as_array().expect("files").len();
        match layout {
            "kohya" => assert_eq!((of(&plan), with_records().count()), (2, 4)),
            _ => assert_eq!((of(&plan), with_records().count()), (2, 2)),
        }
        let own: Vec<&str> = plan["own_files"].as_array().expect("names").iter().filter_map(Value::as_str).collect();
        let found = files(&desk.path(layout));
        assert!(own.iter().all(|name| found.contains_key(*name) && said.contains(name)), "{layout}: {own:?}");
        let images = plan["images"].as_u64().expect("a number");
        assert_eq!(
            (images, report["images"].as_u64()),
            (if plan["images_by"] == "link" && is_of_images(layout) { 4 } else { 0 }, Some(images))
        );
        assert_eq!(found.len() as u64, images + own.len() as u64 + with_records().count() as u64, "{layout}: nothing else");
        assert_eq!((report["manifest"]["counts"]["total"].as_u64(), plan["records"].as_u64()), (Some(4), Some(4)));
    }
}

fn is_of_images(layout: &str) -> bool {
    ["imagefolder", "kohya", "kaggle"].contains(&layout)
}

#[test]
fn a_snapshot_is_the_same_bytes_whatever_happens_after() {
    let desk = desk();
    desk.run("rules apply w.db --pipeline default").expect(0);
    desk.run("duplicates build w.db --floor 0.5").expect(0);
    desk.run("edit w.db --id 2 --text owls").expect(0);
    desk.run("export w.db now --layout jsonl").expect(0);
    desk.run("snapshot create w.db v1").expect(0);
    let export = |folder: &str| {
        for layout in ["imagefolder", "jsonl", "csv", "parquet", "kohya"] {
            desk.run(&format!("export w.db {folder}/{layout} --layout {layout} --snapshot v1")).expect(0);
            desk.run(&format!("verify {folder}/{layout}")).expect(0);
        }
        files(&desk.path(folder))
    };
    std::fs::create_dir(desk.path("first")).expect("a folder");
    std::fs::create_dir(desk.path("second")).expect("a folder");
    let first = export("first");
    // Another text, mark, split, threshold, mask, source and graph.
    desk.run("edit w.db --id 1 --text lorries").expect(0);
    desk.run("mark w.db drop --id 3 --reason fog").expect(0);
    desk.run("split w.db --share train=1,test=1,more=2 --seed 5 --threshold 0.9").expect(0);
    desk.write("more.txt", "a dog in the rain\nan owl at night, oil on canvas\n");
    desk.run("import w.db more.txt").expect(0);
    desk.run("duplicates build w.db --floor 0.3").expect(0);
    desk.run("duplicates apply w.db --threshold 0.6").expect(0);
    let second = export("second");
    assert_eq!(first.keys().collect::<Vec<_>>(), second.keys().collect::<Vec<_>>());
    for (path, bytes) in &first {
        assert!(
            second[path] == *bytes,
            "{path}:\n{}\n{}",
            String::from_utf8_lossy(bytes),
            String::from_utf8_lossy(&second[path])
        );
    }
    // It is what the present was then, and says which snapshot it is of.
    for file in ["train.jsonl", "test.jsonl"] {
        assert_eq!(desk.read(&format!("now/{file}")), desk.read(&format!("first/jsonl/{file}")));
    }
    let shown = desk.run("snapshot list w.db --json").expect(0).lines().remove(0);
    let manifest = manifest(&desk, "second/jsonl");
    assert_eq!((&manifest["content"]["snapshot"], &manifest["content"]["digest"]), (&shown["name"], &shown["digest"]));
    assert_eq!(manifest["certificate"]["records"], 4);
    assert!(manifest["created_by"].as_str().is_some_and(|command| command.contains("--snapshot v1")));
    desk.run("export w.db third --snapshot v2").complains(1);
    assert!(!desk.path("third").exists());
}

/// A snapshot with a leak: neither its gate nor its bytes are of what is judged, masked or built today.
#[test]
fn what_leaked_in_a_snapshot_leaks_in_it_for_ever() {
    for has_graph in [false, true] {
        let desk = near_copies();
        if has_graph {
            desk.run("duplicates build w.db --floor 0.5").expect(0);
        }
        desk.run("snapshot create w.db v1").expect(0);
        let export = |folder: &str| {
            assert!(desk.run("export w.db no --snapshot v1 --layout jsonl").complains(4).err.contains("leakage"));
            desk.run(&format!("export w.db {folder} --snapshot v1 --layout jsonl --despite leakage,leakage")).expect(0);
            desk.run(&format!("verify {folder}")).expect(0);
            files(&desk.path(folder))
        };
        let first = export("first");
        assert_eq!(manifest(&desk, "first")["overridden"], serde_json::json!(["leakage"]));
        assert!(desk.read("first/README.md").contains("**Exported whatever these checks say:** `leakage`."));
        desk.run("duplicates build w.db --floor 0.5").expect(0);
        desk.run("duplicates judge w.db different --pair 1,3").expect(0);
        desk.run("check w.db leakage").expect(0);
        assert!(export("judged") == first, "after a judgement");
        desk.run("duplicates mask w.db --set rain snow").expect(0);
        desk.run("duplicates build w.db --floor 0.3 --sets grams").expect(0);
        desk.run("check w.db leakage --snapshot v1").expect(4);
        assert!(export("masked") == first, "after another mask and graph");
        // A part of it has the proof of the whole, and says so.
        desk.run_args([
            "export",
            "w.db",
            "part",
            "--snapshot",
            "v1",
            "--layout",
            "jsonl",
            "--filter",
            "-id:2",
            "--despite",
            "leakage",
        ])
        .expect(0);
        assert!(desk.read("part/README.md").contains("of the whole snapshot"));
    }
}

/// Of a part of the present, only the part is certified.
#[test]
fn a_certificate_is_of_what_is_exported() {
    let desk = near_copies();
    desk.run("duplicates build w.db --floor 0.5").expect(0);
    desk.run("export w.db all --layout jsonl").complains(4);
    desk.run_args(["export", "w.db", "part", "--layout", "jsonl", "--filter", "-id:3"]).expect(0);
    let certificate = &manifest(&desk, "part")["certificate"];
    assert_eq!((&certificate["records"], &certificate["pairs_found"]), (&3.into(), &0.into()), "{certificate}");
}

/// Two splits with one pair of records across, of 5 words of 7.
fn near_copies() -> Desk {
    let desk = Desk::new();
    desk.write("a.txt", "a red car in the rain\nan owl at night\n");
    desk.write("b.txt", "a red car in the snow\na fish in the sea\n");
    desk.run("import w.db a.txt --split train").expect(0);
    desk.run("import w.db b.txt --split test").expect(0);
    desk
}

#[test]
fn lineage_and_certificate_are_in_manifest_and_card() {
    let desk = desk();
    desk.run("duplicates build w.db --floor 0.5").expect(0);
    let train = desk.run("list w.db split:train --json").expect(0).lines();
    desk.run(&format!("mark w.db drop --id {}", train[0]["id"])).expect(0);
    desk.run_args(["export", "w.db", "out", "--layout", "jsonl", "--filter", &format!("-id:{}", train[1]["id"])]).expect(0);
    let manifest = manifest(&desk, "out");
    let total = &manifest["lineage"]["total"];
    assert_eq!((&total["read"], &total["by_hand"], &total["kept"]), (&4.into(), &1.into(), &3.into()), "{total}");
    assert_eq!((&total["exported"]["left_out"], &total["exported"]["records"]), (&1.into(), &2.into()), "{total}");
    assert_eq!(manifest["certificate"]["lens"], "lexical");
    let card = desk.read("out/README.md");
    for heading in ["## Splits", "## Lineage", "## Leakage between the splits", "## Checks", "## Loading it"] {
        assert!(card.contains(heading), "{heading} in {card}");
    }
    assert!(manifest["checks"].as_array().is_some_and(|checks| checks.iter().any(|check| check["name"] == "similarity-graph")));
}

/// The same text in two splits.
fn leaking() -> Desk {
    let desk = Desk::new();
    for (name, split) in [("a", "train"), ("b", "test")] {
        desk.write(&format!("{name}.txt"), format!("a red car\nonly in {name}\n"));
        desk.run(&format!("import w.db {name}.txt --split {split}")).expect(0);
    }
    desk
}

#[test]
fn a_blocked_check_stops_an_export_until_it_is_overridden() {
    let desk = leaking();
    let blocked = desk.run("export w.db out --layout jsonl").complains(4);
    assert!(blocked.err.contains("duplicates, leakage") && blocked.err.contains("--despite duplicates,leakage"), "{blocked:?}");
    assert!(!desk.path("out").exists());
    let planned = desk.run("export w.db out --layout jsonl --dry-run --json").expect(4).json();
    assert_eq!(planned["blocked"], serde_json::json!(["duplicates", "leakage"]));
    assert!(desk.run("export w.db out --layout jsonl --dry-run").expect(4).out.contains("blocked: duplicates: "));

    desk.run("export w.db out --layout jsonl --despite duplicate").complains(2);
    desk.run("export w.db out --layout jsonl --despite duplicates").complains(4);
    let both = "--despite duplicates,leakage";
    let planned = desk.run(&format!("export w.db out --layout jsonl --dry-run --json {both}")).expect(0).json();
    let named = serde_json::json!(["duplicates", "leakage"]);
    assert_eq!((&planned["blocked"], &planned["overridden"]), (&serde_json::json!([]), &named));
    let written = desk.run(&format!("export w.db out --layout jsonl {both}")).expect(0);
    assert!(written.out.contains("blocked checks overridden: duplicates, leakage"), "{written:?}");
    let manifest = manifest(&desk, "out");
    assert_eq!(manifest["overridden"], named);
    assert!(manifest["created_by"].as_str().is_some_and(|command| command.ends_with(both)));
    assert!(desk.read("out/README.md").contains("**blocked, overridden**"));
    desk.run("verify out").expect(0);
    // A stream claims nothing.
    assert_eq!(desk.run("export w.db - --layout jsonl").expect(0).lines().len(), 4);
}

#[test]
fn names_of_sources_keep_their_images_apart() {
    let desk = Desk::new();
    for (name, text) in [("day", "a cat by day"), ("night", "an owl by night")] {
        desk.write(&format!("{name}/x.png"), [&png(1)[..], name.as_bytes()].concat());
        desk.write(&format!("{name}/metadata.jsonl"), format!("{{\"file_name\":\"x.png\",\"text\":\"{text}\"}}\n"));
        desk.run(&format!("import w.db {name}")).expect(0);
    }
    let refused = desk.run("export w.db out").complains(4);
    assert!(refused.err.contains("names"), "{refused:?}");
    desk.run("export w.db out --despite names").complains(1);
    desk.run("export w.db out --prefix-sources").expect(0);
    let found = files(&desk.path("out"));
    assert!(found["day_x.png"].ends_with(b"day") && found["night_x.png"].ends_with(b"night"), "{:?}", found.keys());
    desk.run("verify out").expect(0);
}

#[test]
fn fields_are_chosen_and_mistyped_ones_are_said() {
    let desk = desk();
    let line = |options: &str| {
        let all = desk.run(&format!("export w.db - --layout jsonl --filter owl {options}")).expect(0).out;
        all.lines()
            .next()
            .expect("a line")
            .split_once("\"text\"")
            .expect("a text")
            .1
            .split_once(",\"")
            .map_or(String::new(), |(_, rest)| rest.to_owned())
    };
    assert!(line("").starts_with("score\":1.5,\"note\":\"n1\""), "{}", line(""));
    assert!(line("--fields note").starts_with("note\":\"n1\""));
    assert!(line("--fields none").starts_with("split"));
    assert!(line("--fields none --with score").starts_with("score\":1.5"));
    desk.run("export w.db out --fields nite").complains(2);
    desk.run("export w.db out --layout txt --fields note").complains(2);
}

#[test]
fn placeholders_for_kaggle_are_warnings() {
    let desk = desk();
    let done = desk.run("export w.db out --layout kaggle").expect(0);
    assert_eq!(done.out.matches("warning: ").count(), 3, "{done:?}");
    let done = desk.run_args([
        "export",
        "w.db",
        "again",
        "--layout",
        "kaggle",
        "--title",
        "Four prompts",
        "--id",
        "me/four",
        "--licence",
        "CC0-1.0",
    ]);
    assert!(!done.expect(0).out.contains("warning"));
    desk.run("export w.db more --layout kaggle --id four").complains(2);
    desk.run("export w.db more --layout csv --title x").complains(2);
}

#[test]
fn what_is_no_stream_cannot_go_to_a_pipe() {
    let desk = desk();
    for layout in ["imagefolder", "parquet", "kohya", "kaggle"] {
        let refused = desk.run(&format!("export w.db - --layout {layout}")).complains(2);
        assert!(refused.err.contains(layout), "{refused:?}");
    }
}

#[test]
fn a_folder_that_is_no_export_is_said_to_be_none() {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("x")).expect("a folder");
    let ran = desk.run("verify x").complains(1);
    assert!(ran.err.contains("x: holds no manifest of a tamis export") && ran.err.contains("hint: "), "{ran:?}");
}
