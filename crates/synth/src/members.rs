//! Who is on which client's list, and from when to when.

use std::collections::HashSet;
use std::ops::Range;

use crate::day::Day;
use crate::draw::{Draw, Purpose};
use crate::household::{ADULT, SLOTS};
use crate::person::{Ground, Life};

/// Somebody's time on a client's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Member {
    pub(crate) person: u64,
    pub(crate) joined: Day,
    /// The first day they are no longer on it; a far day where they stay.
    pub(crate) left: Day,
}

impl Member {
    pub(crate) fn on_list(&self, on: Day) -> bool {
        self.joined <= on && on < self.left
    }
}

/// Whom a client draws, and how many.
#[derive(Clone, Debug)]
pub(crate) struct Intake {
    /// Index of the client, which its draws depend on.
    pub(crate) client: u64,
    /// Residents of these municipalities only; `None` for the whole country.
    pub(crate) cities: Option<Range<usize>>,
    pub(crate) min_age: i32,
    /// Members on the last day.
    pub(crate) count: usize,
    pub(crate) first: Day,
    pub(crate) last: Day,
}

const NEVER_LEFT: (i32, i32, i32) = (2100, 1, 1);

/// Draws members until `count` of them are on the list on the last day, taking those of `held` (other clients'
/// lists that this one contains) first. Ordered by the day they joined.
pub(crate) fn draw_members(ground: &Ground, intake: &Intake, held: &[&[Member]]) -> Vec<Member> {
    let mut members: Vec<Member> = Vec::new();
    let mut seen: HashSet<u64> = HashSet::new();
    for member in held.iter().copied().flatten() {
        if seen.insert(member.person) {
            members.push(*member);
        }
    }
    let mut present = members.iter().filter(|member| member.on_list(intake.last)).count();
    let mut draw = Draw::new(ground.seed, Purpose::Members, intake.client);
    let households = match &intake.cities {
        Some(cities) => ground.population.range(cities),
        None => 0..ground.population.households(),
    };
    // A region without enough residents must not hang the world; the layout makes sure that this is never the limit.
    let attempts = intake.count.saturating_mul(400).saturating_add(20_000);
    for _ in 0..attempts {
        if present >= intake.count {
            break;
        }
        let id =
            (households.start + draw.below(households.end - households.start)) * SLOTS + draw.below(SLOTS);
        let Some(member) = candidate(ground, intake, id, &mut draw) else { continue };
        if seen.insert(id) {
            present += usize::from(member.on_list(intake.last));
            members.push(member);
        }
    }
    members.sort_by_key(|member| (member.joined, member.person));
    members
}

/// Person `id` as a member, where they exist and may be one.
fn candidate(ground: &Ground, intake: &Intake, id: u64, draw: &mut Draw) -> Option<Member> {
    let life = Life::new(ground, id)?;
    let period = intake.last.since(intake.first);
    // Six in ten were there before the first handover; a list handed over once has no such history.
    let joined = if period == 0 || draw.percent(60) {
        intake.first.plus(-draw.between(0, 1_500))
    } else {
        intake.first.plus(draw.between(1, period))
    };
    let quits = draw.percent(25);
    let quitting = joined.max(intake.first).plus(draw.between(100, 3_000));
    let notice = draw.between(0, 300);
    let declines = draw.percent(60);
    if life.age(joined) < intake.min_age.max(ADULT) || !life.alive(joined.max(intake.first)) {
        return None;
    }
    if intake.cities.is_none() && life.shy && declines {
        return None;
    }
    let (year, month, day) = NEVER_LEFT;
    let mut left = Day::new(year, month, day);
    if quits {
        left = left.min(quitting);
    }
    if let Some(death) = life.death {
        left = left.min(death.plus(notice));
    }
    if let Some(cities) = &intake.cities {
        let here = |on: Day| cities.contains(&life.residence(on).city);
        if !here(joined) {
            return None;
        }
        if let Some(gone) = first_away(&here, joined, intake.last) {
            left = left.min(gone.plus(notice));
        }
    }
    (left > intake.first && left > joined).then_some(Member { person: id, joined, left })
}

/// The first quarter day on which somebody no longer lives where they joined.
fn first_away(here: &dyn Fn(Day) -> bool, joined: Day, last: Day) -> Option<Day> {
    let days = last.since(joined).max(0);
    (1..=days / 90).map(|quarter| joined.plus(quarter * 90)).find(|day| !here(*day))
}
