//! Households and persons, derived from their numbers: nothing of a person is stored.

use crate::day::Day;
use crate::draw::{Draw, Purpose};

/// Places in a household; a person is `household * SLOTS + slot`.
pub(crate) const SLOTS: u64 = 8;

/// Persons of at least [`ADULT`] years in a household, in hundredths, measured in 2017.
pub(crate) const ADULTS_PER_100_HOUSEHOLDS: u64 = 179;

/// From this age on a person can be somebody's customer.
pub(crate) const ADULT: i32 = 15;

/// Sex as registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sex {
    /// 女
    Female,
    /// 男
    Male,
}

/// Somebody's place in a household.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slot {
    pub(crate) birth: Day,
    pub(crate) sex: Sex,
    /// Grown up in this household, and may leave it.
    pub(crate) child: bool,
}

/// When and where to a household (or one who left it) moved. `city` is `None` for the home municipality.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Move {
    pub(crate) from: Day,
    pub(crate) away: bool,
    /// The old fixed line came along.
    pub(crate) keeps_line: bool,
}

/// A household: who is in it, and when it moved.
#[derive(Clone, Debug)]
pub(crate) struct Household {
    pub(crate) id: u64,
    slots: [Option<Slot>; SLOTS as usize],
    /// In order of time; the first is where the household was at the beginning.
    pub(crate) moves: Vec<Move>,
    /// Has a fixed line.
    pub(crate) wired: bool,
    /// Uses the old form of a character of its name in writing (髙, 﨑).
    pub(crate) old_glyph: bool,
    /// Drawn for the surname.
    pub(crate) surname_draw: u64,
}

#[derive(Clone, Copy)]
enum Kind {
    Single(i32, i32),
    Couple(i32, i32),
    Family { parents: u8, grandparents: bool },
}

const KINDS: [(u32, Kind); 8] = [
    (13, Kind::Single(1983, 1995)),
    (10, Kind::Single(1955, 1982)),
    (16, Kind::Single(1928, 1954)),
    (6, Kind::Couple(1978, 1992)),
    (26, Kind::Couple(1932, 1956)),
    (17, Kind::Family { parents: 2, grandparents: false }),
    (4, Kind::Family { parents: 1, grandparents: false }),
    (8, Kind::Family { parents: 2, grandparents: true }),
];

/// Before this day nothing is asked of the world.
pub(crate) const BEGIN: Day = Day::EPOCH_2011;

impl Household {
    pub(crate) fn new(seed: u64, id: u64) -> Self {
        let mut draw = Draw::new(seed, Purpose::Household, id);
        let mut slots = [None; SLOTS as usize];
        let head_year = fill(&mut draw, &mut slots);
        let age = 2017 - head_year;
        let wired = draw.percent(if age >= 65 {
            93
        } else if age >= 40 {
            75
        } else {
            28
        });
        let moves = moves(&mut draw, age);
        Self { id, slots, moves, wired, old_glyph: draw.percent(18), surname_draw: draw.below(u64::MAX) }
    }

    pub(crate) fn slot(&self, slot: u64) -> Option<Slot> {
        self.slots.get(slot as usize).copied().flatten()
    }
}

/// Puts people into a household and returns the head's year of birth.
fn fill(draw: &mut Draw, slots: &mut [Option<Slot>; SLOTS as usize]) -> i32 {
    let kind = draw.weighted(&KINDS);
    let (low, high) = match kind {
        Kind::Single(low, high) | Kind::Couple(low, high) => (low, high),
        Kind::Family { grandparents: true, .. } => (1955, 1978),
        Kind::Family { .. } => (1958, 1988),
    };
    let head = birthday(draw, low, high);
    let male = match kind {
        Kind::Single(_, high) => draw.percent(if high < 1960 { 30 } else { 55 }),
        Kind::Family { parents: 1, .. } => draw.percent(15),
        _ => draw.percent(96),
    };
    let sex = if male { Sex::Male } else { Sex::Female };
    slots[0] = Some(Slot { birth: head, sex, child: false });
    let spouse = birthday(draw, head.year() - 4, head.year() + 6);
    if !matches!(kind, Kind::Single(..) | Kind::Family { parents: 1, .. }) {
        let other = if male { Sex::Female } else { Sex::Male };
        slots[1] = Some(Slot { birth: spouse, sex: other, child: false });
    }
    if let Kind::Family { grandparents, .. } = kind {
        let children = draw.weighted(&[(30, 1), (50, 2), (20, 3)]);
        let first = head.year() + draw.between(23, 36);
        for child in 0..children {
            let birth = birthday(draw, first + 2 * child, first + 2 * child + 2);
            let sex = if draw.percent(51) { Sex::Male } else { Sex::Female };
            slots[2 + child as usize] = (birth.year() <= 2023).then_some(Slot { birth, sex, child: true });
        }
        if grandparents {
            let father = birthday(draw, head.year() - 34, head.year() - 23);
            let mother = birthday(draw, head.year() - 31, head.year() - 21);
            slots[6] = draw.percent(60).then_some(Slot { birth: father, sex: Sex::Male, child: false });
            slots[7] = Some(Slot { birth: mother, sex: Sex::Female, child: false });
        }
    }
    head.year()
}

fn birthday(draw: &mut Draw, low: i32, high: i32) -> Day {
    Day::new(draw.between(low, high), 1, 1).plus(draw.between(0, 364))
}

/// Where a household lived: some came to the home municipality from elsewhere, some moved within it, some left it.
fn moves(draw: &mut Draw, age: i32) -> Vec<Move> {
    let mobility = if age >= 65 {
        12
    } else if age >= 40 {
        25
    } else {
        60
    };
    let begin = Day::new(1990, 1, 1);
    let mut moves = vec![Move { from: begin, away: false, keeps_line: false }];
    if draw.percent(mobility / 4) {
        moves[0].away = true;
        let from = BEGIN.plus(draw.between(0, 3_000));
        moves.push(Move { from, away: false, keeps_line: false });
    }
    for _ in 0..2 {
        let from = BEGIN.plus(draw.between(0, 4_745));
        let away = draw.percent(30);
        let keeps_line = !away && draw.percent(55);
        let goes = draw.percent(mobility);
        match moves.last() {
            Some(last) if goes && from.since(last.from) > 200 && !last.away => {
                moves.push(Move { from, away, keeps_line });
            }
            _ => {}
        }
    }
    moves
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moves_are_in_order_of_time() {
        for id in 0..2_000 {
            let household = Household::new(1, id);
            assert!(household.moves.windows(2).all(|w| w[0].from < w[1].from));
        }
    }
}
