//! What people type where they have nothing to say.

/// Words that stand for "no value" in any field, folded, in lower case and without spaces; sorted.
const WORDS: &[&str] = &[
    "#div/0!",
    "#n/a",
    "#n/a!",
    "#name?",
    "#null!",
    "#num!",
    "#ref!",
    "#value!",
    "(null)",
    "0",
    "00",
    "000",
    "aaa",
    "aaaa",
    "anonymous",
    "bar",
    "blank",
    "dummy",
    "foo",
    "hoge",
    "hogehoge",
    "n.a.",
    "n/a",
    "na",
    "nan",
    "nil",
    "noname",
    "none",
    "null",
    "sample",
    "tbd",
    "test",
    "testtest",
    "testuser",
    "undefined",
    "unknown",
    "xxx",
    "xxxx",
    "xxxxx",
    "〃",
    "々",
    "ああ",
    "あああ",
    "ああああ",
    "あああああ",
    "お客様",
    "てすと",
    "なし",
    "ほげ",
    "ほげほげ",
    "アアア",
    "アアアア",
    "エラー",
    "サンプル",
    "ダミー",
    "ダミーデータ",
    "テスト",
    "テストデータ",
    "テストユーザー",
    "テスト太郎",
    "テスト花子",
    "トクメイ",
    "ナシ",
    "フメイ",
    "ミトウロク",
    "不明",
    "不詳",
    "住所なし",
    "住所不明",
    "個人",
    "削除",
    "削除済",
    "削除済み",
    "匿名",
    "匿名希望",
    "同じ",
    "同上",
    "同左",
    "国外",
    "未入力",
    "未回答",
    "未定",
    "未登録",
    "未記入",
    "未設定",
    "未詳",
    "本人",
    "氏名不明",
    "無",
    "無し",
    "無記入",
    "番地なし",
    "登録なし",
    "秘密",
    "空欄",
    "空白",
    "記載なし",
    "該当なし",
    "該当無し",
    "退会",
    "退会済",
    "退会済み",
    "電話なし",
    "非公表",
    "非公開",
    "非表示",
    "非通知",
];

/// Longest of [`WORDS`], in characters, and signs around it.
const LONGEST: usize = 16;

/// True where a folded text without spaces holds no value: a word for nothing, or nothing but signs.
pub(crate) fn is_placeholder(folded: &str) -> bool {
    if !folded.chars().any(char::is_alphanumeric) {
        return true;
    }
    let signs = |c: char| matches!(c, '(' | ')' | '[' | ']' | '<' | '>' | '*' | '・' | '。' | '.');
    let word = folded.trim_matches(signs);
    if word.chars().all(|c| matches!(c, '〇' | '〓' | 'ー' | '〃' | '々')) || is_one_mark(word) {
        return true;
    }
    if word.chars().nth(LONGEST).is_some() {
        return false;
    }
    if word.is_ascii() {
        return WORDS.binary_search(&word.to_ascii_lowercase().as_str()).is_ok();
    }
    WORDS.binary_search(&word).is_ok()
}

/// xxx, 0000: one character repeated that no value is made of.
fn is_one_mark(text: &str) -> bool {
    let first = text.chars().next().unwrap_or_default().to_ascii_lowercase();
    text.len() > 2
        && matches!(first, 'x' | 'z' | '0')
        && text.chars().all(|c| c.to_ascii_lowercase() == first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_sorted() {
        assert!(WORDS.is_sorted());
        assert!(WORDS.iter().all(|word| word.chars().count() <= LONGEST));
    }

    #[test]
    fn words_and_signs_are_no_values() {
        for text in
            ["不明", "なし", "-", "----", "N/A", "null", "***", "(不明)", "〇〇〇", "#N/A", "", "×", "テスト"]
        {
            assert!(is_placeholder(text), "{text}");
        }
        for text in ["山田", "なしこ", "無藤", "test1@example.com", "匿名子", "1", "xy"] {
            assert!(!is_placeholder(text), "{text}");
        }
    }
}
