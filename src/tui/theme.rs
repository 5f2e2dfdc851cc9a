//! The named styles, once. Nothing else in the interface names a colour.
//!
//! Colours come from the sixteen that every terminal has, so a person's own palette decides how they look. One accent; everything else is
//! the terminal's own foreground, dimmed where it matters less. Each state also has a modifier or a glyph, so that the
//! interface reads the same with `NO_COLOR`.

use ratatui::style::{Color, Modifier, Style};

/// What a terminal's background is; decides which of the sixteen colours can be read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tone {
    #[default]
    Dark,
    Light,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    pub tone: Tone,
    /// False with `NO_COLOR`: the screens then also write the glyphs that colour would stand for.
    pub colour: bool,
    pub text: Style,
    /// Less important: rules, units, what is not there.
    pub dim: Style,
    /// Titles, the active tab, keys in the footer.
    pub accent: Style,
    pub heading: Style,
    /// The cursor row of the pane that has the focus, and of one that has not.
    pub cursor: Style,
    pub cursor_unfocused: Style,
    /// A selected row.
    pub selected: Style,
    pub keep: Style,
    pub drop: Style,
    pub flag: Style,
    pub inserted: Style,
    pub deleted: Style,
    /// A line through bars.
    pub curve: Style,
    /// What a search found.
    pub matched: Style,
    pub warning: Style,
    pub error: Style,
}

impl Theme {
    pub fn new(tone: Tone, colour: bool) -> Theme {
        if colour { Self::coloured(tone) } else { Self::plain(tone) }
    }

    /// One of six for rule `n`, so that neighbouring rules differ. Its number stands beside it wherever it is used.
    pub fn rule(&self, n: usize) -> Style {
        const COLOURS: [Color; 6] =
            [Color::Cyan, Color::Magenta, Color::Yellow, Color::Blue, Color::LightMagenta, Color::LightBlue];
        let plain = self.text.add_modifier(Modifier::BOLD);
        if self.colour { plain.fg(COLOURS[n % COLOURS.len()]) } else { plain }
    }

    /// The other tone.
    pub fn toggled(&self) -> Theme {
        let tone = if self.tone == Tone::Dark { Tone::Light } else { Tone::Dark };
        Self::new(tone, self.colour)
    }

    fn coloured(tone: Tone) -> Theme {
        let plain = Style::new();
        let (accent, yellow, dim) = match tone {
            Tone::Dark => (Color::Cyan, Color::Yellow, plain.fg(Color::DarkGray)),
            Tone::Light => (Color::Blue, Color::Magenta, plain.add_modifier(Modifier::DIM)),
        };
        Theme {
            dim,
            accent: plain.fg(accent),
            heading: plain.fg(accent).add_modifier(Modifier::BOLD),
            matched: plain.fg(accent).add_modifier(Modifier::UNDERLINED),
            curve: plain.fg(Color::Red).add_modifier(Modifier::BOLD),
            keep: plain.fg(Color::Green),
            drop: plain.fg(Color::Red),
            flag: plain.fg(yellow),
            inserted: plain.fg(Color::Green).add_modifier(Modifier::UNDERLINED),
            deleted: plain.fg(Color::Red).add_modifier(Modifier::CROSSED_OUT),
            warning: plain.fg(yellow),
            error: plain.fg(Color::Red).add_modifier(Modifier::BOLD),
            selected: plain.fg(accent).add_modifier(Modifier::BOLD),
            ..Self::plain(tone)
        }
        .with_colour()
    }

    fn with_colour(self) -> Theme {
        Theme { colour: true, ..self }
    }

    fn plain(tone: Tone) -> Theme {
        let plain = Style::new();
        let with = |modifier| plain.add_modifier(modifier);
        Theme {
            tone,
            colour: false,
            text: plain,
            dim: with(Modifier::DIM),
            accent: with(Modifier::BOLD),
            heading: with(Modifier::BOLD),
            cursor: with(Modifier::REVERSED),
            cursor_unfocused: with(Modifier::UNDERLINED),
            selected: with(Modifier::BOLD),
            keep: plain,
            drop: with(Modifier::DIM),
            flag: with(Modifier::BOLD),
            inserted: with(Modifier::UNDERLINED.union(Modifier::BOLD)),
            deleted: with(Modifier::DIM.union(Modifier::CROSSED_OUT)),
            matched: with(Modifier::UNDERLINED),
            curve: with(Modifier::BOLD),
            warning: with(Modifier::BOLD),
            error: with(Modifier::BOLD.union(Modifier::REVERSED)),
        }
    }
}

impl Default for Theme {
    fn default() -> Self {
        Self::new(Tone::Dark, true)
    }
}

/// One cell that says what colour says: kept, dropped, flagged, changed.
pub mod glyph {
    pub const KEEP: &str = "+";
    pub const DROP: &str = "-";
    pub const FLAG: &str = "!";
    pub const CHANGED: &str = "~";
    pub const NONE: &str = " ";
    pub const SELECTED: &str = "▌";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_colour_no_style_has_one() {
        for tone in [Tone::Dark, Tone::Light] {
            let t = Theme::new(tone, false);
            for style in [t.text, t.dim, t.accent, t.cursor, t.selected, t.keep, t.drop, t.flag, t.inserted, t.deleted, t.error] {
                assert_eq!((style.fg, style.bg), (None, None));
            }
            assert!(t.inserted != t.deleted && t.cursor != t.text && t.selected != t.text);
        }
    }

    #[test]
    fn diffs_and_the_cursor_are_more_than_colour() {
        let t = Theme::default();
        for style in [t.inserted, t.deleted, t.cursor, t.selected, t.matched] {
            assert!(!style.add_modifier.is_empty());
        }
        assert_eq!(t.toggled().toggled(), t);
    }
}
