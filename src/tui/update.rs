//! What an intent does to the state, and the effects it has. Pure, and never waits.

use super::action::Action;
use super::data::Data;
use super::effect::{Effect, Request};
use super::intent::Intent;
use super::screens::{Screen, browse, duplicates, help, palette, rules, sources, splits, versions};
use super::state::{Overlay, State};

/// The layer on top decides first; what it leaves goes to what all screens share, then to the screen.
pub fn update(state: &mut State, data: &Data, intent: Intent) -> Vec<Effect> {
    let quitting = std::mem::replace(&mut state.about_to_quit, intent == Intent::Do(Action::CancelJob));
    if quitting && state.about_to_quit {
        state.done = true;
        return Vec::new();
    }
    if quitting {
        state.ask_again();
    }
    if let Intent::Do(action) = intent
        && let Some(effects) = always(action)
    {
        return effects;
    }
    match state.overlays.last_mut() {
        Some(Overlay::Help(help)) => {
            let open = help.update(&intent);
            close_unless(state, open)
        }
        Some(Overlay::Palette(palette)) => match palette.update(&intent) {
            palette::Outcome::Open => Vec::new(),
            palette::Outcome::Closed => close_unless(state, false),
            palette::Outcome::Chosen(action) => {
                state.overlays.pop();
                update(state, data, Intent::Do(action))
            }
        },
        None => on_screen(state, data, &intent),
    }
}

fn on_screen(state: &mut State, data: &Data, intent: &Intent) -> Vec<Effect> {
    match intent {
        Intent::Do(action) if !state.is_typing() => global(state, *action).unwrap_or_else(|| screen(state, data, intent)),
        _ => screen(state, data, intent),
    }
}

fn close_unless(state: &mut State, open: bool) -> Vec<Effect> {
    if !open {
        state.overlays.pop();
    }
    Vec::new()
}

/// What works on top of every layer.
fn always(action: Action) -> Option<Vec<Effect>> {
    let effect = match action {
        Action::CancelJob => Effect::CancelJob,
        Action::Suspend => Effect::Terminal(Request::Suspend),
        Action::Redraw => Effect::Terminal(Request::Redraw),
        _ => return None,
    };
    Some(vec![effect])
}

/// What all screens share.
fn global(state: &mut State, action: Action) -> Option<Vec<Effect>> {
    match action {
        Action::Help => state.overlays.push(Overlay::Help(help::State::new(state.screen_context()))),
        Action::Palette => state.overlays.push(Overlay::Palette(palette::State::new(state.screen_context()))),
        Action::Quit => state.done = true,
        Action::Undo => return Some(vec![Effect::Undo]),
        Action::Redo => return Some(vec![Effect::Redo]),
        Action::Theme => return Some(vec![Effect::ToggleTheme]),
        Action::Mouse => {
            state.mouse = !state.mouse;
            return Some(vec![Effect::Terminal(Request::Mouse(state.mouse))]);
        }
        _ => match Screen::of(action) {
            Some(screen) => state.screen = screen,
            None => return None,
        },
    }
    Some(Vec::new())
}

/// A screen is a match arm here and one in [`super::view`].
fn screen(state: &mut State, data: &Data, intent: &Intent) -> Vec<Effect> {
    match state.screen {
        Screen::Browse => browse::update(&mut state.browse, data, intent),
        Screen::Rules => rules::update(&mut state.rules, data, intent),
        Screen::Duplicates => duplicates::update(&mut state.duplicates, data, intent),
        Screen::Splits => splits::update(&mut state.splits, data, intent),
        Screen::Versions => versions::update(&mut state.versions, data, intent),
        Screen::Sources => sources::update(&mut state.sources, data, intent),
    }
}
