//! prune: the image files that no kept record names go to a trash folder inside their image root, and come back.
//!
//! [`plan`] says what would go, [`apply`] moves it after a second look at what is kept, [`restore`] brings it back. The workspace is only
//! read: which files lie where is no part of it.
//!
//! A file that a kept record of any active source names, now or in a snapshot, stays, wherever roots lie in one another: by its path from `/`, and by the very
//! file, so that one that is reached by another spelling or a link stays too.

use std::path::{Path, PathBuf};

use rayon::prelude::*;
use rustc_hash::FxHashSet;
use serde::Serialize;
use xxhash_rust::xxh3::xxh3_128;

use super::images::Images;
use crate::error::{Error, Result};
use crate::export::plain_path;
use crate::model::{RecordId, Version};
use crate::progress::Progress;
use crate::prune::{self, ImageFile, Listed, Skipped, TRASH};
use crate::query::Columns;
use crate::workspace::Workspace;

/// What would be moved, and what is missing.
#[derive(Debug, Clone, Serialize)]
pub struct PrunePlan {
    pub files: u64,
    pub bytes: u64,
    pub roots: Vec<RootPlan>,
    /// Image roots that are not looked into, and why.
    pub left_out: Vec<SkippedFile>,
    /// Kept records whose image file is not there.
    pub gone: Vec<Gone>,
}

#[derive(Debug, Clone, Serialize)]
pub struct RootPlan {
    pub root: String,
    /// Image files beneath the root.
    pub images: u64,
    /// Those that would be moved.
    pub files: Vec<PlannedFile>,
    pub bytes: u64,
    /// Folders that were not looked into.
    pub skipped: Vec<SkippedFile>,
    #[serde(skip)]
    listed: Listed,
    #[serde(skip)]
    unnamed: Vec<ImageFile>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlannedFile {
    /// Relative to the root.
    pub path: String,
    pub bytes: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SkippedFile {
    pub path: String,
    pub why: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gone {
    pub id: RecordId,
    pub source: String,
    pub path: String,
}

/// What was moved.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct PruneReport {
    pub files: u64,
    pub bytes: u64,
    pub roots: Vec<RootReport>,
    /// It was cancelled between two moves; what was moved until then is in the trash.
    pub stopped: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RootReport {
    pub root: String,
    /// The folder that the files are in now; `None` where none was moved.
    pub trash: Option<String>,
    pub files: u64,
    pub bytes: u64,
    pub skipped: Vec<SkippedFile>,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct RestoreReport {
    pub files: u64,
    pub roots: Vec<RestoredRoot>,
    pub stopped: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RestoredRoot {
    pub root: String,
    pub files: u64,
    pub skipped: Vec<SkippedFile>,
}

/// Lists the image files that no kept record names, beneath every image root or the one that is named.
///
/// A root is left out where no record at all has its image: what lies there belongs to somebody else. Errors: refused where `root` is no
/// image root of this workspace, or is left out.
pub fn plan(workspace: &mut Workspace, root: Option<&Path>, progress: &Progress) -> Result<PrunePlan> {
    let known = Known::of(workspace, progress)?;
    let mut plan = PrunePlan { files: 0, bytes: 0, roots: Vec::new(), left_out: Vec::new(), gone: known.gone.clone() };
    let wanted = root.map(|root| known.root(root)).transpose()?;
    for place in known.roots.iter().filter(|place| wanted.as_ref().is_none_or(|wanted| *wanted == place.root)) {
        if !place.in_use {
            let why = "no record has its image there, so that what lies there is somebody else's";
            plan.left_out.push(SkippedFile { path: place.root.display().to_string(), why: why.to_owned() });
        } else if wanted.is_some() || !known.is_covered(&place.root) {
            let listed = prune::list(&place.root, progress)?;
            plan.add(RootPlan::new(listed, &known));
        }
    }
    match (wanted, plan.left_out.as_slice()) {
        (Some(_), [only]) => Err(Error::refused(format!("{}: {}", only.path, only.why))
            .hint("nothing was moved; `tamis sources WORKSPACE` shows where images are looked for")),
        _ => Ok(plan),
    }
}

/// Moves the files of a plan, but for those that a kept record names by now and those that changed.
pub fn apply(workspace: &mut Workspace, plan: &PrunePlan, progress: &Progress) -> Result<PruneReport> {
    let known = Known::of(workspace, progress)?;
    let mut report = PruneReport::default();
    for root in &plan.roots {
        let (files, named): (Vec<ImageFile>, Vec<ImageFile>) =
            root.unnamed.iter().cloned().partition(|file| !known.stays(&root.listed.root, file));
        let moved = prune::move_away(&root.listed, &files, progress)?;
        let now_named =
            named.iter().map(|file| Skipped { path: file.path.clone(), why: "a kept record names it now".to_owned() });
        let trash = moved.number.map(|number| root.listed.root.join(TRASH).join(number.to_string()).display().to_string());
        report.files += moved.files;
        report.bytes += moved.bytes;
        report.stopped |= moved.stopped;
        report.roots.push(RootReport {
            root: root.root.clone(),
            trash,
            files: moved.files,
            bytes: moved.bytes,
            skipped: moved.skipped.iter().cloned().chain(now_named).map(SkippedFile::of).collect(),
        });
        if report.stopped {
            break;
        }
    }
    Ok(report)
}

/// Brings back what was pruned, beneath every image root or beneath the folder that is named.
pub fn restore(workspace: &mut Workspace, root: Option<&Path>, progress: &Progress) -> Result<RestoreReport> {
    let mut roots: Vec<PathBuf> = match root {
        Some(root) => vec![root.canonicalize().map_err(|e| Error::file(root, e))?],
        None => {
            let given = workspace.store().sources()?.into_iter().filter_map(|source| source.image_root);
            given.filter_map(|root| Path::new(&root).canonicalize().ok()).collect()
        }
    };
    roots.sort_unstable();
    roots.dedup();
    let mut report = RestoreReport::default();
    for root in roots {
        let restored = prune::restore(&root, progress)?;
        report.files += restored.files;
        report.stopped |= restored.stopped;
        report.roots.push(RestoredRoot {
            root: root.display().to_string(),
            files: restored.files,
            skipped: restored.skipped.into_iter().map(SkippedFile::of).collect(),
        });
        if report.stopped {
            break;
        }
    }
    Ok(report)
}

impl PrunePlan {
    fn add(&mut self, root: RootPlan) {
        self.files += root.files.len() as u64;
        self.bytes += root.bytes;
        self.roots.push(root);
    }
}

impl RootPlan {
    fn new(listed: Listed, known: &Known) -> RootPlan {
        let unnamed: Vec<ImageFile> = listed.files.iter().filter(|file| !known.stays(&listed.root, file)).cloned().collect();
        let planned = |file: &ImageFile| PlannedFile { path: file.path.display().to_string(), bytes: file.identity.size };
        RootPlan {
            root: listed.root.display().to_string(),
            images: listed.files.len() as u64,
            files: unnamed.iter().map(planned).collect(),
            bytes: unnamed.iter().map(|file| file.identity.size).sum(),
            skipped: listed.skipped.iter().cloned().map(SkippedFile::of).collect(),
            unnamed,
            listed,
        }
    }
}

impl SkippedFile {
    fn of(skipped: Skipped) -> SkippedFile {
        SkippedFile { path: skipped.path.display().to_string(), why: skipped.why }
    }
}

/// What the workspace knows of images.
struct Known {
    roots: Vec<Root>,
    /// Digests of the paths that kept records name.
    paths: FxHashSet<u128>,
    /// Device and inode of the files behind them.
    files: FxHashSet<(u64, u64)>,
    gone: Vec<Gone>,
}

/// An image root, without links in it.
struct Root {
    root: PathBuf,
    /// A record has its image there.
    in_use: bool,
}

impl Known {
    fn of(workspace: &mut Workspace, progress: &Progress) -> Result<Known> {
        let (columns, images) = workspace.read(|store| {
            let columns = store.load_columns(progress)?;
            let all: Vec<u32> = (0..columns.len() as u32).collect();
            let images = Images::of(store, Version::Now, &columns, &all, progress)?;
            Ok((columns, images))
        })?;
        let mut known = Known::with_roots(&images);
        known.look(&images, &columns, progress)?;
        for snapshot in workspace.store().snapshots()? {
            known.keep_for(workspace, Version::Snapshot(snapshot.id), progress)?;
        }
        Ok(known)
    }

    /// What a version's kept records name stays too: its export is to have the same bytes every time.
    fn keep_for(&mut self, workspace: &mut Workspace, version: Version, progress: &Progress) -> Result<()> {
        let (columns, images) = workspace.read(|store| {
            let columns = store.load_columns_of(version, progress)?;
            let kept: Vec<u32> = (0..columns.len() as u32).filter(|&p| columns.is_kept(p as usize)).collect();
            let images = Images::of(store, version, &columns, &kept, progress)?;
            Ok((columns, images))
        })?;
        for named in images.iter(&columns) {
            let root = images.sources.get(named.source).and_then(|place| place.root.as_ref());
            let Some((root, plain)) = root.zip(plain_path(named.name).ok()) else { continue };
            self.keep(&root.join(plain));
        }
        Ok(())
    }

    /// The file at this path stays, and what it leads to.
    fn keep(&mut self, path: &Path) {
        use std::os::unix::fs::MetadataExt;
        if self.paths.insert(digest(path))
            && let Ok(meta) = std::fs::metadata(path)
        {
            self.files.insert((meta.dev(), meta.ino()));
        }
    }

    fn with_roots(images: &Images) -> Known {
        let mut roots: Vec<PathBuf> = images.sources.iter().filter_map(|place| place.root.clone()).collect();
        roots.sort_unstable();
        roots.dedup();
        let roots = roots.into_iter().map(|root| Root { root, in_use: false }).collect();
        Known { roots, paths: FxHashSet::default(), files: FxHashSet::default(), gone: Vec::new() }
    }

    /// Looks at the file of every record, kept or not.
    fn look(&mut self, images: &Images, columns: &Columns, progress: &Progress) -> Result<()> {
        let named: Vec<_> = images.iter(columns).collect();
        progress.stage("looking for images", "records", named.len() as u64)?;
        let looks = named.par_iter().map(|named| {
            progress.add(1)?;
            let root = images.sources.get(named.source).and_then(|place| place.root.as_ref());
            let Some((root, plain)) = root.zip(plain_path(named.name).ok()) else { return Ok(None) };
            let path = root.join(plain);
            let digest = digest(&path);
            // Through links, so that whatever a kept record leads to stays.
            Ok(Some((digest, std::fs::metadata(path).ok())))
        });
        let looks: Vec<_> = looks.collect::<Result<_>>()?;
        for (named, look) in named.iter().zip(looks) {
            let is_kept = columns.is_kept(named.position as usize);
            let place = images.sources.get(named.source);
            let meta = look.as_ref().and_then(|(_, meta)| meta.as_ref());
            if meta.is_some()
                && let Some(root) =
                    self.roots.iter_mut().find(|root| place.is_some_and(|place| place.root.as_ref() == Some(&root.root)))
            {
                root.in_use = true;
            }
            if !is_kept {
                continue;
            }
            self.paths.extend(look.as_ref().map(|(digest, _)| *digest));
            match meta {
                Some(meta) => {
                    use std::os::unix::fs::MetadataExt;
                    self.files.insert((meta.dev(), meta.ino()));
                }
                None => self.gone.push(Gone {
                    id: columns.id(named.position as usize),
                    source: place.map_or_else(String::new, |place| place.source.clone()),
                    path: named.name.to_owned(),
                }),
            }
        }
        Ok(())
    }

    /// Whether a kept record names the file.
    fn stays(&self, root: &Path, file: &ImageFile) -> bool {
        let is = file.identity;
        self.paths.contains(&digest(&root.join(&file.path))) || self.files.contains(&(is.device, is.inode))
    }

    /// The image root that a person named.
    fn root(&self, named: &Path) -> Result<PathBuf> {
        let path = named.canonicalize().map_err(|e| Error::file(named, e))?;
        if self.roots.iter().any(|root| root.root == path) {
            return Ok(path);
        }
        let roots: Vec<String> = self.roots.iter().map(|root| root.root.display().to_string()).collect();
        let hint = match roots.is_empty() {
            true => "no source has any; `tamis import … --images DIR` names one".to_owned(),
            false => format!("the image roots are {}", roots.join(", ")),
        };
        Err(Error::refused(format!("{} is no image root of this workspace", named.display())).hint(hint))
    }

    /// Whether a listing of another root that is in use looks into this one too: hidden folders are looked into from themselves alone.
    fn is_covered(&self, root: &Path) -> bool {
        let is_outer = |outer: &&Root| outer.in_use && outer.root != root && root.starts_with(&outer.root);
        self.roots.iter().filter(is_outer).any(|outer| {
            let between = root.strip_prefix(&outer.root).unwrap_or(Path::new("."));
            between.components().all(|part| !part.as_os_str().as_encoded_bytes().starts_with(b"."))
        })
    }
}

fn digest(path: &Path) -> u128 {
    xxh3_128(path.as_os_str().as_encoded_bytes())
}
