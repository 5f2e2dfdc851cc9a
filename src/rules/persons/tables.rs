//! The name lists, read once.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::class::Class;
use super::fold::Key;

const ARTISTS: &str = include_str!("../../../assets/names/artists.txt");
const PEOPLE: &str = include_str!("../../../assets/names/people.txt");
const GIVEN: &str = include_str!("../../../assets/names/given.txt");
const FAMILY: &str = include_str!("../../../assets/names/family.txt");
const LONE: &str = include_str!("../../../assets/names/lone.txt");
const NOT_NAMES: &str = include_str!("../../../assets/names/not_names.txt");
const COMMON: &str = include_str!("../../../assets/names/common.txt");

/// The small classes of function words, each a fact and its words.
const SMALL: [(Class, &str); 9] = [
    (Class::BY, "by"),
    (Class::OF, "of"),
    (Class::STYLE, "style styles stylings manner vein"),
    (Class::AND, "and with x or meets featuring feat"),
    (
        Class::ROLE,
        "artist artists painter illustrator photographer designer architect director filmmaker sculptor cartoonist animator \
         author writer producer actor actress singer rapper comedian musician master masters legendary famous renowned great the",
    ),
    (Class::TITLE, "pope president senator chancellor minister governor mayor"),
    (
        Class::PARTICLE,
        "van von de del della der den di da du des dos la le lo el al af av ten ter bin ibn mc st saint st zu y of the",
    ),
    (Class::SUFFIX, "jr sr ii iii iv vi vii viii elder younger"),
    (
        Class::GRAMMAR,
        "the a an his her its my our your their this that these those some many all any each another other two three four five \
         several few one no not is are was were be been being has have had do does did can could will would in on at to from \
         for of with without into onto over under above below between through during after before as than like if when while \
         where who whom which what how why and or but nor so it he she they we you i me him them us",
    ),
];

/// What a run of words is, if it stands in a list as a whole.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Entry {
    /// A person.
    Person,
    /// A figure of fiction, a company, a place.
    NotAPerson,
}

/// The lists by key.
pub(super) struct Tables {
    words: FxHashMap<u64, Class>,
    names: FxHashMap<u64, Entry>,
}

/// The lists, read at the first use.
pub(super) static TABLES: LazyLock<Tables> = LazyLock::new(Tables::read);

impl Tables {
    /// What is known of a word.
    pub(super) fn class(&self, key: Key) -> Class {
        self.words.get(&key.sum).copied().unwrap_or_default()
    }

    /// What is known of a run of words.
    pub(super) fn entry(&self, key: Key) -> Option<Entry> {
        self.names.get(&key.sum).copied()
    }

    fn read() -> Tables {
        let mut tables = Tables { words: FxHashMap::default(), names: FxHashMap::default() };
        tables.words.reserve(24_000);
        tables.names.reserve(8_000);
        for (list, class) in [(GIVEN, Class::GIVEN), (FAMILY, Class::FAMILY), (COMMON, Class::COMMON), (LONE, Class::LONE)] {
            entries(list).for_each(|word| tables.mark(word, class));
        }
        for (class, words) in SMALL {
            for word in words.split_whitespace() {
                tables.mark(word, class);
                if class != Class::PARTICLE {
                    tables.mark(word, Class::COMMON);
                }
            }
        }
        entries(ARTISTS).for_each(|name| tables.person(name, true));
        entries(PEOPLE).for_each(|name| tables.person(name, false));
        entries(NOT_NAMES).for_each(|name| tables.no_person(name));
        tables
    }

    fn mark(&mut self, word: &str, class: Class) {
        let known = self.words.entry(Key::of(word).sum).or_default();
        *known = known.with(class);
    }

    /// A whole name. An artist's family name is good for a credit by itself, an actor's is not.
    fn person(&mut self, name: &str, artist: bool) {
        let parts = || name.split([' ', '-']).filter(|part| !part.is_empty());
        let count = parts().count();
        if count > 1 {
            self.names.insert(Key::of(name).sum, Entry::Person);
            self.opens(name);
            parts().take(1).for_each(|first| self.mark(first, Class::FIRST));
        }
        if artist {
            let last = name.rsplit([' ', '-']).find(|part| !is_addition(part));
            last.into_iter().for_each(|last| self.mark(last, Class::SURNAME));
        }
    }

    fn no_person(&mut self, name: &str) {
        self.names.insert(Key::of(name).sum, Entry::NotAPerson);
        self.opens(name);
    }

    /// Marks the word that a name starts with. Prompts that went through a tokeniser have blanks around accented letters, so
    /// the letters before the first of them are marked too.
    fn opens(&mut self, name: &str) {
        let first = name.split([' ', '-', '.', '\'', '&']).next().unwrap_or_default();
        self.mark(first, Class::OPENS);
        if let Some(accent) = first.find(|c: char| !c.is_ascii()).filter(|&at| at > 0) {
            self.mark(&first[..accent], Class::OPENS);
        }
    }
}

/// `jr.` and the like at the end of a name.
fn is_addition(part: &str) -> bool {
    matches!(part, "" | "jr" | "jr." | "sr" | "sr." | "ii" | "iii" | "elder" | "younger")
}

/// The entries of a list: lines that are neither empty nor comments.
fn entries(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}
