//! Where a name starts and ends, by the way prompts are written.
//!
//! Prompts credit artists in a few turns of phrase (`by X`, `in the style of X, Y and Z`) and mostly in lower case. Behind
//! such a turn any word unknown to the language counts as a name; elsewhere a listed given name must come first.

use super::class::Class;
use super::line::Line;
use super::words::Gap;

/// How much the place speaks for a name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Place {
    /// Anywhere in the text.
    Plain,
    /// An item of a list that has held a name.
    List,
    /// Directly behind `by` or `style of`.
    Credit,
}

/// If a turn of phrase that announces a name starts here, the place of that name.
pub(super) fn announced(line: &Line, at: usize) -> Option<usize> {
    let next = if line.is(at, Class::BY) {
        at + 1
    } else if line.is(at, Class::STYLE) && line.is(at + 1, Class::OF) {
        at + 2
    } else {
        return None;
    };
    let mut name = next;
    while name < next + 3 && line.is(name, Class::ROLE) && line.known(name).is_none() {
        name += 1;
    }
    (line.gap(name) < Gap::Hard).then_some(name)
}

/// The end of a name that starts here, if one does.
pub(super) fn name(line: &Line, at: usize, place: Place) -> Option<usize> {
    if let Some(end) = line.known(at) {
        return Some(with_additions(line, end));
    }
    let end = match place {
        Place::Credit => credited(line, at).or_else(|| pair_with_common_first(line, at)),
        Place::List => listed(line, at),
        Place::Plain => None,
    };
    end.or_else(|| plain(line, at)).map(|end| with_additions(line, end))
}

/// `ii`, `jr`, `the elder` behind a name.
fn with_additions(line: &Line, end: usize) -> usize {
    let word = if line.is(end, Class::PARTICLE) && line.is(end, Class::GRAMMAR) { end + 1 } else { end };
    let fits = line.is(word, Class::SUFFIX) && line.continues(end) && line.continues(word);
    if fits { word + 1 } else { end }
}

/// The run of words from here that could be one name: unlisted words, names, initials, particles between them.
fn run(line: &Line, at: usize) -> usize {
    if !line.may_be_name(at) && !opens_with_particle(line, at) {
        return at;
    }
    let mut end = at + 1;
    let mut solid = usize::from(is_solid(line, at));
    while line.continues(end) && solid < 3 {
        let particle = line.is(end, Class::PARTICLE) && line.continues(end + 1) && !is_function(line, end);
        if starts_another(line, end, solid) || !(particle || line.may_be_name(end)) {
            break;
        }
        solid += usize::from(!particle && is_solid(line, end));
        end += 1;
    }
    while end > at && line.is(end - 1, Class::PARTICLE) {
        end -= 1;
    }
    if solid == 1 && takes_common_surname(line, end) { end + 1 } else { without_verb(line, at, end) }
}

/// `shake` in `abe shinzo shake hands`: the third word of a run that goes on with common words, unless the lists vouch for
/// it and for the word in the middle.
fn without_verb(line: &Line, at: usize, end: usize) -> usize {
    let three = end == at + 3 && (at..end).all(|word| is_solid(line, word));
    let vouched = line.is(at + 1, Class::NAME) && line.is(at + 2, Class::NAME) || line.is_border(end);
    if three && !vouched { at + 2 } else { end }
}

/// In a row of names without commas the next one starts here: a name listed as a whole or known alone, or, when the name
/// before has two words, a given name that is not the last word itself.
fn starts_another(line: &Line, at: usize, solid: usize) -> bool {
    let pair = solid >= 2 && line.is(at, Class::GIVEN) && line.continues(at + 1) && line.may_be_name(at + 1);
    let alone = line.is(at, Class::LONE) && !line.is(at - 1, Class::GIVEN.with(Class::FIRST).with(Class::PARTICLE));
    pair || alone && !line.is_initial(at - 1) || line.known(at).is_some()
}

/// `of`, `the`: particles of a few old names only, which stand in the lists as a whole.
fn is_function(line: &Line, at: usize) -> bool {
    line.is(at, Class::GRAMMAR)
}

fn opens_with_particle(line: &Line, at: usize) -> bool {
    line.is(at, Class::PARTICLE) && !is_function(line, at) && line.continues(at + 1) && line.may_be_name(at + 1)
}

/// A part of a name that is neither initial nor particle.
fn is_solid(line: &Line, at: usize) -> bool {
    line.is_long(at, 2) && !line.is(at, Class::PARTICLE)
}

/// `wood` in `grant wood,`: a family name that is a common word, at the end of the phrase.
fn takes_common_surname(line: &Line, at: usize) -> bool {
    line.continues(at)
        && line.is(at, Class::LAST)
        && line.is(at, Class::COMMON)
        && !is_function(line, at)
        && line.may_be_capital(at)
        && line.is_border(at + 1)
}

/// Behind `by`: any run of two or more words, or one word that is listed or ends the phrase.
fn credited(line: &Line, at: usize) -> Option<usize> {
    let end = run(line, at);
    let first_is_name = line.is(at, Class::NAME);
    let accepted = match end - at {
        0 => false,
        1 => line.is_long(at, 3) && !line.is_things(at) && (first_is_name || ends_phrase(line, end)),
        _ => (at..end).any(|word| line.is_long(word, 3)) && !line.is_things(end - 1),
    };
    accepted.then_some(end)
}

/// Punctuation, a connecting word or a word of grammar comes next.
fn ends_phrase(line: &Line, at: usize) -> bool {
    line.is_border(at) || line.is(at, Class::GRAMMAR.with(Class::STYLE))
}

/// `pebble tay`, `crazy earl`: a common word and a name, as a whole phrase behind `by`.
fn pair_with_common_first(line: &Line, at: usize) -> Option<usize> {
    let last = at + 1;
    let fits = line.is(at, Class::COMMON)
        && !line.is(at, Class::GRAMMAR.with(Class::BY).with(Class::AND).with(Class::STYLE))
        && line.continues(last)
        && line.is_border(last + 1)
        && line.may_be_name(last)
        && line.is_long(last, 3)
        && !line.is(last, Class::LONE)
        && (line.is(last, Class::NAME) || line.is(at, Class::NAME) && !line.is_things(last));
    fits.then_some(last + 1)
}

/// An item of a list: two words of which one is listed or both are capital, an artist's family name, a whole phrase else.
fn listed(line: &Line, at: usize) -> Option<usize> {
    let end = run(line, at);
    let evidence =
        (at..end).any(|word| line.is(word, Class::NAME) || line.is_initial(word)) || (at..end).all(|w| line.is_proper(w));
    let accepted = match end - at {
        0 => false,
        1 => line.is_long(at, 3) && (line.is(at, Class::SURNAME.with(Class::LONE)) || is_joined(line, at)),
        _ => (at..end).any(|word| line.is_long(word, 3)) && (evidence || line.is_border(end)) && !line.is_things(end - 1),
    };
    accepted.then_some(end)
}

/// A single unlisted word next to the `and` of a list of names, as a whole phrase.
fn is_joined(line: &Line, at: usize) -> bool {
    let before = at.checked_sub(1).is_some_and(|before| line.is(before, Class::AND));
    line.is_border(at + 1) && (before || line.is(at + 1, Class::AND)) && line.is_long(at, 4) && !line.is_things(at)
}

/// Anywhere: a lone name, a given name and one more word, a given name behind a title, an artist's name before `style`.
fn plain(line: &Line, at: usize) -> Option<usize> {
    if let Some(end) = pair(line, at) {
        return Some(end);
    }
    let lone = line.may_be_name(at) && line.is(at, Class::LONE);
    let before_style =
        line.may_be_name(at) && line.is(at, Class::SURNAME) && line.continues(at + 1) && line.is(at + 1, Class::STYLE);
    (lone || before_style || titled(line, at)).then_some(at + 1)
}

/// A given name that is no common word, and a word that could be a family name.
fn pair(line: &Line, at: usize) -> Option<usize> {
    let opens = line.may_be_name(at) && line.is_long(at, 2) && line.may_be_capital(at) && line.gap(at) != Gap::Hyphen;
    if !opens || !line.is(at, Class::GIVEN.with(Class::FIRST)) || line.is(at, Class::PARTICLE) {
        return None;
    }
    let end = run(line, at);
    let written = (at..end).all(|word| line.may_be_capital(word) || line.is(word, Class::PARTICLE));
    let last = end - 1;
    let fits = end - at >= 2 && line.is_long(last, 3) && !line.is_things(last) && written;
    (fits && is_sure(line, at, last)).then_some(end)
}

/// A pair outside credits needs a given name of the census and a family name that is no common word; capitals stand in for
/// either.
fn is_sure(line: &Line, first: usize, last: usize) -> bool {
    let proper = line.is_proper(first) && line.is_proper(last);
    let common_last = line.is(last, Class::COMMON);
    proper || !common_last && (line.is(first, Class::GIVEN) || line.is(last, Class::LAST))
}

/// `pope francis`.
fn titled(line: &Line, at: usize) -> bool {
    let title = at.checked_sub(1).is_some_and(|before| line.is(before, Class::TITLE));
    title && line.continues(at) && line.may_be_name(at) && line.is(at, Class::GIVEN)
}
