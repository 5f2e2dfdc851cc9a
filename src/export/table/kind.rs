//! What a column of a table can hold: a number or a truth only where every value comes back as it was.

/// How the values of a column are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Bool,
    /// INT64.
    Int,
    /// DOUBLE.
    Double,
    /// A string as it is; any other value as its JSON text.
    Text,
}

impl Kind {
    /// As a person calls it.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Bool => "boolean",
            Kind::Int => "integer",
            Kind::Double => "number",
            Kind::Text => "text",
        }
    }
}

/// The kinds that fit every value seen so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fits {
    bool: bool,
    int: bool,
    double: bool,
    seen: bool,
}

impl Default for Fits {
    fn default() -> Self {
        Fits { bool: true, int: true, double: true, seen: false }
    }
}

impl Fits {
    /// One more value, as it stands in JSON. `null` fits everything.
    pub fn narrow(&mut self, json: &str) {
        if json == "null" {
            return;
        }
        self.seen = true;
        self.bool &= as_bool(json).is_some();
        self.int &= as_int(json).is_some();
        self.double &= as_double(json).is_some();
    }

    pub fn kind(self) -> Kind {
        match self {
            Fits { seen: false, .. } => Kind::Text,
            Fits { bool: true, .. } => Kind::Bool,
            Fits { int: true, .. } => Kind::Int,
            Fits { double: true, .. } => Kind::Double,
            _ => Kind::Text,
        }
    }
}

pub fn as_bool(json: &str) -> Option<bool> {
    json.parse().ok()
}

/// An integer that is written as integers are: neither `-0` nor `1e3` nor 2^64.
pub fn as_int(json: &str) -> Option<i64> {
    json.parse::<i64>().ok().filter(|int| int.to_string() == json)
}

/// A number that no digit of is lost as a double: `0.30` is, 2^53 + 1 and 1e400 are not.
pub fn as_double(json: &str) -> Option<f64> {
    let exact = Decimal::of(json)?;
    let double = json.parse::<f64>().ok().filter(|double| double.is_finite())?;
    // The shortest digits that mean this double.
    (Decimal::of(&format!("{double:e}"))? == exact).then_some(double)
}

/// ± digits × 10^exponent, the digits without zeros at either end, so that equal numbers are equal.
#[derive(PartialEq)]
struct Decimal {
    negative: bool,
    digits: String,
    exponent: i64,
}

impl Decimal {
    /// `None` for what is no number, or has an exponent beyond all use.
    fn of(json: &str) -> Option<Decimal> {
        let (negative, rest) = json.strip_prefix('-').map_or((false, json), |rest| (true, rest));
        if !rest.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
            None => (rest, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = format!("{whole}{fraction}");
        let significant = all.trim_start_matches('0');
        let digits = significant.trim_end_matches('0');
        if digits.is_empty() {
            return Some(Decimal { negative, digits: String::new(), exponent: 0 });
        }
        let zeros = (significant.len() - digits.len()) as i64;
        let exponent = exponent.checked_sub(fraction.len() as i64)?.checked_add(zeros)?;
        Some(Decimal { negative, digits: digits.to_owned(), exponent })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn kind(values: &[&str]) -> Kind {
        let mut fits = Fits::default();
        values.iter().for_each(|value| fits.narrow(value));
        fits.kind()
    }

    #[test]
    fn a_column_is_typed_only_where_every_value_comes_back() {
        for (values, expected) in [
            (&["1", "null", "-7"][..], Kind::Int),
            (&["9223372036854775807"], Kind::Int),
            // As a double it is that very number, and is written with other digits.
            (&["9223372036854775808"], Kind::Text),
            (&["9007199254740993"], Kind::Int),
            (&["9007199254740993", "0.5"], Kind::Text),
            (&["1", "0.5", "0.30", "1E+2", "1e-7"], Kind::Double),
            (&["-0"], Kind::Double),
            (&["18446744073709551617"], Kind::Text),
            (&["1e400"], Kind::Text),
            (&["1e-400"], Kind::Text),
            (&["1e99999999999999999999"], Kind::Text),
            (&["3.141592653589793238462643383279"], Kind::Text),
            (&["true", "false", "null"], Kind::Bool),
            (&["true", "1"], Kind::Text),
            (&["\"1\""], Kind::Text),
            (&["[1]"], Kind::Text),
            (&["null"], Kind::Text),
            (&[], Kind::Text),
        ] {
            assert_eq!(kind(values), expected, "{values:?}");
        }
    }

    proptest! {
        /// serde_json and the standard library as second opinions.
        #[test]
        fn every_double_and_every_integer_is_one(double in any::<f64>().prop_filter("finite", |d| d.is_finite()), int in any::<i64>()) {
            for json in [double.to_string(), format!("{double:e}"), serde_json::to_string(&double).expect("a number")] {
                prop_assert_eq!(as_double(&json).map(f64::to_bits), Some(double.to_bits()), "{}", json);
            }
            prop_assert_eq!(as_int(&int.to_string()), Some(int));
            prop_assert_eq!(as_double(&int.to_string()).is_some(), (int as f64).to_string() == int.to_string());
        }
    }
}
