//! `dataset-metadata.json`: what Kaggle's tool asks for beside the files of a data set.
//!
//! Where the curator said nothing, the placeholders of the tool's own `init` stand: it refuses to upload them, so a person replaces them.

use serde_json::json;

use super::{Layout, Options, Plan, Provenance, card};
use crate::error::{Error, Result};

const TITLE: &str = "INSERT_TITLE_HERE";
const ID: &str = "INSERT_OWNER_HERE/INSERT_SLUG_HERE";
/// A licence that Kaggle knows, and that promises nothing.
const LICENCE: &str = "unknown";

/// The bytes of the file.
pub fn metadata(plan: &Plan, provenance: &Provenance) -> Result<Vec<u8>> {
    let about = &plan.options.about;
    let metadata = json!({
        "title": about.title.as_deref().unwrap_or(TITLE),
        "id": about.id.as_deref().unwrap_or(ID),
        "licenses": [{ "name": about.licence.as_deref().unwrap_or(LICENCE) }],
        "description": card::body(plan, provenance),
    });
    let mut bytes = serde_json::to_vec_pretty(&metadata).map_err(|e| Error::io("writing JSON failed").caused_by(e))?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// What a person has to fill in before an upload.
pub fn warnings(options: &Options) -> Vec<String> {
    if options.layout != Layout::Kaggle {
        return Vec::new();
    }
    let about = &options.about;
    let placeholder = |given: bool, what: &str, option: &str, value: &str| {
        (!given).then(|| format!("the {what} in dataset-metadata.json is a placeholder, {value}: name one with {option}"))
    };
    [
        placeholder(about.title.is_some(), "title", "--title", TITLE),
        placeholder(about.id.is_some(), "id", "--id OWNER/SLUG", ID),
        placeholder(about.licence.is_some(), "licence", "--licence", LICENCE),
    ]
    .into_iter()
    .flatten()
    .collect()
}
