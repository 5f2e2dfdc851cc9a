//! The numbers among the imported fields, picked out of their JSON on a thread beside the one that reads the records.

use std::borrow::Cow;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use memchr::memchr2;

use crate::query::NumberColumns;

/// Records whose fields are handed over at once; a few such batches wait at most.
const BATCH: usize = 1024;
/// Bytes after which a batch is handed over though it is not full.
const BATCH_BYTES: usize = 1 << 20;

/// The fields of some records, end to end. A record without fields has an empty stretch.
#[derive(Default)]
pub(super) struct Batch {
    json: String,
    ends: Vec<usize>,
}

/// Hands fields over. Whoever receives them may be gone; the reader finds out when it joins that thread.
pub(super) struct Fields {
    sender: SyncSender<Batch>,
    batch: Batch,
}

pub(super) fn channel() -> (Fields, Receiver<Batch>) {
    let (sender, receiver) = sync_channel(4);
    (Fields { sender, batch: Batch::default() }, receiver)
}

impl Fields {
    /// The fields of the next record.
    pub(super) fn push(&mut self, json: Option<&str>) {
        self.batch.json.push_str(json.unwrap_or_default());
        self.batch.ends.push(self.batch.json.len());
        if self.batch.ends.len() == BATCH || self.batch.json.len() >= BATCH_BYTES {
            self.flush();
        }
    }

    fn flush(&mut self) {
        let next = Batch { json: String::with_capacity(self.batch.json.len()), ends: Vec::with_capacity(BATCH) };
        _ = self.sender.send(std::mem::replace(&mut self.batch, next));
    }

    /// There are no more records.
    pub(super) fn finish(mut self) {
        self.flush();
    }
}

/// The numeric columns of all that comes.
pub(super) fn columns_of(batches: Receiver<Batch>) -> NumberColumns {
    let mut columns = NumberColumns::default();
    for Batch { json, ends } in batches {
        let mut start = 0;
        for end in ends {
            columns.record();
            // Fields were written by an importer; what does not parse has no further numbers.
            let _ = for_each_number(&json[start..end], |name, value| columns.set(name, value));
            start = end;
        }
    }
    columns
}

/// Calls `found` for every top-level number of a JSON object, and for every string that is one (csv has only strings), in order.
/// `None` at the place where it is no object.
fn for_each_number(json: &str, mut found: impl FnMut(&str, f32)) -> Option<()> {
    let bytes = json.as_bytes();
    let mut at = expect(bytes, 0, b'{')?;
    loop {
        let key = space(bytes, at);
        let key_end = string_end(bytes, key)?;
        let value = space(bytes, expect(bytes, key_end, b':')?);
        let value_end = value_end(bytes, value)?;
        if let Some(number) = number(json.get(value..value_end)?) {
            found(&name(json.get(key..key_end)?)?, number);
        }
        at = space(bytes, value_end);
        if bytes.get(at) != Some(&b',') {
            return Some(());
        }
        at += 1;
    }
}

fn space(bytes: &[u8], from: usize) -> usize {
    bytes[from..].iter().position(|b| !matches!(b, b' ' | b'\t' | b'\n' | b'\r')).map_or(bytes.len(), |n| from + n)
}

/// The place behind `byte`, if that is what comes.
fn expect(bytes: &[u8], from: usize, byte: u8) -> Option<usize> {
    let at = space(bytes, from);
    (bytes.get(at) == Some(&byte)).then_some(at + 1)
}

/// The place behind the closing quote of the string that begins at `from`.
fn string_end(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = expect(bytes, from, b'"')?;
    loop {
        at += memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes[at] == b'"' {
            return Some(at + 1);
        }
        at += 2;
    }
}

fn value_end(bytes: &[u8], from: usize) -> Option<usize> {
    match bytes.get(from)? {
        b'"' => string_end(bytes, from),
        b'{' | b'[' => nested_end(bytes, from),
        _ => bytes[from..].iter().position(|b| matches!(b, b',' | b'}' | b']' | b' ' | b'\t' | b'\n' | b'\r')).map(|n| from + n),
    }
}

fn nested_end(bytes: &[u8], from: usize) -> Option<usize> {
    let (mut at, mut depth) = (from, 0usize);
    loop {
        match bytes.get(at)? {
            b'"' => at = string_end(bytes, at)?,
            b'{' | b'[' => (at, depth) = (at + 1, depth + 1),
            b'}' | b']' if depth == 1 => return Some(at + 1),
            b'}' | b']' => (at, depth) = (at + 1, depth - 1),
            _ => at += 1,
        }
    }
}

fn number(value: &str) -> Option<f32> {
    let text = value.trim_matches('"');
    let numeric = text.bytes().next().is_some_and(|b| b.is_ascii_digit() || b == b'-' || b == b'.');
    numeric.then(|| text.parse().ok()).flatten()
}

/// What a key with its quotes stands for.
fn name(raw: &str) -> Option<Cow<'_, str>> {
    let inner = raw.get(1..raw.len().checked_sub(1)?)?;
    if inner.contains('\\') { serde_json::from_str(raw).ok().map(Cow::Owned) } else { Some(Cow::Borrowed(inner)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;

    fn numbers(json: &str) -> Vec<(String, f32)> {
        let mut found = Vec::new();
        let _ = for_each_number(json, |name, value| found.push((name.to_owned(), value)));
        found
    }

    #[test]
    fn numbers_are_found_wherever_they_stand() {
        let json =
            r#" { "a" : 1.5e1 , "b":"2", "c":{"x":3,"y":"}"},"d":[4,"]"],"\u0065":-5,"f":"6 apples","g":null,"h":.5,"i":"" } "#;
        let expected = [("a", 15.0), ("b", 2.0), ("e", -5.0), ("h", 0.5)].map(|(name, value)| (name.to_owned(), value));
        assert_eq!(numbers(json), expected);
    }

    #[test]
    fn nothing_panics_and_what_came_before_a_fault_counts() {
        let json = r#"{"a":1,"b\\":[2,"\"]"],"c":"3"}"#;
        for end in 0..json.len() {
            numbers(&json[..end]);
        }
        assert_eq!(numbers(r#"{"a":1,"b"2}"#), [("a".to_owned(), 1.0)]);
        for text in ["", "[1]", "7", "{", "{}", "null", "{\"a\\"] {
            assert_eq!(numbers(text), []);
        }
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            any::<f32>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
            any::<i32>().prop_map(|n| Value::from(n.to_string())),
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
        ];
        leaf.prop_recursive(2, 12, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::vec((any::<String>(), inner), 0..4)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        /// The same numbers as serde_json finds, in its order.
        #[test]
        fn a_full_parser_finds_the_same(members in prop::collection::vec((any::<String>(), value()), 0..6)) {
            let object: serde_json::Map<String, Value> = members.into_iter().collect();
            let expected: Vec<(String, f32)> = object
                .iter()
                .filter_map(|(name, value)| match value {
                    Value::Number(n) => Some((name.clone(), n.to_string().parse().ok()?)),
                    Value::String(text) if text.starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '.') => {
                        Some((name.clone(), text.parse().ok()?))
                    }
                    _ => None,
                })
                .filter(|(_, number): &(String, f32)| !number.is_nan())
                .collect();
            let json = Value::Object(object);
            let found: Vec<(String, f32)> = numbers(&json.to_string()).into_iter().filter(|(_, number)| !number.is_nan()).collect();
            prop_assert_eq!(&found, &expected);
            prop_assert_eq!(numbers(&serde_json::to_string_pretty(&json).unwrap()).len(), numbers(&json.to_string()).len());
        }
    }
}
