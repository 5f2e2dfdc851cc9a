//! Phrase lists with holes in them, and the texts they expand to.
//!
//! A list is a text file of `assets/compose/`, one phrase a line; lines that begin with `# ` are comments. In a phrase:
//!
//! | written | means |
//! |---|---|
//! | `{creature}` | a phrase of that list |
//! | `{quality*2-5}` | two to five different ones with `, ` between, those at the top of the list more often |
//! | `[ at night]`, `[30: at night]` | there in half of the texts, in 30 % of them |
//! | `{#1-12}` | a whole number |
//! | `{@first}`, `{@name}`, `{@place}`, `{@word}` | an invented name |
//! | `a(n) `, `A(n) ` | the article that fits what follows |
//! | `\[`, `\]`, `\{`, `\}` | the character itself |
//!
//! A phrase may name only lists that stand before its own, so an expansion always ends.

use std::iter::Peekable;
use std::str::Chars;

use super::names::{self, NameKind};
use super::rng::Rng;

/// A list's number in its grammar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListId(usize);

/// Compiled phrase lists.
#[derive(Debug, Default)]
pub struct Grammar {
    lists: Vec<List>,
}

#[derive(Debug)]
struct List {
    name: &'static str,
    phrases: Vec<Phrase>,
    lines: Vec<&'static str>,
}

type Phrase = Vec<Token>;

#[derive(Debug, PartialEq)]
enum Token {
    Text(String),
    Article,
    CapitalArticle,
    Pick(ListId),
    Several { list: ListId, least: usize, most: usize },
    Maybe { percent: u32, body: Phrase },
    Number { least: usize, most: usize },
    Name(NameKind),
}

impl Grammar {
    /// Compiles `(name, file content)` pairs, in order; says which line of which list does not compile.
    pub fn compile(sources: &[(&'static str, &'static str)]) -> Result<Self, String> {
        let mut grammar = Grammar::default();
        for &(name, content) in sources {
            let lines: Vec<&str> = content.lines().filter(|line| !line.is_empty() && !line.starts_with("# ")).collect();
            let phrases = lines
                .iter()
                .map(|line| grammar.phrase(line).map_err(|problem| format!("{name}: {line}: {problem}")))
                .collect::<Result<Vec<Phrase>, String>>()?;
            if phrases.is_empty() {
                return Err(format!("{name}: no phrases"));
            }
            grammar.lists.push(List { name, phrases, lines });
        }
        Ok(grammar)
    }

    /// The list of that name.
    pub fn list(&self, name: &str) -> Option<ListId> {
        self.lists.iter().position(|list| list.name == name).map(ListId)
    }

    /// The phrases of a list as they stand in its file.
    pub fn lines(&self, list: ListId) -> &[&'static str] {
        &self.lists[list.0].lines
    }

    /// A text of the list, appended to `out`.
    pub fn expand(&self, list: ListId, rng: &mut Rng, out: &mut String) {
        let mut writer = Writer { out, article_pending: false };
        self.write_pick(list, rng, &mut writer);
    }

    fn write_pick(&self, list: ListId, rng: &mut Rng, writer: &mut Writer<'_>) {
        let phrases = &self.lists[list.0].phrases;
        self.write(&phrases[rng.below(phrases.len())], rng, writer);
    }

    fn write(&self, phrase: &[Token], rng: &mut Rng, writer: &mut Writer<'_>) {
        for token in phrase {
            match token {
                Token::Text(text) => writer.push(text),
                Token::Article => writer.article("a "),
                Token::CapitalArticle => writer.article("A "),
                Token::Pick(list) => self.write_pick(*list, rng, writer),
                Token::Several { list, least, most } => self.write_several(*list, rng.between(*least, *most), rng, writer),
                Token::Maybe { percent, body } => {
                    if rng.percent(*percent) {
                        self.write(body, rng, writer);
                    }
                }
                Token::Number { least, most } => writer.push(&rng.between(*least, *most).to_string()),
                Token::Name(kind) => writer.push(&names::invent(*kind, rng)),
            }
        }
    }

    /// Up to `count` phrases (a phrase that was drawn already is left out), the first ones of the list more often.
    fn write_several(&self, list: ListId, count: usize, rng: &mut Rng, writer: &mut Writer<'_>) {
        let phrases = &self.lists[list.0].phrases;
        let mut drawn = Vec::with_capacity(count);
        for _ in 0..count {
            let next = rng.skewed_below(phrases.len());
            if drawn.contains(&next) {
                continue;
            }
            if !drawn.is_empty() {
                writer.push(", ");
            }
            self.write(&phrases[next], rng, writer);
            drawn.push(next);
        }
    }

    fn phrase(&self, line: &str) -> Result<Phrase, String> {
        let mut chars = line.chars().peekable();
        let phrase = self.tokens(&mut chars)?;
        if chars.peek().is_some() { Err("a ] without its [".into()) } else { Ok(phrase) }
    }

    /// Tokens up to the end or to an unescaped `]`, which is left for the caller.
    fn tokens(&self, chars: &mut Peekable<Chars<'_>>) -> Result<Phrase, String> {
        let mut tokens = Vec::new();
        let mut text = String::new();
        while let Some(&next) = chars.peek() {
            if next == ']' {
                break;
            }
            chars.next();
            match next {
                '\\' => text.extend(chars.next()),
                '{' => {
                    flush(&mut text, &mut tokens);
                    let inside: String = chars.by_ref().take_while(|c| *c != '}').collect();
                    tokens.push(self.hole(&inside)?);
                }
                '[' => {
                    flush(&mut text, &mut tokens);
                    let percent = percent(chars);
                    let body = self.tokens(chars)?;
                    if chars.next() != Some(']') {
                        return Err("a [ without its ]".into());
                    }
                    tokens.push(Token::Maybe { percent, body });
                }
                _ => text.push(next),
            }
        }
        flush(&mut text, &mut tokens);
        Ok(tokens)
    }

    /// What stands between `{` and `}`.
    fn hole(&self, inside: &str) -> Result<Token, String> {
        let unknown = || format!("unknown: {{{inside}}}");
        let find = |name: &str| self.list(name).ok_or_else(unknown);
        if let Some(numbers) = inside.strip_prefix('#') {
            let (least, most) = range(numbers).ok_or_else(unknown)?;
            return Ok(Token::Number { least, most });
        }
        if let Some(kind) = inside.strip_prefix('@') {
            return NameKind::from_word(kind).map(Token::Name).ok_or_else(unknown);
        }
        match inside.split_once('*') {
            Some((name, numbers)) => {
                let (least, most) = range(numbers).ok_or_else(unknown)?;
                Ok(Token::Several { list: find(name)?, least, most })
            }
            None => find(inside).map(Token::Pick),
        }
    }
}

/// `2-5`, least first.
fn range(text: &str) -> Option<(usize, usize)> {
    let (least, most) = text.split_once('-')?;
    let (least, most) = (least.parse().ok()?, most.parse().ok()?);
    (least <= most).then_some((least, most))
}

/// Takes `30:` from the front; half where there is none.
fn percent(chars: &mut Peekable<Chars<'_>>) -> u32 {
    let ahead: String = chars.clone().take_while(char::is_ascii_digit).collect();
    match (ahead.parse(), chars.clone().nth(ahead.len())) {
        (Ok(percent), Some(':')) => {
            chars.nth(ahead.len());
            percent
        }
        _ => 50,
    }
}

fn flush(text: &mut String, tokens: &mut Phrase) {
    let mut rest = text.as_str();
    while let Some(at) = rest.find("a(n) ").into_iter().chain(rest.find("A(n) ")).min() {
        push_text(&rest[..at], tokens);
        tokens.push(if rest[at..].starts_with('a') { Token::Article } else { Token::CapitalArticle });
        rest = &rest[at + "a(n) ".len()..];
    }
    push_text(rest, tokens);
    text.clear();
}

fn push_text(text: &str, tokens: &mut Phrase) {
    if !text.is_empty() {
        tokens.push(Token::Text(text.to_owned()));
    }
}

/// Knows that an article was written and still lacks its n.
struct Writer<'a> {
    out: &'a mut String,
    article_pending: bool,
}

impl Writer<'_> {
    fn push(&mut self, text: &str) {
        if self.article_pending && !text.is_empty() {
            self.article_pending = false;
            if wants_an(text) {
                self.out.insert(self.out.len() - 1, 'n');
            }
        }
        self.out.push_str(text);
    }

    /// `article` ends with a blank.
    fn article(&mut self, article: &str) {
        self.push(article);
        self.article_pending = true;
    }
}

fn wants_an(text: &str) -> bool {
    const SOUND_LIKE_CONSONANTS: [&str; 5] = ["uni", "one", "ufo", "use", "eu"];
    text.starts_with(['a', 'e', 'i', 'o', 'u', 'A', 'E', 'I', 'O', 'U', '8'])
        && !SOUND_LIKE_CONSONANTS.iter().any(|head| text.starts_with(head))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn texts(sources: &[(&'static str, &'static str)]) -> BTreeSet<String> {
        let grammar = Grammar::compile(sources).unwrap();
        let list = ListId(sources.len() - 1);
        let mut rng = Rng::new(1);
        let text = |rng: &mut Rng| {
            let mut out = String::new();
            grammar.expand(list, rng, &mut out);
            out
        };
        (0..300).map(|_| text(&mut rng)).collect()
    }

    fn one(phrase: &'static str) -> String {
        let all = texts(&[("animal", "owl\n"), ("phrase", phrase)]);
        assert_eq!(all.len(), 1, "{all:?}");
        all.into_iter().next().unwrap()
    }

    #[test]
    fn articles_fit_what_follows() {
        assert_eq!(one("a(n) {animal} and a(n) fox"), "an owl and a fox");
        assert_eq!(one("A(n) {animal}, a(n) [0:very ]old unicorn, a(n) unicorn"), "An owl, an old unicorn, a unicorn");
    }

    #[test]
    fn optional_parts_come_and_go() {
        assert_eq!(texts(&[("p", "x[30: y[ z]]")]), BTreeSet::from(["x".into(), "x y".into(), "x y z".into()]));
        assert_eq!(one("x[100: y][0: z]"), "x y");
    }

    #[test]
    fn several_are_different_ones() {
        let all = texts(&[("t", "a\nb\n"), ("p", "{t*2-2}")]);
        assert_eq!(all, BTreeSet::from(["a".into(), "b".into(), "a, b".into(), "b, a".into()]));
    }

    #[test]
    fn escaped_brackets_are_text() {
        assert_eq!(one(r"\[{animal}\] \{x\}"), "[owl] {x}");
    }

    #[test]
    fn numbers_keep_their_range() {
        let all = texts(&[("p", "{#3-5}")]);
        assert_eq!(all, BTreeSet::from(["3".into(), "4".into(), "5".into()]));
    }

    #[test]
    fn mistakes_are_named() {
        for bad in ["{later}", "x]", "[x", "{#5-3}", "{@nobody}", "{t*x}"] {
            let source = Box::leak(bad.to_owned().into_boxed_str());
            let problem = Grammar::compile(&[("t", "a"), ("p", source)]).unwrap_err();
            assert!(problem.starts_with(&format!("p: {bad}: ")), "{problem}");
        }
        assert!(Grammar::compile(&[("t", "# only a comment\n\n")]).is_err());
    }
}
