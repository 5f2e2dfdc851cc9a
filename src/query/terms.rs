//! The terms of the filter language: words, phrases, regular expressions, `key:value`.

use super::parser::{Parsed, Parser, ends_word, error};
use crate::model::filter::{CauseKind, Compare, Pattern};
use crate::model::{Filter, IdList, State};

/// What follows a colon.
struct Value {
    /// Byte offset of its first character (or of its opening quote).
    at: usize,
    text: String,
    quoted: bool,
}

impl<'a> Parser<'a> {
    pub(super) fn term(&mut self) -> Parsed<Filter> {
        let start = self.at;
        match self.rest().as_bytes().first() {
            Some(b'"') => self.phrase(start),
            Some(b'/') => self.regex(start),
            Some(b'~') => self.fuzzy(),
            _ => self.word(start),
        }
    }

    /// `"a phrase"`, or `"a field":value`.
    fn phrase(&mut self, start: usize) -> Parsed<Filter> {
        let phrase = self.quoted()?;
        if self.takes(':') {
            return self.field(start, &phrase);
        }
        if phrase.is_empty() { error(start, "expected something between the quotes") } else { Ok(Filter::Contains(phrase)) }
    }

    fn regex(&mut self, start: usize) -> Parsed<Filter> {
        let body = &self.text[start + 1..];
        let mut escaped = false;
        let end = body.find(|c| {
            let closes = c == '/' && !escaped;
            escaped = c == '\\' && !escaped;
            closes
        });
        let Some(end) = end else { return error(start, "this /regex/ is not closed; \"/\" finds a slash") };
        self.at = start + end + 2;
        if !self.rest().is_empty() && !self.rest().starts_with(ends_word) {
            return error(self.at, "expected a blank after /regex/; a slash inside it is written \\/");
        }
        Pattern::new(&body[..end]).map(Filter::Regex).or_else(|message| error(start + 1, message))
    }

    fn fuzzy(&mut self) -> Parsed<Filter> {
        self.at += 1;
        let value = self.value("~")?;
        if value.text.is_empty() {
            error(value.at, "expected something between the quotes")
        } else {
            Ok(Filter::Fuzzy(value.text))
        }
    }

    fn word(&mut self, start: usize) -> Parsed<Filter> {
        let word = self.bare();
        if let Some((key, rest)) = word.split_once(':')
            && self.is_meant_as_key(key, rest)
        {
            self.at = start + key.len() + 1;
            return self.keyed(start, key);
        }
        Ok(if word == "*" { Filter::All } else { Filter::Contains(word.to_owned()) })
    }

    /// `16:9`, `http://x` and `style:` are prose; an unknown `colour:red` is taken for a slip.
    fn is_meant_as_key(&self, key: &str, rest: &str) -> bool {
        let is_name = key.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
        let has_value = !rest.is_empty() || self.rest().starts_with('"');
        self.fields.is_key(key) || (is_name && has_value && !rest.starts_with("//"))
    }

    /// A value behind one of the keys there always are, else behind a field.
    fn keyed(&mut self, start: usize, key: &str) -> Parsed<Filter> {
        match key {
            "source" => self.value("source:").map(|v| Filter::Source(v.text)),
            "split" => self.value("split:").map(|v| Filter::Split((v.quoted || v.text != "none").then_some(v.text))),
            "rule" => self.value("rule:").map(|v| Filter::Rule(v.text)),
            "dropped" => self.value("dropped:").map(|v| Filter::DroppedBy(v.text)),
            "state" => self.state(),
            "cause" => self.cause(),
            "has" => self.has(),
            "chars" => self.comparison(key, Filter::Chars),
            "words" => self.comparison(key, Filter::Words),
            "tokens" => self.comparison(key, Filter::Tokens),
            "id" => self.ids(),
            field => self.field(start, field),
        }
    }

    fn field(&mut self, start: usize, name: &str) -> Parsed<Filter> {
        if self.fields.is_number(name) {
            return self.comparison(name, |compare, number| Filter::Number(name.to_owned(), compare, number));
        }
        if self.fields.is_text(name) {
            let value = self.value(&format!("{name}:"))?;
            return Ok(Filter::Field(name.to_owned(), value.text));
        }
        let keys = self.fields.list();
        error(start, format!("there is no field {name}; the keys are {keys}; to find it as text, put quotes around it"))
    }

    fn state(&mut self) -> Parsed<Filter> {
        let value = self.value("state:")?;
        if value.text == "kept" {
            return Ok(Filter::Not(Box::new(Filter::State(State::Drop))));
        }
        match State::ALL.into_iter().find(|state| state.word() == value.text) {
            Some(state) => Ok(Filter::State(state)),
            None => error(value.at, "expected undecided, keep, flag, drop or kept (all but drop)"),
        }
    }

    fn cause(&mut self) -> Parsed<Filter> {
        let value = self.value("cause:")?;
        let cause = CauseKind::ALL.into_iter().find(|cause| cause.word() == value.text);
        match value.text.as_str() {
            "none" => Ok(Filter::Cause(None)),
            _ if cause.is_some() => Ok(Filter::Cause(cause)),
            _ => error(value.at, "expected hand, rule, duplicate or none"),
        }
    }

    fn has(&mut self) -> Parsed<Filter> {
        let value = self.value("has:")?;
        if value.text == "image" { Ok(Filter::HasImage) } else { error(value.at, "expected image") }
    }

    /// A comparison, or a list with commas in it: `3,7,10..12`.
    fn ids(&mut self) -> Parsed<Filter> {
        let at = self.at;
        if !self.bare().contains(',') {
            self.at = at;
            return self.comparison("id", Filter::Id);
        }
        let mut ranges = Vec::new();
        let mut place = at;
        for part in self.text[at..self.at].split(',') {
            match id_range(part) {
                Some((low, high)) if low <= high => ranges.push((low, high)),
                Some((low, high)) => return error(place, format!("nothing lies in {low}..{high}; the smaller id comes first")),
                None => return error(place, "expected an id or a range of ids here, as in id:3,7,10..12"),
            }
            place += part.len() + 1;
        }
        Ok(Filter::of_ids(IdList::new(ranges)))
    }

    /// `>200`, `<=75`, `=3`, `3`, `100..200`, `100..`, `..200`.
    fn comparison(&mut self, key: &str, term: impl Fn(Compare, f64) -> Filter) -> Parsed<Filter> {
        let value = self.value(&format!("{key}:"))?;
        let number = |text: &str| -> Parsed<f64> {
            match text.parse() {
                Ok(number) if f64::is_finite(number) => Ok(number),
                _ => error(value.at, format!("expected a number, such as {key}:>200, {key}:75 or {key}:100..200")),
            }
        };
        let operators = [
            ("<=", Compare::AtMost),
            (">=", Compare::AtLeast),
            ("<", Compare::Less),
            (">", Compare::More),
            ("=", Compare::Equal),
        ];
        for (sign, compare) in operators {
            if let Some(rest) = value.text.strip_prefix(sign) {
                return Ok(term(compare, number(rest)?));
            }
        }
        let Some((low, high)) = value.text.split_once("..").filter(|&ends| ends != ("", "")) else {
            return Ok(term(Compare::Equal, number(&value.text)?));
        };
        let low = if low.is_empty() { None } else { Some(number(low)?) };
        let high = if high.is_empty() { None } else { Some(number(high)?) };
        if let (Some(low), Some(high)) = (low, high)
            && low > high
        {
            return error(value.at, format!("nothing lies in {low}..{high}; the smaller number comes first"));
        }
        let ends = [low.map(|n| term(Compare::AtLeast, n)), high.map(|n| term(Compare::AtMost, n))];
        Ok(Filter::all_of(ends.into_iter().flatten()))
    }

    /// What stands behind `key`: quoted, or up to the end of the word.
    fn value(&mut self, key: &str) -> Parsed<Value> {
        let at = self.at;
        if self.rest().starts_with('"') {
            return Ok(Value { at, text: self.quoted()?, quoted: true });
        }
        let text = self.bare().to_owned();
        if text.is_empty() {
            error(at, format!("expected something right after {key}"))
        } else {
            Ok(Value { at, text, quoted: false })
        }
    }

    fn bare(&mut self) -> &'a str {
        let rest = self.rest();
        let word = &rest[..rest.find(ends_word).unwrap_or(rest.len())];
        self.at += word.len();
        word
    }

    /// What lies between two quotes, with `\"` and `\\` undone. The place is at the opening quote.
    fn quoted(&mut self) -> Parsed<String> {
        let start = self.at;
        let mut inner = String::new();
        let mut chars = self.text[start + 1..].char_indices();
        while let Some((offset, c)) = chars.next() {
            match c {
                '"' => {
                    self.at = start + 1 + offset + 1;
                    return Ok(inner);
                }
                '\\' if chars.as_str().starts_with(['"', '\\']) => inner.extend(chars.next().map(|(_, escaped)| escaped)),
                other => inner.push(other),
            }
        }
        error(start, "this quote is not closed")
    }
}

/// `7` or `10..12`; nothing but digits.
fn id_range(text: &str) -> Option<(u32, u32)> {
    let id = |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok())?;
    match text.split_once("..") {
        Some((low, high)) => Some((id(low)?, id(high)?)),
        None => id(text).map(|id| (id, id)),
    }
}
