//! One step of the slider: what the key looks up for its frame, and what the jobs behind it compute.

use tamis::clusters::{Candidate, Clusters, Curve, Dendrogram, propose};
use tamis::model::{Edge, Lens, Policy, RecordId, Threshold};
use tamis::progress::Progress;
use tamis::similarity::{Forest, Graph};

use crate::Setting;
use crate::contest::{Report, Way, round};
use crate::support::{percentile, spoken, timed};

/// Thousandths.
const FLOOR: u16 = 600;

/// Records that resemble each other stand in crowds of so many, in which each resembles each: half of all records.
const CROWD: u32 = 121;

/// Rows of a list on the screen.
const ROWS: usize = 50;

pub fn measure(setting: &Setting, report: &mut Report) {
    let records = if setting.quick { 100_000 } else { 1_000_000 };
    let graph = graph(records);
    let what = format!("{} records, {} edges", round(f64::from(records)), round(graph.edges.len() as f64));
    let forest = Forest::of(&graph);
    let candidate = |rank: u32| Candidate { alive: true, fixed: rank.is_multiple_of(50), rank };
    let candidates: Vec<Candidate> = (0..records).map(candidate).collect();
    let curve = || Curve::compute(&graph, &forest, Policy::Cover, &candidates, &Progress::none()).expect("a curve");
    let looked_up = curve();
    let tree = Dendrogram::of(&graph, &forest, &candidates);

    let steps: Vec<Threshold> = (FLOOR / 10..=100).map(|hundredths| Threshold::from_thousandths(hundredths * 10)).collect();
    let key = |threshold: Threshold| {
        let point = looked_up.at(threshold).copied();
        let page = tree.page(threshold, 0, ROWS);
        let members: u64 = page.first().map_or(0, |first| tree.members(first.branch).iter().map(|&m| u64::from(m)).sum());
        (point, page.len(), members)
    };
    let walk = || {
        let mut times: Vec<_> = steps.iter().map(|&step| timed(|| std::hint::black_box(key(step))).1).collect();
        let [middle, longest] = [0.5, 1.0].map(|share| percentile(&mut times, share).map(spoken).unwrap_or_default());
        format!("a step: p50 {middle}, longest {longest}; figures, {ROWS} clusters, the members of one")
    };
    let count = steps.len() as f64;
    report.contest(
        &format!("{count} steps of the slider, {what}"),
        5 * setting.rounds,
        count,
        "steps",
        vec![Way::ours("tamis", walk)],
    );

    let middle = Threshold::from_thousandths(800);
    let alive = vec![true; records as usize];
    let jobs: [(&str, &dyn Fn() -> String); 5] = [
        ("clusters in full at 0.80", &|| format!("{} clusters", Clusters::at(&graph, &forest, middle, &alive).len())),
        ("proposals of cover at 0.80", &|| {
            format!("{} drops", propose(&graph, &forest, middle, Policy::Cover, &candidates).len())
        }),
        ("forest", &|| format!("{} merges", Forest::of(&graph).edges.len())),
        ("dendrogram", &|| format!("{} clusters at 0.80", Dendrogram::of(&graph, &forest, &candidates).count(middle))),
        ("curve of cover", &|| format!("{} thresholds", curve().points.len())),
    ];
    for (job, work) in jobs {
        report.contest(&format!("{job}, {what}"), setting.rounds, f64::from(records), "records", vec![Way::ours("tamis", work)]);
    }
}

/// Half of the records alone, half in crowds; scores fall off towards 1, every pair is there once.
fn graph(records: u32) -> Graph {
    let mut state = 7_u64;
    let mut share = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1 << 24) as f32
    };
    let mut edges = Vec::new();
    for first in (0..records / 2).step_by(CROWD as usize) {
        for b in first..(first + CROWD).min(records / 2) {
            // As the division of two small numbers would give them: with ties.
            edges.extend((first..b).map(|a| Edge { a, b, score: ((600.0 + 400.0 * share().powi(3)) as u16) as f32 / 1000.0 }));
        }
    }
    edges.sort_unstable_by(Edge::order);
    Graph {
        lens: Lens::Lexical,
        method: "words".to_owned(),
        floor: f32::from(FLOOR) / 1000.0,
        records: (0..records).map(RecordId).collect(),
        node_of: (0..records).collect(),
        digests: (0..records).map(u64::from).collect(),
        edges,
        capped: None,
    }
}
