//! What a token costs where many lists are asked at once: ratios, all measured in one run.
//!
//! `cargo bench -p meibo-benches --bench lookup [-- GIGABYTES]`: with the memory allowed for the largest index, 4 unless
//! told; the ratio of 10,000 lists to 69 is that of as many as fit, extended in a straight line.
#![allow(clippy::unwrap_used, reason = "a benchmark that cannot be set up has nothing to say")]
#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "a benchmark reads the clock and prints")]

use std::hint::black_box;
use std::time::Instant;

use bloomfilter::Bloom;
use fastbloom::BloomFilter;
use meibo_benches::{list_sizes, mix, token, tokens};
use meibo_fingerprint::{Columns, KeyKind, Token};
use meibo_registry::Index;
use rayon::prelude::*;

/// Tokens a record, about: nine kinds of key for a name, an address and a phone number.
const TOKENS_OF_A_RECORD: u64 = 9;
const FALSE_MATCHES: f64 = 0.001;
const ASKED: usize = 9 * 256 * 64;
const RECORDS_OF_A_PART: usize = 256;
/// Whoever else uses the machine makes some parts take longer: a measurement is what the fastest tenth of parts took at
/// most, of so many rounds.
const ROUNDS: usize = 8;
const FASTEST: usize = 10;
/// Lists of the table's clients as they were handed over, the larger ones more often.
const HANDOVERS: usize = 210;

type Record = Vec<(KeyKind, Token)>;

fn main() {
    let gigabytes = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(4.0);
    limits();
    let sizes: Vec<u64> = list_sizes().into_iter().map(|records| records * TOKENS_OF_A_RECORD).collect();
    let few = reference(&sizes);
    handovers(&sizes, few);
    many(gigabytes, few);
}

/// What the machine's memory allows: cache lines a second in order, at random, and at random one after the other.
fn limits() {
    const WORDS: usize = 1 << 26;
    const READS: u64 = 1 << 22;
    let mut words = memmap2::MmapMut::map_anon(8 * WORDS).unwrap();
    // As an index asks for large pages.
    #[cfg(target_os = "linux")]
    let _ = words.advise(memmap2::Advice::HugePage);
    let words: &mut [u64] = bytemuck::cast_slice_mut(&mut words);
    words.iter_mut().zip(0..).for_each(|(word, i)| *word = mix(i));
    let words = &*words;
    let timed = |count: u64, read: &dyn Fn() -> u64| {
        let times = (0..5).map(|_| {
            let start = Instant::now();
            black_box(read());
            start.elapsed().as_secs_f64() * 1e9 / count as f64
        });
        times.fold(f64::INFINITY, f64::min)
    };
    let at = |place: u64| words[(place as usize % WORDS) & !7];
    let in_order = timed(WORDS as u64 / 8, &|| words.iter().fold(0, |sum, word| sum ^ word));
    let random = timed(READS, &|| (0..READS).fold(0, |sum, i| sum ^ at(mix(i))));
    let chained = timed(READS / 8, &|| (0..READS / 8).fold(0, |place, i| at(mix(place ^ i))));
    println!(
        "a cache line of {} MB, ns: in order {in_order:.2} ({:.1} GB/s), at random {random:.1}, one after the other {chained:.0}",
        8 * WORDS / 1_000_000,
        64.0 / in_order
    );
}

/// The 69 lists of the reference incident, against filters asked one by one; nanoseconds a token.
fn reference(sizes: &[u64]) -> f64 {
    let lists: Vec<Columns> =
        (0..sizes.len()).into_par_iter().map(|list| filled(list as u64, sizes[list])).collect();
    let asked = asked(&(0..).zip(sizes.iter().copied()).collect::<Vec<_>>());
    println!("69 lists of {} tokens; half of the tokens asked are members'", sizes.iter().sum::<u64>());
    let bloomfilters: Vec<Bloom<u128>> =
        (0..sizes.len()).into_par_iter().map(|list| bloomfilter_of(list as u64, sizes[list])).collect();
    let bloomfilter = one_by_one(&asked, |t| bloomfilters.iter().filter(|f| f.check(&t.0)).count());
    say("bloomfilter, one by one", bloomfilter);
    drop(bloomfilters);
    let fastblooms: Vec<BloomFilter> =
        (0..sizes.len()).into_par_iter().map(|list| fastbloom_of(list as u64, sizes[list])).collect();
    let fastbloom = one_by_one(&asked, |t| {
        let hash = fastblooms[0].source_hash(&t.0);
        fastblooms.iter().filter(|f| f.contains_hash(hash)).count()
    });
    say("fastbloom, hashed once", fastbloom);
    drop(fastblooms);
    say("columns, one by one", one_by_one(&asked, |t| lists.iter().filter(|l| l.contains(t)).count()));

    let index = index(&lists);
    describe(&index, sizes.iter().sum());
    let without = probed(&index, &asked, Some(0));
    say("index, nothing fetched ahead", without);
    for ahead in [1, 2, 4, 8, 15] {
        say(&format!("index, {ahead} tokens ahead"), probed(&index, &asked, Some(ahead)));
    }
    let with = probed(&index, &asked, None);
    say("index", with);
    let mut prober = index.prober();
    let mut hits = Vec::new();
    let alone = nanoseconds(&asked, RECORDS_OF_A_PART, |part| {
        let held = |record: &Record| {
            prober.record(record, &mut hits);
            hits.len()
        };
        part.iter().map(held).sum()
    });
    say("index, record by record", alone);
    say("index, one list asked for", one_by_one(&asked, |t| usize::from(index.holds(0, t))));
    println!(
        "  bloomfilter ÷ index {:.1}   fastbloom ÷ index {:.1}   without ÷ with fetching {:.2}",
        bloomfilter / with,
        fastbloom / with,
        without / with
    );
    with
}

/// All handovers of the 69 clients.
fn handovers(sizes: &[u64], few: f64) {
    let mut all: Vec<(u64, u64)> =
        (0..HANDOVERS).map(|list| (list as u64, sizes[list % sizes.len()])).collect();
    all.sort_unstable();
    let lists: Vec<Columns> = all.par_iter().map(|(list, size)| filled(*list, *size)).collect();
    let index = index(&lists);
    drop(lists);
    println!("{HANDOVERS} handovers");
    describe(&index, all.iter().map(|(_, size)| size).sum());
    let cost = probed(&index, &asked(&all), None);
    say("index", cost);
    println!("  210 ÷ 69 lists {:.2}", cost / few);
}

/// Lists of 100,000 records, as many as fit; but for the first hundred, lists that are there several times, since their
/// columns take memory too.
fn many(gigabytes: f64, few: f64) {
    const SIZE: u64 = 100_000 * TOKENS_OF_A_RECORD;
    const DISTINCT: u64 = 200;
    let fit = ((gigabytes * 1e9 / (2.2 * SIZE as f64)) as u32).min(10_000);
    let distinct: Vec<Columns> = (0..DISTINCT).into_par_iter().map(|list| filled(list, SIZE)).collect();
    let asked = asked(&(0..100).map(|list| (list, SIZE)).collect::<Vec<_>>());
    let mut costs = Vec::new();
    for count in [fit / 2, fit] {
        let of = |list: u32| if list < 100 { list } else { 100 + list % 100 };
        let numbered: Vec<(u32, &Columns)> =
            (0..count).map(|list| (list, &distinct[of(list) as usize])).collect();
        let index = Index::build(&numbered);
        println!("{count} lists of {SIZE} tokens");
        describe(&index, SIZE * u64::from(count));
        say("index, nothing fetched ahead", probed(&index, &asked, Some(0)));
        for ahead in [1, 2, 4] {
            say(&format!("index, {ahead} tokens ahead"), probed(&index, &asked, Some(ahead)));
        }
        let cost = probed(&index, &asked, None);
        say("index", cost);
        costs.push((f64::from(count), cost));
    }
    let slope = (costs[1].1 - costs[0].1) / (costs[1].0 - costs[0].0);
    let cost = costs[1].1 + slope * (10_000.0 - costs[1].0);
    println!("  10,000 lists: {cost:.0} ns a token, {:.1} times that of 69", cost / few);
}

fn filled(list: u64, size: u64) -> Columns {
    let mut columns = Columns::for_tokens(size).unwrap();
    tokens(list, size).for_each(|token| columns.insert(token));
    columns
}

fn bloomfilter_of(list: u64, size: u64) -> Bloom<u128> {
    let seed = std::array::from_fn(|i| i as u8 ^ list as u8);
    let mut filter = Bloom::new_for_fp_rate_with_seed(size as usize, FALSE_MATCHES, &seed).unwrap();
    tokens(list, size).for_each(|token| filter.set(&token.0));
    filter
}

fn fastbloom_of(list: u64, size: u64) -> BloomFilter {
    let mut filter = BloomFilter::with_false_pos(FALSE_MATCHES).seed(&1).expected_items(size as usize);
    tokens(list, size).for_each(|token| {
        filter.insert(&token.0);
    });
    filter
}

fn index(lists: &[Columns]) -> Index {
    Index::build(&(0..).zip(lists).collect::<Vec<_>>())
}

/// Records of nine tokens, those of a member and those of a stranger by turns; members of large lists as often as these
/// are larger.
fn asked(lists: &[(u64, u64)]) -> Vec<Record> {
    let all: u64 = lists.iter().map(|(_, size)| size).sum();
    let of_member = |i: u64| {
        let mut at = mix(i) % all;
        let held = lists.iter().find(|(_, size)| {
            let here = at < *size;
            at -= if here { 0 } else { *size };
            here
        });
        held.map_or(token(u64::MAX, i), |(list, _)| token(*list, at))
    };
    let one = |i: u64| match (i / TOKENS_OF_A_RECORD) % 2 {
        0 => of_member(i),
        _ => token(u64::MAX, i),
    };
    let tokens: Vec<(KeyKind, Token)> =
        (0..ASKED as u64).map(|i| (KeyKind::ALL[(i % TOKENS_OF_A_RECORD) as usize], one(i))).collect();
    tokens.chunks(TOKENS_OF_A_RECORD as usize).map(<[_]>::to_vec).collect()
}

fn probed(index: &Index, asked: &[Record], ahead: Option<usize>) -> f64 {
    let mut prober = index.prober();
    if let Some(ahead) = ahead {
        prober = prober.ahead(ahead);
    }
    nanoseconds(asked, RECORDS_OF_A_PART, |part| {
        let mut found = 0;
        prober.records(part.iter().map(Vec::as_slice), |_, hits| found += hits.len());
        found
    })
}

/// Nanoseconds a token where tokens are asked one by one, of which a few records are enough.
fn one_by_one(asked: &[Record], mut ask: impl FnMut(Token) -> usize) -> f64 {
    nanoseconds(&asked[..asked.len() / 4], RECORDS_OF_A_PART / 16, |part| {
        part.iter().flatten().map(|(_, token)| ask(*token)).sum()
    })
}

/// Nanoseconds a token, of the fastest parts.
fn nanoseconds(asked: &[Record], part: usize, mut ask: impl FnMut(&[Record]) -> usize) -> f64 {
    let mut times = Vec::new();
    for part in (0..ROUNDS).flat_map(|_| asked.chunks(part)) {
        let start = Instant::now();
        black_box(ask(part));
        times.push(start.elapsed().as_secs_f64() * 1e9 / (part.len() as u64 * TOKENS_OF_A_RECORD) as f64);
    }
    times.sort_unstable_by(f64::total_cmp);
    times[times.len() / FASTEST]
}

fn describe(index: &Index, tokens: u64) {
    println!(
        "  index of {} groups, {} columns, {} MB, {:.3} bytes a token",
        index.groups(),
        index.columns(),
        index.bytes() / 1_000_000,
        index.bytes() as f64 / tokens as f64
    );
}

fn say(what: &str, nanoseconds: f64) {
    println!("  {what:<32}{nanoseconds:>9.1} ns a token");
}
