//! Facets: under each heading its values with how many records have them.

use ratatui::text::{Line, Span};

use crate::display::grouped;
use crate::tui::text::{fit_padded, width};
use crate::tui::theme::Theme;

/// A value that can be filtered by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    pub label: String,
    pub count: u64,
    /// The filter asks for it now.
    pub active: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    pub name: String,
    pub values: Vec<Value>,
}

/// What stands in one row of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row {
    Heading(usize),
    /// Group and value.
    Value(usize, usize),
}

/// The rows of all groups, each under its heading; a group without values is left out.
pub fn rows(groups: &[Group]) -> Vec<Row> {
    let with_values = groups.iter().enumerate().filter(|(_, group)| !group.values.is_empty());
    with_values
        .flat_map(|(g, group)| std::iter::once(Row::Heading(g)).chain((0..group.values.len()).map(move |v| Row::Value(g, v))))
        .collect()
}

/// A row as a line of `cells` cells: the label, cut if need be, and the count at the right.
pub fn line(groups: &[Group], row: Row, cells: usize, theme: &Theme) -> Line<'static> {
    match row {
        Row::Heading(g) => {
            let name = groups.get(g).map_or("", |group| &group.name);
            Line::styled(fit_padded(name, cells), theme.heading)
        }
        Row::Value(g, v) => match groups.get(g).and_then(|group| group.values.get(v)) {
            Some(value) => value_line(value, cells, theme),
            None => Line::default(),
        },
    }
}

fn value_line(value: &Value, cells: usize, theme: &Theme) -> Line<'static> {
    let count = grouped(value.count);
    let sign = if value.active { "✓ " } else { "  " };
    let room = cells.saturating_sub(width(sign) + width(&count) + 1);
    let style = if value.active { theme.selected } else { theme.text };
    Line::from(vec![Span::styled(format!("{sign}{} ", fit_padded(&value.label, room)), style), Span::styled(count, theme.dim)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_stand_in_one_column() {
        let value = |label: &str, count| Value { label: label.into(), count, active: count > 99 };
        let groups = [
            Group { name: "source".into(), values: vec![value("猫写真集.txt", 7), value("a", 1234)] },
            Group { name: "split".into(), values: vec![] },
        ];
        let lines: Vec<_> = rows(&groups).into_iter().map(|row| line(&groups, row, 14, &Theme::default()).to_string()).collect();
        assert_eq!(lines, ["source        ", "  猫写真集.… 7", "✓ a      1,234"]);
    }
}
