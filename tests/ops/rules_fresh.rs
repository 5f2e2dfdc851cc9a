//! What is stored of the rules is what they make of each record now: checked record by record after every verb.

use tamis::model::{Outcome, RecordId, Refusal, SourceId, TextDigest};
use tamis::ops::query;
use tamis::progress::Progress;
use tamis::rules::{Pipeline, Subject};
use tamis::workspace::Workspace;

const NOTHING: Outcome = Outcome { text: None, dropped_by: None, fired: Vec::new(), fields: Vec::new() };

/// Where a record comes from, as conditions see it.
struct Origins(Vec<(SourceId, String, Option<String>)>);

impl Origins {
    fn of(&self, id: SourceId) -> (&str, Option<&str>) {
        let found = self.0.iter().find(|(known, ..)| *known == id).expect("its source");
        (&found.1, found.2.as_deref())
    }
}

/// Computed anew: for every record that is there, what the pipeline in force makes of it.
fn computed(workspace: &Workspace) -> Vec<(RecordId, Outcome)> {
    let store = workspace.store();
    let pipeline = store.pipeline().expect("read").map(|saved| Pipeline::parse(&saved.source).expect("it was applied"));
    let origins = Origins(store.all_source_names().expect("names"));
    let of_record = |id: RecordId| {
        let raw = store.raw_record(id).expect("read").expect("it is there");
        let refused: Vec<Refusal> = store.refusals(&TextDigest::of(&raw.text)).expect("read");
        let (source, split) = origins.of(raw.source);
        let subject = Subject { source, split, fields: raw.fields.as_deref(), set: &[] };
        let outcome = pipeline.as_ref().and_then(|p| p.outcome(&p.apply_refusing(&raw.text, &subject, &refused)));
        (id, outcome.unwrap_or(NOTHING))
    };
    ids(workspace).into_iter().map(of_record).collect()
}

fn ids(workspace: &Workspace) -> Vec<RecordId> {
    let ranges = workspace.store().source_ranges().expect("sources");
    ranges.into_iter().flat_map(|(_, first, end)| (first..end).map(RecordId)).collect()
}

/// Every record's stored outcome, its effective text and state, and the columns over all of them.
pub fn assert_fresh(workspace: &mut Workspace) {
    let expected = computed(workspace);
    let records = query::records(workspace, &ids(workspace)).expect("records");
    let stored: Vec<(RecordId, Outcome)> =
        records.iter().map(|record| (record.id, record.outcome.clone().unwrap_or(NOTHING))).collect();
    assert_eq!(stored, expected);
    let columns = query::columns(workspace, &Progress::none()).expect("columns");
    assert_eq!(columns.len(), records.len());
    for (position, record) in records.iter().enumerate() {
        assert_eq!((columns.id(position), columns.text(position)), (record.id, record.text()));
        assert_eq!(columns.state(position), record.state().0);
    }
}
