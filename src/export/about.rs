//! What the curator says about the data set: its title, its name on Kaggle, its licence.

use super::Layout;
use crate::error::{Error, Result};

/// Everything is optional.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct About {
    pub title: Option<String>,
    /// `owner/slug`, the name on Kaggle.
    pub id: Option<String>,
    /// As the place of publication names it: `cc0-1.0` on Hugging Face, `CC0-1.0` on Kaggle.
    pub licence: Option<String>,
}

impl About {
    /// Refuses words that the layout has no place for, or that Kaggle would not take.
    pub(super) fn check(&self, layout: Layout) -> Result<()> {
        let is_kaggle = layout == Layout::Kaggle;
        if self.id.is_some() && !is_kaggle {
            return Err(no_place("an id", "--layout kaggle"));
        }
        if (self.title.is_some() || self.licence.is_some()) && !is_kaggle && !layout.has_card() {
            return Err(no_place("a title or a licence", "--layout imagefolder, jsonl, parquet or kaggle"));
        }
        if is_kaggle { self.check_for_kaggle() } else { Ok(()) }
    }

    fn check_for_kaggle(&self) -> Result<()> {
        if let Some(title) = &self.title
            && !(6..=50).contains(&title.chars().count())
        {
            return Err(Error::usage("a title on Kaggle has 6 to 50 characters").hint("change --title"));
        }
        if let Some(id) = &self.id
            && !is_kaggle_id(id)
        {
            return Err(Error::usage(format!("`{id}` is no name on Kaggle"))
                .hint("--id OWNER/SLUG, the slug of 3 to 50 letters, digits and `-`"));
        }
        Ok(())
    }
}

fn no_place(what: &str, instead: &str) -> Error {
    Error::usage(format!("this layout has no place for {what}")).hint(format!("leave it out, or use {instead}"))
}

/// `owner/slug`, as Kaggle's tool checks it before an upload.
fn is_kaggle_id(id: &str) -> bool {
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    id.split_once('/').is_some_and(|(owner, slug)| plain(owner) && plain(slug) && (3..=50).contains(&slug.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_on_kaggle_has_an_owner_and_a_slug() {
        for good in ["me/set", "some-one/a-set-of-50"] {
            assert!(is_kaggle_id(good), "{good}");
        }
        for bad in ["", "set", "/set", "me/", "me/ab", "me/a set", "me/a/b", "mé/set", "me/x_y"] {
            assert!(!is_kaggle_id(bad), "{bad}");
        }
    }
}
