//! `duplicates order|mask|protect`: settings that are lists. Without a change they are shown.

use crate::cli::Done;
use crate::cli::args::ListSetting;
use crate::cli::out::Out;
use crate::clusters::Criterion;
use crate::error::{Error, Result};
use crate::ops::duplicates::{self, SetReport};
use crate::workspace::Workspace;

pub fn order(setting: &ListSetting, out: &mut Out) -> Result<Done> {
    let words =
        |workspace: &Workspace| Ok(duplicates::keeper_order(workspace)?.iter().map(Criterion::to_string).collect::<Vec<_>>());
    run(setting, words, |workspace, words| duplicates::set_keeper_order(workspace, &criteria(words)?), out)
}

pub fn mask(setting: &ListSetting, out: &mut Out) -> Result<Done> {
    run(setting, duplicates::mask, duplicates::set_mask, out)
}

pub fn protect(setting: &ListSetting, out: &mut Out) -> Result<Done> {
    run(setting, duplicates::protected_splits, duplicates::set_protected_splits, out)
}

fn criteria(words: &[String]) -> Result<Vec<Criterion>> {
    let criterion = |word: &String| {
        word.parse().map_err(|()| {
            Error::usage(format!("{word} is no criterion")).hint("protected, keep, image, field:NAME, longest or oldest")
        })
    };
    words.iter().map(criterion).collect()
}

fn run(
    setting: &ListSetting,
    now: impl Fn(&Workspace) -> Result<Vec<String>>,
    set: impl Fn(&mut Workspace, &[String]) -> Result<SetReport>,
    out: &mut Out,
) -> Result<Done> {
    let ListSetting { workspace, set: anew, add, remove, clear } = setting;
    if !clear && [anew, add, remove].iter().all(|values| values.is_empty()) {
        let values = now(&Workspace::open_to_read(workspace)?)?;
        return say(&values, out);
    }
    let mut workspace = Workspace::open(workspace)?;
    let known = now(&workspace)?;
    if let Some(missing) = remove.iter().find(|value| !known.contains(value)) {
        return Err(Error::usage(format!("`{missing}` is not in the list")).hint("without a change the command shows the list"));
    }
    let wanted = match (clear, anew.is_empty()) {
        (true, _) => Vec::new(),
        (_, false) => anew.clone(),
        _ => known.into_iter().filter(|value| !remove.contains(value)).chain(add.iter().cloned()).collect(),
    };
    let report = set(&mut workspace, &wanted)?;
    if out.json {
        out.json(&report)?;
        return Ok(Done::All);
    }
    if report.operation.is_none() {
        out.note("nothing changed")?;
    }
    say(&now(&workspace)?, out)
}

fn say(values: &[String], out: &mut Out) -> Result<Done> {
    if out.json {
        out.json(&serde_json::json!({ "values": values }))?;
        return Ok(Done::All);
    }
    for value in values {
        out.line(value)?;
    }
    Ok(Done::All)
}
