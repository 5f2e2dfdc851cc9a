//! When two texts are the same text: the normal form, and the digest that pair decisions and earlier graphs know a text by.

use xxhash_rust::xxh3::xxh3_64;

/// `text` lower-cased (Unicode), each run of white space made one blank, trimmed.
pub fn normalised(text: &str) -> String {
    let lower = text.to_lowercase();
    let mut normal = String::with_capacity(lower.len());
    for part in lower.split_whitespace() {
        if !normal.is_empty() {
            normal.push(' ');
        }
        normal.push_str(part);
    }
    normal
}

/// The digest of a text's normal form: 64 bits of xxh3, the same on every machine.
pub fn digest(text: &str) -> u64 {
    xxh3_64(normalised(text).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_blanks_do_not_count_and_all_else_does() {
        assert_eq!(normalised("  A\u{a0}Red\t\n CAR,  Ñ "), "a red car, ñ");
        assert_eq!(normalised(" \n"), "");
        assert_eq!(digest("A  red car\n"), digest("a red car"));
        assert_ne!(digest("a red, car"), digest("a red car"));
    }

    #[test]
    fn a_digest_is_the_same_in_every_version() {
        assert_eq!(digest(""), 0x2d06_8005_38d3_94c2, "the published value of xxh3 for no bytes");
    }
}
