//! The files of an export while they are written, record by record, into a hidden folder.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::captions::Captions;
use super::claims::Claims;
use super::disk::{Digest, Digested, create_new};
use super::images::put;
use super::layout::{Form, Layout};
use super::manifest::FileEntry;
use super::names::{caption_path, image_path, place_of};
use super::rows::changed_since_plan;
use super::table::Table;
use super::{ExportRecord, Plan};
use crate::error::{Error, Result};

pub struct Folder<'a> {
    plan: &'a Plan,
    root: &'a Path,
    /// By path.
    data: BTreeMap<String, DataFile<'a>>,
    captions: Captions,
    claims: Claims,
    images: Vec<FileEntry>,
    /// Records by the path of the planned file.
    written: BTreeMap<String, u64>,
    line: Vec<u8>,
}

enum DataFile<'a> {
    Lines(Digested),
    Table(Box<Table<'a>>),
}

impl<'a> Folder<'a> {
    pub fn new(plan: &'a Plan, root: &'a Path) -> Self {
        Folder {
            plan,
            root,
            data: BTreeMap::new(),
            captions: Captions::default(),
            claims: Claims::default(),
            images: Vec::new(),
            written: plan.files.iter().map(|file| (file.path.clone(), 0)).collect(),
            line: Vec::new(),
        }
    }

    pub fn take(&mut self, record: &ExportRecord) -> Result<()> {
        let path = self.plan.file_of(record.split.as_deref());
        let written = self.written.get_mut(&path).ok_or_else(changed_since_plan)?;
        *written += 1;
        if self.plan.options.places_images() {
            self.place_image(record)?;
        }
        if self.plan.options.layout == Layout::Kohya { self.caption(record) } else { self.row(path, record) }
    }

    /// Puts the record's image into the folder of its split, unless an earlier record brought it.
    fn place_image(&mut self, record: &ExportRecord) -> Result<()> {
        let (Some(name), Some(image)) = (&record.file_name, &record.image) else { return Err(changed_since_plan()) };
        let path = self.beside(record, &image_path(record, name)?);
        if self.claims.image(&path, image, record)? {
            let Digest { bytes, sha256 } = put(image, &place_for(self.root, &path)?, self.plan.options.images)?;
            self.images.push(FileEntry { path, bytes, records: None, sha256 });
        }
        Ok(())
    }

    fn caption(&mut self, record: &ExportRecord) -> Result<()> {
        let name = record.file_name.as_deref().ok_or_else(changed_since_plan)?;
        let name = image_path(record, name)?;
        let path = self.beside(record, &caption_path(&name));
        self.claims.caption(&path, &name, record)?;
        place_for(self.root, &path)?;
        self.captions.add(self.root, &path, &record.text)
    }

    /// A path in the folder of the record's split.
    fn beside(&self, record: &ExportRecord, path: &str) -> String {
        place_of(record.split.as_deref(), self.plan.has_splits(), path)
    }

    fn row(&mut self, path: String, record: &ExportRecord) -> Result<()> {
        let (file, is_new) = match self.data.entry(path) {
            Entry::Occupied(entry) => (entry.into_mut(), false),
            Entry::Vacant(entry) => {
                let file = open(self.plan, self.root, entry.key())?;
                (entry.insert(file), true)
            }
        };
        match file {
            DataFile::Table(table) => table.row(record, &self.plan.rows.fields(record)?),
            DataFile::Lines(file) => {
                self.line.clear();
                if is_new {
                    self.plan.rows.header(&mut self.line);
                }
                self.plan.rows.row(&mut self.line, record, is_new)?;
                Ok(file.write_all(&self.line)?)
            }
        }
    }

    /// A file that is neither data nor image.
    pub fn add(&mut self, path: &str, bytes: &[u8]) -> Result<()> {
        let place = self.root.join(path);
        let mut file = Digested::new(create_new(&place)?);
        let Digest { bytes, sha256 } = file.write_all(bytes).and_then(|()| file.finish()).map_err(|e| Error::file(&place, e))?;
        self.images.push(FileEntry { path: path.to_owned(), bytes, records: None, sha256 });
        Ok(())
    }

    /// Syncs everything, and compares the counts with the plan's. The files by path.
    pub fn finish(self) -> Result<Vec<FileEntry>> {
        let planned = self.plan.files.iter().map(|file| (&file.path, &file.records));
        if !self.written.iter().eq(planned) {
            return Err(changed_since_plan());
        }
        let mut files = self.images;
        files.extend(self.captions.finish(self.root)?);
        for (path, data) in self.data {
            let Digest { bytes, sha256 } = match data {
                DataFile::Lines(file) => file.finish().map_err(|e| Error::file(&self.root.join(&path), e))?,
                DataFile::Table(table) => table.finish()?,
            };
            files.push(FileEntry { records: self.written.get(&path).copied(), path, bytes, sha256 });
        }
        files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        Ok(files)
    }
}

fn open<'a>(plan: &'a Plan, root: &Path, path: &str) -> Result<DataFile<'a>> {
    let file = Digested::new(create_new(&place_for(root, path)?)?);
    match plan.options.layout.form() {
        Form::Table => Ok(DataFile::Table(Box::new(Table::new(file, &plan.columns, plan.files.len())?))),
        Form::Json | Form::Csv | Form::Text => Ok(DataFile::Lines(file)),
    }
}

/// The place of a file below our own temporary folder, its folders made.
fn place_for(root: &Path, path: &str) -> Result<PathBuf> {
    let place = root.join(path);
    if let Some(folder) = place.parent() {
        fs::create_dir_all(folder).map_err(|e| Error::file(folder, e))?;
    }
    Ok(place)
}
