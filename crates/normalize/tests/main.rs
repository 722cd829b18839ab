//! The rules, and what they promise over all values: one program, since each costs as much to link as the tool itself.

mod cases;
mod lookalikes;
mod misplaced;
mod notations;
mod pairs;
mod properties;
mod records;
mod rules;
mod towns;
