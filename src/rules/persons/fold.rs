//! Letters as the name lists are compared by: lower case, without accents, summed up in a number.
//!
//! The number is a polynomial of the letters modulo 2^64, so the number of two words in a row follows from theirs. One
//! look-up then finds `h. r. giger`, `h r giger` and `hr giger`, or `st å lenhag` for `stålenhag`. Two different names of
//! the same number would need an accident of one in 2^64 (or a text made for it, which would gain one wrong name).

/// The multiplier of the polynomial: odd, with bits all over.
const BASE: u64 = 0x9E37_79B9_7F4A_7C15;

/// Letters of one or more words in a row.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Key {
    /// The polynomial of the letters.
    pub(super) sum: u64,
    /// `BASE` to the power of the number of letters.
    scale: u64,
}

impl Key {
    /// The key of no letters.
    pub(super) const EMPTY: Key = Key { sum: 0, scale: 1 };

    /// This key with one more letter.
    pub(super) fn push(&mut self, letter: u32) {
        self.sum = self.sum.wrapping_mul(BASE).wrapping_add(u64::from(letter) + 1);
        self.scale = self.scale.wrapping_mul(BASE);
    }

    /// The key of these letters followed by those of `next`.
    pub(super) fn then(self, next: Key) -> Key {
        Key { sum: self.sum.wrapping_mul(next.scale).wrapping_add(next.sum), scale: self.scale.wrapping_mul(next.scale) }
    }

    /// The key of the letters and digits of a text.
    pub(super) fn of(text: &str) -> Key {
        let mut key = Key::EMPTY;
        for letter in text.chars().filter(|c| c.is_alphanumeric()) {
            push_folded(&mut key, letter);
        }
        key
    }
}

/// Adds a letter in lower case and without its accent; says how many letters that gave (combining marks give none).
pub(super) fn push_folded(key: &mut Key, letter: char) -> usize {
    if letter.is_ascii() {
        key.push(u32::from(letter.to_ascii_lowercase()));
        return 1;
    }
    if is_mark(letter) {
        return 0;
    }
    let mut count = 0;
    for lower in letter.to_lowercase().filter(|&c| !is_mark(c)) {
        for plain in plain_latin(lower).chars() {
            key.push(u32::from(plain));
            count += 1;
        }
        if plain_latin(lower).is_empty() {
            key.push(u32::from(lower));
            count += 1;
        }
    }
    count
}

/// True for the combining accents of Latin text.
pub(super) fn is_mark(letter: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&letter)
}

/// True for letters of the Latin script, accents included.
pub(super) fn is_latin(letter: char) -> bool {
    letter.is_ascii_alphabetic() || ('\u{c0}'..='\u{24f}').contains(&letter) || ('\u{1e00}'..='\u{1eff}').contains(&letter)
}

/// A lower-case letter of Latin text without its accent; empty for any other.
fn plain_latin(letter: char) -> &'static str {
    match letter {
        'à'..='å' | 'ā' | 'ă' | 'ą' | 'ǎ' | 'ạ' | 'ả' | 'ấ' | 'ầ' | 'ắ' | 'ằ' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' | 'ẹ' | 'ế' | 'ề' | 'ễ' | 'ệ' => "e",
        'ĝ' | 'ğ' | 'ġ' | 'ģ' | 'ǧ' => "g",
        'ĥ' | 'ħ' => "h",
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' | 'ị' => "i",
        'ĵ' => "j",
        'ķ' => "k",
        'ĺ' | 'ļ' | 'ľ' | 'ŀ' | 'ł' => "l",
        'ñ' | 'ń' | 'ņ' | 'ň' => "n",
        'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' | 'ơ' | 'ọ' | 'ố' | 'ồ' | 'ộ' => "o",
        'œ' => "oe",
        'ŕ' | 'ŗ' | 'ř' => "r",
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => "s",
        'ß' => "ss",
        'ţ' | 'ť' | 'ŧ' | 'ț' => "t",
        'þ' => "th",
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' | 'ư' | 'ụ' => "u",
        'ŵ' => "w",
        'ý' | 'ÿ' | 'ŷ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::Key;

    #[test]
    fn words_in_a_row_have_the_key_of_the_letters_in_a_row() {
        assert_eq!(Key::of("h").then(Key::of("r")).then(Key::of("Giger")), Key::of("hrgiger"));
        assert_ne!(Key::of("ab"), Key::of("ba"));
        assert_eq!(Key::of("").then(Key::of("x")), Key::of("x"));
    }

    #[test]
    fn accents_and_case_do_not_count_however_they_are_written() {
        for (accented, plain) in [("Zdzisław", "zdzislaw"), ("Dor\u{e9}", "dore"), ("Œuvre", "oeuvre"), ("İz", "iz")] {
            assert_eq!(Key::of(accented), Key::of(plain), "{accented}");
        }
    }
}
