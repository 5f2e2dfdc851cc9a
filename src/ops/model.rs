//! model: the models that texts are embedded with, on the person's own shelf.

use std::path::Path;

use serde::Serialize;

use crate::error::Result;
use crate::progress::Progress;
use crate::shelf::model::MINILM;
use crate::shelf::{Folders, Kept, archive, hub};

/// A model, as it is listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ModelInfo {
    pub name: String,
    pub digest: String,
    /// Numbers in an embedding.
    pub dims: usize,
    pub path: String,
}

impl From<Kept> for ModelInfo {
    fn from(kept: Kept) -> ModelInfo {
        ModelInfo { name: kept.name, digest: kept.digest, dims: kept.dims, path: kept.path.display().to_string() }
    }
}

/// The models there are; the one that is used first.
pub fn list(folders: &Folders) -> Result<Vec<ModelInfo>> {
    Ok(folders.shelf().list()?.into_iter().map(ModelInfo::from).collect())
}

/// Takes a model in from a folder, a wheel or a zip.
pub fn add(folders: &Folders, path: &Path, progress: &Progress) -> Result<ModelInfo> {
    progress.stage("reading the model", "", 0)?;
    let files = archive::read(path)?;
    let called = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    folders.shelf().add(&files, &called).map(ModelInfo::from).map_err(|e| e.about(path))
}

/// Downloads all-MiniLM-L6-v2 from the hub, or from the mirror at `endpoint`.
pub fn fetch(folders: &Folders, endpoint: Option<&str>, progress: &Progress) -> Result<ModelInfo> {
    let files = hub::fetch(endpoint.unwrap_or(hub::ENDPOINT), progress)?;
    folders.shelf().add(&files, MINILM).map(ModelInfo::from)
}
