//! `rules …` on the pipelines themselves: made, edited by hand or by a given text, switched, moved, put in and taken out.

use super::desk::{Desk, Ran};

pub const OWN: &str = "# Mine.\nname = \"own\"\n\n[[rule]]\nname = \"reds\"\nkind = \"replace\"\npattern = 'red'\nwith = 'blue'\n\n\
    # Why not owls.\n[[rule]]\nname = \"no-owls\"\nkind = \"drop-if\"\ncontains_any = [\"owl\"]\n\n\
    [[rule]]\nname = \"specs\"\nkind = \"remove-phrases\"\nphrases = [\"8k\", \"hdr\"]\n";

/// A workspace `w.db` that keeps the pipeline `own`.
pub fn desk() -> Desk {
    let desk = Desk::new();
    desk.workspace(&["a red car, 8k", "an owl, hdr", "the sea", "red 8k blue hdr red"]);
    desk.write("own.toml", OWN);
    desk.run("rules import w.db own.toml").expect(0);
    desk
}

fn toml(desk: &Desk) -> String {
    desk.run("rules export w.db own").expect(0).out
}

/// Names in order, `-` before those that are off.
fn rules(desk: &Desk) -> String {
    let preview = desk.run("rules preview w.db --pipeline own --json").expect(0).json();
    let rows = preview["rules"].as_array().expect("rules").clone();
    let name = |row: &serde_json::Value| {
        format!("{}{}", if row["enabled"] == true { "" } else { "-" }, row["rule"].as_str().expect("a name"))
    };
    rows.iter().map(name).collect::<Vec<_>>().join(" ")
}

fn states(desk: &Desk) -> Vec<String> {
    let listed = desk.run("rules list w.db").expect(0).out;
    let state = |line: &str| line.rsplit_once("  ").expect("columns").0.to_owned();
    listed.lines().map(state).collect()
}

/// Runs `rules edit` with an editor that is a line of shell.
fn edit(desk: &Desk, args: &str, editor: &str) -> Ran {
    let args = format!("rules edit w.db --pipeline own {args}");
    let output = desk.command(args.split_whitespace()).env("EDITOR", editor).env("PATH", "/usr/bin:/bin").output();
    let output = output.expect("the binary runs");
    let words = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    Ran { code: output.status.code().unwrap_or(-1), out: words(output.stdout), err: words(output.stderr) }
}

#[test]
fn pipelines_are_listed_with_their_state() {
    let desk = desk();
    let count = OWN.matches("[[rule]]").count();
    let all = format!("own  {count} rules  ");
    let out = desk.run("rules list").expect(0).out;
    let built_in = out.lines().map(|line| format!("{}  built in", line.rsplit_once("  built in  ").expect("built in").0));
    assert_eq!(states(&desk), [format!("{all}yours")].into_iter().chain(built_in).collect::<Vec<_>>());
    desk.run("rules apply w.db --pipeline own").expect(0);
    assert_eq!(states(&desk)[0], format!("{all}in force"));
    desk.run("rules disable w.db specs").expect(0);
    assert_eq!(states(&desk)[0], format!("{all}in force, changed since"));
    let rows = desk.run("rules list w.db --json").expect(0).lines();
    let row = &rows[0];
    assert_eq!(
        (&row["name"], &row["changed"], &row["in_force"], &row["built_in"]),
        (&"own".into(), &true.into(), &false.into(), &false.into())
    );
    desk.run("rules apply w.db").expect(0);
    assert_eq!(states(&desk)[0], format!("{all}in force"), "the edited one is meant without a name");
}

#[test]
fn a_pipeline_is_made_from_another_or_empty() {
    let desk = desk();
    let made = desk.run("rules new w.db mine --from own --json").expect(0).json();
    assert_eq!((&made["name"], &made["rules"]), (&"mine".into(), &3.into()));
    assert_eq!(desk.run("rules export w.db mine").expect(0).out, OWN.replace("\"own\"", "\"mine\""));
    desk.run("rules new w.db empty").expect(0);
    let shown = desk.run("rules show w.db --pipeline empty --json").expect(0).json();
    assert_eq!((&shown["name"], &shown["rules"]), (&"empty".into(), &serde_json::json!([])));
    desk.run("rules new w.db own").complains(1);
    desk.run("rules new w.db default").complains(1);
    desk.run_args(["rules", "new", "w.db", "no name"]).complains(2);
    desk.run("rules new w.db other --from nothing").complains(1);
    desk.run("rules remove w.db mine").expect(0);
    desk.run("rules remove w.db mine").complains(1);
    desk.run("rules remove w.db default").complains(1);
    assert_eq!(desk.run("rules list w.db --json").expect(0).lines().len(), 2 + tamis::rules::BUILTIN.len(), "own and empty");
}

#[test]
fn a_pipeline_goes_out_and_in_byte_for_byte() {
    let desk = desk();
    desk.run("rules export w.db own -o out.toml").expect(0);
    assert_eq!(desk.read("out.toml"), OWN);
    assert_eq!(toml(&desk), OWN);
    let again = desk.run("rules export w.db own -o out.toml").complains(1);
    assert!(again.err.contains("out.toml"));
    let written = desk.run("rules export w.db default -o two.toml --json").expect(0).json();
    assert_eq!((&written["name"], &written["path"]), (&"default".into(), &"two.toml".into()));
    desk.run("rules export w.db out.toml").complains(1);
    desk.run("rules import w.db out.toml").complains(1);
    desk.run("rules import w.db out.toml --name third").expect(0);
    assert_eq!(desk.run("rules export w.db third").expect(0).out, OWN.replace("\"own\"", "\"third\""));
    desk.write("bad.toml", OWN.replace("pattern = 'red'", "pattern = 're(d'"));
    let bad = desk.run("rules import w.db bad.toml --name bad").complains(1);
    assert!(["bad.toml", "line 7", "`reds`"].iter().all(|part| bad.err.contains(part)), "{bad:?}");
    desk.run("rules import w.db nothing.toml").complains(1);
}

#[test]
fn rules_are_switched_and_moved() {
    let desk = desk();
    desk.run("rules disable w.db no-owls --pipeline own").expect(0);
    desk.run("rules move w.db specs --to 1 --pipeline own").expect(0);
    assert_eq!(rules(&desk), "specs reds -no-owls");
    assert!(desk.run("rules disable w.db no-owls --pipeline own").expect(0).out.contains("nothing changed"));
    assert!(desk.run("rules move w.db specs --to 1 --pipeline own").expect(0).out.contains("nothing changed"));
    desk.run("rules enable w.db no-owls --pipeline own").expect(0);
    desk.run("rules enable w.db --fixpoint --pipeline own").expect(0);
    assert_eq!(rules(&desk), "specs reds no-owls");
    assert!(toml(&desk).contains("fixpoint = true"));
    desk.run("rules disable w.db --fixpoint --pipeline own").expect(0);
    assert!(!toml(&desk).contains("fixpoint"));
    for (line, code) in [
        ("rules enable w.db nobody --pipeline own", 1),
        ("rules move w.db nobody --to 1 --pipeline own", 1),
        ("rules enable w.db reds --pipeline own.toml", 1),
        ("rules move w.db reds --to 4 --pipeline own", 2),
        ("rules move w.db reds --to 0 --pipeline own", 2),
    ] {
        desk.run(line).complains(code);
    }
    for line in ["rules enable w.db", "rules enable w.db reds --fixpoint", "rules move w.db reds", "rules move w.db reds --to -1"]
    {
        desk.run(line).expect(2);
    }
}

#[test]
fn a_built_in_pipeline_becomes_ones_own_by_an_edit() {
    let desk = desk();
    desk.run("rules disable w.db urls").expect(0);
    assert_eq!(states(&desk).len(), 1 + tamis::rules::BUILTIN.len());
    assert!(states(&desk).iter().any(|state| state.starts_with("default") && state.ends_with("yours")));
    desk.run("undo w.db").expect(0);
    assert!(states(&desk).iter().any(|state| state.ends_with("built in")));
}

#[test]
fn a_rule_is_rewritten_added_and_removed_by_text() {
    let desk = desk();
    let edit = |args: &[&str]| desk.run_args([&["rules", "edit", "w.db", "--pipeline", "own"], args].concat());
    let new = "[[rule]]\nname = \"new\"\nkind = \"replace\"\npattern = 'sea'\nwith = 'ocean'";
    edit(&["--insert", "1", "--toml", new]).expect(0);
    edit(&["--insert", "5", "--toml", &new.replace("new", "last")]).expect(0);
    assert_eq!(rules(&desk), "new reds no-owls specs last");
    desk.write("rule.toml", new.replace("new", "newer") + "\n\n");
    edit(&["--rule", "new", "--file", "rule.toml"]).expect(0);
    edit(&["--rule", "no-owls", "--toml", ""]).expect(0);
    edit(&["--rule", "last", "--toml", ""]).expect(0);
    assert_eq!(rules(&desk), "newer reds specs");
    assert!(!toml(&desk).contains("Why not owls"), "a rule goes with its comment");
    let ran = desk.run_with("rules edit w.db --pipeline own --file - --json", OWN.as_bytes()).expect(0);
    assert_eq!((ran.json()["rules"].as_u64(), toml(&desk).as_str()), (Some(3), OWN));
    assert!(edit(&["--toml", OWN]).expect(0).out.contains("nothing changed"));

    let bad = edit(&["--rule", "no-owls", "--toml", "[[rule]]\nname = \"x\"\nkind = \"dance\""]).complains(1);
    assert!(
        ["line 13", "`x`", "`dance`", "line 1 of what you gave is line 11"].iter().all(|part| bad.err.contains(part)),
        "{bad:?}"
    );
    edit(&["--toml", "name = 'own'\nrule = 3"]).complains(1);
    edit(&["--rule", "nobody", "--toml", new]).complains(1);
    edit(&["--insert", "5", "--toml", new]).complains(2);
    edit(&["--insert", "1", "--toml", "  "]).complains(2);
    edit(&["--rule", "reds", "--insert", "1", "--toml", new]).expect(2);
    edit(&["--toml", new, "--file", "rule.toml"]).expect(2);
    edit(&["--file", "nothing.toml"]).expect(1);
    assert_eq!(toml(&desk), OWN);
}

#[test]
fn the_users_editor_is_opened_on_the_lines() {
    let desk = desk();
    edit(&desk, "", "sed -i s/8k/4k/").expect(0);
    assert_eq!(toml(&desk), OWN.replace("8k", "4k"));
    edit(&desk, "--rule reds", "sed -i s/blue/green/").expect(0);
    assert_eq!(toml(&desk), OWN.replace("8k", "4k").replace("blue", "green"));
    edit(&desk, "--insert 2", "sed -i \"s/pattern.*/pattern='cat'/\"").expect(0);
    assert_eq!(rules(&desk), "reds new-rule no-owls specs");
    edit(&desk, "--rule new-rule", "truncate -s 0").expect(0);
    assert_eq!(rules(&desk), "reds no-owls specs");
    for unchanged in ["", "--rule reds", "--insert 1"] {
        assert!(edit(&desk, unchanged, "true").expect(0).out.contains("nothing changed"), "{unchanged}");
    }
    edit(&desk, "", "false").complains(1);
    desk.run("rules edit w.db --pipeline own").complains(2);
    let left = desk.names().into_iter().filter(|name| name.starts_with("tamis-")).count();
    assert_eq!(left, 0, "nothing is left behind");
}

#[test]
fn what_was_typed_and_cannot_be_taken_is_kept() {
    let desk = desk();
    let ran = edit(&desk, "--rule reds", "sed -i \"s/'red'/'re(d'/\"").complains(1);
    assert!(ran.err.contains("line 7: ") && ran.err.contains("line 1 of what you gave is line 4"), "{ran:?}");
    let kept = desk.names().into_iter().find(|name| name.starts_with("tamis-rules-")).expect("kept");
    assert!(ran.err.contains(&kept) && desk.read(&kept).contains("re(d"), "{ran:?}");
    let command = ran.err.rsplit_once("`tamis ").and_then(|(_, rest)| rest.split_once('`')).expect("a command").0;
    desk.write(&kept, desk.read(&kept).replace("re(d", "rot"));
    desk.run(&command.replace("WORKSPACE", "w.db")).expect(0);
    assert_eq!(toml(&desk), OWN.replace("'red'", "'rot'"));
}

#[test]
fn a_pipeline_that_changed_under_the_editor_is_not_written_over() {
    let desk = desk();
    let other = format!("'{}' rules disable w.db reds --pipeline own --quiet; sed -i s/8k/4k/", env!("CARGO_BIN_EXE_tamis"));
    let ran = edit(&desk, "", &other).complains(1);
    assert!(ran.err.contains("meanwhile") && ran.err.contains("your text is kept"), "{ran:?}");
    assert_eq!(rules(&desk), "-reds no-owls specs");
}
