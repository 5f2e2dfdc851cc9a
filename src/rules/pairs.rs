//! Which brackets of a text belong together.

/// Two brackets that belong together, by byte position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    /// The opening one: `(`, `[` or `{`.
    pub kind: char,
    pub open: usize,
    pub close: usize,
}

impl Pair {
    /// What stands between them.
    pub fn content<'t>(&self, text: &'t str) -> &'t str {
        &text[self.open + 1..self.close]
    }

    /// Whether nothing but blanks stands between these brackets and `inner` ones of the same kind.
    pub fn doubles(&self, inner: &Pair, text: &str) -> bool {
        self.kind == inner.kind
            && self.open < inner.open
            && inner.close < self.close
            && text[self.open + 1..inner.open].trim().is_empty()
            && text[inner.close + 1..self.close].trim().is_empty()
    }
}

/// The pairs by where they open. A bracket without a partner is in none, nor is one behind a backslash, which stands for itself.
pub fn pairs(text: &str) -> Vec<Pair> {
    let mut found = Vec::new();
    let mut open: Vec<(char, usize)> = Vec::new();
    let mut waiting = [0usize; 3];
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        if escaped {
            escaped = false;
            continue;
        }
        escaped = c == '\\';
        if let Some(kind) = "([{".find(c) {
            open.push((c, at));
            waiting[kind] += 1;
        } else if let Some(kind) = ")]}".find(c) {
            // Without a partner it is passed by; else the brackets that opened since then have none.
            while waiting[kind] > 0 {
                let Some((opened, from)) = open.pop() else { break };
                let is_partner = "([{".find(opened) == Some(kind);
                "([{".find(opened).into_iter().for_each(|kind| waiting[kind] -= 1);
                if is_partner {
                    found.push(Pair { kind: opened, open: from, close: at });
                    break;
                }
            }
        }
    }
    found.sort_unstable_by_key(|pair| pair.open);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_find_their_partners() {
        let contents = |text: &'static str| pairs(text).iter().map(|pair| pair.content(text)).collect::<Vec<_>>();
        assert_eq!(contents("(a [b] c)"), ["a [b] c", "b"]);
        assert_eq!(contents(":( a [b) c]"), [" a [b"]);
        assert_eq!(contents(r"saber \(fate\) (x)"), ["x"]);
        assert_eq!(contents(r"a) b ( c"), Vec::<&str>::new());
    }
}
