//! Inputs for benchmarks: as many prompts as wanted, streamed, so that ten million need no memory.

use std::io::Write;

use crate::error::Result;

use super::composer::Composer;
use super::record;
use super::rng::Rng;

/// The formats that benchmarks read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BenchFormat {
    /// One prompt a line.
    Txt,
    /// One object a line, about 340 bytes.
    Jsonl,
}

/// Writes `records` prompts to `out`, which should be buffered. The same arguments give the same bytes, and the shorter file
/// is the head of the longer one.
pub fn bench_file(records: u64, seed: u64, format: BenchFormat, out: &mut dyn Write) -> Result<()> {
    let mut composer = Composer::new(seed);
    // The fields have a generator of their own, so that both formats hold the same texts.
    let mut rng = Rng::new(!seed);
    for _ in 0..records {
        let Some(composed) = composer.next() else { break };
        match format {
            BenchFormat::Txt => writeln!(out, "{}", composed.text)?,
            BenchFormat::Jsonl => {
                let file_name = record::image_name(&mut rng);
                out.write_all(record::line(&composed.text, Some(&file_name), &mut rng).as_bytes())?;
            }
        }
    }
    Ok(())
}
