//! The turns of phrase as a table, and texts no prompt should look like.

use super::{count, persons};

/// The text with the names it holds marked by the recogniser.
fn marked(text: &str) -> String {
    let mut out = String::new();
    let mut at = 0;
    for range in persons(text) {
        out.push_str(&text[at..range.start]);
        out.push('‹');
        out.push_str(&text[range.clone()]);
        out.push('›');
        at = range.end;
    }
    out + &text[at..]
}

fn check(rows: &[&str]) {
    for row in rows {
        let raw: String = row.chars().filter(|c| !matches!(c, '‹' | '›')).collect();
        assert_eq!(marked(&raw), *row);
        assert_eq!(count(&raw), row.matches('‹').count(), "{row}");
    }
}

#[test]
fn credits_name_persons_known_or_not() {
    check(&[
        "a castle by ‹greg rutkowski›, ‹wlop› and ‹alphonse mucha›, sharp focus",
        "a castle, art by ‹Quorvin Zeltov›",
        "a castle by ‹quorvin zeltov›, ‹marta quelz› and ‹zorbix›, 8 k",
        "a castle in the style of ‹quorvin zeltov› trending on artstation",
        "a castle by ‹greg rutkowski› ‹makoto shinkai› ‹frank frazetta›",
        "castle, painted by the famous artist ‹ilya repin›; ‹klimt› | ‹schiele›",
        "(((by ‹artgerm›))), (‹rossdraws›:1.2), [‹wlop›]",
        "by \"‹quorvin zeltov›\"",
        "‹van gogh› style, ‹mucha› style",
        "by ‹hans holbein the younger›, oil on wood",
        "by ‹quorvin van der zeltov› trending, by ‹j c zeltov› render",
        "a robot by ‹grant wood›, ‹ken kelly›",
    ]);
}

#[test]
fn one_name_is_found_however_it_is_spelt() {
    check(&[
        "by ‹h. r. giger›.",
        "by ‹H.R. Giger›.",
        "by ‹h r giger›.",
        "by ‹hr giger›.",
        "by ‹simon stalenhag›",
        "by ‹simon st å lenhag›",
        "by ‹SIMON STÅLENHAG›",
        "by ‹zdzis ł aw beksi ń ski›",
        "by ‹jean - baptiste monge›",
        "‹Gustave Dore\u{301}›",
        "‹greg_rutkowski›",
    ]);
}

#[test]
fn without_a_credit_a_given_name_or_a_famous_one_is_needed() {
    check(&[
        "portrait of ‹emma watson› as a knight",
        "portrait of ‹natalie zorbix›, sad",
        "‹john fitzgerald kennedy› shakes hands",
        "‹Picasso›'s cat and ‹Emma Stone›’s dog",
        "‹elon musk› meets ‹putin›",
        "pope ‹francis› in a puffer jacket",
        "a zorbix quelz on a hill",
        "rose garden in summer, amber light, a ruby ring",
        "Simba and nala walking",
    ]);
}

#[test]
fn what_follows_by_is_not_always_a_name() {
    check(&[
        "a city by night, by the river, lit by torchlight",
        "made by hand by a famous artist",
        "surrounded by zorbixes",
        "by studio ghibli and pixar, by industrial light and magic",
        "in the style of an oil painting",
        "by by by",
        "by",
        "style of",
    ]);
}

#[test]
fn figures_brands_and_places_are_no_persons() {
    check(&[
        "harry potter and luke skywalker in san francisco",
        "john wick by ‹greg rutkowski›",
        "by harry potter, ‹john singer sargent›",
        "aston martin in front of saint petersburg, santa claus",
        "",
    ]);
}

/// A small generator of the Lehmer kind: the same texts on every run.
fn random(state: &mut u64, below: usize) -> usize {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) as usize % below
}

#[test]
fn any_text_gives_clean_ranges() {
    const PIECES: [&str; 44] = [
        "by",
        "style of",
        "greg",
        "rutkowski",
        "zdzis",
        "ł",
        "aw",
        "h",
        ".",
        "r.",
        "giger",
        "van",
        "de",
        "the",
        "elder",
        "jr.",
        "'",
        "’s",
        "'s",
        "-",
        " - ",
        ",",
        "\n",
        " ",
        " ",
        " ",
        "\u{301}",
        "\u{200b}",
        "\u{feff}",
        "👩‍🚀",
        "日本",
        "İ",
        "ß",
        "ﬁ",
        "\u{0}",
        "John",
        "smith",
        "O'Keeffe",
        "1.2",
        "(",
        "\"",
        "_",
        "and",
        "\u{10ffff}",
    ];
    let mut state = 7;
    let mut names = 0;
    for _ in 0..20_000 {
        let text: String = (0..random(&mut state, 14)).map(|_| PIECES[random(&mut state, PIECES.len())]).collect();
        let found = persons(&text);
        assert_eq!(found.len(), count(&text), "{text:?}");
        let mut end = 0;
        for range in found {
            assert!(range.start >= end && range.start < range.end, "{text:?} {range:?}");
            let name = text.get(range.clone()).expect("a range between characters");
            let clean = |c: char| c.is_alphanumeric() || super::fold::is_mark(c);
            assert!(name.starts_with(clean) && name.ends_with(clean), "{text:?} {name:?}");
            end = range.end;
            names += 1;
        }
    }
    assert!(names > 1000, "the texts hold names: {names}");
}
