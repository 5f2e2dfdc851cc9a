//! `pairs export|import`: the graph as a file, out and in; and files that are no graph.

use std::sync::Arc;

use parquet::data_type::{DoubleType, FloatType, Int32Type, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use serde_json::Value;
use tamis::error::Kind;
use tamis::progress::Progress;
use tamis::sources::{PairRow, PairsFile};

use super::desk::Desk;

fn desk() -> Desk {
    let desk = Desk::new();
    let lines = ["a red car in the rain", "an owl", "a red car in the rain today", "A red  car in the rain", "owl an", "the sea"];
    desk.workspace(&lines);
    desk.run("duplicates build w.db --floor 0.4").expect(0);
    desk
}

fn rows(desk: &Desk, name: &str) -> Vec<PairRow> {
    let mut rows = Vec::new();
    let file = PairsFile::open(&desk.path(name)).expect("a file of pairs");
    let take = &mut |row| {
        rows.push(row);
        Ok(())
    };
    file.read(&Progress::none(), take).expect("pairs");
    rows
}

fn listed(desk: &Desk) -> Vec<Value> {
    desk.run("duplicates pairs w.db -t 0.4 --json").expect(0).lines()
}

#[test]
fn what_goes_out_comes_in_again() {
    let desk = desk();
    let before = listed(&desk);
    let report = desk.run("pairs export w.db p.parquet --json").expect(0).json();
    assert_eq!((&report["pairs"], &report["method"], &report["stale"]), (&4.into(), &"words".into(), &false.into()));
    let file = PairsFile::open(&desk.path("p.parquet")).expect("a file of pairs");
    assert_eq!(
        ["tamis.lens", "tamis.method", "tamis.floor", "x"].map(|key| file.claim(key)),
        [Some("lexical"), Some("words"), Some("0.4"), None]
    );
    let out = rows(&desk, "p.parquet");
    let told: Vec<Value> = out.iter().map(|r| serde_json::to_value((r.a, r.b, r.score)).expect("JSON")).collect();
    let expected: Vec<Value> =
        before.iter().map(|r| serde_json::json!([r["a"], r["b"], r["score"].as_f64().map(|s| s as f32)])).collect();
    assert_eq!(told, expected);

    desk.run("duplicates build w.db --floor 0.9").expect(0);
    let report = desk.run("pairs import w.db p.parquet --json").expect(0).json();
    assert_eq!(
        (&report["rows"], &report["within"], &report["below"], &report["edges"]),
        (&4.into(), &1.into(), &0.into(), &2.into())
    );
    assert_eq!(report["method"], "imported p.parquet");
    assert_eq!(listed(&desk), before, "down to the floor of the graph that went out");
    desk.run("duplicates apply w.db -t 0.8").expect(0);
    // It is not written over, and the floor can be raised.
    desk.run("pairs export w.db p.parquet").complains(1);
    assert_eq!(desk.run("pairs import w.db p.parquet --floor 0.9 --json").expect(0).json()["below"], 2);
    desk.run("pairs import w.db p.parquet --lens semantic").complains(2);
    // Texts that change make it old, as they do every graph.
    desk.run("edit w.db --id 1 --text else").expect(0);
    assert_eq!(desk.run("pairs export w.db q.parquet --json").expect(0).json()["stale"], true);
    desk.run("duplicates apply w.db -t 0.9").complains(1);
}

/// A file with columns of these types; `None` is null.
enum Ids {
    Narrow(Vec<Option<i32>>),
    Wide(Vec<Option<i64>>),
}

enum Scores {
    Float(Vec<Option<f32>>),
    Double(Vec<Option<f64>>),
}

fn write(schema: &str, a: Ids, b: Ids, scores: Scores) -> Vec<u8> {
    let schema = Arc::new(parse_message_type(&format!("message m {{ {schema} }}")).expect("a schema"));
    let mut writer =
        SerializedFileWriter::new(Vec::new(), schema, Arc::new(WriterProperties::builder().build())).expect("a writer");
    let mut group = writer.next_row_group().expect("a group");
    macro_rules! put {
        ($kind:ty, $values:expr) => {{
            let present: Vec<_> = $values.iter().flatten().copied().collect();
            let levels: Vec<i16> = $values.iter().map(|v| i16::from(v.is_some())).collect();
            let mut column = group.next_column().expect("a column").expect("one more");
            column.typed::<$kind>().write_batch(&present, Some(&levels), None).expect("written");
            column.close().expect("closed");
        }};
    }
    for ids in [a, b] {
        match ids {
            Ids::Narrow(ids) => put!(Int32Type, ids),
            Ids::Wide(ids) => put!(Int64Type, ids),
        }
    }
    match scores {
        Scores::Float(scores) => put!(FloatType, scores),
        Scores::Double(scores) => put!(DoubleType, scores),
    }
    group.close().expect("closed");
    writer.into_inner().expect("bytes")
}

const WIDE: &str = "optional int64 a; optional int64 b; optional double score;";

/// One row, after one that is well.
fn after_a_good_one(a: Option<i64>, b: Option<i64>, score: Option<f64>) -> Vec<u8> {
    write(WIDE, Ids::Wide(vec![Some(1), a]), Ids::Wide(vec![Some(2), b]), Scores::Double(vec![Some(0.5), score]))
}

#[test]
fn numbers_of_any_width_in_any_order_make_a_graph() {
    let desk = desk();
    let schema = "optional int32 b (INTEGER(16,false)); optional int64 a; optional float score; ";
    let b = Ids::Narrow([2, 1, 3, 4, 5].map(Some).to_vec());
    let a = Ids::Wide([6, 3, 1, 1, 4].map(Some).to_vec());
    let scores = [0.5, 0.7, 0.9, 0.3, 1.000_000_5].map(Some).to_vec();
    desk.write("p.parquet", write(schema, b, a, Scores::Float(scores)));
    let report = desk.run("pairs import w.db p.parquet --json").expect(0).json();
    assert_eq!(
        (&report["rows"], &report["within"], &report["edges"], &report["floor"]),
        (&5.into(), &1.into(), &3.into(), &0.3.into())
    );
    // 1 and 4 are one text. Of 1 and 3 the file tells two scores; the higher one holds.
    let pairs: Vec<_> = desk.run("duplicates pairs w.db -t 0.3 --json").expect(0).lines();
    let mut pairs: Vec<_> = pairs.iter().map(|p| (p["a"].as_u64(), p["b"].as_u64(), p["score"].as_f64())).collect();
    pairs.sort_by_key(|&(a, b, _)| (a, b));
    let pair = |a, b, score| (Some(a), Some(b), Some(score));
    assert_eq!(pairs, [pair(1, 3, 0.9), pair(1, 4, 1.0), pair(1, 5, 1.0), pair(2, 6, 0.5), pair(3, 4, 0.9), pair(4, 5, 1.0)]);
    // A graph of no pair needs to be told from where up it has all.
    desk.write("none.parquet", write(WIDE, Ids::Wide(vec![]), Ids::Wide(vec![]), Scores::Double(vec![])));
    desk.run("pairs import w.db none.parquet").complains(2);
    assert_eq!(desk.run("pairs import w.db none.parquet --floor 0.7 --json").expect(0).json()["edges"], 0);
    // A score of 0 says that a pair is none, whatever stands beside it.
    desk.write("zero.parquet", after_a_good_one(Some(1), Some(3), Some(0.0)));
    assert_eq!(desk.run("pairs import w.db zero.parquet --json").expect(0).json()["edges"], 1);
}

#[test]
fn a_row_that_is_no_pair_is_named_and_nothing_is_stored() {
    let desk = desk();
    let before = listed(&desk);
    let good = (Some(1), Some(3), Some(0.5));
    let bad = [
        ((None, good.1, good.2), "a is null"),
        ((good.0, None, good.2), "b is null"),
        ((good.0, good.1, None), "the score is null"),
        ((Some(7), good.1, good.2), "no record 7"),
        ((Some(0), good.1, good.2), "no record 0"),
        ((Some(-1), good.1, good.2), "a is -1"),
        ((good.0, Some(1 << 40), good.2), "b is 1099511627776"),
        ((Some(3), good.1, good.2), "record 3 is paired with itself"),
        ((good.0, good.1, Some(f64::NAN)), "the score NaN"),
        ((good.0, good.1, Some(f64::INFINITY)), "the score inf"),
        ((good.0, good.1, Some(-0.01)), "the score -0.01"),
        ((good.0, good.1, Some(1.001)), "the score 1.001"),
    ];
    for ((a, b, score), words) in bad {
        desk.write("bad.parquet", after_a_good_one(a, b, score));
        let ran = desk.run("pairs import w.db bad.parquet").complains(1);
        assert!(ran.err.contains("bad.parquet: row 2: ") && ran.err.contains(words), "{words}: {ran:?}");
    }
    desk.write("zero.parquet", after_a_good_one(good.0, good.1, Some(0.0)));
    for floor in ["0", "-1", "1.5", "NaN"] {
        desk.run(&format!("pairs import w.db zero.parquet --floor {floor}")).complains(2);
    }
    desk.run("pairs export w.db whole.parquet").expect(0);
    let whole = std::fs::read(desk.path("whole.parquet")).expect("a file");
    let odd = |schema: &str| write(schema, Ids::Wide(vec![Some(1)]), Ids::Wide(vec![Some(2)]), Scores::Double(vec![Some(0.5)]));
    let files = [
        b"PAR1".to_vec(),
        b"{\"a\":1}\n".to_vec(),
        whole[..whole.len() - 9].to_vec(),
        odd("optional int64 a; optional int64 c; optional double score;"),
        odd("optional int64 a; optional int64 b; optional double scores;"),
        odd("optional int64 a; optional int64 b (TIMESTAMP(MILLIS,true)); optional double score;"),
        odd("optional group x { optional int64 a; } optional int64 b; optional double score;"),
    ];
    for (n, file) in files.into_iter().enumerate() {
        desk.write("odd.parquet", file);
        let ran = desk.run("pairs import w.db odd.parquet").complains(1);
        assert!(ran.err.contains("odd.parquet"), "{n}: {ran:?}");
    }
    desk.run("pairs import w.db gone.parquet").expect(1);
    desk.run("pairs export w.db p.parquet --lens semantic").complains(1);
    assert!(!desk.path("p.parquet").exists());
    assert_eq!(listed(&desk), before);
}

#[test]
fn mutants_are_read_or_refused_and_never_panic() {
    let desk = desk();
    desk.run("pairs export w.db p.parquet").expect(0);
    let many: Vec<Option<i64>> = (1..300).map(Some).collect();
    let scores = Scores::Double((1..300).map(|n| Some(1.0 / f64::from(n))).collect());
    let files = [
        std::fs::read(desk.path("p.parquet")).expect("a file"),
        write(WIDE, Ids::Wide(many.clone()), Ids::Wide(many.into_iter().rev().collect()), scores),
    ];
    let mut random = 7u64;
    let mut below = |n: usize| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) as usize % n
    };
    let (mut read, mut refused) = (0, 0);
    for n in 0..400 {
        let mut file = files[n % 2].clone();
        for _ in 0..1 + below(4) {
            let at = below(file.len());
            file[at] = if below(2) == 0 { below(256) as u8 } else { file[at] ^ (1 << below(8)) };
        }
        let path = desk.write("m.parquet", &file);
        let check = &mut |row: PairRow| {
            assert!((0.0..=1.0).contains(&row.score));
            Ok(())
        };
        match PairsFile::open(&path).and_then(|file| file.read(&Progress::none(), check)) {
            Ok(()) => read += 1,
            Err(e) => {
                assert_eq!(e.kind, Kind::Refused, "{e}");
                refused += 1;
            }
        }
    }
    assert!(read > 10 && refused > 10, "{read} read, {refused} refused");
}
