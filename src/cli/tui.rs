//! What the environment says about the terminal interface.

use std::path::Path;

use etcetera::{BaseStrategy, choose_base_strategy};

use super::args::{Color, Global};
use crate::error::{Error, Result};
use crate::tui::app::Settings;
use crate::tui::editor::Editor;
use crate::tui::theme::Tone;

/// Opens the screens on a workspace.
pub fn open(path: &Path, global: &Global) -> Result<()> {
    crate::tui::run(path, settings(global)?)
}

fn settings(global: &Global) -> Result<Settings> {
    Ok(Settings {
        tone: variable("COLORFGBG").as_deref().map_or(Tone::Dark, tone),
        no_colour: match global.color {
            Color::Auto => variable("NO_COLOR").is_some(),
            Color::Always => false,
            Color::Never => true,
        },
        mouse: false,
        keys: key_file()?,
        folder: std::env::current_dir().ok(),
        home: etcetera::home_dir().ok(),
        editor: editor(),
        folders: super::folders::folders()?,
    })
}

/// What `$VISUAL` or `$EDITOR` names.
pub fn editor() -> Option<Editor> {
    let command = variable("VISUAL").or_else(|| variable("EDITOR"))?;
    Some(Editor { command, folder: std::env::temp_dir() })
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// `15;0` is white on black; the last number is the background.
fn tone(colours: &str) -> Tone {
    match colours.rsplit(';').next() {
        Some("7" | "15") => Tone::Light,
        _ => Tone::Dark,
    }
}

/// `tamis/keys.toml` in the XDG configuration folder (on macOS too), if it is there.
fn key_file() -> Result<Option<String>> {
    let Ok(folders) = choose_base_strategy() else { return Ok(None) };
    let path = folders.config_dir().join("tamis").join("keys.toml");
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::file(&path, error).hint("fix or remove this file of your own keys")),
    }
}
