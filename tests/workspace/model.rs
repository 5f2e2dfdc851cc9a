//! The workspace a second time, as plain maps: slow, short, and without a database.

use std::collections::{BTreeMap, BTreeSet};

use tamis::model::{Outcome, Policy, TextPair};
use tamis::rules::{Pipeline, Subject};
use tamis::similarity::mask::Mask;
use tamis::similarity::{digest, normal};

use super::ground::Ground;

/// The pipelines that random operations choose from.
pub fn pipelines() -> Vec<Pipeline> {
    let own = [
        "name = 'own'\n[[rule]]\nname = 'reds'\nkind = 'replace'\npattern = 'red'\nwith = 'blue'\n\
         [[rule]]\nname = 'no-owls'\nkind = 'drop-if'\ncontains_any = ['owl']\n",
        "name = 'shout'\n[[rule]]\nname = 'cats'\nkind = 'replace'\npattern = 'cat'\nwith = 'CAT'\n",
    ];
    let own = own.map(|toml| Pipeline::parse(toml).expect("a pipeline"));
    own.into_iter().chain(Pipeline::builtin("default")).collect()
}

/// A source as the model knows it; its number is its place, from 1.
#[derive(Debug, Clone)]
pub struct Source {
    pub name: String,
    pub split: Option<String>,
}

/// A record as imported; its number is its place, from 1.
#[derive(Debug, Clone)]
pub struct Raw {
    pub source: usize,
    pub text: String,
    /// Its numeric field `import`.
    pub import: usize,
}

/// How alike the active records are: without masked phrases, and not at all where they were judged different.
pub struct Similarity {
    /// Of each record, the text that is compared, as it is when case and white space do not count.
    node: BTreeMap<usize, String>,
    words: BTreeMap<usize, BTreeSet<String>>,
    /// Either way round.
    different: BTreeSet<(String, String)>,
}

impl Similarity {
    /// `None`: nothing joins them.
    pub fn score(&self, a: usize, b: usize) -> Option<f32> {
        if self.node[&a] == self.node[&b] {
            return Some(1.0);
        }
        let is_cut = self.different.contains(&(self.node[&a].clone(), self.node[&b].clone()));
        (!is_cut).then(|| jaccard(&self.words[&a], &self.words[&b]))
    }
}

/// What a record comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Effective {
    pub text: String,
    pub state: &'static str,
    pub cause: Option<String>,
    pub split: Option<String>,
}

/// An entry of the log; its number is its place, from 1.
#[derive(Debug, Clone)]
enum Entry {
    Operation { diff: Vec<(String, Option<String>, Option<String>)>, in_force: bool },
    Step,
}

#[derive(Clone, Default)]
pub struct Model {
    pub ground: Ground,
    pub sources: Vec<Source>,
    pub records: Vec<Raw>,
    /// Which of [`pipelines`] the workspace knows under the number 1, 2, ….
    pub saved: Vec<usize>,
    log: Vec<Entry>,
    /// Undone operations, the last one to be redone first.
    redo: Vec<usize>,
}

/// The words of a text as a set, by the contract: lower case, every other character a blank.
pub fn words(text: &str) -> BTreeSet<String> {
    text.to_lowercase().split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_owned).collect()
}

/// Overlap of two sets of words; two without any word have none in common.
pub fn jaccard(a: &BTreeSet<String>, b: &BTreeSet<String>) -> f32 {
    let common = a.intersection(b).count();
    if common == 0 { 0.0 } else { common as f32 / a.union(b).count() as f32 }
}

impl Model {
    pub fn is_active(&self, record: usize) -> bool {
        self.ground.contains_key(&format!("active/{}", self.records[record - 1].source))
    }

    pub fn get(&self, part: &str, number: usize) -> Option<&String> {
        self.ground.get(&format!("{part}/{number}"))
    }

    pub fn active(&self) -> Vec<usize> {
        (1..=self.records.len()).filter(|&r| self.is_active(r)).collect()
    }

    pub fn ruled(&self, record: usize, pipelines: &[Pipeline]) -> Option<Outcome> {
        let saved: usize = self.ground.get("setting/pipeline")?.parse().expect("a number");
        let pipeline = &pipelines[self.saved[saved - 1]];
        pipeline.outcome(&pipeline.apply(&self.records[record - 1].text, &Subject::default()))
    }

    /// The text and what dropped it, if anything.
    pub fn effective(&self, record: usize, pipelines: &[Pipeline]) -> Effective {
        let raw = &self.records[record - 1];
        let outcome = self.ruled(record, pipelines).unwrap_or(Outcome {
            text: None,
            dropped_by: None,
            fired: Vec::new(),
            fields: Vec::new(),
        });
        let text = self.get("edit", record).cloned().or(outcome.text).unwrap_or_else(|| raw.text.clone());
        let (state, cause) = match (self.get("mark", record), outcome.dropped_by, self.get("duplicate", record)) {
            (Some(mark), ..) => {
                let (word, reason) = mark.split_once(": ").map_or((mark.as_str(), None), |(w, r)| (w, Some(r)));
                let state = ["keep", "flag", "drop"].into_iter().find(|s| *s == word).expect("a mark");
                (state, Some(reason.map_or("hand".to_owned(), |r| format!("hand: {r}"))))
            }
            (None, Some(rule), _) => ("drop", Some(format!("rule: {rule}"))),
            (None, None, Some(duplicate)) => {
                let (witness, score) = duplicate.split_once(" at ").expect("a witness and a score");
                let score = score.trim_end_matches(" leakage");
                let score: f64 = score.parse().expect("a score");
                ("drop", Some(format!("duplicate of {witness} at {score:.3}")))
            }
            (None, None, None) => ("undecided", None),
        };
        let own = self.get("split", record).map(|split| split.trim_end_matches(" by hand").to_owned());
        let split = own.or_else(|| self.sources[raw.source - 1].split.clone());
        Effective { text, state, cause, split }
    }

    /// A setting that is a list.
    pub fn list(&self, key: &str) -> Vec<String> {
        let json = self.ground.get(&format!("setting/duplicates.{key}"));
        json.map_or_else(Vec::new, |json| serde_json::from_str(json).expect("a list"))
    }

    pub fn similarity(&self, pipelines: &[Pipeline]) -> Similarity {
        let mask = Mask::new(&self.list("mask")).expect("a mask");
        let texts: BTreeMap<usize, String> = self.active().into_iter().map(|r| (r, self.effective(r, pipelines).text)).collect();
        let node: BTreeMap<usize, String> = texts.iter().map(|(&r, text)| (r, normal::normalised(&mask.apply(text)))).collect();
        let words = texts.iter().map(|(&r, text)| (r, words(&mask.apply(text)))).collect();
        let with = |wanted: u64| texts.iter().filter(move |(_, text)| digest(text) == wanted).map(|(r, _)| node[r].clone());
        let mut different = BTreeSet::new();
        for (key, _) in self.ground.iter().filter(|(key, said)| key.starts_with("judgement/") && said.starts_with("different")) {
            let pair: TextPair = key["judgement/".len()..].parse().expect("a pair");
            let (a, b) = pair.digests();
            for left in with(a) {
                different.extend(with(b).flat_map(|right| [(left.clone(), right.clone()), (right, left.clone())]));
            }
        }
        Similarity { node, words, different }
    }

    /// By the keeper order: the lower, the earlier.
    fn order(&self, record: usize, effective: &Effective, protected: bool) -> Vec<i64> {
        let set = self.list("order");
        let default = ["protected", "keep", "image", "longest", "oldest"].map(str::to_owned).to_vec();
        let place = |word: &String| match word.as_str() {
            "protected" => i64::from(!protected),
            "keep" => i64::from(effective.state != "keep"),
            "field:import" => -(self.records[record - 1].import as i64),
            "longest" => -(effective.text.chars().count() as i64),
            "oldest" => record as i64,
            _ => 0,
        };
        let order = if set.is_empty() { default } else { set };
        order.iter().map(place).chain([record as i64]).collect()
    }

    /// It was dropped because it stood in two splits: no policy takes that back.
    pub fn leaked(&self, record: usize) -> bool {
        self.get("duplicate", record).is_some_and(|drop| drop.ends_with(" leakage"))
    }

    fn is_protected(&self, record: usize, effective: &Effective, splits: &[String]) -> bool {
        let in_source = self.get("protected", self.records[record - 1].source).is_some();
        in_source || effective.split.as_ref().is_some_and(|split| splits.contains(split))
    }

    /// The split in which a record stays when all are divided anew, if it does.
    pub fn staying(&self, record: usize, effective: &Effective, extend: bool) -> Option<String> {
        let source = self.records[record - 1].source;
        if self.get("split", record).is_some_and(|split| split.ends_with(" by hand")) {
            return effective.split.clone();
        }
        let stays = extend || self.get("protected", source).is_some() || effective.state == "keep";
        self.sources[source - 1].split.clone().or(effective.split.clone().filter(|_| stays))
    }

    /// What the losers lose, pair by pair: record → score. `None` where there is no such split, or nobody would be left.
    pub fn losses(&self, losers: &[&str], threshold: f32, pipelines: &[Pipeline]) -> Option<Vec<(usize, f32)>> {
        let (similarity, protected_splits) = (self.similarity(pipelines), self.list("protected-splits"));
        let all: Vec<(usize, Effective)> = self.active().into_iter().map(|r| (r, self.effective(r, pipelines))).collect();
        let is_loser = |e: &Effective| e.split.as_deref().is_some_and(|split| losers.contains(&split));
        let known = losers.iter().all(|name| all.iter().any(|(_, e)| e.split.as_deref() == Some(name)));
        let kept = || all.iter().filter(|(_, e)| e.state != "drop" && e.split.is_some());
        if losers.is_empty() || !known || !kept().any(|(_, e)| !is_loser(e)) {
            return None;
        }
        let fixed =
            |record: usize, e: &Effective| matches!(e.state, "keep" | "flag") || self.is_protected(record, e, &protected_splits);
        let goes = kept().filter(|(record, e)| is_loser(e) && !fixed(*record, e));
        let closest = |record: usize| {
            let scores = kept().filter(|(_, e)| !is_loser(e)).filter_map(|(other, _)| similarity.score(record, *other));
            scores.filter(|score| *score >= threshold).max_by(f32::total_cmp)
        };
        Some(goes.filter_map(|(record, _)| Some((*record, closest(*record)?))).collect())
    }

    /// What cover and every drop, pair by pair: record → witness and score.
    pub fn proposals(&self, threshold: f32, policy: Policy, pipelines: &[Pipeline]) -> Vec<(usize, usize, f32)> {
        struct Candidate {
            record: usize,
            fixed: bool,
            order: Vec<i64>,
        }
        let (similarity, splits) = (self.similarity(pipelines), self.list("protected-splits"));
        let mut candidates = Vec::new();
        for record in self.active() {
            let effective = self.effective(record, pipelines);
            let as_duplicate = effective.cause.as_deref().is_some_and(|c| c.starts_with("duplicate"));
            if effective.state == "drop" && (!as_duplicate || self.leaked(record)) {
                continue;
            }
            let protected = self.is_protected(record, &effective, &splits);
            let order = self.order(record, &effective, protected);
            candidates.push(Candidate { record, fixed: protected || matches!(effective.state, "keep" | "flag"), order });
        }
        candidates.sort_by(|a, b| b.fixed.cmp(&a.fixed).then(a.order.cmp(&b.order)));
        let mut dropped = Vec::new();
        let mut stays: Vec<&Candidate> = Vec::new();
        for candidate in &candidates {
            let others: Vec<&Candidate> = match policy {
                Policy::Cover => stays.clone(),
                _ => candidates.iter().filter(|c| c.record != candidate.record).collect(),
            };
            let scored = others.iter().filter_map(|o| Some((similarity.score(o.record, candidate.record)?, *o)));
            let closest = scored
                .filter(|(score, _)| *score >= threshold)
                .min_by(|(a, x), (b, y)| b.total_cmp(a).then(x.order.cmp(&y.order)));
            match closest {
                Some((score, witness)) if !candidate.fixed => dropped.push((candidate.record, witness.record, score)),
                _ => stays.push(candidate),
            }
        }
        dropped.sort_by_key(|(record, ..)| *record);
        dropped
    }

    /// Takes what the ground is now as the outcome of one operation. False when it is what it was.
    pub fn commit(&mut self, after: Ground) -> bool {
        let keys: BTreeSet<&String> = self.ground.keys().chain(after.keys()).collect();
        let changed = keys.into_iter().filter(|key| self.ground.get(*key) != after.get(*key));
        let diff: Vec<_> = changed.map(|key| (key.clone(), self.ground.get(key).cloned(), after.get(key).cloned())).collect();
        if diff.is_empty() {
            return false;
        }
        self.log.push(Entry::Operation { diff, in_force: true });
        self.redo.clear();
        self.ground = after;
        true
    }

    /// Undoes the newest operation in force, or the named one: where nothing in force builds on it, or with all that does. The numbers of the
    /// operations, in the order of the steps.
    pub fn undo(&mut self, named: Option<usize>, with_later: bool) -> Option<Vec<usize>> {
        let targets = match named {
            None => vec![self.log.iter().rposition(Entry::is_in_force)?],
            Some(number) => {
                let at = number.checked_sub(1).filter(|&at| self.log.get(at).is_some_and(Entry::is_in_force))?;
                self.with_later(at)
            }
        };
        if targets.len() > 1 && !with_later {
            return None;
        }
        for &at in &targets {
            self.step(at, false);
            self.redo.push(at);
        }
        Some(targets.into_iter().map(|at| at + 1).collect())
    }

    /// The operation at `at` and whatever builds on it or on one that does, found by asking until no more turns up; newest first.
    fn with_later(&self, at: usize) -> Vec<usize> {
        let mut found = BTreeSet::from([at]);
        loop {
            let builds = |later: usize| match &self.log[later] {
                Entry::Operation { in_force: true, diff } => found.iter().any(|&one| one < later && self.builds_on(diff, one)),
                _ => false,
            };
            let more: Vec<usize> = (at + 1..self.log.len()).filter(|later| !found.contains(later) && builds(*later)).collect();
            if more.is_empty() {
                return found.into_iter().rev().collect();
            }
            found.extend(more);
        }
    }

    /// The ground as it is when the operations in force alone are done one after another, from nothing.
    pub fn replayed(&self) -> Ground {
        let mut ground = Ground::new();
        for entry in &self.log {
            let Entry::Operation { diff, in_force: true } = entry else { continue };
            for (key, _, after) in diff {
                match after {
                    Some(value) => ground.insert(key.clone(), value.clone()),
                    None => ground.remove(key),
                };
            }
        }
        ground
    }

    pub fn redo(&mut self) -> Option<usize> {
        let at = self.redo.pop()?;
        self.step(at, true);
        Some(at + 1)
    }

    fn step(&mut self, at: usize, forward: bool) {
        let Entry::Operation { diff, in_force } = &mut self.log[at] else { panic!("a step over a step") };
        *in_force = forward;
        for (key, before, after) in diff {
            match if forward { after } else { before } {
                Some(value) => self.ground.insert(key.clone(), value.clone()),
                None => self.ground.remove(key),
            };
        }
        self.log.push(Entry::Step);
    }

    /// Whether `later` changed what the operation at `at` changed, or what it imported, or names it as a witness.
    fn builds_on(&self, later: &[(String, Option<String>, Option<String>)], at: usize) -> bool {
        let Entry::Operation { diff, .. } = &self.log[at] else { return false };
        let imported = |record: &str| {
            let record: usize = record.parse().expect("a record");
            let source = self.records[record - 1].source;
            diff.iter().any(|(key, ..)| *key == format!("active/{source}"))
        };
        later.iter().any(|(key, _, after)| {
            let (part, number) = key.split_once('/').expect("a key");
            let on_record = ["mark", "edit", "duplicate", "split"].contains(&part);
            let witness = after.as_deref().filter(|_| part == "duplicate").and_then(|v| v.split_once(" at ")).map(|(w, _)| w);
            diff.iter().any(|(mine, ..)| mine == key)
                || (on_record && imported(number))
                || witness.is_some_and(imported)
                || (part == "protected" && diff.iter().any(|(mine, ..)| *mine == format!("active/{number}")))
        })
    }

    /// How many entries the log has.
    pub fn entries(&self) -> usize {
        self.log.len()
    }
}

impl Entry {
    fn is_in_force(&self) -> bool {
        matches!(self, Entry::Operation { in_force: true, .. })
    }
}
