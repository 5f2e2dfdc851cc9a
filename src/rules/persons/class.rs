//! What is known about a single word: a set of bits, looked up once per word.
//!
//! The bits are independent. `rose` is a given name and a common word, `wood` a family name and a common word; the grammar
//! decides what wins.

/// A set of facts about one word.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(super) struct Class(u32);

impl Class {
    /// A given name of the census.
    pub(super) const GIVEN: Class = Class(1);
    /// The first word of an artist's or well-known person's name.
    pub(super) const FIRST: Class = Class(1 << 1);
    /// A frequent family name of the census.
    pub(super) const FAMILY: Class = Class(1 << 2);
    /// The last word of an artist's name, or an artist's only name: enough where artists are credited.
    pub(super) const SURNAME: Class = Class(1 << 3);
    /// A name that means a person wherever it stands.
    pub(super) const LONE: Class = Class(1 << 4);
    /// A word of the language of prompts: by itself no evidence of a name.
    pub(super) const COMMON: Class = Class(1 << 5);
    /// `van`, `de`, `von`: inside a name, never its end.
    pub(super) const PARTICLE: Class = Class(1 << 6);
    /// `jr`, `ii`, `elder`: belongs to the name before it.
    pub(super) const SUFFIX: Class = Class(1 << 7);
    /// `by`.
    pub(super) const BY: Class = Class(1 << 8);
    /// `of`.
    pub(super) const OF: Class = Class(1 << 9);
    /// `style`, `manner`: before `of` it opens a credit, after a name it closes one.
    pub(super) const STYLE: Class = Class(1 << 10);
    /// `and`, `x`: joins two credits.
    pub(super) const AND: Class = Class(1 << 11);
    /// `artist`, `photographer`: stands between `by` and the name.
    pub(super) const ROLE: Class = Class(1 << 12);
    /// `pope`, `president`: a given name after it is a person.
    pub(super) const TITLE: Class = Class(1 << 13);
    /// `the`, `his`, `with`: no name holds or starts with it.
    pub(super) const GRAMMAR: Class = Class(1 << 14);
    /// The word starts an entry of the list of whole names.
    pub(super) const OPENS: Class = Class(1 << 15);
    /// Digits, with a unit at most.
    pub(super) const NUMBER: Class = Class(1 << 16);
    /// Letters of a script without lists here.
    pub(super) const FOREIGN: Class = Class(1 << 17);

    /// Any fact that a name can begin with or that announces one.
    pub(super) const TRIGGER: Class =
        Class(Self::GIVEN.0 | Self::LONE.0 | Self::OPENS.0 | Self::BY.0 | Self::STYLE.0 | Self::TITLE.0 | Self::SURNAME.0);
    /// Any list of names.
    pub(super) const NAME: Class = Class(Self::GIVEN.0 | Self::FIRST.0 | Self::FAMILY.0 | Self::SURNAME.0 | Self::LONE.0);
    /// Family names of either list.
    pub(super) const LAST: Class = Class(Self::FAMILY.0 | Self::SURNAME.0);

    /// True if any of the bits of `other` is set.
    pub(super) fn is(self, other: Class) -> bool {
        self.0 & other.0 != 0
    }

    /// Both sets together.
    #[must_use]
    pub(super) fn with(self, other: Class) -> Class {
        Class(self.0 | other.0)
    }
}
