//! The columns give back what was put in, and a snapshot keeps what it saw.

use proptest::prelude::*;
use tamis::model::RecordId;
use tamis::query::Columns;

use super::support::{Plain, columns, plain, workspace};

/// What the columns say of a position, next to what they should say.
fn check(columns: &Columns, rows: &[Plain]) -> Result<(), TestCaseError> {
    prop_assert_eq!(columns.len(), rows.len());
    for (position, row) in rows.iter().enumerate() {
        prop_assert_eq!(columns.id(position), Plain::id(position));
        prop_assert_eq!(columns.position(Plain::id(position)), Some(position));
        prop_assert_eq!(columns.text(position), &row.text);
        prop_assert_eq!(columns.chars(position) as usize, row.text.chars().count());
        prop_assert_eq!(usize::from(columns.source(position)), row.source);
        prop_assert_eq!(columns.state(position), row.state);
        prop_assert_eq!(columns.cause(position), row.cause);
        prop_assert_eq!(columns.dropped_by(position).map(usize::from), row.dropped_by);
        prop_assert_eq!(columns.fired(position).map(usize::from), row.fired);
        prop_assert_eq!(columns.split(position).map(usize::from), row.split);
        prop_assert_eq!(columns.has_image(position), row.has_image);
        prop_assert_eq!(columns.tokens(position), tamis::clip::count(&row.text));
        let score = columns.numbers("clip_score").map_or(f32::NAN, |scores| scores[position]);
        prop_assert_eq!(Some(score).filter(|score| !score.is_nan()), row.score);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_snapshot_keeps_what_it_saw(
        rows in workspace(),
        patches in prop::collection::vec((any::<prop::sample::Index>(), plain()), 0..12),
    ) {
        let mut columns = columns(&rows);
        check(&columns, &rows)?;
        let mut now = rows;
        let mut snapshots = vec![(columns.clone(), now.clone())];
        for (index, patch) in patches {
            if now.is_empty() {
                break;
            }
            let position = index.index(now.len());
            // What an import sets once is no part of a patch.
            let Plain { source, has_image, score, style, .. } = now[position].clone();
            now[position] = Plain { source, has_image, score, style, ..patch };
            prop_assert!(columns.put(&now[position].row(position)));
            snapshots.push((columns.clone(), now.clone()));
        }
        for (snapshot, then) in &snapshots {
            check(snapshot, then)?;
        }
        // A digest is of the texts alone, whether they came at first or later.
        prop_assert_eq!(columns.text_digest(), super::support::columns(&now).text_digest());
    }
}

#[test]
fn a_record_that_is_not_there_is_not_put() {
    let mut columns = Columns::default();
    let row = tamis::query::Row { id: RecordId(1), text: "x", ..Default::default() };
    assert!(!columns.put(&row));
}
