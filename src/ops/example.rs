//! example: the workspace that ships with tamis, rebuilt from phrase lists in `assets/compose` by the same verbs that a curator uses.

use std::path::{Path, PathBuf};

use super::import::{ImportArgs, import};
use super::mark::{MarkArgs, mark};
use super::split::SplitArgs;
use super::{duplicates, edit, query, rules, snapshot, split, undo};
use crate::compose::{self, ExampleFile};
use crate::error::{Error, Result};
use crate::model::{Lens, Mark, Policy, RecordId, Threshold};
use crate::progress::Progress;
use crate::rules::Pipeline;
use crate::shelf::Folders;
use crate::splits::Targets;
use crate::workspace::{Clock, Workspace};

/// The file in the repository, inside the program: `tamis demo` works wherever the program is.
const EXAMPLE: &[u8] = include_bytes!("../../workspace.db.example");

/// When the example's operations happened: 2026-11-01 12:00:00 UTC, so that a rebuild is the same every time.
const WHEN: i64 = 1_793_534_400_000;

/// Puts a copy of the example into a new folder below `folder`; the path of the copy.
pub fn copy_to(folder: &Path) -> Result<PathBuf> {
    let new = (0..1000)
        .map(|n| folder.join(format!("tamis-demo-{}-{n}", std::process::id())))
        .find(|path| std::fs::create_dir(path).is_ok())
        .ok_or_else(|| {
            Error::io(format!("no folder could be made in {}", folder.display()))
                .hint("set TMPDIR to a folder that you may write to")
        })?;
    let path = new.join(NAME);
    std::fs::write(&path, EXAMPLE).map_err(|e| Error::file(&path, e))?;
    Ok(path)
}

/// The name of a copy, and the one that the example's operations know it by.
const NAME: &str = "workspace.db";

/// Builds the example anew at `path`, which must not exist. It holds the same whatever that path is.
pub fn rebuild(path: &Path) -> Result<()> {
    if path.symlink_metadata().is_ok() {
        return Err(
            Error::refused(format!("{} is there already", path.display())).hint("name another file, or move this one away")
        );
    }
    let folder = scratch_folder(path)?;
    let made =
        build(&folder.join(NAME)).and_then(|()| std::fs::rename(folder.join(NAME), path).map_err(|e| Error::file(path, e)));
    let _ = std::fs::remove_dir_all(&folder);
    made
}

fn build(path: &Path) -> Result<()> {
    let mut workspace = Workspace::create(path)?.with_clock(Clock::Fixed(WHEN));
    fill(&mut workspace)?;
    workspace.finish_as_one_file()
}

/// What a curator did on a first day.
fn fill(workspace: &mut Workspace) -> Result<()> {
    let progress = Progress::none();
    for file in compose::example_sources(compose::EXAMPLE_SEED) {
        import_example(workspace, &file, &progress)?;
    }
    let default = Pipeline::builtin("default").ok_or_else(|| Error::refused("there is no default pipeline"))?;
    rules::apply(workspace, &default, Some("default"), &progress)?;
    snapshot::create(workspace, "cleaned", &Folders::default(), &progress)?;
    mark_some(workspace, "~watercolour state:undecided", 12, Mark::Keep, None, &progress)?;
    mark_some(workspace, "chars:>400 state:undecided", 5, Mark::Flag, Some("too long?"), &progress)?;
    mark_some(workspace, "/[ぁ-ん가-힣]/ state:undecided", 6, Mark::Flag, Some("translate"), &progress)?;
    mark_some(workspace, "clip_score:<0.2 state:undecided", 15, Mark::Drop, Some("image does not show it"), &progress)?;
    edit_first(workspace, &progress)?;
    duplicates::build(workspace, &duplicates::Wish::of(Lens::Lexical), &Folders::default(), &progress)?;
    let columns = query::columns(workspace, &progress)?;
    let view = duplicates::view(workspace, &columns, Lens::Lexical)?;
    duplicates::apply(workspace, &view, Threshold::from_thousandths(800), Policy::Cover, None, &progress)?;
    let targets = Targets::parse("train=90,validation=10", "")?;
    split::split(workspace, SplitArgs::of(targets), &Folders::default(), &progress)?;
    snapshot::create(workspace, "v1", &Folders::default(), &progress)?;
    // One operation that was taken back, to be found in the history.
    mark_some(workspace, "source:forum state:undecided", 3, Mark::Drop, Some("by mistake"), &progress)?;
    undo::undo(workspace, None, &progress)?;
    Ok(())
}

/// Imports a file's bytes from a scratch folder, known by its name alone: a rebuild elsewhere must be the same.
fn import_example(workspace: &mut Workspace, file: &ExampleFile, progress: &Progress) -> Result<()> {
    let folder = scratch_folder(workspace.path())?;
    let path = folder.join(file.file_name);
    let imported = std::fs::write(&path, &file.bytes).map_err(|e| Error::file(&path, e)).and_then(|()| {
        let args = ImportArgs {
            files: vec![path.clone()],
            known_as: Some(PathBuf::from(file.file_name)),
            source: Some(file.name.to_owned()),
            prefix: file.prefix.map(str::to_owned),
            split: file.split.map(str::to_owned),
            protect: file.protected,
            ..ImportArgs::default()
        };
        import(workspace, args, progress)
    });
    let _ = std::fs::remove_file(&path);
    let _ = std::fs::remove_dir(&folder);
    imported.map(|_| ())
}

/// A new folder beside the workspace.
fn scratch_folder(workspace: &Path) -> Result<PathBuf> {
    let parent = workspace.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = parent.join(format!(".tamis-example-{}", std::process::id()));
    std::fs::create_dir(&folder).map_err(|e| Error::file(&folder, e))?;
    Ok(folder)
}

/// Marks the first `n` records that a filter finds.
fn mark_some(
    workspace: &mut Workspace,
    filter: &str,
    n: usize,
    word: Mark,
    reason: Option<&str>,
    progress: &Progress,
) -> Result<()> {
    let columns = query::columns(workspace, progress)?;
    let query = query::parse(&columns, filter, None)?;
    let hits = query::select(workspace, &columns, &query, progress)?;
    let records: Vec<RecordId> = query::ids(&columns, &hits).into_iter().take(n).collect();
    let args = MarkArgs { records, mark: Some(word), reason: reason.map(str::to_owned), filter: None };
    mark(workspace, args, progress).map(|_| ())
}

/// Corrects a text by hand: the first kept one that begins in lower case gets a capital and a full stop.
fn edit_first(workspace: &mut Workspace, progress: &Progress) -> Result<()> {
    let columns = query::columns(workspace, progress)?;
    let query = query::parse(&columns, "/^[a-z].*[a-z]$/ state:undecided source:forum", None)?;
    let hits = query::select(workspace, &columns, &query, progress)?;
    let Some(&position) = hits.positions.first() else { return Ok(()) };
    let text = columns.text(position as usize);
    let (first, rest) = text.split_at(1);
    edit::edit(workspace, columns.id(position as usize), Some(format!("{}{rest}.", first.to_uppercase()))).map(|_| ())
}
