//! Strata: groups of records that every split has in proportion. By source, by length, by any field; several at once are combined.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::error::{Error, Result};
use crate::model::Version;
use crate::progress::Progress;
use crate::query::Columns;
use crate::workspace::Workspace;

/// What is kept in proportion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stratum {
    Source,
    /// Bands of CLIP tokens, not of characters: at 75 the trainers cut, and a character is not the same amount of text in every script.
    Length,
    /// A field's value; quartiles of a number with many values.
    Field(String),
}

/// `source`, `length`, a field's name; `field:source` is the field of that name.
impl FromStr for Stratum {
    type Err = Error;
    fn from_str(word: &str) -> Result<Stratum> {
        Ok(match word.trim() {
            "" => return Err(Error::usage("a stratum has a name").hint("source, length or a field, as in --by source,length")),
            "source" => Stratum::Source,
            "length" => Stratum::Length,
            name => Stratum::Field(name.strip_prefix("field:").unwrap_or(name).to_owned()),
        })
    }
}

impl fmt::Display for Stratum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Stratum::Source => f.write_str("source"),
            Stratum::Length => f.write_str("length"),
            Stratum::Field(name) if ["source", "length"].contains(&name.as_str()) || name.starts_with("field:") => {
                write!(f, "field:{name}")
            }
            Stratum::Field(name) => f.write_str(name),
        }
    }
}

/// `source,length`: as on the command line.
pub(super) fn typed(by: &[Stratum]) -> String {
    by.iter().map(Stratum::to_string).collect::<Vec<_>>().join(",")
}

/// What the strata were.
#[derive(Debug, Clone, PartialEq, Serialize, Default)]
pub struct StrataReport {
    /// Different combinations that there are records of.
    pub groups: u64,
    /// How each key divides the records.
    pub keys: Vec<KeyReport>,
}

/// One key with its groups.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct KeyReport {
    pub by: String,
    /// `forum`, `21 to 40 tokens`, `up to 0.31`: how many records each has.
    pub groups: Vec<(String, u64)>,
}

/// The strata of some records.
pub(super) struct Strata {
    /// Of each of the positions that were asked about, without gaps from 0.
    pub of: Vec<u32>,
    pub report: StrataReport,
}

/// A number with more values than these is divided into quartiles.
const MOST_NUMBERS: usize = 12;
/// A field with more values than these divides nothing: each would be a group of a few.
const MOST_VALUES: usize = 1000;
/// The most tokens of each band but the last.
const BANDS: [u16; 3] = [20, 40, 75];

/// One key's groups: the group of each position, and what each is called.
struct Key {
    of: Vec<u32>,
    names: Vec<String>,
}

/// The stratum of each of `positions`. Errors: usage for a field that there is not, or that has too many values.
pub(super) fn strata(
    workspace: &Workspace,
    columns: &Columns,
    by: &[Stratum],
    positions: &[u32],
    progress: &Progress,
) -> Result<Strata> {
    let keys: Vec<Key> = by.iter().map(|by| key(workspace, columns, by, positions, progress)).collect::<Result<_>>()?;
    let mut numbers: FxHashMap<Vec<u32>, u32> = FxHashMap::default();
    let combined = (0..positions.len()).map(|at| {
        let group: Vec<u32> = keys.iter().map(|key| key.of[at]).collect();
        let next = numbers.len() as u32;
        *numbers.entry(group).or_insert(next)
    });
    let of: Vec<u32> = combined.collect();
    let report = StrataReport {
        groups: if by.is_empty() { 0 } else { numbers.len() as u64 },
        keys: by.iter().zip(keys).map(|(by, key)| key.report(by)).collect(),
    };
    Ok(Strata { of, report })
}

impl Key {
    fn report(self, by: &Stratum) -> KeyReport {
        let mut counts = vec![0; self.names.len()];
        self.of.iter().for_each(|&group| counts[group as usize] += 1);
        KeyReport { by: by.to_string(), groups: self.names.into_iter().zip(counts).filter(|(_, n)| *n > 0).collect() }
    }
}

fn key(workspace: &Workspace, columns: &Columns, by: &Stratum, positions: &[u32], progress: &Progress) -> Result<Key> {
    match by {
        Stratum::Source => Ok(Key {
            of: positions.iter().map(|&p| columns.source(p as usize).into()).collect(),
            names: columns.names.sources.clone(),
        }),
        Stratum::Length => by_length(columns, positions, progress),
        Stratum::Field(name) => match columns.numbers(name) {
            Some(numbers) => Ok(by_number(positions.iter().map(|&p| numbers[p as usize]).collect())),
            None => by_value(workspace, columns, name, positions),
        },
    }
}

fn by_length(columns: &Columns, positions: &[u32], progress: &Progress) -> Result<Key> {
    progress.stage("counting tokens", "records", positions.len() as u64)?;
    let band = |&p: &u32| {
        progress.add(1)?;
        Ok(BANDS.partition_point(|&most| most < columns.tokens(p as usize)) as u32)
    };
    let names = ["up to 20 tokens", "21 to 40 tokens", "41 to 75 tokens", "more than 75 tokens"];
    Ok(Key { of: positions.par_iter().map(band).collect::<Result<_>>()?, names: names.map(str::to_owned).to_vec() })
}

/// Few numbers are groups as they are; many are divided into quartiles. Those without a number are a group of their own, the last.
fn by_number(numbers: Vec<f32>) -> Key {
    let mut sorted: Vec<f32> = numbers.iter().copied().filter(|number| !number.is_nan()).collect();
    sorted.par_sort_unstable_by(f32::total_cmp);
    let mut values = sorted.clone();
    values.dedup();
    let (tops, mut names): (Vec<f32>, Vec<String>) = if values.len() <= MOST_NUMBERS {
        values.iter().map(|value| (*value, value.to_string())).unzip()
    } else {
        let mut tops: Vec<f32> = (1..=4).map(|quarter| sorted[(sorted.len() * quarter).div_ceil(4) - 1]).collect();
        tops.dedup();
        let from = |at: usize| if at == 0 { String::new() } else { format!("above {} ", tops[at - 1]) };
        let names = (0..tops.len()).map(|at| format!("{}up to {}", from(at), tops[at])).collect();
        (tops, names)
    };
    names.push("none".to_owned());
    let last = tops.len() as u32;
    let group = |number: &f32| if number.is_nan() { last } else { tops.partition_point(|top| top < number) as u32 };
    Key { of: numbers.iter().map(group).collect(), names }
}

/// Texts without their quotes, all else as it stands; records without the field are a group of their own.
fn by_value(workspace: &Workspace, columns: &Columns, name: &str, positions: &[u32]) -> Result<Key> {
    if !columns.names.fields.iter().any(|known| known == name) {
        return Err(unknown(name, columns));
    }
    let fields = workspace.store().all_fields_of(Version::Now, columns)?;
    let values: Vec<Option<String>> = positions.par_iter().map(|&p| value(fields[p as usize].as_deref()?, name)).collect();
    let mut numbers: BTreeMap<&str, u32> = values.iter().flatten().map(|value| (value.as_str(), 0)).collect();
    if numbers.len() > MOST_VALUES {
        let n = crate::display::grouped(numbers.len() as u64);
        return Err(Error::usage(format!("the field {name} has {n} values, so each group would be a few records"))
            .hint(format!("keep something with fewer than {MOST_VALUES} values in proportion")));
    }
    numbers.values_mut().zip(0..).for_each(|(number, n)| *number = n);
    let none = numbers.len() as u32;
    let of = values.iter().map(|value| value.as_deref().map_or(none, |value| numbers[value])).collect();
    let names = numbers.keys().map(|&value| shortened(value)).chain(["none".to_owned()]).collect();
    Ok(Key { of, names })
}

fn value(fields: &str, name: &str) -> Option<String> {
    let fields: BTreeMap<String, Box<RawValue>> = serde_json::from_str(fields).ok()?;
    let raw = fields.get(name)?.get();
    if raw == "null" {
        return None;
    }
    Some(serde_json::from_str::<String>(raw).unwrap_or_else(|_| raw.to_owned()))
}

/// A value as the name of its group.
fn shortened(value: &str) -> String {
    const MOST: usize = 60;
    match value.char_indices().nth(MOST) {
        Some((cut, _)) => format!("{}…", &value[..cut]),
        None => value.to_owned(),
    }
}

fn unknown(name: &str, columns: &Columns) -> Error {
    let known = ["source", "length"].into_iter().chain(columns.names.fields.iter().map(String::as_str));
    Error::usage(format!("cannot keep {name} in proportion: no record has such a field"))
        .hint(format!("there is {}", known.collect::<Vec<_>>().join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strata_are_read_as_they_are_written() {
        for (word, stratum) in [
            ("source", Stratum::Source),
            ("length", Stratum::Length),
            ("style", Stratum::Field("style".into())),
            ("field:source", Stratum::Field("source".into())),
            ("field:field:x", Stratum::Field("field:x".into())),
        ] {
            assert_eq!(word.parse::<Stratum>().expect("a stratum"), stratum);
            assert_eq!(stratum.to_string(), word);
        }
        assert!(" ".parse::<Stratum>().is_err());
    }

    #[test]
    fn few_numbers_are_groups_and_many_are_quartiles() {
        let few = by_number(vec![2.0, 1.0, f32::NAN, 2.0]);
        assert_eq!((few.of, few.names.join("|")), (vec![1, 0, 2, 1], "1|2|none".to_owned()));
        let many = by_number((0..100u8).map(f32::from).collect());
        assert_eq!(many.names, ["up to 24", "above 24 up to 49", "above 49 up to 74", "above 74 up to 99", "none"]);
        for (number, &group) in many.of.iter().enumerate() {
            assert_eq!(group as usize, number / 25);
        }
    }

    #[test]
    fn a_number_that_is_mostly_one_value_has_fewer_quartiles() {
        let key = by_number((0..200u8).map(|n| f32::from(n.saturating_sub(170))).collect());
        assert_eq!(key.names, ["up to 0", "above 0 up to 29", "none"]);
        assert!(by_number(Vec::new()).of.is_empty());
    }

    #[test]
    fn values_of_fields_are_read() {
        assert_eq!(value(r#"{"a": "x\"y", "b": 1.50}"#, "a").as_deref(), Some("x\"y"));
        assert_eq!(value(r#"{"a": "x", "b": 1.50}"#, "b").as_deref(), Some("1.50"));
        assert_eq!((value(r#"{"a": null}"#, "a"), value("{}", "a"), value("[", "a")), (None, None, None));
    }
}
