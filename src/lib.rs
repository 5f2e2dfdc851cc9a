//! # tamis, the code map
//!
//! A curator turns messy collections of text-to-image prompts into a clean, deduplicated, leak-free data set.
//! Data flows one way; a file imports only from layers to its left (`tests/shape.rs` says so):
//!
//! ```text
//! model · error · progress · display · clip │ compose · sources · query · rules · similarity · clusters · splits · export · versions · prune │ store · shelf │ workspace │ ops │ cli · tui │ main
//! ```
//!
//! Six sentences that decide the rest:
//!
//! 1. **Ground and derived.** Ground state is a person's work (sources, marks, edits, pipelines, refused changes, judged pairs, splits): logged, undoable,
//!    never lost. Derived state (texts after rules, the similarity graph, facets, clusters) is recomputed and keyed by a digest of its inputs.
//! 2. **One door for change.** [`workspace::Workspace::transact`] writes the change, its inverse and the operation's row in one transaction.
//! 3. **A verb lives once**, in [`ops`]; the command line and the terminal interface both call it, neither computes nor knows SQL.
//! 4. **Long verbs have three steps**: load → compute (pure, no database) → save.
//! 5. **The workspace in memory is [`query::Columns`]**: what a key on the screen needs is a scan over arrays, never a query.
//! 6. **The threshold is a prefix** of edges sorted by score; moving it rebuilds nothing.
//!
//! | layer | idea |
//! |---|---|
//! | [`model`], [`error`], [`progress`], [`display`], [`clip`] | plain types; errors with hints; progress and cancel; the sanitiser between data and every screen; CLIP token counts |
//! | [`sources`] | a parser per format pushes drafts into a sink |
//! | [`compose`] | prompts of our own, for the example workspace and the benchmarks |
//! | [`query`] | the workspace as columns: filter language, facets, sort, fuzzy search |
//! | [`rules`] | text → outcome, word diffs, harm, and what a text must have for a pattern to match at all |
//! | [`similarity`] | sentence embeddings, the exact joins by words and by meaning, the similarity graph and its spanning forest |
//! | [`clusters`] | threshold → clusters, policies, keeper order, what a pair differs in, what judged pairs say of a threshold |
//! | [`splits`] | assignment and leakage |
//! | [`export`] | a plan, a writer per layout, the manifest and the data card; everything read back before the rename |
//! | [`versions`] | what differs between two states, and what became of all that was read |
//! | [`prune`] | image files that nobody names: listed, moved to a trash folder, brought back |
//! | [`store`] | all the SQL |
//! | [`shelf`] | beside any workspace: models, and the embeddings they made |
//! | [`workspace`] | the file: open, lock, migrate, transact, undo |
//! | [`ops`] | one verb per file |
//! | [`cli`], [`tui`] | the two front ends |

pub mod clip;
pub mod display;
pub mod error;
pub mod model;
pub mod progress;

pub mod clusters;
pub mod compose;
pub mod export;
pub mod prune;
pub mod query;
pub mod rules;
pub mod similarity;
pub mod sources;
pub mod splits;
pub mod versions;

pub mod shelf;
pub mod store;
pub mod workspace;

pub mod ops;

pub mod cli;
pub mod tui;
