//! A pipeline's TOML as lines: a rule switched, moved, rewritten, added or taken out, with everything else left byte for byte as the
//! curator wrote it, comments and blank lines included.
//!
//! A rule is the lines from its `[[rule]]` to the last one before the next that is neither blank nor a comment; comment lines
//! directly above its `[[rule]]` belong to it too. Every change is read back and compared with what was, so that a file whose
//! lines are not what they seem is refused and not spoilt.

use std::ops::Range;

use super::pipeline::Pipeline;
use super::spec::Rule;
use crate::error::{Error, Result};

/// The lines of a rule from its `[[rule]]` on, as an editor shows them.
pub fn rule_text(pipeline: &Pipeline, rule: usize) -> Result<String> {
    let lines = Lines::of(pipeline)?;
    Ok(lines.text(lines.body(rule)?))
}

/// The pipeline with a rule rewritten: `text` may be one `[[rule]]`, several, or nothing.
pub fn with_rule(pipeline: &Pipeline, rule: usize, text: &str) -> Result<Pipeline> {
    let mut lines = Lines::of(pipeline)?;
    let at = lines.body(rule)?;
    lines.replace(at, text);
    let changed = lines.read(pipeline)?;
    let rules = pipeline.rules();
    expect(same_head(pipeline, &changed) && stand_around(&changed, &rules[..rule], &rules[rule + 1..]), changed)
}

/// The pipeline with rules added before the rule with this index, or at the end.
pub fn with_inserted(pipeline: &Pipeline, before: usize, text: &str) -> Result<Pipeline> {
    let mut lines = Lines::of(pipeline)?;
    let at = lines.lead(before).unwrap_or(lines.lines.len());
    let text = if at == lines.lines.len() { format!("\n{}\n", text.trim()) } else { format!("{}\n\n", text.trim()) };
    lines.replace(at..at, &text);
    let changed = lines.read(pipeline)?;
    let (above, below) = pipeline.rules().split_at(before.min(pipeline.rules().len()));
    expect(same_head(pipeline, &changed) && stand_around(&changed, above, below), changed)
}

/// The pipeline without a rule.
pub fn without_rule(pipeline: &Pipeline, rule: usize) -> Result<Pipeline> {
    let mut lines = Lines::of(pipeline)?;
    let at = lines.whole(rule)?;
    lines.replace(at, "");
    let mut rules = pipeline.rules().to_vec();
    rules.remove(rule);
    lines.read_as(pipeline, &rules)
}

/// The pipeline with a rule on or off.
pub fn with_enabled(pipeline: &Pipeline, rule: usize, enabled: bool) -> Result<Pipeline> {
    let mut lines = Lines::of(pipeline)?;
    let body = lines.body(rule)?;
    let known = body.clone().find(|&n| is_key(&lines.lines[n], "enabled"));
    match (known, enabled) {
        (Some(n), true) => lines.replace(n..n + 1, ""),
        (Some(n), false) => lines.replace(n..n + 1, "enabled = false\n"),
        (None, true) => {}
        (None, false) => {
            let after = body.clone().find(|&n| is_key(&lines.lines[n], "kind")).unwrap_or(body.start) + 1;
            lines.replace(after..after, "enabled = false\n");
        }
    }
    let mut rules = pipeline.rules().to_vec();
    rules[rule].enabled = enabled;
    lines.read_as(pipeline, &rules)
}

/// The pipeline with a rule at another place.
pub fn with_moved(pipeline: &Pipeline, from: usize, to: usize) -> Result<Pipeline> {
    if from == to || to >= pipeline.rules().len() {
        return Ok(pipeline.clone());
    }
    let lines = Lines::of(pipeline)?;
    let text = lines.text(lines.lead(from).ok_or_else(unreadable)?..lines.body(from)?.end);
    let rest = without_rule(pipeline, from)?;
    let changed = with_inserted(&rest, to, &text)?;
    let mut rules = pipeline.rules().to_vec();
    let moved = rules.remove(from);
    rules.insert(to, moved);
    expect(are_the_same(changed.rules(), &rules), changed)
}

/// The pipeline under another name.
pub fn with_name(pipeline: &Pipeline, name: &str) -> Result<Pipeline> {
    check_pipeline_name(name)?;
    let changed = with_head(pipeline, "name", &format!("name = \"{name}\"\n"))?;
    expect(changed.name() == name && changed.goes_to_fixpoint() == pipeline.goes_to_fixpoint(), changed)
}

/// The pipeline going to its fixpoint or not.
pub fn with_fixpoint(pipeline: &Pipeline, to_fixpoint: bool) -> Result<Pipeline> {
    let line = if to_fixpoint { "fixpoint = true\n" } else { "" };
    let changed = with_head(pipeline, "fixpoint", line)?;
    expect(changed.goes_to_fixpoint() == to_fixpoint && changed.name() == pipeline.name(), changed)
}

/// Replaces or adds a line before the first rule.
fn with_head(pipeline: &Pipeline, key: &str, line: &str) -> Result<Pipeline> {
    let mut lines = Lines::of(pipeline)?;
    let head = 0..lines.headers.first().copied().unwrap_or(lines.lines.len());
    match head.clone().find(|&n| is_key(&lines.lines[n], key)) {
        Some(n) => lines.replace(n..n + 1, line),
        None => {
            let after = head.clone().find(|&n| is_key(&lines.lines[n], "name")).map_or(head.start, |n| n + 1);
            lines.replace(after..after, line);
        }
    }
    let changed = lines.read(pipeline)?;
    expect(changed.description() == pipeline.description() && are_the_same(changed.rules(), pipeline.rules()), changed)
}

fn is_key(line: &str, key: &str) -> bool {
    line.split('=').next().is_some_and(|found| found.trim() == key)
}

fn same_head(before: &Pipeline, after: &Pipeline) -> bool {
    let head = |p: &Pipeline| (p.name().to_owned(), p.description().to_owned(), p.goes_to_fixpoint());
    head(before) == head(after)
}

/// Whether the first and the last rules are these, whatever is between them.
fn stand_around(pipeline: &Pipeline, above: &[Rule], below: &[Rule]) -> bool {
    let rules = pipeline.rules();
    rules.len() >= above.len() + below.len()
        && are_the_same(&rules[..above.len()], above)
        && are_the_same(&rules[rules.len() - below.len()..], below)
}

/// Whether the rules read the same, wherever they stand in the file.
fn are_the_same(these: &[Rule], those: &[Rule]) -> bool {
    let same = |a: &Rule, b: &Rule| {
        (&a.name, a.kind, &a.why, a.enabled, &a.when_canonical, &a.canonical)
            == (&b.name, b.kind, &b.why, b.enabled, &b.when_canonical, &b.canonical)
    };
    these.len() == those.len() && these.iter().zip(those).all(|(a, b)| same(a, b))
}

/// So that a list of them stays a list.
const LONGEST_NAME: usize = 64;

/// Names of pipelines are names of rules: they stand in commands without quotes.
pub fn check_pipeline_name(name: &str) -> Result<()> {
    let is_word = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.');
    if name.len() > LONGEST_NAME {
        return Err(Error::usage(format!("the name of a pipeline has at most {LONGEST_NAME} characters")));
    }
    if name.split('-').all(is_word) {
        return Ok(());
    }
    Err(Error::usage(format!("`{name}` is not a name for a pipeline"))
        .hint("use letters and digits joined by dashes, e.g. my-rules"))
}

/// The lines of a pipeline and where its rules begin.
struct Lines {
    /// Each with its line feed.
    lines: Vec<String>,
    /// Index of each `[[rule]]`.
    headers: Vec<usize>,
}

impl Lines {
    fn of(pipeline: &Pipeline) -> Result<Lines> {
        let lines: Vec<String> = pipeline.source().split_inclusive('\n').map(str::to_owned).collect();
        let headers: Vec<usize> = pipeline.rules().iter().map(|rule| rule.line - 1).collect();
        let is_header = |n: &usize| lines.get(*n).is_some_and(|line| line.trim_start().starts_with("[[rule]]"));
        if headers.iter().all(is_header) { Ok(Lines { lines, headers }) } else { Err(unreadable()) }
    }

    /// From `[[rule]]` to the last line that says something.
    fn body(&self, rule: usize) -> Result<Range<usize>> {
        let start = *self.headers.get(rule).ok_or_else(unreadable)?;
        let next = self.headers.get(rule + 1).copied().unwrap_or(self.lines.len());
        let end = (start..next).rev().find(|&n| !is_silent(&self.lines[n])).map_or(start, |n| n + 1);
        Ok(start..end)
    }

    /// The first of the comment lines directly above a rule, or its own.
    fn lead(&self, rule: usize) -> Option<usize> {
        let header = *self.headers.get(rule)?;
        let comments = self.lines[..header].iter().rev().take_while(|line| line.trim_start().starts_with('#')).count();
        Some(header - comments)
    }

    /// With its comments and the blank lines behind it.
    fn whole(&self, rule: usize) -> Result<Range<usize>> {
        let body = self.body(rule)?;
        let blank = self.lines[body.end..].iter().take_while(|line| line.trim().is_empty()).count();
        Ok(self.lead(rule).unwrap_or(body.start)..body.end + blank)
    }

    fn text(&self, range: Range<usize>) -> String {
        self.lines[range].concat()
    }

    fn replace(&mut self, range: Range<usize>, text: &str) {
        if range.start > 0 && self.lines[range.start - 1..range.start].iter().any(|line| !line.ends_with('\n')) {
            self.lines[range.start - 1].push('\n');
        }
        let mut text = text.to_owned();
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        self.lines.splice(range, text.split_inclusive('\n').map(str::to_owned));
    }

    fn read(self, before: &Pipeline) -> Result<Pipeline> {
        Pipeline::parse_reusing(&self.lines.concat(), before.rules())
    }

    /// Reads what must be these rules under the head as it was.
    fn read_as(self, before: &Pipeline, rules: &[Rule]) -> Result<Pipeline> {
        let changed = self.read(before)?;
        expect(same_head(before, &changed) && are_the_same(changed.rules(), rules), changed)
    }
}

fn is_silent(line: &str) -> bool {
    let line = line.trim_start();
    line.is_empty() || line.starts_with('#')
}

fn expect(as_meant: bool, changed: Pipeline) -> Result<Pipeline> {
    if as_meant { Ok(changed) } else { Err(unreadable()) }
}

fn unreadable() -> Error {
    Error::refused("this pipeline's lines cannot be changed one by one").hint(
        "write each rule as a [[rule]] table with one key a line, or edit the whole file: `tamis rules edit WORKSPACE --pipeline NAME`",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "# Mine.\nname = \"mine\"\n\n# ---- first\n\n# why a\n[[rule]]\nname = \"a\"\nkind = \"replace\"\npattern = 'a'\nwith = '''\n\n# no comment\n'''\n\n# ---- second\n\n[[rule]]\nname = \"b\"\nkind = \"replace\"\nenabled = false\npattern = 'b'\nwith = ''\n[[rule]]\nname = \"c\"\nkind = \"replace\"\npattern = 'c'\nwith = ''";

    fn mine() -> Pipeline {
        Pipeline::parse(SOURCE).expect("valid")
    }

    fn names(pipeline: &Pipeline) -> String {
        pipeline.rule_names().join(" ")
    }

    #[test]
    fn a_rule_is_switched_and_back_without_a_trace() {
        let off = with_enabled(&mine(), 0, false).expect("switched");
        assert!(!off.rules()[0].enabled && off.source().contains("kind = \"replace\"\nenabled = false\npattern = 'a'"));
        assert_eq!(with_enabled(&off, 0, true).expect("switched").source(), SOURCE);
        assert!(with_enabled(&mine(), 1, true).expect("switched").rules()[1].enabled);
        assert_eq!(with_enabled(&mine(), 1, false).expect("switched").source(), SOURCE);
    }

    #[test]
    fn rules_move_with_their_comments() {
        let moved = with_moved(&mine(), 0, 2).expect("moved");
        assert_eq!(names(&moved), "b c a");
        assert!(
            moved.source().ends_with(
                "# why a\n[[rule]]\nname = \"a\"\nkind = \"replace\"\npattern = 'a'\nwith = '''\n\n# no comment\n'''\n"
            )
        );
        assert_eq!(names(&with_moved(&moved, 2, 0).expect("moved")), "a b c");
        assert_eq!(names(&with_moved(&mine(), 2, 1).expect("moved")), "a c b");
    }

    #[test]
    fn rules_are_rewritten_added_and_taken_out() {
        let text = rule_text(&mine(), 1).expect("there");
        assert_eq!(text, "[[rule]]\nname = \"b\"\nkind = \"replace\"\nenabled = false\npattern = 'b'\nwith = ''\n");
        let rewritten = with_rule(&mine(), 1, &text.replace("\"b\"", "\"d\"")).expect("valid");
        assert_eq!(names(&rewritten), "a d c");
        assert_eq!(rewritten.source(), SOURCE.replace("\"b\"", "\"d\""));
        assert!(with_rule(&mine(), 1, "[[rule]]\nname = \"x\"").is_err());
        assert_eq!(names(&without_rule(&mine(), 1).expect("valid")), "a c");
        let new = "[[rule]]\nname = \"n\"\nkind = \"replace\"\npattern = 'n'\nwith = ''";
        for (at, expected) in [(0, "n a b c"), (1, "a n b c"), (3, "a b c n")] {
            assert_eq!(names(&with_inserted(&mine(), at, new).expect("valid")), expected);
        }
    }

    #[test]
    fn the_head_is_changed_in_place() {
        let other = with_name(&mine(), "other").expect("valid");
        assert_eq!(other.source(), SOURCE.replace("\"mine\"", "\"other\""));
        let settled = with_fixpoint(&other, true).expect("valid");
        assert!(settled.goes_to_fixpoint() && settled.digest() != other.digest());
        assert_eq!(with_fixpoint(&settled, false).expect("valid").source(), other.source());
        assert!(with_name(&mine(), "a b").is_err());
    }
}
