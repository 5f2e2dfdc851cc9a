//! Two versions side by side, and one version counted: against slow second implementations.

mod compare;
mod support;
mod waterfall;
