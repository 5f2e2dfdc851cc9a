//! From text to token ids as BERT has it: normalise, split into words, cut each word greedily into the longest pieces of the vocabulary
//! (Schuster and Nakajima, "Japanese and Korean voice search", 2012; as in Devlin et al., "BERT", 2019).

use rustc_hash::FxHashMap;
use serde::Deserialize;

use super::normalise::{Classes, Normaliser};
use crate::error::{Error, Result};

/// A tokenizer for uncased or cased BERT vocabularies.
#[derive(Debug)]
pub struct Tokenizer {
    normaliser: Normaliser,
    classes: Classes,
    /// Pieces that begin a word, and pieces that go on with one.
    starts: FxHashMap<Box<str>, u32>,
    continuations: FxHashMap<Box<str>, u32>,
    /// Bytes of the longest piece.
    longest: usize,
    /// Texts that are tokens wherever they stand, e.g. `[MASK]`.
    special: Vec<(Box<str>, u32)>,
    unknown: u32,
    first: u32,
    last: u32,
    vocabulary: usize,
    longest_word: usize,
}

#[derive(Deserialize)]
struct File {
    normalizer: Normalizer,
    pre_tokenizer: Named,
    model: Model,
    #[serde(default)]
    added_tokens: Vec<Added>,
}

#[derive(Deserialize)]
struct Named {
    #[serde(rename = "type")]
    name: String,
}

#[derive(Deserialize)]
struct Normalizer {
    #[serde(rename = "type")]
    name: String,
    lowercase: bool,
    /// Left out means: as `lowercase`.
    strip_accents: Option<bool>,
}

#[derive(Deserialize)]
struct Model {
    #[serde(rename = "type", default = "wordpiece")]
    name: String,
    vocab: FxHashMap<Box<str>, u32>,
    unk_token: Box<str>,
    continuing_subword_prefix: String,
    max_input_chars_per_word: usize,
}

fn wordpiece() -> String {
    "WordPiece".into()
}

#[derive(Deserialize)]
struct Added {
    id: u32,
    content: Box<str>,
}

impl Tokenizer {
    /// Reads `tokenizer.json`. Refuses one that is not BERT's.
    pub fn read(json: &[u8]) -> Result<Tokenizer> {
        let file: File = serde_json::from_slice(json).map_err(|e| unusable("it is not one of BERT").caused_by(e))?;
        let kinds = [&file.normalizer.name, &file.pre_tokenizer.name, &file.model.name];
        if kinds != ["BertNormalizer", "BertPreTokenizer", "WordPiece"] {
            return Err(unusable(format!("it is made of {kinds:?}")));
        }
        let Normalizer { lowercase, strip_accents, .. } = file.normalizer;
        let vocab = &file.model.vocab;
        let id = |piece: &str| vocab.get(piece).copied().ok_or_else(|| unusable(format!("its vocabulary lacks {piece}")));
        let (unknown, first, last) = (id(&file.model.unk_token)?, id("[CLS]")?, id("[SEP]")?);
        let added = file.added_tokens.iter().map(|added| added.id);
        let vocabulary = vocab.values().copied().chain(added).max().map_or(0, |id| id as usize + 1);
        let longest = vocab.keys().map(|piece| piece.len()).max().unwrap_or(0);
        let prefix = file.model.continuing_subword_prefix.as_str();
        let continuations = vocab.iter().filter_map(|(piece, &id)| Some((piece.strip_prefix(prefix)?.into(), id))).collect();
        Ok(Tokenizer {
            normaliser: Normaliser { lowercase, strip_accents: strip_accents.unwrap_or(lowercase) },
            classes: Classes::new(),
            continuations,
            longest,
            special: file.added_tokens.into_iter().filter(|a| !a.content.is_empty()).map(|a| (a.content, a.id)).collect(),
            unknown,
            first,
            last,
            vocabulary,
            longest_word: file.model.max_input_chars_per_word,
            starts: file.model.vocab,
        })
    }

    /// One more than the highest id it gives.
    pub fn vocabulary(&self) -> usize {
        self.vocabulary
    }

    /// Appends the ids of `text`, with `[CLS]` before and `[SEP]` behind, `most` (at least 2) at most. Returns how many they are.
    pub fn encode(&self, text: &str, most: usize, ids: &mut Vec<u32>) -> usize {
        let start = ids.len();
        ids.push(self.first);
        self.tokens(text, ids, start + most - 1);
        ids.truncate(start + most - 1);
        ids.push(self.last);
        ids.len() - start
    }

    /// Tokens of `text`, special ones taken from the text as it stands; stops soon after `ids` has `most`.
    fn tokens(&self, mut text: &str, ids: &mut Vec<u32>, most: usize) {
        while let Some((at, length, id)) = self.next_special(text) {
            self.plain_tokens(&text[..at], ids, most);
            ids.push(id);
            text = &text[at + length..];
        }
        self.plain_tokens(text, ids, most);
    }

    /// The first special token in `text`: where, how long, its id.
    fn next_special(&self, text: &str) -> Option<(usize, usize, u32)> {
        let found = self.special.iter().filter_map(|(token, id)| Some((text.find(&**token)?, token.len(), *id)));
        found.min_by_key(|&(at, length, _)| (at, std::cmp::Reverse(length)))
    }

    fn plain_tokens(&self, text: &str, ids: &mut Vec<u32>, most: usize) {
        let normal = self.normaliser.apply(text, &self.classes);
        for word in self.classes.words(&normal) {
            if ids.len() >= most {
                return;
            }
            self.pieces(word, ids);
        }
    }

    /// The longest pieces from left to right; a word that cannot be cut whole, or is very long, is unknown.
    fn pieces(&self, word: &str, ids: &mut Vec<u32>) {
        let start = ids.len();
        if word.len() > self.longest_word && word.chars().count() > self.longest_word {
            return ids.push(self.unknown);
        }
        let mut rest = word;
        while !rest.is_empty() {
            let pieces = if rest.len() == word.len() { &self.starts } else { &self.continuations };
            let Some((length, id)) = longest_piece(rest, pieces, self.longest) else {
                ids.truncate(start);
                return ids.push(self.unknown);
            };
            ids.push(id);
            rest = &rest[length..];
        }
    }
}

/// The longest prefix of `rest` among `pieces`: its bytes and its id.
fn longest_piece(rest: &str, pieces: &FxHashMap<Box<str>, u32>, longest: usize) -> Option<(usize, u32)> {
    let ends = (1..=rest.len().min(longest)).rev().filter(|&end| rest.is_char_boundary(end));
    ends.into_iter().find_map(|end| pieces.get(&rest[..end]).map(|&id| (end, id)))
}

fn unusable(what: impl std::fmt::Display) -> Error {
    Error::refused(format!("tokenizer.json cannot be used: {what}"))
        .hint("sentence embeddings need the WordPiece tokenizer of a BERT model such as all-MiniLM-L6-v2")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokenizer() -> Tokenizer {
        let pieces = "[PAD] [UNK] [CLS] [SEP] [MASK] a cafe cat ##s ##alog ##a , ! ## 中 文 🦊 é";
        let vocab: Vec<String> = pieces.split(' ').enumerate().map(|(id, piece)| format!("{piece:?}:{id}")).collect();
        let json = format!(
            r#"{{"added_tokens":[{{"id":4,"content":"[MASK]"}},{{"id":3,"content":"[SEP]"}}],"normalizer":{{"type":"BertNormalizer","lowercase":true,
            "strip_accents":null}},"pre_tokenizer":{{"type":"BertPreTokenizer"}},"model":{{"type":"WordPiece","unk_token":"[UNK]",
            "continuing_subword_prefix":"\u0023\u0023","max_input_chars_per_word":100,"vocab":{{{}}}}}}}"#,
            vocab.join(",")
        );
        Tokenizer::read(json.as_bytes()).unwrap()
    }

    #[test]
    fn a_table_of_texts() {
        let tokenizer = tokenizer();
        let long = format!("cat{}", "s".repeat(97));
        let too_long = format!("cat{}", "s".repeat(98));
        for (text, inner) in [
            ("", vec![]),
            (" \t\r\n\u{a0}\u{3000}", vec![]),
            ("Cats", vec![7, 8]),
            ("CATALOGS, cat!", vec![7, 9, 8, 11, 7, 12]),
            ("Café cafe\u{301} CAFÉ", vec![6, 6, 6]),
            ("a中文a", vec![5, 14, 15, 5]),
            ("🦊 a🦊", vec![16, 1]),
            ("ca\u{0}t\u{200b}s\u{fffd}", vec![7, 8]),
            ("cat[MASK]cat [mask]", vec![7, 4, 7, 1, 1, 1]),
            ("dog cat", vec![1, 7]),
            (&long, [vec![7], vec![8; 97]].concat()),
            (&too_long, vec![1]),
        ] {
            let mut ids = vec![9];
            assert_eq!(tokenizer.encode(text, 256, &mut ids), inner.len() + 2, "{text}");
            assert_eq!(ids, [vec![9, 2], inner, vec![3]].concat(), "{text}");
        }
    }

    #[test]
    fn a_long_text_is_cut_before_its_end_mark() {
        let mut ids = vec![];
        assert_eq!(tokenizer().encode(&"catalogs ".repeat(90), 8, &mut ids), 8);
        assert_eq!(ids, [2, 7, 9, 8, 7, 9, 8, 3]);
    }

    #[test]
    fn another_tokenizer_is_refused() {
        for json in ["{}", "[]", r#"{"model":{"type":"BPE"}}"#] {
            assert!(Tokenizer::read(json.as_bytes()).unwrap_err().to_string().contains("cannot be used"), "{json}");
        }
    }
}
