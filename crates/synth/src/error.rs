//! What can be wrong with a request for a seized file.

use thiserror::Error;

/// A seized file was asked for that this world cannot give.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SynthError {
    /// A part names a client that the world has not.
    #[error(
        "seized file {file:?}, part {part}: the world has {clients} clients, but client {client} (from 0) was asked for"
    )]
    UnknownClient {
        /// Name of the seized file.
        file: String,
        /// Which part, from 0.
        part: usize,
        /// The client asked for.
        client: usize,
        /// How many there are.
        clients: usize,
    },
    /// A part names a handover that its client has not.
    #[error(
        "seized file {file:?}, part {part}: {id} has {handovers} handovers, but handover {handover} (from 0) was asked for"
    )]
    UnknownHandover {
        /// Name of the seized file.
        file: String,
        /// Which part, from 0.
        part: usize,
        /// The client's id.
        id: String,
        /// The handover asked for.
        handover: usize,
        /// How many there are.
        handovers: usize,
    },
    /// Strangers were asked for from a region that is no prefecture or municipality.
    #[error(
        "seized file {file:?}, part {part}: no municipality lies in {region:?}; write it as 岐阜県 or 岐阜県岐阜市"
    )]
    UnknownRegion {
        /// Name of the seized file.
        file: String,
        /// Which part, from 0.
        part: usize,
        /// The region asked for.
        region: String,
    },
    /// A ready-made set of files needs a client that the world was made without.
    #[error(
        "the world was made without {id} (it has {clients} clients); make it from the specification that belongs to the files"
    )]
    NoClient {
        /// The client's id.
        id: String,
        /// How many there are.
        clients: usize,
    },
    /// No column was asked for.
    #[error("seized file {file:?} has no columns: name at least one field")]
    NoColumns {
        /// Name of the seized file.
        file: String,
    },
}
