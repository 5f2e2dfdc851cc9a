//! What others take: `duplicates_peer.py` in its own Python, one line of JSON a run.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::contest::{Outcome, Way};

/// A folder that `duplicates_peer.py setup` made.
pub struct Peers {
    python: PathBuf,
    pub model: PathBuf,
}

impl Peers {
    pub fn of_environment() -> Option<Peers> {
        let folder = PathBuf::from(std::env::var_os("TAMIS_PEERS")?);
        let peers = Peers { python: folder.join("venv/bin/python"), model: folder.join("model") };
        assert!(peers.python.exists(), "TAMIS_PEERS: there is no venv/bin/python in {}", folder.display());
        Some(peers)
    }

    /// A peer as a way to do the work: the time is that of the work alone, as the script took it.
    pub fn way<'a>(&'a self, name: &str, arguments: Vec<&'a OsStr>) -> Way<'a> {
        Way::new(name, move || {
            let said = self.run(&arguments)?;
            let time = Duration::from_secs_f64(said.get("seconds")?.as_f64()?);
            Some(Outcome { time, note: note(&said) })
        })
    }

    fn run(&self, arguments: &[&OsStr]) -> Option<Value> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/duplicates_peer.py");
        let output = Command::new(&self.python).arg(script).args(arguments).stderr(Stdio::piped()).output().ok()?;
        if !output.status.success() {
            eprintln!("{}", String::from_utf8_lossy(&output.stderr));
        }
        serde_json::from_slice(&output.stdout).ok()
    }
}

/// Version, pairs and how many of ours they are.
fn note(said: &Value) -> String {
    let version = said["versions"].as_object().and_then(|versions| versions.values().next()?.as_str()).unwrap_or_default();
    let mut parts = vec![version.to_owned()];
    parts.extend(said["pairs"].as_u64().map(|pairs| format!("{pairs} pairs")));
    parts.extend(said["recall"].as_f64().map(|recall| format!("recall {recall}")));
    parts.join(", ")
}
