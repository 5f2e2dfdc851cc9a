//! A text as words, each with its kind where it stands: `light` is a colour before `blue`, and `art` is style in `concept art`.

use super::words;

/// What a word says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Small,
    Style,
    Colour,
    Number,
    Subject,
    Negation,
}

impl Kind {
    pub const COUNT: usize = 6;
}

/// One word in lower case, British and American spelling made one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub word: String,
    pub kind: Kind,
}

/// A word as it stands in the text.
struct Raw<'t> {
    word: String,
    /// The text between the word before and this one.
    before: &'t str,
    is_capital: bool,
}

impl Raw<'_> {
    /// A comma or another mark that ends a phrase stands before it.
    fn begins_phrase(&self) -> bool {
        self.before
            .contains([',', ';', '.', '|', ':', '!', '?', '\n', '(', ')', '[', ']', '{', '}', '<', '>', '"', '，', '。', '、'])
    }

    fn is_number(&self) -> bool {
        self.word.starts_with(|c: char| c.is_ascii_digit())
    }
}

/// The words of a text with their kinds.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let raw = split(text);
    let mut kinds: Vec<Option<Kind>> = vec![None; raw.len()];
    mark_settings(&raw, &mut kinds);
    mark_phrases(&raw, &mut kinds);
    mark_credits(&raw, &mut kinds);
    mark_shades(&raw, &mut kinds);
    raw.into_iter()
        .zip(kinds)
        .map(|(raw, kind)| Token { kind: kind.unwrap_or_else(|| words::kind(&raw.word)), word: raw.word })
        .collect()
}

/// Cuts a text into words: letters and digits, with apostrophes and decimal marks inside; every emoji is a word of its own.
fn split(text: &str) -> Vec<Raw<'_>> {
    let mut found = Vec::new();
    let mut end = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((start, first)) = chars.next() {
        if !is_of_word(first) && !is_picture(first) {
            continue;
        }
        let mut last = first;
        let before = &text[end..start];
        end = start + first.len_utf8();
        while let Some(&(at, c)) = chars.peek().filter(|_| !is_picture(first)) {
            let follows = text[at + c.len_utf8()..].chars().next();
            let joins = |test: fn(&char) -> bool| test(&last) && follows.as_ref().is_some_and(test);
            let inside = match c {
                '\'' | '’' => joins(|c| c.is_alphabetic()),
                '.' | ',' => joins(char::is_ascii_digit),
                _ => is_of_word(c),
            };
            if !inside {
                break;
            }
            (last, end) = (c, at + c.len_utf8());
            chars.next();
        }
        found.push(Raw { word: normal(&text[start..end]), before, is_capital: first.is_uppercase() });
    }
    found
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '\u{300}'..='\u{36f}')
}

/// Neither a letter, a blank nor a mark of writing: an emoji, an arrow, a note.
fn is_picture(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')
}

/// Lower case; no possessive; one spelling.
fn normal(word: &str) -> String {
    let word = word.to_lowercase().replace('’', "'");
    let word = word.strip_suffix("'s").unwrap_or(&word);
    match word {
        "grey" => "gray".to_owned(),
        _ => word.replace("colour", "color"),
    }
}

/// What is said to a program: `--ar 16:9`, `(castle:1.2)`, `<lora:mist:0.8>`, `f/1.8`, `iso 100`.
fn mark_settings(raw: &[Raw], kinds: &mut [Option<Kind>]) {
    let mut in_angles = false;
    let mut in_option = false;
    for (n, token) in raw.iter().enumerate() {
        for mark in token.before.chars() {
            in_angles = (in_angles || mark == '<') && mark != '>';
        }
        let names_option = token.before.ends_with("--") || token.before.ends_with('—');
        in_option = names_option || (in_option && token.is_number());
        let is_weight = token.before.ends_with(':') && token.is_number() && token.word.contains('.');
        let is_measure = n > 0 && token.is_number() && matches!(raw[n - 1].word.as_str(), "f" | "iso");
        if in_angles || in_option || is_weight || is_measure {
            kinds[n] = Some(Kind::Style);
        }
        if is_measure {
            kinds[n - 1] = Some(Kind::Style);
        }
    }
}

/// The longest phrase of style that begins at each word.
fn mark_phrases(raw: &[Raw], kinds: &mut [Option<Kind>]) {
    let mut n = 0;
    while n < raw.len() {
        let within_phrase = 1 + raw[n + 1..].iter().take_while(|next| !next.begins_phrase()).count();
        let ahead = raw[n..n + within_phrase.min(words::LONGEST_PHRASE)].iter().map(|next| next.word.as_str());
        let length = words::style_phrase(&ahead.collect::<Vec<_>>());
        kinds[n..n + length].fill(Some(Kind::Style));
        n += length.max(1);
    }
}

/// The most words of a name or two after `by`.
const LONGEST_CREDIT: usize = 8;

/// `by NAME` and `style of NAME`. A river has no capital letter, so that who stands by it is no painter.
fn mark_credits(raw: &[Raw], kinds: &mut [Option<Kind>]) {
    for n in 0..raw.len() {
        let after = |back: usize, word: &str| n >= back && raw[n - back].word == word;
        let is_style_of = raw[n].word == "of" && after(1, "style");
        let has_name = raw.get(n + 1).is_some_and(|next| !next.begins_phrase() && words::may_be_name(&next.word));
        let begins = n == 0 || raw[n].begins_phrase() || words::is_work(&raw[n - 1].word);
        let is_known = kinds.get(n + 1) == Some(&Some(Kind::Style));
        let credits = begins || is_known || raw.get(n + 1).is_some_and(|next| next.is_capital);
        if !has_name || !(is_style_of || raw[n].word == "by" && credits) {
            continue;
        }
        let first = if is_style_of && after(3, "in") { n - 3 } else { n - usize::from(is_style_of) };
        let name = raw[n + 1..].iter().take(LONGEST_CREDIT).take_while(|next| !next.begins_phrase()).count();
        kinds[first..n + 1 + name].fill(Some(Kind::Style));
    }
}

/// `light`, `dark` and the like before a colour.
fn mark_shades(raw: &[Raw], kinds: &mut [Option<Kind>]) {
    for n in 1..raw.len() {
        if words::is_shade(&raw[n - 1].word) && kinds[n - 1].is_none() && words::kind(&raw[n].word) == Kind::Colour {
            kinds[n - 1] = Some(Kind::Colour);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_keep_what_belongs_to_them() {
        let words = |text| split(text).iter().map(|raw| raw.word.clone()).collect::<Vec<_>>();
        assert_eq!(words("Don't 3.5, the cat's 1,000 rock'n'roll"), ["don't", "3.5", "the", "cat", "1,000", "rock'n'roll"]);
        assert_eq!(words("'cat' 5. 🐱🐶x ."), ["cat", "5", "🐱", "🐶", "x"]);
        assert_eq!(words("Grey COLOURS café cafe\u{301}"), ["gray", "colors", "café", "cafe\u{301}"]);
    }

    #[test]
    fn kinds_depend_on_where_a_word_stands() {
        let kinds = |text: &str| tokens(text).iter().map(|token| token.kind).collect::<Vec<_>>();
        use Kind::*;
        assert_eq!(kinds("light blue light"), [Colour, Colour, Subject]);
        assert_eq!(kinds("concept art, art"), [Style, Style, Subject]);
        assert_eq!(kinds("art, by two men"), [Subject, Style, Style, Style]);
        assert_eq!(kinds("sitting by two men"), [Subject, Subject, Number, Subject]);
    }
}
