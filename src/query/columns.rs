//! The columns: one array per property, one place per record.
//!
//! A record's *position* is its place in the arrays, 0-based, in order of id. The arrays are behind [`Arc`]s: cloning a
//! [`Columns`] is a snapshot that costs nothing, and a patch to the original copies only the arrays it touches while a
//! snapshot is alive. Texts lie in one arena, so that a scan runs at the speed of memory.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;

use super::numbers::NumberColumns;
use super::tokens::TokenCounts;
use crate::clip;
use crate::model::filter::CauseKind;
use crate::model::{DropRecipe, RecordId, State};

/// What the columns keep of one record. `text` is the effective one.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Row<'a> {
    pub id: RecordId,
    /// Index into [`Names::sources`].
    pub source: u16,
    pub text: &'a str,
    pub state: State,
    pub cause: Option<CauseKind>,
    /// Index into [`Names::rules`] of the rule that dropped it.
    pub dropped_by: Option<u16>,
    /// Index into [`Names::fired`]: the set of rules that fired.
    pub fired: Option<u16>,
    /// Index into [`Names::recipes`] of what dropped it as a duplicate; only where that is the cause.
    pub recipe: Option<u8>,
    /// Index into [`Names::splits`].
    pub split: Option<u8>,
    /// A person moved it into its split.
    pub by_hand: bool,
    /// A person typed the text.
    pub edited: bool,
    pub has_image: bool,
}

/// The words behind the small numbers in the arrays; only ever appended to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Names {
    pub sources: Vec<String>,
    pub splits: Vec<String>,
    pub rules: Vec<String>,
    /// Distinct sets of fired rules, each a list of rule names in order.
    pub fired: Vec<Vec<String>>,
    /// What duplicates were dropped by.
    pub recipes: Vec<DropRecipe>,
    /// The imported fields that records have, whatever their values.
    pub fields: Vec<String>,
}

const NO_RULE: u16 = u16::MAX;
const NO_SPLIT: u8 = u8::MAX;
const NO_RECIPE: u8 = u8::MAX;

/// The workspace as arrays. All arrays have the same length, [`Columns::len`].
#[derive(Debug, Clone, Default)]
pub struct Columns {
    pub names: Arc<Names>,
    ids: Arc<Vec<u32>>,
    source: Arc<Vec<u16>>,
    state: Arc<Vec<u8>>,
    cause: Arc<Vec<u8>>,
    dropped_by: Arc<Vec<u16>>,
    fired: Arc<Vec<u16>>,
    recipe: Arc<Vec<u8>>,
    split: Arc<Vec<u8>>,
    by_hand: Arc<Vec<bool>>,
    edited: Arc<Vec<bool>>,
    has_image: Arc<Vec<bool>>,
    chars: Arc<Vec<u32>>,
    /// Numeric fields by name; NaN where a record has none.
    numbers: Arc<BTreeMap<String, Vec<f32>>>,
    tokens: Arc<TokenCounts>,
    texts: Texts,
    /// Of these texts, once somebody asked.
    digest: Arc<OnceLock<String>>,
}

/// All effective texts, end to end, with those that changed since beside them.
#[derive(Debug, Clone, Default)]
struct Texts {
    arena: Arc<String>,
    /// `offsets[i]..offsets[i + 1]` is the text at position `i`; one longer than the other arrays.
    offsets: Arc<Vec<u64>>,
    changed: Arc<FxHashMap<u32, Box<str>>>,
}

impl Columns {
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The position of a record, by binary search.
    pub fn position(&self, id: RecordId) -> Option<usize> {
        self.ids.binary_search(&id.0).ok()
    }

    /// The position of the first record whose id is not below this one.
    pub fn first_from(&self, id: RecordId) -> usize {
        self.ids.partition_point(|&other| other < id.0)
    }

    pub fn id(&self, position: usize) -> RecordId {
        RecordId(self.ids[position])
    }

    pub fn text(&self, position: usize) -> &str {
        if !self.texts.changed.is_empty()
            && let Some(text) = self.texts.changed.get(&(position as u32))
        {
            return text;
        }
        let offsets = &self.texts.offsets;
        &self.texts.arena[offsets[position] as usize..offsets[position + 1] as usize]
    }

    /// Length of the effective text in characters (Unicode scalar values).
    pub fn chars(&self, position: usize) -> u32 {
        self.chars[position]
    }

    /// Length of the effective text in CLIP tokens, without the begin and end markers; at most [`clip::MAX_COUNT`]. Counted
    /// when first asked for, then remembered for all snapshots that share the text.
    pub fn tokens(&self, position: usize) -> u16 {
        self.tokens.known(position).unwrap_or_else(|| {
            let count = clip::count(self.text(position));
            self.tokens.set(position, count);
            count
        })
    }

    pub fn source(&self, position: usize) -> u16 {
        self.source[position]
    }

    pub fn source_name(&self, position: usize) -> &str {
        &self.names.sources[self.source[position] as usize]
    }

    pub fn state(&self, position: usize) -> State {
        State::ALL[self.state[position] as usize]
    }

    pub fn is_kept(&self, position: usize) -> bool {
        self.state[position] != State::Drop as u8
    }

    pub fn cause(&self, position: usize) -> Option<CauseKind> {
        match self.cause[position] {
            0 => None,
            n => Some(CauseKind::ALL[n as usize - 1]),
        }
    }

    /// Index into [`Names::rules`].
    pub fn dropped_by(&self, position: usize) -> Option<u16> {
        Some(self.dropped_by[position]).filter(|&r| r != NO_RULE)
    }

    /// Index into [`Names::fired`].
    pub fn fired(&self, position: usize) -> Option<u16> {
        Some(self.fired[position]).filter(|&f| f != NO_RULE)
    }

    /// Index into [`Names::splits`].
    pub fn split(&self, position: usize) -> Option<u8> {
        Some(self.split[position]).filter(|&s| s != NO_SPLIT)
    }

    pub fn split_name(&self, position: usize) -> Option<&str> {
        self.split(position).map(|s| self.names.splits[s as usize].as_str())
    }

    /// Whether a person moved it into its split.
    pub fn is_assigned_by_hand(&self, position: usize) -> bool {
        self.by_hand[position]
    }

    /// Whether a person typed its text.
    pub fn is_edited(&self, position: usize) -> bool {
        self.edited[position]
    }

    /// Lens, policy and threshold that dropped it, where it is dropped as a duplicate and they are known.
    pub fn drop_recipe(&self, position: usize) -> Option<DropRecipe> {
        let recipe = Some(self.recipe[position]).filter(|&r| r != NO_RECIPE)?;
        self.names.recipes.get(recipe as usize).copied()
    }

    pub fn has_image(&self, position: usize) -> bool {
        self.has_image[position]
    }

    /// The numeric fields there are, by name.
    pub fn number_names(&self) -> impl Iterator<Item = &str> {
        self.numbers.keys().map(String::as_str)
    }

    /// One numeric field for all positions; NaN where a record has none.
    pub fn numbers(&self, name: &str) -> Option<&[f32]> {
        self.numbers.get(name).map(Vec::as_slice)
    }

    /// Puts a record's present layers (state, cause, rules, split, text) in the place of what the columns have. Returns false when it is not there.
    pub fn put(&mut self, row: &Row<'_>) -> bool {
        let Some(position) = self.position(row.id) else { return false };
        set(&mut self.state, position, row.state as u8);
        set(&mut self.cause, position, row.cause.map_or(0, |c| c as u8));
        set(&mut self.dropped_by, position, row.dropped_by.unwrap_or(NO_RULE));
        set(&mut self.fired, position, row.fired.unwrap_or(NO_RULE));
        set(&mut self.recipe, position, row.recipe.unwrap_or(NO_RECIPE));
        set(&mut self.split, position, row.split.unwrap_or(NO_SPLIT));
        set(&mut self.by_hand, position, row.by_hand);
        set(&mut self.edited, position, row.edited);
        if self.text(position) != row.text {
            set(&mut self.chars, position, char_count(row.text));
            Arc::make_mut(&mut self.tokens).forget(position);
            Arc::make_mut(&mut self.texts.changed).insert(position as u32, row.text.into());
            self.digest = Arc::default();
        }
        true
    }

    /// A digest of all texts with their ids, independent of anything else: what derived state is keyed by.
    ///
    /// The sum over all records of a 128-bit hash of (id, text), so that it can be computed in any order. Computed when first asked for,
    /// then remembered for all snapshots that share the texts.
    pub fn text_digest(&self) -> String {
        self.digest.get_or_init(|| self.digest_of_texts()).clone()
    }

    fn digest_of_texts(&self) -> String {
        use rayon::prelude::*;
        let sum = (0..self.len())
            .into_par_iter()
            .map(|i| xxhash_rust::xxh3::xxh3_128_with_seed(self.text(i).as_bytes(), u64::from(self.ids[i])))
            .reduce(|| 0, u128::wrapping_add);
        format!("{sum:032x}")
    }
}

/// Copies the array only where the value is another.
fn set<T: Copy + PartialEq>(array: &mut Arc<Vec<T>>, position: usize, value: T) {
    if array[position] != value {
        Arc::make_mut(array)[position] = value;
    }
}

/// Characters of a text; the bytes that begin one, counted.
fn char_count(text: &str) -> u32 {
    text.chars().count() as u32
}

/// Fills columns record by record, ids ascending.
#[derive(Debug)]
pub struct Builder {
    arena: String,
    offsets: Vec<u64>,
    arrays: Arrays,
    numbers: NumberColumns,
}

#[derive(Debug, Default)]
struct Arrays {
    ids: Vec<u32>,
    source: Vec<u16>,
    state: Vec<u8>,
    cause: Vec<u8>,
    dropped_by: Vec<u16>,
    fired: Vec<u16>,
    recipe: Vec<u8>,
    split: Vec<u8>,
    by_hand: Vec<bool>,
    edited: Vec<bool>,
    has_image: Vec<bool>,
    chars: Vec<u32>,
}

impl Builder {
    pub fn with_capacity(records: usize, bytes: usize) -> Self {
        let mut offsets = Vec::with_capacity(records + 1);
        offsets.push(0);
        Builder { arena: String::with_capacity(bytes), offsets, arrays: Arrays::default(), numbers: NumberColumns::default() }
    }

    /// Adds a record. Ids must ascend.
    pub fn push(&mut self, row: &Row<'_>) {
        let arrays = &mut self.arrays;
        self.numbers.record();
        debug_assert!(arrays.ids.last().is_none_or(|&last| last < row.id.0));
        arrays.ids.push(row.id.0);
        arrays.source.push(row.source);
        arrays.state.push(row.state as u8);
        arrays.cause.push(row.cause.map_or(0, |c| c as u8));
        arrays.dropped_by.push(row.dropped_by.unwrap_or(NO_RULE));
        arrays.fired.push(row.fired.unwrap_or(NO_RULE));
        arrays.recipe.push(row.recipe.unwrap_or(NO_RECIPE));
        arrays.split.push(row.split.unwrap_or(NO_SPLIT));
        arrays.by_hand.push(row.by_hand);
        arrays.edited.push(row.edited);
        arrays.has_image.push(row.has_image);
        arrays.chars.push(char_count(row.text));
        self.arena.push_str(row.text);
        self.offsets.push(self.arena.len() as u64);
    }

    /// Sets a numeric field of the record that was pushed last. The first 32 names are kept.
    pub fn number(&mut self, name: &str, value: f32) {
        self.numbers.set(name, value);
    }

    /// Takes numeric columns that were filled apart, in place of its own.
    pub fn with_numbers(self, numbers: NumberColumns) -> Self {
        Builder { numbers, ..self }
    }

    pub fn finish(self, names: Names) -> Columns {
        let Arrays { ids, source, state, cause, dropped_by, fired, recipe, split, by_hand, edited, has_image, chars } =
            self.arrays;
        Columns {
            names: Arc::new(names),
            tokens: Arc::new(TokenCounts::unknown(ids.len())),
            ids: Arc::new(ids),
            source: Arc::new(source),
            state: Arc::new(state),
            cause: Arc::new(cause),
            dropped_by: Arc::new(dropped_by),
            fired: Arc::new(fired),
            recipe: Arc::new(recipe),
            split: Arc::new(split),
            by_hand: Arc::new(by_hand),
            edited: Arc::new(edited),
            has_image: Arc::new(has_image),
            chars: Arc::new(chars),
            numbers: Arc::new(self.numbers.finish()),
            texts: Texts { arena: Arc::new(self.arena), offsets: Arc::new(self.offsets), changed: Arc::default() },
            digest: Arc::default(),
        }
    }
}

impl Default for Builder {
    fn default() -> Self {
        Builder::with_capacity(0, 0)
    }
}
