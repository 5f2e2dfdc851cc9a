//! The exact lexical join.
