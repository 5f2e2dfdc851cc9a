//! Regular expressions as rules use them: on the engine that can, with a message that says what to write instead, and templates
//! that are checked against the groups they name.
//!
//! The `regex` crate takes linear time and leaves look-around and back-references out. Where a pattern has these, `fancy_regex`
//! runs it, which tries alternatives one after the other; a limit on its steps keeps a bad pattern from stopping a run.

use std::borrow::Cow;

use regex::{Regex, RegexBuilder};
use toml::Spanned;

use super::action::Fault;
use super::shadow;

/// Steps back that a pattern may take in one text: some milliseconds.
const STEP_LIMIT: usize = 200_000;

/// Bytes of a text at most that look-around and back-references are tried on. One step can read the whole text, and each match
/// takes its own steps: `a(?=.*z)` reads a text as often as it has an `a`, which no limit on steps notices.
const FANCY_TEXT: usize = 16 << 10;

/// Bytes that a replacement may come to at worst, where it stands between all characters. What is really too long is seen after
/// it; this keeps it from being built.
const GROWTH: usize = 64 << 20;

/// A pattern would take too long on a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepLimit {
    /// It took more than the allowed steps.
    Steps,
    /// The text is too long for such a pattern.
    Length,
    /// It has a match that ends before it begins, or begins before the last one ended.
    Backwards,
    /// So long a replacement in so long a text could fill the memory.
    Growth,
}

impl StepLimit {
    /// For the record it happened to.
    pub fn message(self) -> String {
        match self {
            StepLimit::Steps => format!("the pattern took more than {STEP_LIMIT} steps on this text"),
            StepLimit::Length => {
                format!("a pattern with look-around or \\1 reads no text over {} KiB", FANCY_TEXT >> 10)
            }
            StepLimit::Backwards => "the pattern has a match that ends before it begins".to_owned(),
            StepLimit::Growth => "the replacement is too long for this text".to_owned(),
        }
    }
}

/// A compiled pattern.
#[derive(Debug, Clone)]
pub enum Pattern {
    Linear(Regex),
    /// With look-around or back-references.
    Fancy(Box<Fancy>),
}

/// A pattern for the engine that tries alternatives one after the other.
#[derive(Debug, Clone)]
pub struct Fancy {
    regex: fancy_regex::Regex,
    /// What finds nothing keeps `regex` from being tried.
    shadow: Option<Regex>,
}

impl Fancy {
    /// A loop of our own: the library's panics where `\\K` in a look-around makes a match end before it begins.
    fn replace_all<'t>(&self, text: &'t str, template: &str) -> Result<Cow<'t, str>, StepLimit> {
        let mut out = String::new();
        let (mut done, mut found) = (0, false);
        for captures in self.regex.captures_iter(text) {
            let captures = captures.map_err(|_| StepLimit::Steps)?;
            let Some(whole) = captures.get(0) else { continue };
            let Some(before) = text.get(done..whole.start()).filter(|_| whole.start() <= whole.end()) else {
                return Err(StepLimit::Backwards);
            };
            out.push_str(before);
            captures.expand(template, &mut out);
            (done, found) = (whole.end(), true);
        }
        if !found {
            return Ok(Cow::Borrowed(text));
        }
        out.push_str(&text[done..]);
        Ok(Cow::Owned(out))
    }

    fn may_match(&self, text: &str) -> bool {
        self.shadow.as_ref().is_none_or(|shadow| shadow.is_match(text))
    }
}

/// Compiles a pattern, on the linear engine if that can.
pub fn compile(pattern: &Spanned<String>, ignore_case: bool) -> Result<Pattern, Fault> {
    let text = pattern.get_ref();
    if text.is_empty() {
        return Err(Fault::new("the pattern is empty: it would be found between all characters", "write what is to be found")
            .at(pattern.span()));
    }
    let linear = match RegexBuilder::new(text).case_insensitive(ignore_case).build() {
        Ok(regex) => return Ok(Pattern::Linear(regex)),
        Err(error) => error,
    };
    match fancy_regex::RegexBuilder::new(text).case_insensitive(ignore_case).backtrack_limit(STEP_LIMIT).build() {
        Ok(regex) => Ok(Pattern::Fancy(Box::new(Fancy { regex, shadow: shadow::of(text, ignore_case) }))),
        Err(other) => Err(explain(&clearer(&linear.to_string(), &other.to_string())).at(pattern.span())),
    }
}

/// Of what both refuse, the first one speaks more clearly, unless it only says what it leaves out.
fn clearer(linear: &str, other: &str) -> String {
    let leaves_out = ["look-around", "backreference"].iter().any(|what| linear.contains(what));
    if leaves_out { other.to_owned() } else { linear.to_owned() }
}

fn explain(error: &str) -> Fault {
    let cause = error.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or(error);
    let cause = cause.trim_start_matches("error: ");
    Fault::new(
        format!("the pattern cannot be read: {cause}"),
        "patterns have the syntax of Rust's regex crate, with look-around and \\1; write them in '…' so that \\ stays",
    )
}

impl Pattern {
    pub fn is_match(&self, text: &str) -> Result<bool, StepLimit> {
        match self {
            Pattern::Linear(regex) => Ok(regex.is_match(text)),
            Pattern::Fancy(fancy) if !fancy.may_match(text) => Ok(false),
            Pattern::Fancy(fancy) => fancy.regex.is_match(short(text)?).map_err(|_| StepLimit::Steps),
        }
    }

    /// Replaces every match by the template; borrowed when there was none.
    pub fn replace_all<'t>(&self, text: &'t str, template: &str) -> Result<Cow<'t, str>, StepLimit> {
        if template.len().saturating_mul(text.len() + 1) > GROWTH {
            return Err(StepLimit::Growth);
        }
        match self {
            Pattern::Linear(regex) => Ok(regex.replace_all(text, template)),
            Pattern::Fancy(fancy) if !fancy.may_match(text) => Ok(Cow::Borrowed(text)),
            Pattern::Fancy(fancy) => fancy.replace_all(short(text)?, template),
        }
    }

    /// The first match, expanded into the template.
    pub fn expand_first(&self, text: &str, template: &str) -> Result<Option<String>, StepLimit> {
        let mut expanded = String::new();
        match self {
            Pattern::Linear(regex) => {
                let Some(captures) = regex.captures(text) else { return Ok(None) };
                captures.expand(template, &mut expanded);
            }
            Pattern::Fancy(fancy) if !fancy.may_match(text) => return Ok(None),
            Pattern::Fancy(fancy) => {
                let Some(captures) = fancy.regex.captures(short(text)?).map_err(|_| StepLimit::Steps)? else { return Ok(None) };
                captures.expand(template, &mut expanded);
            }
        }
        Ok(Some(expanded))
    }

    fn has_group(&self, name: &str) -> bool {
        let number = name.parse::<usize>();
        match (self, number) {
            (Pattern::Linear(regex), Ok(number)) => number < regex.captures_len(),
            (Pattern::Fancy(fancy), Ok(number)) => number < fancy.regex.captures_len(),
            (Pattern::Linear(regex), Err(_)) => regex.capture_names().flatten().any(|group| group == name),
            (Pattern::Fancy(fancy), Err(_)) => fancy.regex.capture_names().flatten().any(|group| group == name),
        }
    }
}

/// A text that [`Pattern::Fancy`] may be tried on.
fn short(text: &str) -> Result<&str, StepLimit> {
    if text.len() <= FANCY_TEXT { Ok(text) } else { Err(StepLimit::Length) }
}

/// Checks that each `$1` or `${name}` of the template is a group of the pattern: a wrong one would vanish silently.
pub fn check_template(pattern: &Pattern, template: &str) -> Result<(), Fault> {
    if template.contains('\0') {
        return Err(Fault::new("the replacement holds U+0000, which no text may", "leave it out, or write a blank"));
    }
    match references(template).into_iter().find(|name| !pattern.has_group(name)) {
        None => Ok(()),
        Some(name) => Err(Fault::new(
            format!("`${name}` names no group of the pattern"),
            "write ${1}s for group 1 followed by an s, and $$ for a dollar sign",
        )),
    }
}

/// The group names in a template, read as the regex crate reads them: `$$` is a dollar sign, a bare name is as long as it can be.
fn references(template: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = template;
    while let Some(at) = rest.find('$') {
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('$') {
            rest = after;
        } else if let Some((name, after)) = rest.strip_prefix('{').and_then(|braced| braced.split_once('}')) {
            found.push(name);
            rest = after;
        } else {
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
            if end > 0 {
                found.push(&rest[..end]);
            }
            rest = &rest[end..];
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compiled(pattern: &str) -> Pattern {
        compile(&Spanned::new(0..0, pattern.to_owned()), false).expect("valid")
    }

    #[test]
    fn references_are_read_as_the_regex_crate_expands_them() {
        assert_eq!(references("$1 ${2}s $$3 $name-x $ ${open"), ["1", "2", "name"]);
    }

    #[test]
    fn a_group_that_swallows_the_next_letter_is_an_error() {
        for pattern in [compiled(r"(\d)"), compiled(r"(\d)(?!x)")] {
            assert!(check_template(&pattern, "$1s").is_err());
            assert!(check_template(&pattern, "${1}s").is_ok());
            assert!(check_template(&pattern, "$2").is_err());
        }
    }

    #[test]
    fn the_engine_is_chosen_by_what_the_pattern_needs() {
        assert!(matches!(compiled(r"\b(\w+)\b"), Pattern::Linear(_)));
        for pattern in [r"(\w+) \1", r"a(?=b)", r"(?<!a)b", r"(?P<w>\w+) (?P=w)", r"(?>a+)b"] {
            assert!(matches!(compiled(pattern), Pattern::Fancy(_)), "{pattern}");
        }
        assert!(compile(&Spanned::new(0..0, "(a".to_owned()), false).is_err());
    }
}
