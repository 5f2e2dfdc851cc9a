//! The map of pairs: two cross-hairs at the thresholds of both lenses, and sample pairs of each of the four sides.

use std::sync::Arc;

use super::{Over, State as Screen};
use crate::clusters::pair_map::{MappedPair, PairMap, Quadrant, Region};
use crate::model::{Lens, Threshold};
use crate::tui::action::Action;
use crate::tui::data::Data;
use crate::tui::effect::Effect;
use crate::tui::intent::Intent;

/// Hundredths of a far step.
const FAR: i32 = 5;
/// Pairs that are shown of a quadrant.
const SAMPLE: usize = 48;

#[derive(Debug)]
pub(super) struct State {
    pub(super) quadrant: Quadrant,
    /// Which of the samples is shown.
    pub(super) at: usize,
    pub(super) samples: Vec<MappedPair>,
    of: Option<Of>,
}

/// What the samples are of.
#[derive(Debug)]
struct Of {
    map: Arc<PairMap>,
    quadrant: Quadrant,
    places: [Threshold; 2],
}

impl State {
    pub(super) fn new() -> State {
        // Where the lenses disagree is what one comes for.
        State { quadrant: Quadrant::Meaning, at: 0, samples: Vec::new(), of: None }
    }

    /// Draws samples of the quadrant, where they are not of it yet. `places`: the thresholds, lexical and semantic.
    pub(super) fn sample(&mut self, places: [Threshold; 2], data: &Data) {
        let Some(map) = data.duplicates.map.as_ref().map(|mapped| &mapped.map) else { return };
        let is_of_now =
            self.of.as_ref().is_some_and(|of| Arc::ptr_eq(&of.map, map) && of.quadrant == self.quadrant && of.places == places);
        if !is_of_now {
            let [lexical, semantic] = places;
            self.samples = map.sample(&Region::of(self.quadrant, lexical, semantic), SAMPLE);
            self.at = 0;
            self.of = Some(Of { map: map.clone(), quadrant: self.quadrant, places });
        }
    }

    fn turn(&mut self, by: usize) {
        let place = Quadrant::ALL.iter().position(|&quadrant| quadrant == self.quadrant).unwrap_or(0);
        self.quadrant = Quadrant::ALL[(place + by) % Quadrant::ALL.len()];
    }

    fn step(&mut self, by: isize) {
        self.at = self.at.saturating_add_signed(by).min(self.samples.len().saturating_sub(1));
    }
}

/// The screen lent its state; it comes back unless this ends.
pub(super) fn update(mut map: Box<State>, screen: &mut Screen, data: &Data, intent: &Intent) -> Vec<Effect> {
    if let Intent::Do(action) = intent {
        match action {
            Action::LeaveMap => return Vec::new(),
            Action::WordsLower => screen.slide(Lens::Lexical, -1, data),
            Action::WordsHigher => screen.slide(Lens::Lexical, 1, data),
            Action::WordsFarLower => screen.slide(Lens::Lexical, -FAR, data),
            Action::WordsFarHigher => screen.slide(Lens::Lexical, FAR, data),
            Action::MeaningLower => screen.slide(Lens::Semantic, -1, data),
            Action::MeaningHigher => screen.slide(Lens::Semantic, 1, data),
            Action::MeaningFarLower => screen.slide(Lens::Semantic, -FAR, data),
            Action::MeaningFarHigher => screen.slide(Lens::Semantic, FAR, data),
            Action::NextQuadrant => map.turn(1),
            Action::PreviousQuadrant => map.turn(Quadrant::ALL.len() - 1),
            Action::NextSample => map.step(1),
            Action::PreviousSample => map.step(-1),
            _ => {}
        }
    }
    map.sample(Lens::ALL.map(|lens| screen.place(lens, data).0), data);
    screen.over = Over::Map(map);
    Vec::new()
}
