//! What the user meant: a key turned into an action, or what is typed where a text field has the focus.

use crossterm::event::MouseEvent;

use super::action::Action;

/// What the user meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Intent {
    Do(Action),
    /// A character for the text field that has the focus.
    Type(char),
    Paste(String),
    /// What `$EDITOR` made of the text that a [`Request::Edit`](super::effect::Request::Edit) sent there.
    Edited(String),
    Mouse(MouseEvent),
}
