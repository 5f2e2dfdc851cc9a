//! What the frame after a key shows before any job has answered: the clusters of the new threshold, as the job then brings them.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use tamis::model::Lens;
use tamis::ops::duplicates;
use tamis::shelf::Folders;
use tamis::tui::event::Event;
use tamis::workspace::Workspace;

use super::duplicates::{TEXTS, dropped, workspace};
use crate::support::driver::Driver;
use crate::support::keys::keys;

/// Handles keys, and none of what the jobs answer.
fn held<'a>(driver: &'a mut Driver, text: &str) -> &'a mut Driver {
    keys(text).into_iter().for_each(|key| driver.app.handle(Event::Key(key)));
    driver
}

/// The list of clusters as far as it says what clusters there are: chains are for the job to find.
fn listed(screen: &str) -> Vec<String> {
    panes(screen).map(|line| line.split(['│', '┃']).next().unwrap_or_default().replace('⋈', " ")).collect()
}

/// How many members there are, which, and how they compare with the keeper.
fn members(screen: &str) -> Vec<String> {
    let lines = panes(screen).filter_map(|line| line.rsplit('│').next()).map(|line| line.trim_start_matches([' ', '⋈']));
    let said = |line: &str| line.split(' ').take(if line.contains(" words ") { 4 } else { 1 }).collect::<Vec<_>>().join(" ");
    lines.filter(|line| line.starts_with(|c: char| c.is_ascii_digit())).map(said).collect()
}

fn panes(screen: &str) -> impl Iterator<Item = &str> {
    screen.lines().skip_while(|line| !line.contains("size   link")).filter(|line| line.contains('│'))
}

#[test]
fn the_frame_after_a_key_has_the_clusters_that_the_job_brings() {
    let mut driver = Driver::example(80, 24);
    driver.keys("3jjj");
    let mut seen = Vec::new();
    for typed in
        ["<left>", "<left>", "<right>", "<s-left>", "<s-right>", "<lt>", "t0.875<enter>", "pG<enter>", "p<enter>", "<left>"]
    {
        let before = held(&mut driver, typed).screen();
        let after = driver.keys("").screen();
        assert_eq!(listed(&before), listed(&after), "after {typed}:\n{before}\n{after}");
        assert!(listed(&after).len() > 10, "{after}");
        seen.push(listed(&after));
    }
    seen.dedup();
    assert!(seen.len() > 6, "the keys do change the list");
}

#[test]
fn every_order_that_the_tree_knows_is_there_at_once() {
    let mut driver = Driver::example(80, 24);
    driver.keys("3");
    // The largest first and last, the closest pair first and last, the weakest link first and last.
    for typed in ["s<enter>", "s<enter>", "sgj<enter>", "s<enter>", "sgjj<enter>", "s<enter>"] {
        let before = held(&mut driver, typed).screen();
        assert_eq!(listed(&before), listed(&driver.keys("").screen()), "{typed}: {before}");
        for typed in ["G", "<left>", "<c-u>", "<lt>", "g", "<right><right>"] {
            let before = held(&mut driver, typed).screen();
            assert_eq!(listed(&before), listed(&driver.keys("").screen()), "{typed}: {before}");
        }
    }
}

#[test]
fn members_are_there_at_once_and_stay_where_they_are() {
    let (_folder, path) = workspace(&TEXTS);
    let mut driver = Driver::open(&path, 80, 24);
    driver.keys("3t0.6<enter>");
    for typed in ["t0.9<enter>", "t0.7<enter>", "t0.5<enter>", "j<left>", "t0.75<enter>"] {
        let before = held(&mut driver, typed).screen();
        let after = driver.keys("").screen();
        assert_eq!(members(&before), members(&after), "{typed}:\n{before}\n{after}");
    }
}

#[test]
fn what_only_the_job_knows_is_a_dot_until_it_is_there() {
    let mut driver = Driver::example(120, 40);
    driver.keys("3");
    let before = held(&mut driver, "<left>").screen();
    assert!(before.contains("     ·     · "), "{before}");
    assert!(!before.contains("dropped: like") && !before.contains("stays  "), "{before}");
    let after = driver.keys("").screen();
    assert!(!after.contains("     ·     · ") && after.contains("dropped: like"), "{after}");
    // Another policy has the same clusters: their counts stay, what becomes of the members is not known.
    let before = held(&mut driver, "l").screen();
    assert_eq!(listed(&before), listed(&after));
    assert!(!before.contains("dropped: like"), "{before}");
}

#[test]
fn the_cursor_follows_its_record() {
    let mut driver = Driver::example(120, 40);
    driver.keys("3").keys(&"j".repeat(40));
    let text = |screen: &str| {
        let line = screen.lines().find(|line| line.contains("  keeper  ")).unwrap_or_default().to_owned();
        line.split_once(" │").map(|(_, line)| line.split("keeper").next().unwrap_or_default().to_owned()).unwrap_or_default()
    };
    let place = |screen: &str| screen.lines().find_map(|line| Some(line.split_once("cluster ")?.1.split(' ').next()?.to_owned()));
    for typed in ["<right>", "<left>", "s<enter>", "s<enter>"] {
        let start = driver.screen();
        let before = held(&mut driver, typed).screen();
        let after = driver.keys("").screen();
        assert_eq!((text(&before), text(&before)), (text(&start), text(&after)), "{typed}: {before}");
        assert_eq!(place(&before), place(&after), "{typed}: {after}");
    }
}

#[test]
fn keys_act_on_the_record_that_is_seen() {
    let (_folder, path) = workspace(&TEXTS);
    let mut driver = Driver::open(&path, 100, 30);
    driver.keys("3t0.9<enter><tab>");
    // At 0.9 there are the foxes alone; at 0.6 the cars are the first cluster. No job has answered when d is pressed.
    let seen = held(&mut driver, "t0.6<enter><tab>,<tab>j").screen();
    assert!(seen.contains("   2  "), "{seen}");
    held(&mut driver, "d");
    driver.keys("");
    assert_eq!(dropped(&path), [2]);
}

#[test]
fn a_list_that_hangs_on_more_than_the_tree_knows_stays_dimmed_until_the_job_is_done() {
    let mut driver = Driver::example(80, 24);
    let filtered = driver.keys("3/a<enter>").screen();
    let before = held(&mut driver, "<s-left>").screen();
    assert_eq!(listed(&before), listed(&filtered));
    assert_ne!(listed(&before), listed(&driver.keys("").screen()));
    let all = driver.keys("<esc>r").screen();
    assert_eq!(listed(&held(&mut driver, "<s-right>").screen()), listed(&all));
}

#[test]
fn what_ctrl_c_stopped_is_asked_for_by_the_next_key() {
    let (_folder, path) = workspace(&TEXTS);
    let mut driver = Driver::open(&path, 100, 30);
    driver.keys("3t0.6<enter><tab>j");
    // The judgement is on disk; the views that come of it are stopped, however far they are.
    held(&mut driver, "x");
    while driver.next().expect("the judgement ends") != "judging" {}
    held(&mut driver, "<c-c>");
    let screen = driver.keys("k").screen();
    assert!(screen.contains("drops 2 of 7"), "{screen}");
    let key = KeyEvent::new(KeyCode::Left, KeyModifiers::NONE);
    driver.app.handle(Event::Key(key));
    held(&mut driver, "<c-c>");
    let screen = driver.keys("k").screen();
    assert!(screen.contains("0.59 · cover") && screen.contains("goes: like"), "{screen}");
}

#[test]
fn grams_are_called_grams() {
    let (_folder, path) = workspace(&TEXTS);
    let mut workspace = Workspace::open(&path).expect("a workspace");
    let wish = duplicates::Wish { floor: 0.5, sets: tamis::model::Sets::Grams, ..duplicates::Wish::of(Lens::Lexical) };
    duplicates::build(&mut workspace, &wish, &Folders::default(), &tamis::progress::Progress::none()).expect("a graph");
    drop(workspace);
    let screen = Driver::open(&path, 100, 30).keys("3t0.6<enter>").screen();
    assert!(screen.contains("grams 0.") && !screen.contains("words 0."), "{screen}");
}
