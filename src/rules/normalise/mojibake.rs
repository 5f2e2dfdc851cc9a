//! Taking back a wrong decoding: UTF-8 that was read as Windows-1252 or Latin-1 (`cafÃ©`, `â€™`), once or several times over.
//!
//! A stretch is taken back when its characters, as bytes of those encodings, are valid UTF-8 and it does not make sense as it
//! stands. What makes sense: a letter at a word's end with a closing quote or dash behind it (`“MAÇÔ`, `“café…”`), a unit with its
//! exponent (`10 Å³`). What makes none: two such stretches in a row, a capital behind a small letter, an unseen control character.
//! In doubt, and for letters outside Latin, it takes a second witness of the same kind in the text.
//!
//! Along with them go: `â€` without its third byte, which stands for `”`, as editors lose that byte; single control characters of
//! U+0080 to U+009F, which are marks in Windows-1252; U+FFFD, which says that something was lost; and HTML entities.

use std::collections::BTreeSet;
use std::ops::Range;

use super::super::edits::{Edits, begins_with_mark};

/// The characters of the bytes from 0x80 to 0x9F; five bytes have none and are their control character.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’', '“', '”',
    '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// `None` when nothing is broken. What was broken several times is mended by several passes.
pub fn repair(text: &str) -> Option<String> {
    let stretches = if text.is_ascii() { Vec::new() } else { stretches(text) };
    let mut edits = Edits::new(text);
    let mut at = 0;
    let witnesses: BTreeSet<char> = stretches.iter().filter(|stretch| stretch.sure).map(|stretch| stretch.lead).collect();
    let is_broken = |stretch: &&Stretch| stretch.sure || is_other_script(stretch.lead) && witnesses.contains(&stretch.lead);
    let mut next = stretches.iter().filter(is_broken).peekable();
    while let Some(c) = text[at..].chars().next() {
        let end = at + c.len_utf8();
        if let Some(stretch) = next.next_if(|stretch| stretch.range.start == at) {
            edits.put(stretch.range.clone(), &stretch.means);
            at = stretch.range.end;
            continue;
        }
        at = match small_repair(text, at, c) {
            Some((upto, new)) => {
                edits.put(at..upto, new.encode(&mut [0; 4]));
                upto
            }
            None => end,
        };
    }
    edits.finish()
}

/// A character in place of a few, or nothing.
enum New {
    Char(char),
    Nothing,
}

impl New {
    fn encode(self, room: &mut [u8; 4]) -> &str {
        match self {
            New::Char(c) => c.encode_utf8(room),
            New::Nothing => "",
        }
    }
}

fn small_repair(text: &str, at: usize, c: char) -> Option<(usize, New)> {
    let end = at + c.len_utf8();
    match c {
        '&' => entity(text, at).map(|(end, c)| (end, New::Char(c))),
        'â' if text[end..].starts_with('€') && sequence(text, at).is_none() => Some((end + '€'.len_utf8(), New::Char('”'))),
        '\u{80}'..='\u{9f}' => {
            let marked = WINDOWS_1252[c as usize - 0x80];
            (marked != c).then_some((end, New::Char(marked)))
        }
        '\u{fffd}' if !begins_with_mark(&text[end..]) => Some((end, New::Nothing)),
        _ => None,
    }
}

/// The entity that starts at this `&`: where it ends, and its character. `&amp;amp;lt;` is `<`.
fn entity(text: &str, at: usize) -> Option<(usize, char)> {
    let mut end = at + 1;
    while let Some(length) = ["amp;", "#38;", "#x26;"].iter().find(|amp| text[end..].starts_with(**amp)).map(|amp| amp.len()) {
        end += length;
    }
    let was_escaped = end > at + 1;
    let named = text.as_bytes()[end..].iter().take(10).position(|byte| *byte == b';').and_then(|length| {
        let c = named_entity(&text[end..end + length])?;
        Some((end + length + 1, c))
    });
    named.or(was_escaped.then_some((end, '&'))).filter(|(end, _)| !begins_with_mark(&text[*end..]))
}

fn named_entity(name: &str) -> Option<char> {
    match name {
        "quot" => Some('"'),
        "apos" => Some('\''),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "nbsp" => Some(' '),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).filter(|c| !c.is_control() && !begins_with_mark(c.encode_utf8(&mut [0; 4])))
        }
    }
}

/// One character of UTF-8 that was read as several.
struct Sequence {
    end: usize,
    means: char,
}

fn sequence(text: &str, at: usize) -> Option<Sequence> {
    let mut chars = text[at..].char_indices();
    let lead = chars.next().and_then(|(_, lead)| u8::try_from(lead).ok())?;
    let length = match lead {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return None,
    };
    let mut bytes = [lead, 0, 0, 0];
    for byte in bytes.get_mut(1..length)? {
        *byte = byte_of(chars.next()?.1).filter(|byte| (0x80..0xc0).contains(byte))?;
    }
    let means = std::str::from_utf8(&bytes[..length]).ok()?.chars().next()?;
    Some(Sequence { end: at + chars.offset(), means })
}

fn byte_of(c: char) -> Option<u8> {
    match u8::try_from(c) {
        Ok(byte) => Some(byte),
        Err(_) => WINDOWS_1252.iter().position(|known| *known == c).and_then(|index| u8::try_from(0x80 + index).ok()),
    }
}

/// Sequences directly one after the other.
#[derive(Debug)]
struct Stretch {
    range: Range<usize>,
    lead: char,
    means: String,
    /// It makes no sense as it stands.
    sure: bool,
}

fn stretches(text: &str) -> Vec<Stretch> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some((offset, lead)) = text[from..].char_indices().find(|(_, c)| matches!(c, '\u{c2}'..='\u{f4}')) {
        let start = from + offset;
        let (mut end, mut means, mut count) = (start, String::new(), 0);
        while let Some(sequence) = sequence(text, end) {
            end = sequence.end;
            means.push(sequence.means);
            count += 1;
        }
        from = end.max(start + lead.len_utf8());
        if count > 0 {
            let sure = count > 1 || !is_sound(text, start..end, lead);
            found.push(Stretch { range: start..end, lead, means, sure });
        }
    }
    found
}

/// Whether one sequence makes sense as it stands.
fn is_sound(text: &str, range: Range<usize>, lead: char) -> bool {
    let follows = &text[range.start + lead.len_utf8()..range.end];
    if follows.contains(|c: char| c.is_control()) {
        return false;
    }
    let before = text[..range.start].chars().next_back();
    let goes_on = text[range.end..].starts_with(char::is_alphanumeric);
    match lead {
        'Â' | 'Ã' => before.is_some_and(char::is_uppercase) && follows.chars().all(is_closing) && !goes_on,
        'Ä' | 'Å' if before.is_some_and(char::is_lowercase) => false,
        'Ä' | 'Å' => {
            let goes_on_small = text[range.end..].starts_with(char::is_lowercase);
            follows.chars().all(is_trailing) && !goes_on || follows.chars().all(char::is_uppercase) && !goes_on_small
        }
        '\u{e0}'.. => follows.chars().all(is_closing) && !goes_on,
        _ => true,
    }
}

/// Capitals of Latin-1 that lead Greek, Cyrillic, Hebrew and Arabic.
fn is_other_script(lead: char) -> bool {
    matches!(lead, 'Î' | 'Ï' | 'Ð' | 'Ñ' | '×' | 'Ø' | 'Ù')
}

/// What stands behind a word in typeset text.
fn is_closing(c: char) -> bool {
    matches!(
        c,
        '‘' | '’'
            | '‚'
            | '“'
            | '”'
            | '„'
            | '…'
            | '–'
            | '—'
            | '‹'
            | '›'
            | '«'
            | '»'
            | '\u{a0}'
            | '™'
            | '®'
            | '•'
            | '·'
    )
}

fn is_trailing(c: char) -> bool {
    is_closing(c) || matches!(c, '¹' | '²' | '³' | '°' | '©')
}
