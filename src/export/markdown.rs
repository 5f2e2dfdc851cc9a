//! Markdown and YAML out of text that strangers wrote: it shows what it is, and means nothing else.

use crate::display::safe;

/// The text as words in a line or a cell of a table: no mark-up, no HTML, no control character.
pub fn inline(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in safe(text).chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '|' | '~' | '!' | '#' | '$') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// The text as code within a line or a cell; `|` would end a cell even there.
pub fn code(text: &str) -> String {
    let text = safe(text);
    if text.contains(['|', '`']) || text.trim() != text || text.is_empty() {
        return inline(&text);
    }
    format!("`{text}`")
}

/// One line of code on lines of its own.
pub fn block(language: &str, text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{language}\n{text}\n{fence}\n")
}

/// A row of a table, of cells that are Markdown already.
pub fn row(cells: &[&str]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

/// A double-quoted scalar of YAML: letters, digits and what ASCII prints as they are, all else by code.
pub fn yaml(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            ' '..='~' => out.push(c),
            c if c.is_alphanumeric() => out.push(c),
            c => out.push_str(&format!("\\U{:08X}", u32::from(c))),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mark_up_of_strangers_is_text() {
        assert_eq!(inline("a_b *c* [d](http://e) <img> |"), "a\\_b \\*c\\* \\[d\\](http://e) \\<img\\> \\|");
        assert_eq!(inline("one\ntwo\u{202e}"), "one␊two⟨202E⟩");
        assert_eq!(code("a b"), "`a b`");
        assert_eq!(code("a`|"), "a\\`\\|");
        assert_eq!(block("sh", "a ``` b"), "````sh\na ``` b\n````\n");
    }

    #[test]
    fn yaml_keeps_letters_and_escapes_the_rest() {
        assert_eq!(yaml("é \"a\"\\ #: \u{2028}\u{1f600}\n"), "\"é \\\"a\\\"\\\\ #: \\U00002028\\U0001F600\\U0000000A\"");
    }
}
