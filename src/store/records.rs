//! Records: what was imported, with the layers over it.

use std::collections::BTreeSet;
use std::ops::Range;

use rusqlite::{Row, params};

use super::frozen::FrozenLayers;
use super::layers::drop_of;
use super::{Store, fields, settings};
use crate::error::Result;
use crate::model::{Assignment, Mark, MarkValue, Outcome, Record, RecordId, SourceId, Version};
use crate::query::Columns;

/// A record with every layer; `?1` is the pipeline in force (0: none).
const SELECT: &str = "
SELECT r.id, r.source, r.line, r.raw_text, r.file_name, r.fields,
       o.record, o.text, o.dropped_by, o.fired, e.text, m.mark, m.reason, d.witness, d.score, coalesce(a.split, s.split),
       o.fields, d.recipe, a.by_hand
FROM records r
JOIN sources s ON s.id = r.source AND s.active = 1
LEFT JOIN outcomes o ON o.pipeline = ?1 AND o.record = r.id
LEFT JOIN edits e ON e.record = r.id
LEFT JOIN marks m ON m.record = r.id
LEFT JOIN duplicates d ON d.record = r.id
LEFT JOIN assignments a ON a.record = r.id";

fn row_to_record(row: &Row<'_>) -> rusqlite::Result<Record> {
    let outcome = match row.get::<_, Option<u32>>(6)? {
        None => None,
        Some(_) => Some(Outcome {
            text: row.get(7)?,
            dropped_by: row.get(8)?,
            fired: fired_from_json(row.get::<_, Option<String>>(9)?.as_deref()),
            fields: fields::from_json(row.get::<_, Option<String>>(16)?.as_deref()),
        }),
    };
    let set = outcome.as_ref().map_or(&[][..], |outcome: &Outcome| &outcome.fields);
    let mark = row.get::<_, Option<String>>(11)?.and_then(|word| word.parse::<Mark>().ok());
    let reason = row.get(12)?;
    let witness: Option<u32> = row.get(13)?;
    let score: Option<f64> = row.get(14)?;
    let (split, by_hand): (Option<String>, Option<bool>) = (row.get(15)?, row.get(18)?);
    Ok(Record {
        id: RecordId(row.get(0)?),
        source: SourceId(row.get(1)?),
        line: row.get::<_, i64>(2)? as u64,
        raw_text: row.get(3)?,
        file_name: row.get(4)?,
        fields: fields::merged(row.get(5)?, set),
        outcome,
        edit: row.get(10)?,
        mark: mark.map(|mark| MarkValue { mark, reason }),
        duplicate: witness.zip(score).map(|(witness, score)| drop_of(witness, score, row.get(17)?)).transpose()?,
        assignment: split.map(|split| Assignment { split, by_hand: by_hand.unwrap_or(false) }),
    })
}

/// What an import writes of a record, wherever it lies.
#[derive(Debug, Clone, Copy)]
pub struct NewRecord<'a> {
    pub line: u64,
    pub text: &'a str,
    pub file_name: Option<&'a str>,
    pub fields: Option<&'a str>,
}

/// The names of fired rules, from their JSON array.
pub(super) fn fired_from_json(json: Option<&str>) -> Vec<String> {
    json.and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default()
}

impl Store {
    /// The id that the next imported record gets.
    pub fn next_record(&self) -> Result<RecordId> {
        Ok(RecordId(self.conn.query_row("SELECT coalesce(max(id), 0) + 1 FROM records", [], |row| row.get(0))?))
    }

    /// Records of the active sources.
    pub fn record_count(&self) -> Result<u64> {
        let count: i64 =
            self.conn.query_row("SELECT coalesce(sum(accepted), 0) FROM sources WHERE active = 1", [], |row| row.get(0))?;
        Ok(count as u64)
    }

    /// Writes records with ids from `first` on.
    pub fn insert_records<'a>(
        &self,
        source: SourceId,
        first: RecordId,
        records: impl IntoIterator<Item = NewRecord<'a>>,
    ) -> Result<()> {
        let mut statement = self.conn.prepare_cached(
            "INSERT INTO records (id, source, line, raw_text, file_name, fields) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?;
        for (id, record) in (first.0..).zip(records) {
            statement.execute(params![id, source.0, record.line as i64, record.text, record.file_name, record.fields])?;
        }
        Ok(())
    }

    /// The pipeline in force, 0 when there is none.
    pub(super) fn pipeline_in_force(&self) -> Result<i64> {
        Ok(self.setting(settings::PIPELINE)?.and_then(|id| id.parse().ok()).unwrap_or(0))
    }

    /// The records with these ids, in their order; ids that are not there (or whose source is inactive) are left out.
    pub fn records(&self, ids: &[RecordId]) -> Result<Vec<Record>> {
        let pipeline = self.pipeline_in_force()?;
        let mut statement = self.conn.prepare_cached(&format!("{SELECT} WHERE r.id = ?2"))?;
        let mut records = Vec::with_capacity(ids.len());
        for id in ids {
            let mut rows = statement.query(params![pipeline, id.0])?;
            if let Some(row) = rows.next()? {
                records.push(row_to_record(row)?);
            }
        }
        Ok(records)
    }

    /// The wanted records of a range of ids as they were imported, whatever stands over them and whether their source is active.
    pub(super) fn bare_records(&self, range: Range<u32>, mut is_wanted: impl FnMut(RecordId) -> bool) -> Result<Vec<Record>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT id, source, line, raw_text, file_name, fields FROM records WHERE id >= ?1 AND id < ?2 ORDER BY id",
        )?;
        let mut rows = statement.query([range.start, range.end])?;
        let mut records = Vec::new();
        while let Some(row) = rows.next()? {
            let id = RecordId(row.get(0)?);
            if is_wanted(id) {
                records.push(Record {
                    id,
                    source: SourceId(row.get(1)?),
                    line: row.get::<_, i64>(2)? as u64,
                    raw_text: row.get(3)?,
                    file_name: row.get(4)?,
                    fields: row.get(5)?,
                    outcome: None,
                    edit: None,
                    mark: None,
                    duplicate: None,
                    assignment: None,
                });
            }
        }
        Ok(records)
    }

    /// The line of its file that a record began in.
    pub fn line_of(&self, id: RecordId) -> Result<u64> {
        let mut statement = self.conn.prepare_cached("SELECT line FROM records WHERE id = ?1")?;
        Ok(statement.query_row([id.0], |row| row.get::<_, i64>(0))? as u64)
    }

    /// Up to `limit` records with ids above `after`, by id: a window that costs the same anywhere in the workspace.
    pub fn records_after(&self, after: RecordId, limit: usize) -> Result<Vec<Record>> {
        let pipeline = self.pipeline_in_force()?;
        let mut statement = self.conn.prepare_cached(&format!("{SELECT} WHERE r.id > ?2 ORDER BY r.id LIMIT ?3"))?;
        let rows = statement.query_map(params![pipeline, after.0, limit as i64], row_to_record)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Names of fields that the sources have: those of the first records of each range of ids.
    pub(super) fn imported_field_names(&self, ranges: &[(SourceId, u32, u32)]) -> Result<BTreeSet<String>> {
        const SAMPLE: u32 = 200;
        let mut statement = self.conn.prepare_cached(
            "SELECT DISTINCT j.key FROM records r, json_each(CASE WHEN json_valid(r.fields) THEN r.fields ELSE '{}' END) j
             WHERE r.id >= ?1 AND r.id < ?2",
        )?;
        let mut names = BTreeSet::new();
        for &(_, first, end) in ranges {
            let rows = statement.query_map([first, end.min(first.saturating_add(SAMPLE))], |row| row.get::<_, String>(0))?;
            for name in rows {
                names.insert(name?);
            }
        }
        Ok(names)
    }

    /// Hands out every record that names an image file, with the name, by id; those of inactive sources too.
    pub fn each_file_name(&self, mut each: impl FnMut(RecordId, &str) -> Result<()>) -> Result<()> {
        let mut statement =
            self.conn.prepare_cached("SELECT id, file_name FROM records WHERE file_name IS NOT NULL ORDER BY id")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            each(RecordId(row.get(0)?), row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?)?;
        }
        Ok(())
    }

    /// The JSON fields of every position of the columns, which are of this version.
    pub fn all_fields_of(&self, version: Version, columns: &Columns) -> Result<Vec<Option<String>>> {
        let Version::Snapshot(snapshot) = version else { return self.all_fields(columns) };
        let mut layers = FrozenLayers::open(self, snapshot)?;
        let of = |position| {
            let id = columns.id(position);
            let imported = self.bare_records(id.0..id.0.saturating_add(1), |_| true)?.pop().and_then(|record| record.fields);
            Ok(match layers.at(id.0)?.outcome {
                Some(outcome) => fields::merged(imported, &outcome.fields),
                None => imported,
            })
        };
        (0..columns.len()).map(of).collect()
    }

    fn all_fields(&self, columns: &Columns) -> Result<Vec<Option<String>>> {
        let mut all = vec![None; columns.len()];
        let mut statement = self.conn.prepare_cached(
            "SELECT r.id, r.fields, o.fields FROM records r
             LEFT JOIN outcomes o ON o.pipeline = ?3 AND o.record = r.id
             WHERE r.id >= ?1 AND r.id < ?2 AND (r.fields IS NOT NULL OR o.fields IS NOT NULL)",
        )?;
        let pipeline = self.pipeline_in_force()?;
        for (_, first, end) in self.source_ranges()? {
            let mut rows = statement.query(params![first, end, pipeline])?;
            while let Some(row) = rows.next()? {
                if let Some(position) = columns.position(RecordId(row.get(0)?)) {
                    let set: Option<String> = row.get(2)?;
                    all[position] = fields::merged(row.get(1)?, &fields::from_json(set.as_deref()));
                }
            }
        }
        Ok(all)
    }
}
