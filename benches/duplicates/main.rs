//! How fast `duplicates` is next to what others take for the same: `cargo bench --bench duplicates [ROWS…] [--quick]`.
//!
//! ROWS are the sizes of the joins of embeddings (90,000 and 500,000 where none is given). What is compared runs in turns in one run, and
//! the best of the rounds counts. The environment says what there is:
//!
//! | variable | |
//! |---|---|
//! | `TAMIS_PEERS` | a folder made by `duplicates_peer.py setup`; without it there are no peers |
//! | `TAMIS_MODEL` | a folder, wheel or zip of all-MiniLM-L6-v2, else that of the peers; without it nothing is embedded |
//! | `TAMIS_PROMPTS` | prompts, one a line, else composed ones |
//! | `TAMIS_EMBEDDINGS` | embeddings as a NumPy file, else those of the prompts, else made-up ones |

mod apply;
mod contest;
mod embedding;
mod joining;
mod limits;
mod npy;
mod peers;
mod slider;
#[path = "../support/mod.rs"]
mod support;
mod words;

use contest::Report;
use limits::Limits;
use peers::Peers;
use support::machine;

/// What a run is about.
struct Setting {
    sizes: Vec<usize>,
    rounds: usize,
    quick: bool,
    peers: Option<Peers>,
    prompts: Vec<String>,
    limits: Limits,
}

fn main() {
    let arguments = support::arguments();
    let quick = arguments.iter().any(|word| word == "--quick");
    let asked: Vec<usize> = arguments.iter().filter_map(|word| word.parse().ok()).collect();
    let usual = if quick { vec![20_000] } else { vec![90_000, 500_000] };
    let (prompts, whose) = prompts(if quick { 20_000 } else { 90_000 });
    let setting = Setting {
        sizes: if asked.is_empty() { usual } else { asked },
        rounds: if quick { 1 } else { 2 },
        quick,
        peers: Peers::of_environment(),
        prompts,
        limits: Limits::measure(),
    };
    println!("\n{}; {} {whose} prompts", machine(), setting.prompts.len());
    println!("{}", setting.limits);
    if setting.peers.is_none() {
        println!("no peers: TAMIS_PEERS is not set");
    }
    println!();
    let mut report = Report::new();
    let model = embedding::model(setting.peers.as_ref());
    match &model {
        Some(model) => embedding::measure(&setting, model, &mut report),
        None => report.note("no model: TAMIS_MODEL is not set, nothing was embedded"),
    }
    joining::measure(&setting, model.as_ref(), &mut report);
    words::measure(&setting, &mut report);
    slider::measure(&setting, &mut report);
    apply::measure(&setting, &mut report);
    report.end();
    println!("{}", machine());
}

/// Those of `TAMIS_PROMPTS`, else so many composed ones.
fn prompts(composed: usize) -> (Vec<String>, &'static str) {
    match std::env::var_os("TAMIS_PROMPTS") {
        Some(path) => {
            let text = std::fs::read_to_string(path).expect("TAMIS_PROMPTS is a file of text");
            (text.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect(), "given")
        }
        None => (tamis::compose::Composer::new(support::SEED).take(composed).map(|one| one.text).collect(), "composed"),
    }
}
