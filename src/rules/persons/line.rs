//! The words of one text and what can be asked about a place among them.

use super::class::Class;
use super::fold::Key;
use super::tables::{Entry, Tables};
use super::words::{Gap, Letters, Word};

/// No name is longer, in words (the tokeniser's splinters of accented names included).
const LONGEST: usize = 8;

/// The words of a text. All questions may be asked about any place; behind the end nothing is true.
pub(super) struct Line<'w> {
    words: &'w [Word],
    tables: &'static Tables,
    /// Capitals tell names from other words here: the text has words in lower case and is no headline.
    capitals: bool,
}

impl<'w> Line<'w> {
    pub(super) fn new(words: &'w [Word], tables: &'static Tables) -> Self {
        let lower = words.iter().filter(|w| w.letters == Letters::Lower).count();
        let title = words.iter().filter(|w| w.letters == Letters::Title).count();
        Line { words, tables, capitals: title > 0 && lower > title }
    }

    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    pub(super) fn get(&self, at: usize) -> Option<&'w Word> {
        self.words.get(at)
    }

    /// The word has one of these facts.
    pub(super) fn is(&self, at: usize, class: Class) -> bool {
        self.get(at).is_some_and(|word| word.class.is(class))
    }

    /// The word is written like a name where capitals tell, or there are none to tell by.
    pub(super) fn may_be_capital(&self, at: usize) -> bool {
        !self.capitals || self.is_capital(at)
    }

    /// The word has a capital in a text where that tells.
    pub(super) fn is_proper(&self, at: usize) -> bool {
        self.capitals && self.is_capital(at)
    }

    fn is_capital(&self, at: usize) -> bool {
        self.get(at).is_some_and(|word| word.letters != Letters::Lower)
    }

    /// What stands before the word.
    pub(super) fn gap(&self, at: usize) -> Gap {
        self.get(at).map_or(Gap::Hard, |word| word.gap)
    }

    /// The word belongs to the phrase of the word before it.
    pub(super) fn continues(&self, at: usize) -> bool {
        self.gap(at) <= Gap::Stop && at > 0 && !self.owner_before(at)
    }

    /// A name that ends before this place ends where the phrase ends: at punctuation, `and`, `by`.
    pub(super) fn is_border(&self, at: usize) -> bool {
        !self.continues(at) || self.is(at, Class::AND.with(Class::BY))
    }

    /// The longest run of words from here that a list has as a whole: what it is and where it ends.
    pub(super) fn entry(&self, at: usize) -> Option<(Entry, usize)> {
        if !self.is(at, Class::OPENS) {
            return None;
        }
        let mut key = Key::EMPTY;
        let mut found = None;
        for end in at..(at + LONGEST).min(self.len()) {
            if end > at && (self.gap(end) > Gap::Dash || self.owner_before(end)) {
                break;
            }
            let Some(word) = self.get(end).filter(|word| word.len > 0) else { break };
            key = key.then(word.key);
            found = self.tables.entry(key).map(|entry| (entry, end + 1)).or(found);
        }
        found
    }

    fn owner_before(&self, at: usize) -> bool {
        at.checked_sub(1).and_then(|before| self.get(before)).is_some_and(|word| word.owns)
    }

    /// A person known by the whole name starts here.
    pub(super) fn known(&self, at: usize) -> Option<usize> {
        match self.entry(at) {
            Some((Entry::Person, end)) => Some(end),
            _ => None,
        }
    }

    /// The word can be part of a name: no word of the language, no number, no foreign script.
    pub(super) fn may_be_name(&self, at: usize) -> bool {
        self.get(at).is_some_and(|word| {
            word.len > 0
                && !word.class.is(Class::COMMON.with(Class::NUMBER).with(Class::FOREIGN).with(Class::GRAMMAR))
                && !word.class.is(Class::BY.with(Class::AND).with(Class::STYLE))
        })
    }

    /// The word has letters enough to be a name without others.
    pub(super) fn is_long(&self, at: usize, letters: usize) -> bool {
        self.get(at).is_some_and(|word| word.len >= letters)
    }

    /// An unlisted word in the plural: more likely things than a person.
    pub(super) fn is_things(&self, at: usize) -> bool {
        self.get(at).is_some_and(|word| word.plural && word.letters == Letters::Lower && !word.class.is(Class::NAME))
    }

    pub(super) fn is_initial(&self, at: usize) -> bool {
        self.get(at).is_some_and(Word::is_initial)
    }
}
