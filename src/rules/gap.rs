//! Closing the gap that a removed stretch leaves in a list such as `a cat, 8k, by A and B.`
//!
//! The separators on both sides (blanks, `,` `;` `|`, a dash between blanks, `and` `&` `+` `/`, and ends of sentences) are
//! taken away with the stretch, and the strongest one is put back: an end of sentence before a comma before an `and`.
//! At the start of the text, or after an opening bracket, nothing is put back; at the end only an end of sentence is.
//! `a cat, 8k. A dog` → `a cat. A dog`, `a cat and 8k, red` → `a cat, red`, `a cat, 8k` → `a cat`.

use std::ops::Range;

use super::phrases::is_whole;

/// How strongly a separator parts; the order is the point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Strength {
    None,
    And,
    Comma,
    Stop,
}

/// The separators next to a removed stretch, on one side of it.
#[derive(Debug, Clone, Copy)]
struct Side<'t> {
    /// Where the separators end, seen from the stretch.
    edge: usize,
    strength: Strength,
    /// The strongest separator.
    token: &'t str,
    has_and: bool,
}

/// A removed stretch with the separators around it.
#[derive(Debug, Clone, Copy)]
pub struct Gap<'t> {
    text: &'t str,
    left: Side<'t>,
    right: Side<'t>,
}

impl<'t> Gap<'t> {
    /// Looks around `removed` in `text`.
    pub fn around(text: &'t str, removed: &Range<usize>) -> Gap<'t> {
        Gap { text, left: leftwards(text, removed.start), right: rightwards(text, removed.end) }
    }

    /// Whether only separators and blanks stand between two stretches.
    pub fn is_only_separators(text: &str, between: Range<usize>) -> bool {
        rightwards(&text[..between.end], between.start).edge == between.end
    }

    /// The bytes that go.
    pub fn range(&self) -> Range<usize> {
        self.left.edge..self.right.edge
    }

    /// Whether the stretch was a whole item of a list or a sentence of its own.
    pub fn is_item(&self) -> bool {
        let parted_left = self.at_start() || self.left.strength >= Strength::Comma;
        let parted_right = self.at_end() || self.right.strength >= Strength::Comma;
        parted_left && parted_right
    }

    /// Whether an `and` follows: the list goes on.
    pub fn goes_on(&self) -> bool {
        self.right.has_and && !self.at_end()
    }

    /// What is put in place of [`Gap::range`].
    pub fn filling(&self) -> String {
        if self.at_start() {
            return String::new();
        }
        let strongest = if self.right.strength >= self.left.strength { self.right } else { self.left };
        if self.at_end() {
            return if strongest.strength == Strength::Stop { strongest.token.to_owned() } else { String::new() };
        }
        let blank = self.blank();
        match strongest.token {
            "" => blank.to_owned(),
            "and" => " and ".to_owned(),
            token @ ("&" | "+" | "/" | "|" | "-" | "–" | "—") => format!("{blank}{token}{blank}"),
            token => format!("{token}{blank}"),
        }
    }

    /// The blank that stood in the gap: a line break survives.
    fn blank(&self) -> &'static str {
        let gap = &self.text[self.range()];
        match (gap.contains('\n'), gap.contains(char::is_whitespace)) {
            (true, _) => "\n",
            (false, true) => " ",
            (false, false) => "",
        }
    }

    fn at_start(&self) -> bool {
        self.text[..self.left.edge].chars().next_back().is_none_or(|c| matches!(c, '(' | '[' | '{' | '<'))
    }

    fn at_end(&self) -> bool {
        self.text[self.right.edge..].chars().next().is_none_or(|c| matches!(c, ')' | ']' | '}' | '>'))
    }
}

fn leftwards(text: &str, from: usize) -> Side<'_> {
    let mut side = Side { edge: from, strength: Strength::None, token: "", has_and: false };
    loop {
        let rest = text[..side.edge].trim_end();
        let Some(range) = last_separator(text, rest) else {
            return Side { edge: rest.len(), ..side };
        };
        side.take(text, range.clone(), range.start);
    }
}

fn rightwards(text: &str, from: usize) -> Side<'_> {
    let mut side = Side { edge: from, strength: Strength::None, token: "", has_and: false };
    loop {
        let start = text.len() - text[side.edge..].trim_start().len();
        let Some(range) = first_separator(text, start) else {
            return Side { edge: start, ..side };
        };
        side.take(text, range.clone(), range.end);
    }
}

impl<'t> Side<'t> {
    fn take(&mut self, text: &'t str, range: Range<usize>, edge: usize) {
        let token = &text[range];
        let strength = strength_of(token);
        self.has_and |= strength == Strength::And;
        if strength > self.strength {
            self.strength = strength;
            self.token = if strength == Strength::And && token.len() == 3 { "and" } else { token };
        }
        self.edge = edge;
    }
}

fn strength_of(token: &str) -> Strength {
    match token.chars().next() {
        Some(c) if is_stop(c) => Strength::Stop,
        Some(',' | ';' | '|' | '，' | '、' | '；' | '،' | '-' | '–' | '—') => Strength::Comma,
        Some(_) => Strength::And,
        None => Strength::None,
    }
}

fn is_stop(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…' | '。' | '！' | '？')
}

fn is_comma(c: char) -> bool {
    matches!(c, ',' | ';' | '|' | '，' | '、' | '；' | '،')
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '–' | '—')
}

fn is_joiner(c: char) -> bool {
    matches!(c, '&' | '+' | '/')
}

/// The separator that `rest`, a head of `text`, ends in.
fn last_separator(text: &str, rest: &str) -> Option<Range<usize>> {
    let last = rest.chars().next_back()?;
    let end = rest.len();
    if is_stop(last) {
        return Some(rest.trim_end_matches(is_stop).len()..end);
    }
    let single = end - last.len_utf8()..end;
    if is_comma(last) || is_joiner(last) || is_dash(last) && stands_alone(text, &single) {
        return Some(single);
    }
    is_and(text, end.checked_sub(3)?..end)
}

/// The separator at `start` of `text`.
fn first_separator(text: &str, start: usize) -> Option<Range<usize>> {
    let first = text[start..].chars().next()?;
    if is_stop(first) {
        return Some(start..text.len() - text[start..].trim_start_matches(is_stop).len());
    }
    let single = start..start + first.len_utf8();
    if is_comma(first) || is_joiner(first) || is_dash(first) && stands_alone(text, &single) {
        return Some(single);
    }
    is_and(text, start..start + 3)
}

fn is_and(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let word = text.get(range.clone())?;
    (word.eq_ignore_ascii_case("and") && is_whole(text, &range)).then_some(range)
}

/// Blanks or the text's ends on both sides: a dash that parts, not one that joins.
fn stands_alone(text: &str, range: &Range<usize>) -> bool {
    let before = text[..range.start].chars().next_back();
    let after = text[range.end..].chars().next();
    before.is_none_or(char::is_whitespace) && after.is_none_or(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes the stretch between ‹ and › out of the text.
    fn close(marked: &str) -> String {
        let start = marked.find('‹').expect("marked");
        let end = marked.find('›').expect("marked") - '‹'.len_utf8();
        let text = marked.replace(['‹', '›'], "");
        let gap = Gap::around(&text, &(start..end));
        format!("{}{}{}", &text[..gap.range().start], gap.filling(), &text[gap.range().end..])
    }

    #[test]
    fn the_strongest_separator_stays() {
        for (marked, expected) in [
            ("a cat, ‹8k›, red", "a cat, red"),
            ("a cat ‹8k› red", "a cat red"),
            ("a cat, ‹8k›. A dog", "a cat. A dog"),
            ("a cat. ‹8k›, a dog", "a cat. a dog"),
            ("a cat and ‹8k›, red", "a cat, red"),
            ("by A, ‹B› and C", "by A, C"),
            ("by A and ‹B› and C", "by A and C"),
            ("a cat | ‹8k› | red", "a cat | red"),
            ("a cat - ‹8k› - red", "a cat - red"),
            ("a,‹8k›,b", "a,b"),
            ("a,\n‹8k›,\nb", "a,\nb"),
            ("x, and ‹8k› y", "x, y"),
        ] {
            assert_eq!(close(marked), expected, "{marked}");
        }
    }

    #[test]
    fn the_ends_keep_only_the_end_of_a_sentence() {
        for (marked, expected) in [
            ("‹8k›, a cat", "a cat"),
            ("‹8k› and a cat", "a cat"),
            ("a cat, ‹8k›", "a cat"),
            ("a cat, ‹8k›,", "a cat"),
            ("a cat and ‹8k›", "a cat"),
            ("a cat, ‹8k›.", "a cat."),
            ("a cat! ‹8k›", "a cat!"),
            ("‹8k›", ""),
            ("(‹8k›, red) cat", "(red) cat"),
            ("a cat (red, ‹8k›)", "a cat (red)"),
        ] {
            assert_eq!(close(marked), expected, "{marked}");
        }
    }

    #[test]
    fn hyphens_inside_words_are_no_separators() {
        assert_eq!(close("cul-de-sac ‹8k› well-lit"), "cul-de-sac well-lit");
    }
}
