//! The same job on real prompts, where this machine has them.

use super::curator::{As, Curator};
use super::exported::Exported;
use super::place::{Place, real_data};

#[test]
fn the_job_on_real_prompts() {
    let Some(data) = real_data() else { return println!("no real prompts here: nothing was tried on them") };
    let place = Place::new();
    let mut curator = Curator::opens(&place.workspace(), 80, 24);
    curator.imports(&data.join("pickapic/train.txt"), As::default()).sees("imported 25,411 records");
    curator
        .imports(&data.join("pickapic/test.txt"), As { split: Some("validation"), protected: true })
        .sees("imported 2,046 records");
    curator.imports(&data.join("open_prompts/raw_a.txt"), As::default()).sees("imported 10,749 records");

    curator.goes_to("Rules").sees("of 38,206").does("apply").says_yes_to("apply the rules").sees("rules applied");
    curator.goes_to("Duplicates").sees("B finds every pair").presses(&["B"]).sees("at the floor or above").presses(&["Enter"]);
    let drops = curator.sees("0.80 · cover").reads_number("drops ", " of 38,206");
    curator.does("apply").says_yes_to("apply cover at 0.80").sees("dropped").reads_number("dropped ", " duplicates");
    curator.goes_to("Splits").sees("not made yet").does("assign").says_yes_to("assign splits");
    curator.sees("made by train=90,validation=5,test=5").sees("+ proven").presses(&["Tab", "Tab"]);
    curator.sees("every kept record has a split").sees_no("blocked");

    curator.does("export").sees("── export").types(&place.path("out").display().to_string());
    curator.goes_to_field("layout").presses(&["→"]).sees("[jsonl]").goes_to_field("with");
    curator.presses(&["→", "Space", "→", "Space", "→", "→", "Space"]).sees("[x] split");
    curator.sees("Enter writes").presses(&["Enter"]).sees("exported");
    curator.quits();

    let stats = place.stats();
    assert_eq!(stats["causes"]["duplicate"].as_u64(), Some(drops));
    let exported = Exported::read(&place.path("out"));
    exported.assert_counts(&stats);
    exported.assert_no_copies(800, |record| record.source == "test");
    exported.assert_no_leaks(700);
    place.assert_not_blocked();
}
