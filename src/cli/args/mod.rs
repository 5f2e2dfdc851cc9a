//! What was typed: the commands, their options and their help. Nothing is resolved here.

mod care;
mod duplicates;
mod rules;
mod snapshot;
mod splits;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use care::*;
pub use duplicates::*;
pub use rules::*;
pub use snapshot::*;
pub use splits::*;

/// A terminal workbench for text-to-image prompt data sets.
///
/// `tamis WORKSPACE` opens (or creates) a workspace; `tamis demo` opens a copy of the example. A workspace is one SQLite file; every
/// action of the screens is also a command below.
#[derive(Debug, Parser)]
#[command(name = "tamis", version, after_help = EXIT_CODES, max_term_width = 110)]
pub struct Cli {
    /// The workspace to open.
    #[arg(value_name = "WORKSPACE")]
    pub workspace: Option<PathBuf>,
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub global: Global,
}

const EXIT_CODES: &str = "Exit codes: 0 done, all taken · 1 refused or failed, nothing changed · 2 usage · 3 done, some records rejected (listed) · \
4 a check is blocked · 130 cancelled";

#[derive(Debug, Clone, Args)]
pub struct Global {
    /// One JSON value, or one JSON object a line for lists.
    #[arg(long, global = true)]
    pub json: bool,
    /// Says nothing but the result.
    #[arg(long, short, global = true)]
    pub quiet: bool,
    #[arg(long, global = true, value_enum, default_value = "auto", value_name = "WHEN")]
    pub color: Color,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Opens a copy of the example workspace.
    Demo(Demo),
    /// Reads prompts from files into a workspace, as one operation.
    Import(Import),
    /// Lists the sources with their counts and rejected lines; protects them.
    Sources(Sources),
    /// Counts records per source, state, cause, rule and split.
    Stats(Workspace),
    /// Lists records that match a filter.
    List(List),
    /// Marks records: keep, drop, flag, or clear the mark.
    Mark(Mark),
    /// Replaces the text of a record.
    Edit(Edit),
    /// Takes back the last operation, or one before it.
    Undo(Undo),
    /// Does again what was undone last.
    Redo(Workspace),
    /// Lists the operations, newest first, each with its equivalent command.
    History(History),
    /// Cleans texts by an ordered pipeline: preview, apply, take back.
    #[command(subcommand)]
    Rules(Rules),
    /// The models that the semantic lens embeds texts with.
    #[command(subcommand)]
    Model(Model),
    /// Finds near-duplicates, shows what a threshold would do, applies a policy.
    #[command(subcommand)]
    Duplicates(Duplicates),
    /// The similarity graph as a parquet file of scored pairs: out, and in from elsewhere.
    #[command(subcommand)]
    Pairs(Pairs),
    Dedup(Dedup),
    Leakage(Leakage),
    Split(Split),
    /// Versions under a name, and what differs between them.
    #[command(subcommand)]
    Snapshot(Snapshot),
    Report(Report),
    Assign(Assign),
    Check(Check),
    /// Writes the kept records in a layout that trainers load, with a manifest.
    Export(Export),
    /// Checks an exported folder against its manifest.
    Verify(Verify),
    Prune(Prune),
    Batch(Batch),
    /// Prints completions for a shell.
    Completions {
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// Prints the manual page.
    Man,
}

#[derive(Debug, Args)]
pub struct Workspace {
    #[arg(value_name = "WS")]
    pub workspace: PathBuf,
}

#[derive(Debug, Args)]
pub struct Demo {
    /// Writes the example workspace anew to this path instead of opening it.
    #[arg(long, value_name = "PATH")]
    pub rebuild: Option<PathBuf>,
    /// Writes a picture of each screen (SVG) into this folder instead of opening it.
    #[arg(long, value_name = "DIR", conflicts_with = "rebuild")]
    pub pictures: Option<PathBuf>,
}

/// Reads txt, jsonl, csv, tsv, parquet (txt to tsv also as .gz or .zst), an image folder with metadata.jsonl or metadata.csv, or a folder of
/// images with a .txt caption beside each. `-` is standard input.
///
/// Every line becomes a record, or is counted as blank, or is listed as rejected with its reason: the counts add up.
#[derive(Debug, Args)]
pub struct Import {
    #[arg(value_name = "WS")]
    pub workspace: PathBuf,
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Name of the source (default: the file's name without its ending).
    #[arg(long, value_name = "NAME")]
    pub source: Option<String>,
    /// txt, jsonl, csv, tsv, parquet, imagefolder or captions (default: by name and content).
    #[arg(long, value_name = "F")]
    pub format: Option<String>,
    /// Column of the prompt (default: text, prompt or caption, in any case).
    #[arg(long, value_name = "C")]
    pub text_column: Option<String>,
    /// Column of the image's file name (default: file_name, image_path, image or path; "" for none).
    #[arg(long, value_name = "C")]
    pub file_column: Option<String>,
    /// Folder that the file names are relative to.
    #[arg(long, value_name = "DIR")]
    pub images: Option<PathBuf>,
    /// Put before each file name on export, so that two sources never collide.
    #[arg(long, value_name = "P")]
    pub prefix: Option<String>,
    /// The split these records belong to.
    #[arg(long, value_name = "NAME")]
    pub split: Option<String>,
    /// Protects the source: it never loses a record to another one.
    #[arg(long)]
    pub protect: bool,
    /// Reads and reports; writes nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Takes a file that is in the workspace already.
    #[arg(long)]
    pub again: bool,
}

#[derive(Debug, Args)]
pub struct Sources {
    #[arg(value_name = "WS")]
    pub workspace: PathBuf,
    /// Protects a source: it never loses a record to another one.
    #[arg(long, value_name = "NAME", group = "change")]
    pub protect: Option<String>,
    #[arg(long, value_name = "NAME", group = "change")]
    pub unprotect: Option<String>,
    /// Takes a source with all its records out, as one operation; what was dropped as a duplicate of these is kept again.
    #[arg(long, value_name = "NAME", group = "change")]
    pub remove: Option<String>,
    /// Takes a source in again that was taken out.
    #[arg(long, value_name = "NAME", group = "change")]
    pub bring_back: Option<String>,
}

/// FILTER LANGUAGE: words · "phrase" · /regex/ · ~fuzzy · source:NAME · split:NAME|none · state:undecided|keep|flag|drop|kept ·
/// cause:hand|rule|duplicate|none · rule:NAME · chars:>200 · words:<=5 · tokens:>75 · id:17 · id:3,7,10..12 · has:image · any numeric field, as in
/// clip_score:<0.3 · AND OR NOT ( )
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct List {
    #[arg(value_name = "WS")]
    pub workspace: PathBuf,
    #[arg(default_value = "")]
    pub filter: String,
    /// id, text, chars, tokens, source, state, split or a numeric field; with - in front: descending.
    #[arg(long, value_name = "FIELD", allow_hyphen_values = true)]
    pub sort: Option<String>,
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub limit: Option<usize>,
    #[arg(long, value_name = "N", default_value_t = 0, allow_negative_numbers = true)]
    pub offset: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MarkWord {
    Keep,
    Drop,
    Flag,
    Clear,
}

#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("which").required(true))]
pub struct Mark {
    #[arg(value_name = "WS")]
    pub workspace: PathBuf,
    #[arg(value_enum)]
    pub mark: MarkWord,
    /// A record; may be given more than once.
    #[arg(long = "id", value_name = "N", num_args = 1.., group = "which", allow_negative_numbers = true)]
    pub ids: Vec<u32>,
    /// Every record that matches (`tamis list --help` explains the language).
    #[arg(long, group = "which", allow_hyphen_values = true)]
    pub filter: Option<String>,
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub reason: Option<String>,
}

#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("new").required(true))]
pub struct Edit {
    #[arg(value_name = "WS")]
    pub workspace: PathBuf,
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub id: u32,
    #[arg(long, group = "new", allow_hyphen_values = true)]
    pub text: Option<String>,
    /// Takes the edit back.
    #[arg(long, group = "new")]
    pub clear: bool,
}

#[derive(Debug, Args)]
pub struct Undo {
    #[arg(value_name = "WS")]
    pub workspace: PathBuf,
    /// This operation instead of the last one.
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub op: Option<u32>,
    /// Also undoes the later operations that build on it, newest first.
    #[arg(long, requires = "op")]
    pub with_later: bool,
}

#[derive(Debug, Args)]
pub struct History {
    #[arg(value_name = "WS")]
    pub workspace: PathBuf,
    #[arg(long, value_name = "N", default_value_t = 50, allow_negative_numbers = true)]
    pub limit: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Layout {
    /// `SPLIT/metadata.jsonl` with the images beside it, and a card that Hugging Face reads.
    Imagefolder,
    Jsonl,
    Txt,
    Csv,
    /// `data/SPLIT-00000-of-00001.parquet`.
    Parquet,
    /// Images with a caption file beside each.
    Kohya,
    /// The image folder with `dataset-metadata.json`.
    Kaggle,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Images {
    /// Hard links (copies across file systems).
    Link,
    Copy,
    None,
}

#[derive(Debug, Args)]
pub struct Export {
    #[arg(value_name = "WS")]
    pub workspace: PathBuf,
    /// The folder to make, or - for standard output (jsonl, txt, csv).
    #[arg(value_name = "DIR")]
    pub target: PathBuf,
    #[arg(long, value_enum, default_value = "imagefolder")]
    pub layout: Layout,
    /// Only these of the kept records.
    #[arg(long, default_value = "", allow_hyphen_values = true)]
    pub filter: String,
    /// Exports the workspace as it was when this snapshot was made: the same bytes every time.
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    pub snapshot: Option<String>,
    /// What to do with image files in the layouts that hold them (default: link where records name images).
    #[arg(long, value_enum)]
    pub images: Option<Images>,
    /// Adds orig_text, id, source, line or split to each record, and imported fields that --fields leaves out.
    #[arg(long, value_name = "FIELD,…", value_delimiter = ',')]
    pub with: Vec<String>,
    /// The imported fields that are written: all, none, or these.
    #[arg(long, value_name = "all|none|FIELD,…", value_delimiter = ',', default_value = "all")]
    pub fields: Vec<String>,
    /// Puts the name of each source before its file names, so that no two sources collide (a source's own --prefix wins).
    #[arg(long)]
    pub prefix_sources: bool,
    /// What the set is called, on its card and on Kaggle.
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
    /// The name of the set on Kaggle.
    #[arg(long, value_name = "OWNER/SLUG")]
    pub id: Option<String>,
    /// The licence of the set, by the name it has where the set is published.
    #[arg(long, alias = "license", value_name = "NAME")]
    pub licence: Option<String>,
    /// Exports although these checks are blocked; the manifest and the card say so.
    #[arg(long, value_name = "CHECK,…", value_delimiter = ',')]
    pub despite: Vec<String>,
    /// Says exactly what would be written; writes nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Replaces a folder that an earlier export made.
    #[arg(long)]
    pub force: bool,
}

#[derive(Debug, Args)]
pub struct Verify {
    #[arg(value_name = "DIR")]
    pub target: PathBuf,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_commands_are_consistent() {
        super::Cli::command().debug_assert();
    }
}
