//! A strict reader of one JSON object (RFC 8259) that keeps the very characters of its values.
//!
//! `serde_json` parses for meaning: the last of two equal keys wins, 2^64 becomes a float, raw values may hold lone surrogates and nest
//! without end. This one parses for faithfulness: members are slices of the line, and what could mean two things is a fault.
//! Equal keys are a fault in every object at any depth, compared after their escapes are resolved.

use std::borrow::Cow;
use std::collections::HashSet;

use memchr::{memchr, memchr2};

/// Objects and arrays within each other; the outermost counts as one.
const DEEPEST: usize = 128;
/// Up to this many keys are compared one by one, more through a set.
const FEW_KEYS: usize = 16;

/// `"key": value` of the outermost object.
#[derive(Debug, PartialEq)]
pub(super) struct Member<'a> {
    pub(super) key: Cow<'a, str>,
    /// The key as it stands, with its quotes.
    pub(super) raw_key: &'a str,
    /// The value as it stands.
    pub(super) value: &'a str,
}

type Parsed<T> = Result<T, String>;

/// The members of the object that is all of `line`, or the reason why it is not one.
pub(super) fn object(line: &str) -> Parsed<Vec<Member<'_>>> {
    let mut reader = Reader { text: line, at: 0, depth: 0, has_controls: line.bytes().fold(false, |any, b| any | (b < b' ')) };
    reader.space();
    if reader.byte() != Some(b'{') {
        return Err(match reader.byte() {
            Some(b'[') => "an array, not an object".to_owned(),
            _ => reader.fault("not a JSON object"),
        });
    }
    let mut members = Vec::with_capacity(FEW_KEYS);
    reader.object(|member| members.push(member))?;
    reader.space();
    match reader.byte() {
        None => Ok(members),
        Some(_) => Err(reader.fault("text after the object")),
    }
}

/// The string that the token `raw` stands for; `None` when it is no string. `raw` must have come out of [`object`].
pub(super) fn string(raw: &str) -> Option<Cow<'_, str>> {
    if !raw.starts_with('"') {
        return None;
    }
    let inner = raw.get(1..raw.len() - 1)?;
    match memchr(b'\\', inner.as_bytes()) {
        None => Some(Cow::Borrowed(inner)),
        Some(_) => unescape(inner).map(Cow::Owned),
    }
}

/// Appends `text` to `json` as a JSON string.
pub(super) fn push_string(json: &mut String, text: &str) {
    use std::fmt::Write;
    json.push('"');
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|b| b < b' ' || b == b'"' || b == b'\\') {
        json.push_str(&rest[..at]);
        match rest.as_bytes()[at] {
            b'"' => json.push_str("\\\""),
            b'\\' => json.push_str("\\\\"),
            b'\n' => json.push_str("\\n"),
            b'\r' => json.push_str("\\r"),
            b'\t' => json.push_str("\\t"),
            control => {
                let _ = write!(json, "\\u{control:04x}");
            }
        }
        rest = &rest[at + 1..];
    }
    json.push_str(rest);
    json.push('"');
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    /// The line holds bytes below U+0020 somewhere, so strings must be searched for them.
    has_controls: bool,
}

impl<'a> Reader<'a> {
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn fault(&self, what: &str) -> String {
        match self.byte() {
            Some(_) => format!("{what} at byte offset {}", self.at),
            None => format!("{what} at the end of the line"),
        }
    }

    fn space(&mut self) {
        while matches!(self.byte(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn expect(&mut self, byte: u8, what: &str) -> Parsed<()> {
        self.space();
        if self.byte() != Some(byte) {
            return Err(self.fault(what));
        }
        self.at += 1;
        Ok(())
    }

    fn value(&mut self) -> Parsed<&'a str> {
        self.space();
        let start = self.at;
        match self.byte() {
            Some(b'"') => return self.string(),
            Some(b'{') => self.object(|_| ())?,
            Some(b'[') => self.array()?,
            Some(b'-' | b'0'..=b'9') => self.number()?,
            _ => self.word()?,
        }
        Ok(&self.text[start..self.at])
    }

    fn deeper(&mut self) -> Parsed<()> {
        self.depth += 1;
        if self.depth > DEEPEST { Err(self.fault("nested deeper than 128")) } else { Ok(()) }
    }

    fn object(&mut self, mut each: impl FnMut(Member<'a>)) -> Parsed<()> {
        self.deeper()?;
        self.at += 1;
        self.space();
        let mut keys = Keys::default();
        if self.byte() != Some(b'}') {
            loop {
                let member = self.member()?;
                if !keys.insert(member.key.clone()) {
                    return Err(format!("key {} twice", super::columns::shown(&member.key)));
                }
                each(member);
                self.space();
                match self.byte() {
                    Some(b',') => self.at += 1,
                    Some(b'}') => break,
                    _ => return Err(self.fault("expected , or }")),
                }
            }
        }
        self.at += 1;
        self.depth -= 1;
        Ok(())
    }

    fn member(&mut self) -> Parsed<Member<'a>> {
        self.space();
        if self.byte() != Some(b'"') {
            return Err(self.fault("expected a key in double quotes"));
        }
        let raw_key = self.string()?;
        let key = string(raw_key).ok_or_else(|| self.fault("bad key"))?;
        self.expect(b':', "expected :")?;
        Ok(Member { key, raw_key, value: self.value()? })
    }

    fn array(&mut self) -> Parsed<()> {
        self.deeper()?;
        self.at += 1;
        self.space();
        if self.byte() != Some(b']') {
            loop {
                self.value()?;
                self.space();
                match self.byte() {
                    Some(b',') => self.at += 1,
                    Some(b']') => break,
                    _ => return Err(self.fault("expected , or ]")),
                }
            }
        }
        self.at += 1;
        self.depth -= 1;
        Ok(())
    }

    /// A string token with its quotes; its escapes are whole and mean something.
    fn string(&mut self) -> Parsed<&'a str> {
        let start = self.at;
        self.at += 1;
        loop {
            let rest = &self.text.as_bytes()[self.at..];
            let stop = memchr2(b'"', b'\\', rest).unwrap_or(rest.len());
            if self.has_controls
                && let Some(control) = rest[..stop].iter().position(|b| *b < b' ')
            {
                self.at += control;
                return Err(self.fault(&format!("raw control character U+{:04X} in a string", rest[control])));
            }
            self.at += stop;
            match self.byte() {
                Some(b'"') => break,
                Some(_) => self.escape()?,
                None => return Err(self.fault("string without an end")),
            }
        }
        self.at += 1;
        Ok(&self.text[start..self.at])
    }

    fn escape(&mut self) -> Parsed<()> {
        let bytes = &self.text.as_bytes()[self.at..];
        self.at += match bytes.get(1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => 2,
            Some(b'u') => {
                let unit = hex4(bytes.get(2..6)).ok_or_else(|| self.fault("bad \\u escape"))?;
                match unit {
                    0xD800..=0xDBFF if low_surrogate(&bytes[6..]).is_some() => 12,
                    0xD800..=0xDFFF => return Err(self.fault("lone surrogate")),
                    _ => 6,
                }
            }
            _ => return Err(self.fault("bad escape")),
        };
        Ok(())
    }

    fn number(&mut self) -> Parsed<()> {
        if self.byte() == Some(b'-') {
            self.at += 1;
        }
        match self.byte() {
            Some(b'0') => self.at += 1,
            Some(b'1'..=b'9') => self.digits()?,
            Some(b'I') => return Err(self.fault("Infinity is not JSON")),
            _ => return Err(self.fault("bad number")),
        }
        if self.byte() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.byte(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.byte(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(())
    }

    /// One digit or more.
    fn digits(&mut self) -> Parsed<()> {
        let start = self.at;
        while matches!(self.byte(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at == start { Err(self.fault("bad number")) } else { Ok(()) }
    }

    fn word(&mut self) -> Parsed<()> {
        let rest = &self.text[self.at..];
        if let Some(word) = ["true", "false", "null"].into_iter().find(|word| rest.starts_with(word)) {
            self.at += word.len();
            return Ok(());
        }
        let foreign = ["NaN", "Infinity"].into_iter().find(|word| rest.starts_with(word));
        Err(foreign.map_or_else(|| self.fault("expected a value"), |word| self.fault(&format!("{word} is not JSON"))))
    }
}

/// The keys of an object so far.
#[derive(Default)]
struct Keys<'a> {
    few: Vec<Cow<'a, str>>,
    many: HashSet<Cow<'a, str>>,
    /// A bit for each key that is there ([`bit_of`]): a key whose bit is not set is new, and needs no comparing.
    bits: u64,
}

impl<'a> Keys<'a> {
    /// `false` when it was there already.
    fn insert(&mut self, key: Cow<'a, str>) -> bool {
        let bit = bit_of(key.as_bytes());
        if self.bits & bit != 0 && (self.few.contains(&key) || self.many.contains(&key)) {
            return false;
        }
        self.bits |= bit;
        if self.few.len() < FEW_KEYS {
            if self.few.is_empty() {
                self.few.reserve_exact(FEW_KEYS);
            }
            self.few.push(key);
            return true;
        }
        self.many.insert(key)
    }
}

/// One of 64 bits, by length, first and last byte: hardly any two keys of an object share it.
fn bit_of(key: &[u8]) -> u64 {
    let ends = key.first().zip(key.last()).map_or(0, |(&first, &last)| usize::from(first) * 3 + usize::from(last));
    1 << ((key.len() * 7 + ends) % 64)
}

fn hex4(digits: Option<&[u8]>) -> Option<u32> {
    digits?.iter().try_fold(0, |unit, digit| Some(unit * 16 + char::from(*digit).to_digit(16)?))
}

/// The unit of a `\uDC00`…`\uDFFF` escape at the front of `bytes`.
fn low_surrogate(bytes: &[u8]) -> Option<u32> {
    if !bytes.starts_with(b"\\u") {
        return None;
    }
    hex4(bytes.get(2..6)).filter(|unit| (0xDC00..=0xDFFF).contains(unit))
}

/// Resolves the escapes of a checked string.
fn unescape(inner: &str) -> Option<String> {
    let mut text = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = memchr(b'\\', rest.as_bytes()) {
        text.push_str(&rest[..at]);
        let (letter, width) = escaped(&rest.as_bytes()[at..])?;
        text.push(letter);
        rest = rest.get(at + width..)?;
    }
    text.push_str(rest);
    Some(text)
}

/// The character that an escape stands for, and the escape's bytes.
fn escaped(bytes: &[u8]) -> Option<(char, usize)> {
    let simple = match bytes.get(1)? {
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => {
            let unit = hex4(bytes.get(2..6))?;
            let Some(low) = (0xD800..=0xDBFF).contains(&unit).then(|| low_surrogate(bytes.get(6..)?)).flatten() else {
                return Some((char::from_u32(unit)?, 6));
            };
            return Some((char::from_u32(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00))?, 12));
        }
        other => char::from(*other),
    };
    Some((simple, 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_characters() {
        let members = object(r#" { "a" : 1.0e+3 , "b\u0063":[ 1, {"x":null}] ,"d":"\ud83d\ude00" } "#).unwrap();
        let shown: Vec<_> = members.iter().map(|m| (m.key.as_ref(), m.raw_key, m.value)).collect();
        assert_eq!(
            shown,
            [("a", "\"a\"", "1.0e+3"), ("bc", r#""b\u0063""#, r#"[ 1, {"x":null}]"#), ("d", "\"d\"", r#""\ud83d\ude00""#)]
        );
        assert_eq!(string(members[2].value).unwrap(), "😀");
    }

    #[test]
    fn depth_is_counted_from_the_outermost_object() {
        let nested = |depth: usize| format!("{{\"a\":{}1{}}}", "[".repeat(depth - 1), "]".repeat(depth - 1));
        assert!(object(&nested(128)).is_ok());
        assert!(object(&nested(129)).unwrap_err().starts_with("nested deeper than 128"));
        // Depth goes down again behind each bracket.
        assert!(object(&format!("{{\"a\":[{}]}}", vec!["[]"; 500].join(","))).is_ok());
    }

    #[test]
    fn a_written_string_reads_back() {
        for text in ["", "a\"b\\c", "\u{1}\u{1f}\u{7f}\n\r\t", "é漢😀"] {
            let mut json = String::new();
            push_string(&mut json, text);
            assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
            assert_eq!(string(&json).unwrap(), text);
        }
    }
}
