//! Kinds of characters. Shared with the build script.

/// Hiragana, katakana and their iteration marks.
pub(crate) fn is_kana(c: char) -> bool {
    matches!(c, 'ぁ'..='ゖ' | 'ゝ' | 'ゞ' | 'ァ'..='ヺ' | 'ー' | 'ヽ' | 'ヾ')
}

/// True for Chinese characters, iteration marks and the private characters that owners add to their fonts among them.
pub(crate) fn is_kanji(c: char) -> bool {
    matches!(c, '々' | '〆' | '〇' | '㐀'..='䶿' | '一'..='鿿' | '\u{e000}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Hyphens, dashes, minus signs and lines; not the long vowel mark.
pub(crate) fn is_dash(c: char) -> bool {
    matches!(c, '-' | '‐'..='―' | '⁃' | '−' | '─' | '━' | '﹘' | '﹣' | '－' | 'ｰ' | '˗' | '➖' | '⸺' | '⸻')
}

/// Brackets and quotation marks of all kinds.
pub(crate) fn is_bracket(c: char) -> bool {
    matches!(c, '(' | ')' | '[' | ']' | '{' | '}' | '<' | '>' | '"' | '\'' | '〈'..='】' | '〔' | '〕')
}
