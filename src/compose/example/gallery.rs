//! `gallery.jsonl`: prompts with the images they gave, scores and settings; some lines are not JSON as it should be.

use super::super::record;
use super::super::rng::Rng;
use super::{ExampleFile, Nasty, Page, spread_over};

/// Lines of our own hand, without their line end.
const PLANTED: [(Nasty, &str); 11] = [
    (Nasty::BrokenJson, r#"{"text":"a lighthouse made of old books, watercolor","seed":12"#),
    (Nasty::Blank, ""),
    (Nasty::MissingText, r#"{"caption_id":88,"seed":4471,"clip_score":0.2914,"model":"kestrel-v4"}"#),
    (Nasty::TextIsNoString, r#"{"text":["a fox","a forest"],"seed":9,"clip_score":0.3001}"#),
    (
        Nasty::LongNumber,
        r#"{"text":"a clockwork heron counting to a very large number","seed":18446744073709551616,"clip_score":2.5e-1}"#,
    ),
    (Nasty::DuplicateKey, r#"{"text":"a baker at dawn","text":"a baker at dusk","seed":77}"#),
    (Nasty::NotANumber, r#"{"text":"a snail with a lantern, macro lens","clip_score":NaN}"#),
    (Nasty::Blank, "   "),
    (Nasty::LoneSurrogate, r#"{"text":"a broken smile \ud83d in the rain","seed":5}"#),
    (Nasty::TrailingText, r#"{"text":"two otters playing chess","seed":6} -- see the other thread"#),
    (
        Nasty::Emoji,
        r#"{"text":"a dragon 🐉 asleep on a castle 🏰, soft lighting ✨","seed":31,"clip_score":0.3377,"model":"lumena-xl"}"#,
    ),
];

/// One line in twelve names no image.
const WITHOUT_IMAGE: usize = 12;

pub fn file(texts: &[String], rng: &mut Rng) -> ExampleFile {
    let mut page = Page::default();
    let planted_at = spread_over(texts.len(), &PLANTED);
    for (at, text) in texts.iter().enumerate() {
        if let Some((nasty, line)) = planted_at(at) {
            page.push(format!("{line}\n").as_bytes(), Some(*nasty));
        }
        page.push(line(at, text, rng).as_bytes(), None);
    }
    ExampleFile {
        name: "gallery",
        file_name: "gallery.jsonl",
        bytes: page.bytes,
        split: None,
        protected: false,
        prefix: Some("gallery"),
        promise: page.counts,
        planted: page.planted,
    }
}

fn line(at: usize, text: &str, rng: &mut Rng) -> String {
    let name = format!("images/{:05}.png", at + 1);
    let file_name = (rng.below(WITHOUT_IMAGE) > 0).then_some(name.as_str());
    record::line(text, file_name, rng)
}
