//! What was typed after `split`, `assign` and `leakage`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{How, Lens, Reading};

/// Assigns every kept record to a split, by shares, counts or both, and a seed; no cluster of near-copies crosses a border.
///
/// Counts are taken first, shares divide the rest; without shares it stays without a split. What sources declare and what was moved by
/// hand stays, and so do records that already have a split and are marked keep or come from a protected source.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("targets").required(true).multiple(true))]
pub struct Split {
    #[arg(value_name = "WS")]
    pub workspace: PathBuf,
    /// Splits with their shares, for instance train=95,validation=5.
    #[arg(long, value_name = "NAME=SHARE,…", group = "targets")]
    pub share: Vec<String>,
    /// Splits with their records, for instance test=2000.
    #[arg(long, value_name = "NAME=N,…", group = "targets")]
    pub count: Vec<String>,
    #[arg(long, value_name = "N", default_value_t = 42, allow_negative_numbers = true)]
    pub seed: u64,
    /// What every split has in proportion: source, length (bands of CLIP tokens), or a field (quartiles of a number with many values).
    #[arg(long, value_name = "KEY,…", value_delimiter = ',')]
    pub by: Vec<String>,
    #[arg(long, value_enum, default_value = "lexical")]
    pub lens: Lens,
    /// Similarity from which records stay together.
    #[arg(long, short, value_name = "T", default_value = "0.7", allow_hyphen_values = true)]
    pub threshold: String,
    /// Moves no record that has a split: only new ones are assigned.
    #[arg(long)]
    pub extend: bool,
    /// Splits whose present records stay, while the others are divided anew.
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    pub keep: Vec<String>,
    /// Says what would become of every split; changes nothing.
    #[arg(long)]
    pub dry_run: bool,
}

/// Moves records into a split by hand: later splits leave them there. `clear` sets them free again.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("which").required(true))]
pub struct Assign {
    #[arg(value_name = "WS")]
    pub workspace: PathBuf,
    /// Name of a split, or clear: then the next `tamis split --extend` assigns them.
    #[arg(value_name = "SPLIT")]
    pub split: String,
    #[arg(long = "id", value_name = "N", num_args = 1.., group = "which", allow_negative_numbers = true)]
    pub ids: Vec<u32>,
    #[arg(long, group = "which", allow_hyphen_values = true)]
    pub filter: Option<String>,
}

/// Says how much of one split of a workspace stands in another, or, with two files, how much of A stands in B: prompts with a near-copy there.
/// Exit 4 when there is any.
///
/// With a workspace it reads the stored similarity graph (`tamis duplicates build`), and says so where that is out of date.
#[derive(Debug, Args)]
pub struct Leakage {
    /// A workspace; or a file: the training side, for instance.
    #[arg(value_name = "WS|A")]
    pub a: PathBuf,
    /// The file that should be new to A.
    #[arg(value_name = "B")]
    pub b: Option<PathBuf>,
    #[command(flatten)]
    pub how: How,
    /// Similarity from which two prompts count as copies (default: 0.8 lexical, 0.85 semantic; with a workspace that of its last split).
    #[arg(long, short, visible_alias = "at", value_name = "T", allow_hyphen_values = true)]
    pub threshold: Option<String>,
    /// Two files: lists every prompt with the one that it resembles.
    #[arg(long, requires = "b")]
    pub list: bool,
    #[command(flatten)]
    pub reading: Reading,
    #[command(flatten)]
    pub within: Within,
}

/// What can be asked of a workspace alone.
#[derive(Debug, Args)]
pub struct Within {
    /// Workspace: which borders.
    #[arg(long, value_enum, default_value = "splits", conflicts_with = "b")]
    pub by: Border,
    /// Workspace: lists the pairs between two splits, the closest first.
    #[arg(long, value_name = "A,B", conflicts_with_all = ["b", "lose", "certificate"])]
    pub pairs: Option<String>,
    /// With --pairs: so many of them.
    #[arg(long, value_name = "N", default_value_t = 50, requires = "pairs")]
    pub limit: usize,
    /// With --pairs: from this one on, counted from 0.
    #[arg(long, value_name = "N", default_value_t = 0, requires = "pairs")]
    pub offset: u64,
    /// Workspace: drops every record of these splits that has a near-copy in another one, as one operation.
    #[arg(long, value_name = "NAME,…", conflicts_with_all = ["b", "certificate"])]
    pub lose: Vec<String>,
    /// With --lose: says what would go; changes nothing.
    #[arg(long, requires = "lose")]
    pub dry_run: bool,
    /// Workspace: what is proven of the borders between splits, as a paragraph of Markdown.
    #[arg(long, conflicts_with = "b")]
    pub certificate: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Border {
    Splits,
    Sources,
}
