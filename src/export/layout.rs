//! The layouts there are, and what each of them is like.

use std::str::FromStr;

/// How an export is laid out on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// A folder per split with `metadata.jsonl` and the images beside it; a data card that Hugging Face reads.
    ImageFolder,
    /// `SPLIT.jsonl`, one object a line; a data card.
    Jsonl,
    /// `SPLIT.txt`, one text a line.
    Txt,
    /// `SPLIT.csv`, RFC 4180 with a header.
    Csv,
    /// `data/SPLIT-00000-of-00001.parquet`, a column per field; a data card.
    Parquet,
    /// A folder per split with the images, and beside each a caption file: `cat.txt` beside `cat.jpg`.
    Kohya,
    /// As [`Layout::ImageFolder`], with the `dataset-metadata.json` that Kaggle's tool asks for instead of the card.
    Kaggle,
}

/// What a record becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A line that is a JSON object.
    Json,
    /// A row of CSV.
    Csv,
    /// A line that is the text.
    Text,
    /// A row of a parquet table.
    Table,
}

impl Layout {
    pub const ALL: [Layout; 7] =
        [Layout::ImageFolder, Layout::Jsonl, Layout::Txt, Layout::Csv, Layout::Parquet, Layout::Kohya, Layout::Kaggle];

    pub fn word(self) -> &'static str {
        match self {
            Layout::ImageFolder => "imagefolder",
            Layout::Jsonl => "jsonl",
            Layout::Txt => "txt",
            Layout::Csv => "csv",
            Layout::Parquet => "parquet",
            Layout::Kohya => "kohya",
            Layout::Kaggle => "kaggle",
        }
    }

    pub(super) fn form(self) -> Form {
        match self {
            Layout::ImageFolder | Layout::Jsonl | Layout::Kaggle => Form::Json,
            Layout::Csv => Form::Csv,
            Layout::Txt | Layout::Kohya => Form::Text,
            Layout::Parquet => Form::Table,
        }
    }

    /// Whether image files have a place in it, each split in a folder of its own.
    pub fn holds_images(self) -> bool {
        matches!(self, Layout::ImageFolder | Layout::Kaggle | Layout::Kohya)
    }

    /// Whether a record is more than its text, so that fields can be chosen.
    pub fn has_columns(self) -> bool {
        self.form() != Form::Text
    }

    /// Whether it can go to standard output.
    pub fn streams(self) -> bool {
        matches!(self, Layout::Jsonl | Layout::Txt | Layout::Csv)
    }

    /// Whether a `README.md` with the data card belongs to it.
    pub fn has_card(self) -> bool {
        matches!(self, Layout::ImageFolder | Layout::Jsonl | Layout::Parquet)
    }
}

impl FromStr for Layout {
    type Err = ();
    fn from_str(word: &str) -> Result<Self, ()> {
        Layout::ALL.into_iter().find(|l| l.word() == word).ok_or(())
    }
}

/// How the images of a layout that holds them get there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Images {
    /// A hard link; a copy where the file system does not give one.
    #[default]
    Link,
    Copy,
    /// Not at all: only what is said of them.
    None,
}

impl Images {
    pub const ALL: [Images; 3] = [Images::Link, Images::Copy, Images::None];

    pub fn word(self) -> &'static str {
        match self {
            Images::Link => "link",
            Images::Copy => "copy",
            Images::None => "none",
        }
    }
}

impl FromStr for Images {
    type Err = ();
    fn from_str(word: &str) -> Result<Self, ()> {
        Images::ALL.into_iter().find(|i| i.word() == word).ok_or(())
    }
}
