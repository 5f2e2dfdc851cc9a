//! What is checked: the columns, which of the records count, and what several checks need and only one should load.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use super::Asked;
use crate::error::Result;
use crate::model::{Lens, RecordId, Version};
use crate::ops::duplicates::{self, View};
use crate::ops::images::Images;
use crate::progress::Progress;
use crate::query::Columns;
use crate::workspace::Workspace;

/// One run of checks.
pub(super) struct Scope<'a> {
    pub workspace: &'a Workspace,
    /// What the columns are of.
    pub version: Version,
    pub columns: &'a Columns,
    /// Positions of the kept records that it is about, ascending.
    pub kept: Vec<u32>,
    pub asked: &'a Asked,
    images: OnceCell<Images>,
    views: RefCell<Vec<(Lens, Option<Rc<View>>)>>,
}

impl<'a> Scope<'a> {
    /// All kept records, or those among `positions`.
    pub fn new(
        workspace: &'a Workspace,
        version: Version,
        columns: &'a Columns,
        positions: Option<&[u32]>,
        asked: &'a Asked,
    ) -> Scope<'a> {
        let is_kept = |&p: &u32| columns.is_kept(p as usize);
        let mut kept: Vec<u32> = match positions {
            None => (0..columns.len() as u32).filter(is_kept).collect(),
            Some(some) => some.iter().copied().filter(is_kept).collect(),
        };
        kept.sort_unstable();
        Scope { workspace, version, columns, kept, asked, images: OnceCell::new(), views: RefCell::default() }
    }

    /// Whether it is about all kept records, so that a filter can say which.
    pub fn is_whole(&self) -> bool {
        let kept = (0..self.columns.len()).filter(|&p| self.columns.is_kept(p)).count();
        kept == self.kept.len()
    }

    pub fn id(&self, position: u32) -> RecordId {
        self.columns.id(position as usize)
    }

    /// By position: whether the record counts.
    pub fn is_kept(&self) -> Vec<bool> {
        let mut is_kept = vec![false; self.columns.len()];
        self.kept.iter().for_each(|&p| is_kept[p as usize] = true);
        is_kept
    }

    /// A setting as it was in the version.
    pub fn setting(&self, key: &str) -> Result<Option<String>> {
        self.workspace.store().setting_of(self.version, key)
    }

    /// The images that the records name.
    pub fn images(&self, progress: &Progress) -> Result<&Images> {
        if self.images.get().is_none() {
            let images = Images::of(self.workspace.store(), self.version, self.columns, &self.kept, progress)?;
            let _ = self.images.set(images);
        }
        Ok(self.images.get_or_init(Images::default))
    }

    /// The stored graph of a lens, where there is one of the present texts.
    pub fn view(&self, lens: Lens) -> Result<Option<Rc<View>>> {
        if let Some((_, known)) = self.views.borrow().iter().find(|(known, _)| *known == lens) {
            return Ok(known.clone());
        }
        let is_fresh =
            duplicates::info(self.workspace, lens)?.is_some() && !duplicates::is_stale(self.workspace, self.columns, lens)?;
        let view = match is_fresh {
            true => Some(Rc::new(duplicates::view(self.workspace, self.columns, lens)?)),
            false => None,
        };
        self.views.borrow_mut().push((lens, view.clone()));
        Ok(view)
    }
}
