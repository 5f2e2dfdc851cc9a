//! How long a key takes, from the event to the frame, and until the answer is on the screen: `cargo bench --bench frames [RECORDS…]`.
//!
//! The interface runs on a test backend of 120×40; jobs run on their threads as ever, and what they answer is handled between keys. A
//! *frame* is handling one event and drawing. Frames that only show an answer count too: no frame may be slow, whoever asked for it.
//! The *answer* is the time from a key until nothing runs any more; where an answer comes in parts, the *first part* is on the screen long
//! before.
//!
//! The Duplicates screen is measured on the graph that the records have, and on one of 30 pairs a record that is made up, since composed
//! prompts have fewer; the jobs behind it are timed alone.

#[path = "../tests/support/keys.rs"]
mod keys;
mod support;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use keys::keys;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use support::{Table, folder, machine, percentile, remove_database, spoken, timed, workspace};
use tamis::clusters::{ClusterOrder, Dendrogram};
use tamis::model::{Lens, Policy};
use tamis::ops::duplicates::{self, Asked, Made, at};
use tamis::ops::query;
use tamis::progress::Progress;
use tamis::store::graphs::Origin;
use tamis::tui::app::{App, Settings};
use tamis::tui::event::Event;
use tamis::tui::jobs::Finished;
use tamis::tui::message::Message;
use tamis::workspace::Workspace;

const SIZE: (u16, u16) = (120, 40);
/// Longer than any job of a benchmark.
const PATIENCE: Duration = Duration::from_secs(300);
/// Pairs a record in a graph that is made up: 30 million of a million records.
const PAIRS_EACH: u64 = 30;

fn main() {
    let asked: Vec<u64> = support::arguments().iter().filter_map(|word| word.parse().ok()).collect();
    let sizes = if asked.is_empty() { vec![10_000, 1_000_000] } else { asked };
    println!("\n{}\n", machine());
    for &records in &sizes {
        measure(&format!("{records} records"), &workspace(records), &SCENES);
    }
    for &records in &sizes {
        let (path, pairs) = (workspace(records), records * PAIRS_EACH);
        measure(
            &format!("Duplicates, {records} records with the pairs that they have"),
            &path,
            &DUPLICATES[..DUPLICATES.len() - 1],
        );
        jobs(&path, Lens::Lexical);
        let path = crowded(&path, pairs);
        measure(&format!("Duplicates, {records} records with {pairs} pairs that were made up"), &path, &DUPLICATES);
        jobs(&path, Lens::Lexical);
    }
}

fn measure(title: &str, workspace: &Path, scenes: &[Scene]) {
    // On a copy: marks of an earlier run would leave nothing to do.
    let path = folder().join("frames.db");
    remove_database(&path);
    std::fs::copy(workspace, &path).expect("a copy of the workspace");
    // Else the first fsync of tamis would have to write the copy.
    File::open(&path).and_then(|copy| copy.sync_all()).expect("the copy is on disk");
    println!("### {title}\n");
    let mut driver = opening(&path);
    println!();
    let table = Table::new(&["key", "frames", "p50", "p99", "longest", "first part p50", "longest", "answer p50", "answer p99"]);
    for scene in scenes {
        driver.settle(scene.before);
        let mut seen = Seen::default();
        for key in keys(&scene.keys.repeat(scene.times)) {
            driver.press(key, &mut seen);
        }
        let name = if seen.changed { scene.name.to_owned() } else { format!("{} (changed nothing)", scene.name) };
        driver.settle(scene.after);
        let frames = seen.frames.len().to_string();
        let [p50, p99, longest] = [0.5, 0.99, 1.0].map(|share| said(&mut seen.frames, share));
        let [part, late_part] = [0.5, 1.0].map(|share| said(&mut seen.parts, share));
        let [answer, late] = [0.5, 0.99].map(|share| said(&mut seen.answers, share));
        table.row(&[name, frames, p50, p99, longest, part, late_part, answer, late]);
    }
    println!();
    drop(driver);
    remove_database(&path);
}

fn said(times: &mut [Duration], share: f64) -> String {
    percentile(times, share).map(spoken).unwrap_or_default()
}

struct Scene {
    name: &'static str,
    /// Keys before the clock.
    before: &'static str,
    /// The keys that count, and how often they are typed.
    keys: &'static str,
    times: usize,
    /// Keys behind the clock.
    after: &'static str,
}

const SCENES: [Scene; 10] = [
    Scene { name: "j: next record", before: "1g", keys: "j", times: 100, after: "" },
    Scene { name: "PgDn", before: "1g", keys: "<pagedown>", times: 50, after: "" },
    Scene { name: "G, g: end, beginning", before: "1g", keys: "Gg", times: 20, after: "" },
    Scene { name: "typing a filter", before: "1g/", keys: "castle in the mist", times: 1, after: "<esc>" },
    Scene { name: "typing a fuzzy filter", before: "1g/", keys: "~castle mist", times: 1, after: "<esc>" },
    Scene { name: "a: mark", before: "1g", keys: "a", times: 20, after: "" },
    Scene { name: "u: undo of these marks", before: "1", keys: "u", times: 20, after: "" },
    Scene { name: "one step on Duplicates", before: "3", keys: "<right><right><right><left><left><left>", times: 5, after: "1" },
    Scene { name: "typing in a rule", before: "2<tab><tab>gjjjjjjje<left>", keys: "x<backspace>", times: 3, after: "<esc>" },
    Scene { name: "n: next changed record", before: "2<esc>", keys: "n", times: 50, after: "1" },
];

/// The last one needs both lenses.
const DUPLICATES: [Scene; 9] = [
    Scene { name: "← →: one step", before: "3", keys: "<left><left><left><right><right><right>", times: 5, after: "" },
    Scene { name: "down to the floor and up again", before: "", keys: SWEEP, times: 1, after: "" },
    Scene { name: "j: next cluster", before: "g", keys: "j", times: 50, after: "" },
    Scene { name: "PgDn in the clusters", before: "g", keys: "<pagedown>", times: 50, after: "" },
    Scene { name: "G, g: last, first cluster", before: "", keys: "Gg", times: 10, after: "" },
    Scene { name: "← → on the 1,000th cluster", before: FAR_DOWN, keys: "<left><right>", times: 10, after: "g" },
    Scene { name: "j: next member", before: "g<tab>", keys: "j", times: 50, after: "<tab>" },
    Scene { name: "d: drop a member", before: "jj<tab>", keys: "d", times: 5, after: "<tab>g" },
    Scene { name: "m: the other lens", before: "", keys: "m", times: 10, after: "1" },
];

const SWEEP: &str = "<lt><lt><lt><lt><lt><lt>>>>>>>";
/// Twenty-eight pages are some thousand rows.
const FAR_DOWN: &str = "g<pagedown><pagedown><pagedown><pagedown><pagedown><pagedown><pagedown><pagedown><pagedown><pagedown>\
    <pagedown><pagedown><pagedown><pagedown><pagedown><pagedown><pagedown><pagedown><pagedown><pagedown>\
    <pagedown><pagedown><pagedown><pagedown><pagedown><pagedown><pagedown><pagedown>";

/// What the jobs of the Duplicates screen take, one at a time.
fn jobs(path: &Path, lens: Lens) {
    let progress = Progress::none();
    let mut workspace = Workspace::open_to_read(path).expect("a workspace");
    let columns = query::columns(&mut workspace, &progress).expect("columns");
    let (view, loading) = timed(|| duplicates::view(&workspace, &columns, lens).expect("a view"));
    let (tree, growing) = timed(|| Dendrogram::of(&view.graph, &view.forest, &view.candidates));
    let (_, tracing) = timed(|| view.curve(Policy::Cover, &progress).expect("a curve"));
    let threshold = lens.default_threshold();
    let (across, scope, order, reversed) = (None, None, ClusterOrder::Size, false);
    let asked = Asked { threshold, policy: Policy::Cover, across, scope, order, reversed };
    let (cut, cutting) = timed(|| at::cut(&view, &columns, asked, &progress).expect("a cut"));
    let (page, looking) = timed(|| tree.page(threshold, 0, 512));
    assert_eq!(page.len(), cut.clusters.len().min(512));
    let said = [loading, growing, tracing, cutting, looking].map(spoken);
    println!(
        "{} pairs; the jobs alone: view {}, tree {}, curve {}, cut at {threshold} {}; 512 rows of {} clusters out of the tree {}\n",
        view.graph.edges.len(),
        said[0],
        said[1],
        said[2],
        said[3],
        cut.clusters.len(),
        said[4]
    );
}

/// Opening: until the first frame, and until everything is there.
fn opening(path: &Path) -> Driver {
    let start = Instant::now();
    let mut driver = Driver::open(path);
    driver.draw();
    let first = start.elapsed();
    let mut seen = Seen::default();
    driver.answer(&mut seen);
    let all = start.elapsed();
    println!("opening: first frame after {}, columns, hits and facets after {}", spoken(first), spoken(all));
    println!("frames meanwhile: {}, the longest {}", seen.frames.len(), said(&mut seen.frames, 1.0));
    driver
}

#[derive(Default)]
struct Seen {
    frames: Vec<Duration>,
    answers: Vec<Duration>,
    /// From a key to the frame with the first part of its answer.
    parts: Vec<Duration>,
    /// Some key changed the screen: what did nothing was not measured.
    changed: bool,
}

struct Driver {
    app: App,
    finished: Receiver<Finished<Message>>,
    terminal: Terminal<TestBackend>,
}

impl Driver {
    fn open(path: &Path) -> Driver {
        let (sender, finished) = channel();
        let workspace = Workspace::open(path).expect("a workspace");
        let app = App::new(workspace, Settings::default(), move |f| _ = sender.send(f)).expect("an app");
        let terminal = Terminal::new(TestBackend::new(SIZE.0, SIZE.1)).expect("a terminal");
        Driver { app, finished, terminal }
    }

    fn draw(&mut self) {
        self.terminal.draw(|frame| self.app.draw(frame)).expect("a frame");
    }

    /// One key, and all that comes of it.
    fn press(&mut self, key: crossterm::event::KeyEvent, seen: &mut Seen) {
        let before = self.terminal.backend().buffer().clone();
        let start = Instant::now();
        self.turn(Event::Key(key), seen);
        self.answer_from(start, seen);
        seen.answers.push(start.elapsed());
        seen.changed |= *self.terminal.backend().buffer() != before;
    }

    fn answer(&mut self, seen: &mut Seen) {
        self.answer_from(Instant::now(), seen);
    }

    fn answer_from(&mut self, start: Instant, seen: &mut Seen) {
        let mut parts = 0;
        while self.app.is_busy() {
            let finished = self.finished.recv_timeout(PATIENCE).expect("a job never ended");
            let is_part = finished.goes_on;
            self.turn(Event::Job(finished), seen);
            parts += u32::from(is_part);
            if is_part && parts == 1 {
                seen.parts.push(start.elapsed());
            }
        }
    }

    fn turn(&mut self, event: Event<Message>, seen: &mut Seen) {
        let ((), time) = timed(|| {
            self.app.handle(event);
            self.draw();
        });
        seen.frames.push(time);
    }

    fn settle(&mut self, text: &str) {
        for key in keys(text) {
            self.press(key, &mut Seen::default());
        }
    }
}

/// The same workspace with so many pairs that have nothing to do with its texts, and a third of them by the other lens; made once.
fn crowded(of: &Path, pairs: u64) -> PathBuf {
    let path = of.with_extension(format!("{pairs}.db"));
    if !path.exists() {
        eprintln!("making {pairs} pairs up");
        let part = path.with_extension("part");
        remove_database(&part);
        std::fs::copy(of, &part).expect("a copy of the workspace");
        let mut workspace = Workspace::open(&part).expect("a workspace");
        let columns = query::columns(&mut workspace, &Progress::none()).expect("columns");
        for (lens, method, floor, pairs) in [(Lens::Lexical, "words", 0.5, pairs), (Lens::Semantic, "made up", 0.65, pairs / 3)] {
            let graph = support::crowd(lens, method, floor, &columns, pairs);
            let origin = Origin { digest: columns.text_digest(), ..Origin::default() };
            duplicates::save(&mut workspace, &Made { graph, origin, embedded: 0, reused: 0 }).expect("a graph");
        }
        workspace.finish_as_one_file().expect("one file");
        std::fs::rename(&part, &path).expect("the workspace has its name");
    }
    path
}
