//! `rules filter`: lines in, surviving lines out, without a workspace.

use super::desk::Desk;

const OWN: &str = "name = 'own'\n[[rule]]\nname = 'reds'\nkind = 'replace'\npattern = 'red'\nwith = 'blue'\n\
    [[rule]]\nname = 'no-owls'\nkind = 'drop-if'\ncontains_any = ['owl']\n";

fn desk() -> Desk {
    let desk = Desk::new();
    desk.write("own.toml", OWN);
    desk.write("in.txt", b"a red car\r\nan owl\n\n a red \x1b[31m\xe2\x80\xae cat \nthe sea\n");
    desk
}

#[test]
fn raw_lines_survive_byte_for_byte_and_cleaned_ones_are_cleaned() {
    let desk = desk();
    assert_eq!(
        desk.run("rules filter in.txt --pipeline own.toml").expect(0).out,
        "a red car\n a red \x1b[31m\u{202e} cat \nthe sea\n"
    );
    assert_eq!(
        desk.run("rules filter in.txt --pipeline own.toml --cleaned").expect(0).out,
        "a blue car\n a blue \x1b[31m\u{202e} cat \nthe sea\n"
    );
    desk.run("rules filter in.txt --pipeline own.toml --cleaned -o out.txt").expect(0);
    assert_eq!(desk.read("out.txt"), "a blue car\n a blue \x1b[31m\u{202e} cat \nthe sea\n");
    let again = desk.run("rules filter in.txt --pipeline own.toml -o out.txt").complains(1);
    assert!(again.err.contains("out.txt"));
    assert_eq!(desk.names(), ["in.txt", "out.txt", "own.toml"]);
}

#[test]
fn every_line_is_told_in_json() {
    let desk = desk();
    let rows = desk.run("rules filter in.txt --pipeline own.toml --json").expect(0).lines();
    let told: Vec<_> = rows.iter().map(|r| (r["line"].as_u64(), r["text"].as_str(), r["dropped_by"].as_str())).collect();
    assert_eq!(
        told,
        [
            (Some(1), Some("a blue car"), None),
            (Some(2), None, Some("no-owls")),
            (Some(4), Some(" a blue \x1b[31m\u{202e} cat "), None),
            (Some(5), Some("the sea"), None),
        ]
    );
    assert_eq!(rows[0]["raw"], "a red car");
    assert_eq!((&rows[0]["fired"], &rows[3]["fired"]), (&serde_json::json!(["reds"]), &serde_json::json!([])));
}

#[test]
fn rejected_lines_are_told_beside_the_output() {
    let desk = desk();
    desk.write("bad.txt", b"one\n\xff\ntwo\n");
    let ran = desk.run("rules filter bad.txt --pipeline own.toml").expect(3);
    assert_eq!((ran.out.as_str(), ran.err.lines().count()), ("one\ntwo\n", 1));
    assert!(ran.err.contains("line 2"));
}

#[test]
fn a_file_that_fails_halfway_leaves_no_output() {
    let desk = desk();
    desk.write("half.txt.gz", [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3]);
    desk.run("rules filter half.txt.gz --pipeline own.toml -o out.txt").expect(1);
    desk.run("rules filter in.txt --pipeline in.txt -o out.txt").complains(1);
    assert_eq!(desk.names(), ["half.txt.gz", "in.txt", "own.toml"]);
}

#[test]
fn standard_input_is_a_file_too() {
    let desk = desk();
    let ran = desk.run_with("rules filter - --pipeline own.toml", b"a red car\n");
    assert_eq!((ran.code, ran.out.as_str()), (0, "a red car\n"), "{ran:?}");
}
