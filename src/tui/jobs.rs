//! Work beside the screen, in two lanes; results come back as messages, so that no key ever waits.
//!
//! - The **store lane** is one thread that owns the workspace `W`. Jobs run one after the other. A [`Jobs::write`] (a mark, an undo)
//!   is short and always runs, even when tamis is quitting; a [`Jobs::store`] job (an import) can be cancelled.
//! - The **compute lane** has a slot per question. Only the latest question matters: [`Jobs::compute`] cancels what runs in the slot,
//!   waits for it to stop, and forgets what waited before. Its jobs own their input and never see the workspace.
//!
//! The table of jobs lives on the screen's thread; workers only send. Whoever receives a [`Finished`] passes it through
//! [`Jobs::settle`], which says whether anyone still wants it. A panic in a job is an error like any other. Dropping [`Jobs`] cancels
//! what can be cancelled and waits until the writes are on disk.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::thread::{self, JoinHandle};

use rustc_hash::FxHashMap;

use crate::error::{Error, Result};
use crate::model::Lens;
use crate::progress::{Progress, Snapshot};

/// One job of this session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct JobId(u64);

/// The questions of the compute lane; add a line for a new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Slot {
    /// All columns, or what changed of them.
    Columns,
    /// Which records match, in which order.
    Rows,
    Facets,
    /// The record under the cursor.
    Detail,
    /// Who resembles it.
    Similar,
    /// The pipeline on the screen.
    Pipeline,
    /// The pipeline with what is typed.
    Draft,
    /// What it would do.
    Preview,
    /// Which of its records to list.
    RuleRows,
    /// One record through its rules.
    RuleDetail,
    /// A new similarity graph.
    Build(Lens),
    /// The stored graph and who takes part.
    View,
    /// The clusters of every threshold as one tree.
    ClusterTree,
    /// What every threshold would do.
    Curve,
    /// Clusters and consequences at a threshold.
    Clusters,
    /// Which records the filter of the clusters finds.
    ClusterFilter,
    /// The members of one cluster in both lenses.
    Scores,
    /// What enters or leaves between two thresholds.
    Moves,
    /// What applying a policy or cutting a cluster would do.
    DuplicatesPlan,
    /// The next pair to be judged.
    Triage,
    /// All pairs by both lenses.
    PairMap,
    /// Whether texts can be embedded here.
    Models,
    /// Sizes of the splits, and the checks that are quick.
    Checks,
    /// All checks.
    AllChecks,
    /// What leaks at a threshold.
    Leaks,
    /// Some pairs of a cell of it.
    LeakPairs,
    /// What a split would do.
    SplitPlan,
    /// What mending leaks would do.
    FixPlan,
    /// Which files would be pruned.
    PrunePlan,
    Prune,
    /// What an export would write.
    Plan,
    Export,
    History,
    /// Two versions, and what differs.
    Compared,
    /// The records of one group of it.
    ComparedRows,
    /// What going back to a snapshot would do.
    WayBack,
    /// What builds on an operation.
    Dependents,
    /// A list of records as a file.
    Written,
    /// A report as a file.
    Report,
    /// The waterfall of a snapshot.
    FrozenStats,
    /// Counts per source.
    Stats,
    Sources,
    Folder,
    Peek,
}

impl Slot {
    /// Something that the user asked for, rather than what a screen needs to be drawn.
    fn is_work(self) -> bool {
        matches!(self, Slot::Build(_) | Slot::Export | Slot::Prune | Slot::Compared | Slot::Written | Slot::Report)
    }
}

/// How a job ended, or what it tells on the way. `result` is `Interrupted` when it was cancelled.
#[derive(Debug)]
pub struct Finished<M> {
    pub id: JobId,
    pub title: String,
    pub result: Result<M>,
    /// The job goes on and will tell more.
    pub goes_on: bool,
}

/// A job as the status line and the job list show it.
#[derive(Debug, Clone, PartialEq)]
pub struct Running {
    pub id: JobId,
    pub title: String,
    pub progress: Snapshot,
    pub can_cancel: bool,
    /// The user asked for it; the others read what a screen shows.
    pub is_work: bool,
    /// It was asked to stop and has not yet.
    pub cancelling: bool,
}

type StoreJob<W> = Box<dyn FnOnce(&mut W) + Send>;
type ComputeJob<M> = Box<dyn FnOnce(&Progress, &dyn Fn(M)) -> Result<M> + Send>;
type Deliver<M> = Arc<dyn Fn(Finished<M>) + Send + Sync>;

struct Entry {
    id: JobId,
    title: String,
    progress: Progress,
    /// None in the store lane.
    slot: Option<Slot>,
    can_cancel: bool,
}

impl Entry {
    fn is_work(&self) -> bool {
        self.slot.is_none_or(Slot::is_work)
    }
}

/// A slot's thread and what comes after it.
struct Lane<M> {
    /// The job whose thread is alive, wanted or not.
    active: Option<JobId>,
    next: Option<(JobId, ComputeJob<M>)>,
}

/// Both lanes.
pub struct Jobs<W, M> {
    deliver: Deliver<M>,
    /// None only while dropping.
    store: Option<Sender<StoreJob<W>>>,
    thread: Option<JoinHandle<()>>,
    wanted: Vec<Entry>,
    lanes: FxHashMap<Slot, Lane<M>>,
    last: u64,
}

impl<W: Send + 'static, M: Send + 'static> Jobs<W, M> {
    /// Starts the store lane with the workspace it will own; `deliver` is called on worker threads.
    pub fn new(workspace: W, deliver: impl Fn(Finished<M>) + Send + Sync + 'static) -> Result<Self> {
        let (store, jobs) = channel::<StoreJob<W>>();
        let thread = thread::Builder::new().name("tamis-store".into()).spawn(move || {
            let mut workspace = workspace;
            for job in jobs {
                job(&mut workspace);
            }
        })?;
        let deliver: Deliver<M> = Arc::new(deliver);
        Ok(Jobs { deliver, store: Some(store), thread: Some(thread), wanted: Vec::new(), lanes: FxHashMap::default(), last: 0 })
    }

    /// A short change of the workspace: cannot be cancelled and always runs.
    pub fn write(&mut self, title: impl Into<String>, job: impl FnOnce(&mut W) -> Result<M> + Send + 'static) -> JobId {
        self.enqueue(title.into(), false, |workspace, _| job(workspace))
    }

    /// A longer job on the workspace, after those that wait already.
    pub fn store(
        &mut self,
        title: impl Into<String>,
        job: impl FnOnce(&mut W, &Progress) -> Result<M> + Send + 'static,
    ) -> JobId {
        self.enqueue(title.into(), true, job)
    }

    /// A question to a slot; the one before is cancelled and its answer will not be wanted.
    pub fn compute(
        &mut self,
        slot: Slot,
        title: impl Into<String>,
        job: impl FnOnce(&Progress) -> Result<M> + Send + 'static,
    ) -> JobId {
        self.stream(slot, title, |progress, _| job(progress))
    }

    /// As [`Jobs::compute`], for a question whose answer comes in parts: the job hands each to its second argument, and returns
    /// the last one.
    pub fn stream(
        &mut self,
        slot: Slot,
        title: impl Into<String>,
        job: impl FnOnce(&Progress, &dyn Fn(M)) -> Result<M> + Send + 'static,
    ) -> JobId {
        self.cancel_slot(slot);
        self.wanted.retain(|entry| entry.slot != Some(slot));
        let id = self.enter(title.into(), Some(slot), true);
        self.lanes.entry(slot).or_insert(Lane { active: None, next: None }).next = Some((id, Box::new(job)));
        self.start_next(slot);
        id
    }

    /// To be called with every [`Finished`]: true when its result is still wanted. Starts what waited for it.
    #[must_use]
    pub fn settle(&mut self, finished: &Finished<M>) -> bool {
        if finished.goes_on {
            return self.wanted.iter().any(|entry| entry.id == finished.id && !entry.progress.is_cancelled());
        }
        if let Some(slot) = self.lanes.iter().find_map(|(slot, lane)| (lane.active == Some(finished.id)).then_some(*slot)) {
            self.lanes.entry(slot).and_modify(|lane| lane.active = None);
            self.start_next(slot);
        }
        let before = self.wanted.len();
        self.wanted.retain(|entry| entry.id != finished.id);
        self.wanted.len() < before
    }

    /// The jobs that someone waits for, the oldest first.
    pub fn running(&self) -> Vec<Running> {
        self.wanted
            .iter()
            .map(|entry| Running {
                id: entry.id,
                title: entry.title.clone(),
                progress: entry.progress.snapshot(),
                can_cancel: entry.can_cancel,
                is_work: entry.is_work(),
                cancelling: entry.progress.is_cancelled(),
            })
            .collect()
    }

    pub fn is_busy(&self) -> bool {
        !self.wanted.is_empty()
    }

    /// Asks one job to stop; it ends with `Interrupted`.
    pub fn cancel(&mut self, id: JobId) {
        self.cancel_where(|entry| entry.id == id);
    }

    pub fn cancel_slot(&mut self, slot: Slot) {
        self.cancel_where(|entry| entry.slot == Some(slot));
    }

    /// Asks the job that began last, of those that can be cancelled, to stop: one that the user asked for, if there is one. False when
    /// there is none at all.
    pub fn cancel_latest(&mut self) -> bool {
        let running = self.wanted.iter().filter(|entry| entry.can_cancel && !entry.progress.is_cancelled());
        let latest = running.max_by_key(|entry| (entry.is_work(), entry.id));
        latest.map(|entry| entry.progress.cancel()).is_some()
    }

    fn cancel_where(&self, which: impl Fn(&Entry) -> bool) {
        self.wanted.iter().filter(|entry| entry.can_cancel && which(entry)).for_each(|entry| entry.progress.cancel());
    }

    fn enter(&mut self, title: String, slot: Option<Slot>, can_cancel: bool) -> JobId {
        self.last += 1;
        let id = JobId(self.last);
        self.wanted.push(Entry { id, title, progress: Progress::new(), slot, can_cancel });
        id
    }

    fn enqueue(
        &mut self,
        title: String,
        can_cancel: bool,
        job: impl FnOnce(&mut W, &Progress) -> Result<M> + Send + 'static,
    ) -> JobId {
        let id = self.enter(title.clone(), None, can_cancel);
        let (progress, deliver) = (self.progress(id), self.deliver.clone());
        let work = move |workspace: &mut W| {
            let result = progress.check().and_then(|()| caught(|| job(workspace, &progress)));
            deliver(Finished { id, title, result, goes_on: false });
        };
        if let Some(store) = &self.store {
            // The lane ends only when this sender is dropped.
            _ = store.send(Box::new(work));
        }
        id
    }

    /// Starts what waits in a slot, if its thread is free. A job that was cancelled while it waited ends at once.
    fn start_next(&mut self, slot: Slot) {
        let Some(lane) = self.lanes.get_mut(&slot).filter(|lane| lane.active.is_none()) else { return };
        let Some((id, job)) = lane.next.take() else { return };
        lane.active = Some(id);
        let title = self.wanted.iter().find(|e| e.id == id).map_or_else(String::new, |e| e.title.clone());
        let (progress, deliver) = (self.progress(id), self.deliver.clone());
        let work = {
            let (title, deliver) = (title.clone(), deliver.clone());
            move || {
                let part = |message: M| deliver(Finished { id, title: title.clone(), result: Ok(message), goes_on: true });
                let result = progress.check().and_then(|()| caught(|| job(&progress, &part)));
                deliver(Finished { id, title, result, goes_on: false });
            }
        };
        if let Err(error) = thread::Builder::new().name("tamis-compute".into()).spawn(work) {
            deliver(Finished { id, title, result: Err(error.into()), goes_on: false });
        }
    }

    fn progress(&self, id: JobId) -> Progress {
        self.wanted.iter().find(|entry| entry.id == id).map_or_else(Progress::new, |entry| entry.progress.clone())
    }
}

impl<W, M> Drop for Jobs<W, M> {
    fn drop(&mut self) {
        self.wanted.iter().filter(|entry| entry.can_cancel).for_each(|entry| entry.progress.cancel());
        self.store = None;
        if let Some(thread) = self.thread.take() {
            _ = thread.join();
        }
    }
}

/// Runs a job; a panic becomes an error. The workspace survives it, since a transaction that is not committed is rolled back.
fn caught<M>(job: impl FnOnce() -> Result<M>) -> Result<M> {
    catch_unwind(AssertUnwindSafe(job)).unwrap_or_else(|panic| {
        Err(Error::refused(format!("this failed because of a mistake in tamis: {}", message(&*panic)))
            .hint("nothing was changed; please report it"))
    })
}

fn message(panic: &(dyn Any + Send)) -> &str {
    match (panic.downcast_ref::<&str>(), panic.downcast_ref::<String>()) {
        (Some(text), _) => text,
        (_, Some(text)) => text,
        _ => "unknown",
    }
}
