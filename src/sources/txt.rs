//! Plain text: a record a line.

use std::borrow::Cow;

use super::lines::Lines;
use super::outlet::{Outlet, Row};
use crate::error::Result;

pub(super) fn read(mut lines: Lines, out: &mut Outlet<'_>) -> Result<Lines> {
    while let Some(line) = lines.next()? {
        match line.text() {
            Ok(text) => out.row(Row { line: line.number, text: Cow::Borrowed(text), file: None, fields: None })?,
            Err(reason) => out.reject(line.number, reason)?,
        }
    }
    Ok(lines)
}
