//! Regular expressions as rules use them: compiled with a message that says what to write instead, and templates that
//! are checked against the groups they name.

use regex::{Regex, RegexBuilder};
use toml::Spanned;

use super::action::Fault;

const LOOK_AROUND: &str = "look-around is not supported yet: catch the neighbour in a group and put it back, \
     e.g. `(\\w)--(\\w)` with `$1 $2` instead of `(?<=\\w)--(?=\\w)`; `\\b` is a word border";
const BACK_REFERENCE: &str =
    "a group that must repeat is not supported yet: list the words, e.g. `\\b(?:very )+very\\b` with `very`";

/// Compiles a pattern.
pub fn compile(pattern: &Spanned<String>, ignore_case: bool) -> Result<Regex, Fault> {
    let text = pattern.get_ref();
    if text.is_empty() {
        return Err(Fault::new("the pattern is empty: it would be found between all characters", "write what is to be found")
            .at(pattern.span()));
    }
    let regex = RegexBuilder::new(text).case_insensitive(ignore_case).build();
    regex.map_err(|error| explain(&error.to_string()).at(pattern.span()))
}

fn explain(error: &str) -> Fault {
    if error.contains("look-around") {
        return Fault::new("the pattern uses look-around", LOOK_AROUND);
    }
    if error.contains("backreference") {
        return Fault::new("the pattern uses a back-reference", BACK_REFERENCE);
    }
    let cause = error.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or(error);
    let cause = cause.trim_start_matches("error: ");
    Fault::new(
        format!("the pattern cannot be read: {cause}"),
        "patterns have the syntax of Rust's regex crate; write them in '…' so that \\ stays",
    )
}

/// Checks that each `$1` or `${name}` of the template is a group of the pattern: a wrong one would vanish silently.
pub fn check_template(regex: &Regex, template: &str) -> Result<(), Fault> {
    if template.contains('\0') {
        return Err(Fault::new("the replacement holds U+0000, which no text may", "leave it out, or write a blank"));
    }
    for name in references(template) {
        let known = match name.parse::<usize>() {
            Ok(number) => number < regex.captures_len(),
            Err(_) => regex.capture_names().flatten().any(|group| group == name),
        };
        if !known {
            let message = format!("`${name}` names no group of the pattern");
            return Err(Fault::new(message, "write ${1}s for group 1 followed by an s, and $$ for a dollar sign"));
        }
    }
    Ok(())
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

    #[test]
    fn references_are_read_as_the_regex_crate_expands_them() {
        assert_eq!(references("$1 ${2}s $$3 $name-x $ ${open"), ["1", "2", "name"]);
    }

    #[test]
    fn a_group_that_swallows_the_next_letter_is_an_error() {
        let regex = Regex::new(r"(\d)").expect("valid");
        assert!(check_template(&regex, "$1s").is_err());
        assert!(check_template(&regex, "${1}s").is_ok());
        assert!(check_template(&regex, "$2").is_err());
    }
}
