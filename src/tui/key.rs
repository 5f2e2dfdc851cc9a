//! One key press as words: parsed from the action table and the user's file, shown in footers and help.

use std::fmt;
use std::str::FromStr;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// A key with its modifiers, in one normal form: a letter's case says whether Shift was held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    pub code: KeyCode,
    pub modifiers: KeyModifiers,
}

/// Names of keys that are no character, as the user writes and as the screen shows them.
const NAMES: [(&str, &str, KeyCode); 16] = [
    ("space", "Space", KeyCode::Char(' ')),
    ("enter", "Enter", KeyCode::Enter),
    ("esc", "Esc", KeyCode::Esc),
    ("tab", "Tab", KeyCode::Tab),
    ("shift-tab", "Shift-Tab", KeyCode::BackTab),
    ("backspace", "Backspace", KeyCode::Backspace),
    ("delete", "Del", KeyCode::Delete),
    ("insert", "Ins", KeyCode::Insert),
    ("up", "↑", KeyCode::Up),
    ("down", "↓", KeyCode::Down),
    ("left", "←", KeyCode::Left),
    ("right", "→", KeyCode::Right),
    ("home", "Home", KeyCode::Home),
    ("end", "End", KeyCode::End),
    ("pageup", "PgUp", KeyCode::PageUp),
    ("pagedown", "PgDn", KeyCode::PageDown),
];

const MODIFIERS: [(&str, &str, KeyModifiers); 3] =
    [("ctrl-", "Ctrl-", KeyModifiers::CONTROL), ("alt-", "Alt-", KeyModifiers::ALT), ("shift-", "Shift-", KeyModifiers::SHIFT)];

/// Control keys that a terminal cannot tell from another key.
const SAME_AS: [(char, &str); 5] =
    [('h', "Backspace"), ('i', "Tab"), ('j', "a line feed in a paste"), ('m', "Enter"), ('[', "Esc")];

impl Key {
    fn normal(code: KeyCode, mut modifiers: KeyModifiers) -> Key {
        modifiers &= KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SHIFT;
        let code = match code {
            KeyCode::Tab if modifiers.contains(KeyModifiers::SHIFT) => KeyCode::BackTab,
            KeyCode::Char(c) if modifiers.contains(KeyModifiers::CONTROL) => KeyCode::Char(c.to_ascii_lowercase()),
            KeyCode::Char(c) if modifiers.contains(KeyModifiers::SHIFT) => KeyCode::Char(c.to_ascii_uppercase()),
            code => code,
        };
        if matches!(code, KeyCode::Char(_) | KeyCode::BackTab) {
            modifiers.remove(KeyModifiers::SHIFT);
        }
        Key { code, modifiers }
    }

    /// The character this key types into a text field.
    pub fn types(self) -> Option<char> {
        match self.code {
            KeyCode::Char(c) if self.modifiers.is_empty() => Some(c),
            _ => None,
        }
    }
}

impl From<KeyEvent> for Key {
    fn from(event: KeyEvent) -> Key {
        Key::normal(event.code, event.modifiers)
    }
}

impl From<Key> for KeyEvent {
    fn from(key: Key) -> KeyEvent {
        KeyEvent::new(key.code, key.modifiers)
    }
}

/// `a`, `A`, `ctrl-d`, `alt-up`, `shift-left`, `f1`, `space`, …; the error says what is wrong with the word.
impl FromStr for Key {
    type Err = String;

    fn from_str(word: &str) -> Result<Key, String> {
        let mut modifiers = KeyModifiers::NONE;
        let mut rest = word;
        while let Some((prefix, _, modifier)) =
            MODIFIERS.iter().find(|(prefix, ..)| rest.len() > prefix.len() && rest.starts_with(prefix))
            && rest != "shift-tab"
        {
            modifiers |= *modifier;
            rest = &rest[prefix.len()..];
        }
        let code = parse_code(rest)
            .ok_or_else(|| format!("`{word}` is no key; a key is for instance `a`, `ctrl-d`, `alt-up`, `f2`, `space`"))?;
        match (code, SAME_AS.iter().find(|(c, _)| code == KeyCode::Char(*c))) {
            (_, Some((_, other))) if modifiers.contains(KeyModifiers::CONTROL) => {
                Err(format!("`{word}` cannot be told from {other} in a terminal"))
            }
            _ => Ok(Key::normal(code, modifiers)),
        }
    }
}

fn parse_code(word: &str) -> Option<KeyCode> {
    if let Some((_, _, code)) = NAMES.iter().find(|(name, ..)| *name == word) {
        return Some(*code);
    }
    let mut chars = word.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) if !c.is_control() => Some(KeyCode::Char(c)),
        (Some('f'), Some(_)) => word[1..].parse().ok().filter(|n| (1..=12).contains(n)).map(KeyCode::F),
        _ => None,
    }
}

/// As footers and help show it: `Ctrl-d`, `↑`, `Space`.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (_, shown, modifier) in MODIFIERS {
            if self.modifiers.contains(modifier) {
                f.write_str(shown)?;
            }
        }
        match (NAMES.iter().find(|(_, _, code)| *code == self.code), self.code) {
            (Some((_, shown, _)), _) => f.write_str(shown),
            (None, KeyCode::Char(c)) => write!(f, "{c}"),
            (None, KeyCode::F(n)) => write!(f, "F{n}"),
            (None, other) => write!(f, "{other:?}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_events_meet_in_one_form() {
        let event = |code, modifiers| Key::from(KeyEvent::new(code, modifiers));
        assert_eq!("A".parse(), Ok(event(KeyCode::Char('A'), KeyModifiers::SHIFT)));
        assert_eq!("shift-tab".parse(), Ok(event(KeyCode::BackTab, KeyModifiers::SHIFT)));
        assert_eq!("ctrl-d".parse(), Ok(event(KeyCode::Char('d'), KeyModifiers::CONTROL)));
        assert_eq!("shift-left".parse(), Ok(event(KeyCode::Left, KeyModifiers::SHIFT)));
        assert_eq!("-".parse(), Ok(event(KeyCode::Char('-'), KeyModifiers::NONE)));
    }

    #[test]
    fn keys_a_terminal_does_not_have_are_refused() {
        assert!("ctrl-i".parse::<Key>().is_err_and(|e| e.contains("Tab")));
        assert!("hyper-x".parse::<Key>().is_err());
        assert!("f13".parse::<Key>().is_err());
    }

    #[test]
    fn shown_as_people_write_them() {
        let shown = |word: &str| word.parse::<Key>().unwrap().to_string();
        assert_eq!(["ctrl-d", "alt-up", "space", "f1", "G"].map(shown), ["Ctrl-d", "Alt-↑", "Space", "F1", "G"]);
    }
}
