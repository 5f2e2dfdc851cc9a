//! `model add|fetch|list`.

use super::Done;
use super::args;
use super::bar::with_progress;
use super::folders::folders;
use super::out::Out;
use crate::error::Result;
use crate::ops::model::{self, ModelInfo};

pub fn run(command: args::Model, out: &mut Out) -> Result<Done> {
    let folders = folders()?;
    match command {
        args::Model::Add { path } => {
            let added = with_progress(out, |progress| model::add(&folders, &path, progress))?;
            say(&added, out)
        }
        args::Model::Fetch => {
            let endpoint = std::env::var("HF_ENDPOINT").ok().filter(|endpoint| !endpoint.is_empty());
            let fetched = with_progress(out, |progress| model::fetch(&folders, endpoint.as_deref(), progress))?;
            say(&fetched, out)
        }
        args::Model::List => {
            let models = model::list(&folders)?;
            if models.is_empty() && !out.json {
                out.note(
                    "no model yet: `tamis model fetch` downloads all-MiniLM-L6-v2, `tamis model add PATH` takes one from a file",
                )?;
            }
            for model in models {
                line(&model, out)?;
            }
            Ok(Done::All)
        }
    }
}

fn say(model: &ModelInfo, out: &mut Out) -> Result<Done> {
    if out.json {
        out.json(model)?;
    } else {
        out.note(format!("{} is ready ({})", model.name, model.path))?;
    }
    Ok(Done::All)
}

fn line(model: &ModelInfo, out: &mut Out) -> Result<()> {
    if out.json {
        return out.json(model);
    }
    let digest: String = model.digest.chars().take(12).collect();
    out.line(format!("{}  {} numbers  {digest}  {}", model.name, model.dims, model.path))
}
