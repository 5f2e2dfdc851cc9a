//! Keys as one types them: `jj<enter><c-r>`.

use crossterm::event::KeyEvent;
use tamis::tui::key::Key;

/// Key events for a text: characters stand for themselves; `<enter>`, `<esc>`, `<space>`, `<c-r>`, `<a-j>`, `<s-left>`, `<lt>` for keys.
/// Panics on a word that is no key.
pub fn keys(text: &str) -> Vec<KeyEvent> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let (word, len) = match rest.find('>').filter(|_| c == '<') {
            Some(end) => (spelled(&rest[1..end]), end + 1),
            None => (c.to_string(), c.len_utf8()),
        };
        let key: Key = if word == " " { "space".parse() } else { word.parse() }.unwrap_or_else(|e| panic!("{text}: {e}"));
        out.push(key.into());
        rest = &rest[len..];
    }
    out
}

fn spelled(word: &str) -> String {
    match (word, word.split_at_checked(2)) {
        ("lt", _) => "<".to_owned(),
        (_, Some(("c-", key))) => format!("ctrl-{key}"),
        (_, Some(("a-", key))) => format!("alt-{key}"),
        (_, Some(("s-", key))) => format!("shift-{key}"),
        _ => word.to_owned(),
    }
}

#[test]
fn keys_are_read() {
    let words: Vec<_> = keys("jA <enter><c-r><s-tab><lt>").into_iter().map(|key| Key::from(key).to_string()).collect();
    assert_eq!(words, ["j", "A", "Space", "Enter", "Ctrl-r", "Shift-Tab", "<"]);
}
