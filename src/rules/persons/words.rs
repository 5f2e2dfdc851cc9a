//! A text as words with what stands between them.

use std::cell::Cell;

use super::class::Class;
use super::fold::{self, Key};
use super::tables::Tables;

/// What stands between a word and the word before it, from the weakest to the strongest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Gap {
    /// Blanks.
    Blank,
    /// A hyphen without blanks.
    Hyphen,
    /// The full stop of an initial.
    Stop,
    /// A hyphen with blanks.
    Dash,
    /// A comma, bracket, slash or the like: a list may go on behind it.
    List,
    /// A quotation mark.
    Quote,
    /// The end of a sentence or line, anything else; also the start of the text.
    Hard,
}

/// How a word is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Letters {
    /// `word`
    Lower,
    /// `Word`
    Title,
    /// `WORD`, more than one letter
    Upper,
}

/// One word.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word {
    /// First byte.
    pub(super) start: usize,
    /// Byte after the last, a possessive 's left out.
    pub(super) end: usize,
    /// Folded letters.
    pub(super) key: Key,
    /// Number of folded letters.
    pub(super) len: usize,
    /// What the lists know.
    pub(super) class: Class,
    /// Case.
    pub(super) letters: Letters,
    /// What stands before the word.
    pub(super) gap: Gap,
    /// A possessive 's stood behind the word.
    pub(super) owns: bool,
    /// The last letter is a plural s.
    pub(super) plural: bool,
}

impl Word {
    /// One letter, as in `h. r. giger`.
    pub(super) fn is_initial(&self) -> bool {
        self.len == 1 && !self.class.is(Class::NUMBER.with(Class::FOREIGN))
    }
}

/// Reads words off a text, one call a word.
pub(super) struct Reader<'t> {
    text: &'t str,
    at: usize,
    /// Set after a word that a full stop does not end: an initial, `jr`, `st`.
    shortened: Cell<bool>,
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Reader { text, at: 0, shortened: Cell::new(false) }
    }

    fn peek(&self, at: usize) -> Option<char> {
        let rest = self.text.as_bytes().get(at..)?;
        match rest.first() {
            Some(byte) if byte.is_ascii() => Some(char::from(*byte)),
            _ => self.text.get(at..)?.chars().next(),
        }
    }

    /// What stands between here and the next word; leaves the reader at that word.
    fn gap(&mut self) -> Gap {
        let mut gap = if self.at == 0 { Gap::Hard } else { Gap::Blank };
        let (mut blanks, mut hyphens) = (0, 0);
        while let Some(c) = self.peek(self.at) {
            if is_letter(c) {
                break;
            }
            self.at += c.len_utf8();
            let this = match c {
                '\n' | '\r' => Gap::Hard,
                '_' => Gap::Blank,
                '-' | '\u{2010}' | '\u{2011}' => {
                    hyphens += 1;
                    Gap::Hyphen
                }
                '.' if self.shortened.get() => Gap::Stop,
                ',' | ';' | '/' | '&' | '+' | '|' | '(' | ')' | '[' | ']' | '{' | '}' | ':' | '•' | '·' | '、' | '，' => {
                    Gap::List
                }
                '"' | '“' | '”' | '«' | '»' | '\'' | '‘' | '’' => Gap::Quote,
                c if c.is_whitespace() => {
                    blanks += 1;
                    Gap::Blank
                }
                c if c.is_control() || c == '\u{200b}' || c == '\u{feff}' => Gap::Blank,
                _ => Gap::Hard,
            };
            gap = gap.max(this);
        }
        match gap {
            Gap::Hyphen if hyphens > 1 => Gap::Hard,
            Gap::Hyphen if blanks > 0 => Gap::Dash,
            gap => gap,
        }
    }

    /// The next word.
    pub(super) fn next(&mut self, tables: &Tables) -> Option<Word> {
        let gap = self.gap();
        let start = self.at;
        let mut shape = Shape::default();
        while let Some(c) = self.peek(self.at) {
            if is_letter(c) {
                shape.add(c);
                self.at += c.len_utf8();
            } else if is_apostrophe(c) && self.joins(c) {
                if shape.apostrophe(self.peek(self.at + c.len_utf8()), self.ends_after_one(c)) {
                    break;
                }
                self.at += c.len_utf8();
            } else {
                break;
            }
        }
        if self.at == start {
            return None;
        }
        let end = self.at;
        let owns = self.skip_possessive();
        let class = shape.class(tables);
        self.shortened.set(shape.len == 1 && !shape.digits || class.is(Class::SUFFIX.with(Class::PARTICLE)));
        Some(Word {
            start,
            end,
            key: shape.key,
            len: shape.len,
            class,
            letters: shape.letters(),
            gap,
            owns,
            plural: shape.last == 's' && !shape.digits && !matches!(shape.before, 's' | 'u' | 'i' | 'o'),
        })
    }

    /// A letter follows the apostrophe here.
    fn joins(&self, apostrophe: char) -> bool {
        self.peek(self.at + apostrophe.len_utf8()).is_some_and(char::is_alphabetic)
    }

    /// Exactly one letter follows the apostrophe here.
    fn ends_after_one(&self, apostrophe: char) -> bool {
        let first = self.at + apostrophe.len_utf8();
        let second = first + self.peek(first).map_or(0, char::len_utf8);
        !self.peek(second).is_some_and(is_letter)
    }

    /// Steps over a possessive 's.
    fn skip_possessive(&mut self) -> bool {
        let Some(c) = self.peek(self.at).filter(|&c| is_apostrophe(c)) else { return false };
        if !matches!(self.peek(self.at + c.len_utf8()), Some('s' | 'S')) || !self.ends_after_one(c) {
            return false;
        }
        self.at += c.len_utf8() + 1;
        true
    }
}

/// `8k`, `1980s`, `35mm` are numbers.
const MARKS_ON_NUMBERS: usize = 2;

/// What is gathered of a word while it is read.
struct Shape {
    key: Key,
    len: usize,
    digits: bool,
    foreign: bool,
    contracted: bool,
    uppers: usize,
    first_upper: bool,
    /// The last five letters.
    tail: [u8; 5],
    /// The key without the last letter.
    stem: Key,
    last: char,
    before: char,
    letters_seen: usize,
}

impl Default for Shape {
    fn default() -> Self {
        Shape {
            key: Key::EMPTY,
            len: 0,
            digits: false,
            foreign: false,
            contracted: false,
            uppers: 0,
            first_upper: false,
            tail: [0; 5],
            stem: Key::EMPTY,
            last: ' ',
            before: ' ',
            letters_seen: 0,
        }
    }
}

impl Shape {
    fn add(&mut self, c: char) {
        self.stem = self.key;
        let upper = c.is_uppercase();
        self.first_upper |= upper && self.len == 0;
        self.uppers += usize::from(upper);
        self.len += fold::push_folded(&mut self.key, c);
        self.digits |= c.is_numeric();
        self.letters_seen += usize::from(!c.is_numeric());
        self.foreign |= !c.is_ascii() && !c.is_numeric() && !fold::is_latin(c) && !fold::is_mark(c);
        self.before = self.last;
        self.last = c.to_ascii_lowercase();
        self.tail.rotate_left(1);
        self.tail[4] = if c.is_ascii() { c.to_ascii_lowercase() as u8 } else { 0 };
    }

    /// An apostrophe inside a word; true if the word ends before it (a possessive).
    fn apostrophe(&mut self, next: Option<char>, one_letter: bool) -> bool {
        match next {
            Some('s' | 'S') if one_letter => true,
            Some('t' | 'T' | 'm' | 'd') if one_letter => {
                self.contracted = true;
                false
            }
            Some('r' | 'v' | 'l') if !one_letter && self.len > 1 => {
                self.contracted = true;
                false
            }
            _ => false,
        }
    }

    fn letters(&self) -> Letters {
        match (self.first_upper, self.uppers) {
            (true, n) if n > 1 && n == self.len => Letters::Upper,
            (true, _) => Letters::Title,
            _ => Letters::Lower,
        }
    }

    fn class(&self, tables: &Tables) -> Class {
        let mut class = tables.class(self.key);
        if self.digits && self.letters_seen <= MARKS_ON_NUMBERS {
            class = class.with(Class::NUMBER);
        }
        if self.foreign {
            class = class.with(Class::FOREIGN);
        }
        if self.contracted || !class.is(Class::NAME) && self.looks_regular(tables) {
            class = class.with(Class::COMMON);
        }
        class
    }

    /// A plural of a common word, or a word with an ending that names rarely have.
    fn looks_regular(&self, tables: &Tables) -> bool {
        const ENDINGS: [&[u8]; 16] = [
            b"ing", b"ed", b"ly", b"tion", b"tions", b"ness", b"ism", b"ous", b"ful", b"less", b"ity", b"able", b"ible", b"ical",
            b"ized", b"ised",
        ];
        let tail = &self.tail;
        self.len >= 6 && ENDINGS.iter().any(|ending| tail.ends_with(ending))
            || self.len > 3 && self.last == 's' && tables.class(self.stem).is(Class::COMMON)
    }
}

fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || fold::is_mark(c)
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | '`' | '´' | 'ʼ')
}
