//! YAML out of text that strangers wrote.

/// A double-quoted scalar of YAML: letters, digits and what ASCII prints as they are, all else by code.
pub fn yaml(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            ' '..='~' => out.push(c),
            c if c.is_alphanumeric() => out.push(c),
            c => out.push_str(&format!("\\U{:08X}", u32::from(c))),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yaml_keeps_letters_and_escapes_the_rest() {
        assert_eq!(yaml("é \"a\"\\ #: \u{2028}\u{1f600}\n"), "\"é \\\"a\\\"\\\\ #: \\U00002028\\U0001F600\\U0000000A\"");
    }
}
