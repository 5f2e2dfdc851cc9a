//! What a text must have for a pattern to match anywhere: a cheap necessary condition, read off the pattern itself.
//!
//! Most rules match few texts, and a pipeline has a hundred patterns. So each pattern is asked for two things that every match
//! holds: *one of some literals* (`rutkowski`, `--ar`), and *characters of some sets* (a digit, a bracket). A text without them is
//! passed by ([`super::gate`] looks for the needs of all patterns at once). The idea is that of the trigram index of Russ Cox,
//! "Regular Expression Matching with a Trigram Index" (2012), with whole literals instead of trigrams.
//!
//! A need may ask for too little, never for too much: whatever is not understood needs nothing.

use fancy_regex::{Assertion, Expr, LookAround};
use regex_syntax::hir::{Class, Hir, HirKind};

/// Which ASCII characters, and whether any other character.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CharSet {
    /// Bit `c` for the ASCII character `c`.
    pub ascii: u128,
    /// Any character beyond ASCII.
    pub other: bool,
}

impl CharSet {
    pub const ALL: CharSet = CharSet { ascii: u128::MAX, other: true };

    /// The characters of a text.
    pub fn of(text: &str) -> CharSet {
        // Without branches: a text has some hundred bytes, and every text is looked at several times.
        let (mut low, mut high, mut beyond) = (0u64, 0u64, 0u8);
        for &byte in text.as_bytes() {
            let bit = 1u64 << (byte & 63);
            let is_high = 0u64.wrapping_sub(u64::from(byte >> 6 & 1));
            low |= bit & !is_high;
            high |= bit & is_high;
            beyond |= byte & 0x80;
        }
        if beyond == 0 {
            return CharSet { ascii: u128::from(low) | u128::from(high) << 64, other: false };
        }
        let ascii = text.bytes().filter(u8::is_ascii).fold(0, |bits, byte| bits | 1 << byte);
        CharSet { ascii, other: true }
    }

    pub fn meets(self, other: CharSet) -> bool {
        self.ascii & other.ascii != 0 || self.other && other.other
    }

    fn is_all(self) -> bool {
        self.ascii == u128::MAX
    }

    fn union(self, other: CharSet) -> CharSet {
        CharSet { ascii: self.ascii | other.ascii, other: self.other || other.other }
    }

    fn of_char(c: char, ignore_case: bool) -> CharSet {
        let mut set = CharSet::default();
        set.add(c);
        if ignore_case && c.is_alphabetic() {
            set.add(c.to_ascii_lowercase());
            set.add(c.to_ascii_uppercase());
            // Folding of letters beyond ASCII, and of k and s, which have a sign beyond ASCII (K, ſ).
            set.other |= !c.is_ascii() || matches!(c, 'k' | 'K' | 's' | 'S');
        }
        set
    }

    fn add(&mut self, c: char) {
        match u32::from(c) {
            code @ 0..128 => self.ascii |= 1 << code,
            _ => self.other = true,
        }
    }
}

/// What every match holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Need {
    /// One of these, ignoring the case of ASCII letters. `None`: no literal is known to be there.
    pub literals: Option<Vec<String>>,
    /// A character of each of these.
    pub chars: Vec<CharSet>,
    /// So many words, said twice in a row, ignoring case.
    pub echo: Option<usize>,
}

/// More literals than this for one pattern are a need that is dearer to check than the pattern.
const MAX_LITERALS: usize = 256;
/// So many sets are enough to tell most texts apart.
const MAX_SETS: usize = 4;

impl Need {
    /// Every text will do.
    pub fn nothing() -> Need {
        Need::default()
    }

    /// One of these phrases, ignoring case.
    pub fn one_of(phrases: &[String]) -> Need {
        let usable = phrases.len() <= 4 * MAX_LITERALS && phrases.iter().all(|phrase| phrase.is_ascii() && !phrase.is_empty());
        Need { literals: usable.then(|| phrases.to_vec()), ..Need::default() }
    }

    /// Of a pattern in the syntax of the `regex` or `fancy_regex` crate; it was checked before.
    pub fn of_pattern(pattern: &str, ignore_case: bool) -> Need {
        let source = if ignore_case { format!("(?i){pattern}") } else { pattern.to_owned() };
        let Ok(tree) = Expr::parse_tree(&source) else { return Need::nothing() };
        let mut need = of_expr(&tree.expr).need();
        need.echo = echo(&tree.expr);
        need.chars.retain(|set| !set.is_all());
        need.chars.sort_by_key(|set| set.ascii.count_ones() + if set.other { 64 } else { 0 });
        need.chars.dedup();
        need.chars.truncate(MAX_SETS);
        need
    }

    /// Both hold: the better literals are kept, all sets are.
    fn and(mut self, other: Need) -> Need {
        self.literals = match (self.literals, other.literals) {
            (Some(mine), Some(theirs)) => Some(if worth(&mine) >= worth(&theirs) { mine } else { theirs }),
            (mine, theirs) => mine.or(theirs),
        };
        self.chars.extend(other.chars);
        self
    }

    /// One of the two holds.
    fn or(self, other: Need) -> Need {
        let literals = self.literals.zip(other.literals).map(|(mut mine, theirs)| {
            mine.extend(theirs);
            mine.sort();
            mine.dedup();
            mine
        });
        let chars = match (self.chars.into_iter().reduce(narrower), other.chars.into_iter().reduce(narrower)) {
            (Some(mine), Some(theirs)) => vec![mine.union(theirs)],
            _ => Vec::new(),
        };
        Need { literals: literals.filter(|l| l.len() <= MAX_LITERALS), chars, echo: None }
    }
}

fn narrower(a: CharSet, b: CharSet) -> CharSet {
    if a.ascii.count_ones() <= b.ascii.count_ones() { a } else { b }
}

/// How rarely texts hold one of them: the shortest one decides, then their number.
fn worth(literals: &[String]) -> (usize, std::cmp::Reverse<usize>) {
    (literals.iter().map(String::len).min().unwrap_or(0), std::cmp::Reverse(literals.len()))
}

/// What is known of a part of a pattern.
enum Part {
    /// It matches exactly these characters, in a row; whether ignoring case.
    Literal(String, bool),
    /// It matches exactly one character of the set.
    One(CharSet),
    /// Whatever it matches, the need holds.
    Some(Need),
}

impl Part {
    fn nothing() -> Part {
        Part::Some(Need::nothing())
    }

    fn need(self) -> Need {
        match self {
            Part::Literal(text, _) if text.is_empty() => Need::nothing(),
            Part::Literal(text, ignore_case) => {
                let chars = text.chars().map(|c| CharSet::of_char(c, ignore_case)).collect();
                // Unicode folds more than ASCII: k and s have a sign of their own beyond it.
                let usable = text.is_ascii() && !(ignore_case && text.contains(['k', 'K', 's', 'S']) && text.len() == 1);
                Need { literals: usable.then(|| vec![text]), chars, echo: None }
            }
            Part::One(set) => Need { chars: vec![set], ..Need::default() },
            Part::Some(need) => need,
        }
    }
}

fn of_expr(expr: &Expr) -> Part {
    match expr {
        Expr::Literal { val, casei } => Part::Literal(val.clone(), *casei),
        Expr::Concat(parts) => concat(parts.iter().map(of_expr)),
        Expr::Alt(parts) => alternatives(parts.iter().map(of_expr)),
        Expr::Group(inner) => of_expr(inner),
        Expr::AtomicGroup(inner) => of_expr(inner),
        Expr::LookAround(inner, LookAround::LookAhead | LookAround::LookBehind) => Part::Some(of_expr(inner).need()),
        Expr::Repeat { child, lo, .. } if *lo > 0 => Part::Some(of_expr(child).need()),
        Expr::Delegate { inner, casei } => of_class(inner, *casei),
        _ => Part::nothing(),
    }
}

/// Neighbouring literals are one; all other parts hold together.
fn concat(parts: impl Iterator<Item = Part>) -> Part {
    let mut need: Option<Need> = None;
    let mut run: Option<(String, bool)> = None;
    for part in parts {
        match (part, &mut run) {
            (Part::Literal(text, ignore_case), Some((before, before_ignores))) if ignore_case == *before_ignores => {
                before.push_str(&text);
            }
            (Part::Literal(text, ignore_case), _) => {
                need = joined(need, run.replace((text, ignore_case)));
            }
            (part, _) => {
                need = joined(need, run.take());
                need = Some(need.unwrap_or_default().and(part.need()));
            }
        }
    }
    match (need, run) {
        (None, Some((text, ignore_case))) => Part::Literal(text, ignore_case),
        (need, run) => Part::Some(joined(need, run).unwrap_or_default()),
    }
}

fn joined(need: Option<Need>, run: Option<(String, bool)>) -> Option<Need> {
    match run {
        Some((text, ignore_case)) => Some(need.unwrap_or_default().and(Part::Literal(text, ignore_case).need())),
        None => need,
    }
}

fn alternatives(parts: impl Iterator<Item = Part>) -> Part {
    Part::Some(parts.map(Part::need).reduce(Need::or).unwrap_or_default())
}

/// How many words a pattern wants to be said twice in a row, where it is of the form `\b(\w+)(\s+\1\b)+` or `\b(\w+ \w+)(\s+\1\b)+`: the
/// commonest use of a back-reference, and the dearest to try at every word.
fn echo(expr: &Expr) -> Option<usize> {
    let Expr::Concat(parts) = expr else { return None };
    let parts: Vec<&Expr> = parts.iter().filter(|part| !matches!(part, Expr::Empty)).collect();
    let [Expr::Assertion(Assertion::WordBoundary), Expr::Group(said), Expr::Repeat { child, lo: 1.., .. }] = parts.as_slice()
    else {
        return None;
    };
    let Expr::Group(again) = child.as_ref() else { return None };
    let Expr::Concat(again) = again.as_ref() else { return None };
    match again.as_slice() {
        [blanks, Expr::Backref { group: 1, .. }, Expr::Assertion(Assertion::WordBoundary)] if is_run_of(blanks, r"\s") => {
            words_of(said)
        }
        _ => None,
    }
}

/// How many words a group matches: `\w+`, or several with a blank between.
fn words_of(said: &Expr) -> Option<usize> {
    match said {
        Expr::Concat(parts) => {
            let alternates = parts.iter().enumerate().all(|(place, part)| match place % 2 {
                0 => is_run_of(part, r"\w"),
                _ => matches!(part, Expr::Literal { val, .. } if val == " ") || is_run_of(part, r"\s"),
            });
            (alternates && parts.len() % 2 == 1).then_some(parts.len() / 2 + 1)
        }
        word => is_run_of(word, r"\w").then_some(1),
    }
}

/// `\w+` for the class `\w`.
fn is_run_of(expr: &Expr, class: &str) -> bool {
    let Expr::Repeat { child, lo: 1.., hi, .. } = expr else { return false };
    *hi == usize::MAX && matches!(child.as_ref(), Expr::Delegate { inner, .. } if inner == class)
}

/// Bit `n` for every `n` of words, up to 7, that the text says twice in a row, ignoring case; all bits where it is not ASCII.
pub fn echoes(text: &str) -> u8 {
    if !text.is_ascii() {
        return u8::MAX;
    }
    let is_mark = |c: char| !c.is_ascii_alphanumeric() && c != '_' && !c.is_ascii_whitespace();
    text.split(is_mark).fold(0, |found, stretch| found | echoes_between_marks(stretch))
}

fn echoes_between_marks(stretch: &str) -> u8 {
    let mut last: [&str; 8] = [""; 8];
    let mut found = 0;
    for (n, word) in stretch.split_ascii_whitespace().enumerate() {
        for back in 1..=n.min(7) {
            if last[(n - back) % 8].eq_ignore_ascii_case(word) {
                found |= 1 << back;
            }
        }
        last[n % 8] = word;
    }
    found
}

/// A piece that is a regular expression of its own, such as `[0-9]`, `\d` or `\s`.
fn of_class(inner: &str, ignore_case: bool) -> Part {
    let parsed = regex_syntax::ParserBuilder::new().case_insensitive(ignore_case).build().parse(inner);
    match parsed.as_ref().map(Hir::kind) {
        Ok(HirKind::Class(Class::Unicode(class))) => Part::One(
            class
                .ranges()
                .iter()
                .fold(CharSet::default(), |set, range| set.union(set_of(u32::from(range.start()), u32::from(range.end())))),
        ),
        Ok(HirKind::Literal(literal)) => match std::str::from_utf8(&literal.0) {
            Ok(text) => Part::Literal(text.to_owned(), false),
            Err(_) => Part::nothing(),
        },
        _ => Part::nothing(),
    }
}

fn set_of(start: u32, end: u32) -> CharSet {
    let ascii = (start..=end.min(127)).fold(0u128, |bits, code| bits | 1 << code);
    CharSet { ascii, other: end > 127 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn literals(pattern: &str) -> Vec<String> {
        Need::of_pattern(pattern, false).literals.unwrap_or_default()
    }

    #[test]
    fn the_best_literals_are_found() {
        assert_eq!(literals(r"\bgreg rutkowski\b"), ["greg rutkowski"]);
        assert_eq!(literals(r"(?:uhd|fhd)\s"), ["fhd", "uhd"]);
        assert_eq!(literals(r"(?<=a) ?trending on \w+"), ["trending on "]);
        assert_eq!(literals(r"x*(?!foo)"), Vec::<String>::new());
        assert_eq!(literals(r"(ab|c*)"), Vec::<String>::new());
        assert_eq!(literals(r"(?:ab)?"), Vec::<String>::new());
        assert_eq!(literals(r"(?:ab)+"), ["ab"]);
    }

    #[test]
    fn words_said_twice_are_looked_for() {
        let echo = |pattern: &str| Need::of_pattern(pattern, true).echo;
        assert_eq!(echo(r"\b(\w+)(\s+\1\b)+"), Some(1));
        assert_eq!(echo(r"\b(\w+ \w+)(\s+\1\b)+"), Some(2));
        assert_eq!(echo(r"\b(\w)(\s+\1\b)+"), None);
        assert_eq!(echo(r"(\w+) \1"), None);
        assert_eq!(echoes("a cat and a dog"), 1 << 3);
        assert_eq!(echoes("a Cat cat"), 1 << 1);
        assert_eq!(echoes("wow so wow-so"), 1 << 2);
        assert_eq!(echoes("a cat, cat"), 0);
        assert_eq!(echoes("é"), u8::MAX);
    }

    #[test]
    fn sets_of_characters_are_found() {
        let need = Need::of_pattern(r"\d+ ?mm|\d{3,}", false);
        assert!(need.literals.is_none());
        assert!(need.chars.iter().all(|set| !set.meets(CharSet::of("no digits"))));
        assert!(need.chars.iter().all(|set| set.meets(CharSet::of("85"))));
    }

    #[test]
    fn folding_beyond_ascii_is_not_forgotten() {
        let need = Need::of_pattern("k", true);
        assert!(need.literals.is_none() && need.chars.iter().all(|set| set.meets(CharSet::of("\u{212a}"))));
    }
}
