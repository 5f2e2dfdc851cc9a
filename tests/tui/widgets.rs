//! Widgets on any area with any text: no panic, nothing outside of the area, nothing unsafe on the screen.

use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;
use tamis::display::is_forbidden;
use tamis::model::{DiffOp, DiffTag};
use tamis::progress::Progress;
use tamis::tui::action::{ACTIONS, Action, Context};
use tamis::tui::keymap::Keymap;
use tamis::tui::text::{Layout, fit};
use tamis::tui::theme::{Theme, Tone};
use tamis::tui::widgets::facets::{self, Group, Value};
use tamis::tui::widgets::input::{Edited, Input};
use tamis::tui::widgets::list::{List, ListState};
use tamis::tui::widgets::picker::{Entry, Picked, Picker};
use tamis::tui::widgets::slider::Slider;
use tamis::tui::widgets::toast::Toast;
use tamis::tui::widgets::{diff, footer, popup};
use unicode_segmentation::UnicodeSegmentation;

use super::display::nasty;

/// Draws every widget with the same text into the same area.
fn draw_all(buf: &mut Buffer, area: Rect, text: &str, theme: &Theme) {
    let all = [
        DiffOp { tag: DiffTag::Delete, old: 0..text.len(), new: 0..0 },
        DiffOp { tag: DiffTag::Insert, old: 0..0, new: 0..text.len() },
    ];
    diff::inline(text, text, &all, theme).view(buf, area, &mut Layout::default(), 0);
    let row = |_: usize| Line::from(fit(text, usize::from(area.width)));
    let mut state = ListState::default();
    state.move_to(7, 9);
    List { len: 9, row: &row, selected: &|i| i % 2 == 0, header: Some(Line::from("head")), focused: true, empty: "", theme }
        .view(buf, area, &state);
    let slider = Slider {
        floor: 0.5,
        threshold: 0.8,
        mark: Some(2.0),
        bins: &[9, 0, 3, u64::MAX, u64::MAX],
        curve: &[u64::MAX, 5, 0],
        theme,
    };
    slider.view(buf, area);
    Slider { floor: 1.0, threshold: f32::NAN, mark: Some(f32::NAN), bins: &[], curve: &[], theme }.view(buf, area);
    Toast::warning(text).view(buf, area, theme);
    footer::hints(buf, area, &Keymap::default(), Context::Browse, theme);
    footer::status(buf, area, text, &[], theme);
    let groups = [Group { name: text.into(), values: vec![Value { label: text.into(), count: 5, active: true }] }];
    for cells in 0..20 {
        for row in facets::rows(&groups) {
            facets::line(&groups, row, cells, theme);
        }
    }
    let mut picker = Picker::default();
    picker.show("/some/folder".into(), vec![Entry::Folder(text.into()), Entry::File(text.into(), 9)]);
    picker.view(buf, area, theme);
    for input in [Input::one_line(text), Input::many_lines(text)] {
        input.view(buf, area, Style::new());
    }
    popup::popup(buf, area, 30, 5, text, theme);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn no_area_panics_and_nothing_unsafe_is_drawn(text in nasty(), x in 0u16..30, y in 0u16..12, w in 0u16..40, h in 0u16..16, bw in 0u16..30, bh in 0u16..12) {
        for theme in [Theme::default(), Theme::new(Tone::Light, false)] {
            let mut buf = Buffer::empty(Rect::new(0, 0, bw, bh));
            draw_all(&mut buf, Rect::new(x, y, w, h), &text, &theme);
            for cell in &buf.content {
                prop_assert!(!cell.symbol().contains(is_forbidden));
            }
        }
    }

    #[test]
    fn a_widget_stays_in_its_area(text in nasty(), x in 0u16..10, y in 0u16..6, w in 0u16..20, h in 0u16..6) {
        let mut buf = Buffer::filled(Rect::new(0, 0, 30, 12), ratatui::buffer::Cell::new("·"));
        let area = Rect::new(x, y, w, h);
        draw_all(&mut buf, area, &text, &Theme::default());
        for (place, cell) in buf.content.iter().enumerate() {
            let (column, row) = buf.pos_of(place);
            prop_assert!(area.contains((column, row).into()) || cell.symbol() == "·", "{column},{row}: {:?}", cell.symbol());
        }
    }

    /// Whatever is done to a field, its cursor is between clusters and drawn inside the area.
    #[test]
    fn fields_survive_any_editing(start in nasty(), steps in prop::collection::vec((0usize..20, nasty()), 0..30), many in any::<bool>(), w in 1u16..20) {
        let edits: Vec<Action> = ACTIONS.iter().filter(|s| s.context == Context::Input).map(|s| s.action).collect();
        let mut input = if many { Input::many_lines(&start) } else { Input::one_line(&start) };
        let area = Rect::new(2, 1, w, 3);
        for (step, text) in steps {
            match edits.get(step) {
                Some(&action) => _ = input.handle(action),
                None => _ = input.paste(&text),
            }
            let boundary = input.cursor() == input.text().len() || input.text().grapheme_indices(true).any(|(at, _)| at == input.cursor());
            prop_assert!(boundary);
            let mut buf = Buffer::empty(Rect::new(0, 0, 30, 6));
            let cursor = input.view(&mut buf, area, Style::new());
            prop_assert!(cursor.is_some_and(|c| area.contains(c)), "{cursor:?}");
        }
    }
}

#[test]
fn editing_a_line() {
    let mut input = Input::one_line("a red car");
    let mut run = |action: Action| {
        (input.handle(action), format!("{}|{}", &input.text()[..input.cursor()], &input.text()[input.cursor()..]))
    };
    assert_eq!(run(Action::WordLeft), (Edited::Moved, "a red |car".into()));
    assert_eq!(run(Action::DeleteWord), (Edited::Changed, "a |car".into()));
    assert_eq!(run(Action::LineStart).1, "|a car");
    assert_eq!(run(Action::WordRight).1, "a| car");
    assert_eq!(run(Action::DeleteToEnd).1, "a|");
    assert_eq!(run(Action::DeleteRight), (Edited::Moved, "a|".into()));
    assert_eq!(run(Action::Submit), (Edited::Ignored, "a|".into()));
}

#[test]
fn pasting_strips_and_moving_goes_by_cluster_and_wrapped_line() {
    let mut input = Input::many_lines("");
    input.paste("x\x1b[2J👩\u{200d}🚀\u{202e}\r\nsecond line that wraps");
    assert_eq!(input.text(), "x[2J👩\u{200d}🚀\nsecond line that wraps");
    input.view(&mut Buffer::empty(Rect::new(0, 0, 12, 5)), Rect::new(0, 0, 12, 5), Style::new());
    input.handle(Action::LineUp);
    assert_eq!(&input.text()[input.cursor()..], "e that wraps");
    input.handle(Action::LineUp);
    input.handle(Action::DeleteLeft);
    assert_eq!(input.text(), "x[2J\nsecond line that wraps");
}

#[test]
fn a_long_line_scrolls_with_its_cursor() {
    let mut buf = Buffer::empty(Rect::new(0, 0, 5, 1));
    let cursor = Input::one_line("abcdefgh").view(&mut buf, Rect::new(0, 0, 5, 1), Style::new());
    assert_eq!(buf, Buffer::with_lines(["efgh "]));
    assert_eq!(cursor.map(|c| c.x), Some(4));
}

#[test]
fn picking_a_file() {
    let mut picker = Picker::default();
    picker.show("/d".into(), vec![Entry::Folder("sub".into()), Entry::File("a.txt".into(), 1), Entry::File("b.csv".into(), 1)]);
    "CSV".chars().for_each(|c| picker.type_char(c));
    assert_eq!(picker.handle(Action::Submit), Some(Picked::File("/d/b.csv".into())));
    picker.handle(Action::DeleteWord);
    assert_eq!(picker.handle(Action::Submit), Some(Picked::Folder("/d/sub".into())));
    assert_eq!(picker.handle(Action::DeleteLeft), Some(Picked::Folder("/".into())));
    // What is typed while a folder is read stays, and narrows it.
    picker.forget_typed();
    "b".chars().for_each(|c| picker.type_char(c));
    picker.show("/e".into(), vec![Entry::File("a".into(), 1), Entry::File("b".into(), 1)]);
    assert_eq!(picker.typed(), "b");
    assert_eq!(picker.handle(Action::Submit), Some(Picked::File("/e/b".into())));
}

#[test]
fn progress_says_done_total_rate_and_time_left() {
    use tamis::tui::jobs::{Jobs, Running};
    let mut jobs: Jobs<(), ()> = Jobs::new((), |_| ()).expect("a thread");
    jobs.write("import", |()| Ok(()));
    let progress = Progress::new();
    progress.stage("reading", "records", 92_644).expect("not cancelled");
    progress.add(12_400).expect("not cancelled");
    let mut snapshot = progress.snapshot();
    snapshot.elapsed = std::time::Duration::from_secs(4);
    let job = Running { progress: snapshot, ..jobs.running().remove(0) };
    assert_eq!(footer::progress(&job, 2), "import · reading 12,400/92,644 records · 3,100/s · 25 s left (+1)");
    let in_bytes = Running { progress: tamis::progress::Snapshot { unit: "bytes", ..job.progress.clone() }, ..job };
    assert_eq!(footer::progress(&in_bytes, 1), "import · reading 12.4 kB/92.6 kB · 3.1 kB/s · 25 s left");
}

#[test]
fn the_footer_holds_what_fits() {
    let mut buf = Buffer::empty(Rect::new(0, 0, 40, 1));
    footer::hints(&mut buf, Rect::new(0, 0, 40, 1), &Keymap::default(), Context::Browse, &Theme::default());
    let text: String = buf.content.iter().map(|c| c.symbol()).collect();
    assert_eq!(text.trim_end(), "? help  a keep  d drop  f flag  / filter");
}
