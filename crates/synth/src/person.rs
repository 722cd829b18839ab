//! One person's life from 2011 to 2023: names, homes, numbers, each with its dates.

use crate::address::{Address, Phone};
use crate::day::Day;
use crate::draw::{Draw, Purpose};
use crate::household::{BEGIN, Household, SLOTS, Sex, Slot};
use crate::population::Population;
use crate::tables::{Name, Tables};

/// The fixed background of all lives.
#[derive(Clone, Debug)]
pub(crate) struct Ground {
    pub(crate) seed: u64,
    pub(crate) tables: &'static Tables,
    pub(crate) population: Population,
}

/// Where somebody lives at one time: the municipality, and the number its details are drawn from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Residence {
    pub(crate) city: usize,
    lot: u64,
    /// The lot the fixed line was drawn for, with its municipality.
    line: Option<(usize, u64)>,
    /// Young people live in flats.
    flat_percent: u32,
}

/// A person with all dates of their life. Texts are drawn only when asked for.
#[derive(Clone, Debug)]
pub(crate) struct Life<'w> {
    ground: &'w Ground,
    pub(crate) id: u64,
    pub(crate) birth: Day,
    pub(crate) sex: Sex,
    household: Household,
    home: usize,
    pub(crate) death: Option<Day>,
    /// When a grown-up child left, and whether for another municipality.
    left_home: Option<(Day, bool)>,
    married: Option<Day>,
    surname: u16,
    married_surname: u16,
    given: u16,
    /// When each mobile number began.
    mobiles: Vec<Day>,
    pub(crate) has_email: bool,
    /// Rarely anybody's customer: so those who are on one national list are likelier on another.
    pub(crate) shy: bool,
}

/// Marks lots of people who left home, apart from those of households.
const LEAVER: u64 = 1 << 62;

impl<'w> Life<'w> {
    /// The person of that number, `None` where nobody has it.
    pub(crate) fn new(ground: &'w Ground, id: u64) -> Option<Self> {
        let household = Household::new(ground.seed, id / SLOTS);
        let slot = household.slot(id % SLOTS)?;
        Some(Self::of(ground, id, household, slot))
    }

    fn of(ground: &'w Ground, id: u64, household: Household, slot: Slot) -> Self {
        let mut draw = Draw::new(ground.seed, Purpose::Person, id);
        let tables = ground.tables;
        let death = death(&mut draw, slot.birth);
        let given_table = if slot.sex == Sex::Male { &tables.men } else { &tables.women };
        let given = given_table.draw(&mut draw);
        // The household's name, by the same weights for everybody in it; a few live under another name.
        let mut shared = Draw::new(ground.seed, Purpose::Person, household.surname_draw | LEAVER << 1);
        let mut surname = tables.surnames.draw(&mut shared);
        let married_surname = tables.surnames.draw(&mut draw);
        if draw.percent(3) {
            surname = tables.surnames.draw(&mut draw);
        }
        let coming_of_age = slot.birth.plus(20 * 365 + draw.between(-500, 4_000));
        let left_home = (slot.child && draw.percent(65)).then_some((coming_of_age, draw.percent(55)));
        let wedding = slot.birth.plus(draw.between(21 * 365, 38 * 365));
        let takes_name = draw.percent(if slot.sex == Sex::Female { 70 } else { 3 });
        let unmarried = slot.child || (household.slot(1).is_none() && slot.birth.year() > 1975);
        let married = (takes_name && unmarried && wedding > BEGIN).then_some(wedding);
        let mobiles = mobiles(&mut draw, slot.birth);
        let has_email = draw.percent(if slot.birth.year() > 1960 { 80 } else { 30 });
        Self {
            ground,
            id,
            birth: slot.birth,
            sex: slot.sex,
            home: ground.population.home(household.id),
            household,
            death,
            left_home,
            married,
            surname,
            married_surname,
            given,
            mobiles,
            has_email,
            shy: draw.percent(25),
        }
    }

    /// Completed years; negative before birth.
    pub(crate) fn age(&self, on: Day) -> i32 {
        self.birth.age_on(on)
    }

    pub(crate) fn alive(&self, on: Day) -> bool {
        self.birth <= on && self.death.is_none_or(|death| on < death)
    }

    pub(crate) fn surname(&self, on: Day) -> Name {
        let married = self.married.is_some_and(|day| day <= on);
        self.ground.tables.surnames.get(if married { self.married_surname } else { self.surname })
    }

    pub(crate) fn given(&self) -> Name {
        let tables = self.ground.tables;
        if self.sex == Sex::Male { tables.men.get(self.given) } else { tables.women.get(self.given) }
    }

    /// The family writes its name with an old form of a character, where there is one.
    pub(crate) fn old_glyph(&self) -> bool {
        self.household.old_glyph
    }

    pub(crate) fn residence(&self, on: Day) -> Residence {
        if let Some((_, away)) = self.left_home.filter(|(day, _)| *day <= on) {
            let lot = LEAVER | self.id;
            let city = self.city_of(lot, away);
            // Whoever leaves home rarely orders a fixed line.
            return Residence {
                city,
                lot,
                line: self.id.is_multiple_of(5).then_some((city, lot)),
                flat_percent: 75,
            };
        }
        let moves = &self.household.moves;
        let at = moves.partition_point(|step| step.from <= on).saturating_sub(1);
        let lot_of = |at: usize| self.household.id * 16 + at as u64;
        let city = self.city_of(lot_of(at), moves[at].away);
        let mut line_at = at;
        while line_at > 0 && moves[line_at].keeps_line {
            line_at -= 1;
        }
        let line_city = self.city_of(lot_of(line_at), moves[line_at].away);
        let line = self.household.wired.then_some((line_city, lot_of(line_at)));
        let flat_percent = if self.household.slot(1).is_none() { 55 } else { 28 };
        Residence { city, lot: lot_of(at), line, flat_percent }
    }

    fn city_of(&self, lot: u64, away: bool) -> usize {
        if !away {
            return self.home;
        }
        self.ground.population.anywhere(&mut Draw::new(self.ground.seed, Purpose::Address, lot ^ LEAVER << 1))
    }

    pub(crate) fn address(&self, on: Day) -> Address {
        let at = self.residence(on);
        let mut draw = Draw::new(self.ground.seed, Purpose::Address, at.lot);
        Address::draw(self.ground, at.city, at.flat_percent, &mut draw)
    }

    /// The household's fixed line.
    pub(crate) fn fixed(&self, on: Day) -> Option<Phone> {
        let (city, lot) = self.residence(on).line?;
        let mut draw = Draw::new(self.ground.seed, Purpose::Line, lot);
        let city = self.ground.tables.cities.get(city)?;
        Some(Phone::fixed(city.prefecture, city.name, &mut draw))
    }

    pub(crate) fn mobile(&self, on: Day) -> Option<Phone> {
        let at = self.mobiles.partition_point(|from| *from <= on).checked_sub(1)?;
        let mut draw = Draw::new(self.ground.seed, Purpose::Mobile, self.id * 4 + at as u64);
        Some(Phone::mobile(&mut draw))
    }
}

/// Yearly risk of death by age, in 100,000ths: grows by an eighth a year from 40 on.
const RISK: [u64; 111] = {
    let mut risk = [60; 111];
    let mut age = 41;
    while age < risk.len() {
        let before: u64 = risk[age - 1];
        let grown = before + before / 8;
        risk[age] = if grown > 60_000 { 60_000 } else { grown };
        age += 1;
    }
    risk
};

/// The day of death, where it falls between 2011 and 2023.
fn death(draw: &mut Draw, birth: Day) -> Option<Day> {
    let born = birth.year();
    let first = born.max(BEGIN.year());
    (first..=2023).find_map(|year| {
        let dies = draw.below(100_000) < RISK[(year - born).clamp(0, 110) as usize];
        dies.then(|| birth.max(Day::new(year, 1, 1)).plus(draw.between(0, 364)))
    })
}

/// When each of a person's mobile numbers began.
fn mobiles(draw: &mut Draw, birth: Day) -> Vec<Day> {
    let percent = match birth.year() {
        ..1935 => 25,
        1935..1950 => 60,
        1950..1965 => 88,
        _ => 97,
    };
    if !draw.percent(percent) {
        return Vec::new();
    }
    let first = birth.plus(365 * 13).max(Day::new(2000, 1, 1).plus(draw.between(0, 3_000)));
    let change = BEGIN.plus(draw.between(0, 4_745));
    let changes = draw.percent(14) && change > first;
    if changes { vec![first, change] } else { vec![first] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::household::{ADULT, ADULTS_PER_100_HOUSEHOLDS};

    fn ground() -> Ground {
        let tables = Tables::get();
        Ground { seed: 5, tables, population: Population::new(tables, 40_000, &[]) }
    }

    #[test]
    fn households_have_the_size_the_world_is_laid_out_for() {
        let (ground, on, households) = (ground(), Day::new(2017, 6, 1), 12_000u64);
        let lives = (0..households * SLOTS).filter_map(|id| Life::new(&ground, id));
        let ages: Vec<i32> = lives.filter(|life| life.alive(on)).map(|life| life.age(on)).collect();
        assert!(ages.iter().all(|age| (0..=106).contains(age)));
        let adults = ages.iter().filter(|age| **age >= ADULT).count() as u64 * 100 / households;
        assert!(adults.abs_diff(ADULTS_PER_100_HOUSEHOLDS) <= 4, "{adults}");
        let seniors = ages.iter().filter(|age| **age >= 65).count() * 100 / ages.len();
        assert!((22..36).contains(&seniors), "{seniors} % are 65 or older");
    }

    #[test]
    fn households_share_name_address_and_line() {
        let (ground, on) = (ground(), Day::new(2016, 1, 1));
        let (mut pairs, mut names) = (0, 0);
        for household in 0..2_000 {
            let head = Life::new(&ground, household * SLOTS);
            let (Some(head), Some(spouse)) = (head, Life::new(&ground, household * SLOTS + 1)) else {
                continue;
            };
            assert_eq!(head.address(on), spouse.address(on));
            assert_eq!(head.fixed(on), spouse.fixed(on));
            pairs += 1;
            names += usize::from(head.surname(on) == spouse.surname(on));
        }
        assert!(pairs > 800 && names * 100 > pairs * 90, "{names} of {pairs}");
    }

    #[test]
    fn lives_have_a_history() {
        let ground = ground();
        let (early, late) = (Day::new(2011, 1, 1), Day::new(2023, 1, 1));
        let (mut moved, mut renamed, mut died, mut renumbered, mut all) = (0, 0, 0, 0, 0);
        for life in (0..40_000).filter_map(|id| Life::new(&ground, id)).filter(|life| life.age(early) >= 15) {
            all += 1;
            moved += usize::from(life.address(early) != life.address(late));
            renamed += usize::from(life.surname(early) != life.surname(late));
            died += usize::from(life.alive(early) && !life.alive(late));
            renumbered += usize::from(life.mobile(early) != life.mobile(late));
        }
        for (what, count, low, high) in [
            ("moved", moved, 15, 60),
            ("renamed", renamed, 1, 15),
            ("died", died, 5, 25),
            ("renumbered", renumbered, 5, 40),
        ] {
            let percent = count * 100 / all;
            assert!((low..high).contains(&percent), "{what}: {percent} %");
        }
    }
}
