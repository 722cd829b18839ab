//! Which pattern each row has, kept until the answer is known: four bytes a row in an unnamed temporary file.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};

/// Pattern numbers by row, in order.
pub(crate) struct Spool {
    file: BufWriter<File>,
    rows: u64,
}

impl Spool {
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self { file: BufWriter::new(tempfile::tempfile()?), rows: 0 })
    }

    pub(crate) fn push(&mut self, pattern: u32) -> io::Result<()> {
        self.rows += 1;
        self.file.write_all(&pattern.to_le_bytes())
    }

    /// Reads the numbers back in order.
    pub(crate) fn finish(self) -> io::Result<Spooled> {
        Ok(Spooled { file: self.file.into_inner().map_err(io::IntoInnerError::into_error)?, rows: self.rows })
    }
}

/// A finished spool.
#[derive(Debug)]
pub(crate) struct Spooled {
    file: File,
    rows: u64,
}

impl Spooled {
    /// Calls `each` with the pattern number of each row.
    pub(crate) fn replay<E: From<io::Error>>(
        &self,
        mut each: impl FnMut(u64, u32) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut file = &self.file;
        file.seek(SeekFrom::Start(0))?;
        let mut numbers = BufReader::new(file);
        let mut number = [0; 4];
        for row in 1..=self.rows {
            numbers.read_exact(&mut number)?;
            each(row, u32::from_le_bytes(number))?;
        }
        Ok(())
    }
}
