//! Somebody works against the prune: links, files that are exchanged, folders that are not what they were.

use std::os::unix::fs::{PermissionsExt, symlink};

use super::*;

#[test]
fn no_link_is_listed_or_entered() {
    let outside = Root::with(&["secret.png", "more/secret.jpg"]);
    let root = Root::with(&["a.png"]);
    symlink(outside.path().join("secret.png"), root.path().join("link.png")).expect("linked");
    symlink(outside.path().join("more"), root.path().join("folder")).expect("linked");
    symlink(root.path(), root.path().join("loop")).expect("linked");
    symlink("nowhere", root.path().join("dangling.png")).expect("linked");
    let listed = root.list();
    assert_eq!(paths(&listed.files), ["a.png"]);
    root.prune(&listed);
    assert_eq!(outside.names(), ["more/secret.jpg", "secret.png"]);
    assert!(root.path().join("link.png").symlink_metadata().is_ok());
}

#[test]
fn a_root_behind_a_link_is_the_root_itself() {
    let root = Root::with(&["a.png"]);
    let desk = Root::new();
    let link = desk.path().join("images");
    symlink(root.path(), &link).expect("linked");
    let listed = prune::list(&link, &Progress::none()).expect("a listing");
    assert_eq!(listed.root, root.path().canonicalize().expect("there"));
    assert_eq!(root.prune(&listed).files, 1);
    assert_eq!(prune::restore(&link, &Progress::none()).expect("restored").files, 1);
}

/// A change between listing and move, and whether the file must stay because of it.
type Change = (&'static str, fn(&Path), bool);

#[test]
fn a_file_that_changed_since_it_was_listed_stays_and_is_named() {
    let changes: [Change; 6] = [
        ("nothing", |_| {}, false),
        ("longer", |path| fs::write(path, "longer than it was").expect("written"), true),
        (
            "same length, another time",
            |path| {
                let file = fs::File::options().write(true).open(path).expect("open");
                file.set_modified(std::time::UNIX_EPOCH).expect("a time");
            },
            true,
        ),
        (
            "another file of the same bytes and time",
            |path| {
                let modified = path.metadata().expect("there").modified().expect("a time");
                let bytes = fs::read(path).expect("read");
                let other = path.with_extension("other");
                fs::write(&other, bytes).expect("written");
                fs::File::options().write(true).open(&other).expect("open").set_modified(modified).expect("a time");
                fs::rename(other, path).expect("replaced");
            },
            true,
        ),
        (
            "a link to a file outside",
            |path| {
                fs::remove_file(path).expect("removed");
                symlink("/etc/hostname", path).expect("linked");
            },
            true,
        ),
        ("gone", |path| fs::remove_file(path).expect("removed"), true),
    ];
    for (what, change, stays) in changes {
        let root = Root::with(&["a.png", "b/c.png"]);
        let listed = root.list();
        change(&root.path().join("b/c.png"));
        let moved = root.prune(&listed);
        assert_eq!(moved.files, if stays { 1 } else { 2 }, "{what}");
        let named: Vec<&str> = moved.skipped.iter().map(|skipped| skipped.path.to_str().expect("UTF-8")).collect();
        assert_eq!(named, if stays { vec!["b/c.png"] } else { vec![] }, "{what}");
        assert!(!root.path().join(".tamis-trash/1/files/b/c.png").exists() || !stays, "{what}");
    }
}

#[test]
fn a_folder_that_became_a_link_is_not_followed_there_or_back() {
    let outside = Root::with(&["c.png"]);
    let root = Root::with(&["a.png", "b/c.png"]);
    let listed = root.list();
    let swap = |to: &Path| {
        fs::rename(root.path().join("b"), root.path().join("aside")).expect("moved away");
        symlink(to, root.path().join("b")).expect("linked");
    };
    swap(outside.path());
    let moved = root.prune(&listed);
    assert_eq!((moved.files, moved.skipped.len()), (1, 1), "{moved:?}");
    assert_eq!(outside.names(), ["c.png"]);
    // Back: the folder of a pruned file is a link by now.
    let root = Root::with(&["b/c.png"]);
    root.prune(&root.list());
    fs::remove_file(outside.path().join("c.png")).expect("removed");
    fs::remove_dir(root.path().join("b")).expect("removed");
    symlink(outside.path(), root.path().join("b")).expect("linked");
    let restored = root.restore();
    assert_eq!((restored.files, restored.skipped.len()), (0, 1), "{restored:?}");
    assert!(outside.names().is_empty(), "nothing was written outside");
    assert!(root.path().join(".tamis-trash/1/files/b/c.png").exists());
}

#[test]
fn another_folder_in_the_place_of_the_root_is_refused() {
    let desk = Root::with(&["images/a.png", "other/a.png"]);
    let images = desk.path().join("images");
    let listed = prune::list(&images, &Progress::none()).expect("a listing");
    fs::rename(&images, desk.path().join("aside")).expect("moved away");
    fs::rename(desk.path().join("other"), &images).expect("in its place");
    let refused = prune::move_away(&listed, &listed.files, &Progress::none()).expect_err("another folder");
    assert!(refused.hint.is_some_and(|hint| hint.contains("nothing was moved")));
    assert_eq!(desk.names(), ["aside/a.png", "images/a.png"]);
}

#[test]
fn a_trash_that_is_a_link_is_refused() {
    let outside = Root::new();
    let root = Root::with(&["a.png"]);
    symlink(outside.path(), root.path().join(".tamis-trash")).expect("linked");
    let listed = root.list();
    assert!(prune::move_away(&listed, &listed.files, &Progress::none()).is_err());
    assert!(prune::restore(root.path(), &Progress::none()).is_err());
    assert_eq!((root.names(), outside.names().len()), (vec!["a.png".to_owned()], 0));
}

#[test]
fn a_folder_that_may_not_be_written_keeps_its_files_and_names_them() {
    let root = Root::with(&["a.png", "b/c.png"]);
    let listed = root.list();
    let folder = root.path().join("b");
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o555)).expect("read only");
    let may_write = fs::write(folder.join("probe"), "").is_ok();
    let moved = root.prune(&listed);
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).expect("as it was");
    let expected = if may_write { (2, 0) } else { (1, 1) };
    assert_eq!((moved.files, moved.skipped.len() as u64), expected, "an administrator may write anywhere");
    assert_eq!(root.restore().files, expected.0);
}

#[test]
fn a_journal_that_somebody_wrote_leads_nowhere() {
    let outside = Root::with(&["x.png"]);
    let root = Root::with(&["a.png"]);
    root.prune(&root.list());
    let bad = [
        format!("{:?}", outside.path().join("x.png")),
        r#""../x.png""#.to_owned(),
        r#""a/../../x.png""#.to_owned(),
        r#""""#.to_owned(),
        "[46,46,47,120]".to_owned(),
    ];
    let lines: String = bad.iter().map(|path| format!("{{\"path\":{path},\"bytes\":1,\"modified\":[0,0]}}\n")).collect();
    let journal = root.path().join(".tamis-trash/1/journal.jsonl");
    let good = fs::read_to_string(&journal).expect("the journal");
    fs::write(&journal, lines + &good).expect("written");
    let restored = root.restore();
    assert_eq!((restored.files, restored.skipped.len()), (1, bad.len()), "{restored:?}");
    assert_eq!((root.names(), outside.names()), (vec!["a.png".to_owned()], vec!["x.png".to_owned()]));
}
