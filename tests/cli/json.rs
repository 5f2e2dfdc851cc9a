//! `--json`: the keys and types that scripts rely on.

use serde_json::Value;

use super::desk::Desk;

/// Each of `wanted` is there with that type: `name:number`, `cause:string?` for one that may be null.
#[track_caller]
fn has(value: &Value, wanted: &str) {
    for part in wanted.split_whitespace() {
        let (name, kind) = part.split_once(':').expect("name:type");
        let (kind, may_be_null) = kind.strip_suffix('?').map_or((kind, false), |kind| (kind, true));
        let found = value.get(name).unwrap_or_else(|| panic!("no {name} in {value}"));
        let is = match found {
            Value::Null => "null",
            Value::Bool(_) => "bool",
            Value::Number(_) => "number",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        };
        assert!(is == kind || (is == "null" && may_be_null), "{name} is {is}, not {kind}: {value}");
    }
}

#[track_caller]
fn all(values: &[Value], wanted: &str) {
    assert!(!values.is_empty());
    values.iter().for_each(|value| has(value, wanted));
}

/// Two sources with rejects, near-copies, fields and an image column.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.write(
        "a.jsonl",
        concat!(
            "{\"text\":\"a red car in the rain, masterpiece\",\"file_name\":\"x/1.png\",\"n\":1.50}\n",
            "\n{broken\n",
            "{\"text\":\"a red car in the rain today, masterpiece\",\"n\":2}\n",
            "{\"text\":\"see https://x.y\"}\n",
        ),
    );
    desk.write("b.txt", "an owl at night\n\na red car in the rain\n");
    desk.run("import w.db a.jsonl b.txt").expect(3);
    desk
}

const LIST: &str = "id:number source:string line:number raw_text:string text:string state:string cause:string? split:string? file_name:string? fields:object?";

#[test]
fn import_reports_each_source_with_its_rejects() {
    let desk = desk();
    let wanted = "name:string read:number accepted:number blank:number rejected:number rejects:array";
    for line in ["import w.db a.jsonl b.txt --again --json", "import w.db a.jsonl b.txt --again --dry-run --json"] {
        let report = desk.run(line).expect(3).json();
        all(report["sources"].as_array().expect("sources"), wanted);
        all(report["sources"][0]["rejects"].as_array().expect("rejects"), "line:number reason:string");
        let counts = ["read", "accepted", "blank", "rejected"].map(|key| report["sources"][0][key].as_u64().expect("a count"));
        assert_eq!(counts, [5, 3, 1, 1]);
        assert_eq!(report["sources"][0]["rejects"][0]["line"], 3);
        assert_eq!(report["dry_run"], line.contains("dry"));
    }
}

#[test]
fn sources_and_stats() {
    let desk = desk();
    let sources = desk.run("sources w.db --json").expect(0).lines();
    all(
        &sources,
        "id:number name:string path:string format:string digest:string read:number accepted:number blank:number rejected:number split:string? protected:bool rejects:array",
    );
    assert_eq!(sources.len(), 2);
    let protected = desk.run("sources w.db --protect a --json").expect(0).json();
    assert_eq!((protected["source"].as_str(), protected["protected"].as_bool()), (Some("a"), Some(true)));
    desk.run("sources w.db --unprotect a --json").expect(0).json();
    let stats = desk.run("stats w.db --json").expect(0).json();
    has(&stats, "records:number kept:number dropped:number sources:array states:object causes:object rules:object splits:object");
    all(
        stats["sources"].as_array().expect("sources"),
        "name:string protected:bool read:number accepted:number kept:number dropped_by_hand:number dropped_by_rules:number dropped_as_duplicates:number",
    );
}

#[test]
fn list_gives_a_record_a_line() {
    let desk = desk();
    desk.run("rules apply w.db").expect(0);
    desk.run("mark w.db drop --id 2 --reason blurred").expect(0);
    desk.run("split w.db --share train=1").expect(0);
    let rows = desk.run("list w.db --json").expect(0).lines();
    all(&rows, LIST);
    assert_eq!(rows.len(), 5);
    assert_eq!((&rows[0]["file_name"], &rows[0]["source"], &rows[0]["split"]), (&"x/1.png".into(), &"a".into(), &"train".into()));
    assert_eq!((&rows[1]["state"], &rows[1]["cause"], &rows[1]["line"]), (&"drop".into(), &"hand: blurred".into(), &4.into()));
    assert_eq!((&rows[2]["state"], &rows[2]["cause"]), (&"drop".into(), &"rule: urls".into()));
    assert_eq!(rows[0]["raw_text"], "a red car in the rain, masterpiece");
    assert_eq!(rows[0]["text"], "a red car in the rain");
    assert!(desk.run("list w.db --json").out.contains("\"n\":1.50"), "the very characters of the field");
    // Pages tile the list, in the order that was asked for.
    let whole = desk.run("list w.db --sort -chars --json").expect(0).lines();
    let pages: Vec<Value> = (0..6)
        .step_by(2)
        .flat_map(|at| desk.run(&format!("list w.db --sort -chars --json --limit 2 --offset {at}")).expect(0).lines())
        .collect();
    assert_eq!(pages, whole);
    assert_eq!(desk.run("list w.db state:kept --json").expect(0).lines().len(), 3);
    assert_eq!(desk.run("list w.db --limit 0 --json").expect(0).out, "");
    assert_eq!(desk.run("list w.db --offset 99 --json").expect(0).out, "");
}

#[test]
fn changes_name_their_operation() {
    let desk = desk();
    for (line, wanted) in [
        ("mark w.db keep --id 1 2 --json", "records:number changed:number operation:number"),
        ("mark w.db flag --filter owl --json", "records:number changed:number operation:number"),
        ("mark w.db clear --id 1 --json", "records:number changed:number operation:number"),
        ("mark w.db clear --id 1 --json", "records:number changed:number operation:number?"),
        ("edit w.db --id 1 --text -x --json", "id:number operation:number"),
        ("edit w.db --id 1 --clear --json", "id:number operation:number"),
        (
            "rules apply w.db --json",
            "pipeline:string digest:string records:number changed:number dropped:number operation:number",
        ),
        ("undo w.db --json", "operation:number description:string changes:number"),
        ("redo w.db --json", "operation:number description:string changes:number"),
        ("undo w.db --op 3 --json", "operation:number description:string changes:number"),
        ("rules clear w.db --json", "pipeline:string?"),
        (
            "split w.db --share a=1,b=1 --by source --seed 7 -t 0.6 --json",
            "seed:number lens:string threshold:number records:number splits:array moved:number leaks:array operation:number",
        ),
    ] {
        has(&desk.run(line).expect(0).json(), wanted);
    }
    let history = desk.run("history w.db --json").expect(0).lines();
    all(&history, "id:number kind:string description:string command:string at:number changes:number target:number? undone:bool");
    let ids: Vec<u64> = history.iter().map(|op| op["id"].as_u64().expect("an id")).collect();
    assert_eq!(ids, (1..=ids.len() as u64).rev().collect::<Vec<_>>());
    assert_eq!(desk.run("history w.db --limit 2 --json").expect(0).lines(), history[..2]);
}

#[test]
fn versions_in_json() {
    let desk = desk();
    desk.run("snapshot create w.db v1").expect(0);
    desk.run("mark w.db drop --id 1").expect(0);
    let summary = desk.run("snapshot diff w.db v1 --json").expect(0).json();
    has(&summary, "kept_before:number kept:number added:number removed:number changed:number moved:number groups:array");
    let group = "change:string source:string cause:string words:string split_before:string? split:string? records:number";
    all(summary["groups"].as_array().expect("groups"), group);
    let row = "id:number source:string line:number change:string cause:string text_before:string? text:string? split_before:string? split:string?";
    all(&desk.run("snapshot diff w.db v1 --list removed --json").expect(0).lines(), row);
    let report = desk.run("report w.db --json").expect(0).json();
    has(&report, "workspace:string snapshot:object? waterfall:object leakage:object? versions:array operations:array");
    let course = "name:string protected:bool read:number accepted:number blank:number rejected:number rules:object duplicates:object by_hand:number kept:number splits:object";
    has(&report["waterfall"]["total"], course);
    all(report["waterfall"]["sources"].as_array().expect("sources"), course);
    let version = "snapshot:object? kept:number splits:object added:number removed:number changed:number moved:number";
    all(report["versions"].as_array().expect("versions"), version);
    all(report["operations"].as_array().expect("operations"), "id:number description:string command:string");
    let head = desk.run("report w.db --snapshot v1 --json").expect(0).json()["snapshot"].clone();
    has(&head, "name:string digest:string at:number");
}

#[test]
fn rules_in_json() {
    let desk = desk();
    all(&desk.run("rules list --json").expect(0).lines(), "name:string digest:string rules:number in_force:bool");
    has(&desk.run("rules show --json").expect(0).json(), "name:string digest:string rules:array toml:string");
    let preview = desk.run("rules preview w.db --json").expect(0).json();
    has(&preview, "pipeline:string digest:string records:number changed:number dropped:number rules:array");
    all(preview["rules"].as_array().expect("rules"), "rule:string changed:number dropped:number");
    assert_eq!((&preview["records"], &preview["changed"], &preview["dropped"]), (&5.into(), &2.into(), &1.into()));
    let diffs = desk.run("rules preview w.db --diff --json").expect(0).lines();
    all(&diffs, "id:number raw:string text:string dropped_by:string? fired:array");
    assert_eq!(desk.run("rules preview w.db --diff --limit 1 --json").expect(0).lines(), diffs[..1]);
    let test = desk.run_args(["rules", "test", "a black cat in the rain, masterpiece", "--json"]).expect(0).json();
    has(&test, "raw:string text:string? dropped_by:string? steps:array");
    assert_eq!(test["text"], "a black cat in the rain");
    desk.run("rules apply w.db").expect(0);
    assert_eq!(desk.run("rules list w.db --json").expect(0).lines()[0]["in_force"], true);
    desk.run("rules show w.db --json").expect(0).json();
}

#[test]
fn duplicates_in_json() {
    let desk = desk();
    has(
        &desk.run("duplicates build w.db --floor 0.4 --json").expect(0).json(),
        "lens:string floor:number records:number nodes:number edges:number",
    );
    for policy in ["cover", "cluster", "every"] {
        let at =
            desk.run(&format!("duplicates at w.db --lens lexical --threshold 0.7 --policy {policy} --json")).expect(0).json();
        has(
            &at,
            "lens:string threshold:number policy:string stale:bool clusters:number clustered:number largest:number dropped:number dropped_by_source:object dropped_by_split:object",
        );
        assert_eq!((&at["clusters"], &at["clustered"], &at["policy"]), (&1.into(), &3.into(), &policy.into()));
    }
    let clusters = desk.run("duplicates clusters w.db -t 0.7 --json").expect(0).lines();
    all(&clusters, "size:number weakest:number keeper:number members:array");
    assert_eq!(clusters[0]["members"], serde_json::json!([1, 2, 5]));
    let pairs = desk.run("duplicates pairs w.db -t 0.7 --json").expect(0).lines();
    all(&pairs, "a:number b:number score:number");
    assert!(pairs.iter().all(|pair| pair["a"].as_u64() < pair["b"].as_u64() && pair.as_object().expect("a pair").len() == 3));
    let across = desk.run("duplicates pairs w.db -t 0.7 --across sources --json").expect(0).lines();
    assert_eq!(across, pairs.iter().filter(|p| p["b"] == 5).cloned().collect::<Vec<_>>());
    assert_eq!(desk.run("duplicates clusters w.db -t 0.7 --across splits --json").expect(0).out, "");
    let apply = desk.run("duplicates apply w.db -t 0.7 --json").expect(0).json();
    has(&apply, "lens:string threshold:number policy:string dropped:number restored:number operation:number drops:array");
    all(apply["drops"].as_array().expect("drops"), "id:number witness:number score:number");
    let dropped = desk.run("list w.db cause:duplicate --json").expect(0).lines();
    all(&dropped, LIST);
    all(&dropped, "witness:number score:number");
}

#[test]
fn check_export_and_verify_in_json() {
    let desk = desk();
    let check = desk.run("check w.db --json").expect(0).json();
    has(&check, "verdict:string checks:array");
    all(check["checks"].as_array().expect("checks"), "check:string verdict:string detail:string");
    let plan = desk.run("export w.db out --layout jsonl --dry-run --json").expect(0).json();
    has(&plan, "layout:string target:string records:number splits:object files:array images:number");
    all(plan["files"].as_array().expect("files"), "path:string records:number");
    let export = desk.run("export w.db out --layout jsonl --with orig_text,id --json").expect(0).json();
    has(&export, "target:string digest:string manifest:object");
    has(&export["manifest"], "tamis:string layout:string created_by:string counts:object recipe:object files:array");
    let verify = desk.run("verify out --json").expect(0).json();
    has(&verify, "files:number bytes:number records:number problems:array");
    assert_eq!((&verify["records"], &verify["problems"]), (&5.into(), &serde_json::json!([])));
    desk.write("out/data.jsonl", "tampered\n");
    let broken = desk.run("verify out --json").expect(4).json();
    all(broken["problems"].as_array().expect("problems"), "path:string what:string");
}

#[test]
fn the_example_is_rebuilt_in_json() {
    let desk = Desk::new();
    has(&desk.run("demo --rebuild example.db --json").expect(0).json(), "path:string");
    assert_eq!(desk.run("stats example.db --json").expect(0).json()["sources"].as_array().map(Vec::len), Some(3));
    desk.run("demo --rebuild example.db").complains(1);
    assert_eq!(
        desk.names(),
        ["example.db", "example.db-shm", "example.db-wal"]
            .map(String::from)
            .into_iter()
            .filter(|n| desk.path(n).exists())
            .collect::<Vec<_>>()
    );
}
