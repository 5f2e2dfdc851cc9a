//! One look at a text tells which parts of which rules can do anything with it.
//!
//! The literals of all [`Need`]s are one automaton, and the characters of the text one set. A look costs a pass over the text;
//! running every pattern would cost a hundred.

use aho_corasick::automaton::Automaton;
use aho_corasick::dfa::DFA;
use aho_corasick::{Anchored, MatchKind};
use rustc_hash::FxHashMap;

use super::need::{CharSet, Need, echoes};

/// The needs of all parts of a pipeline, compiled.
#[derive(Debug)]
pub struct Gate {
    literals: Option<DFA>,
    /// By literal: the parts that it would satisfy.
    parts_of: Vec<Vec<u32>>,
    /// Parts that need no literal.
    free: Bits,
    /// By part.
    chars: Vec<Vec<CharSet>>,
    /// Parts that need words said twice in a row, each with a bit for how many.
    echoes: Vec<(usize, u8)>,
}

/// Which parts are awake, a bit for each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bits(Vec<u64>);

impl Bits {
    fn of(parts: usize) -> Bits {
        Bits(vec![0; parts.div_ceil(64)])
    }

    fn set(&mut self, part: usize) {
        self.0[part / 64] |= 1 << (part % 64);
    }

    fn unset(&mut self, part: usize) {
        self.0[part / 64] &= !(1 << (part % 64));
    }

    /// How many are awake.
    pub fn count(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    fn get(&self, part: usize) -> bool {
        self.0.get(part / 64).is_some_and(|word| word >> (part % 64) & 1 == 1)
    }
}

/// Which parts of one rule can do anything with a text.
#[derive(Debug, Clone, Copy)]
pub struct Awake<'a> {
    bits: Option<&'a Bits>,
    first: usize,
}

impl<'a> Awake<'a> {
    /// Nobody looked: every part may.
    pub const ALL: Awake<'static> = Awake { bits: None, first: 0 };

    pub(super) fn of_rule(bits: &'a Bits, first: usize) -> Awake<'a> {
        Awake { bits: Some(bits), first }
    }

    pub fn has(self, part: usize) -> bool {
        self.bits.is_none_or(|bits| bits.get(self.first + part))
    }

    pub(super) fn any(self, parts: usize) -> bool {
        (0..parts).any(|part| self.has(part))
    }
}

impl Gate {
    /// Of all parts, in order.
    pub fn new<'n>(needs: impl IntoIterator<Item = &'n Need>) -> Gate {
        let mut numbers: FxHashMap<String, usize> = FxHashMap::default();
        let mut gate =
            Gate { literals: None, parts_of: Vec::new(), free: Bits::default(), chars: Vec::new(), echoes: Vec::new() };
        let mut free = Vec::new();
        for (part, need) in needs.into_iter().enumerate() {
            gate.chars.push(need.chars.clone());
            gate.echoes.extend(need.echo.filter(|words| *words < 8).map(|words| (part, 1 << words)));
            if need.literals.is_none() {
                free.push(part);
            }
            for literal in need.literals.iter().flatten() {
                let next = numbers.len();
                let number = *numbers.entry(beginning(literal)).or_insert(next);
                gate.parts_of.resize(gate.parts_of.len().max(number + 1), Vec::new());
                gate.parts_of[number].push(part as u32);
            }
        }
        gate.free = Bits::of(gate.chars.len());
        free.into_iter().for_each(|part| gate.free.set(part));
        let mut literals: Vec<(String, usize)> = numbers.into_iter().collect();
        literals.sort_by_key(|(_, number)| *number);
        gate.literals = automaton(literals.into_iter().map(|(literal, _)| literal).collect());
        if gate.literals.is_none() {
            // Without the automaton nothing is known of literals, and every part may be awake.
            (0..gate.chars.len()).for_each(|part| gate.free.set(part));
        }
        gate
    }

    /// Says which parts are awake for a text; `bits` is only room.
    pub fn look(&self, text: &str, bits: &mut Bits) {
        bits.0.clone_from(&self.free.0);
        if let Some(literals) = &self.literals {
            self.find(literals, text, bits);
            // K and ſ are k and s to a pattern that ignores case, and unknown to the automaton.
            if !text.is_ascii() && text.contains(['\u{212a}', '\u{17f}']) {
                (0..self.chars.len()).for_each(|part| bits.set(part));
            }
        }
        self.hear(text, bits);
        let chars = CharSet::of(text);
        for word in 0..bits.0.len() {
            let mut left = bits.0[word];
            while left != 0 {
                let part = word * 64 + left.trailing_zeros() as usize;
                left &= left - 1;
                if !self.chars[part].iter().all(|set| set.meets(chars)) {
                    bits.unset(part);
                }
            }
        }
    }

    /// Puts the parts to sleep that need words said twice where none are.
    fn hear(&self, text: &str, bits: &mut Bits) {
        if self.echoes.is_empty() {
            return;
        }
        let heard = echoes(text);
        self.echoes.iter().filter(|(_, words)| words & heard == 0).for_each(|(part, _)| bits.unset(*part));
    }

    /// Wakes the parts whose literals are in the text. The automaton is stepped by hand: its own iterator of overlapping matches
    /// costs several times as much a byte.
    fn find(&self, literals: &DFA, text: &str, bits: &mut Bits) {
        let Ok(mut state) = literals.start_state(Anchored::No) else { return };
        for &byte in text.as_bytes() {
            state = literals.next_state(Anchored::No, state, byte);
            if literals.is_special(state) && literals.is_match(state) {
                for place in 0..literals.match_len(state) {
                    let literal = literals.match_pattern(state, place).as_usize();
                    self.parts_of[literal].iter().for_each(|&part| bits.set(part as usize));
                }
            }
        }
    }
}

/// Of a literal, its first characters are looked for: that keeps the automaton small enough for the fast memory near the processor,
/// and hardly wakes more parts.
fn beginning(literal: &str) -> String {
    const BYTES: usize = 6;
    literal.bytes().take(BYTES).map(|byte| char::from(byte.to_ascii_lowercase())).collect()
}

fn automaton(literals: Vec<String>) -> Option<DFA> {
    DFA::builder().ascii_case_insensitive(true).match_kind(MatchKind::Standard).prefilter(false).build(literals).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn awake(patterns: &[(&str, bool)], text: &str) -> Vec<usize> {
        let needs: Vec<Need> = patterns.iter().map(|(pattern, ignore_case)| Need::of_pattern(pattern, *ignore_case)).collect();
        let gate = Gate::new(&needs);
        let mut bits = Bits::default();
        gate.look(text, &mut bits);
        (0..patterns.len()).filter(|&part| bits.get(part)).collect()
    }

    #[test]
    fn only_what_can_match_is_awake() {
        let patterns = [("8k", true), (r"\d", false), ("wlop|artgerm", true), (r"\s+", false), ("k", true)];
        assert_eq!(awake(&patterns, "a cat by WLOP"), [2, 3]);
        assert_eq!(awake(&patterns, "8K"), [0, 1, 4]);
        assert_eq!(awake(&patterns, "\u{212a}"), [1, 3, 4], "beyond ASCII, a set only knows that it has something there");
        assert_eq!(awake(&[], "x"), Vec::<usize>::new());
    }
}
