//! Markdown out of text that strangers wrote: it shows what it is, and means nothing else. Cards and reports are made of these.

use super::safe;

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

/// The text as code within a line or a cell, where code can show it: `|` would end a cell even there, and blanks at its ends are lost.
pub fn code(text: &str) -> String {
    let text = safe(text);
    if text.contains('|') || text.trim() != text || text.is_empty() {
        return inline(&text);
    }
    let longest = longest_run(&text);
    let blank = if longest > 0 { " " } else { "" };
    let fence = "`".repeat(longest + 1);
    format!("{fence}{blank}{text}{blank}{fence}")
}

/// Code on lines of its own. No line of the text is changed: what is not ours has passed [`safe`].
pub fn fence(language: &str, text: &str) -> String {
    let fence = "`".repeat(longest_run(text).max(2) + 1);
    format!("{fence}{language}\n{text}\n{fence}\n")
}

/// Backticks in a row, which the fence around them must outnumber.
fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// A row of a table, of cells that are Markdown already.
pub fn row<S: AsRef<str>>(cells: &[S]) -> String {
    let cells: Vec<&str> = cells.iter().map(AsRef::as_ref).collect();
    format!("| {} |\n", cells.join(" | "))
}

/// A table with these columns, of cells that are Markdown already; the first column is of words, the others of numbers.
pub fn table(header: &[String], rows: &[Vec<String>]) -> String {
    let rule: Vec<&str> = (0..header.len()).map(|column| if column == 0 { "---" } else { "---:" }).collect();
    let rows: String = rows.iter().map(|cells| row(cells)).collect();
    row(header) + &row(&rule) + &rows
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
        assert_eq!(code(" a"), " a");
    }

    #[test]
    fn no_backtick_ends_code() {
        assert_eq!(code("tamis undo w.db"), "`tamis undo w.db`");
        assert_eq!(code("a `b` ``c"), "``` a `b` ``c ```");
        assert_eq!(fence("sh", "a ``` b"), "````sh\na ``` b\n````\n");
    }

    #[test]
    fn a_table_has_a_rule_below_its_head() {
        let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
        assert_eq!(table(&words(&["a", "b"]), &[words(&["c", "1"])]), "| a | b |\n| --- | ---: |\n| c | 1 |\n");
    }
}
