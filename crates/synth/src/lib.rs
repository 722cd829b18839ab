//! Synthetic leak incidents: from a seed and a scale, everybody in a small country, the customer lists that 69
//! organisations handed over between 2011 and 2023, and seized files mixed from them, with the truth of every row.
//!
//! Nothing here depends on the product it tests: names, addresses and numbers are written in notations of this
//! crate's own. All draws depend on the seed and on what they are for, so the same specification gives the same
//! bytes on every machine, and one part's draws do not shift another's. Nothing of a person is stored: everything
//! is derived from a number when it is asked for.
//!
//! ```
//! use meibo_synth::{Part, SeizedSpec, World};
//!
//! let world = World::generate(7, 0.0002);
//! let client = world.index_of("client-62").unwrap();
//! let file = world.seize(&SeizedSpec::new("piece").part(Part::of_client(client, 40))).unwrap();
//! assert_eq!(file.truth.len(), 40);
//! assert!(file.truth.iter().all(|row| row.client == Some(client)));
//! ```
#![forbid(unsafe_code)]

mod address;
mod client;
mod damage;
mod day;
mod draw;
mod error;
mod house;
mod household;
mod known;
mod layout;
mod members;
mod notation;
mod person;
mod population;
mod render;
mod roster;
mod scenario;
mod script;
mod seize;
mod spec;
mod tables;
mod world;
mod write;

pub use client::{Client, Handover, RowOrder};
pub use day::Day;
pub use error::SynthError;
pub use house::{Encoding, House, Quoting};
pub use household::Sex;
pub use layout::{Cell, Column};
pub use notation::{
    CountyStyle, DateStyle, Glyphs, KanaStyle, NameGap, Notation, NumberStyle, ParticleStyle, PhoneStyle,
    PostalStyle, PrefectureStyle, RoomStyle, SexWords,
};
pub use roster::Word;
pub use scenario::{demo_files, demo_world, standard_files};
pub use seize::{SeizedFile, TruthRow};
pub use spec::{Filter, Part, SeizedOrder, SeizedSpec, Source, Style};
pub use world::{Sisters, World, WorldSpec};
pub use write::AddressParts;
