//! Exports as the `datasets` library of Hugging Face loads them: every row, and the pixels of every image.
//!
//! `TAMIS_PYTHON=PYTHON cargo test --test all datasets -- --ignored`; PYTHON has the packages `datasets` and `pillow`.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Map, Value, json};
use tamis::compose::Composer;

use crate::cli::desk::{Desk, files};

/// Rows by split.
type Rows = BTreeMap<String, Vec<Map<String, Value>>>;

/// An uncompressed image of one colour, written by hand: a PNG of stored blocks.
fn png(width: u32, height: u32, colour: [u8; 3]) -> Vec<u8> {
    let row: Vec<u8> = std::iter::once(0).chain((0..width).flat_map(|_| colour)).collect();
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::none());
    (0..height).for_each(|_| packed.write_all(&row).expect("memory"));
    let size: Vec<u8> = [width.to_be_bytes(), height.to_be_bytes()].concat();
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, data) in
        [(b"IHDR", [&size[..], &[8, 2, 0, 0, 0]].concat()), (b"IDAT", packed.finish().expect("memory")), (b"IEND", Vec::new())]
    {
        let mut sum = flate2::Crc::new();
        let body = [&kind[..], &data].concat();
        sum.update(&body);
        out.extend((data.len() as u32).to_be_bytes());
        out.extend(&body);
        out.extend(sum.sum().to_be_bytes());
    }
    out
}

/// Captions that have gone wrong elsewhere, then composed ones.
fn captions() -> Vec<String> {
    let odd = [
        "\"quoted\", 'twice', and\ta tab",
        "two\nlines\r\nof it",
        "an astronaut 👩\u{200d}🚀 in Zürich, 東京",
        "قطة تجلس على السطح \u{202e}abc",
        "\\n is no line break, {\"json\": 1} no object",
        "  blanks around  ",
        "null",
        "\u{feff}begins with a mark",
    ];
    odd.into_iter().map(str::to_owned).chain(Composer::new(7).take(60).map(|composed| composed.text)).collect()
}

fn image_of(n: usize) -> (u32, u32, [u8; 3]) {
    (1 + n as u32 % 7, 1 + n as u32 % 5, [n as u8, 255 - n as u8, 7])
}

/// A workspace with an image for every record, in splits, with fields of every type.
fn desk() -> Desk {
    let desk = Desk::new();
    let mut lines = String::new();
    for (n, text) in captions().into_iter().enumerate() {
        let name = format!("part {}/{n}.png", n % 3);
        let (width, height, colour) = image_of(n);
        desk.write(&format!("set/{name}"), png(width, height, colour));
        let note = if n % 4 == 0 { Value::Null } else { json!(format!("note \"{n}\"")) };
        let line =
            json!({"file_name": name, "text": text, "n": n, "score": n as f64 / 8.0 + 0.1, "good": n % 2 == 0, "note": note});
        lines.push_str(&format!("{line}\n"));
    }
    desk.write("set/metadata.jsonl", lines);
    desk.run("import w.db set").expect(0);
    desk
}

/// What the library makes of the folders.
fn loaded(desk: &Desk, wanted: &[(&str, &str)]) -> Vec<Rows> {
    let python = std::env::var_os("TAMIS_PYTHON").expect("TAMIS_PYTHON: a python with datasets and pillow");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/export/load_datasets.py");
    let mut command = Command::new(python);
    command.arg(script).env("HF_DATASETS_OFFLINE", "1").env("HF_HUB_OFFLINE", "1").env("HF_HOME", desk.path("hf"));
    command.env("HF_DATASETS_DISABLE_PROGRESS_BARS", "1");
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("python runs");
    let mut input = child.stdin.take().expect("a pipe");
    for (folder, by) in wanted {
        let folder = desk.path(folder).canonicalize().expect("an export");
        writeln!(input, "{}", json!({"folder": folder, "by": by})).expect("it reads");
    }
    drop(input);
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "the library failed");
    let lines = String::from_utf8(output.stdout).expect("UTF-8");
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.len(), wanted.len());
    lines.into_iter().map(|line| serde_json::from_value(line["splits"].clone()).expect("rows by split")).collect()
}

/// The rows as tamis streams them.
fn streamed(desk: &Desk, name: impl Fn(&str) -> String) -> Rows {
    let mut rows = Rows::new();
    for line in desk.run("export w.db - --layout jsonl").expect(0).lines() {
        let Value::Object(mut row) = line else { panic!("an object") };
        let split = row.remove("split").map_or("train".to_owned(), |split| name(split.as_str().expect("a word")));
        rows.entry(split).or_default().push(row);
    }
    rows
}

/// As [`streamed`], with what each image is instead of its name.
fn with_images(rows: &Rows) -> Rows {
    let mut rows = rows.clone();
    for row in rows.values_mut().flatten() {
        let name = row.remove("file_name").expect("a name");
        let number = name.as_str().and_then(|name| name.rsplit(['/', '.']).nth(1)).expect("a number");
        let (width, height, pixel) = image_of(number.parse().expect("a number"));
        row.insert("image".to_owned(), json!({"size": [width, height], "pixel": pixel}));
    }
    rows
}

/// In no order: the library follows the names of the files.
fn sorted(rows: Rows) -> BTreeMap<String, Vec<String>> {
    let line = |row: Map<String, Value>| {
        let row: BTreeMap<String, Value> = row.into_iter().collect();
        serde_json::to_string(&row).expect("JSON")
    };
    let lines = |rows: Vec<Map<String, Value>>| {
        let mut lines: Vec<String> = rows.into_iter().map(line).collect();
        lines.sort();
        lines
    };
    rows.into_iter().map(|(split, rows)| (split, lines(rows))).collect()
}

#[test]
#[ignore = "needs the PyPI packages datasets and pillow: TAMIS_PYTHON; .ci/run has them"]
fn the_datasets_library_loads_every_row_and_image() {
    let desk = desk();
    desk.run("export w.db whole").expect(0);
    let whole = streamed(&desk, str::to_owned);
    desk.run("split w.db --share train=3,validation=1,test-2=1 --threshold 1").expect(0);
    for layout in ["imagefolder", "parquet", "jsonl", "kaggle"] {
        desk.run(&format!("export w.db {layout} --layout {layout}")).expect(0);
    }
    desk.run("export w.db captions --images none").expect(0);
    assert!(files(&desk.path("imagefolder")).len() > captions().len());
    let on_the_hub = streamed(&desk, |split| split.replace('-', "_"));
    assert_eq!(on_the_hub.len(), 3);
    let wanted = [
        ("imagefolder", "card"),
        ("parquet", "card"),
        ("jsonl", "card"),
        ("captions", "card"),
        ("whole", "card"),
        ("whole", "imagefolder"),
    ];
    let expected =
        [with_images(&on_the_hub), on_the_hub.clone(), on_the_hub.clone(), on_the_hub, with_images(&whole), with_images(&whole)];
    for ((wanted, loaded), expected) in wanted.iter().zip(loaded(&desk, &wanted)).zip(expected) {
        let (loaded, expected) = (sorted(loaded), sorted(expected));
        assert_eq!(loaded.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>(), "{wanted:?}");
        for (split, rows) in &expected {
            assert_eq!(&loaded[split], rows, "{wanted:?}, {split}");
        }
    }
    // By the folders alone, without the card: splits of the names that the library knows.
    desk.run("split w.db --share train=3,test=1 --threshold 1").expect(0);
    desk.run("export w.db plain").expect(0);
    let expected = sorted(with_images(&streamed(&desk, str::to_owned)));
    for rows in loaded(&desk, &[("plain", "imagefolder"), ("plain", "card")]) {
        assert_eq!(sorted(rows), expected);
    }
}
