//! `studio.csv`: a small, cared-for set with a byte order mark, quoted line breaks and two rows that do not fit.

use super::super::names::{NameKind, invent};
use super::super::rng::Rng;
use super::{ExampleFile, Nasty, Page, spread_over};

/// Rows of our own hand, without their line end.
const PLANTED: [(Nasty, &str); 7] = [
    (Nasty::QuotedNewline, "\"a quiet harbor,\nboats asleep,\nmorning mist\",shots/extra-01.png,Quinara Oakwell,5"),
    (Nasty::Ragged, "a goose in a raincoat, walking to school,shots/extra-02.png,Quinara Oakwell,4"),
    (Nasty::QuotedQuote, "\"a shop sign that says \"\"open\"\", hand-painted\",shots/extra-03.png,Iline Fernley,3"),
    (Nasty::QuotedNewline, "\"a poem about rain:\r\n\"\"drip drop\"\", letterpress\",shots/extra-04.png,Iline Fernley,4"),
    (Nasty::Ragged, "\"a door in a hill\",shots/extra-05.png"),
    (Nasty::Emoji, "\"a bee 🐝, a flower 🌻, a very small crown 👑\",shots/extra-06.png,Quinara Oakwell,5"),
    (Nasty::QuotedNewline, "\"a recipe card\n\nfor mushroom soup\",,Iline Fernley,2"),
];

pub fn file(texts: &[String], rng: &mut Rng) -> ExampleFile {
    let mut page = Page::default();
    page.planted.push(super::Planted { line: 1, nasty: Nasty::Bom });
    page.head("\u{feff}Prompt,image_path,photographer,rating\n".as_bytes());
    let people: Vec<String> = (0..6).map(|_| invent(NameKind::Full, rng)).collect();
    let planted_at = spread_over(texts.len(), &PLANTED);
    for (at, text) in texts.iter().enumerate() {
        if let Some((nasty, row)) = planted_at(at) {
            page.push(format!("{row}\n").as_bytes(), Some(*nasty));
        }
        let person = &people[rng.skewed_below(people.len())];
        let rating = 5 - rng.skewed_below(5);
        let row = format!("{},shots/{:04}.png,{person},{rating}\n", cell(text), at + 1);
        page.push(row.as_bytes(), None);
    }
    ExampleFile {
        name: "studio",
        file_name: "studio.csv",
        bytes: page.bytes,
        split: Some("validation"),
        protected: true,
        prefix: Some("studio"),
        promise: page.counts,
        planted: page.planted,
    }
}

/// Quoted where RFC 4180 asks for it.
fn cell(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}
