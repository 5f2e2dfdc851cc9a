//! The importers against `input-contract`, "In": tables of cases, random bytes, second readers as oracles.

mod cases;
mod folders;
mod limits;
mod oracles;
mod parquet;

use std::path::Path;

use tamis::error::Result;
use tamis::model::{Draft, Reject};
use tamis::progress::Progress;
use tamis::sources::{Format, Options, ReadReport, Sink, read};

/// A record or a reject, in the order they came.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    Record(Draft),
    Reject(Reject),
}

#[derive(Default)]
pub struct Items(pub Vec<Item>);

impl Sink for Items {
    fn record(&mut self, draft: Draft) -> Result<()> {
        self.0.push(Item::Record(draft));
        Ok(())
    }

    fn reject(&mut self, reject: Reject) -> Result<()> {
        self.0.push(Item::Reject(reject));
        Ok(())
    }
}

impl Items {
    pub fn records(&self) -> impl Iterator<Item = &Draft> {
        self.0.iter().filter_map(|item| match item {
            Item::Record(draft) => Some(draft),
            Item::Reject(_) => None,
        })
    }

    pub fn rejects(&self) -> Vec<(u64, &str)> {
        let reasons = self.0.iter().filter_map(|item| match item {
            Item::Reject(reject) => Some((reject.line, reject.reason.as_str())),
            Item::Record(_) => None,
        });
        reasons.collect()
    }
}

/// Reads a path and checks what holds for every read: the counts add up, and what came is what was counted.
pub fn read_path(path: &Path, options: &Options) -> Result<(ReadReport, Items)> {
    let mut items = Items::default();
    let report = read(path, options, &mut items, &Progress::none())?;
    let counts = report.counts;
    assert_eq!(counts.read, counts.accepted + counts.blank + counts.rejected);
    assert_eq!(counts.accepted, items.records().count() as u64);
    assert_eq!(counts.rejected, items.rejects().len() as u64);
    for draft in items.records() {
        assert!(!draft.text.contains('\0') && !draft.text.trim().is_empty(), "{draft:?}");
        assert!(
            draft.fields.as_deref().is_none_or(|f| serde_json::from_str::<serde_json::Value>(f).is_ok() || f.contains('e')),
            "{draft:?}"
        );
    }
    Ok((report, items))
}

/// Writes `bytes` to a file of its own and reads it.
pub fn read_bytes(bytes: &[u8], options: &Options) -> Result<(ReadReport, Items)> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    std::fs::write(&path, bytes).unwrap();
    read_path(&path, options)
}

pub fn of(format: Format) -> Options {
    Options { format: Some(format), ..Options::default() }
}
