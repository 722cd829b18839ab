//! `meibo normalize`

use std::io::{self, BufRead as _, BufReader, BufWriter, IsTerminal as _, Read as _, Write};

use meibo::{Field, Level, Normalizer, Record};

use crate::args::NormalizeArgs;
use crate::exit::{Failure, Outcome};
use crate::inputs;
use crate::printer::{Printer, output_failure};
use crate::progress::Measure;
use crate::watched::Extent;

/// Longer lines hold no value of any field; they are read over, not kept.
const LONGEST_LINE: u64 = 1 << 20;
/// Progress is told after so many lines, which take well below a tenth of a second.
const LINES_TOLD: u64 = 256;

pub(crate) fn run(arguments: &NormalizeArgs, printer: &Printer) -> Result<Outcome, Failure> {
    let failed =
        |error: io::Error| Failure::about(arguments.file.display(), format!("cannot be read: {error}"));
    let (input, extent) = inputs::open_watched(&arguments.file)?;
    let mut input = BufReader::new(input);
    // A bar among the values on one terminal would be in their way.
    if !io::stdout().is_terminal() {
        let measure =
            extent.as_ref().map_or(Measure::Rows, |extent| Measure::Bytes(Some(extent.bytes), "rows"));
        printer.progress.begin(&arguments.file.display().to_string(), measure);
    }
    let mut out = BufWriter::new(io::stdout().lock());
    let level = arguments.level.unwrap_or_else(|| arguments.field.key_level());
    let mut values = Values {
        field: arguments.field,
        level,
        json: arguments.format == "json",
        normalizer: Normalizer::new(),
    };
    let mut bad_lines = Vec::new();
    let mut line = Vec::new();
    for number in 1_u64.. {
        if !read_line(&mut input, &mut line).map_err(failed)? {
            break;
        }
        let bytes = if number == 1 { line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&line) } else { &line };
        let text = std::str::from_utf8(bytes).unwrap_or_else(|_| {
            bad_lines.push(number);
            ""
        });
        values.write(text, &mut out).map_err(output_failure)?;
        if number % LINES_TOLD == 0 {
            printer.progress.at(extent.as_ref().map_or(number, Extent::at), number);
        }
    }
    out.flush().map_err(output_failure)?;
    printer.progress.end();
    if let Some(first) = bad_lines.first() {
        printer.problem_of(
            &arguments.file,
            format!(
                "lines that are not UTF-8: {}, the first is line {first}; convert the file to UTF-8",
                bad_lines.len()
            ),
        );
    }
    Ok(Outcome::partly_if(!bad_lines.is_empty()))
}

/// Reads a line without its end, an overlong one as empty; false at the end of the input.
fn read_line(input: &mut impl io::BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    line.clear();
    if input.by_ref().take(LONGEST_LINE).read_until(b'\n', line)? == 0 {
        return Ok(false);
    }
    if line.last() != Some(&b'\n') && line.len() as u64 == LONGEST_LINE {
        input.skip_until(b'\n')?;
        line.clear();
    }
    while matches!(line.last(), Some(b'\n' | b'\r')) {
        line.pop();
    }
    Ok(true)
}

/// Writes one line for each value read.
struct Values {
    field: Field,
    level: Level,
    json: bool,
    normalizer: Normalizer,
}

impl Values {
    fn write(&mut self, text: &str, out: &mut impl Write) -> io::Result<()> {
        if self.json {
            let explanation = self.normalizer.explain(self.field, self.level, text);
            serde_json::to_writer(&mut *out, &explanation)?;
            return writeln!(out);
        }
        let mut record = Record::new();
        self.normalizer.normalize(self.field, self.level, text, &mut record);
        // A cell may hold several values, but a line stays a line.
        let values: Vec<&str> = record.values(self.field).collect();
        writeln!(out, "{}", values.join(" "))
    }
}
