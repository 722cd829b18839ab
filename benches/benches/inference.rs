//! From pattern counts of 69 clients to sources: what a file costs once its rows are counted, however many they were.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::Duration;

use criterion::Criterion;
use meibo::Field;
use meibo_attribution::{
    Control, File, Hit, Kind, List, Pattern, PatternCount, Place, Reducer, Stratum, World, attribute,
};
use meibo_benches::{list_sizes, mix};

/// Everybody, in persons: the largest list holds a quarter of them.
const PERSONS: u64 = 15_000_000;
/// Name and phone, name and address, address and phone.
const KEYS: u32 = 0b111;
const CONTROLS_OF_A_LIST: u64 = 300;
/// Of many lists each needs fewer, and making them is most of the work here.
const CONTROLS_OF_MANY: u64 = 30;
const PLACES: u64 = 47;

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .configure_from_args();
    let world = world(&list_sizes());
    let mut group = criterion.benchmark_group("inference");
    for (name, sources, rows) in [
        ("nobody's list", vec![], 10_000),
        ("one source", vec![30], 10_000),
        ("five sources", vec![0, 3, 20, 40, 66], 10_000),
        ("five sources, more rows", vec![0, 3, 20, 40, 66], 100_000),
    ] {
        let file = file(&world, &sources, rows);
        let patterns = file.patterns.len();
        group.bench_function(format!("{name}, {rows} rows, {patterns} patterns"), |b| {
            b.iter(|| attribute(black_box(&world), black_box(&file)));
        });
    }
    group.finish();
    many_clients(&mut criterion);
    criterion.final_summary();
}

/// Ten thousand clients of a hundredth of the reference sizes, and three sources among them.
fn many_clients(criterion: &mut Criterion) {
    let sizes: Vec<u64> = list_sizes().into_iter().cycle().take(10_000).map(|size| size / 100 + 60).collect();
    let world = world(&sizes);
    let file = file(&world, &[30, 400, 5_000], 20_000);
    let patterns = file.patterns.len();
    let mut group = criterion.benchmark_group("inference");
    group.bench_function(format!("10,000 clients, 20,000 rows, {patterns} patterns"), |b| {
        b.iter(|| attribute(black_box(&world), black_box(&file)));
    });
    group.finish();
}

/// Lists of these sizes whose members are independent of each other.
fn world(sizes: &[u64]) -> World {
    let pair =
        |a: Field, b: Field, personal| Kind { parts: 3 << (2 * a.index()) | 3 << (2 * b.index()), personal };
    let kinds = vec![
        pair(Field::Name, Field::Phone, true),
        pair(Field::Name, Field::Address, true),
        pair(Field::Address, Field::Phone, false),
    ];
    let lists: Vec<List> = sizes
        .iter()
        .enumerate()
        .map(|(client, &records)| List {
            client,
            key: 0,
            date: 0,
            records,
            coverage: vec![0.97, 0.98, 0.96],
            false_match_rate: 0.001,
        })
        .collect();
    let mut world = World { kinds, clients: lists.len(), lists, controls: Vec::new() };
    world.controls = (0..world.lists.len() as u32).flat_map(|list| controls(&world, list)).collect();
    world
}

fn controls(world: &World, list: u32) -> Vec<Control> {
    let mut reducer = Reducer::new(world);
    let mut alike: BTreeMap<(Place, Pattern), u64> = BTreeMap::new();
    let many = world.clients > 1_000;
    for i in 0..if many { CONTROLS_OF_MANY } else { CONTROLS_OF_A_LIST } {
        let person = mix(u64::from(list) << 32 | i);
        *alike.entry((place(person), pattern(world, &mut reducer, person, Some(list)))).or_default() += 1;
    }
    let control = |((place, pattern), count)| Control { list, stratum: living(place), pattern, count };
    alike.into_iter().map(control).collect()
}

/// A file with as many rows of each source, and half as many strangers as of one.
fn file(world: &World, sources: &[u32], rows: u64) -> File {
    let mut reducer = Reducer::new(world);
    let mut alike: BTreeMap<(Pattern, Place), u64> = BTreeMap::new();
    for i in 0..rows {
        let part = i % (2 * sources.len() as u64 + 1);
        let source = sources.get(part as usize / 2).copied();
        let person = mix(i << 8);
        *alike.entry((pattern(world, &mut reducer, person, source), place(person))).or_default() += 1;
    }
    let count = |((pattern, place), records)| PatternCount {
        pattern,
        stratum: living(place),
        records,
        persons: records,
    };
    File { patterns: alike.into_iter().map(count).collect() }
}

fn living(place: Place) -> Stratum {
    Stratum { place, ..Stratum::default() }
}

/// Which lists hold a person: the source, and each other with a chance of its share of everybody.
fn pattern(world: &World, reducer: &mut Reducer, person: u64, source: Option<u32>) -> Pattern {
    let holds = |(list, entry): (u32, &List)| {
        let draw = mix(person ^ u64::from(list) << 48);
        let keys = match draw >> 60 {
            0 => 0b001,
            1 => 0b010,
            _ => KEYS,
        };
        let member = source == Some(list) || mix(draw) % PERSONS < entry.records;
        member.then_some(Hit { list, keys })
    };
    let mut pattern = Pattern { present: KEYS, hits: (0..).zip(&world.lists).filter_map(holds).collect() };
    reducer.reduce(&mut pattern);
    pattern
}

fn place(person: u64) -> Place {
    let prefecture = person % PLACES + 1;
    Place { prefecture: prefecture as u32, municipality: prefecture * 100 + person / PLACES % 20 }
}
