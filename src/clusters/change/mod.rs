//! What kind of change lies between two near-duplicates: a word beside the word diff, so that a page of members can be judged at a glance.
//!
//! Words are compared as bags, each word with the kind that it has where it stands (`read`); the vocabulary is in `words`. A guess from
//! word lists and not an understanding: `bat` for `cat` is a change of subject, `sofa` for `couch` is one as well.

mod read;
mod words;

use rustc_hash::{FxHashMap, FxHashSet};

use read::{Kind, Token};

/// One class of change, the gravest last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Change {
    /// The same but for case and blanks.
    Identical,
    /// The same words in the same order; marks differ.
    Punctuation,
    /// Articles and the like.
    SmallWords,
    /// The same words stand in another order.
    Order,
    /// Quality words, cameras, lighting, renderers, sites, "by NAME", settings.
    Style,
    Colour,
    /// Numbers, number words, singular and plural.
    Number,
    /// Anything else that says what is in the picture.
    Subject,
    /// A negation comes or goes.
    Negation,
}

impl Change {
    pub const ALL: [Change; 9] = [
        Change::Identical,
        Change::Punctuation,
        Change::SmallWords,
        Change::Order,
        Change::Style,
        Change::Colour,
        Change::Number,
        Change::Subject,
        Change::Negation,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Change::Identical => "identical",
            Change::Punctuation => "punctuation",
            Change::SmallWords => "small words",
            Change::Order => "order",
            Change::Style => "style",
            Change::Colour => "colour",
            Change::Number => "number",
            Change::Subject => "subject",
            Change::Negation => "negation",
        }
    }
}

/// The classes of change between two texts: at least one, and [`Change::Identical`] only alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Changes(u16);

impl Changes {
    const NONE: Changes = Changes(0);

    /// What differs between `a` and `b`; which is which does not matter. Linear in their lengths.
    ///
    /// ```
    /// use tamis::clusters::change::{Change, Changes};
    /// let changes = Changes::between("a red car, 8k", "two blue cars");
    /// assert_eq!(changes.main(), Change::Number);
    /// assert!(changes.iter().eq([Change::Number, Change::Colour, Change::Style]));
    /// ```
    pub fn between(a: &str, b: &str) -> Changes {
        if same_but_case_and_blanks(a, b) {
            return Changes::NONE.and(Change::Identical);
        }
        let (a, b) = (read::tokens(a), read::tokens(b));
        let words = |tokens: &[Token]| tokens.iter().map(|token| token.word.clone()).collect::<Vec<_>>();
        if words(&a) == words(&b) {
            return Changes::NONE.and(Change::Punctuation);
        }
        let bags = Bags::of(&a, &b);
        let mut changes = bags.changes();
        if bags.common_words(&a).ne(bags.common_words(&b)) {
            changes = changes.and(Change::Order);
        }
        if changes == Changes::NONE { changes.and(Change::SmallWords) } else { changes }
    }

    fn and(self, change: Change) -> Changes {
        Changes(self.0 | 1 << change as u16)
    }

    fn and_if(self, change: Change, applies: bool) -> Changes {
        if applies { self.and(change) } else { self }
    }

    pub fn contains(self, change: Change) -> bool {
        self.0 & 1 << change as u16 != 0
    }

    /// The gravest.
    pub fn main(self) -> Change {
        self.iter().next().unwrap_or(Change::Identical)
    }

    /// All of them, the gravest first.
    pub fn iter(self) -> impl Iterator<Item = Change> {
        Change::ALL.into_iter().rev().filter(move |&change| self.contains(change))
    }
}

fn same_but_case_and_blanks(a: &str, b: &str) -> bool {
    let (mut a, mut b) = (a.split_whitespace(), b.split_whitespace());
    loop {
        match (a.next(), b.next()) {
            (None, None) => return true,
            (Some(a), Some(b)) if a.to_lowercase() == b.to_lowercase() => {}
            _ => return false,
        }
    }
}

/// How often each word stands in each text, by kind.
struct Bags<'t>(FxHashMap<&'t str, [[u32; Kind::COUNT]; 2]>);

impl<'t> Bags<'t> {
    fn of(a: &'t [Token], b: &'t [Token]) -> Bags<'t> {
        let mut bags = Bags(FxHashMap::default());
        for (side, tokens) in [a, b].into_iter().enumerate() {
            for token in tokens {
                bags.0.entry(&token.word).or_default()[side][token.kind as usize] += 1;
            }
        }
        bags
    }

    fn is_common(&self, word: &str) -> bool {
        self.0.get(word).is_some_and(|[a, b]| a.iter().sum::<u32>() == b.iter().sum::<u32>())
    }

    /// The words that both texts have equally often, in the order of one of them; an article may wander.
    fn common_words<'s>(&'s self, tokens: &'s [Token]) -> impl Iterator<Item = &'s str> {
        let large = tokens.iter().filter(|token| token.kind != Kind::Small);
        large.map(|token| token.word.as_str()).filter(|word| self.is_common(word))
    }

    /// The words that one text has more often than the other as words of a kind.
    fn differing(&self, kind: Kind) -> impl Iterator<Item = (&'t str, [u32; 2])> {
        let of_kind = move |(&word, [a, b]): (&&'t str, &[[u32; Kind::COUNT]; 2])| (word, [a[kind as usize], b[kind as usize]]);
        self.0.iter().filter(|(word, _)| !self.is_common(word)).map(of_kind).filter(|(_, [a, b])| a != b)
    }

    /// All but order, marks and small words.
    fn changes(&self) -> Changes {
        let subject = Subjects::of(self.differing(Kind::Subject));
        Changes::NONE
            .and_if(Change::Negation, self.differing(Kind::Negation).next().is_some())
            .and_if(Change::Subject, subject.differ)
            .and_if(Change::Number, subject.inflected || self.differing(Kind::Number).next().is_some())
            .and_if(Change::Colour, self.differing(Kind::Colour).next().is_some())
            .and_if(Change::Style, self.differing(Kind::Style).next().is_some())
    }
}

/// The differing words that name what is in the picture, with those set aside that differ in number only.
#[derive(Default)]
struct Subjects {
    /// A word has its plural, or another count, on the other side.
    inflected: bool,
    /// A word has no such counterpart.
    differ: bool,
}

impl Subjects {
    fn of<'t>(words: impl Iterator<Item = (&'t str, [u32; 2])>) -> Subjects {
        let mut sides: [FxHashSet<&str>; 2] = Default::default();
        for (word, [a, b]) in words {
            sides[usize::from(a < b)].insert(word);
        }
        let mut found = Subjects::default();
        for (words, others) in [(&sides[0], &sides[1]), (&sides[1], &sides[0])] {
            let singulars: FxHashSet<String> = others.iter().flat_map(|other| words::singulars(other)).collect();
            for word in words {
                let is_inflected = words::singulars(word).iter().any(|singular| singulars.contains(singular));
                found.inflected |= is_inflected;
                found.differ |= !is_inflected;
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::Change::*;
    use super::*;

    /// Two texts and all their changes, the gravest first.
    const CASES: &[(&str, &str, &[Change])] = &[
        ("a Red  car ", "A red car", &[Identical]),
        ("", "", &[Identical]),
        ("a red car.", "a red car", &[Punctuation]),
        ("cat, dog", "cat dog", &[Punctuation]),
        ("well-known cat", "well known cat", &[Punctuation]),
        ("a grey cat", "a gray cat", &[Punctuation]),
        ("a cat on the sofa", "cat on a sofa", &[SmallWords]),
        ("a cat and a dog", "a dog and a cat", &[Order]),
        ("a white dog and a brown cat", "a brown dog and a white cat", &[Order]),
        ("forest, mist, dawn", "mist, dawn, forest", &[Order]),
        // Numbers.
        ("two cats on a wall", "three cats on a wall", &[Number]),
        ("2 cats on a wall", "3 cats on a wall", &[Number]),
        ("a cat on a wall", "two cats on a wall", &[Number]),
        ("a cat", "cats", &[Number]),
        ("a wolf and a child", "wolves and children", &[Number]),
        ("1girl, forest", "2girls, forest", &[Number]),
        ("a house from 1920", "a house from 1935", &[Number]),
        ("a dozen eggs", "several eggs", &[Number]),
        ("a 19th century ship", "an 18th century ship", &[Number]),
        // Colours.
        ("a red car", "a blue car", &[Colour]),
        ("a red car", "a car", &[Colour]),
        ("a light blue dress", "a dark blue dress", &[Colour]),
        ("a reddish sky", "a bluish sky", &[Colour]),
        // Negations.
        ("a street with cars", "a street without cars", &[Negation]),
        ("a man who smiles", "a man who doesn't smile", &[Negation, Number]),
        ("it isn't raining", "it is raining", &[Negation]),
        ("it isn’t raining", "it is raining", &[Negation]),
        ("a beach, no people", "a beach", &[Negation, Subject]),
        ("the cat never sleeps", "the cat always sleeps", &[Negation, Subject]),
        ("neither cat nor dog", "cat and dog", &[Negation]),
        // Style.
        ("a castle", "a castle, highly detailed, 8k", &[Style]),
        ("a castle, trending on artstation", "a castle", &[Style]),
        ("a castle by jane doe", "a castle", &[Subject]),
        ("a castle by greg rutkowski", "a castle", &[Style]),
        ("a castle, by greg rutkowski", "a castle", &[Style]),
        ("a castle by Greg Rutkowski", "a castle", &[Style]),
        ("oil painting by jane doe and john roe", "oil painting by jane doe", &[Style]),
        ("a castle, in the style of jane doe", "a castle", &[Style]),
        ("a castle, cinematic lighting", "a castle, golden hour", &[Style]),
        ("a castle, 35mm, f/1.8", "a castle, 85mm, f/2.8", &[Style]),
        ("a castle, unreal engine 5", "a castle, octane render", &[Style]),
        ("a castle --ar 16:9 --v 4", "a castle --ar 3:2 --v 5", &[Style]),
        ("a (castle:1.2)", "a (castle:1.4)", &[Style]),
        ("a castle <lora:mist:0.8>", "a castle", &[Style]),
        ("a castle, 1920x1080", "a castle", &[Style]),
        ("a castle, iso 100", "a castle, iso 400", &[Style]),
        // Subjects.
        ("a cat on a wall", "a dog on a wall", &[Subject]),
        ("a man standing by the river", "a man standing", &[Subject]),
        ("a cat under a table", "a cat on a table", &[Subject]),
        ("cat 🐱", "cat 🐶", &[Subject]),
        ("猫と犬", "猫", &[Subject]),
        ("a cat", "", &[Subject]),
        // Several.
        ("a red cat, 8k", "two blue dogs", &[Subject, Number, Colour, Style]),
        ("a cat on a wall, 4k", "a wall on a cat", &[Order, Style]),
        ("concept art of art", "concept art", &[Subject]),
    ];

    #[test]
    fn cases_are_what_they_look_like_from_either_side() {
        let mut wrong = Vec::new();
        for &(a, b, expected) in CASES {
            let mut expected = expected.to_vec();
            expected.sort_by(|x, y| y.cmp(x));
            for (a, b) in [(a, b), (b, a)] {
                let found: Vec<Change> = Changes::between(a, b).iter().collect();
                if found != expected {
                    wrong.push(format!("{a:?} | {b:?}: {found:?}, expected {expected:?}"));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn the_main_one_is_the_gravest() {
        assert_eq!(Changes::between("two red cats, no people", "dog").main(), Negation);
        assert_eq!(Changes::between("x", "X").main(), Identical);
        assert!(Change::ALL.is_sorted());
    }

    #[test]
    fn a_shuffled_text_differs_in_order_only() {
        let words = "no two red cats by the sea at dawn seen from above with 8k lights";
        let mut shuffled: Vec<&str> = words.split(' ').collect();
        for turn in 1..shuffled.len() {
            shuffled.rotate_left(turn);
            let changes = Changes::between(words, &shuffled.join(" "));
            assert!(changes == Changes::NONE.and(Order) || shuffled.join(" ") == words, "{shuffled:?}");
        }
    }
}
