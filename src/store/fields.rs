//! The fields of a record: the imported ones, and over them those that rules set.

use crate::model::Fields;

/// Names and JSON values as a JSON object; `None` for no fields.
pub(super) fn to_json(fields: &[(String, String)]) -> Option<String> {
    (!fields.is_empty()).then(|| written(fields.iter().map(|(name, value)| (name.as_str(), value.as_str()))))
}

/// Names and JSON values of a JSON object, in order.
pub(super) fn from_json(json: Option<&str>) -> Vec<(String, String)> {
    let object = json.and_then(|json| serde_json::from_str::<Fields<'_>>(json).ok());
    object.map_or_else(Vec::new, |object| object.0.into_iter().map(|(name, value)| (name, value.get().to_owned())).collect())
}

/// The imported fields with those that rules set in their place, or behind them. Values stay as they are written.
pub(super) fn merged(imported: Option<String>, set: &[(String, String)]) -> Option<String> {
    if set.is_empty() {
        return imported;
    }
    let mut fields = from_json(imported.as_deref());
    for (name, value) in set {
        match fields.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => old.clone_from(value),
            None => fields.push((name.clone(), value.clone())),
        }
    }
    to_json(&fields)
}

fn written<'a>(fields: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let members: Vec<String> = fields.map(|(name, value)| format!("{}: {value}", serde_json::Value::from(name))).collect();
    format!("{{{}}}", members.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn set_fields_stand_over_imported_ones() {
        let set = [("ar".to_owned(), "\"16:9\"".to_owned()), ("b".to_owned(), "\"x\"".to_owned())];
        let imported = Some(r#"{"a": 18446744073709551616, "b": [1e400]}"#.to_owned());
        assert_eq!(merged(imported, &set).as_deref(), Some(r#"{"a": 18446744073709551616, "b": "x", "ar": "16:9"}"#));
        assert_eq!(merged(None, &set).as_deref(), Some(r#"{"ar": "16:9", "b": "x"}"#));
        assert_eq!(merged(None, &[]), None);
        assert_eq!(from_json(to_json(&set).as_deref()), set);
    }
}
