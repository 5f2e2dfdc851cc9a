//! `rules refuse`: one change, a rule, a whole record, refused and accepted again.

use serde_json::{Value, json};

use super::desk::Desk;
use super::rules::desk as own;

/// `own` is in force.
fn desk() -> Desk {
    let desk = own();
    desk.run("rules apply w.db --pipeline own").expect(0);
    desk
}

fn texts(desk: &Desk) -> Vec<Value> {
    desk.run("list w.db --json").expect(0).lines().iter().map(|row| row["text"].clone()).collect()
}

fn state_of(desk: &Desk, id: u32) -> Value {
    desk.run(&format!("list w.db id:{id} --json")).expect(0).lines()[0]["state"].clone()
}

#[test]
fn one_change_is_refused_and_accepted_again() {
    let desk = desk();
    let before = texts(&desk);
    let report = desk.run("rules refuse w.db --id 1 --change 2 --json").expect(0).json();
    assert_eq!((&report["refused"], &report["records"]), (&json!(["\"8k\" removed"]), &1.into()));
    assert_eq!(texts(&desk)[0], "a blue car, 8k");
    let listed = desk.run("rules refuse w.db --id 1").expect(0).out;
    assert!(listed.contains("\"red\" → \"blue\"\n") && listed.contains("\"8k\" removed  [refused]"), "{listed}");
    assert!(desk.run("rules refuse w.db --id 1 --change 2").expect(0).out.contains("nothing changed"));
    desk.run("rules refuse w.db --id 1 --change 2 --accept").expect(0);
    assert_eq!(texts(&desk), before);
    assert_eq!(desk.run("rules refuse w.db --json").expect(0).out, "");
}

#[test]
fn a_rule_a_drop_and_a_record_are_refused() {
    let desk = desk();
    desk.run("rules refuse w.db --id 4 --rule specs").expect(0);
    assert_eq!(texts(&desk)[3], "blue 8k blue hdr blue");
    assert_eq!(state_of(&desk, 2), "drop");
    desk.run("rules refuse w.db --id 2 --rule no-owls").expect(0);
    assert_eq!((&texts(&desk)[1], state_of(&desk, 2)), (&"an owl".into(), "undecided".into()), "later rules go on");
    desk.run("rules refuse w.db --id 2 --record").expect(0);
    assert_eq!(texts(&desk)[1], "an owl, hdr");
    let report = desk.run("rules refuse w.db --id 2 --json").expect(0).json();
    assert_eq!(report["refused_whole"], true);
    let all = desk.run("rules refuse w.db --json").expect(0).lines();
    assert_eq!(all.len(), 2, "two texts");
    let words: Vec<&str> = all.iter().flat_map(|row| row["words"].as_array().expect("words")).filter_map(Value::as_str).collect();
    assert!(words.contains(&"the whole record") && words.contains(&"a drop by no-owls"), "{words:?}");
    desk.run("rules refuse w.db --id 2 --record --accept").expect(0);
    desk.run("rules refuse w.db --id 2 --rule no-owls --accept").expect(0);
    assert_eq!(state_of(&desk, 2), "drop");
}

#[test]
fn what_is_not_proposed_any_more_is_listed_and_accepted_as_it_is_written() {
    let desk = desk();
    desk.run("rules refuse w.db --id 1 --change 2").expect(0);
    desk.run("rules disable w.db specs").expect(0);
    let listed = desk.run("rules refuse w.db --id 1 --json").expect(0).json();
    assert_eq!(listed["proposals"].as_array().map(Vec::len), Some(1));
    let refusal = listed["unproposed"][0]["refusal"].to_string();
    assert!(desk.run("rules refuse w.db --id 1").expect(0).out.contains("\"8k\" removed  [refused, not proposed any more]"));
    desk.run_args(["rules", "refuse", "w.db", "--id", "1", "--refusal", &refusal, "--accept"]).expect(0);
    assert_eq!(desk.run("rules refuse w.db --json").expect(0).out, "");
    let commands = desk.run("history w.db --limit 1 --json").expect(0).lines();
    assert!(commands[0]["command"].as_str().expect("a line").contains("--refusal '{"), "{commands:?}");
}

#[test]
fn a_number_is_spelt_with_the_pipeline_that_it_counts_in() {
    let desk = desk();
    let command = |desk: &Desk| desk.run("history w.db --limit 1 --json").expect(0).lines()[0]["command"].clone();
    desk.run("rules refuse w.db --id 1 --change 1").expect(0);
    assert_eq!(command(&desk), "tamis rules refuse w.db --id 1 --change 1");
    desk.run("rules new w.db second --from own").expect(0);
    desk.run("rules move w.db specs --to 1 --pipeline second").expect(0);
    desk.run("rules refuse w.db --id 4 --change 2 --pipeline second").expect(0);
    assert_eq!(command(&desk), "tamis rules refuse w.db --id 4 --change 2 --pipeline second");
    desk.write("file.toml", desk.run("rules export w.db second").expect(0).out.replace("'blue'", "'green'"));
    desk.run("rules refuse w.db --id 4 --rule reds --pipeline file.toml").expect(0);
    let spelt = command(&desk);
    let spelt = spelt.as_str().expect("a line");
    assert!(spelt.matches("--refusal").count() >= 1 && spelt.contains("green") && !spelt.contains("file.toml"), "{spelt}");
}

#[test]
fn what_cannot_be_refused_is_told() {
    let desk = desk();
    desk.run("rules refuse w.db --id 1 --change 3").complains(1);
    desk.run("rules refuse w.db --id 1 --rule no-owls").complains(1);
    desk.run("rules refuse w.db --id 9 --record").complains(1);
    desk.run("rules refuse w.db --id 9").complains(1);
    desk.run("rules refuse w.db --id 1 --refusal {}").complains(2);
    for line in [
        "rules refuse w.db --id 1 --change 0",
        "rules refuse w.db --id 1 --change 1 --record",
        "rules refuse w.db --change 1",
        "rules refuse w.db --id 1 --accept",
    ] {
        desk.run(line).expect(2);
    }
    assert_eq!(desk.run("rules refuse w.db --json").expect(0).out, "");
}
