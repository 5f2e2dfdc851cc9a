//! Plain types and ids: what every layer talks in. No I/O.

pub mod diff;
pub mod edge;
pub mod fields;
pub mod filter;
pub mod id_list;
pub mod ids;
pub mod judgement;
pub mod layer;
pub mod op;
pub mod record;
pub mod refusal;
pub mod source;

pub use diff::{DiffOp, DiffTag};
pub use edge::{Edge, Lens, Policy, Sets, Threshold};
pub use fields::Fields;
pub use filter::{Filter, SortKey};
pub use id_list::IdList;
pub use ids::{OpId, RecordId, SnapshotId, SourceId, Version};
pub use judgement::{Judgement, TextPair, Verdict};
pub use layer::{Assignment, Cause, DropBy, DropRecipe, DuplicateDrop, Layers, Mark, MarkValue, NO_SPLIT, Outcome, State};
pub use op::{Change, Changed, OpKind};
pub use record::{Counts, Draft, MAX_TEXT, Record, Reject};
pub use refusal::{Refusal, TextDigest};
pub use source::Source;
