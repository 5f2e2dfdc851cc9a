//! `forum.txt`: prompts that people pasted: two kinds of line ends, blank lines, and bytes that no prompt should have.

use super::{ExampleFile, Nasty, Page, spread_over};

/// Lines of our own hand, without their line end.
const PLANTED: [(Nasty, &[u8]); 24] = [
    (Nasty::Emoji, "a mermaid 🧜 reading by candlelight 🕯️✨".as_bytes()),
    (Nasty::Blank, b""),
    (Nasty::InvalidUtf8, b"portrait of a painter, caf\xe9 at night, oil painting"),
    (Nasty::CarriageReturn, b"a tram in the rain,\rneon reflections"),
    (Nasty::Mojibake, "portrait of a painter, cafÃ© at night, oil painting".as_bytes()),
    (Nasty::Blank, b"  \t "),
    (Nasty::Bidi, "a sign that says \u{202e}gnp.yrotcaf\u{202c} on a factory gate".as_bytes()),
    (Nasty::InvalidUtf8, b"a river at dusk \xff\xfe, concept art"),
    (Nasty::Escape, b"a terminal glowing \x1b[31mred\x1b[0m in a dark room, \x1b]0;owned\x07 photo"),
    (Nasty::Blank, b""),
    (Nasty::ZeroWidthJoiner, "a family 👨\u{200d}👩\u{200d}👧 in a wheat\u{200d}field at golden hour".as_bytes()),
    (Nasty::Control, b"an old computer going \x07beep\x08\x08, tape noise \x7f, 1980s"),
    (Nasty::Nul, b"a cup of tea\0, steaming, macro lens"),
    (Nasty::Mojibake, "SeÃ±or Hedgehog with a Ã¼ber-long scarf, childrenâ€™s book".as_bytes()),
    (Nasty::Blank, b" "),
    (Nasty::Control, "a hotel corridor\u{85}, endless carpet, \u{9b}2J eerie".as_bytes()),
    (Nasty::InvalidUtf8, b"snow on a temple roof \xe9\x9b, ukiyo-e print"),
    (Nasty::Bidi, "\u{2067}مدينة قديمة\u{2069} at dawn, watercolor".as_bytes()),
    (Nasty::Blank, b""),
    (Nasty::InvalidUtf8, b"a heart made of stars \xf0\x9f\x92, sticker"),
    (Nasty::Emoji, "🦊🦊🦊 three foxes 🍂".as_bytes()),
    (Nasty::Escape, b"\x1b[2J\x1b[Ha blank page on a desk, minimal"),
    (Nasty::ZeroWidthJoiner, "a pirate 🏴\u{200d}☠\u{fe0f} teaching a parrot to read".as_bytes()),
    (Nasty::Blank, b"\t"),
];

/// Every so many lines end with CRLF, as if pasted from elsewhere.
const CRLF_EVERY: usize = 17;

pub fn file(texts: &[String]) -> ExampleFile {
    let mut page = Page::default();
    let planted_at = spread_over(texts.len(), &PLANTED);
    for (at, text) in texts.iter().enumerate() {
        if let Some((nasty, line)) = planted_at(at) {
            page.push(&[*line, b"\n"].concat(), Some(*nasty));
        }
        let end: &str = if at % CRLF_EVERY == CRLF_EVERY - 1 { "\r\n" } else { "\n" };
        page.push(format!("{text}{end}").as_bytes(), None);
    }
    ExampleFile {
        name: "forum",
        file_name: "forum.txt",
        bytes: page.bytes,
        split: None,
        protected: false,
        prefix: None,
        promise: page.counts,
        planted: page.planted,
    }
}
