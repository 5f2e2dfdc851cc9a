//! What `update` wants done: each effect on the workspace names one ops call. Placeholder until the screens come.

use std::sync::Arc;

use super::data::{Message, Store};
use super::jobs::{Jobs, Slot};

#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    Terminal(Request),
    ToggleTheme,
    CancelJob,
    /// Read everything from the workspace.
    Load,
    /// Find the texts that hold these words.
    Filter(Arc<Vec<String>>, String),
}

/// What only the owner of the terminal can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    Suspend,
    /// Draw from scratch.
    Redraw,
    Copy(String),
    /// Open a text in `$EDITOR`; it comes back as [`super::update::Intent::Edited`].
    Edit(String),
    Mouse(bool),
}

/// Starts the job for an effect on the workspace; the others are none of its business.
pub fn start(effect: Effect, jobs: &mut Jobs<Store, Message>) {
    match effect {
        Effect::Load => _ = jobs.store("load", |store, _| Ok(Message::Texts(Arc::new(store.clone())))),
        Effect::Filter(texts, words) => {
            _ = jobs.compute(Slot::Rows, "filter", move |progress| {
                progress.stage("filtering", "records", texts.len() as u64)?;
                let mut rows = Vec::new();
                for (position, text) in texts.iter().enumerate() {
                    progress.add(1)?;
                    if text.contains(&words) {
                        rows.push(position as u32);
                    }
                }
                Ok(Message::Rows(rows))
            });
        }
        Effect::Terminal(_) | Effect::ToggleTheme | Effect::CancelJob => {}
    }
}
