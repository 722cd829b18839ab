//! Clients, their handovers, and the rows of each.

use std::collections::HashSet;
use std::io::{self, Write};

use crate::day::Day;
use crate::house::House;
use crate::known::{Knower, Known};
use crate::layout::Cell;
use crate::members::Member;
use crate::person::{Ground, Life};
use crate::render;
use crate::roster::Word;

/// How the rows of a client's exports are ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RowOrder {
    /// By member number, the order of joining.
    Joined,
    /// By kana.
    Kana,
    /// By postal code.
    Postal,
    /// By date of birth.
    Birth,
}

/// What a client is and whom it has had as members.
#[derive(Clone, Debug)]
pub(crate) struct ClientData {
    pub(crate) id: String,
    pub(crate) kind: &'static str,
    pub(crate) region: &'static str,
    pub(crate) words: Vec<Word>,
    pub(crate) members: Vec<Member>,
    pub(crate) dates: Vec<Day>,
    pub(crate) order: RowOrder,
    pub(crate) house: House,
    /// Number that its draws depend on, the same whichever clients the world holds.
    pub(crate) number: u64,
}

/// A client of the world.
#[derive(Clone, Copy, Debug)]
pub struct Client<'w> {
    pub(crate) ground: &'w Ground,
    pub(crate) data: &'w ClientData,
}

impl<'w> Client<'w> {
    /// Its id, such as `client-01`.
    pub fn id(&self) -> &'w str {
        &self.data.id
    }

    /// `retail`, `telecom`, `city`, `insurer` …
    pub fn kind(&self) -> &'w str {
        self.data.kind
    }

    /// `national`, a prefecture, or a prefecture with a municipality.
    pub fn region(&self) -> &'w str {
        self.data.region
    }

    /// The fields of its lists.
    pub fn words(&self) -> &'w [Word] {
        &self.data.words
    }

    /// How its files look.
    pub fn house(&self) -> &'w House {
        &self.data.house
    }

    /// Its handovers, in order of date.
    pub fn handovers(&self) -> impl ExactSizeIterator<Item = Handover<'w>> + use<'w> {
        let client = *self;
        client.data.dates.iter().map(move |date| Handover { client, date: *date })
    }

    /// Handover number `at`, from 0.
    pub fn handover(&self, at: usize) -> Option<Handover<'w>> {
        self.data.dates.get(at).map(|date| Handover { client: *self, date: *date })
    }

    /// Persons on its list on a day, or on the day of its nearest handover where the day is outside their period.
    pub(crate) fn members_on(&self, on: Day) -> HashSet<u64> {
        let dates = &self.data.dates;
        let on = match (dates.first(), dates.last()) {
            (Some(first), Some(last)) => on.max(*first).min(*last),
            _ => on,
        };
        self.data.members.iter().filter(|member| member.on_list(on)).map(|member| member.person).collect()
    }

    /// The person as the client knew them on a day; `None` for a number that nobody has.
    pub(crate) fn known(&self, row: RowRef, on: Day) -> Option<Known> {
        let life = Life::new(self.ground, row.person)?;
        let knower = Knower {
            seed: self.ground.seed,
            organisation: self.data.number,
            joined: row.joined,
            number: row.number,
        };
        Some(Known::new(&life, knower, on))
    }
}

/// One row of a handover, before it is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RowRef {
    pub(crate) person: u64,
    pub(crate) joined: Day,
    pub(crate) number: u64,
}

/// A client's list as it was handed over on one date.
#[derive(Clone, Copy, Debug)]
pub struct Handover<'w> {
    client: Client<'w>,
    date: Day,
}

impl<'w> Handover<'w> {
    /// The date; displays as `YYYY-MM-DD`.
    pub fn date(&self) -> Day {
        self.date
    }

    /// The client whose list it is.
    pub fn client(&self) -> Client<'w> {
        self.client
    }

    /// How many rows it has.
    pub fn len(&self) -> usize {
        self.client.data.members.iter().filter(|member| member.on_list(self.date)).count()
    }

    /// Whether it has no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Person numbers, row by row.
    pub fn persons(&self) -> Vec<u64> {
        self.rows().into_iter().map(|row| row.person).collect()
    }

    /// The rows, in the order of the file.
    pub(crate) fn rows(&self) -> Vec<RowRef> {
        let members = self.client.data.members.iter().enumerate();
        let mut rows: Vec<RowRef> = members
            .filter(|(_, member)| member.on_list(self.date))
            .map(|(at, member)| RowRef {
                person: member.person,
                joined: member.joined,
                number: at as u64 + 1,
            })
            .collect();
        match self.client.data.order {
            RowOrder::Joined => {}
            RowOrder::Kana => rows.sort_by_cached_key(|row| {
                self.known(*row).map(|known| (known.name.surname.kana, known.name.given.kana))
            }),
            RowOrder::Postal => {
                rows.sort_by_cached_key(|row| self.known(*row).map(|known| known.address.postal))
            }
            RowOrder::Birth => rows.sort_by_cached_key(|row| self.known(*row).map(|known| known.birth)),
        }
        rows
    }

    pub(crate) fn known(&self, row: RowRef) -> Option<Known> {
        self.client.known(row, self.date)
    }

    /// Writes the file, in the client's house style.
    ///
    /// # Errors
    /// Only those of `out`.
    pub fn write_to(&self, out: &mut dyn Write) -> io::Result<()> {
        let house = self.client.house();
        let mut buffer = Vec::with_capacity(1 << 16);
        house.start(&mut buffer);
        for row in self.rows() {
            if let Some(cells) = self.cells(row) {
                house.row(&cells, &mut buffer);
            }
            if buffer.len() > 1 << 16 {
                out.write_all(&buffer)?;
                buffer.clear();
            }
        }
        out.write_all(&buffer)
    }

    /// The file, in the client's house style.
    pub fn to_bytes(&self) -> Vec<u8> {
        let house = self.client.house();
        let mut out = Vec::new();
        house.start(&mut out);
        for cells in self.rows().into_iter().filter_map(|row| self.cells(row)) {
            house.row(&cells, &mut out);
        }
        out
    }

    fn cells(&self, row: RowRef) -> Option<Vec<String>> {
        let known = self.known(row)?;
        let house = self.client.house();
        let notation =
            render::row_notation(self.client.ground.seed, self.client.data.number, &known, &house.notation);
        Some(render::cells(&known, &house.columns, &notation))
    }

    /// The rows as fields, so that a reader of files is not needed: `(field, text)` with the fields `name kana
    /// address phone postal birth_date sex age email member_id` as the client wrote them, the columns of one field
    /// joined, empty ones left out. A list with two phone columns gives `phone` twice.
    pub fn fields(&self) -> impl Iterator<Item = Vec<(&'static str, String)>> + use<'w> {
        let handover = *self;
        handover.rows().into_iter().filter_map(move |row| {
            let cells = handover.cells(row)?;
            Some(join_fields(handover.client.house(), cells))
        })
    }
}

/// Joins the columns of each field, in the order of the fields' first columns.
pub(crate) fn join_fields(house: &House, cells: Vec<String>) -> Vec<(&'static str, String)> {
    let mut fields: Vec<(&'static str, String)> = Vec::new();
    for (column, text) in house.columns.iter().zip(cells) {
        let name = match column.cell.word() {
            Word::Filler(_) | Word::Building => continue,
            Word::Mobile => "phone",
            word => word.name(),
        };
        let part = matches!(
            column.cell,
            Cell::Surname | Cell::Given | Cell::SurnameKana | Cell::GivenKana | Cell::Address(_)
        );
        match fields.iter_mut().find(|(known, _)| *known == name) {
            Some((_, whole)) if part => {
                if name != "address" && !whole.is_empty() && !text.is_empty() {
                    whole.push('\u{3000}');
                }
                whole.push_str(&text);
            }
            _ => fields.push((name, text)),
        }
    }
    fields.retain(|(_, text)| !text.is_empty());
    fields
}
