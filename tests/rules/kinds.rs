//! The table of the kinds that know what to look for, and laws that hold for them over any text.

use std::sync::LazyLock;

use proptest::prelude::*;
use tamis::rules::{Applied, Pipeline, Subject};

const FIELDS: &str = r#"{"subject": "a dog", "aspect_ratio": "1:1"}"#;

fn subject() -> Subject<'static> {
    Subject { source: "krea", split: Some("train"), fields: Some(FIELDS), ..Subject::default() }
}

fn rule(params: &str) -> Pipeline {
    let source = format!("name = \"t\"\nrule = [{{ name = \"t\", {params} }}]");
    Pipeline::parse(&source).unwrap_or_else(|error| panic!("{params}: {error}"))
}

struct Section {
    params: &'static str,
    /// Line number, input, expected.
    lines: Vec<(usize, String, Expected)>,
}

enum Expected {
    Text(String),
    Field(String),
}

fn sections() -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    for (index, row) in include_str!("kinds.txt").lines().enumerate().filter(|(_, row)| !row.is_empty() && !row.starts_with('#'))
    {
        if let Some(params) = row.strip_prefix("[kind").and_then(|row| row.strip_suffix(']')) {
            sections.push(Section { params: &row[1..params.len() + 5], lines: Vec::new() });
            continue;
        }
        let (input, expected) = match (row.split_once(" => "), row.split_once(" =F ")) {
            (Some((input, text)), _) => (input, Expected::Text(seen(text))),
            (_, Some((input, value))) => (input, Expected::Field(seen(value))),
            _ => panic!("line {} of kinds.txt has neither => nor =F", index + 1),
        };
        let section = sections.last_mut().expect("a heading comes first");
        section.lines.push((index + 1, seen(input), expected));
    }
    sections
}

/// Stand-ins as what they stand for.
fn seen(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\\u{") {
        let (code, after) = after.split_once('}').expect("\\u{…} is closed");
        out.push_str(before);
        out.push(u32::from_str_radix(code, 16).ok().and_then(char::from_u32).expect("a character"));
        rest = after;
    }
    out.push_str(rest);
    out.replace('¶', "\n").replace('␉', "\t").replace('␣', " ")
}

fn text<'a>(applied: &'a Applied, input: &'a str) -> &'a str {
    applied.text.as_deref().unwrap_or(input)
}

/// What a second run makes of the outcome of the first.
fn again(pipeline: &Pipeline, applied: &Applied, input: &str) -> Applied {
    let mut fields: serde_json::Map<String, serde_json::Value> = serde_json::from_str(FIELDS).expect("an object");
    fields.extend(applied.fields.iter().map(|(name, json)| (name.clone(), serde_json::from_str(json).expect("JSON"))));
    let fields = serde_json::Value::Object(fields).to_string();
    pipeline.apply(text(applied, input), &Subject { fields: Some(&fields), ..subject() })
}

#[test]
fn every_line_of_the_table_holds_and_is_a_fixpoint() {
    let mut wrong = Vec::new();
    for section in sections() {
        let pipeline = rule(section.params);
        for (number, input, expected) in &section.lines {
            let applied = pipeline.apply(input, &subject());
            let holds = match expected {
                Expected::Text(expected) => text(&applied, input) == expected && applied.fields.is_empty(),
                Expected::Field(value) => {
                    let fields: Vec<String> =
                        applied.fields.iter().map(|(_, json)| serde_json::from_str(json).expect("JSON")).collect();
                    fields == [value.clone()] && applied.text.is_none()
                }
            };
            let again = again(&pipeline, &applied, input);
            if !holds || !again.is_nothing() || !applied.failed.is_empty() {
                wrong.push(format!("line {number}: {input:?}\n   → {applied:?}\n   → {again:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_kind_of_the_table_has_lines_where_nothing_happens_and_where_something_does() {
    for kind in ["normalise", "prompt-syntax", "collapse", "template", "set-field"] {
        let sections: Vec<Section> = sections().into_iter().filter(|section| section.params.contains(kind)).collect();
        let lines = || sections.iter().flat_map(|section| &section.lines);
        let rests = |(_, input, expected): &&(usize, String, Expected)| matches!(expected, Expected::Text(text) if text == input);
        assert!(lines().any(|line| rests(&line)) && lines().any(|line| !rests(&line)), "{kind}");
    }
}

#[test]
fn what_makes_no_sense_is_refused_with_a_reason() {
    for (params, about) in [
        (r#"kind = "normalise""#, "every switch is off"),
        (r#"kind = "normalise", unicode = "nfd""#, "unknown variant"),
        (r#"kind = "normalise", quote = true"#, "unknown field"),
        (r#"kind = "prompt-syntax""#, "every switch is off"),
        (r#"kind = "prompt-syntax", weights = true"#, "wanted string"),
        (r#"kind = "collapse""#, "every switch is off"),
        (r#"kind = "collapse", words = 9"#, "over 8"),
        (r#"kind = "collapse", items = true, keep = ["bye bye"]"#, "about words"),
        (r#"kind = "template""#, "adds nothing"),
        (r#"kind = "template", text = "a cat""#, "no {text}"),
        (r#"kind = "template", text = "{text} {model}""#, "`{model}` is unknown"),
        (r#"kind = "template", text = "{text} {field: }""#, "unknown"),
        (r#"kind = "template", text = "{text} {x""#, "no partner"),
        (r#"kind = "template", text = "{text}", prefix = "x""#, "both"),
        (r#"kind = "set-field", field = "", value = "x""#, "no name"),
        (r#"kind = "set-field", field = "x", value = """#, "empty"),
        (r#"kind = "set-field", field = "x", value = "$1", pattern = "y""#, "names no group"),
        (r#"kind = "set-field", field = "x", value = "y", ignore_case = true"#, "no `pattern`"),
    ] {
        let source = format!("name = \"t\"\nrule = [{{ name = \"t\", {params} }}]");
        let error = Pipeline::parse(&source).err().unwrap_or_else(|| panic!("{params} is accepted")).to_string();
        assert!(error.contains(about) && error.contains("rule 1 `t`"), "{params}: {error}");
    }
}

#[test]
fn only_rules_that_ask_for_fields_read_them() {
    assert!(rule(r#"kind = "template", text = "{text} {field:a}""#).reads_fields());
    assert!(rule(r#"kind = "set-field", field = "a", value = "b""#).reads_fields());
    assert!(!rule(r#"kind = "template", text = "{text} {source}""#).reads_fields());
    assert!(!rule(r#"kind = "collapse", words = 2"#).reads_fields());
}

#[test]
fn a_failed_field_leaves_the_text() {
    let pipeline = rule(r#"kind = "template", text = "{text} {field:a}""#);
    let applied = pipeline.apply("x", &Subject { fields: Some(r#"{"a": "\u0000"}"#), ..Subject::default() });
    assert!(applied.text.is_none() && applied.failed.len() == 1);
}

/// With every switch on, one at a time and all together.
static ALL: LazyLock<Vec<Pipeline>> = LazyLock::new(|| {
    let params = [
        r#"kind = "normalise", mojibake = true"#,
        r#"kind = "normalise", quotes = true, dashes = true"#,
        r#"kind = "normalise", unicode = "nfc""#,
        r#"kind = "normalise", white_space = true"#,
        r#"kind = "normalise", punctuation = true"#,
        r#"kind = "normalise", brackets = true"#,
        r#"kind = "normalise", case = "lower""#,
        r#"kind = "normalise", mojibake = true, quotes = true, dashes = true, unicode = "nfkc", white_space = true, punctuation = true, brackets = true, case = "lower""#,
        r#"kind = "prompt-syntax", weights = "strip""#,
        r#"kind = "prompt-syntax", flags = true"#,
        r#"kind = "prompt-syntax", weights = "strip", negative = "strip", networks = true, break = true, flags = true"#,
        r#"kind = "collapse", words = 3, keep = ["a a"]"#,
        r#"kind = "collapse", words = 3, across_commas = true, items = true"#,
        r#"kind = "template", prefix = "ab", suffix = "ba""#,
        r#"kind = "template", text = "{text}a{text} {field:subject}""#,
        r#"kind = "set-field", field = "x", pattern = '(\w+)\W+(\w*)', value = "$2""#,
    ];
    params.into_iter().map(rule).collect()
});

/// Marks and words that the kinds know, and any Unicode between.
fn prompt() -> impl Strategy<Value = String> {
    let known = [
        "a",
        "cat",
        "Cat",
        "a cat",
        "very",
        "8",
        "0",
        " ",
        " ",
        "  ",
        ",",
        ", ",
        ".",
        "..",
        "...",
        ";",
        ":",
        "::",
        ":1.2",
        "::2",
        "!",
        "?",
        "…",
        "(",
        ")",
        "((",
        "))",
        "[",
        "]",
        "{",
        "}",
        "|",
        "<lora:x:1>",
        "<",
        ">",
        "--",
        "--ar 16:9",
        "--no",
        "—",
        "—v 4",
        "-s 20",
        "- h 7",
        "-",
        "BREAK",
        "negative prompt:",
        "and",
        "Ã©",
        "â€™",
        "â€",
        "Ã",
        "\u{a0}",
        "Â",
        "Ð¸",
        "Ñ",
        "Å³",
        "&amp;",
        "&#39;",
        "amp;",
        "&",
        "\u{92}",
        "\u{fffd}",
        "“",
        "’",
        "`",
        "\n",
        "\t",
        "\r",
        "\u{200b}",
        "\u{200c}",
        "\u{200d}",
        "\u{301}",
        "👩",
        "🚀",
        "é",
        "e",
        "猫",
        "，",
        "。",
        "ﬁ",
        "½",
        "´",
        "¨",
        "İ",
        "Σ",
        "می",
        "\\",
        "\"",
        "'",
        "+",
        "ab",
        "ba",
        "\u{ad}",
    ];
    let known = prop::sample::select(known.to_vec()).prop_map(String::from);
    let parts = prop::collection::vec(prop_oneof![6 => known, 1 => any::<String>()], 0..14);
    (parts, prop::bool::ANY).prop_map(|(parts, blanks)| parts.join(if blanks { " " } else { "" }))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_second_run_does_nothing(input in prompt()) {
        for pipeline in ALL.iter() {
            let applied = pipeline.apply(&input, &subject());
            let end = text(&applied, &input);
            prop_assert!(applied.failed.is_empty());
            let again = again(pipeline, &applied, &input);
            prop_assert!(again.is_nothing(), "{}: {:?} → {:?} → {:?}", pipeline.source(), input, end, again.text);
        }
    }
}
