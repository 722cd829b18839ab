//! What inference sees: counts of membership patterns, and facts about the lists; never a row, a name or a key.

/// Which kinds of key a record has, or a list holds of it; bit *i* stands for kind *i* of [`World::kinds`].
pub type Keys = u32;

/// What the statistics need to know of a kind of key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// What the key joins: bits 2*f* and 2*f* + 1 stand for the two halves of field *f* (the start and the end of a name, …).
    /// Damage to a half breaks all keys that it is part of.
    pub parts: u32,
    /// True where the key names a person, false where it names a household.
    pub personal: bool,
}

/// One fingerprinted list.
#[derive(Clone, Debug, PartialEq)]
pub struct List {
    /// Its client, as a number below [`World::clients`].
    pub client: usize,
    /// Which registry key it was made with, as a number; records of one key cannot be looked up under another.
    pub key: u32,
    /// A number that orders the handovers of a client by date.
    pub date: i64,
    /// Records in the list.
    pub records: u64,
    /// For each kind the share of the list's records that have such a key, 0 to 1.
    pub coverage: Vec<f64>,
    /// The chance that a key that is not in the list is taken for one of it.
    pub false_match_rate: f64,
}

impl List {
    /// The kinds of key that the list has at all.
    pub fn keys(&self) -> Keys {
        let has = |(kind, share): (usize, &f64)| if *share > 0.0 { 1 << kind } else { 0 };
        self.coverage.iter().enumerate().map(has).fold(0, |mask, bit| mask | bit)
    }

    /// True where chance hardly ever matches even one of so many keys of a record.
    pub(crate) fn one_tells(&self, keys: u32) -> bool {
        f64::from(keys) * self.false_match_rate < HARDLY_EVER
    }
}

/// A list that holds keys of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hit {
    /// The list, as its place in [`World::lists`].
    pub list: u32,
    /// The kinds of the record's keys that it holds.
    pub keys: Keys,
}

/// A chance match once in a thousand records is rare enough for one match to count.
pub(crate) const HARDLY_EVER: f64 = 1e-3;

/// How a record matches the registry: which keys it has, and which lists hold which of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pattern {
    /// The kinds of key that the record has.
    pub present: Keys,
    /// The lists that hold at least one of them, in order of list.
    pub hits: Vec<Hit>,
}

/// Records that match alike, of people that are alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternCount {
    /// How they match.
    pub pattern: Pattern,
    /// What kind of people they are.
    pub stratum: Stratum,
    /// How many rows (件).
    pub records: u64,
    /// How many distinct persons among them (人).
    pub persons: u64,
}

/// People of one place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// A number for the prefecture, 0 where unknown.
    pub prefecture: u32,
    /// A number for the municipality, 0 where unknown.
    pub municipality: u64,
}

/// People that are alike, as far as a list tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stratum {
    /// Where they live.
    pub place: Place,
    /// Birth year divided by 10, 0 where unknown.
    pub birth_decade: u8,
    /// A number for the sex, 0 where unknown.
    pub sex: u8,
}

impl Stratum {
    /// Births before this decade are the older people's.
    pub(crate) const YOUNGER_FROM: u8 = 195;

    /// The same people, told apart no further than inference looks at them: two ages, and the sex.
    #[must_use]
    pub fn coarse(self) -> Self {
        let birth_decade = match self.birth_decade {
            0 => 0,
            older if older < Self::YOUNGER_FROM => Self::YOUNGER_FROM - 1,
            _ => Self::YOUNGER_FROM,
        };
        let sex = if matches!(self.sex, b'm' | b'f') { self.sex } else { 0 };
        Self { birth_decade, sex, ..self }
    }
}

/// A seized file, as inference sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct File {
    /// Its records by pattern and stratum, in an order that does not depend on how the file was read.
    pub patterns: Vec<PatternCount>,
}

impl File {
    /// The number of records.
    pub fn records(&self) -> u64 {
        self.patterns.iter().map(|count| count.records).sum()
    }

    /// The number of distinct persons, at most that of the records where it is an estimate.
    pub fn persons(&self) -> u64 {
        self.patterns.iter().map(|count| count.persons).sum::<u64>().min(self.records())
    }
}

/// Sampled members of one list that are alike: people whose overlap with the other lists shows what is usual.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Control {
    /// The list that they were sampled from.
    pub list: u32,
    /// What kind of people they are.
    pub stratum: Stratum,
    /// How they match the registry.
    pub pattern: Pattern,
    /// How many they are.
    pub count: u64,
}

/// The registry, as inference sees it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct World {
    /// The kinds of key; at most 32.
    pub kinds: Vec<Kind>,
    /// The number of clients.
    pub clients: usize,
    /// The lists.
    pub lists: Vec<List>,
    /// Sampled members of the lists.
    pub controls: Vec<Control>,
}

impl World {
    /// The kinds that name a person.
    pub(crate) fn personal(&self) -> Keys {
        let bit = |(kind, traits): (usize, &Kind)| if traits.personal { 1 << kind } else { 0 };
        self.kinds.iter().enumerate().map(bit).fold(0, |mask, bit| mask | bit)
    }

    /// True where the keys that a list holds of a record make it a member beyond chance: two of them, one of which
    /// names the person; or one, where it is the only one there could be or the list's filter is so empty that even
    /// one is hardly ever a chance match. Where list and record have no key of a person in common, the household's
    /// decides: of a file without names, or with names in a script that the list has not, households can be compared.
    ///
    /// A full filter takes a key that nobody of the list has for one of it once in a thousand, two of them once in a
    /// million.
    pub fn is_member(&self, present: Keys, hit: Hit) -> bool {
        let Some(list) = self.lists.get(hit.list as usize) else { return false };
        let possible = list.keys() & present;
        let matched = hit.keys & possible;
        let one_is_enough = || possible.count_ones() < 2 || list.one_tells(possible.count_ones());
        let names_a_person = matched & self.personal() != 0 || possible & self.personal() == 0;
        matched != 0 && names_a_person && (matched.count_ones() >= 2 || one_is_enough())
    }

    /// True where so many keys are hardly ever matched by chance alone.
    pub(crate) fn is_no_chance(&self, present: Keys, hit: Hit) -> bool {
        let Some(list) = self.lists.get(hit.list as usize) else { return false };
        let possible = (list.keys() & present).count_ones();
        hit.keys.count_ones() >= 2 || hit.keys != 0 && list.one_tells(possible)
    }
}
