//! What every kind of rule has in common: parameters in, a compiled [`Action`] out, or a [`Fault`].

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use toml::de::{DeValue, ValueDeserializer};

use super::gate::Awake;
use super::need::Need;
use super::subject::Subject;

/// What a rule makes of one text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing to do; costs no allocation.
    Same,
    /// The new text, always different from the old one.
    Changed(String),
    /// The record goes.
    Drop,
    /// The record has this value, as JSON, in this field from now on; the text stays.
    Field { name: Arc<str>, value: String },
    /// The rule could not be carried out on this text, which stays as it is; why.
    Failed(String),
}

/// What a rule sees besides the text.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    pub subject: &'a Subject<'a>,
    /// Which of the rule's parts can do anything at all with this text, by index into [`Built::needs`].
    pub awake: Awake<'a>,
}

/// The compiled form of a rule: pure, and shared by threads.
pub trait Action: fmt::Debug + Send + Sync {
    fn apply(&self, text: &str, context: &Context<'_>) -> Verdict;
}

/// A compiled rule with the canonical form of its parameters.
#[derive(Debug)]
pub struct Built {
    pub action: Arc<dyn Action>,
    /// JSON of the parameters with defaults filled in; two rules that read the same have the same.
    pub canonical: String,
    /// What a text must have for the rule's parts to do anything: a part for each pattern, or one for the whole rule.
    pub needs: Vec<Need>,
    /// It looks at the imported fields, which otherwise need not be read.
    pub reads_fields: bool,
}

impl Built {
    /// A rule that every text is given to.
    pub fn new(action: impl Action + 'static, canonical: String) -> Built {
        Built { action: Arc::new(action), canonical, needs: vec![Need::nothing()], reads_fields: false }
    }

    /// A rule that only sees texts with what one of its parts needs.
    pub fn with_needs(action: impl Action + 'static, canonical: String, needs: Vec<Need>) -> Built {
        Built { action: Arc::new(action), canonical, needs, reads_fields: false }
    }
}

/// What is wrong with a rule, before its name and line are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Bytes of the file it is about; the whole rule when `None`.
    pub span: Option<Range<usize>>,
    pub message: String,
    pub hint: String,
}

impl Fault {
    pub fn new(message: impl Into<String>, hint: impl Into<String>) -> Fault {
        Fault { span: None, message: message.into(), hint: hint.into() }
    }

    pub fn at(mut self, span: Range<usize>) -> Fault {
        self.span = Some(span);
        self
    }
}

impl From<toml::de::Error> for Fault {
    fn from(error: toml::de::Error) -> Fault {
        let message = error.message().lines().collect::<Vec<_>>().join(", ");
        Fault { span: error.span(), message, hint: "mend or remove this key".into() }
    }
}

/// The keys of a rule that belong to its kind.
pub struct Params<'a>(pub toml::Spanned<DeValue<'a>>);

impl Params<'_> {
    /// The parameters and their canonical form.
    pub fn read<T: DeserializeOwned + Serialize>(self) -> Result<(T, String), Fault> {
        let params = T::deserialize(ValueDeserializer::from(self.0))?;
        let canonical = serde_json::to_string(&params)
            .map_err(|error| Fault::new(format!("the parameters have no canonical form: {error}"), "use finite numbers"))?;
        Ok((params, canonical))
    }
}
