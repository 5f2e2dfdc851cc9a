//! Ways to do the same work, one after the other and again, and the table of their best times.

use std::time::Duration;

use crate::support::{Table, spoken, timed};

/// A way that took this long is not run again: its ratio will not change.
const LONG: Duration = Duration::from_secs(20);

/// What a way says of one run.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    pub time: Duration,
    /// Sentences for the last column.
    pub note: String,
}

/// One way to do the work; `None` where it could not.
pub struct Way<'a> {
    pub name: String,
    /// Operations of the work by this way, and what the machine does of them in a second at most.
    pub limit: Option<(f64, f64)>,
    pub run: Box<dyn FnMut() -> Option<Outcome> + 'a>,
}

impl<'a> Way<'a> {
    pub fn new(name: impl Into<String>, run: impl FnMut() -> Option<Outcome> + 'a) -> Way<'a> {
        Way { name: name.into(), limit: None, run: Box::new(run) }
    }

    /// Of ours: `work` returns what the last column says.
    pub fn ours(name: impl Into<String>, mut work: impl FnMut() -> String + 'a) -> Way<'a> {
        Way::new(name, move || {
            let (note, time) = timed(&mut work);
            Some(Outcome { time, note })
        })
    }

    pub fn with_limit(mut self, operations: f64, limit: Option<f64>) -> Way<'a> {
        self.limit = limit.map(|limit| (operations, limit));
        self
    }
}

/// The table, written as it grows.
pub struct Report {
    table: Table,
    notes: Vec<String>,
}

impl Report {
    pub fn new() -> Report {
        let columns = ["work", "way", "time", "a second", "time, first way = 1", "of the limit", "load", ""];
        Report { table: Table::new(&columns), notes: Vec::new() }
    }

    /// Runs the ways in turns and writes a row for each; `items` (what is counted a second) go by `unit`. Other ways are compared with
    /// the first.
    pub fn contest(&mut self, work: &str, rounds: usize, items: f64, unit: &str, mut ways: Vec<Way>) {
        let mut best: Vec<Option<(Outcome, String)>> = vec![None; ways.len()];
        for round in 0..rounds.max(1) {
            for (way, best) in ways.iter_mut().zip(&mut best) {
                let again = round == 0 || best.as_ref().is_some_and(|(outcome, _)| outcome.time < LONG);
                let load = load();
                if let Some(outcome) = again.then(|| (way.run)()).flatten()
                    && best.as_ref().is_none_or(|(before, _)| outcome.time < before.time)
                {
                    *best = Some((outcome, load));
                }
            }
        }
        let first = best.first().cloned().flatten().map(|(outcome, _)| outcome.time.as_secs_f64());
        for (way, best) in ways.iter().zip(best) {
            let Some((Outcome { time, note }, load)) = best else {
                self.note(format!("{}: {work} failed", way.name));
                continue;
            };
            let seconds = time.as_secs_f64();
            let ratio = first.map_or(String::new(), |first| format!("{:.1}", seconds / first));
            let share = way.limit.map_or(String::new(), |(work, limit)| format!("{:.0} %", 100.0 * work / seconds / limit));
            let rate = format!("{} {unit}", round(items / seconds));
            self.table.row(&[work, &way.name, &spoken(time), &rate, &ratio, &share, &load, &note]);
        }
    }

    /// A sentence below the table.
    pub fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }

    pub fn end(self) {
        println!();
        self.notes.iter().for_each(|note| println!("{note}"));
    }
}

/// Three digits, with a unit of thousands.
pub fn round(number: f64) -> String {
    match number {
        n if n >= 1e9 => format!("{:.3} G", n / 1e9),
        n if n >= 1e6 => format!("{:.3} M", n / 1e6),
        n if n >= 1e4 => format!("{:.1} k", n / 1e3),
        n => format!("{n:.0}"),
    }
}

/// The load of one minute.
fn load() -> String {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split(' ').next().unwrap_or_default().to_owned()
}
