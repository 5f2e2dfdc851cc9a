//! One blank between words, none at the ends, and nothing that nobody sees.
//!
//! Line breaks, tabs and every blank of Unicode become one blank. Control characters, soft hyphens, zero-width spaces, word
//! joiners, byte order marks and marks of direction go. The two joiners stay where they are spelling: U+200D between emoji and
//! both in the scripts from Hebrew to those of India and South-East Asia. A blank that carries a combining mark stays as it is.

use super::super::edits::{Edits, begins_with_mark};

/// `None` when there is nothing to tidy.
pub fn tidy(text: &str) -> Option<String> {
    if is_tidy(text) {
        return None;
    }
    let mut edits = Edits::new(text);
    // What the last character left in the text was, and a run of blanks that waits for the next word.
    let mut last: Option<char> = None;
    let mut blanks: Option<usize> = None;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        match class(c, last, &text[end..]) {
            Class::Blank => blanks = blanks.or(Some(at)),
            Class::Nothing if blanks.is_none() => edits.put(at..end, ""),
            Class::Nothing => {}
            Class::Seen => {
                if let Some(start) = blanks.take() {
                    edits.put(start..at, if last.is_none() { "" } else { " " });
                }
                last = Some(c);
            }
        }
    }
    if let Some(start) = blanks {
        edits.put(start..text.len(), "");
    }
    edits.finish()
}

enum Class {
    Blank,
    Nothing,
    Seen,
}

fn class(c: char, before: Option<char>, after: &str) -> Class {
    match c {
        ' '..='~' if c != ' ' => Class::Seen,
        _ if c.is_whitespace() && begins_with_mark(after) => Class::Seen,
        _ if c.is_whitespace() => Class::Blank,
        '\u{200c}' | '\u{200d}' if is_spelling(c, before, after) => Class::Seen,
        _ if is_unseen(c) => Class::Nothing,
        _ => Class::Seen,
    }
}

fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Whether a joiner says how the letters or emoji around it are to be written.
fn is_spelling(joiner: char, before: Option<char>, after: &str) -> bool {
    let Some(before) = before else { return false };
    is_joining_script(before) || joiner == '\u{200d}' && is_emoji_part(before) && after.chars().next().is_some_and(is_emoji)
}

fn is_joining_script(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{1cff}' | '\u{a800}'..='\u{abff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}' | '\u{10a00}'..='\u{11fff}')
}

fn is_emoji(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')
}

fn is_emoji_part(c: char) -> bool {
    is_emoji(c) || matches!(c, '\u{fe0f}' | '\u{20e3}' | '\u{e0020}'..='\u{e007f}')
}

/// A look at the bytes where that is enough.
fn is_tidy(text: &str) -> bool {
    if text.starts_with(' ') || text.ends_with(' ') {
        return false;
    }
    let mut blank = false;
    for byte in text.bytes() {
        if !(b' '..=b'~').contains(&byte) || (byte == b' ' && blank) {
            // Beyond ASCII, or something to do.
            return byte >= 0x80 && is_tidy_beyond(text);
        }
        blank = byte == b' ';
    }
    true
}

fn is_tidy_beyond(text: &str) -> bool {
    let mut blank = false;
    for c in text.chars() {
        if (c == ' ' && blank) || (c != ' ' && c.is_whitespace()) || is_unseen(c) {
            return false;
        }
        blank = c == ' ';
    }
    true
}
