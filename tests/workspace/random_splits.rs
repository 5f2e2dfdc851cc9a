//! Random splits, moves by hand and mended leaks, beside the model's.

use std::collections::{BTreeMap, BTreeSet};

use tamis::error::Kind;
use tamis::model::{Lens, RecordId, Threshold};
use tamis::ops;
use tamis::ops::assign::AssignArgs;
use tamis::ops::leaks::{Between, FixArgs};
use tamis::ops::split::SplitArgs;
use tamis::progress::Progress;
use tamis::shelf::Folders;

use super::ground::ground;
use super::model::{Effective, Model};
use super::random::{Bench, Outcome};

impl Bench {
    /// Where chance puts a record is the workspace's business; that it is a split of the present records is the model's.
    pub(super) fn split(&mut self, args: &SplitArgs) -> (Result<bool, Kind>, Outcome) {
        let report =
            ops::split::split(&mut self.workspace, args.clone(), &Folders::default(), &Progress::none()).expect("a split");
        let now = ground(&self.path);
        let mut after = self.model.ground.clone();
        after.retain(|key, _| !key.starts_with("split/"));
        after.extend(now.into_iter().filter(|(key, _)| key.starts_with("split/") || key == "setting/split"));
        let before = self.model.clone();
        let logged = self.model.commit(after);
        self.check_split(args, &before);
        (Ok(logged), Ok((report.operation.is_some(), report.stale)))
    }

    fn check_split(&mut self, args: &SplitArgs, before: &Model) {
        let mut kept: Vec<(usize, Effective, Option<String>)> = Vec::new();
        let mut settled = true;
        for record in self.model.active() {
            let was = before.effective(record, &self.pipelines);
            let stays = before.staying(record, &was, args.extend);
            let (own_before, own) = (before.get("split", record), self.model.get("split", record));
            let declared = self.model.sources[self.model.records[record - 1].source - 1].split.is_some();
            let by_hand = own_before.is_some_and(|split| split.ends_with(" by hand"));
            match (by_hand, declared, &stays, was.state != "drop") {
                (true, ..) | (_, false, Some(_), _) => assert_eq!(own, own_before, "record {record} was to stay"),
                (_, true, ..) | (_, _, None, false) => assert_eq!(own, None, "record {record}"),
                (_, _, None, true) => assert!(own.is_some_and(|split| !split.ends_with(" by hand")), "record {record}"),
            }
            if was.state != "drop" {
                let effective = self.model.effective(record, &self.pipelines);
                // What has a split for the first time, and stays from now on, is in nobody's way only now.
                settled &= stays.is_some() || self.model.staying(record, &effective, false).is_none();
                kept.push((record, effective, stays));
            }
        }
        let mut cluster: Vec<usize> = (0..kept.len()).collect();
        let similarity = self.model.similarity(&self.pipelines);
        for a in 0..kept.len() {
            for b in a + 1..kept.len() {
                if similarity.score(kept[a].0, kept[b].0).is_some_and(|score| score >= args.threshold.value()) {
                    let (from, to) = (cluster[b], cluster[a]);
                    cluster.iter_mut().filter(|c| **c == from).for_each(|c| *c = to);
                }
            }
        }
        let mut by_cluster: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        cluster.iter().enumerate().for_each(|(at, &c)| by_cluster.entry(c).or_default().push(at));
        for members in by_cluster.values() {
            let stay: BTreeSet<&String> = members.iter().filter_map(|&at| kept[at].2.as_ref()).collect();
            let splits: BTreeSet<&String> = members.iter().map(|&at| kept[at].1.split.as_ref().expect("a split")).collect();
            assert!(stay.is_empty() && splits.len() == 1 || splits == stay, "{members:?}: {splits:?}, staying {stay:?}");
        }
        if settled {
            let again =
                ops::split::split(&mut self.workspace, args.clone(), &Folders::default(), &Progress::none()).expect("a split");
            assert_eq!((again.moved, again.operation), (0, None));
        }
    }

    pub(super) fn assign(&mut self, picks: &[u16], split: Option<&str>) -> (Result<bool, Kind>, Outcome) {
        let records: Vec<usize> = picks.iter().filter_map(|&pick| self.record(pick)).collect();
        let mut after = self.model.ground.clone();
        for record in &records {
            match split {
                Some(split) => _ = after.insert(format!("split/{record}"), format!("{split} by hand")),
                None => _ = after.remove(&format!("split/{record}")),
            }
        }
        let logged = self.model.commit(after);
        let records = records.into_iter().map(|r| RecordId(r as u32)).collect();
        let args = AssignArgs { records, split: split.map(str::to_owned), filter: None };
        let report = ops::assign::assign(&mut self.workspace, &self.columns, args, &Progress::none());
        (Ok(logged), report.map(|r| (r.operation.is_some(), r.stale)).map_err(|e| e.kind))
    }

    /// Which of several that are as close is the witness is the workspace's business; who goes, and how close it is, the model's.
    pub(super) fn fix_leakage(&mut self, losers: &[&str], threshold: Threshold) -> (Result<bool, Kind>, Outcome) {
        let none = Progress::none();
        self.build();
        let columns = ops::query::columns(&mut self.workspace, &none).expect("columns");
        let view = ops::duplicates::view(&self.workspace, &columns, Lens::Lexical).expect("a view");
        let names = losers.iter().map(|name| (*name).to_owned()).collect();
        let args = FixArgs { by: Between::Splits, losers: names, threshold, dry_run: false };
        let losses = self.model.losses(losers, threshold.value(), &self.pipelines);
        let done = ops::leaks::fix(&mut self.workspace, &view, &args, &none);
        let expected = losses.ok_or(Kind::Usage).map(|losses| {
            let drops = &done.as_ref().expect("losers that there are").drops;
            let found: Vec<(usize, f32)> = drops.iter().map(|drop| (drop.id.0 as usize, drop.score)).collect();
            assert_eq!(found, losses);
            let mut after = self.model.ground.clone();
            for drop in drops {
                let said = format!("{} at {:.6} leakage", drop.witness, f64::from(drop.score));
                after.insert(format!("duplicate/{}", drop.id), said);
            }
            self.model.commit(after)
        });
        (expected, done.map(|r| (r.operation.is_some(), r.stale)).map_err(|e| e.kind))
    }
}
