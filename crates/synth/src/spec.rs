//! What seized file to make: parts, filters, columns, style, damage.

use crate::house::House;
use crate::household::Sex;
use crate::known::Known;
use crate::person::Life;
use crate::roster::Word;
use crate::tables::in_region;

/// Where the rows of a part come from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Source {
    /// A client, by index, and one of its handovers, by index; `None` for any one of them.
    Client {
        /// Index of the client.
        client: usize,
        /// Index of the handover.
        handover: Option<usize>,
    },
    /// People drawn without regard to any list: a list of somebody who is not registered. They may be customers
    /// of registered clients as everybody may. Nation-wide, or residents of a region.
    Strangers {
        /// `None`, a prefecture, or a prefecture with a municipality.
        region: Option<String>,
    },
}

/// Whom a broker keeps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// From this age on.
    pub min_age: Option<i32>,
    /// Up to this age.
    pub max_age: Option<i32>,
    /// This sex only.
    pub sex: Option<Sex>,
    /// Addresses, as the source knew them, in this prefecture or municipality.
    pub region: Option<String>,
    /// Those whom this client, by index, has on its list as well: on the same day, or on the nearest of its own period.
    pub also_of: Option<usize>,
}

impl Filter {
    pub(crate) fn keeps(&self, known: &Known, life: &Life<'_>) -> bool {
        let age = life.age(known.on);
        self.min_age.is_none_or(|least| age >= least)
            && self.max_age.is_none_or(|most| age <= most)
            && self.sex.is_none_or(|sex| sex == known.sex)
            && self
                .region
                .as_ref()
                .is_none_or(|region| in_region(known.address.prefecture, known.address.city, region))
    }
}

/// A part of a seized file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Where its rows come from.
    pub source: Source,
    /// How many; fewer where the source, filtered, has not so many.
    pub rows: usize,
    /// Whom the broker kept.
    pub filter: Filter,
    /// Neighbouring rows of the export instead of rows here and there.
    pub contiguous: bool,
}

impl Part {
    /// Rows of any one handover of a client.
    pub fn of_client(client: usize, rows: usize) -> Self {
        let source = Source::Client { client, handover: None };
        Self { source, rows, filter: Filter::default(), contiguous: false }
    }

    /// Rows of one handover of a client.
    pub fn of_handover(client: usize, handover: usize, rows: usize) -> Self {
        let source = Source::Client { client, handover: Some(handover) };
        Self { source, rows, filter: Filter::default(), contiguous: false }
    }

    /// People from anywhere on no list in particular.
    pub fn of_strangers(rows: usize) -> Self {
        Self {
            source: Source::Strangers { region: None },
            rows,
            filter: Filter::default(),
            contiguous: false,
        }
    }

    /// Residents of a region on no list in particular.
    pub fn of_residents(region: &str, rows: usize) -> Self {
        let source = Source::Strangers { region: Some(region.to_owned()) };
        Self { source, rows, filter: Filter::default(), contiguous: false }
    }

    /// Keeps those of at least this age.
    #[must_use]
    pub fn from_age(mut self, age: i32) -> Self {
        self.filter.min_age = Some(age);
        self
    }

    /// Keeps one sex.
    #[must_use]
    pub fn sex(mut self, sex: Sex) -> Self {
        self.filter.sex = Some(sex);
        self
    }

    /// Keeps a region.
    #[must_use]
    pub fn within(mut self, region: &str) -> Self {
        self.filter.region = Some(region.to_owned());
        self
    }

    /// Keeps those whom another client holds as well.
    #[must_use]
    pub fn also_of(mut self, client: usize) -> Self {
        self.filter.also_of = Some(client);
        self
    }

    /// Takes neighbouring rows.
    #[must_use]
    pub fn contiguous(mut self) -> Self {
        self.contiguous = true;
        self
    }
}

/// How a seized file is written.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Style {
    /// In the style of broker number so-and-so, drawn from the seed.
    Broker(u64),
    /// In the layout and notation of a client, as a copy of its export would be.
    Client(usize),
    /// In this style; its columns are those of the file.
    Given(Box<House>),
}

/// Order of the rows of a seized file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SeizedOrder {
    /// Part after part, each in the order of its export.
    AsParts,
    /// In no order.
    Shuffled,
    /// By kana.
    Kana,
    /// By postal code.
    Postal,
}

/// What seized file to make.
#[derive(Clone, Debug, PartialEq)]
pub struct SeizedSpec {
    /// Its name; draws depend on it.
    pub name: String,
    /// What it is mixed from.
    pub parts: Vec<Part>,
    /// Its fields; where empty, those of the first part's client (name, address and phone for strangers).
    pub columns: Vec<Word>,
    /// How it is written.
    pub style: Style,
    /// Cells keep the notation of their source, as in files merged by copying; only layout and encoding change.
    pub source_notation: bool,
    /// Share of cells that are damaged, 0 to 1.
    pub damage: f64,
    /// Share of rows that stand in the file twice, 0 to 1.
    pub duplicates: f64,
    /// Order of the rows.
    pub order: SeizedOrder,
}

impl SeizedSpec {
    /// An empty file in the style of a broker that depends on the name.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            parts: Vec::new(),
            columns: Vec::new(),
            style: Style::Broker(hash(name)),
            source_notation: false,
            damage: 0.0,
            duplicates: 0.0,
            order: SeizedOrder::AsParts,
        }
    }

    /// Adds a part.
    #[must_use]
    pub fn part(mut self, part: Part) -> Self {
        self.parts.push(part);
        self
    }

    /// Sets the fields.
    #[must_use]
    pub fn columns(mut self, columns: &[Word]) -> Self {
        self.columns = columns.to_vec();
        self
    }

    /// Sets the style.
    #[must_use]
    pub fn style(mut self, style: Style) -> Self {
        self.style = style;
        self
    }

    /// Lets cells keep their source's notation.
    #[must_use]
    pub fn source_notation(mut self) -> Self {
        self.source_notation = true;
        self
    }

    /// Sets the share of damaged cells.
    #[must_use]
    pub fn damage(mut self, damage: f64) -> Self {
        self.damage = damage;
        self
    }

    /// Sets the share of rows that come twice.
    #[must_use]
    pub fn duplicates(mut self, duplicates: f64) -> Self {
        self.duplicates = duplicates;
        self
    }

    /// Sets the order.
    #[must_use]
    pub fn order(mut self, order: SeizedOrder) -> Self {
        self.order = order;
        self
    }
}

/// FNV-1a, so that draws depend on a name alone.
pub(crate) fn hash(name: &str) -> u64 {
    name.bytes()
        .fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01B3))
}
