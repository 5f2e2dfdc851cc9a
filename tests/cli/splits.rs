//! `split`, `assign` and `leakage WS` as scripts use them.

use serde_json::{Value, json};

use super::desk::Desk;
use crate::workspace::ground::ground;

/// Two sources: near-copies within and across, and some that stand alone.
fn desk() -> Desk {
    let desk = Desk::new();
    let alone = |from: u32, to: u32| (from..to).map(|n| format!("w{n} x{n} y{n}\n")).collect::<String>();
    desk.write("a.txt", format!("a red car in the rain\nan owl at night, \u{1b}[31mred\n{}", alone(0, 18)));
    desk.write(
        "b.txt",
        format!("a red car in the rain today\nan owl at night, \u{1b}[31mblue\na red car in the rain\n{}", alone(18, 35)),
    );
    desk.run("import w.db a.txt").expect(0);
    desk.run("import w.db b.txt").expect(0);
    desk
}

fn splits(desk: &Desk) -> Vec<Value> {
    desk.run("list w.db --json").expect(0).lines().into_iter().map(|row| row["split"].clone()).collect()
}

#[test]
fn a_split_by_shares_and_counts_says_what_it_did() {
    let desk = desk();
    let dry =
        desk.run("split w.db --share train=3,validation=1 --count test=4 --by source,length --dry-run --json").expect(0).json();
    assert!(splits(&desk).iter().all(Value::is_null), "a dry run");
    let done = desk
        .run("split w.db --share train=3 --share validation=1 --count test=4 --by source --by length --json")
        .expect(0)
        .json();
    assert_eq!((&dry["splits"], &dry["moved"], &dry["operation"]), (&done["splits"], &done["moved"], &Value::Null));
    let row = |name: &str, wanted: u64| json!({"name": name, "records": wanted, "wanted": wanted, "off": 0});
    for (at, (name, wanted)) in [("train", 27), ("validation", 9), ("test", 4)].into_iter().enumerate() {
        let mut said = done["splits"][at].clone();
        let object = said.as_object_mut().expect("an object");
        assert!(object.remove("share").is_some() && object.remove("target").is_some());
        assert_eq!(said, row(name, wanted));
    }
    assert_eq!((&done["unmet"], &done["leaks"], &done["torn"]), (&json!([]), &json!([]), &json!(0)));
    assert_eq!(done["strata"]["keys"][0], json!({"by": "source", "groups": [["a", 20], ["b", 20]]}));
    assert_eq!(done["strata"]["keys"][1]["by"], "length");

    let said = desk.run("split w.db --count test=4").expect(0).out;
    assert!(said.starts_with("test: 4 records, 10.00 % (asked for 4: +0)\nnone: 36 records, 90.00 %\n"), "{said}");
    assert_eq!(splits(&desk).iter().filter(|split| split.is_null()).count(), 36);
    let refused = desk.run("split w.db --count test=41").complains(2);
    assert!(refused.err.contains("the counts ask for 41 records, and there are 40 to split"), "{refused:?}");
    let kept = desk.run("split w.db --share train=1 --keep test --dry-run").expect(0).out;
    assert!(kept.contains("4 records stay in a split that is kept") && kept.contains("nothing was changed"), "{kept}");
}

#[test]
fn a_size_that_a_cluster_spoils_is_told_by_a_record() {
    let desk = Desk::new();
    desk.write(
        "c.txt",
        (0..30).map(|n| format!("a b c d e f g h v{n}\n")).chain((0..10).map(|n| format!("u{n}\n"))).collect::<String>(),
    );
    desk.run("import w.db c.txt").expect(0);
    let said = desk.run("split w.db --share train=1,test=1").expect(0).out;
    let why = "10 records too many: the cluster of record 1 has 30 records and goes to one split whole";
    assert!(said.contains(why) && said.contains("has 10 records too few"), "{said}");
    let told = desk.run("split w.db --share train=1,test=1 --dry-run --json").expect(0).json();
    assert_eq!(told["unmet"].as_array().map(Vec::len), Some(2));
    assert_eq!(
        (&told["unmet"][0]["why"], &told["unmet"][0]["size"], &told["unmet"][0]["record"]),
        (&"cluster".into(), &30.into(), &1.into())
    );
}

#[test]
fn a_hand_moves_records_and_they_stay() {
    let desk = desk();
    desk.run("split w.db --share train=1").expect(0);
    let moved = desk.run("assign w.db holdout --id 3 4 --json").expect(0).json();
    assert_eq!((&moved["split"], &moved["records"], &moved["changed"]), (&"holdout".into(), &2.into(), &2.into()));
    assert_eq!(desk.run("assign w.db holdout --filter id:3..5").expect(0).out, "1 of 3 records changed\n");
    let again = desk.run("split w.db --share train=1,test=1").expect(0).out;
    assert!(again.contains("3 records were moved by hand and stay") && again.contains("holdout: 3 records"), "{again}");
    assert_eq!(splits(&desk)[2..5], ["holdout", "holdout", "holdout"]);
    assert_eq!(desk.run("assign w.db clear --filter split:holdout --json").expect(0).json()["split"], Value::Null);
    assert!(splits(&desk)[2..5].iter().all(Value::is_null));
    desk.run("assign w.db test --id 99").complains(1);
    desk.run("split w.db --share train=1,test=1 --extend").expect(0);
    assert!(splits(&desk).iter().all(Value::is_string));
}

#[test]
fn the_matrix_of_a_workspace_blocks_and_its_pairs_are_walked() {
    let desk = desk();
    let absent = desk.run("leakage w.db").complains(1);
    assert!(
        absent.err.contains("there is no lexical similarity graph yet") && absent.err.contains("duplicates build"),
        "{absent:?}"
    );
    desk.run("duplicates build w.db --floor 0.4").expect(0);
    let sources = desk.run("leakage w.db --by sources --at 0.5 --json").expect(4).json();
    let cell =
        |of: &str, inside: &str, records: u64| json!({"of": of, "in": inside, "records": records, "pairs": 3, "highest": 1.0});
    assert_eq!(sources["leaks"], json!([cell("a", "b", 2), cell("b", "a", 3)]));
    assert_eq!(
        (&sources["by"], &sources["groups"][0], &sources["highest"], &sources["stale"], &sources["missing"], &sources["capped"]),
        (&"sources".into(), &json!({"name": "a", "records": 20}), &1.0.into(), &false.into(), &0.into(), &Value::Null)
    );
    let pairs = desk.run("leakage w.db --by sources --at 0.5 --pairs a,b --json").expect(4).lines();
    let ids: Vec<_> = pairs.iter().map(|pair| (pair["a"].as_u64(), pair["b"].as_u64())).collect();
    assert_eq!(ids, [(Some(1), Some(23)), (Some(1), Some(21)), (Some(2), Some(22))]);
    let page = desk.run("leakage w.db --by sources --at 0.5 --pairs a,b --limit 1 --offset 1 --json").expect(4).lines();
    assert_eq!(page, pairs[1..2]);
    let said = desk.run("leakage w.db --by sources --at 0.5 --pairs a,b").expect(4).out;
    assert!(said.contains("\u{241b}[31mred") && said.ends_with("3 of 3 pairs, from number 0\n"), "{said}");
    let said = desk.run("leakage w.db --by sources --at 0.5").expect(4).out;
    assert!(said.contains("2 records of a with a near-copy in b: 3 pairs, the highest 1.000"), "{said}");
    desk.run("leakage w.db --by sources --at 0.5 --pairs a,c").complains(2);
    desk.run("leakage w.db --at 0.3").complains(2);

    desk.run("split w.db --share train=1,test=1 -t 0.5").expect(0);
    let clean = desk.run("leakage w.db").expect(0).out;
    assert!(clean.contains("lexical ≥ 0.500 (words)") && clean.contains("no near-copies across splits; "), "{clean}");
    assert_eq!(desk.run("leakage w.db --pairs train,test").expect(0).out, "0 of 0 pairs, from number 0\n");
    desk.run_args(["edit", "w.db", "--id", "1", "--text", "another"]).expect(0);
    let stale = desk.run("leakage w.db").expect(4).out;
    assert!(stale.contains("not proven: texts or masked phrases changed") && stale.contains("tamis duplicates build"), "{stale}");
    desk.run("leakage w.db --lose train").complains(1);
}

#[test]
fn one_side_loses_and_the_certificate_says_what_is_left() {
    let desk = desk();
    desk.run("assign w.db train --filter source:a").expect(0);
    desk.run("assign w.db test --filter source:b").expect(0);
    desk.run("duplicates build w.db --floor 0.4").expect(0);
    let before = desk.run("leakage w.db --certificate --at 0.5 --json").expect(4).json();
    assert_eq!((&before["pairs_tested"], &before["pairs_found"], &before["records"]), (&400.into(), &3.into(), &40.into()));
    let dry = desk.run("leakage w.db --lose train --at 0.5 --dry-run --json").expect(0).json();
    assert_eq!(
        (&dry["dropped"], &dry["remaining"], &dry["leaks"], &dry["operation"]),
        (&2.into(), &json!([]), &json!([]), &Value::Null)
    );
    desk.run("mark w.db keep --id 2").expect(0);
    let said = desk.run("leakage w.db --lose train --at 0.5").expect(4).out;
    assert!(
        said.contains("1 record of train dropped at 0.500 (lexical)")
            && said.contains("record 2 stays: it is marked or protected"),
        "{said}"
    );
    assert_eq!(desk.run("list w.db cause:duplicate --json").expect(0).lines()[0]["witness"], 23);
    desk.run("mark w.db clear --id 2").expect(0);
    assert_eq!(desk.run("leakage w.db --lose train --at 0.5 --json").expect(0).json()["dropped"], 1);
    let certificate = desk.run("leakage w.db --certificate --at 0.5").expect(0).out;
    assert!(
        certificate.starts_with("No record of one split resembles a record of another one at 0.500 or above."),
        "{certificate}"
    );
    assert!(certificate.contains("All 360 pairs across the borders of train (18), test (20) were looked at;"), "{certificate}");
    desk.run("leakage w.db --lose train,test").complains(2);
}

/// The lines of a history make the workspace again.
#[test]
fn splits_moves_and_losses_know_their_lines() {
    let desk = desk();
    let built = "duplicates build w.db --floor 0.4";
    for line in [
        "split w.db --share train=3,validation=1 --count test=4 --seed 7 --by source,length",
        "assign w.db holdout --id 1 2",
        "assign w.db validation --filter id:30..33",
        "split w.db --share train=1,validation=1 --keep test",
        "assign w.db clear --id 1",
        "split w.db --share train=1 --extend",
        built,
    ] {
        desk.run(line).expect(0);
    }
    desk.run("leakage w.db --by sources --lose a --at 0.5").expect(0);
    let history = desk.run("history w.db --json").expect(0).lines();
    let commands: Vec<&str> = history.iter().rev().filter_map(|op| op["command"].as_str()).collect();
    assert_eq!(commands.len(), 9, "{commands:#?}");
    assert_eq!(history[0]["kind"], "fix-leakage");
    let again = Desk::new();
    ["a.txt", "b.txt"].iter().for_each(|name| _ = again.write(name, desk.read(name)));
    for command in &commands {
        if command.contains("leakage") {
            again.run(built).expect(0);
        }
        let script = format!("tamis() {{ '{}' \"$@\"; }}\n{command}", env!("CARGO_BIN_EXE_tamis"));
        let ran =
            std::process::Command::new("/bin/sh").args(["-c", &script]).current_dir(again.path("")).output().expect("a shell");
        assert!(ran.status.success(), "{command}: {}", String::from_utf8_lossy(&ran.stderr));
    }
    assert_eq!(ground(&again.path("w.db")), ground(&desk.path("w.db")));
}
