//! The table of the default pipeline's behaviour.

use std::collections::BTreeSet;

use tamis::rules::{Pipeline, Step, Subject};

use super::texts::{apply, default};

struct Line {
    number: usize,
    input: String,
    expected: Expected,
}

enum Expected {
    Text(String),
    DroppedBy(String),
}

fn lines() -> Vec<Line> {
    let visible = |text: &str| text.replace('«', "\t").replace('¶', "\n").replace('§', "\u{200b}");
    let rows = include_str!("default.txt").lines().enumerate();
    rows.filter(|(_, row)| !row.is_empty() && !row.starts_with('#'))
        .map(|(index, row)| {
            let (input, expected) = match (row.split_once(" => "), row.split_once(" =X ")) {
                (Some((input, text)), _) => (input, Expected::Text(text.into())),
                (_, Some((input, rule))) => (input, Expected::DroppedBy(rule.into())),
                _ => panic!("line {} of default.txt has neither => nor =X", index + 1),
            };
            Line { number: index + 1, input: visible(input), expected }
        })
        .collect()
}

fn steps(pipeline: &Pipeline, text: &str) -> Vec<Step> {
    pipeline.way(text, &Subject::default(), &[]).steps
}

#[test]
fn every_line_of_the_table_holds() {
    let pipeline = default();
    let mut wrong = Vec::new();
    for line in lines() {
        let applied = apply(pipeline, &line.input);
        let dropped_by = applied.dropped_by.map(|rule| pipeline.rule_names()[rule].to_owned());
        let text = applied.text.unwrap_or(line.input.clone());
        let holds = match &line.expected {
            Expected::Text(expected) => dropped_by.is_none() && text == *expected,
            Expected::DroppedBy(rule) => dropped_by.as_ref() == Some(rule),
        };
        if !holds {
            wrong.push(format!("line {}: {:?} → {text:?}, dropped by {dropped_by:?}", line.number, line.input));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn cleaned_lines_are_clean() {
    let pipeline = default();
    for line in lines() {
        if let Expected::Text(text) = &line.expected {
            assert_eq!(steps(pipeline, text), [], "line {}: a second run does something", line.number);
        }
    }
}

#[test]
fn no_rule_of_the_default_pipeline_is_dead_or_without_a_reason() {
    let pipeline = default();
    let mut used: BTreeSet<usize> = lines().iter().flat_map(|line| steps(pipeline, &line.input)).map(|step| step.rule).collect();
    used.extend(steps(pipeline, &long_prompt()).iter().map(|step| step.rule));
    let dead: Vec<&str> =
        pipeline.rule_names().into_iter().enumerate().filter(|(i, _)| !used.contains(i)).map(|(_, n)| n).collect();
    assert!(dead.is_empty(), "no line of default.txt needs {dead:?}");
    assert!(pipeline.rules().iter().all(|rule| !rule.why.is_empty()));
}

/// Too long, and without repeated words.
fn long_prompt() -> String {
    (0..90).map(|n| format!("word{n}")).collect::<Vec<_>>().join(" ")
}

#[test]
fn what_is_too_long_goes() {
    let pipeline = default();
    let applied = apply(pipeline, &long_prompt());
    assert_eq!(applied.dropped_by.map(|rule| pipeline.rule_names()[rule]), Some("too-long"));
}
