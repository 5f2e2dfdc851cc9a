//! import: files → records, as one operation: all or nothing, and one undo takes it back.
//!
//! One thread parses while this one writes; between them lie a few batches, so that ten million records need no more memory than ten thousand.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use serde::Serialize;

use super::{CommandLine, rules};
use crate::display::grouped;
use crate::error::{Error, Result};
use crate::model::{Changed, Counts, Draft, OpId, OpKind, RecordId, Reject, Source, SourceId};
use crate::progress::Progress;
use crate::sources::{self, Options, ReadReport, Sink};
use crate::splits::share::require_name_beside;
use crate::store::records::NewRecord;
use crate::workspace::transact::OpInfo;
use crate::workspace::{Transaction, Workspace};

#[derive(Debug, Clone, Default)]
pub struct ImportArgs {
    pub files: Vec<PathBuf>,
    /// The path that the workspace remembers instead, where the file lies in a scratch folder.
    pub known_as: Option<PathBuf>,
    /// Name of the source; by default the file's stem.
    pub source: Option<String>,
    pub options: Options,
    pub prefix: Option<String>,
    /// The split that the source declares for its records.
    pub split: Option<String>,
    pub protect: bool,
    pub dry_run: bool,
    /// Takes a file that is in the workspace already.
    pub again: bool,
}

#[derive(Debug, Clone, Serialize)]
pub struct ImportReport {
    pub sources: Vec<SourceReport>,
    pub dry_run: bool,
    pub operation: Option<OpId>,
    #[serde(skip)]
    pub stale: Changed,
}

impl ImportReport {
    pub fn rejected(&self) -> u64 {
        self.sources.iter().map(|s| s.counts.rejected).sum()
    }
}

#[derive(Debug, Clone, Serialize)]
pub struct SourceReport {
    pub name: String,
    pub format: &'static str,
    pub text_column: Option<String>,
    pub file_column: Option<String>,
    #[serde(flatten)]
    pub counts: Counts,
    /// The first rejected lines; `tamis sources` lists them all.
    pub rejects: Vec<Reject>,
}

/// Rejected lines in a report; the workspace keeps all.
const REPORTED_REJECTS: usize = 10_000;
/// Records sent at once from the parser to the writer.
const BATCH: usize = 1024;
/// Bytes after which a batch is sent though it is not full: bounds the memory between the threads.
const BATCH_BYTES: usize = 4 << 20;

/// Imports files. Errors: usage for what the files cannot tell (columns, format), refused for a name or file that is there already.
pub fn import(workspace: &mut Workspace, args: ImportArgs, progress: &Progress) -> Result<ImportReport> {
    if args.source.is_some() && args.files.len() > 1 {
        return Err(Error::usage("one name cannot stand for several files").hint("leave out --source, or import them one by one"));
    }
    if let Some(split) = &args.split {
        require_name_beside(split, &workspace.store().split_names()?)?;
    }
    if args.dry_run {
        return dry_run(workspace, &args, progress);
    }
    let command = command_line(workspace, &args);
    let done = workspace.transact(
        |tx| {
            let reports = args.files.iter().map(|file| import_file(tx, file, &args, progress)).collect::<Result<Vec<_>>>()?;
            rules::bring_up_to_date(tx.store(), progress)?;
            Ok(reports)
        },
        |reports| OpInfo { kind: OpKind::Import, description: describe(reports), command },
    )?;
    Ok(ImportReport { sources: done.value, dry_run: false, operation: done.operation, stale: done.changed })
}

fn describe(reports: &[SourceReport]) -> String {
    let names: Vec<&str> = reports.iter().map(|r| r.name.as_str()).collect();
    let accepted = reports.iter().map(|r| r.counts.accepted).sum();
    format!("import {}: {} records", names.join(", "), grouped(accepted))
}

fn command_line(workspace: &Workspace, args: &ImportArgs) -> String {
    let mut line = CommandLine::new("import", workspace);
    for file in &args.files {
        line = line.arg(args.known_as.as_ref().unwrap_or(file).display());
    }
    line.maybe("--source", args.source.as_deref())
        .maybe("--format", args.options.format.map(|f| f.word()))
        .maybe("--text-column", args.options.text_column.as_deref())
        .maybe("--file-column", args.options.file_column.as_deref())
        .maybe("--images", args.options.image_root.as_ref().map(|p| p.display()))
        .maybe("--prefix", args.prefix.as_deref())
        .maybe("--split", args.split.as_deref())
        .flag("--protect", args.protect)
        .to_string()
}

fn dry_run(workspace: &Workspace, args: &ImportArgs, progress: &Progress) -> Result<ImportReport> {
    let mut taken = names(&workspace.store().sources()?);
    let mut digests: Vec<(String, String)> = Vec::new();
    let mut reports = Vec::new();
    for file in &args.files {
        let name = source_name(file, args, &taken)?;
        taken.push(name.clone());
        let mut sink = Listing::default();
        let read = sources::read(file, &args.options, &mut sink, progress).map_err(|e| e.about(file))?;
        refuse_known(workspace.store(), &read, args)?;
        match digests.iter().find(|(digest, _)| *digest == read.digest) {
            Some((_, known)) if !args.again => return Err(known_already(known)),
            _ => digests.push((read.digest.clone(), name.clone())),
        }
        reports.push(report(name, read, sink.rejects));
    }
    Ok(ImportReport { sources: reports, dry_run: true, operation: None, stale: Changed::default() })
}

fn import_file(tx: &mut Transaction<'_>, file: &Path, args: &ImportArgs, progress: &Progress) -> Result<SourceReport> {
    let name = source_name(file, args, &names(&tx.store().sources()?))?;
    let id = tx.store().next_source()?;
    let first = tx.store().next_record()?;
    let (sender, receiver) = sync_channel(4);
    let (read, written) = std::thread::scope(|scope| {
        let parser = scope.spawn(move || {
            let mut sink = Batches { sender, batch: Batch::default() };
            let report = sources::read(file, &args.options, &mut sink, progress).map_err(|e| e.about(file))?;
            sink.flush()?;
            Ok(report)
        });
        // Writing first: when it fails, the receiver is dropped and the parser stops at its next batch.
        let written = write_batches(tx, id, first, receiver);
        let read: Result<ReadReport> = parser.join().unwrap_or_else(|_| Err(Error::io("the importer panicked")));
        match (written, read) {
            (Err(error), _) | (Ok(_), Err(error)) => Err(error),
            (Ok(written), Ok(read)) => Ok((read, written)),
        }
    })?;
    refuse_known(tx.store(), &read, args)?;
    let source = Source {
        id,
        name: name.clone(),
        path: args.known_as.as_deref().unwrap_or(file).display().to_string(),
        format: read.format.word().to_owned(),
        digest: read.digest.clone(),
        counts: read.counts,
        image_root: image_root(file, &read, args),
        prefix: args.prefix.clone(),
        split: args.split.clone(),
        protected: args.protect,
        active: true,
    };
    tx.add_source(&source, written.bytes, first)?;
    Ok(report(name, read, written.rejects))
}

fn report(name: String, read: ReadReport, rejects: Vec<Reject>) -> SourceReport {
    SourceReport {
        name,
        format: read.format.word(),
        text_column: read.text_column,
        file_column: read.file_column,
        counts: read.counts,
        rejects,
    }
}

fn names(sources: &[Source]) -> Vec<String> {
    sources.iter().map(|s| s.name.clone()).collect()
}

/// The name given, or the file's stem with a number when that one is taken.
fn source_name(file: &Path, args: &ImportArgs, taken: &[String]) -> Result<String> {
    let is_taken = |name: &String| taken.contains(name);
    if let Some(name) = &args.source {
        if is_taken(name) {
            return Err(
                Error::refused(format!("there is a source named {name} already")).hint("choose another name with --source")
            );
        }
        if name.trim().is_empty() {
            return Err(
                Error::usage("a source needs a name that can be seen").hint("leave out --source to name it after the file")
            );
        }
        return Ok(name.clone());
    }
    let name = file.file_name().map_or_else(|| "source".to_owned(), |n| n.to_string_lossy().into_owned());
    let stem = match name.split_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem.to_owned(),
        _ if name == "-" => "stdin".to_owned(),
        _ => name,
    };
    let numbered = (2..).map(|n| format!("{stem}-{n}"));
    Ok(std::iter::once(stem.clone()).chain(numbered).find(|name| !is_taken(name)).unwrap_or(stem))
}

/// The same bytes twice are most likely a mistake.
fn refuse_known(store: &crate::store::Store, read: &ReadReport, args: &ImportArgs) -> Result<()> {
    if args.again {
        return Ok(());
    }
    match store.source_with_digest(&read.digest)? {
        Some(known) => Err(known_already(&known.name)),
        None => Ok(()),
    }
}

fn known_already(source: &str) -> Error {
    Error::refused(format!("this file is in the workspace already, as source {source}"))
        .hint("nothing was imported; --again takes it a second time")
}

/// Where file names are resolved: as given, or the folder itself for image folders, or the folder of a metadata file.
fn image_root(file: &Path, read: &ReadReport, args: &ImportArgs) -> Option<String> {
    if args.known_as.is_some() {
        return None;
    }
    let folder = match (&args.options.image_root, read.file_column.is_some() || file.is_dir()) {
        (Some(root), _) => root.clone(),
        (None, true) if file.is_dir() => file.to_owned(),
        (None, true) => file.parent()?.to_owned(),
        (None, false) => return None,
    };
    let absolute = std::path::absolute(&folder).unwrap_or(folder);
    Some(absolute.display().to_string())
}

/// What the parser sends: records or rejects, in order of lines within their kind.
enum Parsed {
    Records(Batch),
    Reject(Reject),
}

/// Records whose strings lie end to end: one allocation that crosses to the writer instead of three for each record.
#[derive(Default)]
struct Batch {
    bytes: String,
    rows: Vec<Row>,
}

/// Lengths in [`Batch::bytes`], text first.
struct Row {
    line: u64,
    text: usize,
    file_name: Option<usize>,
    fields: Option<usize>,
}

impl Batch {
    fn push(&mut self, draft: &Draft) {
        let mut put = |text: &str| {
            self.bytes.push_str(text);
            text.len()
        };
        let (text, file_name, fields) =
            (put(&draft.text), draft.file_name.as_deref().map(&mut put), draft.fields.as_deref().map(&mut put));
        self.rows.push(Row { line: draft.line, text, file_name, fields });
    }

    fn is_full(&self) -> bool {
        self.rows.len() >= BATCH || self.bytes.len() >= BATCH_BYTES
    }

    fn records(&self) -> impl Iterator<Item = NewRecord<'_>> {
        let mut rest = self.bytes.as_str();
        self.rows.iter().map(move |row| {
            let mut take = |len: usize| {
                let (taken, after) = rest.split_at(len);
                rest = after;
                taken
            };
            NewRecord {
                line: row.line,
                text: take(row.text),
                file_name: row.file_name.map(&mut take),
                fields: row.fields.map(&mut take),
            }
        })
    }
}

struct Batches {
    sender: SyncSender<Parsed>,
    batch: Batch,
}

impl Batches {
    fn flush(&mut self) -> Result<()> {
        let next = Batch { bytes: String::with_capacity(self.batch.bytes.len()), rows: Vec::with_capacity(BATCH) };
        let batch = std::mem::replace(&mut self.batch, next);
        self.send(Parsed::Records(batch))
    }

    fn send(&self, parsed: Parsed) -> Result<()> {
        self.sender.send(parsed).map_err(|_| Error::interrupted())
    }
}

impl Sink for Batches {
    fn record(&mut self, draft: Draft) -> Result<()> {
        self.batch.push(&draft);
        if self.batch.is_full() { self.flush() } else { Ok(()) }
    }

    fn reject(&mut self, reject: Reject) -> Result<()> {
        self.send(Parsed::Reject(reject))
    }
}

#[derive(Default)]
struct Written {
    /// Bytes of all texts.
    bytes: u64,
    /// The first ones, for the report.
    rejects: Vec<Reject>,
}

/// Writes what comes.
fn write_batches(tx: &mut Transaction<'_>, source: SourceId, first: RecordId, receiver: Receiver<Parsed>) -> Result<Written> {
    let mut next = first;
    let mut written = Written::default();
    for parsed in receiver {
        match parsed {
            Parsed::Records(batch) => {
                tx.insert_records(source, next, batch.records())?;
                written.bytes += batch.rows.iter().map(|row| row.text as u64).sum::<u64>();
                next = next
                    .0
                    .checked_add(batch.rows.len() as u32)
                    .map(RecordId)
                    .ok_or_else(|| Error::refused("a workspace holds at most 4,294,967,295 records"))?;
            }
            Parsed::Reject(reject) => {
                tx.insert_reject(source, &reject)?;
                if written.rejects.len() < REPORTED_REJECTS {
                    written.rejects.push(reject);
                }
            }
        }
    }
    Ok(written)
}

/// For a dry run: nothing but the rejects.
#[derive(Default)]
struct Listing {
    rejects: Vec<Reject>,
}

impl Sink for Listing {
    fn record(&mut self, _: Draft) -> Result<()> {
        Ok(())
    }

    fn reject(&mut self, reject: Reject) -> Result<()> {
        if self.rejects.len() < REPORTED_REJECTS {
            self.rejects.push(reject);
        }
        Ok(())
    }
}
