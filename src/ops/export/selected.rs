//! The records that an export takes, of one version of the workspace, each made ready to be written.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::ExportArgs;
use crate::error::{Error, Result};
use crate::export::{ExportRecord, Images, Options, Plan};
use crate::model::{OpId, Record, RecordId, Source, SourceId, Version};
use crate::ops::{query, version};
use crate::progress::Progress;
use crate::query::Columns;
use crate::store::Store;

/// Records read at once.
const BATCH: usize = 8192;

/// The records to export, by id, and what is needed to make each ready.
pub struct Selected {
    pub version: Version,
    pub columns: Columns,
    /// The rows of `columns` that are exported, ascending.
    pub positions: Vec<u32>,
    ids: Vec<RecordId>,
    pub sources: Vec<Source>,
    /// Image roots without symlinks, by source.
    roots: BTreeMap<SourceId, PathBuf>,
    /// What goes before the file names of a source.
    prefixes: BTreeMap<SourceId, String>,
    options: Options,
    /// The last operation that it knows of.
    operation: OpId,
}

impl Selected {
    pub fn new(store: &Store, args: &ExportArgs, progress: &Progress) -> Result<Selected> {
        let version = version::named(store, args.snapshot.as_deref())?;
        let columns = store.load_columns_of(version, progress)?;
        let query = query::parse(&columns, &args.filter, None)?;
        let hits = query::select_of(store, version, &columns, &query, progress)?;
        let mut kept: Vec<u32> = hits.positions.iter().copied().filter(|&p| columns.is_kept(p as usize)).collect();
        kept.sort_unstable();
        let any_image = kept.iter().any(|&p| columns.has_image(p as usize));
        let images = args.images.unwrap_or(if any_image { Images::Link } else { Images::None });
        let sources = store.sources_of(version)?;
        let roots = sources.iter().filter_map(|s| Some((s.id, Path::new(s.image_root.as_ref()?).canonicalize().ok()?))).collect();
        let ids = kept.iter().map(|&p| columns.id(p as usize)).collect();
        let prefixes = prefixes(&sources, args.prefix_sources);
        let (with, fields, about) = (args.with.clone(), args.fields.clone(), args.about.clone());
        let options = Options { layout: args.layout, images, with, fields, about };
        let operation = store.last_operation()?;
        Ok(Selected { version, columns, positions: kept, ids, sources, roots, prefixes, options, operation })
    }

    /// Whether image files are part of the export.
    pub fn places_images(&self) -> bool {
        self.options.places_images()
    }

    /// Refuses where another tamis changed the workspace meanwhile. A snapshot stays what it is.
    pub fn require_unchanged(&self, store: &Store) -> Result<()> {
        if self.version == Version::Now && store.last_operation()? != self.operation {
            return Err(Error::refused("the workspace changed while it was checked").hint("run the export again"));
        }
        Ok(())
    }

    pub fn plan(&self, store: &Store, progress: &Progress) -> Result<Plan> {
        Plan::new(&self.options, self.records(store), progress)
    }

    /// The records in order of id, a batch in memory at a time.
    pub fn records<'a>(&'a self, store: &'a Store) -> impl Iterator<Item = Result<ExportRecord>> + 'a {
        self.ids.chunks(BATCH).flat_map(move |ids| {
            let batch: Vec<Result<ExportRecord>> = match store.records_of(self.version, ids) {
                Ok(records) => records.into_iter().map(|record| Ok(self.ready(record))).collect(),
                Err(error) => vec![Err(error)],
            };
            batch
        })
    }

    fn ready(&self, record: Record) -> ExportRecord {
        let source = self.sources.iter().find(|s| s.id == record.source);
        let image = record.file_name.as_ref().and_then(|name| Some(self.roots.get(&record.source)?.join(name)));
        let prefix = self.prefixes.get(&record.source).map(String::as_str);
        ExportRecord {
            id: record.id,
            source: source.map(|s| s.name.clone()).unwrap_or_default(),
            line: record.line,
            split: record.assignment.as_ref().map(|a| a.split.clone()),
            text: record.text().to_owned(),
            file_name: record.file_name.as_deref().map(|name| prefixed(prefix, name)),
            image,
            raw_text: record.raw_text,
            fields: record.fields,
        }
    }
}

/// The prefix of each source that has one: its own, else its name where `by_name` asks for it, no two names alike.
fn prefixes(sources: &[Source], by_name: bool) -> BTreeMap<SourceId, String> {
    let mut taken: BTreeSet<String> = sources.iter().filter_map(|s| s.prefix.clone()).collect();
    let mut prefixes = BTreeMap::new();
    for source in sources {
        let name = || {
            let mut name = as_file_name(&source.name);
            while !taken.insert(name.clone()) {
                name.push('_');
            }
            name
        };
        if let Some(prefix) = source.prefix.clone().or_else(|| by_name.then(name)) {
            prefixes.insert(source.id, prefix);
        }
    }
    prefixes
}

/// Letters and digits of any script, `-`, `_` and `.`; all else is `_`, and so is a leading `.`, which would hide the file.
fn as_file_name(name: &str) -> String {
    let plain = |(at, c): (usize, char)| {
        if c.is_alphanumeric() || matches!(c, '-' | '_') || (c == '.' && at > 0) { c } else { '_' }
    };
    name.char_indices().map(plain).collect()
}

/// `dir/cat.jpg` with the prefix `a` is `dir/a_cat.jpg`.
pub fn prefixed(prefix: Option<&str>, name: &str) -> String {
    match (prefix, name.rsplit_once('/')) {
        (None, _) => name.to_owned(),
        (Some(prefix), Some((folder, file))) => format!("{folder}/{prefix}_{file}"),
        (Some(prefix), None) => format!("{prefix}_{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_goes_to_the_file_not_to_the_folder() {
        assert_eq!(prefixed(None, "a/b.jpg"), "a/b.jpg");
        assert_eq!(prefixed(Some("x"), "b.jpg"), "x_b.jpg");
        assert_eq!(prefixed(Some("x"), "a/b.jpg"), "a/x_b.jpg");
    }

    #[test]
    fn the_name_of_a_source_is_made_a_file_name() {
        for (name, prefix) in [("wild", "wild"), ("a/b c", "a_b_c"), ("..", "_."), ("é-1.x", "é-1.x")] {
            assert_eq!(as_file_name(name), prefix);
        }
    }
}
