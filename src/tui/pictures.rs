//! The pictures of the README: each screen of the example workspace, drawn by the program itself, as SVG.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

use super::app::{App, Settings};
use super::event::Event;
use super::jobs::Finished;
use super::message::Message;
use crate::error::{Error, Result};
use crate::workspace::Workspace;

/// File, and the keys that lead there.
const PICTURES: [(&str, &str); 6] = [
    ("browse.svg", "1jjj"),
    ("rules.svg", "2"),
    ("duplicates.svg", "3"),
    ("splits.svg", "4"),
    ("versions.svg", "5"),
    ("sources.svg", "6"),
];

const COLUMNS: u16 = 120;
const ROWS: u16 = 36;

/// Draws every screen of the workspace at `workspace` into `folder`; the paths of the pictures.
pub fn write(workspace: &Path, folder: &Path) -> Result<Vec<PathBuf>> {
    std::fs::create_dir_all(folder).map_err(|e| Error::file(folder, e))?;
    let mut camera = Camera::new(Workspace::open_to_read(workspace)?)?;
    PICTURES
        .iter()
        .map(|(name, keys)| {
            let path = folder.join(name);
            let picture = camera.take(keys)?;
            std::fs::write(&path, picture).map_err(|e| Error::file(&path, e))?;
            Ok(path)
        })
        .collect()
}

/// The interface without a terminal or a person.
struct Camera {
    app: App,
    finished: Receiver<Finished<Message>>,
    terminal: Terminal<TestBackend>,
}

impl Camera {
    fn new(workspace: Workspace) -> Result<Camera> {
        let (sender, finished) = channel();
        let app = App::new(workspace, Settings::default(), move |f| _ = sender.send(f))?;
        // A backend in memory cannot fail.
        let terminal = Terminal::new(TestBackend::new(COLUMNS, ROWS)).map_err(|_| Error::io("no screen"))?;
        let mut camera = Camera { app, finished, terminal };
        camera.settle()?;
        Ok(camera)
    }

    /// Types the keys, waits for their answers, and draws.
    fn take(&mut self, keys: &str) -> Result<String> {
        for key in keys.chars() {
            self.app.handle(Event::Key(KeyEvent::from(KeyCode::Char(key))));
            self.settle()?;
        }
        self.terminal.draw(|frame| self.app.draw(frame)).map_err(|_| Error::io("no screen"))?;
        Ok(svg(self.terminal.backend().buffer()))
    }

    fn settle(&mut self) -> Result<()> {
        while self.app.is_busy() {
            let finished = self.finished.recv_timeout(Duration::from_secs(60)).map_err(|_| Error::io("a job did not end"))?;
            self.app.handle(Event::Job(finished));
        }
        Ok(())
    }
}

/// Size of a cell in the picture's units.
const CELL: (f32, f32) = (8.4, 18.0);
const BACKGROUND: &str = "#16181d";
const FOREGROUND: &str = "#d7dae0";

/// A buffer as SVG: a rectangle for each coloured background, a text for each run of one style.
fn svg(buffer: &Buffer) -> String {
    let (width, height) = (f32::from(buffer.area.width) * CELL.0 + 16.0, f32::from(buffer.area.height) * CELL.1 + 16.0);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" viewBox=\"0 0 {width:.0} {height:.0}\" \
         font-family=\"ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace\" font-size=\"14\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"6\" fill=\"{BACKGROUND}\"/>\n"
    );
    for y in 0..buffer.area.height {
        let mut x = 0;
        while x < buffer.area.width {
            let style = Look::of(&buffer[(x, y)]);
            let mut text = String::new();
            let start = x;
            while x < buffer.area.width && Look::of(&buffer[(x, y)]) == style {
                text.push_str(buffer[(x, y)].symbol());
                x += 1;
            }
            style.draw(&mut out, start, y, x - start, &text);
        }
    }
    out.push_str("</svg>\n");
    out
}

#[derive(PartialEq)]
struct Look {
    ink: &'static str,
    ground: &'static str,
    bold: bool,
    underlined: bool,
    crossed: bool,
    dim: bool,
}

impl Look {
    fn of(cell: &Cell) -> Look {
        let has = |modifier| cell.modifier.contains(modifier);
        let (mut ink, mut ground) = (colour(cell.fg, FOREGROUND), colour(cell.bg, BACKGROUND));
        if has(Modifier::REVERSED) {
            std::mem::swap(&mut ink, &mut ground);
        }
        Look {
            ink,
            ground,
            bold: has(Modifier::BOLD),
            underlined: has(Modifier::UNDERLINED),
            crossed: has(Modifier::CROSSED_OUT),
            dim: has(Modifier::DIM),
        }
    }

    fn draw(&self, out: &mut String, x: u16, y: u16, cells: u16, text: &str) {
        let (left, top) = (8.0 + f32::from(x) * CELL.0, 8.0 + f32::from(y) * CELL.1);
        let width = f32::from(cells) * CELL.0;
        // Writing to a string cannot fail.
        if self.ground != BACKGROUND {
            _ = writeln!(
                out,
                "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{}\" fill=\"{}\"/>",
                CELL.1, self.ground
            );
        }
        let text = text.trim_end();
        if text.is_empty() {
            return;
        }
        let weight = if self.bold { " font-weight=\"bold\"" } else { "" };
        let opacity = if self.dim { " opacity=\"0.6\"" } else { "" };
        let line = match (self.underlined, self.crossed) {
            (true, _) => " text-decoration=\"underline\"",
            (_, true) => " text-decoration=\"line-through\"",
            _ => "",
        };
        _ = writeln!(
            out,
            "<text x=\"{left:.1}\" y=\"{:.1}\" fill=\"{}\" xml:space=\"preserve\"{weight}{opacity}{line}>{}</text>",
            top + 13.5,
            self.ink,
            escaped(text)
        );
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn colour(colour: Color, default: &'static str) -> &'static str {
    match colour {
        Color::Black => "#000000",
        Color::Red => "#e06c75",
        Color::Green => "#98c379",
        Color::Yellow => "#d9b36c",
        Color::Blue => "#61afef",
        Color::Magenta => "#c678dd",
        Color::Cyan => "#56b6c2",
        Color::Gray => "#abb2bf",
        Color::DarkGray => "#6b7280",
        Color::LightRed => "#ff8b94",
        Color::LightGreen => "#b5e08f",
        Color::LightYellow => "#f0cf8e",
        Color::LightBlue => "#8cc8ff",
        Color::LightMagenta => "#dd9ef0",
        Color::LightCyan => "#7fd6e0",
        Color::White => "#ffffff",
        _ => default,
    }
}
