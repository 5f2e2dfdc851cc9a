//! What cannot be written so that it reads back is refused before anything is written.

use tamis::error::Kind;
use tamis::export::Layout;

use super::*;

#[test]
fn a_text_of_two_lines_is_refused_in_txt_and_named() {
    let mut records = vec![record(1, "good"), record(2, "two\nlines"), record(3, "ends in cr\r"), record(4, " "), record(5, "")];
    let refused = plan(&Options::new(Layout::Txt), &records).expect_err("cannot be read back");
    assert!(refused.message.starts_with("4 records") && refused.message.contains("(ids 2, 3, 4, 5)"), "{refused}");
    assert!(refused.hint.is_some_and(|hint| hint.contains("jsonl")));
    assert!(plan(&Options::new(Layout::Jsonl), &records).is_ok());
    records.truncate(1);
    records.push(record(6, "a lone \r inside, \u{2028} and \u{85} are text"));
    assert!(plan(&Options::new(Layout::Txt), &records).is_ok());
}

#[test]
fn only_the_first_few_are_named() {
    let records: Vec<_> = (1..=9).map(|id| record(id, "a\nb")).collect();
    let refused = plan(&Options::new(Layout::Txt), &records).expect_err("cannot be read back");
    assert!(refused.message.contains("9 records") && refused.message.contains("(ids 1, 2, 3, 4, 5, …)"), "{refused}");
}

#[test]
fn a_split_that_is_no_file_name_is_refused() {
    for split in ["../train", "a/b", "", ".", "tr ain"] {
        assert!(plan(&Options::new(Layout::Jsonl), &[in_split(split, record(1, "a"))]).is_err(), "{split:?}");
    }
}

#[test]
fn txt_has_no_room_for_more_columns() {
    let options = Options { with: vec!["id".into()], ..Options::new(Layout::Txt) };
    assert!(plan(&options, &[record(1, "a")]).is_err_and(|e| e.kind == Kind::Usage));
}

#[test]
fn fields_that_are_no_object_are_refused_by_record() {
    let broken = ExportRecord { fields: Some("[1]".into()), ..record(8, "a") };
    let refused = plan(&Options::new(Layout::Csv), &[broken]).expect_err("no object");
    assert!(refused.message.contains("record 8"));
}
