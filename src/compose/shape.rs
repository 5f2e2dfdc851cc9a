//! The shapes that prompts of real sets have, and the small untidiness of their writers.

use super::phrases;
use super::rng::Rng;

/// No composed prompt has more characters: real sets cut long ones off, too.
pub const LONGEST: usize = 600;

/// How a prompt is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Shape {
    /// A short noun phrase.
    Phrase,
    /// A comma list of tags.
    Tags,
    /// Full sentences.
    Sentence,
    /// `X by A and B, tags`.
    Credited,
    /// Lenses, apertures, film.
    Photo,
    /// `please make me a picture of …`.
    Chat,
    /// A paragraph.
    Long,
    /// `(word:1.2)` and `<lora:…>`.
    Weighted,
    /// `--ar 16:9`, negative talk, emoji.
    Flagged,
    /// Another language.
    Foreign,
    /// Not a picture at all.
    Banter,
}

impl Shape {
    /// Each shape with the list of its prompts and its weight.
    const TABLE: [(Shape, &'static str, u32); 11] = [
        (Shape::Phrase, "phrase", 255),
        (Shape::Tags, "tags", 215),
        (Shape::Sentence, "sentence", 155),
        (Shape::Credited, "credited", 145),
        (Shape::Photo, "photo", 65),
        (Shape::Chat, "request", 45),
        (Shape::Long, "long", 75),
        (Shape::Weighted, "weighted", 25),
        (Shape::Flagged, "flagged", 30),
        (Shape::Foreign, "foreign", 12),
        (Shape::Banter, "banter", 3),
    ];

    pub fn all() -> impl Iterator<Item = Shape> {
        Shape::TABLE.into_iter().map(|(shape, ..)| shape)
    }

    /// One of the shapes, the common ones more often.
    pub fn draw(rng: &mut Rng) -> Shape {
        rng.weighted(&Shape::TABLE.map(|(shape, _, weight)| (shape, weight)))
    }

    /// A prompt of this shape: never empty, one line, at most [`LONGEST`] characters.
    pub fn compose(self, rng: &mut Rng) -> String {
        let (_, name, _) = Shape::TABLE[self as usize];
        let mut text = phrases::text_of(name, rng);
        if self == Shape::Long {
            capitalise_sentences(&mut text);
        }
        roughen(&mut text, rng);
        shorten(&mut text);
        text
    }
}

/// What hands do to a text: capitals, blanks, stray commas.
fn roughen(text: &mut String, rng: &mut Rng) {
    match rng.below(100) {
        0..26 => capitalise(text),
        26..31 => *text = text.to_lowercase(),
        31..34 if !text.ends_with(['.', '!', '?']) => text.push('.'),
        34..36 => text.push_str(", ,"),
        36..38 => text.push(','),
        38..40 => text.push(' '),
        40..42 => *text = text.replace(", ", ","),
        42 => *text = text.replacen(' ', "  ", 1),
        43 => text.push_str("!!!"),
        _ => {}
    }
}

/// The first letter as a capital.
pub fn capitalise(text: &mut str) {
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
}

/// A capital after each full stop.
fn capitalise_sentences(text: &mut str) {
    let starts: Vec<usize> = text.match_indices(". ").map(|(at, stop)| at + stop.len()).collect();
    for at in starts {
        if let Some(first) = text.get_mut(at..at + 1) {
            first.make_ascii_uppercase();
        }
    }
}

/// Cuts at the last blank before [`LONGEST`] characters.
pub fn shorten(text: &mut String) {
    if let Some((end, _)) = text.char_indices().nth(LONGEST) {
        let cut = text[..end].rfind(' ').unwrap_or(end);
        text.truncate(cut);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_shapes() {
        for (at, shape) in Shape::all().enumerate() {
            assert_eq!(shape as usize, at);
        }
    }

    #[test]
    fn long_texts_end_at_a_blank() {
        let mut text = "élan ".repeat(200);
        shorten(&mut text);
        assert_eq!(text.chars().count(), 599);
        assert!(text.ends_with("élan"));
    }
}
