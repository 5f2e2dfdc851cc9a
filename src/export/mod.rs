//! Export: writers per layout, the manifest, and a folder that is complete or absent.
