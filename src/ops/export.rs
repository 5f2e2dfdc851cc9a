//! export: the kept records, exactly as seen, in a layout that trainers load.
//!
//! Choosing, planning and writing read the same moment of the workspace, so that a mark which another tamis sets meanwhile is in it or not.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::{Value, json};

use super::{CommandLine, query, stats};
use crate::error::{Error, Result};
use crate::export::{self, ExportRecord, Images, Layout, Manifest, Options, Plan, Provenance, VerifyReport};
use crate::model::{Record, RecordId, Source, SourceId};
use crate::progress::Progress;
use crate::query::Columns;
use crate::store::{Store, settings};
use crate::workspace::Workspace;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportArgs {
    pub target: PathBuf,
    pub layout: Layout,
    /// Narrows what is exported; dropped records are never part of it.
    pub filter: String,
    /// `None`: linked where records name images, else none.
    pub images: Option<Images>,
    pub with: Vec<String>,
    pub force: bool,
}

/// Exactly what an export would write.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExportPlan {
    pub layout: &'static str,
    pub images_by: &'static str,
    pub target: String,
    pub records: u64,
    pub splits: BTreeMap<String, u64>,
    pub files: Vec<PlannedFile>,
    /// Image files and their bytes.
    pub images: u64,
    pub image_bytes: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlannedFile {
    pub path: String,
    pub records: u64,
}

#[derive(Debug, Clone, Serialize)]
pub struct ExportReport {
    pub target: String,
    /// SHA-256 of the manifest, and through the digests in it of the whole export.
    pub digest: String,
    pub manifest: Manifest,
}

impl ExportReport {
    pub fn records(&self) -> u64 {
        self.manifest.counts.total
    }
}

/// Records read at once.
const BATCH: usize = 2000;

/// What would be written; nothing is.
pub fn plan(workspace: &mut Workspace, args: &ExportArgs, progress: &Progress) -> Result<ExportPlan> {
    let plan =
        workspace.read(|store| Selected::new(store, &store.load_columns(progress)?, args, progress)?.plan(store, progress))?;
    Ok(ExportPlan {
        layout: args.layout.word(),
        images_by: plan.options.images.word(),
        target: args.target.display().to_string(),
        records: plan.total,
        splits: plan.splits.clone(),
        files: plan.files.iter().map(|f| PlannedFile { path: f.path.clone(), records: f.records }).collect(),
        images: plan.images,
        image_bytes: plan.image_bytes,
    })
}

/// As [`plan`], and refuses what [`export`](fn@export) would refuse: no records, or a target that may not be written.
pub fn ready(workspace: &mut Workspace, args: &ExportArgs, progress: &Progress) -> Result<ExportPlan> {
    export::require_target(&args.target, args.force)?;
    let plan = plan(workspace, args, progress)?;
    export::require_records(plan.records)?;
    Ok(plan)
}

/// Writes the export: complete and verified, or nothing.
pub fn export(workspace: &mut Workspace, args: &ExportArgs, progress: &Progress) -> Result<ExportReport> {
    let created_by = command_line(args);
    let manifest = workspace.read(|store| {
        let columns = store.load_columns(progress)?;
        let selected = Selected::new(store, &columns, args, progress)?;
        let provenance = provenance(store, &columns, args, created_by)?;
        let plan = selected.plan(store, progress)?;
        export::write(&plan, &args.target, selected.records(store), &provenance, args.force, progress)
    })?;
    Ok(ExportReport { target: args.target.display().to_string(), digest: manifest.digest()?, manifest })
}

/// Writes the records as one stream; how many.
pub fn stream(workspace: &mut Workspace, args: &ExportArgs, out: &mut dyn Write, progress: &Progress) -> Result<u64> {
    if args.layout == Layout::ImageFolder {
        return Err(
            Error::usage("an image folder cannot go to standard output").hint("use --layout jsonl, txt or csv, or name a folder")
        );
    }
    workspace.read(|store| {
        let selected = Selected::new(store, &store.load_columns(progress)?, args, progress)?;
        let plan = selected.plan(store, progress)?;
        export::write_stream(&plan, out, selected.records(store), progress)
    })
}

/// Checks an exported folder against its manifest.
pub fn verify(folder: &Path, progress: &Progress) -> Result<VerifyReport> {
    export::verify(folder, progress)
}

/// The records to export, by id, and what is needed to make each ready.
struct Selected {
    ids: Vec<RecordId>,
    sources: Vec<Source>,
    /// Image roots without symlinks, by source.
    roots: BTreeMap<SourceId, PathBuf>,
    options: Options,
}

impl Selected {
    fn new(store: &Store, columns: &Columns, args: &ExportArgs, progress: &Progress) -> Result<Selected> {
        let query = query::parse(columns, &args.filter, None)?;
        let hits = query::select_in(store, columns, &query, progress)?;
        let mut kept: Vec<u32> = hits.positions.iter().copied().filter(|&p| columns.is_kept(p as usize)).collect();
        kept.sort_unstable();
        let any_image = kept.iter().any(|&p| columns.has_image(p as usize));
        let images = args.images.unwrap_or(if any_image { Images::Link } else { Images::None });
        let sources = store.sources()?;
        let roots = sources.iter().filter_map(|s| Some((s.id, Path::new(s.image_root.as_ref()?).canonicalize().ok()?))).collect();
        let ids = kept.into_iter().map(|p| columns.id(p as usize)).collect();
        Ok(Selected { ids, sources, roots, options: Options { layout: args.layout, images, with: args.with.clone() } })
    }

    fn plan(&self, store: &Store, progress: &Progress) -> Result<Plan> {
        Plan::new(&self.options, self.records(store), progress)
    }

    /// The records in order of id, a batch in memory at a time.
    fn records<'a>(&'a self, store: &'a Store) -> impl Iterator<Item = Result<ExportRecord>> + 'a {
        self.ids.chunks(BATCH).flat_map(move |ids| {
            let batch: Vec<Result<ExportRecord>> = match store.records(ids) {
                Ok(records) => records.into_iter().map(|record| Ok(self.ready(record))).collect(),
                Err(error) => vec![Err(error)],
            };
            batch
        })
    }

    fn ready(&self, record: Record) -> ExportRecord {
        let source = self.sources.iter().find(|s| s.id == record.source);
        let image = record.file_name.as_ref().and_then(|name| Some(self.roots.get(&record.source)?.join(name)));
        let prefix = source.and_then(|s| s.prefix.as_deref());
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

/// `dir/cat.jpg` with the prefix `a` is `dir/a_cat.jpg`.
fn prefixed(prefix: Option<&str>, name: &str) -> String {
    match (prefix, name.rsplit_once('/')) {
        (None, _) => name.to_owned(),
        (Some(prefix), Some((folder, file))) => format!("{folder}/{prefix}_{file}"),
        (Some(prefix), None) => format!("{prefix}_{name}"),
    }
}

fn provenance(store: &Store, columns: &Columns, args: &ExportArgs, created_by: String) -> Result<Provenance> {
    let stats = stats::of(store, columns)?;
    let sum = |of: fn(&stats::SourceStats) -> u64| -> Value { stats.sources.iter().map(of).sum::<u64>().into() };
    let counts = BTreeMap::from([
        ("read".to_owned(), sum(|s| s.counts.read)),
        ("accepted".to_owned(), sum(|s| s.counts.accepted)),
        ("blank".to_owned(), sum(|s| s.counts.blank)),
        ("rejected".to_owned(), sum(|s| s.counts.rejected)),
        ("kept".to_owned(), stats.kept.into()),
        ("dropped".to_owned(), json!(stats.causes)),
    ]);
    let setting = |key: &str| -> Result<Value> {
        Ok(store.setting(key)?.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or(Value::Null))
    };
    let pipeline = store.pipeline()?.map(|p| json!({"name": p.name, "digest": p.digest}));
    let recipe = json!({
        "filter": args.filter,
        "pipeline": pipeline,
        "duplicates": setting(settings::DUPLICATES)?,
        "split": setting(settings::SPLIT)?,
        "sources": store.sources()?.iter().map(|s| json!({"name": s.name, "sha256": s.digest})).collect::<Vec<_>>(),
    });
    Ok(Provenance { created_by, counts, recipe })
}

/// The equivalent command. The target is not part of it: the same export elsewhere has the same bytes.
fn command_line(args: &ExportArgs) -> String {
    let with = args.with.join(",");
    CommandLine::anywhere("export")
        .arg("DIR")
        .option("--layout", args.layout.word())
        .maybe("--filter", Some(&args.filter).filter(|f| !f.is_empty()))
        .maybe("--images", args.images.map(Images::word))
        .maybe("--with", Some(with).filter(|w| !w.is_empty()))
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::prefixed;

    #[test]
    fn a_prefix_goes_to_the_file_not_to_the_folder() {
        assert_eq!(prefixed(None, "a/b.jpg"), "a/b.jpg");
        assert_eq!(prefixed(Some("x"), "b.jpg"), "x_b.jpg");
        assert_eq!(prefixed(Some("x"), "a/b.jpg"), "a/x_b.jpg");
    }
}
