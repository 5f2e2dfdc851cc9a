//! `snapshot …`: versions under a name, what differs between them, and the ways back.

mod diff;
mod keep;

use super::out::Out;
use super::{Done, args};
use crate::error::Result;

pub fn run(args: &args::Snapshot, out: &mut Out) -> Result<Done> {
    match args {
        args::Snapshot::Create(args) => keep::create(args, out),
        args::Snapshot::List(args) => keep::list(args, out),
        args::Snapshot::Show(args) => keep::show(args, out),
        args::Snapshot::Diff(args) => diff::differences(args, out),
        args::Snapshot::Restore(args) => keep::restore(args, out),
        args::Snapshot::Delete(args) => keep::delete(args, out),
    }
}
