//! What a column holds, read from its heading.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::fold::fold;
use crate::words;

/// What a heading says its column holds: a field, a part of one, or something known that is neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Meaning {
    Name,
    Surname,
    GivenName,
    Kana,
    SurnameKana,
    GivenKana,
    Address,
    /// 住所1, 住所2 …
    AddressLine(u8),
    Prefecture,
    City,
    Town,
    Block,
    Building,
    /// The number before a Western street.
    StreetNumber,
    Phone,
    /// One of the columns that hold a number together: 1 the area, 2 the exchange, 3 the subscriber.
    PhonePart(u8),
    Postal,
    /// One half of a postal code, 1 or 2.
    PostalPart(u8),
    BirthDate,
    BirthEra,
    BirthYear,
    BirthMonth,
    BirthDay,
    Sex,
    Age,
    Email,
    MemberId,
    /// Known to be none of these.
    Other,
}

impl Meaning {
    /// True for whatever is an address or a part of one.
    pub(crate) fn is_of_address(self) -> bool {
        matches!(
            self,
            Meaning::Address
                | Meaning::AddressLine(_)
                | Meaning::Prefecture
                | Meaning::City
                | Meaning::Town
                | Meaning::Block
                | Meaning::Building
        )
    }
}

/// A reading of a heading; the lower the rank, the surer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reading {
    pub(crate) meaning: Meaning,
    pub(crate) rank: u8,
}

/// The heading is a known word.
pub(crate) const EXACT: u8 = 0;
/// It is one after what surrounds it is taken off.
pub(crate) const STRIPPED: u8 = 1;
/// A known word is part of it.
pub(crate) const LOOSE: u8 = 2;
/// It may be another person's, such as whom a gift was sent to.
pub(crate) const OTHERS: u8 = 3;

/// It names whom to talk to, of the customer or of the list's owner.
pub(crate) const STAFF: u8 = 4;

/// The word tables, folded.
pub(crate) struct Headings {
    exact: HashMap<String, Meaning>,
    foreign: Vec<String>,
    own: Vec<String>,
    other: Vec<String>,
    suffixes: Vec<String>,
    loose: Vec<(Meaning, Vec<String>)>,
}

/// Folded once, used for every file.
static HEADINGS: LazyLock<Headings> = LazyLock::new(Headings::new);

impl Headings {
    pub(crate) fn get() -> &'static Self {
        &HEADINGS
    }

    fn new() -> Self {
        let folded = |words: &[&str]| -> Vec<String> {
            let mut words: Vec<String> =
                words.iter().map(|word| fold(word)).filter(|w| !w.is_empty()).collect();
            // Longest first, so that 契約者 goes before 契約.
            words.sort_by_key(|word| std::cmp::Reverse(word.len()));
            words
        };
        let mut exact = HashMap::new();
        for (meaning, list) in words::EXACT {
            for word in folded(list) {
                exact.entry(word).or_insert(*meaning);
            }
        }
        Headings {
            exact,
            foreign: folded(words::FOREIGN),
            own: folded(words::OWN_PREFIXES),
            other: folded(words::OTHER_PREFIXES),
            suffixes: folded(words::SUFFIXES),
            loose: words::LOOSE.iter().map(|(meaning, list)| (*meaning, folded(list))).collect(),
        }
    }

    /// What a heading means, `None` for an unknown word.
    pub(crate) fn read(&self, heading: &str) -> Option<Reading> {
        let word = fold(heading);
        if word.is_empty() || word.chars().count() > 40 {
            return None;
        }
        if word == "id" {
            // The person's number or merely the row's: used where there is no better one.
            return Some(Reading { meaning: Meaning::MemberId, rank: OTHERS });
        }
        if let Some(meaning) = self.whole(&word) {
            return Some(Reading { meaning, rank: EXACT });
        }
        if self.foreign.iter().any(|part| word.contains(part.as_str())) {
            return Some(self.despite_foreign(&word));
        }
        if let Some(rest) = self.other.iter().find_map(|prefix| word.strip_prefix(prefix.as_str())) {
            let inner = self.whole(rest).or_else(|| self.stripped(rest)).or_else(|| self.loose(rest));
            return Some(Reading { meaning: inner.unwrap_or(Meaning::Other), rank: OTHERS });
        }
        if let Some(meaning) = self.stripped(&word) {
            // Who is insured is not always who was examined: 受診者 goes before 被保険者.
            let rank = if word.starts_with("被保険者") { LOOSE } else { STRIPPED };
            return Some(Reading { meaning, rank });
        }
        let meaning = self.loose(&word)?;
        let coded = ["コード", "code", "cd"].iter().any(|end| word.ends_with(end));
        let code_alone = coded && !matches!(meaning, Meaning::Sex | Meaning::Postal | Meaning::MemberId);
        Some(Reading { meaning: if code_alone { Meaning::Other } else { meaning }, rank: LOOSE })
    }

    /// TEL/FAX in one column is a phone all the same, and 担当者名 a name for want of a better one; everything else with a
    /// foreign word in it is not ours.
    fn despite_foreign(&self, word: &str) -> Reading {
        if let Some(meaning) = self.staff(word) {
            return Reading { meaning, rank: STAFF };
        }
        let meaning = match word {
            "telfax" | "電話fax" | "電話番号fax" | "電話番号fax番号" | "電話ファックス" => {
                Meaning::Phone
            }
            _ => Meaning::Other,
        };
        Reading { meaning, rank: LOOSE }
    }

    /// A name behind 担当者 or 代表者: read as if the customer's were meant.
    fn staff(&self, word: &str) -> Option<Meaning> {
        let word = ["ゴ", "オ", "御"].iter().find_map(|polite| word.strip_prefix(polite)).unwrap_or(word);
        let rest = words::STAFF.iter().find_map(|staff| word.strip_prefix(staff))?;
        if self.foreign.iter().any(|part| rest.contains(part.as_str())) {
            return None;
        }
        let customer = format!("顧客{rest}");
        let meaning = self.whole(&customer).or_else(|| self.stripped(&customer))?;
        let name = matches!(
            meaning,
            Meaning::Name
                | Meaning::Surname
                | Meaning::GivenName
                | Meaning::Kana
                | Meaning::SurnameKana
                | Meaning::GivenKana
        );
        name.then_some(meaning)
    }

    fn whole(&self, word: &str) -> Option<Meaning> {
        self.exact.get(word).copied().or_else(|| numbered(word)).or_else(|| self.part_of_name(word))
    }

    /// お客様名（姓）, 名前カナ（メイ）: a word for a name, then which part of it.
    fn part_of_name(&self, word: &str) -> Option<Meaning> {
        const PARTS: [(&str, bool); 5] =
            [("姓", true), ("名字", true), ("セイ", true), ("名", false), ("メイ", false)];
        let (stem, (end, first)) = PARTS.iter().find_map(|part| Some((word.strip_suffix(part.0)?, *part)))?;
        let kana_part = matches!(end, "セイ" | "メイ");
        let whole = self.exact.get(stem)?;
        match (whole, first) {
            (Meaning::Name, true) if !kana_part => Some(Meaning::Surname),
            (Meaning::Name, false) if !kana_part => Some(Meaning::GivenName),
            (Meaning::Name | Meaning::Kana, true) => Some(Meaning::SurnameKana),
            (Meaning::Name | Meaning::Kana, false) => Some(Meaning::GivenKana),
            _ => None,
        }
    }

    /// Takes prefixes and suffixes off until a known word remains.
    fn stripped(&self, word: &str) -> Option<Meaning> {
        // 会員携帯 is a phone; taken from the other end it would be a 会員.
        let rest = self.own.iter().find_map(|prefix| word.strip_prefix(prefix.as_str()));
        if let Some(meaning) = rest.and_then(|rest| self.whole(rest)) {
            return Some(meaning);
        }
        let mut front = word;
        loop {
            let mut back = front;
            loop {
                if let Some(meaning) = self.whole(back) {
                    return Some(meaning);
                }
                match self.suffixes.iter().find_map(|suffix| back.strip_suffix(suffix.as_str())) {
                    Some(rest) if !rest.is_empty() => back = rest,
                    _ => break,
                }
            }
            match self.own.iter().find_map(|prefix| front.strip_prefix(prefix.as_str())) {
                Some(rest) if !rest.is_empty() => front = rest,
                _ => return None,
            }
        }
    }

    fn loose(&self, word: &str) -> Option<Meaning> {
        let found =
            self.loose.iter().find(|(_, parts)| parts.iter().any(|part| word.contains(part.as_str())));
        found.map(|(meaning, _)| *meaning)
    }
}

/// 住所1, address2, 郵便番号1, zip2.
fn numbered(word: &str) -> Option<Meaning> {
    const ADDRESS: [&str; 12] = [
        "住所",
        "オ住所",
        "ゴ住所",
        "address",
        "addr",
        "addressline",
        "現住所",
        "jusho",
        "所在",
        "所在地",
        "居所",
        "居住地",
    ];
    const POSTAL: [&str; 8] =
        ["郵便番号", "郵便", "〒", "zip", "zipcode", "postal", "postalcode", "postcode"];
    let stem = word.trim_end_matches(|c: char| c.is_ascii_digit());
    let number: u8 = word.get(stem.len()..)?.parse().ok().filter(|n| (1..=9).contains(n))?;
    let stem = stem.strip_suffix("ソノ").unwrap_or(stem);
    if ADDRESS.contains(&stem) {
        return Some(Meaning::AddressLine(number));
    }
    (POSTAL.contains(&stem) && number <= 2).then_some(Meaning::PostalPart(number))
}
