//! Sentence embeddings by a BERT encoder such as all-MiniLM-L6-v2 (Reimers and Gurevych, "Sentence-BERT", 2019; Wang et al., "MiniLM",
//! 2020), on the processor, from files that the user has.
//!
//! | file | idea |
//! |---|---|
//! | [`safetensors`], [`config`] | the model's files, believed only where they check out |
//! | [`wordpiece`], `normalise` | text → token ids |
//! | [`encoder`] | token ids → vectors, for a few texts at a time |
//! | [`kernels`] | the arithmetic, in the processor's best instructions |

pub mod config;
pub mod encoder;
pub mod kernels;
mod normalise;
pub mod safetensors;
pub mod wordpiece;

use std::ops::Range;
use std::sync::OnceLock;

use rayon::prelude::*;

use crate::error::{Error, Result};
use crate::progress::Progress;
use config::Config;
use encoder::{Encoder, Weights};
use kernels::Kernel;
use wordpiece::Tokenizer;

/// Tokens of a text that count; what is behind them is cut off, as sentence-transformers does with this model.
const MAX_TOKENS: usize = 256;

/// Tokens that one thread computes at a time: enough to reuse the weights from cache, few enough for the activations to stay there.
const CHUNK: usize = 256;

/// The bytes of a model's files.
#[derive(Debug, Clone, Default)]
pub struct ModelFiles {
    /// `model.safetensors`
    pub weights: Vec<u8>,
    /// `tokenizer.json`
    pub tokenizer: Vec<u8>,
    /// `config.json`
    pub config: Vec<u8>,
}

/// How exact embeddings are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precision {
    /// `f32` throughout: cosines within some 1e-6 of any other faithful implementation.
    Exact,
    /// The fastest arithmetic of this processor that keeps near pairs: `bf16` products with `f32` sums where it has them, else `f32`.
    Fast,
}

impl Precision {
    /// What [`Precision`] means on this processor, "f32" or "bf16": embeddings that are kept must be kept under it.
    pub fn kind(self) -> &'static str {
        Kernel::fastest(self).precision()
    }
}

/// What [`Precision::Fast`] means on this processor: "bf16" or "f32".
pub fn fast_kind() -> &'static str {
    Precision::Fast.kind()
}

/// A model, ready to embed.
#[derive(Debug)]
pub struct Model {
    config: Config,
    tokenizer: Tokenizer,
    weights: Weights,
    exact: OnceLock<Encoder>,
    fast: OnceLock<Encoder>,
}

impl Model {
    /// Reads and checks a model. Refuses files that are broken, do not fit each other, or hold another kind of model.
    pub fn read(files: &ModelFiles) -> Result<Model> {
        let config = Config::read(&files.config)?;
        let tokenizer = Tokenizer::read(&files.tokenizer)?;
        if tokenizer.vocabulary() > config.vocab_size {
            let (has, takes) = (tokenizer.vocabulary(), config.vocab_size);
            return Err(Error::refused(format!("the tokenizer has {has} tokens and the model takes {takes}"))
                .hint("take all files from the folder of one model"));
        }
        let weights = Weights::read(&files.weights, &config)?;
        Ok(Model { config, tokenizer, weights, exact: OnceLock::new(), fast: OnceLock::new() })
    }

    /// Numbers in an embedding.
    pub fn dims(&self) -> usize {
        self.config.hidden_size
    }

    /// Tokens of `text` that the model sees, its start and end marks included.
    pub fn token_count(&self, text: &str) -> usize {
        self.tokenizer.encode(text, self.max_tokens(), &mut Vec::new())
    }

    /// A row of [`Model::dims`] numbers of length 1 for each text, in order. A row depends on its text alone: the same bytes for any
    /// number of threads and in any company. `progress` counts texts; the stage is the caller's.
    pub fn embed(&self, texts: &[&str], precision: Precision, progress: &Progress) -> Result<Vec<f32>> {
        let kernel = Kernel::fastest(precision);
        let encoder = if kernel == Kernel::fastest(Precision::Exact) { &self.exact } else { &self.fast };
        self.embed_by(encoder.get_or_init(|| self.encoder(kernel)), texts, progress)
    }

    /// The model laid out for `kernel`.
    pub fn encoder(&self, kernel: Kernel) -> Encoder {
        Encoder::new(&self.weights, &self.config, kernel)
    }

    /// [`Model::embed`] by an encoder of the caller's choice.
    pub fn embed_by(&self, encoder: &Encoder, texts: &[&str], progress: &Progress) -> Result<Vec<f32>> {
        let tokens: Vec<Vec<u32>> = texts.par_iter().map(|text| self.ids(text)).collect();
        let mut rows = vec![0.0; texts.len() * self.dims()];
        let mut jobs = Vec::new();
        let mut rest = rows.as_mut_slice();
        for chunk in chunks(&tokens) {
            let (mine, others) = rest.split_at_mut(chunk.len() * self.dims());
            jobs.push((&tokens[chunk], mine));
            rest = others;
        }
        jobs.into_par_iter().try_for_each_init(Default::default, |buffers, (tokens, rows)| {
            progress.check()?;
            encoder.embed(&self.weights, tokens, buffers, rows);
            progress.add(tokens.len() as u64)
        })?;
        Ok(rows)
    }

    fn ids(&self, text: &str) -> Vec<u32> {
        let mut ids = Vec::new();
        self.tokenizer.encode(text, self.max_tokens(), &mut ids);
        ids
    }

    fn max_tokens(&self) -> usize {
        MAX_TOKENS.min(self.config.max_position_embeddings)
    }
}

/// Runs of texts with [`CHUNK`] tokens at most together, or a single text.
fn chunks(tokens: &[Vec<u32>]) -> Vec<Range<usize>> {
    let mut chunks = Vec::new();
    let (mut start, mut sum) = (0, 0);
    for (i, ids) in tokens.iter().enumerate() {
        if sum + ids.len() > CHUNK && i > start {
            chunks.push(start..i);
            (start, sum) = (i, 0);
        }
        sum += ids.len();
    }
    if start < tokens.len() {
        chunks.push(start..tokens.len());
    }
    chunks
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    /// What torch and transformers computed in double precision for one text of `tests/similarity/tiny_bert.py`.
    #[derive(Deserialize)]
    struct Expected {
        text: String,
        ids: Vec<u32>,
        embedding: Vec<f32>,
    }

    fn files() -> ModelFiles {
        ModelFiles {
            weights: include_bytes!("../../../tests/similarity/tiny_bert/model.safetensors").to_vec(),
            tokenizer: include_bytes!("../../../tests/similarity/tiny_bert/tokenizer.json").to_vec(),
            config: include_bytes!("../../../tests/similarity/tiny_bert/config.json").to_vec(),
        }
    }

    fn model() -> Model {
        Model::read(&files()).unwrap()
    }

    fn expected() -> Vec<Expected> {
        serde_json::from_str(include_str!("../../../tests/similarity/tiny_bert/expected.json")).unwrap()
    }

    fn texts(expected: &[Expected]) -> Vec<&str> {
        expected.iter().map(|e| e.text.as_str()).collect()
    }

    #[test]
    fn ids_are_those_of_the_tokenizers_library() {
        let model = model();
        for expected in expected() {
            assert_eq!(model.ids(&expected.text), expected.ids, "{}", expected.text);
            assert_eq!(model.token_count(&expected.text), expected.ids.len());
        }
    }

    #[test]
    fn every_kernel_of_this_processor_embeds_as_torch_does() {
        let (model, expected) = (model(), expected());
        for kernel in Kernel::all() {
            let rows = model.embed_by(&model.encoder(kernel), &texts(&expected), &Progress::none()).unwrap();
            let most = if kernel.precision() == "f32" { 2e-6 } else { 2e-2 };
            for (row, expected) in rows.chunks_exact(model.dims()).zip(&expected) {
                let off = row.iter().zip(&expected.embedding).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
                assert!(off < most, "{}: {off} off for {:?}", kernel.name(), expected.text);
            }
        }
    }

    #[test]
    fn a_row_depends_on_its_text_alone() {
        let (model, expected) = (model(), expected());
        // Enough for several chunks, whose borders differ between the whole and its parts.
        let many: Vec<&str> = texts(&expected).into_iter().cycle().take(97).collect();
        for precision in [Precision::Exact, Precision::Fast] {
            let embed = |texts: &[&str]| model.embed(texts, precision, &Progress::none()).unwrap();
            let by_threads = |threads| {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                pool.install(|| embed(&many))
            };
            let whole = by_threads(1);
            assert!(whole == by_threads(2) && whole == by_threads(7));
            assert_eq!(whole, many.chunks(5).flat_map(embed).collect::<Vec<_>>());
        }
        assert!(model.embed(&[], Precision::Exact, &Progress::none()).unwrap().is_empty());
    }

    #[test]
    fn progress_counts_texts_and_cancels() {
        let (model, expected, progress) = (model(), expected(), Progress::new());
        model.embed(&texts(&expected), Precision::Exact, &progress).unwrap();
        assert_eq!(progress.snapshot().done, expected.len() as u64);
        progress.cancel();
        assert!(model.embed(&texts(&expected), Precision::Exact, &progress).unwrap_err().is_interrupted());
    }

    #[test]
    fn files_that_do_not_fit_each_other_are_refused() {
        let refused = |change: fn(&mut ModelFiles)| {
            let mut files = files();
            change(&mut files);
            Model::read(&files).unwrap_err().to_string()
        };
        let config = |from: &str, to: &str| {
            let mut files = files();
            let changed = String::from_utf8(files.config).unwrap().replace(from, to);
            files.config = changed.into_bytes();
            Model::read(&files).unwrap_err().to_string()
        };
        assert!(refused(|f| f.weights.truncate(1000)).contains("safetensors"));
        assert!(refused(|f| f.tokenizer.clear()).contains("tokenizer.json"));
        assert!(refused(|f| f.config.clear()).contains("config.json"));
        assert!(config(r#"_layers": 2"#, r#"_layers": 3"#).contains("encoder.layer.2"));
        assert!(config(r#""hidden_size": 32"#, r#""hidden_size": 64"#).contains("has shape"));
        assert!(config(r#""vocab_size": "#, r#""vocab_size": 1, "was": "#).contains("the tokenizer has"));
    }
}
