//! What a client knew of a person on a day.

use crate::address::{Address, Phone};
use crate::day::Day;
use crate::draw::{Draw, Purpose};
use crate::household::Sex;
use crate::person::Life;
use crate::script;
use crate::tables::Name;
use crate::write::FullName;

/// A person as an organisation knew them: some of it late, some of it never learnt.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) person: u64,
    /// The day of the list this comes from.
    pub(crate) on: Day,
    /// The organisation's own number for the person.
    pub(crate) number: u64,
    pub(crate) name: FullName,
    pub(crate) sex: Sex,
    pub(crate) birth: Option<Day>,
    pub(crate) address: Address,
    pub(crate) phone: Option<Phone>,
    pub(crate) mobile: Option<Phone>,
    /// Uses e-mail, under the name borne when the address was made.
    pub(crate) email_name: Option<Name>,
    /// Drawn for columns that identify nobody.
    pub(crate) filler: u64,
    pub(crate) joined: Day,
}

/// Whose knowledge it is: which organisation, since when, and the number it gave the person.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Knower {
    pub(crate) seed: u64,
    pub(crate) organisation: u64,
    pub(crate) joined: Day,
    pub(crate) number: u64,
}

impl Known {
    /// What `knower` knew of `life` on `on`.
    pub(crate) fn new(life: &Life<'_>, knower: Knower, on: Day) -> Self {
        let stream = life.id.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ knower.organisation << 48;
        let mut draw = Draw::new(knower.seed, Purpose::Knowledge, stream);
        // Most report a move within weeks, some after years, some never.
        let lag = match draw.below(100) {
            0..65 => draw.between(0, 45),
            65..88 => draw.between(46, 900),
            _ => 6_000,
        };
        let as_of = on.plus(-lag).max(knower.joined.min(on));
        let (fixed, mobile) = (life.fixed(as_of), life.mobile(as_of));
        let prefers_fixed = draw.percent(if life.birth.year() < 1960 { 85 } else { 35 });
        let gives_number = draw.percent(96);
        let first = if prefers_fixed { fixed.clone().or(mobile.clone()) } else { mobile.clone().or(fixed) };
        let filler = draw.below(u64::MAX);
        Self {
            person: life.id,
            on,
            number: knower.number,
            name: FullName {
                surname: life.surname(as_of),
                given: life.given(),
                old_glyph: life.old_glyph().then_some(life.id / crate::household::SLOTS),
            },
            sex: life.sex,
            birth: draw.percent(98).then_some(life.birth),
            address: life.address(as_of),
            phone: first.filter(|_| gives_number),
            mobile,
            email_name: life.has_email.then(|| life.surname(Day::new(2011, 1, 1))),
            filler,
            joined: knower.joined,
        }
    }

    pub(crate) fn age(&self) -> Option<i32> {
        self.birth.map(|birth| birth.age_on(self.on))
    }

    /// An e-mail address under a domain reserved for examples.
    pub(crate) fn email(&self) -> Option<String> {
        let family = script::romaji(self.email_name?.kana);
        let given = script::romaji(self.name.given.kana);
        let number = self.person % 1_000;
        let domain = match self.person % 4 {
            0 => "example.jp",
            1 => "example.com",
            2 => "mail.example.ne.jp",
            _ => "example.net",
        };
        Some(match self.person / 4 % 3 {
            0 => format!("{given}.{family}{number}@{domain}"),
            1 => format!("{family}_{number}@{domain}"),
            _ => format!("{given}{number}@{domain}"),
        })
    }
}
