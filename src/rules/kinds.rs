//! The kinds of rule there are: one row per kind, one file per row.
//!
//! To add a kind, write a file with a parameter struct (`Deserialize` with `deny_unknown_fields`, and `Serialize` for the
//! digest), an [`Action`](super::action::Action) and a `build` function, and add a row to [`KINDS`]. Nothing else knows the kinds.

use super::action::{Built, Fault, Params};
use super::{collapse, drop_if, normalise, remove_phrases, replace, set_field, syntax, template};

/// A kind of rule.
pub struct Kind {
    /// The word after `kind =`.
    pub name: &'static str,
    /// What it does, in one line.
    pub about: &'static str,
    /// Reads the parameters and compiles them.
    pub build: fn(Params<'_>) -> Result<Built, Fault>,
}

/// Every kind, in the order in which help lists them.
pub const KINDS: &[Kind] = &[
    Kind { name: "replace", about: "rewrite what a pattern matches", build: replace::build },
    Kind { name: "remove-phrases", about: "remove listed phrases and close the gap", build: remove_phrases::build },
    Kind { name: "drop-if", about: "drop the record when any condition holds", build: drop_if::build },
    Kind {
        name: "normalise",
        about: "write marks, blanks and letters in one form, and mend a wrong decoding",
        build: normalise::build,
    },
    Kind { name: "prompt-syntax", about: "take weights, flags, networks and the negative prompt out", build: syntax::build },
    Kind { name: "collapse", about: "say once what is said again", build: collapse::build },
    Kind { name: "template", about: "put words around the text", build: template::build },
    Kind { name: "set-field", about: "set a field of the record, also from the text", build: set_field::build },
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::rules::action::{Context, Verdict};
    use crate::rules::gate::Awake;
    use crate::rules::{Pipeline, Subject};

    const RULES: &str = r#"
        name = "all"
        rule = [
            { name = "a", kind = "normalise", mojibake = true },
            { name = "b", kind = "normalise", quotes = true },
            { name = "c", kind = "normalise", dashes = true, unicode = "nfkc" },
            { name = "d", kind = "normalise", white_space = true },
            { name = "e", kind = "normalise", punctuation = true },
            { name = "f", kind = "normalise", brackets = true },
            { name = "g", kind = "normalise", case = "lower" },
            { name = "h", kind = "normalise", brackets = true, case = "lower", quotes = true },
            { name = "i", kind = "prompt-syntax", weights = "strip" },
            { name = "j", kind = "prompt-syntax", networks = true },
            { name = "k", kind = "prompt-syntax", break = true, negative = "strip" },
            { name = "l", kind = "prompt-syntax", flags = true },
            { name = "m", kind = "collapse", words = 2, across_commas = true },
            { name = "n", kind = "collapse", items = true },
        ]
    "#;

    fn texts() -> impl Strategy<Value = String> {
        let parts = [
            "a",
            "cat",
            "CAT",
            " ",
            " ",
            ", ",
            ",",
            ".",
            "!",
            "..",
            "(",
            ")",
            "((",
            "))",
            "[x]",
            "{",
            "}",
            "::2",
            ":1.2",
            ":.5",
            "`",
            "“",
            "—v 4",
            "-",
            "--hd",
            " -s 4",
            "BREAK",
            "NEGATIVE prompt:",
            "<LORA:x>",
            "Ã©",
            "&lt;",
            "\u{a0}",
            "\n",
            "\t",
            "\u{1680}",
            "é",
            "e\u{301}",
            "，",
            "\u{212a}",
        ];
        prop::collection::vec(prop::sample::select(parts.to_vec()), 0..8).prop_map(|parts| parts.concat())
    }

    proptest! {
        /// A text that the gate keeps from a rule is one that the rule would have left alone, part by part.
        #[test]
        fn needs_ask_for_nothing_too_much(text in texts()) {
            let pipeline = Pipeline::parse(RULES).expect("valid");
            let subject = Subject::default();
            for rule in pipeline.rules() {
                let alone = Pipeline::parse_reusing(&format!("name = \"one\"\nrule = [{}]", line_of(&rule.name)), pipeline.rules());
                let gated = alone.expect("valid").apply(&text, &subject).text;
                let woken = match rule.action.apply(&text, &Context { subject: &subject, awake: Awake::ALL }) {
                    Verdict::Changed(text) => Some(text),
                    _ => None,
                };
                prop_assert_eq!(gated, woken, "{}: {:?}", rule.name, &text);
            }
        }
    }

    fn line_of(name: &str) -> &'static str {
        let start = format!("{{ name = \"{name}\"");
        RULES.lines().map(str::trim).find(|line| line.starts_with(&start)).expect("it is there")
    }
}
