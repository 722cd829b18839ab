//! The two pipelines over whole incidents: one program, since each costs as much to link as the tool itself.

mod check;
mod common;
mod dating;
mod downloads;
mod exact;
mod export;
mod fillers;
mod incident;
mod order;
mod sweep;
mod unattributed;
