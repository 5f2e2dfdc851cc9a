//! A record as rules see it: what conditions may ask for besides the text.
//!
//! All of it is part of what was imported and never changes, so that what a pipeline makes of a record is fixed by the record
//! and the pipeline. That is why the split is the one that the *source* declares, and not the one that tamis assigned.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

/// Where a text comes from, and its imported fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Subject<'a> {
    /// Name of the source.
    pub source: &'a str,
    /// The split that the source declares.
    pub split: Option<&'a str>,
    /// The imported fields, a JSON object.
    pub fields: Option<&'a str>,
    /// What rules before set, names and JSON values, the newest last.
    pub set: &'a [(String, String)],
}

impl Subject<'_> {
    /// The value of a field as text: a string without its quotes, anything else as JSON has it. Absent and `null` are the same.
    pub fn field(&self, name: &str) -> Option<String> {
        if let Some((_, json)) = self.set.iter().rev().find(|(set, _)| set == name) {
            return as_text(json);
        }
        let fields: BTreeMap<String, &RawValue> = serde_json::from_str(self.fields?).ok()?;
        as_text(fields.get(name)?.get())
    }
}

fn as_text(json: &str) -> Option<String> {
    match serde_json::from_str::<String>(json) {
        Ok(text) => Some(text),
        Err(_) => (json != "null").then(|| json.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_as_text() {
        let fields = r#"{"model": "sd2", "score": 0.30, "none": null, "tags": ["a"]}"#;
        let set = [("model".to_owned(), "\"sd3\"".to_owned())];
        let subject = Subject { fields: Some(fields), ..Subject::default() };
        assert_eq!(subject.field("model").as_deref(), Some("sd2"));
        assert_eq!(subject.field("score").as_deref(), Some("0.30"));
        assert_eq!(subject.field("tags").as_deref(), Some("[\"a\"]"));
        assert_eq!(subject.field("none"), None);
        assert_eq!(subject.field("other"), None);
        assert_eq!(Subject { set: &set, ..subject }.field("model").as_deref(), Some("sd3"));
        assert_eq!(Subject { fields: Some("broken"), ..subject }.field("model"), None);
    }
}
