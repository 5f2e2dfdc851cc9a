//! What goes in, on the binary: the lines of the contract that concern more than a parser (`tests/sources` has the parsers).

use std::io::Write;

use super::desk::Desk;

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

fn texts(desk: &Desk) -> Vec<String> {
    desk.run("list w.db --json")
        .expect(0)
        .lines()
        .iter()
        .map(|row| row["raw_text"].as_str().expect("a text").to_owned())
        .collect()
}

#[test]
fn standard_input_and_compressed_files_are_files() {
    let desk = Desk::new();
    let ran = desk.run_with("import w.db - --format txt", b"\xef\xbb\xbffrom a pipe\n");
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
    desk.write("a.txt.gz", gz(b"gzipped\n"));
    desk.write("b.jsonl.zst", zstd::encode_all(&b"{\"text\":\"zipped\"}\n"[..], 1).expect("memory"));
    desk.run("import w.db a.txt.gz b.jsonl.zst").expect(0);
    assert_eq!(texts(&desk), ["from a pipe", "gzipped", "zipped"]);
    let names: Vec<String> =
        desk.run("sources w.db --json").lines().iter().map(|s| s["name"].as_str().expect("a name").into()).collect();
    assert_eq!(names, ["stdin", "a", "b"]);
}

#[test]
fn what_is_no_text_is_refused_by_its_name() {
    let desk = Desk::new();
    desk.workspace(&["one"]);
    std::fs::copy(desk.path("w.db"), desk.path("db.txt")).expect("a copy");
    let files: [(&str, &[u8], &str); 4] = [
        ("utf16.txt", b"\xff\xfea\0 \0", "UTF-16"),
        ("zip.jsonl", b"PK\x03\x04......", "zip"),
        ("image.csv", b"\x89PNG\r\n\x1a\n....", "PNG"),
        ("db.txt", b"", "SQLite"),
    ];
    for (name, bytes, says) in files {
        if !bytes.is_empty() {
            desk.write(name, bytes);
        }
        let ran = desk.run(&format!("import w.db {name}")).expect(1);
        assert!(ran.err.to_lowercase().contains(&says.to_lowercase()), "{name}: {ran:?}");
    }
    assert_eq!(texts(&desk), ["one"]);
}

#[test]
fn one_import_is_one_operation() {
    let desk = Desk::new();
    desk.workspace(&["one"]);
    desk.write("a.txt", "two\nthree\n");
    desk.write("b.csv", "nothing,here\n1,2\n");
    // The second file cannot be read, so the first is not there either.
    desk.run("import w.db a.txt b.csv").expect(2);
    desk.run("import w.db a.txt missing.txt").expect(1);
    assert_eq!(texts(&desk), ["one"]);
    desk.write("b.csv", "text\nfour\n");
    desk.run("import w.db a.txt b.csv").expect(0);
    assert_eq!(texts(&desk), ["one", "two", "three", "four"]);
    desk.run("undo w.db").expect(0);
    assert_eq!(texts(&desk), ["one"]);
    desk.run("redo w.db").expect(0);
    assert_eq!(texts(&desk), ["one", "two", "three", "four"]);
    desk.run("import w.db a.txt").complains(1);
    desk.run("import w.db a.txt --again").expect(0);
    assert_eq!(desk.run("sources w.db --json").lines()[3]["name"], "a-2");
}

#[test]
fn rejected_lines_are_kept_with_their_reasons() {
    let desk = Desk::new();
    let long = "x".repeat((1 << 20) + 1);
    desk.write(
        "a.txt",
        [b"one\r\n\n \t\n\xff\nlone\rCR \xc2\x85 \xe2\x80\xa8 stay\n".as_slice(), long.as_bytes(), b"\na\0b\n"].concat(),
    );
    let report = desk.run("import w.db a.txt --json").expect(3).json();
    let told = |value: &serde_json::Value| {
        let rejects = value["rejects"].as_array().expect("rejects").iter();
        rejects
            .map(|r| (r["line"].as_u64().expect("a line"), r["reason"].as_str().expect("a reason").to_owned()))
            .collect::<Vec<_>>()
    };
    let first = told(&report["sources"][0]);
    assert_eq!(first.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [4, 6, 7]);
    assert!(first[0].1.contains("byte offset 0") && first[1].1.contains("1048577") && first[2].1.contains("U+0000"), "{first:?}");
    assert_eq!(told(&desk.run("sources w.db --json").lines()[0]), first);
    assert_eq!(texts(&desk), ["one", "lone\rCR \u{85} \u{2028} stay"]);
    let words = desk.run("sources w.db").out;
    assert!(words.contains("7 read = 2 accepted + 2 blank + 3 rejected"), "{words}");
}

#[test]
fn columns_are_found_or_asked_for() {
    let desk = Desk::new();
    desk.write("a.csv", "n,PROMPT,Image_Path\n1,one,x/1.png\n");
    desk.run("import w.db a.csv").expect(0);
    desk.write("b.csv", "caption,prompt\nx,two\n");
    let ran = desk.run("import w.db b.csv").complains(2);
    assert!(ran.err.contains("caption") && ran.err.contains("prompt"), "{ran:?}");
    desk.run("import w.db b.csv --text-column prompt").expect(0);
    desk.write("c.tsv", "words\tpicture\nthree\t3.png\n");
    desk.run("import w.db c.tsv --text-column words --file-column picture").expect(0);
    let rows = desk.run("list w.db --json").expect(0).lines();
    let told: Vec<_> = rows.iter().map(|r| (r["text"].as_str(), r["file_name"].as_str())).collect();
    assert_eq!(told, [(Some("one"), Some("x/1.png")), (Some("two"), None), (Some("three"), Some("3.png"))]);
    assert_eq!(rows[1]["fields"], serde_json::json!({"caption": "x"}));
}

#[test]
fn file_names_stay_beneath_their_folder() {
    let desk = Desk::new();
    std::fs::create_dir_all(desk.path("images/in")).expect("a folder");
    desk.write("outside.png", "secret");
    std::os::unix::fs::symlink(desk.path(""), desk.path("images/up")).expect("a link");
    let names = [
        "in/a.png",
        "in/../b.png",
        "../outside.png",
        "/etc/passwd",
        "up/outside.png",
        "in/../../outside.png",
        "a\\..\\..\\b.png",
        "C:\\x.png",
    ];
    let lines: String = names.iter().map(|name| format!("{}\n", serde_json::json!({"text": "x y", "file_name": name}))).collect();
    desk.write("a.jsonl", lines);
    let report = desk.run("import w.db a.jsonl --images images --json").expect(3).json();
    let rejected: Vec<u64> = report["sources"][0]["rejects"]
        .as_array()
        .expect("rejects")
        .iter()
        .map(|r| r["line"].as_u64().expect("a line"))
        .collect();
    assert_eq!(rejected, [3, 4, 5, 6, 7, 8]);
    let kept: Vec<_> = desk
        .run("list w.db --json")
        .expect(0)
        .lines()
        .iter()
        .map(|r| r["file_name"].as_str().expect("a name").to_owned())
        .collect();
    assert_eq!(kept, ["in/a.png", "b.png"]);
}
