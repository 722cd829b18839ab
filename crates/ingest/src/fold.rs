//! One form for all spellings of a header word.

use unicode_normalization::UnicodeNormalization;

/// Folds width, case, hiragana and katakana, and leaves out spaces, brackets and marks: `Ｅ－ｍａｉｌ`, `e_mail` and
/// `(E-Mail)` are one word, ﾌﾘｶﾞﾅ and ふりがな are one.
pub(crate) fn fold(text: &str) -> String {
    text.nfkc()
        .flat_map(char::to_lowercase)
        .filter(|&c| c.is_alphanumeric() || c == '〒')
        .map(|c| match c {
            'ぁ'..='ゖ' => char::from_u32(c as u32 + 0x60).unwrap_or(c),
            _ => c,
        })
        .collect()
}
