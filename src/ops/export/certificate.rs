//! The certificate of an export: what is proven of the borders between its splits.

use super::Selected;
use crate::error::Result;
use crate::ops::leaks::{self, Certificate};
use crate::progress::Progress;
use crate::shelf::Folders;
use crate::workspace::Workspace;

/// `None` where there are no two splits, or nothing to prove it by.
pub fn of(workspace: &Workspace, selected: &Selected, folders: &Folders, progress: &Progress) -> Result<Option<Certificate>> {
    if splits(selected) < 2 {
        return Ok(None);
    }
    leaks::certificate_of(workspace, selected.version, &selected.columns, folders, progress)
}

/// Splits that exported records are in.
fn splits(selected: &Selected) -> usize {
    let mut is_in = vec![false; selected.columns.names.splits.len()];
    for split in selected.positions.iter().filter_map(|&p| selected.columns.split(p as usize)) {
        is_in[usize::from(split)] = true;
    }
    is_in.into_iter().filter(|is_in| *is_in).count()
}
