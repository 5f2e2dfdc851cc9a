//! Invented names from syllables: they give the texts the long tail of rare words that real prompts have.

use super::rng::Rng;

const FIRST_HEADS: [&str; 40] = [
    "Al", "Bel", "Cor", "Dag", "El", "Fen", "Gar", "Hal", "Is", "Jor", "Kel", "Lor", "Mar", "Nor", "Os", "Pel", "Quin", "Ros",
    "Sel", "Tal", "Ul", "Var", "Wil", "Xan", "Yor", "Zel", "Bran", "Cael", "Dre", "Ev", "Fior", "Gwen", "Hes", "Il", "Jun",
    "Kir", "Lun", "Mir", "Ner", "Or",
];
const FIRST_TAILS: [&str; 32] = [
    "a", "an", "ena", "ia", "ric", "wyn", "dor", "eth", "mira", "on", "is", "ara", "ek", "una", "vin", "tha", "ois", "ine",
    "mund", "isa", "bert", "rin", "ette", "ossa", "iel", "gard", "ika", "omar", "ulf", "ya", "een", "avi",
];
const LAST_HEADS: [&str; 40] = [
    "Ash", "Black", "Bram", "Cinder", "Cold", "Crow", "Dun", "East", "Fair", "Fern", "Glen", "Gold", "Grey", "Hart", "Hollow",
    "Iron", "Kest", "Lang", "Lark", "Mal", "Marsh", "Mor", "Night", "Oak", "Old", "Penn", "Quill", "Raven", "Red", "Rook", "Sal",
    "Silver", "Stone", "Thorn", "Under", "Vel", "West", "Whit", "Winter", "Yar",
];
const LAST_TAILS: [&str; 32] = [
    "wood", "well", "ford", "berg", "son", "worth", "more", "ley", "ton", "wick", "bridge", "brook", "field", "hall", "man",
    "smith", "by", "dale", "ski", "ova", "ez", "i", "ano", "sen", "strand", "gaard", "water", "mont", "ier", "oux", "low",
    "hurst",
];
const PLACE_TAILS: [&str; 24] = [
    "haven", "mouth", "stead", "heim", "grad", "burg", "minster", "fall", "reach", "watch", "keep", "moor", "shire", "port",
    "gate", "cliff", "mere", "hold", "ridge", "spire", "vale", "bay", "cross", "garth",
];
const CONSONANTS: [&str; 20] =
    ["b", "br", "d", "dr", "f", "g", "gl", "k", "l", "m", "n", "p", "r", "s", "sh", "t", "tr", "v", "w", "z"];
const VOWELS: [&str; 8] = ["a", "e", "i", "o", "u", "ee", "oo", "ai"];

/// The kinds of names that a template may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameKind {
    /// `Mirena`
    First,
    /// `Mirena Ashford`
    Full,
    /// `Coldhaven`
    Place,
    /// `brazook`, in lower case
    Word,
}

impl NameKind {
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "first" => Some(NameKind::First),
            "name" => Some(NameKind::Full),
            "place" => Some(NameKind::Place),
            "word" => Some(NameKind::Word),
            _ => None,
        }
    }
}

/// Invents a name.
pub fn invent(kind: NameKind, rng: &mut Rng) -> String {
    match kind {
        NameKind::First => joined(&FIRST_HEADS, &FIRST_TAILS, rng),
        NameKind::Full => joined(&FIRST_HEADS, &FIRST_TAILS, rng) + " " + &joined(&LAST_HEADS, &LAST_TAILS, rng),
        NameKind::Place => joined(&LAST_HEADS, &PLACE_TAILS, rng),
        NameKind::Word => (0..rng.between(2, 3)).map(|_| joined(&CONSONANTS, &VOWELS, rng)).collect(),
    }
}

fn joined(heads: &[&str], tails: &[&str], rng: &mut Rng) -> String {
    heads[rng.below(heads.len())].to_owned() + tails[rng.below(tails.len())]
}
