//! A pipeline: ordered rules, compiled once, applied to any number of texts from any number of threads.

use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_128;

use super::action::{Context, Verdict};
use super::gate::{Awake, Bits, Gate};
use super::spec::{self, Rule};
use super::subject::Subject;
use super::totals::Totals;
use super::way::{self, Way};
use crate::error::Result;
use crate::model::{MAX_TEXT, Outcome, Refusal};

/// Raised when a kind comes to do something else with the same parameters, so that old results count as stale.
pub const ENGINE: &str = "tamis rules 2";

/// Rounds after which a pipeline that goes to its fixpoint gives up: rules that undo each other have none.
pub const MAX_ROUNDS: usize = 16;

/// Compiled rules in order. Cloning shares them.
#[derive(Debug, Clone)]
pub struct Pipeline {
    source: Arc<str>,
    name: Arc<str>,
    description: Arc<str>,
    to_fixpoint: bool,
    rules: Arc<[Rule]>,
    gate: Arc<Gate>,
}

/// Where a pipeline is: in its round, from 0, at a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct At {
    pub round: usize,
    /// Index of the rule.
    pub rule: usize,
}

/// What the pipeline made of one text, without the steps between.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Applied {
    /// `None` when the text is as it was. For a dropped record: the text that the dropping rule saw.
    pub text: Option<String>,
    /// Index of the rule that dropped it; no later rule ran.
    pub dropped_by: Option<usize>,
    /// Indices of the rules that changed the text or set a field, ascending.
    pub fired: Vec<usize>,
    /// Names and JSON values of the fields that rules set, each name once.
    pub fields: Vec<(String, String)>,
    /// Rules that could not be carried out, by index, and why.
    pub failed: Vec<(usize, String)>,
}

impl Applied {
    /// The rules left it alone.
    pub fn is_nothing(&self) -> bool {
        self.text.is_none() && self.dropped_by.is_none() && self.fields.is_empty()
    }

    pub(super) fn set(&mut self, name: &str, value: String) {
        match self.fields.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => *old = value,
            None => self.fields.push((name.to_owned(), value)),
        }
    }
}

impl Pipeline {
    /// Reads a pipeline from TOML ([`spec`] shows the form). Errors name the rule and the line.
    pub fn parse(toml: &str) -> Result<Pipeline> {
        Pipeline::parse_reusing(toml, &[])
    }

    /// As [`Pipeline::parse`]; rules that read the same as one of `known` are not compiled again. For an editor, where one rule of
    /// many changes with every key.
    pub fn parse_reusing(toml: &str, known: &[Rule]) -> Result<Pipeline> {
        let spec = spec::read(toml, known)?;
        let gate = Gate::new(spec.rules.iter().flat_map(|rule| rule.needs.iter()));
        Ok(Pipeline {
            source: toml.into(),
            name: spec.name.into(),
            description: spec.description.into(),
            to_fixpoint: spec.to_fixpoint,
            rules: spec.rules.into(),
            gate: Arc::new(gate),
        })
    }

    /// The TOML it was read from.
    pub fn source(&self) -> &str {
        &self.source
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the file says it is for, or nothing.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// Whether it runs on its own result until nothing changes any more.
    pub fn goes_to_fixpoint(&self) -> bool {
        self.to_fixpoint
    }

    /// The rules in order; disabled ones keep their place, so that an index means the same with a rule on or off.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Whether any rule looks at the imported fields; else they need not be read.
    pub fn reads_fields(&self) -> bool {
        self.rules.iter().any(|rule| rule.enabled && rule.reads_fields())
    }

    /// Names of the rules, in order, unique.
    pub fn rule_names(&self) -> Vec<&str> {
        self.rules.iter().map(|rule| rule.name.as_str()).collect()
    }

    /// Digest of what it does, hex: XXH3-128 over the enabled rules' names, kinds, conditions and parameters with defaults filled
    /// in, and whether it goes to its fixpoint.
    ///
    /// Comments, blanks, the order of keys, `why`, the pipeline's name and description, and disabled rules do not matter. The
    /// names of rules do: outcomes hold them.
    pub fn digest(&self) -> String {
        let mut canonical = String::from(ENGINE);
        if self.to_fixpoint {
            canonical.push_str("\nfixpoint");
        }
        for rule in self.rules.iter().filter(|rule| rule.enabled) {
            // A name, a kind and lines of JSON hold no line break, so no two pipelines run together.
            canonical.push_str(&format!("\n{}\n{}\n{}\n{}", rule.name, rule.kind, rule.when_canonical, rule.canonical));
        }
        format!("{:032x}", xxh3_128(canonical.as_bytes()))
    }

    /// What the rules make of a text. No text is built when none fires.
    pub fn apply(&self, text: &str, subject: &Subject<'_>) -> Applied {
        let mut applied = Applied::default();
        let end = self.run(text, subject, |at, _, verdict| {
            match &verdict {
                Verdict::Drop => applied.dropped_by = Some(at.rule),
                Verdict::Failed(why) => applied.failed.push((at.rule, why.clone())),
                Verdict::Field { name, value } => {
                    applied.set(name, value.clone());
                    applied.fired.push(at.rule);
                }
                _ => applied.fired.push(at.rule),
            }
            verdict
        });
        applied.text = end.filter(|end| end != text);
        applied.tidied()
    }

    /// What the rules make of a text when some of it is refused.
    pub fn apply_refusing(&self, text: &str, subject: &Subject<'_>, refused: &[Refusal]) -> Applied {
        if refused.is_empty() { self.apply(text, subject) } else { self.way(text, subject, refused).applied(text) }
    }

    /// Every step, for showing one text.
    pub fn way(&self, text: &str, subject: &Subject<'_>, refused: &[Refusal]) -> Way {
        way::walk(self, text, subject, refused)
    }

    /// Runs the enabled rules. `judge` is told what each wants that wants something, with the text it saw, and says what stands
    /// of it. Returns the text after the last rule, `None` when no rule changed it.
    pub(super) fn run(
        &self,
        text: &str,
        subject: &Subject<'_>,
        mut judge: impl FnMut(At, &str, Verdict) -> Verdict,
    ) -> Option<String> {
        let mut run = Run { current: None, set: Vec::new(), looked: false, bits: Bits::default() };
        let rounds = if self.to_fixpoint { MAX_ROUNDS } else { 1 };
        for round in 0..rounds {
            let start = if self.to_fixpoint { run.current.clone() } else { None };
            let goes_on = self.round(round, text, subject, &mut run, &mut judge);
            let start = start.as_deref().unwrap_or(text);
            if !goes_on || run.current.as_deref().unwrap_or(text) == start {
                break;
            }
        }
        run.current
    }

    /// One pass over the rules; false when the record was dropped.
    fn round(
        &self,
        round: usize,
        text: &str,
        subject: &Subject<'_>,
        run: &mut Run,
        judge: &mut impl FnMut(At, &str, Verdict) -> Verdict,
    ) -> bool {
        let mut first = 0;
        for (index, rule) in self.rules.iter().enumerate() {
            let part = first;
            first += rule.needs.len();
            if !rule.enabled {
                continue;
            }
            let current = run.current.as_deref().unwrap_or(text);
            if !run.looked {
                self.gate.look(current, &mut run.bits);
                run.looked = true;
            }
            let awake = Awake::of_rule(&run.bits, part);
            if !awake.any(rule.needs.len()) {
                continue;
            }
            let subject = Subject { set: &run.set, ..*subject };
            if rule.when.as_ref().is_some_and(|when| !when.holds(current, &subject)) {
                continue;
            }
            let verdict = match rule.action.apply(current, &Context { subject: &subject, awake }) {
                Verdict::Same => continue,
                // A record is at most so long, and rules that feed each other could grow a text without end.
                Verdict::Changed(next) if next.len() > MAX_TEXT => Verdict::Failed("the text would be over 1 MiB".to_owned()),
                verdict => verdict,
            };
            match judge(At { round, rule: index }, current, verdict) {
                Verdict::Changed(next) => {
                    run.current = Some(next);
                    run.looked = false;
                }
                Verdict::Drop => return false,
                Verdict::Field { name, value } => run.set.push((name.to_string(), value)),
                Verdict::Same | Verdict::Failed(_) => {}
            }
        }
        true
    }

    /// [`Applied`] as the layer the workspace stores; `None` when nothing changed.
    pub fn outcome(&self, applied: &Applied) -> Option<Outcome> {
        if applied.is_nothing() {
            return None;
        }
        let name = |rule: usize| self.rules.get(rule).map(|rule| rule.name.clone());
        Some(Outcome {
            text: applied.text.clone(),
            dropped_by: applied.dropped_by.and_then(name),
            fired: applied.fired.iter().copied().filter_map(name).collect(),
            fields: applied.fields.clone(),
        })
    }

    /// How many of its parts (patterns, mostly) can do anything with a text; `bits` is only room.
    pub fn awake(&self, text: &str, bits: &mut Bits) -> usize {
        self.gate.look(text, bits);
        bits.count()
    }

    /// How many parts there are.
    pub fn parts(&self) -> usize {
        self.rules.iter().map(|rule| rule.needs.len()).sum()
    }

    /// Empty totals with a row per rule.
    pub fn totals(&self) -> Totals {
        Totals::of(self.rules.len())
    }
}

impl Applied {
    /// A rule that fires in several rounds is named once.
    pub(super) fn tidied(mut self) -> Applied {
        if !self.fired.is_sorted_by(|a, b| a < b) {
            self.fired.sort_unstable();
            self.fired.dedup();
        }
        self
    }
}

/// What a run knows of one text.
struct Run {
    /// `None` while it is the raw one.
    current: Option<String>,
    set: Vec<(String, String)>,
    /// `bits` are of the current text.
    looked: bool,
    bits: Bits,
}
