//! The digest changes with what a pipeline does, and with nothing else.

use tamis::rules::{DEFAULT, Pipeline};

const BASE: &str = r#"
name = "p"
[[rule]]
name = "one"
kind = "replace"
pattern = 'a'
with = 'b'
[[rule]]
name = "two"
kind = "remove-phrases"
phrases = ["x", "y"]
"#;

fn digest(toml: &str) -> String {
    Pipeline::parse(toml).unwrap_or_else(|error| panic!("{error}\n{toml}")).digest()
}

#[test]
fn comments_reasons_defaults_and_disabled_rules_do_not_matter() {
    let same = [
        BASE.replace("kind = \"replace\"", "# a comment\n\n  kind   =  'replace'  # another\nwhy = \"a reason\""),
        BASE.replace("name = \"p\"", "name = \"q\"\ndescription = \"d\""),
        BASE.replace("pattern = 'a'\nwith = 'b'", "with = \"b\"\npattern = \"a\"\nignore_case = false\nenabled = true"),
        format!("{BASE}\n[[rule]]\nname = \"three\"\nkind = \"drop-if\"\nchars_less_than = 9\nenabled = false\n"),
    ];
    for toml in same {
        assert_eq!(digest(&toml), digest(BASE), "{toml}");
    }
}

#[test]
fn parameters_names_and_order_matter() {
    let (head, rules) = BASE.split_once("[[rule]]").expect("rules");
    let (one, two) = rules.split_once("[[rule]]").expect("two rules");
    let different = [
        BASE.replace("with = 'b'", "with = 'c'"),
        BASE.replace("name = \"one\"", "name = \"uno\""),
        BASE.replace("with = 'b'", "with = 'b'\nignore_case = true"),
        BASE.replace("with = 'b'", "with = 'b'\nenabled = false"),
        BASE.replace("[\"x\", \"y\"]", "[\"x\"]"),
        format!("{head}[[rule]]{two}[[rule]]{one}"),
    ];
    for toml in different {
        assert_ne!(digest(&toml), digest(BASE), "{toml}");
    }
}

#[test]
fn it_is_stable_hex_and_the_source_comes_back() {
    let pipeline = Pipeline::parse(DEFAULT).expect("valid");
    assert_eq!(pipeline.digest(), Pipeline::parse(DEFAULT).expect("valid").digest());
    assert_eq!(pipeline.digest().len(), 32);
    assert_eq!(pipeline.source(), DEFAULT);
}
