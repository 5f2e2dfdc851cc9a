//! What may come between: a change of mind, another tamis, the end of the session in the middle of a job.

use std::path::{Path, PathBuf};

use super::curator::{As, Curator};
use super::place::Place;

/// A small file that takes most of a minute to import: 40 million lines, packed.
fn many_prompts(place: &Place) -> PathBuf {
    let lines: String = (0..1000).map(|n| format!("a red car, number {n}\n")).collect();
    let frame = zstd::encode_all(lines.repeat(50).as_bytes(), 1).expect("it is packed");
    place.write("many.txt.zst", &frame.repeat(800))
}

/// Begins the import and waits until it counts.
fn begins_to_import(curator: &mut Curator, many: &Path) {
    curator.imports(many, As::default()).sees("importing · reading");
}

#[test]
fn an_import_can_be_watched_left_and_cancelled() {
    let place = Place::new();
    let many = many_prompts(&place);
    let mut curator = Curator::opens(&place.workspace(), 80, 24);
    let before = place.names();
    begins_to_import(&mut curator, &many);
    curator
        .goes_to("Browse")
        .sees("no records yet")
        .goes_to("Versions")
        .sees("nothing was done yet")
        .goes_to("Sources")
        .sees("importing");
    curator.presses(&["Ctrl-c"]).sees("cancelled; nothing changed").sees("none runs").sees("press i to import");
    curator.goes_to("Browse").sees("0 of 0 records");
    assert_eq!(place.names(), before);
    curator.quits();
    assert_eq!((&place.stats()["records"], place.ask("history", &[]).len()), (&0.into(), 0));
    place.assert_not_blocked();

    let mut curator = Curator::opens(&place.workspace(), 80, 24);
    begins_to_import(&mut curator, &many);
    curator.makes_the_window(20, 5).sees("tamis needs").makes_the_window(120, 40).sees("importing · reading");
    curator.is_terminated();
    assert_eq!((&place.stats()["records"], place.ask("sources", &[]).len()), (&0.into(), 0));
    place.assert_not_blocked();
}

#[test]
fn a_second_tamis_reads_only_and_says_who_writes() {
    let place = Place::new();
    let path = place.write("few.txt", b"a red car\na blue car\n");
    let mut first = Curator::opens(&place.workspace(), 80, 24);
    first.imports(&path, As::default()).sees("imported 2 records");

    let mut second = Curator::opens(&place.workspace(), 80, 24);
    second.sees(&format!("process {}", first.process_id()));
    second.presses(&["j"]).sees("reading only").does("keep").sees("nothing can be changed here");
    second.quits();

    first.goes_to("Browse").sees("2 of 2 records").does("keep").sees_rows(1, " + a red car");
    first.quits();
    assert_eq!(place.list("state:keep").len(), 1);
    let mut third = Curator::opens(&place.workspace(), 80, 24);
    third.sees("2 of 2 records").sees_no("reading only");
    third.quits();
}
