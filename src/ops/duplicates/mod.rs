//! duplicates: build the similarity graph, see what a threshold would do, apply a policy.
//!
//! | file | idea |
//! |---|---|
//! | [`build`](mod@build) | the graph: computed or extended, stored, read back |
//! | [`embed`] | texts → embeddings, out of the cache or from the model |
//! | [`view`](mod@view) | the graph as judged, with who takes part, who is fixed, who is kept first |
//! | [`standing`](mod@standing) | keeper order, protected sides, masked phrases |
//! | [`consequences`](mod@consequences) | what a threshold would do, in numbers |
//! | [`at`] | one threshold in full, as the screen shows it |
//! | [`list`] | clusters and pairs for printing |
//! | [`apply`](mod@apply) | the operation |
//! | [`judge`](mod@judge), [`cut`](mod@cut) | what a person says of pairs: one by one, or all across the weakest link |
//! | [`triage`](mod@triage) | what the answers say of every threshold, and the next pair to ask about |
//! | [`explain`](mod@explain) | why a record went, and what is near it |
//! | [`against`](mod@against) | what of some files stands in the workspace already |
//! | [`remembered`](mod@remembered) | where the slider stood |

pub mod against;
pub mod apply;
pub mod at;
pub mod build;
pub mod consequences;
pub mod cut;
pub mod embed;
pub mod explain;
pub mod judge;
pub mod list;
pub mod remembered;
pub mod standing;
pub mod triage;
pub mod view;

pub use against::{Against, AgainstReport, FileReport, Stands, against};
pub use apply::{ApplyReport, Drop, Plan, Recipe, Scope, applied, apply, plan, scope};
pub use at::{Asked, AtThreshold};
pub use build::{BuildReport, Made, Measure, Texts, Wish, build, info, load, make, save};
pub use consequences::{Consequences, consequences, require_in_range, spread};
pub use cut::{CutPlan, CutReport, cut_weakest, plan_cut};
pub use embed::Precision;
pub use explain::{Explanation, explain, explain_with};
pub use judge::{JudgeReport, Judged, judge, judged};
pub use list::{Across, ClusterRow, cluster_rows, pairs, spans};
pub use remembered::{remember, remembered};
pub use standing::{
    SetReport, Standing, keeper_order, mask, protected_splits, set_keeper_order, set_mask, set_protected_splits, standing,
};
pub use triage::{Question, TriageReport, triage};
pub use view::{Similar, View, is_stale, refreshed, renewed, similar, view};
