//! Lists as they come: one program, since each costs as much to link as the tool itself.

mod cells;
mod common;
mod compressed;
mod content;
mod encodings;
mod exports;
mod fixed;
mod headers;
mod headless;
mod hostile;
mod houses;
mod logs;
mod raw_rows;
mod round_trip;
