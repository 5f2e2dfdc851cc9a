//! How fast an import is, against what bounds it and against another tool: `cargo bench --bench import [RECORDS] [ROUNDS]`.
//!
//! Everything is measured in one run, in turns, so that the ratios hold on a busy machine too. The times are medians.

mod support;

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use rusqlite::{Connection, params};
use support::{Table, folder, input, machine, peak_memory, percentile, remove_database, spoken, timed};
use tamis::error::Result;
use tamis::model::{Draft, Reject};
use tamis::ops::import::{ImportArgs, import};
use tamis::progress::Progress;
use tamis::sources::{self, Options, Sink};
use tamis::workspace::Workspace;

fn main() {
    let arguments = support::arguments();
    if let [word, file] = arguments.as_slice()
        && word == "child"
    {
        tamis_import(Path::new(file), &folder().join("child.db"));
        println!("{}", peak_memory().unwrap_or(0));
        return;
    }
    let number = |at: usize| arguments.get(at).and_then(|word| word.parse().ok());
    compare(number(0).unwrap_or(500_000), number(1).unwrap_or(3) as usize);
}

fn compare(records: u64, rounds: usize) {
    let file = input(records);
    let bytes = std::fs::metadata(&file).map_or(0, |meta| meta.len());
    let rows = all_rows(&file);
    let (mut ours, mut bare, mut reading) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..rounds {
        ours.push(tamis_import(&file, &folder().join("import.db")));
        bare.push(bare_insert(&rows, &folder().join("bare.db")));
        reading.push(read_only(&file));
    }
    let other = sqlite_utils(&file, &folder().join("utils.db"));
    drop(rows);

    println!("\n{records} records, {:.0} MB of jsonl; medians of {rounds}; {}\n", bytes as f64 / 1e6, machine());
    let table = Table::new(&["", "seconds", "records/s", "MB/s"]);
    let ours = percentile(&mut ours, 0.5).unwrap_or_default();
    let bare = percentile(&mut bare, 0.5).unwrap_or_default();
    let reading = percentile(&mut reading, 0.5).unwrap_or_default();
    let row = |what: &str, time: Duration| {
        let seconds = time.as_secs_f64();
        table.row(&[
            what,
            &spoken(time),
            &format!("{:.0}", records as f64 / seconds),
            &format!("{:.0}", bytes as f64 / 1e6 / seconds),
        ]);
    };
    row("a: tamis import, one operation in a new workspace", ours);
    row("b: the same rows into the same table by a bare SQLite loop", bare);
    row("c: reading and parsing alone", reading);
    match other {
        Some(time) => row("d: sqlite-utils insert --nl", time),
        None => table.row(&["d: sqlite-utils insert --nl", "not installed: pip install sqlite-utils", "", ""]),
    }
    let ratio = |time: Duration| time.as_secs_f64() / ours.as_secs_f64();
    println!("\na is {:.2} × b{}", ratio(bare), other.map(|time| format!(" and {:.1} × d", ratio(time))).unwrap_or_default());

    println!("\npeak memory of an import\n");
    let table = Table::new(&["records", "MiB"]);
    for records in [10_000, 1_000_000] {
        table.row(&[records.to_string(), format!("{:.0}", child_memory(records) as f64 / 1024.0)]);
    }
}

fn tamis_import(file: &Path, path: &Path) -> Duration {
    remove_database(path);
    let (_, time) = timed(|| {
        let mut workspace = Workspace::create(path).expect("a workspace");
        let args = ImportArgs { files: vec![file.to_owned()], ..ImportArgs::default() };
        import(&mut workspace, args, &Progress::none()).expect("an import");
    });
    remove_database(path);
    time
}

/// What tamis writes, with nothing around it: its schema, its pragmas, one transaction, one statement, rows that are ready.
fn bare_insert(rows: &[Draft], path: &Path) -> Duration {
    remove_database(path);
    drop(Workspace::create(path).expect("a workspace"));
    let (_, time) = timed(|| insert(rows, path).expect("rows in SQLite"));
    remove_database(path);
    time
}

fn insert(rows: &[Draft], path: &Path) -> rusqlite::Result<()> {
    let conn = Connection::open(path)?;
    conn.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -32768; PRAGMA foreign_keys = ON;
         PRAGMA cell_size_check = ON; PRAGMA journal_size_limit = 67108864; BEGIN IMMEDIATE;",
    )?;
    let mut statement =
        conn.prepare("INSERT INTO records (id, source, line, raw_text, file_name, fields) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
    for (id, row) in (1i64..).zip(rows) {
        statement.execute(params![id, 1, row.line as i64, row.text, row.file_name, row.fields])?;
    }
    conn.execute_batch("COMMIT")
}

fn read_only(file: &Path) -> Duration {
    struct Count(u64);
    impl Sink for Count {
        fn record(&mut self, _: Draft) -> Result<()> {
            self.0 += 1;
            Ok(())
        }
        fn reject(&mut self, _: Reject) -> Result<()> {
            Ok(())
        }
    }
    let mut count = Count(0);
    timed(|| sources::read(file, &Options::default(), &mut count, &Progress::none()).expect("a source")).1
}

fn all_rows(file: &Path) -> Vec<Draft> {
    struct Rows(Vec<Draft>);
    impl Sink for Rows {
        fn record(&mut self, draft: Draft) -> Result<()> {
            self.0.push(draft);
            Ok(())
        }
        fn reject(&mut self, _: Reject) -> Result<()> {
            Ok(())
        }
    }
    let mut rows = Rows(Vec::new());
    sources::read(file, &Options::default(), &mut rows, &Progress::none()).expect("a source");
    rows.0
}

/// `None` where it is not installed.
fn sqlite_utils(file: &Path, path: &Path) -> Option<Duration> {
    remove_database(path);
    let (ended, time) = timed(|| {
        Command::new("sqlite-utils").arg("insert").arg(path).arg("records").arg(file).args(["--nl", "--silent"]).status()
    });
    remove_database(path);
    ended.ok().filter(|status| status.success()).map(|_| time)
}

/// Peak memory in KiB of this program importing that many records and nothing else.
fn child_memory(records: u64) -> u64 {
    let this = std::env::current_exe().expect("this program");
    let output = Command::new(this).arg("child").arg(input(records)).output().expect("a child");
    String::from_utf8_lossy(&output.stdout).trim().parse().unwrap_or(0)
}
