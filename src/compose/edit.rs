//! The edits that near-copies in real sets show: someone tries a prompt again with one thing changed.

use super::phrases;
use super::rng::Rng;
use super::shape::{capitalise, shorten};
use super::tweak;

/// How a copy differs from the text it was made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Edit {
    /// Not at all.
    Exact,
    /// Another colour.
    Colour,
    /// Another number.
    Number,
    /// Tags added at the end.
    AppendTags,
    /// Tags left out.
    RemoveTags,
    /// The same tags in another order.
    ReorderTags,
    /// A slip of the keyboard.
    Typo,
    /// Capitals where there were none, or none where there were.
    Case,
    /// Commas, stops, exclamation marks.
    Punctuation,
    /// Blanks doubled, added or left out.
    Blanks,
    /// Other artists.
    Artists,
    /// A word for another that means the same.
    Synonym,
    /// `with` turned into `without`, or `no …` added.
    Negation,
    /// Another animal or person: reads alike, is not the same picture.
    Subject,
}

impl Edit {
    /// Each edit with its weight.
    const TABLE: [(Edit, u32); 14] = [
        (Edit::Exact, 30),
        (Edit::Colour, 7),
        (Edit::Number, 5),
        (Edit::AppendTags, 14),
        (Edit::RemoveTags, 8),
        (Edit::ReorderTags, 4),
        (Edit::Typo, 6),
        (Edit::Case, 6),
        (Edit::Punctuation, 5),
        (Edit::Blanks, 4),
        (Edit::Artists, 6),
        (Edit::Synonym, 5),
        (Edit::Negation, 3),
        (Edit::Subject, 5),
    ];

    pub fn all() -> impl Iterator<Item = Edit> {
        Edit::TABLE.into_iter().map(|(edit, _)| edit)
    }

    /// One of the edits, the common ones more often.
    pub fn draw(rng: &mut Rng) -> Edit {
        rng.weighted(&Edit::TABLE)
    }

    /// The edited text; `None` when it offers nothing to edit in this way. Differs from `text` in all but [`Edit::Exact`].
    pub fn apply(self, text: &str, rng: &mut Rng) -> Option<String> {
        let mut edited = match self {
            Edit::Exact => return Some(text.to_owned()),
            Edit::Colour => tweak::swap_word(text, "colour", rng),
            Edit::Subject => tweak::swap_word(text, "creature", rng).or_else(|| tweak::swap_word(text, "person", rng)),
            Edit::Number => tweak::change_number(text, rng),
            Edit::AppendTags => Some(append_tags(text, rng)),
            Edit::RemoveTags => remove_tags(text, rng),
            Edit::ReorderTags => reorder_tags(text, rng),
            Edit::Typo => tweak::mistype(text, rng),
            Edit::Case => Some(change_case(text, rng)),
            Edit::Punctuation => Some(change_punctuation(text, rng)),
            Edit::Blanks => Some(change_blanks(text, rng)),
            Edit::Artists => Some(change_artists(text, rng)),
            Edit::Synonym => tweak::swap_synonym(text, rng),
            Edit::Negation => Some(negate(text, rng)),
        }?;
        shorten(&mut edited);
        (edited != text && !edited.trim().is_empty()).then_some(edited)
    }

    /// An edit that fits `text`, and what it makes of it. In the end an exact copy, which always fits.
    pub fn any(text: &str, rng: &mut Rng) -> (Edit, String) {
        for _ in 0..6 {
            let edit = Edit::draw(rng);
            if let Some(edited) = edit.apply(text, rng) {
                return (edit, edited);
            }
        }
        (Edit::Exact, text.to_owned())
    }
}

fn append_tags(text: &str, rng: &mut Rng) -> String {
    let mut edited = text.trim_end_matches([' ', ',', '.']).to_owned();
    for _ in 0..rng.between(1, 3) {
        edited += ", ";
        edited += &phrases::text_of("tag", rng);
    }
    edited
}

/// Leaves out one or two tags of three or more, never the first: it says what the picture is of.
fn remove_tags(text: &str, rng: &mut Rng) -> Option<String> {
    let mut tags: Vec<&str> = text.split(", ").collect();
    for _ in 0..rng.between(1, 2) {
        if tags.len() >= 3 {
            tags.remove(rng.between(1, tags.len() - 1));
        }
    }
    Some(tags.join(", "))
}

fn reorder_tags(text: &str, rng: &mut Rng) -> Option<String> {
    let mut tags: Vec<&str> = text.split(", ").collect();
    if tags.len() < 3 {
        return None;
    }
    for at in (2..tags.len()).rev() {
        tags.swap(at, rng.between(1, at));
    }
    Some(tags.join(", "))
}

fn change_case(text: &str, rng: &mut Rng) -> String {
    let mut edited = text.to_owned();
    match rng.below(4) {
        0 => edited = text.to_lowercase(),
        1 => edited = text.to_uppercase(),
        2 => edited = text.split(' ').map(capitalised).collect::<Vec<_>>().join(" "),
        _ => capitalise(&mut edited),
    }
    edited
}

fn capitalised(word: &str) -> String {
    let mut word = word.to_owned();
    capitalise(&mut word);
    word
}

fn change_punctuation(text: &str, rng: &mut Rng) -> String {
    match rng.below(6) {
        0 => text.replace(", ", " "),
        1 => text.replace(", ", " | "),
        2 => text.replace(", ", ". "),
        3 => text.trim_end_matches(['.', ',', '!', ' ']).to_owned(),
        4 => format!("{}!!", text.trim_end()),
        _ => format!("{}.", text.trim_end_matches([' ', '.'])),
    }
}

fn change_blanks(text: &str, rng: &mut Rng) -> String {
    match rng.below(5) {
        0 => text.replace(", ", ","),
        1 => text.replace(", ", " , "),
        2 => text.replace(' ', "  "),
        3 => format!("{text} "),
        _ => format!(" {text}"),
    }
}

/// Puts another credit in the place of `by …` up to the next comma; adds one where there is none.
fn change_artists(text: &str, rng: &mut Rng) -> String {
    let credit = phrases::text_of("credit", rng);
    match text.find("by ").filter(|at| text[..*at].ends_with([' ', ','])) {
        Some(start) => {
            let end = text[start..].find(", ").map_or(text.len(), |length| start + length);
            format!("{}{credit}{}", &text[..start], &text[end..])
        }
        None => format!("{}, {credit}", text.trim_end_matches([' ', ',', '.'])),
    }
}

fn negate(text: &str, rng: &mut Rng) -> String {
    if text.contains(" with ") && rng.percent(60) {
        return text.replacen(" with ", " without ", 1);
    }
    format!("{}, {}", text.trim_end_matches([' ', ',', '.']), phrases::text_of("negative", rng))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text that every edit finds something in.
    const RICH: &str = "a red fox with 3 tails, oil painting, by mucha, soft lighting, 8k";

    fn edited(edit: Edit) -> Vec<String> {
        let mut rng = Rng::new(11);
        (0..80).filter_map(|_| edit.apply(RICH, &mut rng)).collect()
    }

    #[test]
    fn every_edit_changes_a_rich_text() {
        for edit in Edit::all().filter(|edit| *edit != Edit::Exact) {
            let texts = edited(edit);
            assert!(texts.len() > 20, "{edit:?}");
            assert!(texts.iter().all(|text| text != RICH), "{edit:?}");
        }
    }

    #[test]
    fn tags_keep_their_head() {
        for text in edited(Edit::ReorderTags).into_iter().chain(edited(Edit::RemoveTags)) {
            assert!(text.starts_with("a red fox with 3 tails, "), "{text}");
        }
    }

    #[test]
    fn reordered_tags_are_the_same_tags() {
        let sorted = |text: &str| {
            let mut tags: Vec<String> = text.split(", ").map(str::to_owned).collect();
            tags.sort();
            tags
        };
        assert!(edited(Edit::ReorderTags).iter().all(|text| sorted(text) == sorted(RICH)));
    }

    #[test]
    fn a_new_credit_takes_the_place_of_the_old_one() {
        for text in edited(Edit::Artists) {
            assert!(!text.contains("by mucha, soft") || text.contains(", by mucha, soft"), "{text}");
            assert!(text.ends_with(", soft lighting, 8k"), "{text}");
        }
    }

    #[test]
    fn a_negation_says_no() {
        for text in edited(Edit::Negation) {
            assert!(["without", "no ", "not ", "avoid", "nothing", "uncropped"].iter().any(|word| text.contains(word)), "{text}");
        }
    }
}
