//! Prompts to vectors: every kernel of this processor, and the usual ways in Python.

use std::path::{Path, PathBuf};

use tamis::progress::Progress;
use tamis::shelf::archive;
use tamis::similarity::minilm::kernels::Kernel;
use tamis::similarity::minilm::{Model, Precision};

use crate::Setting;
use crate::contest::{Report, Way};
use crate::peers::Peers;
use crate::support::folder;

/// Of all-MiniLM-L6-v2.
const LAYERS: f64 = 6.0;
const WIDTH: f64 = 384.0;

const PEERS: [(&str, &str); 4] = [
    ("sentence-transformers", "sentence-transformers"),
    ("onnxruntime", "onnxruntime, sorted by length"),
    ("openvino", "OpenVINO f32, sorted by length"),
    ("openvino-bf16", "OpenVINO bf16, sorted by length"),
];

/// That of `TAMIS_MODEL`, else that of the peers.
pub fn model(peers: Option<&Peers>) -> Option<Model> {
    let path: PathBuf = match std::env::var_os("TAMIS_MODEL") {
        Some(path) => path.into(),
        None => peers?.model.clone(),
    };
    let files = archive::read(&path).unwrap_or_else(|error| panic!("{}: {}", path.display(), error.message));
    Some(Model::read(&files).expect("a model"))
}

pub fn measure(setting: &Setting, model: &Model, report: &mut Report) {
    let count = if setting.quick { 400 } else { 1500 };
    let step = (setting.prompts.len() / count).max(1);
    let prompts: Vec<&str> = setting.prompts.iter().step_by(step).take(count).map(String::as_str).collect();
    let file = folder().join("duplicates-prompts.txt");
    std::fs::write(&file, prompts.iter().map(|prompt| format!("{prompt}\n")).collect::<String>()).expect("a file of prompts");
    let products: f64 = prompts.iter().map(|prompt| products(model.token_count(prompt) as f64)).sum();

    let mut ways = ours(setting, model, &prompts, products);
    if let Some(peers) = &setting.peers {
        ways.extend(PEERS.map(|(engine, name)| {
            let limit = if engine.ends_with("bf16") { setting.limits.bf16 } else { setting.limits.f32 };
            let arguments = ["embed", engine, "--model"].map(AsRef::as_ref);
            let rest = [peers.model.as_os_str(), "--prompts".as_ref(), file.as_os_str()];
            peers.way(name, [arguments, rest].concat()).with_limit(products, limit)
        }));
    }
    report.contest(&format!("embedding {} prompts", prompts.len()), setting.rounds, prompts.len() as f64, "prompts", ways);
}

/// Fast first, which others are compared with, then Exact, then slower kernels.
fn ours<'a>(setting: &Setting, model: &'a Model, prompts: &'a [&'a str], products: f64) -> Vec<Way<'a>> {
    let mut kernels = vec![Kernel::fastest(Precision::Fast), Kernel::fastest(Precision::Exact)];
    kernels.dedup();
    let mut slower = Kernel::all();
    slower.retain(|kernel| !setting.quick && !kernels.contains(kernel));
    slower.reverse();
    kernels.extend(slower);
    let way = |kernel: Kernel| {
        let encoder = model.encoder(kernel);
        let limit = if kernel.precision() == "bf16" { setting.limits.bf16 } else { setting.limits.f32 };
        let work = move || {
            model.embed_by(&encoder, prompts, &Progress::none()).expect("embeddings");
            String::new()
        };
        let name = match kernel {
            k if k == Kernel::fastest(Precision::Fast) => format!("tamis, Fast ({})", k.name()),
            k if k == Kernel::fastest(Precision::Exact) => format!("tamis, Exact ({})", k.name()),
            k => format!("tamis, {}", k.name()),
        };
        Way::ours(name, work).with_limit(products, limit)
    };
    kernels.into_iter().map(way).collect()
}

/// Products that the model needs for a text of so many tokens: of a layer four projections and two of four times the width, the attention.
fn products(tokens: f64) -> f64 {
    LAYERS * (12.0 * WIDTH * WIDTH * tokens + 2.0 * WIDTH * tokens * tokens)
}

/// Embeddings of the prompts, kept for the next run beside their number and length.
pub fn of_prompts(model: &Model, prompts: &[String]) -> (usize, Vec<f32>) {
    let bytes: usize = prompts.iter().map(String::len).sum();
    let path: &Path = &folder().join(format!("duplicates-{}-{bytes}.npy", prompts.len()));
    if path.exists() {
        return crate::npy::read(path);
    }
    eprintln!("embedding {} prompts for the joins", prompts.len());
    let texts: Vec<&str> = prompts.iter().map(String::as_str).collect();
    let rows = model.embed(&texts, Precision::Fast, &Progress::none()).expect("embeddings");
    crate::npy::write(path, model.dims(), &rows);
    (model.dims(), rows)
}
