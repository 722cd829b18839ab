//! Decoy records that tell which copy of a list leaked.
//!
//! Before a list is handed to several recipients, each copy gets people who do not exist ([`Sheet`], [`Plan`]): drawn from a secret seed,
//! written as the list writes its own rows, and noted in a sealed [`CanaryRecord`]. When a list turns up, a [`Watch`] finds them by their
//! keys, however they were rewritten, and [`weigh`] tells whose copy it was and how likely chance is. `docs/METHOD.md` tells what is assumed.
#![forbid(unsafe_code)]

mod copy;
mod day;
mod draw;
mod error;
mod mail;
mod model;
mod names;
mod number;
mod order;
mod person;
mod phone;
mod place;
mod plan;
mod recipient;
mod record;
mod script;
mod sheet;
mod watch;
mod weigh;

pub use draw::{NoRandomness, Seed};
pub use error::{InvalidRecipient, PlantError};
pub use plan::{MOST_DECOYS, MOST_RECIPIENTS, Plan, PlantSpec};
pub use recipient::Recipient;
pub use record::{CanaryRecord, Decoy, RecordError};
pub use sheet::Sheet;
pub use watch::{Sighting, Sightings, Watch};
pub use weigh::{Collusion, Finding, SetFinding, weigh};
