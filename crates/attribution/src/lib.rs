//! From membership patterns to sources, shares and evidence.
//!
//! A record's *membership pattern* (which lists hold which of its keys) is all that inference needs: a seized file
//! is a table of patterns with counts ([`File`]), the registry a table of facts about lists and of sampled controls
//! ([`World`]), and [`attribute`] says which clients the file came from, [`Inference::attribute_case`] which ones several files of one
//! case did. `docs/METHOD.md` derives the method.
#![forbid(unsafe_code)]

mod apart;
mod attribute;
mod background;
mod case;
mod classes;
mod complaint;
mod controls;
mod cover;
mod damage;
mod downloads;
mod evidence;
mod handover;
mod input;
mod mixture;
mod order;
mod outcome;
mod overlap;
mod reduce;
mod rows;
mod strata;
mod traits;
mod unattributed;
mod unclaimed;

pub use attribute::{Inference, attribute};
pub use case::{CasePersons, CaseSource, Together};
pub use complaint::{Complained, Complaints, Finding, complaints};
pub use downloads::{
    BytesSaid, ClientSaid, CountRange, Counted, Download, Downloads, Found, HandoverSaid, Match,
    ModifiedSaid, Moment, PartFound, RowsSaid, State, Subject, TakenBetween, TurnedUp, Turnout,
};
pub use input::{Control, File, Hit, Keys, Kind, List, Pattern, PatternCount, Place, Stratum, World};
pub use order::{ListOrder, Neighbours, OrderState, narrow, ruled_out};
pub use outcome::{
    Answer, AreaCount, Attribution, Client, Examined, HandoverChoice, RowAnswer, Settling, Source, Strength,
    Unattributed, Verdict, Window,
};
pub use overlap::{ClientOverlap, Held, Overlap, RELATED, overlap};
pub use reduce::Reducer;
