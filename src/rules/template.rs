//! `template`: words around the text.
//!
//! - `prefix = "a photo of "` and `suffix = ", film grain"` are added as they are, each unless the text already has it.
//! - `text = "{text}, by {field:artist}"` says the whole text anew: `{text}` is the old one, `{source}` the source's name,
//!   `{split}` the split that it declares, `{field:NAME}` a field; `{{` and `}}` are brackets. A record without the split or a
//!   field that is asked for stays as it is.
//!
//! A text that the template could have made is left, so that a second run does nothing. The other side of it: where the
//! template repeats itself (`"{text} {text}"`), a text that happens to be such a repetition counts as done; and where a field
//! changes between two runs, both values come to stand in the text. An empty text stays empty.

use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::action::{Action, Built, Context, Fault, Params, Verdict};
use super::subject::Subject;

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Template {
    #[serde(default)]
    prefix: String,
    #[serde(default)]
    suffix: String,
    #[serde(default)]
    text: Option<Spanned<String>>,
}

/// Reads and compiles a `template` rule.
pub fn build(params: Params<'_>) -> Result<Built, Fault> {
    let (params, canonical) = params.read::<Template>()?;
    let has_ends = !params.prefix.is_empty() || !params.suffix.is_empty();
    let parts = [Some(&params.prefix), Some(&params.suffix), params.text.as_ref().map(Spanned::get_ref)];
    if parts.into_iter().flatten().any(|part| part.contains('\0')) {
        return Err(Fault::new("it holds U+0000, which no text may", "leave it out"));
    }
    let Some(text) = params.text else {
        return match has_ends {
            true => Ok(Built::new(Ends { prefix: params.prefix, suffix: params.suffix }, canonical)),
            false => Err(Fault::new("it adds nothing", "add prefix = \"…\", suffix = \"…\" or text = \"… {text} …\"")),
        };
    };
    if has_ends {
        return Err(Fault::new("it has both `text` and a `prefix` or `suffix`", "write them into `text`").at(text.span()));
    }
    let pieces = pieces(text.get_ref()).map_err(|fault| fault.at(text.span()))?;
    if !pieces.contains(&Piece::Text) {
        return Err(Fault::new("the template has no {text}: every record would read the same", "add {text}").at(text.span()));
    }
    let reads_fields = pieces.iter().any(|piece| matches!(piece, Piece::Field(_)));
    Ok(Built { reads_fields, ..Built::new(Whole { pieces }, canonical) })
}

#[derive(Debug)]
struct Ends {
    prefix: String,
    suffix: String,
}

impl Action for Ends {
    fn apply(&self, text: &str, _: &Context<'_>) -> Verdict {
        let prefix = if text.starts_with(&self.prefix) { "" } else { &self.prefix };
        let suffix = if text.ends_with(&self.suffix) { "" } else { &self.suffix };
        if text.is_empty() || prefix.is_empty() && suffix.is_empty() {
            return Verdict::Same;
        }
        Verdict::Changed(format!("{prefix}{text}{suffix}"))
    }
}

/// What a template is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Literal(String),
    Text,
    Source,
    Split,
    Field(String),
}

fn pieces(template: &str) -> Result<Vec<Piece>, Fault> {
    let mut pieces = Vec::new();
    let mut literal = String::new();
    let mut rest = template;
    while let Some(at) = rest.find(['{', '}']) {
        literal.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(bracket) = ["{{", "}}"].into_iter().find(|double| rest.starts_with(double)) {
            literal.push_str(&bracket[1..]);
            rest = &rest[2..];
            continue;
        }
        let named = rest.strip_prefix('{').and_then(|open| open.split_once('}'));
        let (name, after) = named.ok_or_else(|| Fault::new("a bracket has no partner", "write {{ and }} for brackets"))?;
        if !literal.is_empty() {
            pieces.push(Piece::Literal(std::mem::take(&mut literal)));
        }
        pieces.push(piece(name)?);
        rest = after;
    }
    literal.push_str(rest);
    if !literal.is_empty() {
        pieces.push(Piece::Literal(literal));
    }
    Ok(pieces)
}

fn piece(name: &str) -> Result<Piece, Fault> {
    match name {
        "text" => Ok(Piece::Text),
        "source" => Ok(Piece::Source),
        "split" => Ok(Piece::Split),
        _ => match name.strip_prefix("field:").map(str::trim) {
            Some(field) if !field.is_empty() => Ok(Piece::Field(field.to_owned())),
            _ => Err(Fault::new(format!("`{{{name}}}` is unknown"), "the names are {text}, {source}, {split} and {field:NAME}")),
        },
    }
}

#[derive(Debug)]
struct Whole {
    pieces: Vec<Piece>,
}

impl Action for Whole {
    fn apply(&self, text: &str, context: &Context<'_>) -> Verdict {
        if text.is_empty() || !self.pieces.iter().all(|piece| *piece != Piece::Split || context.subject.split.is_some()) {
            return Verdict::Same;
        }
        let Some(fields) = self.fields(context.subject) else { return Verdict::Same };
        let filled = Filled { pieces: &self.pieces, subject: context.subject, fields: &fields };
        if filled.could_have_made(text) {
            return Verdict::Same;
        }
        let new: String = filled.parts(text).collect();
        if new.contains('\0') {
            return Verdict::Failed("a field holds U+0000, which no text may".to_owned());
        }
        Verdict::Changed(new)
    }
}

impl Whole {
    /// The values of the fields in the order in which they stand; `None` when one is not there.
    fn fields(&self, subject: &Subject<'_>) -> Option<Vec<String>> {
        let names = self.pieces.iter().filter_map(|piece| match piece {
            Piece::Field(name) => Some(name),
            _ => None,
        });
        names.map(|name| subject.field(name)).collect()
    }
}

/// A template with what one record has for it.
struct Filled<'a> {
    pieces: &'a [Piece],
    subject: &'a Subject<'a>,
    fields: &'a [String],
}

impl<'a> Filled<'a> {
    /// The new text in pieces, around `text`.
    fn parts<'p>(&'p self, text: &'p str) -> impl Iterator<Item = &'p str> {
        let mut fields = self.fields.iter();
        self.pieces.iter().map(move |piece| match piece {
            Piece::Literal(literal) => literal,
            Piece::Text => text,
            Piece::Source => self.subject.source,
            Piece::Split => self.subject.split.unwrap_or_default(),
            Piece::Field(_) => fields.next().map_or("", String::as_str),
        })
    }

    /// Whether the text is the template's own work: for some old text, this is the new one.
    fn could_have_made(&self, text: &str) -> bool {
        let around: usize = self.parts("").map(str::len).sum();
        let times = self.pieces.iter().filter(|piece| **piece == Piece::Text).count();
        let Some(length) = text.len().checked_sub(around).filter(|rest| rest % times == 0).map(|rest| rest / times) else {
            return false;
        };
        let before: usize =
            self.parts("").zip(self.pieces).take_while(|(_, piece)| **piece != Piece::Text).map(|(part, _)| part.len()).sum();
        let Some(old) = text.get(before..before + length) else { return false };
        let mut rest = Some(text);
        for part in self.parts(old) {
            rest = rest.and_then(|rest| rest.strip_prefix(part));
        }
        rest == Some("")
    }
}
