//! Switches of Midjourney and of scripts: `--ar 16:9`, `—v 4`, `-s 20`, `--no text, hands`.
//!
//! Which dash it is decides how much must be known of what follows:
//!
//! - `--` before a word is a switch, known or not; an unknown one takes a number along where nothing else of the item follows.
//! - `—` and `–`, which phones make of `--`, need a name of the table, and a number if that takes one. Without a number
//!   (`—tile`, `—no text`) they need a surer switch elsewhere in the text.
//! - `-` needs a blank or a comma before it, a name of one letter or of a few, and a number. `- h 704`, as some tools space
//!   it, is known for the letters h, w, n, s and g, also with the digits apart (`- h 7 0 4`).
//!
//! A switch that stands directly behind a word needs a known name and a number. `--no` takes all up to the next switch.

use std::ops::Range;

use super::super::edits::{Cut, cut};
use super::super::phrases::is_word;

/// What stands behind a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Takes {
    Nothing,
    Number,
    /// `16:9`, `2/3`, `1024x768`, or a number.
    Ratio,
    Word,
    /// All up to the next switch.
    Rest,
}

/// The names that are known, and what they take.
const KNOWN: &[(Takes, &[&str])] = &[
    (Takes::Ratio, &["ar", "aspect"]),
    (
        Takes::Number,
        &[
            "v", "version", "niji", "q", "quality", "s", "stylize", "stylise", "c", "chaos", "w", "weird", "h", "width",
            "height", "iw", "cw", "sw", "stop", "seed", "sameseed", "steps", "n", "g", "i", "k", "cfg", "scale", "repeat", "r",
            "exp", "ds", "uplight",
        ],
    ),
    (Takes::Word, &["style", "sampler", "sref", "cref", "oref", "profile", "p", "mode", "model"]),
    (
        Takes::Nothing,
        &[
            "hd",
            "tile",
            "beta",
            "upbeta",
            "upanime",
            "test",
            "testp",
            "creative",
            "turbo",
            "fast",
            "relax",
            "raw",
            "video",
            "stealth",
            "public",
            "draft",
            "wallpaper",
        ],
    ),
    (Takes::Rest, &["no"]),
];

/// Names that a single hyphen may stand before.
const SHORT: &[&str] = &["s", "n", "w", "h", "g", "c", "i", "q", "v", "k", "ar", "steps", "seed", "cfg"];
/// Of these, the ones that may stand apart from it.
const SPACED: &[&str] = &["h", "w", "n", "s", "g"];

/// Takes the switches out.
pub fn strip(text: &str) -> Option<String> {
    let flags = flags(text);
    let any_sure = flags.iter().any(|flag| flag.sure);
    let cuts: Vec<Cut> = if any_sure { flags.into_iter().map(|flag| Cut::plain(flag.range)).collect() } else { Vec::new() };
    if cuts.is_empty() { None } else { cut(text, cuts) }
}

#[derive(Debug)]
struct Flag {
    range: Range<usize>,
    /// A surer one need not stand elsewhere.
    sure: bool,
}

fn flags(text: &str) -> Vec<Flag> {
    let mut found: Vec<Flag> = Vec::new();
    let mut from = 0;
    while let Some(at) = next_dash(text, from) {
        let Some(dash) = dash_at(text, at) else {
            from = after_dashes(text, at);
            continue;
        };
        let flag = flag_at(text, &dash);
        from = flag.as_ref().map_or(after_dashes(text, at), |flag| flag.range.end);
        found.extend(flag);
    }
    found
}

fn next_dash(text: &str, from: usize) -> Option<usize> {
    text[from..].find(['-', '—', '–']).map(|at| from + at)
}

fn after_dashes(text: &str, at: usize) -> usize {
    text.len() - text[at..].trim_start_matches(['-', '—', '–']).len()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// `--`, also `- -`.
    Double,
    /// `—` or `–`.
    Long,
    /// `-`
    Single,
}

/// What may begin a switch.
#[derive(Debug)]
struct Dash {
    kind: Kind,
    start: usize,
    /// Where its name begins.
    name: usize,
    /// A blank stands before the name.
    spaced: bool,
    /// A word stands directly before it.
    glued: bool,
}

fn dash_at(text: &str, start: usize) -> Option<Dash> {
    let rest = &text[start..];
    let (kind, length) = match after_dashes(text, start) - start {
        1 if rest.starts_with("- -") && !rest.starts_with("- --") => (Kind::Double, 3),
        1 => (Kind::Single, 1),
        2 => (Kind::Double, 2),
        3 if !rest.starts_with('-') => (Kind::Long, 3),
        _ => return None,
    };
    let end = start + length;
    let spaced = text[end..].starts_with(' ');
    let name = end + usize::from(spaced);
    let glued =
        text[..start].chars().next_back().is_some_and(|c| !c.is_whitespace() && !matches!(c, ',' | ';' | '.' | ')' | ']' | '"'));
    text[name..].starts_with(|c: char| c.is_ascii_alphabetic()).then_some(Dash { kind, start, name, spaced, glued })
}

fn flag_at(text: &str, dash: &Dash) -> Option<Flag> {
    let rest = &text[dash.name..];
    let length = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
    let name = rest[..length].to_ascii_lowercase();
    let end = dash.name + length;
    let takes = KNOWN.iter().find(|(_, names)| names.contains(&name.as_str())).map(|(takes, _)| *takes);
    let number = number_end(text, end, takes == Some(Takes::Ratio));
    let is_whole = !text[end..].starts_with(|c: char| is_word(c) || c == '\'' || c == '’');
    let flag = |end: usize, sure: bool| Some(Flag { range: dash.start..end, sure });
    match (dash.kind, takes, number) {
        (Kind::Single, Some(_), Some(end)) if !dash.glued && SHORT.contains(&name.as_str()) => match dash.spaced {
            false => flag(end, true),
            true if SPACED.contains(&name.as_str()) => flag(torn_end(text, end), true),
            true => None,
        },
        (Kind::Single, ..) => None,
        (_, Some(Takes::Number | Takes::Ratio), Some(end)) => flag(end, true),
        (_, Some(_), _) if dash.glued || dash.spaced || !is_whole => None,
        (kind, Some(Takes::Nothing), _) => flag(end, kind == Kind::Double),
        (kind, Some(Takes::Word), _) => flag(words_end(text, end), kind == Kind::Double),
        (kind, Some(Takes::Rest), _) => flag(rest_end(text, end), kind == Kind::Double),
        (Kind::Double, Some(_), None) => flag(end, true),
        (Kind::Double, None, _) if !dash.glued && !dash.spaced => flag(unknown_end(text, dash.name), true),
        _ => None,
    }
}

/// Where the number behind a name ends, if there is one and no word goes on with it.
fn number_end(text: &str, name_end: usize, may_be_ratio: bool) -> Option<usize> {
    let start = name_end + text[name_end..].len() - text[name_end..].trim_start_matches([' ', '=', ':']).len();
    let start = if text[start..].starts_with('-') && start > name_end { start + 1 } else { start };
    let end = digits_end(text, start)?;
    let end = if may_be_ratio { ratio_end(text, end).unwrap_or(end) } else { end };
    (!text[end..].starts_with(is_word)).then_some(end)
}

/// Where a number ends whose digits may stand apart, once its first run of digits is read.
fn torn_end(text: &str, from: usize) -> usize {
    let is_digit = |c: char| c.is_ascii_digit();
    let goes_on = |end: usize| {
        let single = text[..end].ends_with(is_digit) && !text[..end - 1].ends_with(is_digit);
        let mut rest = text[end..].chars();
        single && rest.next() == Some(' ') && rest.next().is_some_and(is_digit) && !rest.next().is_some_and(is_word)
    };
    let mut end = from;
    while goes_on(end) {
        end += 2;
    }
    end
}

fn ratio_end(text: &str, from: usize) -> Option<usize> {
    let rest = text[from..].trim_start_matches(' ');
    let rest = rest.strip_prefix([':', 'x', 'X', '/', '×'])?.trim_start_matches(' ');
    digits_end(text, text.len() - rest.len())
}

/// Digits with or without a point.
fn digits_end(text: &str, start: usize) -> Option<usize> {
    let digits = |from: usize| from + text[from..].bytes().take_while(u8::is_ascii_digit).count();
    let whole = digits(start);
    let part = if text[whole..].starts_with('.') { digits(whole + 1) } else { whole };
    let end = if part > whole + 1 { part } else { whole };
    (end > start).then_some(end)
}

/// The end of the word behind a name; links may be several.
fn words_end(text: &str, name_end: usize) -> usize {
    let mut end = name_end;
    loop {
        let start = text.len() - text[end..].trim_start_matches(' ').len();
        let word = text[start..].split(|c: char| c.is_whitespace() || c == ',').next().unwrap_or_default();
        let fits = end == name_end || word.starts_with("http");
        if word.is_empty() || start == end || !fits || word.starts_with(['-', '—', '–']) {
            return end;
        }
        end = start + word.len();
    }
}

/// Up to the next switch, or the text's end.
fn rest_end(text: &str, from: usize) -> usize {
    let mut at = from;
    while let Some(dash) = next_dash(text, at) {
        let is_switch = dash_at(text, dash).is_some_and(|dash| dash.kind != Kind::Single && !dash.glued && !dash.spaced);
        if is_switch {
            return dash;
        }
        at = after_dashes(text, dash);
    }
    text.len()
}

/// A name that nobody knows may have hyphens and a number.
fn unknown_end(text: &str, name: usize) -> usize {
    let length = text[name..].find(|c: char| !is_word(c) && c != '-').unwrap_or(text.len() - name);
    let end = name + text[name..name + length].trim_end_matches('-').len();
    let item_ends = |end: &usize| {
        let rest = text[*end..].trim_start_matches(' ');
        rest.is_empty() || rest.starts_with([',', ';', '.', '\n', '-', '—', '–'])
    };
    number_end(text, end, true).filter(item_ends).unwrap_or(end)
}
