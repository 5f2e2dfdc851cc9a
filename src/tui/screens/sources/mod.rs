//! Sources and jobs: where the records came from, what was rejected, who is protected, what runs; and the way new files come in.

mod import;
pub mod path;
mod pick;
mod rejects;
mod view;

use std::cell::RefCell;

use ratatui::Frame;
use ratatui::layout::Rect;

use self::import::Mapping;
use self::pick::Picking;
use self::rejects::Rejects;
use crate::display::grouped;
use crate::tui::action::{Action, Context};
use crate::tui::data::Data;
use crate::tui::effect::Effect;
use crate::tui::intent::Intent;
use crate::tui::jobs::{JobId, Running};
use crate::tui::theme::Theme;
use crate::tui::widgets::list::ListState;
use crate::tui::widgets::toast::Toast;

/// What lies on top of the screen.
#[derive(Debug)]
enum Layer {
    Pick(Box<Picking>),
    Map(Box<Mapping>),
    Rejects(Rejects),
}

#[derive(Debug, Default)]
pub struct State {
    list: ListState,
    jobs: ListState,
    /// The jobs have the cursor.
    on_jobs: bool,
    layer: Option<Layer>,
    /// The jobs as they were drawn last: a key means one of those that are seen.
    drawn: RefCell<Vec<JobId>>,
}

impl State {
    pub fn context(&self) -> Context {
        match &self.layer {
            None => Context::Sources,
            Some(Layer::Pick(_)) => Context::Input,
            Some(Layer::Map(mapping)) => mapping.context(),
            Some(Layer::Rejects(_)) => Context::Dialog,
        }
    }

    /// Keeps cursors inside lists that may have become shorter, and hands the dialogs what they asked for.
    pub fn data_changed(&mut self, data: &Data) {
        self.list.move_to(self.list.cursor, data.sources.len());
        match self.layer.take() {
            Some(Layer::Pick(picking)) => self.layer = Some(picking.data_changed(data)),
            Some(Layer::Map(mut mapping)) => {
                mapping.data_changed(data);
                self.layer = Some(Layer::Map(mapping));
            }
            Some(Layer::Rejects(rejects)) => self.layer = rejects.source(data).is_some().then_some(Layer::Rejects(rejects)),
            None => {}
        }
    }

    /// The folder that the picker shows, or the beginning of the file that the form reads.
    pub fn wants(&mut self, data: &Data) -> Vec<Effect> {
        let wanted = match &mut self.layer {
            Some(Layer::Pick(picking)) => picking.wants(),
            Some(Layer::Map(mapping)) => mapping.wants(data),
            _ => None,
        };
        wanted.into_iter().collect()
    }
}

pub fn update(state: &mut State, data: &Data, intent: &Intent) -> Vec<Effect> {
    match state.layer.take() {
        None => return on_screen(state, data, intent),
        Some(Layer::Pick(picking)) => state.layer = picking.update(data, intent),
        Some(Layer::Map(mut mapping)) => match mapping.update(data, intent) {
            import::Outcome::Open => state.layer = Some(Layer::Map(mapping)),
            import::Outcome::Closed => {}
            import::Outcome::Import(args) => return vec![Effect::Import(args)],
        },
        Some(Layer::Rejects(mut rejects)) => {
            if rejects.update(data, intent) {
                state.layer = Some(Layer::Rejects(rejects));
            }
        }
    }
    Vec::new()
}

fn on_screen(state: &mut State, data: &Data, intent: &Intent) -> Vec<Effect> {
    let Intent::Do(action) = intent else { return Vec::new() };
    let source = data.sources.get(state.list.cursor).map(|detail| &detail.source);
    match action {
        Action::NextPane | Action::PreviousPane => state.on_jobs = !state.on_jobs,
        Action::Import => state.layer = Some(Layer::Pick(Box::new(Picking::begin(data)))),
        Action::Rejects | Action::Open => state.layer = source.map(|source| Layer::Rejects(Rejects::of(source.id))),
        Action::ToggleProtected => {
            let effect = source.map(|source| Effect::Protect { name: source.name.clone(), protected: !source.protected });
            return effect.into_iter().collect();
        }
        Action::CancelThisJob => {
            let drawn = state.drawn.borrow();
            let job = drawn.get(state.jobs.cursor).or(drawn.last()).copied();
            return vec![job.map_or_else(|| Effect::Say(Toast::done("no job runs")), Effect::Cancel)];
        }
        action if state.on_jobs => _ = state.jobs.handle(*action, state.drawn.borrow().len()),
        action => _ = state.list.handle(*action, data.sources.len()),
    }
    Vec::new()
}

pub fn view(frame: &mut Frame<'_>, area: Rect, state: &State, data: &Data, jobs: &[Running], theme: &Theme) {
    *state.drawn.borrow_mut() = jobs.iter().map(|job| job.id).collect();
    view::screen(frame.buffer_mut(), area, state, data, jobs, theme);
    match &state.layer {
        Some(Layer::Pick(picking)) => picking.view(frame, area, theme),
        Some(Layer::Map(mapping)) => mapping.view(frame, area, data, theme),
        Some(Layer::Rejects(rejects)) => rejects.view(frame.buffer_mut(), area, data, theme),
        None => {}
    }
}

/// For the status line.
pub fn summary(_state: &State, data: &Data) -> String {
    let rejected: u64 = data.sources.iter().map(|detail| detail.source.counts.rejected).sum();
    let accepted: u64 = data.sources.iter().map(|detail| detail.source.counts.accepted).sum();
    match data.sources.len() {
        0 => "no sources yet".to_owned(),
        n => format!(
            "{n} source{} · {} records, {} lines rejected",
            if n == 1 { "" } else { "s" },
            grouped(accepted),
            grouped(rejected)
        ),
    }
}
