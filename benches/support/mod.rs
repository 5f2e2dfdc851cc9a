//! What the benchmarks share: where their files lie, inputs made once, times, and one Markdown table at the end.

#![allow(dead_code, reason = "each benchmark uses a part of it")]

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tamis::compose::{BenchFormat, bench_file};
use tamis::model::{Edge, Lens};
use tamis::ops::duplicates::{self, Wish};
use tamis::ops::import::{ImportArgs, import};
use tamis::progress::Progress;
use tamis::query::Columns;
use tamis::shelf::Folders;
use tamis::similarity::{Graph, digest};
use tamis::workspace::Workspace;

/// Of all inputs: the same bytes in every run.
pub const SEED: u64 = 7;

/// The arguments without those that `cargo bench` adds.
pub fn arguments() -> Vec<String> {
    std::env::args().skip(1).filter(|argument| argument != "--bench").collect()
}

/// Where inputs and workspaces lie; inputs stay there for the next run.
pub fn folder() -> PathBuf {
    let folder = std::env::temp_dir().join("tamis-bench");
    fs::create_dir_all(&folder).expect("a folder for the benchmark's files");
    folder
}

/// A composed jsonl file of so many records.
pub fn input(records: u64) -> PathBuf {
    let path = folder().join(format!("{records}-{SEED}.jsonl"));
    if !path.exists() {
        eprintln!("composing {records} records");
        let part = path.with_extension("part");
        let mut out = BufWriter::with_capacity(1 << 20, File::create(&part).expect("the input file"));
        bench_file(records, SEED, BenchFormat::Jsonl, &mut out).and_then(|()| Ok(out.flush()?)).expect("the input is written");
        fs::rename(part, &path).expect("the input has its name");
    }
    path
}

/// A workspace with that many records and their similarity graph; made once, and again where this build cannot read it.
pub fn workspace(records: u64) -> PathBuf {
    let path = folder().join(format!("{records}-{SEED}.db"));
    let is_good = |path: &Path| Workspace::open(path).is_ok_and(|workspace| duplicates::load(&workspace, Lens::Lexical).is_ok());
    if !path.exists() || !is_good(&path) {
        let file = input(records);
        eprintln!("building a workspace of {records} records with its similarity graph");
        let part = path.with_extension("part");
        [&path, &part].into_iter().for_each(|path| remove_database(path));
        let mut workspace = Workspace::create(&part).expect("a workspace");
        let (args, progress) = (ImportArgs { files: vec![file], ..ImportArgs::default() }, Progress::none());
        import(&mut workspace, args, &progress).expect("an import");
        duplicates::build(&mut workspace, &Wish::of(Lens::Lexical), &Folders::default(), &progress).expect("a graph");
        workspace.finish_as_one_file().expect("one file");
        fs::rename(&part, &path).expect("the workspace has its name");
    }
    path
}

/// Removes a SQLite file with what SQLite keeps beside it.
pub fn remove_database(path: &Path) {
    for suffix in ["", "-wal", "-shm", "-journal", ".lock"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        // Most of them are not there.
        _ = fs::remove_file(name);
    }
}

pub fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let value = work();
    (value, start.elapsed())
}

/// The value below which a share of them lies. `None` of nothing.
pub fn percentile(times: &mut [Duration], share: f64) -> Option<Duration> {
    times.sort_unstable();
    let last = times.len().checked_sub(1)?;
    times.get((last as f64 * share).round() as usize).copied()
}

/// Three digits, in the unit that suits.
pub fn spoken(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    match seconds {
        s if s >= 1.0 => format!("{s:.2} s"),
        s if s >= 0.001 => format!("{:.1} ms", s * 1e3),
        s => format!("{:.0} µs", s * 1e6),
    }
}

/// The highest resident size of this process so far, in KiB.
pub fn peak_memory() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.trim().parse().ok())
}

/// Cores and load: figures of a busy machine are to be read as ratios.
pub fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, |n| n.get());
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load: Vec<&str> = load.split(' ').take(2).collect();
    format!("{cores} cores, load {} (1 and 5 minutes)", load.join(" and "))
}

/// A Markdown table.
pub struct Table {
    width: usize,
}

impl Table {
    pub fn new(columns: &[&str]) -> Table {
        let table = Table { width: columns.len() };
        table.row(columns);
        table.row(&vec!["---"; columns.len()]);
        table
    }

    pub fn row(&self, cells: &[impl AsRef<str>]) {
        assert_eq!(cells.len(), self.width);
        let cells: Vec<&str> = cells.iter().map(AsRef::as_ref).collect();
        println!("| {} |", cells.join(" | "));
    }
}

/// A graph of so many pairs: crowds of 2 to 200 records, small ones more often, in which everybody is near everybody, most of them not
/// very, and a chain from crowd to crowd that breaks above the floor; the rest of the records stand alone. Seeded.
pub fn crowd(lens: Lens, method: &str, floor: f32, columns: &Columns, pairs: u64) -> Graph {
    let len = columns.len() as u32;
    let mut state = SEED;
    // PCG's multiplier and increment; the upper bits are the good ones.
    let mut chance = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1u32 << 24) as f32
    };
    let mut edges: Vec<Edge> = Vec::with_capacity(pairs as usize);
    let mut first = 0;
    while (edges.len() as u64) < pairs && first < len {
        let size = (2.0 + 198.0 * chance().powi(24)) as u32;
        if first > 0 {
            edges.push(Edge { a: first - 1, b: first, score: floor + 0.3 * chance().powi(8) });
        }
        let crowd = first..(first + size).min(len);
        for a in crowd.clone() {
            for b in a + 1..crowd.end {
                let score = floor + (1.0 - floor) * chance().powi(4) * 0.999;
                edges.push(Edge { a, b, score });
            }
        }
        first = crowd.end;
    }
    edges.truncate(pairs as usize);
    edges.sort_unstable_by(Edge::order);
    let records = (0..columns.len()).map(|position| columns.id(position)).collect();
    let digests = (0..columns.len()).map(|position| digest(columns.text(position))).collect();
    Graph { lens, method: method.to_owned(), floor, records, node_of: (0..len).collect(), digests, edges, capped: None }
}
