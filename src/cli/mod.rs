//! The command line: words → ops → text or JSON. It computes nothing and knows no SQL.

pub mod args;
mod bar;
mod batch;
mod check;
mod commands;
mod dedup;
mod duplicates;
mod export;
mod files;
mod folders;
mod import;
mod leakage;
mod leaks;
mod model;
mod out;
mod pairs;
mod prune;
mod report;
mod rules;
mod snapshot;
mod split;
mod tui;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use crate::error::{Error, Kind, Result};
use args::{Cli, Command, Global};
use out::Out;

/// How a command ended well: everything taken, or with something to look at (`input-contract`, "Exit codes").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Done {
    All,
    SomeRejected,
    Blocked,
}

/// Parses the command line and runs it; the exit code of the process.
pub fn main() -> ExitCode {
    say_panics_safely();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) if error.use_stderr() => {
            Out::misread(&error);
            return ExitCode::from(2);
        }
        // Help and version.
        Err(error) => error.exit(),
    };
    let global = cli.global;
    let mut out = Out::new(&global);
    let result = match (cli.command, cli.workspace) {
        (Some(command), None) => run(command, &global, &mut out),
        (None, Some(path)) => tui::open(&path, &global).map(|()| Done::All),
        (None, None) => help(&mut out),
        (Some(_), Some(path)) => Err(Error::usage(format!("{} stands before the command", path.display()))
            .hint("the command comes first: `tamis stats WORKSPACE`")),
    };
    let result = out.flush().and(result);
    match result {
        Ok(Done::All) => ExitCode::SUCCESS,
        Ok(Done::SomeRejected) => ExitCode::from(3),
        Ok(Done::Blocked) => ExitCode::from(4),
        Err(error) => {
            out.error(&error);
            ExitCode::from(match error.kind {
                Kind::Refused | Kind::Io => 1,
                Kind::Usage => 2,
                Kind::Blocked => 4,
                Kind::Interrupted => 130,
            })
        }
    }
}

/// A panic's words may hold data. Those of a parquet decode are caught and told as an error of that file.
fn say_panics_safely() {
    let default = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if crate::sources::guarded() {
            return;
        }
        match panic.payload().downcast_ref::<String>() {
            Some(words) => eprintln!("error: a mistake in tamis: {}", crate::display::safe(words)),
            None => default(panic),
        }
    }));
}

fn help(out: &mut Out) -> Result<Done> {
    out.text(&Cli::command().render_help().to_string())?;
    Err(Error::usage("which workspace?")
        .hint("`tamis demo` shows an example; `tamis import WORKSPACE FILE` makes one from your prompts"))
}

fn run(command: Command, global: &Global, out: &mut Out) -> Result<Done> {
    match command {
        Command::Demo(args) => commands::demo(args, global, out),
        Command::Import(args) => import::import(args, out),
        Command::Sources(args) => import::sources(args, out),
        Command::Stats(args) => commands::stats(args, out),
        Command::List(args) => commands::list(args, out),
        Command::Mark(args) => commands::mark(args, out),
        Command::Edit(args) => commands::edit(args, out),
        Command::Undo(args) => commands::undo(args, out),
        Command::Redo(args) => commands::redo(args, out),
        Command::History(args) => commands::history(args, out),
        Command::Rules(args) => rules::run(args, out),
        Command::Model(args) => model::run(args, out),
        Command::Duplicates(args) => duplicates::run(args, out),
        Command::Pairs(args) => pairs::run(args, out),
        Command::Dedup(args) => dedup::run(&args, out),
        Command::Leakage(args) => match &args.b {
            Some(b) => leakage::run(&args, b, out),
            None => leaks::run(&args, out),
        },
        Command::Split(args) => split::split(args, out),
        Command::Assign(args) => split::assign(&args, out),
        Command::Snapshot(args) => snapshot::run(&args, out),
        Command::Report(args) => report::run(&args, out),
        Command::Check(args) => check::run(args, out),
        Command::Export(args) => export::export(args, out),
        Command::Verify(args) => export::verify(args, out),
        Command::Prune(args) => prune::run(&args, out),
        Command::Batch(args) => batch::run(&args, out),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "tamis", &mut script);
            out.bytes(&script)
        }
        Command::Man => {
            let mut page = Vec::new();
            clap_mangen::Man::new(Cli::command()).render(&mut page)?;
            out.bytes(&page)
        }
    }
}
