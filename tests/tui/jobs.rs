//! The lanes: order, latest wins, cancel, panics, and what quitting waits for.

use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use tamis::error::{Error, Kind};
use tamis::progress::Progress;
use tamis::tui::jobs::{Finished, Jobs, Slot};

fn jobs() -> (Jobs<Vec<u32>, u32>, Receiver<Finished<u32>>) {
    let (sender, receiver) = channel();
    let jobs = Jobs::new(Vec::new(), move |finished| _ = sender.send(finished));
    (jobs.expect("a thread"), receiver)
}

fn next(receiver: &Receiver<Finished<u32>>) -> Finished<u32> {
    receiver.recv_timeout(Duration::from_secs(10)).expect("a job never ended")
}

#[test]
fn the_store_lane_runs_in_order_on_its_workspace() {
    let (mut jobs, results) = jobs();
    for n in 0..20 {
        jobs.write("push", move |w| {
            w.push(n);
            Ok(w.len() as u32)
        });
    }
    let lengths: Vec<_> = (0..20).map(|_| next(&results)).map(|f| (jobs.settle(&f), f.result.unwrap())).collect();
    assert_eq!(lengths, (1..=20).map(|n| (true, n)).collect::<Vec<_>>());
    assert!(!jobs.is_busy());
}

#[test]
fn the_latest_question_wins() {
    let (mut jobs, results) = jobs();
    for n in 0..10 {
        jobs.compute(Slot::Clusters, "at", move |progress| {
            while n < 9 && !progress.is_cancelled() {
                std::thread::yield_now();
            }
            Ok(n)
        });
    }
    assert_eq!(jobs.running().len(), 1);
    let mut answers = Vec::new();
    while jobs.is_busy() {
        let finished = next(&results);
        if jobs.settle(&finished) {
            answers.push(finished.result.unwrap());
        }
    }
    assert_eq!(answers, [9]);
}

#[test]
fn slots_do_not_disturb_each_other() {
    let (mut jobs, results) = jobs();
    jobs.compute(Slot::Rows, "rows", |_| Ok(1));
    jobs.compute(Slot::Facets, "facets", |_| Ok(2));
    let mut answers: Vec<_> = (0..2).map(|_| next(&results)).filter(|f| jobs.settle(f)).map(|f| f.result.unwrap()).collect();
    answers.sort_unstable();
    assert_eq!(answers, [1, 2]);
}

#[test]
fn a_cancelled_job_ends_interrupted_and_shows_progress_until_then() {
    let (mut jobs, results) = jobs();
    let (ready, started) = channel();
    let id = jobs.store("import", move |_, progress| {
        progress.stage("reading", "records", 10)?;
        progress.add(4)?;
        _ = ready.send(());
        loop {
            progress.check()?;
            std::thread::yield_now();
        }
    });
    started.recv().unwrap();
    let running = jobs.running().remove(0);
    assert_eq!((running.progress.stage, running.progress.done, running.progress.total), ("reading", 4, 10));
    assert!(jobs.cancel_latest() && !jobs.cancel_latest());
    assert!(jobs.running()[0].cancelling);
    let finished = next(&results);
    assert_eq!(finished.id, id);
    assert!(jobs.settle(&finished) && finished.result.is_err_and(|e| e.is_interrupted()));
}

#[test]
fn what_the_user_asked_for_is_cancelled_before_what_a_screen_reads() {
    let (mut jobs, results) = jobs();
    let until_cancelled = |progress: &Progress| loop {
        progress.check()?;
        std::thread::yield_now();
    };
    let import = jobs.store("import", move |_, progress| until_cancelled(progress));
    let facets = jobs.compute(Slot::Facets, "facets", until_cancelled);
    for first in [import, facets] {
        assert!(jobs.cancel_latest());
        let finished = next(&results);
        assert_eq!(finished.id, first);
        assert!(jobs.settle(&finished));
    }
    assert!(!jobs.cancel_latest());
}

#[test]
fn a_panic_is_an_error_and_the_lane_goes_on() {
    let (mut jobs, results) = jobs();
    jobs.write("bad", |w| {
        w.push(1);
        panic!("seven {}", w.len())
    });
    jobs.write("good", |w| Ok(w.len() as u32));
    let error = next(&results).result.unwrap_err();
    assert_eq!((error.kind, error.message.contains("seven 1")), (Kind::Refused, true));
    assert_eq!(next(&results).result.unwrap(), 1);
}

#[test]
fn quitting_finishes_the_writes_and_stops_the_rest() {
    let (mut jobs, results) = jobs();
    jobs.store("long", |_, progress| {
        loop {
            progress.check()?;
            std::thread::yield_now();
        }
    });
    jobs.write("mark", |w| {
        w.push(7);
        Ok(7)
    });
    drop(jobs);
    let ends: Vec<_> = results.iter().map(|f| f.result.map_err(|e: Error| e.is_interrupted())).collect();
    assert!(matches!(ends[..], [Err(true), Ok(7)]), "{ends:?}");
}
