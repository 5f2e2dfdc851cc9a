//! The three source files of the example workspace: about 4,000 prompts that overlap, and every kind of line that importers meet.
//!
//! One stream of prompts is dealt to the three files, so that families of near-copies cross them. Then each file gets its own
//! planted lines, listed in [`ExampleFile::planted`] so that a test can hold an importer to them.

mod forum;
mod gallery;
mod studio;

use crate::model::Counts;

use super::composer::{Composer, Settings};
use super::rng::Rng;

/// The seed of the workspace that ships.
pub const EXAMPLE_SEED: u64 = 1883;

/// A source file, and how the example declares it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExampleFile {
    /// The curator's word for the source.
    pub name: &'static str,
    pub file_name: &'static str,
    pub bytes: Vec<u8>,
    /// The split that the source declares.
    pub split: Option<&'static str>,
    /// It never loses a record to another source.
    pub protected: bool,
    /// Put before each file name on export.
    pub prefix: Option<&'static str>,
    /// What an import must report.
    pub promise: Counts,
    /// The lines that were planted, ascending.
    pub planted: Vec<Planted>,
}

/// A line with something nasty in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Planted {
    /// 1-based line of the file where the record begins.
    pub line: u64,
    pub nasty: Nasty,
}

/// What importers meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Nasty {
    Blank,
    // Rejected.
    InvalidUtf8,
    Nul,
    BrokenJson,
    MissingText,
    TextIsNoString,
    DuplicateKey,
    NotANumber,
    LoneSurrogate,
    TrailingText,
    Ragged,
    // Accepted byte for byte, and shown harmlessly.
    Bom,
    CarriageReturn,
    Mojibake,
    Control,
    Escape,
    Bidi,
    ZeroWidthJoiner,
    Emoji,
    LongNumber,
    QuotedNewline,
    QuotedQuote,
}

impl Nasty {
    /// Whether the line is to be rejected.
    pub fn is_rejected(self) -> bool {
        (Nasty::InvalidUtf8..=Nasty::Ragged).contains(&self)
    }
}

/// The three files. The same seed gives the same bytes.
pub fn example_sources(seed: u64) -> Vec<ExampleFile> {
    let [gallery, forum, studio] = deal(seed);
    let mut rng = Rng::new(!seed);
    vec![gallery::file(&gallery, &mut rng), forum::file(&forum), studio::file(&studio, &mut rng)]
}

/// The texts of the gallery, the forum and the studio.
fn deal(seed: u64) -> [Vec<String>; 3] {
    const STREAMED: usize = 3_500;
    const SHARES: [(usize, u32); 3] = [(0, 48), (1, 32), (2, 20)];
    let mut composer = Composer::with(seed, Settings { copies_percent: 32, most_copies: 60, spread: 600 });
    let mut rng = Rng::new(seed.rotate_left(32));
    let mut piles: [Vec<String>; 3] = Default::default();
    let mut lay = |text: String, rng: &mut Rng| piles[rng.weighted(&SHARES)].push(text);
    for (copies, chain) in [(60, false), (24, false), (5, true), (4, true)] {
        composer.plant(copies, chain);
        composer.next().into_iter().for_each(|composed| lay(composed.text, &mut rng));
    }
    for composed in composer.by_ref().take(STREAMED) {
        lay(composed.text, &mut rng);
    }
    for composed in composer.rest() {
        lay(composed.text, &mut rng);
    }
    piles
}

/// A file in the making that knows its line numbers.
#[derive(Debug, Default)]
struct Page {
    bytes: Vec<u8>,
    counts: Counts,
    planted: Vec<Planted>,
    lines: u64,
}

impl Page {
    /// Adds a record with its line end; `nasty` when it was planted.
    fn push(&mut self, record: &[u8], nasty: Option<Nasty>) {
        if let Some(nasty) = nasty {
            self.planted.push(Planted { line: self.lines + 1, nasty });
        }
        match nasty {
            Some(Nasty::Blank) => self.counts.blank += 1,
            Some(nasty) if nasty.is_rejected() => self.counts.rejected += 1,
            _ => self.counts.accepted += 1,
        }
        self.counts.read += 1;
        self.head(record);
    }

    /// Adds lines that are no record.
    fn head(&mut self, record: &[u8]) {
        self.bytes.extend_from_slice(record);
        self.lines += record.iter().filter(|byte| **byte == b'\n').count() as u64;
    }
}

/// `count` texts, then one planted line, and so on: spreads `planted` evenly over `texts`.
fn spread_over<'a, T>(texts: usize, planted: &'a [T]) -> impl Fn(usize) -> Option<&'a T> {
    let every = (texts / (planted.len() + 1)).max(1);
    move |at| if at > 0 && at.is_multiple_of(every) { planted.get(at / every - 1) } else { None }
}
