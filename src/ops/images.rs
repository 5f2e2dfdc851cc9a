//! The image files that kept records name: which record names which, and where they lie.

use std::path::PathBuf;

use xxhash_rust::xxh3::xxh3_128;

use crate::error::Result;
use crate::export::plain_path;
use crate::model::Version;
use crate::progress::Progress;
use crate::query::Columns;
use crate::store::Store;

/// The images of some records, in order of their positions in the columns.
#[derive(Debug, Default)]
pub(super) struct Images {
    /// In the order of `Names::sources`.
    pub sources: Vec<Place>,
    positions: Vec<u32>,
    /// All names end to end; `ends[i]` is where the name of `positions[i]` ends.
    names: String,
    ends: Vec<usize>,
}

/// Where the images of a source lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub source: String,
    /// As it was given.
    pub given: Option<PathBuf>,
    /// Without links in it; `None` where it is not there.
    pub root: Option<PathBuf>,
    /// Put before the file's name on export.
    pub prefix: Option<String>,
}

/// A record that names an image.
#[derive(Debug, Clone, Copy)]
pub(super) struct Named<'a> {
    pub position: u32,
    /// Relative to the root of the source.
    pub name: &'a str,
    /// Index into [`Images::sources`].
    pub source: usize,
}

impl Images {
    /// Those that the records at these positions (ascending) name.
    pub fn of(store: &Store, version: Version, columns: &Columns, positions: &[u32], progress: &Progress) -> Result<Images> {
        progress.stage("reading names of images", "records", positions.len() as u64)?;
        let sources = store.sources_of(version)?.into_iter().map(|source| {
            let given = source.image_root.map(PathBuf::from);
            let root = given.as_ref().and_then(|given| given.canonicalize().ok());
            Place { source: source.name, given, root, prefix: source.prefix }
        });
        let mut images = Images { sources: sources.collect(), ..Images::default() };
        let mut wanted = positions.iter().copied().peekable();
        store.each_file_name(|record, name| {
            // Both are in order of id.
            while wanted.next_if(|&p| columns.id(p as usize) < record).is_some() {}
            if let Some(position) = wanted.next_if(|&p| columns.id(p as usize) == record) {
                images.positions.push(position);
                images.names.push_str(name);
                images.ends.push(images.names.len());
            }
            progress.add(1)
        })?;
        Ok(images)
    }

    /// Every record with its image.
    pub fn iter<'a>(&'a self, columns: &'a Columns) -> impl Iterator<Item = Named<'a>> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        self.positions.iter().zip(starts.zip(&self.ends)).map(|(&position, (start, &end))| Named {
            position,
            name: &self.names[start..end],
            source: columns.source(position as usize).into(),
        })
    }

    /// A number for the image: the same for records that name one file, whichever source they are of.
    pub fn identity(&self, named: &Named<'_>) -> u128 {
        let place = self.sources.get(named.source);
        let root = place.and_then(|place| place.root.as_deref().or(place.given.as_deref()));
        let plain = plain_path(named.name).unwrap_or_else(|_| named.name.to_owned());
        match root {
            Some(root) => xxh3_128(root.join(plain).as_os_str().as_encoded_bytes()),
            None => xxh3_128(format!("{}\0{plain}", named.source).as_bytes()),
        }
    }
}
