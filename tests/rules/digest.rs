//! The digest changes with what a pipeline does, and with nothing else.

use tamis::rules::{DEFAULT, Pipeline, Subject};

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

/// An editor reads a pipeline with every key and keeps the rules that read the same.
#[test]
fn what_is_compiled_again_is_what_was_written() {
    let rule = |keys: &str| format!("name = 'p'\n[[rule]]\nname = 'one'\n{keys}\n");
    let all = [
        rule("kind = 'replace'\npattern = 'a'\nwith = 'b'"),
        rule("kind = 'replace'\npattern = 'a'\nwith = 'c'"),
        rule("kind = 'replace'\npattern = 'a'\nwith = 'b'\nignore_case = true"),
        rule("kind = 'replace'\npattern = 'a'\nwith = 'b'\nwhen = { source = 'x' }"),
        rule("kind = 'replace'\npattern = 'a'\nwith = 'b'\nenabled = false\nwhy = 'so'"),
        rule("kind = 'drop-if'\nchars_more_than = 9223372036854775808\ncontains_any = ['a']"),
        rule("kind = 'drop-if'\nchars_more_than = 9223372036854775808\ncontains_any = ['b']"),
        rule("kind = 'drop-if'\nmean_word_length_less_than = 1\ncontains_any = ['b']"),
        rule("kind = 'drop-if'\nmean_word_length_less_than = 1.0\ncontains_any = ['b']"),
    ];
    for before in all.iter().filter_map(|toml| Pipeline::parse(toml).ok()) {
        for toml in &all {
            let (fresh, reusing) = (Pipeline::parse(toml), Pipeline::parse_reusing(toml, before.rules()));
            assert_eq!(fresh.is_ok(), reusing.is_ok(), "{toml}");
            let (Ok(fresh), Ok(reusing)) = (fresh, reusing) else { continue };
            assert_eq!(reusing.digest(), fresh.digest(), "{toml}");
            assert_eq!(reusing.reads_fields(), fresh.reads_fields());
            for text in ["a", "b", "A"] {
                assert_eq!(reusing.apply(text, &Subject::default()), fresh.apply(text, &Subject::default()), "{toml}");
            }
        }
    }
}
