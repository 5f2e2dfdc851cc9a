//! Thresholds last looked at, by lens and method: a person's place on the slider, not a change of the data.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::model::{Lens, Policy, Threshold};
use crate::workspace::Workspace;

#[derive(Serialize, Deserialize)]
struct Place {
    threshold: f32,
    policy: Policy,
}

/// Where the slider stood when this lens was last looked at, with this method.
pub fn remembered(workspace: &Workspace, lens: Lens, method: &str) -> Result<Option<(Threshold, Policy)>> {
    let json = workspace.store().preference(&key(lens, method))?;
    let place = json.and_then(|json| serde_json::from_str::<Place>(&json).ok());
    Ok(place.and_then(|place| Some((Threshold::new(f64::from(place.threshold))?, place.policy))))
}

/// Remembers where the slider stands.
pub fn remember(workspace: &mut Workspace, lens: Lens, method: &str, threshold: Threshold, policy: Policy) -> Result<()> {
    let place = Place { threshold: threshold.value(), policy };
    let json = serde_json::to_string(&place).map_err(|e| Error::io("a threshold could not be written").caused_by(e))?;
    workspace.save_derived(|store| store.set_preference(&key(lens, method), &json))
}

fn key(lens: Lens, method: &str) -> String {
    format!("threshold {} {method}", lens.word())
}
