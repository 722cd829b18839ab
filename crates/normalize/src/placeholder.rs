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
    "abc",
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
    "firstname",
    "foo",
    "fullname",
    "guest",
    "hoge",
    "hogehoge",
    "invalid",
    "janedoe",
    "johndoe",
    "lastname",
    "lorem",
    "masked",
    "n.a.",
    "n/a",
    "na",
    "name",
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
    "system",
    "tarotest",
    "tba",
    "tbc",
    "tbd",
    "test",
    "test01",
    "test1",
    "test2",
    "testtaro",
    "testtarou",
    "testtest",
    "testuser",
    "testuser1",
    "undefined",
    "unknown",
    "unset",
    "unspecified",
    "user",
    "username",
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
    "お取引先",
    "お名前",
    "お客",
    "お客さま",
    "お客さん",
    "お客様",
    "お客様各位",
    "ご家族",
    "ご家族様",
    "ご担当",
    "ご担当者",
    "ご本人",
    "ご本人様",
    "ご遺族",
    "てすと",
    "てすとたろう",
    "てすとてすと",
    "なし",
    "ななし",
    "ななしさん",
    "ふりがな",
    "ほげ",
    "ほげほげ",
    "アアア",
    "アアアア",
    "アイウエオ",
    "エラー",
    "オーナー",
    "カナ氏名",
    "キャンセル",
    "キャンセル済",
    "ゲスト",
    "ゴホンニン",
    "サクジョ",
    "サンプル",
    "サンプルタロウ",
    "サンプル太郎",
    "サンプル花子",
    "システム",
    "システムユーザ",
    "システムユーザー",
    "システム管理者",
    "タイカイ",
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
    "ドウジョウ",
    "ナシ",
    "ナナシ",
    "ヒコウカイ",
    "ヒツウチ",
    "フショウ",
    "フメイ",
    "フリガナ",
    "ブランク",
    "ミトウロク",
    "ミニュウリョク",
    "ユーザ",
    "ユーザー",
    "一般",
    "一般会員",
    "一般客",
    "一般社団法人",
    "一般財団法人",
    "三女",
    "三男",
    "上記",
    "上記と同じ",
    "上記に同じ",
    "不在",
    "不明",
    "不要",
    "不詳",
    "世帯主",
    "両親",
    "事務局",
    "事務所",
    "二女",
    "二男",
    "人事部",
    "代表",
    "代表者",
    "以下同じ",
    "仮",
    "仮データ",
    "仮会員",
    "仮名",
    "仮登録",
    "休眠",
    "休眠会員",
    "会社",
    "会長",
    "住所なし",
    "住所不定",
    "住所不明",
    "住所無し",
    "使用不可",
    "使用中止",
    "使用停止",
    "使用禁止",
    "保留",
    "個人",
    "個人事業主",
    "個人情報",
    "倒産",
    "偽名",
    "入力なし",
    "入力不要",
    "入力無し",
    "公益社団法人",
    "公益財団法人",
    "判読不明",
    "判読不能",
    "削除",
    "削除済",
    "削除済み",
    "医療法人",
    "匿名",
    "匿名希望",
    "匿名様",
    "協同組合",
    "取り消し",
    "取引先",
    "取消",
    "取消し",
    "取消済",
    "受付",
    "右に同じ",
    "各位",
    "合同会社",
    "合名会社",
    "合資会社",
    "同",
    "同じ",
    "同上",
    "同居人",
    "同居家族",
    "同左",
    "名前",
    "名前なし",
    "名前不明",
    "名無し",
    "名無しさん",
    "名無しの権兵衛",
    "名称不明",
    "名義なし",
    "名義不明",
    "営業",
    "営業部",
    "回答なし",
    "回答拒否",
    "回答無し",
    "国外",
    "夫",
    "契約終了",
    "妻",
    "姓名",
    "娘",
    "子",
    "学校法人",
    "宗教法人",
    "宛先なし",
    "宛先不明",
    "宛名なし",
    "宛名不明",
    "宛名無し",
    "家族",
    "対象外",
    "居住者",
    "居住者様",
    "左に同じ",
    "店長",
    "廃業",
    "弁護士法人",
    "得意先",
    "御中",
    "御担当者",
    "息子",
    "所長",
    "抹消",
    "抹消済",
    "担当者",
    "拒否",
    "拒否者",
    "故人",
    "有限会社",
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
    "株式会社",
    "検証",
    "欠員",
    "欠番",
    "次女",
    "次男",
    "死亡",
    "死亡退会",
    "死去",
    "母",
    "氏名",
    "氏名なし",
    "氏名カナ",
    "氏名不明",
    "法人",
    "無",
    "無し",
    "無効",
    "無名",
    "無回答",
    "無断使用禁止",
    "無記入",
    "父",
    "物故",
    "物故者",
    "特定非営利活動法人",
    "独立行政法人",
    "町内会",
    "略",
    "番地なし",
    "登録なし",
    "登録不可",
    "登録抹消",
    "登録無し",
    "省略",
    "確認中",
    "社会福祉法人",
    "社団法人",
    "社長",
    "祖母",
    "祖父",
    "秘匿",
    "秘密",
    "税理士法人",
    "空き室",
    "空き家",
    "空室",
    "空家",
    "空欄",
    "空白",
    "空部屋",
    "管理人",
    "管理会社",
    "管理組合",
    "管理者",
    "経理",
    "経理部",
    "続柄",
    "総務",
    "総務部",
    "義母",
    "義父",
    "自治会",
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
    "該当者",
    "該当者なし",
    "該当者無し",
    "読取不可",
    "課長",
    "調査中",
    "財団法人",
    "転出",
    "転出済",
    "転居",
    "転居先不明",
    "転居済",
    "転居済み",
    "農事組合法人",
    "退会",
    "退会会員",
    "退会済",
    "退会済み",
    "退会者",
    "逝去",
    "部長",
    "配偶者",
    "重複",
    "長女",
    "長男",
    "閉店",
    "閉鎖",
    "関係者",
    "関係者各位",
    "院長",
    "電話なし",
    "電話不明",
    "電話番号なし",
    "電話番号不明",
    "非公表",
    "非公開",
    "非表示",
    "非通知",
    "顧客名",
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
const LIKELY: [u64; 256] = {
    let mut bits = [0; 256];
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
    is_likely_place(place(word))
}

fn is_likely_place(place: usize) -> bool {
    LIKELY.get(place / 64).is_some_and(|bits| bits >> (place % 64) & 1 == 1)
}

/// True for one of [`WORDS`] in parts, each of three bytes or more or empty, the first one not.
pub(crate) fn is_word(parts: [&str; 3]) -> bool {
    let [first, second, third] = parts;
    let last = [third, second].into_iter().find(|part| !part.is_empty()).unwrap_or(first);
    let likely = match (first.as_bytes(), last.as_bytes()) {
        ([_, a, b, ..], [_, .., c, d]) => {
            let len = first.len() + second.len() + third.len();
            is_likely_place(place_of_ends([*a, *b, *c, *d], len))
        }
        _ => true,
    };
    let written = || parts.into_iter().flat_map(str::bytes);
    likely && WORDS.binary_search_by(|word| word.bytes().cmp(written())).is_ok()
}

/// A number below 16,384, the same for the same word.
const fn place(word: &[u8]) -> usize {
    let ends = match word {
        [_, a, b, .., c, d] => [*a, *b, *c, *d],
        [_, a, b] => [*a, *b, 0, 0],
        _ => [0; 4],
    };
    place_of_ends(ends, word.len())
}

/// The [`place`] of a word by the bytes of its ends.
const fn place_of_ends(ends: [u8; 4], len: usize) -> usize {
    // The highest bits of the product depend on all of the factor.
    let mixed = (u32::from_le_bytes(ends) ^ (len as u32) << 6).wrapping_mul(0x9e37_79b1);
    (mixed >> 18) as usize
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
