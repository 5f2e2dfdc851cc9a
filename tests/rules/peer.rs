//! `sd2-original` against a second implementation: the script that a team without tamis would write, in Python.
//!
//! The script knows no languages and no persons, so records that `other-languages` drops are left out.

use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use tamis::compose::{BenchFormat, bench_file};
use tamis::rules::{Pipeline, Subject};

const RECORDS: u64 = 1_500;
const SEED: u64 = 11;

#[test]
fn both_make_the_same_of_composed_prompts() {
    let prompts = prompts();
    let Some(theirs) = by_script(&prompts) else {
        eprintln!("skipped: there is no python3 with tomllib");
        return;
    };
    assert_eq!(theirs.len(), prompts.len());
    let pipeline = Pipeline::builtin("sd2-original").expect("it is compiled in");
    let (mut compared, mut changed, mut dropped) = (0, 0, 0);
    for (prompt, theirs) in prompts.iter().zip(&theirs) {
        let applied = pipeline.apply(prompt, &Subject::default());
        let ours = match applied.dropped_by.map(|rule| pipeline.rule_names()[rule]) {
            Some("other-languages") => continue,
            Some("too-short-or-too-long") if ends_in_blanks(&pipeline, prompt) => continue,
            Some(_) => String::new(),
            None => applied.text.unwrap_or_else(|| prompt.clone()),
        };
        assert_eq!(ours, *theirs, "{prompt:?}");
        compared += 1;
        dropped += usize::from(theirs.is_empty());
        changed += usize::from(!theirs.is_empty() && theirs != prompt);
    }
    // Equal because nothing happens would prove nothing.
    assert!(compared > 1_000 && changed > 300 && dropped > 10, "{compared} compared, {changed} changed, {dropped} dropped");
}

/// Whether blanks stand at the ends of the text that a rule drops: the script counts them as characters, tamis does not.
fn ends_in_blanks(pipeline: &Pipeline, prompt: &str) -> bool {
    let way = pipeline.way(prompt, &Subject::default(), &[]);
    way.steps.last().is_some_and(|step| step.text.trim() != step.text)
}

/// Composed, and with the settings and marks that the rules are about.
fn prompts() -> Vec<String> {
    let mut bytes = Vec::new();
    bench_file(RECORDS, SEED, BenchFormat::Txt, &mut bytes).expect("written to memory");
    let text = String::from_utf8(bytes).expect("composed prompts are UTF-8");
    let endings = [
        "",
        ", f/5.6, iso 400",
        " -w 1024 -s 20",
        ", n 9",
        "; “red”",
        " ( 1999 ), 16:9",
        ", 4k, trending on artstation",
        ". . very very red",
        ", by wlop and artgerm",
    ];
    let lines = text.lines().filter(|line| !line.contains(['\r', '\u{2028}', '\u{85}']));
    lines.zip(endings.iter().cycle()).map(|(line, ending)| format!("{line}{ending}")).collect()
}

/// What the script prints, a blank line for what it drops; `None` without a Python that can run it.
fn by_script(prompts: &[String]) -> Option<Vec<String>> {
    let has_python = Command::new("python3").args(["-c", "import tomllib"]).stderr(Stdio::null()).status().ok()?.success();
    if !has_python {
        return None;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut child = Command::new("python3")
        .arg("-B")
        .arg(root.join("benches/rules_peer.py"))
        .arg("--blank-where-dropped")
        .arg(root.join("assets/rules/sd2-original.toml"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the script starts");
    let mut stdin = child.stdin.take().expect("it is piped");
    let input = prompts.join("\n") + "\n";
    // In a thread of its own: the script may fill its output while it still reads.
    let writer = thread::spawn(move || -> io::Result<()> { stdin.write_all(input.as_bytes()) });
    let output = child.wait_with_output().expect("the script ends");
    writer.join().expect("the writer ends").expect("the script reads all");
    assert!(output.status.success(), "the script fails: see above");
    let text = String::from_utf8(output.stdout).expect("the script prints UTF-8");
    Some(text.split_terminator('\n').map(String::from).collect())
}
