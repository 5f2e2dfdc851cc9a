//! The table of harm: what is warned of, and what is not.

use proptest::prelude::*;
use tamis::rules::harm::{Warning, warnings};

use super::texts::prompt;

struct Row<'t> {
    number: usize,
    raw: String,
    end: String,
    expected: Vec<&'t str>,
}

fn rows() -> Vec<Row<'static>> {
    let visible = |text: &str| text.trim().replace('¶', "\n");
    let row = |(index, line): (usize, &'static str)| {
        let (change, expected) = line.rsplit_once(" : ").unwrap_or_else(|| panic!("line {} names no warnings", index + 1));
        let (raw, end) = change.split_once(" =>").unwrap_or_else(|| panic!("line {} has no =>", index + 1));
        let expected = expected.split(", ").filter(|word| *word != "-").collect();
        Row { number: index + 1, raw: visible(raw), end: visible(end), expected }
    };
    let lines = include_str!("harm.txt").lines().enumerate();
    lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#')).map(row).collect()
}

fn found(raw: &str, end: &str) -> Vec<&'static str> {
    warnings(raw, end).iter().map(Warning::word).collect()
}

#[test]
fn every_line_of_the_table_holds() {
    let rows = rows();
    assert!(rows.len() >= 40);
    let wrong = rows.iter().filter(|row| found(&row.raw, &row.end) != row.expected);
    let wrong: Vec<String> =
        wrong.map(|row| format!("line {}: {} → {}: {:?}", row.number, row.raw, row.end, found(&row.raw, &row.end))).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_kind_that_two_texts_can_show_has_a_line() {
    let not_from_texts = [Warning::MakesEqual, Warning::Unstable, Warning::Failed];
    for warning in Warning::ALL {
        assert_eq!(Warning::from_word(warning.word()), Some(warning));
        let shown = rows().iter().any(|row| row.expected.contains(&warning.word()));
        assert_eq!(shown, !not_from_texts.contains(&warning), "{}", warning.word());
    }
}

proptest! {
    #[test]
    fn nothing_changed_is_no_harm_and_no_text_panics(raw in prompt(), end in prompt(), any in any::<String>()) {
        prop_assert!(warnings(&raw, &raw).is_empty());
        prop_assert!(warnings(&any, &any).is_empty());
        warnings(&raw, &end);
        warnings(&raw, &any);
        warnings(&any, &raw);
        // Blanks at the ends are nobody's loss.
        let padded = format!(" {raw}\n");
        prop_assert!(warnings(&padded, &raw).is_empty());
    }
}
