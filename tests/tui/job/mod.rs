//! The job of a curator, from nothing to an exported data set, with the real program on a real (pseudo-)terminal; what comes out of it
//! is checked by other code.

mod curator;
mod exported;
mod interruptions;
mod place;
mod real;
mod typing;

use tamis::display::grouped;
use tamis::model::Counts;

use self::curator::{As, Curator};
use self::exported::Exported;
use self::place::Place;

#[test]
fn a_curators_day_at_80_by_24() {
    a_curators_day(80, 24);
}

#[test]
fn a_curators_day_at_120_by_40() {
    a_curators_day(120, 40);
}

fn a_curators_day(cols: u16, rows: u16) {
    let place = Place::new();
    let mut curator = Curator::opens(&place.workspace(), cols, rows);
    let all = brings_prompts_in(&mut curator, &place);
    let by_hand = looks_and_marks(&mut curator, &place, &all);
    cleans(&mut curator, &all);
    drops_copies(&mut curator, &all);
    splits(&mut curator);
    exports(&mut curator, &place);
    curator.goes_to("Versions").sees("apply rules default").sees("duplicates cover at 0.77");
    curator.quits();

    by_hand.assert_kept_in_mind(&place);
    assert_exported(&place);
    place.assert_not_blocked();
    comes_back(&place, &all, cols, rows);
    loses_nothing_when_killed(&place, &all, cols, rows);
    place.assert_not_blocked();
}

/// How many records there are then, as the screen writes it.
fn brings_prompts_in(curator: &mut Curator, place: &Place) -> String {
    curator.sees("no records yet").sees("i import");
    let (path, gallery) = place.example("gallery");
    curator.imports(&path, As::default()).sees(&imported(&gallery)).sees(&format!(" {} ", grouped(gallery.read)));
    let rejected = format!("gallery: {} lines rejected", gallery.rejected);
    curator.does("rejected lines").sees(&rejected).does("dismiss").sees_no(&rejected);
    let (path, studio) = place.example("studio");
    curator.imports(&path, As { split: Some("validation"), protected: true }).sees(&imported(&studio));
    curator.sees_rows(1, "validation + yes");
    grouped(gallery.accepted + studio.accepted)
}

fn imported(counts: &Counts) -> String {
    format!("imported {} records, {} lines rejected", grouped(counts.accepted), counts.rejected)
}

/// What the curator decided record by record.
struct ByHand {
    filter: &'static str,
    found: u64,
    one_word: u64,
    edited: u64,
}

const POOR: &str = "source:gallery clip_score:<0.2";
const ONE_WORD: &str = "source:gallery words:<=1";

fn looks_and_marks(curator: &mut Curator, place: &Place, all: &str) -> ByHand {
    curator.goes_to("Browse").sees(&format!("{all} of {all} records · {all} kept"));
    curator.does("sort").sees("as imported").presses(&["j", "j", "j", "Enter"]).sees("by chars");
    let found = finds(curator, place, all, POOR);
    assert!(found > 10, "{found}");
    curator.does("keep").sees_rows(1, " + gallery");
    curator.does("drop").sees_rows(1, " - gallery").reads_another_number(found, "records · ", " kept");
    curator.does("flag").sees_rows(1, " ! gallery");
    curator
        .presses(&["Space", "Space"])
        .sees("2 selected")
        .does("drop")
        .sees("drop: 2 records changed")
        .sees_rows(3, " - gallery");
    let edited = curator.presses(&["e"]).reads_number("edit #", "   Enter saves");
    curator.presses(&["End"]).types(", by hand").sees(", by hand").presses(&["Enter"]);
    curator.sees("edited record").presses(&["u"]).sees("undo: edit record").sees_no(", by hand");
    curator.presses(&["Ctrl-r"]).sees("redo: edit record").sees(", by hand");

    let one_word = finds(curator, place, all, ONE_WORD);
    curator.presses(&["A"]).sees(&format!("{one_word} selected")).does("drop").sees(&format!("drop: {one_word} records changed"));
    ByHand { filter: POOR, found, one_word, edited }
}

/// Types a filter and waits for as many records as the command line finds.
fn finds(curator: &mut Curator, place: &Place, all: &str, filter: &str) -> u64 {
    let found = place.list(filter).len();
    curator.does("filter").types_instead(filter).sees(&format!("{found} of {all} records")).presses(&["Enter"]).sees("keep");
    found as u64
}

impl ByHand {
    fn assert_kept_in_mind(&self, place: &Place) {
        let stats = place.stats();
        assert_eq!((&stats["states"]["keep"], &stats["states"]["flag"]), (&1.into(), &1.into()));
        assert_eq!(stats["causes"]["hand"].as_u64(), Some(3 + self.one_word));
        assert_eq!(place.list(self.filter).len() as u64, self.found);
        let edited = place.list(&format!("id:{}", self.edited)).remove(0);
        assert!(edited["text"].as_str().is_some_and(|text| text.ends_with(", by hand")), "{edited}");
    }
}

fn cleans(curator: &mut Curator, all: &str) {
    curator.goes_to("Rules").sees("not in force");
    // The drops of all records first: while they are counted, the screen shows those so far.
    let drops = curator.reads_number("and drops ", &format!(" of {all}"));
    let changes = curator.reads_number("changes ", " and");
    assert!(changes > 100 && drops > 10);
    curator.does("next change").sees("2 of ").does("apply").says_yes_to("apply the rules").sees("rules applied");
    curator.sees("· in force");
}

fn drops_copies(curator: &mut Curator, all: &str) {
    let of_all = format!(" of {all}");
    curator.goes_to("Duplicates").sees("B finds every pair").presses(&["B"]).sees("at the floor or above").presses(&["Enter"]);
    let at_80 = curator.sees("0.80 · cover").reads_number("drops ", &of_all);
    curator.presses(&["←", "←", "←"]).sees("0.77 · cover");
    let at_77 = curator.reads_another_number(at_80, "drops ", &of_all);
    assert!(at_77 > at_80);
    curator.does("apply").sees(&format!("Drops {at_77} of {all} records at 0.77 (cover)")).says_yes_to("apply cover at 0.77");
    curator.sees(&format!("dropped {at_77} duplicates"));
}

fn splits(curator: &mut Curator) {
    curator.goes_to("Splits").sees("not made yet").sees("have no split");
    curator.does("shares").sees("› shares").types_instead("train=80,validation=10,test=10").presses(&["Enter"]);
    curator.sees("next    train=80").does("assign").sees("declared");
    curator.says_yes_to("assign splits").sees("made by train=80,validation=10,test=10");
    curator.sees("+ proven").presses(&["Tab", "Tab"]).sees("every kept record has a split");
    curator.sees("no kept record has a near-copy in another split").sees_no("blocked").presses(&["Tab"]);
}

fn exports(curator: &mut Curator, place: &Place) {
    curator.does("export").sees("── export").types(&place.path("out").display().to_string());
    curator.goes_to_field("layout").presses(&["→"]).sees("[jsonl]").goes_to_field("with");
    for (way, what) in [(1, "id"), (1, "source"), (2, "split")] {
        curator.presses(&["→"; 2][..way]).presses(&["Space"]).sees(&format!("[x] {what}"));
    }
    let records = curator.sees("Enter writes").reads_number("will write ", " records to");
    curator.presses(&["Enter"]).sees(&format!("exported {} records to", grouped(records)));
}

fn assert_exported(place: &Place) {
    let exported = Exported::read(&place.path("out"));
    exported.assert_counts(&place.stats());
    let marked: Vec<_> = place.list("state:keep OR state:flag").iter().filter_map(|record| record["id"].as_u64()).collect();
    exported.assert_no_copies(770, |record| record.source == "studio" || marked.contains(&record.id));
    exported.assert_no_leaks(700);
    assert!(exported.records().iter().filter(|record| record.source == "studio").all(|record| record.split == "validation"));
}

/// Another day, on the same file: all is there, and can still be taken back.
fn comes_back(place: &Place, all: &str, cols: u16, rows: u16) {
    let (before, kept) = (place.stats(), |stats: &serde_json::Value| stats["kept"].as_u64());
    let mut curator = Curator::opens(&place.workspace(), cols, rows);
    curator.sees(&format!("{all} of {all} records"));
    assert_eq!(Some(curator.reads_number("records · ", " kept")), kept(&before));
    curator.presses(&["u"]).sees("undo: split").presses(&["u"]).sees("undo: duplicates cover");
    let without = place.stats();
    assert!(kept(&without) > kept(&before));
    assert_eq!(without["causes"].get("duplicate"), None);
    curator.presses(&["Ctrl-r"]).sees("redo: duplicates cover").presses(&["Ctrl-r"]).sees("redo: split");
    curator.quits();
    assert_eq!(place.stats(), before);
}

/// What was on the screen as marked is marked, even if nothing could be said after it.
fn loses_nothing_when_killed(place: &Place, all: &str, cols: u16, rows: u16) {
    let mut curator = Curator::opens(&place.workspace(), cols, rows);
    finds(&mut curator, place, all, "source:gallery words:>40");
    let record = curator.reads_number("#", " · gallery");
    curator.sees_rows(0, " + gallery").does("keep").sees_rows(1, " + gallery");
    curator.is_killed();
    assert_eq!(place.list(&format!("id:{record}"))[0]["state"], "keep");
    let mut curator = Curator::opens(&place.workspace(), cols, rows);
    curator.sees(&format!("{all} of {all} records")).does("flag").sees_rows(1, " ! gallery");
    curator.quits();
}
