//! Where a person's models and embeddings are kept: the XDG folders, on macOS too.

use etcetera::{BaseStrategy, choose_base_strategy};

use crate::error::{Error, Result};
use crate::shelf::Folders;

/// `tamis` in the folders for data (`$XDG_DATA_HOME`) and for caches (`$XDG_CACHE_HOME`).
pub fn folders() -> Result<Folders> {
    let strategy = choose_base_strategy().map_err(|e| {
        Error::refused("there is no home folder to keep models in")
            .caused_by(e)
            .hint("set HOME, or XDG_DATA_HOME and XDG_CACHE_HOME")
    })?;
    Ok(Folders { data: strategy.data_dir().join("tamis"), cache: strategy.cache_dir().join("tamis") })
}
