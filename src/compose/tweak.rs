//! Edits inside a text: one word, one number, one letter.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use super::phrases;
use super::rng::Rng;

/// Replaces one word that is in the list by another of the list. Lists whose phrases have no holes, only.
pub fn swap_word(text: &str, list: &str, rng: &mut Rng) -> Option<String> {
    let lines = phrases::lines(list);
    let known: Vec<Range<usize>> = words(text).filter(|word| lines.contains(&&text[word.clone()])).collect();
    let place = rng.pick(&known)?.clone();
    let word = rng.pick(lines)?;
    Some(replaced(text, place, word))
}

/// Replaces one word or phrase by one that means nearly the same.
pub fn swap_synonym(text: &str, rng: &mut Rng) -> Option<String> {
    let singles = words(text);
    let pairs = words(text).zip(words(text).skip(1)).map(|(first, second)| first.start..second.end);
    let known: Vec<(Range<usize>, &str)> =
        singles.chain(pairs).filter_map(|place| SYNONYMS.get(&text[place.clone()]).map(|word| (place, *word))).collect();
    let (place, word) = rng.pick(&known)?.clone();
    Some(replaced(text, place, word))
}

static SYNONYMS: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    let pairs = phrases::lines("synonym").iter().filter_map(|line| line.split_once(" = "));
    pairs.flat_map(|(one, other)| [(one, other), (other, one)]).collect()
});

/// Changes the digits of one number; it keeps its length and gets no leading zero that it did not have.
pub fn change_number(text: &str, rng: &mut Rng) -> Option<String> {
    let numbers: Vec<Range<usize>> = runs(text, |c| c.is_ascii_digit()).collect();
    let place = rng.pick(&numbers)?.clone();
    let digits: String = place.clone().map(|at| digit(rng, at == place.start)).collect();
    Some(replaced(text, place, &digits))
}

fn digit(rng: &mut Rng, leading: bool) -> char {
    char::from(b'0' + rng.between(usize::from(leading), 9) as u8)
}

/// A slip in one ASCII word of five letters or more: two letters change places, one is lost, doubled or hit beside.
pub fn mistype(text: &str, rng: &mut Rng) -> Option<String> {
    let long: Vec<Range<usize>> = words(text).filter(|word| word.len() >= 5 && text[word.clone()].is_ascii()).collect();
    let word = rng.pick(&long)?;
    let at = rng.between(word.start + 1, word.end - 2);
    let (one, two) = (&text[at..at + 1], &text[at + 1..at + 2]);
    let slip = match rng.below(4) {
        0 => format!("{two}{one}"),
        1 => two.to_owned(),
        2 => format!("{one}{one}{two}"),
        _ => format!("{}{two}", beside(one)),
    };
    Some(replaced(text, at..at + 2, &slip))
}

/// The key to the right on a QWERTY board; the letter itself at the end of a row.
fn beside(letter: &str) -> &str {
    const ROWS: [&str; 3] = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];
    ROWS.iter().find_map(|row| row.find(letter).and_then(|at| row.get(at + 1..at + 2))).unwrap_or(letter)
}

/// Runs of letters and digits, hyphens and apostrophes included.
fn words(text: &str) -> impl Iterator<Item = Range<usize>> {
    runs(text, |c| c.is_alphanumeric() || c == '-' || c == '\'')
}

fn runs(text: &str, inside: impl Fn(char) -> bool) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text[at..].find(&inside)?;
        let length = text[start..].find(|c| !inside(c)).unwrap_or(text.len() - start);
        at = start + length;
        Some(start..at)
    })
}

fn replaced(text: &str, place: Range<usize>, with: &str) -> String {
    format!("{}{with}{}", &text[..place.start], &text[place.end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_with_their_hyphens() {
        let text = "über-fox, o'rell 8k!";
        assert_eq!(words(text).map(|word| &text[word]).collect::<Vec<_>>(), ["über-fox", "o'rell", "8k"]);
    }

    #[test]
    fn a_number_keeps_its_length() {
        let mut rng = Rng::new(2);
        for _ in 0..50 {
            let edited = change_number("a 1950 car", &mut rng).unwrap();
            let year: u32 = edited[2..6].parse().unwrap();
            assert!((1000..=9999).contains(&year) && edited.ends_with(" car"), "{edited}");
        }
        assert_eq!(change_number("no number", &mut rng), None);
    }

    #[test]
    fn a_slip_stays_inside_one_word() {
        let mut rng = Rng::new(4);
        for _ in 0..50 {
            let edited = mistype("a curious owl", &mut rng).unwrap();
            assert!(edited.starts_with("a c") && edited.ends_with(" owl"), "{edited}");
        }
        assert_eq!(mistype("a fox, 狐の森の朝の光", &mut rng), None);
    }

    #[test]
    fn synonyms_go_both_ways_and_know_pairs_of_words() {
        let mut rng = Rng::new(6);
        assert_eq!(swap_synonym("a bunny", &mut rng).as_deref(), Some("a rabbit"));
        assert_eq!(swap_synonym("full body x", &mut rng).as_deref(), Some("full-body x"));
        assert_eq!(swap_synonym("nothing known", &mut rng), None);
    }
}
