//! Shares: how `--share train=95,validation=5` is read.

use crate::error::{Error, Result};

/// A split's name and its share; shares are relative (95 and 5, or 0.95 and 0.05).
#[derive(Debug, Clone, PartialEq)]
pub struct Share {
    pub name: String,
    pub share: f64,
}

/// `split:none` finds the records without a split, an export writes them as `unassigned`.
const RESERVED: [&str; 2] = ["none", "unassigned"];

/// Parses `train=95,validation=5`: unique names of `A-Z a-z 0-9 _ -` (they become file names), positive shares. Errors: usage.
pub fn parse_shares(text: &str) -> Result<Vec<Share>> {
    let mut shares: Vec<Share> = Vec::new();
    for part in text.split(',') {
        let share = parse_share(part.trim())?;
        // Their files would be one and the same where the file system does not tell `Train` from `train`.
        if let Some(same) = shares.iter().find(|s| s.name.eq_ignore_ascii_case(&share.name)) {
            return Err(complaint(format!("split `{}` has two shares, here as `{}`", same.name, share.name)));
        }
        shares.push(share);
    }
    // Two shares of 1e308 add up to infinity, and no target could be computed.
    if !shares.iter().map(|s| s.share).sum::<f64>().is_finite() {
        return Err(complaint("the shares are too large"));
    }
    Ok(shares)
}

fn parse_share(part: &str) -> Result<Share> {
    let (name, share) = part.split_once('=').ok_or_else(|| complaint(format!("`{part}` is not NAME=SHARE")))?;
    let (name, share) = (name.trim(), share.trim());
    require_name(name)?;
    match share.trim_end_matches('%').parse::<f64>() {
        Ok(value) if value > 0.0 && value.is_finite() => Ok(Share { name: name.to_owned(), share: value }),
        _ => Err(complaint(format!("the share of `{name}` is `{share}`, not a number above 0"))),
    }
}

/// A split's name becomes the name of a file or folder: letters, digits, `_` and `-`. Errors: usage.
pub fn require_name(name: &str) -> Result<()> {
    if RESERVED.contains(&name) {
        return Err(complaint(format!("`{name}` cannot name a split: it stands for the records without one")));
    }
    if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-') {
        return Err(Error::usage(format!("`{name}` cannot name a split: letters, digits, `_` and `-` can"))
            .hint("for instance train, validation or fold_2"));
    }
    Ok(())
}

fn complaint(message: impl Into<String>) -> Error {
    Error::usage(message).hint("give shares as in train=95,validation=5")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;

    #[test]
    fn shares_are_read_in_order() {
        let shares = parse_shares("train=95, val-2 = 4.5,test_A=1%").expect("good shares");
        let read: Vec<_> = shares.iter().map(|s| (s.name.as_str(), s.share)).collect();
        assert_eq!(read, [("train", 95.0), ("val-2", 4.5), ("test_A", 1.0)]);
    }

    #[test]
    fn what_makes_no_sense_is_a_usage_error_with_a_hint() {
        let bad = [
            "",
            "train",
            "train=",
            "=5",
            "train=0",
            "train=-1",
            "train=nan",
            "train=inf",
            "train=5,train=5",
            "a/b=5",
            "..=5",
            "train=5,",
            "tr in=5",
            "a=1e308,b=1e308",
            "none=5,a=5",
            "unassigned=5",
            "Train=5,train=5",
        ];
        for text in bad {
            let error = parse_shares(text).expect_err(text);
            assert_eq!((error.kind, error.hint.is_some()), (Kind::Usage, true), "{text}");
        }
    }
}
