//! The words of `rules …`.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{ArgGroup, Args, Subcommand, ValueEnum};

use super::Workspace;
use crate::rules::harm::Warning;

#[derive(Debug, Args)]
pub struct Pipeline {
    /// A TOML file, or the name of a pipeline that `rules list` shows (default: that of the one in force, else `default`).
    #[arg(long, value_name = "FILE|NAME")]
    pub pipeline: Option<String>,
}

/// A pipeline that the workspace keeps.
#[derive(Debug, Args)]
pub struct Kept {
    /// A pipeline that `rules list` shows (default: the name of the one in force, else `default`).
    #[arg(long, value_name = "NAME")]
    pub pipeline: Option<String>,
}

#[derive(Debug, Subcommand)]
pub enum Rules {
    /// Lists the pipelines there are.
    List {
        #[arg(value_name = "WS")]
        workspace: Option<PathBuf>,
    },
    /// Prints a pipeline as TOML.
    Show {
        #[arg(value_name = "WS")]
        workspace: Option<PathBuf>,
        #[command(flatten)]
        pipeline: Pipeline,
    },
    /// Makes a pipeline of your own: empty, or like another one.
    New(NewRules),
    /// Rewrites a pipeline or one of its rules, adds or removes one.
    Edit(EditRules),
    /// Takes a pipeline in from a TOML file.
    Import(ImportRules),
    /// Writes a pipeline as a TOML file, or to standard output.
    Export(ExportRules),
    /// Removes one of your pipelines; what is in force stays in force.
    Remove {
        #[arg(value_name = "WS")]
        workspace: PathBuf,
        name: String,
    },
    /// Switches a rule on, or the run to the fixpoint.
    Enable(Switch),
    /// Switches a rule off, or the run to the fixpoint.
    Disable(Switch),
    /// Puts a rule at another place.
    Move(MoveRule),
    /// Puts one text through every rule.
    Test {
        text: String,
        #[command(flatten)]
        pipeline: Pipeline,
    },
    /// Counts per rule what a pipeline would change and drop, and what harm that may do; changes nothing.
    Preview(Preview),
    /// Runs a pipeline on its own results until nothing changes any more; exit code 4 when that never comes. Changes nothing.
    Check {
        #[arg(value_name = "WS")]
        workspace: PathBuf,
        #[command(flatten)]
        pipeline: Pipeline,
    },
    /// Puts a pipeline in force, as one operation.
    Apply {
        #[arg(value_name = "WS")]
        workspace: PathBuf,
        #[command(flatten)]
        pipeline: Pipeline,
        /// Runs it on its own results until nothing changes any more.
        #[arg(long)]
        fixpoint: bool,
        /// Says what it would do; changes nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Takes the pipeline in force back.
    Clear(Workspace),
    /// Refuses what rules do to a record, accepts it again, or lists what is refused.
    Refuse(Refuse),
    /// Passes the lines of a text file that survive the rules; no workspace.
    Filter {
        #[arg(value_name = "FILE")]
        file: PathBuf,
        #[command(flatten)]
        pipeline: Pipeline,
        /// txt, jsonl, csv, tsv or parquet, where the name does not say it.
        #[arg(long, value_name = "F")]
        format: Option<String>,
        /// The column with the text.
        #[arg(long, value_name = "C")]
        text_column: Option<String>,
        /// Writes the cleaned lines instead of the raw ones.
        #[arg(long)]
        cleaned: bool,
        /// Writes here instead of standard output.
        #[arg(short, long, value_name = "OUT")]
        output: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
pub struct NewRules {
    #[arg(value_name = "WS")]
    pub workspace: PathBuf,
    /// Letters and digits joined by dashes.
    pub name: String,
    /// Begins as a copy of this one.
    #[arg(long, value_name = "FILE|NAME")]
    pub from: Option<String>,
}

/// Without --toml and --file it opens $VISUAL or $EDITOR on the TOML. Texts follow when the pipeline is applied.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("text"), group = ArgGroup::new("place"))]
pub struct EditRules {
    #[arg(value_name = "WS")]
    pub workspace: PathBuf,
    #[command(flatten)]
    pub pipeline: Kept,
    /// Only the lines of this rule; with an empty text it is removed.
    #[arg(long, value_name = "RULE", group = "place")]
    pub rule: Option<String>,
    /// Adds rules that begin at this place, from 1.
    #[arg(long, value_name = "N", group = "place", allow_negative_numbers = true)]
    pub insert: Option<usize>,
    #[arg(long, value_name = "TEXT", group = "text", allow_hyphen_values = true)]
    pub toml: Option<String>,
    /// The text is in this file; - is standard input.
    #[arg(long, value_name = "FILE", group = "text")]
    pub file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct ImportRules {
    #[arg(value_name = "WS")]
    pub workspace: PathBuf,
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Instead of the name that stands in the file.
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
}

#[derive(Debug, Args)]
pub struct ExportRules {
    #[arg(value_name = "WS")]
    pub workspace: PathBuf,
    /// A pipeline that `rules list` shows (default: the name of the one in force, else `default`).
    pub name: Option<String>,
    /// Writes a new file instead of standard output.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("what").required(true))]
pub struct Switch {
    #[arg(value_name = "WS")]
    pub workspace: PathBuf,
    #[arg(group = "what")]
    pub rule: Option<String>,
    /// The whole pipeline runs on its own results until nothing changes any more.
    #[arg(long, group = "what")]
    pub fixpoint: bool,
    #[command(flatten)]
    pub pipeline: Kept,
}

#[derive(Debug, Args)]
pub struct MoveRule {
    #[arg(value_name = "WS")]
    pub workspace: PathBuf,
    pub rule: String,
    /// The place it has afterwards, from 1.
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub to: usize,
    #[command(flatten)]
    pub pipeline: Kept,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Fate {
    Changed,
    Dropped,
    /// Left alone, since that is refused.
    Kept,
}

/// With --rule, --fate, --warning or --refused it lists those records instead of counts; with --diff each with its word diff.
#[derive(Debug, Args)]
pub struct Preview {
    #[arg(value_name = "WS")]
    pub workspace: PathBuf,
    #[command(flatten)]
    pub pipeline: Pipeline,
    /// Prints the word diff of each changed record.
    #[arg(long)]
    pub diff: bool,
    /// At most so many records.
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub limit: Option<usize>,
    /// Only records that this rule changes or drops.
    #[arg(long, value_name = "RULE")]
    pub rule: Option<String>,
    #[arg(long, value_enum)]
    pub fate: Option<Fate>,
    /// Only records with this warning.
    #[arg(long, value_name = "WARNING", value_parser = warnings())]
    pub warning: Option<String>,
    /// Only records of which something is refused.
    #[arg(long)]
    pub refused: bool,
}

fn warnings() -> PossibleValuesParser {
    PossibleValuesParser::new(Warning::ALL.map(|w| clap::builder::PossibleValue::new(w.word()).help(w.about())))
}

/// Alone it lists what is refused; with --id what the rules propose for that record, numbered, and what of it is refused. What is
/// refused holds for every record with that raw text, whichever rules are in force.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("what").requires("id"))]
pub struct Refuse {
    #[arg(value_name = "WS")]
    pub workspace: PathBuf,
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub id: Option<u32>,
    /// Refuses the proposal with this number.
    #[arg(long, value_name = "K", group = "what", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..))]
    pub change: Option<u32>,
    /// Refuses everything that this rule proposes.
    #[arg(long, value_name = "RULE", group = "what")]
    pub rule: Option<String>,
    /// Refuses whatever rules do to it.
    #[arg(long, group = "what")]
    pub record: bool,
    /// Refuses this, as `rules refuse --id N --json` writes it.
    #[arg(long, value_name = "JSON", group = "what")]
    pub refusal: Vec<String>,
    /// Accepts it again instead.
    #[arg(long, requires = "what")]
    pub accept: bool,
    #[command(flatten)]
    pub pipeline: Pipeline,
}
