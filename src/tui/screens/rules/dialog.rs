//! The questions before rules come into force or out of it, and the field that names a pipeline.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::consequences;
use crate::display::grouped;
use crate::ops::rules::library::Listed;
use crate::rules::harm::Warning;
use crate::tui::action::Action;
use crate::tui::data::{Data, Rules, Trouble};
use crate::tui::effect::{Effect, RuleWork};
use crate::tui::intent::Intent;
use crate::tui::text::{fit, shown, wrap};
use crate::tui::theme::Theme;
use crate::tui::widgets::input::{Edited, Input};
use crate::tui::widgets::popup::popup;
use crate::tui::widgets::put_text;
use crate::tui::widgets::question::question;
use crate::tui::widgets::rich::Rich;

#[derive(Debug)]
pub enum Dialog {
    Apply,
    Clear,
    Load(Load),
    /// The name of a copy.
    Copy(Input),
}

/// What a key did.
pub enum Answer {
    Open(Vec<Effect>),
    Closed(Vec<Effect>),
}

/// The name of a pipeline as it is typed.
#[derive(Debug, Default)]
pub struct Load {
    field: Input,
    /// The revision of the rules when what stands in the field was asked for.
    asked: Option<u64>,
    /// The known name that Tab comes to next.
    next: usize,
}

impl Dialog {
    pub fn load() -> Dialog {
        Dialog::Load(Load::default())
    }

    pub fn copy() -> Dialog {
        Dialog::Copy(Input::default())
    }

    /// The pipeline that was asked for is on the screen.
    pub fn is_answered(&self, rules: &Rules) -> bool {
        matches!(self, Dialog::Load(Load { asked: Some(asked), .. }) if *asked != rules.revision)
    }

    pub fn update(&mut self, intent: &Intent, rules: &Rules) -> Answer {
        match (self, intent) {
            (Dialog::Load(load), intent) => load.update(intent, rules),
            (Dialog::Copy(field), intent) => copy(field, intent),
            (_, Intent::Do(Action::No)) => Answer::Closed(Vec::new()),
            (Dialog::Apply, Intent::Do(Action::Yes)) if rules.preview.as_ref().is_some_and(|p| p.complete) => {
                Answer::Closed(vec![Effect::Rules(RuleWork::Apply)])
            }
            (Dialog::Clear, Intent::Do(Action::Yes)) => Answer::Closed(vec![Effect::Rules(RuleWork::Clear)]),
            _ => Answer::Open(Vec::new()),
        }
    }

    pub fn view(&self, frame: &mut Frame<'_>, area: Rect, data: &Data, theme: &Theme) {
        match self {
            Dialog::Apply => {
                let (asked, answers) = apply_question(&data.rules, theme);
                question(frame.buffer_mut(), area, "apply the rules", &asked, answers, theme);
            }
            Dialog::Clear => {
                let asked = clear_question(&data.rules, theme);
                question(
                    frame.buffer_mut(),
                    area,
                    "take the rules back",
                    &asked,
                    "y takes them back · Esc leaves them in force",
                    theme,
                );
            }
            Dialog::Load(load) => load.view(frame, area, &data.rules, theme),
            Dialog::Copy(field) => view_copy(frame, area, field, &data.rules, theme),
        }
    }
}

fn apply_question(rules: &Rules, theme: &Theme) -> (Rich, &'static str) {
    let mut asked = Rich::default();
    let name = rules.pipeline.as_ref().map_or("", |pipeline| pipeline.name());
    let Some(preview) = rules.preview.as_ref().filter(|preview| preview.complete) else {
        asked.push("What the rules would do is still being counted.\n", theme.text);
        return (asked, "wait for the figures · Esc leaves it");
    };
    asked.push(&format!("{name} {} records.\n", consequences(preview)), theme.text);
    if let Some((in_force, _)) = &rules.in_force {
        asked.push(&format!("It replaces the rules in force, {in_force}.\n"), theme.text);
    }
    let warned = |warning: Warning| (warning, preview.warned(warning));
    for (warning, records) in Warning::ALL.into_iter().map(warned).filter(|(_, records)| *records > 0) {
        asked.push(&format!("! {}: {}\n", grouped(records), warning.about()), theme.warning);
    }
    if preview.warned(Warning::Unstable) > 0 {
        asked.push("F before applying lets the rules run until nothing changes.\n", theme.dim);
    }
    asked.push("Marks and edits made by hand stay and win. u takes it back.\n", theme.dim);
    (asked, "y applies · Esc leaves everything as it is")
}

fn clear_question(rules: &Rules, theme: &Theme) -> Rich {
    let mut asked = Rich::default();
    let in_force = rules.pipeline.as_ref().filter(|_| rules.is_in_force());
    match in_force.zip(rules.preview.as_ref()) {
        Some((pipeline, preview)) => {
            asked.push(&format!("{} {} records.\n", pipeline.name(), consequences(preview)), theme.text);
            asked.push("These texts are the raw ones again, and these drops are none any more.\n", theme.text);
        }
        None => asked.push("Texts are the raw ones again, and what the rules dropped is not dropped any more.\n", theme.text),
    }
    asked.push("Marks and edits made by hand stay. u brings the rules back.\n", theme.dim);
    asked
}

impl Load {
    fn update(&mut self, intent: &Intent, rules: &Rules) -> Answer {
        let edited = match intent {
            Intent::Do(Action::Leave) => return Answer::Closed(Vec::new()),
            Intent::Do(Action::Submit) => return self.submit(rules),
            Intent::Do(Action::Complete | Action::LineDown) => self.complete(rules),
            Intent::Do(action) => self.field.handle(*action),
            Intent::Type(c) => self.field.type_char(*c),
            Intent::Paste(text) => self.field.paste(text),
            Intent::Mouse(_) | Intent::Edited(_) => Edited::Ignored,
        };
        if edited == Edited::Changed {
            self.asked = None;
        }
        Answer::Open(Vec::new())
    }

    fn submit(&mut self, rules: &Rules) -> Answer {
        let named = self.field.text().trim();
        if named.is_empty() {
            return Answer::Open(Vec::new());
        }
        self.asked = Some(rules.revision);
        Answer::Open(vec![Effect::Rules(RuleWork::Choose(named.to_owned()))])
    }

    fn complete(&mut self, rules: &Rules) -> Edited {
        let Some(listed) = rules.library.get(self.next % rules.library.len().max(1)) else { return Edited::Ignored };
        self.field.set(&listed.name);
        self.next += 1;
        Edited::Changed
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, rules: &Rules, theme: &Theme) {
        let known = rules.library.len() as u16;
        let inside = popup(frame.buffer_mut(), area, 76, 8 + known, "load a pipeline", theme);
        let cells = usize::from(inside.width);
        put_text(frame.buffer_mut(), inside, 0, &fit("a TOML file, or one of these (Tab):", cells), theme.dim);
        put_text(frame.buffer_mut(), inside, 1, "›", theme.accent);
        let field =
            Rect { x: inside.x + 2, y: inside.y + 1, width: inside.width.saturating_sub(2), height: inside.height.min(1) };
        if inside.height > 1
            && let Some(cursor) = self.field.view(frame.buffer_mut(), field, theme.text)
        {
            frame.set_cursor_position(cursor);
        }
        let below = |row: u16| Rect { y: inside.y + row, height: inside.height.saturating_sub(row), ..inside };
        for (row, listed) in rules.library.iter().enumerate() {
            put_text(frame.buffer_mut(), below(3), row, &fit(&described(listed), cells), theme.text);
        }
        if let Some(Trouble { message, hint }) = rules.refused.as_ref().filter(|_| self.asked.is_some()) {
            let below = below(4 + known);
            let mut said = crate::display::safe(message).into_owned();
            said.extend(hint.iter().map(|hint| format!("\n{}", crate::display::safe(hint))));
            for (row, line) in wrap(&said, cells).into_iter().enumerate() {
                put_text(frame.buffer_mut(), below, row, shown(&said, line), theme.error);
            }
        }
    }
}

/// `sd2  34 rules  built in`.
fn described(listed: &Listed) -> String {
    let state = match (listed.in_force, listed.changed, listed.built_in) {
        (true, _, _) => "in force",
        (_, true, _) => "in force, changed since",
        (_, _, true) => "built in",
        _ => "yours",
    };
    let name = crate::display::safe(&listed.name).into_owned();
    format!("{name}  {} rules  {state}  {}", listed.rules, crate::display::safe(&listed.description))
}

fn copy(field: &mut Input, intent: &Intent) -> Answer {
    match intent {
        Intent::Do(Action::Leave) => return Answer::Closed(Vec::new()),
        Intent::Do(Action::Submit) if !field.text().trim().is_empty() => {
            let name = field.text().trim().to_owned();
            return Answer::Closed(vec![Effect::Rules(RuleWork::New { name })]);
        }
        Intent::Do(action) => _ = field.handle(*action),
        Intent::Type(c) => _ = field.type_char(*c),
        Intent::Paste(text) => _ = field.paste(text),
        Intent::Mouse(_) | Intent::Edited(_) => {}
    }
    Answer::Open(Vec::new())
}

fn view_copy(frame: &mut Frame<'_>, area: Rect, field: &Input, rules: &Rules, theme: &Theme) {
    let inside = popup(frame.buffer_mut(), area, 60, 5, "a copy of these rules", theme);
    let of = rules.pipeline.as_ref().map_or("", |pipeline| pipeline.name());
    let help = format!("a name for your copy of {of}; p loads it");
    put_text(frame.buffer_mut(), inside, 0, &fit(&help, usize::from(inside.width)), theme.dim);
    put_text(frame.buffer_mut(), inside, 1, "›", theme.accent);
    let line = Rect { x: inside.x + 2, y: inside.y + 1, width: inside.width.saturating_sub(2), height: inside.height.min(1) };
    if inside.height > 1
        && let Some(cursor) = field.view(frame.buffer_mut(), line, theme.text)
    {
        frame.set_cursor_position(cursor);
    }
}
