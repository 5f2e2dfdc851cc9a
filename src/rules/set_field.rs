//! `set-field`: a field of the record, by hand or read off the text, which stays as it is.
//!
//! Parameters: `field`, its name; `value`, which with `pattern` is a template (`$1` is the first group) that the first match in
//! the text fills, and nothing happens without a match or where it fills the template with nothing; `ignore_case` for the
//! pattern; `overwrite = false` sets the field only where it is absent.
//!
//! Values are strings. A record that has the value already, as text, is left alone.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::action::{Action, Built, Context, Fault, Params, Verdict};
use super::need::Need;
use super::pattern::{self, Pattern};

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct SetField {
    field: Spanned<String>,
    value: Spanned<String>,
    #[serde(default)]
    pattern: Option<Spanned<String>>,
    #[serde(default)]
    ignore_case: bool,
    #[serde(default = "yes")]
    overwrite: bool,
}

fn yes() -> bool {
    true
}

/// Reads and compiles a `set-field` rule.
pub fn build(params: Params<'_>) -> Result<Built, Fault> {
    let (params, canonical) = params.read::<SetField>()?;
    let SetField { field, value, pattern, ignore_case, overwrite } = params;
    if field.get_ref().trim() != field.get_ref() || field.get_ref().is_empty() || field.get_ref().contains(char::is_control) {
        return Err(Fault::new("`field` is no name", "write field = \"aspect_ratio\"").at(field.span()));
    }
    if value.get_ref().is_empty() {
        return Err(Fault::new("`value` is empty", "write what the field is to hold").at(value.span()));
    }
    if pattern.is_none() && ignore_case {
        return Err(Fault::new("`ignore_case` has no `pattern`", "add pattern = '…'"));
    }
    let need = pattern.as_ref().map_or(Need::nothing(), |pattern| Need::of_pattern(pattern.get_ref(), ignore_case));
    let pattern = pattern.map(|pattern| pattern::compile(&pattern, ignore_case)).transpose()?;
    if let Some(pattern) = &pattern {
        pattern::check_template(pattern, value.get_ref()).map_err(|fault| fault.at(value.span()))?;
    }
    let setter = Setter { name: field.into_inner().into(), value: value.into_inner(), pattern, overwrite };
    // Whether there is anything to do depends on what the field holds.
    Ok(Built { reads_fields: true, ..Built::with_needs(setter, canonical, vec![need]) })
}

#[derive(Debug)]
struct Setter {
    name: Arc<str>,
    value: String,
    pattern: Option<Pattern>,
    overwrite: bool,
}

impl Action for Setter {
    fn apply(&self, text: &str, context: &Context<'_>) -> Verdict {
        let value = match &self.pattern {
            None => self.value.clone(),
            Some(pattern) => match pattern.expand_first(text, &self.value) {
                Ok(Some(value)) if !value.is_empty() => value,
                Ok(_) => return Verdict::Same,
                Err(limit) => return Verdict::Failed(limit.message()),
            },
        };
        let stays = |old: String| !self.overwrite || old == value;
        if context.subject.field(&self.name).is_some_and(stays) {
            return Verdict::Same;
        }
        Verdict::Field { name: self.name.clone(), value: serde_json::Value::String(value).to_string() }
    }
}
