//! export: the kept records, exactly as seen, in a layout that trainers load.
//!
//! The records are chosen and checked, then planned and written in one read transaction, which refuses where the workspace changed in
//! between; so a mark that another tamis sets meanwhile is in it or not. A snapshot is the same whatever happens, and so are its bytes.

mod checks;
mod provenance;
mod selected;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::Serialize;

use self::selected::Selected;
pub(super) use self::selected::prefixed;
use super::CommandLine;
use super::check::Depth;
use super::leaks;
use crate::error::{Error, Result};
use crate::export::{self, About, Checked, FieldChoice, Images, Layout, Manifest, Plan, VerifyReport};
use crate::progress::Progress;
use crate::shelf::Folders;
use crate::workspace::Workspace;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportArgs {
    pub target: PathBuf,
    pub layout: Layout,
    /// Narrows what is exported; dropped records are never part of it.
    pub filter: String,
    /// The snapshot that is exported; `None`: the present state.
    pub snapshot: Option<String>,
    /// `None`: linked where records name images, else none.
    pub images: Option<Images>,
    pub with: Vec<String>,
    pub fields: FieldChoice,
    /// Every source's name goes before its file names, unless it has a prefix of its own.
    pub prefix_sources: bool,
    pub about: About,
    /// Names of checks that may be blocked.
    pub despite: Vec<String>,
    /// Where the certificate finds the digest of a model.
    pub folders: Folders,
    pub force: bool,
}

impl ExportArgs {
    /// All kept records, and nothing special.
    pub fn new(target: impl Into<PathBuf>, layout: Layout) -> Self {
        ExportArgs {
            target: target.into(),
            layout,
            filter: String::new(),
            snapshot: None,
            images: None,
            with: Vec::new(),
            fields: FieldChoice::All,
            prefix_sources: false,
            about: About::default(),
            despite: Vec::new(),
            folders: Folders::default(),
            force: false,
        }
    }
}

/// Exactly what an export would write.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExportPlan {
    pub layout: &'static str,
    pub images_by: &'static str,
    pub target: String,
    pub records: u64,
    pub splits: BTreeMap<String, u64>,
    /// The data files; of caption files the pattern.
    pub files: Vec<PlannedFile>,
    /// Image files and their bytes.
    pub images: u64,
    pub image_bytes: u64,
    /// The other files: the card, the manifest and the like.
    pub own_files: Vec<&'static str>,
    /// What a person should change before the set is published.
    pub warnings: Vec<String>,
    pub checks: Vec<Checked>,
    /// Checks that are blocked and not overridden: the export will be refused.
    pub blocked: Vec<String>,
    /// Checks that are blocked and overridden, and of a snapshot all that would be: the export will say so.
    pub overridden: Vec<String>,
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
    /// Image files.
    pub images: u64,
    pub warnings: Vec<String>,
    pub manifest: Manifest,
}

impl ExportReport {
    pub fn records(&self) -> u64 {
        self.manifest.counts.total
    }
}

/// What would be written; nothing is.
pub fn plan(workspace: &mut Workspace, args: &ExportArgs, progress: &Progress) -> Result<ExportPlan> {
    plan_as(workspace, args, Depth::Full, progress)
}

/// For a screen: as [`plan`] with the quick checks alone, and refuses what [`export`](fn@export) would refuse by what is known so far: no
/// records, a target that may not be written, a blocked check.
pub fn ready(workspace: &mut Workspace, args: &ExportArgs, progress: &Progress) -> Result<ExportPlan> {
    export::require_target(&args.target, args.force)?;
    let plan = plan_as(workspace, args, Depth::Quick, progress)?;
    export::require_records(plan.records)?;
    checks::require(&plan.blocked, &args.despite)?;
    Ok(plan)
}

/// As [`plan`], with the checks of a depth.
pub fn plan_as(workspace: &mut Workspace, args: &ExportArgs, depth: Depth, progress: &Progress) -> Result<ExportPlan> {
    let selected = workspace.read(|store| Selected::new(store, args, progress))?;
    let passage = checks::before(workspace, &selected, args, depth, None, progress)?;
    let plan = workspace.read(|store| {
        selected.require_unchanged(store)?;
        selected.plan(store, progress)
    })?;
    Ok(ExportPlan {
        layout: args.layout.word(),
        images_by: plan.options.images.word(),
        target: args.target.display().to_string(),
        records: plan.total,
        splits: plan.splits.clone(),
        files: plan.files.iter().map(|f| PlannedFile { path: f.path.clone(), records: f.records }).collect(),
        images: plan.images,
        image_bytes: plan.image_bytes,
        own_files: plan.own_files(),
        warnings: plan.warnings,
        checks: passage.checks,
        blocked: passage.blocked,
        overridden: passage.overridden,
    })
}

/// Writes the export: checked, complete and verified, or nothing.
pub fn export(workspace: &mut Workspace, args: &ExportArgs, progress: &Progress) -> Result<ExportReport> {
    export::require_target(&args.target, args.force)?;
    let selected = workspace.read(|store| Selected::new(store, args, progress))?;
    export::require_records(selected.positions.len() as u64)?;
    let about = leaks::About { positions: Some(&selected.positions), ..leaks::About::default() };
    let certificate = leaks::certify(workspace, selected.version, &selected.columns, about, &args.folders, progress)?;
    let passage = checks::before(workspace, &selected, args, Depth::Full, certificate.as_ref(), progress)?;
    checks::require(&passage.blocked, &args.despite)?;
    let (plan, manifest) = workspace.read(|store| {
        selected.require_unchanged(store)?;
        let plan: Plan = selected.plan(store, progress)?;
        let provenance = provenance::of(store, &selected, args, passage, certificate)?;
        let manifest = export::write(&plan, &args.target, selected.records(store), &provenance, args.force, progress)?;
        Ok((plan, manifest))
    })?;
    let target = args.target.display().to_string();
    Ok(ExportReport { target, digest: manifest.digest()?, images: plan.images, warnings: plan.warnings, manifest })
}

/// Writes the records as one stream; how many. A stream has no manifest and claims nothing, so no check holds it up.
pub fn stream(workspace: &mut Workspace, args: &ExportArgs, out: &mut dyn Write, progress: &Progress) -> Result<u64> {
    if !args.layout.streams() {
        return Err(Error::usage(format!("the layout {} cannot go to standard output", args.layout.word()))
            .hint("use --layout jsonl, txt or csv, or name a folder"));
    }
    workspace.read(|store| {
        let selected = Selected::new(store, args, progress)?;
        let plan = selected.plan(store, progress)?;
        export::write_stream(&plan, out, selected.records(store), progress)
    })
}

/// Checks an exported folder against its manifest.
pub fn verify(folder: &Path, progress: &Progress) -> Result<VerifyReport> {
    export::verify(folder, progress)
}

/// The equivalent command. The target is not part of it: the same export elsewhere has the same bytes.
fn command_line(args: &ExportArgs) -> String {
    let list = |words: &[String]| Some(words.join(",")).filter(|words| !words.is_empty());
    CommandLine::anywhere("export")
        .arg("DIR")
        .option("--layout", args.layout.word())
        .maybe("--filter", Some(&args.filter).filter(|f| !f.is_empty()))
        .maybe("--snapshot", args.snapshot.as_ref())
        .maybe("--images", args.images.map(Images::word))
        .maybe("--with", list(&args.with))
        .maybe("--fields", Some(args.fields.words()).filter(|_| args.fields != FieldChoice::All))
        .flag("--prefix-sources", args.prefix_sources)
        .maybe("--title", args.about.title.as_ref())
        .maybe("--id", args.about.id.as_ref())
        .maybe("--licence", args.about.licence.as_ref())
        .maybe("--despite", list(&args.despite))
        .to_string()
}
