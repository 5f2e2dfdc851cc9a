//! What rules would do: `rules preview`, `test`, `check`, `apply --dry-run`, and failures.

use serde_json::{Value, json};

use super::desk::Desk;
use super::rules::desk;

/// A rule that gives up on a long run of the letter.
const STUCK: &str = "name = 'stuck'\n[[rule]]\nname = 'stuck'\nkind = 'replace'\npattern = '(a+)+\\1c'\nwith = ''\n";

fn ids(desk: &Desk, options: &str) -> Vec<u64> {
    let rows = desk.run(&format!("rules preview w.db --pipeline own --json {options}")).expect(0).lines();
    rows.iter().map(|row| row["id"].as_u64().expect("an id")).collect()
}

#[test]
fn counts_tell_each_rule_and_each_harm() {
    let desk = desk();
    let counts = desk.run("rules preview w.db --pipeline own --json").expect(0).json();
    assert_eq!(
        counts["rules"],
        json!([
            {"rule": "reds", "changed": 2, "dropped": 0, "alone": 0, "enabled": true},
            {"rule": "no-owls", "changed": 0, "dropped": 1, "alone": 1, "enabled": true},
            {"rule": "specs", "changed": 2, "dropped": 0, "alone": 0, "enabled": true},
        ])
    );
    assert_eq!((&counts["records"], &counts["changed"], &counts["dropped"]), (&4.into(), &2.into(), &1.into()));
    assert_eq!((&counts["refused"], &counts["warnings"]["cuts-word"]), (&0.into(), &0.into()));
    let dry = desk.run("rules apply w.db --pipeline own --dry-run --json").expect(0).json();
    assert_eq!(dry, counts);
    assert_eq!(desk.run("history w.db --json").expect(0).lines().len(), 2, "nothing is applied");

    desk.write("cut.toml", "name = 'cut'\n[[rule]]\nname = 'cut'\nkind = 'replace'\npattern = 'ea'\nwith = ''\n");
    let told = desk.run("rules preview w.db --pipeline cut.toml").expect(0).out;
    assert!(told.contains("cuts-word") && told.contains("a change cuts into a word"), "{told}");
    let row = &desk.run("rules preview w.db --pipeline cut.toml --warning cuts-word --json").expect(0).lines()[0];
    assert_eq!((&row["id"], &row["warnings"]), (&3.into(), &json!(["cuts-word"])));
    desk.run("rules preview w.db --warning bites").expect(2);
}

#[test]
fn records_are_listed_by_what_is_done_to_them() {
    let desk = desk();
    assert_eq!(ids(&desk, "--diff"), [1, 2, 4]);
    assert_eq!(ids(&desk, "--diff --limit 2"), [1, 2]);
    assert_eq!(ids(&desk, "--fate dropped"), [2]);
    assert_eq!(ids(&desk, "--fate changed"), [1, 4]);
    assert_eq!(ids(&desk, "--rule specs"), [1, 4]);
    assert_eq!(ids(&desk, "--rule no-owls --diff"), [2]);
    assert!(ids(&desk, "--refused").is_empty());
    desk.run("rules refuse w.db --id 1 --rule reds --pipeline own").expect(0);
    desk.run("rules refuse w.db --id 2 --record").expect(0);
    assert_eq!(ids(&desk, "--refused"), [1, 2]);
    assert_eq!(ids(&desk, "--fate kept"), [2]);
    let kept = desk.run("rules preview w.db --pipeline own --fate kept").expect(0).out;
    assert_eq!(kept, "record 2  left alone  (something is refused)\n");
    let lines = desk.run("rules preview w.db --pipeline own --fate dropped --diff").expect(0).out;
    assert_eq!(lines, "", "the drop is refused");
    desk.run("rules preview w.db --pipeline own --rule nobody").complains(1);
    desk.run("rules preview w.db --fate eaten").expect(2);
}

#[test]
fn diffs_are_words_in_brackets_or_in_the_colour_of_their_rule() {
    let desk = desk();
    let plain = desk.run("rules preview w.db --pipeline own --diff --limit 2").expect(0).out;
    assert_eq!(plain, "record 1  reds, specs\n  a [-red-]{+blue+} car[-, 8k-]\nrecord 2  dropped by no-owls\n  an owl, hdr\n");
    let colour = desk.run("rules preview w.db --pipeline own --diff --color always --limit 1").expect(0).out;
    let [reds, specs] = ["\u{1b}[36;", "\u{1b}[33;"];
    assert!(colour.starts_with(&format!("record 1  {reds}1mreds\u{1b}[0m, {specs}1mspecs")), "{colour:?}");
    assert!(colour.contains(&format!("{reds}9mred\u{1b}[0m{reds}4mblue\u{1b}[0m car{specs}9m, 8k\u{1b}[0m\n")), "{colour:?}");
    let bare: String = regex::Regex::new("\u{1b}\\[[0-9;]*m").expect("a pattern").replace_all(&colour, "").into_owned();
    assert!(!bare.contains('\u{1b}') && bare.contains("a redblue car, 8k"));
}

#[test]
fn each_change_has_the_number_by_which_it_is_refused() {
    let desk = desk();
    let rows = desk.run("rules preview w.db --pipeline own --diff --json").expect(0).lines();
    assert_eq!(
        rows[0]["changes"],
        json!([
            {"n": 1, "rule": "reds", "gone": "red", "come": "blue", "refused": false},
            {"n": 2, "rule": "specs", "gone": "8k", "come": "", "refused": false},
        ])
    );
    assert_eq!(rows[1]["changes"], json!([{"n": 1, "rule": "no-owls", "gone": null, "come": null, "refused": false}]));
    assert_eq!((&rows[0]["text"], &rows[1]["dropped_by"]), (&"a blue car".into(), &"no-owls".into()));
    for row in &rows {
        let listed = desk.run(&format!("rules refuse w.db --pipeline own --id {} --json", row["id"])).expect(0).json();
        let same = |(change, proposal): (&Value, &Value)| change["n"] == proposal["n"] && change["rule"] == proposal["rule"];
        let (changes, proposals) = (row["changes"].as_array().expect("changes"), listed["proposals"].as_array().expect("them"));
        assert!(changes.len() == proposals.len() && changes.iter().zip(proposals).all(same), "{row} {listed}");
    }
}

#[test]
fn one_text_is_told_step_by_step() {
    let desk = desk();
    let args = |text| ["rules", "test", text, "--pipeline", "own.toml"];
    let told = desk.run_args(args("a redness, 8k")).expect(0).out;
    let words: Vec<Vec<&str>> = told.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(words[..2], [vec!["raw", "a", "redness,", "8k"], vec!["reds", "a", "blueness,", "8k"]]);
    assert!(told.ends_with("specs  a blueness\n"), "{told}");
    assert!(desk.run_args(args("an owl")).expect(0).out.ends_with("no-owls  dropped\n"));
    assert!(desk.run_args(args("the sea")).expect(0).out.contains("no rule fires"));

    desk.write("cut.toml", "name = 'cut'\n[[rule]]\nname = 'cut'\nkind = 'replace'\npattern = 'ea'\nwith = ''\n");
    let told = desk.run_args(["rules", "test", "the sea", "--pipeline", "cut.toml"]).expect(0).out;
    assert!(told.contains("! cuts-word: a change cuts into a word"), "{told}");
    let report = desk.run_args(["rules", "test", "the sea", "--pipeline", "cut.toml", "--json"]).expect(0).json();
    assert_eq!((&report["text"], &report["steps"][0]["warnings"]), (&"the s".into(), &json!(["cuts-word"])));
}

#[test]
fn a_rule_that_gives_up_is_told_everywhere() {
    let desk = Desk::new();
    desk.write("stuck.toml", STUCK);
    let long = format!("{} c", "a".repeat(5_000));
    desk.workspace(&["a b", &long]);
    let step = &desk.run_args(["rules", "test", &long, "--pipeline", "stuck.toml", "--json"]).expect(0).json()["steps"][0];
    assert!(step["failed"].as_str().is_some() && step["warnings"] == json!(["failed"]), "{step}");
    let counts = desk.run("rules preview w.db --pipeline stuck.toml --json").expect(0).json();
    assert_eq!((&counts["warnings"]["failed"], &counts["changed"]), (&1.into(), &0.into()));
    let row = &desk.run("rules preview w.db --pipeline stuck.toml --warning failed --json").expect(0).lines()[0];
    assert_eq!((&row["id"], &row["failed"][0]["rule"]), (&2.into(), &"stuck".into()));
    assert!(desk.run("rules preview w.db --pipeline stuck.toml --diff").expect(0).out.contains("stuck failed: "));
    let filtered = desk.run("rules filter lines.txt --pipeline stuck.toml").expect(0);
    assert_eq!(filtered.out, desk.read("lines.txt"));
    assert!(filtered.err.starts_with("line 2: a rule failed: stuck: "), "{}", filtered.err);
    assert_eq!(desk.run("rules filter lines.txt --pipeline stuck.toml --quiet").expect(0).err, "");
    assert_eq!(desk.run("rules apply w.db --pipeline stuck.toml --json").expect(0).json()["failed"], 1);
}

#[test]
fn whether_rules_come_to_rest_is_checked() {
    let desk = Desk::new();
    desk.workspace(&["aaab", "the sea", "aab"]);
    desk.write("slow.toml", "name = 'slow'\n[[rule]]\nname = 'slow'\nkind = 'replace'\npattern = 'aab'\nwith = 'ab'\n");
    let report = desk.run("rules check w.db --pipeline slow.toml --json").expect(0).json();
    let round = |changed: u64| json!({"changed": changed, "dropped": 0, "rules": [{"rule": "slow", "records": changed}]});
    assert_eq!((&report["rounds"], &report["restless"]), (&json!([round(2), round(1)]), &0.into()));
    let told = desk.run("rules check w.db --pipeline slow.toml").expect(0).out;
    assert!(told.contains("comes to rest after 2 rounds") && told.contains("--fixpoint"), "{told}");
    desk.run("rules apply w.db --pipeline slow.toml --fixpoint").expect(0);
    let texts: Vec<Value> = desk.run("list w.db --json").expect(0).lines().iter().map(|row| row["text"].clone()).collect();
    assert_eq!(texts, ["ab", "the sea", "ab"]);
    assert!(desk.run("rules check w.db").expect(0).out.contains("after 1 round over"));
    let command = desk.run("history w.db --limit 1 --json").expect(0).lines()[0]["command"].clone();
    assert_eq!(command, "tamis rules apply w.db --pipeline slow.toml --fixpoint");

    let spin = "name = 'spin'\n[[rule]]\nname = 'spin'\nkind = 'replace'\npattern = '^the (.)(..)$'\nwith = 'the ${2}$1'\n";
    desk.write("spin.toml", spin);
    let report = desk.run("rules check w.db --pipeline spin.toml --json").expect(4).json();
    assert_eq!((&report["restless"], &report["restless_records"]), (&1.into(), &json!([2])));
    assert!(desk.run("rules check w.db --pipeline spin.toml").expect(4).out.contains("1 records never come to rest: 2"));
}
