//! The clients of the reference incident, as data.

/// A field of a list. The names ([`Word::name`]) are those of the reference table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Word {
    /// Full name in kanji.
    Name,
    /// Full name in kana.
    Kana,
    /// Full address.
    Address,
    /// Building and room in a column of their own; only beside [`Word::Address`].
    Building,
    /// The phone number the client prefers.
    Phone,
    /// A second, mobile number.
    Mobile,
    /// Postal code.
    Postal,
    /// Date of birth.
    BirthDate,
    /// Sex.
    Sex,
    /// Age in years at the handover.
    Age,
    /// E-mail address.
    Email,
    /// The client's own number for the person.
    MemberId,
    /// A column that identifies nobody, by its name in the reference table.
    Filler(&'static str),
}

/// Columns that identify nobody.
const FILLERS: [&str; 17] = [
    "purchases",
    "plan",
    "provider",
    "card",
    "voucher_no",
    "device",
    "building_kind",
    "head_of_household",
    "representative",
    "registered_on",
    "first_purchase",
    "last_purchase",
    "insurance_no",
    "addressee_no",
    "district",
    "remarks",
    "no",
];

impl Word {
    /// The word of that name; `customer_no` and `user_id` are member ids.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "name" => Self::Name,
            "kana" => Self::Kana,
            "address" => Self::Address,
            "building" => Self::Building,
            "phone" => Self::Phone,
            "mobile" => Self::Mobile,
            "postal" => Self::Postal,
            "birth_date" => Self::BirthDate,
            "sex" => Self::Sex,
            "age" => Self::Age,
            "email" => Self::Email,
            "member_id" | "customer_no" | "user_id" => Self::MemberId,
            other => Self::Filler(FILLERS.iter().find(|known| **known == other)?),
        })
    }

    /// The name of the word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Kana => "kana",
            Self::Address => "address",
            Self::Building => "building",
            Self::Phone => "phone",
            Self::Mobile => "mobile",
            Self::Postal => "postal",
            Self::BirthDate => "birth_date",
            Self::Sex => "sex",
            Self::Age => "age",
            Self::Email => "email",
            Self::MemberId => "member_id",
            Self::Filler(name) => name,
        }
    }
}

/// One client as the reference table describes it.
#[derive(Clone, Debug)]
pub(crate) struct RosterRow {
    pub(crate) id: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) region: &'static str,
    pub(crate) records: u64,
    pub(crate) words: Vec<Word>,
    /// First and last month of handover, as (year, month).
    pub(crate) first: (i32, i32),
    pub(crate) last: (i32, i32),
    pub(crate) handovers: usize,
}

/// Insurers and the clients all of whose members they hold.
const HOLDINGS: [(&str, &[&str]); 3] = [
    ("client-45", &["client-62", "client-63", "client-64", "client-65"]),
    ("client-43", &["client-66", "client-67"]),
    ("client-36", &["client-68"]),
];

/// The clients whose members `id` holds as well.
pub(crate) fn holdings(id: &str) -> &'static [&'static str] {
    HOLDINGS.iter().find(|(insurer, _)| *insurer == id).map_or(&[], |(_, cities)| cities)
}

/// The reference table, in its order.
pub(crate) fn roster() -> Vec<RosterRow> {
    include_str!("../data/reference-incident.csv").lines().skip(1).filter_map(parse_row).collect()
}

fn parse_row(line: &'static str) -> Option<RosterRow> {
    let cells: Vec<&'static str> = line.split(',').collect();
    let [id, kind, region, records, fields, first, last, handovers] = cells[..] else { return None };
    Some(RosterRow {
        id,
        kind,
        region,
        records: records.parse().ok()?,
        words: fields.split('|').map(Word::parse).collect::<Option<_>>()?,
        first: month(first)?,
        last: month(last)?,
        handovers: handovers.parse().ok()?,
    })
}

fn month(text: &str) -> Option<(i32, i32)> {
    let (year, month) = text.split_once('-')?;
    Some((year.parse().ok()?, month.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_table_is_read() {
        let roster = roster();
        assert_eq!(roster.len(), 69);
        assert_eq!(roster.iter().map(|row| row.handovers).sum::<usize>(), 196);
        assert!(roster.iter().all(|row| row.first <= row.last && !row.words.is_empty()));
    }
}
