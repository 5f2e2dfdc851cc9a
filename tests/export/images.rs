//! Images beside their captions.

use std::os::unix::fs::{MetadataExt, symlink};

use tamis::export::{Images, Layout};

use super::*;

fn options(images: Images) -> Options {
    Options { images, ..Options::new(Layout::ImageFolder) }
}

fn captioned(id: u32, name: &str, image: &Path) -> ExportRecord {
    ExportRecord { file_name: Some(name.into()), image: Some(image.into()), ..record(id, "a caption") }
}

fn inode(path: &Path) -> u64 {
    fs::metadata(path).expect("a file").ino()
}

#[test]
fn a_link_is_the_same_file_and_a_copy_is_not() {
    for (images, same) in [(Images::Link, true), (Images::Copy, false)] {
        let bench = Bench::new();
        let image = bench.image("x.png", b"the pixels");
        let records = [in_split("train", captioned(1, "wild/x.png", &image))];
        let manifest = export_with(&options(images), &records, &bench.target(), false).expect("an export");
        let placed = bench.target().join("train/wild/x.png");
        assert_eq!(fs::read(&placed).expect("an image"), b"the pixels");
        assert_eq!(inode(&placed) == inode(&image), same);
        let entry = manifest.files.iter().find(|f| f.path == "train/wild/x.png").expect("listed");
        assert_eq!((entry.bytes, entry.records), (10, None));
        // As sha256sum says.
        assert_eq!(entry.sha256, "005d89cef277fbd4aeacf412207d2285ce576510a8c7be1711b429784c7facc9");
        assert!(verify(&bench.target(), &Progress::none()).expect("a manifest").is_ok());
    }
}

#[test]
fn linked_and_copied_images_give_the_same_manifest() {
    let bench = Bench::new();
    let records = [captioned(1, "x.png", &bench.image("x.png", b"pixels"))];
    let manifests = [Images::Link, Images::Copy]
        .map(|images| export_with(&options(images), &records, &bench.path.join(images.word()), false).expect("an export"));
    assert_eq!(manifests[0], manifests[1]);
}

#[test]
fn without_images_only_the_metadata_is_written() {
    let bench = Bench::new();
    let records = [captioned(1, "x.png", Path::new("/nowhere/x.png")), record(2, "no image")];
    export_with(&options(Images::None), &records, &bench.target(), false).expect("an export");
    assert_eq!(names(&bench.target()), ["README.md", "manifest.json", "metadata.jsonl"]);
    let metadata = text_of(&bench.target().join("metadata.jsonl"));
    assert!(metadata.starts_with(r#"{"file_name":"x.png","text":"a caption"}"#));
}

#[test]
fn several_captions_share_an_image() {
    let bench = Bench::new();
    let image = bench.image("x.png", b"pixels");
    let records = [captioned(1, "x.png", &image), captioned(2, "x.png", &image), in_split("test", captioned(3, "x.png", &image))];
    let plan = plan(&options(Images::Copy), &records).expect("a plan");
    assert_eq!((plan.images, plan.image_bytes), (2, 12));
    let manifest = export_with(&options(Images::Copy), &records, &bench.target(), false).expect("an export");
    let paths: Vec<&str> = manifest.files.iter().map(|f| f.path.as_str()).collect();
    assert_eq!(paths, ["README.md", "test/metadata.jsonl", "test/x.png", "unassigned/metadata.jsonl", "unassigned/x.png"]);
}

#[test]
fn two_images_of_one_name_are_refused_and_both_named() {
    let bench = Bench::new();
    let (one, two) = (bench.image("a/x.png", b"1"), bench.image("b/x.png", b"2"));
    let refused =
        plan(&options(Images::Link), &[captioned(4, "x.png", &one), captioned(7, "./x.png", &two)]).expect_err("a collision");
    assert!(refused.message.contains("records 4 and 7"), "{refused}");
    assert!(refused.hint.is_some_and(|hint| hint.contains("--prefix")));
    let apart = [in_split("train", captioned(4, "x.png", &one)), in_split("test", captioned(7, "x.png", &two))];
    assert!(plan(&options(Images::Link), &apart).is_ok());
}

#[test]
fn a_symlink_on_the_way_to_an_image_is_refused() {
    let bench = Bench::new();
    let image = bench.image("real/x.png", b"secret");
    let (file, folder) = (bench.path.join("link.png"), bench.path.join("folder"));
    symlink(&image, &file).expect("linked");
    symlink(bench.path.join("images/real"), &folder).expect("linked");
    for path in [file, folder.join("x.png")] {
        for images in [Images::Link, Images::Copy] {
            let refused = plan(&options(images), &[captioned(1, "x.png", &path)]).expect_err("a symlink");
            assert!(refused.message.contains("symlink"), "{refused}");
        }
    }
}

/// The plan saw a file, and the attack comes between plan and write.
#[test]
fn an_image_that_becomes_a_symlink_leaves_nothing() {
    let bench = Bench::new();
    let (image, secret) = (bench.image("x.png", b"pixels"), bench.image("secret", b"secret"));
    let records = [captioned(1, "x.png", &image)];
    let plan = plan(&options(Images::Copy), &records).expect("a plan");
    fs::remove_file(&image).expect("removed");
    symlink(&secret, &image).expect("linked");
    assert!(write(&plan, &bench.target(), stream(&records), &provenance(), false, &Progress::none()).is_err());
    assert_eq!(bench.names(), ["images"]);
}

#[test]
fn a_file_name_that_leads_out_is_refused() {
    let bench = Bench::new();
    let image = bench.image("x.png", b"pixels");
    for name in [
        "../x.png",
        "a/../../x.png",
        "/etc/x.png",
        "",
        "a/..",
        "metadata.jsonl",
        "Manifest.json",
        "./metadata.jsonl",
        "readme.md",
        "a\0b",
    ] {
        let refused = plan(&options(Images::Link), &[captioned(1, name, &image)]);
        assert!(refused.is_err_and(|e| e.message.starts_with("record 1: file name")), "{name:?}");
    }
}

#[test]
fn a_record_without_an_image_is_refused_by_id() {
    let refused = plan(&options(Images::Link), &[record(5, "a")]).expect_err("no image");
    assert!(refused.message.contains("(ids 5)") && refused.hint.is_some());
    let bench = Bench::new();
    assert!(plan(&options(Images::Link), &[captioned(1, "x.png", &bench.path.join("gone.png"))]).is_err());
    assert!(plan(&options(Images::Link), &[captioned(1, "x.png", &bench.path)]).is_err());
    assert!(plan(&options(Images::Link), &[captioned(1, "x.png", Path::new("x.png"))]).is_err());
}
