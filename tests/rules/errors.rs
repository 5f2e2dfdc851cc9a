//! A pipeline that is wrong says which rule, which line, and what to write instead.

use tamis::rules::Pipeline;

/// The message and the hint of a pipeline with a sound first rule and `body` as its second, which starts at line 7.
fn fault(body: &str) -> (String, String) {
    let toml = format!("name = \"p\"\n\n[[rule]]\nname = \"one\"\nkind = \"drop-if\"\nchars_less_than = 1\n[[rule]]\n{body}\n");
    let error = Pipeline::parse(&toml).expect_err(body);
    (error.to_string(), error.hint.expect("a hint"))
}

#[test]
fn rule_line_and_hint_are_named() {
    let cases = [
        (
            "name = \"two\"\nkind = \"replace\"\npattern = '(?<=a+)b('\nwith = ''",
            "line 10: rule 2 `two`: the pattern cannot be read",
            "look-around",
        ),
        (
            "name = \"two\"\nkind = \"replace\"\nwith = ''\npattern = '(a)\\2'",
            "line 11: rule 2 `two`: the pattern cannot be read",
            "look-around",
        ),
        (
            "name = \"two\"\nkind = \"replace\"\npatterns = [\n['a', 'b'],\n['(', '']]",
            "line 12: rule 2 `two`: the pattern cannot be read: unclosed group",
            "regex crate",
        ),
        (
            "name = \"two\"\nkind = \"replace\"\npattern = '(\\d)'\nwith = '$1s'",
            "line 10: rule 2 `two`: `$1s` names no group",
            "${1}s",
        ),
        ("name = \"two\"\nkind = \"replace\"\npattern = 'a'", "line 7: rule 2 `two`: `pattern` has no `with`", "with = \"\""),
        (
            "name = \"two\"\nkind = \"replace\"\npattern = 'a'\nwith = 'b'\nignorecase = true",
            "line 12: rule 2 `two`: unknown field `ignorecase`",
            "key",
        ),
        (
            "name = \"two\"\nkind = \"drop-if\"\nchars_less_then = 3",
            "line 10: rule 2 `two`: unknown field `chars_less_then`",
            "key",
        ),
        ("name = \"two\"\nkind = \"drop-if\"", "line 7: rule 2 `two`: it has no condition", "contains_any"),
        (
            "name = \"two\"\nkind = \"drop-if\"\ncount_of = 'x'",
            "line 7: rule 2 `two`: `count_of` and `more_than` belong together",
            "both",
        ),
        ("name = \"two\"\nkind = \"drop-if\"\nchars_less_than = -1", "line 10: rule 2 `two`: invalid value", "key"),
        ("name = \"two\"\nkind = \"remove-phrases\"\nphrases = []", "line 7: rule 2 `two`: the list is empty", "at least one"),
        (
            "name = \"two\"\nkind = \"remove-phrases\"\nphrases = ['a', ' ']",
            "line 7: rule 2 `two`: the list has a blank phrase",
            "everywhere",
        ),
        ("name = \"two\"\nkind = \"swap\"", "line 9: rule 2 `two`: unknown kind `swap`", "replace, remove-phrases, drop-if"),
        (
            "name = \"one\"\nkind = \"drop-if\"\nchars_less_than = 1",
            "line 7: rule 2 `one`: rule 1 has the same name",
            "of its own",
        ),
        ("name = \"Two\"\nkind = \"drop-if\"", "line 7: rule 2 `Two`: `Two` is not a name", "lower-case"),
        ("kind = \"drop-if\"", "line 7: rule 2: `name` is missing", "name ="),
        (
            "name = \"two\"\nkind = \"drop-if\"\nchars_less_than = 1\nenabled = \"no\"",
            "line 11: rule 2 `two`: `enabled` is neither",
            "enabled = false",
        ),
    ];
    for (body, message, hint) in cases {
        let (said, hinted) = fault(body);
        assert!(said.contains(message), "{body}\nsaid {said:?}\nwant {message:?}");
        assert!(hinted.contains(hint), "{body}\nhinted {hinted:?}\nwant {hint:?}");
    }
}

#[test]
fn faults_of_the_file_are_named_by_line() {
    for (toml, message) in [
        ("", "`name` is missing"),
        ("name = \"p\"\nrules = 3", "line 2: unknown key `rules`"),
        ("name = \"p\"\n[rule]\nname = 'x'", "`rule` is not a list of tables"),
        ("name = \"p\"\nrule = [3]", "line 2: rule 1: it is not a table"),
        ("name = \"p\"\n\nname = \"q\"", "line 3: duplicate key"),
        ("name = \"p", "line 1: "),
    ] {
        let error = Pipeline::parse(toml).expect_err(toml);
        assert!(error.to_string().contains(message), "{toml:?} said {error}");
        assert!(error.hint.is_some());
    }
}

#[test]
fn a_disabled_rule_is_still_checked() {
    let (said, _) = fault("name = \"two\"\nkind = \"replace\"\nenabled = false\npattern = '('\nwith = ''");
    assert!(said.contains("line 11: rule 2 `two`"), "{said}");
}
