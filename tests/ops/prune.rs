//! Pruning what no kept record names: whose images stay, over sources, roots and links.

use std::path::PathBuf;

use tamis::error::Kind;
use tamis::model::Mark;
use tamis::ops::prune::{self, PrunePlan};
use tamis::progress::Progress;

use super::Bench;
use super::check_files::PNG;

impl Bench {
    fn plan(&mut self) -> PrunePlan {
        prune::plan(&mut self.workspace, None, &Progress::none()).expect("a plan")
    }

    fn images(&self, names: &[&str]) {
        names.iter().for_each(|name| _ = self.image(name, PNG));
    }

    fn root(&self, name: &str) -> PathBuf {
        self.path().join(name).canonicalize().expect("a folder")
    }
}

/// `root/path` of all that would be moved, with the names of the folders that the bench made.
fn planned(bench: &Bench, plan: &PrunePlan) -> Vec<String> {
    let base = bench.path().canonicalize().expect("a folder");
    let name = |root: &str| root.strip_prefix(&format!("{}/", base.display())).expect("below").to_owned();
    plan.roots.iter().flat_map(|root| root.files.iter().map(|file| format!("{}/{}", name(&root.root), file.path))).collect()
}

#[test]
fn what_no_kept_record_names_goes_and_comes_back() {
    let mut bench = Bench::new();
    bench.images(&["x/1.png", "x/2.png", "x/d/3.png", "x/4.png"]);
    bench.import_named("one", "x", &["1.png", "2.png", "d/3.png", "gone.png"], None);
    bench.mark([2], Some(Mark::Drop));
    let plan = bench.plan();
    assert_eq!(planned(&bench, &plan), ["x/2.png", "x/4.png"]);
    assert_eq!((plan.files, plan.bytes, plan.roots[0].images), (2, 2 * PNG.len() as u64, 4));
    assert_eq!(plan.gone.iter().map(|gone| (gone.id.0, gone.path.as_str())).collect::<Vec<_>>(), [(4, "gone.png")]);
    let report = prune::apply(&mut bench.workspace, &plan, &Progress::none()).expect("moved");
    assert_eq!((report.files, report.roots[0].skipped.len(), report.stopped), (2, 0, false));
    assert_eq!(report.roots[0].trash, Some(bench.root("x").join(".tamis-trash/1").display().to_string()));
    assert!(!bench.path().join("x/2.png").exists() && bench.path().join("x/1.png").exists());
    assert_eq!(bench.plan().files, 0);
    let restored = prune::restore(&mut bench.workspace, None, &Progress::none()).expect("restored");
    assert_eq!(restored.files, 2);
    let plan = bench.plan();
    assert_eq!(planned(&bench, &plan), ["x/2.png", "x/4.png"]);
}

#[test]
fn a_file_that_any_source_keeps_stays() {
    let mut bench = Bench::new();
    bench.images(&["x/1.png", "x/d/2.png", "x/d/3.png", "x/.h/4.png", "x/.h/5.png"]);
    bench.import_named("outer", "x", &["1.png", "d/2.png"], None);
    bench.import_named("same", "x", &["1.png"], Some("s"));
    bench.import_named("inner", "x/d", &["3.png"], Some("i"));
    bench.import_named("hidden", "x/.h", &["4.png"], Some("h"));
    // Record 1 goes, but record 3 of the same root names the same file.
    bench.mark([1, 2], Some(Mark::Drop));
    let plan = bench.plan();
    let mut found = planned(&bench, &plan);
    found.sort();
    assert_eq!(found, ["x/.h/5.png", "x/d/2.png"], "each once, though roots lie in one another");
    bench.mark([4], Some(Mark::Drop));
    let plan = bench.plan();
    let mut found = planned(&bench, &plan);
    found.sort();
    assert_eq!(found, ["x/.h/5.png", "x/d/2.png", "x/d/3.png"]);
}

#[test]
fn a_file_that_is_kept_under_another_name_of_it_stays() {
    let mut bench = Bench::new();
    bench.images(&["x/1.png", "y/2.png"]);
    std::fs::hard_link(bench.path().join("x/1.png"), bench.path().join("y/link.png")).expect("linked");
    bench.import_named("one", "x", &["1.png"], None);
    bench.import_named("two", "y", &["2.png"], Some("p"));
    assert_eq!(bench.plan().files, 0);
    bench.mark([1], Some(Mark::Drop));
    let plan = bench.plan();
    assert_eq!(planned(&bench, &plan), ["x/1.png", "y/link.png"]);
}

#[test]
fn a_record_that_is_kept_again_keeps_its_file() {
    let mut bench = Bench::new();
    bench.images(&["x/1.png", "x/2.png", "x/3.png"]);
    bench.import_named("one", "x", &["1.png", "2.png", "3.png"], None);
    bench.mark([2, 3], Some(Mark::Drop));
    let plan = bench.plan();
    bench.mark([2], Some(Mark::Keep));
    let report = prune::apply(&mut bench.workspace, &plan, &Progress::none()).expect("moved");
    assert_eq!(report.files, 1);
    let named: Vec<_> = report.roots[0].skipped.iter().map(|file| (file.path.as_str(), file.why.as_str())).collect();
    assert_eq!(named, [("2.png", "a kept record names it now")]);
    assert!(bench.path().join("x/2.png").exists());
}

#[test]
fn a_folder_of_somebody_else_is_left_out() {
    let mut bench = Bench::new();
    bench.images(&["x/1.png", "holiday/me.png"]);
    bench.import_named("one", "x", &["1.png"], None);
    bench.import_named("two", "holiday", &["not-here.png"], Some("p"));
    bench.import_named("three", "never", &["a.png"], Some("q"));
    let plan = bench.plan();
    assert_eq!((plan.files, plan.left_out.len(), plan.gone.len()), (0, 1, 2));
    for (folder, words) in [("holiday", "somebody else"), ("", "no image root")] {
        let path = bench.path().join(folder);
        let refused = prune::plan(&mut bench.workspace, Some(&path), &Progress::none()).expect_err("refused");
        assert!(refused.kind == Kind::Refused && refused.message.contains(words), "{refused}");
    }
    let x = bench.path().join("x");
    assert_eq!(prune::plan(&mut bench.workspace, Some(&x), &Progress::none()).expect("a plan").roots.len(), 1);
}

#[test]
fn what_a_snapshot_keeps_stays_too() {
    let mut bench = Bench::new();
    bench.images(&["x/1.png", "x/2.png", "x/3.png"]);
    bench.import_named("one", "x", &["1.png", "2.png"], None);
    let none = Progress::none();
    tamis::ops::snapshot::create(&mut bench.workspace, "v1", &tamis::shelf::Folders::default(), &none).expect("a snapshot");
    bench.mark([2], Some(Mark::Drop));
    let plan = bench.plan();
    assert_eq!(planned(&bench, &plan), ["x/3.png"], "2.png is part of v1");
    tamis::ops::snapshot::delete(&mut bench.workspace, "v1").expect("forgotten");
    let plan = bench.plan();
    assert_eq!(planned(&bench, &plan), ["x/2.png", "x/3.png"]);
}
