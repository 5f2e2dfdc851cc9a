//! The one pass over the records that a plan is made of: what there is of everything, and what stands in the way.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::{FxHashMap, FxHashSet};

use super::claims::Claims;
use super::fields::{Extra, FieldChoice, imported, named_fields};
use super::images::inspect;
use super::layout::{Form, Layout};
use super::names::{UNASSIGNED, caption_path, check_split, image_path, place_of};
use super::plan::{Plan, PlannedFile};
use super::rows::Rows;
use super::table::kind::Fits;
use super::table::{COLUMN_LIMIT, Column};
use super::{ExportRecord, Options, kaggle};
use crate::error::{Error, Result};
use crate::model::RecordId;

/// What the pass has seen so far.
pub struct Survey<'a> {
    options: &'a Options,
    form: Form,
    choice: FieldChoice,
    extras: Vec<Extra>,
    /// Names of imported fields that were asked for and did not turn up yet.
    missing: FxHashSet<&'a str>,
    per_split: BTreeMap<Option<String>, u64>,
    /// The imported fields beside our columns, and beside those of a stream with splits.
    fields: Seen,
    stream_fields: Seen,
    any_file_name: bool,
    claims: Claims,
    images: u64,
    image_bytes: u64,
    endings: BTreeSet<String>,
    many_lines: Offenders,
    without_name: Offenders,
    without_image: Offenders,
    missing_image: Offenders,
}

impl<'a> Survey<'a> {
    pub fn new(options: &'a Options) -> Result<Self> {
        let asked = options.with.iter().chain(options.fields.named()).map(String::as_str);
        if !options.layout.has_columns() && (!options.with.is_empty() || !options.fields.named().is_empty()) {
            return Err(Error::usage(format!("{} holds nothing but the text", options.layout.word()))
                .hint("use --layout jsonl, csv or parquet with --with and --fields"));
        }
        options.about.check(options.layout)?;
        let mut extras: Vec<Extra> = options.with.iter().filter_map(|word| Extra::from_word(word)).collect();
        extras.sort_unstable();
        extras.dedup();
        let is_extra = |word: &str| options.with.iter().any(|w| w == word) && Extra::from_word(word).is_some();
        Ok(Survey {
            options,
            form: options.layout.form(),
            choice: options.fields.and(&options.with),
            extras,
            missing: asked.filter(|word| !is_extra(word) && !["text", "file_name"].contains(word)).collect(),
            per_split: BTreeMap::new(),
            fields: Seen::default(),
            stream_fields: Seen::default(),
            any_file_name: false,
            claims: Claims::default(),
            images: 0,
            image_bytes: 0,
            endings: BTreeSet::new(),
            many_lines: Offenders::default(),
            without_name: Offenders::default(),
            without_image: Offenders::default(),
            missing_image: Offenders::default(),
        })
    }

    pub fn look(&mut self, record: &ExportRecord) -> Result<()> {
        match self.per_split.get_mut(&record.split) {
            Some(count) => *count += 1,
            None => {
                record.split.as_deref().map_or(Ok(()), check_split)?;
                self.per_split.insert(record.split.clone(), 1);
            }
        }
        self.any_file_name |= record.file_name.is_some();
        if !self.missing.is_empty() {
            for (name, _) in imported(record)? {
                self.missing.remove(name.as_str());
            }
        }
        self.look_at_fields(record)?;
        if self.form == Form::Text && !is_one_line(&record.text) {
            self.many_lines.add(record.id);
        }
        if self.options.layout.holds_images() {
            self.look_at_image(record)?;
        }
        Ok(())
    }

    fn look_at_fields(&mut self, record: &ExportRecord) -> Result<()> {
        match self.form {
            Form::Csv => {
                self.fields.add(record, &self.choice, &self.extras, false)?;
                self.stream_fields.add(record, &self.choice, &with_split(&self.extras), false)
            }
            Form::Table => self.fields.add(record, &self.choice, &self.extras, true),
            Form::Json | Form::Text => Ok(()),
        }
    }

    fn look_at_image(&mut self, record: &ExportRecord) -> Result<()> {
        let name = record.file_name.as_deref().map(|name| image_path(record, name)).transpose()?;
        // Whether there are splits shows at the end; where there are none, all are in one folder either way.
        let place = |path: &str| place_of(record.split.as_deref(), true, path);
        if self.options.layout == Layout::Kohya {
            let Some(name) = &name else {
                self.without_name.add(record.id);
                return Ok(());
            };
            self.claims.caption(&place(&caption_path(name)), name, record)?;
        }
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
        if self.claims.image(&place(&name), image, record)? {
            self.images += 1;
            self.image_bytes += inspect(image)?;
            let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
            if !self.endings.contains(ending) {
                self.endings.insert(ending.to_owned());
            }
        }
        Ok(())
    }

    pub fn plan(self) -> Result<Plan> {
        self.refuse()?;
        let total = self.per_split.values().sum();
        let has_splits = self.per_split.keys().any(Option::is_some);
        let mut splits = BTreeMap::new();
        for (split, records) in self.per_split.iter().filter(|_| has_splits) {
            *splits.entry(split.as_deref().unwrap_or(UNASSIGNED).to_owned()).or_insert(0) += records;
        }
        let rows = self.rows(&self.fields, self.extras.clone());
        let says_split = has_splits && self.form != Form::Text;
        let stream = if says_split { self.rows(&self.stream_fields, with_split(&self.extras)) } else { rows.clone() };
        let mut plan = Plan {
            options: self.options.clone(),
            files: Vec::new(),
            splits,
            total,
            images: self.images,
            image_bytes: self.image_bytes,
            warnings: kaggle::warnings(self.options),
            columns: self.columns()?,
            endings: self.endings,
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

    /// Refuses what cannot be written, naming the records.
    fn refuse(&self) -> Result<()> {
        let where_to =
            format!("cannot be told apart in a {} file: they are blank, hold a line feed, or end in CR", self.text_file());
        self.many_lines.refuse(&where_to, "use --layout jsonl")?;
        self.without_name.refuse("name no image to be captioned", "leave them out with --filter, or use --layout txt")?;
        let hint = "leave them out with --filter, or use --images none, or --layout jsonl";
        self.without_image.refuse("have no image", hint)?;
        self.missing_image.refuse("name an image that is not there", hint)?;
        let mut unknown: Vec<&str> = self.missing.iter().copied().collect();
        unknown.sort_unstable();
        if unknown.is_empty() {
            return Ok(());
        }
        let words = Extra::ALL.map(Extra::word).join(", ");
        Err(Error::usage(format!("no record has a field `{}`", unknown.join("`, `")))
            .hint(format!("--with takes {words} and the names of imported fields, --fields takes the names alone")))
    }

    fn text_file(&self) -> &'static str {
        if self.options.layout == Layout::Kohya { "caption" } else { "txt" }
    }

    fn rows(&self, fields: &Seen, extras: Vec<Extra>) -> Rows {
        let ours = self.any_file_name.then_some("file_name").into_iter().chain(["text"]).map(str::to_owned);
        let asked = extras.iter().map(|e| e.word().to_owned());
        let columns = match self.form {
            Form::Csv => ours.chain(fields.names().map(str::to_owned)).chain(asked).collect(),
            _ => Vec::new(),
        };
        Rows { form: self.form, fields: self.choice.clone(), extras, columns }
    }

    fn columns(&self) -> Result<Vec<Column>> {
        if self.form != Form::Table {
            return Ok(Vec::new());
        }
        let ours = self.any_file_name.then(Column::file_name).into_iter().chain([Column::text()]);
        let fields = self.fields.in_order.iter().map(|(name, fits)| Column::field(name, fits.kind()));
        let columns: Vec<Column> = ours.chain(fields).chain(self.extras.iter().copied().map(Column::extra)).collect();
        if columns.len() > COLUMN_LIMIT {
            return Err(Error::refused(format!("{} columns are too many for a table (at most {COLUMN_LIMIT})", columns.len()))
                .hint("choose fields with --fields, or use --layout jsonl"));
        }
        Ok(columns)
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

/// Fields in the order in which they came first, under the names they are written by, with what their values fit.
#[derive(Default)]
struct Seen {
    in_order: Vec<(String, Fits)>,
    known: FxHashMap<String, usize>,
}

impl Seen {
    fn add(&mut self, record: &ExportRecord, choice: &FieldChoice, extras: &[Extra], typed: bool) -> Result<()> {
        for (name, value) in named_fields(record, choice, &Rows::taken(extras))? {
            let at = match self.known.get(&name) {
                Some(at) => *at,
                None => {
                    self.in_order.push((name.clone(), Fits::default()));
                    self.known.insert(name, self.in_order.len() - 1);
                    self.in_order.len() - 1
                }
            };
            if typed {
                self.in_order[at].1.narrow(value.get());
            }
        }
        Ok(())
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.in_order.iter().map(|(name, _)| name.as_str())
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
