//! The plan: one pass over the records that says exactly what would be written, or why nothing can be.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::fields::{Extra, named_fields};
use super::images::inspect;
use super::names::{Claims, UNASSIGNED, check_split, data_file, image_path};
use super::rows::Rows;
use super::{ExportRecord, Layout, Options};
use crate::error::{Error, Result};
use crate::model::RecordId;
use crate::progress::Progress;

/// A data file that an export will hold.
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
    /// The lines of the files, and those of a stream, which says the split in a column where there are any.
    pub(super) rows: Rows,
    pub(super) stream: Rows,
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

    /// The data file of a split's records.
    pub(super) fn file_of(&self, split: Option<&str>) -> String {
        let split = split.unwrap_or(UNASSIGNED);
        data_file(self.options.layout, (!self.splits.is_empty()).then_some(split))
    }
}

/// What the pass has seen so far.
struct Survey<'a> {
    options: &'a Options,
    extras: Vec<Extra>,
    /// Words of `with` that must be names of fields.
    asked: FxHashSet<&'a str>,
    per_split: BTreeMap<Option<String>, u64>,
    /// Names of the imported fields beside our columns, and beside those of a stream with splits.
    field_names: Names,
    stream_names: Names,
    any_file_name: bool,
    claims: Claims,
    images: u64,
    image_bytes: u64,
    many_lines: Offenders,
    without_image: Offenders,
    missing_image: Offenders,
}

impl<'a> Survey<'a> {
    fn new(options: &'a Options) -> Result<Self> {
        if options.layout == Layout::Txt && !options.with.is_empty() {
            return Err(Error::usage("a txt file holds nothing but the text").hint("use --layout jsonl or csv with --with"));
        }
        let mut extras: Vec<Extra> = options.with.iter().filter_map(|word| Extra::from_word(word)).collect();
        extras.sort_unstable();
        extras.dedup();
        let ours = |word: &str| Extra::from_word(word).is_some() || ["text", "file_name"].contains(&word);
        Ok(Survey {
            options,
            extras,
            asked: options.with.iter().map(String::as_str).filter(|word| !ours(word)).collect(),
            per_split: BTreeMap::new(),
            field_names: Names::default(),
            stream_names: Names::default(),
            any_file_name: false,
            claims: Claims::default(),
            images: 0,
            image_bytes: 0,
            many_lines: Offenders::default(),
            without_image: Offenders::default(),
            missing_image: Offenders::default(),
        })
    }

    fn look(&mut self, record: &ExportRecord) -> Result<()> {
        match self.per_split.get_mut(&record.split) {
            Some(count) => *count += 1,
            None => {
                record.split.as_deref().map_or(Ok(()), check_split)?;
                self.per_split.insert(record.split.clone(), 1);
            }
        }
        self.any_file_name |= record.file_name.is_some();
        if self.options.layout == Layout::Csv || !self.asked.is_empty() {
            self.field_names.add_all(record, &self.extras)?;
        }
        if self.options.layout == Layout::Csv {
            self.stream_names.add_all(record, &with_split(&self.extras))?;
        }
        match self.options.layout {
            Layout::Txt if !is_one_line(&record.text) => self.many_lines.add(record.id),
            Layout::ImageFolder => self.look_at_image(record)?,
            _ => {}
        }
        Ok(())
    }

    fn look_at_image(&mut self, record: &ExportRecord) -> Result<()> {
        let name = record.file_name.as_deref().map(|name| image_path(record, name)).transpose()?;
        if !self.options.places_images() {
            return Ok(());
        }
        let (Some(name), Some(image)) = (name, &record.image) else {
            self.without_image.add(record.id);
            return Ok(());
        };
        if image.symlink_metadata().is_err_and(|e| e.kind() == std::io::ErrorKind::NotFound) {
            self.missing_image.add(record.id);
            return Ok(());
        }
        let path = format!("{}/{name}", record.split.as_deref().unwrap_or(UNASSIGNED));
        if self.claims.claim(&path, image, record)? {
            self.images += 1;
            self.image_bytes += inspect(image)?;
        }
        Ok(())
    }

    fn plan(self) -> Result<Plan> {
        self.many_lines
            .refuse("cannot be told apart in a txt file: they are blank, hold a line feed, or end in CR", "use --layout jsonl")?;
        let hint = "leave them out with --filter, or use --images none, or --layout jsonl";
        self.without_image.refuse("have no image", hint)?;
        self.missing_image.refuse("name an image that is not there", hint)?;
        let mut unknown: Vec<&str> = self.asked.iter().copied().filter(|name| !self.field_names.has(name)).collect();
        unknown.sort_unstable();
        if !unknown.is_empty() {
            let words = Extra::ALL.map(Extra::word).join(", ");
            return Err(Error::usage(format!("no record has a field `{}`", unknown.join("`, `")))
                .hint(format!("--with takes {words} and the names of imported fields")));
        }
        let total = self.per_split.values().sum();
        let has_splits = self.per_split.keys().any(Option::is_some);
        let mut splits = BTreeMap::new();
        for (split, records) in self.per_split.iter().filter(|_| has_splits) {
            *splits.entry(split.as_deref().unwrap_or(UNASSIGNED).to_owned()).or_insert(0) += records;
        }
        let rows = self.rows(&self.field_names, self.extras.clone());
        let says_split = has_splits && self.options.layout != Layout::Txt;
        let stream = if says_split { self.rows(&self.stream_names, with_split(&self.extras)) } else { rows.clone() };
        let mut plan = Plan {
            options: self.options.clone(),
            files: Vec::new(),
            splits,
            total,
            images: self.images,
            image_bytes: self.image_bytes,
            rows,
            stream,
        };
        plan.files =
            plan.splits.iter().map(|(split, &records)| PlannedFile { path: plan.file_of(Some(split)), records }).collect();
        if !has_splits && total > 0 {
            plan.files.push(PlannedFile { path: plan.file_of(None), records: total });
        }
        plan.files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(plan)
    }

    fn rows(&self, field_names: &Names, extras: Vec<Extra>) -> Rows {
        let ours = self.any_file_name.then_some("file_name").into_iter().chain(["text"]).map(str::to_owned);
        let asked = extras.iter().map(|e| e.word().to_owned());
        let columns = match self.options.layout {
            Layout::Csv => ours.chain(field_names.in_order.iter().cloned()).chain(asked).collect(),
            _ => Vec::new(),
        };
        Rows { layout: self.options.layout, extras, columns }
    }
}

fn with_split(extras: &[Extra]) -> Vec<Extra> {
    let others = extras.iter().copied().filter(|e| *e != Extra::Split);
    others.chain([Extra::Split]).collect()
}

/// Whether the text is one line of a txt file, and read as a record.
fn is_one_line(text: &str) -> bool {
    !text.contains('\n') && !text.ends_with('\r') && !text.trim().is_empty()
}

/// Names in the order in which they came first.
#[derive(Default)]
struct Names {
    in_order: Vec<String>,
    known: FxHashSet<String>,
}

impl Names {
    fn add_all(&mut self, record: &ExportRecord, extras: &[Extra]) -> Result<()> {
        for (name, _) in named_fields(record, &Rows::taken(extras))? {
            if self.known.insert(name.clone()) {
                self.in_order.push(name);
            }
        }
        Ok(())
    }

    fn has(&self, name: &str) -> bool {
        self.known.contains(name)
    }
}

/// Records that stand in the way: how many, and the first few by name.
#[derive(Default)]
struct Offenders {
    first: Vec<RecordId>,
    count: u64,
}

impl Offenders {
    const NAMED: usize = 5;

    fn add(&mut self, id: RecordId) {
        self.count += 1;
        if self.first.len() < Self::NAMED {
            self.first.push(id);
        }
    }

    fn refuse(&self, why: &str, hint: &str) -> Result<()> {
        if self.count == 0 {
            return Ok(());
        }
        let ids: Vec<String> = self.first.iter().map(RecordId::to_string).collect();
        let more = if self.count > self.first.len() as u64 { ", …" } else { "" };
        Err(Error::refused(format!("{} records {why} (ids {}{more})", self.count, ids.join(", "))).hint(hint))
    }
}
