//! Shares: how `--share train=95,validation=5` is read.

use super::target::MOST;
use crate::error::{Error, Result};

/// A split's name and its share; shares are relative (95 and 5, or 0.95 and 0.05).
#[derive(Debug, Clone, PartialEq)]
pub struct Share {
    pub name: String,
    pub share: f64,
}

/// `split:none` finds the records without a split, an export writes them as `unassigned`, `assign` sets them free with `clear`; and to
/// those who load an export, `all` is every split.
const RESERVED: [&str; 4] = ["none", "unassigned", "clear", "all"];

/// Bytes of a name at most: it becomes part of the names of files, which hold no more than 255.
const LONGEST: usize = 64;

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

/// A split's name becomes the name of a file or folder, and a word of command lines: letters, digits, `_` and, but for its beginning, `-`.
/// Errors: usage.
pub fn require_name(name: &str) -> Result<()> {
    let refuse = |why: String| Err(Error::usage(format!("`{name}` cannot name a split: {why}")).hint(EXAMPLES));
    if RESERVED.iter().any(|reserved| reserved.eq_ignore_ascii_case(name)) {
        return refuse("the word has another meaning".to_owned());
    }
    if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-') {
        return refuse("letters, digits, `_` and `-` can".to_owned());
    }
    if name.starts_with('-') {
        return refuse("it would be taken for an option".to_owned());
    }
    if name.len() > LONGEST {
        return refuse(format!("{LONGEST} characters are enough"));
    }
    Ok(())
}

/// [`require_name`], for a name beside the splits there are: not one too many, and none that differs from another in case alone.
pub fn require_name_beside(name: &str, known: &[String]) -> Result<()> {
    require_name(name)?;
    if known.iter().any(|known| known == name) {
        return Ok(());
    }
    if let Some(other) = known.iter().find(|known| known.eq_ignore_ascii_case(name)) {
        return Err(Error::usage(format!("there is a split `{other}` already, and `{name}` differs in case alone"))
            .hint("each becomes the name of a file: spell it as it is"));
    }
    if known.len() >= MOST {
        return Err(Error::usage(format!("there are {} splits already", known.len())).hint(format!("{MOST} are enough")));
    }
    Ok(())
}

const EXAMPLES: &str = "for instance train, validation or fold_2";

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
            "clear=5",
            "All=5",
            "-lead=5",
            "--json=5",
            "Train=5,train=5",
        ];
        for text in bad {
            let error = parse_shares(text).expect_err(text);
            assert_eq!((error.kind, error.hint.is_some()), (Kind::Usage, true), "{text}");
        }
        assert!(require_name(&"x".repeat(64)).is_ok() && require_name(&"x".repeat(65)).is_err());
    }

    #[test]
    fn a_name_has_to_fit_beside_the_others() {
        let known: Vec<String> = (0..MOST).map(|n| format!("s{n}")).collect();
        assert!(require_name_beside("s7", &known).is_ok());
        assert!(require_name_beside("S7", &known).is_err() && require_name_beside("s200", &known).is_err());
        assert!(require_name_beside("s200", &known[1..]).is_ok());
        assert!(require_name_beside("clear", &[]).is_err());
    }
}
