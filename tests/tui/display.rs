//! Whatever goes in, nothing that a terminal obeys or an eye misses comes out.

use std::borrow::Cow;

use proptest::prelude::*;
use tamis::display::{is_forbidden, safe, safe_lines};
use unicode_segmentation::UnicodeSegmentation;

/// Characters that meet each other's rules more often than chance would have it.
pub fn nasty() -> impl Strategy<Value = String> {
    let ordinary = prop::sample::select("ab ,\n\t猫é".chars().collect::<Vec<_>>());
    let emoji = prop::sample::select("👩🚀❤👍🏽🇩🇪1\u{fe0f}\u{200d}\u{20e3}".chars().collect::<Vec<_>>());
    let scripts = prop::sample::select("لاᄀ가\u{11a8}क्षมាאﾊﾟ\u{17d8}\u{600}\u{200c}".chars().collect::<Vec<_>>());
    let marks = prop::sample::select("\u{301}\u{302}\u{20dd}\u{e0101}\u{fe00}".chars().collect::<Vec<_>>());
    let evil =
        prop::sample::select("\x1b\0\x7f\u{9b}\u{202e}\u{2066}\u{e0041}\u{200b}\u{feff}\u{2028}".chars().collect::<Vec<_>>());
    let char = prop_oneof![4 => ordinary, 3 => emoji, 3 => scripts, 3 => marks, 2 => evil, 2 => any::<char>()];
    prop::collection::vec((char, prop_oneof![9 => Just(1usize), 1 => 2usize..40]), 0..40)
        .prop_map(|runs| runs.into_iter().flat_map(|(c, n)| std::iter::repeat_n(c, n)).collect())
}

proptest! {
    #[test]
    fn nothing_forbidden_comes_out(text in nasty()) {
        prop_assert!(!safe(&text).contains(is_forbidden));
        prop_assert!(!safe(&text).contains(char::is_control));
        prop_assert!(!safe_lines(&text).contains(|c| c != '\n' && is_forbidden(c)));
    }

    #[test]
    fn twice_is_once(text in nasty()) {
        let once = safe(&text).into_owned();
        prop_assert_eq!(safe(&once), once.as_str());
        let lines = safe_lines(&text).into_owned();
        prop_assert_eq!(safe_lines(&lines), lines.as_str());
    }

    #[test]
    fn lines_are_the_lines(text in nasty()) {
        prop_assert_eq!(safe_lines(&text).matches('\n').count(), text.matches('\n').count());
        let joined = text.split('\n').map(|line| safe(line).into_owned()).collect::<Vec<_>>().join("\n");
        prop_assert_eq!(safe_lines(&text), joined.as_str());
    }

    #[test]
    fn printable_text_is_borrowed(text in "[ -~À-ÿぁ-ん一-龥😀-😿]{0,60}") {
        prop_assert!(matches!(safe(&text), Cow::Borrowed(same) if same == text));
    }

    /// One cell never carries much; ratatui stores a cell's cluster and sends it whole.
    #[test]
    fn clusters_stay_small(text in nasty()) {
        for cluster in safe(&text).graphemes(true) {
            let cells = tamis::tui::text::width(cluster);
            prop_assert!(cluster.chars().count() <= 24 || cells > 2, "{} characters in {} cells", cluster.chars().count(), cells);
        }
    }
}

#[test]
fn every_character_of_unicode_alone() {
    for c in (0..=0x10ffff).filter_map(char::from_u32) {
        let mut buffer = [0; 4];
        let shown = safe(c.encode_utf8(&mut buffer));
        assert!(!shown.contains(is_forbidden), "{:x}", c as u32);
        assert!(tamis::tui::text::width(&shown) > 0, "{:x} leaves no trace", c as u32);
    }
}
