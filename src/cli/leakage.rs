//! `leakage A B`: how much of one file stands in another.

use std::path::Path;

use super::Done;
use super::args;
use super::bar::with_progress;
use super::commands::threshold;
use super::duplicates::wish;
use super::files::{reading, say_rejects};
use super::folders::folders;
use super::out::Out;
use crate::display::{grouped, percent, score};
use crate::error::Result;
use crate::model::Threshold;
use crate::ops::leakage::{self, Asked, Leak, Leakage, LeakageReport};

pub fn run(args: &args::Leakage, b: &Path, out: &mut Out) -> Result<Done> {
    let wish = wish(&args.how, None, "");
    let threshold = args.threshold.as_deref().map_or(Ok(wish.lens.default_threshold()), threshold)?;
    let asked = Asked { a: args.a.clone(), b: b.to_owned(), reading: reading(&args.reading)?, wish, threshold };
    let folders = folders()?;
    let leakage = with_progress(out, |progress| leakage::leakage(&asked, &folders, progress))?;
    let report = leakage.report();
    match (out.json, args.list) {
        (true, false) => out.json(&report)?,
        (true, true) => each(&leakage, out, |leak, out| out.json(leak))?,
        (false, list) => {
            out.line(summary(&report, threshold))?;
            let say = |leak: &Leak, out: &mut Out| say_leak(leak, &report, out);
            if list { each(&leakage, out, say)? } else { report.examples.iter().try_for_each(|leak| say(leak, out))? }
        }
    }
    let any_rejected = say_rejects([&leakage.a, &leakage.b]);
    Ok(match report.leaked {
        0 if any_rejected => Done::SomeRejected,
        0 => Done::All,
        _ => Done::Blocked,
    })
}

fn each(leakage: &Leakage, out: &mut Out, mut say: impl FnMut(&Leak, &mut Out) -> Result<()>) -> Result<()> {
    for leak in leakage.leaks() {
        if out.is_closed() {
            break;
        }
        say(&leak, out)?;
    }
    Ok(())
}

fn summary(report: &LeakageReport, threshold: Threshold) -> String {
    let beginning = format!("{} of {} prompts of {}", grouped(report.leaked), grouped(report.prompts), report.b);
    let how = format!("at {threshold:#} or above ({})", report.method);
    match report.highest {
        None => format!("{beginning} have a near-copy in {} {how}", report.a),
        Some(highest) => format!(
            "{beginning} ({}) have a near-copy in {} {how}: {} are the same text; {} pairs, the highest {}",
            percent(report.leaked, report.prompts),
            report.a,
            grouped(report.identical),
            grouped(report.pairs),
            score(highest),
        ),
    }
}

fn say_leak(leak: &Leak, report: &LeakageReport, out: &mut Out) -> Result<()> {
    let similarity = if leak.identical { "same ".to_owned() } else { score(leak.score) };
    out.line(format!("{similarity}  {}:{}  {}", report.b, leak.line, leak.text))?;
    out.line(format!("       {}:{}  {}", report.a, leak.in_line, leak.in_text))
}
