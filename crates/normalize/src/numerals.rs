//! Kanji numerals, positional (一二三四) and multiplicative (千二百三十四). Shared with the build script.

/// What a text in which numerals are read consists of.
pub(crate) trait Glyph {
    /// The character it is read as.
    fn glyph(&self) -> char;
}

impl Glyph for char {
    fn glyph(&self) -> char {
        *self
    }
}

/// True for a character that may stand in a kanji numeral; the formal ones (壱弐参拾廿) only in some places, see
/// [`is_formal`].
pub(crate) const fn is_kanji_digit(c: char) -> bool {
    digit(c).is_some() || unit(c).is_some()
}

/// True for a numeral below ten.
pub(crate) fn is_plain_digit(c: char) -> bool {
    digit(c).is_some()
}

/// The formal numerals, which are as often parts of names (参宮通, 壱町田) as numbers.
pub(crate) fn is_formal(c: char) -> bool {
    matches!(c, '壱' | '壹' | '弐' | '貳' | '参' | '參' | '拾' | '廿' | '卅')
}

const fn digit(c: char) -> Option<u32> {
    Some(match c {
        '〇' => 0,
        '一' | '壱' | '壹' => 1,
        '二' | '弐' | '貳' => 2,
        '三' | '参' | '參' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    })
}

const fn unit(c: char) -> Option<u32> {
    Some(match c {
        '十' | '拾' => 10,
        '百' => 100,
        '千' => 1000,
        '廿' => 20,
        '卅' => 30,
        _ => return None,
    })
}

/// Longest run that is read as a number; longer ones are text.
const MAX_RUN: usize = 9;

/// The value of a run of kanji numerals, or `None` where it is no number (十十, 百千).
pub(crate) fn value<T: Glyph>(run: &[T]) -> Option<u32> {
    if run.is_empty() || run.len() > MAX_RUN {
        return None;
    }
    if run.iter().all(|c| digit(c.glyph()).is_some()) {
        return run.iter().try_fold(0u32, |sum, c| sum.checked_mul(10)?.checked_add(digit(c.glyph())?));
    }
    let (mut total, mut last, mut pending) = (0u32, u32::MAX, None);
    for c in run.iter().map(Glyph::glyph) {
        if let Some(d) = digit(c) {
            if d == 0 || pending.is_some() {
                return None;
            }
            pending = Some(d);
        } else {
            let (scale, factor) = scale_of(unit(c)?);
            if scale >= last || (factor > 1 && pending.is_some()) {
                return None;
            }
            total += pending.take().unwrap_or(factor) * scale;
            last = scale;
        }
    }
    Some(total + pending.unwrap_or(0))
}

/// 廿 and 卅 are tens that bring their factor along.
fn scale_of(unit: u32) -> (u32, u32) {
    if matches!(unit, 20 | 30) { (10, unit / 10) } else { (unit, 1) }
}

/// What follows a formal numeral decides whether it is a number.
fn counts<T: Glyph>(after: &[T]) -> bool {
    let at = |n: usize| after.get(n).map(Glyph::glyph);
    match at(0) {
        None => true,
        Some('町') => at(1) == Some('目'),
        Some(c) => matches!(c, '丁' | '番' | '号' | '条' | '-' | ' '),
    }
}

/// The end of the numeral run that starts at `start` and its value, where it is to be read as a number.
///
/// A run that touches a Latin digit is none: together they would read as one longer number.
pub(crate) fn numeral_at<T: Glyph>(chars: &[T], start: usize) -> Option<(usize, u32)> {
    let is_digit = |i: usize| chars.get(i).is_some_and(|c| c.glyph().is_ascii_digit());
    let rest = chars.get(start..)?;
    let len = rest.iter().take_while(|c| is_kanji_digit(c.glyph())).count();
    let end = start + len;
    if len == 0 || is_digit(end) || start.checked_sub(1).is_some_and(is_digit) {
        return None;
    }
    let run = rest.get(..len)?;
    if len == 1 && run.iter().any(|c| is_formal(c.glyph())) && !counts(chars.get(end..)?) {
        return None;
    }
    Some((end, value(run)?))
}

/// Appends a number below 10,000 in multiplicative kanji (1234 → 千二百三十四), larger ones in Latin digits.
pub(crate) fn push_kanji(number: u32, out: &mut String) {
    const DIGITS: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    if number >= 10_000 {
        out.push_str(&number.to_string());
        return;
    }
    if number == 0 {
        out.push('〇');
        return;
    }
    for (scale, name) in [(1000, Some('千')), (100, Some('百')), (10, Some('十')), (1, None)] {
        let d = number / scale % 10;
        if d > 1 || (d == 1 && scale == 1) {
            out.extend(DIGITS.get(d as usize));
        }
        if d > 0 {
            out.extend(name);
        }
    }
}
