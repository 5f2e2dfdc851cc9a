//! What the rules screen shows: a pipeline, what it would do, and one record's way through it.
//!
//! What is known grows part by part. Everything that depends on the pipeline carries the revision it was asked at; answers of an
//! older one are not taken in, so the latest edit wins.

use std::sync::Arc;

use super::Trouble;
use crate::model::RecordId;
use crate::ops::rules::library::Listed;
use crate::ops::rules::{Part, Preview, Trace, Which};
use crate::rules::Pipeline;

#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// The one on the screen: the one that was chosen, else the one in force as its name stands now, else the built-in default.
    pub pipeline: Option<Arc<Pipeline>>,
    /// `pipeline` with what is typed in the editor, while that can be read.
    pub draft: Option<Arc<Pipeline>>,
    /// Why what is typed cannot be read.
    pub draft_trouble: Option<Trouble>,
    /// How it was named when it was chosen.
    pub chosen: Option<String>,
    /// Why the one that was asked for last cannot be shown.
    pub refused: Option<Trouble>,
    /// Goes up whenever what follows is of something else.
    pub revision: u64,
    /// Name and digest of the one in force.
    pub in_force: Option<(String, String)>,
    /// What can be named.
    pub library: Vec<Listed>,
    /// Of the pipeline on the screen; `None` until its first part is there.
    pub preview: Option<Arc<Preview>>,
    /// The next preview, while the present one stays on the screen: the same rules, but something was refused or accepted.
    quiet: Option<Preview>,
    /// Indices of some of the preview's items.
    pub rows: Option<(Which, Arc<Vec<u32>>)>,
    pub current: Option<Arc<RuleDetail>>,
}

/// One record through every rule.
#[derive(Debug, Clone)]
pub struct RuleDetail {
    pub record: RecordId,
    pub trace: Trace,
}

/// An answer of a job.
#[derive(Debug)]
pub enum RuleNews {
    /// What is in force, what can be named, and the pipeline to show with the name that chose it.
    Library {
        chosen: Option<String>,
        pipeline: Arc<Pipeline>,
        in_force: Option<(String, String)>,
        library: Vec<Listed>,
    },
    /// The one that was asked for by this name, or why it cannot be had.
    Chosen {
        named: String,
        pipeline: Result<Arc<Pipeline>, Trouble>,
    },
    /// The pipeline with what is typed, or why it cannot be read.
    Draft {
        revision: u64,
        pipeline: Result<Arc<Pipeline>, Trouble>,
    },
    /// The editor is closed.
    Discarded,
    Part {
        revision: u64,
        part: Part,
    },
    Rows {
        revision: u64,
        which: Which,
        items: usize,
        rows: Arc<Vec<u32>>,
    },
    Detail {
        revision: u64,
        detail: Option<Arc<RuleDetail>>,
    },
}

impl Rules {
    /// What the screen shows and previews.
    pub fn shown(&self) -> Option<&Arc<Pipeline>> {
        self.draft.as_ref().or(self.pipeline.as_ref())
    }

    /// The very rules that are shown are in force.
    pub fn is_in_force(&self) -> bool {
        let digest = self.shown().map(|pipeline| pipeline.digest());
        digest.is_some() && self.in_force.as_ref().map(|(_, digest)| digest) == digest.as_ref()
    }

    pub fn take(&mut self, news: RuleNews) {
        match news {
            RuleNews::Library { chosen, pipeline, in_force, library } => {
                (self.chosen, self.in_force, self.library, self.refused) = (chosen, in_force, library, None);
                self.show(pipeline);
            }
            RuleNews::Chosen { named, pipeline: Ok(pipeline) } => {
                self.chosen = Some(named);
                self.refused = None;
                self.pipeline = Some(pipeline);
                self.begin_again();
            }
            RuleNews::Chosen { pipeline: Err(trouble), .. } => self.refused = Some(trouble),
            RuleNews::Draft { revision, pipeline } if revision == self.revision => self.take_draft(pipeline),
            RuleNews::Discarded => self.without_draft(),
            RuleNews::Part { revision, part } if revision == self.revision => self.grow(part),
            RuleNews::Rows { revision, which, items, rows } if revision == self.revision => {
                // Parts that came meanwhile are not in the answer.
                let mut rows = Arc::unwrap_or_clone(rows);
                let preview = self.preview.as_deref();
                rows.extend(preview.into_iter().flat_map(|preview| rows_from(preview, items, which)));
                self.rows = Some((which, Arc::new(rows)));
            }
            RuleNews::Detail { revision, detail } if revision == self.revision => self.current = detail,
            RuleNews::Draft { .. } | RuleNews::Part { .. } | RuleNews::Rows { .. } | RuleNews::Detail { .. } => {}
        }
    }

    /// The editor is closed.
    fn without_draft(&mut self) {
        self.draft_trouble = None;
        if self.draft.take().is_some() {
            self.begin_again();
        }
    }

    /// A pipeline that reads as before keeps its preview until the new one is there: texts or refusals may be others.
    fn show(&mut self, pipeline: Arc<Pipeline>) {
        let is_same = self.shown().is_some_and(|shown| shown.source() == pipeline.source());
        (self.draft, self.draft_trouble) = (None, None);
        if is_same && self.preview.is_some() {
            self.revision += 1;
            self.quiet = Some(Preview::of(&pipeline));
            self.current = None;
        } else {
            self.begin_again();
        }
        self.pipeline = Some(pipeline);
    }

    fn take_draft(&mut self, pipeline: Result<Arc<Pipeline>, Trouble>) {
        match pipeline {
            Err(trouble) => self.draft_trouble = Some(trouble),
            Ok(pipeline) => {
                self.draft_trouble = None;
                let is_same = self.shown().is_some_and(|shown| shown.source() == pipeline.source());
                self.draft = Some(pipeline);
                if !is_same {
                    self.begin_again();
                }
            }
        }
    }

    /// What was known is of other rules.
    fn begin_again(&mut self) {
        self.revision += 1;
        (self.preview, self.quiet, self.rows, self.current) = (None, None, None, None);
    }

    fn grow(&mut self, part: Part) {
        if let Some(quiet) = &mut self.quiet {
            quiet.take(part);
            if quiet.complete {
                self.preview = self.quiet.take().map(Arc::new);
                self.rows = None;
            }
            return;
        }
        let Some(pipeline) = self.shown().cloned() else { return };
        let preview = Arc::make_mut(self.preview.get_or_insert_with(|| Arc::new(Preview::of(&pipeline))));
        let (before, late) = (preview.items.len(), !part.equal.is_empty());
        preview.take(part);
        if late {
            // Warnings came to items that were listed without them.
            self.rows = None;
        } else if let Some((which, rows)) = &mut self.rows {
            Arc::make_mut(rows).extend(rows_from(preview, before, *which));
        }
    }
}

/// Indices of the items from this one on that are asked for.
fn rows_from(preview: &Preview, first: usize, which: Which) -> impl Iterator<Item = u32> {
    let items = preview.items.get(first..).unwrap_or_default();
    (first as u32..).zip(items).filter(move |(_, item)| item.is(which)).map(|(row, _)| row)
}
