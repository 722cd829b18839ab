//! The tests of this crate, linked as one program.

mod areas;
