//! What `config.json` says about a model, and whether it is one that this code computes.

use serde::Deserialize;

use crate::error::{Error, Result};

/// The sizes of a BERT encoder.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Config {
    #[serde(default)]
    architectures: Vec<String>,
    hidden_act: String,
    /// Only "absolute" is computed; older files do not say.
    #[serde(default = "absolute")]
    position_embedding_type: String,
    pub vocab_size: usize,
    pub hidden_size: usize,
    pub num_hidden_layers: usize,
    pub num_attention_heads: usize,
    pub intermediate_size: usize,
    pub max_position_embeddings: usize,
    pub type_vocab_size: usize,
    /// What keeps the root in a layer norm from being zero.
    pub layer_norm_eps: f32,
}

fn absolute() -> String {
    "absolute".into()
}

impl Config {
    /// Reads and checks `config.json`. Refuses another architecture and sizes that the kernels do not take.
    pub fn read(json: &[u8]) -> Result<Config> {
        let config: Config =
            serde_json::from_slice(json).map_err(|e| unusable("it lacks what describes a BERT encoder").caused_by(e))?;
        config.check().map(|()| config)
    }

    /// Numbers a head has of each token.
    pub fn head_size(&self) -> usize {
        self.hidden_size / self.num_attention_heads
    }

    fn check(&self) -> Result<()> {
        let need = |holds: bool, what: String| if holds { Ok(()) } else { Err(unusable(what)) };
        let bert = self.architectures.iter().any(|name| name.starts_with("Bert"));
        need(bert, format!("its architecture is {:?}, not BERT", self.architectures))?;
        need(self.hidden_act == "gelu", format!("its activation is {}, not gelu", self.hidden_act))?;
        let positions = &self.position_embedding_type;
        need(positions == "absolute", format!("its positions are {positions}, not absolute"))?;
        self.check_sizes()
    }

    /// Multiples of 32 and 16 fill whole vectors, so no kernel has a ragged edge; every BERT in use has them. The upper bounds
    /// only keep a hostile file from overflowing a product.
    fn check_sizes(&self) -> Result<()> {
        let within =
            |name: &str, value: usize, step: usize, most: usize| match value > 0 && value <= most && value.is_multiple_of(step) {
                true => Ok(()),
                false => Err(unusable(format!("{name} is {value}; a multiple of {step} up to {most} was expected"))),
            };
        within("vocab_size", self.vocab_size, 1, 1 << 20)?;
        within("hidden_size", self.hidden_size, 32, 1 << 12)?;
        within("num_hidden_layers", self.num_hidden_layers, 1, 128)?;
        within("intermediate_size", self.intermediate_size, 32, 1 << 14)?;
        within("max_position_embeddings", self.max_position_embeddings, 1, 1 << 16)?;
        within("type_vocab_size", self.type_vocab_size, 1, 1 << 8)?;
        within("num_attention_heads", self.num_attention_heads, 1, self.hidden_size)?;
        within("hidden_size / num_attention_heads", self.head_size(), 16, self.hidden_size)?;
        match self.head_size() * self.num_attention_heads == self.hidden_size && self.layer_norm_eps > 0.0 {
            true => Ok(()),
            false => Err(unusable("its heads do not divide its hidden size, or its layer_norm_eps is not positive")),
        }
    }
}

fn unusable(what: impl std::fmt::Display) -> Error {
    Error::refused(format!("config.json describes no model that can be used: {what}"))
        .hint("sentence embeddings need a BERT encoder such as all-MiniLM-L6-v2")
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINILM: &str = r#"{"architectures":["BertModel"],"hidden_act":"gelu","hidden_size":384,"num_hidden_layers":6,"vocab_size":30522,
        "num_attention_heads":12,"intermediate_size":1536,"max_position_embeddings":512,"type_vocab_size":2,"layer_norm_eps":1e-12}"#;

    #[test]
    fn minilm_is_taken_and_what_differs_is_named() {
        assert_eq!(Config::read(MINILM.as_bytes()).unwrap().head_size(), 32);
        for (from, to, words) in [
            ("BertModel", "T5EncoderModel", "not BERT"),
            ("gelu", "relu", "not gelu"),
            ("384", "380", "hidden_size is 380"),
            ("384", "0", "hidden_size is 0"),
            ("1536", "18446744073709551615", "intermediate_size"),
            (r#"heads":12"#, r#"heads":5"#, "num_attention_heads is 76"),
            (r#"heads":12"#, r#"heads":0"#, "num_attention_heads is 0"),
            ("1e-12", "-1", "not positive"),
            ("30522", "-3", "lacks"),
        ] {
            let message = Config::read(MINILM.replace(from, to).as_bytes()).unwrap_err().to_string();
            assert!(message.contains(words), "{to}: {message}");
        }
        assert!(Config::read(b"[]").is_err());
    }
}
