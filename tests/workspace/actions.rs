//! The random operations that are done to a workspace and to its model.

use proptest::prelude::*;
use tamis::model::{Mark, Policy, Verdict};

/// Choices are numbers that each action maps to what there is at that moment.
#[derive(Debug, Clone)]
pub enum Action {
    Import {
        texts: Vec<String>,
        split: Option<&'static str>,
        protect: bool,
    },
    Mark {
        picks: Vec<u16>,
        mark: Option<Mark>,
        reason: Option<&'static str>,
    },
    Edit {
        pick: u16,
        text: Option<String>,
    },
    ApplyRules(u8),
    ClearRules,
    Duplicates {
        threshold: u16,
        policy: Policy,
    },
    Split {
        shares: &'static str,
        seed: u64,
        threshold: u16,
        by: bool,
        extend: bool,
    },
    Assign {
        picks: Vec<u16>,
        split: Option<&'static str>,
    },
    FixLeakage {
        losers: Vec<&'static str>,
        threshold: u16,
    },
    Protect {
        pick: u16,
        on: bool,
    },
    Judge {
        picks: (u16, u16),
        said: Option<Verdict>,
        sampled: bool,
    },
    Cut {
        pick: u16,
        threshold: u16,
    },
    /// One of the settings that are lists.
    Set {
        key: &'static str,
        values: Vec<&'static str>,
    },
    Undo {
        named: Option<u16>,
        with_later: bool,
    },
    Redo,
    Reopen,
}

/// Names of splits, some of which there are.
const SPLITS: [&str; 4] = ["only", "test", "train", "validation"];

pub fn text() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "red",
        "cat",
        "owl",
        "a",
        "blue",
        "car",
        "Night",
        "8k",
        "ß",
        "猫",
        "https://x.y",
        "masterpiece,",
    ]);
    let odd = prop::sample::select(vec!["...", "e\u{301}\u{1b}[31m\nsecond line", "\u{202e}rtl \u{feff}", "🦉 owl"]);
    prop_oneof![9 => prop::collection::vec(word, 1..7).prop_map(|w| w.join(" ")), 1 => odd.prop_map(str::to_owned)]
}

pub fn action() -> impl Strategy<Value = Action> {
    let mark = prop_oneof![4 => prop::sample::select(vec![Mark::Keep, Mark::Drop, Mark::Flag]).prop_map(Some), 1 => Just(None)];
    let policy = prop_oneof![3 => Just(Policy::Cover), 1 => Just(Policy::Every)];
    let shares = prop::sample::select(vec!["train=80,validation=20", "train=1,validation=1,test=1", "only=1"]);
    let split = prop::option::weighted(0.4, prop::sample::select(vec!["test", "train"]));
    let said = prop_oneof![4 => Just(Some(Verdict::Different)), 1 => Just(Some(Verdict::Duplicate)), 1 => Just(None)];
    let criteria = vec!["protected", "keep", "image", "field:import", "longest", "oldest"];
    let set = prop_oneof![
        prop::sample::subsequence(vec!["8k", "red owl", "masterpiece", "猫", "a"], 0..4).prop_map(|values| ("mask", values)),
        (Just(criteria).prop_shuffle(), 0usize..7).prop_map(|(values, many)| ("order", values[..many].to_vec())),
        prop::sample::subsequence(vec!["only", "test", "train"], 0..3).prop_map(|values| ("protected-splits", values)),
    ];
    let set = set.prop_map(|(key, values)| Action::Set { key, values });
    prop_oneof![
        3 => (prop::collection::vec(text(), 1..9), split, prop::bool::weighted(0.3))
            .prop_map(|(texts, split, protect)| Action::Import { texts, split, protect }),
        4 => (prop::collection::vec(any::<u16>(), 1..5), mark, prop::option::of(Just("why not")))
            .prop_map(|(picks, mark, reason)| Action::Mark { picks, mark, reason }),
        2 => (any::<u16>(), prop::option::weighted(0.8, text())).prop_map(|(pick, text)| Action::Edit { pick, text }),
        2 => (0u8..3).prop_map(Action::ApplyRules),
        1 => Just(Action::ClearRules),
        3 => (300u16..=1000, policy).prop_map(|(threshold, policy)| Action::Duplicates { threshold, policy }),
        2 => (shares, 0u64..3, 300u16..=1000, any::<bool>(), prop::bool::weighted(0.3))
            .prop_map(|(shares, seed, threshold, by, extend)| Action::Split { shares, seed, threshold, by, extend }),
        2 => (prop::collection::vec(any::<u16>(), 1..4), prop::option::weighted(0.8, prop::sample::select(SPLITS.to_vec())))
            .prop_map(|(picks, split)| Action::Assign { picks, split }),
        2 => (prop::sample::subsequence(SPLITS.to_vec(), 0..3), 300u16..=800)
            .prop_map(|(losers, threshold)| Action::FixLeakage { losers, threshold }),
        1 => (any::<u16>(), any::<bool>()).prop_map(|(pick, on)| Action::Protect { pick, on }),
        3 => (any::<(u16, u16)>(), said, any::<bool>()).prop_map(|(picks, said, sampled)| Action::Judge { picks, said, sampled }),
        2 => (any::<u16>(), 300u16..=900).prop_map(|(pick, threshold)| Action::Cut { pick, threshold }),
        3 => set,
        4 => (prop::option::weighted(0.6, any::<u16>()), any::<bool>())
            .prop_map(|(named, with_later)| Action::Undo { named, with_later }),
        2 => Just(Action::Redo),
        1 => Just(Action::Reopen),
    ]
}
