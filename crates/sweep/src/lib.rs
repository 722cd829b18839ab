//! Where in whatever bytes there may be records of people: the first and fast half of a sweep.
//!
//! A disk is mostly not customer lists. [`scan`] reads bytes once and tells the [`Area`]s in which phone numbers, addresses,
//! e-mail addresses or dates stand as densely as in a list, in any of the encodings that lists come in, wherever they begin:
//! in a file, in a disk image, in what a deleted file left behind. It decides nothing: what is in an area is read as text
//! ([`AreaText`]) and asked about in the registry.
//!
//! ```
//! use std::io::{Cursor, Read as _};
//!
//! let list: String = (0..40).map(|i| format!("山田太郎,058-265-{:04}\r\n", 4_100 + i)).collect();
//! let mut disk = vec![0; 1 << 20];
//! disk.splice(300_000..300_000 + list.len(), list.bytes());
//!
//! let areas = meibo_sweep::scan(&disk[..])?.areas;
//! assert_eq!(areas.len(), 1);
//! assert!(areas[0].bytes.contains(&300_000) && areas[0].bytes.end < 320_000);
//!
//! let mut text = String::new();
//! meibo_sweep::AreaText::new(Cursor::new(&disk), areas).read_to_string(&mut text)?;
//! assert!(text.starts_with("山田太郎,058-265-4100\r\n"));
//! # Ok::<(), std::io::Error>(())
//! ```
#![forbid(unsafe_code)]

mod anchors;
mod area;
mod packed;
mod pieces;
mod scan;
mod signs;
mod text;
mod wide;

pub use area::{Area, clusters};
pub use scan::{Scanned, scan};
pub use text::AreaText;
