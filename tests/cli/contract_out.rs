//! What comes out, on the binary: complete or absent, never over something else, never through a symlink.

use std::os::unix::fs::symlink;

use super::desk::{Desk, files};

#[test]
fn nothing_is_overwritten_without_force() {
    let desk = Desk::new();
    desk.workspace(&["one", "two"]);
    desk.run("export w.db out --layout jsonl").expect(0);
    let before = files(&desk.path("out"));
    desk.run("mark w.db drop --id 1").expect(0);
    desk.run("export w.db out --layout jsonl").complains(1);
    assert_eq!(files(&desk.path("out")), before);
    desk.run("export w.db out --layout jsonl --force").expect(0);
    assert_eq!(desk.read("out/data.jsonl"), "{\"text\":\"two\"}\n");
    desk.run("verify out").expect(0);

    desk.write("out/mine.txt", "mine");
    desk.run("export w.db out --layout jsonl --force").expect(1);
    assert_eq!(desk.read("out/mine.txt"), "mine", "--force replaces an export, and only that");
    desk.write("folder/mine.txt", "mine");
    desk.run("export w.db folder --layout jsonl --force").expect(1);
    desk.write("file", "mine");
    desk.run("export w.db file --layout jsonl --force").expect(1);
    desk.run("export w.db w.db --layout jsonl --force").expect(1);
    assert_eq!((desk.read("folder/mine.txt").as_str(), desk.read("file").as_str()), ("mine", "mine"));
    assert!(desk.names().iter().all(|name| !name.starts_with('.')), "{:?}", desk.names());
}

#[test]
fn a_symlink_is_not_followed() {
    let desk = Desk::new();
    desk.workspace(&["one"]);
    std::fs::create_dir(desk.path("elsewhere")).expect("a folder");
    symlink(desk.path("elsewhere"), desk.path("link")).expect("a link");
    symlink(desk.path("nowhere"), desk.path("dangling")).expect("a link");
    for line in [
        "export w.db link --layout jsonl",
        "export w.db link/ --layout jsonl --force",
        "export w.db dangling --layout txt --force",
    ] {
        desk.run(line).expect(1);
    }
    desk.run("rules filter lines.txt -o dangling").expect(1);
    assert_eq!(files(&desk.path("elsewhere")).len(), 0);
    assert!(!desk.path("nowhere").exists());
}

#[test]
fn an_empty_export_is_refused() {
    let desk = Desk::new();
    desk.workspace(&["one"]);
    desk.run("export w.db out --layout jsonl --filter nothing").complains(1);
    desk.run("mark w.db drop --id 1").expect(0);
    desk.run("export w.db out --layout jsonl").complains(1);
    assert!(!desk.path("out").exists());
}

#[test]
fn texts_and_fields_come_out_byte_for_byte() {
    let desk = Desk::new();
    let line = "{\"text\":\"\u{feff}a\\u001b[31m \u{202e} \\\"q\\\" \\ud83d\\ude00\",\"file_name\":\"x/1.png\",\"big\":18446744073709551616,\"huge\":1e400,\"pi\":3.10,\"u\":\"\\u00e9\",\"deep\":{ \"a\" : [1.0, -0] }}";
    desk.write("in.jsonl", format!("{line}\r\n"));
    desk.run("import w.db in.jsonl").expect(0);
    desk.run("export w.db out --layout jsonl").expect(0);
    let out = desk.read("out/data.jsonl");
    for part in [
        "\"big\":18446744073709551616",
        "\"huge\":1e400",
        "\"pi\":3.10",
        "\"u\":\"\\u00e9\"",
        "\"deep\":{ \"a\" : [1.0, -0] }",
        "\"file_name\":\"x/1.png\"",
    ] {
        assert!(out.contains(part), "{part} in {out}");
    }
    let value: serde_json::Value = serde_json::from_str(&out.replace("1e400", "1")).expect("JSON");
    assert_eq!(value["text"], "\u{feff}a\u{1b}[31m \u{202e} \"q\" \u{1f600}");
    // A stream says the same.
    assert_eq!(desk.run("export w.db - --layout jsonl").expect(0).out, out);
}

#[test]
fn with_adds_columns_and_filter_narrows() {
    let desk = Desk::new();
    desk.workspace(&["a red car", "an owl", "the sea"]);
    desk.run("split w.db --share train=1").expect(0);
    desk.run("edit w.db --id 2 --text owls").expect(0);
    desk.run_args([
        "export",
        "w.db",
        "out",
        "--layout",
        "jsonl",
        "--with",
        "orig_text,id,source,line,split",
        "--filter",
        "owl OR sea",
    ])
    .expect(0);
    assert_eq!(
        desk.read("out/train.jsonl"),
        concat!(
            "{\"text\":\"owls\",\"orig_text\":\"an owl\",\"id\":2,\"source\":\"lines\",\"line\":2,\"split\":\"train\"}\n",
            "{\"text\":\"the sea\",\"orig_text\":\"the sea\",\"id\":3,\"source\":\"lines\",\"line\":3,\"split\":\"train\"}\n"
        )
    );
    for (layout, file) in [("csv", "train.csv"), ("txt", "train.txt"), ("imagefolder", "train/metadata.jsonl")] {
        desk.run(&format!("export w.db {layout} --layout {layout} --images none")).expect(0);
        assert!(desk.path(layout).join(file).is_file());
        desk.run(&format!("verify {layout}")).expect(0);
    }
}

#[test]
fn images_are_linked_copied_or_left_out() {
    let desk = Desk::new();
    let png = b"\x89PNG\r\n\x1a\nas far as anybody looks";
    desk.write("set/a.png", png);
    desk.write("set/metadata.jsonl", "{\"file_name\":\"a.png\",\"text\":\"a cat\"}\n");
    desk.run("import w.db set --prefix p").expect(0);
    for (images, there) in [("link", true), ("copy", true), ("none", false)] {
        desk.run(&format!("export w.db {images} --images {images}")).expect(0);
        let found = files(&desk.path(images));
        assert_eq!(found.get("p_a.png").map(Vec::as_slice), there.then_some(&png[..]), "{images}: {:?}", found.keys());
        desk.run(&format!("verify {images}")).expect(0);
    }
}

#[test]
fn a_killed_export_is_absent_or_whole() {
    let desk = Desk::new();
    let lines: String = (0..20_000).map(|n| format!("a long prompt about the sea, number {n}\n")).collect();
    desk.write("many.txt", lines);
    desk.run("import w.db many.txt").expect(0);
    let staged = |file: &str| {
        let names = desk.names();
        names.iter().any(|name| name.starts_with(".out.tamis-") && desk.path(name).join(file).exists())
    };
    // When the folder is there, when the data is, when all is written and read back.
    for moment in ["", "data.jsonl", "manifest.json"] {
        let mut child = desk.start("export w.db out --layout jsonl");
        desk.until(moment, || staged(moment) || desk.path("out").exists());
        child.kill().expect("SIGKILL");
        child.wait().expect("it is dead");
        if desk.path("out").exists() {
            desk.run("verify out").expect(0);
            std::fs::remove_dir_all(desk.path("out")).expect("removed");
        }
        for name in desk.names().iter().filter(|name| name.starts_with(".out")) {
            std::fs::remove_dir_all(desk.path(name)).expect("removed");
        }
    }
    // What a killed one left in the way does not matter to the next.
    std::fs::create_dir(desk.path(".out.tamis-1-0")).expect("a folder");
    desk.run("export w.db out --layout jsonl").expect(0);
    assert_eq!(desk.run("verify out --json").expect(0).json()["records"], 20_000);
}
