//! A folder with prompts of our own and a workspace in it, and the command line to ask what happened there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tamis::compose::{EXAMPLE_SEED, example_sources};
use tamis::model::Counts;

pub const TAMIS: &str = env!("CARGO_BIN_EXE_tamis");

pub struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    pub fn new() -> Place {
        Place { folder: tempfile::tempdir().expect("a folder") }
    }

    pub fn workspace(&self) -> PathBuf {
        self.path("prompts.db")
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, bytes).expect("a file");
        path
    }

    /// Writes a source file of the example; where, and what an import must say of it.
    pub fn example(&self, name: &str) -> (PathBuf, Counts) {
        let file = example_sources(EXAMPLE_SEED).into_iter().find(|file| file.name == name).expect("such a file");
        (self.write(file.file_name, &file.bytes), file.promise)
    }

    /// The names in the folder.
    pub fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).expect("a folder");
        let mut names: Vec<_> =
            entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("a name")).collect();
        names.sort();
        names
    }

    /// What a command prints with `--json`, a value a line. Exit 4, a blocked check, is for the caller to find in it.
    #[track_caller]
    pub fn ask(&self, command: &str, more: &[&str]) -> Vec<Value> {
        let output = Command::new(TAMIS).args([command, "--json"]).arg(self.workspace()).args(more).output().expect("tamis runs");
        assert!(matches!(output.status.code(), Some(0 | 4)), "{command}: {}", String::from_utf8_lossy(&output.stderr));
        let lines = output.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        lines.map(|line| serde_json::from_slice(line).expect("JSON")).collect()
    }

    #[track_caller]
    pub fn stats(&self) -> Value {
        self.ask("stats", &[]).remove(0)
    }

    #[track_caller]
    pub fn list(&self, filter: &str) -> Vec<Value> {
        self.ask("list", &[filter])
    }

    #[track_caller]
    pub fn assert_not_blocked(&self) {
        let report = self.ask("check", &[]).remove(0);
        assert_ne!(report["verdict"], "blocked", "{report:#}");
    }
}

/// The real prompts, where this machine has them: they are no part of the repository.
pub fn real_data() -> Option<PathBuf> {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    ["../shared/data", "../../shared/data"].map(|place| repository.join(place)).into_iter().find(|folder| folder.is_dir())
}
