//! `duplicates …`: what scripts rely on, and what is refused.

use serde_json::{Value, json};

use super::desk::Desk;
use crate::workspace::ground::ground;

/// Three near texts, one written twice, and a pair apart.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.workspace(&[
        "a red car in the rain",
        "a blue car in the rain",
        "A  red car in the rain",
        "a green car in the rain",
        "an owl at night",
        "an old owl at night",
    ]);
    desk.run("duplicates build w.db --floor 0.4").expect(0);
    desk
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}

#[test]
fn build_says_how_many_pairs_were_known() {
    let desk = desk();
    let built = |line: &str| desk.run(line).expect(0).json();
    let again = built("duplicates build w.db --floor 0.4 --json");
    let counts = ["records", "nodes", "embedded", "reused"].map(|key| again[key].as_u64().expect("a number"));
    assert_eq!(counts, [6, 5, 0, 5]);
    assert_eq!((&again["lens"], &again["method"], &again["capped"]), (&json!("lexical"), &json!("words"), &json!(null)));
    let grams = built("duplicates build w.db --floor 0.4 --sets grams --json");
    assert_eq!((&grams["method"], &grams["reused"]), (&json!("grams"), &json!(0)));
    assert_eq!(built("duplicates build w.db --json")["floor"], 0.5, "the lens's own floor");
    let scoped = desk.run_args(["duplicates", "build", "w.db", "--filter", "owl", "--json"]).expect(0).json();
    assert_eq!((&scoped["records"], &scoped["edges"]), (&json!(2), &json!(1)));
    let told = desk.run("duplicates build w.db");
    assert!(told.out.contains("6 records with 5 different texts"), "{told:?}");
}

#[test]
fn judge_lists_what_was_said_and_pairs_lose_it() {
    let desk = desk();
    let pairs = || desk.run("duplicates pairs w.db -t 0.6 --json").expect(0).lines();
    let before = pairs();
    assert_eq!(before.len(), 7);
    let said = desk.run("duplicates judge w.db different --pair 2,1 5,6 --pair 4,1 --json").expect(0).json();
    assert_eq!(said, json!({"pairs": 3, "operation": 2}));
    let listed = desk.run("duplicates judge w.db list --json").expect(0).lines();
    assert_eq!(keys(&listed[0]), ["a", "b", "score", "verdict", "sampled"]);
    let told: Vec<_> = listed.iter().map(|row| (row["a"].as_u64(), row["b"].as_u64(), row["verdict"].as_str())).collect();
    assert_eq!(told, [(1, 2), (1, 4), (5, 6)].map(|(a, b)| (Some(a), Some(b), Some("different"))));
    // 3 is the text of 1: what holds for the one holds for the other.
    let left: Vec<_> = pairs().iter().map(|pair| (pair["a"].as_u64(), pair["b"].as_u64())).collect();
    assert_eq!(left, [(1, 3), (2, 4)].map(|(a, b)| (Some(a), Some(b))));
    assert_eq!(
        desk.run("duplicates judge w.db different --pair 1,2").expect(0).out.trim(),
        "nothing changed: it was said before"
    );
    let cleared = desk.run("duplicates judge w.db clear --pair 1,2 --pair 1,4 --pair 5,6 --json").expect(0).json();
    assert_eq!(cleared["pairs"], 3);
    assert_eq!(pairs(), before);
    assert_eq!(desk.run("duplicates judge w.db list --json").expect(0).out, "");
}

#[test]
fn triage_counts_sampled_answers_and_asks_on() {
    let desk = desk();
    let triage = || desk.run("duplicates triage w.db -t 0.7 --precision 0.5 --json").expect(0).json();
    let first = triage();
    assert_eq!(keys(&first), ["judged", "bins", "suggestion", "next"]);
    assert_eq!((&first["judged"], &first["suggestion"]), (&json!(0), &json!(null)));
    assert_eq!(keys(&first["bins"][0]), ["from", "to", "pairs", "judged", "duplicates", "precision"]);
    let mut asked = 0;
    loop {
        let now = triage();
        assert_eq!(now["judged"], asked);
        let Some(next) = now["next"].as_object() else { break };
        let (a, b) = (next["a"].as_u64().expect("an id"), next["b"].as_u64().expect("an id"));
        assert!(a < b);
        desk.run(&format!("duplicates judge w.db duplicate --sampled --pair {a},{b}")).expect(0);
        asked += 1;
    }
    assert_eq!(asked, 4, "each pair of texts once");
    let done = triage();
    assert_eq!(keys(&done["suggestion"]), ["threshold", "precision", "pairs", "answers_missing"]);
    assert_eq!(done["suggestion"]["precision"]["value"], 1.0);
    let told = desk.run("duplicates triage w.db -t 0.7").expect(0).out;
    assert!(told.contains("the threshold is"), "{told}");
    // What a person picked says nothing of how precise a threshold is.
    let other = Desk::new();
    other.workspace(&["a red car in the rain", "a blue car in the rain"]);
    other.run("duplicates build w.db").expect(0);
    other.run("duplicates judge w.db duplicate --pair 1,2").expect(0);
    let told = other.run("duplicates triage w.db -t 0.7 --json").expect(0).json();
    assert_eq!((&told["judged"], &told["next"]), (&json!(0), &json!(null)));
}

#[test]
fn cut_says_what_it_would_do_and_does_it() {
    let desk = desk();
    let before = ground(&desk.path("w.db"));
    let plan = desk.run("duplicates cut w.db -t 0.7 --id 6 --dry-run --json").expect(0).json();
    assert_eq!(plan, json!({"weakest": 0.8, "sides": [1, 1], "pairs": 1}));
    assert_eq!(ground(&desk.path("w.db")), before);
    let cut = desk.run("duplicates cut w.db -t 0.7 --id 6 --json").expect(0).json();
    assert_eq!(cut, json!({"weakest": 0.8, "sides": [1, 1], "pairs": 1, "operation": 2}));
    let clusters = desk.run("duplicates clusters w.db -t 0.7 --json").expect(0).lines();
    assert_eq!(clusters.iter().map(|row| row["members"].clone()).collect::<Vec<_>>(), [json!([1, 2, 3, 4])]);
    desk.run("duplicates cut w.db -t 0.7 --id 6").complains(1);
    desk.run("undo w.db").expect(0);
    assert_eq!(ground(&desk.path("w.db")), before);
}

#[test]
fn explain_says_by_which_record_with_which_score_and_both_texts() {
    let desk = desk();
    desk.run("duplicates apply w.db -t 0.7").expect(0);
    let dropped = desk.run("list w.db cause:duplicate --json").expect(0).lines();
    assert!(!dropped.is_empty());
    for row in &dropped {
        let (id, witness) = (row["id"].as_u64().expect("an id"), row["witness"].as_u64().expect("a witness"));
        let told = desk.run(&format!("duplicates explain w.db {id} --json")).expect(0).json();
        assert_eq!(keys(&told), ["id", "text", "state", "cause", "dropped", "nearest"]);
        assert_eq!(keys(&told["dropped"]), ["witness", "witness_text", "score", "same_words", "by"]);
        assert_eq!((&told["text"], &told["state"], &told["cause"]), (&row["text"], &json!("drop"), &json!("duplicate")));
        assert_eq!((&told["dropped"]["witness"], &told["dropped"]["score"]), (&row["witness"], &row["score"]));
        let witness_text = desk.run("list w.db --json").expect(0).lines()[witness as usize - 1]["text"].clone();
        assert_eq!(told["dropped"]["witness_text"], witness_text);
        let by = told["dropped"]["by"].as_str().expect("an operation");
        assert!(by.starts_with("duplicates cover at 0.700 (lexical)"), "{by}");
        assert_eq!(keys(&told["nearest"][0]), ["lens", "method", "floor", "total", "records"]);
        let plain = desk.run(&format!("duplicates explain w.db {id}")).expect(0).out;
        for part in [row["text"].as_str().expect("a text"), witness_text.as_str().expect("a text")] {
            assert!(plain.contains(part), "{plain}");
        }
        assert!(plain.contains(&format!("duplicate of record {witness}")), "{plain}");
    }
    let kept = dropped[0]["witness"].as_u64().expect("a witness");
    let told = desk.run(&format!("duplicates explain w.db {kept} --json")).expect(0).json();
    assert_eq!((&told["dropped"], &told["state"]), (&json!(null), &json!("undecided")));
    desk.run("duplicates explain w.db 99").complains(1);
}

#[test]
fn lists_are_shown_set_added_to_and_cleared() {
    let desk = desk();
    let values = |line: &str| desk.run(line).expect(0).json()["values"].clone();
    assert_eq!(values("duplicates order w.db --json"), json!(["protected", "keep", "image", "longest", "oldest"]));
    // The option for JSON may stand behind a list: it is no value.
    let set = desk.run("duplicates order w.db --set field:n oldest --json").expect(0).json();
    assert_eq!(set, json!({"values": ["field:n", "oldest"], "operation": 2}));
    assert_eq!(values("duplicates order w.db --add longest --json"), json!(["field:n", "oldest", "longest"]));
    assert_eq!(values("duplicates order w.db --remove oldest field:n --json"), json!(["longest"]));
    desk.run("duplicates order w.db --clear").expect(0);
    assert_eq!(desk.run("duplicates order w.db").expect(0).out, "protected\nkeep\nimage\nlongest\noldest\n");

    desk.run_args(["duplicates", "mask", "w.db", "--set", "in the rain", "8k"]).expect(0);
    desk.run_args(["duplicates", "mask", "w.db", "--add=--ar 16:9", "--json"]).expect(0);
    assert_eq!(values("duplicates mask w.db --json"), json!(["in the rain", "8k", "--ar 16:9"]));
    assert_eq!(desk.run("duplicates mask w.db").expect(0).out, "in the rain\n8k\n--ar 16:9\n");
    assert!(desk.run("duplicates at w.db -t 0.7 --json").expect(0).json()["stale"] == true);
    desk.run("duplicates apply w.db -t 0.7").complains(1);
    desk.run("duplicates build w.db").expect(0);
    assert!(desk.run("duplicates at w.db -t 0.7 --json").expect(0).json()["stale"] == false);
    let same = desk.run("duplicates mask w.db --add 8K --json").expect(0).json();
    assert_eq!(same["operation"], json!(null), "it is masked already");

    desk.run("duplicates protect w.db --add test validation").expect(0);
    assert_eq!(values("duplicates protect w.db --remove validation --json"), json!(["test"]));
    desk.run("duplicates protect w.db --clear").expect(0);
    assert_eq!(desk.run("duplicates protect w.db").expect(0).out, "");
}

#[test]
fn apply_keeps_to_its_filter() {
    let desk = desk();
    let all = desk.run("duplicates apply w.db -t 0.6 --json").expect(0).json();
    assert_eq!((&all["dropped"], &all["restored"]), (&json!(4), &json!(0)));
    let scoped = desk.run_args(["duplicates", "apply", "w.db", "-t", "0.95", "--filter", "owl", "--json"]).expect(0).json();
    assert_eq!((&scoped["dropped"], &scoped["restored"]), (&json!(0), &json!(1)));
    let dropped = desk.run("list w.db cause:duplicate --json").expect(0).lines();
    assert_eq!(dropped.len(), 3);
    let back = desk.run("duplicates apply w.db -t 1 --json").expect(0).json();
    assert_eq!((&back["dropped"], &back["restored"]), (&json!(1), &json!(2)));
}

#[test]
fn what_does_not_fit_changes_nothing() {
    let desk = desk();
    let before = ground(&desk.path("w.db"));
    for (line, code) in [
        ("duplicates judge w.db different", 2),
        ("duplicates judge w.db clear", 2),
        ("duplicates judge w.db maybe --pair 1,2", 2),
        ("duplicates judge w.db different --pair 1", 2),
        ("duplicates judge w.db different --pair 1,x", 2),
        ("duplicates judge w.db different --pair 1,2,3", 2),
        ("duplicates judge w.db different --pair 1,9", 1),
        ("duplicates judge w.db different --pair 1,1", 1),
        ("duplicates judge w.db different --pair 1,2 --pair 1,3", 1),
        ("duplicates judge w.db list --lens semantic", 1),
        ("duplicates triage w.db -t 0.7 --precision 0", 2),
        ("duplicates triage w.db -t 0.7 --precision 1.1", 2),
        ("duplicates triage w.db -t 0.7 --precision nan", 2),
        ("duplicates triage w.db -t 0.3", 2),
        ("duplicates cut w.db -t 0.9 --id 5", 1),
        ("duplicates cut w.db -t 0.7 --id 99", 1),
        ("duplicates cut w.db -t 0.7 --id -1", 2),
        ("duplicates cut w.db -t 0.3 --id 1", 2),
        ("duplicates order w.db --set beauty", 2),
        ("duplicates order w.db --set field:", 2),
        ("duplicates order w.db --set longest longest", 2),
        ("duplicates order w.db --add field:a field:b", 2),
        ("duplicates order w.db --set longest --clear", 2),
        ("duplicates mask w.db --remove 8k", 2),
        ("duplicates mask w.db --set", 2),
        ("duplicates protect w.db --remove test", 2),
        ("duplicates explain w.db", 2),
        ("duplicates explain w.db -1", 2),
        ("duplicates at w.db --lens semantic -t 0.8", 1),
        ("duplicates apply w.db -t 0.7 --filter (owl", 2),
        ("duplicates build w.db --filter (owl", 2),
        ("duplicates build w.db --lens semantic", 1),
        ("duplicates build w.db --lens semantic --exact --model nothing", 1),
    ] {
        let ran = desk.run(line).expect(code);
        assert!(ran.err.starts_with("error: ") && ran.out.is_empty(), "{line}: {ran:?}");
        assert_eq!(ground(&desk.path("w.db")), before, "{line}");
    }
    let told = desk.run("duplicates build w.db --lens semantic").complains(1);
    assert!(told.err.contains("`tamis model fetch`") && told.err.contains("`tamis model add PATH`"), "{told:?}");
    assert_eq!(desk.names(), ["lines.txt", "w.db"], "no folder is made for a model that is not there");
}
