//! A kill at any moment: whatever part of the journal is on the disk and however many moves were made of it, everything comes back.

use proptest::prelude::*;

use super::*;

const NAMES: [&str; 4] = ["a.png", "b/c.png", "b/d.png", "e/f/g.webp"];

fn trash(root: &Root) -> PathBuf {
    root.path().join(".tamis-trash/1")
}

/// A prune that was killed after some of its moves, with a beginning of its journal on the disk: `at` says how many bytes of it, and how
/// many moves.
fn killed_at(at: impl FnOnce(&[u8]) -> (usize, usize)) -> Root {
    let whole = Root::with(&NAMES);
    whole.prune(&whole.list());
    let journal = fs::read(trash(&whole).join("journal.jsonl")).expect("the journal");
    let (bytes, moves) = at(&journal);
    let root = Root::with(&NAMES);
    root.write(".tamis-trash/1/journal.jsonl", &journal[..bytes]);
    fs::create_dir(trash(&root).join("files")).expect("made");
    for name in &NAMES[..moves] {
        let place = trash(&root).join("files").join(name);
        fs::create_dir_all(place.parent().expect("a folder")).expect("made");
        fs::rename(root.path().join(name), place).expect("moved");
    }
    root
}

/// Where each line ends, and the beginning.
fn ends(journal: &[u8]) -> Vec<usize> {
    let lines = journal.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1);
    std::iter::once(0).chain(lines).collect()
}

/// Killed after `moves`, with so many whole lines of the journal.
fn killed(moves: usize, told: usize) -> Root {
    killed_at(|journal| (ends(journal)[told], moves))
}

#[test]
fn after_any_number_of_moves_everything_comes_back() {
    let whole = Root::with(&NAMES).files();
    for told in 0..=NAMES.len() {
        for moves in 0..=told {
            let root = killed(moves, told);
            let restored = root.restore();
            assert_eq!((restored.files, restored.skipped.len()), (moves as u64, 0), "{told} told, {moves} moved");
            assert_eq!(root.files(), whole, "{told} told, {moves} moved");
        }
    }
}

#[test]
fn a_line_that_was_torn_is_no_line() {
    let whole = Root::with(&NAMES).files();
    for hundredth in 0..=100 {
        let root = killed_at(|journal| {
            let bytes = journal.len() * hundredth / 100;
            (bytes, ends(journal).iter().filter(|&&end| end > 0 && end <= bytes).count())
        });
        assert_eq!(root.restore().skipped.len(), 0, "{hundredth} % of the journal");
        assert_eq!(root.files(), whole, "{hundredth} % of the journal");
    }
}

/// Between the two steps of a move on file systems that cannot rename without overwriting.
#[test]
fn a_file_under_both_its_names_comes_back_as_one() {
    let root = Root::with(&NAMES);
    let whole = root.files();
    root.prune(&root.list());
    fs::hard_link(trash(&root).join("files/a.png"), root.path().join("a.png")).expect("linked");
    let restored = root.restore();
    assert_eq!((restored.files, restored.skipped.len()), (4, 0));
    assert_eq!(root.files(), whole);
}

#[test]
fn a_restore_that_was_killed_goes_on() {
    let whole = Root::with(&NAMES).files();
    for back in 0..=NAMES.len() {
        let root = killed(NAMES.len() - back, NAMES.len());
        assert_eq!(root.restore().files, (NAMES.len() - back) as u64);
        assert_eq!(root.files(), whole);
    }
    // Killed while it cleared up: the files are back, and the journal is not gone yet, or is.
    for left in [&["journal.jsonl"][..], &[]] {
        let root = killed(0, NAMES.len());
        fs::remove_dir_all(trash(&root).join("files")).expect("cleared");
        if left.is_empty() {
            fs::remove_file(trash(&root).join("journal.jsonl")).expect("cleared");
        }
        assert_eq!(root.restore().skipped.len(), 0);
        assert_eq!(root.files(), whole);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Any tree, any prunes one after the other, each of some of what is there: a restore brings back exactly what was.
    #[test]
    fn restore_undoes_any_number_of_prunes(
        names in prop::collection::btree_set("[ab]/[a-c]{1,2}[.]png|[a-e]{1,2}[.](jpg|txt)", 1..12),
        prunes in prop::collection::vec(any::<u16>(), 1..4),
    ) {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let root = Root::with(&names);
        let before = root.files();
        for chosen in prunes {
            let listed = root.list();
            let some: Vec<ImageFile> =
                (0..).zip(&listed.files).filter(|(n, _)| chosen >> (n % 16) & 1 == 1).map(|(_, file)| file.clone()).collect();
            let moved = prune::move_away(&listed, &some, &Progress::none()).expect("moved");
            prop_assert_eq!((moved.files, moved.skipped.len()), (some.len() as u64, 0));
            let left: Vec<ImageFile> = listed.files.into_iter().filter(|file| !some.contains(file)).collect();
            prop_assert_eq!(root.list().files, left);
        }
        prop_assert_eq!(root.restore().skipped.len(), 0);
        prop_assert_eq!(root.files(), before);
        prop_assert!(!root.path().join(".tamis-trash").exists());
    }
}
