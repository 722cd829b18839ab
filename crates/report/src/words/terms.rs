//! The words of the field in each language.

use meibo_attribution::{Strength, Verdict};

use crate::{Lang, text::visible};

/// The verdict as one word.
pub(crate) fn verdict(lang: Lang, verdict: Verdict) -> &'static str {
    let (ja, en) = match verdict {
        Verdict::Attributed => ("出所判明", "attributed"),
        Verdict::Mixed => ("複数の出所", "mixed"),
        Verdict::Inconclusive => ("断定不能", "inconclusive"),
        Verdict::Unattributed => ("出所不明", "unattributed"),
    };
    lang.of(ja, en)
}

/// Evidence in words.
pub(crate) fn strength(lang: Lang, strength: Strength) -> &'static str {
    let ja = match strength {
        Strength::Weak => "弱い",
        Strength::Moderate => "中程度",
        Strength::ModeratelyStrong => "やや強い",
        Strength::Strong => "強い",
        Strength::VeryStrong => "非常に強い",
        Strength::ExtremelyStrong => "極めて強い",
    };
    lang.of(ja, strength.as_str())
}

/// The name of a field of lists or of download logs; in English that which options use.
pub(crate) fn field(lang: Lang, name: &str) -> String {
    let ja = || field_in_japanese(name).map(str::to_owned);
    match lang {
        Lang::Ja => ja().unwrap_or_else(|| visible(name)),
        Lang::En => visible(name),
    }
}

/// What a field is called in Japanese; none where it is none of ours.
pub(crate) fn field_in_japanese(name: &str) -> Option<&'static str> {
    Some(match name {
        "name" => "氏名",
        "kana" => "フリガナ",
        "address" => "住所",
        "phone" => "電話番号",
        "postal" => "郵便番号",
        "birth_date" => "生年月日",
        "sex" => "性別",
        "age" => "年齢",
        "email" => "メールアドレス",
        "member_id" => "会員番号",
        "time" => "日時",
        "date" => "日付",
        "clock" => "時刻",
        "account" => "アカウント",
        "client" => "委託元",
        "list" => "名簿",
        "rows" => "行数",
        "bytes" => "バイト数",
        "host" => "端末",
        _ => return None,
    })
}

/// What a column was found by.
pub(crate) fn found_by(lang: Lang, by: &str) -> String {
    match (lang, by) {
        (Lang::En, by) => format!("by {}", visible(by)),
        (Lang::Ja, "header") => "見出しによる".to_owned(),
        (Lang::Ja, "content") => "内容による".to_owned(),
        (Lang::Ja, "option") => "指定による".to_owned(),
        (Lang::Ja, by) => visible(by),
    }
}

/// What noted the time of a file.
pub(crate) fn noted_in(lang: Lang, by: &str) -> String {
    match (lang, by) {
        (Lang::Ja, "file system") => "ファイルシステムによる".to_owned(),
        (Lang::Ja, by) => match by.strip_suffix(" entry") {
            Some(archive) => format!("{} の記載による", visible(archive)),
            None => visible(by),
        },
        (Lang::En, by) => visible(by),
    }
}

/// Why a row was not used. Reasons that are not known here stay in the words they came in.
pub(crate) fn reason(lang: Lang, reason: &str) -> String {
    let known = match lang {
        Lang::Ja => reason_in_japanese(reason),
        Lang::En => None,
    };
    known.unwrap_or_else(|| visible(reason))
}

fn reason_in_japanese(reason: &str) -> Option<String> {
    if let Some((column, what)) = reason.strip_prefix("column ").and_then(|rest| rest.split_once(": ")) {
        let column: u64 = column.parse().ok()?;
        let what = match what {
            "bytes that are not text in the file's encoding" => "ファイルの文字コードで読めないバイト",
            "NUL character inside the cell" => "セルの中の NUL 文字",
            "no time, or one whose day, month or year is in doubt" => "日時がないか、年月日が定まらない",
            "no count of rows, or one that is not exact" => "行数がないか、正確な数でない",
            "no size in bytes, KB, MB or GB" => "大きさがないか、単位が分からない",
            _ => return None,
        };
        return Some(format!("{column} 列目: {what}"));
    }
    if let Some((found, rest)) = reason.split_once(" cells for ") {
        let (found, expected): (u64, u64) =
            (found.parse().ok()?, rest.split_once(" columns")?.0.parse().ok()?);
        return Some(format!("{expected} 列に対しセルが {found} 個: 引用符のない区切り文字がセルの中にある"));
    }
    if let Some(limit) = reason.strip_prefix("longer than ").and_then(|rest| rest.strip_suffix(" bytes")) {
        return Some(format!("{} バイトより長い", limit.parse::<u64>().ok()?));
    }
    let ja = match reason {
        "a quotation mark is not closed; reading goes on at the next line" => {
            "引用符が閉じていない（次の行から読み続けた）"
        }
        "no value in any used column" => "使う列のどれにも値がない",
        "repeats the header" => "見出しの繰返し",
        "no key: needs two usable fields, such as name with phone, address or birth date" => {
            "照合できない（氏名と電話番号、住所、生年月日のいずれかなど、使える項目が2つ要る）"
        }
        "no key: too few usable fields beside values that stand for nobody" => {
            "照合できない（誰のものでもない値のほかに、使える項目が足りない）"
        }
        "other reasons" => "その他の理由",
        "neither a time nor a count of rows" => "日時も行数もない",
        _ => return None,
    };
    Some(ja.to_owned())
}
