//! What is typed over the time line: the name of a new snapshot, or the file of a report.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::display::counted;
use crate::tui::action::Action;
use crate::tui::data::Data;
use crate::tui::effect::VersionWork;
use crate::tui::intent::Intent;
use crate::tui::screens::sources::path::typed_path;
use crate::tui::theme::Theme;
use crate::tui::widgets::input::Input;
use crate::tui::widgets::popup::popup;
use crate::tui::widgets::put_text;

#[derive(Debug)]
pub(super) struct Typed {
    what: What,
    input: Input,
}

#[derive(Debug, Clone, PartialEq)]
enum What {
    /// With the one that is suggested.
    Name(String),
    /// Of a snapshot, or of the present state.
    Report(Option<String>),
}

pub(super) enum Outcome {
    Open,
    Closed,
    Done(VersionWork),
}

impl Typed {
    /// Enter alone takes the suggestion; what is typed stands in its place.
    pub(super) fn name(suggested: &str) -> Typed {
        Typed { what: What::Name(suggested.to_owned()), input: Input::one_line("") }
    }

    pub(super) fn report(name: Option<String>) -> Typed {
        let stem = name.as_deref().unwrap_or("report");
        let plain: String = stem.chars().map(|c| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '_' }).collect();
        let file = format!("{}.md", plain.trim_start_matches('.'));
        Typed { what: What::Report(name), input: Input::one_line(&file) }
    }

    pub(super) fn update(&mut self, data: &Data, intent: &Intent) -> Outcome {
        match intent {
            Intent::Do(Action::Leave) => return Outcome::Closed,
            Intent::Do(Action::Submit) => {
                let typed = self.input.text().trim();
                return match &self.what {
                    What::Name(suggested) if typed.is_empty() => Outcome::Done(VersionWork::Create(suggested.clone())),
                    What::Name(_) => Outcome::Done(VersionWork::Create(typed.to_owned())),
                    What::Report(_) if typed.is_empty() => Outcome::Open,
                    What::Report(name) => Outcome::Done(VersionWork::WriteReport { name: name.clone(), path: path(typed, data) }),
                };
            }
            Intent::Do(action) => _ = self.input.handle(*action),
            Intent::Type(c) => _ = self.input.type_char(*c),
            Intent::Paste(text) => _ = self.input.paste(text.trim()),
            Intent::Edited(_) | Intent::Mouse(_) => {}
        }
        Outcome::Open
    }

    pub(super) fn view(&self, buf: &mut Buffer, area: Rect, data: &Data, theme: &Theme) -> Option<Position> {
        let (title, label, said) = match &self.what {
            What::Name(_) => {
                let records = counted(data.workspace.records, "record");
                ("snapshot", "name ", format!("Enter freezes {records}, with all that was decided · Esc closes"))
            }
            What::Report(Some(_)) => ("report of the snapshot, as Markdown", "file ", "Enter writes it · Esc closes".to_owned()),
            What::Report(None) => {
                ("report of the present state, as Markdown", "file ", "Enter writes it · Esc closes".to_owned())
            }
        };
        let inside = popup(buf, area, 76, 3, title, theme);
        put_text(buf, inside, 0, label, theme.dim);
        let skip = (label.len() as u16).min(inside.width);
        let field = Rect { x: inside.x + skip, width: inside.width - skip, height: inside.height.min(1), ..inside };
        put_text(buf, inside, 2, &said, theme.dim);
        if let What::Name(suggested) = &self.what
            && self.input.text().is_empty()
        {
            put_text(buf, field, 0, suggested, theme.dim);
        }
        self.input.view(buf, field, theme.text)
    }
}

/// A path as it was typed, from the user's folder on.
pub(super) fn path(typed: &str, data: &Data) -> std::path::PathBuf {
    typed_path(typed, &data.workspace.folder, data.workspace.home.as_deref())
}
