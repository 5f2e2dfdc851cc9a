//! CLIP token counts of texts by the real byte-pair encoding, fast enough to count a whole workspace.
//!
//! The encoder takes some 40 µs for a prompt. But no token spans a blank, and prompts share their words: counts are therefore
//! summed over blank-separated pieces, and each thread remembers the pieces it has met.

use std::cell::RefCell;
use std::sync::OnceLock;

use instant_clip_tokenizer::{Token, Tokenizer};
use rustc_hash::FxHashMap;

/// Pieces that one thread remembers; beyond, it begins anew.
const MAX_PIECES: usize = 1 << 16;

/// Longer pieces than this many bytes are encoded in parts, since the encoder takes quadratic time for one piece. Only texts
/// that go so long without a blank are concerned; their count may be a token too high at each cut.
const MAX_PIECE: usize = 256;

/// CLIP tokens of a text, without the begin and end markers; at most [`MAX_COUNT`].
pub fn count(text: &str) -> u16 {
    thread_local! {
        static COUNTER: RefCell<Counter> = RefCell::default();
    }
    let tokens: usize = COUNTER.with_borrow_mut(|counter| text.split_whitespace().map(|piece| counter.piece(piece)).sum());
    tokens.min(usize::from(MAX_COUNT)) as u16
}

/// No text has more tokens than this. One byte makes at most one token, and lower-casing (which the encoder begins with)
/// makes three bytes out of two at worst.
pub fn upper_bound(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.len() + text.len() / 2 }
}

/// Where counting stops.
pub const MAX_COUNT: u16 = u16::MAX - 1;

#[derive(Default)]
struct Counter {
    known: FxHashMap<Box<str>, u32>,
    buffer: Vec<Token>,
}

impl Counter {
    fn piece(&mut self, piece: &str) -> usize {
        if let Some(&count) = self.known.get(piece) {
            return count as usize;
        }
        if piece.len() > MAX_PIECE {
            return self.long_piece(piece);
        }
        self.buffer.clear();
        tokenizer().encode(piece, &mut self.buffer);
        if self.known.len() == MAX_PIECES {
            self.known.clear();
        }
        self.known.insert(piece.into(), self.buffer.len() as u32);
        self.buffer.len()
    }

    fn long_piece(&mut self, mut piece: &str) -> usize {
        let mut tokens = 0;
        while !piece.is_empty() {
            let (part, rest) = piece.split_at(cut(piece));
            self.buffer.clear();
            tokenizer().encode(part, &mut self.buffer);
            tokens += self.buffer.len();
            piece = rest;
        }
        tokens
    }
}

/// Where to cut a long piece: at the last border between a letter and something else, where the encoder cuts as well; where
/// there is none, at the last character's border.
fn cut(piece: &str) -> usize {
    if piece.len() <= MAX_PIECE {
        return piece.len();
    }
    let mut last_character = 0;
    let mut last_border = 0;
    let mut before: Option<bool> = None;
    for (at, c) in piece.char_indices().take_while(|&(at, _)| at <= MAX_PIECE) {
        if before.is_some_and(|letter| letter != c.is_alphabetic()) {
            last_border = at;
        }
        before = Some(c.is_alphabetic());
        last_character = at;
    }
    if last_border > 0 { last_border } else { last_character }
}

fn tokenizer() -> &'static Tokenizer {
    static TOKENIZER: OnceLock<Tokenizer> = OnceLock::new();
    TOKENIZER.get_or_init(Tokenizer::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The encoder's own count of the whole text.
    fn plain(text: &str) -> usize {
        let mut tokens = Vec::new();
        tokenizer().encode(text, &mut tokens);
        tokens.len()
    }

    #[test]
    fn summing_over_pieces_counts_what_the_encoder_counts() {
        let texts = [
            "",
            "a photograph of a dog, 8k",
            "it's  the\u{3000}Σίσυφος' (masterpiece:1.2)\tΟΔΟΣ ΣΑΣ",
            "<start_of_text>x <end_of_text>",
            "İstanbul 猫が座っている 👩‍🚀!!! don't",
        ];
        for text in texts {
            assert_eq!(usize::from(count(text)), plain(text), "{text}");
            assert!(plain(text) <= upper_bound(text), "{text}");
        }
    }

    #[test]
    fn a_long_piece_is_counted_in_parts_and_soon() {
        let cut_at_borders = "猫、".repeat(300);
        assert_eq!(usize::from(count(&cut_at_borders)), plain(&cut_at_borders));
        assert!(count(&"a".repeat(20_000)) > 1_000);
        assert_eq!(count(&"1".repeat(70_000)), MAX_COUNT);
    }

    #[test]
    fn lower_casing_makes_at_most_three_bytes_of_two() {
        for c in (0..=u32::from(char::MAX)).filter_map(char::from_u32) {
            let lowered: usize = c.to_lowercase().map(char::len_utf8).sum();
            assert!(lowered <= c.len_utf8() + c.len_utf8() / 2, "{c}");
        }
    }
}
