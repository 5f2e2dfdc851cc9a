//! Edits of a pipeline's TOML, in any order: each does what it says to the rule it names, and every other line stays byte for byte.
//!
//! The oracle is a second reader: the `toml` crate's own tables of the file before and after.

use proptest::prelude::*;
use tamis::rules::Pipeline;
use tamis::rules::document::{
    rule_text, with_enabled, with_fixpoint, with_inserted, with_moved, with_name, with_rule, without_rule,
};
use toml::Table;

use super::texts::parsed;

/// Rules as people write them; `NAME` stands for a name.
const SHAPES: [&str; 10] = [
    "[[rule]]\nname = \"NAME\"\nkind = \"replace\"\npattern = 'a'\nwith = ''\n",
    "[[rule]]\nname = \"NAME\"\nkind = \"replace\"\nenabled = false\npattern = 'a'\nwith = ''",
    "[[rule]]\n  name = 'NAME'   # a name\n\n  # a comment within\n  kind = \"drop-if\"\n  chars_less_than = 3\n",
    "# why it is here\n# on two lines\n[[rule]]\nkind = \"remove-phrases\"\nname = \"NAME\"\nphrases = [\n  \"a\", # the first\n  # none\n  \"b\",\n]\n",
    "[[rule]] # here\nname = \"NAME\"\nkind = \"replace\"\npattern = '''\n# no comment\n[[rule]]\nb'''\nwith = \"\"\"\n\nc\n\"\"\"\n",
    "[[rule]]\nname = \"NAME\"\nkind = \"drop-if\"\ncontains_any = [\"a\"]\nwhen = { source = \"x\" }\n",
    "[[rule]]\nname = \"NAME\"\nkind = \"drop-if\"\nwords_more_than = 9\n[rule.when]\nsplit = \"train\"\n[rule.when.not]\nsource = \"y\"\n",
    "\n\n[[rule]]\nenabled = true\nname = \"NAME\"\nkind = \"replace\"\npatterns = [\n['a', 'b'],\n['c', 'd']]\n\n# ---- a heading\n\n",
    "[[rule]]\r\nname = \"NAME\"\r\nkind = \"replace\"\r\npattern = 'é'\r\nwith = 'e'\r\n",
    "[[rule]]\nname = \"NAME\"\nwhy = \"kind = enabled = false\"\nkind = \"replace\"\npattern = '='\nwith = '#'\n",
];

/// Rules whose lines are not what they seem: an edit may be refused, but never spoils.
const TRAPS: [&str; 6] = [
    "[[rule]]\nname = \"NAME\"\nkind = \"replace\"\npattern = '''\nenabled = true\n'''\nwith = ''\n",
    "[[rule]]\nname = \"NAME\"\npattern = '''\nkind\n'''\nkind = \"replace\"\nwith = ''\n",
    "[[rule]]\nname = \"NAME\"\n\"enabled\" = false\nkind = \"replace\"\npattern = 'a'\nwith = ''\n",
    "[[rule]]\nname = \"NAME\"\nkind = \"replace\"\npattern = '''\n\n# x'''\nwith = '''\n# y'''\n",
    "[[ rule ]]\nname = \"NAME\"\nkind = \"replace\"\npattern = 'a'\nwith = ''\n",
    "[[rule]]\nname = \"NAME\"\nkind = \"replace\"\npattern = 'a'\nwith = ''\nwhy = '''\n\nenabled = false\n# z'''\n",
];

const HEADS: [&str; 4] = [
    "name = \"p\"\n",
    "# About.\nname = \"p\" # named\ndescription = \"\"\"\nfixpoint = false\nname = 'no'\"\"\"\n\n# ---- first\n\n",
    "description = '''\nfixpoint = true\n'''\nname = 'p'\nfixpoint = false\n\n",
    "\u{feff}name = \"p\"\nfixpoint = true\n",
];

#[derive(Debug, Clone)]
enum Edit {
    Enable(usize, bool),
    Move(usize, usize),
    Rewrite(usize, usize),
    Insert(usize, usize),
    Remove(usize),
    Fixpoint(bool),
    Name(bool),
}

fn edit() -> impl Strategy<Value = Edit> {
    let n = 0usize..64;
    prop_oneof![
        3 => (n.clone(), any::<bool>()).prop_map(|(rule, on)| Edit::Enable(rule, on)),
        3 => (n.clone(), n.clone()).prop_map(|(from, to)| Edit::Move(from, to)),
        2 => (n.clone(), n.clone()).prop_map(|(rule, shape)| Edit::Rewrite(rule, shape)),
        2 => (n.clone(), n.clone()).prop_map(|(before, shape)| Edit::Insert(before, shape)),
        1 => n.prop_map(Edit::Remove),
        1 => any::<bool>().prop_map(Edit::Fixpoint),
        1 => any::<bool>().prop_map(Edit::Name),
    ]
}

fn source(head: usize, shapes: &[usize], of: &[&str]) -> String {
    let rules = shapes.iter().enumerate().map(|(n, shape)| {
        let rule = of[shape % of.len()].replace("NAME", &format!("r{n}"));
        // Every rule but the last one ends its line.
        if rule.ends_with('\n') || n + 1 == shapes.len() { rule } else { rule + "\n" }
    });
    HEADS[head % HEADS.len()].to_owned() + &rules.collect::<String>()
}

/// The head, and the rules, as another reader sees them.
fn tables(source: &str) -> (Table, Vec<Table>) {
    let mut head: Table = source.trim_start_matches('\u{feff}').parse().unwrap_or_else(|error| panic!("{error}\n{source}"));
    let rules = head.remove("rule").map_or_else(Vec::new, |rules| rules.try_into().expect("tables"));
    (head, rules)
}

/// The name and the text of each rule; none where its lines are not what they seem.
fn texts(pipeline: &Pipeline) -> Vec<(String, String)> {
    let text = |(n, name): (usize, &str)| Some((name.to_owned(), rule_text(pipeline, n).ok()?));
    pipeline.rule_names().into_iter().enumerate().filter_map(text).collect()
}

/// The pipeline with the edit, and the head and rules that it should have.
fn edited(before: &Pipeline, edit: &Edit, fresh: usize) -> (tamis::error::Result<Pipeline>, (Table, Vec<Table>)) {
    let (mut head, mut rules) = tables(before.source());
    let at = |n: usize| n % rules.len().max(1);
    let new = |shape: usize| SHAPES[shape % SHAPES.len()].replace("NAME", &format!("new{fresh}"));
    let table_of = |text: &str| tables(&format!("name = 'x'\n{text}")).1.remove(0);
    let done = match *edit {
        Edit::Enable(n, on) => {
            let n = at(n);
            if let Some(rule) = rules.get_mut(n) {
                let was = rule.get("enabled").is_none_or(|was| was.as_bool() == Some(true));
                if on != was || !on {
                    rule.remove("enabled");
                    if !on {
                        rule.insert("enabled".into(), false.into());
                    }
                }
            }
            with_enabled(before, n, on)
        }
        Edit::Move(from, to) => {
            let (from, to) = (at(from), at(to));
            if !rules.is_empty() {
                let rule = rules.remove(from);
                rules.insert(to, rule);
            }
            with_moved(before, from, to)
        }
        Edit::Rewrite(n, shape) => {
            let (n, text) = (at(n), new(shape));
            if !rules.is_empty() {
                rules[n] = table_of(&text);
            }
            with_rule(before, n, &text)
        }
        Edit::Insert(n, shape) => {
            let (n, text) = (n % (rules.len() + 1), new(shape));
            rules.insert(n, table_of(&text));
            with_inserted(before, n, &text)
        }
        Edit::Remove(n) => {
            let n = at(n);
            if !rules.is_empty() {
                rules.remove(n);
            }
            without_rule(before, n)
        }
        Edit::Fixpoint(on) => {
            head.insert("fixpoint".into(), on.into());
            with_fixpoint(before, on)
        }
        Edit::Name(other) => {
            let name = if other { "other-name" } else { "p" };
            head.insert("name".into(), name.into());
            with_name(before, name)
        }
    };
    (done, (head, rules))
}

/// `enabled = true` and `fixpoint = false` are the defaults, written or not.
fn without_defaults((mut head, mut rules): (Table, Vec<Table>)) -> (Table, Vec<Table>) {
    let is = |table: &Table, key: &str, value: bool| table.get(key).and_then(toml::Value::as_bool) == Some(value);
    if is(&head, "fixpoint", false) {
        head.remove("fixpoint");
    }
    for rule in &mut rules {
        if is(rule, "enabled", true) {
            rule.remove("enabled");
        }
    }
    (head, rules)
}

/// Which rule an edit may write other lines for, by name.
fn touched(before: &Pipeline, edit: &Edit) -> Option<String> {
    match edit {
        Edit::Enable(n, _) | Edit::Rewrite(n, _) | Edit::Remove(n) => {
            before.rules().get(n % before.rules().len().max(1)).map(|rule| rule.name.clone())
        }
        _ => None,
    }
}

/// Does all edits; those that are refused leave the pipeline as it was. How many were refused that have lines to edit.
fn run(source: &str, edits: &[Edit]) -> usize {
    let mut pipeline = parsed(source);
    let mut refused = 0;
    for (fresh, edit) in edits.iter().enumerate() {
        let (done, expected) = edited(&pipeline, edit, fresh);
        let Ok(after) = done else {
            let is_about_a_rule = !pipeline.rules().is_empty() || matches!(edit, Edit::Insert(..));
            refused += usize::from(is_about_a_rule && !matches!(edit, Edit::Fixpoint(_) | Edit::Name(_)));
            continue;
        };
        let context = || format!("{edit:?}\n--- before\n{}\n--- after\n{}", pipeline.source(), after.source());
        assert_eq!(without_defaults(tables(after.source())), without_defaults(expected), "{}", context());
        assert_eq!(parsed(after.source()).digest(), after.digest(), "{}", context());
        let (old, new) = (texts(&pipeline), texts(&after));
        let touched = touched(&pipeline, edit);
        for (name, text) in old.iter().filter(|(name, _)| Some(name) != touched.as_ref()) {
            let now = new.iter().find(|(known, _)| known == name).map(|(_, text)| text.trim_end());
            assert_eq!(now, Some(text.trim_end()), "{}", context());
        }
        if let Edit::Enable(n, on) = edit {
            check_switch(&pipeline, &after, n % pipeline.rules().len(), *on);
        }
        pipeline = after;
    }
    refused
}

/// Switched off and on again without a trace, unless its state was written down before.
fn check_switch(before: &Pipeline, after: &Pipeline, rule: usize, on: bool) {
    assert_eq!(after.rules()[rule].enabled, on);
    let (_, tables) = tables(before.source());
    if !on && !tables[rule].contains_key("enabled") {
        assert_eq!(with_enabled(after, rule, true).expect("switched back").source(), before.source());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 160, ..ProptestConfig::default() })]

    #[test]
    fn edits_do_what_they_say_and_nothing_else(
        head in 0usize..4,
        shapes in prop::collection::vec(0usize..10, 0..6),
        edits in prop::collection::vec(edit(), 1..10),
    ) {
        let source = source(head, &shapes, &SHAPES);
        prop_assert_eq!(run(&source, &edits), 0, "refused in\n{}", source);
    }

    #[test]
    fn traps_are_refused_or_done_right(
        head in 0usize..4,
        shapes in prop::collection::vec(0usize..16, 1..6),
        edits in prop::collection::vec(edit(), 1..10),
    ) {
        let all: Vec<&str> = SHAPES.into_iter().chain(TRAPS).collect();
        run(&source(head, &shapes, &all), &edits);
    }
}

#[test]
fn what_is_no_rule_is_refused_and_what_is_asked_for_twice_is_done_once() {
    let pipeline = parsed(&source(0, &[0, 1, 2], &SHAPES));
    for broken in ["", "# nothing", "name = \"x\"", "[[rule]]\nname = \"r0\"\nkind = \"replace\"\npattern = 'a'\nwith = ''"] {
        if let Ok(after) = with_rule(&pipeline, 1, broken) {
            assert_eq!(after.rule_names(), ["r0", "r2"], "{broken:?} takes it out");
        }
    }
    assert!(
        with_rule(&pipeline, 9, "[[rule]]").is_err()
            && without_rule(&pipeline, 3).is_err()
            && with_enabled(&pipeline, 3, true).is_err()
    );
    let off = with_enabled(&pipeline, 0, false).expect("off");
    assert_eq!(with_enabled(&off, 0, false).expect("still off").source(), off.source());
    assert_eq!(with_moved(&pipeline, 1, 1).expect("nowhere").source(), pipeline.source());
}
