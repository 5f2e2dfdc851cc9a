//! Random patterns over a small alphabet, in the syntax that both engines read.

use proptest::prelude::*;

/// Letters whose case folds beyond ASCII are among them on purpose.
const LETTERS: [&str; 12] = ["a", "b", "k", "K", "s", "S", "1", " ", "-", "é", "猫", "ab"];

/// Texts over the same letters, so that patterns often match, and the signs that fold into them.
pub fn text() -> impl Strategy<Value = String> {
    let odd = prop::sample::select(vec!["\u{212a}", "\u{17f}", "A", "B", "É", "ß", "\n", "\r\n", "x", "2", "_", ","]);
    let letter = prop_oneof![5 => prop::sample::select(LETTERS.to_vec()), 2 => odd];
    prop::collection::vec(letter, 0..14).prop_map(|letters| letters.concat())
}

/// A pattern that may or may not be a valid one.
pub fn pattern() -> impl Strategy<Value = String> {
    let letter = prop::sample::select(LETTERS.to_vec()).prop_map(str::to_owned);
    let class = prop::sample::select(vec![
        "[ab]",
        "[^a]",
        "[a-k1]",
        "[[:alpha:]]",
        "[[:^digit:]]",
        "[a-z&&[^a]]",
        "[s\\d]",
        "[k]",
        "[é猫]",
        "[^\\s\\S]",
        "\\d",
        "\\D",
        "\\w",
        "\\W",
        "\\s",
        "\\p{L}",
        "\\pN",
        "\\P{Lu}",
        ".",
        "(?s:.)",
        "\\x61",
        "\\x{6b}",
        "\\u00e9",
        "\\xe9",
        "\\-",
        "\\n",
        "\\h",
        "\\R",
        "\\N",
        "\\O",
    ]);
    let assertion =
        prop::sample::select(vec!["^", "$", "\\b", "\\B", "\\A", "\\z", "\\<", "\\>", "\\b{start}", "\\K", "\\G", ""]);
    let leaf = prop_oneof![6 => letter, 4 => class.prop_map(str::to_owned), 1 => assertion.prop_map(str::to_owned)];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let group = prop::sample::select(vec![
            "(", "(?:", "(?i:", "(?-i:", "(?x: ", "(?<n>", "(?P<n>", "(?=", "(?!", "(?<=", "(?<!", "(?>", "(?m:", "(?U:",
            "(?i)(?:",
        ]);
        let repeat = prop::sample::select(vec!["?", "*", "+", "{2}", "{0}", "{0,2}", "{1,}", "{,2}", "+?", "*?", "?+", "{0}?"]);
        let back = prop::sample::select(vec!["(a|k)\\1", "(?<n>s|b)\\k<n>", "(?i:(k))\\1", "(a)?(?(1)b|k)", "(s){0}\\g<1>"]);
        prop_oneof![
            4 => prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| parts.concat()),
            2 => prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| format!("(?:{})", parts.join("|"))),
            1 => prop::collection::vec(inner.clone(), 2..3).prop_map(|parts| parts.join("|")),
            3 => (group, inner.clone()).prop_map(|(open, inner)| format!("{open}{inner})")),
            3 => (inner.clone(), repeat).prop_map(|(inner, repeat)| format!("(?:{inner}){repeat}")),
            1 => (inner, back).prop_map(|(inner, back)| format!("{inner}{back}")),
        ]
    })
}
