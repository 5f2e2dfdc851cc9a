//! Nodes: records with the same text are one, before anything is compared.

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_64;

use super::normal::{digest, normalised};
use crate::error::{Error, Result};
use crate::model::{Lens, RecordId};
use crate::progress::Progress;

/// When two records are one node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Same {
    /// The normal forms are equal: case and white space do not count. For sets of words and grams, which do not see them.
    Normal,
    /// The texts are equal, byte for byte. For models, which may see every byte.
    Exact,
}

impl Same {
    /// What the texts of a lens are told apart by.
    pub fn of(lens: Lens) -> Same {
        match lens {
            Lens::Lexical => Same::Normal,
            Lens::Semantic => Same::Exact,
        }
    }
}

/// The scope of a graph, with records of the same text put together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nodes {
    /// Ids ascending.
    pub records: Vec<RecordId>,
    /// Node of each record; nodes are numbered 0.. by their first record.
    pub node_of: Vec<u32>,
    /// Place of each node's first record.
    pub first_of: Vec<u32>,
    /// Of each node, a digest of its text: [`digest`] of the normal form, or of the very bytes for [`Same::Exact`].
    pub digests: Vec<u64>,
}

impl Nodes {
    /// Puts the records with the same text together; `texts` in the order of `records`, ids ascending.
    pub fn collapse(records: Vec<RecordId>, texts: &[&str], same: Same, progress: &Progress) -> Result<Nodes> {
        if records.len() != texts.len() {
            return Err(Error::refused(format!("{} records came with {} texts", records.len(), texts.len())));
        }
        if !records.is_sorted_by(|a, b| a < b) {
            return Err(Error::refused("the records of a graph must be in ascending order, each once"));
        }
        progress.stage("identical texts", "records", texts.len() as u64)?;
        let key = |text: &str| match same {
            Same::Normal => digest(text),
            Same::Exact => xxh3_64(text.as_bytes()),
        };
        let digests: Vec<u64> = texts.par_iter().map(|text| progress.add(1).map(|()| key(text))).collect::<Result<_>>()?;
        let (node_of, first_of) = group(&digests, |a, b| match same {
            Same::Normal => texts[a] == texts[b] || normalised(texts[a]) == normalised(texts[b]),
            Same::Exact => texts[a] == texts[b],
        });
        let digests = first_of.iter().map(|&first| digests[first as usize]).collect();
        Ok(Nodes { records, node_of, first_of, digests })
    }

    pub fn len(&self) -> usize {
        self.first_of.len()
    }

    pub fn is_empty(&self) -> bool {
        self.first_of.is_empty()
    }
}

/// The group of each place, and the first place of each group. Places whose keys differ are never one group, those whose keys
/// agree are where `same` says so.
fn group(keys: &[u64], same: impl Fn(usize, usize) -> bool) -> (Vec<u32>, Vec<u32>) {
    let mut known: FxHashMap<u64, u32> = FxHashMap::default();
    let mut first_of: Vec<u32> = Vec::new();
    let group_of = keys
        .iter()
        .enumerate()
        .map(|(place, &key)| {
            // Two texts with one key are next to impossible, and cost a step to the next free one.
            let mut key = key;
            loop {
                match known.get(&key) {
                    Some(&group) if same(first_of[group as usize] as usize, place) => return group,
                    Some(_) => key = key.wrapping_add(1),
                    None => {
                        let group = first_of.len() as u32;
                        known.insert(key, group);
                        first_of.push(place as u32);
                        return group;
                    }
                }
            }
        })
        .collect();
    (group_of, first_of)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nodes(texts: &[&str], same: Same) -> Nodes {
        let records = (1..=texts.len() as u32).map(|n| RecordId(n * 10)).collect();
        Nodes::collapse(records, texts, same, &Progress::none()).unwrap()
    }

    #[test]
    fn nodes_are_numbered_by_their_first_record() {
        let texts = ["a red car", "!", "A  RED car ", "car a red", "", "!", "a red car"];
        let normal = nodes(&texts, Same::Normal);
        assert_eq!(normal.node_of, [0, 1, 0, 2, 3, 1, 0]);
        assert_eq!(normal.first_of, [0, 1, 3, 4]);
        assert_eq!(normal.digests, ["a red car", "!", "car a red", ""].map(digest));
        let exact = nodes(&texts, Same::Exact);
        assert_eq!(exact.node_of, [0, 1, 2, 3, 4, 1, 0]);
        assert_ne!(exact.digests[0], exact.digests[2], "a model may see the difference");
    }

    #[test]
    fn texts_whose_keys_collide_stay_apart() {
        let texts = ["a", "b", "a", "c", "b", "c"];
        assert_eq!(group(&[7; 6], |a, b| texts[a] == texts[b]), (vec![0, 1, 0, 2, 1, 2], vec![0, 1, 3]));
    }

    #[test]
    fn a_scope_out_of_order_is_refused() {
        let collapse = |records: &[u32]| {
            Nodes::collapse(records.iter().map(|&n| RecordId(n)).collect(), &["a", "b"], Same::Normal, &Progress::none())
        };
        assert!(collapse(&[1, 2]).is_ok());
        assert!(collapse(&[2, 1]).is_err() && collapse(&[1, 1]).is_err() && collapse(&[1]).is_err());
    }
}
