//! Judged pairs: ground state by the digests of two texts.

use rusqlite::OptionalExtension;

use super::Store;
use crate::error::{Error, Result};
use crate::model::{TextPair, Verdict};

impl Store {
    pub fn judgement(&self, pair: TextPair) -> Result<Option<Verdict>> {
        let mut statement = self.conn.prepare_cached("SELECT verdict FROM judgements WHERE pair = ?1")?;
        let word: Option<String> = statement.query_row([pair.to_string()], |row| row.get(0)).optional()?;
        word.map(|word| word.parse().map_err(|()| damaged())).transpose()
    }

    pub fn set_judgement(&self, pair: TextPair, verdict: Option<Verdict>) -> Result<()> {
        let key = pair.to_string();
        match verdict {
            Some(verdict) => self
                .conn
                .prepare_cached("INSERT OR REPLACE INTO judgements (pair, verdict) VALUES (?1, ?2)")?
                .execute([key.as_str(), verdict.word()])?,
            None => self.conn.prepare_cached("DELETE FROM judgements WHERE pair = ?1")?.execute([key])?,
        };
        Ok(())
    }

    /// Every judged pair, in the order of pairs.
    pub fn judgements(&self) -> Result<Vec<(TextPair, Verdict)>> {
        let mut statement = self.conn.prepare_cached("SELECT pair, verdict FROM judgements ORDER BY pair")?;
        let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
        rows.map(|row| {
            let (pair, verdict) = row?;
            Ok((pair.parse().map_err(|()| damaged())?, verdict.parse().map_err(|()| damaged())?))
        })
        .collect()
    }
}

fn damaged() -> Error {
    Error::refused("the judged pairs are damaged").hint("`tamis check` says where")
}
