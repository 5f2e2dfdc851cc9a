//! Token ids → sentence vectors: the layers of BERT over a few texts whose tokens lie one after the other, without padding.

use super::config::Config;
use super::kernels::{Floats, Heads, Kernel, Linear, Norm, Then};
use super::safetensors::Safetensors;
use crate::error::Result;

/// A model's weights as they are in its file, whatever computes with them.
#[derive(Debug)]
pub struct Weights {
    /// A row for each token.
    words: Vec<f32>,
    /// A row for each position, the row of token type 0 added: a single text has no other type.
    positions: Vec<f32>,
    norm: Norm,
    layers: Vec<LayerWeights>,
}

#[derive(Debug)]
struct LayerWeights {
    /// Queries, keys and values in one; the queries scaled by 1/√head size.
    qkv: Dense,
    mixed: Dense,
    mixed_norm: Norm,
    wide: Dense,
    narrow: Dense,
    narrow_norm: Norm,
}

/// A row of inputs for each output, and what is added.
#[derive(Debug)]
struct Dense {
    weights: Vec<f32>,
    bias: Vec<f32>,
}

/// Reads tensors of one model, whose names may stand behind a prefix.
struct Reader<'a> {
    file: Safetensors<'a>,
    prefix: &'static str,
    config: &'a Config,
}

impl Weights {
    /// Reads a model's weights from the bytes of `model.safetensors`. Refuses a tensor that is missing or has a shape other than `config` says.
    pub fn read(bytes: &[u8], config: &Config) -> Result<Weights> {
        let file = Safetensors::read(bytes)?;
        let prefix = if file.has("bert.embeddings.word_embeddings.weight") { "bert." } else { "" };
        Reader { file, prefix, config }.weights()
    }
}

impl Reader<'_> {
    fn weights(&self) -> Result<Weights> {
        let hidden = self.config.hidden_size;
        let types = self.floats("embeddings.token_type_embeddings.weight", &[self.config.type_vocab_size, hidden])?;
        let mut positions =
            self.floats("embeddings.position_embeddings.weight", &[self.config.max_position_embeddings, hidden])?;
        for row in positions.chunks_exact_mut(hidden) {
            row.iter_mut().zip(&types).for_each(|(position, kind)| *position += kind);
        }
        Ok(Weights {
            words: self.floats("embeddings.word_embeddings.weight", &[self.config.vocab_size, hidden])?,
            positions,
            norm: self.norm("embeddings.LayerNorm")?,
            layers: (0..self.config.num_hidden_layers).map(|layer| self.layer(layer)).collect::<Result<_>>()?,
        })
    }

    fn layer(&self, layer: usize) -> Result<LayerWeights> {
        let (hidden, wide) = (self.config.hidden_size, self.config.intermediate_size);
        let name = |part: &str| format!("encoder.layer.{layer}.{part}");
        let mut qkv = self.dense(&name("attention.self.query"), hidden, hidden)?;
        let scale = 1.0 / (self.config.head_size() as f32).sqrt();
        qkv.weights.iter_mut().chain(&mut qkv.bias).for_each(|v| *v *= scale);
        for part in ["key", "value"] {
            let more = self.dense(&name(&format!("attention.self.{part}")), hidden, hidden)?;
            qkv.weights.extend(more.weights);
            qkv.bias.extend(more.bias);
        }
        Ok(LayerWeights {
            qkv,
            mixed: self.dense(&name("attention.output.dense"), hidden, hidden)?,
            mixed_norm: self.norm(&name("attention.output.LayerNorm"))?,
            wide: self.dense(&name("intermediate.dense"), hidden, wide)?,
            narrow: self.dense(&name("output.dense"), wide, hidden)?,
            narrow_norm: self.norm(&name("output.LayerNorm"))?,
        })
    }

    fn dense(&self, name: &str, inputs: usize, outputs: usize) -> Result<Dense> {
        let weights = self.floats(&format!("{name}.weight"), &[outputs, inputs])?;
        Ok(Dense { weights, bias: self.floats(&format!("{name}.bias"), &[outputs])? })
    }

    fn norm(&self, name: &str) -> Result<Norm> {
        let part = |part: &str| self.floats(&format!("{name}.{part}"), &[self.config.hidden_size]);
        Ok(Norm { gain: part("weight")?, shift: part("bias")?, epsilon: self.config.layer_norm_eps })
    }

    fn floats(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>> {
        self.file.floats(&format!("{}{name}", self.prefix), shape)
    }
}

/// A model's layers, laid out for one kernel.
#[derive(Debug)]
pub struct Encoder {
    kernel: Kernel,
    heads: Heads,
    hidden: usize,
    wide: usize,
    norm: Norm,
    layers: Vec<Layer>,
}

#[derive(Debug)]
struct Layer {
    qkv: Linear,
    mixed: Linear,
    mixed_norm: Norm,
    wide: Linear,
    narrow: Linear,
    narrow_norm: Norm,
}

/// What one thread needs, kept from chunk to chunk. An operand holds numbers as the kernel multiplies them.
#[derive(Debug, Default)]
pub struct Buffers {
    /// The residual stream, a row of floats for each token.
    x: Floats,
    /// `x` as an operand, and what attention mixed.
    operand: Floats,
    qkv: Floats,
    /// The operand inside the feed-forward layer.
    wide: Floats,
    scratch: Floats,
    lengths: Vec<usize>,
}

impl Encoder {
    /// Lays out `weights` for `kernel`.
    pub fn new(weights: &Weights, config: &Config, kernel: Kernel) -> Encoder {
        let linear = |dense: &Dense| Linear::new(kernel, dense.weights.len() / dense.bias.len(), &dense.weights, &dense.bias);
        let layer = |layer: &LayerWeights| Layer {
            qkv: linear(&layer.qkv),
            mixed: linear(&layer.mixed),
            mixed_norm: layer.mixed_norm.clone(),
            wide: linear(&layer.wide),
            narrow: linear(&layer.narrow),
            narrow_norm: layer.narrow_norm.clone(),
        };
        Encoder {
            kernel,
            heads: Heads { count: config.num_attention_heads, size: config.head_size() },
            hidden: config.hidden_size,
            wide: config.intermediate_size,
            norm: weights.norm.clone(),
            layers: weights.layers.iter().map(layer).collect(),
        }
    }

    /// The vectors of a few texts, given as token ids that the vocabulary has, to `rows`.
    pub fn embed(&self, weights: &Weights, texts: &[Vec<u32>], buffers: &mut Buffers, rows: &mut [f32]) {
        let tokens = buffers.begin(texts, self);
        self.look_up(weights, texts, &mut buffers.x);
        self.norm.apply(self.kernel, tokens, &mut buffers.x, &mut buffers.operand);
        for layer in &self.layers {
            self.layer(layer, tokens, buffers);
        }
        let mut from = 0;
        for (text, row) in texts.iter().zip(rows.chunks_exact_mut(self.hidden)) {
            let to = from + text.len() * self.hidden;
            pool(&buffers.x[from..to], row);
            from = to;
        }
    }

    /// The sum of each token's word and position.
    fn look_up(&self, weights: &Weights, texts: &[Vec<u32>], x: &mut [f32]) {
        let row = |at: usize| at * self.hidden..(at + 1) * self.hidden;
        let places = texts.iter().flat_map(|ids| ids.iter().enumerate());
        for ((position, &id), x) in places.zip(x.chunks_exact_mut(self.hidden)) {
            let word = &weights.words[row(id as usize)];
            let place = &weights.positions[row(position)];
            x.iter_mut().zip(word.iter().zip(place)).for_each(|(x, (word, place))| *x = word + place);
        }
    }

    fn layer(&self, layer: &Layer, tokens: usize, b: &mut Buffers) {
        layer.qkv.apply(tokens, &b.operand, Then::Bias, &mut b.qkv);
        self.kernel.attention(self.heads, &b.lengths, &b.qkv, &mut b.scratch, &mut b.operand);
        layer.mixed.apply(tokens, &b.operand, Then::Residual, &mut b.x);
        layer.mixed_norm.apply(self.kernel, tokens, &mut b.x, &mut b.operand);
        layer.wide.apply(tokens, &b.operand, Then::Gelu, &mut b.wide);
        layer.narrow.apply(tokens, &b.wide, Then::Residual, &mut b.x);
        layer.narrow_norm.apply(self.kernel, tokens, &mut b.x, &mut b.operand);
    }
}

impl Buffers {
    /// Makes room for `texts`; returns their tokens.
    fn begin(&mut self, texts: &[Vec<u32>], encoder: &Encoder) -> usize {
        self.lengths.clear();
        self.lengths.extend(texts.iter().map(Vec::len));
        let tokens = self.lengths.iter().sum();
        self.x.grow(tokens * encoder.hidden);
        self.operand.grow(tokens * encoder.hidden);
        self.qkv.grow(tokens * encoder.hidden * 3);
        self.wide.grow(tokens * encoder.wide);
        tokens
    }
}

/// The mean of a text's rows, scaled to length 1.
fn pool(tokens: &[f32], mean: &mut [f32]) {
    mean.fill(0.0);
    for row in tokens.chunks_exact(mean.len()) {
        mean.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
    }
    // The mean's divisor falls out of the scaling.
    let norm = mean.iter().map(|v| f64::from(*v).powi(2)).sum::<f64>().sqrt().max(1e-12) as f32;
    mean.iter_mut().for_each(|v| *v /= norm);
}
