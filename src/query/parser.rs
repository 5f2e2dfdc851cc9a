//! The grammar of the filter language, by recursive descent.
//!
//! ```text
//! whole = [ any ]                              any   = all { "OR" all }
//! all   = one { [ "AND" ] one }                one   = "NOT" one | "-" one | "(" any ")" | term
//! ```
//!
//! Terms (words, phrases, `key:value`) are in `terms`.

use super::fields::KnownFields;
use super::filter::ParseError;
use crate::model::Filter;

pub(super) type Parsed<T> = Result<T, ParseError>;

/// Nesting of brackets and NOTs beyond this is refused: the parser, like all who walk the tree, recurses.
const MAX_DEPTH: usize = 64;

/// More terms than these are refused: each may be a regular expression to compile.
const MAX_TERMS: usize = 500;

/// A place in the text of a filter.
pub(super) struct Parser<'a> {
    pub(super) text: &'a str,
    /// Byte offset of what comes next.
    pub(super) at: usize,
    pub(super) fields: &'a KnownFields,
    depth: usize,
    terms: usize,
}

/// Where a word, a value or an operator ends.
pub(super) fn ends_word(c: char) -> bool {
    c.is_whitespace() || matches!(c, '(' | ')' | '"')
}

pub(super) fn error<T>(at: usize, message: impl Into<String>) -> Parsed<T> {
    Err(ParseError { at, message: message.into() })
}

impl<'a> Parser<'a> {
    pub(super) fn new(text: &'a str, fields: &'a KnownFields) -> Self {
        Parser { text, at: 0, fields, depth: 0, terms: 0 }
    }

    pub(super) fn whole(mut self) -> Parsed<Filter> {
        self.skip_blanks();
        if self.rest().is_empty() {
            return Ok(Filter::All);
        }
        let filter = self.any()?;
        if self.rest().is_empty() { Ok(filter) } else { error(self.at, "this ) closes nothing") }
    }

    fn any(&mut self) -> Parsed<Filter> {
        let mut arms = vec![self.all()?];
        while self.takes_operator("OR") {
            arms.push(self.all()?);
        }
        Ok(Filter::any_of(arms))
    }

    fn all(&mut self) -> Parsed<Filter> {
        let mut terms = vec![self.one()?];
        while !self.is_at_end_of_all() {
            self.takes_operator("AND");
            terms.push(self.one()?);
        }
        Ok(Filter::all_of(terms))
    }

    fn is_at_end_of_all(&mut self) -> bool {
        self.skip_blanks();
        self.rest().is_empty() || self.rest().starts_with(')') || self.is_at_operator("OR")
    }

    fn one(&mut self) -> Parsed<Filter> {
        self.skip_blanks();
        let start = self.at;
        if self.takes_operator("NOT") || self.takes_minus() {
            return Ok(Filter::Not(Box::new(self.nested(start, Self::one)?)));
        }
        if self.takes('(') {
            let inner = self.nested(start, Self::any)?;
            return if self.takes(')') { Ok(inner) } else { error(start, "this ( is not closed") };
        }
        if self.rest().is_empty() || self.rest().starts_with(')') {
            return error(self.at, "expected a word or a condition here");
        }
        if let Some(operator) = ["AND", "OR"].into_iter().find(|operator| self.is_at_operator(operator)) {
            return error(self.at, format!("expected a word or a condition before {operator}; \"{operator}\" finds the word"));
        }
        self.terms += 1;
        if self.terms > MAX_TERMS {
            return error(start, format!("a filter has at most {MAX_TERMS} terms"));
        }
        self.term()
    }

    fn nested(&mut self, start: usize, inner: fn(&mut Self) -> Parsed<Filter>) -> Parsed<Filter> {
        if self.depth == MAX_DEPTH {
            return error(start, format!("nested more than {MAX_DEPTH} deep"));
        }
        self.depth += 1;
        let filter = inner(self);
        self.depth -= 1;
        filter
    }

    /// A minus that belongs to what follows. `--ar` is a word: prompts are full of such options.
    fn takes_minus(&mut self) -> bool {
        let negates = self
            .rest()
            .strip_prefix('-')
            .is_some_and(|rest| rest.starts_with(|c: char| c != '-' && c != ')' && !c.is_whitespace()));
        self.at += usize::from(negates);
        negates
    }

    fn takes_operator(&mut self, operator: &str) -> bool {
        self.skip_blanks();
        let is_there = self.is_at_operator(operator);
        if is_there {
            self.at += operator.len();
        }
        is_there
    }

    fn is_at_operator(&self, operator: &str) -> bool {
        self.rest().strip_prefix(operator).is_some_and(|rest| rest.is_empty() || rest.starts_with(ends_word))
    }

    pub(super) fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    pub(super) fn takes(&mut self, c: char) -> bool {
        let is_there = self.rest().starts_with(c);
        if is_there {
            self.at += c.len_utf8();
        }
        is_there
    }

    fn skip_blanks(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }
}
