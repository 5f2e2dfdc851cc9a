//! JSON lines: an object a line, its text in one member, its other members kept as they stand.

use std::borrow::Cow;
use std::collections::HashSet;

use super::columns::{Chosen, Layout, shown};
use super::json::{self, Member};
use super::lines::{Held, Line, Lines, Replay};
use super::outlet::{Outlet, Row, is_blank};
use super::{Options, RECORD_LIMIT};
use crate::error::Result;

/// The columns are the keys of this many objects at the beginning …
const SAMPLE: usize = 100;
/// … or of what lies in this many bytes.
const SAMPLE_BYTES: usize = 8 * RECORD_LIMIT;

pub(super) fn read(lines: Lines, options: &Options, out: &mut Outlet<'_>) -> Result<Lines> {
    let mut lines = Replay::new(lines);
    let chosen = choose(&mut lines, options, out)?;
    while let Some(line) = lines.next()? {
        take(&line, &chosen, out)?;
    }
    Ok(lines.into_lines())
}

/// Chooses the columns by the first objects, and gives their lines back.
fn choose(lines: &mut Replay, options: &Options, out: &mut Outlet<'_>) -> Result<Chosen> {
    let mut seen = Held::default();
    let mut columns = Columns::default();
    let mut bytes = 0;
    while columns.objects < SAMPLE && bytes < SAMPLE_BYTES {
        let Some(line) = lines.next()? else { break };
        columns.note(&line);
        bytes += line.bytes.len() + line.ending.len();
        seen.push(&line);
    }
    lines.give_back(seen);
    if columns.objects == 0 {
        // Nothing to choose among: every line will be blank or rejected, for a reason of its own.
        let text = options.text_column.clone().unwrap_or_else(|| "text".to_owned());
        return Ok(Chosen { text, file: None });
    }
    out.layout(Layout::choose(columns.names, options))
}

/// The keys seen so far, in order.
#[derive(Default)]
struct Columns {
    names: Vec<String>,
    known: HashSet<String>,
    objects: usize,
}

impl Columns {
    fn note(&mut self, line: &Line<'_>) {
        let Some(members) = line.text().ok().and_then(|text| json::object(text).ok()) else { return };
        self.objects += 1;
        for member in members {
            if self.known.insert(member.key.to_string()) {
                self.names.push(member.key.into_owned());
            }
        }
    }
}

fn take(line: &Line<'_>, chosen: &Chosen, out: &mut Outlet<'_>) -> Result<()> {
    let text = match line.text() {
        Ok(text) if is_blank(text) => {
            out.blank();
            return Ok(());
        }
        Ok(text) => text,
        Err(reason) => return out.reject(line.number, reason),
    };
    match row(line.number, text, chosen) {
        Ok(row) => out.row(row),
        Err(reason) => out.reject(line.number, reason),
    }
}

fn row<'a>(line: u64, json: &'a str, chosen: &Chosen) -> Result<Row<'a>, String> {
    let members = json::object(json)?;
    let find = |name: &str| members.iter().position(|m| m.key == name);
    let text_at = find(&chosen.text).ok_or_else(|| format!("no {}", shown(&chosen.text)))?;
    let text = text_of(&members[text_at])?;
    let file_at = chosen.file.as_deref().and_then(find);
    let file = match file_at.map(|at| &members[at]) {
        Some(member) if member.value != "null" => Some(text_of(member)?),
        _ => None,
    };
    let others = members.iter().enumerate().filter(|(at, _)| *at != text_at && Some(*at) != file_at);
    Ok(Row { line, text, file, fields: fields(others.map(|(_, member)| member)) })
}

fn text_of<'a>(member: &Member<'a>) -> Result<Cow<'a, str>, String> {
    json::string(member.value).ok_or_else(|| format!("{} is {}, not text", shown(&member.key), sort(member.value)))
}

fn sort(value: &str) -> &'static str {
    match value.as_bytes().first() {
        Some(b'{') => "an object",
        Some(b'[') => "an array",
        Some(b't' | b'f') => "true or false",
        Some(b'n') => "null",
        _ => "a number",
    }
}

/// One JSON object of the members, each as it stood.
fn fields<'m, 'a: 'm>(members: impl Iterator<Item = &'m Member<'a>> + Clone) -> Option<String> {
    // Each member with its colon and a comma or brace before it, and the last brace.
    let room = members.clone().map(|member| member.raw_key.len() + member.value.len() + 2).sum::<usize>() + 1;
    let mut json = String::new();
    for member in members {
        if json.is_empty() {
            json.reserve_exact(room);
        }
        json.push(if json.is_empty() { '{' } else { ',' });
        json.push_str(member.raw_key);
        json.push(':');
        json.push_str(member.value);
    }
    if json.is_empty() {
        return None;
    }
    json.push('}');
    Some(json)
}
