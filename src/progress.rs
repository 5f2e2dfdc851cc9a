//! Progress and cancel in one value: the worker reports what it did and learns whether to stop.
//!
//! A worker calls [`Progress::stage`] once a stage and [`Progress::add`] or [`Progress::check`] often; both are a few
//! nanoseconds. A front end keeps a clone and reads [`Progress::snapshot`] whenever it draws.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::error::{Error, Result};

/// Shared between a worker and whoever watches it. Cloning shares.
#[derive(Debug, Clone)]
pub struct Progress(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    cancelled: AtomicBool,
    done: AtomicU64,
    total: AtomicU64,
    stage: Mutex<Stage>,
}

#[derive(Debug, Clone)]
struct Stage {
    name: &'static str,
    unit: &'static str,
    started: Instant,
}

/// What a front end shows of a running job.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    /// What is being done, e.g. `reading`.
    pub stage: &'static str,
    /// What `done` counts, e.g. `records` or `bytes`.
    pub unit: &'static str,
    pub done: u64,
    /// 0 when unknown.
    pub total: u64,
    pub elapsed: Duration,
}

impl Snapshot {
    /// Units a second since the stage began.
    pub fn rate(&self) -> f64 {
        let seconds = self.elapsed.as_secs_f64();
        if seconds > 0.0 { self.done as f64 / seconds } else { 0.0 }
    }

    /// Time left at the present rate; `None` while the total or the rate is unknown.
    pub fn left(&self) -> Option<Duration> {
        let rate = self.rate();
        (self.total > 0 && rate > 0.0)
            .then(|| Duration::from_secs_f64((self.total.saturating_sub(self.done) as f64 / rate).min(1e9)))
    }
}

impl Progress {
    pub fn new() -> Self {
        Progress(Arc::new(Shared {
            cancelled: AtomicBool::new(false),
            done: AtomicU64::new(0),
            total: AtomicU64::new(0),
            stage: Mutex::new(Stage { name: "", unit: "", started: Instant::now() }),
        }))
    }

    /// For callers that neither watch nor cancel.
    pub fn none() -> Self {
        Self::new()
    }

    /// Begins a stage: `total` units of `unit` (0 when unknown). Fails with `Interrupted` when cancelled.
    pub fn stage(&self, name: &'static str, unit: &'static str, total: u64) -> Result<()> {
        *self.0.stage.lock().unwrap_or_else(|e| e.into_inner()) = Stage { name, unit, started: Instant::now() };
        self.0.total.store(total, Ordering::Relaxed);
        self.0.done.store(0, Ordering::Relaxed);
        self.check()
    }

    /// `n` more units are done. Fails with `Interrupted` when cancelled.
    pub fn add(&self, n: u64) -> Result<()> {
        self.0.done.fetch_add(n, Ordering::Relaxed);
        self.check()
    }

    /// Fails with `Interrupted` when cancelled.
    pub fn check(&self) -> Result<()> {
        if self.is_cancelled() { Err(Error::interrupted()) } else { Ok(()) }
    }

    pub fn cancel(&self) {
        self.0.cancelled.store(true, Ordering::Relaxed);
    }

    pub fn is_cancelled(&self) -> bool {
        self.0.cancelled.load(Ordering::Relaxed)
    }

    pub fn snapshot(&self) -> Snapshot {
        let stage = self.0.stage.lock().unwrap_or_else(|e| e.into_inner()).clone();
        Snapshot {
            stage: stage.name,
            unit: stage.unit,
            done: self.0.done.load(Ordering::Relaxed),
            total: self.0.total.load(Ordering::Relaxed),
            elapsed: stage.started.elapsed(),
        }
    }
}

impl Default for Progress {
    fn default() -> Self {
        Self::new()
    }
}
