//! Pruning: the image files beneath a root that nobody names go to a trash folder inside that root, and come back from it.
//!
//! | file | idea |
//! |---|---|
//! | [`folder`] | a folder by its handle: whatever a name leads through, it is looked at without following links |
//! | [`list`](mod@list) | the image files beneath a root |
//! | [`journal`] | what was moved, or is about to be |
//! | [`trash`] | the moves, there and back |
//!
//! Everything goes by directory handles of the root (`openat`, `renameat`), through the crate `rustix` that the terminal needs anyway: a
//! name is never resolved twice from `/`, and no symbolic link is followed, wherever it points. (`cap-std` resolves links inside of its
//! folder, which is exactly what must not happen here.) No file is deleted and none is overwritten.
//!
//! A kill at any moment leaves each file in its place or in the trash, with a line of the journal that brings it back: a line is on the
//! disk before the move that it tells of.

pub mod folder;
pub mod journal;
pub mod list;
pub mod trash;

use std::path::{Path, PathBuf};

pub use folder::{Folder, Identity};
pub use list::{ImageFile, Listed, list};
pub use trash::{Moved, Restored, move_away, restore};

/// The folder inside of an image root that pruned files go to.
pub const TRASH: &str = ".tamis-trash";

/// A file or folder that was left as it is, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// Relative to the root.
    pub path: PathBuf,
    pub why: String,
}

impl Skipped {
    fn new(path: &Path, why: impl Into<String>) -> Skipped {
        Skipped { path: path.to_owned(), why: why.into() }
    }
}
