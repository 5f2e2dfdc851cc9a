//! The table of conditions, and what a condition that is wrong says.

use serde_json::Value;
use tamis::rules::{Pipeline, Subject};

use super::texts::parsed;

/// A rule that changes every text, where its condition holds.
fn rule(when: &str) -> String {
    format!("name = 'p'\n[[rule]]\nname = 'one'\nkind = 'replace'\npattern = '\\z'\nwith = '!'\nwhen = {when}\n")
}

fn holds(pipeline: &Pipeline, record: &Value) -> bool {
    let fields = record.get("fields").map(Value::to_string);
    let subject = Subject {
        source: record["source"].as_str().unwrap_or_default(),
        split: record["split"].as_str(),
        fields: fields.as_deref(),
        set: &[],
    };
    !pipeline.apply(record["text"].as_str().unwrap_or_default(), &subject).is_nothing()
}

#[test]
fn every_line_of_the_table_holds() {
    let mut wrong = Vec::new();
    let lines = include_str!("when.txt").lines().enumerate();
    for (index, line) in lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
        let [when, record, expected] = line.split(" ~ ").collect::<Vec<_>>()[..] else {
            panic!("line {}: three parts", index + 1)
        };
        let record: Value = serde_json::from_str(record).unwrap_or_else(|error| panic!("line {}: {error}", index + 1));
        let pipeline = parsed(&rule(when));
        if holds(&pipeline, &record) != (expected == "yes") {
            wrong.push(format!("line {}: {line}", index + 1));
        }
        assert_eq!(pipeline.reads_fields(), when.contains("field"), "line {}: {when}", index + 1);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_wrong_condition_says_what_is_wrong() {
    for (when, message) in [
        ("{}", "`when` says nothing"),
        ("{ not = {} }", "`when` says nothing"),
        ("{ sources = 'krea' }", "unknown field `sources`"),
        ("{ field = { score = '<low' } }", "`<low` compares with no number"),
        ("{ field = { score = '<' } }", "`<` compares with no number"),
        ("{ field = { score = '<nan' } }", "compares with no number"),
        ("{ pattern = '(' }", "the pattern cannot be read"),
        ("{ pattern = '' }", "the pattern is empty"),
        ("{ contains_any = [] }", "the list is empty"),
        ("{ contains_any = [' '] }", "a blank phrase"),
        ("'krea'", "invalid type"),
    ] {
        let error = Pipeline::parse(&rule(when)).expect_err(when);
        assert!(error.to_string().contains(message), "{when} said {error}");
        assert!(error.to_string().contains("rule 1 `one`") && error.hint.is_some(), "{when} said {error}");
    }
}

#[test]
fn a_condition_is_asked_of_the_text_as_the_rule_sees_it() {
    let pipeline = parsed(
        "name = 'p'\n[[rule]]\nname = 'a'\nkind = 'replace'\npattern = 'dog'\nwith = 'cat'\n\
         [[rule]]\nname = 'b'\nkind = 'replace'\npattern = '$'\nwith = '!'\nwhen = { contains_any = ['cat'] }\n\
         [[rule]]\nname = 'c'\nkind = 'drop-if'\nchars_less_than = 99\nwhen = { not = { pattern = '!$' } }\n",
    );
    let end = |raw: &str| pipeline.apply(raw, &Subject::default());
    assert_eq!(end("a dog").text.as_deref(), Some("a cat!"));
    assert_eq!(end("a dog").dropped_by, None);
    assert_eq!(end("an owl").dropped_by, Some(2));
}

#[test]
fn a_condition_is_part_of_what_a_pipeline_does() {
    let digest = |when: &str| parsed(&rule(when)).digest();
    assert_ne!(digest("{ source = 'a' }"), digest("{ source = 'b' }"));
    assert_ne!(digest("{ source = 'a' }"), digest("{ not = { source = 'a' } }"));
    assert_eq!(digest("{ source = 'a', split = 'b' }"), digest("{split=\"b\",source=\"a\"}"));
    let without = parsed(&rule("{ source = 'a' }").replace("when = { source = 'a' }", ""));
    assert_ne!(without.digest(), digest("{ source = 'a' }"));
    assert!(!without.reads_fields());
}
