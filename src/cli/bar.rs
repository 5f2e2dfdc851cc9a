//! Progress of a long command: a bar on standard error while it is a terminal, nothing when piped, and Ctrl-C as cancel.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use super::out::Out;
use crate::display::{bytes, duration, grouped};
use crate::error::{Error, Result};
use crate::progress::{Progress, Snapshot};

/// How often the bar is drawn anew.
const REFRESH: Duration = Duration::from_millis(100);

/// Runs `work` with a progress that a bar shows and that SIGINT, SIGTERM and SIGHUP cancel.
pub fn with_progress<T>(out: &Out, work: impl FnOnce(&Progress) -> Result<T>) -> Result<T> {
    let progress = Progress::new();
    let mut signals =
        signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP]).map_err(|e| Error::io("signals").caused_by(e))?;
    let handle = signals.handle();
    let shown = !out.quiet && std::io::stderr().is_terminal();
    let (done, finished) = std::sync::mpsc::channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for _ in signals.forever() {
                progress.cancel();
            }
        });
        scope.spawn(|| {
            if shown {
                draw_until(&progress, finished);
            }
        });
        let result = work(&progress);
        drop(done);
        handle.close();
        result
    })
}

fn draw_until(progress: &Progress, finished: std::sync::mpsc::Receiver<()>) {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{msg}") {
        bar.set_style(style);
    }
    while let Err(std::sync::mpsc::RecvTimeoutError::Timeout) = finished.recv_timeout(REFRESH) {
        bar.set_message(line(&progress.snapshot()));
        bar.tick();
    }
    bar.finish_and_clear();
}

/// `reading 12,000 / 50,000 records · 310,000/s · 1 s left`.
fn line(snapshot: &Snapshot) -> String {
    let amount = |n: u64| if snapshot.unit == "bytes" { bytes(n) } else { grouped(n) };
    let unit = if snapshot.unit == "bytes" { String::new() } else { format!(" {}", snapshot.unit) };
    let mut line = format!("{} {}", snapshot.stage, amount(snapshot.done));
    if snapshot.total > 0 {
        line.push_str(&format!(" / {}", amount(snapshot.total)));
    }
    line.push_str(&format!("{unit} · {}/s", amount(snapshot.rate() as u64)));
    if let Some(left) = snapshot.left() {
        line.push_str(&format!(" · {} left", duration(left)));
    }
    line
}
