//! The addresses that most cells of a list hold: a beginning that is known, and the plain numbers of a lot.
//!
//! What is read here [`Address::parse_of_list`] reads alike; all else is left to it.

use crate::{Canonical, Field};

use super::known::{Beginning, Lead};
use super::lot::{self, Lot};
use super::{Address, text};

/// A lot in a town.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spot<'a> {
    beginning: &'a Beginning,
    lot: Lot,
}

impl Address {
    /// The spot that a cell names; `None` where it is not so plain.
    pub(crate) fn spot(&mut self, text: &str, postal: Option<u32>) -> Option<Spot<'_>> {
        let (beginning, rest) = text::parted_at_digit(text)?;
        let place = self.known_place(text, beginning)?;
        let beginning = self.known.at(place).filter(|known| !known.is_doubted_by(postal))?;
        let block = match beginning.lead() {
            Lead::Nothing => None,
            Lead::Block(number) => Some(number),
            Lead::Other => return None,
        };
        Some(Spot { beginning, lot: lot::read(block, rest)? })
    }
}

impl Spot<'_> {
    /// Adds the address, and the municipality where none is told yet.
    pub(crate) fn push(&self, out: &mut Canonical) {
        let Beginning { prefecture_name: prefecture, municipality_name: municipality, town, .. } =
            *self.beginning;
        if out.municipality.is_empty() {
            out.municipality.push_str(prefecture);
            out.municipality.push_str(municipality);
        }
        let sign = if town.ends_with(|c: char| c.is_ascii_digit()) { "-" } else { "" };
        out.values.push_parts(Field::Address, [prefecture, municipality, town, sign, self.lot.text()]);
    }
}
