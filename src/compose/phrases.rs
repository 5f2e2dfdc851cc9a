//! The phrase lists that tamis brings along, compiled once.
//!
//! Every phrase was written for tamis; artists are invented or long in the public domain, brands and living people do not occur.

use std::sync::LazyLock;

use super::grammar::{Grammar, ListId};

macro_rules! lists {
    ($($name:ident),* $(,)?) => {
        /// `(name, file content)` of each list; a list uses only those above it.
        pub const SOURCES: &[(&str, &str)] =
            &[$((stringify!($name), include_str!(concat!("../../assets/compose/", stringify!($name), ".txt")))),*];
    };
}

lists![
    // What there is.
    adjective,
    nature,
    looks,
    colour,
    material,
    creature,
    person,
    object,
    landscape,
    action,
    wearing,
    detail,
    // Where, when and how.
    place,
    time,
    weather,
    light,
    camera,
    medium,
    style,
    mood,
    quality,
    resolution,
    composition,
    artist,
    flag,
    negative,
    emoji,
    lora,
    // Other languages, and words for one another.
    german,
    spanish,
    french,
    japanese,
    chinese,
    arabic,
    korean,
    synonym,
    // Parts of prompts.
    being,
    bare,
    thing,
    idea,
    subject,
    scene,
    tag,
    site,
    credit,
    // Whole prompts, a list per shape.
    request,
    phrase,
    tags,
    sentence,
    credited,
    photo,
    weighted,
    flagged,
    clause,
    long,
    foreign,
    banter,
];

static GRAMMAR: LazyLock<Grammar> = LazyLock::new(|| match Grammar::compile(SOURCES) {
    Ok(grammar) => grammar,
    Err(problem) => unreachable!("a phrase list that ships with tamis does not compile: {problem}"),
});

/// All lists.
pub fn grammar() -> &'static Grammar {
    &GRAMMAR
}

/// The list of that name.
///
/// # Panics
/// When there is none: names are literals of this folder.
pub fn list(name: &str) -> ListId {
    match GRAMMAR.list(name) {
        Some(list) => list,
        None => unreachable!("no phrase list is called {name}"),
    }
}

/// The phrases of the list of that name, as they stand in its file.
pub fn lines(name: &str) -> &'static [&'static str] {
    GRAMMAR.lines(list(name))
}

/// A text of the list of that name.
pub fn text_of(name: &str, rng: &mut super::rng::Rng) -> String {
    let mut text = String::new();
    GRAMMAR.expand(list(name), rng, &mut text);
    text
}
