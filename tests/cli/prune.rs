//! `prune` as a script uses it, and killed in the middle.

use std::fs;

use super::desk::{Desk, files};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

/// Records of the first `named` of `there` images.
fn desk(named: usize, there: usize) -> Desk {
    let desk = Desk::new();
    let name = |n: usize| format!("{}/{n}.png", n % 7);
    let line = |n: usize| format!("{}\n", serde_json::json!({"text": format!("prompt {n}"), "file_name": name(n)}));
    desk.write("images/metadata.jsonl", (0..named).map(line).collect::<String>());
    (0..there).for_each(|n| _ = desk.write(&format!("images/{}", name(n)), PNG));
    desk.run("import w.db images").expect(0);
    desk
}

#[test]
fn a_dry_run_says_what_a_run_does_and_a_restore_undoes_it() {
    let desk = desk(3, 5);
    desk.run("mark w.db drop --id 1").expect(0);
    let before = files(&desk.path("images"));
    let plan = desk.run("prune w.db --dry-run --json").expect(0).json();
    assert_eq!((plan["files"].as_u64(), plan["bytes"].as_u64()), (Some(3), Some(3 * PNG.len() as u64)));
    let listed: Vec<_> = plan["roots"][0]["files"].as_array().expect("files").iter().map(|file| file["path"].clone()).collect();
    assert_eq!(listed, ["0/0.png", "3/3.png", "4/4.png"]);
    assert_eq!(files(&desk.path("images")), before);
    let said = desk.run("prune w.db --dry-run").expect(0).out;
    assert!(said.contains("images/0/0.png") && said.contains("would move 3 image files of 5"), "{said}");
    let report = desk.run("prune w.db --json").expect(0).json();
    assert_eq!((report["files"].as_u64(), report["stopped"].as_bool()), (Some(3), Some(false)));
    assert!(report["roots"][0]["trash"].as_str().is_some_and(|trash| trash.ends_with("images/.tamis-trash/1")));
    assert!(desk.path("images/1/1.png").exists() && !desk.path("images/0/0.png").exists());
    // What is in the trash is no reason to import it.
    assert_eq!(desk.run("prune w.db --json").expect(0).json()["files"], 0);
    let restored = desk.run("prune w.db --restore --json").expect(0).json();
    assert_eq!(restored["files"], 3);
    assert_eq!(files(&desk.path("images")), before);
    assert_eq!(desk.run("history w.db --json").expect(0).lines().len(), 2, "files are no part of the workspace");
}

#[test]
fn records_without_their_image_are_listed() {
    let desk = desk(3, 2);
    let said = desk.run("prune w.db").expect(0).out;
    assert!(
        said.contains("record 3 of images: 2/2.png is not there") && said.contains("1 kept record without an image file"),
        "{said}"
    );
}

#[test]
fn a_folder_that_is_no_image_root_is_refused() {
    let desk = desk(1, 1);
    desk.write("elsewhere/x.png", PNG);
    let refused = desk.run("prune w.db --images elsewhere").complains(1);
    assert!(refused.err.contains("the image roots are"), "{refused:?}");
    desk.run("prune w.db --images nowhere").expect(1);
    desk.run("prune w.db --images images --dry-run").expect(0);
    desk.run("prune w.db --dry-run --restore").expect(2);
    assert!(desk.path("elsewhere/x.png").exists());
}

#[test]
fn killed_at_any_moment_everything_comes_back() {
    let desk = desk(1, 1500);
    let before = files(&desk.path("images"));
    for part in [1, 2, 5, 9] {
        let mut child = desk.start("prune w.db --quiet");
        // Killed when so many tenths of the files are gone from their places.
        let gone = || (1..1500).filter(|n| !desk.path(&format!("images/{}/{n}.png", n % 7)).exists()).count();
        while gone() < 150 * part && child.try_wait().expect("a child").is_none() {}
        child.kill().expect("SIGKILL");
        child.wait().expect("it is dead");
        desk.run("prune w.db --restore").expect(0);
        assert_eq!(files(&desk.path("images")), before, "{part}");
        assert!(fs::symlink_metadata(desk.path("images/.tamis-trash")).is_err());
    }
}
