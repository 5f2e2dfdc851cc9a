//! The Rules screen on real workspaces: what the keys show, and what is in the file afterwards.

use std::path::{Path, PathBuf};

use proptest::prelude::*;
use tamis::ops::{history, query, rules};
use tamis::progress::Progress;
use tamis::rules::Subject;
use tamis::workspace::Workspace;

use crate::support::driver::{Driver, workspace_of};

const TEXTS: [&str; 5] = [
    "a red car on a long road",
    "雪だるまを作る子供たち, best quality",
    "🦊 fox",
    "a lake at night, 8k , trending, --ar 16:9",
    "a tree  in fog",
];

/// A workspace of these texts, with the folder that keeps it.
fn workspace(texts: &[&str]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = workspace_of(folder.path(), texts);
    (folder, path)
}

fn texts(path: &Path) -> Vec<String> {
    let mut workspace = Workspace::open_to_read(path).expect("a workspace");
    let columns = query::columns(&mut workspace, &Progress::none()).expect("columns");
    (0..columns.len()).map(|p| columns.text(p).to_owned()).collect()
}

/// As the pipeline that is compiled in cleans them.
fn cleaned() -> Vec<String> {
    let pipeline = rules::find(None, None).expect("the default rules");
    TEXTS.iter().map(|text| pipeline.apply(text, &Subject::default()).text.unwrap_or_else(|| (*text).to_owned())).collect()
}

#[test]
fn applying_says_first_what_it_does_and_is_confirmed_by_another_key() {
    let (_folder, path) = workspace(&TEXTS);
    let mut driver = Driver::open(&path, 80, 24);
    assert!(driver.keys("2").screen().contains("default · not in force"));
    let asked = driver.keys("<enter>").screen();
    assert!(asked.contains("default changes 3 and drops 1 of 5 records."), "{asked}");
    driver.keys("<enter><esc>");
    assert_eq!(texts(&path), TEXTS);
    let applied = driver.keys("<enter>y").screen();
    assert!(applied.contains("default · in force") && applied.contains("rules applied: 3 changed, 1 dropped"), "{applied}");
    assert_eq!(texts(&path), cleaned());
    assert!(driver.keys("<enter>").screen().contains("in force already"));
    driver.keys("u");
    assert_eq!(texts(&path), TEXTS);
    assert!(driver.screen().contains("default · not in force"));
}

#[test]
fn taking_the_rules_back_asks_too() {
    let (_folder, path) = workspace(&TEXTS);
    let mut driver = Driver::open(&path, 80, 24);
    assert!(driver.keys("2X").screen().contains("no rules are in force"));
    let asked = driver.keys("<enter>yX").screen();
    assert!(asked.contains("take the rules back") && asked.contains("changes 3 and drops 1"), "{asked}");
    driver.keys("X<enter>");
    assert_eq!(texts(&path), cleaned());
    driver.keys("y");
    assert_eq!(texts(&path), TEXTS);
    driver.keys("u");
    assert_eq!(texts(&path), cleaned());
}

#[test]
fn the_list_follows_the_rule_and_the_kind_and_keeps_its_record() {
    let mut driver = Driver::new(&TEXTS, 120, 40);
    assert!(driver.keys("2").screen().contains("4 changed or dropped"));
    assert!(driver.keys("c").screen().contains(" 3 changed"));
    let drops = driver.keys("c").screen();
    assert!(drops.contains(" 1 dropped") && drops.contains("dropped by too-short"), "{drops}");
    assert!(driver.keys("c").screen().contains("3 · prompts · dropped by too-short"), "the cursor stays on the record");
    let white_space = driver.keys("<tab><tab>gjjjjjf").screen();
    assert!(white_space.contains("1 changed or dropped by white-space"), "{white_space}");
    let next = driver.keys("j").screen();
    assert!(next.contains("0 changed or dropped by torn-words") && next.contains("none; Esc lists all"), "{next}");
    assert!(driver.keys("<esc>").screen().contains("4 changed or dropped"));
}

#[test]
fn each_change_stands_with_its_rule() {
    let mut driver = Driver::new(&TEXTS, 120, 40);
    let diff = driver.keys("2nn").screen();
    for said in ["4 · prompts · ", "‹17›", "17 sizes-as-praise", "12 flags", "raw"] {
        assert!(diff.contains(said), "{said}: {diff}");
    }
    assert!(driver.keys("N").screen().contains("3 · prompts · dropped by too-short"));
    let sides = driver.keys("nD").screen();
    let sides = sides.lines().find(|line| line.contains("a lake at night")).expect("a line");
    assert_eq!(sides.matches("a lake at night").count(), 1, "the list");
    let pair = driver.screen();
    assert!(pair.lines().any(|line| line.matches("a lake at").count() == 2), "{pair}");
}

#[test]
fn a_pipeline_is_loaded_from_a_file_and_its_mistakes_are_shown() {
    let (folder, path) = workspace(&TEXTS);
    let file = folder.path().join("mine.toml");
    std::fs::write(&file, "name = \"mine\"\n\n[[rule]]\nname = \"cars\"\nkind = \"replase\"\n").expect("a file");
    let mut driver = Driver::open(&path, 100, 24);
    let load = format!("2p{}<enter>", file.display());
    let refused = driver.keys(&load).screen();
    assert!(refused.contains("pipeline, line 5: rule 1 `cars`: unknown kind") && refused.contains("`replase`"), "{refused}");
    assert!(refused.contains("the kinds are"), "{refused}");

    let good = "name = \"mine\"\n\n[[rule]]\nname = \"cars\"\nkind = \"replace\"\nwhy = \"Cars are boats here.\"\npattern = 'car'\nwith = 'boat'\n";
    std::fs::write(&file, good).expect("a file");
    let shown = driver.keys("<enter>").screen();
    assert!(shown.contains("mine · not in force") && shown.contains("changes 1 and drops 0 of 5"), "{shown}");
    assert!(shown.contains("Cars are boats here."), "{shown}");
    driver.keys("<enter>y");
    assert_eq!(texts(&path)[0], "a red boat on a long road");
    let history = history::history(&Workspace::open_to_read(&path).expect("a workspace"), 1).expect("the history");
    assert!(history[0].command.contains(&format!("--pipeline {}", file.display())), "{}", history[0].command);
}

#[test]
fn a_pipeline_that_was_loaded_stays_until_it_is_applied() {
    let (folder, path) = workspace(&TEXTS);
    let file = folder.path().join("none.toml");
    std::fs::write(&file, "name = \"none\"\n").expect("a file");
    let mut driver = Driver::open(&path, 80, 24);
    let screen = driver.keys(&format!("2<enter>yp{}<enter>u", file.display())).screen();
    assert!(screen.contains("none · not in force") && screen.contains("no rules: i adds one"), "{screen}");
    assert!(driver.keys("pdefault<enter>").screen().contains("default · not in force"));
}

#[test]
fn the_screen_at_80_by_24() {
    let mut driver = Driver::example(80, 24);
    // What `praise` changes, and there the record in Japanese.
    driver.keys("2<tab><tab>Gkkkkkkkkf<tab>G").keys(&"k".repeat(160));
    insta::assert_snapshot!(driver.screen(), @r#"
    1 Browse  2 Rules  3 Duplicates  4 Splits  5 Versions  6 Sources
    default · in force                           changes 1,142 and drops 53 of 3,724
     rule               changes drops │  267 changed or dropped by praise
     11 repeated-words        0     0││  ~    1,388 A gunslinger with two moons in…│
     12 flags                39     0││  ~    1,398 Fox in a machine arm, mountain…│
     13 weights              78     0││  ~    1,407 Belika, court lady, pastel col…│
     14 sampler-settin…       0     0││  ~    1,459 skeleton, astronaut cat, at th…┃
     15 resolutions          63     0││  ~    1,460 sparrow made of jade, in a rui…│
     16 camera-settings     136     0┃│  ~    1,461 A museum during a heat wave, s…│
     17 sizes-as-praise     281     0┃│  ~    1,474 雪 だ る ま を 作 る 子 供 た ち , galler…│
     18 renders-of            0     0┃│ ────────────────────────────────────────────
     19 programs              0     0┃│ 1,474 · gallery · praise
     20 programs-as-it…       0     0┃│ 雪 だ る ま を 作 る 子 供 た ち , best quality,
     21 site-names            0     0┃│ ‹24›gallery piece
     22 sites-as-items       82     0││
     23 over-used-arti…       6     0││ raw
    ▌24 praise              267     0││ 雪 だ る ま を 作 る 子 供 た ち , best quality,
    ──────────────────────────────────│ gallery piece
    Prizes and quality tags praise the│
    picture and do not describe it.   │ 24 praise
                                      │ 雪 だ る ま を 作 る 子 供 た ち , best quality,
                                      │ gallery piece
    107 of 267 records · change 1 of 1
    ? help  Enter apply  Space refuse  n next change  e edit  f these only  t on off
    "#);
}

#[test]
fn the_screen_at_120_by_40() {
    let mut driver = Driver::example(120, 40);
    // What is dropped, and there the foxes; the diff in full, side by side.
    driver.keys("2ccGD").keys(&"k".repeat(15));
    insta::assert_snapshot!(driver.screen(), @r#"
    1 Browse  2 Rules  3 Duplicates  4 Splits  5 Versions  6 Sources
    default · in force                                                                   changes 1,142 and drops 53 of 3,724
     rule                        changes drops only │  53 dropped
      1 urls                           0     0    0┃│  -    1,633 cardboard parrot                                         │
      2 file-names                     0     0    0┃│  -    1,819 Starlight jackal                                         │
      3 tool-output                    0     0    0┃│  -    1,837 Moss ogre                                                │
      4 mojibake-quotes                1     0    1┃│  -    1,954 a mossy pebble beach with a shield with a lion on it and…│
      5 invisible-characters           3     0    1┃│  -    1,999 surprise me                                              │
      6 white-space                  113     0   89┃│  -    2,016 cursed wrestler                                          │
      7 torn-words                    14     0    0┃│  -    2,079 pointillism dachshund                                    │
      8 underscores                   11     0    0┃│  -    2,175 Painterly ant                                            ┃
      9 pipes                         71     0   63┃│  -    2,181 Minimal, playful                                         ┃
     10 too-many-artists               0     0    0┃│  -    2,408 A melancholic children's book illustration of a hyena dr…┃
     11 repeated-words                 0     0    0┃│  -    2,417 robotic outlaw                                           │
     12 flags                         39     0    0┃│  -    2,530 frowning paladin                                         │
     13 weights                       78     0   33┃│  -    2,735 🦊 🦊 🦊  three foxes 🍂                                     │
     14 sampler-settings               0     0    0┃│ ──────────────────────────────────────────────────────────────────────
     15 resolutions                   63     0    0┃│ 2,735 · forum · dropped by too-short
     16 camera-settings              136     0    0┃│ 🦊 🦊 🦊  three foxes 🍂                🦊 🦊 🦊  three foxes 🍂
     17 sizes-as-praise              281     0  180┃│
     18 renders-of                     0     0    0┃│
     19 programs                       0     0    0┃│ 29 too-short drops the record
     20 programs-as-items              0     0    0┃│
     21 site-names                     0     0    0┃│
     22 sites-as-items                82     0   65┃│
     23 over-used-artists              6     0    4┃│
     24 praise                       267     0  161┃│
     25 empty-brackets                 2     0    0┃│
     26 marks-said-twice             248     0   47┃│
     27 blanks-around-marks           71     0   27┃│
     28 loose-ends                   268     0   50┃│
     29 too-short                      0    42   33┃│
     30 too-long                       0    11    5┃│
     !  loses-half                    12           ││
    ────────────────────────────────────────────────│
    A prompt with a link points at an image or a    │
    page that the model cannot see.                 │
                                                    │
    38 of 53 records · change 1 of 1
    ? help  Enter apply  Space refuse  n next change  e edit  f these only  t on off  c which kind  p load
    "#);
}

/// A pipeline that does harm, as plain scripts do.
const HARMFUL: &str = r#"name = "harmful"

[[rule]]
name = "settings"
kind = "replace"
why = "Camera settings."
pattern = '-s|\d{4}'
with = ''

# Praise says nothing.
[[rule]]
name = "praise"
kind = "remove-phrases"
phrases = ["8k", "best quality"]
"#;

const HARMED: [&str; 4] =
    ["a quiet cul-de-sac, 8k", "a 1960s diner, best quality, 8k", "a red car on a long road", "a quiet cul-de-sac, 8k"];

/// The rules screen with the harmful pipeline.
fn harmful(cols: u16, rows: u16) -> (tempfile::TempDir, PathBuf, Driver) {
    let (folder, path) = workspace(&HARMED);
    let file = folder.path().join("harmful.toml");
    std::fs::write(&file, HARMFUL).expect("a file");
    let mut driver = Driver::open(&path, cols, rows);
    driver.keys(&format!("2p{}<enter>", file.display()));
    (folder, path, driver)
}

#[test]
fn harm_is_named_and_can_be_walked() {
    let (_folder, _path, mut driver) = harmful(120, 40);
    let screen = driver.screen();
    for said in ["!  cuts-word", "!  loses-digits", "! a change cuts into a word", "changes 3 and drops 0 of 4"] {
        assert!(screen.contains(said), "{said}: {screen}");
    }
    let digits = driver.keys("<tab><tab>Gkf").screen();
    assert!(digits.contains("1 changed or dropped: loses-digits") && digits.contains("a s diner"), "{digits}");
    let cuts = driver.keys("k").screen();
    assert!(cuts.contains("2 changed or dropped: cuts-word"), "{cuts}");
    assert!(driver.keys("<esc><enter>").screen().contains("! 2: a change cuts into a word"), "the question names the harm");
}

#[test]
fn a_refused_change_stays_refused_through_edits_and_restarts_and_undo_takes_it_back() {
    let (_folder, path, mut driver) = harmful(120, 40);
    let refused = driver.keys("<space>").screen();
    assert!(refused.contains("‹refused: deac›"), "{refused}");
    driver.keys("<enter>y");
    let kept = ["a quiet cul-de-sac", "a s diner", HARMED[2], "a quiet cul-de-sac"];
    assert_eq!(texts(&path), kept, "both records with this text");
    // The rule moves behind the other one, and the other one goes.
    driver.keys("<tab><tab>g<a-j>k<delete>");
    let screen = driver.screen();
    assert!(screen.contains("1 settings") && !screen.contains("2 praise"), "{screen}");
    driver.keys("<enter>y");
    assert_eq!(texts(&path)[0], HARMED[0]);
    drop(driver);
    let mut driver = Driver::open(&path, 120, 40);
    assert!(driver.keys("2").screen().contains("=  refused"), "after a restart");
    driver.keys("uuuuu");
    assert_eq!(texts(&path), HARMED);
}

#[test]
fn a_whole_record_is_refused_and_accepted() {
    let (_folder, path, mut driver) = harmful(120, 40);
    let screen = driver.keys("jR").screen();
    assert!(screen.contains("refused as a whole") && screen.contains("refused: the whole record"), "{screen}");
    driver.keys("<enter>y");
    assert_eq!(texts(&path)[1], HARMED[1]);
    driver.keys("<tab><tab>Gf<tab>R");
    assert_eq!(texts(&path)[1], "a s diner");
}

#[test]
fn what_is_refused_and_not_proposed_any_more_says_so() {
    let (_folder, _path, mut driver) = harmful(120, 40);
    let screen = driver.keys("<space><tab><tab>gt").screen();
    assert!(screen.contains("settings (off)"), "{screen}");
    assert!(screen.contains("refused, and not proposed any more: \"de-sac\" → \"deac\""), "{screen}");
}

#[test]
fn a_rule_is_edited_with_its_records_following() {
    let (_folder, path, mut driver) = harmful(120, 40);
    let editor = driver.keys("<tab><tab>ge").screen();
    assert!(
        editor.contains("edit rule 1") && editor.contains("[[rule]]") && editor.contains("3 changed or dropped by settings"),
        "{editor}"
    );
    // Down to the pattern, and its second half away.
    let typed = driver.keys("<up><home>").keys(&"<right>".repeat(13)).keys("<backspace>").screen();
    assert!(typed.contains("as it is typed"), "{typed}");
    let broken = driver.keys("(").screen();
    assert!(broken.contains("line 5: rule 1 `settings`: the pattern cannot be read"), "{broken}");
    assert!(driver.keys("<c-s>").screen().contains("edit rule 1"), "what cannot be read is not saved");
    let asked = driver.keys("<esc>").screen();
    assert!(asked.contains("Esc once more forgets what was typed") && asked.contains("edit rule 1"), "{asked}");
    driver.keys("<backspace>");
    let followed = driver.screen();
    assert!(followed.contains("changed or dropped by settings") && !followed.contains("cannot be read"), "{followed}");
    assert!(driver.keys("<c-s>").screen().contains("saved rules harmful"));
    assert_eq!(texts(&path), HARMED, "texts follow when the pipeline is applied");
    let history = history::history(&Workspace::open_to_read(&path).expect("a workspace"), 1).expect("the history");
    assert_eq!(history[0].description, "rules harmful: edit settings");
    assert!(driver.keys("u").screen().contains("harmful"));
}

#[test]
fn rules_are_added_copied_and_run_to_their_fixpoint() {
    let (_folder, _path, mut driver) = harmful(120, 40);
    let new = driver.keys("<tab><tab>gi").screen();
    assert!(new.contains("new rule before rule 1") && new.contains("the pattern is empty"), "{new}");
    let left = driver.keys("<esc>").screen();
    assert!(left.contains("harmful · not in force") && !left.contains("new-rule"), "{left}");
    assert!(driver.keys("F").screen().contains("to its fixpoint"));
    assert!(driver.keys("Cmine<enter>").screen().contains("new rules mine"));
    let load = driver.keys("p").screen();
    for named in ["harmful  2 rules  yours", "mine  2 rules  yours", "sd2-original"] {
        assert!(load.contains(named), "{named}: {load}");
    }
    assert!(driver.keys("mine<enter>").screen().contains("mine · not in force · to its fixpoint"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    /// Any keys at any size: no panic, and the texts are the raw ones or the clean ones, or none where the import was undone.
    #[test]
    fn any_keys_do(typed in prop::collection::vec(0usize..26, 0..30), cols in 1u16..140, rows in 1u16..50) {
        const KEYS: [&str; 26] = [
            "j", "k", "g", "G", "n", "N", "f", "c", "D", "p", "X", "<enter>", "<esc>", "<tab>", "<s-tab>", "J", "K", "<c-d>", "<c-u>", "u", "y",
            "<pagedown>", "w", "猫", "<backspace>", "T",
        ];
        let (_folder, path) = workspace(&TEXTS);
        let mut driver = Driver::open(&path, cols, rows);
        driver.keys("2");
        for key in typed {
            driver.keys(KEYS[key]);
            driver.screen();
        }
        prop_assert!([Vec::new(), TEXTS.map(str::to_owned).to_vec(), cleaned()].contains(&texts(&path)));
    }
}
