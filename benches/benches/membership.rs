//! Which of 69 lists hold a token: the lists asked one by one, and all at once.
#![allow(clippy::unwrap_used, reason = "a benchmark that cannot be set up has nothing to say")]
#![allow(clippy::disallowed_methods, reason = "whether this is a run or a trial stands in the arguments")]

use std::hint::black_box;
use std::time::Duration;

use bloomfilter::Bloom;
use criterion::{Criterion, Throughput};
use meibo_benches::{list_sizes, mix, tokens};
use meibo_fingerprint::{Columns, KeyKind, Token};
use meibo_registry::Index;

/// Tokens a record, about.
const TOKENS_OF_A_RECORD: u64 = 5;
/// The reference incident is scaled down by this, so that the set-up takes seconds.
const SCALE_DOWN: u64 = 10;
/// As small as makes sense where `cargo test` only tries whether it runs.
const SCALE_DOWN_IN_TRIALS: u64 = 2_000;
/// Of a list of this many bits a token, one stranger in a thousand is taken for a member.
const FALSE_MATCHES: f64 = 0.001;

struct Lists {
    sizes: Vec<u64>,
    columns: Vec<Columns>,
    filters: Vec<Bloom<u128>>,
}

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .configure_from_args();
    let trial = !std::env::args().any(|argument| argument == "--bench");
    let lists = lists(if trial { SCALE_DOWN_IN_TRIALS } else { SCALE_DOWN });
    let numbered: Vec<(u32, &Columns)> = (0..).zip(&lists.columns).collect();
    let index = Index::build(&numbered);
    membership(&mut criterion, "token of a member", &lists, &index, &members(&lists.sizes));
    membership(&mut criterion, "token of a stranger", &lists, &index, &strangers());
    criterion.final_summary();
}

/// Lists that share no member, which costs the same as if they did.
fn lists(scale_down: u64) -> Lists {
    let size = |records: u64| (records * TOKENS_OF_A_RECORD / scale_down).max(60);
    let sizes: Vec<u64> = list_sizes().into_iter().map(size).collect();
    let mut lists = Lists { columns: Vec::new(), filters: Vec::new(), sizes };
    for (list, size) in (0..).zip(&lists.sizes) {
        let mut columns = Columns::for_tokens(*size).unwrap();
        let seed = std::array::from_fn(|i| i as u8 ^ list as u8);
        let mut filter = Bloom::new_for_fp_rate_with_seed(*size as usize, FALSE_MATCHES, &seed).unwrap();
        for token in tokens(list, *size) {
            columns.insert(token);
            filter.set(&token.0);
        }
        lists.columns.push(columns);
        lists.filters.push(filter);
    }
    lists
}

/// Tokens of members, of large lists as often as these are larger, in no order.
fn members(sizes: &[u64]) -> Vec<Token> {
    let all: u64 = sizes.iter().sum();
    let pick = |i: u64| {
        let mut at = mix(i) % all;
        for (list, size) in (0..).zip(sizes) {
            if at < *size {
                return tokens(list, *size).nth(at as usize);
            }
            at -= size;
        }
        None
    };
    (0..512).filter_map(pick).collect()
}

fn strangers() -> Vec<Token> {
    tokens(u64::MAX, 512).collect()
}

fn membership(criterion: &mut Criterion, name: &str, lists: &Lists, index: &Index, asked: &[Token]) {
    let mut group = criterion.benchmark_group(format!("69 lists/{name}"));
    group.throughput(Throughput::Elements(asked.len() as u64));
    let mut found = Vec::new();
    group.bench_function("69 filters of the crate bloomfilter", |b| {
        b.iter(|| {
            for token in asked {
                found.clear();
                let holds = lists.filters.iter().enumerate().filter(|(_, list)| list.check(&token.0));
                found.extend(holds.map(|(list, _)| list));
                black_box(&found);
            }
        });
    });
    group.bench_function("69 lists of columns", |b| {
        b.iter(|| {
            for token in asked {
                found.clear();
                let holds = lists.columns.iter().enumerate().filter(|(_, list)| list.contains(*token));
                found.extend(holds.map(|(list, _)| list));
                black_box(&found);
            }
        });
    });
    let mut prober = index.prober();
    let mut hits = Vec::new();
    group.bench_function("the registry's index", |b| {
        b.iter(|| {
            for token in asked {
                prober.record(&[(KeyKind::NamePhone, *token)], &mut hits);
                black_box(&hits);
            }
        });
    });
    group.finish();
}
