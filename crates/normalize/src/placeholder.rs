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
    "admin",
    "administrator",
    "anonymous",
    "asdf",
    "bar",
    "blank",
    "deleted",
    "dummy",
    "dummydata",
    "empty",
    "error",
    "foo",
    "guest",
    "hoge",
    "hogehoge",
    "invalid",
    "janedoe",
    "johndoe",
    "lorem",
    "masked",
    "n.a.",
    "n/a",
    "na",
    "nan",
    "nil",
    "noaddress",
    "nobody",
    "nodata",
    "noemail",
    "noinfo",
    "noname",
    "none",
    "nophone",
    "notapplicable",
    "notavailable",
    "notfound",
    "notprovided",
    "notset",
    "null",
    "qwerty",
    "redacted",
    "sample",
    "tba",
    "tbc",
    "tbd",
    "test",
    "test01",
    "test1",
    "test2",
    "testtest",
    "testuser",
    "testuser1",
    "undefined",
    "unknown",
    "unset",
    "unspecified",
    "withheld",
    "xxx",
    "xxxx",
    "xxxxx",
    "〃",
    "々",
    "ああ",
    "あああ",
    "ああああ",
    "あああああ",
    "あいうえお",
    "お客さま",
    "お客様",
    "ご担当",
    "ご担当者",
    "てすと",
    "てすとたろう",
    "てすとてすと",
    "なし",
    "ななし",
    "ななしさん",
    "ほげ",
    "ほげほげ",
    "アアア",
    "アアアア",
    "アイウエオ",
    "エラー",
    "ゲスト",
    "サンプル",
    "サンプルタロウ",
    "サンプル太郎",
    "サンプル花子",
    "ダミー",
    "ダミータロウ",
    "ダミーデータ",
    "ダミーハナコ",
    "ダミー会員",
    "ダミー太郎",
    "ダミー花子",
    "テスト",
    "テストタロウ",
    "テストテスト",
    "テストデータ",
    "テストハナコ",
    "テストユーザ",
    "テストユーザー",
    "テスト一郎",
    "テスト会員",
    "テスト太郎",
    "テスト様",
    "テスト次郎",
    "テスト花子",
    "デモ",
    "トクメイ",
    "トクメイキボウ",
    "ナシ",
    "ナナシ",
    "フショウ",
    "フメイ",
    "ブランク",
    "ミトウロク",
    "ミニュウリョク",
    "ユーザ",
    "ユーザー",
    "不在",
    "不明",
    "不要",
    "不詳",
    "世帯主",
    "代表者",
    "以下同じ",
    "仮登録",
    "住所なし",
    "住所不定",
    "住所不明",
    "住所無し",
    "使用不可",
    "使用禁止",
    "保留",
    "個人",
    "個人情報",
    "偽名",
    "入力なし",
    "入力不要",
    "入力無し",
    "判読不明",
    "判読不能",
    "削除",
    "削除済",
    "削除済み",
    "匿名",
    "匿名希望",
    "匿名様",
    "同じ",
    "同上",
    "同左",
    "名前なし",
    "名前不明",
    "名無し",
    "名無しさん",
    "名無しの権兵衛",
    "名称不明",
    "回答なし",
    "回答拒否",
    "回答無し",
    "国外",
    "宛先不明",
    "宛名なし",
    "対象外",
    "御担当者",
    "抹消",
    "抹消済",
    "担当者",
    "拒否",
    "故人",
    "未入力",
    "未取得",
    "未回答",
    "未定",
    "未登録",
    "未確認",
    "未記入",
    "未記載",
    "未設定",
    "未詳",
    "本人",
    "架空",
    "検証",
    "欠員",
    "欠番",
    "死亡",
    "死亡退会",
    "氏名なし",
    "氏名不明",
    "無",
    "無し",
    "無効",
    "無名",
    "無回答",
    "無記入",
    "物故",
    "物故者",
    "略",
    "番地なし",
    "登録なし",
    "登録抹消",
    "登録無し",
    "省略",
    "確認中",
    "秘匿",
    "秘密",
    "空室",
    "空欄",
    "空白",
    "管理者",
    "要確認",
    "解約",
    "解約済",
    "解約済み",
    "解約者",
    "記入なし",
    "記入不要",
    "記入漏れ",
    "記入無し",
    "記載なし",
    "記載無し",
    "試験",
    "試験太郎",
    "該当なし",
    "該当無し",
    "該当者なし",
    "読取不可",
    "調査中",
    "転居",
    "転居先不明",
    "退会",
    "退会会員",
    "退会済",
    "退会済み",
    "退会者",
    "逝去",
    "重複",
    "電話なし",
    "電話不明",
    "電話番号なし",
    "電話番号不明",
    "非公表",
    "非公開",
    "非表示",
    "非通知",
];

/// Longest of [`WORDS`], in characters, and signs around it.
const LONGEST: usize = 16;

/// True where a folded text without spaces holds no value: a word for nothing, or nothing but signs.
pub(crate) fn is_placeholder(folded: &str) -> bool {
    if begins_and_ends_in_letters(folded) {
        return is_likely(folded.as_bytes()) && WORDS.binary_search(&folded).is_ok();
    }
    is_placeholder_of_any_kind(folded)
}

/// True for texts that are neither signs nor between signs.
fn begins_and_ends_in_letters(text: &str) -> bool {
    let letter = |c| matches!(c, '一'..='鿿' | 'ァ'..='ヺ' | 'ぁ'..='ゖ');
    let mut chars = text.chars();
    chars.next().is_some_and(letter) && chars.next_back().is_none_or(letter)
}

/// A bit for each of [`WORDS`], by [`place`].
const LIKELY: [u64; 64] = {
    let mut bits = [0; 64];
    let mut i = 0;
    while i < WORDS.len() {
        let place = place(WORDS[i].as_bytes());
        bits[place / 64] |= 1 << (place % 64);
        i += 1;
    }
    bits
};

/// False for most texts that are none of [`WORDS`].
fn is_likely(word: &[u8]) -> bool {
    let place = place(word);
    LIKELY.get(place / 64).is_some_and(|bits| bits >> (place % 64) & 1 == 1)
}

/// A number below 4096, the same for the same word.
const fn place(word: &[u8]) -> usize {
    let ends = match word {
        [_, a, b, .., c] => *a as usize | (*b as usize) << 6 | (*c as usize) << 3,
        _ => 0,
    };
    (ends ^ word.len() << 7) % 4096
}

fn is_placeholder_of_any_kind(folded: &str) -> bool {
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
    if word.is_ascii() { is_word_in_any_case(word) } else { WORDS.binary_search(&word).is_ok() }
}

/// True for an ASCII word of the list, in whatever case.
fn is_word_in_any_case(word: &str) -> bool {
    let mut lower = [0; LONGEST];
    let Some(lower) = lower.get_mut(..word.len()) else { return false };
    lower.copy_from_slice(word.as_bytes());
    lower.make_ascii_lowercase();
    std::str::from_utf8(lower).is_ok_and(|lower| WORDS.binary_search(&lower).is_ok())
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
    use proptest::prelude::*;

    #[test]
    fn words_are_sorted() {
        assert!(WORDS.is_sorted());
        assert!(WORDS.iter().all(|word| word.chars().count() <= LONGEST));
    }

    fn near_words() -> impl Strategy<Value = String> {
        let word = prop::sample::select(WORDS.to_vec());
        (word, "[ -~]?", "[なし様0*ー〇]?").prop_map(|(word, before, after)| format!("{before}{word}{after}"))
    }

    proptest! {
        #[test]
        fn quick_answers_are_the_general_ones(text in prop_oneof![any::<String>(), near_words(), "[なし不明ー〇山 ]{0,4}"]) {
            prop_assert_eq!(is_placeholder(&text), is_placeholder_of_any_kind(&text));
        }
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
