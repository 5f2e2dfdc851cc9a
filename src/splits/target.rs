//! Targets: how large the splits are to be. Counts are taken first; shares divide what they leave.

use std::fmt;

use super::share::{Share, parse_shares, require_name};
use crate::display::{counted, grouped};
use crate::error::{Error, Result};

/// What is asked of one split.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Size {
    /// Relative to the other shares.
    Share(f64),
    /// So many records.
    Count(u64),
}

/// A split's name with its size.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    pub name: String,
    pub size: Size,
}

/// All targets, in the order in which they were given. No name twice, not even in another case: each becomes a file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Targets(Vec<Target>);

/// Splits at most: columns number them with a byte, and records may be in others than those asked for.
pub const MOST: usize = 200;

impl Targets {
    /// Reads `train=95,validation=5` and `test=2000`; either may be empty, not both. Errors: usage.
    pub fn parse(shares: &str, counts: &str) -> Result<Targets> {
        let read = |text: &str, read: fn(&str) -> Result<Vec<Target>>| match text.trim() {
            "" => Ok(Vec::new()),
            text => read(text),
        };
        let targets = [read(shares, parse_share_targets)?, read(counts, parse_counts)?].concat();
        Targets::checked(targets)
    }

    fn checked(targets: Vec<Target>) -> Result<Targets> {
        if targets.is_empty() {
            return Err(
                Error::usage("no split is asked for").hint("give shares as in train=95,validation=5, or counts as in test=2000")
            );
        }
        if targets.len() > MOST {
            return Err(Error::usage(format!("{} splits are too many: {MOST} at most", targets.len())));
        }
        for (at, target) in targets.iter().enumerate() {
            if let Some(same) = targets[..at].iter().find(|other| other.name.eq_ignore_ascii_case(&target.name)) {
                return Err(Error::usage(format!("split `{}` is asked for twice, here as `{}`", same.name, target.name))
                    .hint("a split has a share or a count"));
            }
        }
        Ok(Targets(targets))
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> std::slice::Iter<'_, Target> {
        self.0.iter()
    }

    pub fn name(&self, split: usize) -> Option<&str> {
        self.0.get(split).map(|target| target.name.as_str())
    }

    pub fn place(&self, name: &str) -> Option<usize> {
        self.0.iter().position(|target| target.name == name)
    }

    /// Shares divide what counts leave; without any it stays without a split.
    pub fn has_shares(&self) -> bool {
        self.0.iter().any(|target| matches!(target.size, Size::Share(_)))
    }

    /// Records that the counts ask for.
    pub fn counted(&self) -> u64 {
        self.0.iter().fold(0, |sum: u64, target| match target.size {
            Size::Count(n) => sum.saturating_add(n),
            Size::Share(_) => sum,
        })
    }

    /// Refuses counts that ask for more than so many records. Errors: usage.
    pub fn require_room(&self, records: u64) -> Result<()> {
        let asked = self.counted();
        if asked <= records {
            return Ok(());
        }
        let there = format!("and there are {} to split", grouped(records));
        Err(Error::usage(format!("the counts ask for {}, {there}", counted(asked, "record")))
            .hint("give smaller counts, or shares: they divide whatever there is"))
    }

    /// How many of so many records each split is to have; together no more than there are. Counts that ask for more are cut, the last first.
    pub fn wanted(&self, records: u64) -> Vec<f64> {
        let mut left = records;
        let mut wanted = vec![0.0; self.len()];
        for (target, wanted) in self.0.iter().zip(&mut wanted) {
            if let Size::Count(n) = target.size {
                *wanted = n.min(left) as f64;
                left -= n.min(left);
            }
        }
        let shares = |target: &Target| if let Size::Share(share) = target.size { share } else { 0.0 };
        let sum: f64 = self.0.iter().map(shares).sum();
        for (target, wanted) in self.0.iter().zip(&mut wanted) {
            if let Size::Share(share) = target.size {
                *wanted = share / sum * left as f64;
            }
        }
        wanted
    }

    /// The shares as they are typed; empty without any.
    pub fn shares_typed(&self) -> String {
        self.typed(|size| if let Size::Share(share) = size { Some(share.to_string()) } else { None })
    }

    /// The counts as they are typed; empty without any.
    pub fn counts_typed(&self) -> String {
        self.typed(|size| if let Size::Count(n) = size { Some(n.to_string()) } else { None })
    }

    fn typed(&self, value: impl Fn(Size) -> Option<String>) -> String {
        let typed = self.0.iter().filter_map(|target| Some(format!("{}={}", target.name, value(target.size)?)));
        typed.collect::<Vec<_>>().join(",")
    }
}

/// `train=95,validation=5`, then `2,000 in test`: for people.
impl fmt::Display for Targets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut said: Vec<String> = Some(self.shares_typed()).filter(|typed| !typed.is_empty()).into_iter().collect();
        said.extend(self.0.iter().filter_map(|target| match target.size {
            Size::Count(n) => Some(format!("{} in {}", grouped(n), target.name)),
            Size::Share(_) => None,
        }));
        f.write_str(&said.join(", "))
    }
}

fn of_share(share: Share) -> Target {
    Target { name: share.name, size: Size::Share(share.share) }
}

fn parse_share_targets(text: &str) -> Result<Vec<Target>> {
    Ok(parse_shares(text)?.into_iter().map(of_share).collect())
}

fn parse_counts(text: &str) -> Result<Vec<Target>> {
    text.split(',').map(|part| parse_count(part.trim())).collect()
}

fn parse_count(part: &str) -> Result<Target> {
    let complaint = |message: String| Error::usage(message).hint("give counts as in test=2000");
    let (name, count) = part.split_once('=').ok_or_else(|| complaint(format!("`{part}` is not NAME=COUNT")))?;
    let (name, count) = (name.trim(), count.trim());
    require_name(name)?;
    match count.parse::<u64>() {
        Ok(n) if n > 0 => Ok(Target { name: name.to_owned(), size: Size::Count(n) }),
        _ => Err(complaint(format!("the count of `{name}` is `{count}`, not a whole number above 0"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;

    fn targets(shares: &str, counts: &str) -> Targets {
        Targets::parse(shares, counts).expect("targets")
    }

    #[test]
    fn counts_are_taken_first_and_shares_divide_the_rest() {
        let both = targets("train=90, validation=10%", "test=200");
        assert_eq!(both.wanted(1200), [900.0, 100.0, 200.0]);
        assert_eq!(targets("", "a=3,b=4").wanted(10), [3.0, 4.0], "three stay without a split");
        assert_eq!(targets("a=1", "b=4,c=4").wanted(6), [0.0, 4.0, 2.0], "counts stop at what there is");
        assert_eq!(targets("a=1,b=3", "").wanted(0), [0.0, 0.0]);
    }

    #[test]
    fn what_is_written_reads_back() {
        for (shares, counts) in [("train=95,validation=4.5", ""), ("a=0.1", "b=2000,c=1"), ("", "x=7")] {
            let read = targets(shares, counts);
            assert_eq!((read.shares_typed().as_str(), read.counts_typed().as_str()), (shares, counts));
        }
        assert_eq!(targets("a=1,b=2", "c=3000").to_string(), "a=1,b=2, 3,000 in c");
        assert_eq!(targets("", "c=3").to_string(), "3 in c");
    }

    #[test]
    fn what_makes_no_sense_is_a_usage_error_with_a_hint() {
        for (shares, counts) in [
            ("", ""),
            ("", "a"),
            ("", "a=0"),
            ("", "a=-1"),
            ("", "a=1.5"),
            ("", "a=1,"),
            ("", "a=99999999999999999999"),
            ("", "../x=1"),
            ("", "a=1,A=2"),
            ("train=1", "Train=5"),
            ("", "none=1"),
        ] {
            let error = Targets::parse(shares, counts).expect_err(counts);
            assert_eq!((error.kind, error.hint.is_some()), (Kind::Usage, true), "{shares} {counts}");
        }
        let many: Vec<String> = (0..=MOST).map(|n| format!("s{n}=1")).collect();
        assert!(Targets::parse(&many.join(","), "").is_err());
    }

    #[test]
    fn a_count_larger_than_there_are_records_is_refused_and_says_so() {
        let error = targets("a=1", "b=1500,c=501").require_room(2000).unwrap_err();
        assert_eq!(error.kind, Kind::Usage);
        assert_eq!(error.message, "the counts ask for 2,001 records, and there are 2,000 to split");
        assert!(targets("a=1", "b=1500,c=500").require_room(2000).is_ok());
        assert!(targets("", "b=18446744073709551615,c=9").require_room(u64::MAX - 1).is_err(), "a sum that no number holds");
    }
}
