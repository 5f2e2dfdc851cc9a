//! The six screens and the two layers that are made from the table of actions. Each is a file or a folder with its own `State`,
//! `update` and `view`.

pub mod browse;
pub mod help;
pub mod palette;

use super::action::{Action, Context};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Screen {
    #[default]
    Browse,
    Rules,
    Duplicates,
    Splits,
    Versions,
    Sources,
}

impl Screen {
    /// In the order of their number keys.
    pub const ALL: [Screen; 6] =
        [Screen::Browse, Screen::Rules, Screen::Duplicates, Screen::Splits, Screen::Versions, Screen::Sources];

    pub fn name(self) -> &'static str {
        match self {
            Screen::Browse => "Browse",
            Screen::Rules => "Rules",
            Screen::Duplicates => "Duplicates",
            Screen::Splits => "Splits",
            Screen::Versions => "Versions",
            Screen::Sources => "Sources",
        }
    }

    pub fn context(self) -> Context {
        match self {
            Screen::Browse => Context::Browse,
            Screen::Rules => Context::Rules,
            Screen::Duplicates => Context::Duplicates,
            Screen::Splits => Context::Splits,
            Screen::Versions => Context::Versions,
            Screen::Sources => Context::Sources,
        }
    }

    /// The screen that an action goes to.
    pub fn of(action: Action) -> Option<Screen> {
        Some(match action {
            Action::GoBrowse => Screen::Browse,
            Action::GoRules => Screen::Rules,
            Action::GoDuplicates => Screen::Duplicates,
            Action::GoSplits => Screen::Splits,
            Action::GoVersions => Screen::Versions,
            Action::GoSources => Screen::Sources,
            _ => return None,
        })
    }
}
