//! The similarity graph that says what a cluster is: the stored one where it fits, otherwise a new one.

use std::sync::Arc;

use super::SplitArgs;
use crate::error::Result;
use crate::ops::duplicates::{self, View, Wish};
use crate::progress::Progress;
use crate::query::Columns;
use crate::shelf::Folders;
use crate::workspace::Workspace;

/// The stored graph if it is of all the present texts and reaches down to the threshold, otherwise a new one. A new one is stored,
/// unless nothing is to be changed.
pub(super) fn fresh_view(
    workspace: &mut Workspace,
    columns: &Columns,
    args: &SplitArgs,
    folders: &Folders,
    progress: &Progress,
) -> Result<View> {
    let stored = duplicates::info(workspace, args.lens)?;
    let wish = stored.as_ref().map_or_else(|| Wish::of(args.lens), Wish::like);
    let wish = Wish { floor: wish.floor.min(args.threshold.value()), filter: String::new(), ..wish };
    let fits = stored.is_some_and(|info| info.floor <= wish.floor && info.filter.is_empty())
        && !duplicates::is_stale(workspace, columns, args.lens)?;
    if fits {
        return duplicates::view(workspace, columns, args.lens);
    }
    let made = duplicates::make(workspace, columns, &wish, folders, progress)?;
    if !args.dry_run {
        duplicates::save(workspace, &made)?;
    }
    let mut view = duplicates::renewed(workspace, columns, Arc::new(made.graph))?;
    // It is of these very columns, whatever is stored.
    view.stale = false;
    Ok(view)
}
