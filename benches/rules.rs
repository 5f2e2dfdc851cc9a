//! How fast rules are, next to a plain script with the same rules: `cargo bench --bench rules [PROMPTS] [SAMPLE]`.
//!
//! The prompts are composed ones, of the same mixture as the other benchmarks. The script (`rules_peer.py`, Python's `re`) runs
//! on a sample of them in the same run, and its texts are compared with ours.

mod support;

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use rayon::prelude::*;
use support::{Table, input, machine, timed};
use tamis::error::Result;
use tamis::model::{Draft, Reject};
use tamis::progress::Progress;
use tamis::rules::gate::Bits;
use tamis::rules::{BUILTIN, Pipeline, Subject};
use tamis::sources::{self, Options, Sink};

fn main() {
    let arguments = support::arguments();
    let number = |at: usize| arguments.get(at).and_then(|word| word.parse().ok());
    let prompts = texts(&input(number(0).unwrap_or(1_000_000)));
    let bytes: usize = prompts.iter().map(String::len).sum();
    println!("\n{} prompts, {:.0} MB of text; {}\n", prompts.len(), bytes as f64 / 1e6, machine());

    let table = Table::new(&["pipeline", "rules", "threads", "prompts/s", "changed", "dropped"]);
    let mut on_two = None;
    for (name, source) in BUILTIN {
        let pipeline = Pipeline::parse(source).expect("a built-in pipeline");
        for threads in [1, 2] {
            let (totals, time) = run(&pipeline, &prompts, threads);
            let speed = prompts.len() as f64 / time.as_secs_f64();
            let cells = [
                (*name).to_owned(),
                pipeline.rules().len().to_string(),
                threads.to_string(),
                format!("{speed:.0}"),
                totals.changed.to_string(),
                totals.dropped.to_string(),
            ];
            table.row(&cells);
            if (*name, threads) == ("sd2-original", 2) {
                on_two = Some(speed);
            }
        }
    }
    bounds(&prompts);
    if let Some(speed) = on_two {
        compare(&prompts, number(1).unwrap_or(20_000) as usize, speed);
    }
}

fn run(pipeline: &Pipeline, prompts: &[String], threads: usize) -> (tamis::rules::Totals, Duration) {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
    let one = |text: &String| {
        let mut totals = pipeline.totals();
        totals.note(&pipeline.apply(text, &Subject::default()));
        totals
    };
    timed(|| pool.install(|| prompts.par_iter().map(one).reduce(|| pipeline.totals(), tamis::rules::Totals::add)))
}

/// What a prompt costs at least: the look that tells which rules can do anything, and how many of them that leaves.
fn bounds(prompts: &[String]) {
    let pipeline = Pipeline::builtin("sd2-original").expect("a built-in pipeline");
    let mut bits = Bits::default();
    let (awake, look) = timed(|| prompts.iter().map(|text| pipeline.awake(text, &mut bits) as u64).sum::<u64>());
    let parts = pipeline.parts();
    let n = prompts.len() as f64;
    println!(
        "\nsd2-original: a look takes {:.0} ns a prompt and leaves {:.1} of {parts} patterns to run",
        look.as_secs_f64() * 1e9 / n,
        awake as f64 / n
    );
}

/// The script on a sample, and whether it says the same.
fn compare(prompts: &[String], sample: usize, speed: f64) {
    let step = (prompts.len() / sample).max(1);
    let sample: Vec<&String> = prompts.iter().step_by(step).filter(|text| !text.contains(['\n', '\r'])).collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let started = Command::new("python3")
        .arg(folder.join("benches/rules_peer.py"))
        .args(["--time", "--blank-where-dropped"])
        .arg(folder.join("assets/rules/sd2-original.toml"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut script) = started else {
        println!("\nno python3: nothing to compare with");
        return;
    };
    let lines: String = sample.iter().map(|text| format!("{text}\n")).collect();
    let mut stdin = script.stdin.take().expect("a pipe");
    let writer = std::thread::spawn(move || stdin.write_all(lines.as_bytes()));
    let output = script.wait_with_output().expect("the script ends");
    writer.join().expect("a thread").expect("the script reads");
    let said = String::from_utf8_lossy(&output.stderr);
    let theirs = String::from_utf8(output.stdout).expect("text");
    let pipeline = Pipeline::builtin("sd2-original").expect("a built-in pipeline");
    let language = pipeline.rules().iter().position(|rule| rule.name == "other-languages");
    let (mut same, mut compared) = (0, 0);
    for (text, theirs) in sample.iter().zip(theirs.lines()) {
        let applied = pipeline.apply(text, &Subject::default());
        // The script knows no languages.
        if applied.dropped_by.is_some() && applied.dropped_by == language {
            continue;
        }
        let ours = if applied.dropped_by.is_some() { "" } else { applied.text.as_deref().unwrap_or(text) };
        compared += 1;
        same += usize::from(ours == theirs);
    }
    println!("\nthe script on {} of them: {}; {same} of {compared} texts are the same", sample.len(), said.trim());
    let script: Option<f64> = said.split(|c: char| !c.is_ascii_digit() && c != '.').find_map(|word| word.parse().ok());
    if let Some(script) = script {
        println!(
            "tamis on two threads is {:.0} × the script, and {:.0} × the 1,500 prompts/s of the original",
            speed / script,
            speed / 1500.0
        );
    }
}

fn texts(path: &Path) -> Vec<String> {
    struct Texts(Vec<String>);
    impl Sink for Texts {
        fn record(&mut self, draft: Draft) -> Result<()> {
            self.0.push(draft.text);
            Ok(())
        }
        fn reject(&mut self, _: Reject) -> Result<()> {
            Ok(())
        }
    }
    let mut texts = Texts(Vec::new());
    sources::read(path, &Options::default(), &mut texts, &Progress::none()).expect("the input is read");
    texts.0
}
