//! A stream of prompts with copies and near-copies among them, in clusters of very uneven size.
//!
//! Now and then a fresh text founds a *family*: a number of copies that the stream still owes. Copies come at a rate that
//! keeps the debt near a fixed level, from a family picked by chance, so that the members of a family lie far apart.

use super::edit::Edit;
use super::rng::Rng;
use super::shape::Shape;

/// A prompt and how it came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Composed {
    /// One line, at most [`super::LONGEST`] characters.
    pub text: String,
    pub kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Fresh(Shape),
    /// Made from the text with number `of` in the stream (from 0).
    Copy {
        of: u64,
        edit: Edit,
    },
}

/// What the stream is like.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Copies and near-copies among 100 texts, 0..=90.
    pub copies_percent: u32,
    /// Most copies of one text.
    pub most_copies: usize,
    /// How far apart the members of a family lie: texts between two copies, roughly.
    pub spread: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { copies_percent: 30, most_copies: 120, spread: 1_000 }
    }
}

/// An endless iterator of prompts; the same seed and settings give the same ones.
#[derive(Debug, Clone)]
pub struct Composer {
    rng: Rng,
    settings: Settings,
    families: Vec<Family>,
    /// Copies that the families still owe.
    owed: usize,
    /// Texts so far.
    count: u64,
    /// The next fresh text founds this family.
    planted: Option<Plan>,
}

/// What a family will be.
#[derive(Debug, Clone, Copy)]
struct Plan {
    copies: usize,
    chain: bool,
}

#[derive(Debug, Clone)]
struct Family {
    /// What the next copy is made from, and its number.
    parent: String,
    of: u64,
    left: usize,
    /// Each copy is made from the one before: A–B–C, where C may resemble A no more.
    chain: bool,
}

/// Longer chains would drift out of recognition.
const LONGEST_CHAIN: usize = 6;

/// How many copies a family gets: (least, most), weight. Many pairs, few crowds.
const FAMILY_SIZES: [((usize, usize), u32); 6] =
    [((1, 1), 620), ((2, 2), 160), ((3, 5), 140), ((6, 15), 60), ((16, 48), 16), ((49, 120), 4)];

/// The mean of [`FAMILY_SIZES`].
const MEAN_COPIES: f64 = 2.998;

impl Composer {
    pub fn new(seed: u64) -> Self {
        Composer::with(seed, Settings::default())
    }

    pub fn with(seed: u64, settings: Settings) -> Self {
        let settings = Settings { copies_percent: settings.copies_percent.min(90), ..settings };
        Composer { rng: Rng::new(seed), settings, families: Vec::new(), owed: 0, count: 0, planted: None }
    }

    /// The next fresh text will have this many copies; as a chain A–B–C each is made from the one before.
    pub fn plant(&mut self, copies: usize, chain: bool) {
        self.planted = Some(Plan { copies, chain });
    }

    /// The copies that are still owed, so that a stream may end with whole families.
    pub fn rest(&mut self) -> impl Iterator<Item = Composed> {
        std::iter::from_fn(|| (self.owed > 0).then(|| self.copy()))
    }

    fn copy_is_due(&mut self) -> bool {
        self.planted.is_none() && self.rng.below(self.owed + self.settings.spread) < self.owed
    }

    fn fresh(&mut self) -> Composed {
        let shape = Shape::draw(&mut self.rng);
        let text = shape.compose(&mut self.rng);
        if let Some(plan) = self.planted.take().or_else(|| self.plan()) {
            self.owed += plan.copies;
            self.families.push(Family { parent: text.clone(), of: self.count, left: plan.copies, chain: plan.chain });
        }
        self.count += 1;
        Composed { text, kind: Kind::Fresh(shape) }
    }

    /// Whether a fresh text founds a family, so often that the wanted share of copies comes out.
    fn plan(&mut self) -> Option<Plan> {
        let share = f64::from(self.settings.copies_percent) / 100.0;
        let founders_per_million = share / (1.0 - share) / MEAN_COPIES * 1e6;
        if self.rng.below(1_000_000) >= founders_per_million as usize {
            return None;
        }
        let (least, most) = self.rng.weighted(&FAMILY_SIZES);
        let copies = self.rng.between(least, most).min(self.settings.most_copies);
        Some(Plan { copies, chain: copies <= LONGEST_CHAIN && self.rng.percent(40) }).filter(|plan| plan.copies > 0)
    }

    /// Pays one copy of a family picked by chance. Only while something is owed.
    fn copy(&mut self) -> Composed {
        let picked = self.rng.below(self.families.len());
        let family = &mut self.families[picked];
        let (edit, text) = Edit::any(&family.parent, &mut self.rng);
        let kind = Kind::Copy { of: family.of, edit };
        if family.chain {
            family.parent.clone_from(&text);
            family.of = self.count;
        }
        family.left -= 1;
        if family.left == 0 {
            self.families.swap_remove(picked);
        }
        self.owed -= 1;
        self.count += 1;
        Composed { text, kind }
    }
}

impl Iterator for Composer {
    type Item = Composed;

    fn next(&mut self) -> Option<Composed> {
        Some(if self.copy_is_due() { self.copy() } else { self.fresh() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_is_that_of_the_table() {
        let weights: u32 = FAMILY_SIZES.iter().map(|(_, weight)| weight).sum();
        let sum: f64 = FAMILY_SIZES.iter().map(|((least, most), weight)| (least + most) as f64 / 2.0 * f64::from(*weight)).sum();
        assert!((sum / f64::from(weights) - MEAN_COPIES).abs() < 0.02, "{}", sum / f64::from(weights));
    }

    #[test]
    fn a_planted_chain_hangs_together() {
        let mut composer = Composer::with(1, Settings { copies_percent: 0, ..Settings::default() });
        composer.plant(4, true);
        let first = composer.next().unwrap();
        assert!(matches!(first.kind, Kind::Fresh(_)));
        let parents: Vec<u64> = composer
            .rest()
            .filter_map(|composed| match composed.kind {
                Kind::Copy { of, .. } => Some(of),
                Kind::Fresh(_) => None,
            })
            .collect();
        assert_eq!(parents, [0, 1, 2, 3]);
    }

    #[test]
    fn no_copies_means_none() {
        let composer = Composer::with(1, Settings { copies_percent: 0, ..Settings::default() });
        assert!(composer.take(500).all(|composed| matches!(composed.kind, Kind::Fresh(_))));
    }
}
