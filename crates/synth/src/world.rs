//! The world: everybody, the clients, and who is on whose lists when.

use std::cmp::Reverse;
use std::collections::HashMap;

use crate::client::{Client, ClientData, RowOrder};
use crate::day::Day;
use crate::draw::{Draw, Purpose};
use crate::house::House;
use crate::members::{Intake, Member, draw_members};
use crate::person::Ground;
use crate::population::{Need, Population};
use crate::roster::{RosterRow, holdings, roster};
use crate::tables::Tables;

/// Adults in the world at scale 1, chosen so that the largest client holds 26 % of them.
const ADULTS: f64 = 15_000_000.0;

/// What world to make.
#[derive(Clone, Debug, PartialEq)]
pub struct WorldSpec {
    /// All draws depend on it.
    pub seed: u64,
    /// 1 is the size of the reference incident; kept between 10⁻⁶ and 2.
    pub scale: f64,
    /// Lists are at least this long, where the reference list is, however small the scale.
    pub floor: u64,
    /// Ids of the clients to make, `None` for all 69. A client is the same whichever others are made, but for the
    /// layout of the population.
    pub clients: Option<Vec<String>>,
    /// Client pairs that share members, such as sister companies.
    pub sisters: Vec<Sisters>,
    /// Take at most so many handovers of each client, the latest.
    pub handovers: Option<usize>,
}

/// Two organisations under one roof: the second takes part of its members from the first.
#[derive(Clone, Debug, PartialEq)]
pub struct Sisters {
    /// The client whose members are taken.
    pub from: String,
    /// The client that takes them; it must come later in the reference table.
    pub to: String,
    /// Share of the receiver's members that come from the other, 0 to 1.
    pub share: f64,
}

impl WorldSpec {
    /// All clients of the reference incident at this scale.
    pub fn new(seed: u64, scale: f64) -> Self {
        Self { seed, scale, floor: 60, clients: None, sisters: Vec::new(), handovers: None }
    }
}

/// A synthetic incident: the same specification gives the same world on every machine.
#[derive(Clone, Debug)]
pub struct World {
    pub(crate) ground: Ground,
    pub(crate) clients: Vec<ClientData>,
}

/// A client before its members are drawn.
struct Plan {
    row: RosterRow,
    number: u64,
    intake: Intake,
    dates: Vec<Day>,
}

impl World {
    /// The reference incident's 69 clients at `scale` (1 = 15 million adults; kept between 10⁻⁶ and 2).
    pub fn generate(seed: u64, scale: f64) -> Self {
        Self::with(&WorldSpec::new(seed, scale))
    }

    /// The world of a specification.
    pub fn with(spec: &WorldSpec) -> Self {
        let tables = Tables::get();
        let scale = if spec.scale.is_finite() { spec.scale.clamp(1e-6, 2.0) } else { 1e-6 };
        let plans = plan(spec, scale, tables);
        let population = Population::new(tables, (ADULTS * scale) as u64, &needs(&plans));
        let ground = Ground { seed: spec.seed, tables, population };
        let mut members = draw_all(&ground, spec, &plans);
        let clients = plans
            .into_iter()
            .map(|plan| {
                let members = members.remove(plan.row.id).unwrap_or_default();
                client_data(spec, plan, members)
            })
            .collect();
        Self { ground, clients }
    }

    /// The clients, in the order of the reference table.
    pub fn clients(&self) -> impl ExactSizeIterator<Item = Client<'_>> {
        self.clients.iter().map(|data| Client { ground: &self.ground, data })
    }

    /// Client number `at`, from 0.
    pub fn client(&self, at: usize) -> Option<Client<'_>> {
        self.clients.get(at).map(|data| Client { ground: &self.ground, data })
    }

    /// Where the client of that id stands.
    pub fn index_of(&self, id: &str) -> Option<usize> {
        self.clients.iter().position(|client| client.id == id)
    }

    /// The seed it was made from.
    pub fn seed(&self) -> u64 {
        self.ground.seed
    }
}

/// Sizes, ages and dates of the wanted clients.
fn plan(spec: &WorldSpec, scale: f64, tables: &Tables) -> Vec<Plan> {
    let rows = roster();
    let size =
        |row: &RosterRow| ((row.records as f64 * scale).round() as u64).max(row.records.min(spec.floor));
    let sizes: HashMap<&str, u64> = rows.iter().map(|row| (row.id, size(row))).collect();
    let wanted = |id: &str| spec.clients.as_ref().is_none_or(|ids| ids.iter().any(|wanted| wanted == id));
    let mut plans = Vec::new();
    for (row, number) in rows.iter().zip(1u64..) {
        if !wanted(row.id) {
            continue;
        }
        let held: u64 = holdings(row.id).iter().filter(|id| wanted(id)).filter_map(|id| sizes.get(id)).sum();
        // An insurer has members of its own beside those of its cities, also where all lists are at their floor.
        let count = size(row).max(held + held / 2);
        let mut draw = Draw::new(spec.seed, Purpose::Dates, number);
        let mut dates = dates(row, &mut draw);
        if let Some(most) = spec.handovers {
            dates.drain(..dates.len().saturating_sub(most.max(1)));
        }
        let min_age = min_age(row, &mut draw);
        let (Some(first), Some(last)) = (dates.first(), dates.last()) else { continue };
        let cities = (row.region != "national").then(|| tables.region(row.region));
        let intake =
            Intake { client: number, cities, min_age, count: count as usize, first: *first, last: *last };
        plans.push(Plan { row: row.clone(), number, intake, dates });
    }
    plans
}

/// Days of handover, evenly spread over the period with some play, the last in the last month.
fn dates(row: &RosterRow, draw: &mut Draw) -> Vec<Day> {
    let first = Day::new(row.first.0, row.first.1, draw.between(1, 20));
    if row.handovers <= 1 {
        return vec![first];
    }
    let last = Day::new(row.last.0, row.last.1, draw.between(21, 28));
    let steps = row.handovers as i32 - 1;
    let span = last.since(first);
    let play = span / steps / 3;
    (0..=steps)
        .map(|step| {
            let even = first.plus(span / steps * step);
            if step == 0 {
                first
            } else if step == steps {
                last
            } else {
                even.plus(draw.between(-play, play))
            }
        })
        .collect()
}

/// From what age on somebody can be on the list: cities mostly invite seniors to check-ups.
fn min_age(row: &RosterRow, draw: &mut Draw) -> i32 {
    match row.kind {
        "city" => draw.weighted(&[(70, 60), (30, 40)]),
        "retail" if row.records < 300_000 => draw.pick(&[15, 20, 30, 40, 50]),
        _ => 15,
    }
}

/// Residents that regional lists ask for: a list holds about a quarter of those it is drawn from.
fn needs(plans: &[Plan]) -> Vec<Need> {
    let mut needs: Vec<Need> = plans
        .iter()
        .filter_map(|plan| {
            let cities = plan.intake.cities.clone()?;
            let count = plan.intake.count as u64;
            let adults = match plan.intake.min_age {
                60.. => count * 9,
                40.. => count * 6,
                _ => count * 9 / 2,
            };
            Some(Need { cities, adults })
        })
        .collect();
    needs.sort_by_key(|need| (need.cities.len(), need.cities.start, Reverse(need.adults)));
    needs
}

/// Everybody's members; those who hold other clients' lists come after these.
fn draw_all(ground: &Ground, spec: &WorldSpec, plans: &[Plan]) -> HashMap<&'static str, Vec<Member>> {
    let mut members: HashMap<&'static str, Vec<Member>> = HashMap::new();
    let (holders, others): (Vec<&Plan>, Vec<&Plan>) =
        plans.iter().partition(|plan| !holdings(plan.row.id).is_empty());
    for plan in others.into_iter().chain(holders) {
        let shared = shared_members(ground, spec, plan, &members);
        let mut held: Vec<&[Member]> =
            holdings(plan.row.id).iter().filter_map(|id| members.get(id)).map(Vec::as_slice).collect();
        held.extend(shared.iter().map(Vec::as_slice));
        let drawn = draw_members(ground, &plan.intake, &held);
        members.insert(plan.row.id, drawn);
    }
    members
}

/// What a sister company brings along.
fn shared_members(
    ground: &Ground,
    spec: &WorldSpec,
    plan: &Plan,
    members: &HashMap<&'static str, Vec<Member>>,
) -> Vec<Vec<Member>> {
    let mut out = Vec::new();
    for sisters in spec.sisters.iter().filter(|sisters| sisters.to == plan.row.id) {
        let Some(from) = members.get(sisters.from.as_str()) else { continue };
        let count = (plan.intake.count as f64 * sisters.share.clamp(0.0, 1.0)) as usize;
        let mut from: Vec<Member> =
            from.iter().copied().filter(|member| member.on_list(plan.intake.last)).collect();
        let stream = plan.number | 1 << 32;
        Draw::new(ground.seed, Purpose::Members, stream).choose_front(&mut from, count);
        from.truncate(count);
        out.push(from);
    }
    out
}

fn client_data(spec: &WorldSpec, plan: Plan, members: Vec<Member>) -> ClientData {
    let mut draw = Draw::new(spec.seed, Purpose::Style, plan.number | 1 << 32);
    ClientData {
        id: plan.row.id.to_owned(),
        kind: plan.row.kind,
        region: plan.row.region,
        house: House::of_client(spec.seed, plan.number, &plan.row.words),
        words: plan.row.words,
        members,
        dates: plan.dates,
        order: draw.weighted(&[
            (60, RowOrder::Joined),
            (20, RowOrder::Kana),
            (15, RowOrder::Postal),
            (5, RowOrder::Birth),
        ]),
        number: plan.number,
    }
}
