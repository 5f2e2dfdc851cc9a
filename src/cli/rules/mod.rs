//! `rules …`: one file per command or group of them.
//!
//! | file | commands |
//! |---|---|
//! | [`show`] | `list`, `show`, `export` |
//! | [`keep`] | `new`, `import`, `remove`, `enable`, `disable`, `move` |
//! | [`edit`] | `edit`, by a given text or in the user's own editor |
//! | [`try_out`] | `test` |
//! | [`preview`], [`diff`] | `preview`: counts, or records with their word diffs |
//! | [`check`] | `check` |
//! | [`apply`] | `apply`, `clear` |
//! | [`refuse`] | `refuse` |
//! | [`filter`] | `filter` |

mod apply;
mod check;
mod diff;
mod edit;
mod filter;
mod keep;
mod preview;
mod refuse;
mod show;
mod try_out;

use super::Done;
use super::args;
use super::out::Out;
use crate::error::{Error, Result};
use crate::rules::Pipeline;
use crate::rules::harm::{Warning, Warnings};
use crate::sources::Options;

pub fn run(command: args::Rules, out: &mut Out) -> Result<Done> {
    match command {
        args::Rules::List { workspace } => show::list(workspace.as_deref(), out),
        args::Rules::Show { workspace, pipeline } => show::show(workspace.as_deref(), pipeline.pipeline.as_deref(), out),
        args::Rules::Export(args) => show::export(&args, out),
        args::Rules::New(args) => keep::new(&args, out),
        args::Rules::Import(args) => keep::import(&args, out),
        args::Rules::Remove { workspace, name } => keep::remove(&workspace, &name, out),
        args::Rules::Enable(args) => keep::switch(&args, true, out),
        args::Rules::Disable(args) => keep::switch(&args, false, out),
        args::Rules::Move(args) => keep::move_rule(&args, out),
        args::Rules::Edit(args) => edit::edit(&args, out),
        args::Rules::Test { text, pipeline } => try_out::test(&text, pipeline.pipeline.as_deref(), out),
        args::Rules::Preview(args) => preview::preview(&args, out),
        args::Rules::Check { workspace, pipeline } => check::check(&workspace, pipeline.pipeline.as_deref(), out),
        args::Rules::Apply { workspace, pipeline, fixpoint, dry_run } => {
            let how = apply::How { named: pipeline.pipeline.as_deref(), fixpoint, dry_run };
            apply::apply(&workspace, &how, out)
        }
        args::Rules::Clear(args) => apply::clear(&args.workspace, out),
        args::Rules::Refuse(args) => refuse::refuse(&args, out),
        args::Rules::Filter { file, pipeline, format, text_column, cleaned, output } => {
            let format = format.as_deref().map(super::import::format_of).transpose()?;
            let options = Options { format, text_column, ..Options::default() };
            filter::filter(&file, &options, pipeline.pipeline.as_deref(), cleaned, output.as_deref(), out)
        }
    }
}

/// Index of the rule with this name.
fn rule_index(pipeline: &Pipeline, name: &str) -> Result<usize> {
    pipeline.rules().iter().position(|rule| rule.name == name).ok_or_else(|| {
        Error::refused(format!("{} has no rule {name}", pipeline.name()))
            .hint(format!("`tamis rules show WORKSPACE --pipeline {}` shows its rules", pipeline.name()))
    })
}

/// A place among `count`, counted from 1, as an index.
fn index_of_place(place: usize, count: usize) -> Result<usize> {
    match place.checked_sub(1) {
        Some(index) if index < count => Ok(index),
        _ => Err(Error::usage(format!("there is no place {place}")).hint(format!("give a number from 1 to {count}"))),
    }
}

/// Name of the rule with this index.
fn rule_name(pipeline: &Pipeline, index: usize) -> &str {
    pipeline.rules().get(index).map_or("", |rule| &rule.name)
}

fn words_of(warnings: Warnings) -> Vec<&'static str> {
    warnings.iter().map(Warning::word).collect()
}
