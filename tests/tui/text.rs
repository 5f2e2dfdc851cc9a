//! Wrapping and cutting any text at any width.

use proptest::prelude::*;
use tamis::display::{is_forbidden, safe_lines};
use tamis::tui::text::{Layout, clusters, fit, fit_padded, shown, truncate, width, width_safe, wrap, wrap_from};
use unicode_width::UnicodeWidthChar;

use super::display::nasty;

proptest! {
    #[test]
    fn lines_tile_the_text_and_fit(text in nasty(), cells in 0usize..20) {
        let lines = wrap(&text, cells);
        prop_assert_eq!(lines.first().map(|l| l.start), Some(0));
        prop_assert_eq!(lines.last().map(|l| l.end), Some(text.len()));
        prop_assert!(lines.windows(2).all(|pair| pair[0].end == pair[1].start));
        for line in lines {
            let line = shown(&text, line).trim_end_matches(' ');
            prop_assert!(width(line) <= cells.max(1) || clusters(line).count() == 1, "{line:?} in {cells}");
        }
    }

    #[test]
    fn no_line_could_take_the_next_word(words in prop::collection::vec("[a-z]{1,9}", 1..30), cells in 1usize..20) {
        let text = words.join(" ");
        let lines: Vec<_> = wrap(&text, cells).into_iter().map(|l| text[l].trim_end().to_owned()).collect();
        for pair in lines.windows(2) {
            let word = pair[1].split(' ').next().unwrap_or_default();
            prop_assert!(pair[0].len() + 1 + word.len().min(cells) > cells || pair[0].len() == cells, "{lines:?}");
        }
    }

    #[test]
    fn a_part_of_the_lines_is_a_part_of_the_lines(text in nasty(), cells in 0usize..20, first in 0usize..12, count in 0usize..6) {
        let whole = wrap(&text, cells);
        let part: Vec<_> = whole.iter().skip(first).take(count).cloned().collect();
        prop_assert_eq!(&wrap_from(&text, cells, first, count), &part);
        let mut layout = Layout::new(cells);
        layout.lines(&text, count, 2);
        prop_assert_eq!(layout.lines(&text, first, count), part.as_slice());
    }

    #[test]
    fn what_is_cut_fits_and_says_so(text in nasty(), cells in 0usize..20) {
        let (cut, was) = truncate(&text, cells);
        prop_assert!(width(&cut) <= cells);
        prop_assert_eq!(was, width(&text) > cells);
        prop_assert_eq!(was, cut != text);
    }

    #[test]
    fn rows_are_safe_and_fit(text in nasty(), cells in 0usize..30) {
        prop_assert!(width(&fit(&text, cells)) <= cells);
        prop_assert!(!fit(&text, cells).contains(is_forbidden));
        prop_assert_eq!(width(&fit_padded(&text, cells)), cells);
    }

    /// Terminals that add up the widths of characters and those that measure clusters see the same columns.
    #[test]
    fn list_rows_have_one_width(text in "[a-z 猫❤👩🚀👍\u{1f3fb}-\u{1f3ff}\u{fe0f}\u{200d}\u{20e3}🇩🇪]{0,30}") {
        let safe = safe_lines(&text);
        let plain = width_safe(&safe);
        prop_assert_eq!(width(&plain), plain.chars().filter_map(UnicodeWidthChar::width).sum::<usize>());
    }
}

#[test]
fn the_first_page_of_a_huge_text_is_cheap() {
    let text = "猫 and dog, ".repeat(1_000_000);
    let begin = std::time::Instant::now();
    for _ in 0..100 {
        assert_eq!(wrap_from(&text, 80, 0, 40).len(), 40);
        assert_eq!(fit(&text, 80).chars().next(), Some('猫'));
    }
    assert!(begin.elapsed().as_secs() < 2, "{:?}", begin.elapsed());
}
