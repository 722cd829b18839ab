//! Synthetic incidents: one program, since each costs as much to link as the tool itself.

mod incident;
mod seized;
mod world;
