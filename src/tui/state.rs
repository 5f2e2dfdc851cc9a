//! What the user did so far: the screen, the layers on top of it, and each screen's own state. Screens own theirs; this only composes.

use super::action::Context;
use super::data::Data;
use super::screens::{Screen, browse, help, palette};
use super::widgets::toast::Toast;

/// A layer on top of a screen; the last one gets the keys first.
#[derive(Debug, Clone)]
pub enum Overlay {
    Help(help::State),
    Palette(palette::State),
}

#[derive(Debug, Default)]
pub struct State {
    pub screen: Screen,
    pub overlays: Vec<Overlay>,
    pub toast: Option<Toast>,
    pub mouse: bool,
    pub done: bool,
    pub browse: browse::State,
    /// Ctrl-c was the last key: the next one quits.
    pub about_to_quit: bool,
}

impl State {
    /// Where the next key is looked up.
    pub fn context(&self) -> Context {
        match (self.overlays.last(), self.screen) {
            (Some(Overlay::Help(_)), _) => Context::Dialog,
            (Some(Overlay::Palette(_)), _) => Context::Input,
            (None, Screen::Browse) => self.browse.context(),
            (None, screen) => screen.context(),
        }
    }

    /// The context of the screen under the overlays, whose keys help and palette show.
    pub fn screen_context(&self) -> Context {
        self.screen.context()
    }

    pub fn is_typing(&self) -> bool {
        self.context() == Context::Input
    }

    /// Keeps cursors inside lists that may have become shorter.
    pub fn data_changed(&mut self, data: &Data) {
        self.browse.data_changed(data);
    }

    /// Says what Ctrl-c did.
    pub fn cancelled(&mut self, something: bool) {
        self.toast = Some(Toast::done(if something { "stopping; Ctrl-c again quits" } else { "Ctrl-c again quits" }));
    }
}
