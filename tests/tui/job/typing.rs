//! Every key is read at once: at a resize too, and however many come in one go.
//!
//! Both need crossterm's `use-dev-tty`. Without it crossterm waits for *edges* on the terminal (mio): a key that comes together with
//! SIGWINCH, and what is left of a read of 1,024 bytes, lie unread until the next key.

use super::curator::Curator;
use super::place::Place;

#[test]
fn a_key_at_a_resize_is_read() {
    let place = Place::new();
    let mut curator = Curator::opens(&place.workspace(), 80, 24);
    for n in 0..40 {
        curator.makes_the_window(80 + n % 2, 24);
        curator.presses(&["5"]).sees("nothing was done yet").presses(&["1"]).sees("no records yet");
    }
    curator.quits();
}

#[test]
fn a_long_text_without_paste_brackets_is_read_to_its_end() {
    let place = Place::new();
    let mut curator = Curator::opens(&place.workspace(), 80, 24);
    curator.does("filter").sees("Enter submit").types(&format!("{}the end", "a word and ".repeat(250))).sees("the end");
    curator.presses(&["Esc"]).sees("? help").quits();
}
