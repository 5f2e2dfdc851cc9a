//! What the user did so far: the screen, the layers on top of it, and each screen's own state. Screens own theirs; this only composes.

use super::action::Context;
use super::data::{Data, Duplicates};
use super::effect::{DuplicateWork, Effect};
use super::screens::{Screen, browse, duplicates, help, palette, rules, sources, splits, versions};
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
    /// Ctrl-c was the last key: the next one quits.
    pub about_to_quit: bool,
    pub browse: browse::State,
    pub rules: rules::State,
    pub duplicates: duplicates::State,
    pub splits: splits::State,
    pub versions: versions::State,
    pub sources: sources::State,
    /// The last change about pairs that views were asked for.
    pub asked_pairs: u64,
    /// Ctrl-c may have stopped what a screen waits for: the next key asks for it again.
    pub asks_again: bool,
}

impl State {
    /// Where the next key is looked up.
    pub fn context(&self) -> Context {
        match (self.overlays.last(), self.screen) {
            (Some(Overlay::Help(_)), _) => Context::Dialog,
            (Some(Overlay::Palette(_)), _) => Context::Input,
            (None, Screen::Browse) => self.browse.context(),
            (None, Screen::Rules) => self.rules.context(),
            (None, Screen::Duplicates) => self.duplicates.context(),
            (None, Screen::Splits) => self.splits.context(),
            (None, Screen::Versions) => self.versions.context(),
            (None, Screen::Sources) => self.sources.context(),
        }
    }

    /// The context of the screen under the overlays, whose keys help and palette show.
    pub fn screen_context(&self) -> Context {
        self.screen.context()
    }

    pub fn is_typing(&self) -> bool {
        matches!(self.context(), Context::Input | Context::RuleEditor)
    }

    /// Keeps cursors inside lists that may have become shorter.
    pub fn data_changed(&mut self, data: &Data) {
        self.browse.data_changed(data);
        self.rules.data_changed(data);
        self.duplicates.data_changed(data);
        self.splits.data_changed(data);
        self.versions.data_changed(data);
        self.sources.data_changed(data);
    }

    /// What the screen in view shows and the data do not have yet. Each asks once for the same thing.
    pub fn wants(&mut self, data: &Data) -> Vec<Effect> {
        let mut wants = self.wants_of_screen(data);
        let again = std::mem::take(&mut self.asks_again);
        // While pairs are judged one after the other, the clusters wait for the last one.
        let Duplicates { pairs, .. } = data.duplicates;
        let is_behind = data.duplicates.is_behind() && !self.duplicates.is_judging() && (again || self.asked_pairs != pairs);
        if is_behind || again && data.duplicates.is_old() {
            self.asked_pairs = pairs;
            wants.push(Effect::Duplicates(DuplicateWork::RefreshView));
        }
        wants
    }

    fn wants_of_screen(&mut self, data: &Data) -> Vec<Effect> {
        match self.screen {
            Screen::Browse => self.browse.wants(data),
            Screen::Rules => self.rules.wants(data),
            Screen::Duplicates => self.duplicates.wants(data),
            Screen::Splits => self.splits.wants(data),
            Screen::Versions => self.versions.wants(data),
            Screen::Sources => self.sources.wants(data),
        }
    }

    /// Forgets that it was asked for what Ctrl-c may have stopped.
    pub fn ask_again(&mut self) {
        self.asks_again = true;
        self.duplicates.ask_again();
        self.splits.ask_again();
    }

    /// Says what Ctrl-c did.
    pub fn cancelled(&mut self, something: bool) {
        if something && self.screen == Screen::Rules {
            self.rules.stopped();
        }
        self.toast = Some(Toast::done(if something { "stopping; Ctrl-c again quits" } else { "Ctrl-c again quits" }));
    }
}
