//! `leakage`: what of one file stands in another.

use super::desk::Desk;

fn desk() -> Desk {
    let desk = Desk::new();
    desk.write("train.txt", "a red car in the rain\na red car in the rain\nan owl at night\nthe sea\n");
    desk.write("test.csv", "n,text,image,path\n1,A red car in  the rain,,\n2,a red car in the rain today,,\n3,something else,,\n4,night owl at an,,\n");
    desk
}

#[test]
fn what_leaks_is_counted_and_blocks() {
    let desk = desk();
    let report = desk.run("leakage train.txt test.csv --json").expect(4).json();
    for (key, value) in [("prompts", 4), ("leaked", 3), ("identical", 1), ("pairs", 5)] {
        assert_eq!(report[key], value, "{key}: {report}");
    }
    assert_eq!(
        (&report["share"], &report["highest"], &report["lens"], &report["method"]),
        (&0.75.into(), &1.0.into(), &"lexical".into(), &"words".into())
    );
    assert_eq!((&report["a"], &report["b"], &report["threshold"]), (&"train.txt".into(), &"test.csv".into(), &0.8.into()));
    // Different texts come first: of the same text one needs no example.
    let examples: Vec<_> = report["examples"].as_array().expect("examples").iter().map(|leak| leak["line"].as_u64()).collect();
    assert_eq!(examples, [Some(5), Some(3), Some(2)]);

    let leaks = desk.run("leakage train.txt test.csv --json --list").expect(4).lines();
    assert_eq!(
        leaks[0],
        serde_json::json!({"line": 2, "text": "A red car in  the rain", "in_line": 1, "in_text": "a red car in the rain", "score": 1.0, "identical": true})
    );
    assert_eq!(leaks.iter().map(|leak| leak["line"].as_u64()).collect::<Vec<_>>(), [Some(2), Some(3), Some(5)]);
    let said = desk.run("leakage train.txt test.csv").expect(4).out;
    assert!(said.starts_with("3 of 4 prompts of test.csv (75.0 %) have a near-copy in train.txt at 0.800 or above (words): 1 are the same text; 5 pairs"), "{said}");
    assert_eq!(desk.run("leakage train.txt test.csv --list").expect(4).out.lines().count(), 7);
}

#[test]
fn nothing_that_leaks_is_no_failure_and_rejects_are_told() {
    let desk = desk();
    desk.write("clean.txt", "nothing of it\n");
    let ran = desk.run("leakage train.txt clean.txt").expect(0);
    assert!(ran.out.starts_with("0 of 1 prompts") && ran.err.is_empty(), "{ran:?}");
    desk.write("bad.txt", b"\xff\n");
    assert!(desk.run("leakage train.txt bad.txt").expect(3).err.contains("bad.txt line 1"));
    assert_eq!(desk.run("leakage bad.txt train.txt --json").expect(3).json()["highest"], serde_json::Value::Null);
    desk.run("leakage train.txt gone.txt").expect(1);
    desk.run("leakage train.txt clean.txt -t 0").complains(2);
    desk.run("leakage train.txt clean.txt --lens semantic").complains(1);
    assert_eq!(desk.run("leakage train.txt test.csv -t 1 --json").expect(4).json()["leaked"], 2);
    assert_eq!(desk.run("leakage train.txt test.csv --sets grams -t 1 --json").expect(4).json()["leaked"], 1);
}
