//! Draws from a secret seed.

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop};

/// The secret that decoys are drawn from: whoever has it can draw them again.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Seed([u8; 32]);

/// The operating system gave no randomness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gave no random bytes; try again")]
pub struct NoRandomness;

impl Seed {
    /// A new seed from the operating system's randomness.
    ///
    /// # Errors
    /// Where it gives none.
    pub fn generate() -> Result<Self, NoRandomness> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|_| NoRandomness)?;
        Ok(Self(bytes))
    }

    /// The seed of these bytes, which must be secret and random.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// A key for tokens that never leave the program.
    pub(crate) fn key(&self) -> [u8; 32] {
        let mut key = [0; 32];
        self.draw("tokens", 0).0.fill(&mut key);
        key
    }

    /// Draws for one purpose; those for another, or of another number, are independent of them.
    pub(crate) fn draw(&self, purpose: &str, number: u64) -> Draw {
        let mut hasher = blake3::Hasher::new_keyed(&self.0);
        hasher.update(&number.to_le_bytes());
        hasher.update(purpose.as_bytes());
        Draw(hasher.finalize_xof())
    }
}

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seed(…)")
    }
}

/// Uniform numbers, one after the other.
#[derive(Debug)]
pub(crate) struct Draw(blake3::OutputReader);

impl Draw {
    fn next(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    /// A number below `end`, each equally likely but for one part in 2⁶⁴; 0 where there is none.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(end)) >> 64) as u64
    }

    /// One of these; none where there are none.
    pub(crate) fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        of.get(self.below(of.len() as u64) as usize)
    }

    /// One of these, each as likely as its weight says.
    pub(crate) fn weighted<'a, T>(&mut self, of: &'a [T], weight: impl Fn(&T) -> u64) -> Option<&'a T> {
        let mut at = self.below(of.iter().map(&weight).sum());
        of.iter().find(|one| {
            let weight = weight(one);
            let found = at < weight;
            at = at.saturating_sub(weight);
            found
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_are_as_likely_as_they_are_said_to_be() {
        let mut draw = Seed::from_bytes([3; 32]).draw("test", 1);
        let mut counts = [0u32; 3];
        for _ in 0..30_000 {
            counts[*draw.weighted(&[0, 1, 2], |of| [5, 3, 2][*of]).unwrap()] += 1;
        }
        for (count, expected) in counts.iter().zip([15_000, 9_000, 6_000]) {
            assert!(count.abs_diff(expected) < 400, "{counts:?}");
        }
        assert_eq!(draw.pick::<u8>(&[]), None);
    }

    #[test]
    fn purposes_and_numbers_are_apart() {
        let seed = Seed::from_bytes([3; 32]);
        let first = |purpose, number| seed.draw(purpose, number).next();
        assert_eq!(first("a", 1), first("a", 1));
        assert_ne!(first("a", 1), first("a", 2));
        assert_ne!(first("a", 1), first("b", 1));
        assert_eq!(format!("{seed:?}"), "Seed(…)");
    }
}
