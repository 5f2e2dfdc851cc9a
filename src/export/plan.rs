//! The plan: exactly what an export would write, known before anything is.

use std::collections::{BTreeMap, BTreeSet};

use super::layout::Layout;
use super::names::{CARD, KAGGLE, MANIFEST, data_file, split_named};
use super::rows::Rows;
use super::survey::Survey;
use super::table::Column;
use super::{ExportRecord, Options};
use crate::error::Result;
use crate::progress::Progress;

/// A data file that an export will hold; of caption files, which are many, the pattern and all their records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedFile {
    /// Relative to the target, `/` between the parts.
    pub path: String,
    pub records: u64,
}

/// Exactly what an export will write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub options: Options,
    /// Sorted by path.
    pub files: Vec<PlannedFile>,
    /// Records per split, `unassigned` among them; empty when no record has a split.
    pub splits: BTreeMap<String, u64>,
    /// Records in all.
    pub total: u64,
    /// Image files, each counted once however many records name it, and their bytes.
    pub images: u64,
    pub image_bytes: u64,
    /// What a person should change before the set is published.
    pub warnings: Vec<String>,
    /// Endings of the image files, without the dot.
    pub(super) endings: BTreeSet<String>,
    /// The lines of the files, and those of a stream, which says the split in a column where there are any.
    pub(super) rows: Rows,
    pub(super) stream: Rows,
    /// Of a parquet table.
    pub(super) columns: Vec<Column>,
}

impl Plan {
    /// Reads all records once. Refuses what could not be written whole and read back: a text of several lines in txt, a file name that
    /// leads out, two images with one name, an image that is not there.
    pub fn new(options: &Options, records: impl IntoIterator<Item = Result<ExportRecord>>, progress: &Progress) -> Result<Plan> {
        progress.stage("planning", "records", 0)?;
        let mut survey = Survey::new(options)?;
        for record in records {
            survey.look(&record?)?;
            progress.add(1)?;
        }
        survey.plan()
    }

    /// Files that are neither data nor images.
    pub fn own_files(&self) -> Vec<&'static str> {
        let card = self.options.layout.has_card().then_some(CARD);
        let kaggle = (self.options.layout == Layout::Kaggle).then_some(KAGGLE);
        card.into_iter().chain(kaggle).chain([MANIFEST]).collect()
    }

    pub(super) fn has_splits(&self) -> bool {
        !self.splits.is_empty()
    }

    /// The split that a record's files are named for; `None` when there are no splits at all.
    pub(super) fn split_of<'a>(&self, split: Option<&'a str>) -> Option<&'a str> {
        split_named(split, self.has_splits())
    }

    /// The data file of a split's records.
    pub(super) fn file_of(&self, split: Option<&str>) -> String {
        data_file(self.options.layout, self.split_of(split))
    }
}
