//! What people type where they have nothing to say.

/// Words that stand for "no value" in any field, folded, in lower case and without spaces.
const WORDS: &[&str] = &[
    "不明",
    "不詳",
    "未詳",
    "なし",
    "無し",
    "無",
    "無記入",
    "未記入",
    "未入力",
    "未登録",
    "未定",
    "未設定",
    "未回答",
    "該当なし",
    "該当無し",
    "登録なし",
    "記載なし",
    "住所不明",
    "氏名不明",
    "電話なし",
    "匿名",
    "匿名希望",
    "テスト",
    "てすと",
    "test",
    "テスト太郎",
    "テスト花子",
    "テストユーザー",
    "testtest",
    "testuser",
    "ダミー",
    "dummy",
    "サンプル",
    "sample",
    "非公開",
    "非公表",
    "非表示",
    "非通知",
    "秘密",
    "削除",
    "削除済",
    "削除済み",
    "退会",
    "退会済",
    "退会済み",
    "同上",
    "同左",
    "同じ",
    "〃",
    "々",
    "null",
    "(null)",
    "nil",
    "none",
    "nan",
    "n/a",
    "na",
    "#n/a",
    "#n/a!",
    "#ref!",
    "#value!",
    "#name?",
    "#div/0!",
    "#null!",
    "#num!",
    "n.a.",
    "undefined",
    "unknown",
    "noname",
    "anonymous",
    "blank",
    "空白",
    "空欄",
    "エラー",
    "ほげ",
    "ほげほげ",
    "hoge",
    "hogehoge",
    "foo",
    "bar",
    "xxx",
    "xxxx",
    "xxxxx",
    "ナシ",
    "フメイ",
    "トクメイ",
    "ミトウロク",
    "ああ",
    "あああ",
    "ああああ",
    "あああああ",
    "アアア",
    "アアアア",
    "aaa",
    "aaaa",
    "tbd",
    "0",
    "00",
    "000",
    "ダミーデータ",
    "テストデータ",
    "お客様",
    "個人",
    "本人",
    "番地なし",
    "住所なし",
    "国外",
];

/// True where a folded text without spaces holds no value: a word for nothing, or nothing but signs.
pub(crate) fn is_placeholder(folded: &str) -> bool {
    let trimmed = folded
        .trim_matches(|c: char| matches!(c, '(' | ')' | '[' | ']' | '<' | '>' | '*' | '・' | '。' | '.'));
    let lower = trimmed.to_lowercase();
    let lower = lower.trim();
    lower.is_empty()
        || !lower.chars().any(char::is_alphanumeric)
        || lower.chars().all(|c| matches!(c, '〇' | '〓' | 'ー' | '〃' | '々'))
        || WORDS.contains(&lower)
        || (lower.len() > 2 && is_one_mark(lower))
}

/// 〇〇〇, ×××, xxxx, ＊＊＊: one sign repeated that no value is made of.
fn is_one_mark(text: &str) -> bool {
    let first = text.chars().next().unwrap_or_default();
    matches!(first, '〇' | 'x' | 'z' | '0') && text.chars().all(|c| c == first)
}

#[cfg(test)]
mod tests {
    use super::*;

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
