//! Random draws that depend on seed, purpose and object alone.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// What draws are made for. Each purpose has a key of its own, so that a change in one part of the world
/// leaves every other part as it was.
#[derive(Clone, Copy, Debug)]
#[repr(u8)]
pub(crate) enum Purpose {
    Household = 1,
    Person,
    Address,
    Line,
    Mobile,
    Members,
    Dates,
    Knowledge,
    Style,
    Broker,
    Cell,
    Seizure,
    Damage,
}

/// A stream of draws for one object of one purpose.
pub(crate) struct Draw(ChaCha8Rng);

impl Draw {
    pub(crate) fn new(seed: u64, purpose: Purpose, id: u64) -> Self {
        let mut key = [0u8; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        key[8] = purpose as u8;
        let mut rng = ChaCha8Rng::from_seed(key);
        rng.set_stream(id);
        Self(rng)
    }

    /// Uniform in `0..n`; 0 where `n` is 0. The bias of the multiplication is below 2⁻³² for every `n` used here.
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        ((u128::from(self.0.next_u64()) * u128::from(n)) >> 64) as u64
    }

    /// An index into a collection of `len` elements.
    pub(crate) fn index(&mut self, len: usize) -> usize {
        self.below(len as u64) as usize
    }

    /// Uniform in `low..=high`.
    pub(crate) fn between(&mut self, low: i32, high: i32) -> i32 {
        let span = i64::from(high.max(low)) - i64::from(low) + 1;
        low.wrapping_add(self.below(span as u64) as i32)
    }

    /// True in `percent` of 100 cases.
    pub(crate) fn percent(&mut self, percent: u32) -> bool {
        self.below(100) < u64::from(percent)
    }

    /// True with probability `p`, compared as a 32-bit fraction so that every machine agrees.
    pub(crate) fn chance(&mut self, p: f64) -> bool {
        let threshold = (p.clamp(0.0, 1.0) * 4_294_967_296.0) as u64;
        self.below(1 << 32) < threshold
    }

    /// One of the elements of a non-empty array.
    pub(crate) fn pick<T: Copy, const N: usize>(&mut self, from: &[T; N]) -> T {
        from[self.index(N)]
    }

    /// The value of one `(weight, value)` pair of a non-empty array, in proportion to its weight.
    pub(crate) fn weighted<T: Copy, const N: usize>(&mut self, from: &[(u32, T); N]) -> T {
        let total: u64 = from.iter().map(|(weight, _)| u64::from(*weight)).sum();
        let mut left = self.below(total);
        for (weight, value) in from {
            if left < u64::from(*weight) {
                return *value;
            }
            left -= u64::from(*weight);
        }
        from[N - 1].1
    }

    /// Moves `count` random elements to the front of `items`.
    pub(crate) fn choose_front<T>(&mut self, items: &mut [T], count: usize) {
        for at in 0..count.min(items.len()) {
            let other = at + self.index(items.len() - at);
            items.swap(at, other);
        }
    }

    /// Shuffles `items`.
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        self.choose_front(items, items.len());
    }
}
