//! Quotation marks and dashes in the spelling of a plain keyboard, one character for one.

use super::super::edits::Edits;

/// Typographic quotation marks, primes and apostrophes become `"` and `'`, and so do the accents that stand for them.
///
/// The ʻokina and the quotes of Chinese and Japanese stay: they are letters and brackets of their own.
pub fn quotes(text: &str) -> Option<String> {
    replace(text, |c| match c {
        '‘' | '’' | '‚' | '‛' | '′' | 'ʼ' | '´' | '`' | '‹' | '›' => Some("'"),
        '“' | '”' | '„' | '‟' | '″' | '«' | '»' => Some("\""),
        _ => None,
    })
}

/// Hyphens, dashes and the minus sign beyond ASCII become `-`.
pub fn dashes(text: &str) -> Option<String> {
    replace(text, |c| match c {
        '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | '﹘' | '﹣' | '－' => Some("-"),
        _ => None,
    })
}

fn replace(text: &str, plain: impl Fn(char) -> Option<&'static str>) -> Option<String> {
    let mut edits = Edits::new(text);
    for (at, c) in text.char_indices() {
        if let Some(plain) = plain(c) {
            edits.put(at..at + c.len_utf8(), plain);
        }
    }
    edits.finish()
}
