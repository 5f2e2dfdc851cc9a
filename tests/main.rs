//! The one integration binary; its modules mirror `src/`.

mod clusters;
mod export;
mod splits;
