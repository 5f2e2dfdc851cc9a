//! The shadow of a pattern with look-around or back-references: a pattern without them that matches wherever the whole one does, and
//! maybe elsewhere. It runs on the linear engine, many times faster, and where it finds nothing the whole one need not be tried.
//!
//! Taking a look-around away, or letting a back-reference be anything, can only add matches; so can an atomic group that may step
//! back again.

use fancy_regex::{Assertion, Expr};
use regex::Regex;

/// The shadow, where all of the pattern is understood.
pub fn of(pattern: &str, ignore_case: bool) -> Option<Regex> {
    let source = if ignore_case { format!("(?i){pattern}") } else { pattern.to_owned() };
    let tree = Expr::parse_tree(&source).ok()?;
    let mut shadow = String::new();
    write(&tree.expr, &mut shadow)?;
    Regex::new(&shadow).ok()
}

fn write(expr: &Expr, out: &mut String) -> Option<()> {
    match expr {
        Expr::Empty | Expr::LookAround(..) => {}
        Expr::Literal { val, casei } => {
            out.push_str(if *casei { "(?i:" } else { "(?:" });
            out.push_str(&regex::escape(val));
            out.push(')');
        }
        Expr::Delegate { inner, casei } => {
            out.push_str(if *casei { "(?i:" } else { "(?:" });
            out.push_str(inner);
            out.push(')');
        }
        Expr::Any { newline, .. } => out.push_str(if *newline { "(?s:.)" } else { "." }),
        Expr::Assertion(Assertion::WordBoundary) => out.push_str(r"\b"),
        Expr::Assertion(Assertion::NotWordBoundary) => out.push_str(r"\B"),
        Expr::Assertion(Assertion::StartText) => out.push_str(r"\A"),
        Expr::Assertion(Assertion::EndText) => out.push_str(r"\z"),
        // Other borders: nothing is asked of the place.
        Expr::Assertion(_) => {}
        Expr::Backref { .. } => out.push_str("(?s:.*)"),
        Expr::Concat(parts) => return parts.iter().try_for_each(|part| write(part, out)),
        Expr::Alt(parts) => {
            out.push_str("(?:");
            for (n, part) in parts.iter().enumerate() {
                if n > 0 {
                    out.push('|');
                }
                write(part, out)?;
            }
            out.push(')');
        }
        Expr::Group(inner) => return grouped(inner, out),
        Expr::AtomicGroup(inner) => return grouped(inner, out),
        Expr::Repeat { child, lo, hi, .. } => {
            grouped(child, out)?;
            match *hi {
                usize::MAX => out.push_str(&format!("{{{lo},}}")),
                hi => out.push_str(&format!("{{{lo},{hi}}}")),
            }
        }
        _ => return None,
    }
    Some(())
}

fn grouped(inner: &Expr, out: &mut String) -> Option<()> {
    out.push_str("(?:");
    write(inner, out)?;
    out.push(')');
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shadow_is_found_wherever_the_pattern_is() {
        for (pattern, found, not_even_the_shadow) in [
            (r"(?<!\d )\b(\d) (\d)\b(?! \d\b)", "a 3 4 b", "no digits"),
            (r"\b(\w+)-\1\b", "bora-bora", "bora bora"),
            (r"(?>a+)b", "aab", "aa"),
            (r"a(?=b)|c{2,3}(?!d)", "xcc", "b"),
            (r"^(?:x|y)?\.(?=z)$|q(?=\s)", "q ", "z"),
        ] {
            let shadow = of(pattern, false).expect("understood");
            let whole = fancy_regex::Regex::new(pattern).expect("valid");
            assert!(whole.is_match(found).expect("within its steps") && shadow.is_match(found), "{pattern}");
            assert!(!shadow.is_match(not_even_the_shadow), "{pattern}");
        }
        assert!(of(r"STRASSE(?!X)", true).expect("understood").is_match("Strasse"));
    }
}
