//! Random small versions, kept twice: as columns and as plain rows for the oracles.

use std::collections::BTreeMap;

use proptest::collection::btree_map;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use tamis::model::filter::CauseKind;
use tamis::model::{DropRecipe, RecordId, State};
use tamis::query::columns::Builder;
use tamis::query::{Columns, Names, Row};

/// A record as the oracles see it.
#[derive(Debug, Clone, PartialEq)]
pub struct Plain {
    pub source: &'static str,
    pub text: String,
    pub fate: Fate,
    pub split: Option<&'static str>,
    pub by_hand: bool,
    pub edited: bool,
}

/// Kept, or dropped by what.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fate {
    Kept(State),
    Rule(&'static str),
    Duplicate(Option<&'static str>),
    Hand,
}

pub type Version = BTreeMap<u32, Plain>;

pub const SOURCES: [&str; 3] = ["a", "b|c", "d"];
pub const RULES: [&str; 3] = ["urls", "owls", "x\ny"];
pub const RECIPES: [&str; 3] = ["lexical cover 0.70", "semantic every 0.85", "lexical leakage 0.75"];
pub const SPLITS: [&str; 3] = ["train", "validation", "test"];

pub fn plain() -> impl Strategy<Value = Plain> {
    let fate = prop_oneof![
        5 => select(vec![State::Undecided, State::Keep, State::Flag]).prop_map(Fate::Kept),
        1 => select(&RULES[..]).prop_map(Fate::Rule),
        1 => option::of(select(&RECIPES[..])).prop_map(Fate::Duplicate),
        1 => Just(Fate::Hand),
    ];
    let split = option::weighted(0.8, select(&SPLITS[..]));
    (select(&SOURCES[..]), "[ab]{0,2}", fate, split, prop::bool::weighted(0.2), prop::bool::weighted(0.2))
        .prop_map(|(source, text, fate, split, by_hand, edited)| Plain { source, text, fate, split, by_hand, edited })
}

/// A version, and one that has most of its records, some of them otherwise. A record never changes its source.
pub fn two() -> impl Strategy<Value = (Version, Version)> {
    (btree_map(0u32..60, plain(), 0..40), btree_map(0u32..60, (plain(), any::<bool>()), 0..25)).prop_map(|(a, changes)| {
        let mut b = a.clone();
        for (id, (plain, stays)) in changes {
            match b.get(&id) {
                Some(_) if !stays => _ = b.remove(&id),
                Some(old) => _ = b.insert(id, Plain { source: old.source, ..plain }),
                None => _ = b.insert(id, plain),
            }
        }
        (a, b)
    })
}

/// As columns; `turn` numbers the words in another order.
pub fn columns(version: &Version, turn: usize) -> Columns {
    fn turned(words: &[&str], turn: usize) -> Vec<String> {
        let mut words: Vec<String> = words.iter().map(|word| word.to_string()).collect();
        let by = turn % words.len();
        words.rotate_left(by);
        words
    }
    let recipes: Vec<DropRecipe> = turned(&RECIPES, turn).iter().map(|text| text.parse().expect("a recipe")).collect();
    let names = Names {
        sources: turned(&SOURCES, turn),
        splits: turned(&SPLITS, turn + 1),
        rules: turned(&RULES, turn),
        recipes,
        ..Names::default()
    };
    let number = |words: &[String], word: &str| words.iter().position(|w| w == word).expect("known");
    let mut builder = Builder::default();
    for (&id, plain) in version {
        let (state, cause, rule, recipe) = match plain.fate {
            Fate::Kept(State::Undecided) => (State::Undecided, None, None, None),
            Fate::Kept(state) => (state, Some(CauseKind::Hand), None, None),
            Fate::Rule(rule) => (State::Drop, Some(CauseKind::Rule), Some(rule), None),
            Fate::Duplicate(recipe) => (State::Drop, Some(CauseKind::Duplicate), None, recipe),
            Fate::Hand => (State::Drop, Some(CauseKind::Hand), None, None),
        };
        let recipe: Option<DropRecipe> = recipe.map(|text| text.parse().expect("a recipe"));
        builder.push(&Row {
            id: RecordId(id),
            source: number(&names.sources, plain.source) as u16,
            text: &plain.text,
            state,
            cause,
            dropped_by: rule.map(|rule| number(&names.rules, rule) as u16),
            recipe: recipe.map(|recipe| names.recipes.iter().position(|r| *r == recipe).expect("known") as u8),
            split: plain.split.map(|split| number(&names.splits, split) as u8),
            by_hand: plain.by_hand,
            edited: plain.edited,
            ..Row::default()
        });
    }
    builder.finish(names)
}

impl Plain {
    pub fn is_kept(&self) -> bool {
        matches!(self.fate, Fate::Kept(_))
    }
}
