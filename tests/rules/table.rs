//! Tables of what the compiled-in pipelines do, one file for each.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use tamis::rules::{BUILTIN, KINDS, Pipeline, Step, Subject};

use super::texts::apply;

struct Table {
    file: &'static str,
    pipeline: Pipeline,
    lines: Vec<Line>,
    /// Whether cleaned lines must stay as they are; a pipeline that does harm does more of it each time.
    comes_to_rest: bool,
}

struct Line {
    number: usize,
    input: String,
    expected: Expected,
}

enum Expected {
    Text(String),
    DroppedBy(String),
}

static TABLES: LazyLock<Vec<Table>> = LazyLock::new(|| {
    vec![
        table("default", include_str!("default.txt"), true),
        table("sd2", include_str!("sd2.txt"), true),
        table("sd2-original", include_str!("sd2-original.txt"), false),
    ]
});

fn table(file: &'static str, rows: &str, comes_to_rest: bool) -> Table {
    let pipeline = Pipeline::builtin(file).expect("it is compiled in");
    Table { file, pipeline, lines: lines(file, rows), comes_to_rest }
}

fn lines(file: &str, rows: &str) -> Vec<Line> {
    let rows = rows.lines().enumerate().filter(|(_, row)| !row.is_empty() && !row.starts_with('#'));
    rows.map(|(index, row)| {
        let (input, expected) = match (row.split_once(" => "), row.split_once(" =X ")) {
            (Some((input, text)), _) => (input, Expected::Text(seen(text))),
            (_, Some((input, rule))) => (input, Expected::DroppedBy(rule.into())),
            _ => panic!("line {} of {file}.txt has neither => nor =X", index + 1),
        };
        Line { number: index + 1, input: seen(input), expected }
    })
    .collect()
}

/// Stand-ins as what they stand for.
fn seen(text: &str) -> String {
    text.replace('«', "\t").replace('¶', "\n").replace('§', "\u{200b}").replace('␣', " ")
}

impl Table {
    fn steps(&self, text: &str) -> Vec<Step> {
        self.pipeline.way(text, &Subject::default(), &[]).steps
    }

    /// The text at the end, or the rule that drops it.
    fn outcome(&self, input: &str) -> Result<String, String> {
        let applied = apply(&self.pipeline, input);
        match applied.dropped_by {
            Some(rule) => Err(self.pipeline.rule_names()[rule].to_owned()),
            None => Ok(applied.text.unwrap_or_else(|| input.to_owned())),
        }
    }
}

#[test]
fn every_line_of_the_tables_holds() {
    let mut wrong = Vec::new();
    for table in TABLES.iter() {
        for line in &table.lines {
            let outcome = table.outcome(&line.input);
            let holds = match &line.expected {
                Expected::Text(text) => outcome.as_ref() == Ok(text),
                Expected::DroppedBy(rule) => outcome.as_ref() == Err(rule),
            };
            if !holds {
                wrong.push(format!("{}.txt, line {}: {:?} → {outcome:?}", table.file, line.number, line.input));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn cleaned_lines_are_clean() {
    for table in TABLES.iter().filter(|table| table.comes_to_rest) {
        for line in &table.lines {
            if let Expected::Text(text) = &line.expected {
                assert_eq!(table.steps(text), [], "{}.txt, line {}: a second run does something", table.file, line.number);
            }
        }
    }
}

#[test]
fn no_rule_is_dead_or_without_a_reason() {
    for table in TABLES.iter() {
        let mut used: BTreeSet<usize> =
            table.lines.iter().flat_map(|line| table.steps(&line.input)).map(|step| step.rule).collect();
        used.extend(table.steps(&long_prompt()).iter().map(|step| step.rule));
        let rules = table.pipeline.rules();
        let dead = rules.iter().enumerate().filter(|(index, rule)| rule.enabled && !used.contains(index));
        let dead: Vec<&str> = dead.map(|(_, rule)| rule.name.as_str()).collect();
        assert!(dead.is_empty(), "no line of {}.txt needs {dead:?}", table.file);
        assert!(rules.iter().all(|rule| !rule.why.is_empty()), "{}", table.file);
    }
}

#[test]
fn every_compiled_in_pipeline_has_a_table() {
    let files: Vec<&str> = TABLES.iter().map(|table| table.file).collect();
    assert_eq!(files, BUILTIN.iter().map(|(name, _)| *name).collect::<Vec<_>>());
}

/// What `sd2` must leave alone is as much of its table as what it does.
#[test]
fn half_of_the_table_of_sd2_are_lines_where_nothing_may_happen() {
    let lines = &TABLES.iter().find(|table| table.file == "sd2").expect("it has a table").lines;
    let rest = lines.iter().filter(|line| matches!(&line.expected, Expected::Text(text) if *text == line.input)).count();
    let changed = lines.iter().filter(|line| matches!(&line.expected, Expected::Text(text) if *text != line.input)).count();
    assert!(lines.len() >= 60 && rest >= changed, "{} lines, {rest} rest, {changed} change", lines.len());
}

/// Every prompt that `sd2-original` harms and that both tables have is one that `sd2` keeps whole.
#[test]
fn the_presets_differ_where_the_original_does_harm() {
    let of = |name: &str| TABLES.iter().find(|table| table.file == name).expect("it has a table");
    let (ours, original) = (of("sd2"), of("sd2-original"));
    let both = original.lines.iter().filter(|line| ours.lines.iter().any(|other| other.input == line.input));
    let differing = both.filter(|line| ours.outcome(&line.input) != original.outcome(&line.input)).count();
    assert!(differing >= 30, "{differing}");
}

#[test]
fn sd2_keeps_the_aspect_ratio_in_a_field() {
    let pipeline = Pipeline::builtin("sd2").expect("it is compiled in");
    for (text, ratio) in [
        ("a barn in winter --ar 16:9", Some("16:9")),
        ("a barn in winter, ar 3:2, night", Some("3:2")),
        ("a barn in winter, night, 4:5", Some("4:5")),
        ("a barn in winter in 4:3 format", Some("4:3")),
        ("a clock that shows 10:45 at night", None),
        ("john 3:16 on a wooden church sign", None),
    ] {
        let fields = apply(&pipeline, text).fields;
        let found: Vec<&str> = fields.iter().map(|(_, json)| json.trim_matches('"')).collect();
        assert_eq!(found, Vec::from_iter(ratio), "{text}");
    }
    let named = Subject { fields: Some(r#"{"aspect_ratio": "1:1"}"#), ..Subject::default() };
    assert!(pipeline.apply("a barn in winter --ar 16:9", &named).fields.is_empty(), "the source knows better");
}

/// The reference has a heading for every kind there is, and a line for every pipeline.
#[test]
fn the_reference_names_every_kind_and_every_pipeline() {
    let reference = include_str!("../../assets/rules/README.md");
    for kind in KINDS {
        assert!(reference.contains(&format!("\n### `{}`\n", kind.name)), "{}", kind.name);
    }
    for (name, _) in BUILTIN {
        assert!(reference.contains(&format!("\n| `{name}` |")), "{name}");
    }
}

/// Its examples, a line each: `parameter`, `parameter`: `text` → `result`.
#[test]
fn the_examples_of_the_reference_hold() {
    let reference = include_str!("../../assets/rules/README.md");
    for kind in KINDS {
        let section = reference.split(&format!("\n### `{}`\n", kind.name)).nth(1).and_then(|rest| rest.split("\n### ").next());
        let example = section.and_then(|section| section.trim_end().lines().next_back()).expect("it ends in an example");
        let (params, texts) = example.split_once(": `").unwrap_or_else(|| panic!("{}: {example}", kind.name));
        let rule = params.split("`, `").map(|param| param.trim_matches('`')).collect::<Vec<_>>().join("\n");
        let source = format!("name = 'x'\n[[rule]]\nname = 'x'\nkind = '{}'\n{rule}", kind.name);
        let pipeline = Pipeline::parse(&source).unwrap_or_else(|error| panic!("{example}: {error}"));
        let quoted: Vec<&str> = texts.split('`').step_by(2).collect();
        let applied = apply(&pipeline, quoted[0]);
        let said = match (applied.text, applied.fields.first()) {
            _ if applied.dropped_by.is_some() => vec![quoted[0].to_owned()],
            (None, Some((name, json))) => vec![quoted[0].to_owned(), name.to_string(), json.trim_matches('"').to_owned()],
            (text, _) => vec![quoted[0].to_owned(), text.unwrap_or_default()],
        };
        let expected: Vec<&str> = quoted.into_iter().filter(|text| !text.is_empty()).collect();
        assert_eq!(said, expected, "{example}");
    }
}

/// Too long for every pipeline, and without repeated words.
fn long_prompt() -> String {
    (0..90).map(|n| format!("word{n}")).collect::<Vec<_>>().join(" ")
}
