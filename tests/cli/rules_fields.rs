//! Fields that rules set are fields like any other: listed, filtered, exported, and gone again by an undo. Conditions look at imported
//! fields and at those that were set before.

use serde_json::Value;

use super::desk::Desk;

const LINES: &str = r#"{"text": "a castle --ar 16:9", "model": "sd2", "clip_score": 0.5}
{"text": "a lake, 8k", "model": "sd3", "clip_score": 0.2}
{"text": "a red car --ar 1:1, 8k"}
"#;

const RULES: &str = r#"name = "fields"

[[rule]]
name = "aspect-ratio"
kind = "set-field"
field = "aspect"
pattern = '--ar (\d+:\d+)'
value = '$1'

[[rule]]
name = "flags"
kind = "prompt-syntax"
flags = true

[[rule]]
name = "weak"
kind = "drop-if"
when = { field = { clip_score = "<0.3" } }
contains_any = ["lake"]

[[rule]]
name = "wide"
kind = "template"
when = { field = { aspect = "16:9" } }
suffix = ", wide"

[[rule]]
name = "one-source"
kind = "remove-phrases"
when = { source = "prompts", field = { model = false } }
phrases = ["8k"]
"#;

fn rows(desk: &Desk, filter: &str) -> Vec<Value> {
    let out = desk.run_args(["list", "w.db", filter, "--json"]).expect(0).out;
    out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn set_fields_are_fields_and_conditions_see_them() {
    let desk = Desk::new();
    desk.write("prompts.jsonl", LINES);
    desk.write("fields.toml", RULES);
    desk.run("import w.db prompts.jsonl").expect(0);
    desk.run("rules apply w.db --pipeline fields.toml").expect(0);
    let all = rows(&desk, "");
    let text = |n: usize| all[n]["text"].as_str().expect("a text");
    assert_eq!([text(0), text(1), text(2)], ["a castle, wide", "a lake, 8k", "a red car"]);
    assert_eq!(all[0]["fields"], serde_json::json!({"model": "sd2", "clip_score": 0.5, "aspect": "16:9"}));
    assert_eq!((all[1]["state"].as_str(), all[1]["cause"].as_str()), (Some("drop"), Some("rule: weak")));
    assert_eq!(all[2]["fields"], serde_json::json!({"aspect": "1:1"}));
    assert_eq!(rows(&desk, "aspect:1:1").len() + rows(&desk, "aspect:\"16:9\"").len(), 2, "a filter finds them");
    desk.run("split w.db --share train=100").expect(0);
    desk.run("export w.db out --layout jsonl --with aspect,orig_text").expect(0);
    let exported = desk.read("out/train.jsonl");
    let first: Value = serde_json::from_str(exported.lines().next().expect("a line")).expect("JSON");
    assert_eq!((&first["aspect"], &first["orig_text"]), (&"16:9".into(), &"a castle --ar 16:9".into()));
    desk.run("rules clear w.db").expect(0);
    assert!(rows(&desk, "").iter().all(|row| row["fields"].get("aspect").is_none()));
    desk.run("undo w.db").expect(0);
    assert_eq!(rows(&desk, "")[0]["fields"]["aspect"], "16:9");
    desk.write("later.jsonl", "{\"text\": \"a dog --ar 3:2\"}\n");
    desk.run("import w.db later.jsonl").expect(0);
    assert_eq!(rows(&desk, "dog")[0]["fields"]["aspect"], "3:2", "what is imported later gets its fields at once");
}
