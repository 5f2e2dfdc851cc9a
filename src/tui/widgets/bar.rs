//! A part of a whole as a bar of one line.

const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/// `part` of `whole` in at most `cells` cells, to an eighth of a cell. Something is never shown as nothing.
pub fn bar(part: u64, whole: u64, cells: usize) -> String {
    if part == 0 || whole == 0 || cells == 0 {
        return String::new();
    }
    let full = cells as u128 * 8;
    let eighths = (u128::from(part.min(whole)) * full / u128::from(whole)).max(1) as usize;
    "█".repeat(eighths / 8) + EIGHTHS[eighths % 8]
}

#[cfg(test)]
mod tests {
    use super::bar;

    #[test]
    fn a_bar_is_as_long_as_its_share() {
        assert_eq!(bar(1, 2, 4), "██");
        assert_eq!(bar(3, 16, 4), "▊");
        assert_eq!(bar(1, 1_000_000, 4), "▏");
        assert_eq!(bar(u64::MAX, u64::MAX, 3), "███");
        assert_eq!(bar(9, 3, 3), "███");
        assert_eq!((bar(0, 3, 3), bar(3, 0, 3), bar(3, 3, 0)), (String::new(), String::new(), String::new()));
    }
}
