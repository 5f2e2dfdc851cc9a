//! `kill -9` while an export replaces another: one of the two is there, whole; and what it leaves beside is cleaned up by the next.

use std::collections::BTreeMap;
use std::path::Path;

use crate::cli::desk::{Desk, files};

const IMAGES: usize = 40;

/// A workspace of records with images, and an older one of fewer.
fn desk() -> Desk {
    let desk = Desk::new();
    let mut lines = String::new();
    for n in 0..IMAGES {
        let png = [&b"\x89PNG\r\n\x1a\n"[..], format!("the pixels of {n}").repeat(50).as_bytes()].concat();
        desk.write(&format!("set/{n}.png"), png);
        lines.push_str(&format!("{{\"file_name\":\"{n}.png\",\"text\":\"a prompt about the sea, number {n}\"}}\n"));
    }
    desk.write("set/metadata.jsonl", &lines);
    desk.run("import w.db set").expect(0);
    desk
}

/// The hidden folders beside the target.
fn leftovers(desk: &Desk) -> Vec<String> {
    desk.names().into_iter().filter(|name| name.starts_with(".out.tamis-")).collect()
}

/// Files in the hidden folders so far.
fn staged(desk: &Desk) -> usize {
    fn count(folder: &Path) -> usize {
        let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
        entries.flatten().map(|e| if e.path().is_dir() { count(&e.path()) } else { 1 }).sum()
    }
    leftovers(desk).iter().map(|name| 1 + count(&desk.path(name))).sum()
}

/// Kills an export as soon as `moment` holds, or it ends before.
fn kill_when(desk: &Desk, line: &str, moment: impl Fn() -> bool) {
    let child = std::cell::RefCell::new(desk.start(line));
    let ended = || child.borrow_mut().try_wait().expect("a child").is_some();
    desk.until("the moment, or the end", || moment() || ended());
    let mut child = child.into_inner();
    // Fails where it has ended.
    let _ = child.kill();
    child.wait().expect("it is dead");
}

#[test]
fn a_killed_export_over_another_leaves_one_of_them_whole() {
    let desk = desk();
    desk.run("export w.db old --images copy --filter id:1..30").expect(0);
    desk.run("export w.db out --images copy --filter id:1..30").expect(0);
    desk.run("export w.db new --images copy").expect(0);
    let (old, new) = (files(&desk.path("old")), files(&desk.path("new")));
    assert_ne!(old["manifest.json"], new["manifest.json"]);
    let is_new = |found: &BTreeMap<String, Vec<u8>>| *found == new;
    // By how many files are there, up to all of them; then when the new one is in place and the old one being removed.
    let mut seen_old = 0;
    for step in [1, 2, IMAGES / 2, IMAGES, IMAGES + 2, IMAGES + 3, IMAGES + 4] {
        kill_when(&desk, "export w.db out --images copy --force", || staged(&desk) >= step);
        desk.run("verify out").expect(0);
        let found = files(&desk.path("out"));
        assert!(found == old || is_new(&found), "{step}: neither the old nor the new one");
        if found == old {
            seen_old += 1;
        } else {
            desk.run("export w.db out --images copy --filter id:1..30 --force").expect(0);
        }
    }
    assert!(seen_old > 0, "no kill came before the end");
    let swapped = || std::fs::read(desk.path("out/manifest.json")).is_ok_and(|bytes| bytes == new["manifest.json"]);
    for _ in 0..2 {
        desk.run("export w.db out --images copy --filter id:1..30 --force").expect(0);
        kill_when(&desk, "export w.db out --images copy --force", swapped);
        desk.run("verify out").expect(0);
        assert!(is_new(&files(&desk.path("out"))));
    }
    // The next export leaves nothing of all this.
    desk.run("export w.db out --images copy --force").expect(0);
    assert_eq!(leftovers(&desk), Vec::<String>::new());
    assert!(is_new(&files(&desk.path("out"))));
}

#[test]
fn a_killed_first_export_is_absent_or_whole() {
    let desk = desk();
    for step in [1, 2, IMAGES / 2, IMAGES + 2, IMAGES + 4] {
        kill_when(&desk, "export w.db out --images copy", || staged(&desk) >= step);
        if desk.path("out").exists() {
            desk.run("verify out").expect(0);
            std::fs::remove_dir_all(desk.path("out")).expect("removed");
        }
    }
    desk.run("export w.db out --images copy").expect(0);
    assert_eq!(leftovers(&desk), Vec::<String>::new());
}

#[test]
fn only_what_nobody_needs_is_removed() {
    let desk = Desk::new();
    desk.workspace(&["one", "two"]);
    desk.run("export w.db earlier --layout txt").expect(0);
    // A number that no process has: one that has ended, and was waited for.
    let mut child = desk.start("completions bash");
    let gone = child.id();
    child.kill().expect("SIGKILL");
    child.wait().expect("it is dead");
    let hidden = |process: u32, n: u32| format!(".out.tamis-{process}-{n}");
    let make = |name: &str| std::fs::create_dir(desk.path(name)).expect("a folder");
    // Unfinished, with a symlink that must not be followed.
    make(&hidden(gone, 0));
    desk.write(&format!("{}/train.jsonl", hidden(gone, 0)), "half");
    desk.write("mine/kept.txt", "mine");
    std::os::unix::fs::symlink(desk.path("mine"), desk.path(&format!("{}/link", hidden(gone, 0)))).expect("a link");
    // A replaced export, whole; and one in which something else lies.
    for n in [1, 2] {
        make(&hidden(gone, n));
        for (name, bytes) in files(&desk.path("earlier")) {
            desk.write(&format!("{}/{name}", hidden(gone, n)), bytes);
        }
    }
    desk.write(&format!("{}/notes.md", hidden(gone, 2)), "mine");
    // Of a living process, of another target, a file and a symlink by such a name, and names that only look like ours.
    make(&hidden(std::process::id(), 0));
    make(&format!(".other.tamis-{gone}-0"));
    make(&format!(".out.tamis-{gone}-0-old"));
    make(&format!(".out.tamis-0{gone}-0"));
    desk.write(&hidden(gone, 7), "a file");
    std::os::unix::fs::symlink(desk.path("mine"), desk.path(&hidden(gone, 8))).expect("a link");
    desk.run("export w.db out --layout txt").expect(0);
    let mut left: Vec<String> = desk.names().into_iter().filter(|name| name.starts_with('.')).collect();
    left.retain(|name| name.contains(".tamis-"));
    let mut expected = vec![
        hidden(gone, 2),
        hidden(std::process::id(), 0),
        format!(".other.tamis-{gone}-0"),
        format!(".out.tamis-{gone}-0-old"),
        format!(".out.tamis-0{gone}-0"),
        hidden(gone, 7),
        hidden(gone, 8),
    ];
    expected.sort();
    assert_eq!(left, expected);
    assert_eq!(desk.read("mine/kept.txt"), "mine");
    assert_eq!(files(&desk.path(&hidden(gone, 2))).len(), 3, "an export with something else in it stays whole");
}
