//! Texts for the laws, and pipelines to run them through.

use std::sync::LazyLock;

use proptest::prelude::*;
use tamis::rules::{Applied, Pipeline, Subject};

/// Compiled once: in a debug build that takes longer than many runs.
pub fn default() -> &'static Pipeline {
    static DEFAULT: LazyLock<Pipeline> = LazyLock::new(|| Pipeline::builtin("default").expect("it is compiled in"));
    &DEFAULT
}

/// Words that the rules know, marks that they move, and any Unicode between.
pub fn prompt() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "a cat",
        "8k",
        "4 k",
        "by",
        "and",
        ",",
        ",",
        ".",
        " ",
        " ",
        "greg rutkowski",
        "wlop",
        "artstation",
        "trending on",
        "octane render",
        "(",
        ")",
        "((",
        ":1.2)",
        "--ar 16:9",
        "- h 7 0 4",
        "f/1.8",
        "1 9 6 0 s",
        "|",
        "_",
        "“",
        "’",
        "\n",
        "\t",
        "!!!",
        "hd",
        "style",
        "<lora:x:1>",
        "of a",
        "masterpiece",
        "é",
        "猫",
        "\u{200b}",
        "\u{301}",
        "👩‍🚀",
        "-",
        "…",
    ])
    .prop_map(String::from);
    prop::collection::vec(prop_oneof![4 => known, 1 => any::<String>()], 0..12)
        .prop_flat_map(|parts| prop::bool::ANY.prop_map(move |blanks| parts.join(if blanks { " " } else { "" })))
}

/// A pipeline that must be one.
pub fn parsed(toml: &str) -> Pipeline {
    Pipeline::parse(toml).unwrap_or_else(|error| panic!("{error}\n{toml}"))
}

/// What it makes of a text that comes from nowhere.
pub fn apply(pipeline: &Pipeline, raw: &str) -> Applied {
    pipeline.apply(raw, &Subject::default())
}
