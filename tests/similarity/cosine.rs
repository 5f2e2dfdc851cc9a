//! The exact join by cosine against its definition: `score` of every pair.

use tamis::error::{Error, Result};
use tamis::model::Edge;
use tamis::progress::Progress;
use tamis::similarity::cosine::{Head, Kernel, Method, Vectors, join, join_by, score};
use tamis::similarity::pairs::{Pairs, Sink};

use super::Heap;

/// Sorted, scores by their bits; panics where a pair came twice.
fn by_pair(heap: Heap) -> Vec<(u32, u32, u32)> {
    let mut edges: Vec<_> = heap.sorted().into_iter().map(|edge| (edge.a, edge.b, edge.score.to_bits())).collect();
    edges.sort_unstable();
    assert!(edges.windows(2).all(|pair| (pair[0].0, pair[0].1) != (pair[1].0, pair[1].1)), "a pair came twice");
    edges
}

fn found(method: Method, vectors: &Vectors, pairs: Pairs, floor: f32) -> Vec<(u32, u32, u32)> {
    let edges = Heap::default();
    let counts = join_by(method, vectors, pairs, floor, &edges, &Progress::none()).expect("a join");
    let edges = by_pair(edges);
    assert_eq!(counts.pairs, pairs.count(vectors.len()));
    assert_eq!(counts.found, edges.len() as u64);
    assert!(counts.pairs >= counts.heads && counts.heads >= counts.scored && counts.scored >= counts.found);
    edges
}

/// The definition.
fn brute(vectors: &Vectors, pairs: Pairs, floor: f32) -> Vec<(u32, u32, u32)> {
    let all = (0..vectors.len()).flat_map(|a| (a + 1..vectors.len()).map(move |b| (a, b)));
    let scored = all.filter(|&(a, b)| pairs.want(a, b)).map(|(a, b)| (a, b, score(vectors.row(a), vectors.row(b))));
    scored.filter(|&(_, _, score)| score >= floor).map(|(a, b, score)| (a, b, score.to_bits())).collect()
}

/// Every kernel that the machine has, on whole rows and on heads.
fn methods() -> Vec<Method> {
    let heads = [Head::Whole, Head::Rotated(16)];
    Kernel::here().into_iter().flat_map(|kernel| heads.map(|head| Method { kernel, head })).collect()
}

/// Small numbers, the same every time.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        self.0 >> 33
    }

    fn below(&mut self, n: u32) -> u32 {
        (self.next() % u64::from(n)) as u32
    }

    /// About normal, from −3 to 3.
    fn value(&mut self) -> f32 {
        (0..6).map(|_| self.next() as f32 / (1_u64 << 30) as f32 - 1.0).sum::<f32>() / 1.4
    }
}

fn unit(row: &mut [f32]) {
    let length = row.iter().map(|&x| f64::from(x) * f64::from(x)).sum::<f64>().sqrt();
    if length > 0.0 {
        row.iter_mut().for_each(|x| *x = (f64::from(*x) / length) as f32);
    }
}

/// How rows lie.
#[derive(Debug, Clone, Copy)]
enum Shape {
    /// Anywhere.
    Scattered,
    /// Around a few centres, some on the other side of them.
    Clustered,
    /// A few values only, so that many scores are equal.
    Lattice,
    /// One value is far larger than the others, in some rows.
    Outliers,
}

/// `n` rows: some zero, some equal to an earlier row, the others as `shape` says.
fn rows(n: u32, dims: usize, shape: Shape, seed: u64) -> Vectors {
    let mut dice = Dice(seed);
    let centres: Vec<Vec<f32>> = (0..5).map(|_| (0..dims).map(|_| dice.value()).collect()).collect();
    let mut rows: Vec<f32> = Vec::new();
    for i in 0..n {
        let from = rows.len();
        match dice.below(12) {
            0 => rows.extend(vec![0.0; dims]),
            1 if i > 0 => {
                let other = dice.below(i) as usize * dims;
                rows.extend_from_within(other..other + dims);
            }
            _ => {
                let centre = &centres[dice.below(5) as usize];
                let side = if dice.below(5) == 0 { -1.0 } else { 1.0 };
                rows.extend((0..dims).map(|k| match shape {
                    Shape::Scattered | Shape::Outliers => dice.value(),
                    Shape::Clustered => side * centre[k] + 0.6 * dice.value(),
                    Shape::Lattice => dice.below(3) as f32 - 0.7,
                }));
                if matches!(shape, Shape::Outliers) && dice.below(3) == 0 {
                    rows[from + dims / 2] *= 50.0;
                }
            }
        }
        unit(&mut rows[from..]);
    }
    Vectors::new(dims, rows).expect("unit rows")
}

/// Floors at which a mistake shows: a score that occurs, the next number above it, and round ones.
fn floors(vectors: &Vectors) -> Vec<f32> {
    let mut scores: Vec<f32> = brute(vectors, Pairs::All, 1e-3).iter().map(|edge| f32::from_bits(edge.2)).collect();
    scores.sort_unstable_by(f32::total_cmp);
    let score = scores.get(scores.len() / 3).copied().unwrap_or(0.5);
    vec![0.75, score, score.next_up().min(1.0)]
}

#[test]
fn every_way_finds_exactly_the_pairs_of_the_definition() {
    let mut compared = 0;
    use Shape::{Clustered, Lattice, Outliers, Scattered};
    for (n, dims, shapes) in [
        (0, 3, &[Scattered][..]),
        (1, 5, &[Scattered]),
        (2, 1, &[Scattered]),
        (90, 1, &[Lattice]),
        (70, 3, &[Scattered, Clustered]),
        (130, 17, &[Clustered, Lattice, Outliers]),
        (70, 64, &[Scattered, Outliers]),
        (65, 100, &[Clustered]),
        (20, 384, &[Clustered]),
    ] {
        for &shape in shapes {
            let vectors = rows(n, dims, shape, 7);
            for floor in floors(&vectors) {
                let expected = brute(&vectors, Pairs::All, floor);
                compared += expected.len();
                for method in methods() {
                    let found = found(method, &vectors, Pairs::All, floor);
                    assert!(found == expected, "{n} × {dims}, {shape:?}, floor {floor}, {method:?}");
                }
            }
        }
    }
    assert!(compared > 5_000, "{compared}");
}

#[test]
fn new_rows_meet_all_rows_and_old_ones_only_new_ones() {
    let vectors = rows(140, 24, Shape::Clustered, 3);
    let floor = floors(&vectors)[1];
    for method in methods() {
        let find = |pairs| found(method, &vectors, pairs, floor);
        let all = find(Pairs::All);
        assert_eq!(all, find(Pairs::WithNew { first: 0 }));
        for first in [1, 64, 130, 300] {
            let [new, across] = [find(Pairs::WithNew { first }), find(Pairs::Across { first })];
            assert_eq!(new, brute(&vectors, Pairs::WithNew { first }, floor), "{method:?} {first}");
            assert_eq!(across, brute(&vectors, Pairs::Across { first }, floor), "{method:?} {first}");
            let old: Vec<_> = all.iter().filter(|edge| edge.1 < first).copied().collect();
            assert_eq!(old.len() + new.len(), all.len());
        }
    }
}

/// Pairs whose scores are the floor, one step above and one step below it: made by moving one value until they are.
#[test]
fn a_score_one_step_below_the_floor_is_out_and_at_the_floor_is_in() {
    let mut dice = Dice(11);
    let mut met = [0; 3];
    for dims in [5, 33, 100] {
        let mut a: Vec<f32> = (0..dims).map(|_| dice.value()).collect();
        unit(&mut a);
        let mut b: Vec<f32> = a.iter().map(|x| x + dice.value() / (dims as f32).sqrt()).collect();
        unit(&mut b);
        let floor = score(&a, &b);
        let mut all = a.clone();
        for _ in 0..60 {
            let k = dice.below(dims as u32) as usize;
            let mut near = b.clone();
            near[k] += (dice.value() * 2e-7) / a[k].abs().max(1e-3);
            all.extend(near);
        }
        let vectors = Vectors::new(dims, all).expect("unit rows");
        for b in 1..vectors.len() {
            let steps = score(vectors.row(0), vectors.row(b)).to_bits() as i64 - floor.to_bits() as i64;
            if let Some(met) = met.get_mut((steps + 1) as usize) {
                *met += 1;
            }
        }
        let expected = brute(&vectors, Pairs::All, floor);
        for method in methods() {
            assert!(found(method, &vectors, Pairs::All, floor) == expected, "{dims} {method:?}");
        }
    }
    assert!(met.iter().all(|&met| met > 1), "{met:?}");
}

/// The worst that rounding to codes can do: every value of one row is rounded the way that takes most from its product with the
/// other, which is as long in every direction, so that Cauchy–Schwarz is an equation.
#[test]
fn a_pair_whose_codes_lose_all_that_codes_can_lose_is_still_found() {
    let (mut dice, dims, step) = (Dice(17), 64, 0.002);
    let signs: Vec<f32> = (0..dims).map(|_| if dice.below(2) == 0 { 1.0 } else { -1.0 }).collect();
    let flat: Vec<f32> = signs.iter().map(|sign| sign * 0.125).collect();
    for _ in 0..10 {
        let mut rounded: Vec<f32> = signs.iter().map(|sign| sign * step * (dice.below(60) as f32 - 10.0 + 0.49)).collect();
        rounded[0] = signs[0] * step * 127.0;
        let floor = score(&rounded, &flat);
        for rows in [[&rounded, &flat], [&flat, &rounded]] {
            let vectors = Vectors::new(dims, rows.map(Clone::clone).concat()).expect("rows");
            for method in methods() {
                assert_eq!(found(method, &vectors, Pairs::Across { first: 1 }, floor).len(), 1, "{method:?}");
            }
        }
    }
}

#[test]
fn the_pairs_are_the_same_for_any_number_of_threads() {
    let vectors = rows(300, 40, Shape::Clustered, 5);
    let method = Method { head: Head::Rotated(16), ..Method::default() };
    let expected = brute(&vectors, Pairs::All, 0.7);
    for threads in [1, 2, 7] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        assert_eq!(pool.install(|| found(method, &vectors, Pairs::All, 0.7)), expected, "{threads} threads");
    }
}

#[test]
fn a_join_stops_when_cancelled_and_when_its_sink_fails() {
    struct Full(Progress);
    impl Sink for Full {
        fn take(&self, _: &[Edge]) -> Result<()> {
            self.0.cancel();
            Ok(())
        }
    }
    struct Broken;
    impl Sink for Broken {
        fn take(&self, _: &[Edge]) -> Result<()> {
            Err(Error::refused("full"))
        }
    }
    let vectors = rows(300, 8, Shape::Clustered, 9);
    let progress = Progress::none();
    let stopped = join(&vectors, Pairs::All, 0.5, &Full(progress.clone()), &progress).expect_err("cancelled");
    assert!(stopped.is_interrupted());
    let failed = join(&vectors, Pairs::All, 0.5, &Broken, &Progress::none()).expect_err("full");
    assert_eq!(failed.message, "full");
    assert!(join(&vectors, Pairs::All, 0.5, &Broken, &progress).expect_err("cancelled before").is_interrupted());
}

#[test]
fn progress_counts_pairs_to_the_total() {
    let vectors = rows(100, 8, Shape::Clustered, 2);
    for pairs in [Pairs::All, Pairs::WithNew { first: 70 }, Pairs::Across { first: 30 }] {
        let progress = Progress::none();
        join(&vectors, pairs, 0.9, &Heap::default(), &progress).expect("a join");
        let end = progress.snapshot();
        assert_eq!((end.unit, end.done, end.total), ("pairs", pairs.count(100), pairs.count(100)));
    }
}

#[test]
fn a_floor_outside_of_0_to_1_is_refused() {
    let vectors = rows(3, 4, Shape::Scattered, 1);
    for floor in [0.0, -0.5, 1.1, f32::NAN] {
        assert!(join(&vectors, Pairs::All, floor, &Heap::default(), &Progress::none()).is_err(), "{floor}");
    }
}
