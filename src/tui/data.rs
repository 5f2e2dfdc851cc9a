//! What the workspace last told us; the screens' only source. A placeholder until the screens come: a list of texts.

use std::sync::Arc;

/// What the store lane owns.
pub type Store = Vec<String>;

/// What jobs bring back; each replaces a part of [`Data`].
#[derive(Debug)]
pub enum Message {
    /// All texts.
    Texts(Arc<Vec<String>>),
    /// Positions of the texts that match the filter.
    Rows(Vec<u32>),
}

#[derive(Debug, Default)]
pub struct Data {
    pub texts: Arc<Vec<String>>,
    pub rows: Vec<u32>,
}

impl Data {
    pub fn take(&mut self, message: Message) {
        match message {
            Message::Texts(texts) => {
                self.rows = (0..texts.len() as u32).collect();
                self.texts = texts;
            }
            Message::Rows(rows) => self.rows = rows,
        }
    }
}
