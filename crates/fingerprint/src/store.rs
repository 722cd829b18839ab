//! The distinct tokens of a list, in bounded memory whatever its length.
//!
//! Tokens come in no order, and how many distinct ones there are is known at the end only, when the filter's size can be
//! chosen. They are kept in cells, by kind and by the first bits of their place, so that each cell can be sorted by itself;
//! when there are too many, all cells are moved to a temporary file. Tokens look random to whoever lacks the key, and the
//! file has no name that anybody could open it by.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

use rayon::prelude::*;

use crate::bloom::Columns;
use crate::kind::KeyKind;
use crate::{Positions, Token};

/// log₂ of the number of parts that places are cut in.
const LOG2_PARTS: u32 = 5;
const PARTS: usize = 1 << LOG2_PARTS;
/// Tokens that are held in memory, of 16 bytes each.
const MOST_HELD: usize = 3 << 20;
/// Bytes of a token in the file.
const BYTES: usize = 16;
/// Tokens read from the file at once.
const PIECE: usize = 1 << 12;

/// Tokens by kind and part.
#[derive(Debug)]
pub(crate) struct TokenStore {
    /// Cell after cell: the parts of the first kind, those of the next.
    cells: Vec<Cell>,
    held: usize,
    most_held: usize,
    spilled: Option<File>,
    length: u64,
}

/// The tokens of one kind and part.
#[derive(Debug, Default)]
struct Cell {
    held: Vec<Token>,
    /// What was moved to the file: where, and how many tokens.
    spilled: Vec<(u64, usize)>,
}

impl TokenStore {
    pub(crate) fn new() -> Self {
        Self::holding(MOST_HELD)
    }

    fn holding(most_held: usize) -> Self {
        let cells = (0..KeyKind::COUNT * PARTS).map(|_| Cell::default()).collect();
        Self { cells, held: 0, most_held, spilled: None, length: 0 }
    }

    /// Adds a token of a kind.
    #[inline]
    pub(crate) fn insert(&mut self, kind: KeyKind, token: Token) {
        let part = (Positions::of(token).place() >> (u64::BITS - LOG2_PARTS)) as usize;
        if let Some(cell) = self.cells.get_mut(kind.index() * PARTS + part) {
            cell.held.push(token);
            self.held += 1;
        }
    }

    /// Makes room where there is none: forgets what was said twice, and moves all to the file where that is not enough.
    pub(crate) fn make_room(&mut self) -> io::Result<()> {
        if self.held < self.most_held {
            return Ok(());
        }
        self.cells.par_iter_mut().for_each(|cell| sort(&mut cell.held));
        self.held = self.cells.iter().map(|cell| cell.held.len()).sum();
        if self.held < self.most_held / 2 { Ok(()) } else { self.spill() }
    }

    fn spill(&mut self) -> io::Result<()> {
        let mut file = match self.spilled.take() {
            Some(file) => file,
            None => tempfile::tempfile()?,
        };
        let mut bytes = Vec::new();
        for cell in self.cells.iter_mut().filter(|cell| !cell.held.is_empty()) {
            bytes.clear();
            bytes.extend(cell.held.iter().flat_map(|token| token.0.to_le_bytes()));
            file.write_all(&bytes)?;
            cell.spilled.push((self.length, cell.held.len()));
            self.length += bytes.len() as u64;
            cell.held.clear();
        }
        self.held = 0;
        self.spilled = Some(file);
        Ok(())
    }

    /// How many distinct tokens of each kind there are.
    pub(crate) fn count(&mut self) -> io::Result<[u64; KeyKind::COUNT]> {
        let mut counts = [0; KeyKind::COUNT];
        if self.spilled.is_none() {
            self.cells.par_iter_mut().for_each(|cell| sort(&mut cell.held));
        }
        for (cells, count) in self.cells.chunks(PARTS).zip(&mut counts) {
            for cell in cells {
                *count += match &mut self.spilled {
                    Some(file) => cell.load(file)?.len() as u64,
                    None => cell.held.len() as u64,
                };
            }
        }
        Ok(counts)
    }

    /// The distinct tokens of each kind, in order, all of them in memory.
    pub(crate) fn distinct(mut self) -> io::Result<[Vec<Token>; KeyKind::COUNT]> {
        let counts = self.count()?;
        let mut kinds = counts.map(|count| Vec::with_capacity(count as usize));
        for (cells, tokens) in self.cells.chunks_mut(PARTS).zip(&mut kinds) {
            // Parts are cut by the first bits of a token, so that one follows the other.
            for cell in cells {
                match &mut self.spilled {
                    Some(file) => tokens.append(&mut cell.load(file)?),
                    None => tokens.append(&mut cell.held),
                }
                cell.held = Vec::new();
            }
        }
        Ok(kinds)
    }

    /// Sets the bits of all tokens, part by part: those of one part are near each other.
    pub(crate) fn fill(mut self, columns: &mut Columns) -> io::Result<()> {
        for part in 0..PARTS {
            for cell in self.cells.iter().skip(part).step_by(PARTS) {
                cell.held.iter().for_each(|token| columns.insert(*token));
                if let Some(file) = &mut self.spilled {
                    cell.each_spilled(file, |token| columns.insert(token))?;
                }
            }
        }
        Ok(())
    }
}

impl Cell {
    /// All of the cell's tokens, each once.
    fn load(&self, file: &mut File) -> io::Result<Vec<Token>> {
        let mut tokens = self.held.clone();
        self.each_spilled(file, |token| tokens.push(token))?;
        sort(&mut tokens);
        Ok(tokens)
    }

    fn each_spilled(&self, file: &mut File, mut each: impl FnMut(Token)) -> io::Result<()> {
        let mut bytes = vec![0; PIECE * BYTES];
        for &(start, count) in &self.spilled {
            file.seek(SeekFrom::Start(start))?;
            let mut left = count;
            while left > 0 {
                let tokens = left.min(PIECE);
                let piece = bytes.get_mut(..tokens * BYTES).unwrap_or_default();
                file.read_exact(piece)?;
                piece.as_chunks().0.iter().for_each(|token| each(Token(u128::from_le_bytes(*token))));
                left -= tokens;
            }
        }
        Ok(())
    }
}

/// Brings tokens in order, each once.
fn sort(tokens: &mut Vec<Token>) {
    tokens.sort_unstable();
    tokens.dedup();
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn token(i: u64) -> Token {
        let mut bits = [0; 16];
        bits.copy_from_slice(&blake3::hash(&i.to_le_bytes()).as_bytes()[..16]);
        Token(u128::from_le_bytes(bits))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        /// Sets of tokens are the oracle, however few can be held.
        #[test]
        fn tokens_are_counted_and_filled_in_as_sets_are(
            most_held in 1_usize..700, added in proptest::collection::vec((0..KeyKind::COUNT, 0_u64..400), 0..2_000)
        ) {
            let mut store = TokenStore::holding(most_held);
            let mut again = TokenStore::holding(most_held);
            let mut sets = vec![BTreeSet::new(); KeyKind::COUNT];
            for (kind, number) in added {
                let token = token(kind as u64 * 1_000 + number);
                sets[kind].insert(token);
                for store in [&mut store, &mut again] {
                    store.insert(KeyKind::ALL[kind], token);
                    store.make_room().unwrap();
                }
            }
            let distinct = again.distinct().unwrap();
            prop_assert!(distinct.iter().zip(&sets).all(|(tokens, set)| tokens.iter().eq(set)));
            let counts = store.count().unwrap();
            prop_assert_eq!(counts.map(|count| count as usize).to_vec(), sets.iter().map(BTreeSet::len).collect::<Vec<_>>());
            let mut columns = Columns::for_tokens(10_000).unwrap();
            let mut expected = columns.clone();
            sets.iter().flatten().for_each(|token| expected.insert(*token));
            store.fill(&mut columns).unwrap();
            prop_assert_eq!(columns, expected);
        }
    }
}
