//! The questions before rules come into force or out of it, and the field that names a pipeline.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::consequences;
use crate::ops::rules::BUILTIN;
use crate::tui::action::Action;
use crate::tui::data::{Data, Rules, Trouble};
use crate::tui::effect::Effect;
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
    /// The built-in name that Tab comes to next.
    next: usize,
}

impl Dialog {
    pub fn load() -> Dialog {
        Dialog::Load(Load::default())
    }

    /// The pipeline that was asked for is on the screen.
    pub fn is_answered(&self, rules: &Rules) -> bool {
        matches!(self, Dialog::Load(Load { asked: Some(asked), .. }) if *asked != rules.revision)
    }

    pub fn update(&mut self, intent: &Intent, rules: &Rules) -> Answer {
        match (self, intent) {
            (Dialog::Load(load), intent) => load.update(intent, rules),
            (_, Intent::Do(Action::No)) => Answer::Closed(Vec::new()),
            (Dialog::Apply, Intent::Do(Action::Yes)) if rules.preview.is_some() => Answer::Closed(vec![Effect::ApplyRules]),
            (Dialog::Clear, Intent::Do(Action::Yes)) => Answer::Closed(vec![Effect::ClearRules]),
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
        }
    }
}

fn apply_question(rules: &Rules, theme: &Theme) -> (Rich, &'static str) {
    let mut asked = Rich::default();
    let name = rules.pipeline.as_ref().map_or("", |pipeline| pipeline.name());
    let Some(preview) = &rules.preview else {
        asked.push("What the rules would do is still being counted.\n", theme.text);
        return (asked, "wait for the figures · Esc leaves it");
    };
    asked.push(&format!("{name} {} records.\n", consequences(preview)), theme.text);
    if rules.in_force.is_some() {
        asked.push("It replaces the rules in force.\n", theme.text);
    }
    asked.push("Marks and edits made by hand stay and win. u takes it back.\n", theme.dim);
    (asked, "y applies · Esc leaves everything as it is")
}

fn clear_question(rules: &Rules, theme: &Theme) -> Rich {
    let mut asked = Rich::default();
    let in_force = rules.pipeline.as_ref().filter(|p| rules.in_force.as_deref() == Some(&p.digest()));
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
            Intent::Do(Action::Complete | Action::LineDown) => self.complete(),
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
        Answer::Open(vec![Effect::ChoosePipeline(named.to_owned())])
    }

    fn complete(&mut self) -> Edited {
        let Some((name, _)) = BUILTIN.get(self.next % BUILTIN.len().max(1)) else { return Edited::Ignored };
        self.field.set(name);
        self.next += 1;
        Edited::Changed
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, rules: &Rules, theme: &Theme) {
        let inside = popup(frame.buffer_mut(), area, 72, 8, "load a pipeline", theme);
        let cells = usize::from(inside.width);
        let names: Vec<&str> = BUILTIN.iter().map(|(name, _)| *name).collect();
        let help = format!("a TOML file, or a built-in one: {} (Tab)", names.join(", "));
        put_text(frame.buffer_mut(), inside, 0, &fit(&help, cells), theme.dim);
        put_text(frame.buffer_mut(), inside, 1, "›", theme.accent);
        let field =
            Rect { x: inside.x + 2, y: inside.y + 1, width: inside.width.saturating_sub(2), height: inside.height.min(1) };
        if inside.height > 1
            && let Some(cursor) = self.field.view(frame.buffer_mut(), field, theme.text)
        {
            frame.set_cursor_position(cursor);
        }
        if let Some(Trouble { message, hint }) = rules.refused.as_ref().filter(|_| self.asked.is_some()) {
            let below = Rect { y: inside.y + 3, height: inside.height.saturating_sub(3), ..inside };
            let mut said = crate::display::safe(message).into_owned();
            said.extend(hint.iter().map(|hint| format!("\n{}", crate::display::safe(hint))));
            for (row, line) in wrap(&said, cells).into_iter().enumerate() {
                put_text(frame.buffer_mut(), below, row, shown(&said, line), theme.error);
            }
        }
    }
}
