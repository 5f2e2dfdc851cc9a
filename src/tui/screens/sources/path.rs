//! Paths as people type and paste them.

use std::path::{Path, PathBuf};

/// The path that was typed, from `folder` on where it is relative. Quotes around it go, and `~/` is the home folder.
pub fn typed_path(typed: &str, folder: &Path, home: Option<&Path>) -> PathBuf {
    let typed = unquoted(typed.trim());
    let path = match (home, typed.strip_prefix("~/"), typed) {
        (Some(home), Some(rest), _) => home.join(rest),
        (Some(home), None, "~") => home.to_owned(),
        _ => folder.join(typed),
    };
    // Without a `/` at the end.
    path.components().collect()
}

/// Terminals paste a dropped file in quotes.
fn unquoted(typed: &str) -> &str {
    let inside = |quote: char| typed.strip_prefix(quote)?.strip_suffix(quote);
    inside('\'').or_else(|| inside('"')).unwrap_or(typed)
}

/// Whether this is a path and no part of a name in the list.
pub fn is_path(typed: &str) -> bool {
    let typed = unquoted(typed.trim());
    typed.contains('/') || typed == "~" || typed == ".."
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read_as_a_shell_would() {
        let path = |typed: &str| typed_path(typed, Path::new("/d"), Some(Path::new("/far/x"))).display().to_string();
        assert_eq!(path("a/b.txt "), "/d/a/b.txt");
        assert_eq!(path("'/e/a b.txt'"), "/e/a b.txt");
        assert_eq!(path("~/c.csv"), "/far/x/c.csv");
        assert_eq!([path("~"), path("~/"), path("/e/")], ["/far/x", "/far/x", "/e"]);
        assert_eq!(path("~user"), "/d/~user");
        assert_eq!(typed_path("~/c", Path::new(""), None), Path::new("~/c"));
        assert!(is_path("'/a'") && is_path("~") && !is_path("prompts.txt"));
    }
}
