//! The shape of the crate, read from its sources: layers, and what may stand where.

use std::collections::BTreeMap;
use std::path::Path;

use regex::Regex;

/// The layers of `src/lib.rs`, from left to right.
const LAYERS: [&[&str]; 6] = [
    &["model", "error", "progress", "display", "clip"],
    &["sources", "query", "rules", "similarity", "clusters", "splits", "export", "versions", "prune", "compose"],
    &["store", "shelf"],
    &["workspace"],
    &["ops"],
    &["cli", "tui"],
];

/// What a module may import of its own layer.
const BESIDE: [(&str, &str); 6] = [
    ("clusters", "similarity"),
    ("splits", "similarity"),
    ("versions", "query"),
    ("export", "sources"),
    ("prune", "export"),
    ("cli", "tui"),
];

/// Verbs without an effect of their own on the screens, and why.
const WITHOUT_EFFECT: [(&str, &str); 10] = [
    ("command", "no verb: it spells the command lines that History shows"),
    ("dedup", "works on a file without a workspace"),
    ("example", "`tamis demo` opens it before there is a screen"),
    ("filter_file", "works on a file without a workspace"),
    ("leakage", "works on two files without a workspace"),
    ("list", "the screens search the columns: `Search`"),
    ("model", "a model is taken in or downloaded on the command line; the screens say how"),
    ("pairs", "the graph for other programs, and from them"),
    ("query", "no verb: what the others begin with"),
    ("stats", "the screens count facets: `CountFacets`"),
];

/// The effects by which the screens call a verb.
const EFFECTS: [(&str, &[&str]); 16] = [
    ("assign", &["Assign", "AssignRows"]),
    ("check", &["LoadSplits", "CheckAll"]),
    ("diff", &["Compare", "Rows", "WriteRows"]),
    ("duplicates", &["BuildGraph", "SaveGraph", "LoadView", "AtThreshold", "ApplyDuplicates"]),
    ("edit", &["Edit"]),
    ("export", &["PlanExport", "Export"]),
    ("history", &["TimeLine"]),
    ("import", &["Import"]),
    ("leaks", &["Leaks", "Pairs", "PlanFix", "FixLeaks"]),
    ("mark", &["Mark"]),
    ("prune", &["PlanPrune", "Prune", "RestorePruned"]),
    ("report", &["WriteReport"]),
    ("rules", &["Rules", "Load", "Preview", "Edit", "Refuse", "Apply", "Clear"]),
    ("snapshot", &["Create", "Forget", "PlanRestore", "Restore"]),
    ("sources", &["LoadSources", "Protect"]),
    ("split", &["LoadSplits", "PlanSplit", "Split"]),
];

struct File {
    /// Relative to the crate, `src/ops/mark.rs`.
    path: String,
    text: String,
}

impl File {
    /// The top module that it belongs to: `ops`; `lib` and `main` for the two roots.
    fn module(&self) -> &str {
        let inner = self.path.strip_prefix("src/").expect("a source");
        inner.split(['/', '.']).next().expect("a name")
    }

    fn is_in(&self, modules: &[&str]) -> bool {
        modules.contains(&self.module())
    }

    /// Without comments, which may name what they like.
    fn code(&self) -> String {
        self.text.lines().filter(|line| !line.trim_start().starts_with("//")).map(|line| format!("{line}\n")).collect()
    }
}

fn files(folder: &str) -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut open = vec![root.join(folder)];
    while let Some(inside) = open.pop() {
        for entry in std::fs::read_dir(inside).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = std::fs::read_to_string(&path).expect("a source");
                found.push(File { path: path.strip_prefix(root).expect("below").display().to_string(), text });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(found.len() > 20);
    found
}

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&module))
}

/// Top modules that a file names as `crate::x` or in `crate::{x, y::z}`.
fn imports(code: &str) -> Vec<String> {
    let single = Regex::new(r"\bcrate::(\w+)").expect("a pattern");
    let group = Regex::new(r"\bcrate::\{([^;]*)\};").expect("a pattern");
    let mut found: Vec<String> = single.captures_iter(code).map(|c| c[1].to_owned()).collect();
    for list in group.captures_iter(code) {
        let mut depth = 0;
        for part in list[1].split_inclusive(['{', '}', ',']) {
            if depth == 0 {
                found.extend(part.trim().split([':', '{', ',', ' ']).next().map(str::to_owned));
            }
            depth += part.matches('{').count() as i32 - part.matches('}').count() as i32;
        }
    }
    found.retain(|module| layer(module).is_some());
    found.sort();
    found.dedup();
    found
}

#[test]
fn groups_of_imports_are_read() {
    assert_eq!(
        imports("use crate::{model::{A, B}, error};\nlet x = crate::store::f();\nuse crate::Nothing;"),
        ["error", "model", "store"]
    );
}

#[test]
fn a_file_imports_only_from_layers_to_its_left() {
    let mut wrong = Vec::new();
    for file in files("src") {
        let Some(mine) = layer(file.module()) else { continue };
        for import in imports(&file.code()) {
            let theirs = layer(&import).expect("a layer");
            let beside = theirs == mine && (import == file.module() || mine == 0 || BESIDE.contains(&(file.module(), &import)));
            if theirs > mine || (theirs == mine && !beside) {
                wrong.push(format!("{} imports {import}", file.path));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn every_module_has_its_layer() {
    let lib = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).expect("the code map");
    for module in Regex::new(r"(?m)^pub mod (\w+);").expect("a pattern").captures_iter(&lib) {
        assert!(layer(&module[1]).is_some(), "{} is in no layer", &module[1]);
    }
}

/// The files that hold `pattern` outside of `modules`.
fn outside(modules: &[&str], pattern: &str) -> Vec<String> {
    let pattern = Regex::new(pattern).expect("a pattern");
    let stray = files("src").into_iter().filter(|file| !file.is_in(modules));
    stray.filter_map(|file| Some(format!("{}: {}", file.path, pattern.find(&file.code())?.as_str()))).collect()
}

#[test]
fn sql_is_in_the_store_alone() {
    let none = Vec::<String>::new();
    assert_eq!(outside(&["store"], r"\brusqlite\b"), none);
    let sql = r#""\s*(SELECT\b[^"]*\bFROM|INSERT (OR \w+ )?INTO|UPDATE \w+ SET|DELETE FROM|CREATE (TABLE|INDEX)|BEGIN|COMMIT|VACUUM|PRAGMA \w+ *=)\b"#;
    assert_eq!(outside(&["store"], sql), none);
    assert!(!outside(&[], sql).is_empty(), "the pattern finds the store's own");
}

#[test]
fn the_terminal_is_in_tui_alone() {
    assert_eq!(outside(&["tui"], r"\b(ratatui|crossterm)\b"), Vec::<String>::new());
}

#[test]
fn the_world_outside_is_met_in_cli_alone() {
    let none = Vec::<String>::new();
    assert_eq!(outside(&["cli", "main"], r"\b(e?print(ln)?|dbg)!"), none);
    assert_eq!(outside(&["cli", "main"], r"\b(std::env|env::(var|vars|args|temp_dir|current_dir|home_dir))\b"), none);
    assert_eq!(outside(&["cli", "main"], r"\bprocess::exit\b"), none);
}

#[test]
fn nothing_is_unsafe_or_left_for_later() {
    // Intrinsics need it: the loops over numbers, once for each kind of processor, and nothing else.
    let is_kernel = |found: &String| {
        found.starts_with("src/similarity/cosine/kernel/") || found.starts_with("src/similarity/minilm/kernels/")
    };
    let stray: Vec<String> = outside(&[], r"\bunsafe\b").into_iter().filter(|found| !is_kernel(found)).collect();
    assert_eq!(stray, Vec::<String>::new());
    let later = Regex::new(&["(todo|unimplemented|dbg)", "!\\("].concat()).expect("a pattern");
    let ignored = Regex::new(&["#\\[ignore", "\\]"].concat()).expect("a pattern");
    for file in files("src").into_iter().chain(files("tests")) {
        let code = file.code();
        assert!(!later.is_match(&code), "{}: {:?}", file.path, later.find(&code));
        assert!(!ignored.is_match(&code), "{}: a test is ignored without a reason", file.path);
    }
}

#[test]
fn what_is_allowed_is_argued() {
    for file in files("src") {
        let lines: Vec<&str> = file.text.lines().collect();
        for (at, line) in lines.iter().enumerate() {
            let allows = line.trim_start().starts_with("#[allow") || line.trim_start().starts_with("#![allow");
            let argued = line.contains("reason =")
                || line.contains("//")
                || at.checked_sub(1).is_some_and(|above| lines[above].trim_start().starts_with("//"));
            assert!(!allows || argued, "{}:{}: {line}", file.path, at + 1);
        }
    }
}

#[test]
fn every_file_says_what_it_is_and_is_short() {
    for file in files("src").into_iter().chain(files("tests")) {
        assert!(file.text.starts_with("//! "), "{} does not begin with what it is", file.path);
        assert!(file.text.lines().count() <= 500, "{} is too long to read", file.path);
    }
}

#[test]
fn every_verb_has_a_command_and_an_effect() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let read = |path: &str| std::fs::read_to_string(root.join(path)).expect("a source");
    let cli: String = files("src").into_iter().filter(|file| file.module() == "cli").map(|file| file.code()).collect();
    let lanes: String = files("src").into_iter().filter(|file| file.module() == "tui").map(|file| file.code()).collect();
    let effect = read("tui/effect.rs");
    let effects: BTreeMap<&str, &[&str]> = EFFECTS.into();
    let without: BTreeMap<&str, &str> = WITHOUT_EFFECT.into();
    let modules = read("ops/mod.rs");
    for module in Regex::new(r"(?m)^pub mod (\w+);").expect("a pattern").captures_iter(&modules) {
        let module = &module[1];
        let called = Regex::new(&format!(r"\b(ops::{module}\b|ops::\{{[^}}]*\b{module}\b|{module}::)")).expect("a pattern");
        assert!(called.is_match(&cli) || module == "command", "no command calls ops::{module}");
        match (effects.get(module), without.get(module)) {
            (Some(names), None) => {
                assert!(called.is_match(&lanes), "no screen calls ops::{module}");
                for name in *names {
                    let variant = Regex::new(&format!(r"(?m)^    {name}\b")).expect("a pattern");
                    assert!(variant.is_match(&effect), "ops::{module} has no effect {name}");
                }
            }
            (None, Some(reason)) => assert!(!reason.is_empty()),
            _ if module == "undo" => assert!(effect.contains("    Undo,") && effect.contains("    Redo,")),
            _ => panic!("ops::{module} needs an effect, or a reason to have none"),
        }
    }
}

#[test]
fn no_path_of_a_machine_is_in_the_sources() {
    let pattern = Regex::new(&["/(work|home|root|Users)", "/[a-z]"].concat()).expect("a pattern");
    for file in files("src").into_iter().chain(files("tests")) {
        assert!(!pattern.is_match(&file.text), "{}: {:?}", file.path, pattern.find(&file.text));
    }
}
