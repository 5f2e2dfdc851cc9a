//! The rows of the left pane: the rules, and below them what one may want to look at, the warnings and what is refused.

use crate::ops::rules::{Preview, Which};
use crate::rules::Pipeline;
use crate::rules::harm::Warning;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row {
    /// By index.
    Rule(usize),
    Warning(Warning),
    Refused,
}

/// All rows; those of warnings only where there are any.
pub fn rows(pipeline: &Pipeline, preview: Option<&Preview>) -> Vec<Row> {
    let mut rows: Vec<Row> = (0..pipeline.rules().len()).map(Row::Rule).collect();
    if let Some(preview) = preview {
        rows.extend(Warning::ALL.into_iter().filter(|warning| preview.warned(*warning) > 0).map(Row::Warning));
        rows.extend((preview.refused > 0).then_some(Row::Refused));
    }
    rows
}

impl Row {
    /// `which`, but of this row instead of whatever row it was of.
    pub fn only(self, which: Which) -> Which {
        let all = Which { fate: which.fate, ..Which::default() };
        match self {
            Row::Rule(rule) => Which { rule: Some(rule as u16), ..all },
            Row::Warning(warning) => Which { warning: Some(warning), ..all },
            Row::Refused => Which { refused: true, ..all },
        }
    }

    /// The records listed are those of this row.
    pub fn is_listed(self, which: Which) -> bool {
        self.only(which) == which
    }
}

/// Whether the records listed are those of some row.
pub fn is_of_a_row(which: Which) -> bool {
    which.rule.is_some() || which.warning.is_some() || which.refused
}
