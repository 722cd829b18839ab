//! The form of a value: what is left of it where no person may show.

/// The kind of a character: a letter, digit or character that stands for all of its script; others stand for themselves.
pub fn mask(c: char) -> char {
    match c {
        'ぁ'..='ん' => 'あ',
        'ァ'..='ヶ' => 'ア',
        '\u{FF66}'..='\u{FF9D}' => 'ｱ',
        '０'..='９' => '０',
        'ー' | '・' | '々' => c,
        _ if c.is_ascii_digit() => '0',
        _ if c.is_alphabetic() && c.is_uppercase() => 'A',
        _ if c.is_alphabetic() && c.is_lowercase() => 'a',
        _ if c.is_alphabetic() || c.is_numeric() => '漢',
        _ => c,
    }
}

/// How a value is written: its characters' kinds, those that repeat once, as `漢　漢` for a name and `0-0-0` for a phone number.
/// Of a long value its first so many kinds.
///
/// ```
/// use meibo_normalize::notation;
/// assert_eq!(notation("山田　太郎"), "漢　漢");
/// assert_eq!(notation("058-265-4141"), "0-0-0");
/// assert_eq!(notation("昭和45年4月1日"), "漢0漢0漢0漢");
/// ```
pub fn notation(value: &str) -> String {
    /// More kinds than this are no notation that lists are told by.
    const MOST: usize = 24;
    let mut kinds: Vec<char> = Vec::new();
    for kind in value.trim().chars().map(mask) {
        // A long vowel and a repeated character are of the word that they stand in.
        let goes_on = kinds.last() == Some(&kind) || matches!(kind, 'ー' | '々') && !kinds.is_empty();
        if !goes_on {
            kinds.push(kind);
        }
        if kinds.len() == MOST {
            break;
        }
    }
    kinds.into_iter().collect()
}
