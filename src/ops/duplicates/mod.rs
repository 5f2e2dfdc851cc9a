//! duplicates: build the similarity graph, see what a threshold would do, apply a policy.
//!
//! | file | idea |
//! |---|---|
//! | [`build`](mod@build) | the graph: computed, stored, read back |
//! | [`view`](mod@view) | the graph with who takes part, who is fixed, who is kept first |
//! | [`consequences`](mod@consequences) | what a threshold would do, in numbers |
//! | [`at`] | one threshold in full, as the screen shows it |
//! | [`list`] | clusters and pairs for printing |
//! | [`apply`](mod@apply) | the operation |

pub mod apply;
pub mod at;
pub mod build;
pub mod consequences;
pub mod list;
pub mod view;

pub use apply::{ApplyReport, Drop, Plan, Recipe, applied, apply, plan};
pub use build::{BuildReport, DEFAULT_FLOOR, build, compute, info, load, save};
pub use consequences::{Consequences, consequences, require_in_range, spread};
pub use list::{Across, ClusterRow, cluster_rows, pairs, spans};
pub use view::{Similar, View, protected, similar, view};
