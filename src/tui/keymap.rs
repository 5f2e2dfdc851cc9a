//! (context, key) → action: the table's keys, changed by the user's file.
//!
//! The file is TOML, a section a context, an action's keys as a string or a list; an empty list frees its keys:
//!
//! ```toml
//! [browse]
//! keep = ["a", "+"]
//! ```

use rustc_hash::FxHashMap;
use toml::de::{DeTable, DeValue};

use super::action::{ACTIONS, Action, Context, Spec};
use super::key::Key;
use crate::error::{Error, Result};

/// Which key means what, and which keys an action has.
#[derive(Debug, Clone)]
pub struct Keymap {
    actions: FxHashMap<(Context, Key), Action>,
    keys: FxHashMap<Action, Vec<Key>>,
}

/// One line of the user's file: these are the keys of this action now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    pub action: Action,
    pub keys: Vec<Key>,
    /// 1-based, for messages.
    pub line: usize,
}

impl Default for Keymap {
    fn default() -> Self {
        let keys = ACTIONS.iter().map(|spec| (spec.action, spec.keys.iter().filter_map(|word| word.parse().ok()).collect()));
        Self::of(keys.collect())
    }
}

impl Keymap {
    /// The default keys with the user's changes. Two actions of one context on one key are an error that names the line.
    pub fn with_overrides(text: &str) -> Result<Keymap> {
        let mut keys = Keymap::default().keys;
        let overrides = parse_overrides(text)?;
        for change in &overrides {
            keys.insert(change.action, change.keys.clone());
        }
        for change in &overrides {
            refuse_conflict(change, &keys)?;
        }
        Ok(Self::of(keys))
    }

    fn of(keys: FxHashMap<Action, Vec<Key>>) -> Keymap {
        let pairs = keys.iter().flat_map(|(action, keys)| keys.iter().map(|key| ((action.spec().context, *key), *action)));
        Keymap { actions: pairs.collect(), keys }
    }

    /// What a key means: the first context of the chain that knows it decides.
    pub fn resolve(&self, context: Context, key: Key) -> Option<Action> {
        context.chain().iter().find_map(|&context| self.actions.get(&(context, key)).copied())
    }

    /// The keys of an action, its first one first.
    pub fn keys(&self, action: Action) -> &[Key] {
        self.keys.get(&action).map_or(&[], Vec::as_slice)
    }

    /// The keys of an action that mean it in `context`, where another action may have taken some.
    pub fn keys_in(&self, context: Context, action: Action) -> impl Iterator<Item = Key> {
        self.keys(action).iter().copied().filter(move |&key| self.resolve(context, key) == Some(action))
    }

    /// The actions that can be had by a key in `context`, the footer's most important first, the others in the table's order.
    pub fn hints(&self, context: Context) -> Vec<(Key, &'static Spec)> {
        let specs = context.chain().iter().flat_map(|&c| super::action::of(c));
        let mut hints: Vec<_> =
            specs.filter_map(|spec| self.keys_in(context, spec.action).next().map(|key| (key, spec))).collect();
        hints.sort_by_key(|(_, spec)| std::cmp::Reverse(spec.rank));
        hints
    }
}

/// The changes a key file asks for. Errors name the line and what would be right.
pub fn parse_overrides(text: &str) -> Result<Vec<Override>> {
    let table = DeTable::parse(text).map_err(|e| at_line(text, e.span().map_or(0, |s| s.start), e.message()))?;
    let mut overrides = Vec::new();
    for (section, actions) in table.get_ref() {
        let name = section.get_ref().as_ref();
        let context = Context::ALL.into_iter().find(|c| c.name() == name).ok_or_else(|| {
            let names = Context::ALL.map(Context::name).join(", ");
            at_line(text, section.span().start, &format!("there is no context `{name}`")).hint(format!("contexts: {names}"))
        })?;
        let DeValue::Table(actions) = actions.get_ref() else {
            return Err(at_line(text, section.span().start, &format!("`{name}` must be a section: [{name}]")));
        };
        for (action, value) in actions {
            let line = line_of(text, action.span().start);
            let name = action.get_ref().as_ref();
            let action = ACTIONS.iter().find(|s| s.context == context && s.name == name).map(|s| s.action).ok_or_else(|| {
                at_line(text, action.span().start, &format!("there is no action `{name}` in `{}`", context.name()))
                    .hint("`?` in tamis lists the actions by name")
            })?;
            let keys = parse_keys(value.get_ref()).map_err(|e| at_line(text, value.span().start, &e))?;
            overrides.push(Override { action, keys, line });
        }
    }
    Ok(overrides)
}

fn parse_keys(value: &DeValue<'_>) -> std::result::Result<Vec<Key>, String> {
    match value {
        DeValue::String(word) => Ok(vec![word.parse()?]),
        DeValue::Array(words) => words
            .iter()
            .map(|word| match word.get_ref() {
                DeValue::String(word) => word.parse(),
                _ => Err("a key is a string".to_owned()),
            })
            .collect(),
        _ => Err("keys are a string or a list of strings".to_owned()),
    }
}

fn refuse_conflict(change: &Override, keys: &FxHashMap<Action, Vec<Key>>) -> Result<()> {
    let context = change.action.spec().context;
    let taken = |spec: &&Spec| {
        spec.context == context
            && spec.action != change.action
            && keys.get(&spec.action).is_some_and(|theirs| theirs.iter().any(|key| change.keys.contains(key)))
    };
    match ACTIONS.iter().find(taken) {
        Some(other) => Err(Error::refused(format!(
            "key file, line {}: a key of `{}` already means `{}`",
            change.line,
            change.action.spec().name,
            other.name
        ))
        .hint(format!("give `{}` other keys in the same section", other.name))),
        None => Ok(()),
    }
}

fn at_line(text: &str, offset: usize, message: &str) -> Error {
    Error::refused(format!("key file, line {}: {message}", line_of(text, offset)))
}

fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|&b| b == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(word: &str) -> Key {
        word.parse().unwrap()
    }

    #[test]
    fn the_specific_context_wins() {
        let keymap = Keymap::default();
        assert_eq!(keymap.resolve(Context::Browse, key("a")), Some(Action::MarkKeep));
        assert_eq!(keymap.resolve(Context::Duplicates, key("a")), Some(Action::MakeKeeper));
        assert_eq!(keymap.resolve(Context::Rules, key("n")), Some(Action::NextChange));
        assert_eq!(keymap.resolve(Context::Browse, key("n")), Some(Action::NextMatch));
        assert_eq!(keymap.resolve(Context::Input, key("q")), None);
        assert_eq!(keymap.resolve(Context::Input, key("ctrl-c")), Some(Action::CancelJob));
    }

    #[test]
    fn users_change_keys_and_errors_name_the_line() {
        let keymap = Keymap::with_overrides("# mine\n[browse]\nkeep = ['k', '+']\nflag = []\n").unwrap();
        assert_eq!(keymap.resolve(Context::Browse, key("+")), Some(Action::MarkKeep));
        assert_eq!(keymap.resolve(Context::Browse, key("k")), Some(Action::MarkKeep));
        assert_eq!(keymap.resolve(Context::Browse, key("a")), None);
        assert_eq!(keymap.resolve(Context::Browse, key("f")), None);
        assert_eq!(keymap.keys_in(Context::Browse, Action::Up).collect::<Vec<_>>(), [key("up")]);

        let error = |text: &str| Keymap::with_overrides(text).unwrap_err().message;
        assert_eq!(error("\n[browse]\nkeep = 'd'"), "key file, line 3: a key of `keep` already means `drop`");
        assert_eq!(error("[browse]\nkep = 'd'"), "key file, line 2: there is no action `kep` in `browse`");
        assert!(error("[browse]\nkeep = ['a',\n 'ctrl-m']").starts_with("key file, line 2: `ctrl-m` cannot be told from Enter"));
        assert!(error("[nowhere]\n").starts_with("key file, line 1: there is no context"));
        assert!(error("[browse]\n\nkeep = \n").starts_with("key file, line 3"));
        assert!(error("browse = 1").starts_with("key file, line 1"));
    }
}
