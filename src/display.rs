//! The one sanitiser between data and every widget, stdout, stderr, log, title and clipboard (contract 14, promise 5).
//!
//! Prompts come from strangers. A terminal obeys control characters, reorders text at bidirectional controls and piles any number
//! of combining marks on one cell; an eye does not see zero-width and tag characters at all. [`safe`] turns each of these into a visible symbol:
//!
//! | in | shown as |
//! |---|---|
//! | C0 controls, DEL | `␀` … `␟`, `␡` (LF `␊`, TAB `␉`) |
//! | C1, bidirectional, tag, zero-width and other format characters | the code in brackets: `⟨202E⟩` |
//! | the ninth and later zero-width characters on one character | how many there were: `⟨+12⟩` |
//! | a combining mark with nothing to stand on | on a dotted circle `◌` |
//!
//! Joiners stay where a script or an emoji sequence needs them (`👩‍🚀`, Persian, Indic), variation selectors right after a character.
//! The numbers of the whole interface are formatted here too, so that one number looks the same on every screen.

pub mod markdown;

use std::borrow::Cow;
use std::fmt::Write;
use std::time::Duration;

use unicode_width::UnicodeWidthChar;

/// Zero-width characters that may stand on one character; the longest emoji of Unicode have fewer.
const MAX_MARKS: usize = 8;

/// `text` as one line that is safe to show. Borrowed when nothing had to change; `safe(safe(x)) == safe(x)`.
pub fn safe(text: &str) -> Cow<'_, str> {
    sanitise(text, false)
}

/// As [`safe`], but line feeds stay.
pub fn safe_lines(text: &str) -> Cow<'_, str> {
    sanitise(text, true)
}

/// True for what [`safe`] never lets through, wherever it stands.
///
/// Joiners and variation selectors are not here: they pass where they have a meaning.
pub fn is_forbidden(c: char) -> bool {
    matches!(c,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}'                                   // C0, DEL, C1
        | '\u{61c}' | '\u{200e}' | '\u{200f}'                                   // bidirectional marks
        | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'                     // bidirectional embeddings, overrides, isolates
        | '\u{2028}' | '\u{2029}'                                               // line and paragraph separator
        | '\u{ad}' | '\u{34f}' | '\u{200b}' | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}' | '\u{feff}' // zero width
        | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' | '\u{17b4}' | '\u{17b5}' // fillers
        | '\u{180b}'..='\u{180f}' | '\u{fff0}'..='\u{fffb}'                     // Mongolian selectors, annotation
        | '\u{13430}'..='\u{1345f}' | '\u{1bca0}'..='\u{1bcaf}' | '\u{1d173}'..='\u{1d17a}' // hieroglyph, shorthand, music formats
        | '\u{e0000}'..='\u{e00ff}' | '\u{e01f0}'..='\u{e0fff}') // tags and what is reserved beside them
}

fn sanitise(text: &str, keep_lf: bool) -> Cow<'_, str> {
    if text.bytes().all(|b| (b' '..=b'~').contains(&b) || (keep_lf && b == b'\n')) {
        return Cow::Borrowed(text);
    }
    let mut writer = Writer { text, out: None, last: None, marks: 0, excess: 0, keep_lf };
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        writer.push(at, c, chars.peek().map(|&(_, next)| next));
    }
    writer.finish()
}

/// Copies `text`, lazily: `out` exists from the first character on that is shown differently.
struct Writer<'a> {
    text: &'a str,
    out: Option<String>,
    /// The last character that was written; what joiners and marks refer to.
    last: Option<char>,
    /// Zero-width characters since the last one that has a width.
    marks: usize,
    /// Those left out since.
    excess: usize,
    keep_lf: bool,
}

impl<'a> Writer<'a> {
    fn push(&mut self, at: usize, c: char, next: Option<char>) {
        if c == '\n' && self.keep_lf {
            self.flush_excess();
            self.keep(c);
            (self.last, self.marks) = (None, 0);
        } else if is_forbidden(c) || !self.has_meaning(c, next) {
            self.replace(at, c);
        } else if c.width() == Some(0) {
            self.mark(at, c);
        } else {
            self.flush_excess();
            if !continues_emoji(self.last, c) {
                self.marks = 0;
            }
            self.keep(c);
        }
    }

    /// Joiners only between what they join, variation selectors only once after what they vary.
    fn has_meaning(&self, c: char, next: Option<char>) -> bool {
        match c {
            '\u{200c}' | '\u{200d}' => match (self.last, next) {
                (Some(last), Some(next)) => joins(last, next, c),
                _ => false,
            },
            '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' => self.last.is_some_and(|last| last.width() != Some(0)),
            _ => true,
        }
    }

    fn mark(&mut self, at: usize, c: char) {
        if self.last.is_none() {
            self.changed(at).push('◌');
        }
        if self.marks < MAX_MARKS {
            self.marks += 1;
            self.keep(c);
        } else {
            self.changed(at);
            self.excess += 1;
        }
    }

    fn replace(&mut self, at: usize, c: char) {
        self.changed(at);
        self.flush_excess();
        let out = self.changed(at);
        match c {
            '\0'..='\u{1f}' => out.push(char::from_u32(0x2400 + c as u32).unwrap_or('␦')),
            '\u{7f}' => out.push('␡'),
            // Writing to a string cannot fail.
            _ => _ = write!(out, "⟨{:04X}⟩", c as u32),
        }
        (self.last, self.marks) = (Some('⟩'), 0);
    }

    fn flush_excess(&mut self) {
        let excess = std::mem::take(&mut self.excess);
        if excess > 0
            && let Some(out) = &mut self.out
        {
            _ = write!(out, "⟨+{excess}⟩");
            (self.last, self.marks) = (Some('⟩'), 0);
        }
    }

    fn keep(&mut self, c: char) {
        if let Some(out) = &mut self.out {
            out.push(c);
        }
        self.last = Some(c);
    }

    fn changed(&mut self, at: usize) -> &mut String {
        self.out.get_or_insert_with(|| self.text[..at].to_owned())
    }

    fn finish(mut self) -> Cow<'a, str> {
        self.flush_excess();
        self.out.map_or(Cow::Borrowed(self.text), Cow::Owned)
    }
}

/// Whether a joiner between these two has something to join: two emoji, or two letters of a script that uses joiners.
fn joins(last: char, next: char, joiner: char) -> bool {
    let emoji = joiner == '\u{200d}' && (is_pictograph(last) || last == '\u{fe0f}') && is_pictograph(next);
    emoji || (uses_joiners(last) && uses_joiners(next) && next.width() != Some(0))
}

/// Skin tones and whatever follows an emoji joiner belong to the emoji before them.
fn continues_emoji(last: Option<char>, c: char) -> bool {
    is_pictograph(c) && (last == Some('\u{200d}') || matches!(c, '\u{1f3fb}'..='\u{1f3ff}'))
}

/// The blocks that hold the emoji which take part in sequences; a few of their characters are no emoji, which harms nothing.
pub(crate) fn is_pictograph(c: char) -> bool {
    matches!(c, '\u{2194}'..='\u{21aa}' | '\u{2300}'..='\u{23ff}' | '\u{2600}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')
}

/// Arabic, Syriac and the scripts of India and around it, Mongolian included.
fn uses_joiners(c: char) -> bool {
    matches!(c, '\u{600}'..='\u{8ff}' | '\u{900}'..='\u{dff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{18af}')
}

/// `1 record`, `1,234 records`.
pub fn counted(n: u64, thing: &str) -> String {
    let s = if n == 1 { "" } else { "s" };
    format!("{} {thing}{s}", grouped(n))
}

/// `1234567` as `1,234,567`.
pub fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A similarity or another score with three decimals: `0.870`; `–` when it is not a number.
pub fn score(value: f32) -> String {
    if value.is_nan() { "–".to_owned() } else { format!("{value:.3}") }
}

/// A share of a whole: `12.3 %`; `–` of nothing.
pub fn percent(part: u64, whole: u64) -> String {
    if whole == 0 { "–".to_owned() } else { format!("{:.1} %", part as f64 * 100.0 / whole as f64) }
}

/// `0.4 s`, `12 s`, `3 min 05 s`, `2 h 07 min`.
pub fn duration(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..=9 => format!("{:.1} s", time.as_secs_f64()),
        10..=59 => format!("{seconds} s"),
        60..=3599 => format!("{} min {:02} s", seconds / 60, seconds % 60),
        _ => format!("{} h {:02} min", grouped(seconds / 3600), seconds / 60 % 60),
    }
}

/// Units a second: `12,345/s`, below ten with a decimal.
pub fn rate(per_second: f64) -> String {
    if per_second < 10.0 { format!("{:.1}/s", per_second.max(0.0)) } else { format!("{}/s", grouped(per_second.round() as u64)) }
}

/// `512 B`, `1.4 kB`, `20.0 MB`: powers of a thousand, as disks and downloads are counted.
pub fn bytes(n: u64) -> String {
    const UNITS: [&str; 6] = ["kB", "MB", "GB", "TB", "PB", "EB"];
    if n < 1000 {
        return format!("{n} B");
    }
    let mut value = n as f64 / 1000.0;
    let mut unit = 0;
    while value >= 999.95 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    format!("{value:.1} {}", UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_become_symbols() {
        assert_eq!(safe("a\x1b[31m\tb\n\x7f\u{9b}c"), "a␛[31m␉b␊␡⟨009B⟩c");
        assert_eq!(safe("abc\u{202e}def\u{e0067}\u{200b}"), "abc⟨202E⟩def⟨E0067⟩⟨200B⟩");
        assert_eq!(safe_lines("a\nb\r\n"), "a\nb␍\n");
    }

    #[test]
    fn ordinary_text_is_borrowed() {
        for text in ["a red car", "Ünïcödé – 猫", "👩\u{200d}🚀 ❤\u{fe0f} 🇩🇪", "می\u{200c}خواهم", "e\u{301}\u{302}"]
        {
            assert!(matches!(safe(text), Cow::Borrowed(_)), "{text}");
        }
    }

    #[test]
    fn joiners_without_a_meaning_are_shown() {
        assert_eq!(safe("a\u{200d}b"), "a⟨200D⟩b");
        assert_eq!(safe("\u{fe0f}a\u{fe0f}\u{fe0f}"), "⟨FE0F⟩a\u{fe0f}⟨FE0F⟩");
    }

    #[test]
    fn marks_are_capped_and_counted() {
        let many = format!("a{}b", "\u{301}".repeat(1000));
        assert_eq!(safe(&many), format!("a{}⟨+992⟩b", "\u{301}".repeat(8)));
        assert_eq!(safe("\u{301}"), "◌\u{301}");
    }

    #[test]
    fn numbers_read_the_same_everywhere() {
        assert_eq!([0, 999, 1000, 1234567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!([0.87, 1.0, f32::NAN].map(score), ["0.870", "1.000", "–"]);
        assert_eq!(
            [400, 12_000, 185_000, 7_620_000].map(|ms| duration(Duration::from_millis(ms))),
            ["0.4 s", "12 s", "3 min 05 s", "2 h 07 min"]
        );
        assert_eq!([0.25, 12345.4].map(rate), ["0.2/s", "12,345/s"]);
        assert_eq!([512, 1400, 999_950, 20_000_000].map(bytes), ["512 B", "1.4 kB", "1.0 MB", "20.0 MB"]);
        assert_eq!((percent(1, 8), percent(0, 0)), ("12.5 %".to_owned(), "–".to_owned()));
    }
}
