//! A graph that grew out of an earlier one is the graph that is built anew.

use proptest::prelude::*;
use tamis::model::Lens;
use tamis::similarity::{ItemSets, Nodes, Pairs, Recipe, Reuse, Same, lexical};

use super::*;

/// The graph of `nodes` by words at 0.5 within a budget, with the pairs that the join was asked for checked against `earlier`.
pub fn graph_of(nodes: &Nodes, texts: &[&str], budget: usize, earlier: Option<&Graph>) -> Graph {
    let recipe = Recipe { budget, ..Recipe::new(Lens::Lexical, "words", 0.5).expect("a good floor") };
    build::build(&recipe, nodes.clone(), earlier, |rows, pairs, sink| {
        let texts: Vec<&str> = rows.iter().map(|&node| texts[nodes.first_of[node as usize] as usize]).collect();
        let read = ItemSets::read(&texts, Sets::Words, &Progress::none())?;
        lexical::join(&read, pairs, 0.5, sink, &Progress::none())
    })
    .expect("not cancelled")
}

/// Records and their texts, and what became of them: kept, removed, or with another text; and records that came.
type Change = (Vec<String>, Vec<Option<String>>, Vec<bool>, Vec<String>);

fn change() -> impl Strategy<Value = Change> {
    texts().prop_flat_map(|texts| {
        let edits = prop::collection::vec(prop::option::weighted(0.2, text()), texts.len());
        let stay = prop::collection::vec(prop::bool::weighted(0.85), texts.len());
        (Just(texts), edits, stay, prop::collection::vec(text(), 0..20))
    })
}

/// The scope afterwards; ids of what stays stay.
fn after((before, edits, stay, added): &Change) -> (Vec<RecordId>, Vec<String>) {
    let edited = before.iter().zip(edits).map(|(text, edit)| edit.as_ref().unwrap_or(text));
    let old = edited.zip(stay).enumerate().filter(|(_, (_, stays))| **stays).map(|(n, (text, _))| (id(n), text.clone()));
    let new = added.iter().enumerate().map(|(n, text)| (id(before.len() + n), text.clone()));
    old.chain(new).unzip()
}

fn collapse(records: Vec<RecordId>, texts: &[&str], same: Same) -> Nodes {
    Nodes::collapse(records, texts, same, &Progress::none()).expect("in order")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn adds_edits_and_removals_give_what_building_anew_gives(
        change in change(),
        budget in prop_oneof![Just(usize::MAX), 0usize..300],
        same in prop::sample::select(vec![Same::Normal, Same::Exact]),
    ) {
        let before = as_strs(&change.0);
        let earlier = graph_of(&collapse((0..before.len()).map(id).collect(), &before, same), &before, budget, None);
        let (records, texts) = after(&change);
        let texts = as_strs(&texts);
        let nodes = collapse(records, &texts, same);
        let anew = graph_of(&nodes, &texts, budget, None);
        prop_assert_eq!(graph_of(&nodes, &texts, budget, Some(&earlier)), anew.clone());
        prop_assert_eq!(anew.clone().checked(), Some(anew));
    }

    #[test]
    fn only_texts_that_are_new_are_rows_to_look_for(change in change()) {
        let before = as_strs(&change.0);
        let earlier = graph(&before, Sets::Words, 0.5);
        let (records, texts) = after(&change);
        let nodes = collapse(records, &as_strs(&texts), Same::Normal);
        let reuse = Reuse::plan(&earlier, &nodes);
        let known = |node: &u32| earlier.digests.contains(&nodes.digests[*node as usize]);
        let (old, new) = reuse.rows.split_at(reuse.first as usize);
        prop_assert!(old.iter().all(known) && !new.iter().any(known));
        let mut rows = reuse.rows.clone();
        rows.sort_unstable();
        prop_assert_eq!(rows, (0..nodes.len() as u32).collect::<Vec<_>>());
    }
}

#[test]
fn a_join_is_asked_for_what_is_new_and_not_at_all_where_nothing_is() {
    let texts = ["a b c", "a b c d", "x y"];
    let recipe = Recipe::new(Lens::Lexical, "words", 0.5).expect("a good floor");
    let asked = |recipe: &Recipe, texts: &[&str], earlier: Option<&Graph>| {
        let mut asked = None;
        let nodes = collapse((0..texts.len()).map(id).collect(), texts, Same::Normal);
        build::build(recipe, nodes, earlier, |rows, pairs, _| {
            asked = Some((rows.to_vec(), pairs));
            Ok(())
        })
        .expect("not cancelled");
        asked
    };
    let earlier = graph(&texts[..2], Sets::Words, 0.5);
    assert_eq!(asked(&recipe, &texts, None), Some((vec![0, 1, 2], Pairs::All)));
    assert_eq!(asked(&recipe, &["new", "A B C", "a b c d"], Some(&earlier)), Some((vec![1, 2, 0], Pairs::WithNew { first: 2 })));
    assert_eq!(asked(&recipe, &texts[..1], Some(&earlier)), None);
    let others = [Recipe { floor: 0.4, ..recipe.clone() }, Recipe { method: "grams".into(), ..recipe }];
    for other in others {
        assert_eq!(asked(&other, &texts, Some(&earlier)), Some((vec![0, 1, 2], Pairs::All)), "made in another way");
    }
}

#[test]
fn a_capped_graph_is_of_use_only_while_all_of_its_texts_are_there() {
    let mut earlier = graph(&["a b", "a c", "a d"], Sets::Words, 0.3);
    earlier.capped = Some(8);
    let plan = |texts: &[&str]| Reuse::plan(&earlier, &collapse((0..texts.len()).map(id).collect(), texts, Same::Normal));
    assert_eq!(plan(&["a b", "a c", "a d", "a e"]).first, 3);
    let nothing = plan(&["a b", "a c", "a e"]);
    assert_eq!((nothing.first, nothing.kept.len(), nothing.capped), (0, 0, None));
}
