//! The data card, `README.md`: what a set is, where its records come from, what was tested, how to load it.
//!
//! It says what the plan and the provenance say and nothing else: no time, no path, so that the same records give the same bytes. Text from
//! data is escaped; the sections that the caller made come as Markdown that is escaped already.

mod front;

use serde_json::Value;

use super::table::Holds;
use super::table::kind::Kind;
use super::{Layout, Plan, Provenance};
use crate::display::markdown::{code, fence, inline, row};
use crate::display::{bytes, grouped, safe};

/// The whole file: front matter, card, how to load it.
pub fn readme(plan: &Plan, provenance: &Provenance) -> String {
    format!("{}\n{}\n{}", front::front_matter(plan), body(plan, provenance), loading(plan))
}

/// The card by itself.
pub fn body(plan: &Plan, provenance: &Provenance) -> String {
    let section = |heading: &str, body: Option<String>| body.map(|body| format!("## {heading}\n\n{}", ended(&body)));
    let title = plan.options.about.title.as_deref().map_or("Prompts for text-to-image models".to_owned(), inline);
    let sections = [
        Some(format!("# {title}\n\n{}", contents(plan))),
        section("Splits", splits(plan)),
        section("Columns", columns(plan)),
        section("Lineage", provenance.lineage.as_ref().map(|s| s.markdown.clone())),
        section("How it was made", Some(recipe(provenance))),
        section("Leakage between the splits", provenance.certificate.as_ref().map(|s| s.markdown.clone())),
        section("Checks", checks(provenance)),
        section("Digest", Some(digest(provenance))),
    ];
    sections.into_iter().flatten().collect::<Vec<_>>().join("\n")
}

fn ended(text: &str) -> String {
    format!("{}\n", text.trim_end())
}

fn contents(plan: &Plan) -> String {
    let images = if plan.images > 0 {
        format!(" and {} image files ({})", grouped(plan.images), bytes(plan.image_bytes))
    } else {
        String::new()
    };
    format!(
        "{} prompts{images}, exported by tamis {} as {}.\n",
        grouped(plan.total),
        env!("CARGO_PKG_VERSION"),
        plan.options.layout.word()
    )
}

fn splits(plan: &Plan) -> Option<String> {
    if plan.splits.is_empty() {
        return None;
    }
    let mut out = row(&["split", "records", "share"]) + &row(&["---", "---:", "---:"]);
    for (split, &records) in &plan.splits {
        let share = format!("{:.2} %", records as f64 * 100.0 / plan.total.max(1) as f64);
        let mut name = code(split);
        let hub = front::hub_name(split);
        if plan.options.layout.has_card() && hub != *split {
            name.push_str(&format!(" (loaded as {})", code(&hub)));
        }
        if let Some(note) = front::note_on(split) {
            name.push_str(&format!(" ({note})"));
        }
        out.push_str(&row(&[&name, &grouped(records), &share]));
    }
    Some(out)
}

/// Of a table, whose columns are known.
fn columns(plan: &Plan) -> Option<String> {
    if plan.columns.is_empty() {
        return None;
    }
    let mut out = row(&["column", "type"]) + &row(&["---", "---"]);
    for column in &plan.columns {
        out.push_str(&row(&[&code(&column.name), column.kind.word()]));
    }
    if plan.columns.iter().any(|column| column.holds == Holds::Field && column.kind == Kind::Text) {
        out.push_str("\nA text column of mixed values holds the JSON of those that are no text.\n");
    }
    Some(out)
}

fn recipe(provenance: &Provenance) -> String {
    let mut out = fence("sh", &safe(&provenance.created_by));
    let mut settings = Vec::new();
    flatten("", &provenance.recipe, &mut settings);
    if provenance.lineage.is_none() {
        flatten("", &Value::Object(provenance.counts.clone().into_iter().collect()), &mut settings);
    }
    if !settings.is_empty() {
        out.push('\n');
        out.push_str(&(row(&["setting", "value"]) + &row(&["---", "---"])));
        out.extend(settings.iter().map(|(name, value)| row(&[&inline(name), &code(value)])));
    }
    out
}

/// The values that are neither empty nor a list or an object themselves, under names like `split.seed`. Of what has a `name`, that is it.
fn flatten(name: &str, value: &Value, out: &mut Vec<(String, String)>) {
    let below = |inner: &str| if name.is_empty() { inner.to_owned() } else { format!("{name}.{inner}") };
    match value {
        Value::Null => {}
        Value::String(text) if text.is_empty() => {}
        Value::String(text) => out.push((name.to_owned(), text.clone())),
        Value::Object(members) => members.iter().for_each(|(inner, value)| flatten(&below(inner), value, out)),
        Value::Array(items) => items.iter().enumerate().for_each(|(n, item)| flatten(&below(&(n + 1).to_string()), item, out)),
        other => out.push((name.to_owned(), other.to_string())),
    }
}

fn checks(provenance: &Provenance) -> Option<String> {
    if provenance.checks.is_empty() {
        return overridden(provenance);
    }
    let mut out = row(&["check", "verdict", "detail"]) + &row(&["---", "---", "---"]);
    for check in &provenance.checks {
        let is_overridden = provenance.overridden.contains(&check.name);
        let verdict = if is_overridden { format!("**{}, overridden**", check.verdict) } else { check.verdict.clone() };
        out.push_str(&row(&[&inline(&check.name), &verdict, &inline(&check.detail)]));
    }
    Some(out)
}

/// Of a snapshot the checks of the day are no part; that some would not have held it up is.
fn overridden(provenance: &Provenance) -> Option<String> {
    let names: Vec<String> = provenance.overridden.iter().map(|name| code(name)).collect();
    (!names.is_empty()).then(|| format!("**Exported whatever these checks say:** {}.\n", names.join(", ")))
}

fn digest(provenance: &Provenance) -> String {
    let files = "`manifest.json` lists every file with its SHA-256; `tamis verify` reads all of them back.\n";
    match &provenance.content {
        Some(content) => format!(
            "Exported from the snapshot {}, whose content has the SHA-256\n`{}`.\n{files}",
            inline(&content.snapshot),
            content.digest
        ),
        None => files.to_owned(),
    }
}

fn loading(plan: &Plan) -> String {
    let split = plan.splits.keys().next().map_or("train".to_owned(), |split| front::hub_name(split));
    let code = format!(
        "from datasets import load_dataset\n\nprompts = load_dataset(\"path/to/this/folder\", split=\"{split}\")\nprint(prompts[0])"
    );
    let images = if plan.options.layout == Layout::ImageFolder && plan.images > 0 {
        "\nEach row has its `image` beside the columns of `metadata.jsonl`.\n"
    } else {
        ""
    };
    format!("## Loading it\n\n{}{images}", fence("python", &code))
}
