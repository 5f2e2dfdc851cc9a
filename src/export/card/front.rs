//! The front matter of the card: what the Hugging Face hub and `load_dataset` read.

use std::collections::BTreeSet;

use crate::export::names::{UNASSIGNED, data_file};
use crate::export::yaml::yaml;
use crate::export::{Layout, Plan};

/// YAML between its two rules.
pub fn front_matter(plan: &Plan) -> String {
    let about = &plan.options.about;
    let mut out = String::from("---\n");
    if let Some(title) = &about.title {
        out.push_str(&format!("pretty_name: {}\n", yaml(title)));
    }
    if let Some(licence) = &about.licence {
        out.push_str(&format!("license: {}\n", yaml(&licence.to_lowercase())));
    }
    out.push_str("task_categories:\n- text-to-image\ntags:\n- prompts\nsize_categories:\n");
    out.push_str(&format!("- {}\n", size_category(plan.total)));
    out.push_str("configs:\n- config_name: default\n  data_files:\n");
    for (split, patterns) in splits(plan) {
        out.push_str(&format!("  - split: {}\n    path:\n", yaml(&split)));
        out.extend(patterns.iter().map(|pattern| format!("    - {}\n", yaml(pattern))));
    }
    out.push_str("---\n");
    out
}

/// The hub's word for a number of records.
fn size_category(records: u64) -> &'static str {
    match records {
        0..1_000 => "n<1K",
        1_000..10_000 => "1K<n<10K",
        10_000..100_000 => "10K<n<100K",
        100_000..1_000_000 => "100K<n<1M",
        1_000_000..10_000_000 => "1M<n<10M",
        10_000_000..100_000_000 => "10M<n<100M",
        _ => "100M<n<1B",
    }
}

/// Each split by the hub's name with the files that make it; all of it is `train` where there are no splits.
fn splits(plan: &Plan) -> Vec<(String, Vec<String>)> {
    if plan.splits.is_empty() {
        return vec![("train".to_owned(), patterns(plan, None))];
    }
    let mut taken = BTreeSet::new();
    let named = plan.splits.keys().map(|split| {
        let mut name = hub_name(split);
        while !taken.insert(name.clone()) {
            name.push('_');
        }
        (name, patterns(plan, Some(split.as_str())))
    });
    named.collect()
}

/// Split names of the hub have word characters only, and `all` is every split at once.
pub fn hub_name(split: &str) -> String {
    let name: String = split.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    if name.eq_ignore_ascii_case("all") { format!("{name}_") } else { name }
}

fn patterns(plan: &Plan, split: Option<&str>) -> Vec<String> {
    let data = data_file(plan.options.layout, split);
    if plan.options.layout != Layout::ImageFolder || plan.images == 0 {
        return vec![data];
    }
    match split {
        Some(split) => vec![format!("{split}/**")],
        // Beside the images lie files of our own here, so the images are named by their endings.
        None if plan.endings.iter().all(|ending| is_plain(ending)) => {
            std::iter::once(data).chain(plan.endings.iter().map(|ending| format!("**/*.{ending}"))).collect()
        }
        None => vec!["**".to_owned()],
    }
}

fn is_plain(ending: &str) -> bool {
    !ending.is_empty() && ending.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// How the split `unassigned` comes about, for the card.
pub fn note_on(split: &str) -> Option<&'static str> {
    (split == UNASSIGNED).then_some("in no split")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_splits_are_words_on_the_hub() {
        for (split, name) in [("train", "train"), ("train-2.0", "train_2_0"), ("a.", "a_"), ("All", "All_")] {
            assert_eq!(hub_name(split), name);
        }
    }

    #[test]
    fn every_size_has_its_category() {
        for (records, category) in
            [(0, "n<1K"), (999, "n<1K"), (1000, "1K<n<10K"), (999_999, "100K<n<1M"), (1_000_000, "1M<n<10M")]
        {
            assert_eq!(size_category(records), category);
        }
    }
}
