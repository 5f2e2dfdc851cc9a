//! check: is the workspace sound, and its data set ready to be exported?
//!
//! | file | checks |
//! |---|---|
//! | `file` | the database file and its invariants |
//! | `layers` | flags, splits, witnesses of duplicates |
//! | `graphs` | similarity graphs, and whether anything derived is stale |
//! | `rules` | the pipeline: applied to all, and at its fixpoint |
//! | `duplicates` | identical texts, and pairs that an applied threshold should have left none of |
//! | `leakage` | near-copies across splits |
//! | `texts` | blank texts, and those that CLIP would cut |
//! | `files` | the image files: there, readable, images, each named once |
//! | `names` | names under which an export would write two different images |
//! | `shared` | images whose records are in two splits |
//!
//! Each check is `ready`, `attention` or `blocked`, says why in words and how many, and gives the filter that shows the records behind it.
//! Nothing is written.

mod duplicates;
mod file;
mod files;
mod graphs;
mod layers;
mod leakage;
mod names;
mod report;
mod rules;
mod scope;
mod shared;
mod texts;

use super::leaks::Certificate;
use super::version;
use crate::error::{Error, Result};
use crate::model::{Lens, Threshold, Version};
use crate::progress::Progress;
use crate::query::Columns;
use crate::shelf::Folders;
use crate::workspace::Workspace;
use scope::Scope;

pub use report::{CheckReport, CheckRow, Verdict};

/// A check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Name {
    File,
    Invariants,
    Rules,
    Derived,
    Duplicates,
    Leakage,
    Splits,
    Flags,
    Texts,
    Files,
    Names,
    Shared,
    Graph,
    Witnesses,
}

/// How long an answer may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Depth {
    /// A scan over the columns or less: for a screen, with every change.
    Quick,
    /// The whole file, every rule over every text, a similarity graph, every image file.
    #[default]
    Full,
}

impl Name {
    /// In the order in which they are made and shown.
    pub const ALL: [Name; 14] = [
        Name::File,
        Name::Invariants,
        Name::Rules,
        Name::Derived,
        Name::Duplicates,
        Name::Leakage,
        Name::Splits,
        Name::Flags,
        Name::Texts,
        Name::Files,
        Name::Names,
        Name::Shared,
        Name::Graph,
        Name::Witnesses,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Name::File => "file",
            Name::Invariants => "invariants",
            Name::Rules => "rules",
            Name::Derived => "derived",
            Name::Duplicates => "duplicates",
            Name::Leakage => "leakage",
            Name::Splits => "splits",
            Name::Flags => "flags",
            Name::Texts => "texts",
            Name::Files => "files",
            Name::Names => "names",
            Name::Shared => "shared images",
            Name::Graph => "similarity graph",
            Name::Witnesses => "witnesses",
        }
    }

    /// A check by its word; `-` stands for a blank. Errors: usage, with all that there are.
    pub fn parse(word: &str) -> Result<Name> {
        let is_it = |name: &Name| name.word() == word || name.word().replace(' ', "-") == word;
        Name::ALL.into_iter().find(is_it).ok_or_else(|| {
            let words: Vec<String> = Name::ALL.iter().map(|name| name.word().replace(' ', "-")).collect();
            Error::usage(format!("there is no check {word}")).hint(format!("the checks are {}", words.join(", ")))
        })
    }

    /// What its answer takes.
    pub fn depth(self) -> Depth {
        match self {
            Name::Derived | Name::Splits | Name::Flags | Name::Graph | Name::Witnesses | Name::Invariants => Depth::Quick,
            _ => Depth::Full,
        }
    }

    fn run(self, scope: &Scope<'_>, progress: &Progress) -> Result<CheckRow> {
        match self {
            Name::File => file::file(scope.workspace.store(), progress),
            Name::Invariants => file::invariants(scope),
            Name::Rules => rules::rules(scope, progress),
            Name::Derived => graphs::derived(scope),
            Name::Duplicates => duplicates::duplicates(scope, progress),
            Name::Leakage => leakage::leakage(scope, progress),
            Name::Splits => layers::splits(scope),
            Name::Flags => layers::flags(scope),
            Name::Texts => texts::texts(scope, progress),
            Name::Files => files::files(scope, progress),
            Name::Names => names::names(scope, progress),
            Name::Shared => shared::shared(scope, progress),
            Name::Graph => graphs::graph(scope),
            Name::Witnesses => layers::witnesses(scope),
        }
    }
}

/// Which checks, and how.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Asked {
    /// Only these; none named: all that the depth allows.
    pub only: Vec<Name>,
    pub depth: Depth,
    /// The snapshot of this name; the files are those of now.
    pub snapshot: Option<String>,
    /// For `leakage`; else the split's, else that of the duplicates applied, else the default.
    pub threshold: Option<Threshold>,
    pub lens: Option<Lens>,
    /// What is exported holds the image files: that none of a source is there is then no mere attention.
    pub with_images: bool,
    /// Where the semantic lens finds its model. With these `leakage` has an answer: where no stored graph fits, one is built in memory.
    pub folders: Option<Folders>,
    /// What was proven of a snapshot already: it may have taken a graph.
    pub certificate: Option<Certificate>,
    /// A check that cannot be made, for want of a model, is something to look at and no error.
    pub tolerant: bool,
}

impl Asked {
    /// Whether the check is asked for by its name.
    fn names(&self, name: Name) -> bool {
        self.only.contains(&name)
    }

    fn checks(&self) -> Vec<Name> {
        let is_asked = |name: &Name| if self.only.is_empty() { name.depth() <= self.depth } else { self.only.contains(name) };
        Name::ALL.into_iter().filter(is_asked).collect()
    }
}

/// Every check of the kept records.
pub fn check(workspace: &mut Workspace, progress: &Progress) -> Result<CheckReport> {
    check_as(workspace, &Asked::default(), progress)
}

/// The checks that are asked for, of the kept records.
pub fn check_as(workspace: &mut Workspace, asked: &Asked, progress: &Progress) -> Result<CheckReport> {
    let mut rows = Vec::new();
    if asked.checks().contains(&Name::File) {
        rows.push(file::file(workspace.store(), progress)?);
        // Of a damaged file nothing else can be said, and asking would only end in an error.
        if rows.iter().any(|row| row.verdict != Verdict::Ready) {
            return Ok(CheckReport::of(rows));
        }
    }
    let version = version::named(workspace.store(), asked.snapshot.as_deref())?;
    let columns = workspace.read(|store| store.load_columns_of(version, progress))?;
    run(rows, &Scope::new(workspace, version, &columns, None, asked), progress)
}

/// The checks of a depth, where the present columns are at hand already: [`Depth::Quick`] first, so that a screen has something to show.
pub fn check_with(workspace: &Workspace, columns: &Columns, depth: Depth, progress: &Progress) -> Result<CheckReport> {
    run(Vec::new(), &Scope::new(workspace, Version::Now, columns, None, &Asked { depth, ..Asked::default() }), progress)
}

/// The checks of the records that an export is about to take: the kept ones among `positions`. `columns` are of `version`, which counts and
/// not the name in `asked`.
pub fn before_export(
    workspace: &Workspace,
    version: Version,
    columns: &Columns,
    positions: &[u32],
    asked: &Asked,
    progress: &Progress,
) -> Result<CheckReport> {
    run(Vec::new(), &Scope::new(workspace, version, columns, Some(positions), asked), progress)
}

/// The rows there are, with those of the checks that are not among them yet.
fn run(mut rows: Vec<CheckRow>, scope: &Scope<'_>, progress: &Progress) -> Result<CheckReport> {
    for name in scope.asked.checks() {
        if rows.iter().all(|row| row.check != name.word()) {
            progress.check()?;
            rows.push(name.run(scope, progress)?);
        }
    }
    Ok(CheckReport::of(rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_check_has_a_word_that_finds_it() {
        for name in Name::ALL {
            assert_eq!(Name::parse(name.word()).ok(), Some(name));
            assert_eq!(Name::parse(&name.word().replace(' ', "-")).ok(), Some(name));
        }
        let unknown = Name::parse("leak").unwrap_err();
        assert!(unknown.hint.is_some_and(|hint| hint.contains("leakage") && hint.contains("similarity-graph")));
    }

    #[test]
    fn names_win_over_depth() {
        let asked = Asked { only: vec![Name::Rules, Name::File], depth: Depth::Quick, ..Asked::default() };
        assert_eq!(asked.checks(), [Name::File, Name::Rules]);
        assert_eq!(Asked::default().checks(), Name::ALL);
    }
}
