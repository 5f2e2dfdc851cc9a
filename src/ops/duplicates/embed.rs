//! Texts → embeddings: out of the cache where a text was embedded before, from the model where not, into the cache as they are made.

use std::cell::Cell;

use xxhash_rust::xxh3::xxh3_128;

use crate::error::Result;
use crate::progress::Progress;
use crate::shelf::{Folders, Kept, VectorFile};
use crate::similarity::cosine::Vectors;
pub use crate::similarity::minilm::Precision;

/// Texts that are embedded and stored at once, unless told otherwise: a kill loses these at most.
const BATCH: usize = 512;

/// A model with its cache.
pub struct Embedder {
    kept: Kept,
    cache: VectorFile,
    precision: Precision,
    method: String,
    batch: usize,
    embedded: Cell<u64>,
}

impl Embedder {
    /// The model with this name, or the first on the shelf. Errors: refused, with what to do, where there is none.
    pub fn open(folders: &Folders, model: Option<&str>, precision: Precision) -> Result<Embedder> {
        let kept = folders.shelf().find(model)?;
        let kind = precision.kind();
        let cache = VectorFile::open(&folders.cache.join("embeddings"), &format!("{}-{kind}", kept.id()), kept.dims)?;
        Ok(Embedder { method: kept.method(kind), kept, cache, precision, batch: BATCH, embedded: Cell::new(0) })
    }

    /// The same, embedding and storing so many texts at once (at least one).
    pub fn in_batches_of(self, batch: usize) -> Embedder {
        Embedder { batch: batch.max(1), ..self }
    }

    /// How graphs name it: the model with its precision.
    pub fn method(&self) -> &str {
        &self.method
    }

    /// Texts that the model embedded so far.
    pub fn embedded(&self) -> u64 {
        self.embedded.get()
    }

    /// The embedding of each text, in their order; no text comes twice.
    pub fn vectors(&self, texts: &[&str], progress: &Progress) -> Result<Vectors> {
        let dims = self.kept.dims;
        let digests: Vec<u128> = texts.iter().map(|text| xxh3_128(text.as_bytes())).collect();
        let mut rows = vec![0.0; texts.len() * dims];
        let missing = self.cache.load(&digests, &mut rows, progress)?;
        if missing.is_empty() {
            return Vectors::new(dims, rows);
        }
        progress.stage("reading the model", "", 0)?;
        let model = self.kept.open()?;
        progress.stage("embedding", "texts", missing.len() as u64)?;
        for batch in batches(missing, texts, self.batch) {
            let some: Vec<&str> = batch.iter().map(|&place| texts[place as usize]).collect();
            let made = model.embed(&some, self.precision, progress)?;
            let digests: Vec<u128> = batch.iter().map(|&place| digests[place as usize]).collect();
            self.cache.append(&digests, &made)?;
            for (&place, row) in batch.iter().zip(made.chunks_exact(dims)) {
                rows[place as usize * dims..][..dims].copy_from_slice(row);
            }
            self.embedded.set(self.embedded.get() + batch.len() as u64);
        }
        Vectors::new(dims, rows)
    }
}

/// Batches of texts of like length, so that little is computed for blanks; long and short ones by turns, so that the rate so far tells
/// the time left.
fn batches(mut places: Vec<u32>, texts: &[&str], batch: usize) -> Vec<Vec<u32>> {
    places.sort_by_key(|&place| texts[place as usize].len());
    let mut batches: Vec<Vec<u32>> = places.chunks(batch).map(<[u32]>::to_vec).collect();
    let mut mixed = Vec::with_capacity(batches.len());
    while !batches.is_empty() {
        let middle = batches.len() / 2;
        for at in [batches.len() - 1, middle, 0] {
            if at < batches.len() {
                mixed.push(batches.remove(at));
            }
        }
    }
    mixed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_hold_every_text_once_and_texts_of_like_length() {
        let texts: Vec<String> = (0..5 * BATCH + 7).map(|n| "x".repeat(n * 7919 % 501)).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let batches = batches((0..texts.len() as u32).collect(), &texts, BATCH);
        let mut all: Vec<u32> = batches.concat();
        all.sort_unstable();
        assert_eq!(all, (0..texts.len() as u32).collect::<Vec<_>>());
        for batch in &batches {
            let lengths = || batch.iter().map(|&place| texts[place as usize].len());
            assert!(lengths().max().unwrap_or(0) - lengths().min().unwrap_or(0) <= 100);
        }
    }
}
