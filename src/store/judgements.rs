//! Judged pairs: ground state by the digests of two texts.

use rusqlite::{OptionalExtension, params};

use super::Store;
use crate::error::{Error, Result};
use crate::model::{Judgement, TextPair};

impl Store {
    pub fn judgement(&self, pair: TextPair) -> Result<Option<Judgement>> {
        let mut statement = self.conn.prepare_cached("SELECT verdict, sampled FROM judgements WHERE pair = ?1")?;
        let row: Option<(String, bool)> =
            statement.query_row([pair.to_string()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        row.map(|(word, sampled)| judgement(&word, sampled)).transpose()
    }

    pub fn set_judgement(&self, pair: TextPair, judgement: Option<Judgement>) -> Result<()> {
        let key = pair.to_string();
        match judgement {
            Some(Judgement { verdict, sampled }) => self
                .conn
                .prepare_cached("INSERT OR REPLACE INTO judgements (pair, verdict, sampled) VALUES (?1, ?2, ?3)")?
                .execute(params![key, verdict.word(), sampled])?,
            None => self.conn.prepare_cached("DELETE FROM judgements WHERE pair = ?1")?.execute([key])?,
        };
        Ok(())
    }

    /// Every judged pair, in the order of pairs.
    pub fn judgements(&self) -> Result<Vec<(TextPair, Judgement)>> {
        let mut statement = self.conn.prepare_cached("SELECT pair, verdict, sampled FROM judgements ORDER BY pair")?;
        let rows =
            statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, bool>(2)?)))?;
        rows.map(|row| {
            let (pair, word, sampled) = row?;
            Ok((pair.parse().map_err(|()| damaged())?, judgement(&word, sampled)?))
        })
        .collect()
    }
}

fn judgement(word: &str, sampled: bool) -> Result<Judgement> {
    Ok(Judgement { verdict: word.parse().map_err(|()| damaged())?, sampled })
}

fn damaged() -> Error {
    Error::refused("the judged pairs are damaged").hint("`tamis check` says where")
}
